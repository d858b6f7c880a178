"""Two versions and the way from one to the other, worked out once for any number of cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ..graph import Graph
from ..marking import Marking, Token
from ..reach import reachability
from .move import Move
from .result import Moved


def migrate(
    old: Graph, new: Graph, marking: Marking, mapping: Mapping[str, str], *, now: datetime, variables: Mapping[str, Any]
) -> Moved:
    """Take `marking` of `old` over to `new` by `mapping` (old node id → new node id).

    The same arguments always give the same answer. Raises :class:`MigrationRefused`.
    """
    return Migrator(old, new, mapping).migrate(marking, now=now, variables=variables)


class Migrator:
    """Two versions and the way from one to the other, for any number of cases."""

    def __init__(self, old: Graph, new: Graph, mapping: Mapping[str, str]) -> None:
        self.old = old
        self.new = new
        self.mapping = mapping
        self._joins: dict[str, dict[str, str]] = {}
        self._reach: dict[tuple[int, str], dict[str, int]] = {}

    def migrate(self, marking: Marking, *, now: datetime, variables: Mapping[str, Any]) -> Moved:
        """Take one case over. Raises :class:`MigrationRefused`."""
        return Move(self, marking, now, variables).run()

    def scope(self, id_: str) -> str | None:
        """Where a process or sub-process goes."""
        return self.new.process.id if id_ == self.old.process.id else self.mapping.get(id_)

    def flows_into(self, gate: str) -> dict[str, str]:
        """Which flow into the joining gateway `gate` is which into the new one: by where it comes from, by its id, and the
        last one left on both sides by that."""
        found = self._joins.get(gate)
        if found is None:
            found = self._joins[gate] = self._match(gate, self.mapping[gate])
        return found

    def _match(self, gate: str, target: str) -> dict[str, str]:
        free = list(self.new.places[target].incoming)
        found: dict[str, str] = {}
        for flow in self.old.places[gate].incoming:
            source = self.mapping.get(self.old.process.flows[flow].source)
            ways = [way for way in free if self.new.process.flows[way].source == source]
            if ways and (len(ways) == 1 or flow in ways):
                found[flow] = flow if flow in ways else ways[0]
                free.remove(found[flow])
        for flow in self.old.places[gate].incoming:
            if flow not in found and flow in free:
                found[flow] = flow
                free.remove(flow)
        left = [flow for flow in self.old.places[gate].incoming if flow not in found]
        if len(left) == len(free) == 1:
            found[left[0]] = free[0]
        return found

    def starved(self, graph: Graph, gate: str, standing: Iterable[Token]) -> bool:
        """Whether the parallel join can be reached by some of its flows and never by others."""
        key = (id(graph), gate)
        reach = self._reach.get(key)
        if reach is None:
            reach = self._reach[key] = reachability(graph.process, gate)
        incoming = graph.places[gate].incoming
        reached = 0
        for token in standing:
            if token.node != gate:
                reached |= reach.get(token.node, 0)
            elif token.flow in incoming:
                reached |= 1 << incoming.index(token.flow)
        return reached not in (0, (1 << len(incoming)) - 1)
