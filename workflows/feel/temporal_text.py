"""Dates, times and durations from and to text (ISO 8601 as XML Schema restricts it, plus `@Zone/Name`)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from .temporal import (
    DAY,
    MAX_DURATION,
    MAX_MONTHS,
    NANOS,
    Date,
    DateTime,
    DaysAndTimeDuration,
    Temporal,
    Time,
    YearsAndMonthsDuration,
    date_from_days,
    date_of,
    offset_at,
    time_of,
)

_DATE: Final = re.compile(r"(-?(?:[1-9][0-9]{4,8}|[0-9]{4}))-([0-9]{2})-([0-9]{2})")
_TIME: Final = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,20}))?"
    r"(?:(?P<utc>[Zz])|(?P<sign>[+-])(?P<h>[0-9]{2}):(?P<m>[0-9]{2})(?::(?P<s>[0-9]{2}))?"
    r"|@(?P<zone>[A-Za-z_]+(?:[/A-Za-z0-9_+-]*[A-Za-z0-9])?))?"
)
_MONTHS: Final = re.compile(r"(-?)P(?=[0-9])(?:([0-9]{1,12})Y)?(?:([0-9]{1,12})M)?")
_DAYS: Final = re.compile(
    r"(-?)P(?=[0-9T])(?:([0-9]{1,12})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,14})H)?(?:([0-9]{1,16})M)?(?:([0-9]{1,18})(?:\.([0-9]{1,20}))?S)?)?"
)


def parse_temporal(text: str) -> Temporal | None:
    """Whatever of the five `text` is, or None."""
    if "P" in text[:2]:
        return parse_duration(text)
    if text[2:3] == ":":
        return parse_time(text)  # asked first: a zone such as GMT has a T as well
    if "T" in text:
        return parse_datetime(text)
    return parse_date(text)


def parse_date(text: str) -> Date | None:
    match = _DATE.fullmatch(text)
    return None if match is None else date_of(*map(int, match.groups()))


def parse_time(text: str) -> Time | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second = (int(match.group(number)) for number in (1, 2, 3))
    nano = int((match.group(4) or "").ljust(9, "0")[:9])
    offset = 0 if match["utc"] else None
    if match["sign"]:
        if int(match["m"]) > 59 or int(match["s"] or 0) > 59:
            return None
        offset = int(match["h"]) * 3600 + int(match["m"]) * 60 + int(match["s"] or 0)
        offset = -offset if match["sign"] == "-" else offset
    if (hour, minute, second, nano) == (24, 0, 0, 0):
        hour = 0  # ISO's other name of midnight
    return time_of(hour, minute, second, nano, offset, match["zone"])


def parse_datetime(text: str) -> DateTime | None:
    """A date and time; a date alone means its (local) midnight."""
    day, mark, clock = text.partition("T")
    date = parse_date(day)
    time = parse_time(clock) if mark else Time(0, 0, 0)
    if date is None or time is None:
        return None
    if clock.startswith("24"):
        following = date_from_days(date.days() + 1)
        return None if following is None else DateTime(following, time)
    return DateTime(date, time)


def parse_duration(text: str) -> YearsAndMonthsDuration | DaysAndTimeDuration | None:
    match = _MONTHS.fullmatch(text)
    if match is not None:
        months = int(match.group(2) or 0) * 12 + int(match.group(3) or 0)
        return None if months > MAX_MONTHS else YearsAndMonthsDuration(-months if match.group(1) else months)
    match = _DAYS.fullmatch(text)
    if match is None:
        return None
    days, hours, minutes, seconds = (int(match.group(number) or 0) for number in (2, 3, 4, 5))
    nanos = int((match.group(6) or "").ljust(9, "0")[:9])
    nanos += (days * DAY + hours * 3600 + minutes * 60 + seconds) * NANOS
    return None if nanos > MAX_DURATION else DaysAndTimeDuration(-nanos if match.group(1) else nanos)


def text_of(value: Temporal) -> str:
    """The text that `parse_temporal` reads back."""
    match value:
        case Date():
            return f"{'-' if value.year < 0 else ''}{abs(value.year):04}-{value.month:02}-{value.day:02}"
        case Time():
            return f"{value.hour:02}:{value.minute:02}:{value.second:02}{_fraction(value.nano)}{_zone(value)}"
        case DateTime():
            time = value.time
            if time.fold:
                time = replace(time, offset=offset_at(value), zone=None, fold=0)
            return f"{text_of(value.date)}T{text_of(time)}"
        case YearsAndMonthsDuration():
            years, months = divmod(abs(value.months), 12)
            parts = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
            return ("-" if value.months < 0 else "") + "P" + (parts or "0M")
    seconds, nano = divmod(abs(value.nanos), NANOS)
    days, seconds = divmod(seconds, DAY)
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{seconds}{_fraction(nano)}S" if seconds or nano else ""
    parts = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return ("-" if value.nanos < 0 else "") + "P" + (parts or "T0S")


def _fraction(nano: int) -> str:
    return f".{nano:09}".rstrip("0") if nano else ""


def _zone(time: Time) -> str:
    if time.zone is not None:
        return f"@{time.zone}"
    if time.offset is None:
        return ""
    if time.offset == 0:
        return "Z"
    hours, minutes, seconds = abs(time.offset) // 3600, abs(time.offset) // 60 % 60, abs(time.offset) % 60
    return f"{'-' if time.offset < 0 else '+'}{hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds else "")
