"""The append-only log: who did what, when, to what, chained per subject by hash (N4, N9, N11).

Each event's hash is SHA-256 over the previous hash and the canonical JSON of the event, so that a row changed, removed,
added or moved breaks every hash after it. The head of each chain stands in `AuditHead`: it is the lock under which the
chain grows, and shows when the tail was cut. `record` and `record_many` must run inside the action's transaction.
"""

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from django.utils.duration import duration_iso_string
from django.utils.functional import Promise

from permissions.models import AuditEvent, User

GENESIS = "0" * 64
"""The previous hash of the first event of every chain."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing to write down. `actor` None is the system; `data` is a JSON object: old, new, details."""

    actor: User | None
    verb: str
    target: str = ""
    data: Mapping[str, Any] | None = None


class Head(NamedTuple):
    """The end of a chain: the next event gets `seq + 1` and builds on `hash`."""

    subject: str
    seq: int = 0
    hash: str = GENESIS


class Row(NamedTuple):
    """One finished row of `permissions_auditevent`, in the order of `COLUMNS`; `data` is canonical JSON text."""

    subject: str
    seq: int
    at: datetime
    actor_id: int | None
    actor_label: str
    verb: str
    target: str
    data: str
    previous_hash: str
    hash: str


COLUMNS = Row._fields


class Break(NamedTuple):
    """The first wrong entry of a chain. `kind`: `changed`, `missing`, `moved`, `inserted`, `truncated`, `headless`."""

    subject: str
    seq: int
    kind: str


# ---------------------------------------------------------------- canonical JSON


def canonical(value: Any) -> str:
    """Canonical JSON text: sorted keys, no spaces, non-ASCII as it is; reading and writing it again changes nothing."""
    return _dump(plain(value))


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def plain(value: Any) -> Any:
    """The value in JSON's own types, in a form that survives PostgreSQL's jsonb unchanged.

    Decimals, floats, dates, durations and UUIDs become text; sets are sorted; characters jsonb cannot hold (NUL, lone
    surrogates) become U+FFFD. Raises `TypeError` for anything else, so that no object slips in by its repr.
    """
    match value:
        case None | bool():
            return value
        case Enum():
            return plain(value.value)
        case int():
            return int(value)
        case str():
            return _text(value)
        case Promise():
            return _text(str(value))
        case Decimal() | UUID():
            return str(value)
        case float():
            if not math.isfinite(value):
                raise TypeError("the log holds finite numbers only")
            return repr(value)
        case datetime():
            return instant(value)
        case date() | time():
            return value.isoformat()
        case timedelta():
            return duration_iso_string(value)
        case Model():
            raise TypeError(f"log a {type(value).__name__} by its key and the fields that matter")
        case Mapping():
            return {_text(str(key.value if isinstance(key, Enum) else key)): plain(item) for key, item in value.items()}
        case set() | frozenset():
            return sorted((plain(item) for item in value), key=lambda item: (type(item).__name__, canonical(item)))
        case list() | tuple():
            return [plain(item) for item in value]
    raise TypeError(f"the log cannot hold a {type(value).__name__}")


def _text(value: str) -> str:
    if not value.isascii():
        value = value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return value.replace("\0", "\ufffd")


def instant(at: datetime) -> str:
    """An aware moment as text, in UTC with microseconds: the one spelling that goes into a hash."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


# ---------------------------------------------------------------- the chain, pure


def chain_rows(head: Head, events: Iterable[Event], at: datetime) -> tuple[list[Row], Head]:
    """The rows that continue the chain at `head`, and its new head. Pure: for callers that hold the subject's lock."""
    rows: list[Row] = []
    subject, seq, tip = head
    for event in events:
        seq += 1
        actor_id = event.actor.pk if event.actor is not None else None
        label = _text(str(event.actor))[:80] if event.actor is not None else ""
        data = canonical(event.data or {})
        row = Row(subject, seq, at, actor_id, label, event.verb, event.target, data, tip, "")
        tip = digest(row)
        rows.append(row._replace(hash=tip))
    return rows, Head(subject, seq, tip)


