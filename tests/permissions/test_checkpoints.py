"""Checkpoints over all chains: what they hold, what they are signed with, and what they find that a chain alone cannot."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from permissions import audit
from permissions.audit import Event, Head, checkpoints, export, keys, merkle
from permissions.models import AuditEvent, AuditHead, Checkpoint, CheckpointHead
from tests.permissions.conftest import at_once
from tests.permissions.test_audit import verified

NOW = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
TABLES = ("auditevent", "audithead", "checkpoint", "checkpointhead", "anchor")
Make = Callable[[], Checkpoint | None]


@pytest.fixture(autouse=True)
def record(settings: Settings, tmp_path: Path) -> Path:
    settings.RECORD = tmp_path / "record"
    return settings.RECORD


@pytest.fixture
def make(db: None, django_capture_on_commit_callbacks: Any) -> Make:
    def run() -> Checkpoint | None:
        with django_capture_on_commit_callbacks(execute=True):
            return checkpoints.make()

    return run


def write(subject: str, number: int = 1) -> None:
    audit.record_many(subject, [Event(None, "item_edit", data={"n": n}) for n in range(number)], at=NOW)


@pytest.fixture
def two(make: Make) -> None:
    """Two checkpoints: the first saw `item:1` with three entries and `item:2` with two, the second two more and `item:10`."""
    write("item:1", 3)
    write("item:2", 2)
    make()
    write("item:1", 2)
    write("item:10")
    make()


def test_a_checkpoint_holds_the_heads_of_all_chains_in_order_and_keeps_only_those_that_moved(two: None) -> None:
    first, second = Checkpoint.objects.all()
    heads = [Head(head.subject, head.seq, head.hash) for head in AuditHead.objects.all()]
    leaves = sorted(heads, key=lambda head: head.subject.encode())
    assert list(checkpoints.leaves_of(2)) == leaves
    assert (second.chains, second.events) == (3, 8)
    assert second.root == merkle.root_of("sha256", map(checkpoints.leaf, leaves)).hex()
    assert list(second.heads.values_list("subject", "seq")) == [("item:1", 5), ("item:10", 1)]
    assert [(head.subject, head.seq) for head in checkpoints.leaves_of(1)] == [("item:1", 3), ("item:2", 2)]
    assert (first.previous_hash, second.previous_hash) == (audit.GENESIS, first.hash)


def test_n7_a_checkpoint_is_signed_by_the_system_and_says_so(two: None, record: Path) -> None:
    row = Checkpoint.objects.get(number=2)
    text = checkpoints.statement(row)
    assert json.loads(text)["signer"] == "system"
    assert keys.signed(text.encode(), row.signature, row.key)
    assert not keys.signed(text.encode() + b" ", row.signature, row.key)
    assert row.key == keys.public_key() == keys.known_keys()[-1]
    assert (record / "log_key").stat().st_mode & 0o777 == 0o600
    assert (record / "checkpoints.jsonl").read_text().splitlines(keepends=True) == [
        checkpoints.line(row) for row in Checkpoint.objects.all()
    ]


def test_nothing_is_signed_twice(two: None, make: Make) -> None:
    assert make() is None
    audit.lock("item:9")  # taken and not written to
    assert make() is None
    assert Checkpoint.objects.count() == 2


def test_a_checkpoint_in_sm3_and_one_with_a_new_key_are_proven_beside_the_older_ones(
    two: None, make: Make, settings: Settings, record: Path
) -> None:
    settings.LOG_HASH = audit.SM3
    (record / "log_key").unlink()
    write("item:2")
    row = make()
    assert row is not None and row.algorithm == "sm3"
    assert len(set(keys.known_keys())) == 2
    assert verified("--every") == (0, ["verified 9 events in 3 chains", "verified 3 checkpoints and 0 anchors"])


def test_a_key_that_is_none_stops_the_signing(two: None, record: Path, make: Make) -> None:
    (record / "log_key").write_text("?")
    write("item:2")
    with pytest.raises(ImproperlyConfigured, match="Ed25519"):
        make()


def test_the_copy_is_made_whole_again_where_a_line_was_lost(two: None, make: Make, record: Path) -> None:
    path = record / "checkpoints.jsonl"
    path.write_text(path.read_text().splitlines(keepends=True)[0] + '{"number": 2, "format"')
    write("item:2")
    make()
    assert verified()[0] == 0


def test_each_chain_is_proven_in_a_checkpoint_by_its_line(two: None) -> None:
    row = Checkpoint.objects.get(number=2)
    for line in (json.loads(text) for text in export.proof_lines(row, ["item:1", "item:10", "item:99"])):
        leaf = checkpoints.leaf(Head(line["subject"], line["seq"], line["hash"]))
        path = [bytes.fromhex(step) for step in line["path"]]
        assert merkle.root_by_path("sha256", leaf, line["index"], line["size"], path) == bytes.fromhex(row.root)
        assert line["size"] == row.chains


@pytest.mark.parametrize("table", TABLES[2:])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = 1", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_n11_the_database_refuses_to_change_what_proves(two: None, table: str, statement: str) -> None:
    column = "number" if table == "checkpoint" else "id"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement.replace("id =", f"{column} =").format(f"permissions_{table}"))


# ---------------------------------------------------------------- what proving finds


def tamper(*statements: str) -> None:
    """Somebody with the database's own password, who takes the triggers off first."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE permissions_{table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement.replace("{", "permissions_").replace("}", ""))


