"""A case under way goes over to another version of its process, keeping what it has, or is refused with the reasons."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.engine.build import MONDAY, Play, process
from tests.workflows.engine.test_properties import check, completable, diagrams, play_one
from workflows.bpmn.model import Process
from workflows.engine import Complete, Graph, Marking, MigrationRefused, Moved, Refusal, TimerFired, migrate
from workflows.engine.marking import Token
from workflows.engine.migration import move
from workflows.versions import propose


def go_over(case: Play, drawing: str | Process, mapping: dict[str, str] | None = None) -> Moved:
    """Move the case to the version drawn, by what is proposed unless a mapping says otherwise, and let it go on there."""
    graph = Graph.of(process(drawing) if isinstance(drawing, str) else drawing)
    proposed = {**propose(case.graph, graph).mapping, **(mapping or {})}
    moved = migrate(case.graph, graph, case.marking, proposed, now=case.now, variables=case.variables)
    case.graph, case.marking = graph, Marking.from_json(moved.marking.to_json())
    case.open = {kept.token: kept.opened for kept in moved.kept}
    for id_ in moved.timers_cleared:
        del case.timers[id_]
    case.timers |= {timer.id: timer.due for timer in moved.timers_set}
    return moved


def refused(case: Play, drawing: str | Process, mapping: dict[str, str] | None = None) -> list[tuple[str, str]]:
    """Why the case cannot go over, as codes and nodes."""
    with pytest.raises(MigrationRefused) as caught:
        go_over(case, drawing, mapping)
    return [(refusal.code, refusal.node) for refusal in caught.value.refusals]


TWO = "start begin -> draft\nuser draft -> sign\nuser sign -> done\nend done"


def test_a_case_goes_on_in_the_new_version_with_the_task_it_had() -> None:
    case = Play(TWO).start()
    token = case.token("draft")
    moved = go_over(case, "start begin -> draft\nuser draft -> check\nuser check -> sign\nuser sign -> done\nend done")
    assert [(kept.token, kept.node, kept.changed) for kept in moved.kept] == [(token, "draft", frozenset())]
    assert case.complete("draft").at == ["check"]
    assert case.complete("check").complete("sign").ended


def test_a_step_with_another_id_goes_on_where_it_is_told_to() -> None:
    case = Play(TWO).start()
    new = "start begin -> write\nuser write -> sign\nuser sign -> done\nend done"
    assert refused(case, new) == [("unmapped", "draft")]
    moved = go_over(case, new, {"draft": "write"})
    assert moved.kept[0].changed == {"node"}
    assert case.at == ["write"]


def test_what_the_new_version_asks_of_a_waiting_step_is_evaluated_and_named() -> None:
    case = Play(
        "start begin -> draft\nuser draft candidate_groups=who -> done\nend done", who="town", next="zone"
    ).start()
    new = 'start begin -> draft\nuser draft candidate_groups=next due="P1D" -> done\nend done'
    moved = go_over(case, new)
    assert moved.kept[0].changed == {"assignment", "due"}
    assert moved.kept[0].opened.candidate_groups == ("zone",)
    assert moved.kept[0].opened.due == MONDAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("new", "mapping", "reasons"),
    [
        ("start begin -> done\nend done", {}, [("unmapped", "draft")]),
        ("start begin -> done\nend done", {"draft": "nowhere"}, [("gone", "draft")]),
        ("start begin -> draft\nservice draft -> done\nend done", {"draft": "draft"}, [("kind_changed", "draft")]),
        (
            "start begin -> s\nsub s -> done\n  start b -> draft\n  user draft -> e\n  end e\nend done",
            {"draft": "draft"},
            [("scope_changed", "draft")],
        ),
        ("start begin -> draft\nuser draft times=3 -> done\nend done", {}, [("loop_changed", "draft")]),
    ],
)
def test_what_cannot_be_taken_over_is_refused_by_name(new: str, mapping: dict[str, str], reasons: list[Any]) -> None:
    case = Play(TWO).start()
    assert refused(case, new, mapping) == reasons


def test_an_assignment_that_makes_no_sense_for_this_case_is_refused() -> None:
    case = Play(TWO).start()
    assert refused(case, 'start begin -> draft\nuser draft due="soon" -> sign\nuser sign -> done\nend done') == [
        ("bad_expression", "draft")
    ]


# --- gateways ---------------------------------------------------------------------------------------------------------

FORK = """
    start begin -> split
    and split -> a, b
    user a -> join
    user b -> join
    and join -> last
    user last -> done
    end done
