"""What a play consists of: the flow, what the house answers, and where the case stands after each act."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from workflows.bpmn.model import Node, Process
from workflows.engine import Graph, Marking, Opened, Trace

from .acts import Act, Thrown, Votes, Waits


class Flow(NamedTuple):
    """What is played: a process, compiled."""

    process: Process
    graph: Graph

    @classmethod
    def of(cls, process: Process) -> Flow:
        """Raises EngineError for what the engine cannot run."""
        return cls(process, Graph.of(process))


class Counted(NamedTuple):
    """Votes, counted: the variables that come of it, and what is said of it, a sentence each. `node` is where, once it is in a play."""

    variables: Mapping[str, Any]
    sentences: tuple[str, ...]
    node: str = ""

    def seen_from(self, path: str) -> Counted:
        return self._replace(node=path + self.node)


class Called(NamedTuple):
    """A flow that is called: what people call it with its version, and what its own house answers."""

    flow: Flow
    name: str
    house: House


class House(NamedTuple):
    """What a play asks of those it is played for; None in place of any, and as any answer, where nobody can say.

    `decide` makes the decision of a business rule task: the variables it brings. `tally` counts votes at an open step by the rule
    set of that code. `call` finds the flow an open call calls.
    """

    decide: Callable[[Opened, Node], Mapping[str, Any] | None] | None = None
    tally: Callable[[Opened, str, Mapping[str, Votes]], Counted | None] | None = None
    call: Callable[[Opened], Called | None] | None = None


class Refused(Exception):
    """An act that cannot be done. The play stands where it stood.

    `code`: ``not_started``, ``started``, ``not_open`` (nothing, or not so many, is open at `node`), ``not_asked`` (whom the act
    names is not asked; `params` has `who` is), ``not_counted`` (no such votes are cast there), ``no_called`` (no flow answers to
    `called`), ``entered``, ``not_entered``, ``backwards`` (the clock), ``no_moment``, ``too_many_timers``, ``too_many_decisions``,
    ``not_refused`` (what must be refused was done), or one of the engine's. `node` is as :class:`.Act` has it.
    """

    def __init__(self, code: str, node: str = "", **params: object) -> None:
        super().__init__(code, node)
        self.code = code
        self.node = node
        self.params = params


class Waiting(NamedTuple):
    """Something open, since when, and which it is of those at its node, from 0. `path` is "" or leads to the called flow it is in,
    and `entered` whether it is a call that is played inside."""

    opened: Opened
    since: datetime
    who: tuple[str, ...]
    nth: int = 0
    path: str = ""
    entered: bool = False

    @property
    def node(self) -> str:
        """As :class:`.Act` has it."""
        return self.path + self.opened.node

    @property
    def call_path(self) -> str:
        """What the nodes inside this call begin with."""
        return f"{self.node}#{self.nth}/" if self.nth else f"{self.node}/"

    @property
    def due(self) -> datetime | date | None:
        """When a person is to have done it."""
        return self.opened.due

    def seen_from(self, path: str) -> Waiting:
        return self._replace(path=path + self.path)


class Fired(NamedTuple):
    """A timer that came due while the clock was moved."""

    node: str
    at: datetime

    def seen_from(self, path: str) -> Fired:
        return self._replace(node=path + self.node)


class Made(NamedTuple):
    """A decision made on the way: at which node, which one, and the variables it brought."""

    node: str
    decision: str
    variables: Mapping[str, Any]

    def seen_from(self, path: str) -> Made:
        return self._replace(node=path + self.node)


class Inside(NamedTuple):
    """A call that is played inside: its token, what the nodes inside begin with, the called flow and where that stands."""

    token: int
    path: str
    called: Called
    stage: Stage


class Level(NamedTuple):
    """A flow that is played: the one rehearsed (`path` is "", it has no name), or a called one."""

    path: str
    name: str
    flow: Flow
    stage: Stage


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the case stands after `act`, and what happened on the way. `act` is None before the first.

    `open`, `thrown`, `fired`, `made` and `counted` have what is in called flows as well; the rest is of this flow alone. `refused` is
    why an act could not be done that must not be done.
    """

    act: Act | None
    now: datetime
    marking: Marking
    variables: Mapping[str, Any]
    open: tuple[Waiting, ...] = ()
    trace: tuple[Trace, ...] = ()
    thrown: tuple[Thrown, ...] = ()
    fired: tuple[Fired, ...] = ()
    made: tuple[Made, ...] = ()
    counted: tuple[Counted, ...] = ()
    inside: tuple[Inside, ...] = ()
    refused: Refused | None = None

    @property
    def started(self) -> bool:
        return self.marking.next_id > 1 or self.marking.ended

    @property
    def ended(self) -> bool:
        return self.marking.ended

    @property
    def timers(self) -> tuple[Fired, ...]:
        """What the clock will bring, soonest first."""
        found = [(timer.due, timer.id, Fired(timer.node, timer.due)) for timer in self.marking.timers.values()]
        found += [(one.at, 0, one.seen_from(inside.path)) for inside in self.inside for one in inside.stage.timers]
        return tuple(one for _due, _id, one in sorted(found))

    def waits(self) -> tuple[Waits, ...]:
        """What is open and whom it asks, sorted."""
        return tuple(sorted(Waits(waiting.node, waiting.who) for waiting in self.open))

    def levels(self, flow: Flow, path: str = "", name: str = "") -> Iterator[Level]:
        """This flow, as which it is played, and every called one, from the outside in."""
        yield Level(path, name, flow, self)
        for inside in self.inside:
            yield from inside.stage.levels(inside.called.flow, path + inside.path, inside.called.name)


@dataclass(frozen=True, slots=True)
class Played:
    """The stages of a play, from before its first act. `refused` is why the act after the last of them could not be done."""

    stages: tuple[Stage, ...]
    refused: Refused | None = None

    @property
    def last(self) -> Stage:
        return self.stages[-1]

    def processes(self, flow: Flow) -> dict[str, Process]:
        """Every process that was played, by what its nodes begin with ("" for that of `flow`)."""
        return {level.path: level.flow.process for stage in self.stages for level in stage.levels(flow)}


def who_of(process: Process, opened: Opened) -> tuple[str, ...]:
    """The roles and people an open step asks, sorted; the role of its lane where the step names nobody."""
    if opened.assignee:
        return (opened.assignee,)
    named = {*opened.candidate_groups, *opened.candidate_users}
    if not named and opened.kind == "human":
        role = process.role_of(opened.lane)
        named = {role} if role else set()
    return tuple(sorted(named))
