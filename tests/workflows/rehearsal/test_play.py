"""A case played for nobody: who is asked, the clock, decisions, and what is recorded of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.diagrams import REMINDED, SECRETARY_THEN_CHAIR, TWO_APPROVALS, chain, diagram, flow, task, with_job
from workflows import bpmn
from workflows.rehearsal import (
    MOST_ACTS,
    Act,
    Flow,
    Kind,
    Played,
    Waits,
    acts_from_json,
    acts_to_json,
    check,
    play,
    record,
)

BEGINS = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
START = Act(Kind.START)
LIBRARY = Path("workflows/library/joint_decision.bpmn")


def flow_of(xml: bytes) -> Flow:
    return Flow.of(bpmn.read(xml).processes[0])


def done(node: str, by: str = "", nth: int = 0, **variables: Any) -> Act:
    return Act(Kind.COMPLETE, node, nth, by=by, variables=variables)


def played(xml: bytes, *acts: Act) -> Played:
    return play(flow_of(xml), acts, BEGINS)


def why(found: Played) -> str | None:
    return found.refused.code if found.refused is not None else None


def test_the_shipped_flow_is_played_from_proposal_to_execution() -> None:
    joint = LIBRARY.read_bytes()
    acts = [
        Act(Kind.START, variables={"proposer": "town.office"}),
        done("draft", "town.office"),
        done("confirm_town", "town:secretary", town_confirmed=True),
        done("confirm_zone", "zone:secretary", zone_confirmed=True),
        done("plan", "zone:proposer"),
        done("opinions"),
        done("legality", "legal", legal_ok=True),
        done("table", "town:secretary"),
        done("deliberate", outcome="passed"),
        done("sign_town", "town:chair"),
        done("sign_zone", "zone:chair"),
        done("execute"),
    ]
    found = played(joint, *acts)
    assert found.refused is None
    assert found.stages[2].waits() == (
        Waits("confirm_town", ("town:secretary",)),
        Waits("confirm_zone", ("zone:secretary",)),
    )
    assert found.last.ended
    assert check(flow_of(joint), record(found), BEGINS).passed
    split = check(
        flow_of(joint),
        [*record(found)[:8], *record(played(joint, *acts[:8], done("deliberate", outcome="split")))[8:]],
        BEGINS,
    )
    assert split.passed
    assert played(joint, *acts[:8], done("deliberate", outcome="split")).last.waits()[0].node == "split"


def test_only_whom_the_step_asks_does_it() -> None:
    found = played(SECRETARY_THEN_CHAIR, START, done("check", "town:chair"))
    assert found.refused is not None
    assert (why(found), found.refused.params["who"]) == ("not_asked", ("town:secretary",))
    assert len(found.stages) == 2, "the play stands where it stood"
    person = replace(done("check", "town.secretary"), roles=("town:secretary",))
    assert played(SECRETARY_THEN_CHAIR, START, person).last.waits() == (Waits("sign", ("town:chair",)),)


@pytest.mark.parametrize(
    ("acts", "code"),
    [
        ([done("check")], "not_started"),
        ([START, START], "started"),
        ([START, done("sign")], "not_open"),
        ([START, done("check", nth=1)], "not_open"),
        ([START, Act(Kind.WAIT)], "no_moment"),
        ([START, Act(Kind.WAIT, until=BEGINS - timedelta(hours=1))], "backwards"),
        ([START, Act(Kind.FAIL, "check", name="E1")], "uncaught_error"),
        ([START, Act(Kind.MESSAGE, name="nobody")], "not_waiting"),
        ([Act(Kind.START, "end")], "no_such_node"),
        ([START, done("check"), done("sign"), done("sign")], "not_open"),
        ([START, done("check"), done("sign"), Act(Kind.SET)], "ended"),
    ],
)
def test_what_cannot_be_done_is_said(acts: list[Act], code: str) -> None:
    assert why(played(SECRETARY_THEN_CHAIR, *acts)) == code


def test_what_is_due_happens_on_the_way_of_the_clock_each_at_its_time() -> None:
    found = played(REMINDED, START, Act(Kind.WAIT, until=BEGINS + timedelta(hours=5)))
    assert [(one.node, one.at) for one in found.last.fired] == [("late", BEGINS + timedelta(hours=2))]
    assert found.last.waits() == (Waits("escalate", ("town:chair",)),)
    assert found.last.open[0].since == BEGINS + timedelta(hours=2)
    assert found.last.now == BEGINS + timedelta(hours=5)
    early = played(REMINDED, START, Act(Kind.WAIT, until=BEGINS + timedelta(minutes=119)))
    assert early.last.waits() == (Waits("answer", ("town:secretary",)),)
    assert early.last.timers[0].at == BEGINS + timedelta(hours=2)


def test_a_clock_without_end_is_not_waited_through() -> None:
    cycle = REMINDED.replace(b'attachedToRef="answer"', b'attachedToRef="answer" cancelActivity="false"').replace(
        b"<bpmn:timeDuration>PT2H</bpmn:timeDuration>", b"<bpmn:timeCycle>R/PT1S</bpmn:timeCycle>"
    )
    assert why(played(cycle, START, Act(Kind.WAIT, until=BEGINS + timedelta(days=365)))) == "too_many_timers"


def test_services_do_nothing_and_answer_what_the_player_says() -> None:
    found = played(with_job("not.there"), START, done("ask"), done("work", number=17))
    assert found.last.waits() == (Waits("sign", ("town:chair",)),)
    assert found.last.variables == {"number": 17}


def asks_a_decision() -> bytes:
    rule = (
        '<bpmn:businessRuleTask id="rule"><bpmn:extensionElements><zeebe:calledDecision decisionId="route" '
        'resultVariable="who"/></bpmn:extensionElements></bpmn:businessRuleTask>'
    )
    return diagram(
        '<bpmn:startEvent id="start"/>'
        + rule
        + task("do", groups="legal")
        + '<bpmn:endEvent id="end"/>'
        + chain("start", "rule", "do", "end")
    )


def test_decisions_are_made_on_the_way_or_wait_to_be_said() -> None:
    flow_ = flow_of(asks_a_decision())
    made = play(flow_, [START], BEGINS, lambda opened, _node: {"who": opened.called})
    assert (made.last.variables, made.last.made[0].node) == ({"who": "route"}, "rule")
    left = play(flow_, [START, done("rule", who="joint")], BEGINS, lambda _opened, _node: None)
    assert [one.opened.kind for one in left.stages[1].open] == ["decision"]
    assert left.last.variables == {"who": "joint"}


def test_votes_of_several_are_done_one_by_one() -> None:
    vote = task("vote", assignee="=one").replace(
        "</bpmn:userTask>",
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>"
        '<zeebe:loopCharacteristics inputCollection="=members" inputElement="one" outputCollection="votes" outputElement="=choice"/>'
        "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>",
    )
    xml = diagram('<bpmn:startEvent id="start"/>' + vote + '<bpmn:endEvent id="end"/>' + chain("start", "vote", "end"))
    start = Act(Kind.START, variables={"members": ["a", "b", "c"]})
    found = played(xml, start, done("vote", "c", nth=2, choice="for"), done("vote", "a", choice="against"))
    assert [(one.who, one.nth) for one in found.last.open] == [(("b",), 0)]
    assert why(played(xml, start, done("vote", "b", nth=0))) == "not_asked"
    last = played(xml, start, *(done("vote", choice=choice) for choice in ("for", "for", "against"))).last
    assert last.variables["votes"] == ["for", "for", "against"]


def test_a_test_names_the_step_at_which_another_version_goes_elsewhere() -> None:
    kept = record(played(TWO_APPROVALS, START, done("zone"), done("town"), done("file")))
    assert check(flow_of(TWO_APPROVALS), kept, BEGINS).passed
    other = TWO_APPROVALS.replace(b"town:secretary", b"zone:secretary")
    verdict = check(flow_of(other), kept, BEGINS)
    assert (verdict.at, verdict.what) == (2, "open")
    assert (verdict.wanted, verdict.got) == (
        (Waits("file", ("town:secretary",)),),
        (Waits("file", ("zone:secretary",)),),
    )
    gone = check(
        flow_of(TWO_APPROVALS.replace(b'id="file"', b'id="archive"').replace(b'"file"', b'"archive"')), kept, BEGINS
    )
    assert (gone.at, gone.what) == (2, "open")
    assert check(flow_of(TWO_APPROVALS), (), BEGINS).what == "empty"


def test_a_test_keeps_what_the_flow_has_computed_and_not_what_was_typed() -> None:
    script = (
        '<bpmn:scriptTask id="sum"><bpmn:extensionElements><zeebe:script expression="=amount * 2" resultVariable="twice"/>'
        "</bpmn:extensionElements></bpmn:scriptTask>"
    )
    xml = diagram(
        '<bpmn:startEvent id="start"/>'
        + task("ask")
        + script
        + '<bpmn:endEvent id="end"/>'
        + chain("start", "ask", "sum", "end")
    )
    kept = record(played(xml, START, done("ask", amount=Decimal(3))))
    assert kept[1].expect is not None
    assert dict(kept[1].expect.variables) == {"twice": Decimal(6)}
    verdict = check(flow_of(xml.replace(b"amount * 2", b"amount * 3")), kept, BEGINS)
    assert (verdict.at, verdict.what, verdict.got) == (1, "variables", {"twice": Decimal(9)})


VALUES = st.one_of(
    st.booleans(),
    st.none(),
    st.integers(-(10**9), 10**9).map(Decimal),
    st.text(max_size=8),
    st.lists(st.text(max_size=3), max_size=3),
)
ACTS = st.builds(
    Act,
    kind=st.sampled_from(Kind),
    node=st.sampled_from(["", "check", "sign", "nowhere"]),
    nth=st.integers(0, 2),
    by=st.sampled_from(["", "town:secretary", "town:chair"]),
    name=st.text(max_size=4),
    correlation=st.none() | st.text(max_size=4),
    until=st.none() | st.integers(0, 10**6).map(lambda seconds: BEGINS + timedelta(seconds=seconds)),
    variables=st.dictionaries(st.sampled_from(["a", "b"]), VALUES, max_size=2),
)


@given(st.lists(ACTS, max_size=6))
def test_any_play_round_trips_through_json_and_passes_as_its_own_test(acts: list[Act]) -> None:
    assert acts_from_json(json.loads(json.dumps(acts_to_json(acts)))) == tuple(acts)
    found = played(SECRETARY_THEN_CHAIR, *acts)
    assert len(found.stages) - 1 + (found.refused is not None) <= len(acts)
    kept = record(found)
    if kept:
        assert check(flow_of(SECRETARY_THEN_CHAIR), acts_from_json(acts_to_json(kept)), BEGINS).passed
    assert played(SECRETARY_THEN_CHAIR, *kept).stages[-1].waits() == found.last.waits()


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        "x",
        [1],
        [{}],
        [{"act": "fly"}],
        [{"act": "wait", "until": "2026-01-01T00:00:00"}],
        [{"act": "start"}] * (MOST_ACTS + 1),
    ],
)
def test_what_is_no_play_is_refused(data: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        acts_from_json(data)


def test_a_way_nobody_takes_is_refused_and_not_half_done() -> None:
    xml = diagram(
        '<bpmn:startEvent id="start"/>' + task("ask") + '<bpmn:exclusiveGateway id="big"/><bpmn:endEvent id="end"/>'
        + flow("f1", "start", "ask") + flow("f2", "ask", "big") + flow("f3", "big", "end", "amount &gt; 50")
    )  # fmt: skip
    found = played(xml, START, done("ask", amount=Decimal(3)))
    assert why(found) == "no_outgoing_flow"
    assert played(xml, START, done("ask", amount=Decimal(60))).last.ended
