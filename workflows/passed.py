"""Where a case has been, read off its tasks: the steps people have done, the first of them, the one before a task.

A task is made in the moment in which what led to it was done, so the step before it is the one that was done then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from viewflow.workflow.status import STATUS

from permissions.models import User
from workflows import compiled
from workflows.allowed import allowed
from workflows.engine import Graph, Marking
from workflows.engine.moves import can_begin, standing, steps_back
from workflows.models import Case, CaseTask, TaskKind
from workflows.names import label

# What has a name to a person who says where the case should go on.
_PLACES = frozenset({"endEvent", "intermediateCatchEvent"})


@dataclass(frozen=True, slots=True)
class Target:
    """A step a case can be put to: `done_by` did it last. `is_start` and `is_previous` are seen from the task that sends back."""

    node: str
    name: str
    done_by: User | None = None
    is_start: bool = False
    is_previous: bool = False


def send_back_targets(task: CaseTask, *, by_admin: bool = False) -> list[Target]:
    """Where an open task can be sent back to, the step done last first: of the steps people have done in this case those that
    lead to the task, and of these those the diagram allows; an administrator is not bound by the diagram.

    Goes by the marking of the task's case as it was read; one that has moved since has other ways.
    """
    case = task.process
    flow = compiled.of_version(case.version_id, case.version_sha256)
    node = flow.process.nodes.get(task.node)
    kinds = frozenset({"any"}) if by_admin else allowed(node, "send_back")
    token = standing(Marking.from_json(case.marking), task.token_id)
    if token is None or not kinds or not task.is_open:
        return []
    reachable = set(steps_back(flow.graph, Marking.from_json(case.marking), token))
    rows = list(case.task_set.select_related("completed_by").order_by("id"))
    start, previous = _start(rows, reachable), _previous(task, rows, reachable)
    found: dict[str, Target] = {}
    for row in reversed(rows):
        if not _is_done(row) or row.node not in reachable or row.node in found:
            continue
        first, last = row.node == start, row.node == previous
        if "any" in kinds or ("start" in kinds and first) or ("previous" in kinds and last):
            found[row.node] = Target(row.node, label(row.name) or row.node, row.completed_by, first, last)
    return list(found.values())


class WayBack:
    """Whether open tasks of a case can be sent back to anywhere: what a page of many steps asks, once for each element."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._known: dict[tuple[str, bool], bool] = {}

    def leads_from(self, task: CaseTask, *, by_admin: bool) -> bool:
        """Whether :func:`send_back_targets` finds a step for this task, or for another one at its element."""
        key = task.node, by_admin
        if key not in self._known:
            self._known[key] = self._has_begun and bool(send_back_targets(task, by_admin=by_admin))
        return self._known[key]

    @cached_property
    def _has_begun(self) -> bool:
        return bool(self._case.task_set.filter(kind=TaskKind.HUMAN, status=STATUS.DONE).exists())


def jump_targets(case: Case) -> list[Target]:
    """Where an administrator can have a case go on: every activity, catching event and end of its flow that can be begun, in
    the order of the diagram, with who did it last."""
    flow = compiled.of_version(case.version_id, case.version_sha256)
    done = case.task_set.filter(status=STATUS.DONE, completed_by__isnull=False).select_related("completed_by")
    last = {row.node: row.completed_by for row in done.order_by("id")}
    return [
        Target(place.id, label(place.node.name) or place.id, last.get(place.id))
        for place in flow.graph.places.values()
        if (place.element.activity or place.node.kind in _PLACES) and can_begin(flow.graph, place)
        if _within_reach(flow.graph, place)
    ]


def _within_reach(graph: Graph, place: Any) -> bool:
    """Whether the sub-processes around it can be opened from outside: an event opens the one, a collection says how often
    for the other."""
    around = graph.places.get(place.node.scope)
    while around is not None:
        if around.loop is not None or around.node.triggered_by_event:
            return False
        around = graph.places.get(around.node.scope)
    return True


def _is_done(row: CaseTask) -> bool:
    return row.kind == TaskKind.HUMAN and row.status == STATUS.DONE


def _start(rows: Sequence[CaseTask], reachable: set[str]) -> str | None:
    """The step of a person with which the case began."""
    first = next((row for row in rows if row.kind == TaskKind.HUMAN), None)
    return first.node if first is not None and first.node in reachable else None


def _previous(task: CaseTask, rows: Sequence[CaseTask], reachable: set[str]) -> str | None:
    """The step of a person whose end led to this task, past what the system did in between. What was sent back or moved came
    from nowhere: then what led to the same step before counts."""
    here = next((row for row in rows if row.pk == task.pk), None)
    while here is not None:
        before = [row for row in rows if row.pk < here.pk]
        led = [row for row in before if row.finished == here.created and row.status == STATUS.DONE]
        person = next((row for row in reversed(led) if _is_done(row) and row.node in reachable), None)
        if person is not None:
            return person.node
        again = [row for row in before if row.node == here.node]
        here = led[-1] if led else again[-1] if again else None
    return None
