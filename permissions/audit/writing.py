"""Writing entries down, in the transaction of the action that they tell of."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from permissions.audit.rows import COLUMNS, GENESIS, Event, Head, Row, chain_rows
from permissions.models import AuditEvent, User

_LOCK = """
INSERT INTO permissions_audithead AS head (subject, seq, hash) VALUES (%s, 0, %s)
ON CONFLICT (subject) DO UPDATE SET seq = head.seq RETURNING seq, hash
"""

_APPEND = """
WITH moved AS (UPDATE permissions_audithead SET seq = %s, hash = %s WHERE subject = %s)
INSERT INTO permissions_auditevent
  (subject, seq, at, actor_id, actor_label, verb, target, data, previous_hash, hash, algorithm)
SELECT %s, * FROM unnest(%s::bigint[], %s::timestamptz[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::jsonb[],
  %s::text[], %s::text[], %s::text[]) RETURNING id
"""

_EVENT = """logged AS (
    INSERT INTO permissions_auditevent (subject, seq, at, actor_id, actor_label, verb, target, data, previous_hash, hash,
        algorithm)
    VALUES (%(log_subject)s, %(log_seq)s, %(log_at)s, %(log_actor_id)s, %(log_actor_label)s, %(log_verb)s, %(log_target)s,
        %(log_data)s::jsonb, %(log_previous_hash)s, %(log_hash)s, %(log_algorithm)s))"""
_MOVE = """log_head AS (
    UPDATE permissions_audithead SET seq = %(log_seq)s, hash = %(log_hash)s WHERE subject = %(log_subject)s)"""
_BEGIN = """log_head AS (
    INSERT INTO permissions_audithead (subject, seq, hash) VALUES (%(log_subject)s, %(log_seq)s, %(log_hash)s))"""

APPEND_PART = f"{_MOVE}, {_EVENT}"
"""WITH clauses that append one entry and move the head, for who writes rows of its own in the same statement. Needs the lock."""
BEGIN_PART = f"{_BEGIN}, {_EVENT}"
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
