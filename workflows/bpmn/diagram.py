"""The drawing a BPMN file carries (BPMN DI): where every shape and edge lies."""

from __future__ import annotations

import math

from lxml import etree

from .model import Bounds, Edge, Problem, Shape
from .namespaces import BPMNDI, DC, DI
from .source import line_of

FARTHEST = 1_000_000.0


def read_diagram(root: etree._Element) -> tuple[dict[str, Shape], dict[str, Edge], tuple[str, ...], list[Problem]]:
    """Shapes and edges by the element they draw, the planes in document order, and what could not be read of it."""
    shapes: dict[str, Shape] = {}
    edges: dict[str, Edge] = {}
    planes: list[str] = []
    problems: list[Problem] = []
    for plane in root.iter(f"{{{BPMNDI}}}BPMNPlane"):
        of = _element(plane)
        planes.append(of)
        for child in plane.iterchildren(f"{{{BPMNDI}}}BPMNShape", f"{{{BPMNDI}}}BPMNEdge"):
            element = _element(child)
            if not element:
                continue
            try:
                if child.tag == f"{{{BPMNDI}}}BPMNShape":
                    shapes.setdefault(element, _shape(child, element, of))
                else:
                    edges.setdefault(element, _edge(child, element, of))
            except ValueError:
                problems.append(Problem("bad_diagram", "warning", element, line_of(child)))
    return shapes, edges, tuple(planes), problems


def _element(shape: etree._Element) -> str:
    return (shape.get("bpmnElement") or "").strip().rpartition(":")[2]


def _shape(shape: etree._Element, element: str, plane: str) -> Shape:
    bounds = shape.find(f"{{{DC}}}Bounds")
    if bounds is None:
        raise ValueError("a shape without bounds")
    return Shape(
        element,
        _bounds(bounds),
        _label(shape),
        horizontal=shape.get("isHorizontal", "true").strip() != "false",
        expanded=shape.get("isExpanded", "true").strip() != "false",
        plane=plane,
    )


def _edge(edge: etree._Element, element: str, plane: str) -> Edge:
    points = tuple((_number(point, "x"), _number(point, "y")) for point in edge.iterchildren(f"{{{DI}}}waypoint"))
    if len(points) < 2:
        raise ValueError("an edge needs two points")
    return Edge(element, points, _label(edge), plane)


def _label(drawn: etree._Element) -> Bounds | None:
    bounds = drawn.find(f"{{{BPMNDI}}}BPMNLabel/{{{DC}}}Bounds")
    return None if bounds is None else _bounds(bounds)


def _bounds(element: etree._Element) -> Bounds:
    width, height = _number(element, "width"), _number(element, "height")
    if width < 0 or height < 0:
        raise ValueError("a shape of negative size")
    return Bounds(_number(element, "x"), _number(element, "y"), width, height)


def _number(element: etree._Element, attribute: str) -> float:
    value = float(element.get(attribute, ""))
    if not math.isfinite(value) or abs(value) > FARTHEST:
        raise ValueError("out of the drawing")
    return value
