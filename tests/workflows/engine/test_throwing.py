"""Messages and signals that a case throws and hears, and what it tells other cases."""

from __future__ import annotations

from tests.workflows.engine.build import Play
from workflows.engine import Thrown


def test_a_thrown_message_reaches_who_waits_in_the_case_and_nobody_else() -> None:
    play = Play("""
        start begin -> split
        and split -> tell, hear
        throw tell message=news in=text:"read" -> end1
        end end1
        receive hear message=news -> end2
        end end2
    """).start()
    assert play.ended
    assert play.variables == {"text": "read"}
    assert play.step.thrown == (Thrown("message", "news", {"text": "read"}, "tell", caught=True),)


def test_a_message_that_nobody_in_the_case_waits_for_is_told_to_the_world() -> None:
    play = Play("start begin -> tell\nsend tell message=news in=text:1 -> done\nend done message=over").start()
    assert play.ended
    assert play.step.thrown == (Thrown("message", "news", {"text": 1}, "tell"), Thrown("message", "over", {}, "done"))


def test_a_message_of_the_case_itself_goes_to_one_receiver() -> None:
    play = Play("""
        start begin -> split
        and split -> a, b, tell
        receive a message=news -> end1
        receive b message=news -> end1
        user tell -> say
        throw say message=news -> end1
        end end1
    """).start()
    assert play.complete("tell").at == ["b"]


def test_a_signal_reaches_all_that_wait() -> None:
    play = Play("""
        start begin -> split
        and split -> a, b, c
        catch a signal=alarm -> d
        user b -> done
        boundary hurry on=b signal=alarm -> e
        user c -> done
        boundary note beside=c signal=alarm -> f
        user d -> done
        user e -> done
        user f -> done
        event_sub heard
            start rung signal=alarm aside -> g
            user g
        end done
    """).start()
    assert play.opened_kinds == ["human", "human", "signal"]
    play.signal("alarm", level=3)
    assert play.at == ["c", "d", "e", "f", "g"]
    assert play.variables == {"level": 3}
    assert play.signal("alarm").at == ["c", "d", "e", "f", "f", "g", "g"]
    assert play.signal("silence").step.trace == ()


def test_what_an_interrupting_listener_cancels_does_not_hear_the_signal_any_more() -> None:
    play = Play("""
        start begin -> a
        catch a signal=alarm -> never
        user never
        event_sub heard
            start rung signal=alarm -> g
            user g
    """).start()
    assert play.signal("alarm").at == ["g"]


def test_a_thrown_signal_goes_to_the_case_and_to_all_others() -> None:
    play = Play("""
        start begin -> split
        and split -> say, hear
        throw say signal=alarm -> done
        catch hear signal=alarm -> done
        end done signal=over
    """).start()
    assert play.ended
    assert [(thrown.name, thrown.caught) for thrown in play.step.thrown] == [
        ("alarm", True),
        ("over", False),
        ("over", False),
    ]


def test_a_message_or_signal_can_start_a_case() -> None:
    text = """
        start asked message=ask -> a
        start rung signal=alarm -> b
        start plain -> c
        user a
        user b
        user c
    """
    assert Play(text).start(message="ask").at == ["a"]
    assert Play(text).start(signal="alarm").at == ["b"]
    assert Play(text).start().at == ["c"]
    assert Play(text).graph.signal_starts == {"alarm": "rung"}


def test_a_task_that_names_a_job_is_done_by_it() -> None:
    play = Play("""
        start begin -> tell
        send tell job_type=mail -> say
        throw say message=x job_type=mail -> done
        end done message=y job_type=mail
    """).start()
    for node in ("tell", "say", "done"):
        assert (play.opened.node, play.opened.kind, play.opened.job_type) == (node, "job", "mail")
        play.complete(node)
    assert play.ended


def test_the_timers_that_start_cases_are_known_from_the_definition() -> None:
    play = Play("""
        start weekly every=R3/P7D -> a
        start once at=2026-02-01 -> a
        user a
    """)
    weekly, once = play.graph.start_timers(play.now)
    assert (weekly.node, str(weekly.cycle.first), weekly.cycle.period, weekly.cycle.times) == (
        "weekly",
        "2026-01-12 09:00:00+00:00",
        "P7D",
        3,
    )
    assert (once.node, str(once.cycle.first), once.cycle.times) == ("once", "2026-02-01 00:00:00+00:00", 1)
    assert play.start(node="weekly").at == ["a"]


def test_a_call_activity_opens_with_what_it_calls_and_ends_with_what_came_back() -> None:
    play = Play("start s -> c\ncall c called=child in=x:1 out=y:z -> done\nend done", a=2).start()
    assert (play.opened.kind, play.opened.called, play.opened.variables) == ("call", "child", {"x": 1, "a": 2})
    assert play.complete("c", z=3, w=4).ended
    assert play.variables == {"a": 2, "y": 3}
    chosen = Play("start s -> c\ncall c called==which -> done\nend done", which="other").start()
    assert chosen.opened.called == "other"
