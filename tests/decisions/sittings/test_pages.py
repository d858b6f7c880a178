"""The pages of a sitting, through HTTP as people use them, without scripts."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from decisions.actions import sittings as act
from decisions.models import AgendaEntry, Ballot, Item, Minutes, SignOff, Sitting, SittingSeat, Statement, Vote
from decisions.selectors.items import rule_check
from decisions.urls.sittings import urlpatterns
from permissions.ids import cover
from permissions.models import User
from tests.decisions.sittings.conftest import Room

ClientOf = Callable[[User], Client]


@pytest.fixture
def speaking(room: Room) -> AgendaEntry:
    """An open sitting, everybody there, the floor open."""
    entry = room.open()
    room.arrive()
    return room.begin(entry)


@pytest.fixture
def voting(room: Room, speaking: AgendaEntry) -> dict[str, Ballot]:
    """Both ballots open."""
    room.hear(speaking)
    return room.ballots(speaking)


def said(response: Any) -> str:
    return str(response.content.decode())


def addresses(room: Room, entry: AgendaEntry) -> list[str]:
    """Every address of the sittings' pages, about things that exist."""
    seat = room.seat("town.congress")
    ballot = Ballot.objects.first()
    minutes = Minutes.objects.first()
    values = {
        "sitting": room.sitting.pk,
        "seat_pk": seat.pk,
        "entry_pk": entry.pk,
        "verb": "call",
        "ballot": ballot.pk if ballot else 1,
        "minutes": minutes.pk if minutes else 1,
        "entries": entry.pk,
        "items": entry.item_id,
    }
    found = []
    for pattern in urlpatterns:
        route = str(pattern.pattern)
        kind = route.partition("/")[0]
        pk = values[{"sittings": "sitting", "ballots": "ballot"}.get(kind, kind)]
        names = re.findall(r"<\w+:(\w+)>", route)
        found.append(reverse(str(pattern.name), kwargs={name: values.get(name, pk) for name in names}))
    return found


def test_a_visitor_is_sent_to_the_sign_in_from_every_address(room: Room, client: Client) -> None:
    entry = room.decided()
    for address in addresses(room, entry):
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code == 302 and answer["Location"].startswith(reverse("login")), address


def test_an_outsider_sees_nothing_and_changes_nothing(room: Room, client_of: ClientOf) -> None:
    entry = room.decided()
    before = [model.objects.count() for model in (Sitting, AgendaEntry, Vote, Statement, SignOff)]
    for outsider in (room.cast.outsider, room.cast.admin):
        client = client_of(outsider)
        for address in addresses(room, entry):
            if address == reverse("sitting_list"):
                assert str(room.sitting) not in said(client.get(address))
                continue
            for answer in (client.get(address), client.post(address, {"choice": "for"})):
                assert answer.status_code in (403, 404, 405), f"{address}: {answer.status_code}"
    assert before == [model.objects.count() for model in (Sitting, AgendaEntry, Vote, Statement, SignOff)]


def test_a_secretary_prepares_a_sitting_and_opens_it(room: Room, client_of: ClientOf) -> None:
    item = room.item()
    client = client_of(room.cast.town_secretary)
    new = reverse("sitting_new") + f"?item={cover(item.pk)}"
    assert client.get(new).status_code == 200
    missing = client.post(new, {"place": "镇政府三楼会议室"})
    assert missing.status_code == 422 and "镇政府三楼会议室" in said(missing)
    given = {
        "on": f"{timezone.localdate() + timedelta(days=1)}",
        "time": "14:30",
        "place": "镇政府三楼会议室",
        "host": room.cast.seat("zone.chair").pk,
        "form_token": "0f8fad5b-d9cb-469f-a165-70867728950e",
    }
    for odd in ({"place": "厅" * 81}, {"title": "会" * 81}, {"on": "0001-01-01"}):
        refused = client.post(new, given | odd)
        assert refused.status_code == 422
        assert (given | odd)["place"] in said(refused)
    assert not Sitting.objects.exists()
    table = client.post(new, given)
    client.post(new, given)
    sitting = Sitting.objects.get()
    assert table["Location"] == reverse("item_table", args=[item.pk]) + f"?sitting={cover(sitting.pk)}"
    assert sitting.name in said(client.get(table["Location"]))
    client.post(table["Location"], {"sitting": cover(sitting.pk)})
    draft = client.get(reverse("sitting", args=[sitting.pk]))
    assert "发出通知" in said(draft) and item.title in said(draft)
    client.post(reverse("notice_send", args=[sitting.pk]), {"reason": "材料刚补齐，须当周议定"})
    assert "宣布开会" in said(client.get(reverse("sitting", args=[sitting.pk])))
    client.post(reverse("sitting_open", args=[sitting.pk]))
    assert "会议进行中" in said(client.get(reverse("sitting", args=[sitting.pk])))


