"""ISO 8601 in timers and due dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from workflows import feel
from workflows.engine.iso import Cycle, cycle, later, moment

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)
CHINA = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        ("PT90S", datetime(2026, 1, 31, 9, 1, 30, tzinfo=UTC)),
        ("PT0.5S", datetime(2026, 1, 31, 9, 0, 0, 500_000, tzinfo=UTC)),
        ("P1DT2H3M", datetime(2026, 2, 1, 11, 3, tzinfo=UTC)),
        ("P2W", datetime(2026, 2, 14, 9, tzinfo=UTC)),
        ("P1M", datetime(2026, 2, 28, 9, tzinfo=UTC)),
        ("P1Y1M", datetime(2027, 2, 28, 9, tzinfo=UTC)),
        ("-P2M", datetime(2025, 11, 30, 9, tzinfo=UTC)),
        ("P11M", datetime(2026, 12, 31, 9, tzinfo=UTC)),
    ],
)
def test_a_duration_is_added(duration: str, expected: datetime) -> None:
    assert later(NOW, duration) == expected


@pytest.mark.parametrize("duration", ["P", "PT", "P1H", "PT1D", "1D", "P1D ", "P-1D", "P1DT", "P１D"])
def test_what_is_no_duration_is_refused(duration: str) -> None:
    with pytest.raises(ValueError, match="no duration"):
        later(NOW, duration)


@pytest.mark.parametrize("duration", ["P9999Y", "-P9999Y", "P99999999999D"])
def test_a_duration_beyond_the_calendar_is_refused(duration: str) -> None:
    with pytest.raises(OverflowError):
        later(NOW, duration)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-02-03T04:05:06Z", datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)),
        ("2026-02-03T04:05:06+08:00", datetime(2026, 2, 3, 4, 5, 6, tzinfo=CHINA)),
        ("2026-02-03T04:05:06@Asia/Shanghai", datetime(2026, 2, 3, 4, 5, 6, tzinfo=ZoneInfo("Asia/Shanghai"))),
        ("2026-02-03T04:05", datetime(2026, 2, 3, 4, 5, tzinfo=UTC)),
        (" 2026-02-03 ", datetime(2026, 2, 3, tzinfo=UTC)),
        ("PT1H", NOW + timedelta(hours=1)),
        (date(2026, 2, 3), datetime(2026, 2, 3, tzinfo=UTC)),
        (datetime(2026, 2, 3, 4), datetime(2026, 2, 3, 4, tzinfo=UTC)),  # noqa: DTZ001  # a moment without a zone
    ],
)
def test_a_moment_is_read(value: object, expected: datetime) -> None:
    assert moment(value, NOW) == expected


@pytest.mark.parametrize("value", ["", "soon", "2026-13-01", "2026-02-03T04:05:06@Nowhere/Land", None, True, 5, []])
def test_what_is_no_moment_is_refused(value: object) -> None:
    with pytest.raises(ValueError):  # each reason has its own words
        moment(value, NOW)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("R3/PT1H", Cycle(NOW + timedelta(hours=1), "PT1H", 3)),
        ("R/P1D", Cycle(NOW + timedelta(days=1), "P1D", -1)),
        ("R2/2026-03-01T09:00:00Z/P7D", Cycle(datetime(2026, 3, 1, 9, tzinfo=UTC), "P7D", 2)),
        ("0 0 9 * * ?", Cycle(NOW + timedelta(days=1), "0 0 9 * * ?", -1)),
    ],
)
def test_a_cycle_is_read(value: str, expected: Cycle) -> None:
    assert cycle(value, NOW) == expected


@pytest.mark.parametrize("value", ["PT1H", "R3", "R3/", "R/PT0S", "R/-PT1H", "0 0 9 * *", None, 3])
def test_what_is_no_cycle_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        cycle(value, NOW)


def test_a_day_is_24_hours_across_a_change_to_summer_time() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    before = datetime(2026, 3, 28, 12, tzinfo=berlin)
    assert later(before, "P1D") - before.astimezone(UTC) == timedelta(hours=24)
    assert moment("2026-03-29", before).isoformat() == "2026-03-29T00:00:00+01:00"


def test_feels_own_durations_and_moments_are_read() -> None:
    for text in ("PT90M", "P1DT1H", "P14M", "-PT5S"):
        assert moment(feel.evaluate(f'duration("{text}")', {}), NOW) == later(NOW, text)
    assert moment(feel.evaluate('date and time("2026-02-03T04:05:06+08:00")', {}), NOW) == datetime(
        2026, 2, 3, 4, 5, 6, tzinfo=CHINA
    )
