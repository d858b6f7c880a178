"""Working days: weeks, public holidays, weekends worked in their place; against counting day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.rules import holidays
from decisions.rules.workdays import Calendar

SHIPPED = Calendar(holidays.exceptions())
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Any mixture of days off and days worked, also such as say only what their weekday says anyway."""
    return Calendar(draw(st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 4, 30)), st.booleans(), max_size=60)))


def counted(calendar: Calendar, a: date, b: date) -> int:
    """Day by day: the working days after `a` up to and with `b`."""
    return sum(calendar.is_working(a + timedelta(days=n)) for n in range(1, (b - a).days + 1))


def walked(calendar: Calendar, day: date, n: int) -> date:
    """Day by day: one working day after the other."""
    left, step = abs(n), timedelta(days=1 if n > 0 else -1)
    while left:
        day += step
        left -= calendar.is_working(day)
    return day


@given(calendars(), st.dates(date(2025, 12, 1), date(2026, 6, 1)), st.integers(-90, 90))
def test_adding_is_walking(calendar: Calendar, day: date, n: int) -> None:
    assert calendar.add(day, n) == walked(calendar, day, n)


@given(calendars(), st.dates(date(2025, 12, 1), date(2026, 6, 1)), st.integers(0, 200))
def test_the_days_between_are_the_days_counted(calendar: Calendar, day: date, span: int) -> None:
    end = day + timedelta(days=span)
    assert calendar.between(day, end) == counted(calendar, day, end)
    assert calendar.between(end, day) == -calendar.between(day, end)


@given(DAYS, st.integers(0, 60))
def test_what_was_added_lies_between(day: date, n: int) -> None:
    assert SHIPPED.between(day, SHIPPED.add(day, n)) == n


@given(DAYS, st.integers(1, 60))
def test_an_added_period_ends_on_a_working_day(day: date, n: int) -> None:
    assert SHIPPED.is_working(SHIPPED.add(day, n))
    assert SHIPPED.is_working(SHIPPED.add(day, -n))


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        # An ordinary fortnight: Monday 9 November is not counted.
        (date(2026, 11, 9), date(2026, 11, 18)),
        # Over National Day: 1–7 October off, Saturday the 10th worked.
        (date(2026, 9, 29), date(2026, 10, 14)),
        # Over Spring Festival: 15–23 February off, Saturdays 14 and 28 worked.
        (date(2026, 2, 13), date(2026, 3, 2)),
    ],
)
def test_r5_seven_working_days_are_counted_over_the_holidays_as_announced(asked: date, due: date) -> None:
    assert SHIPPED.add(asked, 7) == due
    assert SHIPPED.between(asked, due) == 7


@pytest.mark.parametrize(("year", "off", "worked"), [(2025, 28, 5), (2026, 33, 6)])
def test_the_announced_years_have_their_days(year: int, off: int, worked: int) -> None:
    days = [(day, working) for day, working, _name in holidays.named() if day.year == year]
    assert sum(not working for _day, working in days) == off
    assert sum(working for _day, working in days) == worked
    assert all(day.weekday() >= 5 for day, working in days if working)
    assert holidays.SHIPPED[year].source


def test_a_year_without_an_announcement_has_the_days_of_the_law_and_says_so() -> None:
    assert not holidays.SHIPPED[2027].source
    assert not SHIPPED.is_working(date(2027, 2, 8))
    assert not holidays.SHIPPED[2027].worked


def test_a_date_beyond_the_years_is_refused() -> None:
    with pytest.raises(OverflowError):
        SHIPPED.add(date(9999, 12, 1), 400)
