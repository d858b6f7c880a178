"""Standard loops, scripts, and ad-hoc sub-processes."""

from __future__ import annotations

import pytest

from tests.workflows.engine.build import Play
from workflows.engine import Choice, EngineError, choices


def test_a_loop_goes_round_while_its_condition_holds() -> None:
    play = Play("start s -> a\nuser a again=not(done) -> b\nuser b", done=True).start()
    assert play.at == ["a"], "the condition is looked at afterwards"
    assert play.opened.locals == {"loopCounter": 1}
    assert play.complete("a", done=False).opened.locals == {"loopCounter": 2}
    assert play.complete("a", done=True).at == ["b"]


def test_a_loop_that_tests_before_may_not_begin_at_all() -> None:
    text = "start s -> a\nuser a again=not(done) first -> b\nuser b"
    assert Play(text, done=True).start().at == ["b"]
    assert Play(text, done=False).start().at == ["a"]


def test_a_loop_ends_at_its_maximum() -> None:
    play = Play("start s -> a\nuser a most=3 -> b\nuser b").start()
    assert play.complete("a").complete("a").at == ["a"]
    assert play.complete("a").at == ["b"]


def test_a_loop_of_sub_processes_has_one_deadline() -> None:
    play = Play("""
        start begin -> box
        sub box again=more -> done
            start s -> a
            user a
        boundary late on=box after=PT1H -> b
        user b
        end done
    """).start()
    assert play.complete("a", more=True).at == ["a"]
    assert len(play.timers) == 1
    assert play.pass_time(hours=1).at == ["b"]


def test_a_loop_that_needs_nobody_and_never_ends_is_stopped() -> None:
    with pytest.raises(EngineError, match="step_limit"):
        Play("start s -> a\ntask a again=true").start()


def test_a_script_computes_a_variable() -> None:
    play = Play("start s -> sum\nscript sum computes=total:a+b -> done\nend done", a=1, b=2).start()
    assert play.variables == {"a": 1, "b": 2, "total": 3}


def test_a_script_runs_once_for_each_of_a_collection() -> None:
    play = Play(
        "start s -> square\nscript square each=n:[1,2,3] results=all:r computes=r:n*n -> done\nend done"
    ).start()
    assert play.variables == {"all": [1, 4, 9]}


CHOOSING = """
    start begin -> work
    adhoc work OPTIONS -> after
        user one -> two
        user two
        user three
    user after -> done
    end done
"""


def choosing(options: str, **variables: object) -> Play:
    return Play(CHOOSING.replace("OPTIONS", options), **variables).start()


def test_nothing_begins_in_an_ad_hoc_sub_process_until_it_is_enabled() -> None:
    play = choosing("complete=ready")
    assert play.at == []
    host = next(token.id for token in play.marking.tokens.values())
    assert choices(play.graph, play.marking) == (Choice("one", host), Choice("three", host))
    assert play.enable("three").enable("one", host).enable("three").at == ["one", "three", "three"]
    for node in ("two", "after", "nobody"):
        with pytest.raises(EngineError, match="not_enabled"):
            play.enable(node)


def test_it_ends_when_its_condition_holds_and_cancels_what_runs() -> None:
    play = choosing("complete=ready").enable("one").enable("three")
    assert play.complete("one", ready=True).at == ["after"]
    assert len(play.step.cancelled) == 1


def test_it_can_wait_for_what_runs() -> None:
    play = choosing("complete=ready waits").enable("one").enable("three")
    assert play.complete("three", ready=True).at == ["one"]
    assert play.complete("one").at == ["two"]
    assert play.complete("two").at == ["after"]


def test_it_goes_on_waiting_while_its_condition_does_not_hold() -> None:
    play = choosing("complete=ready").enable("three").complete("three")
    assert play.at == []
    assert play.enable("three").complete("three", ready=True).at == ["after"]


def test_one_at_a_time_where_it_says_so() -> None:
    play = choosing("in_turn complete=ready").enable("one")
    assert choices(play.graph, play.marking) == ()
    with pytest.raises(EngineError, match="not_enabled"):
        play.enable("three")
    assert play.complete("one").complete("two").at == []
    assert play.enable("three").complete("three", ready=True).at == ["after"]


def test_without_condition_it_ends_when_nothing_runs_any_more() -> None:
    play = choosing("").enable("one").complete("one")
    assert play.at == ["two"]
    assert play.complete("two").at == ["after"]
    assert Play("start s -> w\nadhoc w -> done\nend done").start().ended
