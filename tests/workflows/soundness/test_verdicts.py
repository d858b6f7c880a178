"""What is said of a flow that can get stuck, and of flows that cannot."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.workflows.engine.build import process
from workflows.soundness import Finding, Limits, Report, examine, inspect

LIBRARY = Path(__file__).resolve().parents[3] / "workflows" / "library"


def found(drawing: str) -> list[tuple[str, str, str]]:
    report = examine(process(drawing))
    assert report.complete
    return [(finding.severity, finding.code, finding.element) for finding in report.findings]


def only(drawing: str) -> Finding:
    (finding,) = examine(process(drawing)).findings
    return finding


SOUND = {
    "a choice and its merge": "xor split -> [p] a, b\nuser a -> join\nuser b -> join\nxor join -> done",
    "a fork and its join": "and split -> a, b\nuser a -> join\nuser b -> join\nand join -> done",
    "an inclusive split and its join": "or split -> [p] a, [q] b\nuser a -> join\nuser b -> join\nor join -> done",
    "an inclusive join of what a fork and a choice send": """
        and split -> a, choose
        user a -> join
        xor choose -> [p] join, gone
        end gone
        or join -> done
    """,
    "a loop with a way out": "xor split -> a\nuser a -> more\nxor more -> [p] split, done",
    "two ends of a fork": "and split -> a, b\nuser a -> gone\nend gone\nuser b -> done",
    "a reminder beside a task that is sent back": """
        xor split -> a
        user a -> more
        boundary late beside=a every=R/PT1H -> remind
        user remind -> gone
        end gone
        xor more -> [p] split, done
    """,
    "a deadline that takes the place of the task": """
        user split -> join
        boundary late on=split after=PT1H -> other
        user other -> join
        xor join -> done
    """,
    "an event gateway": """
        events split -> late, word
        catch late after=PT1H -> join
        receive word -> join
        xor join -> done
    """,
    "a terminating end beside a branch": "and split -> a, b\nuser a -> stop\nterminate stop\nuser b -> done",
    "a link": "throw split link=away\ncatch back link=away -> done",
    "an event sub-process that takes over": """
        user split -> done
        event_sub over
            start heard message=stop -> a
            user a -> e
            end e
    """,
    "a committee": "user split times=3 until=nrOfCompletedInstances=2 -> done",
    "an error a job may have": """
        sub split -> done
            start s -> a
            service a -> e
            end e
        boundary bad on=split error=CODE -> done
    """,
    "a transaction": """
        transaction split -> done
            start s -> a
            user a -> choose
            boundary edge on=a by=undo
            user undo undo
            xor choose -> [p] bad, good
            end bad cancel
            end good
        boundary off on=split cancel -> done
    """,
}


@pytest.mark.parametrize("drawing", SOUND.values(), ids=SOUND.keys())
def test_a_sound_flow_is_not_complained_about(drawing: str) -> None:
    indented = "\n".join(line for line in drawing.splitlines())
    assert found(f"        start begin -> split\n{_level(indented)}\n        end done") == []


def _level(drawing: str) -> str:
    lines = drawing.splitlines()
    return "\n".join(line if line.startswith("        ") else f"        {line}" for line in lines)


CHOICE_INTO_JOIN = """
    start begin -> split
    xor split -> [p] a, b
    user a -> join
    user b -> join
    and join -> done
    end done
