"""How points and ranges lie to each other: before, meets, overlaps … (DMN 1.3, table 79)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..values import Budget, Range, compare
from .registry import builtin


class _Unordered(Exception):
    """Two ends cannot be compared; the answer is null."""


def _order(one: Any, other: Any) -> int:
    order = compare(one, other)
    if order is None:
        raise _Unordered
    return order


def _ordered(parameters: str, name: str) -> Callable[[Callable[[Any, Any], bool | None]], Any]:
    """Declare a function of two values that is null where their ends have no order."""

    def declare(rule: Callable[[Any, Any], bool | None]) -> Any:
        def call(budget: Budget, first: Any, second: Any) -> bool | None:
            try:
                return rule(first, second)
            except _Unordered:
                return None

        for written in parameters.split("|"):
            builtin(name, written)(call)
        return rule

    return declare


def _is_point(value: Any) -> bool:
    return compare(value, value) is not None


def _bounded(value: Any) -> bool:
    return isinstance(value, Range) and value.start is not None and value.end is not None


_ANY = "point1, point2|point, range|range, point|range1, range2"


def _precedes(first: Any, second: Any) -> bool | None:
    """Whether all of `first` lies before all of `second`; they may touch where one of the ends does not belong."""
    if _is_point(first) and _is_point(second):
        return _order(first, second) < 0
    end, closed = (first.end, first.end_included) if _bounded(first) else (first, True)
    start, open_ = (second.start, second.start_included) if _bounded(second) else (second, True)
    if not (_bounded(first) or _is_point(first)) or not (_bounded(second) or _is_point(second)):
        return None
    order = _order(end, start)
    return order < 0 or (order == 0 and not (closed and open_))


@_ordered(_ANY, "before")
def before(first: Any, second: Any) -> bool | None:
    return _precedes(first, second)


@_ordered(_ANY, "after")
def after(first: Any, second: Any) -> bool | None:
    return _precedes(second, first)


@_ordered("range1, range2", "meets")
def meets(first: Any, second: Any) -> bool | None:
    if not (_bounded(first) and _bounded(second)):
        return None
    return first.end_included and second.start_included and _order(first.end, second.start) == 0


@_ordered("range1, range2", "met by")
def met_by(first: Any, second: Any) -> bool | None:
    answer: bool | None = meets(second, first)
    return answer


def _overlap_start(first: Range, second: Range) -> bool:
    """Whether `first` reaches the start of `second`."""
    order = _order(first.end, second.start)
    return order > 0 or (order == 0 and first.end_included and second.start_included)


@_ordered("range1, range2", "overlaps")
def overlaps(first: Any, second: Any) -> bool | None:
    if not (_bounded(first) and _bounded(second)):
        return None
    return _overlap_start(first, second) and _overlap_start(second, first)


def _starts_earlier(first: Range, second: Range) -> bool:
    order = _order(first.start, second.start)
    return order < 0 or (order == 0 and first.start_included and not second.start_included)


def _ends_earlier(first: Range, second: Range) -> bool:
    order = _order(first.end, second.end)
    return order < 0 or (order == 0 and not first.end_included and second.end_included)


@_ordered("range1, range2", "overlaps before")
def overlaps_before(first: Any, second: Any) -> bool | None:
    if not (_bounded(first) and _bounded(second)):
        return None
    return _starts_earlier(first, second) and _overlap_start(first, second) and not _ends_earlier(second, first)


@_ordered("range1, range2", "overlaps after")
def overlaps_after(first: Any, second: Any) -> bool | None:
    if not (_bounded(first) and _bounded(second)):
        return None
    return _ends_earlier(second, first) and _overlap_start(second, first) and not _starts_earlier(first, second)


def _inside(outer: Range, inner: Any) -> bool:
    if not isinstance(inner, Range):
        low, high = _order(outer.start, inner), _order(inner, outer.end)
        return (low < 0 or (low == 0 and outer.start_included)) and (high < 0 or (high == 0 and outer.end_included))
    return not _starts_earlier(inner, outer) and not _ends_earlier(outer, inner)


@_ordered("range, point|range1, range2", "includes")
def includes(first: Any, second: Any) -> bool | None:
    if not _bounded(first) or not (_bounded(second) or _is_point(second)):
        return None
    return _inside(first, second)


@_ordered("point, range|range1, range2", "during")
def during(first: Any, second: Any) -> bool | None:
    if not _bounded(second) or not (_bounded(first) or _is_point(first)):
        return None
    return _inside(second, first)


def _same_start(first: Range, second: Range) -> bool:
    return _order(first.start, second.start) == 0 and first.start_included == second.start_included


def _same_end(first: Range, second: Range) -> bool:
    return _order(first.end, second.end) == 0 and first.end_included == second.end_included


@_ordered("point, range|range1, range2", "starts")
def starts(first: Any, second: Any) -> bool | None:
    if not _bounded(second):
        return None
    if _bounded(first):
        return _same_start(first, second) and not _ends_earlier(second, first)
    return second.start_included and _order(first, second.start) == 0


@_ordered("range, point|range1, range2", "started by")
def started_by(first: Any, second: Any) -> bool | None:
    answer: bool | None = starts(second, first)
    return answer


@_ordered("point, range|range1, range2", "finishes")
def finishes(first: Any, second: Any) -> bool | None:
    if not _bounded(second):
        return None
    if _bounded(first):
        return _same_end(first, second) and not _starts_earlier(first, second)
    return second.end_included and _order(first, second.end) == 0


@_ordered("range, point|range1, range2", "finished by")
def finished_by(first: Any, second: Any) -> bool | None:
    answer: bool | None = finishes(second, first)
    return answer


@_ordered("point1, point2|range1, range2", "coincides")
def coincides(first: Any, second: Any) -> bool | None:
    if _bounded(first) and _bounded(second):
        return _same_start(first, second) and _same_end(first, second)
    return _order(first, second) == 0
