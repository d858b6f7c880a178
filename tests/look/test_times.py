"""Time as people say it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from permissions.look import day_words, due_words, took_words, when_words

HERE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 9, 9, 10, 30, tzinfo=HERE)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 9, 9, 8, 52, tzinfo=HERE), "今天 08:52"),
        (datetime(2026, 9, 8, 19, 20, tzinfo=HERE), "昨天 19:20"),
        (datetime(2026, 9, 10, 9, 0, tzinfo=HERE), "明天 09:00"),
        (datetime(2026, 9, 1, 17, 30, tzinfo=HERE), "9月1日 17:30"),
        (datetime(2025, 12, 31, 17, 30, tzinfo=HERE), "2025年12月31日 17:30"),
        (datetime(2026, 9, 8, 16, 30, tzinfo=ZoneInfo("UTC")), "今天 00:30"),
        (date(2026, 9, 9), "今天"),
        (date(2026, 8, 4), "8月4日"),
    ],
)
def test_a_moment_is_said_as_near_as_it_is(moment: datetime | date, words: str) -> None:
    assert when_words(moment, NOW) == words


def test_english_names_the_month() -> None:
    with translation.override("en"):
        assert day_words(date(2026, 8, 4), NOW.date()) == "4 Aug"
        assert day_words(date(2025, 8, 4), NOW.date()) == "4 Aug 2025"


@pytest.mark.parametrize(
    ("deadline", "kind", "sentence", "left"),
    [
        (datetime(2026, 9, 11, 17, 0, tzinfo=HERE), "", "9月11日 17:00 前，还有 2 天", "还有 2 天"),
        (datetime(2026, 9, 9, 17, 30, tzinfo=HERE), "warn", "今天 17:30 前", "今天到期"),
        (datetime(2026, 9, 8, 17, 30, tzinfo=HERE), "bad", "应于 9月8日 17:30 前，逾期 1 天", "逾期 1 天"),
        (datetime(2026, 9, 9, 8, 0, tzinfo=HERE), "bad", "应于 9月9日 08:00 前，逾期 2 小时", "逾期 2 小时"),
        (date(2026, 9, 14), "", "9月14日前，还有 5 天", "还有 5 天"),
        (date(2026, 9, 9), "warn", "今天内", "今天到期"),
        (date(2026, 9, 8), "bad", "应于 9月8日前，逾期 1 天", "逾期 1 天"),
    ],
)
def test_a_deadline_says_how_long(deadline: datetime | date, kind: str, sentence: str, left: str) -> None:
    due = due_words(deadline, NOW)
    assert (due.kind, due.sentence, due.left) == (kind, sentence, left)


def test_a_deadline_of_a_moment_ago_is_late_by_an_hour_not_by_none() -> None:
    assert due_words(NOW - timedelta(minutes=1), NOW).left == "逾期 1 小时"


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "1 分钟"), (40, "40 分钟"), (330, "5.5 小时"), (9.4 * 24 * 60, "9.4 天")]
)
def test_a_duration_is_said_in_the_unit_that_fits(minutes: float, words: str) -> None:
    assert took_words(timedelta(minutes=minutes)) == words
