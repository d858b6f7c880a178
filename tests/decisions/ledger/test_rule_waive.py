"""Letting the failure of a rule pass: who may, for which rules, once; kept with the item and in its log."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from decisions.actions.ledger import rule_waive
from decisions.models import Item, RuleWaiver
from decisions.rules.ledger import State
from decisions.selectors.ledger import ledger_of
from permissions.errors import Denied
from permissions.models import AuditEvent, User
from tests.decisions.items.conftest import Hand

Refused = Callable[..., Any]
WORDS = {"reason": "意见提出人已调离，无法答复", "authority": "双方书记 2026 年 9 月 11 日商定"}


@pytest.fixture
def item(hand: Hand) -> Item:
    """A tabled item with an opinion nobody answered: R10 failed."""
    from decisions.actions.sittings import entry_add, sitting_create
    from decisions.models import Opinion
    from workflows import clock

    row = hand.reviewed()
    hand.prepared(row)
    town = hand.cast.town_secretary
    sitting = sitting_create(actor=town, at=clock.now(), place="三楼会议室", host_id=hand.cast.seat("town.chair").pk)
    entry_add(actor=town, sitting_id=sitting.pk, item_id=row.pk)
    Opinion.objects.create(item=row, plan_version=1, by=hand.cast.zone_member, text="请写明结算时点。", at=clock.now())
    return row


def waive(actor: User, item: Item, rule: int = 10, **words: str) -> RuleWaiver:
    return rule_waive(actor=actor, item_id=item.pk, rule=rule, **(WORDS | words))


def state(item: Item, rule: int) -> State:
    return ledger_of(Item.objects.get(pk=item.pk))[rule - 1].state


def test_a_chair_lets_a_failure_pass_and_it_stands_as_waived(item: Item, hand: Hand) -> None:
    assert state(item, 10) is State.FAILED
    row = waive(hand.cast.town_chair, item)
    assert state(item, 10) is State.WAIVED
    found = ledger_of(Item.objects.get(pk=item.pk))[9].waiver
    assert found is not None
    assert (found.reason, found.authority) == (row.reason, row.authority)
    event = AuditEvent.objects.get(subject=item.subject, verb="rule_waive")
    assert event.data["rule"] == "R10"


def test_waived_twice_by_the_same_word_is_once(item: Item, hand: Hand, refused: Refused) -> None:
    first = waive(hand.cast.town_chair, item)
    assert waive(hand.cast.town_chair, item).pk == first.pk
    with refused("waived"):
        waive(hand.cast.zone_chair, item)
    assert AuditEvent.objects.filter(subject=item.subject, verb="rule_waive").count() == 1


def test_members_and_secretaries_waive_nothing(item: Item, hand: Hand) -> None:
    for actor in (hand.cast.town_member, hand.cast.town_secretary, hand.cast.admin):
        with pytest.raises(Denied):
            waive(actor, item)


@pytest.mark.parametrize("rule", [4, 13, 14, 21, 42])
def test_conditions_of_law_and_counting_cannot_be_waived(item: Item, hand: Hand, refused: Refused, rule: int) -> None:
    with refused("not_waivable"):
        waive(hand.cast.town_chair, item, rule)


def test_what_has_not_failed_needs_no_waiver(item: Item, hand: Hand, refused: Refused) -> None:
    with refused("not_failed"):
        waive(hand.cast.town_chair, item, 46)


@pytest.mark.parametrize("missing", ["reason", "authority"])
def test_a_waiver_says_why_and_on_what_authority(item: Item, hand: Hand, missing: str) -> None:
    from permissions.errors import Invalid

    with pytest.raises(Invalid) as found:
        waive(hand.cast.town_chair, item, **{missing: "  "})
    assert missing in found.value.fields


def test_the_database_changes_no_waiver(item: Item, hand: Hand) -> None:
    waive(hand.cast.town_chair, item)
    for change in (
        lambda: RuleWaiver.objects.update(reason="另有理由"),
        lambda: RuleWaiver.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
