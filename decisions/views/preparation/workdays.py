"""The calendar of working days: what ships, what was entered, who keeps it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from decisions import workdays
from decisions.actions import preparation as act
from decisions.forms_preparation import DayForm, YearForm
from decisions.models import CalendarDay, CalendarYear
from decisions.rules import holidays
from decisions.views.items.common import actor, page
from permissions import policies, typed, versions
from permissions.errors import Conflict, Invalid
from permissions.policies import may
from workflows import clock

SHOWN = 30


@dataclass(frozen=True, slots=True)
class Line:
    """Days in a row that are the same: off or worked, shipped or entered."""

    first: date
    last: date
    working: bool
    name: str
    entered: bool

    @property
    def days(self) -> int:
        """How many days it is."""
        return (self.last - self.first).days + 1


def calendar(request: HttpRequest) -> HttpResponse:
    """A year of days off and days worked instead. Who keeps it adds days, takes them back, and names the announcement."""
    user = actor(request)
    year = _year(request)
    opened = {"version": versions.newest(CalendarDay)}
    day_form = DayForm(initial=opened)
    year_form = YearForm(initial={"source": workdays.announced(year), "version": versions.newest(CalendarYear)})
    error: Invalid | Conflict | None = None
    if request.method == "POST":
        policies.require(user, "calendar_day_set", CalendarDay)
        do = request.POST.get("do", "")
        day = typed.day(request.POST.get("day", ""))
        try:
            if do == "clear" and day is not None:
                act.calendar_day_clear(actor=user, day=day, opened_on=request.POST.get("version", ""))
            elif do == "announce":
                year_form = YearForm(request.POST)
                source, on = year_form.words("source"), year_form.words("version")
                act.calendar_year_announce(actor=user, year=year, source=source, opened_on=on)
            else:
                day_form = DayForm(request.POST)
                said = day_form.words("working")
                if said not in {"yes", "no"}:
                    raise Invalid(_("还有一项没有选"), fields={"working": _("请选择上班或不上班。")})
                words, on = day_form.words("name"), day_form.words("version")
                act.calendar_day_set(actor=user, day=day, working=said == "yes", name=words, opened_on=on)
                year = day.year if day else year
        except (Invalid, Conflict) as refusal:
            error = refusal
            if do == "clear":
                messages.error(request, refusal.message)
                return redirect(reverse("workdays") + f"?year={year}")
            (year_form if do == "announce" else day_form).show(refusal)
        else:
            messages.success(request, _("工作日历已更新。"))
            return redirect(reverse("workdays") + f"?year={year}")
    context = {
        "nav": "workdays",
        "year": year,
        "before": year - 1,
        "after": year + 1,
        "source": workdays.announced(year),
        "known": year in holidays.SHIPPED,
        "lines": lines(year),
        "may_keep": bool(may(user, "calendar_day_set", CalendarDay)),
        "opened_on": opened["version"],
        "day_form": day_form,
        "year_form": year_form,
        "history": CalendarDay.history.select_related("history_user").order_by("-history_date", "-history_id")[:SHOWN],
    }
    return page(request, "preparation/workdays", context, error=error)


def lines(year: int) -> list[Line]:
    """The days of a year that differ from their weekday's custom, those in a row that are the same in one line."""
    days = {day: (working, name, False) for day, working, name in holidays.named() if day.year == year}
    days |= {row.day: (row.working, row.name, True) for row in CalendarDay.objects.filter(day__year=year)}
    found: list[Line] = []
    for day, (working, name, entered) in sorted(days.items()):
        last = found[-1] if found else None
        same = last and not (entered or last.entered) and (last.working, last.name) == (working, name)
        if last and same and last.last + timedelta(days=1) == day:
            found[-1] = Line(last.first, day, working, name, entered)
            continue
        found.append(Line(day, day, working, name, entered))
    return found


def _year(request: HttpRequest) -> int:
    text = request.GET.get("year", "") or request.POST.get("year", "")
    now = timezone.localdate(clock.now()).year
    return int(text) if text.isascii() and text.isdigit() and 2000 < int(text[:6]) < 2200 else now
