"""The play itself: acts, one after the other, on the engine, with the decisions made on the way and a clock that is moved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from workflows.engine import (
    Complete,
    Enable,
    EngineError,
    ErrorThrown,
    EscalationThrown,
    Event,
    Marking,
    MessageArrived,
    SendBack,
    SignalArrived,
    Start,
    Step,
    TimerFired,
    Trace,
    VariablesSet,
    advance,
)

from .acts import Act, Kind, Thrown
from .stages import Called, Counted, Fired, Flow, House, Inside, Made, Played, Refused, Stage, Waiting, who_of

if TYPE_CHECKING:
    from datetime import datetime

    from workflows.engine.marking import Timer

MOST_FIRINGS: Final = 500
"""How many timers one move of the clock fires at most: a cycle of seconds is not waited through for a year."""
MOST_DECISIONS: Final = 200
"""How many decisions one act makes at most: a flow may come back to the same one for ever."""

_NOBODY: Final = House()


def play(flow: Flow, acts: Iterable[Act], begins: datetime, house: House = _NOBODY) -> Played:
    """Play `acts` from the moment `begins` on; what cannot be done ends the play there, and is told, not raised.

    The same arguments lead to the same stages, where the `house` answers the same.
    """
    stages = [Stage(None, begins, Marking(), {})]
    for act in acts:
        try:
            stage = _Turn(flow, stages[-1], house, _Clock(stages[-1].now)).take(act)
        except Refused as refused:
            if act.refused != refused.code:
                return Played(tuple(stages), refused)
            stage = replace(stages[-1], act=act, refused=refused, trace=(), thrown=(), fired=(), made=(), counted=())
        else:
            if act.refused:
                return Played(tuple(stages), Refused("not_refused", act.node))
        stages.append(stage)
    return Played(tuple(stages))


class _Clock:
    """The clock of a play, one for a flow and all it has called."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.rung = 0