def test_items_that_wait_for_tabling_are_offered_and_can_be_taken_off_again(room: Room, client_of: ClientOf) -> None:
    item = room.item()
    sitting = room.prepare()
    client = client_of(room.cast.zone_secretary)
    page = reverse("sitting", args=[sitting.pk])
    assert item.title in said(client.get(page))
    client.post(reverse("entry_add", args=[sitting.pk]), {"item": item.pk})
    entry = sitting.entries.get()
    client.post(reverse("entry_remove", args=[sitting.pk, entry.pk]))
    assert not sitting.entries.exists()


def test_the_room_says_why_the_vote_cannot_begin(room: Room, speaking: AgendaEntry, client_of: ClientOf) -> None:
    page = said(client_of(room.cast.town_secretary).get(reverse("sitting", args=[room.sitting.pk])))
    assert "还不能开始表决" in page and "还有 16 席未表明态度：洪林镇党委 9 席，示范区党组 7 席（R19）" in page
    assert 'id="do-voting" aria-disabled="true"' in page
    member = said(client_of(room.cast.town_member).get(reverse("sitting", args=[room.sitting.pk])))
    assert "还不能开始表决" in member and "do-voting" not in member and "您的发言" in member


def test_a_refused_button_comes_back_with_the_reason(room: Room, speaking: AgendaEntry, client_of: ClientOf) -> None:
    client = client_of(room.cast.town_secretary)
    answer = client.post(reverse("entry_do", args=[speaking.pk, "voting"]), follow=True)
    assert "还不能开始表决。还有 16 席未表明态度" in said(answer)
    assert client.post(reverse("entry_do", args=[speaking.pk, "dance"])).status_code == 404
    member = client_of(room.cast.town_member)
    assert member.post(reverse("entry_do", args=[speaking.pk, "voting"])).status_code == 403


def test_a_member_signs_in_speaks_and_sees_it_recorded(room: Room, client_of: ClientOf) -> None:
    entry = room.open()
    seat = room.seat("town.congress")
    client = client_of(room.cast.town_member)
    page = reverse("sitting", args=[room.sitting.pk])
    assert "您还没有签到" in said(client.get(page))
    client.post(reverse("attendance", args=[room.sitting.pk, seat.pk]), {"state": "present"})
    room.begin(entry)
    silent = client.post(reverse("statement", args=[entry.pk]), {"seat": seat.pk, "speech": "没有表态的话"})
    assert silent.status_code == 422 and "没有表态的话" in said(silent)
    client.post(
        reverse("statement", args=[entry.pk]), {"seat": seat.pk, "stance": "disagree", "speech": "先听两村意见。"}
    )
    assert "您已表明态度：不同意" in said(client.get(page))
    assert Statement.objects.get().words == "先听两村意见。"


def test_the_desk_registers_attendance_and_writes_down_what_is_said(
    room: Room, speaking: AgendaEntry, client_of: ClientOf
) -> None:
    client = client_of(room.cast.zone_secretary)
    seat = room.seat("zone.finance")
    for name in ("attendance", "statement_for", "recusal"):
        first = room.sitting.pk if name == "attendance" else speaking.pk
        assert client.get(reverse(name, args=[first, seat.pk])).status_code == 200
    said_for = reverse("statement_for", args=[speaking.pk, seat.pk])
    assert client.post(said_for, {"speech": "代记"}).status_code == 422
    client.post(said_for, {"stance": "agree", "speech": "代记"})
    assert Statement.objects.get().recorded_by == room.cast.zone_secretary
    other = room.seat("zone.investment")
    away = reverse("recusal", args=[speaking.pk, other.pk])
    assert client.post(away, {"reason": ""}).status_code == 422
    assert client.post(away, {"reason": "近亲属任意向承租企业负责人"}).status_code == 422, (
        "no relation is chosen for anybody"
    )
    client.post(away, {"kind": "relative", "reason": "近亲属任意向承租企业负责人"})
    assert "近亲属任意向承租企业负责人" in said(client.get(reverse("sitting", args=[room.sitting.pk])))
    odd = reverse("attendance", args=[room.sitting.pk, other.pk])
    assert client.post(odd, {"state": "asleep"}).status_code == 422


