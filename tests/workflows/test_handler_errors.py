"""A handler whose work ends in an error that the diagram provides for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from permissions import audit
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.conftest import open_nodes, task_at
from tests.workflows.diagrams import chain, diagram, flow, task
from workflows import actions, handlers
from workflows.errors import FlowStuck
from workflows.models import Case
from workflows.replay import differences

pytestmark = pytest.mark.django_db


@pytest.fixture
def fails(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Let the handler ``tests.pay`` write an entry to the log and then fail so."""
    monkeypatch.setattr(handlers, "_handlers", dict(handlers._handlers))

    def register(error: Exception, *, inline: bool = True) -> None:
        def pay(*, case: Case, **_context: Any) -> None:
            audit.record(subject=f"paid:{case.pk}", actor=None, verb="paid")
            raise error

        handlers.handler("tests.pay", inline=inline)(pay)

    yield register


def paying(caught: str | None) -> bytes:
    """A flow that pays, and asks the chair where that fails with the error `caught`."""
    body = (
        '<bpmn:startEvent id="start"/><bpmn:serviceTask id="pay"><bpmn:extensionElements>'
        '<zeebe:taskDefinition type="tests.pay"/></bpmn:extensionElements></bpmn:serviceTask><bpmn:endEvent id="end"/>'
        + chain("start", "pay", "end")
    )
    if caught is not None:
        body += (
            '<bpmn:boundaryEvent id="poor" attachedToRef="pay"><bpmn:errorEventDefinition id="poor_d" errorRef="e"/></bpmn:boundaryEvent>'
            + task("ask", groups="town:chair") + flow("f8", "poor", "ask") + flow("f9", "ask", "end")
        )  # fmt: skip
    declared = f'<bpmn:error id="e" name="e" errorCode="{caught}"/><bpmn:process'.encode()
    return diagram(body).replace(b"<bpmn:process", declared, 1)


def test_the_event_of_its_code_catches_it_and_what_it_wrote_is_undone(publish: Callable, fails: Callable) -> None:
    fails(handlers.BpmnError("POOR", "余额不足", {"missing": 12}))
    publish(paying("POOR"))
    case = actions.case_start(actor=None, definition="small")
    assert open_nodes(case) == ["ask"]
    assert case.variables == {"missing": 12}
    assert task_at(case, "pay").status == "CANCELED"
    assert not AuditEvent.objects.filter(subject=f"paid:{case.pk}").exists()
    assert differences(Case.objects.get(pk=case.pk)) == []


def test_the_worker_goes_on_by_it_too(publish: Callable, fails: Callable) -> None:
    fails(handlers.BpmnError("POOR"), inline=False)
    publish(paying("POOR"))
    case = actions.case_start(actor=None, definition="small")
    assert actions.job_run(task_id=task_at(case, "pay").pk) is True
    assert open_nodes(case) == ["ask"]
    assert differences(Case.objects.get(pk=case.pk)) == []


@pytest.mark.parametrize("caught", [None, "OTHER"])
def test_an_error_nothing_catches_leaves_the_case_where_it_stood(
    publish: Callable, fails: Callable, caught: str | None
) -> None:
    fails(handlers.BpmnError("POOR"), inline=False)
    publish(paying(caught))
    case = actions.case_start(actor=None, definition="small")
    with pytest.raises(FlowStuck) as refusal:
        actions.job_run(task_id=task_at(case, "pay").pk)
    assert (refusal.value.code, refusal.value.data["error"]) == ("uncaught_error", "POOR")
    assert open_nodes(case) == ["pay"]


def test_any_other_exception_is_a_failure_and_no_event_catches_it(publish: Callable, fails: Callable) -> None:
    fails(ValueError("no such account"), inline=False)
    publish(paying("POOR"))
    case = actions.case_start(actor=None, definition="small")
    with pytest.raises(ValueError, match="no such account"):
        actions.job_run(task_id=task_at(case, "pay").pk)
    assert open_nodes(case) == ["pay"]


def test_the_error_of_a_called_flow_is_caught_by_the_calling_one(
    cast: Cast, publish: Callable, fails: Callable
) -> None:
    fails(handlers.BpmnError("POOR"))
    publish(paying(None), "payment")
    caller = paying("POOR").decode()
    before = caller.index("<bpmn:serviceTask")
    after = caller.index("</bpmn:serviceTask>") + len("</bpmn:serviceTask>")
    call = (
        '<bpmn:callActivity id="pay"><bpmn:extensionElements><zeebe:calledElement processId="payment"/>'
        "</bpmn:extensionElements></bpmn:callActivity>"
    )
    publish((caller[:before] + call + caller[after:]).encode(), "caller")
    case = actions.case_start(actor=None, definition="caller")
    assert open_nodes(case) == ["ask"]
    assert not AuditEvent.objects.filter(verb="paid").exists()
