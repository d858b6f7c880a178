"""`case_resume`: the case goes on where it stood, and what came due meanwhile happens once, in its order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from permissions import audit
from permissions.errors import Denied, WrongState
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.conftest import open_nodes, task_at
from tests.workflows.diagrams import REMINDED, SECRETARY_THEN_CHAIR, chain, diagram, task, with_job
from workflows import actions, clock, handlers
from workflows.models import Case, CaseTimer, Incident
from workflows.replay import differences

pytestmark = pytest.mark.django_db


def stop(cast: Cast, case: Case) -> Case:
    return actions.case_suspend(actor=cast.admin, case_id=case.pk, reason="等待批复")


def jobs() -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, COALESCE(args->>'task_id', args->>'timer_row')::int FROM procrastinate_jobs"
            " WHERE status = 'todo' ORDER BY id"
        )
        return list(cursor.fetchall())


def forget_jobs() -> None:
    """As if a worker had taken them all meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def boundary(node: str, on: str, hours: str, target: str) -> str:
    """A non-interrupting clock on a step, and the step it opens."""
    return (
        f'<bpmn:boundaryEvent id="{node}" attachedToRef="{on}" cancelActivity="false"><bpmn:timerEventDefinition>'
        f'<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">{hours}</bpmn:timeDuration>'
        f"</bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        + task(target, groups="town:chair")
        + f'<bpmn:sequenceFlow id="{node}_out" sourceRef="{node}" targetRef="{target}"/>'
    )


THREE_CLOCKS = diagram(
    '<bpmn:startEvent id="start"/>'
    + task("answer", groups="town:secretary")
    + boundary("third", "answer", "PT3H", "tell_c")
    + boundary("first", "answer", "PT1H", "tell_a")
    + boundary("second", "answer", "PT2H", "tell_b")
    + boundary("far", "answer", "PT90H", "tell_d")
    + chain("start", "answer")
)


