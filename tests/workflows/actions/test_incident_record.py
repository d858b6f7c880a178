"""`incident_record`, as the worker comes to it: work that fails leaves an incident, is tried again, and stands still when it must."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from pytest_django.fixtures import Settings

from permissions import audit
from permissions.errors import Invalid
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.conftest import open_nodes
from tests.workflows.faults import (
    JOB,
    STUCK_CLOCK,
    Fault,
    at_work,
    empty_queue,
    job_diagram,
    open_incident,
    unsteady,
    waiting,
)
from tests.workflows.test_concurrency import at_once
from workflows import actions, clock, handlers, incidents, tasks
from workflows.models import Case, CaseTimer, Incident
from workflows.replay import differences

pytestmark = pytest.mark.django_db


@pytest.fixture
def fault(publish: Callable) -> Iterator[Fault]:
    with unsteady(ConnectionError("password=hunter2 refused by 10.0.0.7")) as one:
        publish(job_diagram(), "jobs")
        yield one


def test_a_handler_that_fails_leaves_an_incident_and_the_case_where_it_stood(cast: Cast, fault: Fault) -> None:
    case, work = at_work(cast.town_proposer, cast.town_secretary)
    before = Case.objects.get(pk=case.pk)
    with clock.at(timezone.now()) as _, translation.override("zh-hans"):
        tasks.run_job(task_id=work.pk)
    incident = open_incident(case)
    assert (incident.task, incident.node, incident.attempts, incident.code) == (
        work,
        "work",
        1,
        "handler_error:ConnectionError",
    )
    assert incident.reason == "“编号”的处理程序出错（ConnectionError）。"
    after = Case.objects.get(pk=case.pk)
    assert (after.marking, after.variables, open_nodes(case)) == (before.marking, before.variables, ["work"])
    event = AuditEvent.objects.get(verb="incident_record")
    assert (event.subject, event.target, event.actor) == (case.chain, f"incident:{incident.pk}", None)
    assert "hunter2" not in str(event.data) + incident.reason
    assert list(audit.verify(case.chain)) == []
    assert differences(after) == []


def test_what_failed_is_told_with_its_number_in_the_servers_log(
    cast: Cast, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    case, work = at_work(cast.town_proposer, cast.town_secretary)
    tasks.run_job(task_id=work.pk)
    told = next(record for record in caplog.records if "work failed" in str(record.msg))
    assert told.msg["incident"] == open_incident(case).pk  # type: ignore[index]
    assert isinstance(told.msg["exc_info"], ConnectionError)  # type: ignore[index]


def test_it_is_tried_again_after_ever_longer_waits_and_then_waits_for_an_administrator(
    cast: Cast, fault: Fault, settings: Settings
) -> None:
    settings.JOB_RETRIES, settings.JOB_RETRY_SECONDS = 3, 10
    case, work = at_work(cast.town_proposer, cast.town_secretary)
    moment, waits = timezone.now(), []
    for attempt in range(1, 5):
        empty_queue()
        with clock.at(moment):
            tasks.run_job(task_id=work.pk)
        incident = open_incident(case)
        assert (incident.attempts, incident.last_try) == (attempt, moment)
        assert waiting(f"job:{work.pk}") == ([incident.next_try] if incident.next_try else [])
        if incident.next_try is None:
            break
        waits.append((incident.next_try - moment).total_seconds())
        moment = incident.next_try
    assert (waits, attempt) == ([10, 40, 160], 4)
    assert incidents.waits_for_administrator(case)
    with clock.at(moment + timedelta(days=30)):
        tasks.run_job(task_id=work.pk)
    assert fault.calls == 4, "given up is given up, whatever the queue still asks"
    assert [event.data["attempts"] for event in AuditEvent.objects.filter(verb="incident_record")] == [1, 2, 3, 4]


@pytest.mark.parametrize(("retries", "seconds"), [(0, 10), (7, 10), (20, 3600)])
def test_no_wait_is_longer_than_six_hours_and_the_retries_end(settings: Settings, retries: int, seconds: int) -> None:
    settings.JOB_RETRIES, settings.JOB_RETRY_SECONDS = retries, seconds
    now = timezone.now()
    waits = [incidents.next_try(failures, now) for failures in range(1, retries + 2)]
    assert waits[-1] is None
    assert all(wait is not None and timedelta() < wait - now <= incidents.LONGEST_WAIT for wait in waits[:-1])
    assert waits[:-1] == sorted(waits[:-1])


def test_the_queue_may_ask_as_often_as_it_likes_an_attempt_is_made_when_its_time_has_come(
    cast: Cast, fault: Fault
) -> None:
    case, work = at_work(cast.town_proposer, cast.town_secretary)
    for _entry in range(3):
        tasks.run_job(task_id=work.pk)
    assert (fault.calls, open_incident(case).attempts) == (1, 1)


def test_a_later_success_ends_the_incident_by_itself_and_the_log_says_so(cast: Cast, fault: Fault) -> None:
    case, work = at_work(cast.town_proposer, cast.town_secretary)
    tasks.run_job(task_id=work.pk)
    incident = open_incident(case)
    fault.error = None
    with clock.at(incident.next_try):
        tasks.run_job(task_id=work.pk)
    incident.refresh_from_db()
    assert incident.resolved is not None
    assert incident.resolved_by is None
    assert open_nodes(case) == ["sign"]
    assert AuditEvent.objects.get(verb="job_run").data["incidents"] == [incident.pk]
    assert differences(Case.objects.get(pk=case.pk)) == []


def test_what_a_failing_handler_wrote_is_gone(cast: Cast, fault: Fault) -> None:
    def half(**context: object) -> dict[str, object]:
        audit.record(subject="elsewhere", actor=None, verb="half")
        raise IntegrityError("no such row")

    case, work = at_work(cast.town_proposer, cast.town_secretary)
    fault.run = half  # type: ignore[method-assign]
    tasks.run_job(task_id=work.pk)
    assert not AuditEvent.objects.filter(subject="elsewhere").exists()
    assert open_incident(case).code == "handler_error:IntegrityError"


def test_a_handler_that_refuses_is_quoted_to_those_who_may_see_the_case_only(cast: Cast, fault: Fault) -> None:
    fault.error = Invalid("“粮站改造”的文号已用过。", code="taken")
    case, work = at_work(cast.town_proposer, cast.town_secretary)
    tasks.run_job(task_id=work.pk)
    incident = open_incident(case)
    assert incidents.words(incident) == "“粮站改造”的文号已用过。"
    assert incidents.words(incident, whole=False) == "“编号”的处理程序没有接受（taken）。"


def test_a_handler_that_is_not_installed_leaves_an_incident(
    cast: Cast, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, work = at_work(cast.town_proposer, cast.town_secretary)
    monkeypatch.delitem(handlers._handlers, JOB)
    tasks.run_job(task_id=work.pk)
    incident = open_incident(case)
    assert (incident.code, incident.reason) == ("no_handler", "“编号”要求的处理程序没有安装。")


@pytest.fixture
def late(cast: Cast, publish: Callable) -> CaseTimer:
    """A clock that is due, on a way that leads nowhere."""
    publish(STUCK_CLOCK, "stuck")
    with clock.at(timezone.now() - timedelta(hours=3)):
        case = actions.case_start(actor=cast.town_proposer, definition="stuck", variables={"amount": 20})
    return case.timers.get()


def test_a_clock_that_cannot_ring_leaves_an_incident_at_the_place_where_it_stuck(late: CaseTimer) -> None:
    tasks.fire_timer(timer_row=late.pk)
    incident = open_incident(late.case)
    assert (incident.timer, incident.task, incident.node, incident.code) == (late, None, "big", "no_outgoing_flow")
    assert incident.reason == "流程在“金额”之后没有一条路线符合条件。"
    assert waiting(f"timer:{late.pk}") == [incident.next_try]
    assert tasks.fire_due(timestamp=0) == 0
    open_incident(late.case)
    assert incident.attempts == 1, "the sweep keeps to the incident's time"


def test_an_incident_about_a_clock_is_over_when_the_clock_is_gone(cast: Cast, late: CaseTimer) -> None:
    tasks.fire_timer(timer_row=late.pk)
    incident = open_incident(late.case)
    actions.task_complete(actor=cast.town_secretary, task_id=late.case.task_set.get(node="answer").pk)
    incident.refresh_from_db()
    assert (incident.timer_id, incident.resolved is not None) == (None, True)
    assert AuditEvent.objects.get(verb="task_complete").data["incidents"] == [incident.pk]


def test_an_incident_is_over_when_its_case_is_cancelled(cast: Cast, fault: Fault) -> None:
    case, work = at_work(cast.town_proposer, cast.town_secretary)
    tasks.run_job(task_id=work.pk)
    actions.case_cancel(actor=cast.admin, case_id=case.pk, reason="停办")
    assert not Incident.objects.filter(resolved__isnull=True).exists()
    assert actions.incident_record(error=OSError(), task_id=work.pk) is None
    assert Incident.objects.count() == 1


def test_work_that_is_not_there_any_more_is_no_incident(cast: Cast, fault: Fault) -> None:
    tasks.run_job(task_id=987654)
    tasks.fire_timer(timer_row=987654)
    assert actions.incident_record(error=OSError(), task_id=987654) is None
    assert actions.incident_record(error=OSError(), case_id=987654) is None
    assert not Incident.objects.exists()


def test_a_suspended_case_is_not_tried_and_goes_on_with_the_same_incident(cast: Cast, fault: Fault) -> None:
    case, work = at_work(cast.town_proposer, cast.town_secretary)
    tasks.run_job(task_id=work.pk)
    actions.case_suspend(actor=cast.admin, case_id=case.pk, reason="等待批复")
    with clock.at(open_incident(case).next_try):
        tasks.run_job(task_id=work.pk)
        assert fault.calls == 1
        actions.case_resume(actor=cast.admin, case_id=case.pk)
        tasks.run_job(task_id=work.pk)
    assert (fault.calls, open_incident(case).attempts) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_what_ends_the_work_while_its_failure_is_being_written_ends_the_incident_too(cast: Cast, fault: Fault) -> None:
    """Whoever waits for the case must see the incident that was written meanwhile, although it was not there when they asked."""
    case, work = at_work(cast.town_proposer, cast.town_secretary)
    written, waits = threading.Event(), threading.Event()

    def record() -> None:
        with transaction.atomic():
            actions.incident_record(error=OSError(), task_id=work.pk)
            written.set()
            waits.wait(10)
            time.sleep(0.3)

    def cancel() -> None:
        written.wait(10)
        waits.set()
        actions.case_cancel(actor=cast.admin, case_id=case.pk, reason="停办")

    at_once(record, cancel)
    assert Case.objects.get(pk=case.pk).status == "CANCELED"
    assert Incident.objects.get().resolved is not None
