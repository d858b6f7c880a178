"""Marks on a drawing: which elements differ from another version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from ..model import Shape
from .glyphs import mark
from .model import Drawing, DrawnNode, Mark

SIGNS: Final = {"added": "+", "removed": "−", "changed": "≠", "shifted": "↔"}
"""What stands at the corner of a marked element: colour alone says nothing to some, and nothing in print."""
_RADIUS = 11.0


def marked(drawing: Drawing, marks: Mapping[str, str], shapes: Mapping[str, Shape] | None = None) -> Drawing:
    """The drawing with a class of its own (``added``, ``removed``, ``changed``, ``shifted``) on the nodes that `marks` names,
    and with its sign at their corner where their `shapes` are given."""

    def with_mark(node: DrawnNode) -> DrawnNode:
        return replace(node, css=f"{node.css} {marks[node.id]}".strip()) if node.id in marks else node

    nodes = (*drawing.frames, *drawing.nodes)
    drawn = [(shapes[node.id], marks[node.id]) for node in nodes if shapes and node.id in marks and node.id in shapes]
    return replace(
        drawing,
        frames=tuple(map(with_mark, drawing.frames)),
        nodes=tuple(map(with_mark, drawing.nodes)),
        badges=(*drawing.badges, *(one for shape, kind in drawn for one in _sign(shape, kind))),
    )


def _sign(shape: Shape, kind: str) -> Iterator[Mark]:
    x, y = shape.bounds.x + shape.bounds.width, shape.bounds.y
    yield mark("circle", f"sign {kind}", cx=x, cy=y, r=_RADIUS)
    yield mark("text", "signtx", SIGNS[kind], x=x, y=y + 0.5)
