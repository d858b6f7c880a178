"""The pages after a vote: shown to who may, refused to who may not, and what is typed reaches the action."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from decisions.actions import after as act
from decisions.models import EmergencyDecision, Item, Publication, Reconsideration, SplitChoice, SuperiorRuling
from permissions.models import User
from tests.decisions.after.conftest import PAPER, After, today

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain_static(settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def shown(user: User, name: str, *args: Any, status: int = 200) -> str:
    answer = client_of(user).get(reverse(name, args=args))
    assert answer.status_code == status, name
    return answer.content.decode()


def test_a_split_is_settled_on_its_page(room: After) -> None:
    item = room.split()
    for chair in (room.cast.town_chair, room.cast.zone_chair):
        assert "报上级裁定" in shown(chair, "split", item.pk)
        answer = client_of(chair).post(reverse("split", args=[item.pk]), {"route": "up", "reason": "用地意见不一"})
        assert answer.status_code == 302
    assert SplitChoice.objects.count() == 2
    shown(room.cast.town_member, "split", item.pk, status=403)
    form = {"answer": "for", "authority": "市委", "document": "1号", "on": today().isoformat(), "text": "同意。"}
    client, address = client_of(room.cast.town_secretary), reverse("superior", args=[item.pk])
    assert client.post(address, form).status_code == 422, "without its paper"
    answer = client.post(address, {**form, "papers": SimpleUploadedFile(*PAPER)})
    assert answer.status_code == 302
    assert SuperiorRuling.objects.get().authority == "市委"
    page = shown(room.cast.town_member, "item", item.pk)
    assert "上级裁定不是表决" in page


def test_the_items_page_tells_what_follows(room: After) -> None:
    item = room.handed_over()
    page = shown(room.cast.town_secretary, "item", item.pk)
    assert "决策之后" in page
    for name in ("publication", "item_revise", "reconsideration", "evaluation", "carrying_out"):
        assert name in {"item_revise", "reconsideration"} or reverse(name, args=[item.pk]) in page
    assert "决策之后" not in shown(room.cast.town_secretary, "item", room.item("另一件").pk)


def test_publication_begins_with_the_minutes_and_shows_what_is_wrong(room: After) -> None:
    item = room.signed()
    user = room.cast.town_secretary
    assert item.title in shown(user, "publication", item.pk)
    address = reverse("publication", args=[item.pk])
    answer = client_of(user).post(address, {"text": "决定盘活。", "place": "", "on": today().isoformat()})
    assert answer.status_code == 422
    assert "决定盘活。" in answer.content.decode(), "nothing typed is lost"
    client_of(user).post(address, {"text": "决定盘活。", "place": "镇政府网站", "on": today().isoformat()})
    assert Publication.objects.get(item=item).place == "镇政府网站"
    assert "已经办理" in shown(user, "publication_exempt", item.pk)


def test_the_execution_is_reported_accepted_and_moved_on_its_pages(room: After) -> None:
    item = room.handed_over()
    who, desk = room.cast.zone_member, room.cast.town_secretary
    assert "签订合同" in shown(who, "carrying_out", item.pk)
    shown(who, "execution_report", item.pk)
    form = {"percent": "40", "text": "在办。", "milestone": "", "papers": SimpleUploadedFile(*PAPER)}
    assert client_of(who).post(reverse("execution_report", args=[item.pk]), form).status_code == 302
    page = shown(desk, "carrying_out", item.pk)
    assert PAPER[0] in page
    assert "40%" in page
    for step in room.execution(item).milestones.all():
        shown(desk, "milestone", item.pk, step.pk)
        client_of(who).post(reverse("milestone_finish", args=[item.pk, step.pk]))
    client_of(who).post(reverse("execution_claim", args=[item.pk]), {"text": "已建成。"})
    shown(desk, "execution_accept", item.pk)
    for secretary, body in ((desk, "town"), (room.cast.zone_secretary, "zone")):
        client_of(secretary).post(reverse("execution_accept", args=[item.pk]), {"body": body, "accept": "1"})
    assert room.execution(item).finished_at is not None
    assert "已完成" in shown(desk, "carrying_out", item.pk)


def test_an_execution_is_handed_over_with_its_milestones_on_the_page(room: After) -> None:
    item = room.signed()
    due = (today() + timedelta(days=40)).isoformat()
    form = {
        "unit": "示范区平台公司",
        "due": due,
        "responsible": room.cast.zone_member.pk,
        "step_title": ["签订合同", ""],
        "step_due": [due, ""],
    }
    address = reverse("execution", args=[item.pk])
    client = client_of(room.cast.town_secretary)
    assert client.get(address).status_code == 200
    assert client.post(address, {**form, "step_due": ["", ""]}).status_code == 422
    assert client.post(address, form).status_code == 302
    assert [step.title for step in room.execution(item).milestones.all()] == ["签订合同"]


def test_suspending_and_revising_have_their_pages(room: After) -> None:
    item = room.handed_over()
    chair = room.cast.town_chair
    shown(chair, "execution_suspend", item.pk)
    client_of(chair).post(reverse("execution_suspend", args=[item.pk]), {"reason": "发现文物"})
    assert "已中止" in shown(chair, "carrying_out", item.pk)
    shown(chair, "suspension_lift", item.pk)
    proposer = room.cast.zone_proposer
    shown(proposer, "item_revise", item.pk)
    answer = client_of(proposer).post(
        reverse("item_revise", args=[item.pk]), {"purpose": "change", "reason": "避让文物"}
    )
    new = Item.objects.get(origin=item)
    assert answer["Location"] == reverse("item_edit", args=[new.pk])


def test_a_reconsideration_is_asked_for_and_agreed_to_on_its_page(room: After) -> None:
    item = room.signed()
    member = room.cast.town_member
    shown(member, "reconsideration", item.pk)
    client_of(member).post(reverse("reconsideration", args=[item.pk]), {"reason": "有新情况"})
    client_of(room.cast.zone_member).post(reverse("reconsideration_support", args=[item.pk]))
    assert Reconsideration.objects.get().supports.count() == 2
    page = shown(member, "reconsideration", item.pk)
    assert "成员 9 人" in page
    client_of(member).post(reverse("reconsideration_withdraw", args=[item.pk]), {"w-reason": "已核实"})
    assert Reconsideration.objects.get().closed_at is not None


def test_an_emergency_is_recorded_answered_and_reported_on_its_pages(room: After) -> None:
    desk = room.cast.town_secretary
    assert "没有紧急决定" in shown(desk, "emergency_list")
    shown(desk, "emergency_new")
    form = {
        "title": "山洪避险转移",
        "matter_type": "project",
        "on": (today() - timedelta(days=1)).isoformat(),
        "time": "21:10",
        "facts": "河水漫堤。",
        "measures": "转移群众。",
        "seats": [room.cast.seat("town.chair").pk, room.cast.seat("zone.chair").pk],
    }
    assert client_of(desk).post(reverse("emergency_new"), {**form, "seats": []}).status_code == 422
    assert client_of(desk).post(reverse("emergency_new"), form).status_code == 302
    row = EmergencyDecision.objects.get()
    for chair in (room.cast.town_chair, room.cast.zone_chair):
        shown(chair, "emergency_answer", row.pk)
        client_of(chair).post(reverse("emergency_answer", args=[row.pk]), {"agree": "1", "text": ""})
    assert "待追认" in shown(desk, "emergency", row.pk)
    shown(desk, "emergency_report", row.pk)
    client_of(desk).post(reverse("emergency_report", args=[row.pk]), {"text": "已转移四十二户。"})
    assert "已转移四十二户" in shown(desk, "emergency", row.pk)
    assert row.title in shown(desk, "emergency_list")
    shown(room.cast.outsider, "emergency", row.pk, status=404)


def test_an_evaluation_is_begun_and_given_on_its_pages(room: After) -> None:
    item, who, desk = room.signed(), room.cast.zone_member, room.cast.town_secretary
    shown(desk, "evaluation", item.pk)
    form = {"trigger": "complaint", "why": "租金偏低。", "evaluator": who.pk, "due": ""}
    client_of(desk).post(reverse("evaluation", args=[item.pk]), form)
    row = item.evaluations.get()
    assert client_of(who).get(reverse("evaluation", args=[item.pk])).status_code == 302
    shown(who, "evaluation_give", item.pk, row.pk)
    given = {"verdict": "good", "text": "走访四村。", "advice": "keep", "recommendations": ""}
    client_of(who).post(reverse("evaluation_give", args=[item.pk, row.pk]), given)
    row.refresh_from_db()
    assert row.done_at is not None
    assert "达到预期" in shown(desk, "item", item.pk)


def test_supervision_lists_what_is_owed_and_filters(room: After) -> None:
    desk = room.cast.town_secretary
    assert "没有需要督办的事项" in shown(desk, "supervision")
    item = room.handed_over()
    page = shown(desk, "supervision")
    assert item.title in page
    assert "签订合同" in page
    client = client_of(desk)
    assert "签订合同" not in client.get(reverse("supervision"), {"kind": "publication"}).content.decode()
    assert "没有符合条件的事项" in client.get(reverse("supervision"), {"late": "1"}).content.decode()
    assert "没有需要督办的事项" in shown(room.cast.outsider, "supervision")


def test_what_was_not_ratified_is_settled_on_its_page(room: After) -> None:
    row = room.decided_emergency()
    assert row.item is not None
    entry = room.open(row.item)
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    room.decide(entry, "f" * 9, "a" * 7)
    desk = room.cast.town_secretary
    shown(desk, "consequence", row.item.pk)
    client_of(desk).post(reverse("consequence", args=[row.item.pk]), {"text": "停止安置，费用核销。"})
    assert "停止安置，费用核销。" in shown(desk, "emergency", row.pk)
    assert act.ratification_settle(actor=desk, item_id=row.item.pk, text="另一个").consequences.startswith("停止安置")
