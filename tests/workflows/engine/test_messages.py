"""Messages: receive tasks, catch events, boundary events, starts."""

from __future__ import annotations

import pytest

from tests.workflows.engine.build import Play
from workflows.engine import EngineError


def test_a_message_completes_what_waits_for_it() -> None:
    case = Play("""
        start begin -> wait
        receive wait message=result -> again
        catch again message=result -> done
        end done
    """).start()
    case.message("result", outcome="passed")
    assert case.at == ["again"]
    assert case.message("result", outcome="split").ended
    assert case.variables == {"outcome": "split"}


def test_a_receive_task_can_also_be_completed() -> None:
    case = Play("""
        start begin -> wait
        receive wait -> done
        end done
    """).start()
    assert case.opened.message is None
    assert case.complete("wait").ended


def test_a_message_goes_to_one_receiver_the_one_that_has_waited_longest() -> None:
    case = Play("""
        start begin -> fork
        and fork -> a, first
        user a -> second
        receive first message=m -> c
        receive second message=m -> d
        user c
        user d
    """).start()
    case.complete("a")
    assert case.message("m").at == ["c", "second"]
    assert case.message("m").at == ["c", "d"]


def test_each_message_completes_one_instance() -> None:
    case = Play("""
        start begin -> many
        receive many message=m times=3 -> done
        end done
    """).start()
    for left in (2, 1, 0):
        assert not case.ended
        assert len(case.message("m").at) == left
    assert case.ended


@pytest.mark.parametrize("name", ["other", ""])
def test_a_message_nobody_waits_for_is_refused(name: str) -> None:
    case = Play("""
        start begin -> fork
        and fork -> wait, plain
        receive wait message=m
        receive plain
    """).start()
    with pytest.raises(EngineError, match="not_waiting"):
        case.message(name)


def test_an_interrupting_message_takes_the_place_of_the_whole_committee() -> None:
    case = Play("""
        start begin -> vote
        user vote times=5 -> done
        boundary withdrawn on=vote message=withdraw -> back
        user back
        end done
    """).start()
    case.message("withdraw", reason="wording")
    assert case.at == ["back"]
    assert case.variables == {"reason": "wording"}


def test_a_non_interrupting_message_can_come_again_and_again() -> None:
    case = Play("""
        start begin -> a
        user a -> done
        boundary news beside=a message=m -> read
        user read -> done
        end done
    """).start()
    assert case.message("m").message("m").at == ["a", "read", "read"]
    case.complete("a").complete("read")
    with pytest.raises(EngineError, match="not_waiting"):
        case.message("m")


def test_a_message_start_is_chosen_by_its_message() -> None:
    drawing = """
        start plain -> a
        start told message=m -> b
        user a
        user b
    """
    assert Play(drawing).start().at == ["a"]
    assert Play(drawing).start(message="m").at == ["b"]
    assert Play(drawing).start(node="told").at == ["b"]
    for where in ({"message": "x"}, {"node": "a"}, {"node": "nowhere"}, {"node": "plain", "message": "m"}):
        with pytest.raises(EngineError, match="no_start"):
            Play(drawing).start(**where)
