"""The public holidays and make-up working days of the People's Republic of China, as the State Council announced them.

Each autumn the General Office of the State Council announces the next year's (国务院办公厅关于…年部分节假日安排的通知).
A year that is not announced yet has only the days the law itself names (全国年节及纪念日放假办法, 2025), those on a
weekend made up for on the next working days (its art. 6); which days are moved further nobody can know. Whoever keeps
the calendar adds a year on its page, without a new release.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Year:
    """One year's exceptions. ``off``: (name, first day, last day), weekends within included; ``worked``: weekends worked.

    ``source`` names the announcement; empty where there is none yet and ``off`` holds the days of the law alone.
    """

    off: tuple[tuple[str, date, date], ...]
    worked: tuple[date, ...] = ()
    source: str = ""


SHIPPED: Mapping[int, Year] = {
    2025: Year(
        off=(
            ("元旦", date(2025, 1, 1), date(2025, 1, 1)),
            ("春节", date(2025, 1, 28), date(2025, 2, 4)),
            ("清明节", date(2025, 4, 4), date(2025, 4, 6)),
            ("劳动节", date(2025, 5, 1), date(2025, 5, 5)),
            ("端午节", date(2025, 5, 31), date(2025, 6, 2)),
            ("国庆节、中秋节", date(2025, 10, 1), date(2025, 10, 8)),
        ),
        worked=(date(2025, 1, 26), date(2025, 2, 8), date(2025, 4, 27), date(2025, 9, 28), date(2025, 10, 11)),
        source="国务院办公厅关于2025年部分节假日安排的通知（2024年11月12日）",
    ),
    2026: Year(
        off=(
            ("元旦", date(2026, 1, 1), date(2026, 1, 3)),
            ("春节", date(2026, 2, 15), date(2026, 2, 23)),
            ("清明节", date(2026, 4, 4), date(2026, 4, 6)),
            ("劳动节", date(2026, 5, 1), date(2026, 5, 5)),
            ("端午节", date(2026, 6, 19), date(2026, 6, 21)),
            ("中秋节", date(2026, 9, 25), date(2026, 9, 27)),
            ("国庆节", date(2026, 10, 1), date(2026, 10, 7)),
        ),
        worked=(
            date(2026, 1, 4),
            date(2026, 2, 14),
            date(2026, 2, 28),
            date(2026, 5, 9),
            date(2026, 9, 20),
            date(2026, 10, 10),
        ),
        source="国务院办公厅关于2026年部分节假日安排的通知（2025年11月4日）",
    ),
    2027: Year(
        off=(
            ("元旦", date(2027, 1, 1), date(2027, 1, 1)),
            ("春节", date(2027, 2, 5), date(2027, 2, 10)),
            ("清明节", date(2027, 4, 5), date(2027, 4, 5)),
            ("劳动节", date(2027, 5, 1), date(2027, 5, 4)),
            ("端午节", date(2027, 6, 9), date(2027, 6, 9)),
            ("中秋节", date(2027, 9, 15), date(2027, 9, 15)),
            ("国庆节", date(2027, 10, 1), date(2027, 10, 5)),
        )
    ),
}


def exceptions() -> dict[date, bool]:
    """Every shipped day that differs from its weekday's custom, or has a name: day → whether it is worked."""
    return {day: working for day, working, _name in named()}


def named() -> Iterator[tuple[date, bool, str]]:
    """The shipped days in no particular order: day, whether it is worked, the holiday's name (empty for a make-up day)."""
    for year in SHIPPED.values():
        for name, first, last in year.off:
            for offset in range((last - first).days + 1):
                yield first + timedelta(days=offset), False, name
        for day in year.worked:
            yield day, True, ""
