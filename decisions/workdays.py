"""Working days as this office counts them: the calendar that ships, and what was entered over it."""

from datetime import date

from decisions.models import CalendarDay, CalendarYear
from decisions.rules import holidays
from decisions.rules.workdays import Calendar


def calendar() -> Calendar:
    """The days of today's calendar, in one query."""
    entered = dict(CalendarDay.objects.values_list("day", "working"))
    return Calendar(holidays.exceptions() | entered)


def add_working_days(day: date, n: int) -> date:
    """The `n`-th working day after `day`, which itself is not counted (民法典 art. 201); before it where `n` is negative."""
    return calendar().add(day, n)


def working_days_between(a: date, b: date) -> int:
    """How many working days come after `a` up to and with `b`; negative where `b` is the earlier one."""
    return calendar().between(a, b)


def announced(year: int) -> str:
    """The announcement the holidays of `year` come from; empty while there is none, and only the law's own days count."""
    entered = CalendarYear.objects.filter(year=year).values_list("source", flat=True).first()
    shipped = holidays.SHIPPED.get(year)
    return entered or (shipped.source if shipped else "")
