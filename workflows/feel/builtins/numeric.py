"""Numbers: rounding, powers, logarithms, parity (DMN 1.3, table 75)."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)
from typing import Any, Final

from ..decimals import CONTEXT, finite, whole
from ..temporal import DaysAndTimeDuration, YearsAndMonthsDuration
from ..values import Budget
from .registry import builtin

MIN_SCALE: Final = -6111
MAX_SCALE: Final = 6176
# Room for any number of 34 digits moved to any scale; rounding itself needs no more.
_WIDE: Final = Context(prec=34 + 12_500, Emin=-20_000, Emax=20_000, traps=[])


def _round(number: Any, scale: Any, mode: str) -> Decimal | None:
    places = whole(scale)
    if type(number) is not Decimal or places is None or not MIN_SCALE <= places <= MAX_SCALE:
        return None
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent <= places:
        return number
    return finite(CONTEXT.plus(number.quantize(Decimal((0, (1,), -places)), rounding=mode, context=_WIDE)))


@builtin("decimal", "n, scale", cost=5)
def decimal(budget: Budget, n: Any, scale: Any) -> Decimal | None:
    return _round(n, scale, ROUND_HALF_EVEN)


@builtin("round up", "n, scale", cost=5)
def round_up(budget: Budget, n: Any, scale: Any) -> Decimal | None:
    return _round(n, scale, ROUND_UP)


@builtin("round down", "n, scale", cost=5)
def round_down(budget: Budget, n: Any, scale: Any) -> Decimal | None:
    return _round(n, scale, ROUND_DOWN)


@builtin("round half up", "n, scale", cost=5)
def round_half_up(budget: Budget, n: Any, scale: Any) -> Decimal | None:
    return _round(n, scale, ROUND_HALF_UP)


@builtin("round half down", "n, scale", cost=5)
def round_half_down(budget: Budget, n: Any, scale: Any) -> Decimal | None:
    return _round(n, scale, ROUND_HALF_DOWN)


@builtin("floor", "n", cost=5)
def floor(budget: Budget, n: Any) -> Decimal | None:
    return _round(n, Decimal(0), ROUND_FLOOR)


@builtin("floor", "n, scale", cost=5)
def floor_to(budget: Budget, n: Any, scale: Any) -> Decimal | None:
    return _round(n, scale, ROUND_FLOOR)


@builtin("ceiling", "n", cost=5)
def ceiling(budget: Budget, n: Any) -> Decimal | None:
    return _round(n, Decimal(0), ROUND_CEILING)


@builtin("ceiling", "n, scale", cost=5)
def ceiling_to(budget: Budget, n: Any, scale: Any) -> Decimal | None:
    return _round(n, scale, ROUND_CEILING)


@builtin("abs", "n")
def absolute(budget: Budget, n: Any) -> Any:
    """The absolute value of a number or a duration."""
    if type(n) is Decimal:
        return CONTEXT.abs(n)
    if type(n) is YearsAndMonthsDuration:
        return YearsAndMonthsDuration(abs(n.months))
    if type(n) is DaysAndTimeDuration:
        return DaysAndTimeDuration(abs(n.nanos))
    return None


@builtin("modulo", "dividend, divisor", cost=5)
def modulo(budget: Budget, dividend: Any, divisor: Any) -> Decimal | None:
    """The remainder with the divisor's sign: dividend - divisor * floor(dividend / divisor)."""
    if type(dividend) is not Decimal or type(divisor) is not Decimal or not divisor:
        return None
    if abs(dividend.adjusted()) > 400 or abs(divisor.adjusted()) > 400:
        return None  # the exact remainder of numbers so far apart would need thousands of digits
    remainder = _WIDE.remainder(dividend, divisor)
    if remainder and (remainder < 0) != (divisor < 0):
        remainder = _WIDE.add(remainder, divisor)
    return finite(CONTEXT.plus(remainder))


@builtin("sqrt", "number", cost=5)
def square_root(budget: Budget, number: Any) -> Decimal | None:
    return finite(CONTEXT.sqrt(number)) if type(number) is Decimal and number >= 0 else None


@builtin("log", "number", cost=40)
def logarithm(budget: Budget, number: Any) -> Decimal | None:
    """The natural logarithm."""
    return finite(CONTEXT.ln(number)) if type(number) is Decimal and number > 0 else None


@builtin("exp", "number", cost=40)
def exponential(budget: Budget, number: Any) -> Decimal | None:
    return finite(CONTEXT.exp(number)) if type(number) is Decimal else None


def _remainder_of_two(number: Any) -> int | None:
    if type(number) is not Decimal or number != number.to_integral_value():
        return None
    return 0 if number.adjusted() > 40 else int(number) % 2


@builtin("odd", "number")
def odd(budget: Budget, number: Any) -> bool | None:
    rest = _remainder_of_two(number)
    return None if rest is None else rest == 1


@builtin("even", "number")
def even(budget: Budget, number: Any) -> bool | None:
    rest = _remainder_of_two(number)
    return None if rest is None else rest == 0
