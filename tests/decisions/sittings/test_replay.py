"""A sitting played again from its log: every moment as it stood, and the verdict derived anew from the log alone."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from decisions.actions import sittings as act
from decisions.actions.sittings.secret import receipt_issue
from decisions.models import AgendaEntry, Attendance, Ballot, SittingSeat
from decisions.rules import Outcome, SeatState
from decisions.rules.replay import Phase, SittingState, Told, ordered, replay
from decisions.selectors import sittings as read
from decisions.selectors.replay import check, events_of, moment, stored_of, told_of
from permissions.errors import ApplicationError
from permissions.models import User
from tests.decisions.sittings.conftest import Room

ClientOf = Callable[[User], Client]


def states(room: Room) -> tuple[SittingState, ...]:
    return replay(told_of(events_of(room.sitting)))


def after(room: Room, verb: str, nth: int = -1) -> SittingState:
    """The state after the nth log entry with this verb."""
    return [state for state in states(room) if state.told is not None and state.told.verb == verb][nth]


def tamper(table: str, change: str) -> None:
    """Change a table behind the application's back, as only somebody with the database's own rights could."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE {table} SET {change}")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_a_sitting_that_was_held_agrees_with_its_log(room: Room) -> None:
    entry = room.open()
    room.arrive("town.arms")
    room.begin(entry)
    act.recusal_declare(
        actor=room.cast["zone.investment"],
        entry_id=entry.pk,
        seat_id=room.seat("zone.investment").pk,
        reason="近亲属在承租企业任职",
    )
    room.hear(entry)
    room.decide(entry, "ffffffab", "fffffb")
    assert check(room.sitting) == ()
    last = states(room)[-1].entries[entry.pk]
    (motion,) = last.motions.values()
    town, zone = (motion.ballots[code].verdict for code in ("town", "zone"))
    assert town is not None and (town.due, town.in_favour, town.passed) == (9, 6, True)
    assert zone is not None and (zone.due, zone.recused, zone.in_favour, zone.passed) == (7, 1, 5, True)
    assert (last.stage, last.outcome) == (Phase.ANNOUNCED, Outcome.PASSED)


def test_r16_a_late_arrival_that_makes_the_quorum_shows_at_its_moment(room: Room) -> None:
    entry = room.open()
    late = room.voters("zone")[3]
    room.arrive(*[seat.user.username for seat in room.voters("zone")[3:]])
    room.begin(entry)
    before = states(room)[-1]
    room.attend(late)
    now = states(room)[-1]
    entry_state = now.entries[entry.pk]
    assert not before.quorums(before.entries[entry.pk])["zone"].reached
    assert now.quorums(entry_state)["zone"].reached
    assert now.roster(entry_state).seat(late.pk).state is SeatState.PRESENT


def test_while_a_ballot_was_open_nobodys_choice_is_in_any_moment(room: Room) -> None:
    entry = room.decided("ffffffaab", "ffffffb")
    for state in states(room):
        found = state.entries.get(entry.pk)
        motion = found.motion if found is not None else None
        for ballot in motion.ballots.values() if motion is not None else ():
            if ballot.open:
                assert ballot.votes is ballot.counts is ballot.verdict is None
    half = after(room, "vote_cast", 3).entries[entry.pk].motion
    assert half is not None and len(half.ballots["town"].voted) == 4 and not half.ballots["zone"].voted


def test_r20_whose_turn_it_was(room: Room) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    state = states(room)[-1]
    principals = {seat.pk for seat in room.voters() if seat.principal}
    assert set(state.turn(state.entries[entry.pk])) == {seat.pk for seat in room.voters()} - principals
    room.hear(entry)
    room.ballots(entry)
    state = states(room)[-1]
    assert set(state.turn(state.entries[entry.pk])) == {seat.pk for seat in room.voters()} - principals


def test_a_resolution_changed_behind_the_applications_back_is_found(room: Room) -> None:
    room.decided("ffffaaabb", "ffffffb")
    tamper("decisions_resolution", "in_favour = 5, against = 2, passed = true")
    found = {(one.body, one.what, one.derived, one.stored) for one in check(room.sitting)}
    assert {("town", "in_favour", "4", "5"), ("town", "passed", "False", "True")} <= found


