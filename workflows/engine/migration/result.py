"""What comes of a migration: where everything stands in the new version, or why it cannot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..marking import Marking
from ..step import Opened, TimerSet


class Refusal(NamedTuple):
    """Why a case cannot go over: `code`, and the `node` of the old version it is about (of the new one for
    ``moves_at_once``, ``join_starved`` and ``bad_expression``).

    Codes: ``unmapped`` (nobody said where this goes on), ``gone`` (the new version has no such node), ``kind_changed``,
    ``scope_changed`` (it stands in another sub-process), ``loop_changed`` (multi-instance characteristics),
    ``gateway_changed`` (other events behind an event-based gateway), ``join_flow_gone``, ``join_changed`` (a parallel
    join on other flows), ``join_starved`` (a join on the way would wait for ever), ``no_handler`` (nothing compensates
    it any more), ``boundary_moved`` (a running timer's event is attached elsewhere), ``moves_at_once``,
    ``bad_expression``, ``ended``, ``guarded`` (what the case is about refuses; `detail` says why), ``unknown_part`` (a
    part of the marking this engine cannot carry over).
    """

    code: str
    node: str
    detail: str = ""


class MigrationRefused(Exception):
    """The case cannot go over; `refusals` says why, in the order of its tokens."""

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = tuple(refusals)
        super().__init__(", ".join(f"{refusal.code} {refusal.node}".strip() for refusal in self.refusals))


class Kept(NamedTuple):
    """A waiting token that goes on at `node`. `opened` is what it waits for there, evaluated now; `changed` names what
    the diagram says otherwise than before: ``node``, ``type``, ``name``, ``form``, ``lane``, ``job_type``, ``message``,
    ``assignment`` (who does it), ``due``, ``reminders``, ``priority``."""

    token: int
    old: str
    node: str
    opened: Opened
    changed: frozenset[str]


class TimerKept(NamedTuple):
    """A timer that keeps its due time; `node` is its event in the new version."""

    id: int
    old: str
    node: str


class Moved(NamedTuple):
    """A case gone over: its marking in the new version, and what that means for tasks and timers.

    `timers_set` are those of boundary events and event sub-processes that are new there (or whose kind of timer is
    another), counted from now; `timers_cleared` those whose event is not there any more.
    """

    marking: Marking
    kept: tuple[Kept, ...]
    timers_kept: tuple[TimerKept, ...] = ()
    timers_set: tuple[TimerSet, ...] = ()
    timers_cleared: tuple[int, ...] = ()
