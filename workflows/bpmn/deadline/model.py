"""When a step is due and whoever has it is reminded, as frozen values that know their moments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, Protocol

MAX_WORKING_DAYS: Final = 260
MAX_AMOUNT: Final = 365
MAX_TIMES: Final = 30
MAX_REMINDERS: Final = 6
#: A day without an hour ends here, as a bare date does.
DAY_ENDS: Final = time(23, 59, 59)


class Unit(StrEnum):
    """What a reminder counts in, as the diagram writes it."""

    WORKING_DAYS = "workingDays"
    DAYS = "days"
    HOURS = "hours"


class WorkingDays(Protocol):
    """A calendar of working days."""

    def add(self, day: date, n: int, /) -> date:
        """The `n`-th working day after `day` (before it where `n` is negative), `day` itself where it is 0."""


class Weekdays:
    """The calendar of a house that has none of its own: Monday to Friday."""

    def add(self, day: date, n: int, /) -> date:
        """The `n`-th Monday to Friday after `day`; before it where `n` is negative."""
        step = timedelta(days=1 if n > 0 else -1)
        for _nth in range(abs(n)):
            day += step
            while day.weekday() > 4:
                day += step
        return day


@dataclass(frozen=True, slots=True)
class Deadline:
    """So many working days after the day the step was reached, which is not counted; `at` is the hour (``17:30``), "" the day's end."""

    working_days: int
    at: str = ""
    line: int = field(default=0, compare=False)

    def __str__(self) -> str:
        """``5 workingDays 17:30``, for comparing versions."""
        return " ".join(part for part in (f"{self.working_days} workingDays", self.at) if part)

    def after(self, began: datetime, calendar: WorkingDays) -> datetime:
        """The moment it falls on, for a step reached at `began`, in the zone of `began`."""
        day = calendar.add(began.date(), self.working_days)
        return datetime.combine(day, time.fromisoformat(self.at) if self.at else DAY_ENDS, tzinfo=began.tzinfo)


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder `amount` units before the due date (0: right then), or, where `times` is not 0, every `amount` units after it, so
    many times."""

    amount: int
    unit: Unit
    times: int = 0
    line: int = field(default=0, compare=False)

    def __str__(self) -> str:
        """``before 2 workingDays`` or ``every 1 days × 5``, for comparing versions."""
        return f"every {self.amount} {self.unit} × {self.times}" if self.times else f"before {self.amount} {self.unit}"

    def moments(self, due: datetime, calendar: WorkingDays) -> Iterator[datetime]:
        """When it comes, for what is due at `due`. Days keep the hour of the due date."""
        if not self.times:
            yield self._shifted(due, -self.amount, calendar)
        for nth in range(1, self.times + 1):
            yield self._shifted(due, nth * self.amount, calendar)

    def _shifted(self, due: datetime, by: int, calendar: WorkingDays) -> datetime:
        if self.unit is Unit.HOURS:
            return due + timedelta(hours=by)
        day = calendar.add(due.date(), by) if self.unit is Unit.WORKING_DAYS else due.date() + timedelta(days=by)
        return datetime.combine(day, due.timetz())


def schedule(reminders: Sequence[Reminder], due: datetime, began: datetime, calendar: WorkingDays) -> list[datetime]:
    """Every moment to remind at, in order, each once. What would come before the step was reached does not come at all."""
    found = {moment for one in reminders for moment in one.moments(due, calendar)}
    return sorted(moment for moment in found if moment > began)