def test_an_outcome_changed_behind_the_applications_back_is_found(room: Room) -> None:
    entry = room.decided("f" * 9, "fffaabb")
    tamper("decisions_agendaentry", "outcome = 'passed'")
    (found,) = check(room.sitting)
    assert (found.entry, found.what, found.derived, found.stored) == (entry.pk, "outcome", "split", "passed")


def test_a_deferred_entry_agrees(room: Room) -> None:
    entry = room.open()
    act.entry_defer(actor=room.cast.zone_chair, entry_id=entry.pk, reason="补充两村意见后再议")
    assert check(room.sitting) == ()
    assert states(room)[-1].entries[entry.pk].outcome is Outcome.DEFERRED


def test_r18_persons_one_by_one_agree(room: Room) -> None:
    entry = room.open(room.item("干部任用", kind="personnel", people=["张三", "李四"]))
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    room.decide(entry, "f" * 9, "f" * 7)
    half = states(room)[-1].entries[entry.pk]
    assert (half.stage, half.outcome) == (Phase.VOTING, None)
    entry = room.decide(entry, "a" * 9, "a" * 7)
    assert check(room.sitting) == ()
    assert [motion.outcome for motion in states(room)[-1].entries[entry.pk].motions.values()] == [
        Outcome.PASSED,
        Outcome.REJECTED,
    ]


def test_the_command_names_what_differs_and_fails(room: Room) -> None:
    room.decided()
    out = StringIO()
    call_command("sitting_replay", "--all", stdout=out)
    assert "agrees" in out.getvalue()
    tamper("decisions_resolution", "in_favour = in_favour - 1, against = against + 1")
    out = StringIO()
    with pytest.raises(CommandError, match="1 sittings differ"):
        call_command("sitting_replay", str(room.sitting.pk), stdout=out)
    assert "赞成：日志推得 9，库中为 8" in out.getvalue()


def test_entries_of_several_chains_stand_in_the_order_of_time_and_never_against_their_chain() -> None:
    start = timezone.now()

    def told(chain: str, seq: int, seconds: int) -> Told:
        return Told(chain, seq, start + timedelta(seconds=seconds), "")

    waited = [told("item:1", 1, 5), told("item:1", 2, 3), told("sitting:1", 7, 5), told("sitting:1", 8, 4)]
    assert [(row.chain, row.seq) for row in ordered(waited)] == [
        ("sitting:1", 7),
        ("sitting:1", 8),
        ("item:1", 1),
        ("item:1", 2),
    ]
    assert ordered(reversed(waited)) == ordered(waited)


def test_the_page_shows_any_moment_and_says_that_log_and_resolutions_agree(room: Room, client_of: ClientOf) -> None:
    entry = room.decided("ffffffaab", "fffffab")
    page = reverse("sitting_replay", args=[room.sitting.pk])
    client = client_of(room.cast.auditor)
    last = client.get(page).content.decode()
    assert "与决议一致" in last and "赞成 6 / 应到 9" in last
    votes = [place for place, state in enumerate(states(room)) if state.told and state.told.verb == "vote_cast"]
    voting = client.get(page, {"at": votes[2]}).content.decode()
    assert "已投 3 / 可投 9" in voting and "宣布结果前不显示票向" in voting
    assert "尚未开始" in client.get(page, {"at": 0}).content.decode()
    part = client.get(page, {"at": 5}, headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div id="replay"') and "<html" not in part
    assert client.get(page, {"at": "x"}).status_code == 200
    for who in (room.cast.town_secretary, room.cast.town_member):
        same = client_of(who).get(page).content.decode()
        assert "与决议一致" in same and "赞成 6 / 应到 9" in same
    assert client_of(room.cast.admin).get(page).status_code == 404
    assert moment(entry.sitting, room.cast.auditor, 10**6).at == len(states(room)) - 1


# ---------------------------------------------------------------- random sittings

MOVES = ("attend", "leave", "speak", "recuse", "next", "open", "vote", "vote", "vote", "close", "announce", "defer")


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    moves=st.lists(st.tuples(st.sampled_from(MOVES), st.integers(0, 15), st.integers(0, 2)), max_size=90),
    away=st.integers(0, 4),
)
def test_whatever_happens_in_a_sitting_its_replay_equals_the_tables(
    room: Room, moves: list[tuple[str, int, int]], away: int
) -> None:
    from django.db import transaction

    with transaction.atomic():
        entry = room.open()
        for seat in room.voters()[away:]:
            room.attend(seat)
        room.begin(entry)
        for move in moves:
            try_move(room, entry, *move)
        held_against_the_tables(room, entry)
        transaction.set_rollback(True)
    room.seats.clear()


