"""`case_suspend`: nothing moves a case that stands still, and everybody learns why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from permissions import audit
from permissions.errors import ApplicationError, Denied, Hidden, Invalid, WrongState
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.conftest import open_nodes, task_at
from tests.workflows.diagrams import REMINDED, SECRETARY_THEN_CHAIR, WAITS_FOR_RESULT, with_job
from workflows import actions, clock, handlers, selectors, tasks
from workflows.models import Case, CaseTask
from workflows.replay import differences

pytestmark = pytest.mark.django_db
REASON = "等待上级批复"


def suspended(cast: Cast, key: str = "small") -> Case:
    case = actions.case_start(actor=cast.town_proposer, definition=key)
    return actions.case_suspend(actor=cast.admin, case_id=case.pk, reason=REASON)


def test_a_suspended_case_keeps_its_tasks_and_says_since_when_and_why(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    moment = timezone.now()
    with clock.at(moment):
        case = suspended(cast)
    stored = Case.objects.get(pk=case.pk)
    assert (stored.suspended, stored.suspend_reason, stored.status) == (moment, REASON, "NEW")
    assert open_nodes(case) == ["check"]
    assert not stored.moves
    event = AuditEvent.objects.get(verb="case_suspend")
    assert (event.subject, event.actor, event.data["reason"]) == (case.chain, cast.admin, REASON)
    assert list(audit.verify(case.chain)) == []
    assert differences(stored) == []


@pytest.mark.parametrize("act", ["task_complete", "task_claim", "task_release"])
def test_nobody_does_takes_or_gives_back_a_task_of_it(cast: Cast, publish: Callable, act: str) -> None:
    publish(SECRETARY_THEN_CHAIR)
    case = suspended(cast)
    task = task_at(case, "check")
    with pytest.raises(WrongState) as refusal:
        getattr(actions, act)(actor=cast.town_secretary, task_id=task.pk)
    assert refusal.value.code == "suspended"
    assert REASON in str(refusal.value)
    task.refresh_from_db()
    assert task.is_open
    assert task.owner is None


def test_no_message_reaches_it(cast: Cast, publish: Callable) -> None:
    publish(WAITS_FOR_RESULT, "waiting")
    case = suspended(cast, "waiting")
    with pytest.raises(WrongState) as refusal:
        actions.case_message(actor=None, case_id=case.pk, name="result_announced", variables={"outcome": "passed"})
    assert refusal.value.code == "suspended"
    assert open_nodes(case) == ["wait"]


def test_a_clock_that_runs_out_meanwhile_fires_nothing(cast: Cast, publish: Callable) -> None:
    publish(REMINDED, "reminded")
    with clock.at(timezone.now() - timedelta(hours=3)):
        case = suspended(cast, "reminded")
    timer = case.timers.get()
    assert not actions.timer_fire(timer_row=timer.pk)
    assert tasks.fire_due(timestamp=0) == 0
    timer.refresh_from_db()
    assert (timer.fired, open_nodes(case)) == (None, ["answer"])


def test_the_worker_leaves_its_jobs_alone(cast: Cast, publish: Callable) -> None:
    ran: list[int] = []
    name = f"tests.suspended_{id(ran)}"
    handlers.handler(name)(lambda **context: ran.append(context["case"].pk))
    publish(with_job(name), "jobs")
    case = actions.case_start(actor=cast.town_proposer, definition="jobs")
    actions.task_complete(actor=cast.town_secretary, task_id=task_at(case, "ask").pk)
    actions.case_suspend(actor=cast.admin, case_id=case.pk, reason=REASON)
    assert not actions.job_run(task_id=task_at(case, "work").pk)
    assert (ran, open_nodes(case)) == ([], ["work"])


def test_its_tasks_stay_in_the_inbox_after_those_that_can_be_done_and_out_of_the_count(
    cast: Cast, publish: Callable
) -> None:
    from workflows.context import counts

    publish(SECRETARY_THEN_CHAIR)
    still = suspended(cast)
    going = actions.case_start(actor=cast.town_proposer, definition="small")
    found = list(selectors.inbox(cast.town_secretary))
    assert [task.process_id for task in found] == [going.pk, still.pk]
    request = type("Request", (), {"user": cast.town_secretary})()
    assert counts(request)["my_task_count"]() == 1  # type: ignore[arg-type]


def test_only_the_administrator_may(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    case = actions.case_start(actor=cast.town_proposer, definition="small")
    for actor in (cast.town_proposer, cast.town_secretary, cast.auditor, cast.outsider):
        with pytest.raises(Denied):
            actions.case_suspend(actor=actor, case_id=case.pk, reason=REASON)
    assert Case.objects.get(pk=case.pk).moves


@pytest.mark.parametrize("reason", ["", "  \n", "长" * 501])
def test_a_reason_is_asked_for_and_has_to_fit(cast: Cast, publish: Callable, reason: str) -> None:
    publish(SECRETARY_THEN_CHAIR)
    case = actions.case_start(actor=cast.town_proposer, definition="small")
    with pytest.raises(Invalid) as refusal:
        actions.case_suspend(actor=cast.admin, case_id=case.pk, reason=reason)
    assert list(refusal.value.fields) == ["reason"]
    assert not AuditEvent.objects.filter(verb="case_suspend").exists()


def test_a_second_time_changes_nothing_and_says_so(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    case = suspended(cast)
    with pytest.raises(WrongState) as refusal:
        actions.case_suspend(actor=cast.admin, case_id=case.pk, reason="另一个原因")
    assert refusal.value.code == "suspended"
    assert Case.objects.get(pk=case.pk).suspend_reason == REASON
    assert AuditEvent.objects.filter(verb="case_suspend").count() == 1


def test_an_ended_case_cannot_be_suspended_and_a_suspended_one_can_be_ended(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    case = suspended(cast)
    actions.case_cancel(actor=cast.admin, case_id=case.pk, reason="不办了")
    assert open_nodes(case) == []
    with pytest.raises(WrongState) as refusal:
        actions.case_suspend(actor=cast.admin, case_id=case.pk, reason=REASON)
    assert refusal.value.code == "ended"
    with pytest.raises(Hidden):
        actions.case_suspend(actor=cast.admin, case_id=case.pk + 1000, reason=REASON)


def test_the_statements_are_few(cast: Cast, publish: Callable) -> None:
    from django.test.utils import CaptureQueriesContext

    publish(SECRETARY_THEN_CHAIR)
    case = actions.case_start(actor=cast.town_proposer, definition="small")
    with CaptureQueriesContext(connection) as queries:
        actions.case_suspend(actor=cast.admin, case_id=case.pk, reason=REASON)
    assert sum("SAVEPOINT" not in query["sql"] for query in queries) <= 5


def test_everything_but_cancelling_is_refused_alike(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    case = suspended(cast)
    with pytest.raises(ApplicationError) as refusal:
        actions.case_withdraw(actor=cast.town_proposer, case_id=case.pk, reason="填错了")
    assert refusal.value.code == "suspended"
    assert CaseTask.objects.get(process=case).is_open
