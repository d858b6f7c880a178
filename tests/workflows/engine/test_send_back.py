"""驳回: a step sends the flow back to one that lies before it."""

from __future__ import annotations

import pytest

from tests.workflows.engine.build import Play
from tests.workflows.engine.test_migration import go_over, refused
from tests.workflows.engine.test_moves import FORK, LINE, NESTED
from workflows.engine import EngineError, MessageArrived, SendBack
from workflows.engine.moves import steps_back

INSTANCES = """
    start begin -> draft
    user draft -> each
    sub each times=2 results=all:n -> file
        start s -> read
        user read -> sign
        user sign -> e
        end e
    user file -> done
    end done
"""

COMMITTEE = """
    start begin -> draft
    user draft -> vote
    user vote each=m:["甲","乙","丙"] assignee=m results=votes:v -> file
    user file -> done
    end done
"""


def test_in_a_branch_only_that_branch_goes_back() -> None:
    play = Play(FORK).start().complete("p").complete("a1").send_back("a2", "a1")
    assert play.at == ["a1", "b1"]
    assert play.complete("a1").complete("b1").complete("a2").at == ["c"]


def test_a_sibling_that_has_arrived_at_the_join_stays_there() -> None:
    play = Play(FORK).start().complete("p").complete("a1").complete("b1").send_back("a2", "a1")
    assert play.at == ["a1"]
    assert play.complete("a1").complete("a2").at == ["c"]


def test_to_before_the_fork_the_whole_fork_is_cancelled() -> None:
    play = Play(FORK).start().complete("p").complete("a1").complete("b1").send_back("a2", "p")
    assert play.at == ["p"]
    assert play.complete("p").at == ["a1", "b1"]
    assert play.complete("a1").complete("a2").at == ["b1"], "the join waits for this round's other branch"


def test_after_the_join_back_into_one_branch_the_others_count_as_done() -> None:
    play = Play(FORK).start().complete("p").complete("a1").complete("a2").complete("b1").send_back("c", "a1")
    assert play.at == ["a1"]
    assert play.complete("a1").complete("a2").at == ["c"]


def test_a_way_around_the_sender_does_not_reach_the_other_branch() -> None:
    play = Play("""
        start begin -> p
        user p -> split
        and split -> a1, b1
        user a1 -> which
        xor which -> [quick=true] join, [else] a2
        user a2 -> join
        user b1 -> join
        and join -> again
        xor again -> [back=true] p, [else] done
        end done
    """)
    play.start().complete("p").complete("a1", quick=False).send_back("a2", "a1")
    assert play.at == ["a1", "b1"]


def test_another_branch_is_not_before_the_sender() -> None:
    play = Play(FORK).start().complete("p").complete("a1").complete("b1")
    with pytest.raises(EngineError, match="not_before"):
        play.send_back("a2", "b1")
    with pytest.raises(EngineError, match="not_before"):
        play.send_back("a2", "a2")
    assert steps_back(play.graph, play.marking, play.marking.tokens[play.token("a2")]) == ("p", "a1", "c")


def test_out_of_a_sub_process_everything_in_it_is_cancelled() -> None:
    play = Play(NESTED).start().complete("first").send_back("deep", "first")
    assert play.at == ["first"]
    assert len(play.marking.scopes) == 1


def test_into_a_finished_sub_process_it_is_opened_again() -> None:
    play = Play(NESTED).start().complete("first").complete("deep").complete("out").send_back("last", "deep")
    assert play.at == ["deep"]
    assert play.complete("deep").complete("out").at == ["last"]


def test_inside_one_instance_the_others_go_on() -> None:
    play = Play(INSTANCES).start().complete("draft").complete("read").complete("read")
    assert play.send_back("sign", "read").at == ["read", "sign"]


def test_from_one_instance_to_outside_all_instances_are_cancelled() -> None:
    play = Play(INSTANCES).start().complete("draft").complete("read").send_back("sign", "draft")
    assert play.at == ["draft"]
    assert play.complete("draft").at == ["read", "read"]


def test_one_of_several_signers_sends_back_for_all() -> None:
    play = Play(COMMITTEE).start().complete("draft").complete("vote", v=1).send_back("vote", "draft")
    assert play.at == ["draft"]
    assert play.complete("draft").at == ["vote", "vote", "vote"], "a new round begins from nothing"


def test_into_one_of_several_instances_there_is_no_way() -> None:
    play = Play(INSTANCES).start().complete("draft")
    for node in ("read", "read", "sign", "sign"):
        play.complete(node)
    assert play.at == ["file"]
    with pytest.raises(EngineError, match="other_scope"):
        play.send_back("file", "read")


def test_out_of_an_interrupting_event_sub_process_the_process_goes_on() -> None:
    play = Play("""
        start begin -> a
        user a -> b
        user b -> done
        end done
        event_sub alarm
            start rung signal=bell -> handle
            user handle -> gone
            end gone
    """)
    play.start().complete("a").signal("bell").send_back("handle", "a", "resume")
    assert play.at == ["a"]
    assert play.complete("a").at == ["handle"]
    assert next(iter(play.marking.scopes.values())).closed


