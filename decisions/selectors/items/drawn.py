"""What a drawing of an item's flow marks beyond the tasks: the gateways and events that have been passed."""

from collections.abc import Iterable, Mapping

from workflows.bpmn.model import Process


def drawn_states(process: Process, tasks: Mapping[str, str]) -> dict[str, str]:
    """The states of the tasks, and ``past`` for every other node the tokens have gone through on the way to them."""
    states = dict(tasks)
    states.update((node.id, "past") for node in process.nodes.values() if node.kind == "startEvent")
    moved = True
    while moved:
        moved = False
        for node in process.nodes.values():
            if node.id in states or node.id in tasks:
                continue
            came = any(states.get(process.flows[flow].source) == "past" for flow in node.incoming)
            ahead = [process.flows[flow].target for flow in node.outgoing]
            # An end is passed as soon as something came; a gateway only when something beyond it has begun.
            if came and (not ahead or any(_begun(process, target, states) for target in ahead)):
                states[node.id] = "past"
                moved = True
    return states


def around(process: Process, nodes: Iterable[str]) -> list[str]:
    """The nodes and the steps right before and after them, looking through gateways: what a phone shows."""
    found: dict[str, None] = {}
    for start in nodes:
        found[start] = None
        for ahead in (True, False):
            for near in _neighbours(process, start, ahead):
                found[near] = None
                if "Gateway" in process.nodes[near].kind:
                    found.update(dict.fromkeys(_neighbours(process, near, ahead)))
    return list(found)


def _neighbours(process: Process, node: str, ahead: bool) -> list[str]:
    here = process.nodes[node]
    flows = here.outgoing if ahead else here.incoming
    return [process.flows[flow].target if ahead else process.flows[flow].source for flow in flows]


def _begun(process: Process, node: str, states: Mapping[str, str]) -> bool:
    """Whether a token has reached the node, or, through gateways, something behind it."""
    seen: set[str] = set()
    todo = [node]
    while todo:
        at = todo.pop()
        if at in seen:
            continue
        seen.add(at)
        if states.get(at) in {"past", "now"}:
            return True
        if "Gateway" in process.nodes[at].kind:
            todo += _neighbours(process, at, True)
    return False
