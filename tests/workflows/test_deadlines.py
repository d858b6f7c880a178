"""Due dates in the house's working days, and reminders before and after them: each sent once, whatever workers do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from decisions.models import CalendarDay
from permissions import audit
from permissions.models import AuditEvent, User
from tests.cast import Cast
from tests.workflows.conftest import task_at
from tests.workflows.diagrams import chain, diagram
from workflows import actions, bpmn, clock, deadlines, tasks
from workflows.bpmn.deadline.model import Deadline, Reminder, Unit, Weekdays, schedule
from workflows.models import Case, CaseTask, DefinitionVersion

TIMES = (
    '<sangong:deadline workingDays="5" at="17:30"/><sangong:reminder before="2" unit="workingDays"/>'
    '<sangong:reminder every="1" unit="workingDays" times="2"/>'
)
CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 9, 28, 10, tzinfo=CHINA)  # before the National Day's week off, with 10 October worked
Publish = Callable[..., DefinitionVersion]


def on(month: int, day: int, hour: int = 17, minute: int = 30) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=CHINA)


def timed(times: str, schedule_: str = "") -> bytes:
    """A flow of one step of the town's secretary, with these elements."""
    spaced = times.replace("/>", ' xmlns:sangong="http://sangong.cn/schema/1.0"/>')
    return diagram(
        '<bpmn:startEvent id="start"/><bpmn:userTask id="check" name="核对金额"><bpmn:extensionElements>'
        f'<zeebe:assignmentDefinition candidateGroups="town:secretary"/>{schedule_}{spaced}'
        '</bpmn:extensionElements></bpmn:userTask><bpmn:endEvent id="end"/>' + chain("start", "check", "end")
    )


def begun(cast: Cast, at: datetime = MONDAY) -> Case:
    with clock.at(at):
        return actions.case_start(actor=cast.town_proposer, definition="small", title="粮站")


def sent(case: Case) -> list[datetime]:
    events = AuditEvent.objects.filter(subject=f"case:{case.pk}", verb="task_remind").order_by("seq")
    return [event.at.astimezone(CHINA) for event in events]


def sweep(at: datetime) -> int:
    with clock.at(at):
        return tasks.remind_of_steps(0)


# ------------------------------------------------------------------ the file


def test_the_diagram_says_when_a_step_is_due_and_when_to_remind_of_it() -> None:
    node = bpmn.read(timed(TIMES)).processes[0].nodes["check"]
    assert node.deadline == Deadline(5, "17:30")
    assert node.reminders == (Reminder(2, Unit.WORKING_DAYS), Reminder(1, Unit.WORKING_DAYS, 2))


