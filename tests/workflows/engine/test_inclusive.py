"""Inclusive gateways: who is still waited for (BPMN 2.0 §13.4.3)."""

from __future__ import annotations

import pytest

from tests.workflows.engine.build import Play, process
from workflows.engine.reach import reachability

FORK = """
    start begin -> fork
    or fork -> [a] one, [b] two, [else] neither
    user one -> join
    user two -> join
    user neither -> join
    or join -> after
    user after
"""


@pytest.mark.parametrize(
    ("a", "b", "tasks"),
    [(True, False, ["one"]), (False, True, ["two"]), (True, True, ["one", "two"]), (False, False, ["neither"])],
)
def test_a_split_takes_every_true_flow_and_the_join_waits_for_just_those(a: bool, b: bool, tasks: list[str]) -> None:
    case = Play(FORK, a=a, b=b).start()
    assert case.at == tasks
    for task in tasks:
        assert "after" not in case.at
        case.complete(task)
    assert case.at == ["after"]


def test_the_join_fires_when_the_last_token_that_could_come_dies() -> None:
    case = Play("""
        start begin -> fork
        and fork -> a, b
        user a -> join
        user b -> choice
        xor choice -> [come] join, [else] gone
        end gone
        or join -> after
        user after
    """).start()
    assert case.complete("a").at == ["b"]
    assert case.complete("b", come=False).at == ["after"]


def test_the_join_fires_when_the_last_token_that_could_come_moves_past_the_fork_in_the_road() -> None:
    case = Play("""
        start begin -> fork
        and fork -> a, b
        user a -> join
        user b -> choice
        xor choice -> [come] join, [else] away
        user away -> gone
        end gone
        or join -> after
        user after
    """).start()
    case.complete("a")
    assert case.complete("b", come=False).at == ["after", "away"]


def test_the_join_fires_when_a_boundary_timer_takes_away_the_token_it_waited_for() -> None:
    case = Play("""
        start begin -> fork
        and fork -> a, b
        user a -> join
        user b -> join
        boundary late on=b after=PT1H -> gone
        end gone
        or join -> after
        user after
    """).start()
    case.complete("a")
    assert case.pass_time(hours=2).at == ["after"]


def test_a_token_that_may_come_by_a_boundary_event_is_waited_for() -> None:
    case = Play("""
        start begin -> fork
        and fork -> a, b
        user a -> join
        user b -> gone
        boundary late beside=b after=PT1H -> join
        end gone
        or join -> after
        user after
    """).start()
    assert case.complete("a").at == ["b"]
    assert case.complete("b").at == ["after"]


def test_a_token_that_can_also_reach_a_filled_flow_does_not_hold_the_join_up() -> None:
    case = Play("""
        start begin -> fork
        and fork -> a, b
        user a -> merge
        user b -> choice
        xor choice -> [x] merge, [else] join
        xor merge -> join
        or join -> after
        user after
    """).start()
    assert case.complete("a").at == ["after", "b"]


def test_a_token_inside_a_sub_process_is_waited_for() -> None:
    case = Play("""
        start begin -> fork
        or fork -> a, inner
        user a -> join
        sub inner -> join
            start s -> deep
            user deep -> e
            end e
        or join -> after
        user after
    """).start()
    assert case.complete("a").at == ["deep"]
    assert case.complete("deep").at == ["after"]


def test_joins_on_a_cycle_do_not_wait_for_themselves() -> None:
    case = Play("""
        start begin -> one
        or one -> two, task1
        or two -> three, task2
        or three -> four
        user task1 -> four
        user task2 -> three
        or four -> five
        or five -> [again] one, [else] done
        end done
    """).start()
    assert case.at == ["task1", "task2"]
    case.complete("task2").complete("task1", again=True)
    assert case.at == ["task1", "task2"]
    assert case.complete("task1", again=False).complete("task2").ended


def test_each_instance_of_a_sub_process_joins_for_itself() -> None:
    case = Play("""
        start begin -> many
        sub many times=3
            start s -> fork
            or fork -> a, b
            user a -> join
            user b -> join
            or join -> after
            user after
    """).start()
    case.complete("a").complete("b")
    assert case.at == ["a", "a", "after", "b", "b"]


def test_reachability_stops_at_the_gateway_itself() -> None:
    drawn = process("""
        start begin -> fork
        or fork -> a, b
        user a -> join
        user b -> join
        or join -> again
        xor again -> [x] a, [else] done
        end done
    """)
    reach = reachability(drawn, "join")
    assert (reach["begin"], reach["a"], reach["b"], reach["again"], reach["done"]) == (0b11, 0b01, 0b10, 0b01, 0)
