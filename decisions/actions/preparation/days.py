"""The calendar of working days: days entered over what ships, and years that have been announced."""

from datetime import date

from django.db import connection
from django.utils.translation import gettext as _

from decisions.actions.preparation.common import check, line, too_long
from decisions.models import CalendarDay, CalendarYear
from permissions import audit, versions
from permissions.errors import Invalid
from permissions.models import User
from permissions.policies import require
from permissions.transactions import action
from workflows import clock

#: The chain of the log that has what was done to the calendar.
SUBJECT = "calendar:days"
YEARS = range(2020, 2100)


@action
def calendar_day_set(
    *, actor: User, day: date | None, working: bool, name: str = "", opened_on: str = ""
) -> CalendarDay:
    """Say whether the office works on a day, whatever ships. Saying the same again changes nothing.

    `opened_on` is the calendar's version the form was opened on (`versions.newest`). Raises `Invalid`, and `Conflict` where somebody
    has said something else of that day since.
    """
    require(actor, "calendar_day_set", CalendarDay)
    label = line(name)
    if day is None or day.year not in YEARS:
        raise Invalid(_("请核对日期"), fields={"day": _("请填写日期，例如 2027-02-08。")})
    check({"name": too_long(label, 40)})
    _hold()
    row = CalendarDay.objects.filter(day=day).first()
    if row is not None and (row.working, row.name) == (working, label):
        return row
    versions.require_untouched(CalendarDay.history.filter(day=day), opened_on)
    old = None if row is None else {"working": row.working, "name": row.name}
    row = row or CalendarDay(day=day)
    row.working, row.name = working, label
    versions.save(row, actor, "calendar_day_set", at=clock.now())
    _log(actor, "calendar_day_set", day=day, old=old, new={"working": working, "name": label})
    return row


@action
def calendar_day_clear(*, actor: User, day: date, opened_on: str = "") -> None:
    """Take back what was entered for a day, so that what ships holds again. Doing it twice changes nothing.

    Raises `Conflict` where somebody has said something else of that day since `opened_on`."""
    require(actor, "calendar_day_clear", CalendarDay)
    _hold()
    row = CalendarDay.objects.filter(day=day).first()
    if row is None:
        return
    versions.require_untouched(CalendarDay.history.filter(day=day), opened_on)
    _log(actor, "calendar_day_clear", day=day, old={"working": row.working, "name": row.name}, new=None)
    versions.remove(row, actor, "calendar_day_clear", at=clock.now())


@action
def calendar_year_announce(*, actor: User, year: int, source: str, opened_on: str = "") -> CalendarYear:
    """Say that all announced days of a year stand in the calendar, and by which announcement. Its words can be corrected.

    Raises `Invalid`, and `Conflict` where somebody has corrected them since `opened_on` (`versions.newest` of the years)."""
    require(actor, "calendar_year_announce", CalendarDay)
    words = line(source)
    if year not in YEARS:
        raise Invalid(_("请核对年份"), fields={"year": _("请填写四位的年份，例如 2027。")})
    check({"source": _("请填写通知的名称和日期。") if not words else too_long(words, 120)})
    _hold()
    row = CalendarYear.objects.filter(year=year).first() or CalendarYear(year=year)
    if row.pk and row.source == words:
        return row
    versions.require_untouched(CalendarYear.history.filter(year=year), opened_on)
    old, row.source = row.source, words
    versions.save(row, actor, "calendar_year_announce", at=clock.now())
    _log(actor, "calendar_year_announce", year=year, old=old, new=words)
    return row


def _hold() -> None:
    """Writers of the calendar go one after the other, also over a day that has no row yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('decisions_calendar'))")


def _log(actor: User, verb: str, **data: object) -> None:
    audit.record(subject=SUBJECT, actor=actor, verb=verb, target="", data=data, at=clock.now())
