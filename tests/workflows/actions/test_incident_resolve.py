"""`incident_resolve`: an administrator answers for a step that will not go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from permissions import audit
from permissions.errors import ApplicationError, Denied, Hidden, Invalid, WrongState
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.conftest import open_nodes
from tests.workflows.faults import STUCK_CLOCK, Fault, at_work, job_diagram, open_incident, unsteady
from tests.workflows.test_concurrency import at_once
from workflows import actions, clock, tasks
from workflows.models import Case, Incident
from workflows.replay import differences

pytestmark = pytest.mark.django_db


@pytest.fixture
def fault(publish: Callable) -> Iterator[Fault]:
    with unsteady(ConnectionError("no route")) as one:
        publish(job_diagram(), "jobs")
        yield one


def given_up(cast: Cast) -> Incident:
    case, work = at_work(cast.town_proposer, cast.town_secretary)
    tasks.run_job(task_id=work.pk)
    return open_incident(case)


@pytest.fixture
def incident(cast: Cast, fault: Fault, settings: Settings) -> Incident:
    settings.JOB_RETRIES = 0
    return given_up(cast)


def test_the_step_counts_as_done_with_the_variables_given(cast: Cast, incident: Incident) -> None:
    actions.incident_resolve(
        actor=cast.admin,
        incident_id=incident.pk,
        how="complete",
        reason=" 已人工编号 ",
        variables={"number": Decimal(18)},
    )
    case = Case.objects.get(pk=incident.case_id)
    assert (open_nodes(case), case.variables) == (["sign"], {"number": 18})
    incident.refresh_from_db()
    assert (incident.resolved_by, incident.resolution) == (cast.admin, "已人工编号")
    work = incident.task
    assert work is not None
    assert (work.status, work.completed_by) == ("DONE", cast.admin)
    event = AuditEvent.objects.get(verb="incident_resolve")
    assert (event.actor, event.data["how"], event.data["reason"]) == (cast.admin, "complete", "已人工编号")
    assert "incidents" not in event.data, "it is over by this very entry"
    assert list(audit.verify(case.chain)) == []
    assert differences(case) == []


def test_the_step_fails_with_an_error_the_diagram_catches(cast: Cast, incident: Incident) -> None:
    actions.incident_resolve(actor=cast.admin, incident_id=incident.pk, how="error", reason="改走人工", error="E1")
    case = Case.objects.get(pk=incident.case_id)
    assert open_nodes(case) == ["mend"]
    assert differences(case) == []
    assert AuditEvent.objects.get(verb="incident_resolve").data["error"] == "E1"


def test_an_error_nobody_catches_is_refused_and_nothing_changes(cast: Cast, incident: Incident) -> None:
    for code in ("E2", "  "):
        with pytest.raises(Invalid) as refusal:
            actions.incident_resolve(
                actor=cast.admin, incident_id=incident.pk, how="error", reason="改走人工", error=code
            )
        assert "error" in refusal.value.fields
    incident.refresh_from_db()
    assert (incident.resolved, open_nodes(incident.case)) == (None, ["work"])


def test_a_reason_and_a_way_that_fits_are_required(cast: Cast, incident: Incident) -> None:
    for how, reason, field in (("complete", "  ", "reason"), ("dismiss", "看过了", "how"), ("", "看过了", "how")):
        with pytest.raises(Invalid) as refusal:
            actions.incident_resolve(actor=cast.admin, incident_id=incident.pk, how=how, reason=reason)
        assert field in refusal.value.fields
    assert not AuditEvent.objects.filter(verb="incident_resolve").exists()


def test_only_administrators_may(cast: Cast, incident: Incident) -> None:
    with pytest.raises(Denied):
        actions.incident_resolve(actor=cast.designer, incident_id=incident.pk, how="complete", reason="好")
    with pytest.raises(Hidden):
        actions.incident_resolve(actor=cast.town_secretary, incident_id=incident.pk, how="complete", reason="好")


def test_a_second_click_finds_it_done(cast: Cast, incident: Incident) -> None:
    actions.incident_resolve(actor=cast.admin, incident_id=incident.pk, how="complete", reason="人工编号")
    with pytest.raises(WrongState) as refusal:
        actions.incident_resolve(actor=cast.admin, incident_id=incident.pk, how="complete", reason="人工编号")
    assert refusal.value.code == "already_resolved"
    assert AuditEvent.objects.filter(verb="incident_resolve").count() == 1


def test_a_clock_that_cannot_ring_is_mended_or_the_case_ended_never_passed_over(cast: Cast, publish: Callable) -> None:
    publish(STUCK_CLOCK, "stuck")
    with clock.at(timezone.now() - timedelta(hours=3)):
        case = actions.case_start(actor=cast.town_proposer, definition="stuck", variables={"amount": 20})
    tasks.fire_timer(timer_row=case.timers.get().pk)
    for how in ("complete", "error", "dismiss"):
        with pytest.raises(Invalid):
            actions.incident_resolve(actor=cast.admin, incident_id=open_incident(case).pk, how=how, reason="算了")


@pytest.mark.django_db(transaction=True)
def test_an_administrator_against_the_workers_own_success_has_one_winner(
    cast: Cast, fault: Fault, settings: Settings
) -> None:
    settings.JOB_RETRIES = 0
    for _round in range(20):
        fault.error = ConnectionError("no route")
        incident = given_up(cast)
        actions.incident_retry(actor=cast.admin, incident_id=incident.pk)
        fault.error = None
        resolved, done = at_once(
            lambda pk=incident.pk: actions.incident_resolve(
                actor=cast.admin, incident_id=pk, how="complete", reason="人工编号", variables={"number": 18}
            ),
            lambda pk=incident.task_id: actions.job_run(task_id=pk),
        )
        case = Case.objects.get(pk=incident.case_id)
        assert open_nodes(case) == ["sign"]
        if done is True:
            assert isinstance(resolved, ApplicationError), resolved
            assert case.variables == {"number": 17}
        else:
            assert (done, isinstance(resolved, Incident)) == (False, True), (done, resolved)
            assert case.variables == {"number": 18}
        assert differences(case) == []
        assert list(audit.verify(case.chain)) == []