@pytest.mark.parametrize(
    ("times", "code"),
    [
        ('<sangong:deadline workingDays="0"/>', "deadline_unreadable"),
        ('<sangong:deadline workingDays="5" at="25:00"/>', "deadline_unreadable"),
        ('<sangong:deadline workingDays="5"/><sangong:deadline workingDays="6"/>', "deadline_twice"),
        ('<sangong:deadline workingDays="5" day="3"/>', "deadline_unknown_part"),
        ('<sangong:reminder before="1" unit="days"/>', "reminder_without_due"),
        ('<sangong:deadline workingDays="5"/><sangong:reminder before="1" unit="weeks"/>', "reminder_unreadable"),
        ('<sangong:deadline workingDays="5"/><sangong:reminder every="0" unit="days"/>', "reminder_unreadable"),
        ('<sangong:deadline workingDays="5"/><sangong:reminder before="1" unit="days" times="2"/>', "reminder_unreadable"),
        ('<sangong:deadline workingDays="5"/><sangong:reminder unit="days"/>', "reminder_unreadable"),
        ('<sangong:deadline workingDays="5"/>' + '<sangong:reminder every="1" unit="days"/>' * 2, "reminder_too_many"),
        ('<sangong:deadline workingDays="5"/>' + '<sangong:reminder before="1" unit="days"/>' * 7, "reminder_too_many"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_when_it_is_published(times: str, code: str) -> None:
    _document, problems = bpmn.inspect(timed(times))
    found = [problem for problem in problems if problem.code == code]
    assert [problem.severity for problem in found] == ["error"]
    assert found[0].element == "check"
    assert "{" not in found[0].text("zh-hans") + found[0].text("en")


def test_one_due_date_is_enough() -> None:
    both = timed('<sangong:deadline workingDays="5"/>', '<zeebe:taskSchedule dueDate="=now()"/>')
    assert "deadline_twice" in {problem.code for problem in bpmn.inspect(both)[1]}


def test_reminders_come_in_order_each_once_and_never_before_the_step() -> None:
    due, began = on(10, 9), on(10, 8, 9, 0)
    times = [Reminder(1, Unit.DAYS), Reminder(24, Unit.HOURS), Reminder(3, Unit.DAYS), Reminder(0, Unit.HOURS)]
    assert schedule(times, due, began, Weekdays()) == [on(10, 8), on(10, 9)]
    late = [Reminder(1, Unit.WORKING_DAYS, 3)]
    assert schedule(late, due, began, Weekdays()) == [on(10, 12), on(10, 13), on(10, 14)]
    assert [Weekdays().add(date(2026, 10, 10), n) for n in (-1, 0, 1)] == [
        date(2026, 10, 9), date(2026, 10, 10), date(2026, 10, 12)
    ]  # fmt: skip


# ------------------------------------------------------------------ a case


@pytest.mark.django_db
def test_a_due_date_over_a_public_holiday_counts_the_days_this_office_works(cast: Cast, publish: Publish) -> None:
    publish(timed(TIMES))
    task = task_at(begun(cast), "check")
    # 29 and 30 September, then 8 and 9 October; Saturday the 10th is worked in place of a day of the holiday.
    assert task.due == on(10, 10)
    assert task.scheduled == on(10, 8)
    CalendarDay.objects.create(day=date(2026, 9, 30), working=False, name="停电检修")
    assert task_at(begun(cast), "check").due == on(10, 12)


@pytest.mark.django_db
def test_whoever_has_the_step_is_reminded_before_and_again_after_each_time_once(
    cast: Cast, publish: Publish, client_of: Callable[[User], Client]
) -> None:
    publish(timed(TIMES))
    case = begun(cast)
    assert sweep(on(10, 8, 17, 29)) == 0
    for moment in (on(10, 8), on(10, 12), on(10, 13)):
        assert (sweep(moment), sweep(moment + timedelta(minutes=1))) == (1, 0)
    assert sweep(on(11, 30)) == 0
    assert sent(case) == [on(10, 8), on(10, 12), on(10, 13)]
    told = list(AuditEvent.objects.filter(verb="task_remind").order_by("seq").values_list("data__late", flat=True))
    assert told == [False, True, True]
    assert not list(audit.verify())
    task = task_at(case, "check")
    assert deadlines.reminded([task])[task.pk].times == 3
    client = client_of(cast.town_secretary)
    for address in (reverse("home"), reverse("step", args=[task.pk])):
        assert "已催办 3 次" in client.get(address).content.decode()


@pytest.mark.django_db
def test_what_was_missed_is_made_up_for_by_one_reminder_and_the_next_is_shown(
    cast: Cast, publish: Publish, client_of: Callable[[User], Client]
) -> None:
    publish(timed(TIMES))
    case = begun(cast)
    assert sweep(on(10, 12, 18, 0)) == 1
    assert len(sent(case)) == 1
    task = task_at(case, "check")
    assert task.scheduled == on(10, 13)
    assert "下次催办" in client_of(cast.town_secretary).get(reverse("step", args=[task.pk])).content.decode()


@pytest.mark.django_db
def test_nobody_is_reminded_of_what_is_done_or_stands_still(cast: Cast, publish: Publish) -> None:
    publish(timed(TIMES))
    done, still = begun(cast), begun(cast)
    actions.task_complete(actor=cast.town_secretary, task_id=task_at(done, "check").pk)
    actions.case_suspend(actor=cast.admin, case_id=still.pk, reason="审计")
    assert sweep(on(10, 9)) == 0
    with clock.at(on(10, 9)):
        assert [actions.task_remind(task_id=task_at(case, "check").pk) for case in (done, still)] == [None, None]
        assert actions.task_remind(task_id=10**9) is None
    actions.case_resume(actor=cast.admin, case_id=still.pk)
    assert sweep(on(10, 9)) == 1


@pytest.mark.django_db
def test_reminders_go_by_a_due_date_that_is_computed_too(cast: Cast, publish: Publish) -> None:
    three_days = '<zeebe:taskSchedule dueDate="=date and time(date(now()) + duration(&quot;P3D&quot;), time(&quot;17:30:00&quot;))"/>'
    publish(timed('<sangong:reminder before="4" unit="hours"/><sangong:reminder before="0" unit="hours"/>', three_days))
    task = task_at(begun(cast), "check")
    assert (task.due, task.scheduled) == (on(10, 1), on(10, 1, 13))


@pytest.mark.django_db
def test_a_running_step_takes_over_the_times_of_the_version_it_moves_to(cast: Cast, publish: Publish) -> None:
    first = publish(timed(TIMES))
    case = begun(cast)
    kept = task_at(case, "check").due
    second = publish(timed(TIMES.replace('before="2"', 'before="1"')))
    with clock.at(MONDAY):
        moving = actions.migration_start(
            actor=cast.admin, from_version_id=first.pk, to_version_id=second.pk, mapping={"check": "check"}, reason="改催办"
        )  # fmt: skip
        actions.case_migrate(row_id=moving.cases.get().pk)
    task = task_at(case, "check")
    assert (task.due, task.scheduled) == (kept, on(10, 9))
    actions.migration_undo(actor=cast.admin, migration_id=moving.pk)
    actions.case_migrate_undo(actor=cast.admin, row_id=moving.cases.get().pk)
    assert task_at(case, "check").scheduled == on(10, 8)


@pytest.mark.django_db(transaction=True)
def test_a_reminder_is_sent_once_though_a_worker_dies_at_it_and_two_are_quick(
    cast: Cast, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(timed(TIMES))
    case = begun(cast)
    task = task_at(case, "check")
    record = audit.record

    def dies(**entry: Any) -> None:
        """What PostgreSQL sees of a killed worker: the entry is written, and the connection gone before it is committed."""
        record(**entry)
        connection.connection.close()

    def work() -> None:
        with clock.at(on(10, 8)):
            barrier.wait(timeout=30)
            try:
                tasks.remind_of_steps(0)
            finally:
                connection.close()

    def at_once(count: int) -> None:
        threads = [Thread(target=work) for _nth in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)

    barrier = Barrier(1)
    with monkeypatch.context() as killed:
        killed.setattr(audit, "record", dies)
        at_once(1)
    assert sent(case) == []
    assert CaseTask.objects.get(pk=task.pk).scheduled == on(10, 8)
    barrier = Barrier(3)
    at_once(3)
    assert sent(case) == [on(10, 8)]
    assert not list(audit.verify())
