"""Words in boxes: how wide they are, and where Chinese and Latin text may break."""

from __future__ import annotations

import unicodedata
from typing import Final

_CLOSING: Final = "，。；：！？、）》”’】%"


def width(text: str, size: float) -> float:
    """About how wide `text` is at `size` pixels: a full-width character one em, another a little over half."""
    return sum(size if unicodedata.east_asian_width(c) in "WF" else size * 0.56 for c in text)


def wrapped(text: str, room: float, size: float, lines: int) -> tuple[str, ...]:
    """`text` in at most `lines` lines no wider than `room`; what does not fit ends in an ellipsis.

    Chinese words mostly have two characters, so of several places to break, an even one near the middle is taken.
    """
    words = " ".join(text.split())
    if not words:
        return ()
    if width(words, size) <= room or lines < 2:
        return (_cut(words, room, size),)
    if halves := _halves(words, room, size):
        return halves
    return _greedy(words, room, size, lines)


def _halves(text: str, room: float, size: float) -> tuple[str, ...]:
    if any(unicodedata.east_asian_width(c) not in "WF" for c in text):
        return ()
    fitting = [
        at
        for at in range(2, len(text), 2)
        if text[at] not in _CLOSING and max(width(text[:at], size), width(text[at:], size)) <= room
    ]
    if not fitting:
        return ()
    at = min(fitting, key=lambda at: (abs(len(text) - 2 * at), -at))
    return text[:at], text[at:]


def _greedy(text: str, room: float, size: float, lines: int) -> tuple[str, ...]:
    rows: list[str] = [""]
    begins, position = [0], 0
    for piece in _pieces(text):
        joined = rows[-1] + piece
        if not rows[-1].strip() or width(joined.strip(), size) <= room or piece in _CLOSING:
            rows[-1] = joined
        else:
            rows.append(piece)
            begins.append(position)
        position += len(piece)
    if len(rows) > lines:
        rows = [*rows[: lines - 1], text[begins[lines - 1] :]]
    return tuple(_cut(row.strip(), room, size) for row in rows)


def _pieces(text: str) -> list[str]:
    """Where a line may break: before every full-width character, and before the space between two words."""
    pieces: list[str] = []
    for character in text:
        wide = unicodedata.east_asian_width(character) in "WF"
        if pieces and not wide and character != " " and unicodedata.east_asian_width(pieces[-1][-1]) not in "WF":
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _cut(text: str, room: float, size: float) -> str:
    if width(text, size) <= room:
        return text
    while text and width(text, size) + size * 0.9 > room:
        text = text[:-1]
    return text.rstrip() + "…"
