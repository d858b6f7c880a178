"""Whether a diagram can be published: every rule is a small generator in one of the three tables at the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Final

from workflows import feel
from workflows.bpmn.expressions import shortened
from workflows.bpmn.model import Document, Node, Problem, Process, SequenceFlow
from workflows.bpmn.reader import read
from workflows.bpmn.source import BpmnError

from . import events, nodes, scopes
from .view import ERROR, WARNING, View, say, say_flow

MOST_JOINED: Final = 2_000_000
"""Flows into inclusive joins, times nodes and flows of the process: 100 joins of 4 among 5,000."""


def check(document: Document) -> tuple[Problem, ...]:
    """Everything there is to say about `document`: what the reader met, what the engine does not run, what is broken.

    Errors come first, each group in the order of the lines. A document without an error can be published.
    """
    found: dict[tuple[str, str | None, int, str], Problem] = {}
    for problem in _all(document):
        detail = "".join(problem.params.get(name, "") for name in ("tag", "reference", "flow", "field"))
        found.setdefault((problem.code, problem.element, problem.line, detail), problem)
    return tuple(sorted(found.values(), key=lambda problem: (problem.severity != ERROR, problem.line)))


def inspect(xml: bytes | str) -> tuple[Document | None, tuple[Problem, ...]]:
    """`read` and `check` in one; the document is None where the bytes cannot be read at all. Never raises."""
    try:
        document = read(xml)
    except BpmnError as error:
        return None, error.problems
    return document, check(document)


def _all(document: Document) -> Iterator[Problem]:
    yield from document.problems
    yield from _expressions(document)
    if not document.processes:
        yield Problem("no_process", ERROR, None, 0)
    for process in document.processes:
        view = View.of(process)
        for node in process.nodes.values():
            for node_rule in NODE_RULES:
                yield from node_rule(view, node)
        for flow in process.flows.values():
            for flow_rule in FLOW_RULES:
                yield from flow_rule(view, flow)
        for scope in view.scopes:
            for scope_rule in SCOPE_RULES:
                yield from scope_rule(view, scope)
        yield from _process_rules(process)
    yield from _drawing(document)


def _expressions(document: Document) -> Iterator[Problem]:
    for expression in document.expressions:
        try:
            feel.parse(expression.source)
        except feel.FeelSyntaxError as error:
            yield Problem(
                "bad_expression",
                ERROR,
                expression.element,
                expression.line,
                {
                    "name": document.names.get(expression.element, ""),
                    "what": expression.what,
                    "expression": shortened(expression.source),
                    "position": str(error.position + 1),
                    "reason": error.text("zh-hans"),
                    "reason@en": error.text("en"),
                },
            )


def _process_rules(process: Process) -> Iterator[Problem]:
    if not process.executable:
        params = {"name": process.name, "tag": "process"}
        yield Problem("not_executable", WARNING, process.id, process.line, params)
    # What the engine must know of a join before it runs costs this much time and memory (workflows.engine.reach).
    joins = [n for n in process.nodes.values() if n.kind == "inclusiveGateway" and len(n.incoming) > 1]
    if sum(len(node.incoming) for node in joins) * (len(process.nodes) + len(process.flows)) > MOST_JOINED:
        params = {"name": process.name, "tag": "process", "count": str(len(joins))}
        yield Problem("too_many_joins", ERROR, process.id, process.line, params)


def _drawing(document: Document) -> Iterator[Problem]:
    if not document.processes:
        return
    if not document.shapes:
        yield Problem("no_drawing", WARNING, None, 0)
        return
    for process in document.processes:
        for node in process.nodes.values():
            if node.id not in document.shapes:
                yield say("not_drawn", node, WARNING)
        for flow in process.flows.values():
            if flow.id not in document.edges:
                yield say_flow("not_drawn", flow, WARNING)
        for lane in process.lanes.values():
            if lane.id not in document.shapes:
                yield Problem("not_drawn", WARNING, lane.id, lane.line, {"name": lane.name, "tag": "lane"})
    yield from _overlaps(document)
    for participant in document.participants:
        if participant.id not in document.shapes:
            params = {"name": participant.name, "tag": "participant"}
            yield Problem("not_drawn", WARNING, participant.id, participant.line, params)


def _overlaps(document: Document) -> Iterator[Problem]:
    """Nodes of one scope drawn over each other (bpmnlint `no-overlapping-elements`), each told once."""
    drawn: dict[tuple[str, str], list[Node]] = defaultdict(list)
    for process in document.processes:
        for node in process.nodes.values():
            if node.id in document.shapes and node.kind != "boundaryEvent":
                drawn[node.scope, document.shapes[node.id].plane].append(node)
    looked = 0
    for nodes_ in drawn.values():
        nodes_.sort(key=lambda node: document.shapes[node.id].bounds.x)
        begun: list[Node] = []
        for node in nodes_:
            box = document.shapes[node.id].bounds
            begun = [other for other in begun if _right(document, other) > box.x]
            looked += len(begun)
            if looked > MOST_COMPARED:
                return
            for other in begun:
                beside = document.shapes[other.id].bounds
                if beside.y < box.y + box.height and box.y < beside.y + beside.height:
                    yield say("drawn_over", node, WARNING, reference=other.name or other.id)
                    break
            begun.append(node)


def _right(document: Document, node: Node) -> float:
    box = document.shapes[node.id].bounds
    return box.x + box.width


MOST_COMPARED: Final = 500_000
"""How many pairs of shapes are compared; no drawing anybody can read comes near."""

NODE_RULES: Final[tuple[Callable[[View, Node], Iterator[Problem]], ...]] = (
    nodes.supported, nodes.supported_event, events.event_details, events.uncaught_error,
    nodes.boundary, nodes.activity, nodes.own_page, nodes.in_time, nodes.lengths, nodes.outgoing, nodes.gateway, nodes.splits_silently,
)  # fmt: skip
FLOW_RULES: Final[tuple[Callable[[View, SequenceFlow], Iterator[Problem]], ...]] = (
    scopes.ends,
    scopes.default_condition,
)
SCOPE_RULES: Final[tuple[Callable[[View, str], Iterator[Problem]], ...]] = (
    scopes.starts, scopes.reachable, scopes.link_targets, scopes.duplicate_flows, scopes.rival_catches,
    scopes.superfluous_termination,
)  # fmt: skip
