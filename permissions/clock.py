"""The time the product goes by. Runs of stored cases, the example and tests set it; everything else lets it be the real one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta

from django.utils import timezone

_set: ContextVar[datetime | None] = ContextVar("product_clock", default=None)


def now() -> datetime:
    """The current moment, aware, or the one a surrounding :func:`at` has set."""
    return _set.get() or timezone.now()


def today() -> date:
    """The day it is here, by the same clock: what terms are counted in."""
    return timezone.localdate(now())


def midnight_after(day: date) -> datetime:
    """The moment a day is over here, aware."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), datetime.min.time()))


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let it be `moment` inside the block."""
    token = _set.set(moment)
    try:
        yield
    finally:
        _set.reset(token)
