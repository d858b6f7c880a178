"""What can happen to a case from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Start:
    """Begin the case: at the start event `node`, at the one that takes `message` or `signal`, or at the plain one.

    A timer starts a case at its `node`."""

    node: str | None = None
    message: str | None = None
    signal: str | None = None


@dataclass(frozen=True, slots=True)
class Complete:
    """The open activity `token` (human task, job, call, receive task, message or signal catch) is done and brings `variables`."""

    token: int
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TimerFired:
    """The timer's due time has come."""

    timer: int


@dataclass(frozen=True, slots=True)
class MessageArrived:
    """A message of this `name` has come. It goes to one receiver, the one that has waited longest; of those that wait
    for a correlation key to one with this `correlation`, None being for whichever."""

    name: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    correlation: str | None = None


@dataclass(frozen=True, slots=True)
class SignalArrived:
    """A signal of this `name` was broadcast. All that wait for it in the case catch it; nobody need wait."""

    name: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ErrorThrown:
    """The open activity `token` has failed with a BPMN error of this `code`, which an error event around it catches."""

    token: int
    code: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EscalationThrown:
    """The open activity `token` has escalated with this `code` and goes on, unless what catches it interrupts it."""

    token: int
    code: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VariablesSet:
    """Variables of the case were set from outside; conditional events look whether they hold now."""

    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Enable:
    """Begin the activity `node` of an ad-hoc sub-process, in the one that `host` carries where several run (0: the
    oldest)."""

    node: str
    host: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """Put the flow of control elsewhere by hand: take the tokens `cancel` away, and all those of the scope instances
    `empty`, then begin at each node of `before` and go on behind each node of `after`.

    A node begins in the scope instance of its sub-process that runs; where several do, in `scope`; where none does, its
    sub-process is opened for it. What is left with nothing in it is closed and does not go on. A parallel join ahead
    counts the branches nobody is on as arrived.
    """

    before: Sequence[str] = ()
    after: Sequence[str] = ()
    cancel: Sequence[int] = ()
    empty: Sequence[int] = ()
    scope: int = 0


@dataclass(frozen=True, slots=True)
class SendBack:
    """The open activity `token` sends the flow back to the activity `to`, which lies before it.

    Everything that has come out of `to` since is cancelled, other branches and other instances of the same go on. With
    `again` ``run`` the flow goes on from there as ever; with ``resume`` what was cancelled comes back as it stood when
    `to` is done, the sender's own task for the person `by`.
    """

    token: int
    to: str
    again: str = "run"
    by: str | None = None


@dataclass(frozen=True, slots=True)
class AddInstance:
    """Have `users`, one after the other, do what waits at `token` as well: ``before`` the one at `token`, who begins again
    afterwards (as the person `by`), ``after``, or in ``parallel``; in a sequential activity that is at its end.

    A user "" is whoever the diagram says. A task of one person becomes one of several, all of whom must do it.
    """

    token: int
    users: Sequence[str]
    where: str = "parallel"
    by: str | None = None


@dataclass(frozen=True, slots=True)
class RemoveInstance:
    """The instance at `token` of an activity of several is not wanted any more; the others may have been enough."""

    token: int


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop the case where it stands."""


Event = (
    Start
    | Complete
    | TimerFired
    | MessageArrived
    | SignalArrived
    | ErrorThrown
    | EscalationThrown
    | VariablesSet
    | Enable
    | Move
    | SendBack
    | AddInstance
    | RemoveInstance
    | Cancel
)
