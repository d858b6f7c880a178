"""A person's step whose automatic follow-up fails: the person sees the error, nothing is written, and those who look after the
flows learn of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from permissions import audit
from permissions.errors import ApplicationError, Invalid
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.conftest import open_nodes, task_at
from tests.workflows.diagrams import ONE_WAY_ONLY, WAITS_FOR_RESULT, task
from tests.workflows.dmn.files import decision, dmn, table
from tests.workflows.faults import INLINE, Fault, job_diagram, open_incident, unsteady
from tests.workflows.test_decisions import line, rule, zeebe
from workflows import actions
from workflows.errors import FlowStuck
from workflows.models import Case, Incident
from workflows.replay import differences

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def fault(publish: Callable) -> Iterator[Fault]:
    with unsteady(KeyError("amount")) as one:
        publish(job_diagram(INLINE), "jobs")
        yield one


def ask(cast: Cast) -> tuple[Case, Callable[[], object]]:
    case = actions.case_start(actor=cast.town_proposer, definition="jobs")
    pk = task_at(case, "ask").pk
    return case, lambda: actions.task_complete(actor=cast.town_secretary, task_id=pk)


def test_nothing_is_written_but_the_incident(cast: Cast, fault: Fault) -> None:
    case, complete = ask(cast)
    with pytest.raises(KeyError):
        complete()
    incident = open_incident(case)
    assert (incident.task, incident.node, incident.next_try) == (task_at(case, "ask"), "work", None)
    assert incident.reason == "“编号”的处理程序出错（KeyError）。"
    assert open_nodes(case) == ["ask"]
    assert [event.verb for event in AuditEvent.objects.filter(subject=case.chain)] == ["case_start", "incident_record"]
    assert list(audit.verify(case.chain)) == []
    assert differences(Case.objects.get(pk=case.pk)) == []


def test_somebody_who_tries_again_and_again_counts_and_fills_no_log(cast: Cast, fault: Fault) -> None:
    case, complete = ask(cast)
    for _click in range(4):
        with pytest.raises(KeyError):
            complete()
    assert open_incident(case).attempts == 4
    assert AuditEvent.objects.filter(verb="incident_record").count() == 1
    fault.error = OSError()
    with pytest.raises(OSError):
        complete()
    assert AuditEvent.objects.filter(verb="incident_record").count() == 2, "another cause is told"


def test_the_person_succeeding_ends_it(cast: Cast, fault: Fault) -> None:
    case, complete = ask(cast)
    with pytest.raises(KeyError):
        complete()
    fault.error = None
    complete()
    assert open_nodes(case) == ["sign"]
    assert Incident.objects.get().resolved is not None


def test_an_administrator_can_only_put_it_away(cast: Cast, fault: Fault) -> None:
    case, complete = ask(cast)
    with pytest.raises(KeyError):
        complete()
    incident = open_incident(case)
    with pytest.raises(ApplicationError) as refusal:
        actions.incident_retry(actor=cast.admin, incident_id=incident.pk)
    assert refusal.value.code == "not_the_workers"
    with pytest.raises(Invalid):
        actions.incident_resolve(actor=cast.admin, incident_id=incident.pk, how="complete", reason="好")
    actions.incident_resolve(actor=cast.admin, incident_id=incident.pk, how="dismiss", reason="已告知办理人")
    incident.refresh_from_db()
    assert (incident.resolved_by, open_nodes(case)) == (cast.admin, ["ask"])


def test_what_the_person_can_put_right_is_no_incident(cast: Cast, fault: Fault) -> None:
    _case, complete = ask(cast)
    fault.error = Invalid("请先填写金额。")
    with pytest.raises(Invalid):
        complete()
    assert not Incident.objects.exists()


def test_a_flow_without_a_way_on_is_an_incident_at_the_gateway(cast: Cast, publish: Callable) -> None:
    publish(ONE_WAY_ONLY, "oneway")
    case = actions.case_start(actor=cast.town_proposer, definition="oneway")
    with pytest.raises(FlowStuck):
        actions.task_complete(actor=cast.town_secretary, task_id=task_at(case, "ask").pk, variables={"amount": 20})
    assert (open_incident(case).node, open_incident(case).code) == ("big", "no_outgoing_flow")


def test_a_decision_without_an_answer_is_an_incident_at_the_task_that_asks(cast: Cast, publish: Callable) -> None:
    xml = dmn(decision("route", table([["> 1", "1"], ["> 2", "2"]])))
    version = actions.definition_save(actor=None, key="routes", name="", xml=xml)
    actions.definition_publish(actor=None, version_id=version.pk)
    publish(line(task("ask", groups="town:secretary"), rule(zeebe())), "asking")
    case = actions.case_start(actor=cast.town_proposer, definition="asking")
    with pytest.raises(FlowStuck):
        actions.task_complete(actor=cast.town_secretary, task_id=task_at(case, "ask").pk, variables={"amount": 20})
    incident = open_incident(case)
    assert (incident.node, incident.code) == ("route", "decision_failed:route not_unique")
    assert incident.reason == "“分流”作不出决策（route not_unique）。"


def test_a_message_that_leads_into_a_fault_is_an_incident_of_the_case(
    cast: Cast, publish: Callable, fault: Fault
) -> None:
    xml = WAITS_FOR_RESULT.replace(
        b'<bpmn:userTask id="sign"',
        f'<bpmn:serviceTask id="work" name="编号"><bpmn:extensionElements><zeebe:taskDefinition type="{INLINE}"/>'
        '</bpmn:extensionElements></bpmn:serviceTask><bpmn:userTask id="sign"'.encode(),
    ).replace(b'targetRef="sign"', b'targetRef="work"')
    publish(xml, "waiting")
    case = actions.case_start(actor=cast.town_proposer, definition="waiting")
    for _time in range(2):
        with pytest.raises(KeyError):
            actions.case_message(actor=None, case_id=case.pk, name="result_announced")
    incident = open_incident(case)
    assert (incident.task, incident.timer, incident.node, incident.attempts) == (None, None, "work", 2)
    fault.error = None
    actions.case_message(actor=None, case_id=case.pk, name="result_announced")
    incident.refresh_from_db()
    assert incident.resolved is not None, "it has come through"
    assert AuditEvent.objects.filter(verb="case_message").get().data["incidents"] == [incident.pk]


def test_a_case_that_could_not_even_start_leaves_none(cast: Cast, publish: Callable, fault: Fault) -> None:
    xml = job_diagram(INLINE, "at_once").replace(
        b'sourceRef="start" targetRef="ask"', b'sourceRef="start" targetRef="work"'
    )
    publish(xml.replace(b'sourceRef="ask" targetRef="work"', b'sourceRef="ask" targetRef="end"'), "at_once")
    with pytest.raises(KeyError):
        actions.case_start(actor=cast.town_proposer, definition="at_once")
    assert not Case.objects.exists()
    assert not Incident.objects.exists()


def test_an_incident_that_cannot_be_written_hides_the_first_error_from_nobody(
    cast: Cast, fault: Fault, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("no room")

    case, complete = ask(cast)
    monkeypatch.setattr(Incident, "save", broken)
    with pytest.raises(KeyError):
        complete()
    assert open_nodes(case) == ["ask"]
    assert any("undone action" in str(record.msg) for record in caplog.records)
