"""A drawing as SVG: classes only, so that it follows the page's colours and needs no inline style."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from .glyphs import number
from .model import Drawing, DrawnNode, Mark


def to_svg(drawing: Drawing, *, label: str | None = None, language: str = "zh-hans") -> str:
    """The ``svg`` element of class ``sg-flow``. Every word from the file is escaped.

    `label` is what a screen reader says; without it, which activities are in progress, done and to come.
    """
    box = drawing.view_box
    view = f"{number(box.x)} {number(box.y)} {number(box.width)} {number(box.height)}"
    words = escape(drawing.sentence(language) if label is None else label)
    marker = escape(drawing.marker_id)
    return (
        f'<svg class="sg-flow" viewBox="{view}" role="img" aria-label="{words}">'
        f'<defs><marker id="{marker}" markerWidth="9" markerHeight="9" refX="1" refY="4.5" orient="auto"'
        ' markerUnits="userSpaceOnUse"><path class="head" d="M0 0L9 4.5L0 9z"/></marker></defs>'
        f"{_all(drawing.lanes)}{_nodes(drawing.frames)}{_all(drawing.edges)}"
        f"{_nodes(drawing.nodes)}{_all(drawing.notes)}{_all(drawing.badges)}</svg>"
    )


def _nodes(nodes: Iterable[DrawnNode]) -> str:
    return "".join(f'<g class="{escape(node.css)}">{_all(node.marks)}</g>' for node in nodes)


def _all(marks: Iterable[Mark]) -> str:
    return "".join(_one(mark) for mark in marks)


def _one(mark: Mark) -> str:
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in mark.attributes if value)
    if mark.tag == "text":
        return f"<text{attributes}>{escape(mark.text)}</text>"
    return f"<{mark.tag}{attributes}/>"
