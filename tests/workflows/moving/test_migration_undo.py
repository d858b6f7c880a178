"""A migration is undone for every case that has not moved since; each is then exactly what it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from permissions.errors import Denied, WrongState
from permissions.models import AuditEvent
from tests.workflows.conftest import open_nodes, task_at
from tests.workflows.diagrams import REMINDED
from tests.workflows.moving.conftest import House, everything
from tests.workflows.moving.diagrams import ONE, REMINDED_OTHERWISE, TWO
from workflows import actions, clock, tasks
from workflows.models import Case, Migration, MoveOutcome
from workflows.replay import differences

pytestmark = pytest.mark.django_db


def undo(here: House, migration: Migration) -> None:
    actions.migration_undo(actor=here.cast.admin, migration_id=migration.pk)
    for job in ProcrastinateJob.objects.filter(task_name="workflows.undo_cases"):
        tasks.undo_cases(**job.args)
        tasks.undo_cases(**job.args)  # delivered twice


@pytest.mark.parametrize(("old", "new"), [(ONE, TWO), (REMINDED, REMINDED_OTHERWISE)])
def test_everything_is_as_it_was(house: Callable, old: bytes, new: bytes) -> None:
    here = house(old, new)
    case = here.start()
    task = case.task_set.get()
    actions.task_claim(actor=here.cast.town_secretary, task_id=task.pk)
    before = everything(case)
    migration = here.migrate()
    assert everything(case) != before
    undo(here, migration)
    assert everything(case) == before
    assert migration.cases.get().outcome == MoveOutcome.UNDONE
    assert differences(Case.objects.get(pk=case.pk)) == []
    actions.task_complete(actor=here.cast.town_secretary, task_id=task.pk)
    assert differences(Case.objects.get(pk=case.pk)) == []


def test_a_case_that_has_moved_since_stays_and_says_so(house: Callable) -> None:
    here = house(ONE, TWO)
    moved, still = here.start(), here.start()
    migration = here.migrate()
    actions.task_complete(actor=here.cast.zone_secretary, task_id=task_at(moved, "check").pk)
    undo(here, migration)
    first, second = migration.cases.order_by("case_id")
    assert (first.outcome, second.outcome) == (MoveOutcome.MOVED, MoveOutcome.UNDONE)
    assert "已经往下走" in first.reason
    assert open_nodes(moved) == ["sign"]
    assert Case.objects.get(pk=moved.pk).version == here.new
    assert Case.objects.get(pk=still.pk).version == here.old


def test_a_task_taken_since_stays_with_whoever_was_asked_before_too(house: Callable) -> None:
    here = house(ONE, TWO)
    kept, lost = here.start(), here.start()
    actions.task_complete(actor=here.cast.town_secretary, task_id=task_at(kept, "check").pk)
    migration = here.migrate()
    actions.task_claim(actor=here.cast.town_chair, task_id=task_at(kept, "sign").pk)
    actions.task_claim(actor=here.cast.zone_secretary, task_id=task_at(lost, "check").pk)
    undo(here, migration)
    assert task_at(kept, "sign").owner == here.cast.town_chair
    assert task_at(lost, "check").owner is None


def test_clocks_come_back_with_their_time(house: Callable) -> None:
    here = house(REMINDED, REMINDED_OTHERWISE)
    begun = timezone.now()
    with clock.at(begun):
        case = here.start()
    before = list(case.timers.values())
    migration = here.migrate()
    undo(here, migration)
    assert list(case.timers.values()) == before
    with clock.at(begun + timedelta(hours=3)):
        assert actions.timer_fire(timer_row=before[0]["id"])
    assert open_nodes(case) == ["escalate"]


def test_cases_not_yet_moved_stay_where_they_are(house: Callable) -> None:
    here = house(ONE, TWO)
    case = here.start()
    migration = here.decide()
    assert actions.migration_undo(actor=here.cast.admin, migration_id=migration.pk) == 0
    row = migration.cases.get()
    assert actions.case_migrate(row_id=row.pk) == MoveOutcome.UNDONE
    assert Case.objects.get(pk=case.pk).version == here.old


def test_one_case_alone_can_go_back(house: Callable) -> None:
    here = house(ONE, TWO)
    first, second = here.start(), here.start()
    migration = here.migrate()
    assert actions.migration_undo(actor=here.cast.admin, migration_id=migration.pk, case_ids=[second.pk]) == 1
    for job in ProcrastinateJob.objects.filter(task_name="workflows.undo_cases"):
        tasks.undo_cases(**job.args)
    assert Case.objects.get(pk=first.pk).version == here.new
    assert Case.objects.get(pk=second.pk).version == here.old


def test_an_older_migration_can_be_undone_once_the_later_one_was(house: Callable, publish: Callable) -> None:
    here = house(ONE, TWO)
    case = here.start()
    before = everything(case)
    first = here.migrate()
    later = House(here.cast, here.new, publish(TWO.replace("归档".encode(), "存档".encode())))
    second = later.migrate()
    undo(here, first)
    assert first.cases.get().outcome == MoveOutcome.MOVED, "the later one is still in force"
    undo(here, second)
    undo(here, first)
    assert [migration.cases.get().outcome for migration in (first, second)] == [MoveOutcome.UNDONE] * 2
    assert everything(case) == before
    assert differences(Case.objects.get(pk=case.pk)) == []


def test_what_moved_between_two_migrations_keeps_the_older_one(house: Callable, publish: Callable) -> None:
    here = house(ONE, TWO)
    case = here.start()
    first = here.migrate()
    actions.task_complete(actor=here.cast.zone_secretary, task_id=task_at(case, "check").pk)
    second = House(here.cast, here.new, publish(TWO.replace("归档".encode(), "存档".encode()))).migrate()
    undo(here, second)
    undo(here, first)
    assert first.cases.get().outcome == MoveOutcome.MOVED
    assert Case.objects.get(pk=case.pk).version == here.new
    assert differences(Case.objects.get(pk=case.pk)) == []


def test_only_an_administrator_undoes_and_only_what_was_done(house: Callable) -> None:
    here = house(ONE, TWO)
    here.start()
    migration = here.migrate()
    with pytest.raises(Denied):
        actions.migration_undo(actor=here.cast.designer, migration_id=migration.pk)
    undo(here, migration)
    with pytest.raises(WrongState):
        actions.migration_undo(actor=here.cast.admin, migration_id=migration.pk)
    assert AuditEvent.objects.filter(verb="case_migrate_undo").count() == 1
