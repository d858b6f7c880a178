"""Arrivals, leaves and leavings: kept with their times, and the quorum moves at once (R16)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from decisions import rules
from decisions.actions import sittings as act
from decisions.models import Attendance, AttendanceEvent, Guest, GuestStatement, Motion, RuleSet
from decisions.selectors import room as select
from permissions.models import AuditEvent, Seat
from tests.decisions.sittings.conftest import Room

Refused = Callable[..., Any]


def present(room: Room, entry: Any, body: str) -> int:
    shown = select.room_of(room.sitting, room.cast.town_member, entry.pk)
    return next(side.quorum.present for side in shown.sides if side.body.code == body)


def test_r16_a_late_arrival_moves_the_quorum_at_once_and_is_kept_as_late(room: Room) -> None:
    entry = room.open()
    room.arrive("town.arms")
    room.begin(entry)
    before, version = present(room, entry, "town"), select.version_of(room.sitting)
    room.attend(room.seat("town.arms"))
    assert present(room, entry, "town") == before + 1
    assert select.version_of(room.sitting) != version
    event = AttendanceEvent.objects.get(seat=room.seat("town.arms"))
    assert (event.state, event.late, event.entry) == ("present", True, entry)
    assert not AttendanceEvent.objects.filter(seat=room.seat("town.congress"), late=True).exists()


def test_leave_kinds_and_leaving_are_kept_and_never_changed(room: Room, refused: Refused) -> None:
    room.open()
    seat = room.seat("town.arms")
    with refused("invalid"):
        room.attend(seat, "absent", leave="holiday")
    room.attend(seat, "absent", leave="duty", reason="防汛调度")
    room.attend(seat)
    room.attend(seat, "left", reason="接访")
    room.attend(seat, "left", reason="接访")
    events = list(AttendanceEvent.objects.filter(seat=seat).values_list("state", "leave", "reason"))
    assert events == [("absent", "duty", "防汛调度"), ("present", "", ""), ("left", "", "接访")]
    row = Attendance.objects.get(seat=seat)
    assert row.arrived_at is not None and row.left_at is not None
    with pytest.raises(DatabaseError), transaction.atomic():
        AttendanceEvent.objects.update(reason="改")


def test_r43_somebody_with_two_seats_comes_and_goes_with_both(room: Room) -> None:
    Seat.objects.filter(user=room.cast.zone_member).update(user=room.cast.town_member)
    room.open()
    town, zone = room.seat("town.congress", "town"), room.seat("town.congress", "zone")
    room.attend(town)
    assert Attendance.objects.get(seat=zone).state == "present"
    room.attend(zone, "left")
    assert Attendance.objects.get(seat=town).state == "left"
    assert AuditEvent.objects.filter(subject=room.sitting.subject, verb="attendance_set").count() == 4


def test_who_comes_in_during_a_ballot_is_registered_and_votes_from_the_next_one(room: Room, refused: Refused) -> None:
    entry = room.open()
    room.arrive("town.arms")
    room.begin(entry)
    room.hear(entry)
    town = room.ballots(entry)["town"]
    seat = room.seat("town.arms")
    room.attend(seat)
    assert Attendance.objects.get(seat=seat).state == "present"
    with refused("absent"):
        act.vote_cast(actor=room.cast["town.arms"], ballot_id=town.pk, seat_id=seat.pk, choice="for")


def test_r14_where_the_quorum_is_lost_during_a_ballot_it_cannot_be_counted_and_is_void(
    room: Room, refused: Refused
) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    ballots = room.ballots(entry)
    given: dict[str, Any] = {"actor": room.cast.town_secretary, "entry_id": entry.pk}
    with refused("entry_voting"):
        act.entry_defer(**given, reason="先缓一缓")
    room.vote_some(ballots["zone"], 1)
    for seat in [s for s in room.voters("zone") if s.pk != room.voters("zone")[0].pk][:4]:
        room.attend(seat, "left")
    with refused("quorum_lost", "未达到法定人数"):
        act.voting_close(**given, early=True)
    ended = act.entry_defer(**given, reason="中途不足法定人数", ground="quorum")
    assert (ended.outcome, ended.ground) == ("deferred", "quorum")
    assert not Motion.objects.get(entry=entry).resolutions.exists()
    assert set(entry.ballots.values_list("status", flat=True)) == {"closed"}
    assert act.entry_defer(**given, reason="再次").outcome == "deferred"
    event = AuditEvent.objects.get(subject=entry.item.subject, verb="entry_defer")
    assert sorted(event.data["void"]) == sorted(ballot.pk for ballot in ballots.values())


def test_the_quorum_comes_back_with_the_members(room: Room) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    room.ballots(entry)
    gone = room.voters("zone")[:4]
    for seat in gone:
        room.attend(seat, "left")
    assert select.room_of(room.sitting, room.cast.town_secretary).control.title == "表决中途未达到法定人数"  # type: ignore[union-attr]
    room.attend(gone[0])
    assert act.voting_close(actor=room.cast.town_secretary, entry_id=entry.pk, early=True)


def test_r17_a_guest_comes_in_for_one_entry_speaks_and_leaves_before_the_vote(room: Room, refused: Refused) -> None:
    entry = room.open()
    room.arrive()
    given: dict[str, Any] = {"entry_id": entry.pk, "name": "李工", "position": "设计单位"}
    with refused("role"):
        act.guest_invite(actor=room.cast.town_member, **given)
    guest = act.guest_invite(actor=room.cast.town_secretary, **given)
    assert act.guest_invite(actor=room.cast.zone_secretary, **given) == guest
    room.begin(entry)
    said: dict[str, Any] = {"actor": room.cast.town_secretary, "guest_id": guest.pk}
    with refused("guest_outside"):
        act.guest_statement_record(**said, words="说明情况")
    act.guest_move(**said, inside=True)
    with refused("no_words"):
        act.guest_statement_record(**said, words=" ")
    for _again in range(2):
        act.guest_statement_record(**said, words="说明情况")
    assert GuestStatement.objects.count() == 1
    room.hear(entry)
    ballots = room.ballots(entry)
    assert Guest.objects.get().left_at is not None
    assert all(ballot.due == due for ballot, due in ((ballots["town"], 9), (ballots["zone"], 7)))


def test_a_break_keeps_the_roster_and_attendance_is_taken_anew(room: Room, refused: Refused) -> None:
    entry = room.open()
    room.arrive()
    given: dict[str, Any] = {"actor": room.cast.zone_chair, "sitting_id": room.sitting.pk}
    until = timezone.now() + timedelta(hours=2)
    with refused("no_reason"):
        act.sitting_adjourn(**given, reason=" ", until=until)
    with refused("invalid"):
        act.sitting_adjourn(**given, reason="午休", until=timezone.now() - timedelta(hours=1))
    with refused("role"):
        act.sitting_adjourn(actor=room.cast.town_member, sitting_id=room.sitting.pk, reason="午休", until=until)
    first = act.sitting_adjourn(**given, reason="午休", until=until)
    assert act.sitting_adjourn(**given, reason="又", until=until) == first
    with refused("adjourned", "休会"):
        act.entry_call(actor=room.cast.zone_chair, entry_id=entry.pk)
    with refused("adjourned"):
        room.attend(room.seat("town.arms"), "left")
    roster = list(room.sitting.seats.values_list("pk", flat=True))
    for _again in range(2):
        act.sitting_resume(**given)
    room.sitting.refresh_from_db()
    assert room.sitting.status == "open" and list(room.sitting.seats.values_list("pk", flat=True)) == roster
    assert set(Attendance.objects.filter(seat__sitting=room.sitting).values_list("state", flat=True)) == {"absent"}
    verbs = AuditEvent.objects.filter(subject=room.sitting.subject).values_list("verb", flat=True)
    assert (list(verbs).count("sitting_adjourn"), list(verbs).count("sitting_resume")) == (1, 1)
    with pytest.raises(DatabaseError), transaction.atomic():
        room.sitting.adjournments.update(reason="改")


def test_no_break_while_a_ballot_is_open(room: Room, refused: Refused) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    room.ballots(entry)
    with refused("ballot_open"):
        act.sitting_adjourn(
            actor=room.cast.zone_chair,
            sitting_id=room.sitting.pk,
            reason="午休",
            until=timezone.now() + timedelta(hours=1),
        )


@pytest.mark.parametrize(("setting", "zone_present"), [("each", 7), ("barred", 6)])
def test_r43_two_seats_have_a_ballot_each_or_the_second_counts_as_absent(
    room: Room, refused: Refused, setting: str, zone_present: int
) -> None:
    Seat.objects.filter(user=room.cast.zone_member).update(user=room.cast.town_member)
    both = dict.fromkeys(("town", "zone"), rules.ORDINARY)
    numbers = rules.Rules(both, statements=False, two_seats=rules.TwoSeats(setting)).to_json()
    room.types["project"].rule_set = RuleSet.objects.create(code="two", number=1, name="兼任", numbers=numbers)
    room.types["project"].save()
    entry = room.open()
    room.arrive()
    room.begin(entry)
    ballots = room.ballots(entry)
    assert (ballots["town"].present, ballots["zone"].present, ballots["zone"].due) == (9, zone_present, 7)
    second = room.seat("town.congress", "zone")
    given: dict[str, Any] = {
        "actor": room.cast.town_member,
        "ballot_id": ballots["zone"].pk,
        "seat_id": second.pk,
        "choice": "for",
    }
    if setting == "each":
        assert act.vote_cast(**given).seat == second
    else:
        with refused("absent"):
            act.vote_cast(**given)
