"""Findings as the checker says things: with a sentence in both languages, element, line and path."""

from __future__ import annotations

from functools import lru_cache

from workflows import bpmn
from workflows.bpmn.model import Document, Problem, Process
from workflows.engine import EngineError

from .verdict import ERROR, WARNING, Finding, Limits, examine


@lru_cache(maxsize=64)
def inspect(xml: bytes | str, limits: Limits | None = None) -> tuple[Document | None, tuple[Problem, ...]]:
    """Everything there is to say about a file: what the checker finds and, where the flows can be played at all, how
    they can get stuck, explored within the limits. Errors come first. Never raises."""
    document, found = bpmn.inspect(xml)
    if document is None or any(problem.severity == ERROR for problem in found):
        return document, found
    return document, tuple(
        sorted(
            (*found, *problems(document, found, limits)), key=lambda problem: (problem.severity != ERROR, problem.line)
        )
    )


def problems(document: Document, known: tuple[Problem, ...] = (), limits: Limits | None = None) -> tuple[Problem, ...]:
    """What the exploration of each executable process finds. Nodes `known` to be unreachable are not told again."""
    silent = {problem.element for problem in known if problem.code == "unreachable"}
    found: list[Problem] = []
    executable = [process for process in document.processes if process.executable] or document.processes
    for process in executable:
        try:
            report = examine(process, limits)
        except EngineError:  # an element the engine does not play: the checker has told
            continue
        found += [
            _problem(process, finding)
            for finding in report.findings
            if not (finding.code == "dead_node" and finding.element in silent)
        ]
        if not report.complete:
            params = {"name": process.name, "tag": "process", "count": str(report.states)}
            found.append(Problem("not_all_explored", WARNING, process.id, process.line, params))
    return tuple(found)


def _problem(process: Process, finding: Finding) -> Problem:
    node = process.nodes.get(finding.element)
    params = {"name": process.name, "tag": "process"} if node is None else {"name": node.name, "tag": node.kind}
    line = process.line if node is None else node.line
    if finding.code == "deadlock":
        sources = [process.nodes[process.flows[flow].source] for flow in finding.waits_for]
        names = list(dict.fromkeys(source.name or source.id for source in sources))
        params |= {"sources": "、".join(names), "sources@en": ", ".join(names)}
    return Problem(finding.code, finding.severity, finding.element, line, params, finding.path)
