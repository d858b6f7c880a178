"""What the record of a sitting holds (R30), dissent that stays (R31), and the minutes over a whole sitting."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from decisions.actions import sittings as act
from decisions.models import AgendaEntry
from decisions.selectors.minutes import compose, dissents_in, of_item, of_person, paragraphs, section_of, whole
from permissions.models import AuditEvent, User
from tests.decisions.sittings.conftest import Room

Refused = Callable[..., Any]
ClientOf = Callable[[User], Client]
WORDS = "收益分配比例应先征求两村意见。\n建议暂缓。"


def held(room: Room) -> AgendaEntry:
    """A sitting in which one member speaks against the plan and one votes against it with words."""
    entry = room.open()
    room.arrive("town.arms")
    room.begin(entry)
    room.attend(room.seat("town.arms"))
    room.attend(room.seat("zone.planning"), "left", reason="防汛调度")
    act.statement_record(
        actor=room.cast["town.organisation"],
        entry_id=entry.pk,
        seat_id=room.seat("town.organisation").pk,
        stance="disagree",
        words=WORDS,
    )
    room.hear(entry, "town.organisation")
    ballots = room.ballots(entry)
    for body, ballot in ballots.items():
        for seat in room.voters(body):
            if seat.user.username == "zone.planning":
                continue
            against = seat.user.username == "zone.ecology"
            act.vote_cast(
                actor=seat.user,
                ballot_id=ballot.pk,
                seat_id=seat.pk,
                choice="against" if against else "for",
                words="补偿标准偏低。" if against else "",
            )
    act.voting_close(actor=room.cast.town_secretary, entry_id=entry.pk, early=True)
    return act.result_announce(actor=room.cast.zone_chair, entry_id=entry.pk)


def test_r30_the_record_names_chair_recorder_speeches_late_arrival_departure_and_method(room: Room) -> None:
    text = held(room).minutes.text
    for part in (
        "主持　党组书记。",
        "记录　",
        "党委委员（组织）发言（不同意）：收益分配比例应先征求两村意见。；建议暂缓。",
        "未另作发言，表明同意的有",
        "会议采用记名表决。",
        "党委委员（组织）的不同意见：收益分配比例应先征求两村意见。；建议暂缓。",
        "党组成员（生态）的不同意见：补偿标准偏低。",
    ):
        assert part in text, part
    moves = next(line for line in text.splitlines() if line.startswith("进出"))
    assert "党委委员（武装）" in moves and "到会" in moves
    assert "党组成员（规划）" in moves and "离席（防汛调度）" in moves
    assert "党组成员（产业）" not in moves, "who was there from the beginning is in the roll alone"


def test_r30_a_reported_recusal_stands_in_the_record_with_who_reported_and_who_ruled(room: Room) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    for username, upheld, why in (("town.arms", True, "属近亲属"), ("town.publicity", False, "已离职三年")):
        recusal = act.recusal_report(
            actor=room.cast["town.congress"],
            entry_id=entry.pk,
            seat_id=room.seat(username).pk,
            reason="亲属在承租企业任职",
        )
        act.recusal_rule(actor=room.cast.zone_chair, recusal_id=recusal.pk, upheld=upheld, reason=why)
    room.hear(entry)
    text = room.decide(entry, "f" * 8, "f" * 7).minutes.text
    line = next(line for line in text.splitlines() if line.startswith("回避"))
    assert "党委委员（武装），亲属在承租企业任职，由" in line
    assert "党组书记裁定回避（属近亲属）" in line
    assert "党组书记裁定不需回避（已离职三年）" in line
    assert "实到 8 人（回避 1 人）" in text


def test_r46_the_record_names_who_took_the_chair(room: Room) -> None:
    entry = room.open()
    room.arrive()
    act.chair_take(
        actor=room.cast.town_secretary,
        sitting_id=room.sitting.pk,
        seat_id=room.seat("town.chair").pk,
        reason="党组书记外出",
        entry_id=entry.pk,
    )
    room.begin(entry)
    room.hear(entry)
    text = room.decide(entry, "f" * 9, "f" * 7).minutes.text
    line = next(line for line in text.splitlines() if line.startswith("主持"))
    assert line.startswith("主持　党委书记；") and "起由党委书记主持，党组书记外出" in line


def test_r31_an_edit_cannot_leave_dissent_out_or_change_it(room: Room, refused: Refused) -> None:
    entry = held(room)
    minutes = entry.minutes
    for text in (
        minutes.text.replace("补偿标准偏低", "补偿标准合适"),
        "\n".join(line for line in minutes.text.splitlines() if "不同意" not in line),
    ):
        with refused("dissent_missing"):
            act.minutes_edit(actor=room.cast.town_secretary, minutes_id=minutes.pk, text=text, version=minutes.version)
    act.minutes_edit(
        actor=room.cast.town_secretary, minutes_id=minutes.pk, text=minutes.text + "\n补充一句。", version=1
    )


@pytest.mark.parametrize("table", ["decisions_statement", "decisions_vote"])
def test_r31_the_database_itself_keeps_the_words(room: Room, table: str) -> None:
    held(room)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"UPDATE {table} SET words = '同意'")


def test_r31_dissent_is_found_by_item_and_by_person_with_its_place_in_the_log(room: Room) -> None:
    entry = held(room)
    spoken, voted = of_item(entry.item)
    assert (spoken.position, spoken.way, spoken.stance, spoken.words) == (
        "党委委员（组织）",
        "spoken",
        "disagree",
        WORDS,
    )
    assert (voted.position, voted.way, voted.stance) == ("党组成员（生态）", "voted", "against")
    for one, verb in ((spoken, "statement_record"), (voted, "voting_close")):
        event = AuditEvent.objects.get(subject=one.chain, seq=one.seq)
        assert (event.verb, event.hash) == (verb, one.hash)
        assert one.words in json.dumps(event.data, ensure_ascii=False).replace("\\n", "\n")
    assert of_person(room.cast["zone.ecology"]) == [voted]
    assert of_person(room.cast["zone.finance"]) == []
    assert [one.line for one in dissents_in(entry)] == ["收益分配比例应先征求两村意见。；建议暂缓。", "补偿标准偏低。"]


def test_r31_nothing_of_a_vote_shows_before_its_ballot_is_closed(room: Room) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    ballot = room.ballots(entry)["zone"]
    seat = room.seat("zone.ecology")
    act.vote_cast(actor=seat.user, ballot_id=ballot.pk, seat_id=seat.pk, choice="against", words="补偿标准偏低。")
    assert dissents_in(entry) == of_person(seat.user) == []


def test_r31_who_may_take_dissent_away(room: Room, client_of: ClientOf) -> None:
    entry = held(room)
    speaker = room.cast["town.organisation"]
    person, item = (
        reverse("dissent_of_person", args=[speaker.pk]),
        reverse("dissent_of_item", args=[entry.item_id]),
    )
    assert WORDS.splitlines()[0] in client_of(speaker).get(reverse("dissent")).content.decode()
    for who in (speaker, room.cast.town_secretary, room.cast.zone_secretary, room.cast.auditor):
        found = client_of(who).get(person, {"format": "json"})
        assert found.json()["dissent"][0]["words"] == WORDS
        assert "attachment" in found["Content-Disposition"]
        assert "建议暂缓" in client_of(who).get(person, {"format": "txt"}).content.decode()
    for who in (room.cast["town.congress"], room.cast.zone_chair, room.cast.admin):
        assert client_of(who).get(person).status_code == 404
    assert len(client_of(room.cast.auditor).get(item, {"format": "json"}).json()["dissent"]) == 2
    assert client_of(room.cast["town.congress"]).get(item, {"format": "json"}).json()["dissent"] == []
    assert len(client_of(speaker).get(item, {"format": "json"}).json()["dissent"]) == 1


def test_the_minutes_of_a_whole_sitting_hold_every_entry_once(room: Room, client_of: ClientOf) -> None:
    first = room.open(room.item("第一件"), room.item("第二件"))
    room.arrive("town.arms")
    room.begin(first)
    room.hear(first)
    room.decide(first, "f" * 8, "f" * 7)
    second = AgendaEntry.objects.get(sitting=room.sitting, order=2)
    act.entry_defer(actor=room.cast.zone_chair, entry_id=second.pk, reason="补充两村意见后再议")
    act.sitting_close(actor=room.cast.town_secretary, sitting_id=room.sitting.pk)
    room.sitting.refresh_from_db()
    found = whole(room.sitting, room.cast.town_member)
    assert [section.parts[0].text for section in found.sections] == ["一、第一件", "二、第二件"]
    assert "会议共议 2 项" in found.opening
    labels = [part.label for part in found.roll]
    assert labels.count("出席") == labels.count("主持") == labels.count("缺席") == 1
    assert not found.complete
    for one in found.sections:
        room.check(one.minutes)
        for who in (room.cast.town_chair, room.cast.zone_chair):
            act.minutes_sign(actor=who, minutes_id=one.minutes.pk, document_hash=one.minutes.document_hash)
    assert whole(room.sitting, room.cast.town_member).complete
    page = client_of(room.cast.town_member).get(reverse("sitting_minutes", args=[room.sitting.pk])).content.decode()
    assert "第一件" in page and "会议决定暂缓审议。理由：补充两村意见后再议。" in page
    assert client_of(room.cast.admin).get(reverse("sitting_minutes", args=[room.sitting.pk])).status_code == 404


def test_a_section_is_the_item_alone_or_all_where_the_heading_is_gone() -> None:
    text = "某年某月开会。\n一、标题\n会议决定通过。\n出席　党委书记。\n回避　党委委员，亲属。"
    assert [part.text for part in section_of(text)] == ["一、标题", "会议决定通过。", "党委委员，亲属。"]
    assert section_of("另写一段。") == paragraphs("另写一段。")


def test_composing_twice_is_the_same_text(room: Room) -> None:
    entry = held(room)
    assert compose(entry) == entry.minutes.text
