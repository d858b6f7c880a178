"""Preparing, opening and closing a sitting."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from decisions.actions import sittings as act
from decisions.models import AgendaEntry, Sitting
from permissions import audit
from permissions.errors import Hidden, Invalid
from permissions.models import AuditEvent, Seat
from tests.decisions.sittings.conftest import Room

Refused = Callable[..., Any]


def verbs(subject: str) -> list[str]:
    return list(AuditEvent.objects.filter(subject=subject).order_by("seq").values_list("verb", flat=True))


def test_sittings_are_numbered_through_the_year_and_the_same_form_is_one_sitting(room: Room) -> None:
    token = uuid4()
    given: dict[str, Any] = {
        "actor": room.cast.town_secretary,
        "at": timezone.now(),
        "place": "镇政府三楼会议室",
        "host_id": room.cast.seat("zone.chair").pk,
    }
    first = act.sitting_create(**given, form_token=token)
    again = act.sitting_create(**given, form_token=token)
    second = act.sitting_create(**given, form_token=uuid4())
    assert first == again
    assert second.serial == first.serial + 1
    assert str(first) == f"{first.year} 年第 {first.serial} 次联席会议"
    assert verbs(first.subject) == ["sitting_create"]


def test_a_sitting_needs_a_place_and_a_host_with_a_vote(room: Room) -> None:
    observer = Seat.objects.filter(voting=False).first()
    assert observer is not None
    with pytest.raises(Invalid) as found:
        act.sitting_create(actor=room.cast.town_secretary, at=timezone.now(), place=" ", host_id=observer.pk)
    assert set(found.value.fields) == {"place", "host"}
    assert not Sitting.objects.exists()


def test_only_a_secretary_prepares_a_sitting(room: Room, refused: Refused) -> None:
    with refused("role"):
        act.sitting_create(actor=room.cast.town_member, at=timezone.now(), place="会议室", host_id=1)


def test_tabling_an_item_moves_its_flow_to_deliberation_and_pins_the_plan(room: Room) -> None:
    item = room.item()
    assert room.nodes(item) == {"table"}
    room.prepare(item)
    entry = AgendaEntry.objects.get(item=item)
    assert room.nodes(item) == {"deliberate"}
    assert (entry.order, entry.plan_version, entry.stage) == (1, 5, "waiting")
    assert "entry_add" in verbs(item.subject)


def test_tabling_twice_is_once_and_another_sitting_is_refused(room: Room, refused: Refused) -> None:
    item = room.item()
    first = room.prepare(item)
    again = act.entry_add(actor=room.cast.zone_secretary, sitting_id=first.pk, item_id=item.pk)
    assert again.sitting_id == first.pk and AgendaEntry.objects.count() == 1
    room.prepare()
    with refused("on_another_agenda"):
        act.entry_add(actor=room.cast.town_secretary, sitting_id=room.sitting.pk, item_id=item.pk)


def test_an_item_that_is_not_that_far_cannot_be_tabled(room: Room, refused: Refused) -> None:
    item = room.item()
    room.prepare(item)
    act.entry_remove(actor=room.cast.town_secretary, sitting_id=room.sitting.pk, entry_id=room.sitting.entries.get().pk)
    item.case = None
    item.save(update_fields=["case"])
    with refused("not_ready"):
        act.entry_add(actor=room.cast.town_secretary, sitting_id=room.sitting.pk, item_id=item.pk)


def test_taking_an_item_off_the_agenda_sends_its_flow_back_to_tabling(room: Room) -> None:
    one, two = room.item("第一件"), room.item("第二件")
    room.prepare(one, two)
    entry = AgendaEntry.objects.get(item=one)
    for _again in range(2):
        act.entry_remove(actor=room.cast.town_secretary, sitting_id=room.sitting.pk, entry_id=entry.pk)
    assert room.nodes(one) == {"table"}
    assert AgendaEntry.objects.get().order == 1
    act.entry_add(actor=room.cast.town_secretary, sitting_id=room.sitting.pk, item_id=one.pk)
    assert AgendaEntry.objects.get(item=one).order == 2


def test_r47_opening_freezes_roster_numbers_motions_and_agenda(room: Room, refused: Refused) -> None:
    entry = room.open()
    seat = room.seat("town.chair")
    Seat.objects.filter(pk=seat.seat_id).update(position="改了名的席位", principal=False, voting=False)
    rule_set = room.types["project"].rule_set
    entry.refresh_from_db()
    assert entry.numbers == rule_set.numbers
    assert [motion.text for motion in entry.motions.all()] == ["原镇粮站闲置场地盘活方案"]
    seat.refresh_from_db()
    assert seat.position == "党委书记" and seat.voting
    assert len(room.voters("town")) == 9 and len(room.voters("zone")) == 7
    late = room.item("临时动议")
    with refused("frozen"):
        act.entry_add(actor=room.cast.town_secretary, sitting_id=room.sitting.pk, item_id=late.pk)
    with refused("frozen"):
        act.entry_remove(actor=room.cast.town_secretary, sitting_id=room.sitting.pk, entry_id=entry.pk)


def test_a_vacant_seat_is_not_due(room: Room) -> None:
    Seat.objects.filter(user=room.cast["town.arms"]).update(user=None)
    entry = room.open()
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    town = room.ballots(entry)["town"]
    assert (town.due, town.required) == (8, 5)


def test_opening_twice_is_once(room: Room) -> None:
    room.open()
    act.sitting_open(actor=room.cast.town_secretary, sitting_id=room.sitting.pk)
    assert verbs(room.sitting.subject).count("sitting_open") == 1
    assert room.sitting.seats.count() == 20


def test_an_empty_agenda_does_not_open(room: Room, refused: Refused) -> None:
    room.prepare()
    with refused("empty_agenda"):
        room.notice()
    with refused("empty_agenda"):
        act.sitting_open(actor=room.cast.town_secretary, sitting_id=room.sitting.pk)


def test_a_rule_set_that_forgets_a_body_does_not_open(room: Room, refused: Refused) -> None:
    room.prepare(room.item())
    room.notice()
    rule_set = room.types["project"].rule_set
    half = type(rule_set).objects.create(
        code="half", number=1, name="half", numbers={"bodies": {"town": rule_set.numbers["bodies"]["town"]}}
    )
    room.types["project"].rule_set = half
    room.types["project"].save()
    with refused("rules_incomplete"):
        act.sitting_open(actor=room.cast.town_secretary, sitting_id=room.sitting.pk)


def test_a_sitting_closes_when_everything_on_its_agenda_has_a_result(room: Room, refused: Refused) -> None:
    entry = room.open()
    with refused("entries_left", "1 项"):
        act.sitting_close(actor=room.cast.zone_chair, sitting_id=room.sitting.pk)
    act.entry_defer(actor=room.cast.zone_chair, entry_id=entry.pk, reason="补充两村意见后再议")
    for _again in range(2):
        closed = act.sitting_close(actor=room.cast.zone_chair, sitting_id=room.sitting.pk)
    assert closed.status == Sitting.Status.CLOSED
    assert verbs(room.sitting.subject).count("sitting_close") == 1
    with refused("closed"):
        act.entry_call(actor=room.cast.zone_chair, entry_id=entry.pk)


def test_an_outsider_does_not_learn_that_a_sitting_exists(room: Room) -> None:
    entry = room.open()
    for call in (
        lambda: act.sitting_open(actor=room.cast.outsider, sitting_id=room.sitting.pk),
        lambda: act.entry_call(actor=room.cast.outsider, entry_id=entry.pk),
        lambda: act.sitting_close(actor=room.cast.admin, sitting_id=room.sitting.pk),
    ):
        with pytest.raises(Hidden):
            call()


def test_every_chain_a_sitting_writes_proves_itself(room: Room) -> None:
    entry = room.decided()
    assert list(audit.verify(room.sitting.subject)) == []
    assert list(audit.verify(entry.item.subject)) == []
