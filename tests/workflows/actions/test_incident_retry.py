"""`incident_retry`: an administrator lets the worker try again at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from permissions import audit
from permissions.errors import Denied, Hidden, WrongState
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.conftest import open_nodes
from tests.workflows.faults import Fault, at_work, job_diagram, open_incident, unsteady, waiting
from workflows import actions, clock, tasks
from workflows.models import Case, Incident

pytestmark = pytest.mark.django_db


@pytest.fixture
def fault(publish: Callable) -> Iterator[Fault]:
    with unsteady(ConnectionError("no route")) as one:
        publish(job_diagram(), "jobs")
        yield one


@pytest.fixture
def incident(cast: Cast, fault: Fault, settings: Settings) -> Incident:
    """One the worker has given up."""
    settings.JOB_RETRIES = 0
    case, work = at_work(cast.town_proposer, cast.town_secretary)
    tasks.run_job(task_id=work.pk)
    return open_incident(case)


def test_a_mended_handler_tried_again_moves_the_case_on(cast: Cast, incident: Incident, fault: Fault) -> None:
    fault.error = None
    asked = actions.incident_retry(actor=cast.admin, incident_id=incident.pk)
    assert waiting(f"job:{incident.task_id}") == [asked.next_try]
    tasks.run_job(task_id=incident.task_id)
    incident.refresh_from_db()
    assert (open_nodes(incident.case), incident.resolved is not None) == (["sign"], True)
    event = AuditEvent.objects.get(verb="incident_retry")
    assert (event.actor, event.target, event.data["attempts"]) == (cast.admin, f"incident:{incident.pk}", 1)
    assert list(audit.verify(incident.case.chain)) == []


def test_a_second_click_changes_nothing(cast: Cast, incident: Incident) -> None:
    first = actions.incident_retry(actor=cast.admin, incident_id=incident.pk)
    again = actions.incident_retry(actor=cast.admin, incident_id=incident.pk)
    assert again.next_try == first.next_try
    assert len(waiting(f"job:{incident.task_id}")) == 1
    assert AuditEvent.objects.filter(verb="incident_retry").count() == 1


def test_work_that_would_be_tried_later_is_tried_now_and_not_twice(
    cast: Cast, incident: Incident, settings: Settings
) -> None:
    settings.JOB_RETRIES = 7
    actions.incident_retry(actor=cast.admin, incident_id=incident.pk)
    tasks.run_job(task_id=incident.task_id)
    incident.refresh_from_db()
    assert incident.next_try is not None
    assert incident.next_try > timezone.now() + timedelta(seconds=30)
    asked = actions.incident_retry(actor=cast.admin, incident_id=incident.pk)
    assert waiting(f"job:{incident.task_id}") == [asked.next_try], "the later entry has made room for this one"


def test_it_fails_once_more_and_waits_again(cast: Cast, incident: Incident, fault: Fault) -> None:
    actions.incident_retry(actor=cast.admin, incident_id=incident.pk)
    tasks.run_job(task_id=incident.task_id)
    incident.refresh_from_db()
    assert (incident.attempts, incident.next_try, incident.resolved) == (2, None, None)


def test_only_administrators_may_and_others_do_not_even_know(cast: Cast, incident: Incident) -> None:
    for actor in (cast.designer, cast.auditor):
        with pytest.raises(Denied):
            actions.incident_retry(actor=actor, incident_id=incident.pk)
    for actor in (cast.town_secretary, cast.outsider):
        with pytest.raises(Hidden):
            actions.incident_retry(actor=actor, incident_id=incident.pk)
    assert not AuditEvent.objects.filter(verb="incident_retry").exists()


def test_one_that_is_over_is_not_tried_again(cast: Cast, incident: Incident) -> None:
    actions.incident_resolve(actor=cast.admin, incident_id=incident.pk, how="complete", reason="人工编号")
    with pytest.raises(WrongState) as refusal:
        actions.incident_retry(actor=cast.admin, incident_id=incident.pk)
    assert refusal.value.code == "already_resolved"
    assert cast.admin.label in str(refusal.value)


def test_a_suspended_case_is_resumed_first(cast: Cast, incident: Incident) -> None:
    actions.case_suspend(actor=cast.admin, case_id=incident.case_id, reason="等待批复")
    with pytest.raises(WrongState) as refusal:
        actions.incident_retry(actor=cast.admin, incident_id=incident.pk)
    assert refusal.value.code == "suspended"


def test_many_of_one_cause_are_tried_again_each_by_itself(
    cast: Cast, incident: Incident, fault: Fault, settings: Settings
) -> None:
    made = [incident]
    for _case in range(2):
        case, work = at_work(cast.town_proposer, cast.town_secretary)
        tasks.run_job(task_id=work.pk)
        made.append(open_incident(case))
    actions.case_cancel(actor=cast.admin, case_id=made[1].case_id, reason="停办")
    fault.error = None
    assert actions.incidents_retry(actor=cast.admin, incident_ids=[one.pk for one in made]) == (2, 1)
    with clock.at(timezone.now()):
        for one in made:
            tasks.run_job(task_id=one.task_id)
    assert [open_nodes(one.case) for one in made] == [["sign"], [], ["sign"]]
    with pytest.raises(Denied):
        actions.incidents_retry(actor=cast.designer, incident_ids=[made[0].pk])
    assert Case.objects.count() == 3
