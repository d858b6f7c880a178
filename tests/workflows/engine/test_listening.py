"""What a case listens to, and the correlation keys that tell one message from another of its name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from workflows.bpmn.model import Publication
from workflows.engine import EngineError, listens

from .build import MONDAY, Play, process

PAID = "message=paid key=order"


def heard(play: Play) -> list[str]:
    return [f"{one.kind} {one.name} {one.correlation}" for one in listens(play.graph, play.marking)]


def test_a_case_listens_where_it_waits_and_nowhere_else() -> None:
    play = Play(
        """
        start begin -> all
        and all -> a, b, c, race
        receive a message=paid -> done
        catch b signal=alarm -> done
        user c -> done
        boundary late on=c message=withdrawn -> done
        events race -> d, e
        catch d message=answer -> done
        catch e after=PT1H -> done
        end done
        event_sub rule
            start rung signal=bell aside -> f
            user f -> over
            end over
        """
    )
    assert listens(play.graph, play.marking) == ()
    play.start()
    assert heard(play) == [
        "message answer None",
        "message paid None",
        "message withdrawn None",
        "signal alarm None",
        "signal bell None",
    ]
    play.complete("c").message("answer")
    assert heard(play) == ["message paid None", "signal alarm None", "signal bell None"]
    play.signal("alarm").message("paid")
    assert heard(play) == []


def test_a_receive_task_without_a_message_has_no_name_for_others() -> None:
    play = Play("start begin -> a\nreceive a -> done\nend done").start()
    assert play.at == ["a"]
    assert heard(play) == []


def test_a_committee_that_waits_for_one_message_each_listens_once() -> None:
    play = Play("start begin -> a\nreceive a message=vote times=3 -> done\nend done").start()
    assert heard(play) == ["message vote None"]
    play.message("vote").message("vote")
    assert heard(play) == ["message vote None"]
    assert heard(play.message("vote")) == []


def test_a_case_without_messages_is_not_looked_through() -> None:
    play = Play("start begin message=go -> a\nuser a -> b\nthrow b signal=over -> done\nend done").start(message="go")
    assert not play.graph.listens
    assert heard(play) == []


def test_the_key_is_the_one_of_the_moment_the_wait_began() -> None:
    play = Play(f"start begin -> a\ncatch a {PAID} -> done\nend done", order="A-7").start()
    assert heard(play) == ["message paid A-7"]
    play.set(order="B-1")
    assert heard(play) == ["message paid A-7"]
    with pytest.raises(EngineError, match="not_waiting"):
        play.keyed("paid", "B-1")
    assert play.keyed("paid", "A-7").step.ended


def test_a_message_to_the_very_case_needs_no_key() -> None:
    assert Play(f"start begin -> a\nreceive a {PAID} -> done\nend done", order=7).start().message("paid").step.ended


def test_each_of_several_waits_for_its_own_key() -> None:
    play = Play(
        f"""
        start begin -> a
        receive a each=order:orders {PAID} -> b
        user b -> done
        boundary gone on=b message=gone key=customer -> done
        end done
        """,
        orders=["x", "y", "z"],
        customer="c",
    ).start()
    assert heard(play) == ["message paid x", "message paid y", "message paid z"]
    play.keyed("paid", "y")
    assert heard(play) == ["message paid x", "message paid z"]
    play.keyed("paid", "x").keyed("paid", "z")
    assert (play.at, heard(play)) == (["b"], ["message gone c"])
    assert play.keyed("gone", "c").step.ended


def test_an_event_sub_process_waits_for_the_key_its_scope_began_with() -> None:
    play = Play(
        f"""
        start begin -> a
        user a -> done
        end done
        event_sub rule
            start rung {PAID} aside -> b
            user b -> over
            end over
        """,
        order="x",
    ).start()
    assert heard(play) == ["message paid x"]
    with pytest.raises(EngineError, match="not_waiting"):
        play.keyed("paid", "")
    assert play.keyed("paid", "x").at == ["a", "b"]


def test_a_wait_for_a_null_key_takes_only_what_names_the_case() -> None:
    play = Play(f"start begin -> a\ncatch a {PAID} -> done\nend done", order=None).start()
    assert heard(play) == []
    with pytest.raises(EngineError, match="not_waiting"):
        play.keyed("paid", "")
    assert play.message("paid").step.ended


@pytest.mark.parametrize("value", [True, [], {}, "", "x" * 301])
def test_a_wait_for_no_certain_key_is_refused(value: object) -> None:
    play = Play(f"start begin -> a\ncatch a {PAID} -> done\nend done", order=value)
    with pytest.raises(EngineError, match="bad_expression"):
        play.start()


def test_a_number_is_a_key_as_feel_writes_it() -> None:
    play = Play(f"start begin -> a\ncatch a {PAID} -> done\nend done", order=70).start()
    assert heard(play) == ["message paid 70"]


def test_what_is_thrown_comes_with_the_key_its_receivers_wait_for() -> None:
    text = f"start begin -> all\nand all -> a, b\ncatch a {PAID} -> done\nthrow b {PAID} -> done\nend done"
    assert Play(text, order="x").start().step.ended
    (thrown,) = Play(f"start begin -> a\nthrow a {PAID} -> done\nend done", order="x").start().step.thrown
    assert (thrown.correlation, thrown.caught) == ("x", False)
    (thrown,) = Play(f"start begin -> a\nthrow a {PAID} -> done\nend done").start().step.thrown
    assert thrown.correlation == ""


def test_publishing_says_key_id_and_time_to_live() -> None:
    publication = Publication("customer", '"bill-" + customer', '"PT2H"')
    text = "start begin -> a\nsend a message=paid -> done\nend done"
    (thrown,) = Play(process(text, a={"publication": publication}), customer="c").start().step.thrown
    assert (thrown.correlation, thrown.key, thrown.until) == ("c", "bill-c", MONDAY + timedelta(hours=2))
    with pytest.raises(EngineError, match="bad_expression"):
        Play(process(text, a={"publication": Publication(ttl='"soon"')})).start()
