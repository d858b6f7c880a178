"""What an expression calculates with: ranges, functions, the work budget, equality, order, and the border to Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from . import decimals, temporal
from .temporal import Date, DateTime, DaysAndTimeDuration, Time, YearsAndMonthsDuration

MAX_STEPS: Final = 40_000
MAX_STRING: Final = 1_000_000
MAX_NESTING: Final = 64
# Moments are compared to the millisecond; what is finer is kept in the text only (as the DMN test kit has it).
_MILLISECOND: Final = 1_000_000


class LimitReached(Exception):
    """The work allowed for one evaluation is used up; the evaluation's value is null."""


class Budget:
    """The work left in one evaluation. One step is about one element looked at or one body evaluated."""

    __slots__ = ("depth", "steps")

    def __init__(self) -> None:
        self.steps = MAX_STEPS
        self.depth = 0

    def spend(self, steps: int = 1) -> None:
        """Raises `LimitReached` when nothing is left."""
        self.steps -= steps
        if self.steps < 0:
            raise LimitReached

    def text(self, length: int) -> None:
        """Pay for a string of so many characters."""
        if length > MAX_STRING:
            raise LimitReached
        self.spend(length // 256)


@dataclass(frozen=True, slots=True)
class Range:
    """`[start..end]`. Where `operator` is set it is the test `< 10` and its kin: one end is None, for infinity."""

    start: Any
    end: Any
    start_included: bool = True
    end_included: bool = True
    operator: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function of an expression, or a built-in. `call` takes the budget and one value per parameter."""

    name: str
    parameters: tuple[str, ...]
    call: Callable[..., Any]

    def __repr__(self) -> str:
        return f"function {self.name}({', '.join(self.parameters)})"


PLAIN: Final = frozenset({type(None), bool, str, Function, *temporal.TEMPORAL_TYPES})


def incoming(value: Any, budget: Budget, nesting: int = 0) -> Any:
    """A Python value as a FEEL value. What FEEL has no type for is null: nothing of an object can be reached."""
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is Decimal:
        return value if value.is_finite() else None
    budget.spend()
    if nesting > MAX_NESTING:
        return None
    if isinstance(value, int | float | Decimal):
        return decimals.from_python(value)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Mapping):
        return {
            str.__str__(key): incoming(item, budget, nesting + 1) for key, item in value.items() if isinstance(key, str)
        }
    if isinstance(value, list | tuple):
        return [incoming(item, budget, nesting + 1) for item in value]
    if kind is Range:
        start, end = incoming(value.start, budget, nesting + 1), incoming(value.end, budget, nesting + 1)
        return Range(start, end, value.start_included, value.end_included, value.operator)
    return value if isinstance(value, Function) else temporal.incoming(value)


def outgoing(value: Any, budget: Budget) -> Any:
    """A FEEL value for the caller: Python's dates, and fresh lists and dicts that share nothing with the context."""
    kind = type(value)
    if kind is list:
        budget.spend(len(value))
        return [outgoing(item, budget) for item in value]
    if kind is dict:
        budget.spend(len(value))
        return {key: outgoing(item, budget) for key, item in value.items()}
    if kind is Range:
        start, end = outgoing(value.start, budget), outgoing(value.end, budget)
        return Range(start, end, value.start_included, value.end_included, value.operator)
    return temporal.outgoing(value)


def equal(left: Any, right: Any, budget: Budget) -> bool | None:
    """FEEL's `=` (DMN 1.3, table 53): null where the two are of different kinds."""
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is not type(right):
        return None
    if kind is list:
        if len(left) != len(right):
            return False
        return _all(equal(one, other, budget) for one, other in _paid(zip(left, right, strict=True), budget))
    if kind is dict:
        if left.keys() != right.keys():
            return False
        return _all(equal(item, right[key], budget) for key, item in _paid(left.items(), budget))
    if isinstance(left, Function):
        return None
    if kind is Range:
        same = left.start_included == right.start_included and left.end_included == right.end_included
        if not same or left.operator != right.operator:
            return False
        return _all(iter((equal(left.start, right.start, budget), equal(left.end, right.end, budget))))
    if kind is Time or kind is DateTime:
        one, other = _order_keys(left, right)
        return None if one is None or other is None else one == other
    return bool(left == right)


def _all(results: Any) -> bool | None:
    unknown = False
    for result in results:
        if result is False:
            return False
        unknown = unknown or result is None
    return None if unknown else True


def _paid(items: Any, budget: Budget) -> Any:
    for item in items:
        budget.spend()
        yield item


def _order_keys(left: Any, right: Any) -> tuple[int | None, int | None]:
    """Numbers that sort two times or two moments; None where a local one meets one with an offset."""
    if type(left) is Time:
        first, second = temporal.time_offset(left), temporal.time_offset(right)
        if (first is None) != (second is None):
            return None, None
        keys = [
            ((time.seconds() - (offset or 0)) * temporal.NANOS + time.nano) // _MILLISECOND
            for time, offset in ((left, first), (right, second))
        ]
    else:
        if _local(left.time) != _local(right.time):
            return None, None
        keys = [temporal.instant(left) // _MILLISECOND, temporal.instant(right) // _MILLISECOND]
    return keys[0], keys[1]


def _local(time: Time) -> bool:
    return time.offset is None and time.zone is None


def compare(left: Any, right: Any) -> int | None:
    """-1, 0 or 1; None where the two have no order (null, different kinds, booleans, lists …)."""
    kind = type(left)
    if kind is not type(right):
        return None
    one: Any
    other: Any
    if kind is Decimal or kind is str or kind is YearsAndMonthsDuration or kind is DaysAndTimeDuration:
        one, other = left, right
    elif kind is Date:
        one, other = (left.year, left.month, left.day), (right.year, right.month, right.day)
    elif kind is Time or kind is DateTime:
        one, other = _order_keys(left, right)
        if one is None:
            return None
    else:
        return None
    return int(one > other) - int(one < other)


def contains(container: Range, value: Any, budget: Budget) -> bool | None:
    """Whether a value lies in a range; null where it cannot be compared with the range's ends."""
    if container.operator in ("=", "!="):
        same = equal(value, container.start, budget)
        return same if container.operator == "=" or same is None else not same
    above: int | None = 1
    below: int | None = -1
    if container.operator not in ("<", "<="):
        above = compare(value, container.start)
    if container.operator not in (">", ">="):
        below = compare(value, container.end)
    if above is None or below is None:
        return None
    return (above > 0 or (above == 0 and container.start_included)) and (
        below < 0 or (below == 0 and container.end_included)
    )


def same(left: Any, right: Any, budget: Budget) -> bool:
    """Equality as yes or no, for looking things up in lists."""
    return equal(left, right, budget) is True


def as_list(value: Any) -> list[Any]:
    """A list as it is; anything else as the only element of one (DMN 1.3, 10.3.2.9.4)."""
    return value if type(value) is list else [value]
