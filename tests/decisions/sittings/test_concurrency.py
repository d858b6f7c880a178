"""Many at the same instant, on real PostgreSQL, thirty rounds each: nobody is counted twice, nobody is lost."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from decisions import rules
from decisions.actions import sittings as act
from decisions.models import AgendaEntry, Ballot, Minutes, Resolution, RuleSet, SignOff, Vote
from permissions import audit
from permissions.errors import ApplicationError
from permissions.models import AuditEvent
from tests.cast import Cast, build
from tests.decisions.sittings.conftest import Room, matter_types, publish
from tests.worlds import remembered
from workflows.actions import case_resume, case_suspend
from workflows.models import CaseTask

# Whoever works on this goes round more often than each change does.
ROUNDS = 18 if "CI" in os.environ else 30
Together = Callable[..., list[Any]]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def together() -> Iterator[Together]:
    """Run calls in threads of their own that start at the same instant; what each returned, or the refusal it met."""
    with ThreadPoolExecutor(16) as pool:

        def run(*calls: Callable[[], Any]) -> list[Any]:
            start = Barrier(len(calls))

            def one(call: Callable[[], Any]) -> Any:
                start.wait(timeout=30)
                try:
                    return call()
                except ApplicationError as error:
                    return error

            return [future.result(timeout=60) for future in [pool.submit(one, call) for call in calls]]

        yield run
        gone = Barrier(16)

        def close(_number: int) -> None:
            gone.wait(timeout=30)
            connection.close()

        list(pool.map(close, range(16)))


@pytest.fixture
def hall(transactional_db: None) -> Room:
    """As `room`, committed for real, so that threads see it."""
    return hall_of(build())


@remembered
def hall_of(cast: Cast) -> Room:
    publish(cast)
    types = matter_types()
    both = dict.fromkeys(("town", "zone"), rules.ORDINARY)
    numbers = rules.Rules(both, statements=False).to_json()
    types["project"].rule_set = RuleSet.objects.create(code="short", number=1, name="不逐席表态", numbers=numbers)
    types["project"].save()
    return Room(cast, types)


@pytest.fixture
def many_votes(hall: Room) -> AgendaEntry:
    """An entry with a person to vote on for every round, where principals need not wait."""
    both = dict.fromkeys(("town", "zone"), rules.PERSONNEL)
    numbers = rules.Rules(both, principal_last=False).to_json()
    hall.types["personnel"].rule_set = RuleSet.objects.create(
        code="at-once", number=1, name="同时表决", numbers=numbers
    )
    hall.types["personnel"].save()
    people = tuple(f"人选{number}" for number in range(1, ROUNDS + 1))
    entry = hall.open(hall.item("干部双向交流推荐", "personnel", people))
    hall.arrive()
    hall.begin(entry)
    hall.hear(entry)
    return entry


def cast_by(ballots: dict[str, Ballot], seat: Any, choice: str = "for") -> Callable[[], Any]:
    ballot = ballots[seat.body.code]
    return lambda: act.vote_cast(actor=seat.user, ballot_id=ballot.pk, seat_id=seat.pk, choice=choice)


def finish(hall: Room, entry: AgendaEntry) -> None:
    act.voting_close(actor=hall.cast.zone_chair, entry_id=entry.pk)
    act.result_announce(actor=hall.cast.zone_chair, entry_id=entry.pk)


def test_sixteen_members_vote_at_the_same_instant_and_each_is_counted_once(
    hall: Room, many_votes: AgendaEntry, together: Together
) -> None:
    for _round in range(ROUNDS):
        ballots = hall.ballots(many_votes)
        cast = together(*(cast_by(ballots, seat) for seat in hall.voters()))
        assert all(isinstance(vote, Vote) for vote in cast)
        finish(hall, many_votes)
    assert Vote.objects.count() == 16 * ROUNDS
    counted = Resolution.objects.order_by().values_list("body__code", "in_favour", "not_voted").distinct()
    assert sorted(counted) == [("town", 9, 0), ("zone", 7, 0)]
    assert AuditEvent.objects.filter(subject=many_votes.item.subject, verb="vote_cast").count() == 16 * ROUNDS
    assert list(audit.verify(many_votes.item.subject)) == []


def test_the_last_vote_posted_twice_is_one_vote(hall: Room, many_votes: AgendaEntry, together: Together) -> None:
    *others, last = hall.voters()
    for _round in range(ROUNDS):
        ballots = hall.ballots(many_votes)
        together(*(cast_by(ballots, seat) for seat in others))
        one, two = together(cast_by(ballots, last), cast_by(ballots, last))
        assert one.pk == two.pk and one.receipt == two.receipt
        assert len(Vote.objects.get(pk=one.pk).casts) == 1
        finish(hall, many_votes)
    assert Vote.objects.count() == 16 * ROUNDS
    assert AuditEvent.objects.filter(subject=many_votes.item.subject, verb="vote_cast").count() == 16 * ROUNDS


def test_two_different_votes_of_one_seat_leave_one_and_keep_both_on_record(
    hall: Room, many_votes: AgendaEntry, together: Together
) -> None:
    seat, *others = hall.voters()
    for _round in range(ROUNDS):
        ballots = hall.ballots(many_votes)
        together(cast_by(ballots, seat, "for"), cast_by(ballots, seat, "against"))
        vote = Vote.objects.get(ballot=ballots[seat.body.code], seat=seat)
        assert {row["choice"] for row in vote.casts} == {"for", "against"} and vote.choice == vote.casts[-1]["choice"]
        together(*(cast_by(ballots, other) for other in others))
        finish(hall, many_votes)


def test_a_vote_and_the_closing_of_its_ballot_never_pass_each_other(
    hall: Room, many_votes: AgendaEntry, together: Together
) -> None:
    *others, last = hall.voters()
    inside = 0
    for _round in range(ROUNDS):
        ballots = hall.ballots(many_votes)
        together(*(cast_by(ballots, seat) for seat in others))
        vote, closed = together(
            cast_by(ballots, last),
            lambda: act.voting_close(actor=hall.cast.zone_chair, entry_id=many_votes.pk, early=True),
        )
        assert not isinstance(closed, ApplicationError)
        kept = Vote.objects.filter(ballot__in=ballots.values()).count()
        assert kept == (16 if isinstance(vote, Vote) else 15)
        assert isinstance(vote, Vote) or vote.code == "ballot_closed"
        inside += isinstance(vote, Vote)
        event = AuditEvent.objects.filter(subject=many_votes.item.subject, verb="voting_close").latest("seq")
        assert len(event.data["votes"]) == kept, "what was closed is what was counted"
        act.result_announce(actor=hall.cast.zone_chair, entry_id=many_votes.pk)
        town, zone = Resolution.objects.filter(motion__ballots__in=ballots.values()).distinct().order_by("body__order")
        assert town.in_favour + zone.in_favour == kept
    assert 0 <= inside <= ROUNDS


def test_a_vote_and_the_suspension_of_its_items_flow_never_pass_each_other(
    hall: Room, many_votes: AgendaEntry, together: Together
) -> None:
    ballots, case = hall.ballots(many_votes), many_votes.item.case_id
    assert case is not None
    for seat in hall.voters()[:10]:
        vote, _case = together(
            cast_by(ballots, seat), lambda: case_suspend(actor=hall.cast.admin, case_id=case, reason="核对")
        )
        events = AuditEvent.objects.filter(subject=many_votes.item.subject)
        stopped = events.filter(verb="case_suspend").order_by("seq").last()
        cast = events.filter(verb="vote_cast", data__seat=seat.pk).first()
        assert stopped is not None
        if isinstance(vote, Vote):
            assert cast is not None and cast.seq < stopped.seq
        else:
            assert (vote.code, cast, Vote.objects.filter(seat=seat).exists()) == ("suspended", None, False)
        case_resume(actor=hall.cast.admin, case_id=case)
    assert list(audit.verify(many_votes.item.subject)) == []


def test_a_vote_opened_closed_and_announced_by_two_desks_at_once_happens_once(
    hall: Room, many_votes: AgendaEntry, together: Together
) -> None:
    desks = (hall.cast.town_secretary, hall.cast.zone_secretary)

    def both(action: Callable[..., Any]) -> list[Any]:
        return together(*(lambda who=who: action(actor=who, entry_id=many_votes.pk) for who in desks))

    for number in range(1, ROUNDS + 1):
        opened = both(act.voting_open)
        assert {ballot.pk for found in opened for ballot in found} == set(
            Ballot.objects.filter(status="open").values_list("pk", flat=True)
        )
        ballots = {ballot.body.code: ballot for ballot in opened[0]}
        together(*(cast_by(ballots, seat) for seat in hall.voters()))
        both(act.voting_close)
        announced = both(act.result_announce)
        assert sum(not isinstance(found, ApplicationError) for found in announced) >= 1
        assert Resolution.objects.count() == 2 * number
    assert Minutes.objects.count() == 1
    assert hall.nodes(many_votes.item) == {"sign_town", "sign_zone"}


def test_both_chairs_sign_at_once_and_there_is_one_next_step(hall: Room, together: Together) -> None:
    for _round in range(ROUNDS):
        entry = hall.decided(heard=False)
        minutes = entry.minutes
        hall.check(minutes)
        chairs = (hall.cast["town.chair"], hall.cast["zone.chair"])
        signed = together(
            *(
                lambda who=who, minutes=minutes: act.minutes_sign(
                    actor=who, minutes_id=minutes.pk, document_hash=minutes.document_hash
                )
                for who in chairs
            )
        )
        assert all(isinstance(sign_off, SignOff) for sign_off in signed)
        assert hall.nodes(entry.item) == {"execute"}
        assert CaseTask.objects.filter(process_id=entry.item.case_id, node="execute").count() == 1
        act.sitting_close(actor=hall.cast.town_secretary, sitting_id=hall.sitting.pk)


def test_a_signature_and_an_edit_at_once_leave_no_valid_signature_under_another_text(
    hall: Room, together: Together
) -> None:
    for _round in range(ROUNDS):
        entry = hall.decided(heard=False)
        minutes = entry.minutes
        hall.check(minutes)
        together(
            lambda minutes=minutes: act.minutes_sign(
                actor=hall.cast["town.chair"], minutes_id=minutes.pk, document_hash=minutes.document_hash
            ),
            lambda minutes=minutes: act.minutes_edit(
                actor=hall.cast.zone_secretary, minutes_id=minutes.pk, text=minutes.text + "\n补充。", version=1
            ),
        )
        minutes.refresh_from_db()
        assert minutes.version == 2
        assert not SignOff.objects.filter(minutes=minutes, voided_at__isnull=True).exists()


def test_an_arrival_and_the_opening_of_a_vote_leave_one_true_roster(
    hall: Room, many_votes: AgendaEntry, together: Together
) -> None:
    seat = hall.seat("town.arms")
    for _round in range(ROUNDS // 3):
        hall.attend(seat, "left")
        _row, opened = together(
            lambda: hall.attend(seat),
            lambda: act.voting_open(actor=hall.cast.zone_chair, entry_id=many_votes.pk),
        )
        assert not isinstance(opened, ApplicationError)
        ballots = {ballot.body.code: ballot for ballot in opened}
        here = {row["seat"] for row in ballots["town"].roster if row["state"] == "present"}
        assert ballots["town"].present == len(here) == (9 if seat.pk in here else 8)
        seat.attendance.refresh_from_db()
        assert seat.attendance.state == "present"
        voting = [one for one in hall.voters() if one.pk != seat.pk or seat.pk in here]
        together(*(cast_by(ballots, one) for one in voting))
        finish(hall, many_votes)


def test_a_ruling_and_the_opening_of_a_vote_never_pass_each_other(hall: Room, together: Together) -> None:
    for _round in range(5):
        entry = hall.open()
        hall.arrive()
        hall.begin(entry)
        seat = hall.seat("zone.investment")
        recusal = act.recusal_report(
            actor=hall.cast.town_member, entry_id=entry.pk, seat_id=seat.pk, reason="近亲属", kind="relative"
        )
        ruling, opened = together(
            lambda recusal=recusal: act.recusal_rule(
                actor=hall.cast.zone_chair, recusal_id=recusal.pk, upheld=False, reason="情况不实"
            ),
            lambda entry=entry: act.voting_open(actor=hall.cast.town_secretary, entry_id=entry.pk),
        )
        assert not isinstance(ruling, ApplicationError)
        if isinstance(opened, ApplicationError):
            assert opened.code == "unruled"
            opened = list(hall.ballots(entry).values())
        assert {ballot.body.code: ballot.present for ballot in opened} == {"town": 9, "zone": 7}
        act.voting_close(actor=hall.cast.zone_chair, entry_id=entry.pk, early=True)
        act.result_announce(actor=hall.cast.zone_chair, entry_id=entry.pk)
        act.sitting_close(actor=hall.cast.zone_chair, sitting_id=hall.sitting.pk)


def test_a_break_and_the_opening_of_a_vote_exclude_each_other(
    hall: Room, many_votes: AgendaEntry, together: Together
) -> None:
    for _round in range(ROUNDS // 3):
        broken, opened = together(
            lambda: act.sitting_adjourn(
                actor=hall.cast.zone_chair,
                sitting_id=hall.sitting.pk,
                reason="午休",
                until=timezone.now() + timedelta(hours=1),
            ),
            lambda: act.voting_open(actor=hall.cast.town_secretary, entry_id=many_votes.pk),
        )
        if isinstance(broken, ApplicationError):
            assert broken.code == "ballot_open" and not isinstance(opened, ApplicationError)
            finish_early(hall, many_votes)
        else:
            assert isinstance(opened, ApplicationError) and opened.code == "adjourned"
            assert not Ballot.objects.filter(status="open").exists()
            act.sitting_resume(actor=hall.cast.zone_chair, sitting_id=hall.sitting.pk)
            hall.arrive()


def finish_early(hall: Room, entry: AgendaEntry) -> None:
    act.voting_close(actor=hall.cast.zone_chair, entry_id=entry.pk, early=True)
    act.result_announce(actor=hall.cast.zone_chair, entry_id=entry.pk)
