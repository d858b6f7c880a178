"""A case drawn on its flow: where it is, what it has passed, and what of it fits a phone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from workflows.bpmn.drawing import draw, to_svg
from workflows.bpmn.model import Process
from workflows.models import Case
from workflows.names import labelled
from workflows.selectors import flow_of, node_states


class Drawn(NamedTuple):
    """The whole flow; what is around the present steps; and the whole once more, for the phone's fold."""

    whole: SafeString
    part: SafeString
    copy: SafeString


def draw_case(case: Case) -> Drawn | None:
    """The flow of a case with what is done and where its tokens are; None where its file holds no shapes."""
    flow = flow_of(case)
    if not flow.document.shapes:
        return None
    document = labelled(flow.document)
    found = node_states(case)
    states = drawn_states(flow.process, found)
    now = [node for node, state in found.items() if state == "now"]
    language = get_language() or "zh-hans"
    near = around(flow.process, now) or None
    drawings = (
        draw(document, states=states, tokens=now, marker_id="flow-whole"),
        draw(document, states=states, tokens=now, crop_to=near, marker_id="flow-part"),
        draw(document, states=states, tokens=now, marker_id="flow-copy"),
    )
    # Every word from the file is escaped where it is drawn.
    return Drawn(*(mark_safe(to_svg(one, language=language)) for one in drawings))  # noqa: S308


def drawn_states(process: Process, tasks: Mapping[str, str]) -> dict[str, str]:
    """The states of the tasks, and ``past`` for every other node the tokens have gone through on the way to them."""
    states = dict(tasks)
    states.update(_holding(process, tasks))
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


def _holding(process: Process, tasks: Mapping[str, str]) -> dict[str, str]:
    """The sub-processes something goes on in, inner and outer."""
    found: dict[str, str] = {}
    for name, state in tasks.items():
        node = process.nodes.get(name)
        while state == "now" and node is not None and node.scope in process.nodes:
            node = process.nodes[node.scope]
            found[node.id] = "now"
    return found


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
