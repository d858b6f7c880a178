"""Clocks that start cases: set with a version, each time exactly one case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from permissions.errors import Invalid
from permissions.models import AuditEvent
from tests.workflows.post import lose, started_by, waits, work
from workflows import actions, clock, tasks
from workflows.models import Case, StartTimer
from workflows.replay import differences

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 1, 5, 9, tzinfo=timezone.get_default_timezone())


def at(moment: datetime) -> Case | None:
    """Let it be `moment`, and the clock's job run."""
    with clock.at(moment):
        return actions.clock_start(clock=StartTimer.objects.get().pk)


def publish_at(publish: Callable, timer: str, moment: datetime = MONDAY, key: str = "clocked") -> None:
    with clock.at(moment):
        publish(started_by(timer), key)


def test_a_duration_counts_from_the_publication_and_starts_one_case(publish: Callable) -> None:
    publish_at(publish, "timeDuration:PT50M")
    assert StartTimer.objects.get().due == MONDAY + timedelta(minutes=50)
    assert at(MONDAY + timedelta(minutes=49)) is None
    case = at(MONDAY + timedelta(minutes=50))
    assert case is not None
    assert (case.started_by, case.version.number) == (None, 1)
    assert not StartTimer.objects.exists()
    assert AuditEvent.objects.get(subject=case.chain).data["node"] == "start"
    assert differences(Case.objects.get(pk=case.pk)) == []


def test_a_cycle_starts_as_often_as_it_says_at_its_own_hours(publish: Callable) -> None:
    publish_at(publish, "timeCycle:R3/PT10M")
    for minutes in (10, 21, 30):
        assert at(MONDAY + timedelta(minutes=minutes)) is not None
    assert Case.objects.count() == 3
    assert not StartTimer.objects.exists()


def test_a_cron_clock_goes_by_the_offices_hours(publish: Callable) -> None:
    publish_at(publish, "timeCycle:0 0 9 * * MON-FRI")
    for day in (6, 7, 8, 9, 12):
        due = MONDAY.replace(day=day)
        assert StartTimer.objects.get().due == due
        assert at(due) is not None


def test_missed_times_start_one_case_and_the_cycle_keeps_its_hours(publish: Callable) -> None:
    publish_at(publish, "timeCycle:R5/P1D")
    assert at(MONDAY + timedelta(days=3, hours=6)) is not None
    row = StartTimer.objects.get()
    assert (row.due, row.cycle["left"], row.started) == (MONDAY + timedelta(days=4), 3, 1)
    assert at(MONDAY + timedelta(days=3, hours=7)) is None
    assert Case.objects.count() == 1


def test_a_short_cycle_that_stood_for_years_is_caught_up_at_once(publish: Callable) -> None:
    publish_at(publish, "timeCycle:R/PT1S")
    much_later = MONDAY + timedelta(days=3650)
    assert at(much_later) is not None
    assert StartTimer.objects.get().due == much_later + timedelta(seconds=1)


def test_a_newer_version_takes_the_clocks_and_its_retirement_gives_them_back(publish: Callable) -> None:
    publish_at(publish, "timeCycle:R/P7D")
    first = StartTimer.objects.get()
    later = MONDAY + timedelta(days=1)
    publish_at(publish, "timeCycle:R/P1D", later)
    second = StartTimer.objects.get()
    assert (second.version.number, second.due) == (2, later + timedelta(days=1))
    assert actions.clock_start(clock=first.pk) is None
    with clock.at(later):
        actions.definition_retire(actor=None, version_id=second.version_id)
    third = StartTimer.objects.get()
    assert (third.version.number, third.due) == (1, later + timedelta(days=7))
    actions.definition_retire(actor=None, version_id=third.version_id)
    assert not StartTimer.objects.exists()


def test_a_date_that_is_past_starts_a_case_of_a_new_version_and_none_of_an_old_one(publish: Callable) -> None:
    publish_at(publish, "timeDate:2026-01-05T08:00:00+08:00")
    assert at(MONDAY) is not None
    with clock.at(MONDAY):
        newer = publish(waits("message:paid"), "clocked")
        actions.definition_retire(actor=None, version_id=newer.pk)
    assert not StartTimer.objects.exists()
    assert Case.objects.count() == 1


def test_a_time_nobody_can_tell_is_refused_before_publication(publish: Callable) -> None:
    with pytest.raises(Invalid) as refusal:
        publish(started_by("timeDate:=no_such_thing"), "clocked")
    assert refusal.value.code == "bad_timer"


def test_its_own_job_or_the_sweep_starts_it_whichever_comes_first(publish: Callable) -> None:
    long_ago = timezone.now() - timedelta(days=1)
    publish_at(publish, "timeDuration:PT1M", long_ago, "first")
    assert work() == ["start_due"]
    publish_at(publish, "timeDuration:PT1M", long_ago, "second")
    lose()
    assert tasks.sweep_post.func(timestamp=0) == 1
    assert work() == ["start_due"]
    assert tasks.sweep_post.func(timestamp=0) == 0
    assert Case.objects.count() == 2
