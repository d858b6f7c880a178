"""Dates, times and durations as FEEL means them (DMN 1.3, 10.3.2.3.4 to 10.3.2.3.8).

Inside an evaluation these types are used, since the standard's years run to ±999,999,999, its seconds to nanoseconds;
`outgoing` gives Python's own `date`, `time` and `datetime` wherever they can hold the value.
"""

from __future__ import annotations

import datetime as py
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

MAX_YEAR: Final = 999_999_999
NANOS: Final = 1_000_000_000
DAY: Final = 86_400
MAX_OFFSET: Final = 18 * 3600
MAX_MONTHS: Final = 12 * 2 * MAX_YEAR
MAX_DURATION: Final = 2 * MAX_YEAR * 366 * DAY * NANOS
# Zone rules repeat with the Gregorian calendar every 400 years; far years borrow those of a near one.
_CYCLE: Final = 400


@dataclass(frozen=True, slots=True)
class Date:
    """A day of the proleptic Gregorian calendar; use `date_of` to have it checked."""

    year: int
    month: int
    day: int

    def days(self) -> int:
        """Days since 1970-01-01, negative before it."""
        shifted, month = (self.year, self.month - 3) if self.month > 2 else (self.year - 1, self.month + 9)
        return (
            365 * shifted + shifted // 4 - shifted // 100 + shifted // 400 + (153 * month + 2) // 5 + self.day - 719_469
        )


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day: local, with `offset` (seconds east of UTC), or in a named `zone`.

    `fold` is 1 for the second passing of an hour that a zone's clocks go through twice, as Python means it, and 0
    everywhere else. Text has no word for it: such a moment is written with its offset.
    """

    hour: int
    minute: int
    second: int
    nano: int = 0
    offset: int | None = None
    zone: str | None = None
    fold: int = 0

    def seconds(self) -> int:
        return self.hour * 3600 + self.minute * 60 + self.second


@dataclass(frozen=True, slots=True)
class DateTime:
    """A date and a time of day; the time carries the offset or zone."""

    date: Date
    time: Time


@dataclass(frozen=True, slots=True, order=True)
class YearsAndMonthsDuration:
    """`P1Y2M`: whole months, negative for the past."""

    months: int

    def __str__(self) -> str:
        from .temporal_text import text_of

        return text_of(self)


@dataclass(frozen=True, slots=True, order=True)
class DaysAndTimeDuration:
    """`P1DT2H`: nanoseconds, negative for the past."""

    nanos: int

    def timedelta(self) -> py.timedelta:
        """The same as Python's type, rounded to microseconds. Raises `OverflowError` beyond some 2.7 million years."""
        return py.timedelta(microseconds=self.nanos // 1000)

    @classmethod
    def of(cls, delta: py.timedelta) -> DaysAndTimeDuration:
        return cls((delta.days * DAY + delta.seconds) * NANOS + delta.microseconds * 1000)

    def __str__(self) -> str:
        from .temporal_text import text_of

        return text_of(self)


Temporal = Date | Time | DateTime | YearsAndMonthsDuration | DaysAndTimeDuration
TEMPORAL_TYPES: Final = (Date, Time, DateTime, YearsAndMonthsDuration, DaysAndTimeDuration)


def leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_length(year: int, month: int) -> int:
    if month == 2:
        return 29 if leap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def date_of(year: int, month: int, day: int) -> Date | None:
    """The date, or None where there is no such day."""
    if abs(year) > MAX_YEAR or not 1 <= month <= 12 or not 1 <= day <= month_length(year, month):
        return None
    return Date(year, month, day)


def date_from_days(days: int) -> Date | None:
    """The date so many days after 1970-01-01, or None beyond the range of years."""
    era, day = divmod(days + 719_468, 146_097)
    year = (day - day // 1460 + day // 36_524 - day // 146_096) // 365
    day -= 365 * year + year // 4 - year // 100
    month = (5 * day + 2) // 153
    day -= (153 * month + 2) // 5
    return date_of(era * 400 + year + (month >= 10), month + 3 if month < 10 else month - 9, day + 1)


def time_of(hour: int, minute: int, second: int, nano: int, offset: int | None, zone: str | None) -> Time | None:
    """The time, or None where the clock has no such time, offset or zone."""
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60 and 0 <= nano < NANOS):
        return None
    if (offset is not None and abs(offset) > MAX_OFFSET) or (zone is not None and zone_of(zone) is None):
        return None
    return Time(hour, minute, second, nano, offset, zone)


@lru_cache(maxsize=700)
def zone_of(name: str) -> ZoneInfo | None:
    """The named zone of the IANA database, or None."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):  # ZoneInfoNotFoundError is a KeyError
        return None


def add_months(date: Date, months: int) -> Date | None:
    """The date so many months later; a day the month does not have becomes its last."""
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    return date_of(year, month + 1, min(date.day, month_length(year, month + 1)))


def offset_at(moment: DateTime) -> int | None:
    """Seconds east of UTC at that moment; None for a local time."""
    time = moment.time
    if time.zone is None:
        return time.offset
    zone, year = zone_of(time.zone), moment.date.year
    if zone is None:
        return None
    if not 1 < year < 9999:
        year = 2000 + year % _CYCLE
    day = moment.date
    near = py.datetime(year, day.month, day.day, time.hour, time.minute, time.second, tzinfo=zone, fold=time.fold)
    offset = near.utcoffset()
    return None if offset is None else offset.days * DAY + offset.seconds


def time_offset(time: Time) -> int | None:
    """The offset of a time without a date: a zone's is the one of 1970-01-01, so that the answer never changes."""
    return offset_at(DateTime(Date(1970, 1, 1), time))


def instant(moment: DateTime) -> int:
    """Nanoseconds since 1970-01-01T00:00:00Z; a local time counts as UTC."""
    seconds = moment.date.days() * DAY + moment.time.seconds() - (offset_at(moment) or 0)
    return seconds * NANOS + moment.time.nano


def moment_at(nanos: int, like: Time) -> DateTime | None:
    """The date and time at an instant, in the offset or zone of `like`."""
    shift, fold = like.offset or 0, 0
    if like.zone is not None:
        # The offset depends on the result: take it at the instant itself.
        utc = moment_at(nanos, Time(0, 0, 0, offset=0))
        zone = zone_of(like.zone)
        if utc is None or zone is None:
            return None
        year = utc.date.year if 1 < utc.date.year < 9999 else 2000 + utc.date.year % _CYCLE
        clock = py.datetime(
            year, utc.date.month, utc.date.day, utc.time.hour, utc.time.minute, utc.time.second, tzinfo=py.UTC
        )
        local = clock.astimezone(zone)
        fold, offset = local.fold, local.utcoffset() or py.timedelta()
        shift = offset.days * DAY + offset.seconds
    seconds, nano = divmod(nanos, NANOS)
    days, second = divmod(seconds + shift, DAY)
    date = date_from_days(days)
    if date is None:
        return None
    return DateTime(date, Time(second // 3600, second // 60 % 60, second % 60, nano, like.offset, like.zone, fold))


def as_datetime(date: Date) -> DateTime:
    """Midnight UTC of the date (DMN 1.3, table 44 note: a date becomes a date and time with UTC midnight)."""
    return DateTime(date, Time(0, 0, 0, offset=0))


# --- the border to Python ---------------------------------------------------------------------------------------------


def _zone_parts(info: py.tzinfo | None, offset: py.timedelta | None) -> tuple[int | None, str | None]:
    key = getattr(info, "key", None)
    if isinstance(key, str) and zone_of(key) is not None:
        return (0, None) if key == "UTC" else (None, key)
    return (None, None) if offset is None else (offset.days * DAY + offset.seconds, None)


def incoming(value: Any) -> Temporal | None:
    """Python's own date, time, datetime or timedelta as a FEEL value; None for anything else."""
    if isinstance(value, py.datetime):
        offset, zone = _zone_parts(value.tzinfo, value.utcoffset())
        # Outside a repeated hour Python takes either fold for the same moment: so that equals stay equal, 0.
        fold = int(
            zone is not None and value.utcoffset() != value.replace(fold=1 - value.fold).utcoffset() and value.fold
        )
        clock = Time(value.hour, value.minute, value.second, value.microsecond * 1000, offset, zone, fold)
        return DateTime(Date(value.year, value.month, value.day), clock)
    if isinstance(value, py.date):
        return Date(value.year, value.month, value.day)
    if isinstance(value, py.time):
        offset, zone = _zone_parts(value.tzinfo, value.utcoffset())
        return Time(value.hour, value.minute, value.second, value.microsecond * 1000, offset, zone)
    if isinstance(value, py.timedelta):
        return DaysAndTimeDuration.of(value)
    return None


def outgoing(value: Any) -> Any:
    """A FEEL date, time or date and time as Python's type where that holds it exactly; everything else as it is."""
    if type(value) is Date and 1 <= value.year <= 9999:
        return py.date(value.year, value.month, value.day)
    if type(value) is Time and value.nano % 1000 == 0:
        return py.time(value.hour, value.minute, value.second, value.nano // 1000, tzinfo=_tzinfo(value))
    if type(value) is DateTime and 1 <= value.date.year <= 9999 and value.time.nano % 1000 == 0:
        day, clock = value.date, value.time
        return py.datetime(
            *(day.year, day.month, day.day, clock.hour, clock.minute, clock.second, clock.nano // 1000),
            tzinfo=_tzinfo(clock),
            fold=clock.fold,
        )
    return value


def _tzinfo(time: Time) -> py.tzinfo | None:
    if time.zone is not None:
        return zone_of(time.zone)
    if time.offset is None:
        return None
    return py.timezone(py.timedelta(seconds=time.offset)) if time.offset else py.UTC
