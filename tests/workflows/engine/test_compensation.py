"""Undoing what was done: compensation, and transactions that are cancelled."""

from __future__ import annotations

import pytest

from tests.workflows.engine.build import Play
from workflows.engine import EngineError

TRIP = """
    start begin -> hotel
    user hotel in=city:town -> flight
    boundary no_hotel on=hotel by=undo_hotel
    user undo_hotel undo
    user flight -> decide
    boundary no_flight on=flight by=undo_flight
    user undo_flight undo
    user decide -> choose
    xor choose -> [all] everything, [else] named
    throw everything compensate= -> after
    throw named compensate=hotel -> after
    user after -> twice
    throw twice compensate= -> done
    end done
"""


def trip() -> Play:
    return Play(TRIP, town="Wuxi").start().complete("hotel").complete("flight")


def test_everything_completed_is_undone_last_first() -> None:
    play = trip().complete("decide", all=True)
    assert play.at == ["undo_flight"]
    assert play.complete("undo_flight").at == ["undo_hotel"]
    assert play.opened.locals == {"city": "Wuxi"}, "the handler sees what the activity saw"
    assert play.complete("undo_hotel").at == ["after"]
    assert play.complete("after").ended, "what is undone is not undone again"


def test_one_activity_can_be_named() -> None:
    play = trip().complete("decide", all=False)
    assert play.at == ["undo_hotel"]
    assert play.complete("undo_hotel").complete("after").at == ["undo_flight"]
    assert play.complete("undo_flight").ended


def test_what_was_not_completed_is_not_undone() -> None:
    play = Play("""
        start begin -> split
        and split -> a, b
        user a -> done
        boundary u on=a by=undo_a
        user undo_a undo
        user b -> take_back
        end take_back compensate=
        end done
    """).start()
    assert play.complete("b").at == ["a"]
    assert play.complete("a").ended


def test_a_sub_process_is_undone_by_what_was_done_in_it() -> None:
    play = Play("""
        start begin -> box
        sub box times=2 -> back
            start s -> a
            user a in=n:loopCounter -> e
            boundary u on=a by=undo_a
            user undo_a undo
            end e
        throw back compensate=box -> done
        end done
    """).start()
    play.complete("a").complete("a")
    assert play.at == ["undo_a"]
    assert play.opened.locals["n"] == 2
    assert play.complete("undo_a").opened.locals["n"] == 1
    assert play.complete("undo_a").ended


def test_a_sub_process_with_a_handler_of_its_own_is_undone_by_that() -> None:
    play = Play("""
        start begin -> box
        sub box -> back
            start s -> a
            task a
            boundary u on=a by=undo_a
            user undo_a undo
        boundary w on=box by=undo_box
        user undo_box undo
        throw back compensate= -> done
        end done
    """).start()
    assert play.at == ["undo_box"]
    assert play.complete("undo_box").ended


def test_every_vote_of_a_round_is_undone() -> None:
    play = Play("""
        start begin -> vote
        user vote times=3 -> back
        boundary u on=vote by=undo_vote
        user undo_vote undo
        throw back compensate=vote -> done
        end done
    """).start()
    for _ in range(3):
        play.complete("vote")
    for counter in (3, 2, 1):
        assert play.opened.locals == {"loopCounter": counter}
        play.complete("undo_vote")
    assert play.ended


def test_an_event_sub_process_undoes_what_was_done_around_it() -> None:
    play = Play("""
        start begin -> a
        user a -> b
        boundary u on=a by=undo_a
        user undo_a undo
        user b
        event_sub stop
            start q message=stop -> back
            throw back compensate= -> x
            user x
    """).start()
    play.complete("a").message("stop")
    assert play.at == ["undo_a"]
    assert play.complete("undo_a").at == ["x"]


def test_handlers_that_need_nobody_are_through_at_once() -> None:
    play = Play("""
        start begin -> a
        task a -> b
        boundary u on=a by=undo_a
        script undo_a undo computes=undone:true
        task b -> back
        end back compensate=
    """).start()
    assert play.ended
    assert play.variables == {"undone": True}


TRANSACTION = """
    start begin -> deal
    transaction deal -> done
        start s -> pay
        user pay -> check
        boundary p on=pay by=refund
        user refund undo
        user check -> choose
        boundary late on=check after=P1D -> e
        xor choose -> [good] e, [else] stop
        end e
        end stop cancel
    boundary cancelled on=deal cancel -> tell
    user tell -> done
    end done
"""


def test_a_cancelled_transaction_is_undone_and_left_by_its_cancel_event() -> None:
    play = Play(TRANSACTION).start().complete("pay").complete("check", good=False)
    assert play.at == ["refund"]
    assert play.timers == {}
    assert play.complete("refund").at == ["tell"]
    assert play.complete("tell").ended


def test_a_transaction_that_comes_to_its_end_is_left_as_any_sub_process() -> None:
    assert Play(TRANSACTION).start().complete("pay").complete("check", good=True).ended


def test_cancelling_one_of_several_transactions_cancels_them_all() -> None:
    repeated = TRANSACTION.replace("transaction deal", "transaction deal times=2")
    play = Play(repeated).start().complete("pay").complete("check", good=False)
    assert play.at == ["pay", "refund"]
    assert play.complete("refund").at == ["tell"]


def test_a_transaction_that_nobody_lets_be_cancelled_stops_the_step() -> None:
    play = Play("""
        start begin -> deal
        transaction deal
            start s -> u
            user u -> stop
            end stop cancel
    """).start()
    with pytest.raises(EngineError, match="uncaught_error at deal"):
        play.complete("u")
    with pytest.raises(EngineError, match="unsupported at stop"):
        Play("start s -> stop\nend stop cancel").start()


def test_what_cannot_be_undone_cannot_be_compiled() -> None:
    with pytest.raises(EngineError, match="broken_reference at u"):
        Play("start s -> a\nuser a\nboundary u on=a by=nobody")
    with pytest.raises(EngineError, match="broken_reference at back"):
        Play("start s -> back\nthrow back compensate=nobody")
