"""An item whose flow stands still: nothing is done to it, its page says why, and the story tells it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from decisions.actions import items as act
from decisions.models import Item, Opinion
from permissions.errors import WrongState
from permissions.models import User
from tests.cast import Cast
from tests.decisions.items.conftest import Hand
from workflows.actions import case_resume, case_suspend

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
REASON = "材料需要核实"


def stopped(cast: Cast, item: Item) -> Item:
    case_suspend(actor=cast.admin, case_id=item.case_id, reason=REASON)
    return Item.objects.get(pk=item.pk)


def page(client: Client, name: str, *args: object) -> str:
    return str(client.get(reverse(name, args=args)).content.decode())


def test_nothing_is_done_to_it_until_it_goes_on(hand: Hand, office: Cast) -> None:
    item = stopped(office, hand.submitted())
    for refused in (
        lambda: act.item_confirm(actor=office.town_secretary, item_id=item.pk, body="town", confirmed=True),
        lambda: act.item_withdraw(actor=item.proposer, item_id=item.pk, reason="不办了"),
    ):
        with pytest.raises(WrongState) as refusal:
            refused()
        assert "流程已暂停" in str(refusal.value)
    case_resume(actor=office.admin, case_id=item.case_id)
    hand.confirm(Item.objects.get(pk=item.pk), "town")


def test_nobody_writes_an_opinion_meanwhile(hand: Hand, office: Cast) -> None:
    item = stopped(office, hand.planned())
    with pytest.raises(WrongState):
        act.opinion_add(actor=office.zone_member, item_id=item.pk, text="建议缩短租期。")
    assert not Opinion.objects.exists()


def test_its_page_says_why_offers_nothing_and_tells_it_in_the_story(
    hand: Hand, office: Cast, client_of: ClientOf
) -> None:
    item = stopped(office, hand.submitted())
    client = client_of(office.town_secretary)
    shown = page(client, "item", item.pk)
    assert "流程已暂停，恢复以前不能办理。" in shown
    assert REASON in shown
    assert "暂停流程" in shown[shown.index('id="log"') :]
    assert reverse("item_confirm", args=[item.pk]) not in shown
    confirm = page(client, "item_confirm", item.pk)
    assert "流程已暂停" in confirm
    assert 'name="confirm"' not in confirm


def test_its_case_is_linked_and_open_to_those_who_see_the_item_and_masked_for_the_administrator(
    hand: Hand, office: Cast, client_of: ClientOf
) -> None:
    item = hand.submitted()
    link = reverse("case", args=[item.case_id])
    client = client_of(office.town_member)
    assert link in page(client, "item", item.pk)
    shown = page(client, "case", item.case_id)
    assert item.title in shown
    assert reverse("item", args=[item.pk]) in shown
    hidden = page(client_of(office.admin), "case", item.case_id)
    assert "内容不公开" in hidden
    assert item.title not in hidden
    assert reverse("item", args=[item.pk]) not in hidden
    assert "zone.office" not in hidden, "no variables of what is not open"
    assert item.title not in page(client_of(office.admin), "case_list")
