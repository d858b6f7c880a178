"""`case_withdraw`: the starter takes a case back as long as nobody else has acted."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from permissions.errors import Denied, Invalid, WrongState
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.conftest import open_nodes, task_at
from tests.workflows.diagrams import SECRETARY_THEN_CHAIR, chain, diagram, task
from workflows import actions
from workflows.models import Case
from workflows.replay import differences

pytestmark = pytest.mark.django_db
OWN_STEP_FIRST = diagram(
    '<bpmn:startEvent id="start"/>'
    + task("draft", assignee="=proposer")
    + task("check", groups="town:secretary")
    + task("sign", groups="town:chair")
    + chain("start", "draft", "check", "sign")
)


def test_the_starter_takes_the_case_back(cast: Cast, publish: Callable) -> None:
    publish(OWN_STEP_FIRST, "own")
    case = actions.case_start(
        actor=cast.town_proposer, definition="own", variables={"proposer": cast.town_proposer.username}
    )
    actions.task_complete(actor=cast.town_proposer, task_id=task_at(case, "draft").pk)
    actions.case_withdraw(actor=cast.town_proposer, case_id=case.pk, reason=" 内容填错 ")
    stored = Case.objects.get(pk=case.pk)
    assert (stored.status, stored.cancel_reason, open_nodes(case)) == ("CANCELED", "内容填错", [])
    event = AuditEvent.objects.get(verb="case_withdraw")
    assert (event.actor, event.data["reason"]) == (cast.town_proposer, "内容填错")
    assert differences(stored) == []


def test_once_somebody_else_has_acted_it_says_who(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    case = actions.case_start(actor=cast.town_proposer, definition="small")
    actions.task_complete(actor=cast.town_secretary, task_id=task_at(case, "check").pk)
    with pytest.raises(WrongState) as refusal:
        actions.case_withdraw(actor=cast.town_proposer, case_id=case.pk, reason="填错了")
    assert refusal.value.code == "acted"
    assert str(cast.town_secretary) in str(refusal.value)
    assert "秘书核对" in str(refusal.value)
    assert open_nodes(case) == ["sign"]


def test_nobody_but_the_starter_may(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    case = actions.case_start(actor=cast.town_proposer, definition="small")
    for actor in (cast.admin, cast.town_secretary, cast.outsider):
        with pytest.raises(Denied):
            actions.case_withdraw(actor=actor, case_id=case.pk, reason="填错了")
    assert Case.objects.get(pk=case.pk).is_running


def test_a_case_about_something_is_taken_back_where_that_is(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    case = actions.case_start(actor=cast.town_proposer, definition="small", subject="item:1")
    with pytest.raises(WrongState) as refusal:
        actions.case_withdraw(actor=cast.town_proposer, case_id=case.pk, reason="填错了")
    assert refusal.value.code == "has_subject"
    assert Case.objects.get(pk=case.pk).is_running


def test_a_reason_is_asked_for_and_a_second_time_is_refused(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    case = actions.case_start(actor=cast.town_proposer, definition="small")
    with pytest.raises(Invalid):
        actions.case_withdraw(actor=cast.town_proposer, case_id=case.pk, reason=" ")
    actions.case_withdraw(actor=cast.town_proposer, case_id=case.pk, reason="填错了")
    with pytest.raises(WrongState) as refusal:
        actions.case_withdraw(actor=cast.town_proposer, case_id=case.pk, reason="填错了")
    assert refusal.value.code == "ended"
    assert AuditEvent.objects.filter(verb="case_withdraw").count() == 1
