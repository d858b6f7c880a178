"""Minutes drafted from the record, and signed by both chairs over the same hash (R45)."""

from collections.abc import Callable
from typing import Any

import pytest

from decisions import rules
from decisions.actions import after
from decisions.actions import sittings as act
from decisions.models import Minutes, MinutesCheck, SignOff
from decisions.rules.numerals import numeral
from decisions.selectors.minutes import document_number, paragraphs, to_check
from permissions.models import AuditEvent
from tests.decisions.sittings.conftest import Room

Refused = Callable[..., Any]


def sign(room: Room, minutes: Minutes, who: str) -> SignOff:
    """Sign what the other side's secretary has checked."""
    room.check(minutes)
    return act.minutes_sign(actor=room.cast[who], minutes_id=minutes.pk, document_hash=minutes.document_hash)


def edit(room: Room, minutes: Minutes, text: str) -> Minutes:
    minutes.refresh_from_db()
    return act.minutes_edit(actor=room.cast.zone_secretary, minutes_id=minutes.pk, text=text, version=minutes.version)


def test_r30_the_draft_says_who_met_what_was_counted_who_dissented_and_who_was_there(room: Room) -> None:
    entry = room.open()
    room.arrive("town.arms", "zone.planning")
    room.attend(room.seat("town.arms"), "absent", reason="防汛调度", opinion="同意方案\n建议先修排水")
    room.attend(room.seat("observer", "town"))
    room.begin(entry)
    act.recusal_declare(
        actor=room.cast["zone.investment"],
        entry_id=entry.pk,
        seat_id=room.seat("zone.investment").pk,
        reason="近亲属任意向承租企业负责人",
    )
    act.statement_record(
        actor=room.cast["town.organisation"],
        entry_id=entry.pk,
        seat_id=room.seat("town.organisation").pk,
        stance="disagree",
        words="收益分配比例应先征求两村意见，建议暂缓。",
    )
    room.hear(entry, "town.organisation")
    entry = room.decide(entry, "ffffffab", "ffffb")
    text = entry.minutes.text
    for part in (
        "在镇政府三楼会议室召开联席会议，由党组书记主持。两个班子分别计数、分别表决。",
        "一、原镇粮站闲置场地盘活方案",
        "洪林镇党委应到 9 人，实到 8 人，赞成 6 票，反对 1 票，弃权 1 票，须 5 票；"
        "示范区党组应到 7 人，实到 5 人（回避 1 人），赞成 4 票，弃权 1 票，须 4 票。",
        "会议决定通过该方案（第 5 版）。",
        "党委委员（组织）的不同意见：收益分配比例应先征求两村意见，建议暂缓。",
        "回避　党组成员（招商），近亲属任意向承租企业负责人。",
        "请假　党委委员（武装），防汛调度。",
        "党委委员（武装）未到会，提交书面意见：同意方案；建议先修排水（记录在案，不计票）",
        "缺席　党组成员（规划）。",
        "列席　纪检列席。",
    ):
        assert part in text
    assert entry.minutes.document_hash == rules.document_hash(text, entry.minutes.counts)
    assert entry.minutes.counts["motions"][0]["bodies"]["zone"]["recused"] == 1


def test_both_chairs_sign_the_same_document_and_the_flow_goes_on_once(room: Room) -> None:
    entry = room.decided()
    minutes = entry.minutes
    first = sign(room, minutes, "town.chair")
    assert room.nodes(entry.item) == {"sign_zone"}
    assert sign(room, minutes, "town.chair") == first
    second = sign(room, minutes, "zone.chair")
    assert room.nodes(entry.item) == {"execute"}
    assert first.document_hash == second.document_hash == minutes.document_hash
    assert SignOff.objects.count() == 2


def test_nobody_but_a_chair_signs(room: Room, refused: Refused) -> None:
    minutes = room.decided().minutes
    for who in ("town.secretary", "town.congress", "auditor"):
        with refused("role"):
            sign(room, minutes, who)