def test_a_resumed_case_goes_on_where_it_stood(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    case = stop(cast, actions.case_start(actor=cast.town_proposer, definition="small"))
    actions.case_resume(actor=cast.admin, case_id=case.pk, reason="批复已到")
    stored = Case.objects.get(pk=case.pk)
    assert (stored.suspended, stored.suspend_reason, stored.moves) == (None, "", True)
    actions.task_complete(actor=cast.town_secretary, task_id=task_at(case, "check").pk)
    assert open_nodes(case) == ["sign"]
    event = AuditEvent.objects.get(verb="case_resume")
    assert (event.data["reason"], event.data["was"]) == ("批复已到", "等待批复")
    assert list(audit.verify(case.chain)) == []
    assert differences(Case.objects.get(pk=case.pk)) == []


def test_clocks_that_ran_out_fire_on_resume_each_once_in_the_order_they_were_due(cast: Cast, publish: Callable) -> None:
    publish(THREE_CLOCKS, "clocks")
    start = timezone.now() - timedelta(hours=10)
    with clock.at(start):
        case = stop(cast, actions.case_start(actor=cast.town_proposer, definition="clocks"))
    actions.case_resume(actor=cast.admin, case_id=case.pk)
    fired = AuditEvent.objects.filter(verb="timer_fire").order_by("seq")
    assert [event.data["node"] for event in fired] == ["first", "second", "third"]
    assert open_nodes(case) == ["answer", "tell_a", "tell_b", "tell_c"]
    assert CaseTimer.objects.get(case=case, fired__isnull=True).node == "far"
    for timer in CaseTimer.objects.filter(case=case):
        assert not actions.timer_fire(timer_row=timer.pk)
    assert fired.count() == 3
    assert differences(Case.objects.get(pk=case.pk)) == []


def test_a_clock_that_breaks_off_the_step_clears_those_behind_it(cast: Cast, publish: Callable) -> None:
    publish(REMINDED, "reminded")
    with clock.at(timezone.now() - timedelta(hours=3)):
        case = stop(cast, actions.case_start(actor=cast.town_proposer, definition="reminded"))
    actions.case_resume(actor=cast.admin, case_id=case.pk)
    assert open_nodes(case) == ["escalate"]


def test_a_short_cycle_after_a_long_pause_is_made_up_for_by_the_worker(cast: Cast, publish: Callable) -> None:
    from workflows.actions.suspension import AT_ONCE

    xml = THREE_CLOCKS.replace(
        b'<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">PT1H</bpmn:timeDuration>',
        b'<bpmn:timeCycle xsi:type="bpmn:tFormalExpression">R/PT1M</bpmn:timeCycle>',
    )
    publish(xml, "cycle")
    with clock.at(timezone.now() - timedelta(minutes=AT_ONCE + 3, seconds=30)):
        case = stop(cast, actions.case_start(actor=cast.town_proposer, definition="cycle"))
    forget_jobs()
    actions.case_resume(actor=cast.admin, case_id=case.pk)
    assert AuditEvent.objects.filter(verb="timer_fire").count() == AT_ONCE
    due = CaseTimer.objects.get(case=case, node="first", fired__isnull=True)
    assert ("workflows.fire_timer", due.pk) in jobs()


def test_jobs_are_given_to_the_worker_again_and_not_twice(cast: Cast, publish: Callable) -> None:
    name = "tests.resumed"
    if handlers.handler_of(name) is None:
        handlers.handler(name)(lambda **_context: {"done": True})
    publish(with_job(name), "jobs")
    case = actions.case_start(actor=cast.town_proposer, definition="jobs")
    actions.task_complete(actor=cast.town_secretary, task_id=task_at(case, "ask").pk)
    work = task_at(case, "work")
    stop(cast, case)
    actions.case_resume(actor=cast.admin, case_id=case.pk)
    assert jobs() == [("workflows.run_job", work.pk)], "it waited all the time"
    stop(cast, case)
    forget_jobs()
    actions.case_resume(actor=cast.admin, case_id=case.pk)
    assert jobs() == [("workflows.run_job", work.pk)]
    assert actions.job_run(task_id=work.pk)
    assert open_nodes(case) == ["sign"]


def test_a_job_the_worker_has_given_up_still_waits_for_the_administrator(cast: Cast, publish: Callable) -> None:
    name = "tests.resumed"
    if handlers.handler_of(name) is None:
        handlers.handler(name)(lambda **_context: {"done": True})
    publish(with_job(name), "jobs")
    case = actions.case_start(actor=cast.town_proposer, definition="jobs")
    actions.task_complete(actor=cast.town_secretary, task_id=task_at(case, "ask").pk)
    now = timezone.now()
    Incident.objects.create(
        case=case, task=task_at(case, "work"), node="work", code="x", reason="对方系统无响应", created=now, last_try=now
    )
    stop(cast, case)
    forget_jobs()
    actions.case_resume(actor=cast.admin, case_id=case.pk)
    assert jobs() == []


def test_a_clock_whose_flow_is_stuck_keeps_nothing_else_from_going_on(cast: Cast, publish: Callable) -> None:
    stuck = (
        '<bpmn:boundaryEvent id="early" attachedToRef="answer" cancelActivity="false"><bpmn:timerEventDefinition>'
        '<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">PT1M</bpmn:timeDuration></bpmn:timerEventDefinition>'
        '</bpmn:boundaryEvent><bpmn:exclusiveGateway id="which"/>'
        '<bpmn:sequenceFlow id="e1" sourceRef="early" targetRef="which"/>'
        '<bpmn:sequenceFlow id="e2" sourceRef="which" targetRef="tell_a">'
        '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">=missing = 1</bpmn:conditionExpression>'
        "</bpmn:sequenceFlow></bpmn:process>"
    )
    publish(THREE_CLOCKS.replace(b"</bpmn:process>", stuck.encode(), 1), "stuck")
    with clock.at(timezone.now() - timedelta(hours=10)):
        case = stop(cast, actions.case_start(actor=cast.town_proposer, definition="stuck"))
    forget_jobs()
    actions.case_resume(actor=cast.admin, case_id=case.pk)
    assert open_nodes(case) == ["answer", "tell_a", "tell_b", "tell_c"]
    left = CaseTimer.objects.get(case=case, node="early")
    assert left.fired is None
    assert jobs() == [("workflows.fire_timer", left.pk)]
    assert Case.objects.get(pk=case.pk).moves


def test_whoever_kept_something_for_the_case_is_told(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    told: list[int] = []
    listener = handlers.on_case_resume(lambda case: told.append(case.pk))
    try:
        case = stop(cast, actions.case_start(actor=cast.town_proposer, definition="small"))
        assert told == []
        actions.case_resume(actor=cast.admin, case_id=case.pk)
    finally:
        handlers._case_resume.remove(listener)
    assert told == [case.pk]


def test_only_the_administrator_may_and_only_what_stands_still(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    case = actions.case_start(actor=cast.town_proposer, definition="small")
    with pytest.raises(WrongState) as refusal:
        actions.case_resume(actor=cast.admin, case_id=case.pk)
    assert refusal.value.code == "not_suspended"
    stop(cast, case)
    with pytest.raises(Denied):
        actions.case_resume(actor=cast.town_proposer, case_id=case.pk)
    actions.case_cancel(actor=cast.admin, case_id=case.pk, reason="不办了")
    with pytest.raises(WrongState) as refusal:
        actions.case_resume(actor=cast.admin, case_id=case.pk)
    assert refusal.value.code == "ended"
    assert not AuditEvent.objects.filter(verb="case_resume").exists()
