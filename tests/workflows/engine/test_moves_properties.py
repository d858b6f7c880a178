"""Random diagrams, randomly played and moved about by people: what must hold all the same."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.engine.build import Play
from tests.workflows.engine.test_properties import check, completable, diagrams, play_one, wild_diagrams
from workflows.bpmn.model import Process
from workflows.engine import (
    AddInstance,
    Complete,
    EngineError,
    Event,
    Graph,
    Marking,
    Move,
    RemoveInstance,
    SendBack,
    TimerFired,
    advance,
)
from workflows.engine.marking import JOIN, OPEN, Token
from workflows.engine.moves import steps_back

REFUSALS = {"not_startable", "other_scope", "not_before", "not_multi", "last_instance", "bad_element"}
FLOW_FAULTS = {"step_limit", "no_outgoing_flow", "uncaught_error"}


def send_backs(case: Play) -> list[Event]:
    found: list[Event] = []
    for id_ in case.open:
        token = case.marking.tokens.get(id_)
        if token is not None:
            steps = steps_back(case.graph, case.marking, token)
            found += [SendBack(id_, to, again, "chair") for to in steps for again in ("run", "resume")]
    return found


def of_members(case: Play) -> list[Event]:
    wheres = ("before", "after", "parallel")
    added = [AddInstance(id_, ("one", "two")[: 1 + id_ % 2], where) for id_ in case.open for where in wheres]
    return [*added, *map(RemoveInstance, case.open)]


def jumps(case: Play) -> list[Event]:
    places = list(case.graph.places)
    open_ = sorted(case.open)
    inside = [token.id for token in case.marking.tokens.values() if token.state != OPEN]
    found: list[Event] = [Move(before=(node,), cancel=(id_,)) for node in places for id_ in open_[:2]]
    found += [Move(after=(node,), cancel=tuple(inside[:1])) for node in places]
    found += [Move(cancel=(id_,)) for id_ in inside]
    found += [Move(before=(places[-1],), empty=(scope.id,)) for scope in case.marking.scopes.values()]
    return found


def act(case: Play, event: Event) -> None:
    """Play what a person does. A refusal leaves nothing behind, the JSON in between changes nothing."""
    before, variables = case.marking, case.variables
    saved = json.dumps(before.to_json())
    try:
        case.send(event)
    except EngineError as refusal:
        assert json.dumps(before.to_json()) == saved
        if refusal.code not in REFUSALS:
            raise
        return
    again = advance(case.graph, Marking.from_json(json.loads(saved)), event, now=case.now, variables=variables)
    assert again == case.step
    assert json.dumps(before.to_json()) == saved
    check(case)


def live(case: Play) -> bool:
    return bool(case.open) and len(case.open) < 30 and not case.ended


@settings(max_examples=150, deadline=None)
@given(diagrams(), st.data())
def test_however_often_it_is_sent_back_a_case_comes_to_its_end(drawn: Process, data: st.DataObject) -> None:
    case = Play(Graph.of(drawn)).start()
    try:
        for _ in range(25):
            if live(case):
                acts = [*send_backs(case), *of_members(case)]
                if acts and data.draw(st.booleans()):
                    act(case, data.draw(st.sampled_from(acts)))
                else:
                    play_one(case, data)
        steps = 0
        while not case.ended:
            waiting = completable(case)
            assert waiting or case.timers, f"nothing goes on: {case.marking}"
            case.send(Complete(waiting[0], {"pick": 0}) if waiting else TimerFired(min(case.timers)))
            check_joins(case)
            steps += 1
            assert steps < 500
    except EngineError as problem:
        assert problem.code in FLOW_FAULTS
    check(case)


@settings(max_examples=150, deadline=None)
@given(st.one_of(diagrams(), wild_diagrams()), st.data())
def test_no_move_brings_the_marking_out_of_step(drawn: Process, data: st.DataObject) -> None:
    case = Play(Graph.of(drawn))
    try:
        case.start()
        for _ in range(15):
            if live(case):
                acts = [*send_backs(case), *of_members(case), *jumps(case)]
                if data.draw(st.booleans()):
                    act(case, data.draw(st.sampled_from(acts)))
                else:
                    play_one(case, data)
                if not case.ended:
                    check_joins(case)
    except EngineError as problem:
        assert problem.code in FLOW_FAULTS


def check_joins(case: Play) -> None:
    """No join waits that could fire: a parallel one for nobody, an inclusive one for somebody who still can come."""
    nodes, tokens = case.graph.process.nodes, list(case.marking.tokens.values())
    for scope in case.marking.scopes.values():
        here = [token for token in tokens if token.scope == scope.id]
        away = [parked for token in here if token.ticket for parked in token.ticket.tokens if not parked.scope]
        for gate in {token.node for token in here if token.state == JOIN}:
            filled = {token.flow for token in here if token.node == gate and token.state == JOIN}
            if nodes[gate].kind == "parallelGateway":
                assert filled != set(nodes[gate].incoming)
            else:
                assert any(_holds_up(case, gate, token, filled) for token in (*here, *away))


def _holds_up(case: Play, gate: str, token: Token, filled: set[str | None]) -> bool:
    incoming = case.graph.process.nodes[gate].incoming
    ways = case.graph.reach[gate][token.node]
    ahead = {flow for place, flow in enumerate(incoming) if ways >> place & 1}
    return token.node != gate and bool(ahead) and not ahead & filled
