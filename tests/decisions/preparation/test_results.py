"""Risk assessments, experts and the public: what is given, what blocks, what stays as it was given."""

from datetime import timedelta

import pytest
from django.db import InternalError, connection, transaction
from django.db.models import Model
from django.db.utils import IntegrityError, OperationalError

from decisions.actions import preparation as prepare
from decisions.actions.sittings import entry_add, sitting_create
from decisions.models import (
    CommentAnswer,
    ExpertOpinion,
    InterestCheck,
    Item,
    PublicComment,
    ReviewRequest,
    RiskAssessment,
)
from decisions.selectors.requirements import tabling_blocks
from permissions.errors import Conflict, Denied, Invalid, WrongState
from tests.decisions.items.conftest import Hand, logged
from tests.decisions.preparation.test_requests import need, today
from workflows import clock

REFUSED = (IntegrityError, InternalError, OperationalError)


def test_r8_what_cannot_be_controlled_blocks_until_the_plan_changes_and_is_assessed_again(hand: Hand) -> None:
    item = hand.planned()
    hand.assess(item, hand.ask(item, "risk"), level="high", controllable=False, text="尾水直排风险无法控制。")
    found = need(item, "risk")
    assert (found.state, found.blocks) == ("failed", True)
    with pytest.raises(WrongState) as refusal:
        hand.ask(item, "risk", due=today() + timedelta(days=20))
    assert refusal.value.code == "plan_unchanged"
    hand.write(item, "租期为十年。", base=1, kind="wording")
    with pytest.raises(WrongState):
        hand.ask(item, "risk", due=today() + timedelta(days=20))
    hand.write(item, "增设尾水净化池。", base=2)
    item = Item.objects.get(pk=item.pk)
    hand.assess(item, hand.ask(item, "risk", due=today() + timedelta(days=20)))
    assert need(item, "risk").state == "met"


def test_r29_an_assessment_of_an_older_substance_no_longer_counts(hand: Hand) -> None:
    item = hand.planned()
    hand.assess(item, hand.ask(item, "risk"))
    hand.write(item, "租期六年。", base=1)
    found = need(item, "risk")
    assert found.state == "failed"
    assert "重新评估" in found.detail


def test_an_assessment_is_given_by_whoever_was_asked_once_and_of_the_version_read(hand: Hand) -> None:
    item = hand.planned()
    request = hand.ask(item, "risk")
    given = {
        "item_id": item.pk, "request_id": request.pk, "level": "medium", "controllable": True, "text": "可控。",
    }  # fmt: skip
    with pytest.raises(WrongState) as refusal:
        prepare.risk_give(actor=hand.cast.town_secretary, plan_version=1, measures="收保证金。", **given)
    assert refusal.value.code == "not_asked"
    with pytest.raises(Denied):
        prepare.risk_give(actor=hand.cast.legal, plan_version=1, measures="收保证金。", **given)
    giver = hand.cast.zone_member
    with pytest.raises(Invalid) as missing:
        prepare.risk_give(actor=giver, plan_version=1, **given)
    assert "measures" in missing.value.fields
    with pytest.raises(Conflict):
        prepare.risk_give(actor=giver, plan_version=7, measures="收保证金。", **given)
    first = prepare.risk_give(actor=giver, plan_version=1, measures="收保证金。", **given)
    assert prepare.risk_give(actor=giver, plan_version=1, measures="收保证金。", **given) == first
    with pytest.raises(WrongState) as late:
        prepare.risk_give(actor=giver, plan_version=1, measures="别的措施。", **given)
    assert late.value.code == "answered"
    assert len(logged(item, "risk_give")) == 1


