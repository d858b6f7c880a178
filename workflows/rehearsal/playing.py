"""The play itself: acts, one after the other, on the engine, with the decisions made on the way and a clock that is moved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from workflows.bpmn.model import Node, Process
from workflows.engine import (
    Complete,
    Enable,
    EngineError,
    ErrorThrown,
    Event,
    Graph,
    Marking,
    MessageArrived,
    Opened,
    SendBack,
    SignalArrived,
    Start,
    Step,
    TimerFired,
    Trace,
    VariablesSet,
    advance,
)

from .acts import Act, Kind, Thrown, Waits

MOST_FIRINGS: Final = 500
"""How many timers one move of the clock fires at most: a cycle of seconds is not waited through for a year."""
MOST_DECISIONS: Final = 200
"""How many decisions one act makes at most: a flow may come back to the same one for ever."""

Decide = Callable[[Opened, Node], "Mapping[str, Any] | None"]
"""Makes the decision a business rule task asks for: the variables it brings, None where nobody can make it."""


class Flow(NamedTuple):
    """What is played: a process, compiled."""

    process: Process
    graph: Graph

    @classmethod
    def of(cls, process: Process) -> Flow:
        """Raises EngineError for what the engine cannot run."""
        return cls(process, Graph.of(process))


class Refused(Exception):
    """An act that cannot be done. The play stands where it stood.

    `code`: ``not_started``, ``started``, ``not_open`` (nothing, or not so many, is open at `node`), ``not_asked`` (whom the act
    names is not asked; `params` has `who` is), ``backwards`` (the clock), ``no_moment``, ``too_many_timers``,
    ``too_many_decisions``, or one of the engine's.
    """

    def __init__(self, code: str, node: str = "", **params: object) -> None:
        super().__init__(code, node)
        self.code = code
        self.node = node
        self.params = params


class Waiting(NamedTuple):
    """Something open, since when, and which it is of those at its node, from 0."""

    opened: Opened
    since: datetime
    who: tuple[str, ...]
    nth: int = 0

    @property
    def due(self) -> datetime | date | None:
        """When a person is to have done it."""
        return self.opened.due


class Fired(NamedTuple):
    """A timer that came due while the clock was moved."""

    node: str
    at: datetime


class Made(NamedTuple):
    """A decision made on the way: at which node, which one, and the variables it brought."""

    node: str
    decision: str
    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the case stands after `act`, and what happened on the way. `act` is None before the first."""

    act: Act | None
    now: datetime
    marking: Marking
    variables: Mapping[str, Any]
    open: tuple[Waiting, ...] = ()
    trace: tuple[Trace, ...] = ()
    thrown: tuple[Thrown, ...] = ()
    fired: tuple[Fired, ...] = ()
    made: tuple[Made, ...] = ()

    @property
    def started(self) -> bool:
        return self.marking.next_id > 1 or self.marking.ended

    @property
    def ended(self) -> bool:
        return self.marking.ended

    @property
    def timers(self) -> tuple[Fired, ...]:
        """What the clock will bring, soonest first."""
        return tuple(
            Fired(timer.node, timer.due)
            for timer in sorted(self.marking.timers.values(), key=lambda timer: (timer.due, timer.id))
        )

    def waits(self) -> tuple[Waits, ...]:
        """What is open and whom it asks, sorted."""
        return tuple(sorted(Waits(waiting.opened.node, waiting.who) for waiting in self.open))


@dataclass(frozen=True, slots=True)
class Played:
    """The stages of a play, from before its first act. `refused` is why the act after the last of them could not be done."""

    stages: tuple[Stage, ...]
    refused: Refused | None = None

    @property
    def last(self) -> Stage:
        return self.stages[-1]


def play(flow: Flow, acts: Iterable[Act], begins: datetime, decide: Decide | None = None) -> Played:
    """Play `acts` from the moment `begins` on; what cannot be done ends the play there, and is told, not raised.

    The same arguments lead to the same stages, where `decide` answers the same.
    """
    stages = [Stage(None, begins, Marking(), {})]
    for act in acts:
        try:
            stages.append(_Turn(flow, stages[-1], decide).take(act))
        except Refused as refused:
            return Played(tuple(stages), refused)
    return Played(tuple(stages))