def test_a_chair_signs_what_they_have_read_and_nothing_else(room: Room, refused: Refused) -> None:
    minutes = room.decided().minutes
    seen = minutes.document_hash
    edit(room, minutes, minutes.text + "\n补充一句。")
    with refused("edited", "第 2 稿"):
        act.minutes_sign(actor=room.cast.town_chair, minutes_id=minutes.pk, document_hash=seen)
    assert not SignOff.objects.exists()


def test_r45_an_edit_voids_the_signatures_and_the_flow_waits_for_both_anew(room: Room) -> None:
    entry = room.decided()
    minutes = entry.minutes
    sign(room, minutes, "town.chair")
    edit(room, minutes, minutes.text + "\n补充一句。")
    (voided,) = SignOff.objects.all()
    assert voided.voided_at is not None and voided.version == 1
    sign(room, minutes, "zone.chair")
    assert room.nodes(entry.item) == {"sign_zone"}, "one valid signature must not end the waiting"
    sign(room, minutes, "town.chair")
    assert room.nodes(entry.item) == {"execute"}
    assert SignOff.objects.filter(voided_at__isnull=True, version=2).count() == 2


def test_an_edit_before_any_signature_and_then_both(room: Room) -> None:
    entry = room.decided()
    minutes = edit(room, entry.minutes, entry.minutes.text + "\n补充一句。")
    assert (minutes.version, Minutes.history.count()) == (2, 2)
    sign(room, minutes, "zone.chair")
    sign(room, minutes, "town.chair")
    assert room.nodes(entry.item) == {"execute"}


def test_signed_by_both_the_text_stands(room: Room, refused: Refused) -> None:
    entry = room.decided()
    for who in ("town.chair", "zone.chair"):
        sign(room, entry.minutes, who)
    with refused("signed"):
        edit(room, entry.minutes, "改写")


def test_an_edit_is_the_secretarys_starts_from_the_current_text_and_changes_something(
    room: Room, refused: Refused
) -> None:
    minutes = room.decided().minutes
    with refused("role"):
        act.minutes_edit(actor=room.cast.town_chair, minutes_id=minutes.pk, text="改写", version=1)
    same = act.minutes_edit(
        actor=room.cast.town_secretary,
        minutes_id=minutes.pk,
        text=minutes.text.replace("\n", "\r\n"),
        version=1,
    )
    assert same.version == 1
    edit(room, minutes, "第二稿")
    with refused("edited"):
        act.minutes_edit(actor=room.cast.town_secretary, minutes_id=minutes.pk, text="另写", version=1)
    with refused("invalid"):
        edit(room, minutes, "  ")


def test_minutes_of_an_item_that_did_not_pass_can_be_signed_too(room: Room) -> None:
    entry = room.decided("ffffaaabb", "fffaabb")
    assert "均未达到通过所需票数" in entry.minutes.text
    sign(room, entry.minutes, "town.chair")
    sign(room, entry.minutes, "zone.chair")
    assert room.nodes(entry.item) == {"plan"}


def test_signing_the_minutes_of_an_earlier_split_does_not_sign_the_later_decision(room: Room) -> None:
    item = room.item()
    entry = room.open(item)
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    split = room.decide(entry, "f" * 9, "fffaabb")
    act.sitting_close(actor=room.cast.zone_chair, sitting_id=room.sitting.pk)
    after.split_choose(actor=room.cast.zone_chair, item_id=item.pk, route="plan")
    room.plan_again(item)
    second = room.open(item)
    room.arrive()
    room.begin(second)
    room.hear(second)
    passed = room.decide(second, "f" * 9, "f" * 7)
    sign(room, split.minutes, "town.chair")
    sign(room, split.minutes, "zone.chair")
    assert room.nodes(item) == {"sign_town", "sign_zone"}
    sign(room, passed.minutes, "town.chair")
    sign(room, passed.minutes, "zone.chair")
    assert room.nodes(item) == {"execute"}


def test_a_split_names_which_body_did_not_pass(room: Room) -> None:
    entry = room.decided("f" * 9, "fffaabb")
    assert "洪林镇党委通过，示范区党组未通过，两个班子意见不一致" in entry.minutes.text


