"""The nodes of a process made ready to play: their expressions parsed, what belongs to them at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from workflows.bpmn.expressions import quoted
from workflows.bpmn.model import Node, Process

from . import ad_hoc, gateways
from .elements import Element, element_of
from .errors import EngineError
from .expressions import Formula, Parser
from .reach import links

if TYPE_CHECKING:
    from .play import Play

Trigger = tuple[str, str]
"""What an event is about: its kind, and the name of the message or signal or the code of the error or escalation.
A code of "" stands for every code."""


class Exit(NamedTuple):
    """A sequence flow out of a node."""

    flow: str
    target: str
    condition: Formula | None


class Mapped(NamedTuple):
    """An input or output mapping, or a script and the variable that takes its value."""

    source: Formula
    target: str


@dataclass(frozen=True, slots=True)
class Loop:
    """Multi-instance characteristics, or a standard loop (then `again` or `maximum` is set), parsed. `result_variable`
    is the plain variable that `result` reads, where it is one, `collection_variable` the one that `collection` is."""

    sequential: bool
    cardinality: Formula | None = None
    collection: Formula | None = None
    collection_variable: str | None = None
    element: str | None = None
    results: str | None = None
    result: Formula | None = None
    result_variable: str | None = None
    until: Formula | None = None
    standard: bool = False
    again: Formula | None = None
    test_before: bool = False
    maximum: Formula | None = None


_SIDE_BY_SIDE = Loop(sequential=False)


@dataclass(frozen=True, slots=True)
class Assigned:
    """Who does a human task, parsed."""

    assignee: Formula | None
    groups: Formula | None
    users: Formula | None
    due: Formula | None
    priority: Formula | None


class Publication(NamedTuple):
    """What a thrown message comes with, parsed."""

    correlation: Formula | None
    key: Formula | None
    ttl: Formula | None


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
    trigger: Trigger | None
    timer: Formula | None
    condition: Formula | None
    loop: Loop | None
    assigned: Assigned | None
    inputs: tuple[Mapped, ...]
    outputs: tuple[Mapped, ...]
    script: Mapped | None
    called: Formula | None
    until: Formula | None  # when an ad-hoc sub-process is complete
    correlation: Formula | None  # the key a message must come with
    publication: Publication | None
    interrupts: bool  # as an event that starts or leaves something
    after: Callable[[Play, int], int] | None = (
        None  # what comes before a token goes on from it, and in which scope then
    )
    timers: tuple[Place, ...] = ()  # its timer boundary events
    catches: tuple[Place, ...] = ()  # its boundary events for what is thrown, sent or comes to hold
    undo: Place | None = None  # what compensates it
    link: str | None = None  # where a throwing link event leads

    @property
    def repeats(self) -> Loop:
        """How its instances run. Where the diagram has one only and people have added others: side by side, all of
        them."""
        return self.loop or _SIDE_BY_SIDE


def place_of(process: Process, node: Node, human_kinds: frozenset[str], parser: Parser) -> Place:
    """The place of `node`. Raises EngineError ``unsupported``, ``broken_reference``, ``bad_expression``."""

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
        trigger=_trigger(node),
        timer=formula(event.expression) if event is not None and event.kind == "timer" else None,
        condition=formula(event.expression) if event is not None and event.kind == "conditional" else None,
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
        script=None if node.script is None else mapped(node.script.source, node.script.target),
        called=formula(_called(node)),
        until=formula(node.ad_hoc.completion_condition) if node.ad_hoc is not None else None,
        correlation=formula(event.correlation) if event is not None else None,
        publication=None
        if node.publication is None
        else Publication(
            formula(node.publication.correlation), formula(node.publication.key), formula(node.publication.ttl)
        ),
        interrupts=node.interrupting or (event is not None and event.kind in {"error", "cancel"}),
    )


def _called(node: Node) -> str | None:
    if node.called is None or node.kind not in {"callActivity", "businessRuleTask"}:
        return None
    return node.called[1:].strip() if node.called.startswith("=") else quoted(node.called)


def _trigger(node: Node) -> Trigger | None:
    event = node.event
    if event is None:
        # One that names no message is called by its own id
        return ("message", node.id) if node.kind == "receiveTask" else None
    if event.kind in {"message", "signal"} and event.name is not None:
        return (event.kind, event.name)
    if event.kind in {"error", "escalation"}:
        return (event.kind, event.code or "")
    return ("cancel", "") if event.kind == "cancel" else None


def _loop(node: Node, formula: Callable[[str | None], Formula | None]) -> Loop | None:
    loop, repeated = node.loop, node.standard_loop
    if repeated is not None:
        return Loop(
            sequential=True,
            standard=True,
            again=formula(repeated.condition),
            test_before=repeated.test_before,
            maximum=formula(repeated.maximum),
        )
    if loop is None:
        return None
    result = formula(loop.output_element)
    # `result` or `result.part`: the variable is then the instance's own, as in Zeebe, and the instances cannot disturb
    # each other
    collection, name = formula(loop.collection), (loop.collection or "").strip()
    head = (loop.output_element or "").strip().split(".")[0].strip()
    return Loop(
        sequential=loop.sequential,
        cardinality=formula(loop.cardinality),
        collection=collection,
        collection_variable=name if collection is not None and collection.names == {name} else None,
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


def connect(process: Process, places: Mapping[str, Place]) -> None:
    """Tell places what belongs to them: boundary events, compensation handlers, link targets, rivals.

    Raises EngineError ``broken_reference``, ``unsupported``.
    """
    targets = links(process)
    for place in places.values():
        node, event = place.node, place.node.event
        scope = process.nodes.get(node.scope)
        if node.kind == "eventBasedGateway":
            for way in place.exits:
                _compete(places[way.target])
        elif scope is not None and scope.kind == "adHocSubProcess" and place.element.activity:
            place.after = ad_hoc.one_done
        if node.kind == "intermediateThrowEvent" and event is not None and event.kind == "link":
            place.link = targets.get((node.scope, event.name))
            if place.link is None:
                raise EngineError("broken_reference", node.id, link=event.name)
        if event is not None and event.activity is not None and event.activity not in places:
            raise EngineError("broken_reference", node.id, activity=event.activity)
        if node.kind == "boundaryEvent":
            _attach(process, place, places)


def _compete(place: Place) -> None:
    """The event or receive task stands behind an event-based gateway, and behind nothing else (§10.6.6)."""
    waits = place.element.kind in {"message", "signal", "condition", "timer"}
    if not waits or len(place.incoming) > 1:
        raise EngineError("unsupported", place.id, incoming=len(place.incoming))
    place.after = gateways.win


def _attach(process: Process, place: Place, places: Mapping[str, Place]) -> None:
    node, event = place.node, place.node.event
    host = places.get(node.attached_to or "")
    if host is None:
        raise EngineError("broken_reference", node.id, attached_to=node.attached_to)
    behind_events = any(process.nodes[process.flows[way].source].kind == "eventBasedGateway" for way in host.incoming)
    if not host.element.activity or behind_events:
        raise EngineError("unsupported", node.id, attached_to=node.attached_to)
    if place.timer is not None:
        host.timers = (*host.timers, place)
    elif event is not None and event.kind == "compensate":
        host.undo = places.get(node.compensates_with or "")
        if host.undo is None or not host.undo.element.activity:
            raise EngineError("broken_reference", node.id, handler=node.compensates_with)
    else:
        host.catches = (*host.catches, place)
