"""The office's calendar: days entered over what ships, by whom, with their history, and periods that follow it."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from decisions import workdays
from decisions.actions import preparation as prepare
from decisions.models import CalendarDay, CalendarYear
from permissions import audit
from permissions.errors import Denied, Invalid
from permissions.models import AuditEvent, User
from tests.cast import Cast

ClientOf = Callable[[User], Client]
FLOOD = date(2026, 11, 16)


def events(verb: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(subject="calendar:days", verb=verb).order_by("seq"))


def test_a_day_entered_moves_the_periods_counted_over_it(cast: Cast) -> None:
    before = workdays.add_working_days(date(2026, 11, 9), 7)
    prepare.calendar_day_set(actor=cast.town_secretary, day=FLOOD, working=False, name="防汛停工")
    assert before == date(2026, 11, 18)
    assert workdays.add_working_days(date(2026, 11, 9), 7) == date(2026, 11, 19)
    assert workdays.working_days_between(date(2026, 11, 9), date(2026, 11, 18)) == 6
    prepare.calendar_day_clear(actor=cast.designer, day=FLOOD)
    assert workdays.add_working_days(date(2026, 11, 9), 7) == before


def test_two_who_keep_the_calendar_at_once_are_told_of_each_other(cast: Cast, client_of: ClientOf) -> None:
    """Each has the page open; who sends second is told what was said meanwhile, and decides by sending it once more."""
    first, second, url = client_of(cast.town_secretary), client_of(cast.zone_secretary), reverse("workdays")
    day, source = {"do": "set", "day": FLOOD.isoformat()}, {"do": "announce", "year": FLOOD.year}
    for mine, theirs in (
        ({**day, "working": "no", "name": "防汛停工"}, {**day, "working": "yes", "name": "防汛值班"}),
        ({**source, "source": "国办发明电〔2025〕7号"}, {**source, "source": "县政府办通知"}),
    ):
        form = {"set": "day_form", "announce": "year_form"}[str(mine["do"])]
        opened = [client.get(f"{url}?year={FLOOD.year}").context[form]["version"].value() for client in (first, second)]
        assert first.post(url, {**mine, "version": opened[0]}).status_code == 302
        told = second.post(url, {**theirs, "version": opened[1]})
        assert told.status_code == 409 and "党委秘书" in told.content.decode()
        again = told.context[form]["version"].value()
        assert second.post(url, {**theirs, "version": again}).status_code == 302
    assert CalendarDay.objects.get(day=FLOOD).name == "防汛值班"
    assert workdays.announced(FLOOD.year) == "县政府办通知"
    # Taking a day back that has been changed since the page was opened is refused as well.
    answer = first.post(url, {"do": "clear", "day": FLOOD.isoformat(), "version": opened[0] or "1"}, follow=True)
    assert "党组秘书" in answer.content.decode() and CalendarDay.objects.filter(day=FLOOD).exists()


def test_a_shipped_holiday_can_be_worked(cast: Cast) -> None:
    assert workdays.working_days_between(date(2026, 9, 30), date(2026, 10, 7)) == 0
    prepare.calendar_day_set(actor=cast.zone_secretary, day=date(2026, 10, 7), working=True)
    assert workdays.working_days_between(date(2026, 9, 30), date(2026, 10, 7)) == 1


def test_saying_the_same_again_changes_nothing_and_each_change_is_a_version(cast: Cast) -> None:
    for _twice in range(2):
        prepare.calendar_day_set(actor=cast.town_secretary, day=FLOOD, working=False, name="停工")
    prepare.calendar_day_set(actor=cast.town_secretary, day=FLOOD, working=True)
    for _twice in range(2):
        prepare.calendar_day_clear(actor=cast.town_secretary, day=FLOOD)
    assert [row.history_type for row in CalendarDay.history.order_by("history_id")] == ["+", "~", "-"]
    assert len(events("calendar_day_set")) == 2
    assert len(events("calendar_day_clear")) == 1
    assert events("calendar_day_set")[1].data["old"] == {"working": False, "name": "停工"}
    assert list(audit.verify("calendar:days")) == []


@pytest.mark.parametrize("who", ["town_chair", "zone_proposer", "legal", "auditor", "admin", "outsider"])
def test_only_secretaries_and_designers_keep_it(cast: Cast, who: str) -> None:
    with pytest.raises(Denied):
        prepare.calendar_day_set(actor=getattr(cast, who), day=FLOOD, working=False)
    with pytest.raises(Denied):
        prepare.calendar_year_announce(actor=getattr(cast, who), year=2027, source="通知")
    assert not CalendarDay.objects.exists()


@pytest.mark.parametrize("day", [None, date(1999, 1, 1), date(2190, 1, 1)])
def test_a_day_nobody_works_in_is_refused(cast: Cast, day: date | None) -> None:
    with pytest.raises(Invalid) as refusal:
        prepare.calendar_day_set(actor=cast.designer, day=day, working=False)
    assert "day" in refusal.value.fields


def test_a_year_says_whether_it_is_announced(cast: Cast) -> None:
    assert "2026" in workdays.announced(2026)
    assert workdays.announced(2027) == ""
    with pytest.raises(Invalid):
        prepare.calendar_year_announce(actor=cast.designer, year=2027, source=" ")
    for _twice in range(2):
        prepare.calendar_year_announce(actor=cast.designer, year=2027, source="2027年放假安排的通知")
    assert workdays.announced(2027) == "2027年放假安排的通知"
    assert (CalendarYear.objects.count(), len(events("calendar_year_announce"))) == (1, 1)


def page(client: Client, year: int) -> str:
    return client.get(f"/workdays/?year={year}").content.decode()


def test_the_page_shows_a_year_and_warns_of_one_that_is_not_announced(cast: Cast, client: Client) -> None:
    client.force_login(cast.auditor, backend="django.contrib.auth.backends.ModelBackend")
    assert "还没有公布" not in page(client, 2026)
    assert "2月15日" in page(client, 2026)
    assert "还没有公布" in page(client, 2027)
    assert "周一至周五" in page(client, 2035)
    assert "填写一天" not in page(client, 2026)


def test_a_secretary_enters_and_takes_back_a_day_on_the_page(cast: Cast, client: Client) -> None:
    client.force_login(cast.town_secretary, backend="django.contrib.auth.backends.ModelBackend")
    empty = client.post("/workdays/", {"do": "set", "day": "", "working": "no"})
    assert empty.status_code == 422
    done = client.post("/workdays/", {"do": "set", "day": "2027-02-13", "working": "yes", "name": "调休"})
    assert done.status_code == 302
    assert "本单位填写" in page(client, 2027)
    client.post("/workdays/", {"do": "announce", "year": "2027", "source": "2027年的通知"})
    assert "2027年的通知" in page(client, 2027)
    client.post("/workdays/", {"do": "clear", "year": "2027", "day": "2027-02-13"})
    assert not CalendarDay.objects.exists()
    assert "取消填写" in page(client, 2027)


def test_a_member_posting_to_the_page_is_refused(cast: Cast, client: Client) -> None:
    client.force_login(cast.town_member, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post("/workdays/", {"do": "set", "day": "2027-02-13", "working": "yes"}).status_code == 403
