"""自由跳转: the flow of control is put elsewhere by hand."""

from __future__ import annotations

import pytest

from tests.workflows.engine.build import Play
from workflows.engine import EngineError, Move

LINE = """
    start begin -> a
    user a -> b
    user b -> c
    user c -> done
    end done
"""

FORK = """
    start begin -> p
    user p -> split
    and split -> a1, b1
    user a1 -> a2
    user a2 -> join
    user b1 -> join
    and join -> c
    user c -> again
    xor again -> [back=true] p, [else] done
    end done
"""

NESTED = """
    start begin -> first
    user first -> outer
    sub outer in=secret:first_secret -> last
        start s1 -> inner
        sub inner -> out
            start s2 -> deep
            user deep -> e2
            end e2
        user out -> e1
        end e1
    boundary late on=outer after=PT1H -> rescue
    user rescue -> last
    user last -> done
    end done
"""

SEVERAL = """
    start begin -> vote
    user vote times=3 -> file
    user file -> done
    end done
"""


def refused(play: Play, event: Move) -> str:
    with pytest.raises(EngineError) as caught:
        play.send(event)
    return caught.value.code


def test_a_move_forward_leaves_out_what_is_between() -> None:
    play = Play(LINE).start().move("c", "a")
    assert play.at == ["c"]
    assert play.step.cancelled
    assert play.complete("c").ended


def test_a_move_back_begins_again_and_passes_everything_anew() -> None:
    play = Play(LINE).start().complete("a").move("a", "b").complete("a")
    assert play.at == ["b"]


def test_beginning_a_node_without_cancelling_adds_a_token() -> None:
    play = Play(LINE).start().move("c")
    assert play.at == ["a", "c"]
    assert play.complete("c").at == ["a"]


def test_going_on_behind_a_node_takes_its_way_out() -> None:
    play = Play(FORK).start()
    play.send(Move(after=("p",), cancel=(play.token("p"),)))
    assert play.at == ["a1", "b1"]


def test_cancelling_everything_ends_the_case() -> None:
    play = Play(FORK).start().complete("p").move("", "a1", "b1")
    assert play.ended


def test_emptying_the_process_takes_everything_with_it() -> None:
    play = Play(FORK).start().complete("p").complete("a1")
    root = next(iter(play.marking.scopes.values())).id
    play.send(Move(before=("c",), empty=(root,)))
    assert play.at == ["c"]


def test_what_is_left_of_a_scope_is_closed_and_does_not_go_on() -> None:
    play = Play(NESTED).start().complete("first")
    assert play.at == ["deep"]
    play.move("first", "deep")
    assert play.at == ["first"]
    assert len(play.marking.scopes) == 1
    assert play.timers == {}, "the deadline of the closed sub-process is gone"


def test_a_step_deep_inside_is_reached_by_opening_what_is_around_it() -> None:
    play = Play(NESTED, first_secret=7).start().move("deep", "first")
    assert play.at == ["deep"]
    assert [scope.node for scope in play.marking.scopes.values()] == ["process", "outer", "inner"]
    assert len(play.timers) == 1, "the deadline of the sub-process runs"
    assert play.complete("deep").at == ["out"]
    assert play.complete("out").at == ["last"]


def test_a_scope_that_runs_is_used_and_not_opened_again() -> None:
    play = Play(NESTED).start().complete("first").move("out", "deep")
    assert play.at == ["out"]
    assert [scope.node for scope in play.marking.scopes.values()] == ["process", "outer"]


def test_a_jump_into_one_branch_does_not_wait_for_the_others() -> None:
    play = Play(FORK).start().move("a2", "p")
    assert play.complete("a2").at == ["c"]


def test_a_jump_out_of_one_branch_leaves_the_other_where_it_is() -> None:
    play = Play(FORK).start().complete("p").move("c", "a1")
    assert play.at == ["b1", "c"]


def test_an_inclusive_join_looks_again_when_one_it_waits_for_is_taken_away() -> None:
    play = Play("""
        start begin -> split
        or split -> a, b
        user a -> join
        user b -> join
        or join -> c
        user c -> done
        end done
    """)
    play.start().complete("a")
    assert play.at == ["b"]
    assert play.move("", "b").at == ["c"]


def test_the_last_instance_taken_elsewhere_does_not_complete_the_activity() -> None:
    play = Play(SEVERAL).start().complete("vote").complete("vote").move("file", "vote")
    assert play.at == ["file"], "once: the vote itself has not gone on"


def test_one_instance_taken_elsewhere_leaves_the_others() -> None:
    play = Play(SEVERAL).start().move("file", "vote")
    assert play.at == ["file", "vote", "vote"]
    assert play.complete("vote").complete("vote").at == ["file", "file"]


def test_a_closed_scope_listens_again_when_something_is_begun_in_it() -> None:
    play = Play("""
        start begin -> a
        user a -> done
        end done
        event_sub alarm
            start rung signal=bell -> handle
            user handle -> gone
            end gone
    """)
    play.start().signal("bell")
    assert play.at == ["handle"]
    assert play.move("a", "handle").at == ["a"]
    assert play.signal("bell").at == ["handle"]


BEGUN_BY_OTHERS = """
    start begin -> a
    user a -> g
    boundary edge on=a after=PT1H -> done
    events g -> word, late
    catch word message=m -> done
    catch late after=PT1H -> done
    boundary undo_edge on=a by=undo
    user undo undo
    end done
    event_sub alarm
        start rung signal=bell -> handle
        user handle
"""


@pytest.mark.parametrize("node", ["edge", "undo", "word", "alarm"])
def test_what_only_something_else_begins_cannot_be_begun_by_hand(node: str) -> None:
    assert refused(Play(BEGUN_BY_OTHERS).start(), Move(before=(node,))) == "not_startable"


def test_a_step_of_an_event_sub_process_that_does_not_run_is_out_of_reach() -> None:
    assert refused(Play(BEGUN_BY_OTHERS).start(), Move(before=("handle",))) == "other_scope"


def test_a_parallel_join_cannot_be_begun_but_gone_on_behind() -> None:
    play = Play(FORK).start()
    assert refused(play, Move(before=("join",))) == "not_startable"
    play.send(Move(after=("join",), cancel=(play.token("p"),)))
    assert play.at == ["c"]


def test_which_of_several_instances_is_meant_must_be_said() -> None:
    play = Play("""
        start begin -> each
        sub each times=2 -> done
            start s -> a
            user a -> b
            user b -> e
            end e
        end done
    """).start()
    token = play.marking.tokens[play.token("a")]
    assert refused(play, Move(before=("b",))) == "other_scope"
    play.send(Move(before=("b",), cancel=(token.id,), scope=token.scope))
    assert play.at == ["a", "b"]
    outside = Play(NESTED.replace("sub outer", "sub outer times=2")).start()
    assert refused(outside, Move(before=("out",))) == "other_scope"


def test_unknown_nodes_tokens_and_scopes_are_refused() -> None:
    play = Play(LINE).start()
    assert refused(play, Move(before=("nowhere",))) == "no_such_node"
    assert refused(play, Move(cancel=(99,))) == "not_waiting"
    assert refused(play, Move(empty=(99,))) == "not_waiting"
    assert refused(Play(LINE), Move(before=("a",))) == "not_waiting"
