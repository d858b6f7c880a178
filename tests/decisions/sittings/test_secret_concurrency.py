"""Secret votes at the same instant, on real PostgreSQL; and what the server's own columns and files can tell afterwards."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from django.db import connection

from decisions import rules
from decisions.actions import sittings as act
from decisions.actions.sittings.secret import receipt_issue
from decisions.boxes import StillVisible, boxes_sweep
from decisions.models import AgendaEntry, Ballot, BallotBox, BallotSheet, RuleSet, VoterMark
from decisions.selectors import ballots as select
from permissions import audit
from permissions.errors import ApplicationError
from permissions.models import AuditEvent
from tests.decisions.sittings import test_concurrency
from tests.decisions.sittings.conftest import Room

Together = Callable[..., list[Any]]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
hall, together = test_concurrency.hall, test_concurrency.together
ROUNDS = 6


@pytest.fixture
def secret_votes(hall: Room) -> AgendaEntry:
    """An entry with a person to vote on in each round, secretly, where principals need not wait."""
    both = dict.fromkeys(("town", "zone"), rules.PERSONNEL)
    numbers = rules.Rules(both, principal_last=False, methods=(rules.Method.SECRET,)).to_json()
    hall.types["personnel"].rule_set = RuleSet.objects.create(code="slips", number=1, name="无记名", numbers=numbers)
    hall.types["personnel"].save()
    people = tuple(f"人选{number}" for number in range(1, ROUNDS + 1))
    entry = hall.open(hall.item("干部双向交流推荐", "personnel", people))
    hall.arrive()
    hall.begin(entry)
    hall.hear(entry)
    return entry


def slip_of(ballots: dict[str, Ballot], seat: Any, choice: str, receipt: str = "") -> Callable[[], Any]:
    ballot = ballots[seat.body.code]
    issued = receipt or receipt_issue(actor=seat.user, ballot_id=ballot.pk, seat_id=seat.pk)
    return lambda: act.slip_cast(actor=seat.user, ballot_id=ballot.pk, seat_id=seat.pk, receipt=issued, choice=choice)


def others_vote(hall: Room, ballots: dict[str, Ballot], last: Any) -> int:
    """All of one body but one vote, since a vote of one slip is not ended; how many they are."""
    seats = [seat for seat in hall.voters(last.body.code) if seat.pk != last.pk]
    for seat in seats:
        slip_of(ballots, seat, "against")()
    return len(seats)


def finish(hall: Room, entry: AgendaEntry, *, early: bool = False) -> None:
    act.voting_close(actor=hall.cast.zone_chair, entry_id=entry.pk, early=early)
    act.result_announce(actor=hall.cast.zone_chair, entry_id=entry.pk)


def test_sixteen_secret_votes_at_once_are_sixteen_slips_and_sixteen_marks(
    hall: Room, secret_votes: AgendaEntry, together: Together
) -> None:
    for _round in range(ROUNDS):
        ballots = hall.ballots(secret_votes)
        seats = hall.voters()
        cast = together(*(slip_of(ballots, seat, "for" if n % 3 else "against") for n, seat in enumerate(seats)))
        assert all(isinstance(mark, VoterMark) for mark in cast)
        act.voting_close(actor=hall.cast.zone_chair, entry_id=secret_votes.pk)
        closed = Ballot.objects.filter(pk__in=[ballot.pk for ballot in ballots.values()])
        assert sorted(len(select.slips(ballot)) for ballot in closed) == [7, 9]
        assert sum(select.count_of(ballot).against for ballot in closed) == 6
        act.result_announce(actor=hall.cast.zone_chair, entry_id=secret_votes.pk)
    assert list(audit.verify(secret_votes.item.subject)) == []


def test_the_last_secret_vote_posted_twice_is_one_slip(
    hall: Room, secret_votes: AgendaEntry, together: Together
) -> None:
    last = hall.voters()[-1]
    for _round in range(ROUNDS):
        ballots = hall.ballots(secret_votes)
        ballot = ballots[last.body.code]
        receipt = receipt_issue(actor=last.user, ballot_id=ballot.pk, seat_id=last.pk)
        one, two = together(slip_of(ballots, last, "for", receipt), slip_of(ballots, last, "for", receipt))
        assert one.pk == two.pk
        others = together(slip_of(ballots, last, "for"), slip_of(ballots, last, "against"))
        assert {error.code for error in others} == {"voted"}
        assert len(BallotBox.objects.get(ballot=ballot).slips) == 1
        others_vote(hall, ballots, last)
        finish(hall, secret_votes, early=True)


def test_a_secret_vote_and_the_closing_of_its_ballot_never_pass_each_other(
    hall: Room, secret_votes: AgendaEntry, together: Together
) -> None:
    last = hall.voters()[-1]
    for _round in range(ROUNDS):
        ballots = hall.ballots(secret_votes)
        before = others_vote(hall, ballots, last)
        mark, closed = together(
            slip_of(ballots, last, "for"),
            lambda: act.voting_close(actor=hall.cast.zone_chair, entry_id=secret_votes.pk, early=True),
        )
        assert not isinstance(closed, ApplicationError)
        kept = isinstance(mark, VoterMark)
        assert kept or mark.code == "ballot_closed"
        assert len(BallotBox.objects.get(ballot=ballots[last.body.code]).slips) == before + kept
        event = AuditEvent.objects.filter(verb="voting_close").latest("seq")
        assert len(event.data.get("slips", [])) == before + kept, "what was closed is what was counted"
        act.result_announce(actor=hall.cast.zone_chair, entry_id=secret_votes.pk)


def test_two_people_entering_the_same_paper_count_are_two_sheets_that_agree(
    hall: Room, secret_votes: AgendaEntry, together: Together
) -> None:
    desks = (hall.cast.town_secretary, hall.cast.zone_secretary)
    for _round in range(ROUNDS):
        ballots = act.voting_open(actor=desks[0], entry_id=secret_votes.pk, method="secret", paper=True)
        for ballot in ballots:
            said = {"for": ballot.present - 1, "against": 1}
            together(
                *(
                    lambda who=who, ballot=ballot, said=said: act.sheet_enter(actor=who, ballot_id=ballot.pk, said=said)
                    for who in (*desks, *desks)
                )
            )
            assert BallotSheet.objects.filter(ballot=ballot).count() == 2 and select.agreed(ballot) is not None
        finish(hall, secret_votes)


@pytest.fixture
def earlier(hall: Room, secret_votes: AgendaEntry) -> Iterator[None]:
    """A transaction that began before the votes and stays open."""
    with closing(connection.copy()) as reader, reader.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT 1")
        yield


def test_no_system_column_joins_voter_and_choice_and_a_sweep_that_had_to_leave_something_says_so(
    hall: Room, secret_votes: AgendaEntry, earlier: None
) -> None:
    ballots = hall.ballots(secret_votes)
    receipts = []
    for number, seat in enumerate(hall.voters()):
        ballot = ballots[seat.body.code]
        issued = receipt_issue(actor=seat.user, ballot_id=ballot.pk, seat_id=seat.pk)
        slip_of(ballots, seat, "for" if number % 3 else "against", issued)()
        receipts.append((seat.body.code, issued.partition(":")[0]))
    assert VoterMark.objects.count() == len(receipts)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT xmin::text), count(DISTINCT ctid) FROM decisions_ballotbox")
        assert cursor.fetchone() == (2, 2, 2), "one row, one transaction and one place for all slips of a body"
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name IN "
            "('decisions_ballotbox', 'decisions_votermark') ORDER BY 1"
        )
        assert {name for (name,) in cursor.fetchall()} == {"ballot_id", "slips", "id", "seat_id"}
    for code, ballot in ballots.items():
        cast = [receipt for body, receipt in receipts if body == code]
        slips = BallotBox.objects.get(ballot=ballot).slips
        assert [slip["receipt"] for slip in slips] == sorted(cast)
        assert {key for slip in slips for key in slip} == {"receipt", "choice", "picks"}
    act.voting_close(actor=hall.cast.zone_chair, entry_id=secret_votes.pk)
    assert max(_states_of(receipts)) > 1, "before the sweep the file holds earlier states of the box"
    with pytest.raises(StillVisible):
        boxes_sweep()
    assert max(_states_of(receipts)) > 1, "what somebody could still see has to stay, and the worker comes back"


def _states_of(receipts: list[tuple[str, str]]) -> list[int]:
    """How often each receipt stands in the file of the boxes' table."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT pg_read_binary_file(pg_relation_filepath('decisions_ballotbox'))")
        content = bytes(cursor.fetchone()[0])
    return [len(re.findall(receipt.encode(), content)) for _body, receipt in receipts]