def test_what_runs_alongside_has_nothing_before_it() -> None:
    play = Play("""
        start begin -> a
        user a -> b
        user b -> done
        end done
        event_sub note
            start rung signal=bell aside -> write
            user write -> gone
            end gone
    """)
    play.start().complete("a").signal("bell")
    with pytest.raises(EngineError, match="not_before"):
        play.send_back("write", "a")
    assert steps_back(play.graph, play.marking, play.marking.tokens[play.token("write")]) == ()


# --- resume ----------------------------------------------------------------------------------------------------------


def test_with_resume_the_steps_between_are_not_passed_again() -> None:
    play = Play(LINE).start().complete("a").complete("b").send_back("c", "a", "resume", by="chair")
    assert play.at == ["a"]
    play.complete("a")
    assert play.at == ["c"]
    assert play.opened.assignee == "chair"
    assert play.complete("c").ended


def test_with_resume_the_cancelled_branches_come_back_as_they_stood() -> None:
    play = Play(FORK).start().complete("p").complete("a1").complete("b1").send_back("a2", "p", "resume")
    assert play.at == ["p"]
    assert play.complete("p").at == ["a2"]
    assert play.complete("a2").at == ["c"], "the other branch had arrived at the join and is there again"


def test_with_resume_those_who_have_voted_need_not_vote_again() -> None:
    play = Play(COMMITTEE).start().complete("draft").complete("vote", v=1).send_back("vote", "draft", "resume")
    assert play.at == ["draft"]
    play.complete("draft")
    assert sorted(opened.assignee or "" for opened in play.open.values()) == ["丙", "乙"]
    assert play.complete("vote", v=2).complete("vote", v=3).at == ["file"]
    assert play.variables["votes"] == [1, 2, 3]


def test_with_resume_out_of_a_sub_process_it_is_there_again_with_its_deadline() -> None:
    play = Play(NESTED).start().complete("first").complete("deep").send_back("out", "first", "resume")
    assert play.timers == {}
    assert play.complete("first").at == ["out"]
    assert len(play.timers) == 1
    assert play.complete("out").at == ["last"]


def test_with_resume_into_a_sub_process_it_is_left_at_once() -> None:
    play = Play(NESTED).start().complete("first").complete("deep").complete("out")
    play.send_back("last", "deep", "resume")
    assert play.at == ["deep"]
    assert play.complete("deep").at == ["last"]
    assert len(play.marking.scopes) == 1
    assert play.timers == {}


def test_sent_back_on_from_there_each_comes_back_to_its_own_sender() -> None:
    play = Play(LINE).start().complete("a").complete("b").send_back("c", "b", "resume")
    play.send_back("b", "a", "resume")
    assert play.complete("a").at == ["b"]
    assert play.complete("b").at == ["c"]
    assert play.complete("c").ended


def test_sent_back_to_run_again_nothing_comes_back() -> None:
    play = Play(LINE).start().complete("a").complete("b").send_back("c", "b", "resume").send_back("b", "a")
    assert play.complete("a").at == ["b"]
    assert play.complete("b").at == ["c"]


def test_a_step_left_by_its_deadline_comes_back_to_nobody() -> None:
    play = Play("""
        start begin -> a
        user a -> b
        boundary late on=a after=PT1H -> other
        user b -> done
        user other -> done
        end done
    """)
    play.start().complete("a").send_back("b", "a", "resume").pass_time(hours=1)
    assert play.at == ["other"]
    assert play.complete("other").ended


def test_an_inclusive_join_waits_for_who_was_sent_back() -> None:
    play = Play("""
        start begin -> p
        user p -> split
        or split -> a, b
        user a -> join
        user b -> join
        or join -> c
        user c -> done
        end done
    """)
    play.start().complete("p").complete("a")
    play.send_back("b", "p", "resume")
    assert play.at == ["p"]
    assert play.complete("p").at == ["b"]
    assert play.complete("b").at == ["c"]


def test_what_is_to_come_again_goes_over_to_another_version() -> None:
    play = Play(NESTED).start().complete("first").complete("deep").send_back("out", "first", "resume", by="chair")
    go_over(play, NESTED.replace("user first -> outer", "user first -> check\n    user check -> outer"))
    assert play.complete("first").at == ["out"]
    assert play.opened.assignee == "chair"
    gone = Play(LINE).start().complete("a").complete("b").send_back("c", "a", "resume")
    assert ("unmapped", "c") in refused(gone, LINE.replace("user c ->", "user d ->").replace("-> c", "-> d"))


def test_a_message_waited_for_comes_again_with_its_key() -> None:
    play = Play(
        """
        start begin -> a
        user a -> split
        and split -> b, c
        receive b message=m key=order
        user c -> done
        end done
    """,
        order="7",
    )
    play.start().complete("a").send_back("c", "a", "resume").set(order="8").complete("a")
    assert play.at == ["b", "c"]
    assert play.send(MessageArrived("m", {}, "8")).at == ["c"]


def test_the_case_can_be_cancelled_while_somebody_is_asked_back() -> None:
    play = Play(LINE).start().complete("a").send_back("b", "a", "resume").cancel()
    assert play.ended
    assert play.open == {}


def test_only_an_open_step_sends_back_and_only_to_an_activity() -> None:
    play = Play(LINE).start().complete("a")
    for token, to, code in ((99, "a", "not_waiting"), (None, "begin", "not_startable"), (None, "x", "no_such_node")):
        with pytest.raises(EngineError) as caught:
            play.send(SendBack(token or play.token("b"), to))
        assert caught.value.code == code
