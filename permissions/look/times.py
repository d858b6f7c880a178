"""Time as people say it: 今天 08:52, 昨天 19:20, 9月8日 17:30, with the year only when it differs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import formats, timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline in words. `kind` is ``bad`` (past), ``warn`` (today) or empty; `left` is 还有 2 天 or 逾期 1 天."""

    kind: str
    sentence: str
    left: str


def _in_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def _near(days: int) -> str:
    return {-1: _("昨天"), 0: _("今天"), 1: _("明天")}.get(days, "")


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M}"


def day_words(day: date, today: date | None = None, *, near: bool = True) -> str:
    """A day: 今天, 昨天, 明天, 9月8日, 2025年9月8日; `near=False` always gives the date."""
    today = today or timezone.localdate()
    if near and (word := _near((day - today).days)):
        return word
    if _in_chinese():
        return f"{day.month}月{day.day}日" if day.year == today.year else f"{day.year}年{day.month}月{day.day}日"
    return formats.date_format(day, "j M" if day.year == today.year else "j M Y")


def when_words(moment: datetime | date, now: datetime | None = None) -> str:
    """A moment with its clock time, a day without."""
    if not isinstance(moment, datetime):
        return day_words(moment, timezone.localdate(now) if now else None)
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return f"{day_words(local.date(), timezone.localdate(now) if now else None)} {_clock(local)}"


def due_words(moment: datetime | date, now: datetime | None = None) -> Due:
    """What a deadline means now. A day without a time ends with that day."""
    now = timezone.localtime(now)
    if isinstance(moment, datetime):
        local = timezone.localtime(moment) if timezone.is_aware(moment) else timezone.make_aware(moment)
        clock, end, day = f" {_clock(local)}", local, local.date()
    else:
        end = timezone.make_aware(datetime.combine(moment + timedelta(days=1), datetime.min.time()))
        clock, day = "", moment
    days = (day - now.date()).days
    date_words = day_words(day, now.date(), near=False)
    if end <= now:
        left = _late(now - end, -days)
        pattern = _("应于 %(day)s%(clock)s 前，%(left)s") if clock else _("应于 %(day)s前，%(left)s")
        return Due("bad", pattern % {"day": date_words, "clock": clock, "left": left}, left)
    if days == 0:
        return Due("warn", _("今天%(clock)s 前") % {"clock": clock} if clock else _("今天内"), _("今天到期"))
    left = ngettext("还有 %(n)s 天", "还有 %(n)s 天", days) % {"n": days}
    pattern = _("%(day)s%(clock)s 前，%(left)s") if clock else _("%(day)s前，%(left)s")
    return Due("", pattern % {"day": date_words, "clock": clock, "left": left}, left)


def took_words(duration: timedelta) -> str:
    """How long something took, in the unit people would say it in: 40 分钟, 5.5 小时, 9.4 天."""
    hours = duration / timedelta(hours=1)
    if hours < 1:
        minutes = max(1, round(hours * 60))
        return ngettext("%(n)s 分钟", "%(n)s 分钟", minutes) % {"n": minutes}
    if hours < 24:
        return _("%(n)s 小时") % {"n": f"{hours:.1f}"}
    return _("%(n)s 天") % {"n": f"{hours / 24:.1f}"}


def _late(by: timedelta, days: int) -> str:
    if days >= 1:
        return ngettext("逾期 %(n)s 天", "逾期 %(n)s 天", days) % {"n": days}
    hours = max(1, math.floor(by / timedelta(hours=1)))
    return ngettext("逾期 %(n)s 小时", "逾期 %(n)s 小时", hours) % {"n": hours}
