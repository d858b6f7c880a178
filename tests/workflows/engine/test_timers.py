"""Timer catch and boundary events."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.workflows.engine.build import MONDAY, Play
from workflows.engine import EngineError, TimerFired


def test_a_timer_catch_waits_until_its_time() -> None:
    case = Play("""
        start begin -> pause
        catch pause after=PT1H -> a
        user a
    """).start()
    assert case.step.timers_set[0].due == MONDAY + timedelta(hours=1)
    assert case.pass_time(minutes=59).at == ["pause"]
    assert case.pass_time(minutes=1).at == ["a"]
    assert case.step.timers_cleared == ()


def test_an_interrupting_timer_takes_the_place_of_its_activity() -> None:
    case = Play("""
        start begin -> a
        user a -> done
        boundary late on=a after=PT5M -> b
        user b -> done
        end done
    """).start()
    token = case.token("a")
    assert case.pass_time(minutes=6).at == ["b"]
    assert case.step.cancelled == (token,)
    assert case.complete("b").ended


def test_an_activity_that_is_done_clears_its_timers() -> None:
    case = Play("""
        start begin -> a
        user a -> b
        boundary early on=a after=PT5M -> done
        boundary late on=a after=PT50M -> done
        user b
        end done
    """).start()
    timers = set(case.timers)
    case.complete("a")
    assert set(case.step.timers_cleared) == timers
    with pytest.raises(EngineError, match="not_waiting"):
        case.timers = {timers.pop(): MONDAY}
        case.send(TimerFired(next(iter(case.timers))))


def test_an_interrupting_timer_clears_the_others_of_its_activity() -> None:
    case = Play("""
        start begin -> a
        user a -> done
        boundary early on=a after=PT5M -> b
        boundary late on=a after=PT50M -> b
        user b
        end done
    """).start()
    case.pass_time(minutes=6)
    assert len(case.step.timers_cleared) == 1
    assert case.timers == {}


def test_a_non_interrupting_timer_goes_beside_its_activity() -> None:
    case = Play("""
        start begin -> a
        user a -> join
        boundary late beside=a after=PT1H -> remind
        user remind -> join
        and join -> done
        end done
    """).start()
    assert case.pass_time(hours=2).at == ["a", "remind"]
    case.complete("a")
    assert case.complete("remind").ended


def test_a_cycle_beside_an_activity_repeats_as_often_as_it_says() -> None:
    case = Play("""
        start begin -> a
        user a -> done
        boundary late beside=a every=R3/PT1H -> remind
        user remind -> done
        end done
    """).start()
    assert [case.pass_time(hours=1).at.count("remind") for _ in range(5)] == [1, 2, 3, 3, 3]
    assert case.timers == {}


def test_an_endless_cycle_counts_from_when_it_was_due_and_ends_with_its_activity() -> None:
    case = Play("""
        start begin -> a
        user a -> done
        boundary late beside=a every=R/PT1H -> gone
        end gone
        end done
    """).start()
    (first,) = case.timers
    case.now = MONDAY + timedelta(hours=1, minutes=20)
    case.send(TimerFired(first))
    assert list(case.timers.values()) == [MONDAY + timedelta(hours=2)]
    case.complete("a")
    assert (case.ended, case.timers) == (True, {})


def test_there_is_one_timer_for_a_whole_committee() -> None:
    case = Play("""
        start begin -> vote
        user vote times=5 -> done
        boundary remind beside=vote after=PT1H -> call
        boundary late on=vote after=PT2H -> failed
        user call -> done
        user failed
        end done
    """).start()
    assert len(case.timers) == 2
    case.complete("vote").pass_time(hours=1)
    assert case.at == ["call", "vote", "vote", "vote", "vote"]
    assert case.pass_time(hours=1).at == ["call", "failed"]


def test_a_timer_on_a_sub_process_cancels_all_that_is_in_it() -> None:
    case = Play("""
        start begin -> outer
        sub outer
            start s -> a, inner
            user a
            boundary slow on=a after=PT3H
            sub inner
                user b
        boundary late on=outer after=PT2H -> after
        user after
    """).start()
    assert case.at == ["a", "b"]
    assert case.pass_time(hours=3).at == ["after"]
    assert case.timers == {}


def test_a_timer_expression_sees_the_activitys_variables() -> None:
    case = Play(
        """
        start begin -> ask
        sub ask each=days:deadlines -> done
            start s -> a
            user a -> e
            boundary late on=a -> e
            end e
        end done
        """.replace("boundary late on=a", 'boundary late on=a after=P"+string(days)+"D'),
        deadlines=[1, 3],
    ).start()
    assert sorted(case.timers.values()) == [MONDAY + timedelta(days=1), MONDAY + timedelta(days=3)]
    assert case.pass_time(days=2).at == ["a"]


@pytest.mark.parametrize("value", ["after=soon", "at=tomorrow", "every=PT1H", "every=R/PT0S", "after=P99999999D"])
def test_a_timer_that_makes_no_sense_is_an_error(value: str) -> None:
    with pytest.raises(EngineError) as problem:
        Play(f"""
            start begin -> a
            user a
            boundary late on=a {value}
        """).start()
    assert (problem.value.code, problem.value.node) == ("bad_expression", "late")


def test_a_cycle_of_no_times_sets_no_timer() -> None:
    assert (
        Play("""
        start begin -> a
        user a
        boundary late beside=a every=R0/PT1H
    """)
        .start()
        .timers
        == {}
    )


def test_a_cron_cycle_fires_by_the_clock_until_the_activity_is_done() -> None:
    play = Play("start s -> a\nuser a -> done\nboundary r beside=a every=@daily -> m\ntask m\nend done").start()
    assert [str(due) for due in play.timers.values()] == ["2026-01-06 00:00:00+00:00"]
    play.pass_time(days=3)
    assert [str(due) for due in play.timers.values()] == ["2026-01-09 00:00:00+00:00"]
    assert play.complete("a").ended
    assert play.timers == {}
