"""How a chain grows: entries, the rows they become, and the hash that ties each to the one before."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings

from permissions import acting
from permissions.audit.canonical import canonical, clean, instant
from permissions.models import User

GENESIS = "0" * 64
"""The previous hash of the first event of every chain."""
SHA256 = "sha256"
SM3 = "sm3"
ALGORITHMS = (SHA256, SM3)
"""What an entry may be hashed with; both give 64 hexadecimal digits (N10)."""


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
    algorithm: str = SHA256


COLUMNS = Row._fields


def chain_rows(
    head: Head, events: Iterable[Event], at: datetime, algorithm: str | None = None
) -> tuple[list[Row], Head]:
    """The rows that continue the chain at `head`, and its new head, for callers that hold the subject's lock.

    `algorithm` is that of the settings where it is not given. A chain may go on with another one than it began with.
    """
    algorithm = algorithm or settings.LOG_HASH
    rows: list[Row] = []
    subject, seq, tip = head
    for event in events:
        seq += 1
        actor_id = event.actor.pk if event.actor is not None else None
        label = clean(str(event.actor))[:80] if event.actor is not None else ""
        given = dict(event.data or {})
        if event.actor is not None and (stands_for := acting.said(event.actor.pk)) is not None:
            given["for"] = stands_for
        data = canonical(given)
        row = Row(subject, seq, at, actor_id, label, event.verb, event.target, data, tip, "", algorithm)
        tip = digest(row)
        rows.append(row._replace(hash=tip))
    return rows, Head(subject, seq, tip)


def digest(row: Row) -> str:
    """The hash of a row: that of its algorithm (hex) over its previous hash and the canonical JSON of the rest."""
    quoted = json.dumps(
        [row.subject, row.seq, instant(row.at), row.actor_id, row.actor_label, row.verb, row.target],
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.new(row.algorithm, f"{row.previous_hash}[{quoted},{row.data}]".encode()).hexdigest()
