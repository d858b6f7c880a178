"""What a simulation can begin with that really was so: how long steps took, which ways cases went, how many hold a role."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, timedelta
from typing import Final

from django.db.models import DurationField, ExpressionWrapper, F, Q
from viewflow.workflow.status import PROCESS, STATUS

from permissions import roles
from workflows import handlers, replay
from workflows.engine import EngineError, MigrationRefused
from workflows.models import Case, CaseTask, Definition, TaskKind
from workflows.overview import Median
from workflows.rehearsal import Flow

#: How many ended cases are played again from their logs to see which ways were taken.
LOOKED_AT: Final = 50


#: How many days a simulation knows the house's calendar for; after them every week is like the others.
HORIZON: Final = 731


def calendar(begins: date) -> tuple[list[int], list[int]]:
    """The days from `begins` on (0) on which the house does not work although they are Monday to Friday, and on which it does
    although they are not: holidays, and the weekends worked in their place."""
    days = handlers.calendar()
    closed: list[int] = []
    added: list[int] = []
    for number in range(HORIZON):
        day = begins + timedelta(days=number)
        works = days.add(day - timedelta(days=1), 1) == day
        if works != (day.weekday() < 5):
            (added if works else closed).append(number)
    return closed, added


def holders(keys: Iterable[str]) -> dict[str, int]:
    """How many hold each of these roles today."""
    return {key: roles.holders(key).count() for key in keys}


def durations(definition: Definition) -> dict[str, timedelta]:
    """The median time each step took, over all versions: of people from when they took it up, of all else from when it began to
    wait. Steps nobody took up by name are not there: how long they lay is not how long they take."""
    taken = Q(kind=TaskKind.HUMAN, assigned__isnull=False) | ~Q(kind=TaskKind.HUMAN)
    rows = CaseTask.objects.filter(taken, process__version__definition=definition, status=STATUS.DONE).order_by()
    human = rows.filter(kind=TaskKind.HUMAN).values("node").annotate(median=Median(_spent("assigned")))
    others = rows.exclude(kind=TaskKind.HUMAN).values("node").annotate(median=Median(_spent("created")))
    return {row["node"]: row["median"] for found in (human, others) for row in found if row["median"] is not None}


def weights(flow: Flow, definition: Definition) -> dict[str, int]:
    """How often the latest cases of a flow went along each way of a gateway that takes one, by their logs. Gateways no case came
    to are not there."""
    taken: Counter[str] = Counter()
    ended = Case.objects.filter(version__definition=definition, status=PROCESS.DONE).order_by("-finished")
    for case in ended[:LOOKED_AT]:
        # A log that cannot be played is the auditor's business, and no reason to have no simulation.
        with suppress(EngineError, MigrationRefused):
            for stage in replay.stages(case):
                taken.update(stage.flows)
    found: dict[str, int] = {}
    for node in flow.process.nodes.values():
        if node.kind == "exclusiveGateway" and any(taken[way] for way in node.outgoing):
            found |= {way: taken[way] for way in node.outgoing}
    return found


def _spent(since: str) -> ExpressionWrapper:
    return ExpressionWrapper(F("finished") - F(since), output_field=DurationField())
