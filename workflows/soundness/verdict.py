"""What the state spaces of a process say about it (docs/adr tells why this is an error and that a warning)."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from workflows.bpmn.model import Process
from workflows.engine import EngineError

from .scopes import Part, parts
from .space import Budget, Kind, Space, State

ERROR: Final = "error"
WARNING: Final = "warning"
ALWAYS: Final = -1
"""The decisions of what happens whatever they are."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far to look: steps of the engine played for one process, and seconds. The usual flow takes some hundred."""

    steps: int = 10_000
    seconds: float = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with the flow of control, `path` being how a case comes there: the ids of the elements
    in order, flows included.

    `code`: ``deadlock`` (at the join `element` a token waits for ever), ``no_end`` (from `element` on the case goes
    round and round and cannot end), ``no_synchronisation`` (two tokens stand at `element` at once, though nothing asks
    for that), ``dead_node`` (`element` is connected and is never come to). `severity` is ``error`` where a case surely
    stops for good, whatever else its data is, and ``warning`` otherwise. `waits_for` are the flows a deadlocked join lacks tokens on.
    """

    code: str
    element: str
    severity: str
    path: tuple[str, ...]
    waits_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, errors first; how many markings were looked at, and whether these were all."""

    findings: tuple[Finding, ...]
    states: int
    complete: bool


def examine(process: Process, limits: Limits | None = None, *, glued: bool = True) -> Report:
    """Explore `process` within the limits. Raises EngineError where the engine has no entry for an element of it."""
    limits = limits or Limits()
    budget = Budget(limits.steps, time.monotonic() + limits.seconds)
    found: list[Finding] = []
    ways: dict[str, tuple[tuple[str, ...], int]] = {}
    states, complete = 0, True
    spaces = _spaces(process, budget, glued=glued)
    owners = [space.part.owner for space in spaces if space.part.owner is not None]
    known = {*process.nodes, *process.flows}
    for space in spaces:
        owner = space.part.owner
        before, decisions = ways.get(owner, ((), 0)) if owner is not None else ((), 0)
        states += len(space.states)
        complete &= space.complete
        for finding, cost in _findings(space):
            path = tuple(element for element in (*before, *finding.path) if element in known)
            certain = finding.severity == ERROR and (cost == ALWAYS or decisions + cost <= 1)
            found.append(replace(finding, severity=ERROR if certain else WARNING, path=path))
        for node in owners:
            if node in space.met and node in space.part.process.nodes:
                cost = space.met[node].cost[0]
                ways[node] = ((*before, *space.way_to(node)), decisions + cost)
    found.sort(key=lambda finding: finding.severity != ERROR)
    return Report(tuple(found), states, complete)


def _spaces(process: Process, budget: Budget, *, glued: bool) -> list[Space]:
    """The state spaces of all scopes, the outer ones first; explored from the inside, for what never ends by itself
    is not completed in the scope around it."""
    spaces: list[Space] = []
    never: set[str] = set()
    for part in reversed([*parts(process, glued=glued)]):
        try:
            space = Space(part, budget, frozenset(never))
        except EngineError as problem:
            if problem.code == "no_start":  # told by the checker, and nothing happens there
                continue
            raise
        kinds = {state.kind for state in space.states}
        if part.owner is not None and space.complete and Kind.LEFT in kinds and kinds <= {Kind.LEFT, Kind.OPEN}:
            never.add(part.owner)
        spaces.append(space)
    return spaces[::-1]


