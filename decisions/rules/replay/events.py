"""The entries of a log, put into the one order in which they happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Told:
    """One log entry: its place in its chain, when, what was done, to what (``ballot:33``), and the data written with it."""

    chain: str
    seq: int
    at: datetime
    verb: str
    target: str = ""
    data: Mapping[str, Any] | None = None

    @property
    def facts(self) -> Mapping[str, Any]:
        """The data, empty where none was written."""
        return self.data or {}

    def target_id(self, kind: str) -> int | None:
        """The key in the target if it names a ``kind``."""
        name, _colon, key = self.target.partition(":")
        return int(key) if name == kind and key.isdigit() else None


def ordered(events: Iterable[Told]) -> tuple[Told, ...]:
    """The entries of several chains in one order: by time, and within a chain as the chain has them.

    Somebody who waited for the head of a chain carries the earlier time of their action into a later entry; such an entry
    counts as of the time of the one before it in its chain, so that no chain is ever read out of its own order. Entries
    of the same moment stand by chain, the sitting's before the items'.
    """
    chains: dict[str, list[Told]] = {}
    for event in events:
        chains.setdefault(event.chain, []).append(event)
    placed: list[tuple[datetime, bool, str, int, Told]] = []
    for chain, rows in chains.items():
        reached: datetime | None = None
        for event in sorted(rows, key=lambda row: row.seq):
            reached = event.at if reached is None else max(reached, event.at)
            placed.append((reached, not chain.startswith("sitting:"), chain, event.seq, event))
    return tuple(row[-1] for row in sorted(placed, key=lambda row: row[:-1]))
