"""Rules of sequence flows, and of scopes: the process and its sub-processes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from workflows.bpmn import profile
from workflows.bpmn.model import Node, Problem, SequenceFlow

from .view import ERROR, WARNING, View, say, say_flow

_TYPED_STARTS: Final = frozenset({"timer", "message", "signal", "error", "escalation", "conditional", "compensate"})


def ends(view: View, flow: SequenceFlow) -> Iterator[Problem]:
    nodes = view.process.nodes
    for attribute, identifier in (("sourceRef", flow.source), ("targetRef", flow.target)):
        if not identifier:
            yield say_flow("flow_end_missing", flow, attribute=attribute)
        elif identifier not in nodes:
            yield say_flow("dangling_reference", flow, reference=identifier, attribute=attribute)
    source, target = nodes.get(flow.source), nodes.get(flow.target)
    if source is not None and target is not None and source.scope != target.scope:
        yield say_flow("flow_crosses_scopes", flow)
    if source is not None and (source.kind == "endEvent" or source.triggered_by_event):
        yield say_flow("flow_from_end", flow, reference=source.name or source.id)
    if target is not None and (target.kind in {"startEvent", "boundaryEvent"} or target.triggered_by_event):
        yield say_flow("flow_into_start", flow, reference=target.name or target.id)
    for node in (source, target):
        if node is not None and node.for_compensation:
            yield say("flow_at_compensation", node)


def default_condition(view: View, flow: SequenceFlow) -> Iterator[Problem]:
    source = view.process.nodes.get(flow.source)
    if source is not None and source.default == flow.id and flow.condition is not None:
        yield say_flow("default_with_condition", flow)


def starts(view: View, scope: str) -> Iterator[Problem]:
    members = view.members.get(scope, [])
    owner = view.process.nodes.get(scope)
    starts = [node for node in members if node.kind == "startEvent"]
    plain = [node for node in starts if node.event is None]
    if owner is not None and owner.kind == "adHocSubProcess":
        for node in members:
            if node.kind in {"startEvent", "endEvent"}:
                yield say("ad_hoc_start_or_end", node)
        return
    if not starts and owner is None:
        params = {"name": view.process.name, "tag": "process"}
        yield Problem("no_start_event", ERROR, view.process.id, view.process.line, params)
    elif not starts and owner is not None and members:
        # The standard starts every node nothing leads to (BPMN 2.0 §13.3.4).
        runs = owner.kind == "subProcess" and not owner.triggered_by_event
        runs = runs and any(_begins(node) for node in members)
        yield say("implicit_start", owner, WARNING) if runs else say("no_start_event", owner)
    if owner is None:
        yield from _rival_starts(starts)
    for extra in plain[1:]:
        yield say("several_start_events", extra)
    if owner is not None and owner.triggered_by_event:
        for node in starts:
            if node.event is None or node.event.kind not in _TYPED_STARTS:
                yield say("event_sub_process_start", node)
        for extra in starts[1:]:
            yield say("event_sub_process_starts", extra)
    elif owner is not None:
        for node in starts:
            if node.event is not None:
                yield say("typed_start_in_sub_process", node)


def _rival_starts(starts: list[Node]) -> Iterator[Problem]:
    """Two start events of a process for the same message or signal: nobody could say where the case begins."""
    met: set[tuple[str, str]] = set()
    for node in starts:
        if node.event is None or node.event.kind not in {"message", "signal"} or not node.event.name:
            continue
        if (node.event.kind, node.event.name) in met:
            yield say("event_caught_twice", node, event=node.event.kind)
        met.add((node.event.kind, node.event.name))


def reachable(view: View, scope: str) -> Iterator[Problem]:
    members = {node.id: node for node in view.members.get(scope, [])}
    owner = view.process.nodes.get(scope)
    if owner is not None and owner.kind == "adHocSubProcess":
        return
    starting = [
        node.id
        for node in members.values()
        if node.kind == "startEvent" or node.triggered_by_event or node.for_compensation or _catches_link(node)
    ]
    if not any(node.kind == "startEvent" for node in members.values()):
        if owner is None:
            return  # already told as a missing start event
        starting += [node.id for node in members.values() if _begins(node)]
    seen: set[str] = set()
    while starting:
        identifier = starting.pop()
        if identifier in seen or identifier not in members:
            continue
        seen.add(identifier)
        node = members[identifier]
        starting += [flow.target for flow in view.outgoing(node)]
        starting += [event.id for event in view.attached.get(identifier, ())]
        if node.compensates_with:
            starting.append(node.compensates_with)
    for node in members.values():
        if node.id not in seen and not (node.kind == "boundaryEvent" and node.attached_to not in members):
            yield say("unreachable", node, WARNING)


def _begins(node: Node) -> bool:
    return not node.incoming and node.kind != "boundaryEvent"


def _catches_link(node: Node) -> bool:
    return node.kind == "intermediateCatchEvent" and node.event is not None and node.event.kind == "link"


def link_targets(view: View, scope: str) -> Iterator[Problem]:
    events = [node for node in view.members.get(scope, []) if node.event is not None and node.event.kind == "link"]
    targets = Counter(node.event.name for node in events if node.event is not None and _catches_link(node))
    met: set[str | None] = set()
    for node in events:
        assert node.event is not None  # noqa: S101  filtered above
        name = node.event.name
        if _catches_link(node):
            if name in met:
                yield say("link_target_twice", node, reference=name or "")
            met.add(name)
        elif not targets[name]:
            yield say("link_without_target", node, reference=name or "")


def duplicate_flows(view: View, scope: str) -> Iterator[Problem]:
    met: set[tuple[str, str, str | None]] = set()
    for node in view.members.get(scope, []):
        for flow in view.outgoing(node):
            key = (flow.source, flow.target, flow.condition)
            if key in met:
                yield say_flow("duplicate_flow", flow, WARNING)
            met.add(key)


def superfluous_termination(view: View, scope: str) -> Iterator[Problem]:
    """An end that ends everything where there can be nothing else to end (bpmnlint `superfluous-termination`)."""
    members = view.members.get(scope, [])
    forks = any(
        (node.kind in {"parallelGateway", "inclusiveGateway", "complexGateway"} and len(node.outgoing) > 1)
        or (node.kind not in profile.GATEWAYS and len(node.outgoing) > 1)
        or not node.interrupting
        or node.triggered_by_event
        for node in members
    )
    starts = sum(node.kind == "startEvent" or _begins(node) for node in members)
    owner = view.process.nodes.get(scope)
    if forks or starts > 1 or (owner is not None and owner.kind == "adHocSubProcess"):
        return
    for node in members:
        if node.kind == "endEvent" and node.event is not None and node.event.kind == "terminate":
            yield say("termination_superfluous", node, WARNING)


def rival_catches(view: View, scope: str) -> Iterator[Problem]:
    """Two events that would answer to the same error, escalation or compensation of one scope or activity."""
    catches: dict[str, list[Node]] = defaultdict(list)
    for node in view.members.get(scope, []):
        if node.kind == "boundaryEvent":
            catches[f"on {node.attached_to}"].append(node)
        elif node.triggered_by_event:
            catches["inside"] += [child for child in view.members.get(node.id, []) if child.kind == "startEvent"]
    for rivals in catches.values():
        met: set[tuple[str, str | None]] = set()
        for node in rivals:
            if node.event is None or node.event.kind not in {"error", "escalation", "compensate", "cancel"}:
                continue
            kind, code = node.event.kind, node.event.code
            # An escalation event without a code answers to every code.
            every_code = kind == "escalation" and (
                (kind, None) in met or (code is None and any(other == kind for other, _ in met))
            )
            if every_code or (kind, code) in met:
                yield say("event_caught_twice", node, event=kind)
            met.add((kind, code))