def rewrite(subject: str, entries: int) -> None:
    """The whole chain once more, with other content, all hashes right, and the head to go with it."""
    rows, head = audit.chain_rows(Head(subject), [Event(None, "item_edit", data={"n": 99})] * entries, NOW)
    tamper(
        f"DELETE FROM {{auditevent}} WHERE subject = '{subject}'",
        f"DELETE FROM {{audithead}} WHERE subject = '{subject}'",
    )
    audit.lock(subject)
    audit.append(rows, head)


FOUND: dict[str, tuple[Callable[[], None], list[str]]] = {
    "a chain cut off and its head set back to fit": (
        lambda: tamper(
            "DELETE FROM {auditevent} WHERE subject = 'item:1' AND seq > 3",
            "UPDATE {audithead} SET seq = 3, hash = (SELECT hash FROM {auditevent} WHERE subject = 'item:1' AND seq = 3)"
            " WHERE subject = 'item:1'",
        ),
        ["item:1#5 truncated"],
    ),
    "a chain removed with its head": (
        lambda: tamper(
            "DELETE FROM {auditevent} WHERE subject = 'item:10'", "DELETE FROM {audithead} WHERE subject = 'item:10'"
        ),
        ["item:10#1 gone"],
    ),
    "the whole log removed": (
        lambda: tamper("DELETE FROM {auditevent}", "DELETE FROM {audithead}"),
        ["item:1#3 gone", "item:10#1 gone", "item:2#2 gone"],
    ),
    "a chain rewritten with all its hashes": (partial(rewrite, "item:2", 2), ["item:2#2 rewritten"]),
    "a chain rewritten longer than it was": (partial(rewrite, "item:2", 9), ["item:2#2 rewritten"]),
    "a chain rewritten and forgotten by the checkpoints": (
        lambda: (rewrite("item:2", 2), tamper("DELETE FROM {checkpointhead} WHERE subject = 'item:2'"))[1],
        ["checkpoint:2 leaves"],
    ),
    "a chain rewritten and the checkpoint's leaf with it": (
        lambda: (
            rewrite("item:2", 2),
            tamper(
                "UPDATE {checkpointhead} SET hash = head.hash FROM {audithead} head WHERE head.subject = 'item:2'"
                " AND {checkpointhead}.subject = 'item:2'"
            ),
        )[1],
        ["checkpoint:2 leaves"],
    ),
    "a checkpoint changed": (
        lambda: tamper("UPDATE {checkpoint} SET events = 7 WHERE number = 2"),
        ["checkpoint:2 changed", "checkpoint:2 other_copy", "checkpoint:2 leaves"],
    ),
    "a checkpoint's algorithm changed": (
        lambda: tamper("UPDATE {checkpoint} SET algorithm = 'md5' WHERE number = 1"),
        ["checkpoint:1 changed", "checkpoint:1 other_copy"],
    ),
    "a signature taken from another": (
        lambda: tamper(
            "UPDATE {checkpoint} SET signature = (SELECT signature FROM {checkpoint} WHERE number = 1) WHERE number = 2"
        ),
        ["checkpoint:2 unsigned", "checkpoint:2 other_copy"],
    ),
    "a checkpoint removed": (
        lambda: tamper(
            "DELETE FROM {checkpointhead} WHERE checkpoint_id = 1", "DELETE FROM {checkpoint} WHERE number = 1"
        ),
        ["checkpoint:1 missing", "checkpoint:2 leaves"],
    ),
    "the last checkpoint removed": (
        lambda: tamper(
            "DELETE FROM {checkpointhead} WHERE checkpoint_id = 2", "DELETE FROM {checkpoint} WHERE number = 2"
        ),
        ["checkpoint:2 missing"],
    ),
    "all checkpoints removed": (
        lambda: tamper("DELETE FROM {checkpointhead}", "DELETE FROM {checkpoint}"),
        ["checkpoint:1 missing", "checkpoint:2 missing"],
    ),
}


