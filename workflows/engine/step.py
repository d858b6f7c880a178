"""What one step of the game brought about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from .marking import Marking

NOTHING: Mapping[str, Any] = {}


class Opened(NamedTuple):
    """A token that now waits for something from outside.

    `kind` is ``human``, ``job``, ``message`` or ``timer``. The assignment is evaluated; `due` is a moment, or a bare
    date where the diagram gives one, never a duration; `locals` are the variables that only this activity sees (inputs,
    `loopCounter`, the multi-instance element); `lane` is the id of the innermost lane, taken from the enclosing
    sub-process where the node itself stands in none.
    """

    token: int
    node: str
    kind: str
    assignee: str | None = None
    candidate_groups: tuple[str, ...] = ()
    candidate_users: tuple[str, ...] = ()
    due: datetime | date | None = None
    priority: int | None = None
    locals: Mapping[str, Any] = NOTHING
    lane: str | None = None
    job_type: str | None = None
    message: str | None = None


class TimerSet(NamedTuple):
    """A timer to fire at `due`; `node` is the catch or boundary event it belongs to."""

    id: int
    node: str
    due: datetime


class Trace(NamedTuple):
    """One thing that happened, in order.

    `kind`: ``entered`` (by `flow`, None for a start), ``opened``, ``completed``, ``cancelled``, ``waiting`` (at a
    joining gateway), ``joined`` (a gateway fired; `detail` counts the tokens it took), ``fired`` (a timer),
    ``received`` (a message, named by `detail`), ``multiplied`` (a multi-instance activity began; `detail` counts its
    instances), ``ended`` (a process or sub-process; `node` is its id). `token` is 0 where none is meant.
    """

    kind: str
    node: str
    token: int = 0
    flow: str | None = None
    detail: str = ""


class Step(NamedTuple):
    """The outcome of :func:`workflows.engine.advance`.

    `variables` are the root variables afterwards (the very object that was given where nothing was written).
    `completed` and `cancelled` list tokens that had been opened, in this step or before; a token opened and closed in
    one step stands in both lists, and likewise a timer. A fired timer is not in `timers_cleared`.
    """

    marking: Marking
    variables: Mapping[str, Any]
    opened: tuple[Opened, ...]
    completed: tuple[int, ...]
    cancelled: tuple[int, ...]
    timers_set: tuple[TimerSet, ...]
    timers_cleared: tuple[int, ...]
    trace: tuple[Trace, ...]
    ended: bool
