"""Marks on a drawing: which elements differ from another version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .model import Drawing, DrawnNode


def marked(drawing: Drawing, marks: Mapping[str, str]) -> Drawing:
    """The drawing with a class of its own (``added``, ``removed``, ``changed``) on the nodes that `marks` names."""

    def with_mark(node: DrawnNode) -> DrawnNode:
        return replace(node, css=f"{node.css} {marks[node.id]}".strip()) if node.id in marks else node

    return replace(drawing, frames=tuple(map(with_mark, drawing.frames)), nodes=tuple(map(with_mark, drawing.nodes)))