class _Turn:
    """One act in the making."""

    def __init__(self, flow: Flow, before: Stage, decide: Decide | None) -> None:
        self._flow = flow
        self._decide = decide
        self._now = before.now
        self._before = before
        self._marking = before.marking
        self._variables = before.variables
        self._open = {waiting.opened.token: waiting for waiting in before.open}
        self._trace: list[Trace] = []
        self._thrown: list[Thrown] = []
        self._fired: list[Fired] = []
        self._made: list[Made] = []
        self._unmade: set[int] = set()

    def take(self, act: Act) -> Stage:
        """Raises Refused."""
        if act.kind is not Kind.START and act.kind is not Kind.WAIT and not self._before.started:
            raise Refused("not_started")
        _ACTS[act.kind](self, act)
        return Stage(
            act,
            self._now,
            self._marking,
            self._variables,
            self._numbered(),
            tuple(self._trace),
            tuple(self._thrown),
            tuple(self._fired),
            tuple(self._made),
        )

    # --- the acts -----------------------------------------------------------------------------------------------------

    def start(self, act: Act) -> None:
        if self._before.started:
            raise Refused("started")
        self._variables = dict(act.variables)
        node = self._flow.process.nodes.get(act.node)
        if act.node and (node is None or node.kind != "startEvent"):
            raise Refused("no_such_node", act.node)
        self._step(Start(node=act.node or None))

    def complete(self, act: Act) -> None:
        waiting = self._find(act)
        self._asks(waiting, act)
        self._step(Complete(waiting.opened.token, dict(act.variables)))

    def fail(self, act: Act) -> None:
        self._step(ErrorThrown(self._find(act).opened.token, act.name, dict(act.variables)))

    def wait(self, act: Act) -> None:
        if act.until is None:
            raise Refused("no_moment")
        if act.until < self._now:
            raise Refused("backwards")
        while self._marking.timers:
            timer = min(self._marking.timers.values(), key=lambda timer: (timer.due, timer.id))
            if timer.due > act.until:
                break
            if len(self._fired) >= MOST_FIRINGS:
                raise Refused("too_many_timers", timer.node, most=MOST_FIRINGS)
            # The zone of the clock stays: a timer's own is a bare offset.
            self._now = max(self._now, timer.due.astimezone(self._now.tzinfo))
            self._fired.append(Fired(timer.node, self._now))
            self._step(TimerFired(timer.id))
        self._now = act.until.astimezone(self._now.tzinfo)

    def message(self, act: Act) -> None:
        self._step(MessageArrived(act.name, dict(act.variables), act.correlation))

    def signal(self, act: Act) -> None:
        self._step(SignalArrived(act.name, dict(act.variables)))

    def set(self, act: Act) -> None:
        self._step(VariablesSet(dict(act.variables)))

    def enable(self, act: Act) -> None:
        self._step(Enable(act.node))

    def back(self, act: Act) -> None:
        waiting = self._find(act)
        self._asks(waiting, act)
        self._step(SendBack(waiting.opened.token, act.name))

    # --- what they share ----------------------------------------------------------------------------------------------

    def _find(self, act: Act) -> Waiting:
        there = [waiting for waiting in self._open.values() if waiting.opened.node == act.node]
        if not 0 <= act.nth < len(there):
            raise Refused("not_open", act.node)
        return there[act.nth]

    def _asks(self, waiting: Waiting, act: Act) -> None:
        """Whom the act names must be asked; a step that asks nobody is done by anybody."""
        if waiting.opened.kind != "human" or not act.by or not waiting.who:
            return
        if not {act.by, *act.roles} & set(waiting.who):
            raise Refused("not_asked", act.node, who=waiting.who)

    def _step(self, event: Event) -> None:
        self._advance(event)
        for _round in range(MOST_DECISIONS):
            asked = next(
                (
                    waiting.opened
                    for waiting in self._open.values()
                    if waiting.opened.kind == "decision" and waiting.opened.token not in self._unmade
                ),
                None,
            )
            if asked is None or self._decide is None:
                return
            brought = self._decide(asked, self._flow.process.nodes[asked.node])
            if brought is None:
                self._unmade.add(asked.token)
                continue
            self._made.append(Made(asked.node, asked.called or "", brought))
            self._advance(Complete(asked.token, dict(brought)))
        raise Refused("too_many_decisions", most=MOST_DECISIONS)

    def _advance(self, event: Event) -> None:
        try:
            step = advance(self._flow.graph, self._marking, event, now=self._now, variables=self._variables)
        except EngineError as error:
            raise Refused(error.code, error.node or "", **error.params) from error
        self._note(step)

    def _note(self, step: Step) -> None:
        for opened in step.opened:
            self._open[opened.token] = Waiting(opened, self._now, who_of(self._flow.process, opened))
        for token in (*step.completed, *step.cancelled):
            self._open.pop(token, None)
        self._trace += step.trace
        # What was caught inside is no business of others, but a signal goes to all.
        self._thrown += [
            Thrown(one.kind, one.name) for one in step.thrown if not one.caught or one.kind in {"signal", "error"}
        ]
        self._marking, self._variables = step.marking, step.variables

    def _numbered(self) -> tuple[Waiting, ...]:
        counts: dict[str, int] = {}
        found = []
        for waiting in self._open.values():
            nth = counts.get(waiting.opened.node, 0)
            counts[waiting.opened.node] = nth + 1
            found.append(waiting if waiting.nth == nth else waiting._replace(nth=nth))
        return tuple(found)


_ACTS: Final[Mapping[Kind, Callable[[_Turn, Act], None]]] = {
    Kind.START: _Turn.start,
    Kind.COMPLETE: _Turn.complete,
    Kind.FAIL: _Turn.fail,
    Kind.WAIT: _Turn.wait,
    Kind.MESSAGE: _Turn.message,
    Kind.SIGNAL: _Turn.signal,
    Kind.SET: _Turn.set,
    Kind.ENABLE: _Turn.enable,
    Kind.BACK: _Turn.back,
}


def who_of(process: Process, opened: Opened) -> tuple[str, ...]:
    """The roles and people an open step asks, sorted; the role of its lane where the step names nobody."""
    if opened.assignee:
        return (opened.assignee,)
    named = {*opened.candidate_groups, *opened.candidate_users}
    if not named and opened.kind == "human":
        role = process.role_of(opened.lane)
        named = {role} if role else set()
    return tuple(sorted(named))
