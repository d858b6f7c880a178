"""Bars for figures, as SVG of classes alone, so that they follow the page's colours and print."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final, NamedTuple

from django.utils.safestring import SafeString, mark_safe

_WIDTH: Final = 720
_LABEL: Final = 180
_VALUE: Final = 130
_ROW: Final = 34


class Bar(NamedTuple):
    """One line: its name, the full bar, a mark further out (0: none), and the figure in words."""

    name: str
    value: int
    mark: int
    words: str


def bars(rows: Sequence[Bar], *, most: int = 0, label: str) -> SafeString:
    """The rows, longest value or mark as wide as there is room (or `most`, where that is more). `label` is what is read aloud: the
    figures stand in a table beside it."""
    top = max([most, 1, *(max(row.value, row.mark) for row in rows)])
    room = _WIDTH - _LABEL - _VALUE
    parts = [f'<svg class="pg-bars" viewBox="0 0 {_WIDTH} {_ROW * len(rows)}" role="img" aria-label="{escape(label)}">']
    for number, row in enumerate(rows):
        middle = number * _ROW + _ROW // 2
        name = row.name if len(row.name) <= 12 else f"{row.name[:11]}…"
        value, mark = room * row.value // top, room * row.mark // top
        parts.append(f'<text x="{_LABEL - 12}" y="{middle + 5}" text-anchor="end">{escape(name)}</text>')
        if row.mark:
            parts.append(f'<rect class="soft" x="{_LABEL}" y="{middle - 4}" width="{mark}" height="8"/>')
        parts.append(f'<rect class="strong" x="{_LABEL}" y="{middle - 9}" width="{value}" height="18"/>')
        if row.mark:
            parts.append(
                f'<line class="tick" x1="{_LABEL + mark}" x2="{_LABEL + mark}" y1="{middle - 11}" y2="{middle + 11}"/>'
            )
        end = _LABEL + max(value, mark) + 10
        parts.append(f'<text x="{end}" y="{middle + 5}">{escape(row.words)}</text>')
    parts.append("</svg>")
    return mark_safe("".join(parts))  # noqa: S308  (every word is escaped above)