def test_a_member_chooses_confirms_and_gets_a_receipt(
    room: Room, voting: dict[str, Ballot], client_of: ClientOf
) -> None:
    ballot, seat = voting["zone"], room.seat("zone.industry")
    client = client_of(room.cast["zone.industry"])
    page = reverse("ballot", args=[ballot.pk])
    assert "去投票" in said(client.get(reverse("sitting", args=[room.sitting.pk])))
    paper = said(client.get(page))
    assert re.findall(r'name="choice" id="v\d" value="(\w+)" required(?! checked)', paper) == [
        "for",
        "against",
        "abstain",
    ]
    assert "确认投“反对”" in said(client.get(page, {"choice": "against"}))
    given = {"seat": seat.pk, "choice": "against", "words": "收益分配比例应先征求两村意见。"}
    assert client.post(page, given)["Location"] == page
    client.post(page, given)
    vote = Vote.objects.get()
    receipt = said(client.get(page))
    assert "您的票已送达" in receipt and vote.receipt in receipt and vote.words in receipt
    assert "下一步：确认" in said(client.get(page, {"again": 1}))


def test_a_refused_vote_keeps_the_words_that_came_with_it(
    room: Room, voting: dict[str, Ballot], client_of: ClientOf
) -> None:
    client, page = client_of(room.cast.town_member), reverse("ballot", args=[voting["town"].pk])
    seat = SittingSeat.objects.get(sitting=room.sitting, user=room.cast.town_member)
    unknown = client.post(page, {"seat": seat.pk, "choice": "maybe", "words": "请写明结算时点。"})
    assert unknown.status_code == 422 and "请写明结算时点。" in said(unknown)
    speech = "言" * 5001
    too_long = client.post(page, {"seat": seat.pk, "choice": "for", "words": speech})
    assert too_long.status_code == 422 and speech in said(too_long)
    principal = SittingSeat.objects.get(sitting=room.sitting, user=room.cast.town_chair)
    early = client_of(room.cast.town_chair).post(
        page, {"seat": principal.pk, "choice": "for", "words": "请写明结算时点。"}
    )
    assert early.status_code == 409 and "请写明结算时点。" in said(early)


def test_while_a_ballot_is_open_nobody_sees_a_direction(
    room: Room, voting: dict[str, Ballot], client_of: ClientOf
) -> None:
    room.vote_some(voting["town"], 5)
    act.vote_cast(
        actor=room.cast["zone.industry"],
        ballot_id=voting["zone"].pk,
        seat_id=room.seat("zone.industry").pk,
        choice="against",
        words="只有自己和会后的记录看得到",
    )
    for who in (room.cast.town_secretary, room.cast.auditor, room.cast.zone_chair):
        client = client_of(who)
        for page in (reverse("sitting", args=[room.sitting.pk]), reverse("ballot", args=[voting["zone"].pk])):
            text = said(client.get(page))
            assert "已投 5 / 可投 9" in text and "已投 1 / 可投 7" in text
            assert "只有自己和会后的记录看得到" not in text and "反 1" not in text


def test_the_principals_paper_is_locked_and_names_whom_it_waits_for(
    room: Room, voting: dict[str, Ballot], client_of: ClientOf
) -> None:
    room.vote_some(voting["town"], 7)
    waiting = [s for s in room.voters("town") if not s.principal and not Vote.objects.filter(seat=s).exists()]
    client = client_of(room.cast.town_chair)
    page = reverse("ballot", args=[voting["town"].pk])
    paper = said(client.get(page))
    assert f"您末位投票，还在等：{waiting[0].label}。" in paper and '<fieldset class="sg-ballot" disabled>' in paper
    refused = client.post(page, {"seat": room.seat("town.chair").pk, "choice": "for"})
    assert refused.status_code == 409 and "末位投票" in said(refused)
    live = reverse("ballot_live", args=[voting["town"].pk])
    assert "HX-Refresh" not in client.get(live, {"state": "locked", "v": "7-0"}).headers
    act.vote_cast(actor=waiting[0].user, ballot_id=voting["town"].pk, seat_id=waiting[0].pk, choice="for")
    assert client.get(live, {"state": "locked", "v": "7-0"}).headers["HX-Refresh"] == "true"
    assert "disabled" not in said(client.get(page)).partition("sg-ballot")[2][:20]


