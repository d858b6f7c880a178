"""A process made ready to play: every table the game looks things up in, computed once per version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from workflows.bpmn.model import Node, Process

from .elements import Element, element_of
from .errors import EngineError
from .expressions import Formula, Parser
from .reach import reachability

HUMAN_KINDS = frozenset({"userTask", "manualTask"})


class Exit(NamedTuple):
    """A sequence flow out of a node."""

    flow: str
    target: str
    condition: Formula | None


class Mapped(NamedTuple):
    """An input or output mapping."""

    source: Formula
    target: str


@dataclass(frozen=True, slots=True)
class Loop:
    """Multi-instance characteristics, parsed. `result_variable` is the plain variable that `result` reads, where it is
    one."""

    sequential: bool
    cardinality: Formula | None
    collection: Formula | None
    element: str | None
    results: str | None
    result: Formula | None
    result_variable: str | None
    until: Formula | None


@dataclass(frozen=True, slots=True)
class Assigned:
    """Who does a human task, parsed."""

    assignee: Formula | None
    groups: Formula | None
    users: Formula | None
    due: Formula | None
    priority: Formula | None


@dataclass(slots=True)
class Place:
    """A node with everything the game wants to know about it at hand."""

    node: Node
    id: str
    element: Element
    incoming: tuple[str, ...]
    exits: tuple[Exit, ...]
    default: Exit | None
    free: bool  # no exit has a condition
    lane: str | None
    message: str | None
    timer: Formula | None
    loop: Loop | None
    assigned: Assigned | None
    inputs: tuple[Mapped, ...]
    outputs: tuple[Mapped, ...]
    timers: tuple[Place, ...] = ()  # its timer boundary events
    messages: Mapping[str, Place] = field(default_factory=dict)  # its message boundary events by message


class Graph:
    """A compiled process.

    `places` are its nodes by id, `starts` the nodes where a process or sub-process begins, `joins` the inclusive
    gateways of a scope that join, `reach` what :func:`workflows.engine.reach.reachability` says of each of them.
    """

    __slots__ = ("clocked", "joins", "message_starts", "places", "process", "reach", "starts")

    process: Process
    places: Mapping[str, Place]
    starts: Mapping[str, tuple[str, ...]]
    message_starts: Mapping[str, str]
    joins: Mapping[str, tuple[str, ...]]
    reach: Mapping[str, Mapping[str, int]]
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
        graph.places = {node.id: _place(process, node, human_kinds, parser) for node in process.nodes.values()}
        graph.clocked = parser.clocked
        _attach_boundaries(process, graph.places)
        graph.starts = _starts(process)
        graph.message_starts = {
            node.event.name or "": node.id
            for node in process.nodes.values()
            if node.kind == "startEvent" and node.event is not None and node.scope == process.id
        }
        graph.joins = _inclusive_joins(process)
        graph.reach = {gate: reachability(process, gate) for gates in graph.joins.values() for gate in gates}
        return graph


def _place(process: Process, node: Node, human_kinds: frozenset[str], parser: Parser) -> Place:
    def formula(source: str | None) -> Formula | None:
        return None if source is None else parser.parse(source, node.id)

    def mapped(source: str, target: str) -> Mapped:
        return Mapped(parser.parse(source, node.id), target)

    exits = []
    for flow_id in node.outgoing:
        flow = process.flows.get(flow_id)
        if flow is None or flow.target not in process.nodes:
            raise EngineError("broken_reference", node.id, flow=flow_id)
        # A default flow's own condition is not looked at (BPMN 2.0 §8.3.13)
        exits.append(Exit(flow.id, flow.target, None if flow_id == node.default else formula(flow.condition)))
    default = next((way for way in exits if way.flow == node.default), None)
    assignment, event = node.assignment, node.event
    return Place(
        node=node,
        id=node.id,
        element=element_of(node, human_kinds),
        incoming=node.incoming,
        exits=tuple(way for way in exits if way is not default),
        default=default,
        free=default is None and all(way.condition is None for way in exits),
        lane=_lane(process, node),
        message=event.name if event is not None and event.kind == "message" else None,
        timer=formula(event.expression) if event is not None and event.kind == "timer" else None,
        loop=_loop(node, formula),
        assigned=None
        if assignment is None
        else Assigned(
            formula(assignment.assignee),
            formula(assignment.candidate_groups),
            formula(assignment.candidate_users),
            formula(assignment.due),
            formula(assignment.priority),
        ),
        inputs=tuple(mapped(io.source, io.target) for io in node.inputs),
        outputs=tuple(mapped(io.source, io.target) for io in node.outputs),
    )


def _loop(node: Node, formula: Callable[[str | None], Formula | None]) -> Loop | None:
    loop = node.loop
    if loop is None:
        return None
    result = formula(loop.output_element)
    # `result` or `result.part`: the variable is then the instance's own, as in Zeebe, and the instances cannot disturb
    # each other
    head = (loop.output_element or "").strip().split(".")[0].strip()
    return Loop(
        sequential=loop.sequential,
        cardinality=formula(loop.cardinality),
        collection=formula(loop.collection),
        element=loop.element_variable,
        results=loop.output_collection,
        result=result,
        result_variable=head if result is not None and result.names == {head} else None,
        until=formula(loop.completion_condition),
    )


def _lane(process: Process, node: Node) -> str | None:
    here: Node | None = node
    while here is not None:
        if here.lane is not None:
            return here.lane
        here = process.nodes.get(here.scope)
    return None


def _attach_boundaries(process: Process, places: Mapping[str, Place]) -> None:
    for place in places.values():
        node = place.node
        if node.kind != "boundaryEvent":
            continue
        host = places.get(node.attached_to or "")
        if host is None:
            raise EngineError("broken_reference", node.id, attached_to=node.attached_to)
        if not host.element.activity:
            raise EngineError("unsupported", node.id, attached_to=node.attached_to)
        if place.timer is not None:
            host.timers = (*host.timers, place)
        else:
            host.messages = {**host.messages, place.message or "": place}


def _starts(process: Process) -> dict[str, tuple[str, ...]]:
    """Where each scope begins: at its plain start event, or, where it has none at all, at everything nothing leads
    to."""
    inside: dict[str, list[Node]] = {process.id: []}
    for node in process.nodes.values():
        if node.kind == "subProcess":
            inside.setdefault(node.id, [])
        inside.setdefault(node.scope, []).append(node)
    starts: dict[str, tuple[str, ...]] = {}
    for scope, nodes in inside.items():
        events = [node for node in nodes if node.kind == "startEvent"]
        plain = [node.id for node in events if node.event is None]
        if scope != process.id and len(plain) != len(events):
            raise EngineError("unsupported", next(node.id for node in events if node.event is not None))
        if scope != process.id and len(plain) > 1:
            raise EngineError("ambiguous_start", scope)
        if events:
            starts[scope] = tuple(plain)
        else:
            starts[scope] = tuple(node.id for node in nodes if not node.incoming and node.kind != "boundaryEvent")
    return starts


def _inclusive_joins(process: Process) -> dict[str, tuple[str, ...]]:
    joins: dict[str, tuple[str, ...]] = {}
    for node in process.nodes.values():
        if node.kind == "inclusiveGateway" and len(node.incoming) > 1:
            joins[node.scope] = (*joins.get(node.scope, ()), node.id)
    return joins
