"""Whoever stood recused gets nothing of what follows the decision either, a chair no more than anybody else (R24)."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from decisions.actions import sittings as meet
from decisions.models import ExecutionTask, Item, Milestone, Publication, RuleWaiver
from decisions.policies.signing import signs_for
from decisions.policies.sittings import bodies_of
from decisions.selectors.minutes import of_person
from decisions.views.sittings.record import _readable
from permissions.models import User
from permissions.policies import visible
from tests.decisions.after.conftest import After
from workflows import clock

pytestmark = pytest.mark.django_db


def test_r24_what_follows_a_decision_is_kept_from_a_chair_who_stood_recused(
    room: After, client_of: Callable[[User], Client]
) -> None:
    cast = room.cast
    entry = room.open()
    room.arrive()
    room.begin(entry)
    seat, mayor = room.seat("town.chair"), room.seat("town.mayor")
    meet.recusal_declare(actor=cast.town_chair, entry_id=entry.pk, seat_id=seat.pk, reason="近亲属在承租企业任职")
    meet.statement_record(
        actor=mayor.user, entry_id=entry.pk, seat_id=mayor.pk, stance="disagree", words="租期过长，建议缩短。"
    )
    room.hear(entry, "town.mayor")
    room.decide(entry, "f" * 8, "f" * 7)
    minutes = entry.minutes
    room.check(minutes)
    bodies = bodies_of(room.sitting)
    stand_in = next(one.user for one in room.voters("town") if one.user and signs_for(one.user, entry, bodies))
    for signer in (stand_in, cast.zone_chair):
        meet.minutes_sign(actor=signer, minutes_id=minutes.pk, document_hash=minutes.document_hash)
    room.close()
    item = room.handed_over(Item.objects.get(pk=entry.item_id))
    RuleWaiver.objects.create(
        item=item, rule=10, reason="意见已当面答复", authority="党委会议定", by=cast.zone_chair, at=clock.now()
    )

    for model, rows in (
        (ExecutionTask, {"item": item}),
        (Milestone, {"execution__item": item}),
        (Publication, {"item": item}),
        (RuleWaiver, {"item": item}),
    ):
        assert not visible(cast.town_chair, model).filter(**rows).exists(), model.__name__
        assert visible(cast.zone_chair, model).filter(**rows).exists(), model.__name__
    found = of_person(cast["town.mayor"])
    assert [one.item for one in _readable(cast.zone_chair, found)] == [item]
    assert _readable(cast.town_chair, found) == [], "what others said of it is a paper of it"
    address = reverse("ledger_list")
    assert item.title in client_of(cast.zone_chair).get(address).content.decode()
    assert item.title not in client_of(cast.town_chair).get(address).content.decode()