def try_move(room: Room, entry: AgendaEntry, move: str, who: int, choice: int) -> None:
    """One thing that somebody does; whatever is refused has not happened."""
    desk, seats = room.cast.town_secretary, room.voters()
    seat = seats[who % len(seats)]
    entry.refresh_from_db()
    ballots = {ballot.body_id: ballot for ballot in entry.ballots.filter(status="open")}
    does = {
        "attend": lambda: room.attend(seat),
        "leave": lambda: room.attend(seat, Attendance.State.LEFT, reason="防汛"),
        "speak": lambda: (
            room.hear(entry)
            if choice
            else act.statement_record(
                actor=seat.user, entry_id=entry.pk, seat_id=seat.pk, stance=("agree", "disagree", "defer")[choice]
            )
        ),
        "recuse": lambda: act.recusal_declare(actor=seat.user, entry_id=entry.pk, seat_id=seat.pk, reason="亲属任职"),
        "next": lambda: act.speaker_call(actor=desk, entry_id=entry.pk),
        "open": lambda: act.voting_open(actor=desk, entry_id=entry.pk),
        "vote": lambda: (
            act.vote_cast(
                actor=seat.user,
                ballot_id=ballots[seat.body_id].pk,
                seat_id=seat.pk,
                choice=("for", "against", "abstain")[choice],
            )
            if ballots
            else None
        ),
        "close": lambda: act.voting_close(actor=desk, entry_id=entry.pk, early=bool(choice)),
        "announce": lambda: act.result_announce(actor=desk, entry_id=entry.pk),
        "defer": lambda: act.entry_defer(actor=desk, entry_id=entry.pk, reason="再议") if who == 0 else None,
    }
    try:
        does[move]()
    except ApplicationError:
        return


def held_against_the_tables(room: Room, entry: AgendaEntry) -> None:
    assert check(room.sitting) == ()
    entry.refresh_from_db()
    state = states(room)[-1]
    found = state.entries[entry.pk]
    seats = read.seats_of(room.sitting)
    assert state.roster(found).seats == read.roster(seats, read.recused_from(entry)).seats
    assert found.spoken == read.heard(entry)
    assert (found.stage.value, found.speaker) == (entry.stage, entry.speaker_id)
    assert state.quorums(found) == read.quorums(entry, seats, state.roster(found))
    motion = found.motion
    for ballot in entry.ballots.filter(status="open"):
        assert motion is not None
        assert motion.ballots[ballot.body.code].voted == set(ballot.votes.values_list("seat_id", flat=True))
    assert stored_of(room.sitting).entries[entry.pk] == (found.outcome.value if found.outcome else "")


def test_r24_a_report_that_is_dismissed_keeps_nobody_away(room: Room) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    seat = room.seat("town.arms")
    recusal = act.recusal_report(
        actor=room.cast["town.congress"], entry_id=entry.pk, seat_id=seat.pk, reason="亲属在承租企业任职"
    )
    state = states(room)[-1]
    assert state.roster(state.entries[entry.pk]).seat(seat.pk).state is SeatState.RECUSED
    act.recusal_rule(actor=room.cast.zone_chair, recusal_id=recusal.pk, upheld=False, reason="已离职三年")
    state = states(room)[-1]
    assert state.roster(state.entries[entry.pk]).seat(seat.pk).state is SeatState.PRESENT
    room.hear(entry)
    room.decide(entry, "f" * 9, "f" * 7)
    assert check(room.sitting) == ()


