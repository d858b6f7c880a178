"""An administrator sets variables of a running case, and answers for it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from permissions.errors import Denied, Invalid, WrongState
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.conftest import open_nodes
from tests.workflows.diagrams import SECRETARY_THEN_CHAIR, chain, diagram, task
from workflows import actions
from workflows.models import Case
from workflows.replay import differences

pytestmark = pytest.mark.django_db
LARGE = (
    '<bpmn:intermediateCatchEvent id="large"><bpmn:conditionalEventDefinition id="c"><bpmn:condition>=amount &gt; 100'
    "</bpmn:condition></bpmn:conditionalEventDefinition></bpmn:intermediateCatchEvent>"
)


@pytest.fixture
def case(cast: Cast, publish: Callable) -> Case:
    publish(SECRETARY_THEN_CHAIR)
    return actions.case_start(actor=cast.town_proposer, definition="small", variables={"amount": 28, "unit": "万元"})


def test_the_log_keeps_what_was_what_is_and_why(cast: Cast, case: Case) -> None:
    actions.variables_set(
        actor=cast.admin, case_id=case.pk, variables={"amount": Decimal("280.10"), "new": [1]}, reason=" 金额录入有误 "
    )
    case.refresh_from_db()
    assert case.variables == {"amount": {"$": "280.10"}, "unit": "万元", "new": [1]} or case.variables["unit"] == "万元"
    entry = AuditEvent.objects.get(subject=case.chain, verb="variables_set")
    assert (entry.actor, entry.data["reason"], entry.data["old"]) == (
        cast.admin,
        "金额录入有误",
        {"amount": 28, "new": None},
    )
    assert set(entry.data["new"]) == {"amount", "new"}
    assert differences(case) == []


def test_a_condition_that_holds_now_happens(cast: Cast, publish: Callable) -> None:
    body = '<bpmn:startEvent id="start"/>' + LARGE + task("sign", groups="town:chair") + '<bpmn:endEvent id="end"/>'
    publish(diagram(body + chain("start", "large", "sign", "end")))
    case = actions.case_start(actor=None, definition="small", variables={"amount": 28})
    assert open_nodes(case) == ["large"]
    actions.variables_set(actor=cast.admin, case_id=case.pk, variables={"amount": 280}, reason="更正")
    assert open_nodes(case) == ["sign"]
    assert differences(Case.objects.get(pk=case.pk)) == []


@pytest.mark.parametrize("who", ["town_proposer", "town_chair", "designer", "auditor"])
def test_only_an_administrator_may(cast: Cast, case: Case, who: str) -> None:
    with pytest.raises(Denied):
        actions.variables_set(actor=getattr(cast, who), case_id=case.pk, variables={"amount": 1}, reason="试")
    case.refresh_from_db()
    assert case.variables["amount"] == 28


@pytest.mark.parametrize(("variables", "reason"), [({"amount": 1}, " "), ({}, "更正"), ({"amount": 1}, "因" * 501)])
def test_a_reason_and_a_variable_are_asked_for(cast: Cast, case: Case, variables: dict, reason: str) -> None:
    with pytest.raises(Invalid):
        actions.variables_set(actor=cast.admin, case_id=case.pk, variables=variables, reason=reason)


def test_a_case_that_has_ended_or_stands_still_is_left_as_it_is(cast: Cast, case: Case) -> None:
    actions.case_suspend(actor=cast.admin, case_id=case.pk, reason="核对")
    with pytest.raises(WrongState) as refusal:
        actions.variables_set(actor=cast.admin, case_id=case.pk, variables={"amount": 1}, reason="更正")
    assert refusal.value.code == "suspended"
    actions.case_cancel(actor=cast.admin, case_id=case.pk, reason="重复")
    with pytest.raises(WrongState) as refusal:
        actions.variables_set(actor=cast.admin, case_id=case.pk, variables={"amount": 1}, reason="更正")
    assert refusal.value.code == "ended"