@pytest.mark.parametrize(("attack", "named"), FOUND.values(), ids=FOUND.keys())
def test_what_no_chain_shows_by_itself_is_found_and_named(
    two: None, attack: Callable[[], None], named: list[str]
) -> None:
    attack()
    assert list(audit.verify()) == []  # the chains agree with themselves
    assert [f"{fault.where} {fault.kind}" for fault in checkpoints.prove().faults] == named
    status, lines = verified()
    assert status == 1
    assert [line.partition(":")[0] for line in lines[:-1]] == [name.partition(":")[0] for name in named]
    assert lines[-1] == f"broken {len(named)}"


def test_everything_rewritten_and_signed_with_another_key_is_found_by_the_key(
    two: None, make: Make, record: Path
) -> None:
    known = (record / "log_keys.pub").read_text()
    (record / "log_key").unlink()
    write("item:2")
    make()
    (record / "log_keys.pub").write_text(known)
    assert [(fault.where, fault.kind) for fault in checkpoints.prove().faults] == [("checkpoint:3", "unknown_key")]


def test_an_older_checkpoint_is_gone_through_as_well_where_every_one_is_asked_for(two: None) -> None:
    tamper(
        "UPDATE {checkpointhead} SET seq = 2, hash = (SELECT hash FROM {auditevent} WHERE subject = 'item:1' AND seq = 2)"
        " WHERE subject = 'item:1' AND checkpoint_id = 1"
    )
    assert checkpoints.prove().faults == []  # what the newest says stands on its own
    assert [fault.where for fault in checkpoints.prove(every=True).faults] == ["checkpoint:1"]


def test_the_command_makes_one_and_shows_the_key(two: None, capsys: pytest.CaptureFixture[str]) -> None:
    write("item:2")
    call_command("log_checkpoint")
    call_command("log_checkpoint")
    call_command("log_checkpoint", "--key")
    made, stands, key = capsys.readouterr().out.splitlines()
    assert made.startswith("made checkpoint:3 3 chains 9 events ")
    assert stands.startswith("stands checkpoint:3 ")
    assert key == Checkpoint.objects.get(number=3).key


@pytest.mark.django_db(transaction=True)
def test_two_at_once_and_people_writing_meanwhile_give_checkpoints_that_hold() -> None:
    def work(number: int) -> None:
        for _round in range(5):
            if number < 2:
                checkpoints.make()
            else:
                with transaction.atomic():
                    write(f"item:{number}", 2)

    assert at_once(*(partial(work, number) for number in range(5))) == [None] * 5
    checkpoints.make()
    proven = checkpoints.prove(every=True)
    assert proven.faults == []
    assert proven.number == Checkpoint.objects.count() >= 1
    assert Checkpoint.objects.latest("number").events == AuditEvent.objects.count() == 30
    assert CheckpointHead.objects.filter(subject="item:4").latest("checkpoint").seq == 10
