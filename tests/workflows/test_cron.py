"""Cron expressions of timers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.cron import Cron, CronError, WeekdayNumber, is_cron

NOW = datetime(2026, 1, 5, 9, 0, 30, tzinfo=UTC)  # a Monday


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 0 9 * * *", "2026-01-06 09:00:00"),
        ("0 */15 * * * *", "2026-01-05 09:15:00"),
        ("30 0 9 ? * MON", "2026-01-12 09:00:30"),
        ("0 0 8-18/2 * * MON-FRI", "2026-01-05 10:00:00"),
        ("0 30 8,17 * * SAT,SUN", "2026-01-10 08:30:00"),
        ("0 0 0 L * *", "2026-01-31 00:00:00"),
        ("0 0 0 L-2 FEB ?", "2026-02-26 00:00:00"),
        ("0 0 9 ? * MON#1", "2026-02-02 09:00:00"),
        ("0 0 9 ? * FRIL", "2026-01-30 09:00:00"),
        ("0 0 12 29 2 ?", "2028-02-29 12:00:00"),
        ("0 0 0 1 JAN,JUL ?", "2026-07-01 00:00:00"),
        ("0 5/20 9 * * *", "2026-01-05 09:05:00"),
        ("@daily", "2026-01-06 00:00:00"),
        ("@weekly", "2026-01-11 00:00:00"),
    ],
)
def test_the_next_time_is_the_first_that_fits(text: str, expected: str) -> None:
    assert Cron.parse(text).after(NOW) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "", "* * * * *", "60 * * * * *", "* * 24 * * *", "* * * 0 * *", "* * * * 13 *", "* * * * * XYZ", "*/0 * * * * *",
        "5-1 * * * * *", "* * * * * MON#6", "a * * * * *", "*-5 * * * * *", "@sometimes", "0 0 0 32 * *", "* * * * * XYZ#1",
    ],
)  # fmt: skip
def test_what_is_no_cron_expression_is_refused(text: str) -> None:
    with pytest.raises(CronError):
        Cron.parse(text)


def test_a_day_of_the_week_is_not_guessed_from_a_number() -> None:
    with pytest.raises(WeekdayNumber):
        Cron.parse("0 0 9 * * 1")


def test_a_day_that_never_comes_is_refused_in_bounded_time() -> None:
    with pytest.raises(CronError):
        Cron.parse("0 0 0 30 2 ?").after(NOW)


def test_the_clock_is_that_of_the_place() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    assert Cron.parse("0 0 9 * * *").after(NOW, shanghai) == datetime(2026, 1, 6, 1, tzinfo=UTC)


def test_what_looks_like_cron_is_told_from_other_texts() -> None:
    assert [is_cron(text) for text in ("0 0 9 * * MON", "@daily", "* * * * *", "R/P1D", "if a then b else c", "a + b * c")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip


NUMBERS = st.lists(st.integers(0, 23), min_size=1, max_size=3)


@given(NUMBERS, NUMBERS, st.sets(st.integers(1, 28), min_size=1, max_size=4), st.integers(0, 10_000_000))
def test_no_moment_between_fits(hours: list[int], minutes: list[int], days: set[int], ahead: int) -> None:
    cron = Cron.parse(f"0 {_list(minutes)} {_list(hours)} {_list(days)} * *")
    begin = NOW + timedelta(seconds=ahead)
    found = cron.after(begin)
    assert found > begin
    assert (found.hour in hours, found.minute in minutes, found.day in days, found.second) == (True, True, True, 0)
    moment = begin.replace(second=0) + timedelta(minutes=1)
    while moment < min(found, begin + timedelta(days=2)):
        assert not (moment.hour in hours and moment.minute in minutes and moment.day in days)
        moment += timedelta(minutes=1)


def _list(numbers: list[int] | set[int]) -> str:
    return ",".join(map(str, numbers))
