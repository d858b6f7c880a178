"""Lists of numbers and of truth values: sums, averages, all, any (DMN 1.3, tables 74 and 76)."""

from __future__ import annotations

from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from ..decimals import CONTEXT, finite
from ..operators import add
from ..temporal import DaysAndTimeDuration, YearsAndMonthsDuration
from ..values import Budget, compare, equal
from .registry import builtin


def _numbers(budget: Budget, values: Any) -> list[Decimal] | None:
    """The list where it holds numbers only; None otherwise, also for null."""
    if type(values) is not list or any(type(value) is not Decimal for value in values):
        return None
    budget.spend(len(values))
    return values


@builtin("not", "negand")
def negation(budget: Budget, negand: Any) -> bool | None:
    return not negand if isinstance(negand, bool) else None


@builtin("is", "value1, value2")
def identical(budget: Budget, value1: Any, value2: Any) -> bool | None:
    """Whether two values are the same to the last detail: 10:00Z is not 10:00+00:00@Etc/UTC."""
    if type(value1) is not type(value2):
        return False
    if type(value1) in (list, dict):
        return equal(value1, value2, budget) is True
    return bool(value1 == value2)


def _all_or_any(budget: Budget, values: Any, decisive: bool) -> bool | None:
    if type(values) is not list:
        return None
    budget.spend(len(values))
    if any(value is decisive for value in values):
        return decisive
    return None if any(not isinstance(value, bool) for value in values) else not decisive


@builtin("all", "list*")
def all_true(budget: Budget, values: Any) -> bool | None:
    return _all_or_any(budget, values, False)


@builtin("any", "list*")
def any_true(budget: Budget, values: Any) -> bool | None:
    return _all_or_any(budget, values, True)


@builtin("count", "list")
def count(budget: Budget, values: Any) -> Decimal | None:
    if values is None:
        return None
    return Decimal(len(values)) if type(values) is list else Decimal(1)


def _extreme(budget: Budget, values: Any, sign: int) -> Any:
    if type(values) is not list or not values:
        return None
    budget.spend(len(values))
    best = values[0]
    if compare(best, best) is None:
        return None
    for value in values[1:]:
        order = compare(value, best)
        if order is None:
            return None
        if order == sign:
            best = value
    return best


@builtin("min", "list*")
def minimum(budget: Budget, values: Any) -> Any:
    return _extreme(budget, values, -1)


@builtin("max", "list*")
def maximum(budget: Budget, values: Any) -> Any:
    return _extreme(budget, values, 1)


@builtin("sum", "list*")
def total(budget: Budget, values: Any) -> Any:
    """The sum of numbers or of durations of one kind; null for an empty list."""
    if type(values) is not list or not values:
        return None
    budget.spend(len(values))
    if type(values[0]) not in (Decimal, YearsAndMonthsDuration, DaysAndTimeDuration):
        return None
    result = values[0]
    for value in values[1:]:
        if type(value) is not type(values[0]):
            return None
        result = add(result, value, budget)
    return result


@builtin("mean", "list*")
def mean(budget: Budget, values: Any) -> Decimal | None:
    numbers = _numbers(budget, values)
    result = total(budget, numbers)
    return finite(CONTEXT.divide(result, Decimal(len(numbers)))) if numbers and result is not None else None


@builtin("product", "list*")
def product(budget: Budget, values: Any) -> Decimal | None:
    numbers = _numbers(budget, values)
    if not numbers:
        return None
    result = numbers[0]
    for number in numbers[1:]:
        result = CONTEXT.multiply(result, number)
    return finite(result)


@builtin("median", "list*")
def median(budget: Budget, values: Any) -> Decimal | None:
    numbers = sorted(_numbers(budget, values) or [])
    if not numbers:
        return None
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return finite(CONTEXT.divide(CONTEXT.add(numbers[middle - 1], numbers[middle]), Decimal(2)))


@builtin("stddev", "list*")
def standard_deviation(budget: Budget, values: Any) -> Decimal | None:
    """The standard deviation of a sample (divided by n - 1); null for fewer than two numbers."""
    numbers = _numbers(budget, values)
    average = mean(budget, numbers)
    if numbers is None or len(numbers) < 2 or average is None:
        return None
    squares = Decimal(0)
    for number in numbers:
        distance = CONTEXT.subtract(number, average)
        squares = CONTEXT.add(squares, CONTEXT.multiply(distance, distance))
    return finite(CONTEXT.sqrt(CONTEXT.divide(squares, Decimal(len(numbers) - 1))))


@builtin("mode", "list*")
def mode(budget: Budget, values: Any) -> list[Decimal] | None:
    """The most frequent numbers, in ascending order."""
    numbers = _numbers(budget, values)
    if numbers is None:
        return None
    counts: dict[Decimal, int] = {}
    for number in numbers:
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(number for number, times in counts.items() if times == most)


def sorted_by_order(budget: Budget, values: list[Any]) -> list[Any] | None:
    """Values in ascending order; None where two of them have no order."""
    if any(compare(value, values[0]) is None for value in values):
        return None
    budget.spend(len(values) * 4)
    return sorted(values, key=cmp_to_key(lambda one, other: compare(one, other) or 0))
