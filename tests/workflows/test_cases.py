"""Starting cases, doing their tasks, telling and ending them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from permissions import audit
from permissions.errors import Conflict, Denied, Hidden, Invalid, WrongState
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.conftest import open_nodes, task_at
from tests.workflows.diagrams import (
    ONE_WAY_ONLY,
    REMINDED,
    SECRETARY_THEN_CHAIR,
    TWO_APPROVALS,
    WAITS_FOR_RESULT,
    chain,
    diagram,
    task,
    with_job,
)
from workflows import actions, clock, flows, handlers, selectors
from workflows.errors import FlowStuck
from workflows.models import Case, CaseTask, CaseTaskGroupPermission

pytestmark = pytest.mark.django_db


def test_a_case_starts_on_the_published_version_and_offers_its_first_task(cast: Cast, publish: Callable) -> None:
    version = publish(SECRETARY_THEN_CHAIR)
    case = actions.case_start(
        actor=cast.town_proposer, definition="small", subject="item:1", title="粮站", variables={"amount": 280}
    )
    assert (case.version, case.status, open_nodes(case)) == (version, "NEW", ["check"])
    offered = selectors.inbox(cast.town_secretary).get()
    assert (offered.name, offered.process, offered.candidate_groups) == ("秘书核对", case, ["town:secretary"])
    assert not selectors.inbox(cast.zone_secretary).exists()
    assert not selectors.inbox(cast.outsider).exists()
    event = AuditEvent.objects.get(subject="item:1")
    assert (event.verb, event.actor, event.data["opened"]) == ("case_start", cast.town_proposer, ["check"])


def test_a_case_runs_from_person_to_person_to_its_end(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    case = actions.case_start(actor=cast.town_proposer, definition="small", subject="item:1")
    done = actions.task_complete(
        actor=cast.town_secretary, task_id=task_at(case, "check").pk, variables={"材料齐全": True}
    )
    assert (done.status, done.completed_by) == ("DONE", cast.town_secretary)
    assert open_nodes(case) == ["sign"]
    actions.task_complete(actor=cast.town_chair, task_id=task_at(case, "sign").pk)
    case.refresh_from_db()
    assert case.status == "DONE"
    assert case.finished is not None
    assert case.variables == {"材料齐全": True}
    assert [e.verb for e in AuditEvent.objects.filter(subject="item:1")] == [
        "case_start",
        "task_complete",
        "task_complete",
    ]
    assert list(audit.verify("item:1")) == []
    assert not CaseTaskGroupPermission.objects.exists(), "rights on closed tasks are gone"


def test_who_is_not_asked_may_not_do_it_and_learns_who_is(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    case = actions.case_start(actor=cast.town_proposer, definition="small")
    pk = task_at(case, "check").pk
    with pytest.raises(Hidden):
        actions.task_complete(actor=cast.outsider, task_id=pk)
    with pytest.raises(Denied) as refusal:
        actions.task_complete(actor=cast.auditor, task_id=pk)
    assert "党委秘书" in str(refusal.value) or "秘书" in str(refusal.value)
    assert open_nodes(case) == ["check"]


def test_a_task_done_already_says_by_whom(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    case = actions.case_start(actor=cast.town_proposer, definition="small")
    pk = task_at(case, "check").pk
    actions.task_complete(actor=cast.town_secretary, task_id=pk)
    with pytest.raises(WrongState) as refusal:
        actions.task_complete(actor=cast.town_secretary, task_id=pk)
    assert refusal.value.code == "already_done"
    assert str(cast.town_secretary) in str(refusal.value)
    assert open_nodes(case) == ["sign"]
    assert AuditEvent.objects.filter(verb="task_complete").count() == 1


def test_a_taken_task_is_its_takers_until_given_back(cast: Cast, publish: Callable) -> None:
    publish(diagram('<bpmn:startEvent id="start"/>' + task("vote", groups="town:member") + chain("start", "vote")))
    case = actions.case_start(actor=cast.town_proposer, definition="small")
    pk = task_at(case, "vote").pk
    actions.task_claim(actor=cast.town_member, task_id=pk)
    actions.task_claim(actor=cast.town_member, task_id=pk)
    with pytest.raises(Denied) as refusal:
        actions.task_complete(actor=cast["town.arms"], task_id=pk)
    assert str(cast.town_member) in str(refusal.value)
    assert not selectors.inbox(cast["town.arms"]).exists()
    with pytest.raises(Denied):
        actions.task_release(actor=cast["town.arms"], task_id=pk)
    actions.task_release(actor=cast.town_member, task_id=pk)
    actions.task_complete(actor=cast["town.arms"], task_id=pk)
    assert Case.objects.get().status == "DONE"


def test_an_assigned_task_is_for_that_person_alone(cast: Cast, publish: Callable) -> None:
    body = '<bpmn:startEvent id="start"/>' + task("draft", assignee="=proposer") + chain("start", "draft")
    publish(diagram(body))
    case = actions.case_start(
        actor=cast.town_proposer, definition="small", variables={"proposer": cast.town_proposer.username}
    )
    assert task_at(case, "draft").owner == cast.town_proposer
    with pytest.raises(Hidden):
        actions.task_complete(actor=cast.town_secretary, task_id=task_at(case, "draft").pk)
    actions.task_complete(actor=cast.town_proposer, task_id=task_at(case, "draft").pk)
    assert Case.objects.get().status == "DONE"


def test_a_lane_with_a_role_offers_its_tasks_to_that_role(cast: Cast, publish: Callable) -> None:
    lanes = (
        '<bpmn:laneSet id="ls"><bpmn:lane id="l1" name="法律顾问"><bpmn:extensionElements><zeebe:properties>'
        '<zeebe:property name="role" value="legal"/></zeebe:properties></bpmn:extensionElements>'
        "<bpmn:flowNodeRef>review</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
    )
    publish(diagram(lanes + '<bpmn:startEvent id="start"/>' + task("review") + chain("start", "review")))
    case = actions.case_start(actor=cast.town_proposer, definition="small")
    assert task_at(case, "review").candidate_groups == ["legal"]
    assert task_at(case, "review").lane == "法律顾问"
    assert selectors.inbox(cast.legal).get().node == "review"


def test_no_way_on_is_a_clear_error_and_nothing_is_half_done(cast: Cast, publish: Callable) -> None:
    publish(ONE_WAY_ONLY, "oneway")
    case = actions.case_start(actor=cast.town_proposer, definition="oneway")
    with pytest.raises(FlowStuck) as refusal, transaction.atomic():
        actions.task_complete(actor=cast.town_secretary, task_id=task_at(case, "ask").pk, variables={"amount": 20})
    assert refusal.value.code == "no_outgoing_flow"
    assert open_nodes(case) == ["ask"]
    case.refresh_from_db()
    assert "amount" not in case.variables
    actions.task_complete(actor=cast.town_secretary, task_id=task_at(case, "ask").pk, variables={"amount": 280})
    assert open_nodes(case) == ["vote"]


def test_a_parallel_join_waits_for_both_sides(cast: Cast, publish: Callable) -> None:
    publish(TWO_APPROVALS, "two")
    case = actions.case_start(actor=cast.town_proposer, definition="two")
    assert open_nodes(case) == ["town", "zone"]
    actions.task_complete(actor=cast.zone_chair, task_id=task_at(case, "zone").pk)
    assert open_nodes(case) == ["town"]
    actions.task_complete(actor=cast.town_chair, task_id=task_at(case, "town").pk)
    assert open_nodes(case) == ["file"]


def test_the_same_dedupe_key_starts_one_case(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    first = actions.case_start(actor=cast.town_proposer, definition="small", dedupe_key="form-1")
    again = actions.case_start(actor=cast.town_proposer, definition="small", dedupe_key="form-1")
    assert again.pk == first.pk
    assert CaseTask.objects.count() == 1


def test_one_subject_runs_once_at_a_time(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    case = actions.case_start(actor=cast.town_proposer, definition="small", subject="item:1")
    with pytest.raises(Conflict):
        actions.case_start(actor=cast.town_proposer, definition="small", subject="item:1")
    actions.case_cancel(actor=cast.admin, case_id=case.pk, reason="议题撤回")
    assert actions.case_start(actor=cast.town_proposer, definition="small", subject="item:1").pk != case.pk


def test_a_case_keeps_its_version_while_the_flow_changes(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    old = actions.case_start(actor=cast.town_proposer, definition="small", subject="item:1")
    publish(TWO_APPROVALS)
    new = actions.case_start(actor=cast.town_proposer, definition="small", subject="item:2")
    assert (old.version.number, open_nodes(old)) == (1, ["check"])
    assert (new.version.number, open_nodes(new)) == (2, ["town", "zone"])
    actions.task_complete(actor=cast.town_secretary, task_id=task_at(old, "check").pk)
    assert open_nodes(old) == ["sign"]


def test_the_database_pins_a_case_to_its_version(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    case = actions.case_start(actor=cast.town_proposer, definition="small")
    other = publish(TWO_APPROVALS)
    with pytest.raises(DatabaseError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(version=other)


def test_viewflow_knows_the_stored_flow_and_its_tasks(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    case = actions.case_start(actor=cast.town_proposer, definition="small")
    stored = Case.objects.get(pk=case.pk)
    assert stored.flow_class is flows.Small_v1
    node = task_at(stored, "check").flow_task
    assert (node.flow_class, node.task_title, node.task_type) == (flows.Small_v1, "秘书核对", "userTask")
    assert [edge.dst.element.id for edge in node._outgoing()] == ["sign"]
    call_command("check")


def test_a_message_moves_the_case_that_waits_for_it(cast: Cast, publish: Callable) -> None:
    publish(WAITS_FOR_RESULT, "waiting")
    case = actions.case_start(actor=cast.town_proposer, definition="waiting")
    assert open_nodes(case) == ["wait"]
    actions.case_message(
        actor=cast.town_secretary, case_id=case.pk, name="result_announced", variables={"outcome": "passed"}
    )
    assert open_nodes(case) == ["sign"]
    with pytest.raises(WrongState):
        actions.case_message(actor=cast.town_secretary, case_id=case.pk, name="result_announced")


def test_cancelling_needs_the_right_and_a_reason(cast: Cast, publish: Callable) -> None:
    publish(TWO_APPROVALS, "two")
    case = actions.case_start(actor=cast.town_proposer, definition="two")
    with pytest.raises(Denied):
        actions.case_cancel(actor=cast.town_chair, case_id=case.pk, reason="不办了")
    with pytest.raises(Invalid):
        actions.case_cancel(actor=cast.admin, case_id=case.pk, reason="  ")
    actions.case_cancel(actor=cast.admin, case_id=case.pk, reason="议题撤回")
    assert open_nodes(case) == []
    assert {task.status for task in case.task_set.all()} == {"CANCELED"}
    with pytest.raises(WrongState):
        actions.case_cancel(actor=cast.admin, case_id=case.pk, reason="议题撤回")
    event = AuditEvent.objects.get(verb="case_cancel")
    assert event.data["reason"] == "议题撤回"


def test_a_timer_fires_at_its_time_and_only_once(cast: Cast, publish: Callable) -> None:
    publish(REMINDED, "reminded")
    start = timezone.now()
    with clock.at(start):
        case = actions.case_start(actor=cast.town_proposer, definition="reminded")
    timer = case.timers.get()
    assert timer.due == start + timedelta(hours=2)
    with clock.at(start + timedelta(hours=1)):
        assert not actions.timer_fire(timer_row=timer.pk)
    with clock.at(start + timedelta(hours=2, seconds=1)):
        assert actions.timer_fire(timer_row=timer.pk)
        assert not actions.timer_fire(timer_row=timer.pk)
    assert open_nodes(case) == ["escalate"]
    timer.refresh_from_db()
    assert timer.fired is not None
    assert not actions.timer_fire(timer_row=timer.pk + 1000)


def test_a_task_done_in_time_clears_its_timer(cast: Cast, publish: Callable) -> None:
    publish(REMINDED, "reminded")
    case = actions.case_start(actor=cast.town_proposer, definition="reminded")
    actions.task_complete(actor=cast.town_secretary, task_id=task_at(case, "answer").pk)
    assert not case.timers.exists()


@pytest.fixture
def numbered() -> list[int]:
    """A registered background job that counts how often it did something."""
    done: list[int] = []
    if handlers.handler_of("tests.number") is None:

        @handlers.handler("tests.number")
        def number(*, case, task, variables, now):  # type: ignore[no-untyped-def]
            numbered_calls.append(case.pk)
            return {"number": 17}

    global numbered_calls
    numbered_calls = done
    return done


numbered_calls: list[int] = []


def test_a_service_task_is_work_for_the_worker_and_done_once(
    cast: Cast, publish: Callable, numbered: list[int]
) -> None:
    publish(with_job("tests.number"), "jobs")
    case = actions.case_start(actor=cast.town_proposer, definition="jobs")
    actions.task_complete(actor=cast.town_secretary, task_id=task_at(case, "ask").pk)
    assert open_nodes(case) == ["work"]
    assert numbered == [], "nothing runs in the request"
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, (args->>'task_id')::int FROM procrastinate_jobs")
        assert cursor.fetchall() == [("workflows.run_job", task_at(case, "work").pk)]
    assert actions.job_run(task_id=task_at(case, "work").pk)
    assert not actions.job_run(task_id=task_at(case, "work").pk)
    assert numbered == [case.pk]
    case.refresh_from_db()
    assert (open_nodes(case), case.variables["number"]) == (["sign"], 17)


def test_the_statements_of_an_action_are_few_and_do_not_grow_with_the_case(cast: Cast, publish: Callable) -> None:
    loop = (
        '<bpmn:startEvent id="start"/>'
        + task("again", groups="town:secretary")
        + '<bpmn:exclusiveGateway id="more" default="out"/><bpmn:endEvent id="end"/>'
        + '<bpmn:sequenceFlow id="a" sourceRef="start" targetRef="again"/>'
        + '<bpmn:sequenceFlow id="b" sourceRef="again" targetRef="more"/>'
        + '<bpmn:sequenceFlow id="c" sourceRef="more" targetRef="again"><bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">'
        "=go_on</bpmn:conditionExpression></bpmn:sequenceFlow>"
        + '<bpmn:sequenceFlow id="out" sourceRef="more" targetRef="end"/>'
    )
    publish(diagram(loop))
    case = actions.case_start(actor=cast.town_proposer, definition="small")
    counts = []
    for _round in range(30):
        pk = selectors.task_at(case, "again").pk  # type: ignore[union-attr]
        with CaptureQueriesContext(connection) as queries:
            actions.task_complete(actor=cast.town_secretary, task_id=pk, variables={"go_on": True})
        counts.append(
            sum("SAVEPOINT" not in query["sql"] for query in queries)
        )  # the test's own transaction makes them
    assert set(counts[1:]) == {counts[-1]}, counts
    assert counts[-1] <= 6, [query["sql"][:80] for query in queries]
