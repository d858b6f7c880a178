"""The rules of preparation as the margin of an item shows them, and what keeps an item off an agenda."""

from datetime import timedelta

import pytest
from django.utils import timezone

from decisions.actions.items import opinion_add, opinion_answer
from decisions.actions.sittings import entry_add, sitting_create
from decisions.models import Item, Sitting
from decisions.selectors.items import (
    deliberations,
    offers,
    passing_sentence,
    plan_diff,
    plan_versions,
    rule_check,
    standings,
    story,
    tabling_blocks,
)
from permissions.errors import WrongState
from tests.cast import Cast
from tests.decisions.items.conftest import Hand


def state(item: Item, rule: str) -> str:
    return next(finding.state for finding in rule_check(item) if finding.rule == rule)


def standing_of(item: Item) -> str:
    row = Item.objects.select_related("case").get(pk=item.pk)
    return standings([row])[row.pk].stage


def complete(hand: Hand, item: Item) -> None:
    hand.prepared(item)


def sitting(office: Cast) -> Sitting:
    return sitting_create(
        actor=office.town_secretary,
        at=timezone.now() + timedelta(days=4),
        place="三楼会议室",
        host_id=office.seat("town.chair").pk,
    )


def test_an_amount_over_the_limit_must_be_voted_on(hand: Hand) -> None:
    over = next(f for f in rule_check(hand.submitted(amount="50.01")) if f.rule == "R2")
    under = next(f for f in rule_check(hand.submitted(amount="50")) if f.rule == "R2")
    assert "必须经联席会议表决" in over.detail
    assert "未超过" in under.detail


def test_fails_come_first_and_turn_as_the_work_is_done(hand: Hand) -> None:
    item = hand.submitted()
    assert [finding.state for finding in rule_check(item)] == sorted(
        (finding.state for finding in rule_check(item)), key=["bad", "warn", "ok", "na"].index
    )
    assert state(item, "R12") == "bad"
    hand.confirm(item, "town")
    hand.confirm(item, "zone")
    assert state(item, "R12") == "ok"
    hand.write(item)
    assert (state(item, "R3"), state(item, "R4"), state(item, "R8")) == ("ok", "bad", "bad")
    complete(hand, item)
    assert state(item, "R3") == "ok"


def test_an_unanswered_opinion_stands_in_the_way(hand: Hand, office: Cast) -> None:
    item = hand.planned()
    opinion = opinion_add(actor=office.town_member, item_id=item.pk, text="请写明结算时点。")
    assert state(item, "R10") == "bad"
    opinion_answer(actor=hand.proposer, item_id=item.pk, opinion_id=opinion.pk, answer="adopted")
    assert state(item, "R10") == "ok"


def test_a_review_of_an_older_substance_no_longer_counts(hand: Hand) -> None:
    item = hand.planned()
    hand.review(item)
    assert state(item, "R4") == "ok"
    hand.write(item, "租期六年。", base=1)
    assert state(item, "R4") == "bad"


def test_what_it_takes_is_said_per_body_in_whole_votes(hand: Hand) -> None:
    assert passing_sentence(hand.draft()) == "洪林镇党委 9 席须 5 票，且示范区党组 7 席须 4 票"
    personnel = hand.submitted(matter_type="personnel", candidates=[("镇农业办主任", "示范区产业部副主任")])
    quorum = next(finding for finding in rule_check(personnel) if finding.rule == "R14")
    assert quorum.detail == "洪林镇党委须到 6 / 9；示范区党组须到 5 / 7"


def test_without_its_materials_an_item_enters_no_agenda(hand: Hand, office: Cast) -> None:
    item = hand.reviewed()
    meeting = sitting(office)
    with pytest.raises(WrongState, match="风险评估报告") as refusal:
        entry_add(actor=office.town_secretary, sitting_id=meeting.pk, item_id=item.pk)
    assert refusal.value.code == "papers_missing"
    button = offers(Item.objects.get(pk=item.pk), office.town_secretary, ["decisions.table"])[-1]
    assert "风险评估报告" in button.why
    complete(hand, item)
    assert tabling_blocks(item) == []
    assert entry_add(actor=office.town_secretary, sitting_id=meeting.pk, item_id=item.pk).order == 1
    assert not deliberations(item)[0].announced


def test_the_stage_follows_the_flow(hand: Hand) -> None:
    assert standing_of(hand.draft()) == ""
    assert standing_of(hand.submitted()) == "propose"
    assert standing_of(hand.planned()) == "plan"
    item = hand.reviewed()
    assert standing_of(item) == "deliberate"
    row = Item.objects.select_related("case").get(pk=item.pk)
    line = standings([row])[row.pk].line
    assert [stage.state for stage in line] == ["done", "done", "now", "later", "later"]
    assert line[0].note == "今天"


def test_the_story_is_told_in_sentences_newest_first(hand: Hand) -> None:
    item = hand.planned()
    told = [entry.what for entry in story(item, limit=20)]
    assert told[0] == "结束编制，送征求意见和合法性审查"
    assert told[-3:] == ["提出议题", "加入共同提出人", "建立草稿"]
    assert all(entry.hash for entry in story(item, whole=True))


def test_a_short_story_keeps_the_steps_that_led_on(hand: Hand) -> None:
    item = hand.planned()
    told = [entry.what for entry in story(item, limit=2)]
    assert told == ["结束编制，送征求意见和合法性审查", "编写方案第 1 版", "确认共提", "确认共提", "提出议题"]


def test_a_changed_clause_says_whether_it_changed_substance(hand: Hand) -> None:
    item = hand.planned()
    hand.write(item, "租期为十年。", base=1, kind="wording")
    hand.write(item, "租期为十年，期满可续租一次。", base=2)
    versions = plan_versions(item)
    assert [row.version for row in versions] == [3, 2, 1]
    (wording,) = [line for line in plan_diff(versions, versions[2], versions[1]) if line.kind == "changed"]
    (substance,) = [line for line in plan_diff(versions, versions[1], versions[0]) if line.kind == "changed"]
    assert (wording.substance, substance.substance) == (False, True)
    assert [piece.text for piece in wording.new if piece.changed] == ["为"]


def test_one_person_is_offered_one_main_thing(hand: Hand, office: Cast) -> None:
    item = hand.planned()
    forms = ["decisions.opinions", "decisions.legality"]

    def labels(username: str) -> list[tuple[str, bool]]:
        return [(offer.label, offer.primary) for offer in offers(item, office[username], forms)]

    item = Item.objects.get(pk=item.pk)
    assert labels("town.secretary") == [("办理意见", True)]
    assert labels("legal") == [("写意见", False), ("合法性审查", True)]
    assert labels("town.congress") == [("写意见", True)]
    assert labels("zone.office") == [("写意见", False), ("修改方案", True)]
    assert labels("auditor") == []
