"""In the room before the vote: attendance, recusal, speaking."""

from collections.abc import Callable
from typing import Any

from decisions.actions import sittings as act
from decisions.models import AgendaEntry, Attendance, Recusal, Statement
from permissions.models import AuditEvent
from tests.decisions.sittings.conftest import Room

Refused = Callable[..., Any]


def test_members_sign_in_themselves_and_nobody_signs_in_for_them_but_the_desk(room: Room, refused: Refused) -> None:
    room.open()
    seat = room.seat("zone.finance")
    given: dict[str, Any] = {"sitting_id": room.sitting.pk, "seat_id": seat.pk, "state": "present"}
    with refused("not_your_seat"):
        act.attendance_set(actor=room.cast.town_member, **given)
    assert Attendance.objects.get(seat=seat).state == "absent"
    act.attendance_set(actor=room.cast["zone.finance"], **given)
    act.attendance_set(actor=room.cast.zone_secretary, **given)
    assert Attendance.objects.get(seat=seat).state == "present"
    assert AuditEvent.objects.filter(subject=room.sitting.subject, verb="attendance_set").count() == 1


def test_r22_an_absent_members_written_opinion_is_on_record(room: Room) -> None:
    room.open()
    row = room.attend(room.seat("town.arms"), "absent", reason="防汛调度", opinion="同意")
    assert (row.reason, row.opinion) == ("防汛调度", "同意")
    event = AuditEvent.objects.get(subject=room.sitting.subject, verb="attendance_set")
    assert event.data["new"] == {"state": "absent", "reason": "防汛调度", "opinion": "同意"}


def test_attendance_does_not_change_under_an_open_ballot(room: Room, refused: Refused) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    room.ballots(entry)
    with refused("ballot_open"):
        room.attend(room.seat("town.arms"), "absent", reason="防汛调度")
    with refused("entry_voting"):
        act.recusal_declare(
            actor=room.cast.town_secretary, entry_id=entry.pk, seat_id=room.seat("town.arms").pk, reason="近亲属"
        )


def test_an_odd_state_is_refused(room: Room, refused: Refused) -> None:
    room.open()
    with refused("invalid"):
        room.attend(room.seat("town.arms"), "asleep")


def test_one_entry_at_a_time(room: Room, refused: Refused) -> None:
    room.open(room.item("第一件"), room.item("第二件"))
    first, second = room.sitting.entries.all()
    act.entry_call(actor=room.cast.zone_chair, entry_id=first.pk)
    with refused("another_entry", "第 1 项"):
        act.entry_call(actor=room.cast.zone_chair, entry_id=second.pk)
    with refused("entry_waiting"):
        act.speaking_open(actor=room.cast.zone_chair, entry_id=second.pk)
    again = act.entry_call(actor=room.cast.zone_chair, entry_id=first.pk)
    assert again.stage == AgendaEntry.Stage.INTRODUCED


def test_nothing_goes_on_before_the_sitting_is_open(room: Room, refused: Refused) -> None:
    room.prepare(room.item())
    entry = room.sitting.entries.get()
    with refused("not_open"):
        act.entry_call(actor=room.cast.zone_chair, entry_id=entry.pk)


def test_members_do_not_run_the_sitting(room: Room, refused: Refused) -> None:
    entry = room.open()
    with refused("role"):
        act.entry_call(actor=room.cast.town_member, entry_id=entry.pk)
    with refused("role"):
        act.voting_open(actor=room.cast.observer, entry_id=entry.pk)


def test_r20_the_principal_speaks_last_in_their_own_body(room: Room, refused: Refused) -> None:
    entry = room.open()
    room.arrive("town.arms")
    room.begin(entry)
    room.hear(entry, "town.congress", "town.chair", "zone.chair")
    given: dict[str, Any] = {"entry_id": entry.pk, "stance": "agree"}
    with refused("principal_last", "还有 1 席"):
        act.statement_record(actor=room.cast.town_chair, seat_id=room.seat("town.chair").pk, **given)
    act.statement_record(actor=room.cast.zone_chair, seat_id=room.seat("zone.chair").pk, **given)
    act.statement_record(actor=room.cast.town_member, seat_id=room.seat("town.congress").pk, **given)
    act.statement_record(actor=room.cast.town_chair, seat_id=room.seat("town.chair").pk, **given)
    assert Statement.objects.filter(entry=entry).count() == 15


def test_the_desk_may_write_down_what_was_said_and_others_may_not(room: Room, refused: Refused) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    seat = room.seat("town.congress")
    given: dict[str, Any] = {"entry_id": entry.pk, "seat_id": seat.pk, "stance": "disagree", "words": "先听两村意见。"}
    with refused("not_your_seat"):
        act.statement_record(actor=room.cast.zone_member, **given)
    first = act.statement_record(actor=room.cast.zone_secretary, **given)
    again = act.statement_record(actor=room.cast.zone_secretary, **given)
    assert first == again
    event = AuditEvent.objects.get(subject=entry.item.subject, verb="statement_record")
    assert event.data["words"] == "先听两村意见。" and event.actor == room.cast.zone_secretary


