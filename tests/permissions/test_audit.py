"""The append-only log: the form its content takes, how a chain grows, and what proving it finds."""

import json
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from io import StringIO
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from permissions import audit
from permissions.audit import GENESIS, Event, Head, proving
from permissions.models import AuditEvent, AuditHead, Body, User
from tests.cast import Cast
from tests.permissions.conftest import at_once

NOW = datetime(2026, 9, 8, 9, 30, 0, 123456, tzinfo=UTC)

texts = st.text(max_size=12)
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | texts
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.dates()
    | st.datetimes(timezones=st.just(UTC))
)
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=12
)
objects = st.dictionaries(texts, values, max_size=4)


# ---------------------------------------------------------------- canonical JSON


@given(values)
def test_canonical_json_read_and_written_again_is_the_same(value: Any) -> None:
    text = audit.canonical(value)
    assert audit.canonical(json.loads(text)) == text
    assert text.encode().decode() == text


@given(objects)
def test_the_order_of_keys_makes_no_difference(value: dict[str, Any]) -> None:
    assert audit.canonical(dict(reversed(value.items()))) == audit.canonical(value)


def test_canonical_json_has_sorted_keys_no_spaces_and_chinese_as_it_is() -> None:
    data = {"票": Decimal("1.50"), "a": [1, True, None], "日": date(2026, 9, 8), "at": NOW, "s": {"b", "a"}, "f": 0.5}
    assert audit.canonical(data) == (
        '{"a":[1,true,null],"at":"2026-09-08T09:30:00.123456+00:00","f":"0.5","s":["a","b"],"日":"2026-09-08","票":"1.50"}'
    )


def test_moments_are_written_in_utc_whatever_zone_they_come_in() -> None:
    shanghai = datetime.fromisoformat("2026-09-08T17:30:00+08:00")
    assert audit.canonical(shanghai) == '"2026-09-08T09:30:00.000000+00:00"'


def test_lazy_words_enums_durations_and_uuids_become_text() -> None:
    data = [gettext_lazy("议题"), Body.Mark.SQUARE, timedelta(hours=2), UUID(int=1)]
    assert json.loads(audit.canonical(data)) == [
        "议题",
        "square",
        "P0DT02H00M00S",
        "00000000-0000-0000-0000-000000000001",
    ]


def test_characters_the_database_cannot_hold_are_replaced() -> None:
    assert "\0" not in audit.canonical({"a\0": "b\0"})
    assert audit.canonical("坏\ud800字").encode()


@pytest.mark.parametrize("value", [object(), b"x", float("nan"), float("inf"), Body(name="x")])
def test_what_is_not_plain_data_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        audit.canonical({"x": value})


# ---------------------------------------------------------------- the chain, pure


@given(st.lists(objects, max_size=6))
def test_each_row_builds_on_the_one_before(datas: list[dict[str, Any]]) -> None:
    rows, head = audit.chain_rows(Head("item:1"), [Event(None, "item_edit", data=data) for data in datas], NOW)
    assert [row.seq for row in rows] == list(range(1, len(datas) + 1))
    assert [row.previous_hash for row in rows] == [GENESIS, *(row.hash for row in rows)][: len(rows)]
    assert head == Head("item:1", len(rows), rows[-1].hash if rows else GENESIS)


@given(st.lists(objects, max_size=6), st.integers(0, 6))
def test_a_chain_written_in_two_parts_is_the_chain_written_at_once(datas: list[dict[str, Any]], cut: int) -> None:
    events = [Event(None, "item_edit", data=data) for data in datas]
    whole, end = audit.chain_rows(Head("item:1"), events, NOW)
    first, middle = audit.chain_rows(Head("item:1"), events[:cut], NOW)
    second, last = audit.chain_rows(middle, events[cut:], NOW)
    assert (first + second, last) == (whole, end)


