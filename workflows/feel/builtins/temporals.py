"""Dates, times and durations (DMN 1.3, tables 72, 77 and 78)."""

from __future__ import annotations

import datetime as py
from decimal import Decimal
from typing import Any, Final

from .. import temporal
from ..decimals import whole
from ..temporal import NANOS, Date, DateTime, DaysAndTimeDuration, Time, YearsAndMonthsDuration
from ..temporal_text import parse_date, parse_datetime, parse_duration, parse_time
from ..values import Budget
from .registry import builtin

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@builtin("date", "from", cost=20)
def date(budget: Budget, value: Any) -> Date | None:
    """A date from text, from a date and time, or from a date."""
    if type(value) is str:
        return parse_date(value)
    if type(value) is DateTime:
        return value.date
    return value if type(value) is Date else None


@builtin("date", "year, month, day")
def date_of(budget: Budget, year: Any, month: Any, day: Any) -> Date | None:
    parts = (whole(year), whole(month), whole(day))
    if parts[0] is None or parts[1] is None or parts[2] is None:
        return None
    return temporal.date_of(parts[0], parts[1], parts[2])


@builtin("time", "from", cost=20)
def time(budget: Budget, value: Any) -> Time | None:
    """A time from text, from a date and time, from a time; a date's is midnight UTC."""
    if type(value) is str:
        return parse_time(value)
    if type(value) is DateTime:
        return value.time
    if type(value) is Date:
        return temporal.as_datetime(value).time
    return value if type(value) is Time else None


@builtin("time", "hour, minute, second, offset?")
def time_of(budget: Budget, hour: Any, minute: Any, second: Any, offset: Any) -> Time | None:
    hours, minutes, seconds = whole(hour), whole(minute), whole(second)
    if hours is None or minutes is None or seconds is None:
        return None
    shift: int | None = None
    if type(offset) is DaysAndTimeDuration:
        shift = offset.nanos // NANOS
    elif offset is not None:
        return None
    nano = int((second - seconds) * NANOS)
    return temporal.time_of(hours, minutes, seconds, nano, shift, None)


@builtin("date and time", "from", cost=20)
def date_and_time(budget: Budget, value: Any) -> DateTime | None:
    if type(value) is str:
        return parse_datetime(value)
    return value if type(value) is DateTime else None


@builtin("date and time", "date, time")
def date_and_time_of(budget: Budget, day: Any, clock: Any) -> DateTime | None:
    """The day of a date (or of a date and time) with a time."""
    if type(day) is DateTime:
        day = day.date
    return DateTime(day, clock) if type(day) is Date and type(clock) is Time else None


@builtin("duration", "from", cost=20)
def duration(budget: Budget, value: Any) -> YearsAndMonthsDuration | DaysAndTimeDuration | None:
    if type(value) is str:
        return parse_duration(value)
    return value if type(value) in (YearsAndMonthsDuration, DaysAndTimeDuration) else None


@builtin("years and months duration", "from, to")
def years_and_months_duration(budget: Budget, start: Any, end: Any) -> YearsAndMonthsDuration | None:
    """Whole months between two days, towards zero."""
    days = [value.date if type(value) is DateTime else value for value in (start, end)]
    if any(type(day) is not Date for day in days):
        return None
    first, last = days
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return YearsAndMonthsDuration(months)


@builtin("now", "")
def now(budget: Budget) -> Any:
    """The moment, in UTC. Flows that must be repeatable take the time from a variable instead."""
    return temporal.incoming(py.datetime.now(py.UTC))


@builtin("today", "")
def today(budget: Budget) -> Any:
    """The date of the machine's own zone."""
    return temporal.incoming(py.datetime.now().astimezone().date())


def _day(value: Any) -> Date | None:
    day = value.date if type(value) is DateTime else value
    return day if type(day) is Date else None


@builtin("day of year", "date")
def day_of_year(budget: Budget, value: Any) -> Decimal | None:
    day = _day(value)
    return None if day is None else Decimal(day.days() - Date(day.year, 1, 1).days() + 1)


@builtin("day of week", "date")
def day_of_week(budget: Budget, value: Any) -> str | None:
    day = _day(value)
    return None if day is None else _DAYS[(day.days() + 3) % 7]


@builtin("month of year", "date")
def month_of_year(budget: Budget, value: Any) -> str | None:
    day = _day(value)
    return None if day is None else _MONTHS[day.month - 1]


@builtin("week of year", "date")
def week_of_year(budget: Budget, value: Any) -> Decimal | None:
    """The week by ISO 8601: it belongs to the year of its Thursday."""
    day = _day(value)
    if day is None:
        return None
    thursday = day.days() - (day.days() + 3) % 7 + 3
    of = temporal.date_from_days(thursday)
    return None if of is None else Decimal((thursday - Date(of.year, 1, 1).days()) // 7 + 1)


@builtin("last day of month", "date")
def last_day_of_month(budget: Budget, value: Any) -> Date | None:
    day = _day(value)
    return None if day is None else Date(day.year, day.month, temporal.month_length(day.year, day.month))
