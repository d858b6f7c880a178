"""Cron expressions as timers have them: ``second minute hour day-of-month month day-of-week``, as Zeebe and Quartz write
them.

A day of the week is a name (``MON``): its numbers mean different days to different engines. Pure: no clock, no Django.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

_DAYS: Final = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_MACROS: Final = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * SUN",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
_PART: Final = re.compile(r"(?P<first>\*|\w{1,3})(?:-(?P<last>\w{1,3}))?(?:/(?P<step>\d{1,2}))?", re.ASCII)
_LAST_DAY: Final = re.compile(r"L(?:-(?P<before>\d{1,2}))?", re.ASCII)
_NTH_DAY: Final = re.compile(r"(?P<day>[A-Z]{3})(?:#(?P<nth>[1-5])|(?P<last>L))", re.ASCII)
_LONGEST_WAIT: Final = timedelta(days=366 * 41)
"""29 February on a given day of the week comes every 28 years, and once after 40 (1896 to 1936, 2096 to 2136)."""


class CronError(ValueError):
    """The text is no cron expression, or no day ever fits it."""


class WeekdayNumber(CronError):
    """A day of the week is given by its number."""


@dataclass(frozen=True, slots=True)
class Cron:
    """A parsed expression.

    `hours`, `minutes` and `seconds` rise; `days` the days of the month, of which those below 1 count from the end (0
    is the last); `weekdays` pairs of the day, Monday being 0, and which one of the month it must be: 0 any, -1 the last.
    """

    hours: tuple[int, ...]
    minutes: tuple[int, ...]
    seconds: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[tuple[int, int]]

    @classmethod
    def parse(cls, text: str) -> Cron:
        """Read an expression of six fields, or a macro such as ``@daily``. Raises CronError, WeekdayNumber."""
        fields = _MACROS.get(text.strip().lower(), text).upper().split()
        if len(fields) != 6:
            raise CronError(text)
        second, minute, hour, day, month, weekday = fields
        return cls(
            _numbers(hour, 0, 23),
            _numbers(minute, 0, 59),
            _numbers(second, 0, 59),
            _month_days(day),
            frozenset(_numbers(month, 1, 12, _MONTHS)),
            _weekdays(weekday),
        )

    def after(self, moment: datetime, zone: tzinfo | None = None) -> datetime:
        """The first moment after `moment` that fits, by the clock of `zone` (else that of `moment`). Raises CronError where
        none comes."""
        here = moment if zone is None else moment.astimezone(zone)
        day = here.date()
        end = day + min(_LONGEST_WAIT, date.max - day)
        begin: time | None = here.time()
        while day < end:
            at = self._time_after(begin) if self._fits(day) else None
            if at is not None:
                return datetime.combine(day, at, tzinfo=here.tzinfo)
            day += timedelta(days=1)
            begin = None
        raise CronError("no day fits")

    def _time_after(self, begin: time | None) -> time | None:
        for hour in self.hours:
            if begin is not None and hour < begin.hour:
                continue
            for minute in self.minutes:
                if begin is not None and (hour, minute) < (begin.hour, begin.minute):
                    continue
                for second in self.seconds:
                    at = time(hour, minute, second)
                    if begin is None or at > begin:
                        return at
        return None

    def _fits(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        length = monthrange(day.year, day.month)[1]
        if day.day not in self.days and day.day - length not in self.days:
            return False
        nth = (day.day + 6) // 7
        last = -1 if day.day + 7 > length else nth
        return any((day.weekday(), which) in self.weekdays for which in (0, nth, last))


def is_cron(text: str) -> bool:
    """Whether the text has the look of a cron expression, right or wrong."""
    fields = text.split()
    return text.startswith("@") or (len(fields) in (5, 6, 7) and re.fullmatch(r"[\d*][\w*/?,#\s-]+", text) is not None)


def _month_days(field: str) -> frozenset[int]:
    found: set[int] = set()
    for part in field.split(","):
        match = _LAST_DAY.fullmatch(part)
        found |= {-int(match["before"] or 0)} if match else set(_numbers("*" if part == "?" else part, 1, 31))
    return frozenset(found)


def _weekdays(field: str) -> frozenset[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    for part in field.split(","):
        if re.match(r"\d", part):
            raise WeekdayNumber(field)
        match = _NTH_DAY.fullmatch(part)
        if match is None:
            found |= {(day, 0) for day in _numbers("*" if part == "?" else part, 0, 6, _DAYS)}
        elif match["day"] in _DAYS:
            found.add((_DAYS.index(match["day"]), int(match["nth"] or -1)))
        else:
            raise CronError(field)
    return frozenset(found)


def _numbers(field: str, least: int, most: int, names: tuple[str, ...] = ()) -> tuple[int, ...]:
    """The values a field allows: ``*``, ``3``, ``1-5``, ``*/10``, ``8-18/2``, names, and lists of these."""
    found: set[int] = set()
    for part in field.split(","):
        match = _PART.fullmatch(part)
        if match is None or (match["first"] == "*" and match["last"]):
            raise CronError(field)
        step = int(match["step"]) if match["step"] else 0
        if match["first"] == "*":
            first, last = least, most
        else:
            first = _number(match["first"], least, names)
            last = _number(match["last"], least, names) if match["last"] else (most if match["step"] else first)
        if not least <= first <= last <= most or (match["step"] and not step):
            raise CronError(field)
        found.update(range(first, last + 1, step or 1))
    return tuple(sorted(found))


def _number(text: str, least: int, names: tuple[str, ...]) -> int:
    if text in names:
        return names.index(text) + least
    if not text.isdecimal():
        raise CronError(text)
    return int(text)
