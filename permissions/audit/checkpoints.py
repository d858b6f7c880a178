"""Checkpoints: what the whole log was at one moment, signed by the installation; and proving them (docs/record.md)."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from permissions.audit import keys, merkle
from permissions.audit.canonical import canonical, instant
from permissions.audit.rows import ALGORITHMS, GENESIS, Head
from permissions.models import Checkpoint

FORMAT = "sangong-checkpoint-1"
COPY = "checkpoints.jsonl"

# The heads that have moved since they were last kept. The checkpoint itself comes after them, in the same transaction: its root is
# made of what this statement wrote, and so of one instant.
_KEEP = """
INSERT INTO permissions_checkpointhead (checkpoint_id, subject, seq, hash)
SELECT %s, head.subject, head.seq, head.hash FROM permissions_audithead head
LEFT JOIN LATERAL (SELECT seq FROM permissions_checkpointhead kept WHERE kept.subject = head.subject
                   ORDER BY checkpoint_id DESC LIMIT 1) kept ON true
WHERE head.seq > 0 AND kept.seq IS DISTINCT FROM head.seq
"""
_LEAVES = """
SELECT DISTINCT ON (subject COLLATE "C") subject, seq, hash FROM permissions_checkpointhead
WHERE checkpoint_id <= %s ORDER BY subject COLLATE "C", checkpoint_id DESC
"""
_WRONG = """
SELECT DISTINCT ON (kept.subject) kept.subject, kept.seq, kept.checkpoint_id, event.hash IS NOT NULL,
  EXISTS (SELECT FROM permissions_auditevent other WHERE other.subject = kept.subject)
FROM permissions_checkpointhead kept
LEFT JOIN permissions_auditevent event ON event.subject = kept.subject AND event.seq = kept.seq
WHERE event.hash IS DISTINCT FROM kept.hash ORDER BY kept.subject, kept.seq
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong beyond a single chain. `kind` is a key of `permissions.audit.words.KINDS`; `where` names the place:
    `checkpoint:7`, or an entry of a chain (`item:12#40`), which checkpoint number `checkpoint` had found otherwise."""

    where: str
    kind: str
    checkpoint: int


class Proven(NamedTuple):
    """How many checkpoints (or anchors) were checked, and what is wrong with them or with the log they saw."""

    number: int
    faults: list[Fault]


def make() -> Checkpoint | None:
    """Make a checkpoint of everything that is committed, or nothing where no chain has moved since the last one.

    Two at once make one each, one after the other; the second then has nothing to do unless something was written between.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('permissions_checkpoint'))")
            last = newest()
            number = last.number + 1 if last else 1
            cursor.execute(_KEEP, [number])
            if not cursor.rowcount:
                return None
        row = Checkpoint(number=number, at=timezone.now(), algorithm=settings.LOG_HASH)
        row.previous_hash = last.hash if last else GENESIS
        row.chains, row.events, row.root = _sum(row, leaves_of(number))
        text = statement(row).encode()
        row.hash = hashlib.new(row.algorithm, text).hexdigest()
        row.signature, row.key = keys.sign(text)
        row.save(force_insert=True)
        transaction.on_commit(_copy)
    return row


def newest() -> Checkpoint | None:
    """The latest checkpoint, where there is one."""
    return Checkpoint.objects.order_by("-number").first()


def numbered(number: int) -> Checkpoint | None:
    """One checkpoint."""
    return Checkpoint.objects.filter(number=number).first()


