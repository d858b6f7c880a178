"""Working hours that come again every week, but for the days that are otherwise, as one axis of time at work and back."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Final

DAY: Final = 86_400
WEEK: Final = 7 * DAY

Spans = tuple[tuple[int, int], ...]


class Hours:
    """When people are at work: spans of seconds from Monday, midnight, in a week that comes again. `changed` has the days, counted
    from that first Monday (0), that are not as their week: a holiday, a Saturday worked in its place; each with its spans of seconds
    of the day, none where nobody is there.

    `worked(t)` is the time at work before the moment `t`; `after(t, work)` the moment at which somebody who begins at `t`, or as soon
    after as they are there, has worked so long.
    """

    def __init__(
        self, spans: Iterable[tuple[int, int]], changed: Mapping[int, Iterable[tuple[int, int]]] | None = None
    ) -> None:
        """Raises ValueError for spans that overlap, are out of their week or day, or leave no time at all in a week."""
        self.spans = _ordered(spans, WEEK)
        self.week = sum(end - start for start, end in self.spans)
        if not self.week:
            raise ValueError("no working time")
        self._starts = _before(self.spans)
        self.changed = {day: _ordered(found, DAY) for day, found in sorted((changed or {}).items())}
        self._days = tuple(self.changed)
        if self._days and self._days[0] < 0:
            raise ValueError("a day before the first")
        # What is worked up to each such day, and with it; and how much more or less than by the weeks alone there is before it.
        more, self._from, self._to, self._more = 0, list[int](), list[int](), [0]
        for day, found in self.changed.items():
            self._from.append(self._weekly(day * DAY) + more)
            more += sum(end - start for start, end in found)
            more -= self._weekly((day + 1) * DAY) - self._weekly(day * DAY)
            self._to.append(self._weekly((day + 1) * DAY) + more)
            self._more.append(more)

    @classmethod
    def always(cls) -> Hours:
        """Day and night."""
        return cls([(0, WEEK)])

    @classmethod
    def office(
        cls,
        days: Iterable[int],
        spans: Iterable[tuple[int, int]],
        closed: Iterable[int] = (),
        added: Iterable[int] = (),
    ) -> Hours:
        """The same spans of seconds of the day on each of these days (0 is Monday); `closed` and `added` are days counted from the
        first Monday on which nobody is there, or on which they are there as on any other."""
        daily = tuple(spans)
        changed: dict[int, Spans] = dict.fromkeys(added, daily) | dict.fromkeys(closed, ())
        return cls(((day * DAY + start, day * DAY + end) for day in set(days) for start, end in daily), changed)

    def worked(self, moment: int) -> int:
        """Seconds at work from the beginning until `moment`."""
        day, within = divmod(moment, DAY)
        at = bisect_left(self._days, day)
        if at < len(self._days) and self._days[at] == day:
            return self._from[at] + sum(max(min(within, end) - start, 0) for start, end in self.changed[day])
        return self._weekly(moment) + self._more[at]

    def after(self, moment: int, work: int) -> int:
        """The moment at which `work` seconds are done that begin at `moment`. No work is done when somebody is there."""
        return self._at(self.worked(moment) + work) if work else self.open(moment)

    def open(self, moment: int) -> int:
        """`moment`, or the next at which people are at work."""
        return self._at(self.worked(moment) + 1) - 1

    def _weekly(self, moment: int) -> int:
        """As though no day were otherwise."""
        weeks, within = divmod(moment, WEEK)
        done = weeks * self.week
        for (start, end), before in zip(self.spans, self._starts, strict=True):
            if within < end:
                return done + before + max(within - start, 0)
        return done + self.week

    def _at(self, worked: int) -> int:
        """The first moment at which so much work is done; `worked` is more than none."""
        at = bisect_left(self._to, worked)
        if at < len(self._days) and worked > self._from[at]:
            day = self._days[at]
            return day * DAY + _reached(self.changed[day], worked - self._from[at])
        weeks, within = divmod(worked - self._more[at] - 1, self.week)
        return weeks * WEEK + _reached(self.spans, within + 1)


def _ordered(spans: Iterable[tuple[int, int]], most: int) -> Spans:
    found = tuple(sorted(spans))
    if any(not 0 <= start < end <= most for start, end in found) or any(
        before[1] > after[0] for before, after in pairwise(found)
    ):
        raise ValueError("spans of working time overlap or leave their week or day")
    return found


def _before(spans: Spans) -> tuple[int, ...]:
    """The time at work before each span."""
    total, found = 0, []
    for start, end in spans:
        found.append(total)
        total += end - start
    return tuple(found)


def _reached(spans: Spans, work: int) -> int:
    """The moment in these spans at which so much is done; they have so much."""
    for (start, end), before in zip(spans, _before(spans), strict=True):
        if work <= before + end - start:
            return start + work - before
    raise AssertionError  # whoever asks knows that there is as much