def test_r7_an_expert_with_an_interest_is_barred(hand: Hand) -> None:
    item = hand.planned()
    request = hand.ask(item, "expert")
    desk = hand.cast.town_secretary
    check = prepare.interest_check(
        actor=desk, item_id=item.pk, request_id=request.pk, interest=True, note="配偶在承租企业任职。"
    )
    same = prepare.interest_check(
        actor=desk, item_id=item.pk, request_id=request.pk, interest=True, note="配偶在承租企业任职。"
    )
    assert same == check
    with pytest.raises(Conflict):
        prepare.interest_check(actor=desk, item_id=item.pk, request_id=request.pk, interest=False, note="没有。")
    original = hand.upload(item, "expert", "意见书.pdf")
    with pytest.raises(WrongState) as refusal:
        prepare.expert_give(
            actor=desk, item_id=item.pk, request_id=request.pk, verdict="feasible", text="可行。",
            signed_name="某专家", plan_version=1, material_id=original.pk,
        )  # fmt: skip
    assert refusal.value.code == "withdrawn"
    assert need(item, "expert").state == "missing"


def test_r7_no_opinion_counts_before_the_interest_is_checked(hand: Hand) -> None:
    item = hand.planned()
    expert = hand.cast.zone_member
    request = hand.ask(item, "expert", asked_id=expert.pk, person="", unit="")
    given = {
        "actor": expert, "item_id": item.pk, "request_id": request.pk, "verdict": "not", "text": "不可行。",
        "signed_name": expert.label, "plan_version": 1,
    }  # fmt: skip
    with pytest.raises(WrongState) as refusal:
        prepare.expert_give(**given)
    assert refusal.value.code == "interest_unchecked"
    prepare.interest_check(
        actor=hand.cast.town_secretary, item_id=item.pk, request_id=request.pk, interest=False, note="无。"
    )
    assert prepare.expert_give(**given).verdict == "not"


def test_r7_opinions_are_signed_and_dissent_is_kept(hand: Hand) -> None:
    item = hand.planned()
    opinion = hand.argue(item, hand.ask(item, "expert"), dissent="应先公开招租。")
    assert opinion.material is not None
    assert len(opinion.document_hash) == 64
    assert "有不同意见 1 份" in need(item, "expert").detail
    assert logged(item, "expert_give")[-1].data["dissent"] == "应先公开招租。"


def test_r7_an_outside_expert_needs_the_signed_original_and_everybody_a_signature(hand: Hand) -> None:
    item = hand.planned()
    request = hand.ask(item, "expert")
    with pytest.raises(Invalid) as refusal:
        hand.argue(item, request, material_id=None)
    assert "material" in refusal.value.fields
    with pytest.raises(Invalid) as unsigned:
        hand.argue(item, request, signed_name=" ")
    assert "signed_name" in unsigned.value.fields


def test_an_expert_who_is_still_asked_keeps_the_item_off_an_agenda(hand: Hand) -> None:
    item = hand.planned()
    hand.argue(item, hand.ask(item, "expert"))
    hand.ask(item, "expert", person="第二名专家")
    found = need(item, "expert")
    assert found.state == "waiting"
    assert "第二名专家" in found.owner


def test_r6_comments_are_entered_answered_and_closed_in_time(hand: Hand) -> None:
    item = hand.planned()
    writer, desk = hand.proposer, hand.cast.town_secretary
    with clock.at(clock.now() - timedelta(days=40)):
        request = hand.ask(item, "public")
        said = {"item_id": item.pk, "request_id": request.pk, "text": "保留老门楼。", "who": "居民"}
        comment = prepare.comment_record(actor=desk, **said)
        assert prepare.comment_record(actor=desk, **said) == comment
        with pytest.raises(WrongState) as early:
            prepare.public_close(actor=desk, item_id=item.pk, request_id=request.pk)
        assert early.value.code == "period_open"
    with pytest.raises(WrongState) as open_one:
        prepare.public_close(actor=desk, item_id=item.pk, request_id=request.pk)
    assert open_one.value.code == "unanswered"
    with pytest.raises(Invalid):
        prepare.comment_answer(actor=writer, item_id=item.pk, comment_id=comment.pk, answer="not")
    prepare.comment_answer(actor=writer, item_id=item.pk, comment_id=comment.pk, answer="not", reply="已无保留价值。")
    for _twice in range(2):
        prepare.comment_answer(actor=writer, item_id=item.pk, comment_id=comment.pk, answer="adopted")
    assert [row.answer for row in comment.answers.all()] == ["not", "adopted"]
    for _twice in range(2):
        prepare.public_close(actor=desk, item_id=item.pk, request_id=request.pk)
    assert len(logged(item, "public_close")) == 1
    assert need(item, "public").state == "met"
    with pytest.raises(WrongState):
        prepare.comment_answer(actor=writer, item_id=item.pk, comment_id=comment.pk, answer="partly", reply="改。")


