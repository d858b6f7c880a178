"""Small diagrams for tests: a process around the elements a test is about."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from workflows import bpmn
from workflows.bpmn.model import Node, Problem, Process

ROOT = Path(__file__).resolve().parents[3]
CONFORMANCE = ROOT.parent / "shared" / "conformance"
LIBRARY = ROOT / "workflows" / "library"

NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:flowable="http://flowable.org/bpmn" xmlns:activiti="http://activiti.org/bpmn"'
    ' xmlns:sangong="http://sangong.cn/schema/1.0" xmlns:other="http://example.org/other"'
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
)


def definitions(body: str, *, attributes: str = "") -> bytes:
    """A BPMN file with `body` as what the definitions hold."""
    return f'<definitions {NAMESPACES} targetNamespace="t" {attributes}>\n{body}\n</definitions>'.encode()


def process(body: str, *, before: str = "", attributes: str = "") -> bytes:
    """A BPMN file with one process `p` that holds `body`."""
    return definitions(
        f'{before}<process id="p" name="流程" isExecutable="true">\n{body}\n</process>', attributes=attributes
    )


def around(node: str, *, identifier: str = "n", before: str = "") -> bytes:
    """`node`, whose id is `identifier`, between a start and an end event."""
    return process(
        f'<startEvent id="start"/>{node}<endEvent id="end"/>'
        f'<sequenceFlow id="in" sourceRef="start" targetRef="{identifier}"/>'
        f'<sequenceFlow id="out" sourceRef="{identifier}" targetRef="end"/>',
        before=before,
    )


def read_process(xml: bytes) -> Process:
    """The only process of the file."""
    (only,) = bpmn.read(xml).processes
    return only


def node(xml: bytes, identifier: str = "n") -> Node:
    """One node of the only process."""
    return read_process(xml).nodes[identifier]


def problems(xml: bytes, severity: str = "error") -> list[Problem]:
    """What the checker says of the file with this severity."""
    return [problem for problem in bpmn.inspect(xml)[1] if problem.severity == severity]


def codes(found: Iterable[Problem]) -> list[str]:
    """The codes, for a short comparison."""
    return [problem.code for problem in found]


def errors(xml: bytes) -> list[str]:
    """The codes of the errors of the file."""
    return codes(problems(xml))


def warnings(xml: bytes) -> set[str]:
    """The codes of the warnings, without the one that these small files have no drawing."""
    return set(codes(problems(xml, "warning"))) - {"no_drawing"}
