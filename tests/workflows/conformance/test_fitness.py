"""Fitness of random plays: exact, and 1 where nobody moved the case by hand."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.engine.build import Play
from tests.workflows.engine.test_moves_properties import FLOW_FAULTS, REFUSALS, jumps, live, send_backs
from tests.workflows.engine.test_properties import diagrams, play_one
from workflows.bpmn.model import Process
from workflows.conformance import BY_HAND, Conformance, measure
from workflows.engine import EngineError, Event, Graph, Step

LINE = """
    start s -> check
    user check -> sign
    user sign -> e
    end e
"""


def played(case: Play) -> list[tuple[Event, Step]]:
    return list(zip((event for event, _at in case.events), case.steps, strict=True))


def test_a_case_that_goes_its_way_fits() -> None:
    case = Play(LINE).start().complete("check").complete("sign")
    assert measure(played(case)) == Conformance(begun=2)
    assert measure(played(case)).fitness == 1


def test_what_is_put_there_by_hand_is_missing_and_what_is_taken_away_is_left() -> None:
    case = Play(LINE).start().move("sign", "check").complete("sign")
    # check and sign were begun; sign without the flow, and check was never done.
    assert measure(played(case)) == Conformance(begun=2, missing=1, left=1)
    assert measure(played(case)).fitness == Fraction(1, 2)
    back = Play(LINE).start().complete("check").send_back("sign", "check").complete("check").complete("sign")
    assert measure(played(back)) == Conformance(begun=4, missing=1, left=1)
    assert measure(played(back)).fitness == Fraction(3, 4)


def test_a_case_that_is_stopped_leaves_its_open_step() -> None:
    assert measure(played(Play(LINE).start().cancel())) == Conformance(begun=1, left=1)


def test_nothing_played_fits() -> None:
    assert measure([]).fitness == 1
    assert measure([]) == Conformance()


def slowly(rows: list[tuple[Event, Step]]) -> Conformance:
    """The same, token by token: one set of what is open, and every single thing that happened in its order."""
    begun = missing = left = 0
    open_: set[int] = set()
    for event, step in rows:
        before = set(open_)
        for note in step.trace:
            if note.kind == "opened":
                begun += 1
                open_.add(note.token)
                missing += isinstance(event, BY_HAND)
            elif note.kind in {"completed", "cancelled"} and note.token in open_:
                open_.discard(note.token)
                left += isinstance(event, BY_HAND) and note.kind == "cancelled" and note.token in before
    return Conformance(begun, missing, left)


@settings(max_examples=40, deadline=None)
@given(diagrams(), st.data())
def test_counting_by_steps_and_token_by_token_agree(drawn: Process, data: st.DataObject) -> None:
    case = Play(Graph.of(drawn))
    moved = False
    try:
        case.start()
        for _ in range(12):
            if not live(case):
                break
            acts = [*send_backs(case), *jumps(case)]
            if acts and data.draw(st.booleans()):
                try:
                    case.send(data.draw(st.sampled_from(acts)))
                    moved = True
                except EngineError as refusal:
                    assert refusal.code in REFUSALS | FLOW_FAULTS
            else:
                play_one(case, data)
    except EngineError as problem:
        assert problem.code in FLOW_FAULTS
    done = [(event, step) for (event, _at), step in zip(case.events, case.steps, strict=False)]
    found = measure(done)
    assert found == slowly(done)
    assert 0 <= found.fitness <= 1
    assert moved or found.fitness == 1