def test_those_without_a_vote_are_shown_the_progress_and_the_way_to_their_own_ballot(
    room: Room, voting: dict[str, Ballot], client_of: ClientOf
) -> None:
    member = said(client_of(room.cast.town_member).get(reverse("ballot", args=[voting["zone"].pk])))
    assert reverse("ballot", args=[voting["town"].pk]) in member and "下一步：确认" not in member
    auditor = said(client_of(room.cast.auditor).get(reverse("ballot", args=[voting["zone"].pk])))
    assert "您可以看投票进度，结果由主持人宣布。" in auditor


def test_the_result_is_said_in_a_sentence_with_its_proof(room: Room, client_of: ClientOf) -> None:
    entry = room.decided("ffffffabb", "fffaabb")
    page = said(client_of(room.cast.town_member).get(reverse("sitting", args=[room.sitting.pk]), {"entry": entry.pk}))
    for part in (
        "两个班子意见不一致",
        "赞成 6 / 应到 9，须超过半数即 5 票，通过。",
        "赞成 3 / 应到 7，须超过半数即 4 票，差 1 票，未通过。",
        "核算：3 × 2 = 6，小于 7。",
        "看每席表决",
    ):
        assert part in page
    english = client_of(room.cast.town_chair)
    User.objects.filter(pk=room.cast.town_chair.pk).update(language="en")
    assert "In favour 3 of 7 due" in said(english.get(reverse("sitting", args=[room.sitting.pk])))


def test_ending_a_vote_early_asks_first_and_says_what_it_means(
    room: Room, speaking: AgendaEntry, client_of: ClientOf
) -> None:
    room.hear(speaking)
    ballots = room.ballots(speaking)
    room.vote(ballots["zone"], "f" * 7)
    room.vote_some(ballots["town"], 8)
    client = client_of(room.cast.zone_secretary)
    early = reverse("entry_early", args=[speaking.pk])
    assert "洪林镇党委还有 1 席没有投票，记为“未投”" in said(client.get(early))
    client.post(early)
    client.post(reverse("entry_do", args=[speaking.pk, "announce"]))
    assert "未投 1" in said(client.get(reverse("sitting", args=[room.sitting.pk])))


def test_an_entry_is_deferred_on_a_page_that_asks_for_the_reason(
    room: Room, speaking: AgendaEntry, client_of: ClientOf
) -> None:
    client = client_of(room.cast.zone_chair)
    defer = reverse("entry_defer", args=[speaking.pk])
    assert client.get(defer).status_code == 200
    assert client.post(defer, {"reason": ""}).status_code == 422
    too_long = client.post(defer, {"reason": "缓" * 201})
    assert too_long.status_code == 422 and "缓" * 201 in said(too_long)
    client.post(defer, {"reason": "补充两村意见后再议"})
    page = said(client.get(reverse("sitting", args=[room.sitting.pk])))
    assert "补充两村意见后再议" in page and "结束会议" in page
    client.post(reverse("sitting_close", args=[room.sitting.pk]))
    assert "已结束" in said(client.get(reverse("sitting_list")))


def test_the_room_sends_only_what_changed_and_leaves_forms_alone(
    room: Room, speaking: AgendaEntry, client_of: ClientOf
) -> None:
    client = client_of(room.cast.town_member)
    page = said(client.get(reverse("sitting", args=[room.sitting.pk])))
    poll = re.search(r'hx-get="([^"]+)"', page)
    assert poll is not None
    address = poll[1].replace("&amp;", "&")
    assert client.get(address).status_code == 204
    other = room.seat("zone.finance")
    act.statement_record(actor=other.user, entry_id=speaking.pk, seat_id=other.pk, stance="agree")
    changed = said(client.get(address))
    assert 'id="room-entry" hx-swap-oob="true"' in changed and 'id="room-own"' not in changed
    mine = room.seat("town.congress")
    act.statement_record(actor=mine.user, entry_id=speaking.pk, seat_id=mine.pk, stance="agree")
    assert 'id="room-own" hx-swap-oob="true"' in said(client.get(address))
    act.entry_defer(actor=room.cast.zone_chair, entry_id=speaking.pk, reason="缓议")
    act.sitting_close(actor=room.cast.zone_chair, sitting_id=room.sitting.pk)
    assert client.get(address).headers["HX-Refresh"] == "true"


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code in (200, 204)
    return len(captured)


