"""`case_start_by_hand`, and its page: whoever has an account starts a case of a flow that stands by itself."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from permissions.errors import Denied, Invalid, WrongState
from permissions.models import AuditEvent, User
from tests.cast import Cast
from tests.workflows.conftest import open_nodes, task_at
from tests.workflows.diagrams import SECRETARY_THEN_CHAIR, chain, diagram, task
from workflows import actions
from workflows.models import Case

pytestmark = pytest.mark.django_db
ABOUT_AN_ITEM = diagram(
    '<bpmn:startEvent id="start"/><bpmn:userTask id="plan" name="编制方案"><bpmn:extensionElements>'
    '<zeebe:formDefinition externalReference="decisions.plan"/>'
    '<zeebe:assignmentDefinition candidateGroups="town:proposer"/></bpmn:extensionElements></bpmn:userTask>'
    + chain("start", "plan")
)
ONLY_BY_MESSAGE = diagram(
    '<bpmn:startEvent id="start"><bpmn:messageEventDefinition messageRef="m"/></bpmn:startEvent>'
    + task("check", groups="town:secretary")
    + chain("start", "check")
).replace(b"<bpmn:process ", b'<bpmn:message id="m" name="ring"/><bpmn:process ', 1)


def test_somebody_starts_a_case_and_the_same_form_sent_twice_starts_one(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    once = uuid4()
    first, again = (
        actions.case_start_by_hand(actor=cast.town_member, definition="small", title="  借用  会议室 ", once=once)
        for _time in range(2)
    )
    assert (first.pk, Case.objects.count()) == (again.pk, 1)
    assert (first.title, first.started_by, open_nodes(first)) == ("借用 会议室", cast.town_member, ["check"])
    assert AuditEvent.objects.get(verb="case_start").actor == cast.town_member
    other = actions.case_start_by_hand(actor=cast.town_chair, definition="small", title="借用会议室", once=once)
    assert other.pk != first.pk


def test_what_people_do_not_start_says_why(cast: Cast, publish: Callable) -> None:
    for xml, code in ((ABOUT_AN_ITEM, "has_subject"), (ONLY_BY_MESSAGE, "no_plain_start")):
        publish(xml, code)
        with pytest.raises(WrongState) as refusal:
            actions.case_start_by_hand(actor=cast.town_member, definition=code, title="借用会议室", once=uuid4())
        assert refusal.value.code == code
    for definition, title in (("no_such_flow", "借用会议室"), ("has_subject", " ")):
        with pytest.raises(Invalid):
            actions.case_start_by_hand(actor=cast.town_member, definition=definition, title=title, once=uuid4())
    stranger = User(username="stranger", is_active=False)
    for actor in (stranger, AnonymousUser()):
        with pytest.raises(Denied):
            actions.case_start_by_hand(actor=actor, definition="has_subject", title="借用", once=uuid4())  # type: ignore[arg-type]
    assert not Case.objects.exists()


def test_the_page_leads_to_the_starters_own_step_and_else_to_the_case(
    cast: Cast, publish: Callable, client_of: Callable[[User], Client]
) -> None:
    version = publish(SECRETARY_THEN_CHAIR)
    page = reverse("flow_start", args=["small"])
    member, secretary = client_of(cast.town_member), client_of(cast.town_secretary)
    assert f'href="{page}"' in member.get(reverse("flow", args=["small"])).content.decode()
    once = member.get(page).context["form"]["once"].value()
    missing = member.post(page, {"once": once, "title": ""})
    assert missing.status_code == 422
    assert "请填写事项名称" in missing.content.decode()
    assert missing.context["form"]["once"].value() == str(once)
    assert member.post(page, {"once": once, "title": "借用会议室"})["Location"] == reverse(
        "case", args=[Case.objects.get().pk]
    )
    answer = secretary.post(page, {"once": uuid4(), "title": "借用礼堂"})
    assert answer["Location"] == reverse("step", args=[task_at(Case.objects.get(title="借用礼堂"), "check").pk])
    publish(ABOUT_AN_ITEM, "about")
    assert "提交议题时自动发起" in member.get(reverse("flow_start", args=["about"])).content.decode()
    # A version that is not the one in force is not started from its page.
    actions.definition_retire(actor=cast.designer, version_id=version.pk)
    assert f'href="{page}"' not in member.get(reverse("flow", args=["small"])).content.decode()
    assert member.get(page).status_code == 404
