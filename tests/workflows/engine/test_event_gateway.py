"""The event-based gateway, links, and what only passes."""

from __future__ import annotations

import pytest

from tests.workflows.engine.build import Play
from workflows.engine import EngineError

REPLY = """
    start begin -> ask
    user ask -> wait
    events wait -> reply, overdue, agreed
    catch reply message=reply -> read
    catch overdue after=P7D -> remind
    catch agreed when=agreed -> done
    user read -> done
    user remind -> wait
    end done
"""


def waiting() -> Play:
    return Play(REPLY).start().complete("ask")


def test_all_events_behind_it_wait_together() -> None:
    play = waiting()
    assert play.at == ["agreed", "overdue", "reply"]
    assert sorted(opened.kind for opened in play.step.opened) == ["condition", "message", "timer"]


def test_the_first_event_wins_and_the_others_are_withdrawn() -> None:
    play = waiting().message("reply", text="yes")
    assert play.at == ["read"]
    assert play.timers == {}
    assert len(play.step.completed) == 1
    assert len(play.step.cancelled) == 2
    assert play.variables == {"text": "yes"}
    with pytest.raises(EngineError, match="not_waiting"):
        play.message("reply")


def test_the_timer_wins_when_its_time_comes_and_the_gateway_can_wait_again() -> None:
    play = waiting().pass_time(days=7)
    assert play.at == ["remind"]
    play.complete("remind")
    assert play.at == ["agreed", "overdue", "reply"]
    assert play.set(agreed=True).ended


def test_a_condition_that_holds_already_wins_at_once() -> None:
    assert Play(REPLY, agreed=True).start().complete("ask").ended


def test_only_one_of_two_gateways_that_wait_is_decided() -> None:
    play = Play("""
        start begin -> split
        and split -> one, two
        events one -> a, b
        events two -> c, d
        catch a message=m -> done
        catch b message=n -> done
        catch c message=m -> done
        catch d message=n -> done
        end done
    """).start()
    play.message("m")
    assert play.at == ["c", "d"]
    assert play.message("n").ended


def test_a_receive_task_can_stand_behind_it() -> None:
    play = Play("""
        start begin -> g
        events g -> r, c
        receive r message=m -> done
        catch c message=n -> done
        end done
    """).start()
    assert play.complete("r").ended


def test_the_whole_choice_is_cancelled_with_the_sub_process_around_it() -> None:
    play = Play("""
        start begin -> inner
        sub inner -> done
            start s -> g
            events g -> a, b
            catch a message=m
            catch b after=P1D
        boundary late on=inner after=PT1H -> done
        end done
    """).start()
    assert play.pass_time(hours=1).ended
    assert play.timers == {}


def test_an_inclusive_join_waits_for_a_token_behind_the_gateway() -> None:
    play = Play("""
        start begin -> split
        or split -> [true] u, [true] g
        user u -> join
        events g -> a, b
        catch a message=m -> join
        catch b message=n -> join
        or join -> last
        user last -> done
        end done
    """).start()
    assert play.complete("u").at == ["a", "b"]
    assert play.message("n").at == ["last"]


def test_a_link_leads_to_its_target_in_the_same_scope() -> None:
    play = Play("""
        start begin -> away
        throw away link=A
        catch here link=A -> inner
        sub inner -> done
            start s -> leap
            throw leap link=A
            catch land link=A -> u
            user u
        end done
    """).start()
    assert play.at == ["u"]
    assert play.complete("u").ended


def test_an_inclusive_join_waits_for_a_token_that_can_come_by_a_link() -> None:
    play = Play("""
        start begin -> split
        or split -> [true] u, [true] v
        user u -> join
        user v -> away
        throw away link=A
        catch here link=A -> join
        or join -> last
        user last -> done
        end done
    """).start()
    assert play.complete("u").at == ["v"]
    assert play.complete("v").at == ["last"]


def test_a_link_without_target_cannot_be_compiled() -> None:
    with pytest.raises(EngineError, match="broken_reference at away"):
        Play("start begin -> away\nthrow away link=A")


def test_a_plain_throw_event_only_passes() -> None:
    assert Play("start s -> milestone\nthrow milestone -> done\nend done").start().ended
