"""What an inclusive join must know before anything moves: which of its incoming flows a token could still come by."""

from __future__ import annotations

from workflows.bpmn.model import Process


def links(process: Process) -> dict[tuple[str, str | None], str]:
    """The catching link events by their scope and name."""
    return {
        (node.scope, node.event.name): node.id
        for node in process.nodes.values()
        if node.kind == "intermediateCatchEvent" and node.event is not None and node.event.kind == "link"
    }


def reachability(process: Process, gate: str) -> dict[str, int]:
    """For each node of the gateway's scope, the incoming flows of `gate` that a token there can reach without passing
    it.

    A set of flows is a bit mask in the order of the gateway's `incoming`. A token on an activity may also leave by its
    boundary events. Found backwards from each incoming flow, so one gateway costs (flows in) × (flows of the scope).
    """
    scope = process.nodes[gate].scope
    before: dict[str, list[str]] = {}
    for flow in process.flows.values():
        before.setdefault(flow.target, []).append(flow.source)
    targets = links(process)
    for node in process.nodes.values():
        event = node.event
        target = targets.get((node.scope, event.name)) if event is not None and event.kind == "link" else None
        if target is not None and node.kind == "intermediateThrowEvent":
            before.setdefault(target, []).append(node.id)
    hosts = {node.id: node.attached_to for node in process.nodes.values() if node.attached_to is not None}
    reach = {node.id: 0 for node in process.nodes.values() if node.scope == scope}
    for place, flow_id in enumerate(process.nodes[gate].incoming):
        bit = 1 << place
        ahead = [process.flows[flow_id].source]
        while ahead:
            here = ahead.pop()
            if here == gate or reach.get(here, bit) & bit:
                continue
            reach[here] |= bit
            ahead.extend(before.get(here, ()))
            host = hosts.get(here)
            if host is not None:
                ahead.append(host)
    return reach
