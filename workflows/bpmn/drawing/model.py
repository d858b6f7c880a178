"""What a drawing is made of. Coordinates are those of the BPMN file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..model import Bounds

STATES: Final = ("past", "now", "later")


@dataclass(frozen=True, slots=True)
class Heat:
    """How hot a node is: `level` 1 (cool) to 5, the printed figure (``9.4 天``) and how many cases are there now."""

    level: int
    figure: str
    load: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """One SVG element: its tag, its attributes in order, and its text (of ``text`` elements)."""

    tag: str
    attributes: tuple[tuple[str, str], ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class DrawnNode:
    """A flow node: `css` is its state (``past``, ``now``, ``later`` or nothing) and heat (``h3``)."""

    id: str
    css: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A flow as it is drawn, back to front. `past`, `now` and `later` are the names of the activities in each state."""

    view_box: Bounds
    lanes: tuple[Mark, ...]
    frames: tuple[DrawnNode, ...]
    edges: tuple[Mark, ...]
    notes: tuple[Mark, ...]
    nodes: tuple[DrawnNode, ...]
    badges: tuple[Mark, ...]
    past: tuple[str, ...]
    now: tuple[str, ...]
    later: tuple[str, ...]
    marker_id: str

    def sentence(self, language: str = "zh-hans") -> str:
        """What the drawing shows, in words: what is going on, what is done, what is to come."""
        english = language.lower().startswith("en")
        parts = (
            (self.now, "正在进行", "in progress"),
            (self.past, "已完成", "done"),
            (self.later, "未开始", "not started"),
        )
        if english:
            told = [f"{meaning}: {', '.join(names)}" for names, _, meaning in parts if names]
            words = "; ".join(told)
            return words[:1].upper() + words[1:]
        return "；".join(f"{'、'.join(names)}{meaning}" for names, meaning, _ in parts if names)
