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

    `kind` is ``human``, ``job``, ``call``, ``decision``, ``message``, ``signal``, ``condition`` or ``timer``. The assignment is
    evaluated; `due` is a moment, or a bare date where the diagram gives one, never a duration; `locals` are the
    variables that only this activity sees (inputs, `loopCounter`, the multi-instance element); `lane` is the id of
    the innermost lane, taken from the enclosing sub-process where the node itself stands in none. A ``call`` has the
    `called` process, how its version is bound (as `Node.binding` has it) and the `variables` it
    begins with; it is completed with what the called case ended with. A ``decision`` has the `called` decision and the
    `variables` it is made from; it is completed with the variable that takes the result.
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
    signal: str | None = None
    called: str | None = None
    binding: str = "latest"
    variables: Mapping[str, Any] = NOTHING


class Thrown(NamedTuple):
    """A ``message``, ``signal``, ``escalation`` or ``error`` that the case threw at `node`.

    `name` is its name, for an escalation or error the code. `caught` is whether something in the case took it: a message
    is then spent, a signal goes to all other cases all the same, an escalation never leaves the case that caught it.
    With an error the called case has ended. Of a message, `correlation` is the key it comes with, `key` an id under
    which it is sent once (empty: none), and `until` how long it is kept for a receiver where the diagram says so.
    """

    kind: str
    name: str
    variables: Mapping[str, Any]
    node: str
    caught: bool = False
    correlation: str = ""
    key: str = ""
    until: datetime | None = None


class TimerSet(NamedTuple):
    """A timer to fire at `due`; `node` is the catch, boundary or start event it belongs to."""

    id: int
    node: str
    due: datetime


class Trace(NamedTuple):
    """One thing that happened, in order.

    `kind`: ``entered`` (by `flow`, None for a start), ``opened``, ``completed``, ``cancelled``, ``waiting`` (at a
    joining gateway), ``joined`` (a gateway fired; `detail` counts the tokens it took), ``fired`` (a timer),
    ``received`` (a message or signal, named by `detail`), ``thrown`` (a message, signal, error or escalation),
    ``caught`` (an error or escalation), ``met`` (a condition), ``compensating`` (an activity is being undone),
    ``multiplied`` (a multi-instance activity or loop began; `detail` counts its instances, -1 where it is open),
    ``ended`` (a process or sub-process; `node` is its id). `token` is 0 where none is meant.
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
    `thrown` is what goes on to other cases, in order.
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
    thrown: tuple[Thrown, ...] = ()
