"""Two nodes of two versions beside each other: can what stands at the one go on at the other, and what is new to it?"""

from __future__ import annotations

from typing import Any

from workflows.bpmn.model import Process

from .. import waiting
from ..graph import Graph
from ..places import Loop, Place


def compatible(old: Place, new: Place) -> bool:
    """Whether a token at `old` can go on at `new`: it waits for the same kind of thing, or is the same kind of element.

    Tasks people do are one kind, and so is all that a job does."""
    one, other = old.node, new.node
    if old.element != new.element or one.for_compensation != other.for_compensation:
        return False
    if old.element.begin is waiting.begin:
        return True
    same_event = (one.event.kind if one.event else "") == (other.event.kind if other.event else "")
    return one.kind == other.kind and one.triggered_by_event == other.triggered_by_event and same_event


def same_loop(old: Loop | None, new: Loop | None) -> bool:
    """Whether instances under way can go on: how many and over what was settled when they began, when they are through
    may be another."""
    if old is None or new is None:
        return old is new
    return (
        (old.sequential, old.standard, old.test_before, old.element, old.results, old.result_variable)
        == (new.sequential, new.standard, new.test_before, new.element, new.results, new.result_variable)
        and (old.collection is None) == (new.collection is None)
        and (old.maximum is None) == (new.maximum is None)
        and (old.again is None) == (new.again is None)
    )


def same_clock(old: Place, new: Place) -> bool:
    """Whether both wait for the same kind of timer: a moment (a date or a duration), or a cycle."""
    before, after = old.node.event, new.node.event
    return (before is not None and before.timer_kind == "cycle") == (after is not None and after.timer_kind == "cycle")


def changed(old: Graph, node: str, new: Graph, target: str) -> frozenset[str]:
    """What the diagram says otherwise of a waiting node."""
    one, other = old.places[node], new.places[target]
    before, after = one.node, other.node
    asked, asks = before.assignment, after.assignment
    who = [None if a is None else (a.assignee, a.candidate_groups, a.candidate_users) for a in (asked, asks)]
    roles = [_role(old.process, one.lane), _role(new.process, other.lane)]
    lanes = [_lane_name(old.process, one.lane), _lane_name(new.process, other.lane)]
    pairs: dict[str, tuple[Any, Any]] = {
        "node": (node, target),
        "type": (before.kind, after.kind),
        "name": (before.name, after.name),
        "form": (before.form, after.form),
        "lane": (lanes[0], lanes[1]),
        "job_type": (before.job_type, after.job_type),
        "message": (one.message, other.message),
        "assignment": ((who[0], roles[0]), (who[1], roles[1])),
        "due": ((asked and asked.due, before.deadline), (asks and asks.due, after.deadline)),
        "reminders": (before.reminders, after.reminders),
        "priority": (asked and asked.priority, asks and asks.priority),
    }
    return frozenset(name for name, (was, is_) in pairs.items() if was != is_)


def _role(process: Process, lane: str | None) -> str | None:
    while lane is not None and lane in process.lanes:
        if process.lanes[lane].role:
            return process.lanes[lane].role
        lane = process.lanes[lane].parent
    return None


def _lane_name(process: Process, lane: str | None) -> str:
    return process.lanes[lane].name if lane is not None and lane in process.lanes else ""
