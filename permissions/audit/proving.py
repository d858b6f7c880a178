"""Proving the chains: each from its first entry to its head."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connection, transaction

from permissions.audit.canonical import dump
from permissions.audit.rows import ALGORITHMS, GENESIS, Head, Row, digest


class Break(NamedTuple):
    """The first wrong entry of a chain. `kind`: `changed`, `missing`, `moved`, `inserted`, `truncated`, `headless`."""

    subject: str
    seq: int
    kind: str


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
  event.previous_hash, event.hash, event.algorithm, head.seq, head.hash
FROM {events} event FULL JOIN {heads} head USING (subject) ORDER BY subject, event.seq
"""
_EVERY = {"events": "permissions_auditevent", "heads": "permissions_audithead"}
# By its index: a FULL JOIN passes no condition down by itself.
_ONE = {
    "events": "(SELECT * FROM permissions_auditevent WHERE subject = %s)",
    "heads": "(SELECT * FROM permissions_audithead WHERE subject = %s)",
}


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
    """The statement for all chains, or for one."""
    if subject is None:
        return _CHAINS.format(**_EVERY), []
    return _CHAINS.format(**_ONE), [subject, subject]


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
    if row.algorithm not in ALGORITHMS or row.hash != digest(row):
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
    row = Row(*line[:11])
    return row._replace(data=dump(json.loads(row.data)))
