"""Exclusive and parallel gateways, conditional flows, implicit splits and merges, loops."""

from __future__ import annotations

import pytest

from tests.workflows.engine.build import Play
from workflows.engine import EngineError

CHOICE = """
    start begin -> choice
    xor choice -> [amount > 100] large, [amount > 10] middle, [else] small
    user large
    user middle
    user small
"""


@pytest.mark.parametrize(("amount", "task"), [(500, "large"), (50, "middle"), (5, "small"), (None, "small")])
def test_an_exclusive_gateway_takes_the_first_true_flow_else_the_default(amount: int | None, task: str) -> None:
    assert Play(CHOICE, amount=amount).start().at == [task]


def test_a_condition_on_an_unknown_variable_is_false() -> None:
    assert Play(CHOICE).start().at == ["small"]


def test_an_exclusive_gateway_without_a_way_out_is_an_error_and_changes_nothing() -> None:
    case = Play("""
        start begin -> draft
        user draft -> choice
        xor choice -> [ok] done
        end done
    """).start()
    before = case.marking
    with pytest.raises(EngineError) as problem:
        case.complete("draft", ok=False)
    assert (problem.value.code, problem.value.node) == ("no_outgoing_flow", "choice")
    assert case.marking == before
    assert case.complete("draft", ok=True).ended


def test_an_exclusive_merge_lets_every_token_through() -> None:
    case = Play("""
        start begin -> fork
        and fork -> merge, merge
        xor merge -> task
        user task
    """).start()
    assert case.at == ["task", "task"]


def test_a_parallel_join_waits_for_every_incoming_flow() -> None:
    case = Play("""
        start begin -> fork
        and fork -> a, b
        user a -> join
        user b -> join
        and join -> after
        user after
    """).start()
    assert case.complete("a").at == ["b"]
    assert case.complete("b").at == ["after"]


def test_an_unbalanced_fork_joins_by_incoming_flows() -> None:
    case = Play("""
        start begin -> fork
        and fork -> a, b, c
        user a -> first
        user b -> first
        user c -> second
        and first -> d
        user d -> second
        and second -> done
        end done
    """).start()
    case.complete("a").complete("b")
    assert case.at == ["c", "d"]
    assert not case.complete("c").ended
    assert case.complete("d").ended


def test_a_second_token_on_a_flow_of_a_parallel_join_stays_waiting() -> None:
    case = Play("""
        start begin -> fork
        and fork -> merge, merge, b
        xor merge -> join
        user b -> join
        and join -> after
        user after
    """).start()
    assert case.complete("b").at == ["after"]
    case.complete("after")
    assert not case.ended
    assert case.at == []


def test_all_unconditional_flows_of_a_task_are_taken() -> None:
    case = Play("""
        start begin -> draft
        user draft -> a, b
        user a
        user b
    """).start()
    assert case.complete("draft").at == ["a", "b"]


@pytest.mark.parametrize(
    ("answer", "tasks"), [({"x": 1}, ["a", "always"]), ({"x": 2}, ["always", "b"]), ({}, ["always"])]
)
def test_conditional_flows_of_a_task_are_taken_where_true(answer: dict[str, int], tasks: list[str]) -> None:
    case = Play("""
        start begin -> draft
        user draft -> [x = 1] a, [x = 2] b, always
        user a
        user b
        user always
    """).start()
    assert case.complete("draft", **answer).at == tasks


def test_the_default_flow_of_a_task_is_taken_when_no_condition_holds() -> None:
    case = Play("""
        start begin -> draft
        user draft -> [x = 1] a, [else] other
        user a
        user other
    """).start()
    assert case.complete("draft", x=3).at == ["other"]


def test_conditional_flows_of_a_task_without_a_way_out_are_an_error() -> None:
    case = Play("""
        start begin -> draft
        user draft -> [x = 1] a
        user a
    """).start()
    with pytest.raises(EngineError, match="no_outgoing_flow"):
        case.complete("draft")


def test_a_loop_opens_a_new_token_each_time() -> None:
    case = Play("""
        start begin -> draft
        user draft -> check
        xor check -> [ok] done, [else] draft
        end done
    """).start()
    tokens = [case.token("draft")]
    tokens += [case.complete("draft", ok=False).token("draft") for _ in range(3)]
    assert len(set(tokens)) == 4
    assert case.complete("draft", ok=True).ended


def test_a_loop_without_a_wait_state_is_stopped() -> None:
    with pytest.raises(EngineError, match="step_limit"):
        Play("""
            start begin -> a
            xor a -> b
            task b -> a
        """).start()


def test_a_node_without_outgoing_flow_ends_its_token() -> None:
    case = Play("""
        start begin -> a
        user a
    """).start()
    assert case.complete("a").ended
