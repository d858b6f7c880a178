"""Event sub-processes: at the root and inside, interrupting or not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workflows.engine.build import Play
from workflows.engine import EngineError

INTERRUPTING = """
    start begin -> a
    user a -> b
    boundary late on=a after=PT10M -> c
    user b
    user c
    event_sub withdrawn
        start word message=withdraw -> x
        user x -> gone
        end gone
    event_sub dated
        start day after=P30D -> y
        user y
"""


def test_an_interrupting_one_cancels_all_else_and_the_timers() -> None:
    play = Play(INTERRUPTING).start()
    assert len(play.timers) == 2
    play.message("withdraw", why="error")
    assert play.at == ["x"]
    assert play.timers == {}
    assert play.variables == {"why": "error"}
    assert play.complete("x").ended


def test_after_an_interrupting_one_no_other_begins() -> None:
    play = Play(INTERRUPTING).start().message("withdraw")
    with pytest.raises(EngineError, match="not_waiting"):
        play.message("withdraw")


def test_its_timer_runs_from_the_begin_of_its_scope() -> None:
    play = Play(INTERRUPTING).start().complete("a")
    assert play.pass_time(days=30).at == ["y"]


def test_its_timer_goes_away_with_the_scope() -> None:
    play = Play(INTERRUPTING).start().complete("a").complete("b")
    assert play.ended
    assert play.timers == {}
    assert len(play.step.timers_cleared) == 1


@pytest.mark.parametrize("sub", ["", "sub box"])
def test_one_that_does_not_interrupt_begins_as_often_as_asked_and_its_scope_waits_for_it(sub: str) -> None:
    body = """
start s -> a
user a -> e
end e
event_sub asked
    start q message=ask aside -> x
    user x
event_sub timed
    start t every=R2/PT1H aside -> y
    user y
"""
    inside = "start begin -> box\nsub box -> done\n" + body.replace("\n", "\n    ") + "\nend done"
    play = Play(inside if sub else body).start()
    play.message("ask").message("ask").pass_time(hours=5)
    assert play.at == ["a", "x", "x", "y", "y"]
    assert play.timers == {}
    for node in ("a", "x", "y", "x"):
        assert not play.complete(node).ended
    assert play.complete("y").ended


def test_each_instance_of_a_repeated_sub_process_has_its_own() -> None:
    play = Play("""
        start begin -> box
        sub box times=2 -> done
            start s -> a
            user a
            event_sub stop
                start q message=stop -> x
                user x
        end done
    """).start()
    assert play.message("stop").at == ["a", "x"]
    assert play.message("stop").at == ["x", "x"]
    assert play.complete("x").complete("x").ended


def test_an_error_is_caught_inside_before_it_is_caught_outside() -> None:
    play = Play("""
        start begin -> box
        sub box -> done
            start s -> e
            end e error=A
            event_sub saved
                start q error= -> x
                user x -> again
                end again error=A
        boundary failed on=box error=A -> y
        user y
        end done
    """).start()
    assert play.at == ["x"]
    assert play.complete("x").at == ["y"], "what it throws itself goes outwards"


def test_an_escalation_starts_one_beside_the_thrower_which_does_not_catch_its_own() -> None:
    play = Play("""
        start begin -> call
        throw call escalation=LATE -> a
        user a
        event_sub told
            start q escalation=LATE aside -> again
            throw again escalation=LATE -> x
            user x
    """).start()
    assert play.at == ["a", "x"]
    assert [thrown.caught for thrown in play.step.thrown] == [False]


def test_what_is_on_its_way_when_the_scope_is_interrupted_goes_no_further() -> None:
    play = Play("""
        start begin -> split
        and split -> fail, a, b
        end fail error=A
        task a -> c
        user b
        user c
        event_sub saved
            start q error=A -> x
            user x
    """).start()
    assert play.at == ["x"]


@pytest.mark.parametrize(("interrupting", "at"), [("", ["x"]), ("aside", ["a", "x"])])
def test_a_condition_starts_one_when_it_comes_to_hold(interrupting: str, at: list[str]) -> None:
    play = Play(f"""
        start begin -> a
        user a
        event_sub rich
            start q when=sum>100 {interrupting} -> x
            user x
    """).start()
    assert play.set(sum=5).at == ["a"]
    assert play.set(sum=500).at == at


def conditional(**variables: Any) -> Play:
    return Play(
        """
        start begin -> a
        user a -> done
        boundary high beside=a when=sum>100 -> x
        user x -> done
        end done
    """,
        **variables,
    ).start()


def test_a_condition_that_goes_on_holding_happens_once() -> None:
    play = conditional().set(sum=200).set(sum=300)
    assert play.at == ["a", "x"]
    assert play.set(sum=1).at == ["a", "x"]
    assert play.set(sum=200).at == ["a", "x", "x"], "once it did not hold, it happens again"


def test_a_condition_that_holds_from_the_beginning_happens_at_once() -> None:
    assert conditional(sum=200).at == ["a", "x"]


def test_a_condition_is_looked_at_whatever_changed_the_variables() -> None:
    play = Play("""
        start begin -> split
        and split -> wait, a
        catch wait when=ok -> done
        user a -> done
        end done
    """).start()
    with pytest.raises(EngineError, match="not_waiting"):
        play.complete("wait")
    assert play.complete("a", ok=True).ended


def test_conditions_that_chase_each_other_end_the_step() -> None:
    play = Play("""
        start begin -> a
        user a
        boundary up beside=a when=x>=0 -> down
        script down computes=x:-1 -> wait
        catch wait when=x<0 -> up2
        script up2 computes=x:1 -> end1
        end end1
    """)
    with pytest.raises(EngineError, match="step_limit"):
        play.variables = {"x": 0}
        play.start()


def test_variables_cannot_be_set_before_the_start() -> None:
    with pytest.raises(EngineError, match="not_waiting"):
        Play("start s").set(a=1)
