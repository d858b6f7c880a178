"""Moments, durations and cycles as timers and due dates give them (ISO 8601, and FEEL's temporal values)."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from workflows import feel
from workflows.cron import Cron, is_cron

from .errors import EngineError

_DURATION = re.compile(
    r"(?P<sign>-)?P(?!$)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?!$)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?",
    re.ASCII,
)
_CYCLE = re.compile(r"R(?P<times>\d*)/(?:(?P<start>[^/P][^/]*)/)?(?P<period>P[^/]+)", re.ASCII)


class Cycle(NamedTuple):
    """When something is due `first`, how many `times` in all (-1: without end) and with what period in between, an ISO
    8601 duration or a cron expression."""

    first: datetime
    period: str | None
    times: int


def deadline(value: Any, now: datetime) -> datetime | date:
    """Like :func:`moment`, but a bare date stays one: when in a day a task is due is the office's business."""
    if isinstance(value, str) and len(value.strip()) == 10:
        return date.fromisoformat(value.strip())
    return value if isinstance(value, date) and not isinstance(value, datetime) else moment(value, now)


def moment(value: Any, now: datetime) -> datetime:
    """The moment `value` means: a date and time, a date (its midnight), or a duration counted from `now`.

    Text is read as ISO 8601; what names no zone is in the zone of `now`. Raises ValueError or OverflowError.
    """
    if not isinstance(value, str | date):
        value = feel.evaluate("string(value)", {"value": value})  # FEEL's own temporal values are ISO 8601 as text
    if isinstance(value, str):
        text = value.strip()
        if text.startswith(("P", "-P")):
            return later(now, text)
        value = _read(text)
    if isinstance(value, datetime):
        return _fixed(value if value.tzinfo is not None else value.replace(tzinfo=now.tzinfo))
    if isinstance(value, date):
        return _fixed(datetime.combine(value, time(), tzinfo=now.tzinfo))
    raise ValueError(f"no moment: {value!r}")


def cycle(value: Any, now: datetime) -> Cycle:
    """An ISO 8601 repeating interval, ``R3/PT10M``, ``R/P1D``, ``R/2026-01-05T09:00:00/P7D``, or a cron expression,
    which has no end. Raises ValueError."""
    if isinstance(value, str) and is_cron(value.strip()):
        return Cycle(_fixed(Cron.parse(value).after(now)), value.strip(), -1)
    match = _CYCLE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"no repeating interval: {value!r}")
    times = int(match["times"]) if match["times"] else -1
    period = match["period"]
    after = later(now, period)
    if after <= now:
        raise ValueError(f"a period that does not go forward: {value!r}")
    return Cycle(moment(match["start"], now) if match["start"] else after, period, times)


def due(value: Any, kind: str | None, now: datetime, node: str) -> Cycle:
    """When a timer event is due: `kind` is ``date``, ``duration`` or ``cycle``. Raises EngineError
    ``bad_expression``."""
    try:
        return cycle(value, now) if kind == "cycle" else Cycle(moment(value, now), None, 1)
    except (ValueError, OverflowError) as problem:
        raise EngineError("bad_expression", node, value=repr(value)) from problem


def again(due: datetime, period: str, zone: tzinfo | None) -> datetime:
    """When a cycle that was `due` is due next; cron goes by the clock of `zone`. Raises ValueError, OverflowError."""
    return _fixed(Cron.parse(period).after(due, zone)) if is_cron(period) else later(due, period)


def later(start: datetime, duration: str) -> datetime:
    """`start` plus an ISO 8601 duration; months keep the day where the month has it. Raises ValueError,
    OverflowError."""
    match = _DURATION.fullmatch(duration)
    if match is None:
        raise ValueError(f"no duration: {duration!r}")
    start = _fixed(start)
    sign = -1 if match["sign"] else 1
    months = sign * (12 * int(match["years"] or 0) + int(match["months"] or 0))
    if months:
        year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
        month += 1
        if not 1 <= year <= 9999:
            raise OverflowError(duration)
        start = start.replace(year=year, month=month, day=min(start.day, monthrange(year, month)[1]))
    return start + sign * timedelta(
        weeks=int(match["weeks"] or 0),
        days=int(match["days"] or 0),
        hours=int(match["hours"] or 0),
        minutes=int(match["minutes"] or 0),
        seconds=float(match["seconds"] or 0),
    )


def _fixed(moment: datetime) -> datetime:
    """The same moment with its zone as a bare offset: that is all JSON keeps of it, and with a zone that has summer time
    24 hours would not be 24 hours."""
    offset = moment.utcoffset()
    return moment if offset is None else moment.replace(tzinfo=timezone(offset))


def _read(text: str) -> datetime | date:
    stamp, _, zone = text.partition("@")  # FEEL writes a named zone as 2026-01-05T09:00:00@Asia/Shanghai
    if len(stamp) == 10:
        return date.fromisoformat(stamp)
    found = datetime.fromisoformat(stamp)
    if not zone:
        return found
    try:
        return found.replace(tzinfo=ZoneInfo(zone))
    except (ZoneInfoNotFoundError, OSError) as problem:
        raise ValueError(f"no such zone: {zone}") from problem