"""


def test_a_token_at_a_join_waits_on_for_its_sibling() -> None:
    case = Play(FORK).start().complete("a")
    go_over(case, FORK.replace("user b -> join", "user b -> c\n    user c -> join"))
    assert case.complete("b").at == ["c"]
    assert case.complete("c").at == ["last"]


def test_a_step_put_in_before_a_join_does_not_lose_who_waits_there() -> None:
    case = Play(FORK).start().complete("a")
    go_over(case, FORK.replace("user a -> join", "user a -> c\n    user c -> join"))
    assert case.at == ["b"]
    assert case.complete("b").at == ["last"]


def test_a_join_on_more_flows_is_refused_while_a_token_waits_there() -> None:
    case = Play(FORK).start().complete("a")
    wider = FORK.replace("split -> a, b", "split -> a, b, c").replace(
        "    and join", "    user c -> join\n    and join"
    )
    assert refused(case, wider) == [("join_changed", "join")]


def test_a_join_that_would_wait_for_ever_is_refused_before_anybody_gets_there() -> None:
    case = Play(FORK).start()
    wider = FORK.replace("split -> a, b", "split -> a, b, c").replace(
        "    and join", "    user c -> join\n    and join"
    )
    assert refused(case, wider) == [("join_starved", "join")]
    early = Play("start begin -> zero\nuser zero -> split\n" + FORK.split("split\n", 1)[1]).start()
    go_over(early, "start begin -> zero\nuser zero -> split\n" + wider.split("split\n", 1)[1])
    assert early.complete("zero").at == ["a", "b", "c"]


def test_an_inclusive_join_nobody_comes_to_any_more_is_refused_rather_than_played() -> None:
    drawing = """
        start begin -> split
        or split -> [true] a, [true] b
        user a -> join
        user b -> join
        or join -> last
        user last -> done
        end done
    """
    case = Play(drawing).start().complete("a")
    assert go_over(case, drawing).kept[0].node == "b"
    elsewhere = drawing.replace("user b -> join", "user b -> gone\n        end gone").replace(
        "user a -> join", "user a -> join\n        task x -> join"
    )
    assert refused(case, elsewhere) == [("moves_at_once", "join")]


CHOICE = """
    start begin -> g
    events g -> word, late
    receive word message=m -> done
    catch late after=PT1H -> done
    end done
