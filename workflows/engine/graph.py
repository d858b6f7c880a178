"""A process made ready to play: every table the game looks things up in, computed once per version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from workflows.bpmn.model import Node, Process

from .errors import EngineError
from .expressions import Parser, clock
from .iso import Cycle, due
from .places import Assigned, Exit, Loop, Mapped, Place, connect, place_of
from .reach import reachability

__all__ = ["HUMAN_KINDS", "Assigned", "EventStart", "Exit", "Graph", "Loop", "Mapped", "Place", "StartTimer"]

HUMAN_KINDS = frozenset({"userTask", "manualTask"})
_STARTS_A_CASE = frozenset({"message", "signal", "timer"})


class EventStart(NamedTuple):
    """An event sub-process and the event that starts it."""

    sub: Place
    start: Place


class StartTimer(NamedTuple):
    """A timer that starts cases of the process at its start event `node`."""

    node: str
    cycle: Cycle


class Graph:
    """A compiled process.

    `places` are its nodes by id, `starts` the nodes where a process or sub-process begins, `events` the event
    sub-processes of a process or sub-process, `message_starts` and `signal_starts` the start events of the process by
    name, `joins` the inclusive gateways of a scope that join, `reach` what
    :func:`workflows.engine.reach.reachability` says of each of them, `ad_hoc` the ad-hoc sub-processes.
    """

    __slots__ = (
        "ad_hoc",
        "catches_errors",
        "clocked",
        "conditional",
        "events",
        "joins",
        "keyed",
        "listens",
        "message_starts",
        "places",
        "process",
        "reach",
        "signal_starts",
        "starts",
    )

    process: Process
    places: Mapping[str, Place]
    starts: Mapping[str, tuple[str, ...]]
    events: Mapping[str, tuple[EventStart, ...]]
    message_starts: Mapping[str, str]
    signal_starts: Mapping[str, str]
    joins: Mapping[str, tuple[str, ...]]
    reach: Mapping[str, Mapping[str, int]]
    ad_hoc: frozenset[str]
    conditional: bool  # whether an event waits for a condition
    listens: bool  # whether something in a running case waits for a message or signal
    catches_errors: bool  # whether an event catches errors
    keyed: bool  # whether a message that is waited for has a correlation key
    clocked: bool  # whether an expression asks for the time

    @classmethod
    def of(cls, process: Process, *, human_kinds: frozenset[str] = HUMAN_KINDS) -> Graph:
        """Compile `process`; nodes of `human_kinds` wait for a person.

        Raises EngineError: ``unsupported`` for an element the engine has no entry for, ``broken_reference``,
        ``ambiguous_start``, ``bad_expression``.
        """
        graph = cls()
        graph.process = process
        parser = Parser()
        graph.places = {node.id: place_of(process, node, human_kinds, parser) for node in process.nodes.values()}
        graph.clocked = parser.clocked
        graph.conditional = any(place.condition is not None for place in graph.places.values())
        connect(process, graph.places)
        waits = [place for place in graph.places.values() if _waits(process, place)]
        graph.listens = bool(waits)
        graph.catches_errors = any(
            place.trigger is not None and place.trigger[0] == "error" and place.node.kind != "endEvent"
            for place in graph.places.values()
        )
        graph.keyed = any(place.correlation is not None for place in waits)
        graph.starts, graph.events = _starts(process, graph.places)
        graph.message_starts = _named_starts(process, "message")
        graph.signal_starts = _named_starts(process, "signal")
        graph.joins = _inclusive_joins(process)
        graph.reach = {gate: reachability(process, gate) for gates in graph.joins.values() for gate in gates}
        graph.ad_hoc = frozenset(node.id for node in process.nodes.values() if node.kind == "adHocSubProcess")
        return graph

    def start_timers(self, now: datetime) -> tuple[StartTimer, ...]:
        """The timers that start cases, counted from `now`, the moment the version was published; a scheduler starts a
        case by ``Start(node=…)`` whenever one is due. Raises EngineError ``bad_expression``."""
        values = clock(now) if self.clocked else {}
        return tuple(
            StartTimer(node.id, due(place.timer.evaluate(values), node.event.timer_kind, now, node.id))
            for node in self.process.nodes.values()
            if node.kind == "startEvent" and node.scope == self.process.id and node.event is not None
            if (place := self.places[node.id]).timer is not None
        )


def _starts(
    process: Process, places: Mapping[str, Place]
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[EventStart, ...]]]:
    """Where each scope begins, and the event sub-processes in it.

    A scope begins at its plain start event, or, where it has none at all, at everything nothing leads to."""
    inside: dict[str, list[Node]] = {process.id: []}
    for node in process.nodes.values():
        if places[node.id].element.scope:
            inside.setdefault(node.id, [])
        inside.setdefault(node.scope, []).append(node)
    starts: dict[str, tuple[str, ...]] = {}
    events: dict[str, tuple[EventStart, ...]] = {}
    for scope, nodes in inside.items():
        owner = process.nodes.get(scope)
        found = [node for node in nodes if node.kind == "startEvent"]
        plain = [node.id for node in found if node.event is None]
        if owner is not None and owner.triggered_by_event:
            if len(found) != 1 or plain:
                raise EngineError("unsupported", scope, starts=len(found))
            events[owner.scope] = (
                *events.get(owner.scope, ()),
                EventStart(places[scope], places[found[0].id]),
            )
        else:
            for node in found:
                if node.event is not None and (owner is not None or node.event.kind not in _STARTS_A_CASE):
                    raise EngineError("unsupported", node.id, event=node.event.kind)
        if owner is not None and len(plain) > 1:
            raise EngineError("ambiguous_start", scope)
        starts[scope] = tuple(plain) if found else tuple(node.id for node in nodes if _begins(node))
    return starts, events


def _waits(process: Process, place: Place) -> bool:
    """Whether a case can wait here for a message or signal: what starts it and what throws does not."""
    node = place.node
    starts = node.kind == "startEvent" and node.scope == process.id
    throws = node.kind in {"sendTask", "intermediateThrowEvent", "endEvent"}
    return place.trigger is not None and place.trigger[0] in {"message", "signal"} and not (starts or throws)


def _begins(node: Node) -> bool:
    """Whether a scope without a start event begins at `node` (BPMN 2.0 §13.3.4)."""
    link = node.kind == "intermediateCatchEvent" and node.event is not None and node.event.kind == "link"
    called = node.kind == "boundaryEvent" or node.triggered_by_event or node.for_compensation
    return not (node.incoming or called or link)


def _named_starts(process: Process, kind: str) -> dict[str, str]:
    return {
        node.event.name or "": node.id
        for node in process.nodes.values()
        if node.kind == "startEvent" and node.scope == process.id and node.event is not None and node.event.kind == kind
    }


def _inclusive_joins(process: Process) -> dict[str, tuple[str, ...]]:
    joins: dict[str, tuple[str, ...]] = {}
    for node in process.nodes.values():
        if node.kind == "inclusiveGateway" and len(node.incoming) > 1:
            joins[node.scope] = (*joins.get(node.scope, ()), node.id)
    return joins
