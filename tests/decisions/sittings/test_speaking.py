"""The floor: hands, turns and their time, and the speaker's own word on what was written down (R17, R19, R20, R30)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from decisions.actions import sittings as act
from decisions.models import AgendaEntry, SpeakingTurn, Statement, StatementCheck
from decisions.selectors import room as select
from permissions.models import AuditEvent
from tests.decisions.sittings.conftest import Room
from workflows import clock

Refused = Callable[..., Any]


@pytest.fixture
def floor(room: Room) -> AgendaEntry:
    entry = room.open()
    room.arrive()
    return room.begin(entry)


def test_a_raised_hand_goes_before_the_roster_and_its_turn_has_a_beginning_and_a_limit(
    room: Room, floor: AgendaEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat = room.seat("zone.finance")
    given: dict[str, Any] = {"actor": room.cast.zone_member, "entry_id": floor.pk, "seat_id": seat.pk}
    assert act.hand_raise(**given) == act.hand_raise(**given)
    called = act.speaker_call(actor=room.cast.town_secretary, entry_id=floor.pk)
    assert called.speaker == seat
    turn = SpeakingTurn.objects.get(started_at__isnull=False)
    assert turn.limit == 300 and turn.started_at is not None
    later = turn.started_at + timedelta(seconds=301)
    monkeypatch.setattr(clock, "now", lambda: later)
    matters = select.room_of(room.sitting, room.cast.town_member, floor.pk).matters
    assert matters is not None and matters.turn is not None
    assert (matters.turn.spent, matters.turn.given, matters.turn.over) == ("5:01", "5:00", True)
    act.statement_record(**given, stance="agree")
    assert not SpeakingTurn.objects.filter(ended_at__isnull=True).exists()


def test_a_hand_is_taken_down_and_only_by_its_owner_or_the_desk(
    room: Room, floor: AgendaEntry, refused: Refused
) -> None:
    seat = room.seat("zone.finance")
    with refused("not_your_seat"):
        act.hand_raise(actor=room.cast.town_member, entry_id=floor.pk, seat_id=seat.pk)
    act.hand_raise(actor=room.cast.zone_secretary, entry_id=floor.pk, seat_id=seat.pk)
    for _again in range(2):
        act.hand_lower(actor=room.cast.zone_member, entry_id=floor.pk, seat_id=seat.pk)
    assert AuditEvent.objects.filter(subject=floor.item.subject, verb="hand_lower").count() == 1
    room.attend(seat, "left")
    with refused("left"):
        act.hand_raise(actor=room.cast.zone_member, entry_id=floor.pk, seat_id=seat.pk)


def test_r20_the_floor_is_not_given_to_a_principal_before_the_others(
    room: Room, floor: AgendaEntry, refused: Refused
) -> None:
    seat = room.seat("town.chair")
    act.hand_raise(actor=room.cast.town_chair, entry_id=floor.pk, seat_id=seat.pk)
    assert act.speaker_call(actor=room.cast.town_secretary, entry_id=floor.pk).speaker != seat
    with refused("principal_last"):
        act.speaker_call(actor=room.cast.town_secretary, entry_id=floor.pk, seat_id=seat.pk)


def test_the_speaker_confirms_or_corrects_what_the_desk_wrote_down_and_the_record_keeps_both(
    room: Room, floor: AgendaEntry, refused: Refused
) -> None:
    seat = room.seat("zone.finance")
    said = act.statement_record(
        actor=room.cast.town_secretary, entry_id=floor.pk, seat_id=seat.pk, stance="agree", words="同意方案。"
    )
    with refused("not_your_seat"):
        act.statement_check(actor=room.cast.town_secretary, statement_id=said.pk)
    given: dict[str, Any] = {"actor": room.cast.zone_member, "statement_id": said.pk}
    with refused("no_words"):
        act.statement_check(**given, words=" ")
    assert act.statement_check(**given, words="同意方案。").kind == "confirmed"
    for _again in range(2):
        check = act.statement_check(**given, words="原则同意方案。")
    assert (check.kind, check.words) == ("corrected", "原则同意方案。")
    assert StatementCheck.objects.count() == 2
    assert Statement.objects.get().words == "同意方案。"
    with pytest.raises(DatabaseError), transaction.atomic():
        StatementCheck.objects.update(words="改")


def test_ones_own_words_need_no_confirmation(room: Room, floor: AgendaEntry, refused: Refused) -> None:
    said = act.statement_record(
        actor=room.cast.zone_member, entry_id=floor.pk, seat_id=room.seat("zone.finance").pk, stance="agree"
    )
    with refused("own_words"):
        act.statement_check(actor=room.cast.zone_member, statement_id=said.pk)


def test_r25_deeply_split_views_are_deferred_or_a_reason_is_given(
    room: Room, floor: AgendaEntry, refused: Refused
) -> None:
    given: dict[str, Any] = {"actor": room.cast.town_secretary, "entry_id": floor.pk}
    with refused("no_split"):
        act.entry_go_on(**given, reason="继续")
    town = room.voters("town")
    for n, seat in enumerate([*town, *room.voters("zone")]):
        act.statement_record(
            actor=seat.user, entry_id=floor.pk, seat_id=seat.pk, stance="disagree" if n < 5 else "agree"
        )
    with refused("deep_split", "9 席中有 5 席"):
        room.ballots(floor)
    with refused("no_reason"):
        act.entry_go_on(**given, reason="")
    first = act.entry_go_on(**given, reason="已在会上说明清楚")
    assert act.entry_go_on(**given, reason="另一个理由") == first
    assert AuditEvent.objects.filter(subject=floor.item.subject, verb="entry_go_on").count() == 1
    assert room.ballots(floor)


def test_r28_an_entry_is_announced_to_be_discussed_again(room: Room, floor: AgendaEntry, refused: Refused) -> None:
    given: dict[str, Any] = {"actor": room.cast.town_secretary, "entry_id": floor.pk}
    with refused("role"):
        act.entry_return(actor=room.cast.town_member, entry_id=floor.pk, reason="重作方案")
    with refused("no_reason"):
        act.entry_return(**given, reason="")
    for _again in range(2):
        ended = act.entry_return(**given, reason="方案须作实质性修改")
    assert ended.outcome == "rediscuss"
    assert AuditEvent.objects.filter(subject=floor.item.subject, verb="entry_return").count() == 1
    assert "plan" in room.nodes(floor.item)
