"""Secret ballots: a slip in the box, a mark for the seat, and nothing anywhere that joins the two."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from decisions import rules
from decisions.actions import sittings as act
from decisions.actions.sittings.secret import receipt_issue
from decisions.models import AgendaEntry, Ballot, BallotBox, Resolution, RuleSet, Vote, VoterMark
from decisions.selectors import ballots as select
from permissions.errors import ApplicationError
from permissions.models import AuditEvent
from tests.decisions.sittings.conftest import Room

Refused = Callable[..., Any]
LETTERS = {"f": "for", "a": "against", "b": "abstain"}


@pytest.fixture
def heard(room: Room) -> AgendaEntry:
    """Everybody is there and has stated a view."""
    entry = room.open()
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    return entry


def opened(room: Room, entry: AgendaEntry, **way: Any) -> dict[str, Ballot]:
    ballots = act.voting_open(actor=room.cast.town_secretary, entry_id=entry.pk, **{"method": "secret"} | way)
    return {ballot.body.code: ballot for ballot in ballots}


def put(ballot: Ballot, seat: Any, choice: str) -> str:
    """A slip from issue to box; its receipt."""
    receipt = receipt_issue(actor=seat.user, ballot_id=ballot.pk, seat_id=seat.pk)
    act.slip_cast(actor=seat.user, ballot_id=ballot.pk, seat_id=seat.pk, receipt=receipt, choice=choice)
    return receipt.partition(":")[0]


def put_all(room: Room, ballot: Ballot, letters: str) -> list[str]:
    return [put(ballot, seat, LETTERS[one]) for seat, one in zip(room.voters(ballot.body.code), letters, strict=True)]


def test_r23_a_secret_vote_counts_its_slips_and_lists_them_by_receipt(room: Room, heard: AgendaEntry) -> None:
    ballots = opened(room, heard)
    receipts = put_all(room, ballots["town"], "fffffaabf")
    put_all(room, ballots["zone"], "fffffab")
    assert not Vote.objects.exists() and VoterMark.objects.count() == 16
    assert select.slips(ballots["town"]) == [], "nothing is listed while the ballot is open"
    act.voting_close(actor=room.cast.town_secretary, entry_id=heard.pk)
    act.result_announce(actor=room.cast.zone_chair, entry_id=heard.pk)
    town = Resolution.objects.get(body__code="town")
    assert (town.in_favour, town.against, town.abstained, town.passed) == (6, 2, 1, True)
    closed = Ballot.objects.get(pk=ballots["town"].pk)
    listed = [slip["receipt"] for slip in select.slips(closed)]
    assert listed == sorted(receipts), "in the order of their random receipts, not of the casting"
    (event,) = AuditEvent.objects.filter(verb="voting_close")
    assert {slip["receipt"] for slip in event.data["slips"]} >= set(receipts) and event.data["votes"] == []


def test_the_same_receipt_twice_is_one_slip_and_nothing_changes_it(
    room: Room, heard: AgendaEntry, refused: Refused
) -> None:
    town, seat = opened(room, heard)["town"], room.seat("town.congress")
    receipt = receipt_issue(actor=seat.user, ballot_id=town.pk, seat_id=seat.pk)
    given: dict[str, Any] = {"actor": seat.user, "ballot_id": town.pk, "seat_id": seat.pk}
    first = act.slip_cast(**given, receipt=receipt, choice="for")
    again = act.slip_cast(**given, receipt=receipt, choice="against")
    assert first.pk == again.pk
    assert [slip["choice"] for slip in BallotBox.objects.get(ballot=town).slips] == ["for"]
    other = receipt_issue(actor=seat.user, ballot_id=town.pk, seat_id=seat.pk)
    with refused("voted", "投出后不能更改"):
        act.slip_cast(**given, receipt=other, choice="against")
    assert AuditEvent.objects.filter(verb="vote_cast").count() == 1


def test_a_receipt_of_ones_own_making_or_of_another_seat_is_refused(
    room: Room, heard: AgendaEntry, refused: Refused
) -> None:
    town, seat, other = opened(room, heard)["town"], room.seat("town.congress"), room.seat("town.arms")
    foreign = receipt_issue(actor=other.user, ballot_id=town.pk, seat_id=other.pk)
    for receipt in ("AAAA-BBBB-CCCC", "", foreign):
        with refused("receipt"):
            act.slip_cast(actor=seat.user, ballot_id=town.pk, seat_id=seat.pk, receipt=receipt, choice="for")
    assert BallotBox.objects.get(ballot=town).slips == [] and not VoterMark.objects.exists()


def test_a_secret_vote_is_refused_where_a_named_one_is(room: Room, heard: AgendaEntry, refused: Refused) -> None:
    town = opened(room, heard)["town"]
    chair, member, other = room.seat("town.chair"), room.seat("town.congress"), room.seat("town.arms")
    with refused("principal_last"):
        put(town, chair, "for")
    with refused("not_your_seat"):
        act.slip_cast(actor=member.user, ballot_id=town.pk, seat_id=other.pk, receipt="", choice="for")
    with refused("no_choice"):
        put(town, member, "maybe")
    with refused("method"):
        act.vote_cast(actor=member.user, ballot_id=town.pk, seat_id=member.pk, choice="for")
    act.voting_close(actor=room.cast.town_secretary, entry_id=heard.pk, early=True)
    with refused("ballot_closed"):
        put(town, member, "for")


def test_a_way_the_rules_do_not_allow_is_refused(room: Room, heard: AgendaEntry, refused: Refused) -> None:
    with refused("method"):
        opened(room, heard, method="shouting")
    with refused("paper"):
        opened(room, heard, method="named", paper=True)


def test_n11_the_database_keeps_the_box(room: Room, heard: AgendaEntry) -> None:
    ballots = opened(room, heard)
    town, seat = ballots["town"], room.seat("town.congress")
    put(town, seat, "for")
    slip = BallotBox.objects.get(ballot=town).slips[0]
    new = {"receipt": "X", "choice": "for", "picks": []}
    for change in (
        lambda: BallotBox.objects.filter(ballot=town).update(slips=[]),
        lambda: BallotBox.objects.filter(ballot=town).update(slips=[slip | {"choice": "against"}]),
        lambda: BallotBox.objects.filter(ballot=town).update(slips=[slip | {"choice": "against"}, new]),
        lambda: BallotBox.objects.filter(ballot=town).update(slips=[slip, slip]),
        lambda: BallotBox.objects.filter(ballot=town).delete(),
        lambda: VoterMark.objects.filter(ballot=town).delete(),
        lambda: VoterMark.objects.create(ballot=town, seat=room.seat("zone.chair")),
        lambda: Vote.objects.create(ballot=town, seat=seat, choice="for", cast_by=seat.user, cast_at=town.opened_at),
        lambda: _slip_without_a_mark(town, [slip, new]),
        lambda: _mark_without_a_slip(town, room.seat("town.arms")),
    ):
        with pytest.raises(DatabaseError) as found, transaction.atomic():
            change()
        assert "for" not in str(found.value).split() and slip["receipt"] not in str(found.value)
    for other in [one for one in room.voters("town") if one.pk != seat.pk]:
        put(town, other, "for")
    slips = BallotBox.objects.get(ballot=town).slips
    act.voting_close(actor=room.cast.town_secretary, entry_id=heard.pk, early=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        BallotBox.objects.filter(ballot=town).update(slips=[*slips, new])


def _slip_without_a_mark(ballot: Ballot, slips: list[Any]) -> None:
    BallotBox.objects.filter(ballot=ballot).update(slips=slips)
    _check_now()


def _mark_without_a_slip(ballot: Ballot, seat: Any) -> None:
    VoterMark.objects.create(ballot=ballot, seat=seat)
    _check_now()


def _check_now() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_nothing_beside_the_box_holds_a_receipt_or_a_choice(room: Room, heard: AgendaEntry) -> None:
    """Every table, column by column, before and after closing: the receipts stand in the box, and after closing in the list
    of the log; no row that names a voter holds one."""
    ballots = opened(room, heard)
    before = {model: set(model._base_manager.values_list("pk", flat=True)) for model in apps.get_models()}
    receipts = [*put_all(room, ballots["town"], "fafabfafb"), *put_all(room, ballots["zone"], "fafabff")]
    found = _rows_with(receipts)
    assert found == {"decisions_ballotbox"}
    for model in apps.get_models():
        if model is BallotBox:
            continue
        for row in model._base_manager.exclude(pk__in=before[model]).values():
            text = json.dumps(row, default=str)
            assert '"against"' not in text and '"abstain"' not in text, model
    act.voting_close(actor=room.cast.town_secretary, entry_id=heard.pk)
    assert _rows_with(receipts) == {"decisions_ballotbox", "permissions_auditevent"}
    assert {e.verb for e in AuditEvent.objects.all() if any(r in json.dumps(e.data) for r in receipts)} == {
        "voting_close"
    }
    act.result_announce(actor=room.cast.zone_chair, entry_id=heard.pk)
    assert _rows_with(receipts) == {"decisions_ballotbox", "permissions_auditevent"}


def _rows_with(receipts: list[str]) -> set[str]:
    """The tables in which one of the receipts stands somewhere, whatever the column; the queue's and framework's own too."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" one WHERE one::text ~ %s', ["|".join(receipts)])
            if cursor.fetchone()[0]:
                found.add(table)
    return found


