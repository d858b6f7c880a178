"""Sub-processes, terminate end events, cancelling."""

from __future__ import annotations

import pytest

from tests.workflows.engine.build import Play
from workflows.engine import Cancel, EngineError

NESTED = """
    start begin -> outer
    sub outer -> after
        start s -> fork
        and fork -> a, inner
        user a -> e
        sub inner -> e
            start s2 -> b
            user b -> e2
            end e2
        end e
    user after
"""


def test_a_sub_process_is_done_when_no_token_is_left_in_it() -> None:
    case = Play(NESTED).start()
    assert case.at == ["a", "b"]
    assert case.complete("b").at == ["a"]
    assert case.complete("a").at == ["after"]


def test_a_sub_process_without_content_passes() -> None:
    case = Play("""
        start begin -> empty
        sub empty -> after
        user after
    """).start()
    assert case.at == ["after"]


def test_a_sub_process_without_start_event_begins_everywhere_nothing_leads_to() -> None:
    case = Play("""
        start begin -> work
        sub work -> after
            user a -> c
            user b
            user c
        user after
    """).start()
    assert case.at == ["a", "b"]
    assert case.complete("a").complete("b").at == ["c"]
    assert case.complete("c").at == ["after"]


def test_terminate_ends_the_process_with_everything_in_it() -> None:
    case = Play("""
        start begin -> fork
        and fork -> a, b, work
        user a -> stop
        user b
        sub work
            start s -> c
            user c
        terminate stop
    """).start()
    case.complete("a")
    assert case.ended
    assert len(case.step.cancelled) == 2
    assert case.at == []


def test_terminate_in_a_sub_process_ends_just_that() -> None:
    case = Play("""
        start begin -> fork
        and fork -> a, work
        user a
        sub work -> after
            start s -> fork2
            and fork2 -> b, c
            user b -> stop
            user c
            terminate stop
        user after
    """).start()
    assert case.complete("b").at == ["a", "after"]


def test_terminate_in_a_multi_instance_sub_process_ends_just_that_instance() -> None:
    case = Play("""
        start begin -> work
        sub work times=3 -> after
            start s -> fork
            and fork -> b, c
            user b -> stop
            user c
            terminate stop
        user after
    """).start()
    assert case.complete("b").at == ["b", "b", "c", "c"]
    assert case.complete("b").complete("b").at == ["after"]


def test_cancelling_takes_everything_away() -> None:
    case = Play("""
        start begin -> fork
        and fork -> a, votes, pause, work
        user a
        boundary late on=a after=PT1H
        user votes times=3
        catch pause after=PT2H
        sub work
            start s -> b
            user b
    """).start()
    opened, timers = set(case.open), set(case.timers)
    case.cancel()
    assert set(case.step.cancelled) == opened
    assert len(case.step.cancelled) == len(opened) == 6
    assert set(case.step.timers_cleared) == timers
    assert len(timers) == 2
    assert case.step.ended
    with pytest.raises(EngineError, match="ended"):
        case.send(Cancel())
