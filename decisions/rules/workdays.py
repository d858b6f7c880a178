"""Working days: Monday to Friday, but for public holidays and the weekends worked in their place (调休).

Periods are counted as the law counts them: the day a period begins on is not counted, the next day is the first
(民法典 art. 201); only working days count where the law says so (国务院令713号 art. 26, 32).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

_WEEK = 7
_WORKED = 5
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked. ``exceptions`` maps a day to whether it is worked, whatever day of the week it is."""

    exceptions: Mapping[date, bool] = field(default_factory=dict)
    _added: tuple[date, ...] = field(init=False, repr=False, compare=False)
    _taken: tuple[date, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_added", tuple(sorted(d for d, on in self.exceptions.items() if on and _weekend(d))))
        taken = (d for d, on in self.exceptions.items() if not on and not _weekend(d))
        object.__setattr__(self, "_taken", tuple(sorted(taken)))

    def is_working(self, day: date) -> bool:
        """Whether an office works on `day`."""
        return self.exceptions.get(day, not _weekend(day))

    def add(self, day: date, n: int) -> date:
        """The `n`-th working day after `day`; before it where `n` is negative, `day` itself where it is 0.

        Raises ``OverflowError`` past the years Python counts.
        """
        if n == 0:
            return day
        # The count only grows with the distance from `day`: double a span that holds too few, then halve it.
        forward = n > 0
        near, far = 0, abs(n)
        while self._passed(day, far, forward) < abs(n):
            near, far = far, far * 2
        while far - near > 1:
            middle = (near + far) // 2
            near, far = (near, middle) if self._passed(day, middle, forward) >= abs(n) else (middle, far)
        return day + _DAY * far * (1 if forward else -1)

    def between(self, a: date, b: date) -> int:
        """How many working days come after `a` up to and with `b`; negative where `b` is the earlier one."""
        return self._inside(a, b) if a <= b else -self._inside(b, a)

    def _passed(self, day: date, days: int, forward: bool) -> int:
        """Working days among the `days` days right after `day`, or right before it."""
        if forward:
            return self._inside(day, day + _DAY * days)
        return self._inside(day - _DAY * (days + 1), day - _DAY)

    def _inside(self, a: date, b: date) -> int:
        """Working days of the half-open span (`a`, `b`], `a` not after `b`."""
        plain = _weekdays(b.toordinal()) - _weekdays(a.toordinal())
        return plain + _count(self._added, a, b) - _count(self._taken, a, b)


def _weekend(day: date) -> bool:
    return day.weekday() >= _WORKED


def _weekdays(ordinal: int) -> int:
    """Mondays to Fridays from 1 January of the year 1, which was a Monday, to the day of this ordinal."""
    weeks, rest = divmod(ordinal, _WEEK)
    return weeks * _WORKED + min(rest, _WORKED)


def _count(days: tuple[date, ...], a: date, b: date) -> int:
    return bisect_right(days, b) - bisect_right(days, a) if days else 0
