"""The sitting room and the ballot in a real browser: they keep themselves up to date and leave the reader alone."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from decisions.actions import sittings as act
from decisions.models import Statement, Vote
from tests.browsers import Person
from tests.decisions.sittings.conftest import Room

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
At = Callable[..., Person]


def test_the_room_changes_around_somebody_who_is_typing_and_takes_nothing_from_them(room: Room, at_phone: At) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    member = at_phone(room.cast.town_member)
    member.open("sitting", room.sitting.pk)
    member.check("sitting")
    member.choose("不同意")
    box = member.page.get_by_label("发言（可不填）")
    box.press_sequentially("收益分配比例应先")
    other = room.seat("zone.finance")
    act.statement_record(actor=other.user, entry_id=entry.pk, seat_id=other.pk, stance="agree", words="资金来源清楚。")
    member.sees("资金来源清楚。")
    member.page.keyboard.type("征求两村意见。")
    assert box.input_value() == "收益分配比例应先征求两村意见。"
    assert member.page.get_by_label("不同意").is_checked()
    member.button("提交发言").click()
    member.sees("您已表明态度：不同意")
    assert Statement.objects.get(seat=room.seat("town.congress")).words == "收益分配比例应先征求两村意见。"


def test_folds_and_focus_stay_where_the_reader_left_them(room: Room, at_desk: At) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    secretary = at_desk(room.cast.town_secretary)
    secretary.open("sitting", room.sitting.pk)
    secretary.check("sitting")
    secretary.page.locator("#sum-town").click()
    secretary.page.locator("#sum-zone").click()
    secretary.page.locator("#do-next").focus()
    other = room.seat("zone.finance")
    act.statement_record(actor=other.user, entry_id=entry.pk, seat_id=other.pk, stance="defer")
    secretary.sees("还有 15 席未表明态度")
    assert secretary.page.locator("#fold-zone").get_attribute("open") is not None
    assert secretary.page.locator("#fold-town").get_attribute("open") is None
    assert secretary.page.evaluate("document.activeElement.id") == "do-next"


def test_a_whole_vote_with_the_desk_a_member_and_the_principal_who_waits(room: Room, at_desk: At, at_phone: At) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    desk, member, chair = (
        at_desk(room.cast.zone_secretary),
        at_phone(room.cast.zone_member),
        at_phone(room.cast.zone_chair),
    )
    for one in (desk, member):
        one.open("sitting", room.sitting.pk)
    desk.button("开始表决").click()
    ballots = {ballot.body.code: ballot for ballot in entry.ballots.select_related("body")}
    member.link("去投票").click()
    member.check("ballot")
    chair.open("ballot", ballots["zone"].pk)
    chair.check("ballot-locked")
    assert chair.reads("您末位投票，还在等")
    member.choose("弃权")
    member.button("下一步：确认").click()
    member.sees("请确认您的表决")
    member.check("ballot-confirm")
    member.page.get_by_label("说明意见（可不填）").fill("资料来不及细看。")
    member.button("确认投“弃权”").click()
    member.sees("您的票已送达")
    member.check("ballot-done")
    desk.sees("已投 1 / 可投 7")
    room.vote(ballots["town"], "f" * 9)
    for seat in room.voters("zone")[:-1]:
        if seat.user != room.cast.zone_member:
            act.vote_cast(actor=seat.user, ballot_id=ballots["zone"].pk, seat_id=seat.pk, choice="for")
    chair.page.locator(".sg-ballot:not([disabled])").wait_for()
    chair.choose("赞成")
    chair.button("下一步：确认").click()
    chair.button("确认投“赞成”").click()
    chair.sees("您的票已送达")
    desk.sees("到会席位都已投票")
    desk.button("结束表决").click()
    desk.button("宣布结果").click()
    desk.sees("联合表决：通过")
    desk.check("result")
    # The page of a closed ballot draws itself anew once; a click at that very moment is lost with the old page.
    member.page.locator("#room-poll").wait_for(state="detached")
    member.link("回到会议").click()
    member.sees("联合表决：通过")
    member.check("result")
    assert Vote.objects.get(seat=room.seat("zone.finance")).words == "资料来不及细看。"
    for one in (desk, member, chair):
        one.rest()


def test_the_room_follows_the_desk_from_result_to_the_next_entry(room: Room, at_desk: At) -> None:
    first = room.open(room.item("第一件"), room.item("第二件"))
    room.arrive()
    watcher = at_desk(room.cast.town_member)
    watcher.open("sitting", room.sitting.pk)
    act.entry_defer(actor=room.cast.zone_chair, entry_id=first.pk, reason="补充两村意见后再议")
    watcher.sees("补充两村意见后再议")
    assert watcher.page.locator(".pg-room.two").count() == 1
    second = room.sitting.entries.last()
    assert second is not None
    act.entry_call(actor=room.cast.zone_chair, entry_id=second.pk)
    watcher.sees("正在介绍")
    watcher.page.locator(".pg-room:not(.two)").wait_for()
    assert watcher.page.locator("#room-roster").is_visible()


def test_a_vote_by_keyboard_alone(room: Room, at_desk: At) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    town = room.ballots(entry)["town"]
    member = at_desk(room.cast.town_member)
    member.open("ballot", town.pk)
    page = member.page
    page.locator("#v1").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    member.sees("请确认您的表决")
    assert page.evaluate("document.activeElement.closest('dialog') !== null")
    page.keyboard.press("Escape")
    page.wait_for_url(f"**{reverse('ballot', args=[town.pk])}")
    page.locator("#v1").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    member.sees("请确认您的表决")
    page.locator("#cast").focus()
    page.keyboard.press("Enter")
    member.sees("您的票已送达")
    assert Vote.objects.get().choice == "for"


def test_minutes_are_signed_on_a_phone(room: Room, at_phone: At) -> None:
    minutes = room.decided().minutes
    room.check(minutes)
    chair = at_phone(room.cast.town_chair)
    chair.open("minutes", minutes.pk)
    chair.check("minutes")
    chair.link("签署纪要").click()
    chair.check("sign")
    chair.button("签署这份纪要").click()
    chair.sees("1 / 2 已签")
    assert chair.page.locator(".pg-stamp").count() == 1
