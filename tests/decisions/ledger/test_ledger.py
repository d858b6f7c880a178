"""The ledger of real items: gathered from the tables, it says what the actions do."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from decisions.actions import sittings as act
from decisions.models import AgendaEntry, Item, Vote
from decisions.rules.ledger import Gate, State, exceptions, fails_at
from decisions.selectors.ledger import ledger_of
from decisions.selectors.requirements import tabling_blocks
from permissions.errors import WrongState
from tests.decisions.items.conftest import Hand
from tests.decisions.sittings.conftest import Room

Refused = Callable[..., Any]


def fresh(item: Item) -> Item:
    return Item.objects.get(pk=item.pk)


def states(item: Item) -> dict[int, State]:
    return {found.rule: found.state for found in ledger_of(fresh(item))}


def gates(item: Item, gate: Gate) -> set[int]:
    return {found.rule for found in fails_at(gate, ledger_of(fresh(item)))}


def test_a_decision_by_the_book_has_no_failure_but_what_was_really_missing(room: Room) -> None:
    entry = room.decided("ffffffffa", "fffffff")
    found = states(entry.item)
    held = {15, 16, 18, 19, 20, 21, 22, 23, 28, 41, 42, 46, 47}
    assert {rule: found[rule] for rule in held} == dict.fromkeys(held, State.HELD)
    assert found[13] is State.HELD
    assert found[14] is State.NA
    assert found[27] is State.NA


def test_every_rule_has_one_finding_at_every_step(room: Room) -> None:
    entry = room.open()
    steps = [entry.item]
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    assert [found.rule for found in ledger_of(fresh(steps[0]))] == list(range(1, 48))
    room.decide(entry, "f" * 9, "f" * 7)
    assert [found.rule for found in ledger_of(fresh(steps[0]))] == list(range(1, 48))


def test_tabling_is_refused_exactly_when_the_ledger_says_so(hand: Hand) -> None:
    item = hand.reviewed()
    for kind in ("", "public", "expert", "risk"):
        if kind:
            hand.upload(item, kind=kind)
        blocking = {int(need.rule[1:]) for need in tabling_blocks(fresh(item))}
        assert gates(item, Gate.TABLING) & {3, 4, 5, 6, 7, 8} == blocking


def test_a_vote_is_refused_exactly_when_the_ledger_says_so(room: Room) -> None:
    entry = room.open()
    room.begin(entry)
    for step in (lambda: None, lambda: room.arrive(), lambda: room.hear(entry)):
        step()
        blocked = gates(entry.item, Gate.VOTING)
        if blocked:
            with pytest.raises(WrongState):
                act.voting_open(actor=room.cast.town_secretary, entry_id=entry.pk)
        else:
            assert act.voting_open(actor=room.cast.town_secretary, entry_id=entry.pk)
    assert gates(entry.item, Gate.VOTING) == set()


def test_r13_and_r19_stand_in_the_way_by_name(room: Room) -> None:
    entry = room.open()
    room.begin(entry)
    assert {13, 16} <= gates(entry.item, Gate.VOTING)
    room.arrive()
    assert gates(entry.item, Gate.VOTING) == {19}


def test_the_number_of_statements_does_not_grow_with_the_record(room: Room) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    with CaptureQueriesContext(
        connection,
    ) as before:
        ledger_of(fresh(entry.item))
    room.hear(entry)
    room.decide(entry, "ffffffffa", "fffffff")
    with CaptureQueriesContext(connection) as after:
        ledger_of(fresh(entry.item))
    assert len(after) <= len(before) + 8
    assert len(after) < 90


def test_a_split_is_held_and_no_exception(room: Room) -> None:
    entry = room.decided("f" * 9, "a" * 7)
    assert AgendaEntry.objects.get(pk=entry.pk).outcome == "split"
    found = ledger_of(fresh(entry.item))
    assert found[41].state is State.HELD
    assert not {one.kind for one in exceptions(found) if one.occurred} & {"result_against_votes"}


def test_r20_a_principal_who_votes_by_name_before_the_others_fails_the_ledger(room: Room) -> None:
    entry = room.open()
    room.arrive()
    room.begin(entry)
    room.hear(entry)
    decided = room.decide(entry, "f" * 9, "f" * 7)
    assert states(decided.item)[20] is State.HELD
    votes = Vote.objects.filter(ballot__entry=entry, ballot__body__code="town")
    first, last = votes.order_by("pk")[0], votes.get(seat__principal=True)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"UPDATE {Vote._meta.db_table} SET id = -1 WHERE id = %s", [last.pk])
        cursor.execute("SET session_replication_role = origin")
    assert votes.order_by("pk")[0].seat_id == last.seat_id != first.seat_id
    assert states(decided.item)[20] is State.FAILED
