"""The vote: opening, casting, closing, announcing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from decisions.actions import sittings as act
from decisions.actions.sittings.named import cast_digest
from decisions.models import AgendaEntry, Ballot, Resolution, Vote
from permissions.errors import Hidden
from permissions.models import AuditEvent, User
from tests.decisions.sittings.conftest import Room
from workflows.actions import case_resume, case_suspend

Refused = Callable[..., Any]


@pytest.fixture
def heard(room: Room) -> AgendaEntry:
    """Everybody is there and has stated a view."""
    entry = room.open()
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    return entry


def events(entry: AgendaEntry, verb: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(subject=entry.item.subject, verb=verb).order_by("seq"))


def test_one_ballot_per_body_is_opened_and_opening_again_finds_them(room: Room, heard: AgendaEntry) -> None:
    ballots = room.ballots(heard)
    assert {code: (b.due, b.present, b.quorum, b.required) for code, b in ballots.items()} == {
        "town": (9, 9, 5, 5),
        "zone": (7, 7, 4, 4),
    }
    assert room.ballots(heard) == ballots
    assert Ballot.objects.count() == 2 and len(events(heard, "voting_open")) == 1


def test_r13_r16_without_a_quorum_in_one_body_no_vote_begins_and_it_says_who_is_missing(
    room: Room, refused: Refused
) -> None:
    entry = room.open()
    room.arrive("zone.standing", "zone.industry", "zone.finance", "zone.planning")
    room.begin(entry)
    room.hear(entry)
    with refused("quorum", "示范区党组未达到法定人数：应到 7，实到 3，须到 4，还差 1 人"):
        room.ballots(entry)
    assert not Ballot.objects.exists()
    room.attend(room.seat("zone.finance"))
    with refused("unheard", "还有 1 席未表明态度：示范区党组 1 席"):
        room.ballots(entry)


def test_r16_whoever_leaves_takes_the_quorum_with_them(room: Room, heard: AgendaEntry, refused: Refused) -> None:
    for name in ("zone.standing", "zone.industry", "zone.finance", "zone.planning"):
        room.attend(room.seat(name), "left")
    with refused("quorum"):
        room.ballots(heard)


def test_no_vote_before_speaking(room: Room, refused: Refused) -> None:
    entry = room.open()
    with refused("entry_waiting"):
        room.ballots(entry)


def test_a_vote_is_counted_once_and_replaced_while_the_ballot_is_open(room: Room, heard: AgendaEntry) -> None:
    town = room.ballots(heard)["town"]
    seat = room.seat("town.congress")
    given: dict[str, Any] = {"actor": room.cast.town_member, "ballot_id": town.pk, "seat_id": seat.pk}
    first = act.vote_cast(**given, choice="for")
    again = act.vote_cast(**given, choice="for")
    assert first.pk == again.pk and first.receipt == again.receipt
    changed = act.vote_cast(**given, choice="against", words="收益分配比例应先征求两村意见，建议暂缓。")
    assert (changed.pk, changed.choice) == (first.pk, "against") and changed.receipt != first.receipt
    assert [cast["choice"] for cast in changed.casts] == ["for", "against"]
    assert Vote.objects.filter(ballot=town).count() == 1
    assert [event.data["replaces"] for event in events(heard, "vote_cast")] == [False, True]


def test_while_the_items_flow_is_suspended_nobody_votes_and_no_ballot_is_closed_over_them(
    room: Room, heard: AgendaEntry, refused: Refused, client_of: Callable[[User], Client]
) -> None:
    town = room.ballots(heard)["town"]
    seat = room.seat("town.congress")
    given: dict[str, Any] = {"actor": room.cast.town_member, "ballot_id": town.pk, "seat_id": seat.pk, "choice": "for"}
    case_suspend(actor=room.cast.admin, case_id=heard.item.case_id, reason="材料需要核实")
    with refused("suspended", "流程已暂停（材料需要核实）"):
        act.vote_cast(**given)
    with refused("suspended"):
        act.voting_close(actor=room.cast.town_secretary, entry_id=heard.pk, early=True)
    assert not Vote.objects.exists() and not events(heard, "vote_cast")
    assert {ballot.is_open for ballot in Ballot.objects.all()} == {True}
    client = client_of(room.cast.town_member)
    page = client.get(reverse("ballot", args=[town.pk])).content.decode()
    assert "流程已暂停，恢复以前不能办理。" in page
    assert client.post(reverse("ballot", args=[town.pk]), {"seat": seat.pk, "choice": "for"}).status_code == 409
    case_resume(actor=room.cast.admin, case_id=heard.item.case_id)
    assert act.vote_cast(**given).choice == "for"


def test_no_ballot_is_opened_while_the_items_flow_is_suspended(
    room: Room, heard: AgendaEntry, refused: Refused
) -> None:
    case_suspend(actor=room.cast.admin, case_id=heard.item.case_id, reason="材料需要核实")
    with refused("suspended"):
        room.ballots(heard)
    assert not Ballot.objects.exists()


def test_while_a_ballot_is_open_the_log_shows_no_direction_and_afterwards_proves_it(
    room: Room, heard: AgendaEntry
) -> None:
    ballots = room.ballots(heard)
    room.vote(ballots["town"], "f" * 6 + "aab")
    room.vote(ballots["zone"], "f" * 7)
    cast = events(heard, "vote_cast")
    assert len(cast) == 16
    assert all(
        set(event.data) == {"entry", "sitting", "seat", "position", "receipt", "replaces", "digest"} for event in cast
    )
    act.voting_close(actor=room.cast.zone_chair, entry_id=heard.pk)
    (closed,) = events(heard, "voting_close")
    opened = {cast_digest(row) for vote in closed.data["votes"] for row in vote["casts"]}
    assert opened == {event.data["digest"] for event in cast}


def test_r20_the_principal_votes_last_in_their_own_body(room: Room, heard: AgendaEntry, refused: Refused) -> None:
    town = room.ballots(heard)["town"]
    chair = room.seat("town.chair")
    room.vote_some(town, 7)
    with refused("principal_last", "还有 1 席没有投票"):
        act.vote_cast(actor=room.cast.town_chair, ballot_id=town.pk, seat_id=chair.pk, choice="for")
    last = next(seat for seat in room.voters("town") if not Vote.objects.filter(ballot=town, seat=seat).exists())
    act.vote_cast(actor=last.user, ballot_id=town.pk, seat_id=last.pk, choice="abstain")
    act.vote_cast(actor=room.cast.town_chair, ballot_id=town.pk, seat_id=chair.pk, choice="for")
    assert Vote.objects.filter(ballot=town).count() == 9


def test_the_principal_does_not_wait_for_somebody_who_has_left_and_their_seat_stays_due(
    room: Room, heard: AgendaEntry, refused: Refused
) -> None:
    ballots = room.ballots(heard)
    room.vote(ballots["zone"], "f" * 7)
    room.vote_some(ballots["town"], 7)
    gone = next(s for s in room.voters("town") if not Vote.objects.filter(seat=s).exists())
    voter, chair = room.voters("town")[0], room.seat("town.chair")
    with refused("ballot_open"):
        room.attend(voter, "absent")
    room.attend(voter, "left")
    room.attend(gone, "left")
    with refused("left"):
        act.vote_cast(actor=gone.user, ballot_id=ballots["town"].pk, seat_id=gone.pk, choice="for")
    act.vote_cast(actor=chair.user, ballot_id=ballots["town"].pk, seat_id=chair.pk, choice="for")
    act.voting_close(actor=room.cast.zone_chair, entry_id=heard.pk)
    act.result_announce(actor=room.cast.zone_chair, entry_id=heard.pk)
    town = Resolution.objects.get(motion__entry=heard, body__code="town")
    assert (town.due, town.in_favour, town.not_voted) == (9, 8, 1)


def test_who_left_during_a_ballot_may_come_back_and_vote(room: Room, heard: AgendaEntry) -> None:
    town, seat = room.ballots(heard)["town"], room.seat("town.congress")
    room.attend(seat, "left")
    room.attend(seat)
    assert act.vote_cast(actor=room.cast.town_member, ballot_id=town.pk, seat_id=seat.pk, choice="for").pk


def test_nobody_votes_for_another_seat_or_body(room: Room, heard: AgendaEntry, refused: Refused) -> None:
    ballots = room.ballots(heard)
    town = ballots["town"].pk
    own, other = room.seat("town.congress"), room.seat("town.arms")
    with refused("not_your_seat"):
        act.vote_cast(actor=room.cast.town_member, ballot_id=town, seat_id=other.pk, choice="for")
    with refused("other_body"):
        act.vote_cast(actor=room.cast.town_member, ballot_id=ballots["zone"].pk, seat_id=own.pk, choice="for")
    with refused("no_vote"):
        act.vote_cast(
            actor=room.cast.town_secretary, ballot_id=town, seat_id=room.seat("town.secretary").pk, choice="for"
        )
    with refused("not_your_seat"):
        act.vote_cast(actor=room.cast.legal, ballot_id=town, seat_id=own.pk, choice="for")
    with pytest.raises(Hidden):
        act.vote_cast(actor=room.cast.outsider, ballot_id=town, seat_id=own.pk, choice="for")
    with pytest.raises(Hidden):
        act.vote_cast(actor=room.cast.town_member, ballot_id=town, seat_id=0, choice="for")
    with refused("no_choice"):
        act.vote_cast(actor=room.cast.town_member, ballot_id=town, seat_id=own.pk, choice="maybe")
    assert not Vote.objects.exists()


def test_r22_an_absent_member_does_not_vote(room: Room, refused: Refused) -> None:
    entry = room.open()
    room.arrive("town.arms")
    room.begin(entry)
    room.hear(entry)
    town = room.ballots(entry)["town"]
    with refused("absent"):
        act.vote_cast(actor=room.cast["town.arms"], ballot_id=town.pk, seat_id=room.seat("town.arms").pk, choice="for")


def test_closing_waits_for_everybody_present_unless_the_desk_ends_it_early(
    room: Room, heard: AgendaEntry, refused: Refused
) -> None:
    ballots = room.ballots(heard)
    room.vote_some(ballots["town"], 6)
    room.vote(ballots["zone"], "f" * 7)
    with refused("votes_missing", "还有 3 席没有投票"):
        act.voting_close(actor=room.cast.town_secretary, entry_id=heard.pk)
    with refused("ballot_open"):
        act.result_announce(actor=room.cast.town_secretary, entry_id=heard.pk)
    for _again in range(2):
        closed = act.voting_close(actor=room.cast.zone_chair, entry_id=heard.pk, early=True)
    assert {ballot.status for ballot in closed} == {"closed"}
    assert len(events(heard, "voting_close")) == 1
    act.result_announce(actor=room.cast.zone_chair, entry_id=heard.pk)
    town = Resolution.objects.get(motion__entry=heard, body__code="town")
    assert (town.in_favour, town.not_voted, town.passed) == (6, 3, True)


def test_a_closed_ballot_takes_no_vote_through_the_action_nor_past_it(
    room: Room, heard: AgendaEntry, refused: Refused
) -> None:
    ballots = room.ballots(heard)
    room.vote(ballots["town"], "f" * 9)
    room.vote(ballots["zone"], "f" * 7)
    act.voting_close(actor=room.cast.town_secretary, entry_id=heard.pk)
    with refused("ballot_closed"):
        act.vote_cast(
            actor=room.cast.town_member,
            ballot_id=ballots["town"].pk,
            seat_id=room.seat("town.congress").pk,
            choice="against",
        )


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE decisions_vote SET choice = 'against'",
        "DELETE FROM decisions_vote",
        "TRUNCATE decisions_vote",
        "UPDATE decisions_ballot SET status = 'open', closed_at = NULL",
        "UPDATE decisions_ballot SET required = 1",
        "DELETE FROM decisions_ballot",
        "UPDATE decisions_resolution SET passed = true",
        "DELETE FROM decisions_resolution",
        "UPDATE decisions_statement SET words = 'etwas'",
        "UPDATE decisions_sittingseat SET voting = false",
        "DELETE FROM decisions_recusal",
        "UPDATE decisions_agendaentry SET outcome = 'passed'",
        "DELETE FROM decisions_agendaentry",
        "UPDATE decisions_motion SET outcome = 'passed'",
        "DELETE FROM decisions_minutes",
        "UPDATE decisions_signoff SET document_hash = ''",
        "UPDATE decisions_minutescheck SET by_id = 1",
        "DELETE FROM decisions_minutescheck",
        "DELETE FROM decisions_signoff",
    ],
)
def test_n11_the_database_itself_refuses_to_change_what_was_decided(room: Room, sql: str) -> None:
    entry = room.decided("f" * 9, "fffaabb")
    chair = room.cast.town_chair
    room.check(entry.minutes)
    act.minutes_sign(actor=chair, minutes_id=entry.minutes.pk, document_hash=entry.minutes.document_hash)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql)


def test_the_database_refuses_a_vote_of_a_seat_that_is_not_present(room: Room, heard: AgendaEntry) -> None:
    ballots = room.ballots(heard)
    room.vote_some(ballots["town"], 1)
    (vote,) = Vote.objects.all()
    vote.pk, vote.seat = None, room.seat("zone.finance")
    with pytest.raises(DatabaseError), transaction.atomic():
        vote.save(force_insert=True)


@pytest.mark.parametrize(
    ("town", "zone", "outcome", "nodes"),
    [
        ("ffffffabb", "fffffbb", "passed", {"sign_town", "sign_zone"}),
        ("fffffffab", "fffaabb", "split", {"split"}),
        ("ffffaaabb", "fffaabb", "rejected", {"plan"}),
    ],
)
def test_r42_the_joint_outcome_moves_the_flow(room: Room, town: str, zone: str, outcome: str, nodes: set[str]) -> None:
    entry = room.decided(town, zone)
    assert (entry.stage, entry.outcome) == ("announced", outcome)
    assert room.nodes(entry.item) == nodes
    assert Resolution.objects.filter(motion__entry=entry).count() == 2


def test_announcing_twice_is_once(room: Room) -> None:
    entry = room.decided()
    again = act.result_announce(actor=room.cast.zone_chair, entry_id=entry.pk)
    assert again.outcome == "passed"
    assert len(events(entry, "result_announce")) == 1 and Resolution.objects.count() == 2


def test_exactly_half_of_those_due_does_not_pass_though_all_present_agree(room: Room) -> None:
    entry = room.open()
    room.arrive("zone.standing", "zone.industry", "zone.finance")
    room.begin(entry)
    room.hear(entry)
    entry = room.decide(entry, "f" * 9, "fffb")
    zone = Resolution.objects.get(motion__entry=entry, body__code="zone")
    assert (zone.in_favour, zone.due, zone.required, zone.passed) == (3, 7, 4, False)
    assert entry.outcome == "split"


def test_r14_r18_personnel_is_voted_one_person_at_a_time_with_two_thirds_present(room: Room, refused: Refused) -> None:
    item = room.item("干部双向交流推荐（第二批）", "personnel", people=("人选甲", "人选乙"))
    entry = room.open(item)
    room.arrive("town.mayor", "town.deputy", "town.congress", "town.discipline")
    room.begin(entry)
    room.hear(entry)
    with refused("quorum", "洪林镇党委未达到法定人数：应到 9，实到 5，须到 6"):
        room.ballots(entry)
    room.attend(room.seat("town.mayor"))
    act.statement_record(
        actor=room.cast["town.mayor"], entry_id=entry.pk, seat_id=room.seat("town.mayor").pk, stance="agree"
    )
    entry = room.decide(entry, "ffffaa", "f" * 7)
    assert (entry.stage, entry.outcome) == ("voting", "")
    assert room.nodes(item) == {"deliberate"}
    entry = room.decide(entry, "f" * 6, "f" * 7)
    assert (entry.stage, entry.outcome) == ("announced", "passed")
    assert [motion.outcome for motion in entry.motions.all()] == ["split", "passed"]
    assert room.nodes(item) == {"sign_town", "sign_zone"}


def test_the_next_person_waits_for_the_result_of_the_last(room: Room, refused: Refused) -> None:
    entry = room.open(room.item("干部双向交流推荐", "personnel", people=("人选甲", "人选乙")))
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    ballots = room.ballots(entry)
    room.vote(ballots["town"], "f" * 9)
    room.vote(ballots["zone"], "f" * 7)
    act.voting_close(actor=room.cast.town_secretary, entry_id=entry.pk)
    with refused("not_announced"):
        room.ballots(entry)
    with refused("entry_voting"):
        act.entry_defer(actor=room.cast.town_secretary, entry_id=entry.pk, reason="缓议")


def test_a_personnel_item_without_a_person_does_not_open(room: Room, refused: Refused) -> None:
    room.prepare(room.item("干部双向交流推荐", "personnel"))
    room.notice()
    with refused("no_candidates"):
        act.sitting_open(actor=room.cast.town_secretary, sitting_id=room.sitting.pk)
