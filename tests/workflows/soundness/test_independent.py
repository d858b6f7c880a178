"""Another program, written by others on another model of BPMN, says the same (rust-bpmn-analyzer).

It moves one token over one flow at a time, knows exclusive and parallel gateways, tasks, links and ends, and neither data nor
inclusive gateways, timers or boundary events. Where it differs by definition:

- A flow with two tokens is unsafe for it wherever that flow leads; for us two tokens matter where they can be seen to
  wait. With a task on every flow both are one.
- It lets other tokens move while one is on its way through gateways; the engine moves a token on until it waits. Only an
  end that terminates can tell the difference.
- It calls an end event that is come to twice improper; in BPMN that is no fault, and we say nothing.
- It has no word for a loop without a way out; where tokens grow without bound it gives up with an error.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Iterator

import pytest
from hypothesis import assume, given, settings

from tests.workflows.engine.build import process
from tests.workflows.generators import plain_diagrams, to_xml
from workflows.bpmn.model import Process
from workflows.soundness import Limits, examine
from workflows.soundness.scopes import parts
from workflows.soundness.space import Budget, Kind, Space

from .independent import Checker

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("rust_bpmn_analyzer_bindings") is None,
    reason="rust-bpmn-analyzer-bindings is not installed: there is no wheel of it for every Python",
)
LIMITS = Limits(steps=4_000, seconds=10)


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    made = Checker()
    yield made
    made.stop()


def never_come_to(drawn: Process) -> frozenset[str] | None:
    """The tasks no case comes to; None where the bounds left something out."""
    (part,) = parts(drawn, glued=False)
    space = Space(part, Budget(LIMITS.steps, time.monotonic() + LIMITS.seconds))
    if not space.complete or any(state.kind is Kind.BEYOND for state in space.states):
        return None
    return frozenset(node.id for node in drawn.nodes.values() if node.kind == "task" and node.id not in space.met)


@settings(max_examples=150, deadline=None)
@given(drawn=plain_diagrams(padded=True))
def test_both_find_the_same_where_every_token_can_be_seen_to_wait(drawn: Process, checker: Checker) -> None:
    ours = examine(drawn, LIMITS, glued=False)
    codes = {finding.code for finding in ours.findings}
    assume(ours.complete)
    theirs = checker.ask(to_xml(drawn))
    assume(theirs is not None)
    assert theirs is not None
    assert theirs.safe == ("no_synchronisation" not in codes)
    if theirs.safe:
        assert theirs.never_stuck == ("deadlock" not in codes)
        assert theirs.dead == never_come_to(drawn)


@settings(max_examples=150, deadline=None)
@given(drawn=plain_diagrams(terminate=False))
def test_both_find_the_same_deadlocks_where_tokens_never_meet(drawn: Process, checker: Checker) -> None:
    ours = examine(drawn, LIMITS)
    codes = {finding.code for finding in ours.findings}
    assume(ours.complete)
    theirs = checker.ask(to_xml(drawn))
    assume(theirs is not None)
    assert theirs is not None
    if theirs.safe:
        assert "no_synchronisation" not in codes
        assert theirs.never_stuck == ("deadlock" not in codes)
        assert theirs.dead == never_come_to(drawn)


def test_two_tokens_that_nobody_sees_wait_are_unsafe_for_it_alone(checker: Checker) -> None:
    drawn = process("""
        start begin -> fork
        and fork -> merge, merge
        xor merge -> done
        end done
    """)
    theirs = checker.ask(to_xml(drawn))
    assert theirs is not None
    assert not theirs.safe
    assert examine(drawn).findings == ()


def test_a_loop_without_a_way_out_is_found_by_us_alone(checker: Checker) -> None:
    drawn = process("start begin -> again\nxor again -> a\ntask a -> again")
    theirs = checker.ask(to_xml(drawn))
    assert theirs is not None
    assert theirs.never_stuck
    assert [finding.code for finding in examine(drawn).findings] == ["no_end"]


def test_what_it_does_not_know_it_refuses(checker: Checker) -> None:
    with pytest.raises(RuntimeError, match="Unsupported"):
        checker.ask(to_xml(process("start begin -> fork\nor fork -> done\nend done")))
