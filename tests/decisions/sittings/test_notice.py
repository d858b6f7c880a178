"""Notice of a sitting (R11): what it fixes, who has read it, and what may still change."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from decisions.actions import items as act_items
from decisions.actions import sittings as act
from decisions.models import (
    AgendaChange,
    AgendaEntry,
    Item,
    Notice,
    NoticeCopy,
    NoticeReceipt,
    NoticeReminder,
    Plan,
    Sitting,
)
from decisions.selectors import notice as read
from decisions.tasks import remind_notices
from permissions.errors import Denied
from permissions.models import AuditEvent, Seat, User
from tests.decisions.sittings.conftest import Room
from workflows import clock
from workflows.waiting import waiting

Refused = Callable[..., Any]
ClientOf = Callable[[User], Client]


def verbs(subject: str) -> list[str]:
    return list(AuditEvent.objects.filter(subject=subject).order_by("seq").values_list("verb", flat=True))


def later(days: int) -> Any:
    return timezone.now() + timedelta(days=days)


def noticed(room: Room, *items: Item, days: int = 5) -> Notice:
    room.prepare(*(items or [room.item()]), at=later(days))
    return room.notice("")


def test_r11_notice_goes_to_every_seat_of_that_day_and_fixes_agenda_and_papers(room: Room) -> None:
    item = room.item()
    Seat.objects.filter(user=room.cast["town.arms"]).update(user=None)
    notice = noticed(room, item)
    assert room.sitting.status == Sitting.Status.NOTICED
    assert notice.copies.count() == 19 and not notice.copies.filter(position="党委委员（武装）").exists()
    line = notice.content["agenda"][0]
    assert (line["item"], [plan["version"] for plan in line["plans"]]) == (item.pk, [5])
    assert notice.content_hash == read.digest_of(notice.content)
    assert (notice.days, notice.required, notice.in_time) == (5, 3, True)
    assert room.notice("").pk == notice.pk
    assert verbs(room.sitting.subject).count("sitting_notice") == 1


def test_r11_fewer_days_than_the_rules_ask_for_need_a_reason_that_stands_on_the_notice(
    room: Room, refused: Refused
) -> None:
    room.prepare(room.item(), at=later(2))
    with refused("short_notice", "提前 3 天"):
        room.notice("")
    notice = room.notice("防汛形势紧急")
    assert (notice.in_time, notice.reason) == (False, "防汛形势紧急")
    data = AuditEvent.objects.get(subject=room.sitting.subject, verb="sitting_notice").data
    assert (data["days"], data["required"], data["reason"]) == (2, 3, "防汛形势紧急")


def test_r11_the_strictest_rule_set_of_the_agenda_says_how_many_days(room: Room, refused: Refused) -> None:
    rule_set = room.types["project"].rule_set
    numbers = rule_set.numbers | {"periods": {"notice_days": 10}}
    room.types["project"].rule_set = type(rule_set).objects.create(code="slow", number=1, name="slow", numbers=numbers)
    room.types["project"].save()
    room.prepare(room.item(), at=later(9))
    with refused("short_notice", "提前 10 天"):
        room.notice("")


def test_r11_no_sitting_opens_without_notice(room: Room, refused: Refused) -> None:
    room.prepare(room.item())
    with refused("not_noticed"):
        act.sitting_open(actor=room.cast.town_secretary, sitting_id=room.sitting.pk)
    room.notice()
    opened = act.sitting_open(actor=room.cast.town_secretary, sitting_id=room.sitting.pk)
    assert opened.status == Sitting.Status.OPEN
    with refused("frozen"):
        room.notice()


def test_an_empty_agenda_and_a_day_that_is_past_get_no_notice(room: Room, refused: Refused) -> None:
    room.prepare()
    with refused("empty_agenda"):
        room.notice()
    room.prepare(room.item(), at=later(-1))
    with refused("past"):
        room.notice()


def test_only_a_secretary_gives_notice(room: Room) -> None:
    room.prepare(room.item())
    for who in (room.cast.town_chair, room.cast.town_member, room.cast.auditor):
        with pytest.raises(Denied):
            act.sitting_notice(actor=who, sitting_id=room.sitting.pk, reason="急")
    assert not Notice.objects.exists()


def test_r11_after_notice_there_is_no_motion_from_the_floor(room: Room, refused: Refused) -> None:
    noticed(room)
    late = room.item("临时动议")
    entry = room.sitting.entries.get()
    desk = room.cast.town_secretary
    with refused("noticed"):
        act.entry_add(actor=desk, sitting_id=room.sitting.pk, item_id=late.pk)
    with refused("noticed"):
        act.entry_remove(actor=desk, sitting_id=room.sitting.pk, entry_id=entry.pk)
    with refused("noticed"):
        act.agenda_order(actor=desk, sitting_id=room.sitting.pk, entries=[entry.pk])
    with refused("noticed"):
        act.entry_time(actor=desk, sitting_id=room.sitting.pk, entry_id=entry.pk, minutes=20)


def test_r11_an_addition_is_an_exception_that_whoever_presides_allows_and_everybody_is_told(room: Room) -> None:
    first = noticed(room)
    late = room.item("汛前应急采购")
    desk, host = room.cast.town_secretary, room.cast.zone_chair
    ask: dict[str, Any] = {"actor": desk, "sitting_id": room.sitting.pk, "item_id": late.pk, "kind": "add"}
    change = act.agenda_change_ask(**ask, reason="汛情变化，须提前议定")
    assert act.agenda_change_ask(**ask, reason="再次").pk == change.pk
    with pytest.raises(Denied):
        act.agenda_change_decide(actor=room.cast.town_chair, change_id=change.pk, approve=True)
    for _again in range(2):
        change = act.agenda_change_decide(actor=host, change_id=change.pk, approve=True)
    assert [entry.item.title for entry in room.sitting.entries.order_by("order")][1] == "汛前应急采购"
    assert room.nodes(late) == {"deliberate"}
    renewed = Notice.objects.get(sitting=room.sitting, number=2)
    assert (renewed.cause, renewed.reason) == ("agenda", "汛情变化，须提前议定")
    assert renewed.copies.count() == first.copies.count()
    assert verbs(room.sitting.subject)[-2:] == ["agenda_change_decide", "sitting_notice"]
    decided = AuditEvent.objects.get(subject=room.sitting.subject, verb="agenda_change_decide")
    assert (decided.actor, decided.data["reason"], decided.data["approved"]) == (host, "汛情变化，须提前议定", True)


def test_r11_a_removal_needs_leave_too_and_a_refusal_its_reason(room: Room, refused: Refused) -> None:
    one, two = room.item("第一件"), room.item("第二件")
    noticed(room, one, two)
    desk, host = room.cast.town_secretary, room.cast.zone_chair
    where = {"actor": desk, "sitting_id": room.sitting.pk}
    with refused("no_reason"):
        act.agenda_change_ask(**where, item_id=two.pk, kind="remove", reason=" ")
    change = act.agenda_change_ask(**where, item_id=two.pk, kind="remove", reason="材料须补充")
    with refused("no_reason"):
        act.agenda_change_decide(actor=host, change_id=change.pk, approve=False)
    act.agenda_change_decide(actor=host, change_id=change.pk, approve=False, words="按原议程审议")
    assert room.sitting.entries.count() == 2 and Notice.objects.count() == 1
    with refused("decided"):
        act.agenda_change_decide(actor=host, change_id=change.pk, approve=True)
    again = act.agenda_change_ask(**where, item_id=two.pk, kind="remove", reason="材料确未到齐")
    act.agenda_change_decide(actor=host, change_id=again.pk, approve=True)
    assert [entry.item_id for entry in room.sitting.entries.all()] == [one.pk]
    assert room.nodes(two) == {"table"}
    with refused("last_entry"):
        act.agenda_change_ask(**where, item_id=one.pk, kind="remove", reason="撤下")
    with pytest.raises(DatabaseError), transaction.atomic():
        AgendaChange.objects.filter(pk=again.pk).update(reason="改了")


def test_r11_another_time_or_place_is_a_renewed_notice_to_be_read_anew(room: Room, refused: Refused) -> None:
    noticed(room)
    member = room.cast.town_member
    act.notice_read(actor=member, sitting_id=room.sitting.pk, number=1)
    change = {
        "actor": room.cast.zone_secretary,
        "sitting_id": room.sitting.pk,
        "at": later(6),
        "place": "示范区二楼会议室",
    }
    with refused("invalid"):
        act.sitting_change(**change)
    for _again in range(2):
        act.sitting_change(**change, reason="原会议室检修")
    renewed = Notice.objects.get(sitting=room.sitting, number=2)
    assert (renewed.cause, renewed.content["place"], renewed.days) == ("moved", "示范区二楼会议室", 6)
    assert [copy.notice_id for copy in read.unread(member)] == [renewed.pk]
    with refused("renewed"):
        act.notice_read(actor=member, sitting_id=room.sitting.pk, number=1)


def test_papers_that_change_after_the_notice_make_it_stale_and_every_page_says_so(
    room: Room, client_of: ClientOf
) -> None:
    item = room.item()
    noticed(room, item)
    assert read.stale(room.sitting) == []
    Plan.objects.filter(item=item).update(version=6, clauses=[{"title": "租期", "body": "八年"}])
    assert read.stale(room.sitting) == ["第 1 项的方案变了"]
    for name in ("sitting", "notice"):
        page = client_of(room.cast.town_member).get(reverse(name, args=[room.sitting.pk])).content.decode()
        assert "第 1 项的方案变了" in page
    assert room.notice("").cause == "papers"
    assert read.stale(room.sitting) == []


def test_a_cancelled_sitting_gives_its_items_back_to_tabling(room: Room, refused: Refused) -> None:
    one, two = room.item("第一件"), room.item("第二件")
    noticed(room, one, two)
    desk = room.cast.town_secretary
    with refused("no_reason"):
        act.sitting_cancel(actor=desk, sitting_id=room.sitting.pk, reason="")
    for _again in range(2):
        sitting = act.sitting_cancel(actor=desk, sitting_id=room.sitting.pk, reason="两位班长同日参加防汛调度")
    assert sitting.status == Sitting.Status.CANCELLED and not sitting.entries.exists()
    assert room.nodes(one) == room.nodes(two) == {"table"}
    assert verbs(sitting.subject).count("sitting_cancel") == 1
    for call in (room.notice, lambda: act.sitting_open(actor=desk, sitting_id=sitting.pk)):
        with refused("cancelled"):
            call()
    room.prepare(one, two, at=later(5))
    assert room.sitting.entries.count() == 2


def test_each_seat_confirms_for_itself_once_and_those_without_a_seat_cannot(room: Room, refused: Refused) -> None:
    noticed(room)
    here = {"sitting_id": room.sitting.pk, "number": 1}
    for _again in range(2):
        receipts = act.notice_read(actor=room.cast.town_chair, **here)
    assert len(receipts) == 1 and NoticeReceipt.objects.count() == 1
    assert verbs(room.sitting.subject).count("notice_read") == 1
    with refused("not_your_seat"):
        act.notice_read(actor=room.cast.auditor, **here)
    observer = act.notice_read(actor=room.cast.observer, **here)
    assert len(observer) == 2, "one per seat: the observer sits in both bodies"


def test_whoever_has_not_confirmed_is_reminded_once_a_day_by_the_worker(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    noticed(room)
    act.notice_read(actor=room.cast.town_chair, sitting_id=room.sitting.pk, number=1)
    assert remind_notices(0) == 0, "not on the day it went out"
    now = timezone.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=1))
    assert remind_notices(0) == 19
    assert remind_notices(0) == 0
    assert NoticeReminder.objects.count() == 19
    assert not NoticeReminder.objects.filter(copy__user=room.cast.town_chair).exists()
    assert verbs(room.sitting.subject).count("notice_remind") == 1
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=6))
    assert remind_notices(0) == 0, "not after the sitting"


def test_what_was_sent_and_read_never_changes(room: Room) -> None:
    notice = noticed(room)
    act.notice_read(actor=room.cast.town_chair, sitting_id=room.sitting.pk, number=1)
    for rows in (Notice.objects.all(), NoticeCopy.objects.all(), NoticeReceipt.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(reason="改了")


def test_the_agenda_is_ordered_and_timed_in_preparation(room: Room, refused: Refused, client_of: ClientOf) -> None:
    room.prepare(room.item("第一件"), room.item("第二件"), room.item("第三件"), at=later(5))
    ids = list(room.sitting.entries.values_list("pk", flat=True))
    desk = room.cast.town_secretary
    for _again in range(2):
        act.agenda_order(actor=desk, sitting_id=room.sitting.pk, entries=[ids[2], ids[0], ids[1]])
    assert list(room.sitting.entries.values_list("pk", flat=True)) == [ids[2], ids[0], ids[1]]
    assert verbs(room.sitting.subject).count("agenda_order") == 1
    with refused("agenda_changed"):
        act.agenda_order(actor=desk, sitting_id=room.sitting.pk, entries=ids[:2])
    client = client_of(desk)
    client.post(reverse("agenda_order", args=[room.sitting.pk]), {"move": ids[1], "way": "up"})
    assert list(room.sitting.entries.values_list("pk", flat=True)) == [ids[2], ids[1], ids[0]]
    client.post(reverse("entry_time", args=[room.sitting.pk, ids[2]]), {"minutes": "20"})
    client.post(reverse("entry_time", args=[room.sitting.pk, ids[1]]), {"minutes": "900"})
    entries = list(room.sitting.entries.order_by("order"))
    assert [entry.minutes_planned for entry in entries] == [20, None, None]
    # Somebody had the page open from before: they are told, and decide with what stands there now.
    at = reverse("entry_time", args=[room.sitting.pk, ids[2]])
    told = client.post(at, {"minutes": "45", "opened_on": ""}, follow=True).content.decode()
    assert "已改为20 分钟" in told and room.sitting.entries.get(pk=ids[2]).minutes_planned == 20
    for minutes in ("45", "20"):
        opened = room.sitting.entries.get(pk=ids[2]).minutes_planned
        client.post(at, {"minutes": minutes, "opened_on": str(opened)})
    assert read.begins(room.sitting, entries) == [room.sitting.at, room.sitting.at + timedelta(minutes=20), None]


def test_a_member_reads_the_notice_on_a_phone_and_confirms_with_one_tap(room: Room, client_of: ClientOf) -> None:
    noticed(room)
    member = room.cast.town_member
    client = client_of(member)
    titles = [one.title for one in waiting(member)]
    assert "阅知会议通知" in titles
    page = client.get(reverse("notice", args=[room.sitting.pk])).content.decode()
    assert "原镇粮站闲置场地盘活方案" in page and 'id="confirm-read"' in page and "须 5 票" in page
    client.post(reverse("notice", args=[room.sitting.pk]), {"number": 1})
    after = client.get(reverse("notice", args=[room.sitting.pk])).content.decode()
    assert 'id="confirm-read"' not in after and "已阅知 1 / 20 席" in after


def test_the_desk_sends_changes_cancels_and_decides_on_its_pages(room: Room, client_of: ClientOf) -> None:
    room.prepare(room.item("第一件"), room.item("第二件"), at=later(1))
    pk, desk = room.sitting.pk, client_of(room.cast.town_secretary)
    asked = desk.post(reverse("notice_send", args=[pk]), {"reason": ""})
    assert asked.status_code == 422 and "请写明理由" in asked.content.decode()
    desk.post(reverse("notice_send", args=[pk]), {"reason": "须当周议定"})
    two = room.sitting.entries.get(order=2).item_id
    assert desk.post(reverse("agenda_ask", args=[pk]), {"what": f"remove:{two}", "reason": ""}).status_code == 422
    desk.post(reverse("agenda_ask", args=[pk]), {"what": f"remove:{two}", "reason": "材料须补充"})
    change = AgendaChange.objects.get()
    host = client_of(room.cast.zone_chair)
    assert "等您批准" in host.get(reverse("sitting", args=[pk])).content.decode()
    assert host.post(reverse("agenda_decide", args=[change.pk]), {"approve": "no"}).status_code == 422
    host.post(reverse("agenda_decide", args=[change.pk]), {"approve": "yes"})
    assert room.sitting.entries.count() == 1
    same = {"on": f"{timezone.localdate() + timedelta(days=2)}", "time": "09:00", "place": "二楼"}
    assert desk.post(reverse("sitting_change", args=[pk]), same).status_code == 422
    desk.post(reverse("sitting_change", args=[pk]), same | {"reason": "会场检修"})
    assert Notice.objects.filter(sitting=pk).count() == 3
    assert desk.post(reverse("sitting_cancel", args=[pk]), {"reason": ""}).status_code == 422
    desk.post(reverse("sitting_cancel", args=[pk]), {"reason": "防汛"})
    assert Sitting.objects.get(pk=pk).status == Sitting.Status.CANCELLED
    assert "防汛" in desk.get(reverse("sitting", args=[pk])).content.decode()


@pytest.mark.django_db(transaction=True)
def test_notice_and_tabling_at_once_leave_one_agenda_that_the_notice_tells_of(room: Room) -> None:
    room.prepare(room.item("第一件"), at=later(5))
    late, pk = room.item("第二件"), room.sitting.pk
    begin, failed = threading.Barrier(2), []

    def run(call: Callable[[], object]) -> None:
        try:
            begin.wait()
            call()
        except Exception as error:  # noqa: BLE001
            failed.append(error)
        finally:
            connection.close()

    desk = room.cast.town_secretary
    threads = [
        threading.Thread(target=run, args=(lambda: act.sitting_notice(actor=desk, sitting_id=pk),)),
        threading.Thread(target=run, args=(lambda: act.entry_add(actor=desk, sitting_id=pk, item_id=late.pk),)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    notice = Notice.objects.get()
    told = [line["item"] for line in notice.content["agenda"]]
    assert told == list(AgendaEntry.objects.filter(sitting=pk).order_by("order").values_list("item", flat=True))
    assert [getattr(error, "code", error) for error in failed] == ([] if late.pk in told else ["noticed"])


@pytest.mark.django_db(transaction=True)
def test_notice_waits_for_a_change_of_the_items_it_tells_of(room: Room) -> None:
    item = room.item()
    room.prepare(item, at=later(5))
    pk, desk = room.sitting.pk, room.cast.town_secretary
    sent: list[Notice] = []

    def send() -> None:
        try:
            sent.append(act.sitting_notice(actor=desk, sitting_id=pk))
        finally:
            connection.close()

    thread = threading.Thread(target=send)
    with transaction.atomic():
        act_items.item_classify(actor=desk, item_id=item.pk, grade="business", reason="报价未公开")
        act_items.readers_add(
            actor=desk,
            item_id=item.pk,
            users=[seat.user_id for seat in Seat.objects.voting() if seat.user_id],
            reason="须表决",
        )
        thread.start()
        thread.join(0.6)
        assert thread.is_alive(), "the notice went out in the middle of a change"
    thread.join()
    assert sent[0].content["agenda"][0]["confidential"] == "business"
