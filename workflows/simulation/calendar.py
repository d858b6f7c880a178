"""Working hours that come again every week, as one axis of time at work and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

DAY: Final = 86_400
WEEK: Final = 7 * DAY


class Hours:
    """When people are at work: spans of seconds from Monday, midnight, in a week that comes again.

    `worked(t)` is the time at work before the moment `t`; `after(t, work)` the moment at which somebody who begins at `t`, or as soon
    after as they are there, has worked so long.
    """

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        """Raises ValueError for spans that overlap, are out of the week, or leave no time at all."""
        self.spans = tuple(sorted(spans))
        before, total, starts = 0, 0, []
        for start, end in self.spans:
            if not before <= start < end <= WEEK:
                raise ValueError("spans of working time overlap or leave the week")
            starts.append(total)
            before, total = end, total + end - start
        if not total:
            raise ValueError("no working time")
        self._starts = tuple(starts)
        self.week = total

    @classmethod
    def always(cls) -> Hours:
        """Day and night."""
        return cls([(0, WEEK)])

    @classmethod
    def office(cls, days: Iterable[int], spans: Iterable[tuple[int, int]]) -> Hours:
        """The same spans of seconds of the day on each of these days (0 is Monday)."""
        daily = tuple(spans)
        return cls((day * DAY + start, day * DAY + end) for day in set(days) for start, end in daily)

    def worked(self, moment: int) -> int:
        """Seconds at work from the beginning until `moment`."""
        weeks, within = divmod(moment, WEEK)
        done = weeks * self.week
        for (start, end), before in zip(self.spans, self._starts, strict=True):
            if within < end:
                return done + before + max(within - start, 0)
        return done + self.week

    def after(self, moment: int, work: int) -> int:
        """The moment at which `work` seconds are done that begin at `moment`. No work is done when somebody is there."""
        wanted = self.worked(moment) + work
        return self.open(moment) if not work else self._at(wanted)

    def open(self, moment: int) -> int:
        """`moment`, or the next at which people are at work."""
        weeks, within = divmod(moment, WEEK)
        for start, end in self.spans:
            if within < end:
                return weeks * WEEK + max(within, start)
        return (weeks + 1) * WEEK + self.spans[0][0]

    def _at(self, worked: int) -> int:
        """The first moment at which so much work is done; `worked` is more than none."""
        weeks, within = divmod(worked - 1, self.week)
        for (start, end), before in zip(self.spans, self._starts, strict=True):
            if within < before + end - start:
                return weeks * WEEK + start + within - before + 1
        raise AssertionError  # a week's work is all of its spans