def test_a_comment_lies_within_its_period_and_is_not_empty(hand: Hand) -> None:
    item = hand.planned()
    request = hand.ask(item, "public")
    with pytest.raises(Invalid) as refusal:
        prepare.comment_record(
            actor=hand.cast.town_secretary,
            item_id=item.pk,
            request_id=request.pk,
            text=" ",
            received_on=today() - timedelta(days=1),
        )
    assert set(refusal.value.fields) == {"text", "received_on"}
    with pytest.raises(Denied):
        prepare.comment_record(actor=hand.cast.auditor, item_id=item.pk, request_id=request.pk, text="意见")


def test_a_long_comment_is_taken_twice_as_one(hand: Hand) -> None:
    item = hand.planned()
    request = hand.ask(item, "public")
    text = "".join(chr(0x4E00 + n) for n in range(9000))
    for _twice in range(2):
        prepare.comment_record(actor=hand.cast.town_secretary, item_id=item.pk, request_id=request.pk, text=text)
    assert PublicComment.objects.count() == 1


def test_r3_with_everything_given_the_item_goes_on_an_agenda_and_nothing_less(hand: Hand) -> None:
    item = hand.reviewed()
    desk = hand.cast.town_secretary
    meeting = sitting_create(actor=desk, at=clock.now(), place="三楼", host_id=hand.cast.seat("town.chair").pk)
    with pytest.raises(WrongState) as refusal:
        entry_add(actor=desk, sitting_id=meeting.pk, item_id=item.pk)
    for words in ("风险评估报告", "专家意见书", "公众意见采纳情况说明", "由双方秘书办理", "起"):
        assert words in str(refusal.value)
    hand.prepared(item)
    assert tabling_blocks(Item.objects.get(pk=item.pk)) == []
    assert entry_add(actor=desk, sitting_id=meeting.pk, item_id=item.pk).order == 1
    with pytest.raises(WrongState):
        hand.ask(item, "expert", person="迟到的专家")


@pytest.mark.parametrize("model", [RiskAssessment, InterestCheck, ExpertOpinion, PublicComment, CommentAnswer])
def test_n11_the_database_keeps_what_was_given(hand: Hand, model: type[Model]) -> None:
    item = hand.planned()
    hand.assess(item, hand.ask(item, "risk"))
    hand.argue(item, hand.ask(item, "expert"))
    request = hand.ask(item, "public")
    comment = prepare.comment_record(
        actor=hand.cast.town_secretary, item_id=item.pk, request_id=request.pk, text="好。"
    )
    prepare.comment_answer(actor=hand.proposer, item_id=item.pk, comment_id=comment.pk, answer="adopted")
    table = model._meta.db_table
    assert model._default_manager.exists()
    for change in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(REFUSED), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


def test_withdrawn_requests_take_nothing_more(hand: Hand) -> None:
    item = hand.planned()
    request = hand.ask(item, "risk")
    prepare.review_withdraw(actor=hand.cast.town_secretary, item_id=item.pk, request_id=request.pk, reason="改请他人。")
    with pytest.raises(WrongState) as refusal:
        hand.assess(item, ReviewRequest.objects.select_related("asked").get(pk=request.pk))
    assert refusal.value.code == "withdrawn"