def test_the_documents_number_names_the_entry_where_there_are_several(room: Room) -> None:
    entry = room.open(room.item("第一件"), room.item("第二件"))
    act.entry_defer(actor=room.cast.zone_chair, entry_id=entry.pk, reason="缓议")
    entry.refresh_from_db()
    sitting = entry.sitting
    assert document_number(entry.minutes) == f"〔{sitting.year}〕{sitting.serial}号之一"


@pytest.mark.parametrize(("number", "said"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (23, "二十三")])
def test_numerals(number: int, said: str) -> None:
    assert numeral(number) == said


def test_the_text_is_cut_into_headings_labels_and_paragraphs() -> None:
    cut = paragraphs("一、标题\n\n正文一段。\n出席　党委书记。\n十二、又一题")
    assert [(part.kind, part.label, part.text) for part in cut] == [
        ("heading", "", "一、标题"),
        ("text", "", "正文一段。"),
        ("labelled", "出席", "党委书记。"),
        ("heading", "", "十二、又一题"),
    ]


def test_r32_minutes_are_signed_only_once_the_other_side_has_checked_them(room: Room, refused: Refused) -> None:
    minutes = room.decided().minutes
    with refused("unchecked", "第 1 稿还没有校核"):
        act.minutes_sign(
            actor=room.cast.town_chair, minutes_id=minutes.pk, document_hash=minutes.document_hash, body="town"
        )
    check = room.check(minutes)
    assert (check.version, check.body.code, check.document_hash) == (1, "town", minutes.document_hash)
    assert room.check(minutes) == check, "checking it again is the same check"
    assert sign(room, minutes, "town.chair").document_hash == check.document_hash
    assert AuditEvent.objects.filter(verb="minutes_check", target=f"minutescheck:{check.pk}").count() == 1


def test_r32_the_side_that_wrote_the_draft_does_not_check_it(room: Room, refused: Refused) -> None:
    minutes = room.decided().minutes  # announced, and so drafted, by the zone's chair
    with refused("own_draft", "洪林镇党委的秘书校核"):
        act.minutes_check(actor=room.cast.zone_secretary, minutes_id=minutes.pk, document_hash=minutes.document_hash)
    for who in ("town.chair", "town.congress", "auditor"):
        with refused("role"):
            act.minutes_check(actor=room.cast[who], minutes_id=minutes.pk, document_hash=minutes.document_hash)
    act.minutes_edit(actor=room.cast.town_secretary, minutes_id=minutes.pk, text=minutes.text + "\n一句。", version=1)
    minutes.refresh_from_db()
    with refused("own_draft", "示范区党组的秘书校核"):
        act.minutes_check(actor=room.cast.town_secretary, minutes_id=minutes.pk, document_hash=minutes.document_hash)
    assert room.check(minutes).by == room.cast.zone_secretary


def test_r32_a_checker_checks_what_they_have_read(room: Room, refused: Refused) -> None:
    minutes = room.decided().minutes
    seen = minutes.document_hash
    edit(room, minutes, minutes.text + "\n补充一句。")
    with refused("edited", "第 2 稿"):
        act.minutes_check(actor=room.cast.town_secretary, minutes_id=minutes.pk, document_hash=seen)
    assert not MinutesCheck.objects.exists()


def test_r45_an_edit_voids_the_check_too_and_it_stays_on_record(room: Room, refused: Refused) -> None:
    minutes = room.decided().minutes
    room.check(minutes)
    minutes = edit(room, minutes, minutes.text + "\n补充一句。")
    (voided,) = MinutesCheck.objects.all()
    assert voided.voided_at is not None and voided.version == 1
    with refused("unchecked"):
        act.minutes_sign(actor=room.cast.zone_chair, minutes_id=minutes.pk, document_hash=minutes.document_hash)
    assert AuditEvent.objects.get(verb="minutes_edit").data["unchecked"] == 1
    assert room.check(minutes).version == 2


def test_a_secretary_of_the_other_side_finds_the_draft_among_what_waits(room: Room) -> None:
    minutes = room.decided().minutes
    assert to_check(room.cast.town_secretary) == [minutes]
    assert to_check(room.cast.zone_secretary) == to_check(room.cast.town_chair) == []
    room.check(minutes)
    assert to_check(room.cast.town_secretary) == []