"""


def test_events_behind_an_event_gateway_go_over_together() -> None:
    case = Play(CHOICE).start()
    due = dict(case.timers)
    go_over(case, CHOICE.replace("after=PT1H", "after=PT9H"))
    assert case.timers == due
    assert case.pass_time(hours=1).ended
    other = Play(CHOICE).start()
    wider = CHOICE.replace("word, late", "word, late, bell").replace(
        "    end", "    catch bell signal=s -> done\n    end"
    )
    assert refused(other, wider) == [("gateway_changed", "g")]


# --- timers and conditions --------------------------------------------------------------------------------------------

TIMED = "start begin -> t\nuser t -> done\nboundary late on=t after=PT2H -> u\nuser u -> done\nend done"


def test_a_running_timer_keeps_its_time() -> None:
    case = Play(TIMED).start()
    (due,) = case.timers.values()
    moved = go_over(case, TIMED.replace("late", "later"), {"late": "later"})
    assert [(timer.old, timer.node) for timer in moved.timers_kept] == [("late", "later")]
    assert moved.marking.timers[moved.timers_kept[0].id].due == due
    assert case.pass_time(hours=2).at == ["u"]


def test_a_timer_that_is_not_in_the_new_version_is_cleared_and_a_new_one_set_from_now() -> None:
    case = Play(TIMED).start()
    case.pass_time(hours=1)
    moved = go_over(case, TIMED.replace("late", "soon").replace("PT2H", "PT3H"))
    assert len(moved.timers_cleared) == 1
    assert [(timer.node, timer.due) for timer in moved.timers_set] == [("soon", MONDAY + timedelta(hours=4))]
    assert case.pass_time(hours=3).at == ["u"]


def test_a_cycle_instead_of_a_moment_counts_from_now() -> None:
    case = Play(TIMED.replace("on=t", "beside=t")).start()
    moved = go_over(case, TIMED.replace("on=t after=PT2H", "beside=t every=R3/PT1H"))
    assert (len(moved.timers_cleared), len(moved.timers_set)) == (1, 1)
    assert case.pass_time(hours=3).at == ["t", "u", "u", "u"]


def test_a_reminder_that_has_fired_does_not_fire_again() -> None:
    drawing = TIMED.replace("on=t", "beside=t")
    case = Play(drawing).start()
    case.pass_time(hours=2)
    moved = go_over(case, drawing)
    assert (moved.timers_set, case.timers) == ((), {})


def test_a_running_timer_whose_event_hangs_on_another_activity_is_refused() -> None:
    case = Play(TIMED).start()
    assert refused(case, TIMED.replace("on=t", "on=u"), {"late": "late"}) == [("boundary_moved", "late")]


def test_timers_of_event_sub_processes_are_kept_set_and_cleared() -> None:
    base = "start begin -> t\nuser t -> done\nend done\n"
    one = base + "event_sub e\n  start at after=PT2H aside -> x\n  user x"
    two = base + "event_sub f\n  start other after=PT5H aside -> y\n  user y"
    case = Play(one).start()
    assert len(go_over(case, one).timers_kept) == 1
    moved = go_over(case, two)
    assert (len(moved.timers_cleared), [timer.node for timer in moved.timers_set]) == (1, ["other"])
    assert case.pass_time(hours=5).at == ["t", "y"]


def test_a_condition_that_holds_already_is_refused_and_one_that_has_been_met_does_not_happen_again() -> None:
    plain = "start begin -> t\nuser t -> done\nend done"
    noted = plain + "\nboundary met beside=t when=x=1 -> u\nuser u -> gone\nend gone"
    assert refused(Play(plain, x=1).start(), noted) == [("moves_at_once", "met")]
    case = Play(noted, x=1).start()
    assert case.at == ["t", "u"]
    go_over(case, noted.replace("met", "seen"), {"met": "seen"})
    assert case.set(y=1).at == ["t", "u"]


# --- scopes and memory ------------------------------------------------------------------------------------------------


def test_instances_keep_their_counters_and_a_new_completion_condition_counts() -> None:
    drawing = "start begin -> v\nuser v times=5 -> done\nend done"
    case = Play(drawing).start().complete("v")
    go_over(case, "start begin -> v\nuser v times=9 until=nrOfCompletedInstances>=2 -> done\nend done")
    assert len(case.open) == 4
    assert case.complete("v").ended


def test_sub_processes_under_way_go_over_with_everything_in_them() -> None:
    drawing = """
        start begin -> s
        sub s times=2 -> done
            start b -> a
            user a -> c
            user c -> e
            end e
        end done
    """
    case = Play(drawing).start().complete("a")
    go_over(case, drawing.replace("user c -> e", "user c -> d\n            user d -> e"))
    assert case.complete("a").complete("c").complete("c").complete("d").complete("d").ended


def test_what_was_done_can_still_be_undone_or_the_case_is_refused() -> None:
    drawing = """
        start begin -> book
        user book -> think
        boundary edge on=book by=cancel
        user cancel undo
        user think -> back
        throw back compensate= -> done
        end done
    """
    case = Play(drawing).start().complete("book")
    without = drawing.replace("        boundary edge on=book by=cancel\n        user cancel undo\n", "")
    assert refused(case, without) == [("no_handler", "book")]
    assert refused(case, drawing.replace("book", "order")) == [("unmapped", "book")]
    go_over(case, drawing.replace("book", "order"), {"book": "order"})
    assert case.complete("think").at == ["cancel"]
    go_over(case, drawing)
    assert case.complete("cancel").ended


def test_an_ended_case_does_not_go_anywhere() -> None:
    assert refused(Play(TWO).start().cancel(), TWO) == [("ended", "process")]


def test_a_part_of_the_marking_nobody_has_thought_of_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(move._KNOWN, Token, move._KNOWN[Token] - {"locals"})
    case = Play("start begin -> v\nuser v times_in_turn=2 -> done\nend done").start()
    assert refused(case, "start begin -> v\nuser v times_in_turn=2 -> done\nend done") == [("unknown_part", "v")]


def test_every_reason_is_documented() -> None:
    source = Path(move.__file__).read_text()
    codes = {*re.findall(r'refuse\("(\w+)"', source), *re.findall(r'Refusal\("(\w+)"', source)}
    assert "join_starved" in codes
    assert [code for code in codes if f"``{code}``" not in (Refusal.__doc__ or "")] == []


# --- any diagram ------------------------------------------------------------------------------------------------------


def played(drawn: Process, data: st.DataObject) -> Play:
    """The process, played for a while at random."""
    case = Play(Graph.of(drawn)).start()
    for _ in range(data.draw(st.integers(0, 12))):
        if not case.ended:
            play_one(case, data)
    return case


@settings(max_examples=120, deadline=None)
@given(diagrams(), st.data())
def test_going_over_to_the_same_version_changes_nothing(drawn: Process, data: st.DataObject) -> None:
    case = played(drawn, data)
    if case.ended:
        return
    before, timers = case.marking.to_json(), dict(case.timers)
    moved = go_over(case, drawn)
    assert case.marking.to_json() == before
    assert (case.timers, moved.timers_set, moved.timers_cleared) == (timers, (), ())
    assert all(not kept.changed for kept in moved.kept)
    check_after(case)


def renamed(drawn: Process) -> tuple[Process, dict[str, str]]:
    """The same process with another id for every node and flow, and which is which."""
    to = {node: f"new_{node}" for node in drawn.nodes}
    flow = {id_: f"new_{id_}" for id_ in drawn.flows}

    def node(id_: str) -> Any:
        old = drawn.nodes[id_]
        event = old.event
        if event is not None and event.activity:
            event = replace(event, activity=to[event.activity])
        return replace(
            old,
            id=to[id_],
            scope=to.get(old.scope, old.scope),
            incoming=tuple(map(flow.__getitem__, old.incoming)),
            outgoing=tuple(map(flow.__getitem__, old.outgoing)),
            default=flow.get(old.default or ""),
            attached_to=to.get(old.attached_to or ""),
            compensates_with=to.get(old.compensates_with or ""),
            event=event,
        )

    flows = {
        flow[id_]: replace(way, id=flow[id_], source=to[way.source], target=to[way.target])
        for id_, way in drawn.flows.items()
    }
    return replace(drawn, nodes={to[id_]: node(id_) for id_ in drawn.nodes}, flows=flows), to


@settings(max_examples=120, deadline=None)
@given(diagrams(), st.data())
def test_going_over_and_back_leaves_a_case_as_it_was(drawn: Process, data: st.DataObject) -> None:
    case = played(drawn, data)
    if case.ended:
        return
    before, timers = case.marking.to_json(), dict(case.timers)
    other, to = renamed(drawn)
    go_over(case, other, to)
    assert not set(drawn.nodes) & {node for _id, node in case.marking.open_tokens()}
    go_over(case, drawn, {new: old for old, new in to.items()})
    assert case.marking.to_json() == before
    assert case.timers == timers


def extended(drawn: Process) -> Process:
    """The process with one more step before its end."""
    end = next(node for node in drawn.nodes.values() if node.id == "done")
    longer = process("start begin -> extra\nuser extra -> over\nend over")
    extra, over, way = longer.nodes["extra"], longer.nodes["over"], longer.flows["f2"]
    nodes = dict(drawn.nodes)
    nodes["done"] = replace(end, kind="task", outgoing=("to_extra",))
    nodes["extra"] = replace(extra, incoming=("to_extra",), outgoing=("to_over",), scope=end.scope)
    nodes["over"] = replace(over, incoming=("to_over",), scope=end.scope)
    flows = {
        **drawn.flows,
        "to_extra": replace(way, id="to_extra", source="done", target="extra"),
        "to_over": replace(way, id="to_over", source="extra", target="over"),
    }
    return replace(drawn, nodes=nodes, flows=flows)


@settings(max_examples=120, deadline=None)
@given(diagrams(), st.data())
def test_a_case_gone_over_stands_and_plays_as_one_that_began_there(drawn: Process, data: st.DataObject) -> None:
    longer = extended(drawn)
    case = Play(Graph.of(drawn)).start()
    native = Play(Graph.of(longer)).start()
    for _ in range(data.draw(st.integers(0, 12))):
        waiting = completable(case)
        if case.ended or not (waiting or case.timers):
            break
        if waiting and data.draw(st.booleans()):
            token, pick = data.draw(st.sampled_from(waiting)), data.draw(st.integers(0, 2))
            for one in (case, native):
                one.send(_complete(token, pick))
        elif case.timers:
            timer = data.draw(st.sampled_from(sorted(case.timers)))
            for one in (case, native):
                one.send(TimerFired(timer))
    if case.ended or "extra" in native.at:  # a token that has ended does not come again
        return
    go_over(case, longer)
    assert case.marking.to_json() == native.marking.to_json()
    while not case.ended:
        waiting = completable(case)
        event = _complete(waiting[0], 0) if waiting else TimerFired(min(case.timers))
        assert case.send(event).step.trace == native.send(event).step.trace
    assert native.ended


def _complete(token: int, pick: int) -> Any:
    return Complete(token, {"pick": pick})


def check_after(case: Play) -> None:
    """The books of the marking still agree with what was told to the world, and the case can be played on."""
    waiting = completable(case)
    case.send(_complete(waiting[0], 0) if waiting else TimerFired(min(case.timers)))
    check(case)


# --- what people did by hand ------------------------------------------------------------------------------------------


def test_what_was_sent_back_comes_again_in_the_new_version() -> None:
    line = "start begin -> a\nuser a -> b\nuser b -> done\nend done"
    case = Play(line).start().complete("a").send_back("b", "a", again="resume")
    longer = "start begin -> a\nuser a -> b\nuser b -> c\nuser c -> done\nend done"
    go_over(case, longer)
    assert case.at == ["a"]
    assert case.complete("a").at == ["b"]
    assert case.complete("b").at == ["c"]


def test_what_was_sent_back_must_be_told_where_it_comes_again() -> None:
    line = "start begin -> a\nuser a -> b\nuser b -> done\nend done"
    case = Play(line).start().complete("a").send_back("b", "a", again="resume")
    other = "start begin -> a\nuser a -> z\nuser z -> done\nend done"
    assert refused(case, other) == [("unmapped", "b")]
    go_over(case, other, {"b": "z"})
    assert case.complete("a").at == ["z"]


def test_people_added_to_a_step_stay_and_are_still_needed() -> None:
    line = "start begin -> a\nuser a -> b\nuser b -> done\nend done"
    case = Play(line).start().add("a", "li", "wang")
    moved = go_over(case, line.replace("b -> done", "b -> c\nuser c -> done"))
    assert sorted(kept.opened.assignee or "" for kept in moved.kept) == ["", "li", "wang"]
    assert case.complete("a").complete("a").at == ["a"]
    assert case.complete("a").at == ["b"]
