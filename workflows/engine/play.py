"""The token game: one call plays one event through to where everything waits again.

The rules of each element stand in its own module and are found through the table in :mod:`workflows.engine.elements`;
here is what they have in common: the working copy of the marking, the queue of tokens on their way, and the end of
scopes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, MutableMapping
from datetime import datetime
from typing import Any

from . import ad_hoc, gateways, members, moves, multi, scopes, starting, throwing, timers, waiting
from .errors import STEP_LIMIT, EngineError
from .events import (
    AddInstance,
    Cancel,
    Complete,
    Enable,
    ErrorThrown,
    EscalationThrown,
    Event,
    MessageArrived,
    Move,
    RemoveInstance,
    SendBack,
    SignalArrived,
    Start,
    TimerFired,
    VariablesSet,
)
from .expressions import clock
from .graph import Graph
from .marking import JOIN, OPEN, Marking, Token
from .places import Place
from .step import Opened, Step, Thrown, TimerSet, Trace
from .variables import Layers, writable

Enter = Callable[["Play", Place, int, "str | None"], None]


def advance(
    graph: Graph,
    marking: Marking,
    event: Event,
    *,
    now: datetime,
    variables: Mapping[str, Any],
    called: bool = False,
) -> Step:
    """Play `event` on `marking` until every token waits; the same arguments always give the same step.

    `now` is the moment timers count from, `variables` the root variables of the case, which are not changed. A `called`
    case that nothing in it saves from an error ends with it and throws it on to its caller.
    Raises EngineError where the event does not fit the marking or the game cannot go on; `marking` then stands as it was.
    """
    if marking.ended:
        raise EngineError("ended")
    play = Play(graph, marking, now, variables, called=called)
    _EVENTS[type(event)](play, event)
    play.run()
    return play.step()


class Play:
    """A step in the making: the working copy the rules of the elements write to."""

    __slots__ = (
        "_clock",
        "_dirty",
        "_mail",
        "_moves",
        "_own_variables",
        "_pending",
        "_queue",
        "_touched",
        "called",
        "cancelled",
        "completed",
        "crowds",
        "ended",
        "graph",
        "next_id",
        "now",
        "opened",
        "places",
        "scopes",
        "thrown",
        "timers",
        "timers_cleared",
        "timers_set",
        "tokens",
        "trace",
        "variables",
    )

    def __init__(
        self, graph: Graph, marking: Marking, now: datetime, variables: Mapping[str, Any], *, called: bool = False
    ) -> None:
        self.graph = graph
        self.called = called
        self.places = graph.places
        self.now = now
        self.tokens = marking.tokens.fork()
        self.scopes = marking.scopes.fork()
        self.timers = marking.timers.fork()
        self.crowds = marking.crowds
        self.next_id = marking.next_id
        self.variables = variables
        self._own_variables: MutableMapping[str, Any] | None = None
        self.ended = False
        self.opened: list[Opened] = []
        self.completed: list[int] = []
        self.cancelled: list[int] = []
        self.timers_set: list[TimerSet] = []
        self.timers_cleared: list[int] = []
        self.trace: list[Trace] = []
        self.thrown: list[Thrown] = []
        self._mail: deque[Thrown] = deque()
        self._queue: deque[tuple[Enter, Place, int, str | None]] = deque()
        self._pending: dict[int, int] = {}
        self._touched: list[int] = []
        self._dirty: set[int] = set()
        self._moves = 0
        self._clock = clock(now) if graph.clocked else None

    # --- what the rules use -------------------------------------------------------------------------------------------

    def new_id(self) -> int:
        """The next id of the case; tokens, scopes and timers share the numbers."""
        id_ = self.next_id
        self.next_id = id_ + 1
        return id_

    def root(self) -> Mapping[str, Any]:
        """What an expression of the process itself sees."""
        return self.variables if self._clock is None else Layers(self.variables, self._clock)

    def write(self, name: str, value: Any) -> None:
        """Set a root variable."""
        if self.crowds:
            multi.before_write(self, name)
        if self._own_variables is None:
            self.variables = self._own_variables = writable(self.variables)
        self._own_variables[name] = value

    def add(self, token: Token) -> None:
        """Put a new token into its scope."""
        self.tokens.put(token.id, token)
        scope = self.scopes[token.scope]
        joins = scope.joins
        if token.state == JOIN:
            joins = {**joins, token.node: (*joins.get(token.node, ()), token.id)}
        self.scopes.put(scope.id, scope._replace(members=(*scope.members, token.id), joins=joins))
        self._dirty.add(scope.id)

    def put(self, token: Token) -> None:
        """Replace a token by a later state of itself."""
        self.tokens.put(token.id, token)

    def drop(self, token: Token) -> None:
        """Take a token out of its scope, which ends when it was the last one there."""
        scope = self.scopes[token.scope]
        if multi.in_crowd(scope, token):
            self.scopes.put(scope.id, multi.without(scope, token))
            return
        self.tokens.drop(token.id)
        joins = scope.joins
        if token.state == JOIN:
            joins = dict(joins)
            left = tuple(id_ for id_ in joins[token.node] if id_ != token.id)
            if left:
                joins[token.node] = left
            else:
                del joins[token.node]
        members = tuple(id_ for id_ in scope.members if id_ != token.id)
        self.scopes.put(scope.id, scope._replace(members=members, joins=joins))
        self._dirty.add(scope.id)
        self._touched.append(scope.id)

    def send(self, flow: str | None, target: str, scope: int) -> None:
        """Send a token along `flow` to the node `target`."""
        place = self.places[target]
        self.call(place.element.enter, place, scope, flow)

    def call(self, rule: Enter, place: Place, scope: int, flow: str | None = None) -> None:
        """Have `rule` played after what is already under way; until then its scope lives."""
        self._queue.append((rule, place, scope, flow))
        self._pending[scope] = self._pending.get(scope, 0) + 1

    def forget(self, scope: int) -> None:
        """What is on its way in a scope instance goes no further."""
        self._queue = deque(entry for entry in self._queue if entry[2] != scope)
        self._pending[scope] = 0

    def busy(self, scope: int) -> bool:
        """Whether something is on its way in a scope instance."""
        return self._pending.get(scope, 0) > 0

    def post(self, thrown: Thrown) -> None:
        """Have a message or signal delivered when everything that can move has moved."""
        self._mail.append(thrown)

    def leave(self, place: Place, scope: int) -> None:
        """A token is through with `place`: it goes on along every flow that is open to it (BPMN 2.0 §13.3.1)."""
        if place.after is not None:
            scope = place.after(self, scope)
        if place.free:
            for way in place.exits:
                self.send(way.flow, way.target, scope)
            self._touched.append(scope)
            return
        gateways.leave_by_conditions(self, place, scope)

    def count(self, place: Place, moves: int = 1) -> None:
        """Count moves at `place`. Raises EngineError ``step_limit`` where a step takes too many to be anything but an
        endless loop."""
        self._moves += moves
        if self._moves > STEP_LIMIT:
            raise EngineError("step_limit", place.id, limit=STEP_LIMIT)

    def note(self, kind: str, node: str, token: int = 0, flow: str | None = None, detail: str = "") -> None:
        """Add to the trace."""
        self.trace.append(Trace(kind, node, token, flow, detail))

    def find(self, id_: int) -> Token | None:
        """The token, also where it waits in a crowd."""
        return self.tokens.get(id_) or multi.of_crowds(self, id_)

    def open_token(self, id_: int) -> Token:
        """The token, where it is open. Raises EngineError ``not_waiting``."""
        token = self.find(id_)
        if token is None or token.state != OPEN:
            raise EngineError("not_waiting", token.node if token is not None else None, token=id_)
        return token

    def look_again(self) -> None:
        """Have every scope's inclusive joins look whether anybody can still come: the diagram may be another."""
        self._dirty.update(scope.id for scope in self.scopes.values() if scope.joins)

    # --- the game ---------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Move tokens until all wait; then let inclusive joins look whether anybody can still come."""
        while True:
            self._settle()
            if self._queue:
                rule, place, scope, flow = self._queue.popleft()
                if scope in self.scopes:  # else it was ended over the token's head
                    self.count(place)
                    self._pending[scope] -= 1
                    self._touched.append(scope)
                    rule(self, place, scope, flow)
            elif self._mail:
                throwing.deliver(self, self._mail.popleft())
            elif self._fire_inclusive_join():
                pass
            elif not (self.graph.conditional and self._meet_condition()):
                return

    def _settle(self) -> None:
        while self._touched:
            scope = self.scopes.get(self._touched.pop())
            if scope is not None and scope.multi is None and not scope.members and not self._pending.get(scope.id):
                place = self.places.get(scope.node)
                empty = scopes.end if place is None else place.element.empty
                empty(self, scope)

    def _fire_inclusive_join(self) -> bool:
        for id_ in sorted(self._dirty):
            scope = self.scopes.get(id_)
            if scope is not None and scope.joins and gateways.fire_inclusive(self, scope):
                return True
            self._dirty.discard(id_)
        return False

    def _meet_condition(self) -> bool:
        met = throwing.check_conditions(self)
        if met:
            self.count(next(iter(self.places.values())))
        return met

    def step(self) -> Step:
        """What came of it."""
        return Step(
            marking=Marking(self.tokens, self.scopes, self.timers, self.crowds, self.next_id, self.ended),
            variables=self.variables,
            opened=tuple(self.opened),
            completed=tuple(self.completed),
            cancelled=tuple(self.cancelled),
            timers_set=tuple(self.timers_set),
            timers_cleared=tuple(self.timers_cleared),
            trace=tuple(self.trace),
            ended=self.ended,
            thrown=tuple(self.thrown),
        )


_EVENTS: Mapping[type[Event], Callable[[Play, Any], None]] = {
    Start: starting.start,
    Complete: waiting.complete,
    TimerFired: timers.fire,
    MessageArrived: throwing.receive,
    SignalArrived: throwing.hear,
    ErrorThrown: throwing.fail,
    EscalationThrown: throwing.escalate,
    VariablesSet: starting.set_variables,
    Enable: ad_hoc.enable,
    Move: moves.move,
    SendBack: moves.send_back,
    AddInstance: members.add,
    RemoveInstance: members.remove,
    Cancel: scopes.cancel_case,
}
