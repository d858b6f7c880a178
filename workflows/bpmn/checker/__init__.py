"""Whether a diagram can be published: every rule is a small generator in one of the three tables at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from workflows import feel
from workflows.bpmn.expressions import shortened
from workflows.bpmn.model import Document, Node, Problem, Process, SequenceFlow
from workflows.bpmn.reader import read
from workflows.bpmn.source import BpmnError

from . import events, nodes, scopes
from .view import ERROR, WARNING, View, say, say_flow


def check(document: Document) -> tuple[Problem, ...]:
    """Everything there is to say about `document`: what the reader met, what the engine does not run, what is broken.

    Errors come first, each group in the order of the lines. A document without an error can be published.
    """
    found: dict[tuple[str, str | None, int, str], Problem] = {}
    for problem in _all(document):
        detail = problem.params.get("tag", "") + problem.params.get("reference", "") + problem.params.get("flow", "")
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
    for participant in document.participants:
        if participant.id not in document.shapes:
            params = {"name": participant.name, "tag": "participant"}
            yield Problem("not_drawn", WARNING, participant.id, participant.line, params)


NODE_RULES: Final[tuple[Callable[[View, Node], Iterator[Problem]], ...]] = (
    nodes.supported, nodes.supported_event, events.event_details, events.uncaught_error,
    nodes.boundary, nodes.activity, nodes.lengths, nodes.outgoing, nodes.gateway, nodes.splits_silently,
)  # fmt: skip
FLOW_RULES: Final[tuple[Callable[[View, SequenceFlow], Iterator[Problem]], ...]] = (
    scopes.ends,
    scopes.default_condition,
)
SCOPE_RULES: Final[tuple[Callable[[View, str], Iterator[Problem]], ...]] = (
    scopes.starts, scopes.reachable, scopes.link_targets, scopes.duplicate_flows, scopes.rival_catches,
)  # fmt: skip