def test_errors_and_reports_hold_no_choice(room: Room, heard: AgendaEntry) -> None:
    town, seat = opened(room, heard)["town"], room.seat("town.congress")
    put(town, seat, "against")
    with pytest.raises(ApplicationError) as found:
        put(town, seat, "against")
    assert "against" not in f"{found.value}{found.value.data}{found.value.code}"
    wrapped = act.slip_cast.__wrapped__  # type: ignore[attr-defined]  # inside @action, Django's mark for its error reports
    assert (
        "sensitive_variables_wrapper" in wrapped.__code__.co_name
        or wrapped.__code__.co_name == "sensitive_variables_wrapper"
    )


def test_r42_unanimity_and_few_votes_are_said_to_reveal(room: Room, heard: AgendaEntry) -> None:
    ballots = opened(room, heard)
    put_all(room, ballots["town"], "fffffffff")
    put_all(room, ballots["zone"], "ffffffa")
    act.voting_close(actor=room.cast.town_secretary, entry_id=heard.pk)
    closed = {ballot.body.code: ballot for ballot in Ballot.objects.all()}
    assert select.revealing(closed["town"]) and not select.revealing(closed["zone"])
    assert "参加表决的席位少" in select.warning(heard, {"洪林镇党委": 3, "示范区党组": 7})
    assert "参加表决的席位少" not in select.warning(heard, {"洪林镇党委": 9})


