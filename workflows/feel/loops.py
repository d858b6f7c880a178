"""`for`, `some`, `every` and filters: everything that runs a body once per element, each run paid from the budget."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from .scope import Compiled, Scope
from .temporal import Date, date_from_days
from .values import Range

Source = Callable[[Scope], "Iterator[Any] | None"]


def elements(source: Compiled) -> Source:
    """What a `for` walks over: a list's elements, a closed or open range of whole numbers or dates, or one value."""

    def walk(scope: Scope) -> Iterator[Any] | None:
        value = source(scope)
        if type(value) is list:
            return iter(value)
        if type(value) is Range:
            numbers = _walk(value.start, value.end)
            if numbers is None:
                return None
            return _inside(numbers, value)
        return None if value is None else iter((value,))

    return walk


def _inside(numbers: Iterator[Any], limits: Range) -> Iterator[Any]:
    for number in numbers:
        if (number == limits.start and not limits.start_included) or (number == limits.end and not limits.end_included):
            continue
        yield number


def bare_range(low: Compiled, high: Compiled) -> Source:
    """`for i in 4..2`: upwards or downwards."""
    return lambda scope: _walk(low(scope), high(scope))


def _walk(start: Any, end: Any) -> Iterator[Any] | None:
    """Every whole number or day from `start` to `end`, both included; None where that makes no sense."""
    if type(start) is Decimal and type(end) is Decimal:
        if start.adjusted() > 18 or end.adjusted() > 18 or start != int(start) or end != int(end):
            return None
        first, last = int(start), int(end)
        step = 1 if last >= first else -1
        return (Decimal(number) for number in range(first, last + step, step))
    if type(start) is Date and type(end) is Date:
        first, last = start.days(), end.days()
        step = 1 if last >= first else -1
        return (date_from_days(day) for day in range(first, last + step, step))
    return None


class _NoSource(Exception):
    """One of the iterators has nothing to walk over; the whole is null."""


def _bindings(sources: list[tuple[str, Source]], scope: Scope, at: int = 0) -> Iterator[Scope]:
    """One scope per combination of elements, the last iterator running fastest; a later one may use an earlier's."""
    name, source = sources[at]
    items = source(scope)
    if items is None:
        raise _NoSource
    for item in items:
        scope.budget.spend()
        inner = Scope({name: item}, scope, scope.budget)
        if at + 1 == len(sources):
            yield inner
        else:
            yield from _bindings(sources, inner, at + 1)


def compile_for(sources: list[tuple[str, Source]], body: Compiled, *, partial: bool) -> Compiled:
    """The list of the body's values; a body that asks for `partial` gets what has been made so far."""

    def loop(scope: Scope) -> Any:
        results: list[Any] = []
        so_far: dict[str, Any] = {}
        try:
            for inner in _bindings(sources, Scope(so_far, scope, scope.budget)):
                if partial:
                    scope.budget.spend(len(results))
                    so_far["partial"] = results.copy()  # a value, which later rounds must not change
                results.append(body(inner))
        except _NoSource:
            return None
        return results

    return loop


def compile_quantified(sources: list[tuple[str, Source]], condition: Compiled, *, universal: bool) -> Compiled:
    """`some` is true with one true, `every` false with one false; otherwise an unknown answer makes the whole null."""

    def quantified(scope: Scope) -> Any:
        decisive, unknown = not universal, False
        try:
            for inner in _bindings(sources, scope):
                value = condition(inner)
                if value is decisive:
                    return decisive
                if not isinstance(value, bool):
                    unknown = True
        except _NoSource:
            return None
        return None if unknown else universal

    return quantified


def compile_filter(base: Compiled, condition: Compiled) -> Compiled:
    """`list[3]`, `list[-1]` or `list[condition]`, where `item` and, of a context, its entries are known."""

    def scope_of(item: Any, scope: Scope) -> Scope:
        inner = Scope({"item": item}, scope, scope.budget)
        return Scope(item, inner, scope.budget) if type(item) is dict else inner

    def filtered(scope: Scope) -> Any:
        value = base(scope)
        items = value if type(value) is list else [value]
        if value is None:
            items = []
        # Whether the bracket holds a position or a condition shows in its first value.
        first = condition(scope_of(items[0] if items else None, scope))
        if type(first) is Decimal:
            return _at(items, first)
        found = [items[0]] if items and first is True else []
        for item in items[1:]:
            scope.budget.spend()
            if condition(scope_of(item, scope)) is True:
                found.append(item)
        return found

    return filtered


def _at(items: list[Any], position: Decimal) -> Any:
    if position.adjusted() > 9 or position != int(position):
        return None
    index = int(position)
    if index == 0 or abs(index) > len(items):
        return None
    return items[index - 1 if index > 0 else index]