CHANGES: dict[str, Any] = {
    "subject": "item:2",
    "seq": 2,
    "at": NOW + timedelta(microseconds=1),
    "actor_id": 8,
    "actor_label": "党组书记",
    "verb": "vote_clear",
    "target": "vote:2",
    "data": '{"choice":"against"}',
    "previous_hash": "f" * 64,
    "algorithm": "sm3",
}


@pytest.mark.parametrize("column", CHANGES)
def test_every_column_is_in_the_hash(column: str) -> None:
    rows, _head = audit.chain_rows(Head("item:1"), [Event(None, "vote_cast", "vote:1", {"choice": "for"})], NOW)
    assert audit.digest(rows[0]) == rows[0].hash
    assert audit.digest(rows[0]._replace(**{column: CHANGES[column]})) != rows[0].hash
    assert set(CHANGES) == set(audit.COLUMNS) - {"hash"}


# ---------------------------------------------------------------- writing


def test_an_event_is_written_with_who_what_when_and_on_what(cast: Cast) -> None:
    event = audit.record(
        subject="item:1",
        actor=cast.town_chair,
        verb="vote_cast",
        target="vote:1",
        data={"new": {"choice": "for"}},
        at=NOW,
    )
    stored = AuditEvent.objects.get(pk=event.pk)
    assert (stored.subject, stored.seq, stored.at, stored.actor) == ("item:1", 1, NOW, cast.town_chair)
    assert (stored.actor_label, stored.verb, stored.target) == ("党委书记", "vote_cast", "vote:1")
    assert stored.data == {"new": {"choice": "for"}} == event.data
    assert (stored.previous_hash, stored.hash) == (GENESIS, event.hash)
    assert AuditHead.objects.get(pk="item:1").hash == event.hash


def test_the_system_acts_without_an_account(db: None) -> None:
    event = audit.record(subject="case:1", actor=None, verb="timer_fire")
    event.refresh_from_db()
    assert (event.actor, event.actor_label) == (None, "")


@given(data=objects)
@pytest.mark.django_db(transaction=False)
def test_whatever_was_written_is_proven_after_the_database_had_it(data: dict[str, Any]) -> None:
    with transaction.atomic():
        audit.record(subject="item:1", actor=None, verb="item_edit", data=data, at=NOW)
        assert list(audit.verify("item:1")) == []
        transaction.set_rollback(True)


def test_one_event_and_a_hundred_take_two_statements(db: None, django_assert_num_queries: Callable[..., Any]) -> None:
    with django_assert_num_queries(2):
        audit.record(subject="item:1", actor=None, verb="item_edit")
    with django_assert_num_queries(2):
        audit.record_many("item:1", [Event(None, "item_edit", data={"n": n}) for n in range(100)])
    assert [event.data.get("n") for event in AuditEvent.objects.filter(subject="item:1")] == [None, *range(100)]
    assert list(audit.verify("item:1")) == []


def test_writing_nothing_touches_nothing(db: None, django_assert_num_queries: Callable[..., Any]) -> None:
    with django_assert_num_queries(0):
        audit.record_many("item:1", [])


def test_what_a_rolled_back_action_wrote_is_gone_and_the_chain_goes_on(db: None) -> None:
    audit.record(subject="item:1", actor=None, verb="item_new")
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record(subject="item:1", actor=None, verb="item_edit")
        raise RuntimeError
    assert audit.record(subject="item:1", actor=None, verb="item_edit").seq == 2
    assert list(audit.verify("item:1")) == []


@pytest.mark.django_db(transaction=True)
def test_nothing_is_written_outside_a_transaction() -> None:
    with pytest.raises(TransactionManagementError):
        audit.record(subject="item:1", actor=None, verb="item_new")
    assert not AuditHead.objects.exists()


