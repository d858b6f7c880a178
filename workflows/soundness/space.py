"""All the markings one scope can come to, found by playing the engine's own steps from the start.

Cheapest first: a marking is told by the way to it that takes the fewest decisions of data, and of those by the one of
the fewest steps.
"""

from __future__ import annotations

import heapq
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import Final, NamedTuple

from workflows.engine import (
    Complete,
    EngineError,
    ErrorThrown,
    EscalationThrown,
    Event,
    Graph,
    Marking,
    SignalArrived,
    Start,
    Step,
    advance,
)
from workflows.engine.marking import JOIN, OPEN, Token

from .choices import Circle, Oracle, open_up
from .scopes import Part

MOST_TOKENS: Final = 2
"""Markings with more tokens than this at one node are not gone on from."""

UNSURE: Final = 2
"""What it costs that an event which does not interrupt has not happened by the time its activity is done: an author may
know that it always does, a timer of no time for one. More than one decision is not held against a flow."""

LONG: Final = 40  # moves

_NOW: Final = datetime(2000, 1, 1, tzinfo=UTC)  # no clock is left in what is explored
_NOTHING: Final[dict[str, object]] = {}

Fired = frozenset[tuple[int, str]]
"""What has happened once already and may not again: the token (0: the scope) and the event or code."""


class Kind(Enum):
    """What a marking is: not gone on from yet, gone on from, the end of the scope, left by an error or cancel end,
    beyond the bounds, going on in a sub-process that only an error gets it out of, stuck, or in a circle without a wait."""

    NEW = "new"
    OPEN = "open"
    ENDED = "ended"
    LEFT = "left"
    BEYOND = "beyond"
    ELSEWHERE = "elsewhere"
    STUCK = "stuck"
    CIRCLE = "circle"


@dataclass(slots=True)
class State:
    """One marking: how it was come to (`parent` -1 at the start; `trail` are the elements of that step in order), and
    the cheapest cost of that: decisions of data, steps."""

    kind: Kind
    parent: int
    trail: tuple[str, ...]
    decisions: int
    steps: int
    ahead: list[int] = field(default_factory=list)
    waiting: tuple[Token, ...] = ()  # at joins, of one that is stuck
    crowded: tuple[str, ...] = ()  # nodes with two tokens that are not meant


class Meeting(NamedTuple):
    """How an element is come to: the cost as of :class:`State`, the state before, and the elements from there on, of
    which it is the one at `place`, from 1."""

    cost: tuple[int, int]
    parent: int
    trail: tuple[str, ...]
    place: int


@dataclass(slots=True)
class Budget:
    """What is left of the bounds: how many steps of the engine may still be played (long ones count for several, as
    they cost more time and memory), and until when."""

    steps: int
    until: float

    def spent(self) -> bool:
        return self.steps <= 0 or time.monotonic() > self.until


