"""Tasks that wait for people and jobs: what is opened, who may, what comes back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.workflows.engine.build import MONDAY, Play, process
from workflows.bpmn.model import IoMapping
from workflows.engine import Complete, EngineError, Graph, Opened


def test_the_kinds_of_waits() -> None:
    case = Play("""
        start begin -> fork
        and fork -> a, b, c, d, e, f
        user a
        manual b
        service c job_type=mail
        receive d message=result
        catch e after=PT1H
        task f
    """).start()
    assert {opened.node: opened.kind for opened in case.step.opened} == {
        "a": "human",
        "b": "human",
        "c": "job",
        "d": "message",
        "e": "timer",
    }
    assert {opened.job_type for opened in case.step.opened} == {None, "mail"}
    assert {opened.message for opened in case.step.opened} == {None, "result"}


def test_which_kinds_wait_for_a_person_can_be_said() -> None:
    drawn = process("""
        start begin -> a
        task a -> b
        user b
    """)
    assert Play(Graph.of(drawn, human_kinds=frozenset({"task"}))).start().at == ["a"]
    assert Play(drawn).start().at == ["b"]


@pytest.mark.parametrize(
    ("groups", "found"),
    [
        ('"town:secretary,zone:secretary"', ("town:secretary", "zone:secretary")),
        ("groups", ("town:secretary", "zone:chair")),
        ("nothing", ()),
        ('""', ()),
    ],
)
def test_candidates_come_as_a_list_or_as_one_text(groups: str, found: tuple[str, ...]) -> None:
    case = Play(
        f"""
        start begin -> a
        user a candidate_groups={groups} candidate_users={groups}
        """,
        groups=["town:secretary", "zone:chair"],
    ).start()
    assert case.opened.candidate_groups == found
    assert case.opened.candidate_users == found


def test_assignee_priority_and_due_are_evaluated() -> None:
    case = Play(
        """
        start begin -> a
        user a assignee=proposer priority=urgency+1 due="P2D" lane=town
        """,
        proposer="zhang",
        urgency=49,
    ).start()
    assert case.opened == Opened(
        token=case.opened.token,
        node="a",
        kind="human",
        assignee="zhang",
        priority=50,
        due=datetime(2026, 1, 7, 9, tzinfo=UTC),
        lane="town",
    )


@pytest.mark.parametrize("due", ['"2026-02-01"', 'date("2026-02-01")', 'date("2026-02-01")+duration("P0D")'])
def test_a_bare_due_date_stays_one(due: str) -> None:
    case = Play(f"""
        start begin -> a
        user a due={due}
    """).start()
    assert case.opened.due == date(2026, 2, 1)


@pytest.mark.parametrize("due", ['"PT26H"', 'duration("P1DT2H")', '"2026-01-06T11:00:00Z"', '"2026-01-06T19:00+08:00"'])
def test_a_due_date_may_be_text_or_a_feel_value(due: str) -> None:
    case = Play(f"""
        start begin -> a
        user a due={due}
    """).start()
    assert case.opened.due == MONDAY + timedelta(hours=26)


@pytest.mark.parametrize("option", ['due="soon"', 'priority="high"', "due=true"])
def test_an_assignment_that_makes_no_sense_is_an_error(option: str) -> None:
    with pytest.raises(EngineError, match="bad_expression"):
        Play(f"""
            start begin -> a
            user a {option}
        """).start()


def test_a_lane_holds_for_what_is_inside_a_sub_process() -> None:
    case = Play("""
        start begin -> work
        sub work lane=town
            user a
            user b lane=zone
    """).start()
    assert {opened.node: opened.lane for opened in case.step.opened} == {"a": "town", "b": "zone"}


def test_variables_of_a_completed_task_become_the_cases_and_the_given_ones_stay_as_they_were() -> None:
    given = {"title": "road"}
    case = Play("""
        start begin -> a
        user a
    """)
    case.variables = given
    case.start().complete("a", amount=5)
    assert case.variables == {"title": "road", "amount": 5}
    assert given == {"title": "road"}


def test_inputs_are_the_activitys_own_and_outputs_all_that_leaves_it() -> None:
    case = Play(
        """
        start begin -> a
        user a in=limit:amount*2 in=text:"up_to_"+string(limit) assignee=text out=result.town:answer -> done
        end done
        """,
        amount=5,
        result={"zone": "yes"},
    ).start()
    assert case.opened.locals == {"limit": 10, "text": "up_to_10"}
    assert case.opened.assignee == "up_to_10"
    case.complete("a", answer="no", limit=99)
    assert case.variables == {"amount": 5, "result": {"zone": "yes", "town": "no"}}


def test_without_outputs_a_variable_goes_to_the_innermost_scope_that_has_it() -> None:
    case = Play(
        """
        start begin -> work
        sub work in=draft:"" out=final:draft -> done
            start s -> a
            user a -> b
            user b assignee=draft -> e
            end e
        end done
        """
    ).start()
    case.complete("a", draft="v1", other=1)
    assert case.variables == {"other": 1}
    assert case.opened.assignee == "v1"
    case.complete("b")
    assert case.variables == {"other": 1, "final": "v1"}


@pytest.mark.parametrize("token", [999, 1, -1, 0])
def test_completing_what_does_not_wait_is_refused(token: int) -> None:
    case = Play("""
        start begin -> a
        user a
    """).start()
    with pytest.raises(EngineError, match="not_waiting"):
        case.send(Complete(token))


def test_a_token_waiting_at_a_join_or_a_timer_cannot_be_completed() -> None:
    case = Play("""
        start begin -> fork
        and fork -> join, a, pause
        user a -> join
        and join
        catch pause after=PT1H
    """).start()
    waiting = [token.id for token in case.marking.tokens.values() if token.node in {"join", "pause"}]
    assert len(waiting) == 2
    for token in waiting:
        with pytest.raises(EngineError, match="not_waiting"):
            case.send(Complete(token))


def test_nothing_happens_after_the_end() -> None:
    case = Play("""
        start begin -> a
        user a
    """).start()
    token = case.token("a")
    assert case.complete("a").ended
    with pytest.raises(EngineError, match="ended"):
        case.send(Complete(token))


def test_the_time_in_expressions_is_the_steps_own() -> None:
    case = Play("""
        start begin -> choice
        xor choice -> [now() = date and time("2026-01-05T09:00:00Z")] a, [else] other
        user a due=now()+duration("PT1H") assignee=string(today())
        user other
    """).start()
    assert (case.at, case.opened.assignee) == (["a"], "2026-01-05")
    assert case.opened.due == MONDAY.replace(hour=10)
    assert case.variables == {}


def test_a_business_rule_task_waits_for_the_decision_it_names_with_what_it_sees() -> None:
    drawn = process(
        """
        start begin -> route
        rule route called=by_amount -> done
        end done
        """,
        route={"inputs": (IoMapping("sum * 2", "amount"),)},
    )
    case = Play(drawn, sum=40).start()
    (opened,) = case.step.opened
    assert (opened.kind, opened.called, opened.binding) == ("decision", "by_amount", "latest")
    assert opened.variables == {"sum": 40, "amount": 80}
    case.complete("route", way="joint")
    assert case.step.ended
    assert case.step.variables == {"sum": 40, "way": "joint"}


def test_the_decision_may_be_named_by_an_expression_and_a_job_may_do_the_task() -> None:
    drawn = process("""
        start begin -> route
        rule route called==which
    """)
    assert Play(drawn, which="by_kind").start().step.opened[0].called == "by_kind"
    with pytest.raises(EngineError) as problem:
        Play(drawn).start()
    assert (problem.value.code, problem.value.node) == ("bad_expression", "route")
    done_by_a_job = process("""
        start begin -> route
        rule route job_type=rules
    """)
    (opened,) = Play(done_by_a_job).start().step.opened
    assert (opened.kind, opened.job_type) == ("job", "rules")
