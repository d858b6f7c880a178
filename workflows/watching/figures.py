"""How often each step of a version was come to and how long it took: waiting until somebody took it, and work from there on.

Whoever does a step without taking it first has no work of their own to tell from the wait: all of it is waiting. A step
that asks one person by name is theirs from its first moment. Time is what passed, nights and holidays included.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Case as Either
from django.db.models import Count, DurationField, ExpressionWrapper, F, Min, Q, QuerySet, When
from django.db.models.functions import Coalesce
from viewflow.workflow.status import PROCESS, STATUS

from permissions.models import AuditEvent
from workflows import clock, names
from workflows.bpmn.model import Process
from workflows.models import Case, CaseTask, TaskKind
from workflows.overview import STEPS, Median


class NinthDecile(Median):
    """What nine of ten values of a group do not exceed, in PostgreSQL's own words."""

    template = "%(function)s(0.9) WITHIN GROUP (ORDER BY %(expressions)s)"


@dataclass(frozen=True, slots=True)
class StepFigures:
    """One step. `count` is how often cases came to it and `cases` how many did; `open` and `done` are now; `overdue` were
    done after their deadline or are open past it. `left` and `returned` are how often cases were sent back from it, and to
    it. The times are of the times it was done; None where there are none.
    """

    node: str
    name: str
    count: int = 0
    cases: int = 0
    open: int = 0
    done: int = 0
    overdue: int = 0
    left: int = 0
    returned: int = 0
    waiting: timedelta | None = None
    waiting_most: timedelta | None = None
    working: timedelta | None = None
    working_most: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """All cases looked at: how many there are, and how many of them run."""

    cases: int
    running: int


def totals(cases: QuerySet[Case]) -> Totals:
    """How many cases there are and how many run."""
    return Totals(**cases.aggregate(cases=Count("pk"), running=Count("pk", filter=Q(status=PROCESS.NEW))))


def figures(cases: QuerySet[Case], process: Process) -> list[StepFigures]:
    """The steps of a process in the order of its file, with their figures over these cases: two statements, however many
    cases, and a third where something was sent back."""
    counted = _counted(cases)
    left, returned = _sent_back(cases)
    return [
        StepFigures(
            node.id,
            names.label(node.name) or node.id,
            left=left[node.id],
            returned=returned[node.id],
            **counted.get(node.id, {}),
        )
        for node in process.nodes.values()
        if node.kind in STEPS
    ]


def late_tasks() -> Q:
    """Tasks done after their deadline, or open past it. A step that ended otherwise missed nothing."""
    human = Q(kind=TaskKind.HUMAN)
    done_late = Q(status=STATUS.DONE, finished__gt=F("due"))
    return human & (done_late | Q(finished=None, process__status=PROCESS.NEW, due__lt=clock.now()))


def _counted(cases: QuerySet[Case]) -> dict[str, dict[str, Any]]:
    done = Q(status=STATUS.DONE)
    waited = ExpressionWrapper(Coalesce("assigned", "finished") - F("created"), output_field=DurationField())
    worked = ExpressionWrapper(F("finished") - F("assigned"), output_field=DurationField())
    taken = done & Q(assigned__isnull=False, kind=TaskKind.HUMAN)
    # The condition stands inside the value: where FILTER goes in an aggregate's template differs between Django 5.2 and 6.1.
    waiting, working = Either(When(done, then=waited)), Either(When(taken, then=worked))
    rows = (
        CaseTask.objects.filter(process__in=cases.values("pk"))
        .order_by()
        .values("node")
        .annotate(
            count=Count("pk"),
            cases=Count("process", distinct=True),
            open=Count("pk", filter=Q(finished=None, process__status=PROCESS.NEW)),
            done=Count("pk", filter=done),
            overdue=Count("pk", filter=late_tasks()),
            waiting=Median(waiting),
            waiting_most=NinthDecile(waiting),
            working=Median(working),
            working_most=NinthDecile(working),
        )
    )
    return {row.pop("node"): row for row in rows}


def cases_at(cases: QuerySet[Case], node: str, which: str) -> QuerySet[Case]:
    """Those of the cases that came to a node; `which` narrows them to ``open`` there now, ``overdue`` there, or ``left``: sent back
    from it."""
    if which == "left":
        return cases.filter(pk__in=sent_back_cases(cases, node))
    tasks = CaseTask.objects.filter(node=node)
    narrowed = {"open": tasks.filter(finished=None), "overdue": tasks.filter(late_tasks())}.get(which, tasks)
    return cases.filter(pk__in=narrowed.order_by().values("process"))


def sent_back_cases(cases: QuerySet[Case], node: str) -> set[int]:
    """The ids of those of the cases that were sent back from a step."""
    return {case for case, left, _to in _send_backs(cases) if left == node}


def _sent_back(cases: QuerySet[Case]) -> tuple[Counter[str], Counter[str]]:
    """How often cases were sent back from each step, and to each."""
    told = _send_backs(cases)
    return Counter(left for _case, left, _to in told), Counter(to for _case, _left, to in told)


def _send_backs(cases: QuerySet[Case]) -> list[tuple[int, str, str]]:
    """Each time one of the cases was sent back, as the log has it: the case, the step it left, the step it went to."""
    begun = cases.aggregate(first=Min("created"))["first"]
    if begun is None:
        return []
    entries = AuditEvent.objects.filter(verb="task_send_back", at__gte=begun).order_by()
    told = list(entries.values_list("data__case", "data__node", "data__to"))
    ours = set(cases.filter(pk__in={case for case, _node, _to in told}).values_list("pk", flat=True)) if told else ()
    return [row for row in told if row[0] in ours]