class Space:
    """The state space of a part, as far as the budget goes; `complete` is whether that was all of it.

    `met` gives for each node and flow how it is come to; `keys` the states by what they are made of.
    """

    def __init__(self, part: Part, budget: Budget, never: frozenset[str] = frozenset()) -> None:
        """`never` are the steps that are not completed: sub-processes that are only left by errors.

        Raises EngineError where the engine has no entry for an element."""
        self.part = part
        self.states: list[State] = []
        self.keys: dict[object, int] = {}
        self.met: dict[str, Meeting] = {}
        self.complete = True
        self._never = never
        self._oracle = Oracle()
        self._graph = Graph.of(part.process)
        open_up(self._graph, self._oracle)
        self._ahead: list[tuple[int, int, int]] = []
        self._held: dict[int, tuple[Marking, Fired]] = {}
        self._budget = budget
        self._explore()

    def path(self, state: int) -> tuple[str, ...]:
        """The elements in the order they are come to, from the start to the state."""
        trails = []
        while state >= 0:
            trails.append(self.states[state].trail)
            state = self.states[state].parent
        return tuple(element for trail in reversed(trails) for element in trail)

    def way_to(self, element: str) -> tuple[str, ...]:
        """The elements in the order they are come to, from the start to one that can be."""
        meeting = self.met[element]
        return (*self.path(meeting.parent), *meeting.trail[: meeting.place])

    # --- the search ----------------------------------------------------------------------------------------------

    def _explore(self) -> None:
        starts = [Start(node=start) for start in self.part.starts] or [Start()]
        for start in starts:
            self._play(-1, Marking(), frozenset(), start, frozenset(), 0)
        while self._ahead:
            decisions, _steps, number = heapq.heappop(self._ahead)
            state = self.states[number]
            if state.kind is not Kind.NEW or state.decisions != decisions:
                continue
            if self._budget.spent():
                break
            self._go_on(number, state, *self._held.pop(number))
        self.complete = not self._budget.spent()

    def _go_on(self, number: int, state: State, marking: Marking, fired: Fired) -> None:
        state.kind = Kind.OPEN
        most = self._look(state, marking)
        if most > MOST_TOKENS:
            state.kind = Kind.BEYOND
            return
        left = False
        for event, marks, weight in self._events(marking, fired):
            if event is None:
                left = True
            elif not self._budget.spent():
                self._play(number, marking, fired, event, marks, weight)
        if not state.ahead:
            if left:
                state.kind = Kind.ELSEWHERE
            elif self._budget.spent():
                state.kind = Kind.BEYOND
            else:
                state.kind = Kind.STUCK
                state.waiting = tuple(token for token in marking.tokens.values() if token.state == JOIN)

    def _look(self, state: State, marking: Marking) -> int:
        """Note where two tokens stand that are not meant to; the most tokens at one node."""
        most, crowded = 1, []
        for scope in marking.scopes.values():
            if len(scope.members) < 2:
                continue
            stand = Counter(
                (token.node, token.flow if token.state == JOIN else None)
                for token in map(marking.tokens.__getitem__, scope.members)
            )
            for (node, _flow), count in stand.items():
                most = max(most, count)
                if count > 1 and node not in self.part.aside:
                    crowded.append(node)
        state.crowded = tuple(crowded)
        return most

    def _play(self, parent: int, marking: Marking, fired: Fired, event: Event, marks: Fired, weight: int) -> None:
        """Play `event` in every way data could decide."""
        oracle = self._oracle
        script: list[int] | None = []
        circle, others = "", False
        while script is not None:
            oracle.begin(script)
            self._budget.steps -= 1
            try:
                step = advance(self._graph, marking, event, now=_NOW, variables=_NOTHING)
            except Circle as found:
                circle = circle or found.place
            except EngineError as problem:
                if problem.code == "step_limit":
                    self._budget.steps -= 100  # it took as long
                    circle = circle or problem.node or ""
                elif problem.code != "uncaught_error":
                    raise
            else:
                others = True
                unheard = isinstance(event, EscalationThrown) and step.thrown
                self._budget.steps -= len(step.trace) // LONG
                if step.trace and not unheard:
                    self._add(parent, step, fired | marks, weight + oracle.asked)
            script = None if self._budget.spent() else oracle.next()
        if circle and not others:
            trail = self._flows_to(circle, parent)
            self._put(("circle", circle), parent, trail, Kind.CIRCLE, weight)

    def _flows_to(self, circle: str, parent: int) -> tuple[str, ...]:
        """The way by flows from what was come to so far to a circle; the engine does not tell, as it never got out."""
        nodes, flows = self.part.process.nodes, self.part.process.flows
        begun = [element for element in self.path(parent) if element in nodes] if parent >= 0 else []
        ways: dict[str, tuple[str, ...]] = (
            {node: (node,) for node in self._graph.starts[self.part.process.id]} if not begun else {}
        )
        ways |= dict.fromkeys(begun, ())
        ways |= {event: (event,) for event, host in self.part.happens.items() if host in begun}
        ahead = deque(ways)
        while ahead and circle not in ways:
            here = ahead.popleft()
            link = self._graph.places[here].link
            steps = [(link,)] if link is not None else [(way, flows[way].target) for way in nodes[here].outgoing]
            for step in steps:
                if step[-1] not in ways:
                    ways[step[-1]] = (*ways[here], *step)
                    ahead.append(step[-1])
        return ways.get(circle) or (circle,)

    def _add(self, parent: int, step: Step, fired: Fired, decisions: int) -> None:
        trail: list[str] = []
        left = False
        for note in step.trace:
            if note.kind == "entered":
                trail += [note.node] if note.flow is None else [note.flow, note.node]
                left = left or note.node in self.part.leaves
        way = tuple(trail)
        if step.ended:
            kind = Kind.LEFT if left else Kind.ENDED
            number = self._put(kind, parent, way, kind, decisions)
        else:
            tokens = step.marking.tokens
            kept = frozenset(mark for mark in fired if mark[0] == 0 or mark[0] in tokens)
            number = self._put(self._key(step.marking, kept), parent, way, Kind.NEW, decisions)
            state = self.states[number]
            if state.kind is Kind.NEW and state.parent == parent and state.trail == way:
                self._held[number] = (step.marking, kept)
        self._meet(parent, way, decisions)

    def _meet(self, parent: int, trail: tuple[str, ...], weight: int) -> None:
        cost = (weight, 0)
        if parent >= 0:
            before = self.states[parent]
            cost = (before.decisions + weight, before.steps + 1)
        for place, node in enumerate(trail, 1):
            known = self.met.get(node)
            if known is None or cost < known.cost:
                self.met[node] = Meeting(cost, parent, trail, place)

    def _put(self, key: object, parent: int, trail: tuple[str, ...], kind: Kind, weight: int) -> int:
        decisions, steps = weight, 0
        if parent >= 0:
            before = self.states[parent]
            decisions, steps = before.decisions + weight, before.steps + 1
        number = self.keys.get(key)
        if number is None:
            number = self.keys[key] = len(self.states)
            self.states.append(State(kind, parent, trail, decisions, steps))
        else:
            state = self.states[number]
            if (state.decisions, state.steps) <= (decisions, steps):
                self._link(parent, number)
                return number
            state.parent, state.trail, state.decisions, state.steps = parent, trail, decisions, steps
        if kind is Kind.NEW:
            heapq.heappush(self._ahead, (decisions, steps, number))
        self._link(parent, number)
        return number

    def _link(self, parent: int, number: int) -> None:
        if parent >= 0:
            self.states[parent].ahead.append(number)

    # --- what can happen -----------------------------------------------------------------------------------------

    def _events(self, marking: Marking, fired: Fired) -> Iterator[tuple[Event | None, Fired, int]]:
        """What can happen next, what is not to happen again after it, and the decisions it takes; None stands for
        something that goes on elsewhere."""
        part, seen = self.part, set()
        open_ = [token for token in marking.tokens.values() if token.state == OPEN]
        hosts: dict[str, list[int]] = {}
        for token in open_:
            hosts.setdefault(token.node, []).append(token.id)
        armed = [event for event, host in part.happens.items() if host in hosts or not host]
        clocks = sum(event in part.clocks for event in armed) + sum(node in part.clocks for node in hosts)

        def weight(node: str) -> int:
            return int((node in part.clocks and clocks > 1) or node in part.data)

        def unheard(token: Token) -> int:
            awaited = (event for event in part.once if part.happens.get(event) == token.node)
            return UNSURE * any((token.id, event) not in fired for event in awaited)

        for token in open_:
            same = (token.node, token.scope, frozenset(mark for id_, mark in fired if id_ == token.id))
            if same in seen:
                continue
            seen.add(same)
            if token.node in self._never:
                yield None, frozenset(), 0
            else:
                yield Complete(token.id), frozenset(), weight(token.node) + unheard(token)
            if token.node in part.throwers:
                for kind, codes in part.codes.items():
                    for code in codes:
                        mark = (token.id, f"{kind}={code}")
                        if mark not in fired:
                            thrown = ErrorThrown if kind == "error" else EscalationThrown
                            yield thrown(token.id, code), frozenset((mark,)), 0
        root = next(iter(marking.scopes.values()))
        for event in armed:
            host = part.happens[event]
            owners = hosts[host] if host else [] if root.closed else [0]
            marks = frozenset((owner, event) for owner in owners) if event in part.once else frozenset()
            if owners and not (marks and marks <= fired):
                yield SignalArrived(event), marks, weight(event)

    def _key(self, marking: Marking, fired: Fired) -> object:
        """What a marking is made of, whatever its numbers."""
        of_scope: dict[int, list[str]] = {}
        for owner, mark in fired:
            of_scope.setdefault(owner, []).append(mark)

        def of(scope_id: int) -> tuple[object, ...]:
            scope = marking.scopes[scope_id]
            return (
                scope.closed,
                tuple(sorted(map(token_key, map(marking.tokens.__getitem__, scope.members)))),
            )

        def token_key(token: Token) -> tuple[str, str, str, str]:
            inside = repr(of(token.child)) if token.child else ""
            marks = ",".join(sorted(of_scope.get(token.id, ())))
            return (token.node, token.flow or "", marks, inside)

        return (of(next(iter(marking.scopes.values())).id), tuple(sorted(of_scope.get(0, ()))))