def test_r44_a_body_that_invoked_its_stricter_rule_is_counted_by_it(room: Room) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    act.stricter_invoke(
        actor=room.cast.town_chair, entry_id=entry.pk, seat_id=room.seat("town.chair").pk, reason="涉及两村长期利益"
    )
    room.hear(entry)
    entry = room.decide(entry, "fffffaaaa", "f" * 7)
    assert check(room.sitting) == ()
    last = states(room)[-1].entries[entry.pk]
    assert last.numbers.body("town").passing != last.rules.body("town").passing
    assert last.outcome is Outcome.SPLIT


def test_a_break_takes_attendance_anew(room: Room) -> None:
    room.open()
    room.arrive()
    act.sitting_adjourn(
        actor=room.cast.town_secretary,
        sitting_id=room.sitting.pk,
        reason="等待两村说明",
        until=timezone.now() + timedelta(hours=1),
    )
    assert states(room)[-1].phase is Phase.ADJOURNED
    act.sitting_resume(actor=room.cast.town_secretary, sitting_id=room.sitting.pk)
    state = states(room)[-1]
    assert state.phase is Phase.OPEN
    assert {seat.state for seat in state.roster().seats} == {SeatState.ABSENT}


def hand_in(seat: SittingSeat, ballot: Ballot, **chosen: object) -> None:
    receipt = receipt_issue(actor=seat.user, ballot_id=ballot.pk, seat_id=seat.pk)
    act.slip_cast(actor=seat.user, ballot_id=ballot.pk, seat_id=seat.pk, receipt=receipt, **chosen)


def test_r23_a_secret_ballot_is_counted_again_from_its_slips_and_names_nobody(room: Room) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    for ballot in act.voting_open(actor=room.cast.town_secretary, entry_id=entry.pk, method="secret"):
        for place, seat in enumerate(room.voters(ballot.body.code)):
            hand_in(seat, ballot, choice="against" if place == 0 else "for")
    act.voting_close(actor=room.cast.town_secretary, entry_id=entry.pk)
    act.result_announce(actor=room.cast.zone_chair, entry_id=entry.pk)
    assert check(room.sitting) == ()
    (motion,) = states(room)[-1].entries[entry.pk].motions.values()
    assert {code: ballot.votes for code, ballot in motion.ballots.items()} == {"town": None, "zone": None}
    assert motion.ballots["town"].verdict is not None and motion.ballots["town"].verdict.in_favour == 8


def test_an_election_is_decided_again_from_its_slips(room: Room) -> None:
    item = room.item("干部选举", kind="personnel", people=["张三", "李四"])
    room.prepare(item)
    listed = room.sitting.entries.get()
    act.election_set(actor=room.cast.town_secretary, entry_id=listed.pk, places=1)
    room.notice()
    act.sitting_open(actor=room.cast.town_secretary, sitting_id=room.sitting.pk)
    for seat in room.sitting.seats.select_related("user", "body"):
        assert seat.user is not None
        room.seats[seat.user.username, seat.body.code] = seat
    entry = room.sitting.entries.get()
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    first, second = item.candidates.order_by("order")
    for ballot in act.voting_open(actor=room.cast.town_secretary, entry_id=entry.pk, method="secret"):
        for place, seat in enumerate(room.voters(ballot.body.code)):
            hand_in(seat, ballot, picks=[second.pk if place == 0 else first.pk])
    act.voting_close(actor=room.cast.town_secretary, entry_id=entry.pk)
    act.result_announce(actor=room.cast.zone_chair, entry_id=entry.pk)
    assert check(room.sitting) == ()
    (motion,) = states(room)[-1].entries[entry.pk].motions.values()
    assert (motion.elected, motion.outcome) == ((first.pk,), Outcome.PASSED)
