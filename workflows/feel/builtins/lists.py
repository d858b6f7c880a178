"""Lists: searching, cutting, joining, sorting (DMN 1.3, table 74)."""

from __future__ import annotations

from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from ..decimals import whole
from ..values import Budget, Function, as_list, same
from .registry import builtin
from .statistics import sorted_by_order


def _list(budget: Budget, value: Any) -> list[Any] | None:
    """The value as a list, paid for; None for null."""
    if value is None:
        return None
    items = as_list(value)
    budget.spend(len(items))
    return items


@builtin("list contains", "list, element")
def list_contains(budget: Budget, values: Any, element: Any) -> bool | None:
    items = _list(budget, values)
    return None if items is None else any(same(item, element, budget) for item in items)


def _index(position: Any, length: int) -> int | None:
    """A position of FEEL (1 is the first, -1 the last) as one of Python; None where there is no such element."""
    number = whole(position)
    if number is None or number == 0 or abs(number) > length:
        return None
    return number - 1 if number > 0 else length + number


@builtin("sublist", "list, start position, length?")
def sublist(budget: Budget, values: Any, start: Any, length: Any) -> list[Any] | None:
    items = _list(budget, values)
    first = None if items is None else _index(start, len(items))
    if items is None or first is None:
        return None
    if length is None:
        return items[first:]
    count = whole(length)
    return None if count is None or count < 1 or first + count > len(items) else items[first : first + count]


@builtin("append", "list, item*")
def append(budget: Budget, values: Any, new: Any) -> list[Any] | None:
    items = _list(budget, values)
    return None if items is None else [*items, *new]


@builtin("concatenate", "list*")
def concatenate(budget: Budget, lists: Any) -> list[Any] | None:
    if type(lists) is not list or any(item is None for item in lists):
        return None
    if not any(type(item) is list for item in lists):
        return lists
    return [element for item in lists for element in _list(budget, item) or []]


@builtin("insert before", "list, position, newItem")
def insert_before(budget: Budget, values: Any, position: Any, new: Any) -> list[Any] | None:
    items = _list(budget, values)
    at = None if items is None else _index(position, len(items))
    return None if items is None or at is None else [*items[:at], new, *items[at:]]


@builtin("remove", "list, position")
def remove(budget: Budget, values: Any, position: Any) -> list[Any] | None:
    items = _list(budget, values)
    at = None if items is None else _index(position, len(items))
    return None if items is None or at is None else [*items[:at], *items[at + 1 :]]


@builtin("list replace", "list, position, newItem")
def list_replace(budget: Budget, values: Any, position: Any, new: Any) -> list[Any] | None:
    """One element exchanged: that at a position, or all for which a function (item, newItem) answers true."""
    if isinstance(position, Function):
        return list_replace_matching(budget, values, position, new)
    items = _list(budget, values)
    at = None if items is None else _index(position, len(items))
    return None if items is None or at is None else [*items[:at], new, *items[at + 1 :]]


@builtin("list replace", "list, match, newItem")
def list_replace_matching(budget: Budget, values: Any, match: Any, new: Any) -> list[Any] | None:
    items = _list(budget, values)
    if items is None or not isinstance(match, Function) or len(match.parameters) != 2:
        return None
    verdicts = [match.call(budget, item, new) for item in items]
    if any(not isinstance(verdict, bool) for verdict in verdicts):
        return None
    return [new if verdict else item for item, verdict in zip(items, verdicts, strict=True)]


@builtin("reverse", "list")
def reverse(budget: Budget, values: Any) -> list[Any] | None:
    items = _list(budget, values)
    return None if items is None else items[::-1]


@builtin("index of", "list, match")
def index_of(budget: Budget, values: Any, match: Any) -> list[Decimal] | None:
    items = _list(budget, values)
    if items is None:
        return None
    return [Decimal(number) for number, item in enumerate(items, 1) if same(item, match, budget)]


def _distinct(budget: Budget, items: list[Any]) -> list[Any]:
    found: list[Any] = []
    seen: set[tuple[type, Any]] = set()
    for item in items:
        kind = type(item)
        if kind in (str, Decimal, bool, type(None)):  # hashable and equal exactly when FEEL says so
            if (kind, item) not in seen:
                seen.add((kind, item))
                found.append(item)
            continue
        budget.spend(len(found))
        if not any(same(item, other, budget) for other in found):
            found.append(item)
    return found


@builtin("distinct values", "list")
def distinct_values(budget: Budget, values: Any) -> list[Any] | None:
    items = _list(budget, values)
    return None if items is None else _distinct(budget, items)


@builtin("union", "list*")
def union(budget: Budget, lists: Any) -> list[Any] | None:
    joined = concatenate(budget, lists)
    return None if joined is None else _distinct(budget, joined)


@builtin("flatten", "list")
def flatten(budget: Budget, values: Any) -> list[Any] | None:
    if values is None:
        return None
    found: list[Any] = []
    waiting = [iter(as_list(values))]
    while waiting:
        for item in waiting[-1]:
            budget.spend()
            if type(item) is list:
                waiting.append(iter(item))
                break
            found.append(item)
        else:
            waiting.pop()
    return found


@builtin("sort", "list, precedes?")
def sort(budget: Budget, values: Any, precedes: Any) -> list[Any] | None:
    """Ascending, or by a function (x, y) that says whether x comes before y. Equal elements keep their order."""
    items = _list(budget, values)
    if not items or (len(items) == 1 and precedes is None):
        return items
    if precedes is None:
        return sorted_by_order(budget, items)
    if not isinstance(precedes, Function):
        return None
    call = precedes.call
    if len(precedes.parameters) != 2:
        return None

    def order(one: Any, other: Any) -> int:
        if call(budget, one, other) is True:
            return -1
        return 1 if call(budget, other, one) is True else 0

    return sorted(items, key=cmp_to_key(order))
