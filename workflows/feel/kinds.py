"""`instance of`: which values belong to which type (DMN 1.3, 10.3.2.9)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from . import nodes
from .temporal import Date, DateTime, DaysAndTimeDuration, Time, YearsAndMonthsDuration
from .values import Budget, Function, Range

_SIMPLE: Final[dict[str, type]] = {
    "number": Decimal,
    "string": str,
    "boolean": bool,
    "date": Date,
    "time": Time,
    "date and time": DateTime,
    "days and time duration": DaysAndTimeDuration,
    "day time duration": DaysAndTimeDuration,
    "years and months duration": YearsAndMonthsDuration,
    "year month duration": YearsAndMonthsDuration,
    "list": list,
    "context": dict,
    "range": Range,
    "function": Function,
}

Check = Callable[[Any, Budget], bool | None]


def checker(wanted: nodes.Type) -> Check:
    """A function that says whether a value is of the type; it answers null for a type nobody knows."""
    name = wanted.name
    if name == "Any":
        return lambda value, _budget: value is not None
    if name == "Null":
        return lambda value, _budget: value is None
    kind = _SIMPLE.get(name)
    if kind is None:
        return lambda _value, _budget: None
    arguments = [checker(argument) for argument in wanted.arguments]
    members = [(key, checker(member)) for key, member in wanted.members]

    def check(value: Any, budget: Budget) -> bool | None:
        if type(value) is not kind and not (kind is Function and isinstance(value, Function)):
            return False
        return fits(value, budget)

    def fits(value: Any, budget: Budget) -> bool:
        if kind is list and arguments:
            budget.spend(len(value))
            return all(item is None or arguments[0](item, budget) for item in value)
        if kind is dict:
            return all(key in value and (value[key] is None or of(value[key], budget)) for key, of in members)
        if kind is Range and arguments:
            ends = [end for end in (value.start, value.end) if end is not None]
            return bool(ends) and all(arguments[0](end, budget) for end in ends)
        if kind is Function and arguments:
            return len(value.parameters) == len(arguments)
        return True

    return check