"""


def test_a_choice_into_a_parallel_join_is_a_deadlock_with_the_shortest_way_there() -> None:
    finding = only(CHOICE_INTO_JOIN)
    assert (finding.severity, finding.code, finding.element) == ("error", "deadlock", "join")
    assert finding.path == ("begin", "f1", "split", "f2", "a", "f4", "join")
    assert finding.waits_for == ("f5",)


def test_a_deadlock_that_takes_two_decisions_is_a_warning_for_their_conditions_may_exclude_each_other() -> None:
    drawing = """
        start begin -> first
        xor first -> [p] a, done
        user a -> fork
        and fork -> b, second
        user b -> join
        xor second -> [p] c, gone
        end gone
        user c -> join
        and join -> done
        end done
    """
    assert found(drawing) == [("warning", "deadlock", "join")]
    once = drawing.replace("xor first -> [p] a, done", "task first -> a")
    assert found(once) == [("error", "deadlock", "join")]


def test_a_flow_that_gets_stuck_whatever_is_decided_is_an_error() -> None:
    drawing = """
        start begin -> one
        xor one -> [p] two, [q] two
        xor two -> [p] a, b
        user a -> join
        user b -> join
        and join -> done
        end done
    """
    assert ("error", "deadlock", "join") in found(drawing)


def test_a_deadlock_that_only_events_lead_to_is_an_error() -> None:
    assert found("""
        start begin -> fork
        and fork -> a, b
        user a -> join
        user b -> join
        boundary late on=b after=PT1H -> gone
        end gone
        and join -> done
        end done
    """) == [("error", "deadlock", "join")]


def test_that_something_beside_a_task_has_not_happened_is_not_held_against_a_flow() -> None:
    drawing = """
        start begin -> a
        user a -> join
        boundary late beside=a after=PT1H -> b
        user b -> join
        and join -> done
        end done
    """
    assert found(drawing) == [("warning", "deadlock", "join")]


def test_which_of_two_clocks_is_first_counts_as_a_decision() -> None:
    drawing = """
        start begin -> wait
        events wait -> soon, later
        catch soon after=PT1H -> done
        catch later after=PT2H -> fork
        and fork -> a, choose
        user a -> join
        xor choose -> [p] b, gone
        end gone
        user b -> join
        and join -> done
        end done
    """
    assert found(drawing) == [("warning", "deadlock", "join")]
    assert found(drawing.replace("soon after=PT1H", "soon message=m")) == [("error", "deadlock", "join")]


def test_a_fork_into_a_merge_runs_what_follows_twice() -> None:
    finding = only("""
        start begin -> fork
        and fork -> a, b
        user a -> merge
        user b -> merge
        xor merge -> c
        user c -> d
        user d -> done
        end done
    """)
    assert (finding.severity, finding.code, finding.element) == ("warning", "no_synchronisation", "c")
    assert finding.path[-1] == "c"


def test_three_branches_into_a_merge_are_told_and_nothing_behind_them_is_called_dead() -> None:
    assert found("""
        start begin -> fork
        and fork -> merge, merge, merge
        xor merge -> a
        user a -> done
        end done
    """) == [("warning", "no_synchronisation", "a")]


def test_a_loop_nobody_gets_out_of_is_told_and_does_not_hinder_publication() -> None:
    finding = only("""
        start begin -> again
        xor again -> a
        user a -> again
        user never -> done
        end done
    """)
    assert (finding.severity, finding.code, finding.element) == ("warning", "no_end", "a")


def test_a_loop_that_waits_nowhere_is_an_error() -> None:
    finding = only("start begin -> again\nxor again -> more\nxor more -> again")
    assert (finding.severity, finding.code) == ("error", "no_end")


def test_a_node_behind_something_that_never_happens_is_dead() -> None:
    assert found("""
        start begin -> part
        sub part -> done
            start s -> note
            script note computes=x:1 -> e
            end e
        boundary bad on=part error=CODE -> mend
        user mend -> done
        end done
    """) == [("warning", "dead_node", "bad")]


def test_what_follows_from_a_deadlock_is_not_told_as_dead_too() -> None:
    assert [code for _, code, _ in found(CHOICE_INTO_JOIN)] == ["deadlock"]


def test_a_deadlock_in_a_sub_process_is_told_with_the_way_from_the_start_of_the_case() -> None:
    finding = only("""
        start begin -> part
        sub part -> done
            start s -> split
            xor split -> [p] a, b
            user a -> join
            user b -> join
            and join -> e
            end e
        end done
    """)
    assert (finding.code, finding.element) == ("deadlock", "join")
    assert finding.path[:5] == ("begin", "f1", "part", "s", "f3")


def test_a_sub_process_that_only_ends_by_an_error_is_not_left_the_other_way() -> None:
    assert found("""
        start begin -> part
        sub part -> mend
            start s -> a
            user a -> bad
            end bad error=CODE
        boundary caught on=part error=CODE -> done
        user mend -> done
        end done
    """) == [("warning", "dead_node", "mend")]


def test_more_ways_than_the_bounds_allow_are_said_to_be_more() -> None:
    tasks = [f"t{number}" for number in range(40)]
    lines = ["start begin -> fork", f"and fork -> {', '.join(tasks)}", *(f"user {task} -> join" for task in tasks)]
    started = time.perf_counter()
    report = examine(process("\n".join([*lines, "and join -> done", "end done"])))
    assert time.perf_counter() - started < 6
    assert not report.complete
    assert report.findings == ()
    assert report.states > 100


def test_what_is_found_before_the_bounds_are_met_is_told() -> None:
    tasks = [f"t{number}" for number in range(40)]
    lines = ["start begin -> choose", "xor choose -> [p] a, fork", "user a -> join"]
    lines += [f"and fork -> {', '.join(tasks)}", *(f"user {task} -> join" for task in tasks)]
    report = examine(process("\n".join([*lines, "and join -> done", "end done"])), Limits(steps=500))
    assert [finding.code for finding in report.findings] == ["deadlock"]
    assert not report.complete


@pytest.mark.parametrize("name", ["joint_decision", "joint_personnel", "joint_ratification"])
def test_the_flows_that_ship_are_sound(name: str) -> None:
    _document, problems = inspect((LIBRARY / f"{name}.bpmn").read_bytes())
    assert [problem.text("en") for problem in problems if problem.path] == []


def test_exploring_twice_says_the_same() -> None:
    drawn = process(CHOICE_INTO_JOIN)
    first: Report = examine(drawn)
    assert examine(drawn) == first
