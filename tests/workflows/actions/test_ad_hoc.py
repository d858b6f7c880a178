"""Beginning the activities of an ad-hoc sub-process."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from permissions import audit
from permissions.errors import Denied, Hidden, WrongState
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.conftest import open_nodes, task_at
from tests.workflows.diagrams import chain, diagram, task
from tests.workflows.test_concurrency import ROUNDS, at_once
from workflows import actions
from workflows.models import Case
from workflows.replay import differences

VISITS = diagram(
    '<bpmn:startEvent id="start"/><bpmn:adHocSubProcess id="visits" name="走访" ordering="Sequential">'
    + task("village", groups="town:secretary", title="走访村社")
    + task("firm", groups="zone:secretary", title="走访企业")
    + task("note", title="补充说明")
    + '<bpmn:completionCondition xsi:type="bpmn:tFormalExpression">=enough</bpmn:completionCondition>'
    + "</bpmn:adHocSubProcess>"
    + task("sign", groups="town:chair")
    + '<bpmn:endEvent id="end"/>'
    + chain("start", "visits", "sign", "end"),
    process="visiting",
)  # fmt: skip


@pytest.fixture
def case(cast: Cast, publish: Callable[..., Any]) -> Case:
    """A case that stands in its ad-hoc sub-process, started by the town's secretary."""
    publish(VISITS, "visiting")
    return actions.case_start(actor=cast.town_secretary, definition="visiting", variables={"enough": False})


@pytest.mark.django_db
def test_nothing_runs_until_somebody_begins_it(cast: Cast, case: Case) -> None:
    assert open_nodes(case) == []
    actions.activity_enable(actor=cast.town_secretary, case_id=case.pk, node="village")
    assert open_nodes(case) == ["village"]
    actions.task_complete(actor=cast.town_secretary, task_id=task_at(case, "village").pk)
    assert open_nodes(case) == [], "it lasts until its condition holds"
    actions.activity_enable(actor=cast.town_secretary, case_id=case.pk, node="village")
    again = case.task_set.filter(node="village", finished__isnull=True).get()
    actions.task_complete(actor=cast.town_secretary, task_id=again.pk, variables={"enough": True})
    assert open_nodes(case) == ["sign"]
    case.refresh_from_db()
    assert differences(case) == []
    assert list(audit.verify(case.chain)) == []


@pytest.mark.django_db
def test_whoever_would_be_asked_may_begin_it_and_the_starter_what_asks_nobody(cast: Cast, case: Case) -> None:
    with pytest.raises(Denied) as refusal:
        actions.activity_enable(actor=cast.town_secretary, case_id=case.pk, node="firm")
    assert "秘书" in str(refusal.value)
    with pytest.raises(Hidden):
        actions.activity_enable(actor=cast.outsider, case_id=case.pk, node="village")
    with pytest.raises(Denied):
        actions.activity_enable(actor=cast.auditor, case_id=case.pk, node="note")
    actions.activity_enable(actor=cast.town_secretary, case_id=case.pk, node="note")
    assert open_nodes(case) == ["note"]
    event = AuditEvent.objects.filter(subject=case.chain).latest("seq")
    assert (event.verb, event.actor, event.data["node"]) == ("activity_enable", cast.town_secretary, "note")


@pytest.mark.django_db
def test_in_a_sequential_one_the_next_waits_for_the_last(cast: Cast, case: Case) -> None:
    actions.activity_enable(actor=cast.town_secretary, case_id=case.pk, node="village")
    with pytest.raises(WrongState) as refusal:
        actions.activity_enable(actor=cast.town_secretary, case_id=case.pk, node="note")
    assert refusal.value.code == "not_enabled"
    assert open_nodes(case) == ["village"]


@pytest.mark.django_db
def test_what_is_not_in_it_or_a_case_that_has_ended_begins_nothing(cast: Cast, case: Case) -> None:
    with pytest.raises(Denied):
        actions.activity_enable(actor=cast.town_secretary, case_id=case.pk, node="nowhere")
    with pytest.raises((Denied, WrongState)):
        actions.activity_enable(actor=cast.town_secretary, case_id=case.pk, node="sign")
    actions.case_cancel(actor=cast.admin, case_id=case.pk, reason="不再走访")
    with pytest.raises(WrongState):
        actions.activity_enable(actor=cast.town_secretary, case_id=case.pk, node="village")


@pytest.mark.django_db(transaction=True)
def test_two_who_begin_the_same_step_at_once_begin_it_once(cast: Cast, publish: Callable[..., Any]) -> None:
    publish(VISITS, "visiting")
    for _round in range(ROUNDS):
        case = actions.case_start(actor=cast.town_secretary, definition="visiting", variables={"enough": False})
        outcomes = at_once(
            *[lambda case=case: actions.activity_enable(actor=None, case_id=case.pk, node="village") for _ in range(2)]
        )
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Case", "WrongState"]
        assert open_nodes(case) == ["village"]


@pytest.mark.django_db
def test_the_page_of_the_case_offers_what_can_begin_to_whoever_may(cast: Cast, case: Case, client_of: Any) -> None:
    client = client_of(cast.town_secretary)
    page = client.get(reverse("case", args=[case.pk])).content.decode()
    assert "可以开始的环节：走访" in page
    assert re.findall(r'name="node" value="(\w+)"', page) == ["village", "note"], "the firm is the other secretary's"
    answer = client.post(reverse("case_begin", args=[case.pk]), {"node": "village", "host": "0"}, follow=True)
    assert "“走访村社”已开始。" in answer.content.decode()
    assert open_nodes(case) == ["village"]
    assert "可以开始的环节" not in answer.content.decode(), "in a sequential one nothing else can begin"
    assert client.post(reverse("case_begin", args=[case.pk]), {"node": "village", "host": "x"}).status_code == 422
    assert client.post(reverse("case_begin", args=[case.pk]), {"node": "village"}).status_code == 409
