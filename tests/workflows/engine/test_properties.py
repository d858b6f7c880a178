"""Random diagrams, randomly played: what must hold of every play."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.engine.build import MONDAY, Play
from tests.workflows.generators import diagrams, inclusive_diagrams, wild_diagrams
from workflows.bpmn.model import Process
from workflows.engine import (
    Complete,
    EngineError,
    Event,
    Graph,
    Marking,
    SignalArrived,
    TimerFired,
    VariablesSet,
    advance,
    gateways,
)
from workflows.engine.marking import Token

FIRE = gateways.fire_inclusive


def check(case: Play) -> None:
    """What must hold of a marking: it and what was told to the world say the same."""
    tokens, scopes = case.marking.tokens, case.marking.scopes
    open_ = dict(case.marking.open_tokens())
    for scope in scopes.values():
        multi = scope.multi
        if multi is not None and multi.first:
            assert multi.active == multi.live.bit_count() + len(scope.members)
        assert set(scope.members) == {token.id for token in tokens.values() if token.scope == scope.id}
        assert scope.parent == 0 or tokens[scope.host].child == scope.id
    assert open_ == {token: opened.node for token, opened in case.open.items()}
    assert {timer.id for timer in case.marking.timers.values()} == set(case.timers)
    of_tokens = {timer for token in tokens.values() for timer in token.timers}
    of_scopes = {timer.id for timer in case.marking.timers.values() if timer.token in scopes}
    assert not of_tokens & of_scopes
    assert of_tokens | of_scopes == set(case.timers)
    assert bool(scopes) != case.ended
    assert not (case.ended and (tokens or case.timers))
    assert case.step.ended == case.ended


def check_escalations(case: Play) -> None:
    """An escalation is caught once, or by nobody and then told to the world."""
    nodes = case.graph.process.nodes
    kinds = Counter(
        note.kind
        for note in case.step.trace
        if (event := nodes[note.node].event if note.node in nodes else None) is not None and event.kind == "escalation"
        if note.kind in {"thrown", "caught"}
    )
    assert kinds["thrown"] == kinds["caught"] + sum(thrown.kind == "escalation" for thrown in case.step.thrown)


def completable(case: Play) -> list[int]:
    return [token for token, opened in sorted(case.open.items()) if opened.kind not in {"timer", "condition"}]


def play_one(case: Play, data: st.DataObject) -> None:
    """Play a random event, and check that the step depends on nothing but its arguments."""
    choices: list[Event] = list(map(Complete, completable(case)))
    others = [SignalArrived("bell"), VariablesSet({"pick": 1}), *map(TimerFired, sorted(case.timers))]
    event = data.draw(st.sampled_from([*choices, *others]))
    if isinstance(event, Complete):
        event = Complete(event.token, {"pick": data.draw(st.integers(0, 2))})
    before, variables = case.marking, case.variables
    saved = json.dumps(before.to_json())
    try:
        case.send(event)
    except EngineError:
        assert json.dumps(before.to_json()) == saved, "nothing is half done"
        raise
    again = advance(case.graph, Marking.from_json(json.loads(saved)), event, now=case.now, variables=variables)
    assert again == case.step, "a step after saving and loading is the same step"
    assert json.dumps(before.to_json()) == saved, "the marking before stays as it was"
    check_escalations(case)
    closed = {*case.step.completed, *case.step.cancelled}
    assert len(closed) == len(case.step.completed) + len(case.step.cancelled), "nothing closes twice"
    check(case)


@settings(max_examples=150, deadline=None)
@given(diagrams(), st.data())
def test_a_random_play_keeps_its_tokens_and_ends(drawn: Process, data: st.DataObject) -> None:
    case = Play(Graph.of(drawn)).start()
    check(case)
    for _ in range(60):
        if not case.ended:
            play_one(case, data)
    while not case.ended:  # the rest without loops: a block-structured diagram always comes to its end
        waiting = completable(case)
        case.send(Complete(waiting[0], {"pick": 0}) if waiting else TimerFired(min(case.timers)))
    check(case)
    with pytest.raises(EngineError, match="ended"):
        advance(case.graph, case.marking, Complete(1), now=MONDAY, variables={})


@settings(max_examples=80, deadline=None)
@given(diagrams(), st.data())
def test_every_token_begins_once_and_ends_once(drawn: Process, data: st.DataObject) -> None:
    case = Play(Graph.of(drawn)).start()
    for _ in range(40):
        if not case.ended:
            play_one(case, data)
    trace = [note for step in case.steps for note in step.trace]
    begun = Counter(note.token for note in trace if note.kind == "entered" and note.token)
    waited = Counter(note.token for note in trace if note.kind == "waiting")
    ended = Counter(note.token for note in trace if note.kind in {"completed", "cancelled"} and note.token)
    assert set((begun + waited).values()) <= {1}
    assert set(ended.values()) <= {1}
    for note in trace:  # of no instances at all: nothing ever stood there
        if note.kind == "multiplied" and note.detail == "0":
            del begun[note.token]
    living = {token.id for token in case.marking.tokens.values()}
    assert begun.keys() - ended.keys() == living & begun.keys()
    assert not ended.keys() & living
    joined = sum(int(note.detail) for note in trace if note.kind == "joined")
    assert len(waited) == joined + len(waited.keys() & ended.keys()) + len(waited.keys() & living)
    opened = [opened.token for step in case.steps for opened in step.opened]
    closed = [token for step in case.steps for token in (*step.completed, *step.cancelled)]
    assert len(set(opened)) == len(opened)
    assert len(set(closed)) == len(closed)
    assert set(opened) - set(closed) == dict(case.marking.open_tokens()).keys()


@settings(max_examples=60, deadline=None)
@given(diagrams(), st.data())
def test_a_case_played_again_from_its_events_takes_the_same_steps(drawn: Process, data: st.DataObject) -> None:
    case = Play(Graph.of(drawn)).start()
    for _ in range(20):
        if not case.ended:
            play_one(case, data)
    graph, marking, variables = Graph.of(drawn), Marking(), {}
    for (event, now), step in zip(case.events, case.steps, strict=True):
        again = advance(graph, marking, event, now=now, variables=variables)
        assert again == step
        marking, variables = again.marking, again.variables  # never saved in between
    assert marking.to_json() == case.marking.to_json()


@settings(max_examples=80, deadline=None)
@given(inclusive_diagrams(), st.data())
def test_an_inclusive_join_fires_when_the_standard_says_so_and_not_before(drawn: Process, data: st.DataObject) -> None:
    looked: list[bool] = []

    def look(play: Any, scope: Any) -> bool:
        due = {gate for gate in play.graph.joins.get(scope.node, ()) if _may_fire(drawn, play.tokens.values(), gate)}
        before = len(play.trace)
        fired = FIRE(play, scope)
        gates = {note.node for note in play.trace[before:] if note.kind == "joined"}
        assert fired == bool(due)
        assert gates <= due
        looked.append(fired)
        return fired

    case = Play(Graph.of(drawn))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gateways, "fire_inclusive", look)
        try:
            case.start()
            for _ in range(15):
                if case.open and len(case.open) < 20:
                    play_one(case, data)
        except EngineError as problem:
            assert problem.code in {"step_limit", "no_outgoing_flow"}


@settings(max_examples=100, deadline=None)
@given(wild_diagrams(), st.data())
def test_no_diagram_brings_the_marking_out_of_step(drawn: Process, data: st.DataObject) -> None:
    case = Play(Graph.of(drawn))
    try:
        case.start()
        check(case)
        for _ in range(15):
            if case.open and len(case.open) < 30:
                play_one(case, data)
                check_inclusive_joins(case)
    except EngineError as problem:
        assert problem.code in {"step_limit", "no_outgoing_flow", "uncaught_error"}  # right for some diagrams


def check_inclusive_joins(case: Play) -> None:
    """No inclusive join that waits could fire."""
    drawn = case.graph.process
    for gate in (node for node in drawn.nodes.values() if node.kind == "inclusiveGateway" and len(node.incoming) > 1):
        assert not _may_fire(drawn, case.marking.tokens.values(), gate.id)


def _may_fire(drawn: Process, tokens: Iterable[Token], gate: str) -> bool:
    """Whether a token waits at the join and it may fire by the words of the standard (§13.4.3), read flow by flow."""
    tokens = list(tokens)
    filled = {token.flow for token in tokens if token.node == gate}
    held_up = False
    for token in tokens:
        if token.node != gate:
            found = _flows_ahead(drawn, token.node, gate)
            held_up |= bool(found - filled) and not found & filled
    return bool(filled) and not held_up


def _flows_ahead(drawn: Process, node: str, gate: str) -> set[str | None]:
    """The incoming flows of `gate` a token at `node` can come by without visiting the gateway."""
    boundaries = [other for other in drawn.nodes.values() if other.attached_to == node]
    ahead = [flow for start in (drawn.nodes[node], *boundaries) for flow in start.outgoing]
    seen: set[str] = set()
    while ahead:
        flow = drawn.flows[ahead.pop()]
        if flow.id in seen:
            continue
        seen.add(flow.id)
        if flow.target != gate:
            ahead += drawn.nodes[flow.target].outgoing
            ahead += [
                way for other in drawn.nodes.values() if other.attached_to == flow.target for way in other.outgoing
            ]
    return {flow for flow in seen if drawn.flows[flow].target == gate}
