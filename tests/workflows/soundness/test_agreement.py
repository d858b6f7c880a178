"""What is explored is what the engine plays: nothing a case does with real data is missing from it."""

from __future__ import annotations

import ast
import time
from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.engine.build import Play
from tests.workflows.generators import diagrams, wild_diagrams
from workflows.bpmn.model import Process
from workflows.engine import Complete, EngineError, Event, Graph, Marking, SignalArrived, TimerFired, VariablesSet
from workflows.engine.marking import JOIN
from workflows.soundness import Limits, examine
from workflows.soundness.scopes import Part, parts
from workflows.soundness.space import Budget, Kind, Space

Stand = frozenset[tuple[tuple[str, str], int]]
"""Where the tokens of the process's own scope stand: how many at which node, at a join by which flow."""


def explored(part: Part) -> Space | None:
    space = Space(part, Budget(1_000, time.monotonic() + 10))
    beyond = any(state.kind is Kind.BEYOND for state in space.states)
    return space if space.complete and not beyond else None


def stands(space: Space) -> set[Stand]:
    return {_stand(key[0][1], space.part) for key in space.keys if isinstance(key, tuple) and key[0] != "circle"}


def _stand(tokens: Any, part: Part) -> Stand:
    found: Counter[tuple[str, str]] = Counter()
    ahead = list(tokens)
    while ahead:
        node, flow, _marks, inside = ahead.pop()
        if node not in part.aside:
            found[node, flow] += 1
        if inside and part.process.nodes[node].kind == "eventBasedGateway":
            ahead += ast.literal_eval(inside)[1]
    return frozenset(found.items())


def stand_of(marking: Marking, part: Part) -> Stand:
    root = next(iter(marking.scopes.values()))
    found: Counter[tuple[str, str]] = Counter()
    ahead = [*root.members]
    while ahead:
        token = marking.tokens[ahead.pop()]
        if token.node not in part.aside:
            found[token.node, (token.flow or "") if token.state == JOIN else ""] += 1
        if token.child and part.process.nodes[token.node].kind == "eventBasedGateway":
            ahead += marking.scopes[token.child].members
    return frozenset(found.items())


def play(drawn: Process, data: st.DataObject, steps: int) -> None:
    part = next(iter(parts(drawn, glued=False)))
    space = explored(part)
    beside = {*part.aside, *(event for event in part.once if drawn.nodes[event].attached_to)}
    back = [flow for flow in part.process.flows.values() if flow.source in beside and flow.target not in part.aside]
    if space is None or back:
        return  # what happens beside an activity is explored once each time, and may happen more often
    known = stands(space)
    case = Play(Graph.of(drawn))
    try:
        case.start()
        for _ in range(steps):
            if case.ended:
                assert Kind.ENDED in space.keys or Kind.LEFT in space.keys
                return
            assert stand_of(case.marking, part) in known
            events: list[Event] = [SignalArrived("bell"), VariablesSet({"pick": data.draw(st.integers(0, 2))})]
            events += map(TimerFired, sorted(case.timers))
            waiting = [token for token, opened in case.open.items() if opened.kind not in {"timer", "condition"}]
            events += [Complete(token, {"pick": data.draw(st.integers(0, 2))}) for token in sorted(waiting)]
            case.send(data.draw(st.sampled_from(events)))
    except EngineError as problem:
        assert problem.code in {"step_limit", "no_outgoing_flow", "uncaught_error"}


@settings(max_examples=80, deadline=None)
@given(diagrams(), st.data())
def test_every_play_of_a_structured_diagram_is_among_what_is_explored(drawn: Process, data: st.DataObject) -> None:
    play(drawn, data, 25)


@settings(max_examples=80, deadline=None)
@given(wild_diagrams(), st.data())
def test_every_play_of_any_diagram_is_among_what_is_explored(drawn: Process, data: st.DataObject) -> None:
    play(drawn, data, 12)


@settings(max_examples=100, deadline=None)
@given(diagrams())
def test_a_diagram_of_nested_blocks_is_sound(drawn: Process) -> None:
    report = examine(drawn)
    assert {finding.code for finding in report.findings} <= {"dead_node"}  # an error nobody throws, say


@settings(max_examples=40, deadline=None)
@given(wild_diagrams())
def test_steps_that_follow_each_other_may_be_taken_together(drawn: Process) -> None:
    both = [all(map(explored, parts(drawn, glued=glued))) for glued in (True, False)]
    if all(both):  # beyond the bounds the two see different parts of what there is
        one, other = examine(drawn), examine(drawn, glued=False)
        assert _said(one.findings) == _said(other.findings)
        assert one.states <= other.states


@settings(max_examples=80, deadline=None)
@given(wild_diagrams())
def test_the_way_to_a_finding_is_one_the_flows_allow(drawn: Process) -> None:
    for finding in examine(drawn, Limits(400, 10)).findings:
        seen: set[str] = set()
        for element in finding.path:
            node, flow = drawn.nodes.get(element), drawn.flows.get(element)
            if flow is not None:
                assert flow.source in seen
            elif node is not None and node.attached_to is not None:
                assert node.attached_to in seen
            elif node is not None and node.incoming and node.scope == drawn.id:
                assert seen.intersection(node.incoming)
            seen.add(element)


def _said(findings: Any) -> set[tuple[str, str]]:
    return {(finding.code, finding.severity) for finding in findings}
