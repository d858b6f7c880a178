"""A play is recorded as a test of its flow; a version on which it goes otherwise is not published."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from permissions import ids
from permissions.errors import Denied, Hidden, Invalid
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.diagrams import ONE_WAY_ONLY, SECRETARY_THEN_CHAIR, TWO_APPROVALS
from workflows import actions
from workflows.models import Case, CaseTask, DefinitionVersion, FlowTest
from workflows.rehearsal import Act, Kind

pytestmark = pytest.mark.django_db

BEGINS = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
PLAY = (Act(Kind.START), Act(Kind.COMPLETE, "check", by="town:secretary"), Act(Kind.COMPLETE, "sign"))


def draft(cast: Cast, xml: bytes = SECRETARY_THEN_CHAIR) -> DefinitionVersion:
    return actions.definition_save(actor=cast.designer, key="small", name="小流程", xml=xml)


def keep(cast: Cast, version: DefinitionVersion, **changes: Any) -> FlowTest:
    given: dict[str, Any] = {"name": "正常办理", "begins": BEGINS, "acts": PLAY}
    return actions.flow_test_record(actor=changes.pop("actor", cast.designer), version_id=version.pk, **given | changes)


def test_a_play_is_recorded_once_logged_and_versioned(cast: Cast) -> None:
    version = draft(cast)
    test = keep(cast, version)
    assert keep(cast, version) == test
    assert FlowTest.objects.count() == test.history.count() == 1
    assert test.history.get().history_user == cast.designer
    assert test.acts[0]["expect"] == {"open": [["check", ["town:secretary"]]]}
    assert test.acts[2]["expect"] == {"ended": True}
    entry = AuditEvent.objects.get(subject="flow:small", verb="flow_test_record")
    assert (entry.actor, entry.data["name"], entry.data["acts"]) == (cast.designer, "正常办理", 3)


def test_a_name_is_written_over_only_where_that_is_said(cast: Cast) -> None:
    version = draft(cast)
    test = keep(cast, version)
    with pytest.raises(Invalid) as refusal:
        keep(cast, version, acts=PLAY[:2])
    assert refusal.value.code == "name_taken"
    again = keep(cast, version, acts=PLAY[:2], instead=True)
    assert (again.pk, len(again.acts), test.history.count()) == (test.pk, 2, 2)
    with pytest.raises(DatabaseError), transaction.atomic():
        test.history.all().delete()


@pytest.mark.parametrize(
    ("changes", "code"), [({"acts": ()}, "nothing_played"), ({"name": " "}, "invalid"), ({"acts": PLAY[1:]}, "refused")]
)
def test_what_is_no_play_is_not_recorded(cast: Cast, changes: dict[str, Any], code: str) -> None:
    version = draft(cast)
    with pytest.raises(Invalid) as refusal:
        keep(cast, version, **changes)
    assert refusal.value.code == code
    assert not FlowTest.objects.exists()


def test_only_designers_record_and_remove(cast: Cast) -> None:
    version = draft(cast)
    for who in (cast.auditor, cast.admin, cast.town_secretary):
        with pytest.raises((Denied, Hidden)):
            keep(cast, version, actor=who)
    test = keep(cast, version)
    with pytest.raises(Denied):
        actions.flow_test_remove(actor=cast.auditor, test_id=test.pk, reason="不需要")
    with pytest.raises(Hidden):
        actions.flow_test_remove(actor=cast.admin, test_id=test.pk, reason="不需要")
    with pytest.raises(Invalid):
        actions.flow_test_remove(actor=cast.designer, test_id=test.pk, reason=" ")
    actions.flow_test_remove(actor=cast.designer, test_id=test.pk, reason="换了路线")
    assert not FlowTest.objects.exists()
    assert AuditEvent.objects.get(verb="flow_test_remove").data["reason"] == "换了路线"
    with pytest.raises(Hidden):
        actions.flow_test_remove(actor=cast.designer, test_id=test.pk, reason="换了路线")


def test_a_version_on_which_a_test_goes_otherwise_is_not_published(cast: Cast) -> None:
    version = draft(cast)
    keep(cast, version)
    actions.definition_publish(actor=cast.designer, version_id=version.pk)
    other = draft(cast, SECRETARY_THEN_CHAIR.replace(b"town:chair", b"zone:chair"))
    with pytest.raises(Invalid) as refusal:
        actions.definition_publish(actor=cast.designer, version_id=other.pk)
    assert refusal.value.code == "tests_failed"
    assert refusal.value.data["problems"][0]["step"] == 2
    assert "“正常办理”第 2 步（“秘书核对”办完）：录制时接着等待“书记签发”（" in refusal.value.message
    other.refresh_from_db()
    assert other.status == "draft"
    keep(cast, other, instead=True)
    assert actions.definition_publish(actor=cast.designer, version_id=other.pk).status == "published"


def test_the_page_plays_to_the_end_and_writes_nothing_but_the_test(
    cast: Cast, client_of: Callable[..., Client]
) -> None:
    version = draft(cast)
    client = client_of(cast.designer)
    address = reverse("flow_rehearse", args=[version.pk])
    page = client.get(address)
    before = {model: model.objects.count() for model in (Case, CaseTask, AuditEvent, FlowTest)}
    with CaptureQueriesContext(connection) as asked:
        page = client.post(address, {"play": page.context["play"], "do": "start:start"})
        assert [card.name for card in page.context["cards"]] == ["秘书核对"]
        refused = client.post(
            address,
            {"play": page.context["play"], "do": "complete:2", "t2-by": "town:chair", "t2-more": "amount = 120"},
        )
        assert (refused.status_code, "120" in refused.text, "所选的人没有这个角色" in refused.text) == (422, True, True)
        wrong = client.post(address, {"play": page.context["play"], "do": "complete:2", "t2-more": "amount ="})
        assert wrong.status_code == 422
        page = client.post(
            address,
            {"play": page.context["play"], "do": "complete:2", "t2-by": "town.secretary", "t2-more": "amount = 120"},
        )
        assert page.context["variables"] == [("", "", [("amount", "120")])]
        page = client.post(address, {"play": page.context["play"], "do": "wait:7"})
        page = client.post(address, {"play": page.context["play"], "do": f"complete:{page.context['cards'][0].id}"})
    assert "流程到达终点" in page.text
    written = [one["sql"] for one in asked if one["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert [sql for sql in written if "session" not in sql] == []
    assert {model: model.objects.count() for model in before} == before
    back = client.post(address, {"play": page.context["play"], "do": "undo:2"})
    assert (len(back.context["history"]), back.context["cards"][0].name) == (2, "书记签发")
    kept = client.post(
        address, {"play": page.context["play"], "do": "record:", "record-name": "一周以后签发"}, follow=True
    )
    assert "4 步都和录制时一样" in kept.text
    test = FlowTest.objects.get()
    opened = client.get(f"{address}?test={ids.cover(test.pk)}")
    assert (len(opened.context["history"]), opened.context["record_form"].initial["name"]) == (4, "一周以后签发")
    draft(cast, TWO_APPROVALS)
    assert "没有通过" in client.get(reverse("flow_tests", args=[version.pk])).text
    assert "第 1 步起" not in client.get(address).text
    stale = client.post(address, {"play": page.context["play"], "do": "undo:4"})
    assert "第 2 步起和现在的流程图接不上" in stale.text


def test_a_play_is_of_its_version_and_signed(cast: Cast, client_of: Callable[..., Client]) -> None:
    version = draft(cast)
    address = reverse("flow_rehearse", args=[version.pk])
    client = client_of(cast.designer)
    page = client.get(address)
    assert client.post(address, {"play": page.context["play"] + "x", "do": "start:"}).status_code == 302
    other = actions.definition_save(actor=cast.designer, key="other", name="另一个", xml=ONE_WAY_ONLY)
    elsewhere = reverse("flow_rehearse", args=[other.pk])
    assert client.post(elsewhere, {"play": page.context["play"], "do": "start:"}).status_code == 302
    asked = (
        client.post(elsewhere, {"play": client.get(elsewhere).context["play"], "do": "start:"}).context["cards"][0].form
    )
    assert [prompt.variable for prompt in asked.prompts] == ["amount"]
    assert client_of(cast.town_secretary).get(address).status_code == 404
    assert client_of(cast.auditor).get(address).status_code == 200
