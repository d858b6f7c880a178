"""A case played for nobody: who is asked, the clock, decisions, and what is recorded of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.diagrams import REMINDED, SECRETARY_THEN_CHAIR, TWO_APPROVALS, chain, diagram, flow, task, with_job
from workflows import bpmn
from workflows.engine import Opened
from workflows.rehearsal import (
    MOST_ACTS,
    Act,
    Called,
    Counted,
    Flow,
    House,
    Kind,
    Played,
    Votes,
    Waits,
    acts_from_json,
    acts_to_json,
    check,
    play,
    record,
)

BEGINS = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
START = Act(Kind.START)


def flow_of(xml: bytes) -> Flow:
    return Flow.of(bpmn.read(xml).processes[0])


def done(node: str, by: str = "", nth: int = 0, **variables: Any) -> Act:
    return Act(Kind.COMPLETE, node, nth, by=by, variables=variables)


def played(xml: bytes, *acts: Act) -> Played:
    return play(flow_of(xml), acts, BEGINS)


def why(found: Played) -> str | None:
    return found.refused.code if found.refused is not None else None


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
    made = play(flow_, [START], BEGINS, House(lambda opened, _node: {"who": opened.called}))
    assert (made.last.variables, made.last.made[0].node) == ({"who": "route"}, "rule")
    left = play(flow_, [START, done("rule", who="joint")], BEGINS, House(lambda _opened, _node: None))
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


def calls(called: str = "small") -> bytes:
    """A call, then a signature."""
    call = (
        '<bpmn:callActivity id="call"><bpmn:extensionElements>'
        f'<zeebe:calledElement processId="{called}" propagateAllChildVariables="true"/></bpmn:extensionElements></bpmn:callActivity>'
    )
    boundary = (
        '<bpmn:boundaryEvent id="late" attachedToRef="call"><bpmn:timerEventDefinition><bpmn:timeDuration>P2D</bpmn:timeDuration>'
        '</bpmn:timerEventDefinition></bpmn:boundaryEvent><bpmn:endEvent id="gone"/>'
    )
    return diagram(
        '<bpmn:startEvent id="start"/>' + call + boundary + task("sign", groups="town:chair") + '<bpmn:endEvent id="end"/>'
        + chain("start", "call", "sign", "end") + flow("f_late", "late", "gone")
    )  # fmt: skip


def house_with(*called: bytes) -> House:
    """A house in which ``f0`` calls the first of these, ``f1`` the second …"""
    flows = {f"f{number}": flow_of(xml) for number, xml in enumerate(called)}

    def call(opened: Opened) -> Called | None:
        found = flows.get(opened.called or "")
        return Called(found, f"{opened.called} 1", House(call=call)) if found is not None else None

    return House(call=call)


ENTER = Act(Kind.ENTER, "call")


def test_a_called_flow_is_played_inside_and_the_caller_goes_on_with_what_it_ended_with() -> None:
    outer, house = flow_of(calls("f0")), house_with(SECRETARY_THEN_CHAIR)
    acts = [
        Act(Kind.START, variables={"amount": Decimal(3)}),
        ENTER,
        done("call/check", "town:secretary", checked=True),
        done("call/sign", "town:chair"),
    ]
    found = play(outer, acts, BEGINS, house)
    assert found.refused is None
    assert found.stages[2].waits() == (Waits("call"), Waits("call/check", ("town:secretary",)))
    assert found.stages[2].open[0].entered
    assert found.stages[2].inside[0].stage.variables == {"amount": Decimal(3)}
    assert found.last.waits() == (Waits("sign", ("town:chair",)),)
    assert found.last.variables == {"amount": Decimal(3), "checked": True}
    kept = record(found)
    assert check(outer, acts_from_json(acts_to_json(kept)), BEGINS, house).passed
    gone = check(outer, kept, BEGINS, house_with(TWO_APPROVALS))
    assert (gone.at, gone.what, "call/" in gone.processes) == (1, "open", True)
    chosen = play(outer, [Act(Kind.START), done("call", amount=Decimal(5))], BEGINS, house)
    assert (chosen.last.waits()[0].node, chosen.last.variables) == ("sign", {"amount": Decimal(5)})


@pytest.mark.parametrize(
    ("acts", "code", "node"),
    [
        ([ENTER, ENTER], "entered", "call"),
        ([done("call/check")], "not_entered", "call"),
        ([ENTER, done("call#1/check")], "not_open", "call"),
        ([ENTER, done("call/check", "town:chair")], "not_asked", "call/check"),
        ([ENTER, done("call/sign")], "not_open", "call/sign"),
        ([ENTER, Act(Kind.START, "call/")], "started", "call/"),
        ([ENTER, Act(Kind.WAIT, "call/", until=BEGINS)], "not_entered", "call"),
        ([ENTER, Act(Kind.MESSAGE, "call/", name="nobody")], "not_waiting", "call/"),
        ([Act(Kind.ENTER, "sign")], "not_open", "sign"),
    ],
)
def test_what_cannot_be_done_inside_is_said_with_the_way_there(acts: list[Act], code: str, node: str) -> None:
    found = play(flow_of(calls("f0")), [START, *acts], BEGINS, house_with(SECRETARY_THEN_CHAIR))
    assert found.refused is not None
    assert (found.refused.code, found.refused.node) == (code, node)


def test_a_flow_nobody_has_published_cannot_be_entered() -> None:
    found = play(flow_of(calls("nowhere")), [START, ENTER], BEGINS, house_with())
    assert found.refused is not None
    assert (found.refused.code, found.refused.params["called"]) == ("no_called", "nowhere")


def test_one_clock_runs_for_the_caller_and_the_called() -> None:
    outer, house = flow_of(calls("f0")), house_with(REMINDED)
    entered = play(outer, [START, ENTER], BEGINS, house)
    assert [(one.node, one.at - BEGINS) for one in entered.last.timers] == [
        ("call/late", timedelta(hours=2)),
        ("late", timedelta(days=2)),
    ]
    found = play(outer, [START, ENTER, Act(Kind.WAIT, until=BEGINS + timedelta(days=1))], BEGINS, house)
    assert [one.node for one in found.last.fired] == ["call/late"]
    assert Waits("call/escalate", ("town:chair",)) in found.last.waits()
    over = play(outer, [START, ENTER, Act(Kind.WAIT, until=BEGINS + timedelta(days=3))], BEGINS, house)
    assert [one.node for one in over.last.fired] == ["call/late", "late"]
    assert (over.last.ended, over.last.inside, over.last.open) == (True, (), ())


def test_a_called_flow_calls_another_and_its_error_goes_up_to_whoever_catches_it() -> None:
    failing = diagram(
        '<bpmn:startEvent id="start"/>'
        + task("check")
        + '<bpmn:endEvent id="bad"><bpmn:errorEventDefinition errorRef="e1"/></bpmn:endEvent>'
        + chain("start", "check", "bad")
    ).replace(b"<bpmn:process ", b'<bpmn:error id="e1" name="no" errorCode="E1"/><bpmn:process ')
    caught = calls("f1").replace(
        b"<bpmn:timerEventDefinition><bpmn:timeDuration>P2D</bpmn:timeDuration></bpmn:timerEventDefinition>",
        b"<bpmn:errorEventDefinition/>",
    )
    outer, house = flow_of(calls("f0")), house_with(caught, failing)
    acts = [START, ENTER, Act(Kind.ENTER, "call/call"), done("call/call/check")]
    deep = play(outer, acts[:3], BEGINS, house)
    assert [level.path for level in deep.last.levels(outer)] == ["", "call/", "call/call/"]
    found = play(outer, acts, BEGINS, house)
    assert found.refused is None
    assert found.last.waits() == (Waits("sign", ("town:chair",)),), (
        "the one in the middle caught it and came to its end"
    )
    assert found.last.thrown == ()
    assert check(outer, record(found), BEGINS, house).passed


def test_an_act_that_must_be_refused_is_part_of_a_test() -> None:
    wrong = replace(done("check", "town:chair"), refused="not_asked")
    found = played(SECRETARY_THEN_CHAIR, START, wrong, done("check", "town:secretary"))
    assert found.refused is None
    assert found.stages[2].refused is not None
    assert found.stages[2].waits() == found.stages[1].waits(), "the play goes on as though nobody had tried"
    kept = acts_from_json(acts_to_json(record(found)))
    assert check(flow_of(SECRETARY_THEN_CHAIR), kept, BEGINS).passed
    open_to_all = SECRETARY_THEN_CHAIR.replace(
        b'candidateGroups="town:secretary"', b'candidateGroups="town:chair, town:secretary"'
    )
    verdict = check(flow_of(open_to_all), [replace(act, expect=None) for act in kept], BEGINS)
    assert verdict.refused is not None
    assert (verdict.at, verdict.what, verdict.refused.code) == (1, "refused", "not_refused")
    assert why(played(SECRETARY_THEN_CHAIR, START, replace(done("sign"), refused="not_asked"))) == "not_open", (
        "otherwise refused"
    )


def test_votes_are_counted_by_the_house_and_go_with_what_was_typed() -> None:
    def count(_opened: Opened, rule: str, votes: Mapping[str, Votes]) -> Counted | None:
        found = all(one.in_favour * 2 > sum(one) for one in votes.values())
        return Counted({"ok": found}, ("counted",)) if rule == "half" else None

    vote = replace(done("check", note="x"), rule="half", votes={"town": Votes(5, 3, 1, 0), "zone": Votes(4, 0, 0, 3)})
    acts = acts_from_json(acts_to_json([START, vote]))
    assert acts == (START, vote)
    found = play(flow_of(SECRETARY_THEN_CHAIR), acts, BEGINS, House(tally=count))
    assert found.last.variables == {"note": "x", "ok": True}
    assert [(one.node, one.sentences) for one in found.last.counted] == [("check", ("counted",))]
    kept = record(found)
    assert kept[1].expect is not None
    assert dict(kept[1].expect.variables) == {"ok": True}
    stricter = check(
        flow_of(SECRETARY_THEN_CHAIR), kept, BEGINS, House(tally=lambda *_asked: Counted({"ok": False}, ()))
    )
    assert (stricter.at, stricter.what) == (1, "variables")
    assert why(played(SECRETARY_THEN_CHAIR, START, vote)) == "not_counted"
    assert (
        why(play(flow_of(SECRETARY_THEN_CHAIR), [START, replace(vote, rule="no")], BEGINS, House(tally=count)))
        == "not_counted"
    )


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
    refused=st.sampled_from(["", "not_asked", "not_open"]),
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
        [{"act": "complete", "votes": {"town": [1, 2, 3]}}],
        [{"act": "complete", "votes": {"town": [1, 2, 3, -1]}}],
        [{"act": "complete", "votes": {"town": [1, 2, 3, "4"]}}],
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
