from decimal import Decimal
from uuid import uuid4

import pytest

from decisions.actions.items import co_proposer_add, co_proposer_remove, item_draft_save, item_submit
from decisions.actions.items.drafts import parse_amount
from decisions.models import Item
from permissions.errors import Denied, Hidden, Invalid, WrongState
from tests.cast import Cast
from tests.decisions.items.conftest import Hand, logged


def test_a_draft_keeps_what_was_typed_and_has_no_number_yet(hand: Hand) -> None:
    item = hand.draft()
    assert (item.title, item.amount, item.body.code) == ("原镇粮站闲置场地盘活方案", Decimal("280.00"), "zone")
    assert item.number == ""
    assert item.status == Item.Status.DRAFT
    assert [row.body.code for row in item.co_proposers.all()] == ["town"]


def test_the_same_form_posted_twice_makes_one_item(hand: Hand) -> None:
    token = uuid4()
    first = item_draft_save(actor=hand.proposer, data=hand.data(), form_token=token)
    second = item_draft_save(actor=hand.proposer, data=hand.data(title="改过的名称"), form_token=token)
    assert first.pk == second.pk
    assert Item.objects.get().title == "改过的名称"


def test_two_people_may_use_the_same_form_token(hand: Hand, office: Cast) -> None:
    token = uuid4()
    item_draft_save(actor=office.zone_proposer, data=hand.data(), form_token=token)
    data = hand.data(co_proposers=[office.zone_proposer.pk])
    item_draft_save(actor=office.town_proposer, data=data, form_token=token)
    assert Item.objects.count() == 2


def test_every_wrong_field_is_named_at_once(hand: Hand) -> None:
    with pytest.raises(Invalid) as refusal:
        hand.draft(title="", amount="约一百二十万", matter_type="")
    assert set(refusal.value.fields) == {"title", "matter_type"}
    with pytest.raises(Invalid) as refusal:
        hand.draft(title="长" * 41, amount="约一百二十万")
    assert refusal.value.fields == {
        "title": "请缩短到 40 字以内，现在是 41 字。",
        "amount": "请填写数字，例如 280。单位已经是万元，不用再写。",
    }
    assert not Item.objects.exists()


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("280", "280.00"), ("1,200.5", "1200.50"), ("１２０", "120.00"), ("0", "0.00"), ("", None), (None, None)],
)
def test_amounts_are_read_as_people_type_them(typed: str | None, amount: str | None) -> None:
    assert parse_amount(typed) == (Decimal(amount) if amount is not None else None)


@pytest.mark.parametrize("typed", ["280 万元", "-1", "NaN", "Infinity", "1e30", "0.001", "二百"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"请|不能"):
        parse_amount(typed)


def test_only_a_proposer_starts_a_draft(hand: Hand, office: Cast) -> None:
    for user in (office.town_member, office.auditor, office.admin, office.outsider):
        with pytest.raises(Denied):
            item_draft_save(actor=user, data=hand.data())


def test_nobody_else_edits_a_draft_and_strangers_do_not_know_of_it(hand: Hand, office: Cast) -> None:
    item = hand.draft()
    with pytest.raises(Denied):
        item_draft_save(actor=office.town_proposer, data=hand.data(), item_id=item.pk)
    with pytest.raises(Hidden):
        item_draft_save(actor=office["town.standing"], data=hand.data(), item_id=item.pk)


def test_editing_writes_a_version_and_logs_old_and_new(hand: Hand) -> None:
    item = hand.draft()
    item_draft_save(actor=hand.proposer, data=hand.data(amount="300"), item_id=item.pk)
    assert logged(item, "item_draft_save")[-1].data == {"changes": {"amount": ["280.00", "300.00"]}}
    newest = item.history.first()
    assert (newest.amount, newest.history_user, newest.history_change_reason) == (
        Decimal("300.00"),
        hand.proposer,
        "item_draft_save",
    )


def test_saving_the_same_words_again_changes_and_logs_nothing(hand: Hand) -> None:
    item = hand.draft()
    before = (item.history.count(), len(logged(item, "item_draft_save")))
    item_draft_save(actor=hand.proposer, data=hand.data(), item_id=item.pk)
    assert (item.history.count(), len(logged(item, "item_draft_save"))) == before


def test_a_submitted_item_is_not_edited(hand: Hand) -> None:
    item = hand.submitted()
    with pytest.raises(WrongState, match="已经提交"):
        item_draft_save(actor=hand.proposer, data=hand.data(title="别的"), item_id=item.pk)


def test_an_item_sent_back_keeps_its_matter_type(hand: Hand) -> None:
    item = hand.submitted()
    hand.confirm(item, "town", confirmed=False, reason="请补充费用来源。")
    hand.confirm(item, "zone")
    with pytest.raises(Invalid) as refusal:
        item_draft_save(actor=hand.proposer, data=hand.data(matter_type="decision"), item_id=item.pk)
    assert "matter_type" in refusal.value.fields
    item_draft_save(actor=hand.proposer, data=hand.data(summary="自筹 280 万元。"), item_id=item.pk)
    assert Item.objects.get().summary == "自筹 280 万元。"


def test_candidates_come_in_order_and_only_whole(hand: Hand) -> None:
    pairs = [("镇农业办主任", "示范区产业部副主任"), ("", ""), ("示范区会计", "镇财政所副所长")]
    item = hand.draft(matter_type="personnel", candidates=pairs)
    assert [(row.order, row.name) for row in item.candidates.all()] == [(1, "镇农业办主任"), (2, "示范区会计")]
    with pytest.raises(Invalid) as refusal:
        hand.draft(matter_type="personnel", candidates=[("镇农业办主任", "")])
    assert "candidates" in refusal.value.fields


def test_adding_and_removing_a_co_proposer_twice_changes_nothing_more(hand: Hand, office: Cast) -> None:
    item = hand.draft()
    user = office["town.standing"]
    for _again in range(2):
        co_proposer_add(actor=hand.proposer, item_id=item.pk, user_id=user.pk)
    assert item.co_proposers.count() == 2
    for _again in range(2):
        co_proposer_remove(actor=hand.proposer, item_id=item.pk, user_id=user.pk)
    assert item.co_proposers.count() == 1
    assert len(logged(item, "co_proposer_remove")) == 1


def test_who_has_no_side_cannot_be_a_co_proposer(hand: Hand, office: Cast) -> None:
    item = hand.draft()
    for user in (office.auditor, office.outsider):
        with pytest.raises(Invalid):
            co_proposer_add(actor=hand.proposer, item_id=item.pk, user_id=user.pk)


def test_submitting_says_everything_that_is_missing(hand: Hand) -> None:
    item = hand.draft(summary="", amount="", co_proposers=[])
    with pytest.raises(Invalid) as refusal:
        item_submit(actor=hand.proposer, item_id=item.pk)
    assert set(refusal.value.fields) == {"summary", "amount", "co_proposers"}
    assert "洪林镇党委" in refusal.value.fields["co_proposers"]