def leaves_of(number: int) -> Iterator[Head]:
    """The heads of all chains as checkpoint `number` found them, in the order of the tree."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_LEAVES, [number])
        while lines := cursor.fetchmany(2000):
            for line in lines:
                yield Head(*line)


def leaf(head: Head) -> bytes:
    """What goes into the tree for one chain."""
    return canonical(list(head)).encode()


def _sum(row: Checkpoint, heads: Iterable[Head]) -> tuple[int, int, str]:
    """Chains, events and root of a checkpoint made of these heads."""
    chains = events = 0

    def counted() -> Iterator[bytes]:
        nonlocal chains, events
        for head in heads:
            chains, events = chains + 1, events + head.seq
            yield leaf(head)

    root = merkle.root_of(row.algorithm, counted()).hex()
    return chains, events, root


def statement(row: Checkpoint) -> str:
    """What is signed."""
    return canonical(_stated(row))


def line(row: Checkpoint) -> str:
    """A checkpoint as it is given away and kept beside the database: one line of JSON."""
    return canonical({**_stated(row), "hash": row.hash, "key": row.key, "signature": row.signature}) + "\n"


def _stated(row: Checkpoint) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "number": row.number,
        "at": instant(row.at),
        "algorithm": row.algorithm,
        "chains": row.chains,
        "events": row.events,
        "root": row.root,
        "previous_hash": row.previous_hash,
        "signer": "system",
    }


# ---------------------------------------------------------------- the copy beside the database


def _copy() -> None:
    """Append to the copy what it does not have yet, also what an earlier process did not come to."""
    path = keys.folder() / COPY
    had = max((number for number, _text in _copied(path)), default=0)
    rows = list(Checkpoint.objects.filter(number__gt=had).order_by("number"))
    with open(path, "a", encoding="utf-8") as handle:
        # One write, so that lines of two processes do not mix.
        handle.write("".join(line(row) for row in rows))


def _copied(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of the copy with the numbers they speak of. A line cut off by a full disk is no line."""
    if not path.exists():
        return
    with open(path, encoding="utf-8") as handle:
        for text in handle:
            try:
                yield int(json.loads(text)["number"]), text
            except (ValueError, KeyError, TypeError):
                continue


# ---------------------------------------------------------------- proving


def prove(*, every: bool = False) -> Proven:
    """Check all checkpoints: numbers, hashes, signatures and the copy beside the database; the leaves of the newest (of `every`
    one, which takes as many times as long) against its root; and every kept head against the events there are now.
    """
    rows = list(Checkpoint.objects.order_by("number"))
    faults = [*_in_themselves(rows), *_in_their_order(rows), *_against_the_copy(rows)]
    faults += (Fault(str(row), "leaves", row.number) for row in (rows if every else rows[-1:]) if not _summed(row))
    return Proven(len(rows), [*faults, *_against_events()])


def _summed(row: Checkpoint) -> bool:
    """Whether the leaves kept for a checkpoint come to what it says. An unknown algorithm is named by `_in_themselves`."""
    return row.algorithm not in ALGORITHMS or _sum(row, leaves_of(row.number)) == (row.chains, row.events, row.root)


def _in_themselves(rows: list[Checkpoint]) -> Iterator[Fault]:
    known = set(keys.known_keys())
    for row in rows:
        text = statement(row).encode()
        if row.algorithm not in ALGORITHMS or row.hash != hashlib.new(row.algorithm, text).hexdigest():
            yield Fault(str(row), "changed", row.number)
        elif not keys.signed(text, row.signature, row.key):
            yield Fault(str(row), "unsigned", row.number)
        elif row.key not in known:
            yield Fault(str(row), "unknown_key", row.number)


def _in_their_order(rows: list[Checkpoint]) -> Iterator[Fault]:
    first = Checkpoint(number=0, hash=GENESIS)
    for before, row in pairwise([first, *rows]):
        if row.number != before.number + 1:
            yield Fault(f"checkpoint:{before.number + 1}", "missing", before.number + 1)
        elif row.previous_hash != before.hash:
            yield Fault(str(row), "moved", row.number)


def _against_the_copy(rows: list[Checkpoint]) -> Iterator[Fault]:
    stored = {row.number: line(row) for row in rows}
    last = max(stored, default=0)
    for number, text in _copied(keys.folder() / COPY):
        if number > last:
            # Within, a gap in the numbers says so already.
            yield Fault(f"checkpoint:{number}", "missing", number)
        elif number in stored and stored[number] != text:
            yield Fault(f"checkpoint:{number}", "other_copy", number)


def _against_events() -> Iterator[Fault]:
    """The first entry of each chain that is not what a checkpoint found there."""
    with connection.cursor() as cursor:
        cursor.execute(_WRONG)
        for subject, seq, number, there, any_left in cursor.fetchall():
            kind = "rewritten" if there else "truncated" if any_left else "gone"
            yield Fault(f"{subject}#{seq}", kind, number)