def test_the_number_of_queries_does_not_grow_with_the_room(room: Room, client_of: ClientOf) -> None:
    entry = room.open(room.item("第一件"), room.item("第二件"))
    client = client_of(room.cast.town_secretary)
    page = reverse("sitting", args=[room.sitting.pk])
    queries(client, page)
    room.begin(entry)
    few = queries(client, page)
    room.arrive()
    room.hear(entry)
    assert queries(client, page) <= few + 1, (
        "whether to go on in spite of a split is asked once everybody has been heard"
    )
    room.decide(entry, "ffffffabb", "fffffbb")
    assert queries(client, page) <= few + 14
    version = re.search(r"v=(\w+)", said(client.get(page)))
    assert version is not None
    poll = reverse("sitting_room", args=[room.sitting.pk]) + f"?v={version[1]}&status=open"
    assert queries(client, poll) <= 14
    assert queries(client, reverse("sitting_list")) <= 25, "what else waits for the reader is counted on every page"


def test_both_chairs_read_and_sign_the_minutes(room: Room, client_of: ClientOf) -> None:
    entry = room.decided()
    minutes = entry.minutes
    room.check(minutes)
    page, sign = reverse("minutes", args=[minutes.pk]), reverse("minutes_sign", args=[minutes.pk])
    town = client_of(room.cast.town_chair)
    document = said(town.get(page))
    assert "待签" in document and minutes.document_hash in document and "签署纪要" in document
    form = said(town.get(sign))
    assert f'name="document_hash" value="{minutes.document_hash}"' in form
    town.post(sign, {"document_hash": minutes.document_hash, "body": "town"})
    assert "1 / 2 已签" in said(town.get(page)) and "您已签署这一稿" in said(town.get(sign))
    assert client_of(room.cast.town_member).post(sign, {"document_hash": minutes.document_hash}).status_code == 403
    zone = client_of(room.cast.zone_chair)
    zone.post(sign, {"document_hash": minutes.document_hash})
    assert "两位班长已签署同一份文件" in said(zone.get(page))
    assert room.nodes(Item.objects.get(pk=entry.item_id)) == {"execute"}


def test_an_edit_through_the_page_voids_and_a_stale_form_keeps_what_was_typed(room: Room, client_of: ClientOf) -> None:
    minutes = room.decided().minutes
    edit, page = reverse("minutes_edit", args=[minutes.pk]), reverse("minutes", args=[minutes.pk])
    room.check(minutes)
    act.minutes_sign(actor=room.cast.town_chair, minutes_id=minutes.pk, document_hash=minutes.document_hash)
    secretary = client_of(room.cast.zone_secretary)
    assert "已有的签名失效" in said(secretary.get(edit))
    secretary.post(edit, {"text": minutes.text + "\n补充一句。", "version": 1})
    assert "先前的校核和签名已因修改失效" in said(secretary.get(page))
    stale = secretary.post(edit, {"text": "另写一句。", "version": 1})
    assert stale.status_code == 409 and "另写一句。" in said(stale) and "第 2 稿" in said(stale)
    assert secretary.post(edit, {"text": "", "version": 2}).status_code == 422
    old = client_of(room.cast.town_chair).post(
        reverse("minutes_sign", args=[minutes.pk]), {"document_hash": minutes.document_hash}, follow=True
    )
    assert "您的签名没有提交" in said(old)


def test_a_task_of_the_flow_leads_to_its_page(room: Room, client_of: ClientOf) -> None:
    from workflows.handlers import form_url

    item = room.item()
    (table,) = room.waiting(item)
    assert form_url(table) == reverse("item_table", args=[item.pk])
    entry = room.decided()
    assert {form_url(task) for task in room.waiting(entry.item)} == {reverse("minutes", args=[entry.minutes.pk])}


def test_after_the_vote_the_rule_check_says_who_was_there(room: Room) -> None:
    entry = room.open()
    before = next(finding for finding in rule_check(entry.item) if finding.rule == "R13")
    assert (before.state, before.word) == ("na", "会上核算")
    room.arrive("town.arms")
    room.begin(entry)
    room.hear(entry)
    room.decide(entry, "ffffffab", "fffffab")
    after = next(finding for finding in rule_check(entry.item) if finding.rule == "R13")
    assert after.state == "ok"
    assert after.detail == "洪林镇党委实到 8 / 9，须到 5；示范区党组实到 7 / 7，须到 4"