def test_spoken_again_is_a_new_statement_and_the_first_stays(room: Room) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    seat = room.seat("town.congress")
    for stance in ("defer", "agree"):
        act.statement_record(actor=room.cast.town_member, entry_id=entry.pk, seat_id=seat.pk, stance=stance)
    assert [row.stance for row in Statement.objects.filter(entry=entry)] == ["defer", "agree"]


def test_r17_the_observer_speaks_and_states_no_view(room: Room, refused: Refused) -> None:
    entry = room.open()
    room.arrive()
    seat = room.seat("observer", "town")
    room.attend(seat)
    room.begin(entry)
    given: dict[str, Any] = {"actor": room.cast.observer, "entry_id": entry.pk, "seat_id": seat.pk}
    with refused("stance_without_vote"):
        act.statement_record(**given, stance="agree", words="列席意见")
    with refused("no_words"):
        act.statement_record(**given)
    assert act.statement_record(**given, words="列席意见").stance == ""


def test_a_view_must_be_stated_and_only_in_time(room: Room, refused: Refused) -> None:
    entry = room.open()
    room.arrive("town.arms")
    seat = room.seat("town.congress")
    given: dict[str, Any] = {"actor": room.cast.town_secretary, "entry_id": entry.pk}
    with refused("entry_waiting"):
        act.statement_record(**given, seat_id=seat.pk, stance="agree")
    room.begin(entry)
    with refused("no_stance"):
        act.statement_record(**given, seat_id=seat.pk, words="说了话，没有表态")
    with refused("absent"):
        act.statement_record(**given, seat_id=room.seat("town.arms").pk, stance="agree")


def test_the_floor_goes_from_seat_to_seat_and_ends_with_the_principals(room: Room, refused: Refused) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    order = []
    while True:
        entry.refresh_from_db()
        if len(order) == 16:
            break
        called = act.speaker_call(actor=room.cast.town_secretary, entry_id=entry.pk)
        assert called.speaker is not None
        order.append(called.speaker)
        act.statement_record(actor=called.speaker.user, entry_id=entry.pk, seat_id=called.speaker_id, stance="agree")
    assert len(set(order)) == 16
    for body in ("town", "zone"):
        assert [seat for seat in order if seat.body.code == body][-1].principal
    with refused("all_heard"):
        act.speaker_call(actor=room.cast.town_secretary, entry_id=entry.pk)


def test_passing_the_floor_on_goes_to_somebody_else(room: Room) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    first = act.speaker_call(actor=room.cast.town_secretary, entry_id=entry.pk).speaker_id
    second = act.speaker_call(actor=room.cast.town_secretary, entry_id=entry.pk).speaker_id
    assert first != second


def test_r24_a_recused_seat_neither_speaks_nor_counts_as_present(room: Room, refused: Refused) -> None:
    entry = room.open()
    room.arrive()
    seat = room.seat("zone.investment")
    given: dict[str, Any] = {"entry_id": entry.pk, "seat_id": seat.pk}
    with refused("no_reason"):
        act.recusal_declare(actor=room.cast["zone.investment"], **given, reason=" ")
    with refused("not_your_seat"):
        act.recusal_declare(actor=room.cast.town_member, **given, reason="近亲属任意向承租企业负责人")
    for _again in range(2):
        act.recusal_declare(actor=room.cast["zone.investment"], **given, reason="近亲属任意向承租企业负责人")
    assert Recusal.objects.count() == 1
    room.begin(entry)
    with refused("recused"):
        act.statement_record(actor=room.cast["zone.investment"], **given, stance="agree")
    room.hear(entry)
    zone = room.ballots(entry)["zone"]
    assert (zone.due, zone.present, zone.required) == (7, 6, 4)
    with refused("recused"):
        act.vote_cast(actor=room.cast["zone.investment"], ballot_id=zone.pk, seat_id=seat.pk, choice="for")


def test_r25_an_entry_is_deferred_with_a_reason_and_its_flow_goes_back_to_tabling(room: Room, refused: Refused) -> None:
    item = room.item()
    entry = room.open(item)
    room.arrive()
    room.begin(entry)
    with refused("no_reason"):
        act.entry_defer(actor=room.cast.zone_chair, entry_id=entry.pk, reason="")
    for _again in range(2):
        deferred = act.entry_defer(actor=room.cast.zone_chair, entry_id=entry.pk, reason="补充两村意见后再议")
    assert (deferred.outcome, deferred.stage) == ("deferred", "announced")
    assert room.nodes(item) == {"table"}
    assert "会议决定暂缓审议。理由：补充两村意见后再议。" in entry.minutes.text
    room.prepare(item)
    assert room.nodes(item) == {"deliberate"}