def _findings(space: Space) -> Iterator[tuple[Finding, int]]:
    """What a state space says, with the decisions of data it takes. What stops a case for good is an error here."""
    before = _before(space)
    good = {number for number, state in enumerate(space.states) if state.kind in _MAY_END}
    may_end = _back(good, before)
    stuck = {number for number, state in enumerate(space.states) if state.kind is Kind.STUCK}
    gets_stuck = _back(stuck, before)
    hopeless = space.complete and not any(state.parent < 0 and n in may_end for n, state in enumerate(space.states))
    told: set[str] = set()
    by_cost = sorted(range(len(space.states)), key=lambda number: _cost(space.states[number]))
    for number in by_cost:
        state = space.states[number]
        if state.kind is Kind.STUCK:
            found = _deadlock(space, number)
            if found is not None and found.element not in told:
                told.add(found.element)
                yield found, ALWAYS if hopeless else state.decisions
    if space.complete:
        circles = {number for number, state in enumerate(space.states) if state.kind is Kind.CIRCLE}
        yield from _lost(space, [n for n in by_cost if n in circles], ERROR, hopeless)
        sunk = may_end | gets_stuck | _back(circles, before)
        yield from _lost(space, [n for n in by_cost if n not in sunk], WARNING, hopeless)
    yield from _crowds(space, by_cost)
    if space.complete and not any(state.kind is Kind.BEYOND for state in space.states):
        yield from _dead(space, told)


_MAY_END: Final = frozenset({Kind.ENDED, Kind.LEFT, Kind.BEYOND, Kind.ELSEWHERE, Kind.NEW})


def _lost(space: Space, states: list[int], severity: str, hopeless: bool) -> Iterator[tuple[Finding, int]]:
    """The first of the states from which there is no end."""
    for number in states[:1]:
        path, process = space.path(number), space.part.process
        nodes = [element for element in path if element in process.nodes]
        element = nodes[-1] if nodes else process.id
        yield Finding("no_end", element, severity, path), ALWAYS if hopeless else space.states[number].decisions


def _deadlock(space: Space, number: int) -> Finding | None:
    state, path = space.states[number], space.path(number)
    if not state.waiting:
        return None
    gate = state.waiting[0].node
    there = {token.flow for token in state.waiting if token.node == gate}
    lacking = tuple(flow for flow in space.part.process.nodes[gate].incoming if flow not in there)
    return Finding("deadlock", gate, ERROR, path, lacking)


def _crowds(space: Space, by_cost: list[int]) -> Iterator[tuple[Finding, int]]:
    told: set[str] = set()
    for number in by_cost:
        state = space.states[number]
        for node in state.crowded:
            if node not in told:
                told.add(node)
                # What follows a node with two tokens gets two as well; where it begins is what to mend.
                told |= _follow(space.part, node)
                yield Finding("no_synchronisation", node, WARNING, space.path(number)), state.decisions


def _follow(part: Part, node: str) -> set[str]:
    seen: set[str] = set()
    ahead = deque([node])
    while ahead:
        here = ahead.popleft()
        for flow in part.process.nodes[here].outgoing:
            target = part.process.flows[flow].target
            if target not in seen:
                seen.add(target)
                ahead.append(target)
    return seen


def _dead(space: Space, stuck: set[str]) -> Iterator[tuple[Finding, int]]:
    """What is connected and never come to: the first of it, not what follows from that."""
    part, process = space.part, space.part.process
    for node in process.nodes.values():
        if node.id in space.met or node.id.endswith("/"):
            continue
        before = [process.flows[flow].source for flow in node.incoming]
        if node.kind == "boundaryEvent":
            before = [node.attached_to or ""]
        elif node.triggered_by_event:
            before = list(part.starts[:1])
        met = [source for source in before if source in space.met]
        if met and not all(source in stuck for source in met):
            yield Finding("dead_node", node.id, WARNING, space.way_to(met[0])), space.met[met[0]].cost[0]


def _cost(state: State) -> tuple[int, int]:
    return state.decisions, state.steps


def _before(space: Space) -> list[list[int]]:
    before: list[list[int]] = [[] for _ in space.states]
    for number, state in enumerate(space.states):
        for ahead in state.ahead:
            before[ahead].append(number)
    return before


def _back(goal: set[int], before: list[list[int]]) -> set[int]:
    """The states from which one of the goal can be come to, the goal included."""
    seen, ahead = set(goal), [*goal]
    while ahead:
        for number in before[ahead.pop()]:
            if number not in seen:
                seen.add(number)
                ahead.append(number)
    return seen
