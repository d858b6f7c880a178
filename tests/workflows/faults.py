"""Work that fails when a test says so: handlers, a diagram with a clock that cannot ring, and the queue as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from procrastinate.contrib.django.models import ProcrastinateJob

from permissions.models import User
from tests.workflows.diagrams import diagram, flow, task
from workflows import actions, handlers
from workflows.models import Case, CaseTask, Incident

JOB = "tests.unsteady"
INLINE = "tests.unsteady_inline"


class Fault:
    """What the unsteady handlers do: raise `error` while there is one, else return `gives`; `calls` counts them."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.gives: dict[str, Any] = {"number": 17}
        self.calls = 0

    def run(self, **_context: Any) -> dict[str, Any]:
        self.calls += 1
        if self.error is not None:
            raise self.error
        return self.gives


_now = Fault()


def _unsteady(**context: Any) -> dict[str, Any]:
    return _now.run(**context)


@contextmanager
def unsteady(error: Exception | None = None) -> Iterator[Fault]:
    """The registered unsteady handlers, failing with `error`."""
    global _now
    if handlers.handler_of(JOB) is None:
        handlers.handler(JOB)(_unsteady)
        handlers.handler(INLINE, inline=True)(_unsteady)
    _now = Fault()
    _now.error = error
    yield _now


def job_diagram(job: str = JOB, key: str = "jobs") -> bytes:
    """ask (town:secretary) → work (service task; error E1 leads to mend) → sign (town:chair)."""
    return diagram(
        '<bpmn:startEvent id="start"/>'
        + task("ask", groups="town:secretary", title="提出")
        + f'<bpmn:serviceTask id="work" name="编号"><bpmn:extensionElements><zeebe:taskDefinition type="{job}"/>'
        "</bpmn:extensionElements></bpmn:serviceTask>"
        + '<bpmn:boundaryEvent id="wrong" attachedToRef="work"><bpmn:errorEventDefinition id="ee" errorRef="e1"/></bpmn:boundaryEvent>'
        + task("mend", groups="town:secretary")
        + task("sign", groups="town:chair")
        + '<bpmn:endEvent id="end"/>'
        + flow("f1", "start", "ask")
        + flow("f2", "ask", "work")
        + flow("f3", "work", "sign")
        + flow("f4", "wrong", "mend")
        + flow("f5", "mend", "end")
        + flow("f6", "sign", "end"),
        process=key,
    ).replace(b"<bpmn:process", b'<bpmn:error id="e1" name="wrong" errorCode="E1"/><bpmn:process', 1)


#: A reminder after two hours whose way leads nowhere unless `amount` is large.
STUCK_CLOCK = diagram(
    '<bpmn:startEvent id="start"/>'
    + task("answer", groups="town:secretary")
    + '<bpmn:boundaryEvent id="late" attachedToRef="answer" cancelActivity="false"><bpmn:timerEventDefinition id="td">'
    '<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">PT2H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>'
    + '<bpmn:exclusiveGateway id="big" name="金额"/>'
    + task("remind", groups="town:chair")
    + '<bpmn:endEvent id="end"/>'
    + flow("f1", "start", "answer")
    + flow("f2", "answer", "end")
    + flow("f3", "late", "big")
    + flow("f4", "big", "remind", "amount &gt; 50")
    + flow("f5", "big", "end", "amount &lt; 10"),
    process="stuck",
)


def at_work(starter: User, secretary: User, **about: Any) -> tuple[Case, CaseTask]:
    """A case of `job_diagram` that has come to its service task."""
    case = actions.case_start(actor=starter, definition="jobs", **about)
    actions.task_complete(actor=secretary, task_id=case.task_set.get(node="ask").pk)
    return case, case.task_set.get(node="work")


def waiting(key: str) -> list[Any]:
    """When the entries of this key that wait in the queue are to be taken up."""
    return list(
        ProcrastinateJob.objects.filter(queueing_lock=key, status="todo").values_list("scheduled_at", flat=True)
    )


def open_incident(case: Case) -> Incident:
    """The one open incident of a case."""
    return Incident.objects.get(case=case, resolved__isnull=True)


def empty_queue() -> None:
    """As after restoring a backup without it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
