"""What can be supposed about a process: its steps, whom they ask, and the ways chance decides between."""

from __future__ import annotations

from dataclasses import dataclass

from workflows import feel
from workflows.bpmn.model import Node, Process
from workflows.engine import Graph
from workflows.engine.graph import Place


@dataclass(frozen=True, slots=True)
class Step:
    """Something that takes time: `kind` as :class:`workflows.engine.Opened` has it; `roles` are those it asks by the diagram alone,
    none where only a case's data says who."""

    node: str
    name: str
    kind: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """One of the ways of a gateway that chance decides between: `name` is the flow's, else that of where it leads. `share` is whether
    it is one of several of which one is taken (else each is taken or not)."""

    flow: str
    gate: str
    name: str
    share: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """In the order of the file."""

    steps: tuple[Step, ...]
    ways: tuple[Way, ...]

    @property
    def roles(self) -> tuple[str, ...]:
        """Every role a step asks, once, sorted."""
        return tuple(sorted({role for step in self.steps for role in step.roles}))


def outline(process: Process, graph: Graph) -> Outline:
    """What a scenario of this process can name."""
    timed = [place for place in graph.places.values() if place.element.kind not in {"", "timer", "condition"}]
    steps = tuple(
        Step(
            place.id,
            place.node.name,
            place.element.kind,
            _roles(process, place) if place.element.kind == "human" else (),
        )
        for place in timed
        if place.node.kind != "startEvent"
    )
    return Outline(steps, tuple(way for place in graph.places.values() for way in _ways(process, place)))


def _ways(process: Process, place: Place) -> list[Way]:
    if all(way.condition is None for way in place.exits):
        return []
    share = place.node.kind == "exclusiveGateway"
    flows = [way.flow for way in place.exits if share or way.condition is not None]
    if share and place.default is not None:
        flows.append(place.default.flow)
    found = []
    for flow_id in flows:
        flow = process.flows[flow_id]
        found.append(Way(flow_id, place.id, flow.name or _called(process.nodes[flow.target]), share))
    return found


def _called(node: Node) -> str:
    return node.name or node.id


def _roles(process: Process, place: Place) -> tuple[str, ...]:
    assigned = place.assigned
    if assigned is not None and assigned.assignee is not None:
        return ()
    groups = assigned.groups.evaluate({}) if assigned is not None and assigned.groups is not None else None
    if isinstance(groups, list):
        return tuple(sorted(group for group in groups if isinstance(group, str)))
    if isinstance(groups, str):
        named = feel.evaluate('split(text, ",")', {"text": groups}) or []
        return tuple(sorted(name.strip() for name in named if name.strip()))
    role = process.role_of(place.lane)
    return (role,) if role and (assigned is None or assigned.users is None) else ()
