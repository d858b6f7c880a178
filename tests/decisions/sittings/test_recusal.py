"""Recusal: declared, reported, ruled on, and its consequences (R24, 公务员法 art. 76–77); the chair (R46)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from decisions import waits
from decisions.actions import sittings as act
from decisions.models import AgendaEntry, Recusal, RecusalRuling
from decisions.policies.signing import signers_of
from decisions.policies.sittings import bodies_of
from decisions.selectors import room as select
from decisions.selectors import sittings as read
from permissions.ids import cover
from permissions.models import AuditEvent, Seat
from tests.decisions.sittings.conftest import Room

Refused = Callable[..., Any]


def report(room: Room, entry: AgendaEntry, who: str, **more: Any) -> Recusal:
    given: dict[str, Any] = {"reason": "配偶在承租企业任职", "kind": "relative"} | more
    return act.recusal_report(actor=room.cast.town_member, entry_id=entry.pk, seat_id=room.seat(who).pk, **given)


def rule(room: Room, recusal: Recusal, who: str, upheld: bool = True, reason: str = "情况属实") -> RecusalRuling:
    return act.recusal_rule(actor=room.cast[who], recusal_id=recusal.pk, upheld=upheld, reason=reason)


def test_r24_reported_and_unruled_the_seat_cannot_vote_and_no_ballot_opens(room: Room, refused: Refused) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    recusal = report(room, entry, "zone.investment")
    assert report(room, entry, "zone.investment") == recusal
    with refused("unruled", "还没有裁定"):
        room.ballots(entry)
    assert room.seat("zone.investment").pk in read.recused_from(entry)
    for who, code in (("town.congress", "not_presiding"), ("zone.investment", "concerned")):
        with refused(code):
            rule(room, recusal, who)
    with refused("no_reason"):
        rule(room, recusal, "zone.chair", reason=" ")
    ruling = rule(room, recusal, "zone.chair")
    assert rule(room, recusal, "zone.chair") == ruling
    with refused("ruled"):
        rule(room, recusal, "zone.chair", upheld=False)
    zone = room.ballots(entry)["zone"]
    assert (zone.due, zone.present) == (7, 6)
    event = AuditEvent.objects.get(subject=entry.item.subject, verb="recusal_rule")
    assert event.data["upheld"] is True and event.data["ruler"] == ruling.seat.position
    with pytest.raises(DatabaseError), transaction.atomic():
        RecusalRuling.objects.update(upheld=False)


def test_r24_dismissed_the_seat_takes_its_place_and_the_same_reason_does_not_come_again(
    room: Room, refused: Refused
) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    recusal = report(room, entry, "zone.investment")
    rule(room, recusal, "zone.chair", upheld=False)
    assert not Recusal.objects.standing().filter(entry=entry).exists()
    assert report(room, entry, "zone.investment") == recusal
    again = report(room, entry, "zone.investment", reason="本人持有承租企业股份", kind="own")
    assert again.number == 2
    rule(room, again, "zone.chair", upheld=False)
    room.hear(entry)
    assert room.ballots(entry)["zone"].present == 7


def test_r24_for_whoever_presides_the_other_bodys_principal_rules(room: Room, refused: Refused) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    recusal = report(room, entry, "zone.chair")
    with refused("concerned"):
        rule(room, recusal, "zone.chair")
    rule(room, recusal, "town.chair")
    room.hear(entry)
    with refused("no_chair", "接任主持"):
        room.ballots(entry)
    given: dict[str, Any] = {
        "actor": room.cast.town_secretary,
        "sitting_id": room.sitting.pk,
        "entry_id": entry.pk,
        "reason": "主持人回避",
    }
    with refused("cannot_chair"):
        act.chair_take(**given, seat_id=room.seat("zone.chair").pk)
    taken = act.chair_take(**given, seat_id=room.seat("town.chair").pk)
    assert act.chair_take(**given, seat_id=room.seat("town.chair").pk) == taken
    assert room.ballots(entry)["zone"].present == 6
    assert AuditEvent.objects.filter(subject=entry.item.subject, verb="chair_take").count() == 1


def test_r46_when_the_host_leaves_somebody_takes_the_chair_of_the_sitting(room: Room, refused: Refused) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    room.attend(room.seat("zone.chair"), "left", reason="接访")
    with refused("no_chair"):
        room.ballots(entry)
    act.chair_take(
        actor=room.cast.zone_secretary,
        sitting_id=room.sitting.pk,
        seat_id=room.seat("town.chair").pk,
        reason="主持人接访",
    )
    assert AuditEvent.objects.filter(subject=room.sitting.subject, verb="chair_take").count() == 1
    assert room.ballots(entry)


def test_r46_a_host_is_named_for_one_entry_before_it_is_called(room: Room, refused: Refused) -> None:
    room.prepare(room.item())
    entry = room.sitting.entries.get()
    seat = room.cast.seat("town.chair")
    with refused("role"):
        act.entry_host_set(actor=room.cast.town_member, entry_id=entry.pk, seat_id=seat.pk)
    with refused("invalid"):
        act.entry_host_set(actor=room.cast.town_secretary, entry_id=entry.pk, seat_id=999_999)
    for _again in range(2):
        act.entry_host_set(actor=room.cast.town_secretary, entry_id=entry.pk, seat_id=seat.pk)
    assert AuditEvent.objects.filter(subject=entry.item.subject, verb="entry_host_set").count() == 1
    entry.refresh_from_db()
    assert entry.host == seat


def test_one_reports_others_and_declares_for_oneself_before_the_vote_only(room: Room, refused: Refused) -> None:
    entry = room.open()
    room.arrive()
    with refused("own_seat"):
        report(room, entry, "town.congress")
    with refused("invalid"):
        report(room, entry, "town.arms", kind="friend")
    room.begin(entry)
    room.hear(entry)
    room.ballots(entry)
    with refused("entry_voting"):
        report(room, entry, "town.arms")


def test_a_recusal_holds_for_the_person_in_every_seat(room: Room) -> None:
    Seat.objects.filter(user=room.cast.zone_member).update(user=room.cast.town_member)
    entry = room.open()
    room.arrive()
    seat = room.seat("town.congress", "town")
    act.recusal_declare(actor=seat.user, entry_id=entry.pk, seat_id=seat.pk, reason="涉及本人", kind="own")
    assert read.recused_from(entry) >= {seat.pk, room.seat("town.congress", "zone").pk}


def test_who_rules_is_offered_the_page_and_nobody_else(room: Room) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    recusal = report(room, entry, "zone.investment")
    for who, offered in (("zone.chair", True), ("town.chair", False), ("town.congress", False)):
        seen = select.room_of(room.sitting, room.cast[who], entry.pk)
        assert seen.matters is not None
        steps = seen.control.buttons if seen.control is not None else []
        addresses = [line.url for line in seen.matters.recusals] + [step.url for step in steps]
        assert any(url.endswith(f"/recusals/{cover(recusal.pk)}/") for url in addresses) is offered


def test_r24_a_recused_chair_is_not_offered_to_call_the_item_they_stepped_back_from(room: Room) -> None:
    first = room.open(room.item(), room.item("第二件议题"))
    room.arrive()
    second = room.sitting.entries.get(order=2)
    seat = room.seat("town.chair")
    act.recusal_declare(actor=seat.user, entry_id=second.pk, seat_id=seat.pk, reason="涉及本人", kind="own")
    room.begin(first)
    room.hear(first)
    room.decide(first, "f" * 9, "f" * 7)
    for who, offered in (("town.chair", False), ("zone.chair", True), ("town.secretary", True)):
        seen = select.room_of(room.sitting, room.cast[who], first.pk)
        assert seen.control is not None
        assert any(button.id == "do-call" for button in seen.control.buttons) is offered


def decided_without(room: Room, who: str) -> AgendaEntry:
    """A passed item from which one member has stepped back; their body has one vote fewer."""
    entry = room.open()
    room.arrive()
    seat = room.seat(who)
    act.recusal_declare(actor=seat.user, entry_id=entry.pk, seat_id=seat.pk, reason="涉及本人", kind="own")
    if who == "zone.chair":
        deputy = room.seat("town.chair")
        act.chair_take(
            actor=deputy.user,
            sitting_id=room.sitting.pk,
            seat_id=deputy.pk,
            reason="主持人回避",
            entry_id=entry.pk,
        )
    room.begin(entry)
    room.hear(entry)
    votes = {code: "f" * (size - (room.seat(who).body.code == code)) for code, size in (("town", 9), ("zone", 7))}
    ballots = room.ballots(entry)
    for code, letters in votes.items():
        room.vote(ballots[code], letters)
    act.voting_close(actor=room.cast.town_secretary, entry_id=entry.pk)
    return act.result_announce(actor=room.cast.town_secretary, entry_id=entry.pk)


def test_r24_the_next_of_the_body_signs_for_a_recused_chair_and_the_flow_goes_on(room: Room, refused: Refused) -> None:
    entry = decided_without(room, "zone.chair")
    minutes = entry.minutes
    room.check(minutes)
    given = {"minutes_id": minutes.pk, "document_hash": minutes.document_hash}
    stand_in = room.cast["zone.standing"]
    with refused("hidden"):
        act.minutes_sign(actor=room.cast.zone_chair, **given)
    with refused("role"):
        act.minutes_sign(actor=room.cast["zone.industry"], **given)
    assert [wait.action for wait in waits.minutes_to_sign(stand_in)] == ["去签署"]
    assert list(waits.minutes_to_sign(room.cast["zone.industry"])) == []
    signed = act.minutes_sign(actor=stand_in, **given)
    assert act.minutes_sign(actor=stand_in, **given) == signed
    assert list(waits.minutes_to_sign(stand_in)) == []
    event = AuditEvent.objects.get(subject=entry.item.subject, verb="minutes_sign")
    assert (event.data["body"], event.data["stands_in"]) == ("zone", room.seat("zone.standing").position)
    act.minutes_sign(actor=room.cast.town_chair, **given)
    assert room.nodes(entry.item) == {"execute"}


def test_r24_who_presided_signs_before_the_next_in_order(room: Room) -> None:
    entry = room.open()
    room.arrive()
    seat, deputy = room.seat("zone.chair"), room.seat("zone.finance")
    act.recusal_declare(actor=seat.user, entry_id=entry.pk, seat_id=seat.pk, reason="涉及本人", kind="own")
    act.chair_take(
        actor=room.cast.zone_secretary,
        sitting_id=room.sitting.pk,
        seat_id=deputy.pk,
        reason="主持人回避",
        entry_id=entry.pk,
    )
    (town, zone) = signers_of(entry, bodies_of(entry.sitting))
    assert (town.seat, town.users) == (None, {room.cast.town_chair.pk})
    assert (zone.seat, zone.users) == (deputy, {deputy.user_id})


def test_r24_a_chair_who_did_not_step_back_signs_alone(room: Room) -> None:
    entry = room.decided()
    assert [one.seat for one in signers_of(entry, bodies_of(entry.sitting))] == [None, None]
    assert list(waits.minutes_to_sign(room.cast["zone.standing"])) == []
