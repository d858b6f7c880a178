"""Errors and escalations: who catches them."""

from __future__ import annotations

import pytest

from tests.workflows.engine.build import Play
from workflows.engine import EngineError, Thrown

NESTED = """
    start begin -> outer
    sub outer -> done
        start s1 -> inner
        sub inner -> e1
            start s2 -> work
            user work -> choose
            xor choose -> [code=1] one, [code=2] two, [else] fine
            end one error=ONE
            end two error=TWO
            end fine
        boundary ones on=inner error=ONE -> near
        user near -> e1
        end e1
    boundary all on=outer error= -> far
    user far -> done
    end done
"""


@pytest.mark.parametrize(("code", "at"), [(1, ["near"]), (2, ["far"]), (3, [])])
def test_an_error_is_caught_by_the_nearest_that_catches_its_code(code: int, at: list[str]) -> None:
    play = Play(NESTED).start().complete("work", code=code)
    assert play.at == at
    assert play.ended == (not at)


def test_the_very_code_is_caught_before_everything() -> None:
    play = Play("""
        start begin -> box
        sub box -> done
            start s -> e
            end e error=A
        boundary any on=box error= -> x
        boundary a on=box error=A -> y
        user x
        user y
        end done
    """).start()
    assert play.at == ["y"]


def test_an_uncaught_error_stops_the_step_and_changes_nothing() -> None:
    play = Play("start begin -> u\nuser u -> e\nend e error=A").start()
    with pytest.raises(EngineError) as problem:
        play.complete("u", x=1)
    assert (problem.value.code, problem.value.node, problem.value.params) == ("uncaught_error", "e", {"error": "A"})
    assert play.at == ["u"]
    assert list(play.marking.open_tokens()) == [(play.token("u"), "u")]


def test_an_error_in_one_instance_ends_the_whole_round() -> None:
    play = Play("""
        start begin -> round
        sub round times=5 -> passed
            start s -> vote
            user vote -> choose
            xor choose -> [veto] no, [else] yes
            end no error=VETO
            end yes
        boundary vetoed on=round error=VETO -> back
        user passed
        user back
    """).start()
    play.complete("vote", veto=False).complete("vote", veto=True)
    assert play.at == ["back"]
    assert len(play.step.cancelled) == 3
    assert list(play.marking.crowds) == []


def test_a_task_that_fails_leaves_by_its_error_event_with_what_it_brought() -> None:
    play = Play("""
        start begin -> job
        service job job_type=pay -> done
        boundary failed on=job error=NO_MONEY out=why:reason -> tell
        user tell -> done
        end done
    """).start()
    play.fail("job", "NO_MONEY", reason="empty")
    assert play.at == ["tell"]
    assert play.variables == {"why": "empty"}
    with pytest.raises(EngineError, match="uncaught_error at tell"):
        play.fail("tell", "NO_MONEY")


def test_one_of_a_crowd_that_fails_ends_the_whole_activity() -> None:
    play = Play("""
        start begin -> vote
        user vote times=3 -> done
        boundary failed on=vote error=VETO -> tell
        user tell
        end done
    """).start()
    assert play.fail("vote", "VETO").at == ["tell"]


ESCALATING = """
    start begin -> outer
    sub outer -> done
        start s1 -> inner
        sub inner -> e1
            start s2 -> call
            throw call escalation=LATE -> work
            user work -> e2
            end e2 escalation=DONE
        boundary near beside=inner escalation=LATE -> told
        user told -> e1
        end e1
    boundary far on=outer escalation=LATE -> never
    boundary over beside=outer escalation= -> noted
    user never
    user noted
    end done
"""


def test_an_escalation_is_caught_once_by_the_nearest_and_the_thrower_goes_on() -> None:
    play = Play(ESCALATING).start()
    assert play.at == ["told", "work"]
    assert play.step.thrown == ()


def test_an_escalation_of_another_code_passes_on_to_who_catches_all() -> None:
    play = Play(ESCALATING).start().complete("work")
    assert play.at == ["noted", "told"]


def test_an_interrupting_escalation_takes_the_thrower_with_it() -> None:
    play = Play("""
        start begin -> box
        sub box -> done
            start s -> split
            and split -> call, other
            throw call escalation=LATE -> never
            user never
            user other
        boundary late on=box escalation=LATE -> told
        user told
        end done
    """).start()
    assert play.at == ["told"]


def test_an_escalation_nobody_catches_is_told_and_does_not_matter() -> None:
    play = Play("start s -> call\nthrow call escalation=LATE in=by:3 -> done\nend done").start()
    assert play.ended
    assert play.step.thrown == (Thrown("escalation", "LATE", {"by": 3}, "call"),)


def test_a_person_escalates_a_task_and_still_does_it() -> None:
    play = Play("""
        start begin -> u
        user u -> done
        boundary up beside=u escalation=HELP -> chief
        boundary gone on=u escalation=STOP -> chief
        user chief -> done
        end done
    """).start()
    assert play.escalate("u", "HELP").at == ["chief", "u"]
    assert play.escalate("u", "HELP").at == ["chief", "chief", "u"]
    assert play.escalate("u", "STOP").at == ["chief", "chief", "chief"]