class _Turn:
    """One act in the making; one inside it for each called flow that is played."""

    def __init__(self, flow: Flow, before: Stage, house: House, clock: _Clock, caller: _Call | None = None) -> None:
        self._flow = flow
        self._house = house
        self._caller = caller
        self.clock = clock
        self.path: str = caller.by.path + caller.path if caller is not None else ""
        self._before = before
        self._marking = before.marking
        self._variables = before.variables
        self._open = {waiting.opened.token: waiting for waiting in before.open if not waiting.path}
        self._calls = {one.token: _Call(self, one.token, one.path, one.called, one.stage) for one in before.inside}
        self._trace: list[Trace] = []
        self._thrown: list[Thrown] = []
        self._fired: list[Fired] = []
        self._made: list[Made] = []
        self._counted: list[Counted] = []
        self._unmade: set[int] = set()

    def take(self, act: Act) -> Stage:
        """Raises Refused."""
        if act.kind is not Kind.START and act.kind is not Kind.WAIT and not self._before.started:
            raise self._refuse("not_started")
        self.perform(act)
        return self.stage(act)

    def perform(self, act: Act) -> None:
        """The act, here or in the called flow its node leads into. Raises Refused."""
        step, slash, rest = act.node.partition("/")
        if not slash:
            _ACTS[act.kind](self, act)
            return
        node, _hash, nth = step.partition("#")
        inside = self._calls.get(self._find(node, int(nth) if nth.isdigit() else 0).opened.token)
        if inside is None or act.kind is Kind.WAIT:
            raise self._refuse("not_entered", node)
        inside.turn.perform(replace(act, node=rest))

    def stage(self, act: Act | None) -> Stage:
        """Where it stands now, with all that is inside."""
        own = self._numbered()
        insides = [
            Inside(waiting.opened.token, waiting.call_path, call.called, call.turn.stage(None))
            for waiting in own
            if (call := self._calls.get(waiting.opened.token)) is not None
        ]
        fired = [*self._fired, *(one.seen_from(inside.path) for inside in insides for one in inside.stage.fired)]
        return Stage(
            act,
            self.clock.now,
            self._marking,
            self._variables,
            (*own, *(one.seen_from(inside.path) for inside in insides for one in inside.stage.open)),
            tuple(self._trace),
            (*self._thrown, *(one for inside in insides for one in _sent(inside.stage.thrown))),
            tuple(sorted(fired, key=lambda one: one.at)),
            (*self._made, *(one.seen_from(inside.path) for inside in insides for one in inside.stage.made)),
            (*self._counted, *(one.seen_from(inside.path) for inside in insides for one in inside.stage.counted)),
            tuple(insides),
        )

    # --- the acts -----------------------------------------------------------------------------------------------------

    def start(self, act: Act) -> None:
        if self._before.started or self._caller is not None:
            raise self._refuse("started")
        node = self._flow.process.nodes.get(act.node)
        if act.node and (node is None or node.kind != "startEvent"):
            raise self._refuse("no_such_node", act.node)
        self.begin(act.variables, act.node)

    def begin(self, variables: Mapping[str, Any], node: str = "") -> None:
        """Start the case."""
        self._variables = dict(variables)
        self._step(Start(node=node or None))

    def complete(self, act: Act) -> None:
        waiting = self._find(act.node, act.nth)
        self._asks(waiting, act)
        brought = dict(act.variables)
        if act.votes:
            brought |= self._count(waiting, act).variables
        self._step(Complete(waiting.opened.token, brought))

    def fail(self, act: Act) -> None:
        opened = self._find(act.node, act.nth).opened
        self._step(ErrorThrown(opened.token, act.name, dict(act.variables)))

    def wait(self, act: Act) -> None:
        if act.until is None:
            raise self._refuse("no_moment")
        if act.until < self.clock.now:
            raise self._refuse("backwards")
        while (soonest := min(self._timers(), key=lambda found: found[1].due, default=None)) is not None:
            turn, timer = soonest
            if timer.due > act.until:
                break
            if self.clock.rung >= MOST_FIRINGS:
                raise turn._refuse("too_many_timers", timer.node, most=MOST_FIRINGS)
            self.clock.rung += 1
            # The zone of the clock stays: a timer's own is a bare offset.
            self.clock.now = max(self.clock.now, timer.due.astimezone(self.clock.now.tzinfo))
            turn._ring(timer)
        self.clock.now = act.until.astimezone(self.clock.now.tzinfo)

    def message(self, act: Act) -> None:
        self._step(MessageArrived(act.name, dict(act.variables), act.correlation))

    def signal(self, act: Act) -> None:
        self._step(SignalArrived(act.name, dict(act.variables)))

    def set(self, act: Act) -> None:
        self._step(VariablesSet(dict(act.variables)))

    def enable(self, act: Act) -> None:
        self._step(Enable(act.node))

    def back(self, act: Act) -> None:
        waiting = self._find(act.node, act.nth)
        self._asks(waiting, act)
        self._step(SendBack(waiting.opened.token, act.name))

    def enter(self, act: Act) -> None:
        waiting = self._find(act.node, act.nth)
        opened = waiting.opened
        if opened.token in self._calls:
            raise self._refuse("entered", act.node)
        called = self._house.call(opened) if opened.kind == "call" and self._house.call is not None else None
        if called is None:
            raise self._refuse("no_called", act.node, called=opened.called or "")
        call = _Call(self, opened.token, waiting.call_path, called, Stage(None, self.clock.now, Marking(), {}))
        self._calls[opened.token] = call
        call.turn.begin(opened.variables)

    # --- called flows -------------------------------------------------------------------------------------------------

    def returned(self, call: _Call, step: Step) -> None:
        """What the flow played at a call has sent upwards, and that it has come to its end, as a called case tells its caller."""
        failed = False
        for one in step.thrown:
            if call.token not in self._calls:
                return
            if one.kind == "escalation" and not one.caught:
                self._step(EscalationThrown(call.token, one.name, one.variables))
            elif one.kind == "error" and not one.caught:
                failed = True
                self._step(ErrorThrown(call.token, one.name, one.variables))
        if step.ended and not failed and call.token in self._calls:
            self._step(Complete(call.token, dict(step.variables)))

    def _timers(self) -> Iterator[tuple[_Turn, Timer]]:
        """All that the clock will bring, of every flow that is played."""
        yield from ((self, timer) for timer in self._marking.timers.values())
        for call in self._calls.values():
            yield from call.turn._timers()

    def _ring(self, timer: Timer) -> None:
        self._fired.append(Fired(timer.node, self.clock.now))
        self._step(TimerFired(timer.id))

    # --- what they share ----------------------------------------------------------------------------------------------

    def _find(self, node: str, nth: int) -> Waiting:
        there = [waiting for waiting in self._open.values() if waiting.opened.node == node]
        if not 0 <= nth < len(there):
            raise self._refuse("not_open", node)
        return there[nth]

    def _asks(self, waiting: Waiting, act: Act) -> None:
        """Whom the act names must be asked; a step that asks nobody is done by anybody."""
        if waiting.opened.kind != "human" or not act.by or not waiting.who:
            return
        if not {act.by, *act.roles} & set(waiting.who):
            raise self._refuse("not_asked", act.node, who=waiting.who)

    def _count(self, waiting: Waiting, act: Act) -> Counted:
        counted = self._house.tally(waiting.opened, act.rule, act.votes) if self._house.tally is not None else None
        if counted is None:
            raise self._refuse("not_counted", act.node)
        self._counted.append(counted._replace(node=act.node))
        return counted

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
            if asked is None or self._house.decide is None:
                return
            brought = self._house.decide(asked, self._flow.process.nodes[asked.node])
            if brought is None:
                self._unmade.add(asked.token)
                continue
            self._made.append(Made(asked.node, asked.called or "", brought))
            self._advance(Complete(asked.token, dict(brought)))
        raise self._refuse("too_many_decisions", most=MOST_DECISIONS)

    def _advance(self, event: Event) -> None:
        try:
            step = advance(
                self._flow.graph,
                self._marking,
                event,
                now=self.clock.now,
                variables=self._variables,
                called=self._caller is not None,
            )
        except EngineError as error:
            raise self._refuse(error.code, error.node or "", **error.params) from error
        self._note(step)
        if self._caller is not None:
            self._caller.by.returned(self._caller, step)

    def _note(self, step: Step) -> None:
        for opened in step.opened:
            self._open[opened.token] = Waiting(opened, self.clock.now, who_of(self._flow.process, opened))
        for token in (*step.completed, *step.cancelled):
            self._open.pop(token, None)
            self._leave(self._calls.pop(token, None))
        self._trace += step.trace
        # What was caught inside is no business of others, but a signal goes to all.
        self._thrown += [
            Thrown(one.kind, one.name) for one in step.thrown if not one.caught or one.kind in {"signal", "error"}
        ]
        self._marking, self._variables = step.marking, step.variables

    def _leave(self, call: _Call | None) -> None:
        """A called flow is over: what happened in it on its last step happened all the same."""
        if call is None:
            return
        last = call.turn.stage(None)
        self._thrown += _sent(last.thrown)
        self._fired += [one.seen_from(call.path) for one in last.fired]
        self._made += [one.seen_from(call.path) for one in last.made]
        self._counted += [one.seen_from(call.path) for one in last.counted]

    def _refuse(self, code: str, node: str = "", **params: object) -> Refused:
        return Refused(code, self.path + node, **params)

    def _numbered(self) -> tuple[Waiting, ...]:
        counts: dict[str, int] = {}
        found = []
        for waiting in self._open.values():
            nth = counts.get(waiting.opened.node, 0)
            counts[waiting.opened.node] = nth + 1
            found.append(waiting._replace(nth=nth, entered=waiting.opened.token in self._calls))
        return tuple(found)


class _Call:
    """A call that is played inside: who called, at which token, what the nodes inside begin with, and the called flow's own turn."""

    def __init__(self, by: _Turn, token: int, path: str, called: Called, before: Stage) -> None:
        self.by = by
        self.token = token
        self.path = path
        self.called = called
        self.turn = _Turn(called.flow, before, called.house, by.clock, self)


def _sent(thrown: Iterable[Thrown]) -> list[Thrown]:
    """What went to others: an error or an escalation of a called flow goes to its caller, whose business it is."""
    return [one for one in thrown if one.kind in {"message", "signal"}]


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
    Kind.ENTER: _Turn.enter,
}