def settles_early(room: Room) -> None:
    """The rules let a vote end as soon as its result is certain."""
    numbers = rules.Rules(dict.fromkeys(("town", "zone"), rules.ORDINARY), early_close=True, principal_last=False)
    rule_set = RuleSet.objects.create(code="early", number=1, name="提前结束", numbers=numbers.to_json())
    room.types["project"].rule_set = rule_set
    room.types["project"].save()


def test_early_closing_when_settled_is_for_named_votes_and_never_for_secret_ones(room: Room, refused: Refused) -> None:
    settles_early(room)
    entry = room.open()
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    ballots = opened(room, entry)
    for seat in [*room.voters("town")[:5], *room.voters("zone")[:4]]:
        put(ballots[seat.body.code], seat, "for")
    with refused("votes_missing"):
        act.voting_close(actor=room.cast.town_secretary, entry_id=entry.pk)


def test_a_settled_named_vote_may_end_where_the_rules_say_so(room: Room, refused: Refused) -> None:
    settles_early(room)
    entry = room.open()
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    ballots = room.ballots(entry)
    room.vote_some(ballots["town"], 5)
    room.vote_some(ballots["zone"], 3)
    with refused("votes_missing"):
        act.voting_close(actor=room.cast.town_secretary, entry_id=entry.pk)
    room.vote_some(ballots["zone"], 4)
    act.voting_close(actor=room.cast.town_secretary, entry_id=entry.pk)
    (event,) = AuditEvent.objects.filter(verb="voting_close")
    assert event.data["settled"] and event.data["early"]
    assert act.result_announce(actor=room.cast.zone_chair, entry_id=entry.pk).outcome == "passed"
