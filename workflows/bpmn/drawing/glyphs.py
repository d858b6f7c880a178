"""The signs inside BPMN symbols, drawn around a centre; one table from kind to function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from .model import Mark


def number(value: float) -> str:
    """A coordinate with at most one decimal."""
    return f"{round(value, 1):g}"


def mark(tag: str, css: str, text: str = "", **attributes: float | str) -> Mark:
    """An SVG element of class `css`; numbers are rounded for it."""
    rest = tuple(
        (name.replace("_", "-"), value if isinstance(value, str) else number(value))
        for name, value in attributes.items()
    )
    return Mark(tag, (("class", css), *rest), text)


def _path(css: str, *parts: str | float) -> Mark:
    words: list[str] = []
    for part in parts:
        if isinstance(part, str):
            words.append(part)
        else:
            text = number(part)
            words.append(text if not words or not words[-1][-1].isdigit() else f" {text}")
    return mark("path", css, d="".join(words))


def _plus(x: float, y: float, r: float) -> tuple[Mark, ...]:
    a = r * 0.45
    return (_path("glyph", "M", x - a, y, "H", x + a, "M", x, y - a, "V", y + a),)


def _cross(x: float, y: float, r: float) -> tuple[Mark, ...]:
    a = r * 0.3
    return (_path("glyph", "M", x - a, y - a, "L", x + a, y + a, "M", x + a, y - a, "L", x - a, y + a),)


def _star(x: float, y: float, r: float) -> tuple[Mark, ...]:
    return (*_plus(x, y, r), *_cross(x, y, r))


def _ring(x: float, y: float, r: float) -> tuple[Mark, ...]:
    return (mark("circle", "glyph", cx=x, cy=y, r=r * 0.42),)


def _pentagon(x: float, y: float, r: float) -> tuple[Mark, ...]:
    a = r * 0.36
    return (
        mark("circle", "glyph fine", cx=x, cy=y, r=r * 0.56),
        _path(
            "glyph fine", "M", x, y - a, "L", x + a * 0.95, y - a * 0.31, "L", x + a * 0.59, y + a * 0.81,
            "L", x - a * 0.59, y + a * 0.81, "L", x - a * 0.95, y - a * 0.31, "z",
        ),
    )  # fmt: skip


def _clock(x: float, y: float, r: float) -> tuple[Mark, ...]:
    a = r * 0.56
    return (
        mark("circle", "glyph fine", cx=x, cy=y, r=a),
        _path("glyph fine", "M", x, y - a * 0.7, "V", y, "L", x + a * 0.5, y + a * 0.3),
    )


def _envelope(x: float, y: float, r: float) -> tuple[Mark, ...]:
    a, b = r * 0.55, r * 0.38
    return (
        _path("glyph fine", "M", x - a, y - b, "H", x + a, "V", y + b, "H", x - a, "z"),
        _path("glyph fine", "M", x - a, y - b, "L", x, y + b * 0.2, "L", x + a, y - b),
    )


def _triangle(x: float, y: float, r: float) -> tuple[Mark, ...]:
    a = r * 0.55
    return (_path("glyph fine", "M", x, y - a, "L", x + a, y + a * 0.7, "H", x - a, "z"),)


def _flash(x: float, y: float, r: float) -> tuple[Mark, ...]:
    a = r * 0.5
    return (
        _path(
            "glyph fine", "M", x - a, y + a, "L", x - a * 0.3, y - a * 0.7, "L", x + a * 0.3, y + a * 0.3,
            "L", x + a, y - a,
        ),
    )  # fmt: skip


def _arrow_up(x: float, y: float, r: float) -> tuple[Mark, ...]:
    a = r * 0.55
    left, right = x - a * 0.7, x + a * 0.7
    return (_path("glyph fine", "M", x, y - a, "L", right, y + a, "L", x, y + a * 0.2, "L", left, y + a, "z"),)


def _page(x: float, y: float, r: float) -> tuple[Mark, ...]:
    a, b = r * 0.42, r * 0.55
    lines = (part for k in (-0.5, 0.0, 0.5) for part in ("M", x - a * 0.6, y + b * k, "H", x + a * 0.6))
    return (_path("glyph fine", "M", x - a, y - b, "H", x + a, "V", y + b, "H", x - a, "z", *lines),)


def _rewind(x: float, y: float, r: float) -> tuple[Mark, ...]:
    a = r * 0.5
    return (
        _path("glyph fine", "M", x, y - a * 0.7, "V", y + a * 0.7, "L", x - a, y, "z",
              "M", x + a, y - a * 0.7, "V", y + a * 0.7, "L", x, y, "z"),
    )  # fmt: skip


def _link(x: float, y: float, r: float) -> tuple[Mark, ...]:
    a, b = r * 0.55, r * 0.2
    return (
        _path("glyph fine", "M", x - a, y - b, "H", x, "V", y - 2 * b, "L", x + a, y, "L", x, y + 2 * b,
              "V", y + b, "H", x - a, "z"),
    )  # fmt: skip


def _dot(x: float, y: float, r: float) -> tuple[Mark, ...]:
    return (mark("circle", "dot", cx=x, cy=y, r=r * 0.55),)


GATEWAYS: Final[dict[str, Callable[[float, float, float], tuple[Mark, ...]]]] = {
    "exclusiveGateway": _cross,
    "parallelGateway": _plus,
    "inclusiveGateway": _ring,
    "eventBasedGateway": _pentagon,
    "complexGateway": _star,
}
EVENTS: Final[dict[str, Callable[[float, float, float], tuple[Mark, ...]]]] = {
    "timer": _clock,
    "message": _envelope,
    "signal": _triangle,
    "error": _flash,
    "escalation": _arrow_up,
    "conditional": _page,
    "compensate": _rewind,
    "cancel": _cross,
    "link": _link,
    "terminate": _dot,
}
MARKER: Final = 12.0
"""Height and width of a marker at the foot of an activity."""


def foot_markers(kinds: tuple[str, ...], x: float, y: float) -> tuple[Mark, ...]:
    """The markers of an activity side by side, centred on `x`, their middle at `y`."""
    marks: list[Mark] = []
    left = x - (len(kinds) - 1) * (MARKER + 4) / 2
    for index, kind in enumerate(kinds):
        marks += _FEET[kind](left + index * (MARKER + 4), y)
    return tuple(marks)


def _collapsed(x: float, y: float) -> tuple[Mark, ...]:
    return (
        mark("rect", "glyph fine", x=x - 6, y=y - 6, width=12.0, height=12.0),
        _path("glyph fine", "M", x - 3.5, y, "H", x + 3.5, "M", x, y - 3.5, "V", y + 3.5),
    )


def _bars(x: float, y: float) -> tuple[Mark, ...]:
    return (_path("glyph fine", *(p for k in (-4.0, 0.0, 4.0) for p in ("M", x + k, y - 5, "V", y + 5))),)


def _rows(x: float, y: float) -> tuple[Mark, ...]:
    return (_path("glyph fine", *(p for k in (-4.0, 0.0, 4.0) for p in ("M", x - 5, y + k, "H", x + 5))),)


def _loop(x: float, y: float) -> tuple[Mark, ...]:
    return (_path("glyph fine", "M", x + 3, y + 4, "A5 5 0 1 0 ", x - 3, y + 4, "h-3.5M", x - 3, y + 4, "v-3.5"),)


def _compensates(x: float, y: float) -> tuple[Mark, ...]:
    return _rewind(x, y, 10.0)


_FEET: Final[dict[str, Callable[[float, float], tuple[Mark, ...]]]] = {
    "collapsed": _collapsed,
    "parallel": _bars,
    "sequential": _rows,
    "loop": _loop,
    "compensation": _compensates,
}
