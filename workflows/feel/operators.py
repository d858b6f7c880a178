"""`+ - * / **`, the sign, and the properties of temporal values (DMN 1.3, 10.3.2.5 and table 65)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

from . import temporal
from .decimals import CONTEXT
from .temporal import (
    DAY,
    MAX_DURATION,
    MAX_MONTHS,
    NANOS,
    Date,
    DateTime,
    DaysAndTimeDuration,
    Time,
    YearsAndMonthsDuration,
)
from .values import Budget, Range


def _number(result: Decimal) -> Decimal | None:
    return result if result.is_finite() else None


def _months(count: int) -> YearsAndMonthsDuration | None:
    return YearsAndMonthsDuration(count) if abs(count) <= MAX_MONTHS else None


def _nanos(count: int) -> DaysAndTimeDuration | None:
    return DaysAndTimeDuration(count) if abs(count) <= MAX_DURATION else None


def _rounded(number: Decimal) -> int:
    """A number as the nearest integer, for durations; never longer than the caps allow."""
    if not number.is_finite() or number.adjusted() > 40:
        return MAX_DURATION + 1
    return int(number.to_integral_value(rounding=ROUND_HALF_EVEN))


def add(left: Any, right: Any, budget: Budget) -> Any:
    """Numbers, strings, two durations of a kind, or a duration and a point in time in either order; else null."""
    kind, other = type(left), type(right)
    if kind is Decimal and other is Decimal:
        return _number(CONTEXT.add(left, right))
    if kind is str and other is str:
        budget.text(len(left) + len(right))
        return left + right
    if kind is other is YearsAndMonthsDuration:
        return _months(left.months + right.months)
    if kind is other is DaysAndTimeDuration:
        return _nanos(left.nanos + right.nanos)
    if other is YearsAndMonthsDuration:
        return _shift_months(left, right.months)
    if other is DaysAndTimeDuration:
        return _shift_nanos(left, right.nanos, budget)
    if kind is YearsAndMonthsDuration:
        return _shift_months(right, left.months)
    if kind is DaysAndTimeDuration:
        return _shift_nanos(right, left.nanos, budget)
    return None


def subtract(left: Any, right: Any, budget: Budget) -> Any:
    """As `add`, and the time between two points in time."""
    kind, other = type(left), type(right)
    if kind is Decimal and other is Decimal:
        return _number(CONTEXT.subtract(left, right))
    if other is YearsAndMonthsDuration:
        if kind is other:
            return _months(left.months - right.months)
        return _shift_months(left, -right.months)
    if other is DaysAndTimeDuration:
        if kind is other:
            return _nanos(left.nanos - right.nanos)
        return _shift_nanos(left, -right.nanos, budget)
    if kind is other is Time:
        one, two = temporal.time_offset(left), temporal.time_offset(right)
        if (one is None) != (two is None):
            return None
        seconds = left.seconds() - (one or 0) - right.seconds() + (two or 0)
        return _nanos(seconds * NANOS + left.nano - right.nano)
    if kind in (Date, DateTime) and other in (Date, DateTime):
        if kind is other is Date:
            return _nanos((left.days() - right.days()) * DAY * NANOS)
        first = temporal.as_datetime(left) if kind is Date else left
        second = temporal.as_datetime(right) if other is Date else right
        if (temporal.offset_at(first) is None) != (temporal.offset_at(second) is None):
            return None
        return _nanos(temporal.instant(first) - temporal.instant(second))
    return None


def _shift_months(point: Any, months: int) -> Date | DateTime | None:
    if type(point) is Date:
        return temporal.add_months(point, months)
    if type(point) is DateTime:
        date = temporal.add_months(point.date, months)
        return None if date is None else DateTime(date, replace(point.time, fold=0))
    return None


def _shift_nanos(point: Any, nanos: int, budget: Budget) -> Date | Time | DateTime | None:
    if type(point) is DateTime:
        budget.spend(20 if point.time.zone is not None else 4)
        return temporal.moment_at(temporal.instant(point) + nanos, point.time)
    if type(point) is Date:
        # A date plus hours stays a date: the day in which the sum lies, counted from its midnight.
        return temporal.date_from_days(point.days() + nanos // (DAY * NANOS))
    if type(point) is Time:
        seconds, nano = divmod(point.seconds() * NANOS + point.nano + nanos, NANOS)
        second = seconds % DAY
        return Time(second // 3600, second // 60 % 60, second % 60, nano, point.offset, point.zone)
    return None


def multiply(left: Any, right: Any, budget: Budget) -> Any:
    """Numbers, or a duration and a number in either order; else null."""
    kind, other = type(left), type(right)
    if other is not Decimal:
        left, right, kind, other = right, left, other, kind
    if other is not Decimal:
        return None
    if kind is Decimal:
        return _number(CONTEXT.multiply(left, right))
    if kind is YearsAndMonthsDuration:
        return _months(int(_whole(CONTEXT.multiply(Decimal(left.months), right))))
    if kind is DaysAndTimeDuration:
        return _nanos(_rounded(CONTEXT.multiply(Decimal(left.nanos), right)))
    return None


def divide(left: Any, right: Any, budget: Budget) -> Any:
    """Numbers, a duration by a number, or two durations of a kind; null by zero."""
    kind, other = type(left), type(right)
    if other is Decimal and right:
        if kind is Decimal:
            return _number(CONTEXT.divide(left, right))
        if kind is YearsAndMonthsDuration:
            return _months(int(_whole(CONTEXT.divide(Decimal(left.months), right))))
        if kind is DaysAndTimeDuration:
            return _nanos(_rounded(CONTEXT.divide(Decimal(left.nanos), right)))
    elif kind is other is YearsAndMonthsDuration and right.months:
        return _number(CONTEXT.divide(Decimal(left.months), Decimal(right.months)))
    elif kind is other is DaysAndTimeDuration and right.nanos:
        return _number(CONTEXT.divide(Decimal(left.nanos), Decimal(right.nanos)))
    return None


def _whole(months: Decimal) -> int:
    """Months without their fraction; beyond the cap where there are too many."""
    if not months.is_finite() or months.adjusted() > 20:
        return MAX_MONTHS + 1
    return int(months)


def power(left: Any, right: Any, budget: Budget) -> Any:
    """Numbers only. The result has 34 digits, so that no power is expensive."""
    if type(left) is Decimal and type(right) is Decimal:
        budget.spend(40)
        return _number(CONTEXT.power(left, right))
    return None


def negate(value: Any) -> Any:
    """The other sign of a number or duration; else null."""
    kind = type(value)
    if kind is Decimal:
        return CONTEXT.minus(value)
    if kind is YearsAndMonthsDuration:
        return YearsAndMonthsDuration(-value.months)
    if kind is DaysAndTimeDuration:
        return DaysAndTimeDuration(-value.nanos)
    return None


ARITHMETIC: Final[dict[str, Callable[[Any, Any, Budget], Any]]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}


def _weekday(date: Date) -> int:
    return (date.days() + 3) % 7 + 1  # 1970-01-01 was a Thursday; Monday is 1


def _offset(moment: DateTime) -> DaysAndTimeDuration | None:
    seconds = temporal.offset_at(moment)
    return None if seconds is None else DaysAndTimeDuration(seconds * NANOS)


def _time_offset(time: Time) -> DaysAndTimeDuration | None:
    seconds = temporal.time_offset(time)
    return None if seconds is None else DaysAndTimeDuration(seconds * NANOS)


def _part(total: int, unit: int, modulus: int | None = None) -> int:
    """How many whole units, with the sign of the total: the parts of -P1DT2H are -1 and -2."""
    count = abs(total) // unit
    count = count if modulus is None else count % modulus
    return -count if total < 0 else count


_DATE_PROPERTIES: Final[dict[str, Callable[[Date], Any]]] = {
    "year": lambda date: date.year,
    "month": lambda date: date.month,
    "day": lambda date: date.day,
    "weekday": _weekday,
}
_TIME_PROPERTIES: Final[dict[str, Callable[[Time], Any]]] = {
    "hour": lambda time: time.hour,
    "minute": lambda time: time.minute,
    "second": lambda time: time.second,
}
_DAYS_PROPERTIES: Final[dict[str, Callable[[int], int]]] = {
    "days": lambda nanos: _part(nanos, DAY * NANOS),
    "hours": lambda nanos: _part(nanos, 3600 * NANOS, 24),
    "minutes": lambda nanos: _part(nanos, 60 * NANOS, 60),
    "seconds": lambda nanos: _part(nanos, NANOS, 60),
}
_MIDNIGHT: Final = Time(0, 0, 0, offset=0)


def member(value: Any, name: str, budget: Budget) -> Any:
    """`value.name`: a context's entry, a property the standard defines, or null. Never a Python attribute."""
    kind = type(value)
    if kind is dict:
        return value.get(name)
    if kind is list:
        budget.spend(len(value))
        return [member(item, name, budget) for item in value]
    found: Any = None
    if kind is Date or kind is DateTime:
        date, time = (value, _MIDNIGHT) if kind is Date else (value.date, value.time)
        if name in _DATE_PROPERTIES:
            found = _DATE_PROPERTIES[name](date)
        elif name in _TIME_PROPERTIES:
            found = _TIME_PROPERTIES[name](time)
        elif name == "time offset":
            return _offset(DateTime(date, time))
        elif name == "timezone":
            return time.zone
    elif kind is Time:
        if name in _TIME_PROPERTIES:
            found = _TIME_PROPERTIES[name](value)
        elif name == "time offset":
            return _time_offset(value)
        elif name == "timezone":
            return value.zone
    elif kind is YearsAndMonthsDuration and name in ("years", "months"):
        found = _part(value.months, 12) if name == "years" else _part(value.months, 1, 12)
    elif kind is DaysAndTimeDuration and name in _DAYS_PROPERTIES:
        found = _DAYS_PROPERTIES[name](value.nanos)
    elif kind is Range:
        return _range_member(value, name)
    return None if found is None else Decimal(found)


def _range_member(value: Range, name: str) -> Any:
    match name:
        case "start":
            return value.start
        case "end":
            return value.end
        case "start included":
            return value.start_included
        case "end included":
            return value.end_included
    return None
