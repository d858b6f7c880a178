"""The append-only log: who did what, when, to what, chained per subject by hash (N4, N9, N11).

Each event's hash is over the previous hash and the canonical JSON of the event, so that a row changed, removed, added or
moved breaks every hash after it. The head of each chain stands in `AuditHead`: it is the lock under which the chain grows,
and shows when the tail was cut. `record` and `record_many` must run inside the action's transaction. What is proven beyond a
single chain, and the forms in which the log leaves the house: docs/record.md.
"""

from permissions.audit.canonical import canonical, instant, plain
from permissions.audit.proving import Break, Proof, prove, verify
from permissions.audit.rows import ALGORITHMS, COLUMNS, GENESIS, SHA256, SM3, Event, Head, Row, chain_rows, digest
from permissions.audit.writing import APPEND_PART, BEGIN_PART, append, lock, part_values, record, record_many
from permissions.audit.years import make_years

__all__ = [
    "ALGORITHMS",
    "APPEND_PART",
    "BEGIN_PART",
    "COLUMNS",
    "GENESIS",
    "SHA256",
    "SM3",
    "Break",
    "Event",
    "Head",
    "Proof",
    "Row",
    "append",
    "canonical",
    "chain_rows",
    "digest",
    "instant",
    "lock",
    "make_years",
    "part_values",
    "plain",
    "prove",
    "record",
    "record_many",
    "verify",
]
