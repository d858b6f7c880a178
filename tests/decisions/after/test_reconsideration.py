"""Deciding anew: more than half of each body's members agree first (R38)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from decisions.actions import after as act
from decisions.models import Item, Reconsideration, ReconsiderationSupport
from decisions.rules import ORDINARY, Rules
from decisions.rules.reconsidering import agreed, needed
from permissions.models import User
from tests.decisions.after.conftest import After, logged, member_seats

Refused = Callable[..., Any]
REASON = "考察时有重要情况没有了解到。"


@pytest.fixture
def item(room: After) -> Item:
    return room.signed(room.item("干部交流", kind="personnel", people=["人选甲"]))


def ask(item: Item, who: User, reason: str = REASON) -> Reconsideration:
    return act.reconsideration_ask(actor=who, item_id=item.pk, reason=reason)


def support(room: After, item: Item, body: str, count: int) -> None:
    for user in member_seats(room.cast, body)[:count]:
        act.reconsideration_support(actor=user, item_id=item.pk)


@pytest.mark.django_db
def test_r38_more_than_half_of_each_body_must_agree(room: After, item: Item) -> None:
    row = ask(item, room.cast.town_member)
    assert row.needed == {"town": 5, "zone": 4}
    assert row.supports.count() == 1, "whoever asks agrees"
    support(room, item, "town", 9)
    row.refresh_from_db()
    assert row.agreed_at is None, "one body alone is not enough"
    support(room, item, "zone", 3)
    row.refresh_from_db()
    assert row.agreed_at is None, "three of seven are not more than half"
    support(room, item, "zone", 4)
    row.refresh_from_db()
    assert row.agreed_at is not None
    assert len(logged(item, "reconsideration_agree")) == 1


@pytest.mark.django_db
def test_r38_then_a_new_item_goes_the_whole_way(room: After, item: Item, refused: Refused) -> None:
    ask(item, room.cast.town_member)
    support(room, item, "town", 9)
    support(room, item, "zone", 4)
    new = act.item_revise(actor=room.cast.town_proposer, item_id=item.pk, purpose="reconsider", reason="")
    assert (new.purpose, new.origin, new.reason) == ("reconsider", item, REASON)
    assert [person.name for person in new.candidates.all()] == ["人选甲"]
    assert Reconsideration.objects.get().result == new
    Item.objects.filter(pk=new.pk).update(status="withdrawn")
    with refused("reconsidered"):
        act.item_revise(actor=room.cast.town_proposer, item_id=item.pk, purpose="reconsider", reason="")
    assert ask(item, room.cast.town_member, "再次复议。").pk != Reconsideration.objects.earliest("pk").pk


@pytest.mark.django_db
def test_agreeing_twice_is_once_and_asking_twice_is_one(room: After, item: Item) -> None:
    row = ask(item, room.cast.town_member)
    assert ask(item, room.cast.zone_member, "另一个理由") == row
    for _time in range(2):
        act.reconsideration_support(actor=room.cast.zone_member, item_id=item.pk)
    assert row.supports.filter(by=room.cast.zone_member).count() == 1
    assert len(logged(item, "reconsideration_support")) == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        ReconsiderationSupport.objects.update(by=room.cast.admin)


@pytest.mark.django_db
def test_only_members_ask_and_agree(room: After, item: Item, refused: Refused) -> None:
    with refused("no_vote"):
        ask(item, room.cast.legal)
    with refused("invalid"):
        ask(item, room.cast.town_member, " ")
    with refused("not_asked"):
        act.reconsideration_support(actor=room.cast.town_member, item_id=item.pk)
    with refused("not_decided"):
        ask(room.item("另一件"), room.cast.town_member)


@pytest.mark.django_db
def test_whoever_asked_takes_it_back_before_enough_agree(room: After, item: Item, refused: Refused) -> None:
    ask(item, room.cast.town_member)
    with refused("not_asker"):
        act.reconsideration_withdraw(actor=room.cast.zone_member, item_id=item.pk, reason="撤回")
    act.reconsideration_withdraw(actor=room.cast.town_member, item_id=item.pk, reason="情况已核实")
    assert Reconsideration.objects.get().closed_at is not None
    ask(item, room.cast.town_member)
    support(room, item, "town", 9)
    support(room, item, "zone", 7)
    with refused("agreed_already"):
        act.reconsideration_withdraw(actor=room.cast.town_member, item_id=item.pk, reason="晚了")


@given(st.dictionaries(st.sampled_from(["town", "zone"]), st.integers(0, 40), min_size=1), st.data())
def test_r38_agreed_is_more_than_half_of_each(members: dict[str, int], data: Any) -> None:
    rules = Rules(dict.fromkeys(members, ORDINARY))
    given_ = {code: data.draw(st.integers(0, max(count, 1))) for code, count in members.items()}
    slow = all(2 * given_[code] > count and given_[code] > 0 for code, count in members.items())
    assert agreed(needed(rules, members), given_) is slow


def test_nobody_agrees_for_no_body() -> None:
    assert not agreed({}, {})
