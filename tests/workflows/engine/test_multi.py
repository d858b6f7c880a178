"""Multi-instance activities."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from tests.workflows.engine.build import Play
from workflows.engine import Complete, EngineError

VOTE = """
    start begin -> vote
    user vote each=seat:seats {} -> done
    end done
"""


def test_a_parallel_activity_opens_one_task_for_each_element() -> None:
    case = Play(VOTE.format("assignee=seat"), seats=["town", "zone", "legal"]).start()
    assert [opened.assignee for opened in case.step.opened] == ["town", "zone", "legal"]
    assert [opened.locals["loopCounter"] for opened in case.step.opened] == [1, 2, 3]
    assert [opened.locals["seat"] for opened in case.step.opened] == ["town", "zone", "legal"]
    case.complete("vote").complete("vote")
    assert not case.ended
    assert case.complete("vote").ended


def test_a_sequential_activity_opens_one_task_after_the_other() -> None:
    case = Play(VOTE.replace("each", "each_in_turn").format("assignee=seat"), seats=["town", "zone"]).start()
    assert case.opened.assignee == "town"
    assert case.complete("vote").opened.assignee == "zone"
    assert case.complete("vote").ended


def test_the_completion_condition_is_asked_after_each_completion_and_cancels_the_rest() -> None:
    case = Play("""
        start begin -> vote
        user vote times=5 until=nrOfCompletedInstances/nrOfInstances>=0.5 -> done
        end done
    """).start()
    case.complete("vote").complete("vote")
    assert len(case.at) == 3
    case.complete("vote")
    assert case.ended
    assert len(case.step.cancelled) == 2


@pytest.mark.parametrize("names", ["nrOf{}Instances", "numberOf{}Instances"])
def test_the_counters_have_the_standards_names_and_camundas(names: str) -> None:
    total, done, active = (names.format(which) for which in ("", "Completed", "Active"))
    case = Play(f"""
        start begin -> vote
        user vote times=4 until={total}=4and({done}=3)and({active}=1) -> done
        end done
    """).start()
    case.complete("vote").complete("vote")
    assert not case.ended
    assert case.complete("vote").ended


def test_the_completion_condition_sees_what_the_completed_task_brought() -> None:
    case = Play("""
        start begin -> vote
        user vote times=5 until=veto=true -> done
        end done
    """).start()
    assert not case.complete("vote", veto=False).ended
    assert case.complete("vote", veto=True).ended


@pytest.mark.parametrize("count", ["times=0", "times_in_turn=0", "each=seat:[]", "each_in_turn=seat:[]"])
def test_no_instances_pass_at_once(count: str) -> None:
    case = Play(f"""
        start begin -> vote
        user vote {count} results=all:seat -> done
        end done
    """).start()
    assert case.ended
    assert case.variables["all"] == []


@pytest.mark.parametrize("count", ["times=-1", "times=1.5", 'times="x"', "times=null", "each=x:3", "each=x:null"])
def test_a_count_that_is_none_is_an_error(count: str) -> None:
    with pytest.raises(EngineError) as problem:
        Play(f"""
            start begin -> vote
            user vote {count}
        """).start()
    assert (problem.value.code, problem.value.node) == ("bad_expression", "vote")


def test_the_collection_is_looked_at_once() -> None:
    case = Play(VOTE.format(""), seats=["town", "zone"]).start()
    case.complete("vote", seats=[])
    assert case.at == ["vote"]
    assert case.complete("vote").ended


@pytest.mark.parametrize("each", ["each", "each_in_turn"])
def test_results_are_collected_in_the_order_of_the_collection(each: str) -> None:
    case = Play(
        f"""
        start begin -> vote
        user vote {each}=seat:seats results=votes:choice -> done
        end done
        """,
        seats=["town", "zone", "legal"],
    ).start()
    tokens = sorted(case.open)
    for choice in ("for", "against", "abstain"):
        case.complete("vote", choice=choice)
    assert len(tokens) == (3 if each == "each" else 1)
    assert case.variables["votes"] == ["for", "against", "abstain"]
    assert "choice" not in case.variables


def test_an_instance_that_was_cancelled_leaves_null_in_the_results() -> None:
    case = Play("""
        start begin -> vote
        user vote times=3 results=votes:{seat:loopCounter,choice:choice} until=nrOfCompletedInstances=1 -> done
        end done
    """).start()
    case.complete("vote", choice="for")
    assert case.variables["votes"] == [{"seat": Decimal(1), "choice": "for"}, None, None]


def test_the_results_so_far_can_decide() -> None:
    case = Play("""
        start begin -> vote
        user vote times=5 results=votes:choice until=count(votes[item="no"])>=2 -> done
        end done
    """).start()
    case.complete("vote", choice="no").complete("vote", choice="yes")
    assert not case.ended
    assert case.complete("vote", choice="no").ended


def test_a_parallel_sub_process_has_its_element_in_every_instance() -> None:
    case = Play(
        """
        start begin -> ask
        sub ask each=body:bodies results=answers:answer -> done
            start s -> read
            user read assignee=body -> reply
            user reply assignee=body -> e
            end e
        end done
        """,
        bodies=["town", "zone"],
    ).start()
    assert [opened.assignee for opened in case.step.opened] == ["town", "zone"]
    case.complete("read")
    assert case.opened.assignee == "town"
    case.complete("read").complete("reply", answer="yes").complete("reply", answer="no")
    assert case.ended
    assert case.variables["answers"] == ["yes", "no"]


def test_a_sequential_sub_process_begins_again_after_each_end() -> None:
    case = Play("""
        start begin -> ask
        sub ask times_in_turn=3 -> done
            start s -> a
            user a -> e
            end e
        end done
    """).start()
    for _ in range(2):
        assert case.complete("a").at == ["a"]
    assert case.complete("a").ended


def test_instances_that_need_nobody_are_played_through() -> None:
    case = Play(
        """
        start begin -> note
        task note each=n:numbers results=squares:n*n -> done
        end done
        """,
        numbers=[1, 2, 3],
    ).start()
    assert case.ended
    assert case.variables["squares"] == [1, 4, 9]


@pytest.mark.parametrize("each", ["times=5000", "times_in_turn=5000"])
def test_thousands_of_instances_need_no_deep_stack(each: str) -> None:
    assert (
        Play(f"""
        start begin -> note
        task note {each} -> done
        end done
    """)
        .start()
        .ended
    )


def test_input_mappings_are_evaluated_for_each_instance() -> None:
    case = Play(
        """
        start begin -> vote
        user vote each=seat:seats in=label:"No."+seat assignee=label -> done
        end done
        """,
        seats=["1", "2"],
    ).start()
    assert [opened.assignee for opened in case.step.opened] == ["No.1", "No.2"]
    assert case.complete("vote").complete("vote").ended


def test_the_marking_of_a_large_committee_stays_small() -> None:
    small, large = (
        Play(f"""
            start begin -> vote
            user vote times={size} -> done
            end done
        """).start()
        for size in (7, 1000)
    )
    assert len(json.dumps(large.marking.to_json())) < len(json.dumps(small.marking.to_json())) + 300


def test_completing_an_instance_twice_is_refused() -> None:
    case = Play(VOTE.format(""), seats=["town", "zone"]).start()
    token = case.token("vote")
    case.complete("vote")
    with pytest.raises(EngineError, match="not_waiting"):
        case.send(Complete(token))


@pytest.mark.parametrize("count", ["times=10001", "times_in_turn=1000000000000"])
def test_too_many_instances_are_refused(count: str) -> None:
    with pytest.raises(EngineError, match="step_limit at vote"):
        Play(f"""
            start begin -> vote
            user vote {count}
        """).start()