def part_of(pk: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM permissions_auditevent WHERE id = %s", [pk])
        name: str = cursor.fetchone()[0]
        return name


def test_an_entry_lies_in_the_part_of_its_year_and_the_chain_runs_through_the_parts(db: None) -> None:
    moments = [
        datetime(2026, 12, 31, 23, 59, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
        datetime(1999, 1, 1, tzinfo=UTC),
    ]
    events = [audit.record(subject="item:1", actor=None, verb="item_edit", at=at) for at in moments]
    assert [part_of(event.pk).rpartition("_")[2] for event in events] == ["2026", "2027", "other"]
    assert list(AuditEvent.objects.filter(subject="item:1").values_list("seq", flat=True)) == [1, 2, 3]
    assert list(audit.verify("item:1")) == []


def test_years_are_made_ahead_once_and_never_over_what_the_net_already_holds(db: None) -> None:
    audit.record(subject="item:1", actor=None, verb="item_edit", at=datetime(2041, 6, 1, tzinfo=UTC))
    assert audit.make_years(2040, 2041) == {2040: "made", 2041: "occupied"}
    assert audit.make_years(2040, 2040) == {2040: "there"}
    event = audit.record(subject="item:1", actor=None, verb="item_edit", at=datetime(2040, 6, 1, tzinfo=UTC))
    assert part_of(event.pk) == "permissions_auditevent_2040"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DELETE FROM permissions_auditevent_2040")


def test_a_chain_may_go_on_in_another_algorithm(db: None, settings: Settings) -> None:
    audit.record(subject="item:1", actor=None, verb="item_new")
    settings.LOG_HASH = audit.SM3
    audit.record_many("item:1", [Event(None, "item_edit", data={"标题": "水库"}), Event(None, "item_edit")])
    settings.LOG_HASH = audit.SHA256
    audit.record(subject="item:1", actor=None, verb="item_edit")
    assert list(AuditEvent.objects.values_list("algorithm", flat=True)) == ["sha256", "sm3", "sm3", "sha256"]
    assert list(audit.verify()) == []


# ---------------------------------------------------------------- what the database refuses

FORBIDDEN = {
    "changing an entry": "UPDATE permissions_auditevent SET verb = 'x' WHERE seq = 2",
    "changing nothing": "UPDATE permissions_auditevent SET verb = 'x' WHERE false",
    "deleting an entry": "DELETE FROM permissions_auditevent WHERE seq = 3",
    "emptying the log": "TRUNCATE permissions_auditevent",
    "changing an entry in its year's part": "UPDATE permissions_auditevent_2026 SET verb = 'x'",
    "deleting an entry in its year's part": "DELETE FROM permissions_auditevent_2026",
    "emptying a year's part": "TRUNCATE permissions_auditevent_2026",
    "emptying the net for other years": "TRUNCATE permissions_auditevent_other",
    "emptying the log with all that hangs on it": "TRUNCATE permissions_auditevent CASCADE",
    "setting a head back": "UPDATE permissions_audithead SET seq = 1",
    "changing a head's hash": "UPDATE permissions_audithead SET hash = 'x'",
    "renaming a head": "UPDATE permissions_audithead SET subject = 'x'",
    "deleting a head": "DELETE FROM permissions_audithead",
    "emptying the heads": "TRUNCATE permissions_audithead",
}


@pytest.fixture
def chain_of_three(db: None) -> None:
    audit.record_many("item:1", [Event(None, "item_edit", data={"n": n}) for n in range(3)], at=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else PostgreSQL refuses TRUNCATE for a reason of its own


@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_the_database_refuses(chain_of_three: None, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match=r"permissions_audit(event\w*|head) is append-only: [A-Z]+ is refused"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditEvent.objects.count() == 3


def test_a_person_who_acted_cannot_be_removed(cast: Cast) -> None:
    audit.record(subject="item:1", actor=cast.outsider, verb="item_view")
    with pytest.raises(DatabaseError):
        cast.outsider.delete()


# ---------------------------------------------------------------- what proving finds


@pytest.fixture
def tamper(chain_of_three: None) -> Callable[..., None]:
    """Somebody with the database's own password, who takes the triggers off first."""

    def statements(*sqls: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in ("permissions_auditevent", "permissions_audithead"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            for sql in sqls:
                cursor.execute(sql)

    return statements


COLUMNS = "subject, seq, at, actor_label, verb, target, data, previous_hash, hash"
TAMPERING: dict[str, tuple[list[str], int, str]] = {
    "a changed word": (["UPDATE permissions_auditevent SET verb = 'x' WHERE seq = 2"], 2, "changed"),
    "changed content": (["UPDATE permissions_auditevent SET data = '{\"n\": 7}' WHERE seq = 1"], 1, "changed"),
    "content that only looks the same": (
        ["UPDATE permissions_auditevent SET data = '{\"n\": 1.0}' WHERE seq = 2"],
        2,
        "changed",
    ),
    "a changed last entry": (["UPDATE permissions_auditevent SET actor_label = 'x' WHERE seq = 3"], 3, "changed"),
    "a moment moved by a microsecond": (
        ["UPDATE permissions_auditevent SET at = at + interval '1 microsecond' WHERE seq = 2"],
        2,
        "changed",
    ),
    "an algorithm changed for a weaker one": (
        ["UPDATE permissions_auditevent SET algorithm = 'md5', hash = md5('x') WHERE seq = 3"],
        3,
        "changed",
    ),
    "a deleted first entry": (["DELETE FROM permissions_auditevent WHERE seq = 1"], 1, "missing"),
    "a deleted entry": (["DELETE FROM permissions_auditevent WHERE seq = 2"], 2, "missing"),
    "a cut tail": (["DELETE FROM permissions_auditevent WHERE seq = 3"], 3, "truncated"),
    "a whole chain removed": (["DELETE FROM permissions_auditevent"], 1, "truncated"),
    "a chain removed with its head moved back by one": (
        ["DELETE FROM permissions_auditevent WHERE seq = 3", "UPDATE permissions_audithead SET seq = 2"],
        2,
        "changed",
    ),
    "two entries swapped": (
        [
            "UPDATE permissions_auditevent SET seq = 9 WHERE seq = 2",
            "UPDATE permissions_auditevent SET seq = 2 WHERE seq = 3",
            "UPDATE permissions_auditevent SET seq = 3 WHERE seq = 9",
        ],
        2,
        "moved",
    ),
    "an entry put at the end": (
        [
            f"INSERT INTO permissions_auditevent ({COLUMNS})"
            " SELECT subject, 4, at, actor_label, verb, target, data, hash, repeat('a', 64)"
            " FROM permissions_auditevent WHERE seq = 3"
        ],
        4,
        "changed",
    ),
    "an entry put before the first": (
        [
            f"INSERT INTO permissions_auditevent ({COLUMNS})"
            " SELECT subject, 0, at, actor_label, verb, target, data, previous_hash, hash"
            " FROM permissions_auditevent WHERE seq = 1"
        ],
        1,
        "inserted",
    ),
    "an entry moved to another chain": (
        ["UPDATE permissions_auditevent SET subject = 'item:2' WHERE seq = 3"],
        3,
        "truncated",
    ),
    "a removed head": (["DELETE FROM permissions_audithead"], 3, "headless"),
    "a head with another hash": (["UPDATE permissions_audithead SET hash = repeat('b', 64)"], 3, "changed"),
}


@pytest.mark.parametrize(("statements", "seq", "kind"), TAMPERING.values(), ids=TAMPERING.keys())
def test_proving_the_log_names_the_first_bad_entry(
    tamper: Callable[..., None], statements: list[str], seq: int, kind: str
) -> None:
    tamper(*statements)
    audit.record(subject="item:0", actor=None, verb="item_new")
    assert list(audit.verify("item:1")) == [("item:1", seq, kind)]
    assert list(audit.verify("item:0")) == []


def test_a_recomputed_forgery_of_the_last_entry_is_found_through_the_head(tamper: Callable[..., None]) -> None:
    last = AuditEvent.objects.get(seq=3)
    (forged,), _head = audit.chain_rows(
        Head("item:1", 2, last.previous_hash), [Event(None, "item_edit", data={"n": 99})], NOW
    )
    tamper(f"UPDATE permissions_auditevent SET data = '{forged.data}', hash = '{forged.hash}' WHERE seq = 3")
    assert list(audit.verify()) == [("item:1", 3, "changed")]


def test_proving_one_chain_reads_only_that_chain(chain_of_three: None) -> None:
    statement, parameters = proving._chains("item:1")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {statement}", parameters)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Seq Scan" not in plan
    assert "subject_seq_at" in plan  # the index of each year's part


def test_a_chain_that_was_locked_and_not_written_to_is_whole(db: None) -> None:
    audit.lock("item:1")
    assert list(audit.verify()) == []


# ---------------------------------------------------------------- the command


def verified(*arguments: str) -> tuple[int, list[str]]:
    out, status = StringIO(), 0
    try:
        call_command("log_verify", *arguments, stdout=out)
    except SystemExit as end:
        status = int(end.code or 0)
    return status, out.getvalue().splitlines()


def test_the_command_counts_what_it_proved(chain_of_three: None) -> None:
    audit.record(subject="item:2", actor=None, verb="item_new")
    assert verified() == (0, ["verified 4 events in 2 chains"])
    assert verified("--subject", "item:2") == (0, ["verified 1 events in 1 chains"])


def test_the_command_names_what_is_broken_and_fails(tamper: Callable[..., None]) -> None:
    tamper("UPDATE permissions_auditevent SET verb = 'x' WHERE seq = 2")
    status, lines = verified()
    assert status == 1
    assert lines[0].startswith("item:1#2 changed")
    assert lines[-1] == "broken 1"


# ---------------------------------------------------------------- several at once


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_make_one_unbroken_chain() -> None:
    def append(number: int) -> None:
        with transaction.atomic():
            audit.record(subject="item:1", actor=None, verb="vote_cast", data={"n": number})

    assert at_once(*(partial(append, number) for number in range(16))) == [None] * 16
    events = list(AuditEvent.objects.filter(subject="item:1"))
    assert [event.seq for event in events] == list(range(1, 17))
    assert sorted(event.data["n"] for event in events) == list(range(16))
    assert all(after.previous_hash == before.hash for before, after in pairwise(events))
    assert list(audit.verify()) == []


@pytest.mark.django_db(transaction=True)
def test_writing_waits_for_the_chain_and_then_goes_on() -> None:
    held, waiting = threading.Event(), threading.Event()
    order: list[str] = []

    def work(number: int) -> None:
        with transaction.atomic():
            if number == 0:
                audit.record(subject="item:1", actor=None, verb="first")
                held.set()
                waiting.wait(10)
                # The second now asks for the head; only the end of this block lets it have it.
                assert not AuditEvent.objects.filter(verb="second").exists()
                order.append("first ends")
            else:
                held.wait(10)
                waiting.set()
                audit.record(subject="item:1", actor=None, verb="second")
                order.append("second writes")

    assert at_once(partial(work, 0), partial(work, 1)) == [None, None]
    assert order == ["first ends", "second writes"]
    assert list(AuditEvent.objects.values_list("seq", "verb")) == [(1, "first"), (2, "second")]


@pytest.mark.django_db(transaction=True)
def test_chains_do_not_wait_for_each_other() -> None:
    both = threading.Barrier(2)

    def work(number: int) -> None:
        with transaction.atomic():
            audit.record(subject=f"item:{number}", actor=None, verb="item_new")
            both.wait(10)  # reached only when neither blocks the other

    assert at_once(partial(work, 0), partial(work, 1)) == [None, None]
    assert list(audit.verify()) == []


@pytest.mark.django_db(transaction=True)
def test_proving_while_others_write_finds_nothing_wrong() -> None:
    def work(number: int) -> None:
        for _round in range(15):
            if number:
                with transaction.atomic():
                    audit.record_many("item:1", [Event(None, "item_edit")] * 3)
            else:
                assert list(audit.verify()) == []

    assert at_once(*(partial(work, number) for number in range(3))) == [None] * 3
    assert User.objects.count() == 0
