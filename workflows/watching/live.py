"""Where a case stands at this moment, as its drawing numbers it: what waits there, for whom, since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min

from workflows import case_overview
from workflows.models import Case


@dataclass(frozen=True, slots=True)
class LiveToken:
    """What stands at one element: its name, who has it (or what it waits for), since when, and how many there are."""

    name: str
    who: str
    since: datetime
    count: int = 1


@dataclass(frozen=True, slots=True)
class Live:
    """The tokens in the order of their numbers on the drawing. `version` changes whenever any of it does."""

    version: str
    tokens: tuple[LiveToken, ...]


def live_of(case: Case) -> Live:
    """The case now. Of an element where many stand, as the members of an assembly do, the first is named."""
    if not case.is_running:
        return Live(live_version(case), ())
    # The drawing numbers elements by the first task that ever stood there.
    order = dict(case.task_set.order_by("-pk").values_list("node", "pk"))
    waiting = case.task_set.filter(finished=None).order_by().values("node").annotate(first=Min("pk"), count=Count("pk"))
    counts = {row["first"]: row["count"] for row in waiting}
    stands = case_overview.stands_among(case.task_set.filter(pk__in=counts).select_related("owner"))
    stands.sort(key=lambda stand: order[stand.task.node])
    tokens = (LiveToken(str(stand.task), stand.who, stand.since, counts[stand.task.pk]) for stand in stands)
    return Live(live_version(case), tuple(tokens))


def live_version(case: Case) -> str:
    """What a page that shows the case asks by: whether anything was opened, taken, given back, done or suspended since."""
    told = case.task_set.aggregate(
        opened=Count("pk"), done=Count("finished"), taken=Count("owner"), last=Max("assigned"), newest=Max("pk")
    )
    moment = told["last"].timestamp() if told["last"] else 0
    suspended = int(case.suspended is not None)
    counts = (told["opened"], told["done"], told["taken"], told["newest"] or 0, suspended)
    return f"{case.status}-{'-'.join(map(str, counts))}-{moment:.6f}"
