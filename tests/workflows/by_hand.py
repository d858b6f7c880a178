"""Flows whose steps allow what their people do to them, and hands to do it with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.cast import Cast
from tests.workflows.diagrams import chain, diagram, flow, task
from workflows import actions
from workflows.models import Case, CaseTask


def allowing(xml: str, **words: str) -> str:
    """A user task whose diagram allows its person this: `send_back`, `add`, `remove`."""
    named = "".join(f'<zeebe:property name="allow.{what}" value="{value}"/>' for what, value in words.items())
    return xml.replace(
        "</bpmn:extensionElements>", f"<zeebe:properties>{named}</zeebe:properties></bpmn:extensionElements>"
    )


def several(xml: str, collection: str, *, sequential: bool = False, until: str = "") -> str:
    """A user task once per member of the collection, each for the member of that name."""
    condition = f"<bpmn:completionCondition>={until}</bpmn:completionCondition>" if until else ""
    loop = (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}"><bpmn:extensionElements>'
        f'<zeebe:loopCharacteristics inputCollection="={collection}" inputElement="member"/></bpmn:extensionElements>'
        f"{condition}</bpmn:multiInstanceLoopCharacteristics>"
    )
    return xml.replace("</bpmn:userTask>", f"{loop}</bpmn:userTask>")


CHECKED = diagram(
    '<bpmn:startEvent id="start"/>'
    + task("draft", groups="town:proposer", title="拟稿")
    + allowing(task("check", groups="town:secretary", title="核对"), send_back="start")
    + allowing(
        task("sign", groups="town:chair", title="签发"), send_back="any", add="before,after,parallel", remove="true"
    )
    + task("file", groups="town:secretary", title="归档")
    + '<bpmn:endEvent id="end"/>'
    + chain("start", "draft", "check", "sign", "file", "end"),
    process="checked",
)

FORKED = diagram(
    '<bpmn:startEvent id="start"/><bpmn:parallelGateway id="fork"/><bpmn:parallelGateway id="join"/>'
    + task("draft", groups="town:proposer", title="拟稿")
    + task("read", groups="town:secretary", title="阅")
    + allowing(task("town", groups="town:chair", title="党委审批"), send_back="any")
    + allowing(task("zone", groups="zone:chair", title="党组审批"), send_back="previous")
    + task("file", groups="town:secretary", title="归档")
    + '<bpmn:endEvent id="end"/>'
    + chain("start", "draft", "fork", "read", "town", "join", "file", "end")
    + flow("g1", "fork", "zone")
    + flow("g2", "zone", "join"),
    process="forked",
)

VOTED = diagram(
    '<bpmn:startEvent id="start"/>'
    + several(
        allowing(
            task("vote", assignee="=member", title="表决"), send_back="any", add="before,after,parallel", remove="true"
        ),
        "people",
        until="nrOfCompletedInstances / nrOfInstances &gt;= 0.6",
    )
    + task("file", groups="town:secretary", title="归档")
    + '<bpmn:endEvent id="end"/>'
    + chain("start", "vote", "file", "end"),
    process="voted",
)


def started(cast: Cast, key: str, **variables: Any) -> Case:
    return actions.case_start(actor=cast.town_proposer, definition=key, variables=variables)


def at_sign(cast: Cast) -> Case:
    """A case of `CHECKED` that the chair is to sign."""
    case = started(cast, "checked")
    done(cast.town_proposer, case, "draft")
    done(cast.town_secretary, case, "check")
    return case


def done(who: Any, case: Case, node: str, **variables: Any) -> None:
    actions.task_complete(actor=who, task_id=open_at(case, node).pk, variables=variables)


def open_at(case: Case, node: str, person: str = "") -> CaseTask:
    """The open task at a node (of this person)."""
    rows = case.task_set.filter(node=node, finished__isnull=True).order_by("token_id")
    found = rows.filter(assignee=person).first() if person else rows.first()
    assert found is not None, (node, person)
    return found


def people_at(case: Case, node: str) -> list[str]:
    """Who is asked by name at the open tasks of a node."""
    rows: Iterable[str] = case.task_set.filter(node=node, finished__isnull=True).values_list("assignee", flat=True)
    return sorted(rows)