def digest(row: Row) -> str:
    """The hash of a row: SHA-256 (hex) over its previous hash and the canonical JSON of its other columns."""
    quoted = json.dumps(
        [row.subject, row.seq, instant(row.at), row.actor_id, row.actor_label, row.verb, row.target],
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return sha256(f"{row.previous_hash}[{quoted},{row.data}]".encode()).hexdigest()


# ---------------------------------------------------------------- writing

_LOCK = """
INSERT INTO permissions_audithead AS head (subject, seq, hash) VALUES (%s, 0, %s)
ON CONFLICT (subject) DO UPDATE SET seq = head.seq RETURNING seq, hash
"""

_APPEND = """
WITH moved AS (UPDATE permissions_audithead SET seq = %s, hash = %s WHERE subject = %s)
INSERT INTO permissions_auditevent
  (subject, seq, at, actor_id, actor_label, verb, target, data, previous_hash, hash)
SELECT %s, * FROM unnest(%s::bigint[], %s::timestamptz[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::jsonb[],
  %s::text[], %s::text[]) RETURNING id
"""

_EVENT_PART = """logged AS (
    INSERT INTO permissions_auditevent (subject, seq, at, actor_id, actor_label, verb, target, data, previous_hash, hash)
    VALUES (%(log_subject)s, %(log_seq)s, %(log_at)s, %(log_actor_id)s, %(log_actor_label)s, %(log_verb)s, %(log_target)s,
        %(log_data)s::jsonb, %(log_previous_hash)s, %(log_hash)s))"""
APPEND_PART = f"""log_head AS (
    UPDATE permissions_audithead SET seq = %(log_seq)s, hash = %(log_hash)s WHERE subject = %(log_subject)s
), {_EVENT_PART}"""  # noqa: S608  no value in it
"""WITH clauses that append one entry and move the head, for who writes rows of its own in the same statement. Needs the lock."""
BEGIN_PART = f"""log_head AS (
    INSERT INTO permissions_audithead (subject, seq, hash) VALUES (%(log_subject)s, %(log_seq)s, %(log_hash)s)
), {_EVENT_PART}"""  # noqa: S608  no value in it
"""The same for the first entry of a chain that cannot be there yet, and so needs no lock."""


def part_values(row: Row) -> dict[str, Any]:
    """The parameters of `APPEND_PART` and `BEGIN_PART` for an entry made by `chain_rows`."""
    return {f"log_{name}": value for name, value in zip(COLUMNS, row, strict=True)}


def lock(subject: str) -> Head:
    """Take the chain's head and hold its row until the transaction ends; others wait. Starts a chain where none is.

    Raises `TransactionManagementError` outside a transaction: the lock would be gone before the entry is written. Who
    writes into several chains takes them in the order of their subjects, so that nobody waits in a circle.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("the log is written inside the transaction of the action that it records")
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [subject, GENESIS])
        seq, tip = cursor.fetchone()
    return Head(subject, seq, tip)


def append(rows: Sequence[Row], head: Head) -> list[int]:
    """Write rows made by `chain_rows` and move the head, in one statement; the new rows' ids. Needs the lock."""
    if not rows:
        return []
    _subjects, *columns = (list(column) for column in zip(*rows, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, [head.seq, head.hash, head.subject, head.subject, *columns])
        return [pk for (pk,) in cursor.fetchall()]


def record(
    *,
    subject: str,
    actor: User | None,
    verb: str,
    target: str = "",
    data: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> AuditEvent:
    """Write one event down, in the transaction of the action that did it. Two statements."""
    rows, head = chain_rows(lock(subject), [Event(actor, verb, target, data)], at or timezone.now())
    (pk,) = append(rows, head)
    return AuditEvent(id=pk, **{**rows[0]._asdict(), "data": json.loads(rows[0].data)})


def record_many(subject: str, events: Sequence[Event], *, at: datetime | None = None) -> None:
    """Write several events of one chain down, in order. Two statements, however many events."""
    if events:
        append(*chain_rows(lock(subject), events, at or timezone.now()))


# ---------------------------------------------------------------- proving


def verify(subject: str | None = None) -> Iterator[Break]:
    """The first wrong entry of each broken chain (of one chain, where a subject is given), by subject. Only reads.

    Rows are streamed in the order of the chains, so that the log may be larger than memory.
    """
    for proof in prove(subject):
        if proof.broken is not None:
            yield proof.broken


class Proof(NamedTuple):
    """What going through one chain showed: how many entries stand in it, and its first wrong one, if any."""

    subject: str
    events: int
    broken: Break | None


_CHAINS = """
SELECT subject, event.seq, event.at, event.actor_id, event.actor_label, event.verb, event.target, event.data::text,
  event.previous_hash, event.hash, head.seq, head.hash
FROM {events} event FULL JOIN {heads} head USING (subject) ORDER BY subject, event.seq
"""


def prove(subject: str | None = None) -> Iterator[Proof]:
    """Go through every chain (or one) from its first entry to its head.

    One statement reads entries and heads, so that both are of the same instant while others go on writing.
    """
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(*_chains(subject))
        lines = chain.from_iterable(iter(lambda: cursor.fetchmany(2000), []))
        for name, group in groupby(lines, key=itemgetter(0)):
            first = next(group)
            end = Head(name, first[-2], first[-1]) if first[-2] is not None else None
            yield _prove(name, (_read(line) for line in chain((first,), group) if line[1] is not None), end)


def _chains(subject: str | None) -> tuple[str, list[str]]:
    """The statement for all chains, or for one by its index: a FULL JOIN passes no condition down by itself."""
    tables = {"events": "permissions_auditevent", "heads": "permissions_audithead"}
    if subject is None:
        return _CHAINS.format(**tables), []
    one = {name: f"(SELECT * FROM {table} WHERE subject = %s)" for name, table in tables.items()}  # noqa: S608
    return _CHAINS.format(**one), [subject, subject]


def _prove(subject: str, entries: Iterable[Row], end: Head | None) -> Proof:
    """One chain. Every entry is read even after a break, so that the count is that of the table."""
    count, tip, broken = 0, GENESIS, None
    for row in entries:
        count += 1
        broken = broken or _fault(row, count, tip)
        tip = row.hash
    return Proof(subject, count, broken or _fault_of_end(subject, count, tip, end))


def _fault(row: Row, expected: int, tip: str) -> Break | None:
    if row.seq != expected:
        return Break(row.subject, expected, "missing" if row.seq > expected else "inserted")
    if row.previous_hash != tip:
        return Break(row.subject, row.seq, "moved")
    if row.hash != digest(row):
        return Break(row.subject, row.seq, "changed")
    return None


def _fault_of_end(subject: str, count: int, tip: str, end: Head | None) -> Break | None:
    """What the head says about the last entry. A head at 0 was taken and not written to: nothing is missing there."""
    if end is None:
        return Break(subject, count, "headless")
    if end.seq > count:
        return Break(subject, count + 1, "truncated")
    if end.seq < count:
        return Break(subject, end.seq + 1, "inserted")
    if end.seq and end.hash != tip:
        return Break(subject, count, "changed")
    return None


def _read(line: Sequence[Any]) -> Row:
    """A row as it stands in the table. The JSON is put in order but not made plain: 0.5 must not pass for "0.5"."""
    row = Row(*line[:10])
    return row._replace(data=_dump(json.loads(row.data)))
