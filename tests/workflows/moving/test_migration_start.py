"""The decision to migrate: who, why, which cases; the worker does the rest."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from permissions.errors import Denied, Invalid
from permissions.models import AuditEvent
from tests.workflows.moving.diagrams import ONE, TWO
from workflows import actions, tasks
from workflows.actions import migrations
from workflows.models import MoveOutcome

pytestmark = pytest.mark.django_db


def test_every_running_case_is_planned_and_handed_to_the_worker_in_batches(
    house: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "BATCH", 2)
    here = house(ONE, TWO)
    cases = [here.start() for _each in range(3)]
    migration = here.decide()
    assert {row.outcome for row in migration.cases.all()} == {MoveOutcome.PLANNED}
    jobs = ProcrastinateJob.objects.filter(task_name="workflows.migrate_cases").order_by("id")
    rows = [job.args["row_ids"] for job in jobs]
    assert [len(batch) for batch in rows] == [2, 1]
    for batch in rows:
        tasks.migrate_cases(batch)
        tasks.migrate_cases(batch)  # delivered twice
    assert [row.outcome for row in migration.cases.all()] == [MoveOutcome.MOVED] * 3
    assert AuditEvent.objects.filter(verb="case_migrate").count() == len(cases)


def test_only_the_chosen_cases_are_planned(house: Callable) -> None:
    here = house(ONE, TWO)
    first, _second = here.start(), here.start()
    assert [row.case_id for row in here.decide(cases=[first.pk]).cases.all()] == [first.pk]


def test_the_decision_is_in_the_log_of_the_flow(house: Callable) -> None:
    here = house(ONE, TWO)
    case = here.start()
    migration = here.decide()
    entry = AuditEvent.objects.get(subject="flow:small", verb="migration_start")
    assert (entry.actor, entry.target) == (here.cast.admin, f"migration:{migration.pk}")
    assert (entry.data["cases"], entry.data["reason"]) == ([case.pk], "新版增加归档")


def test_only_an_administrator_decides_and_must_say_why(house: Callable) -> None:
    here = house(ONE, TWO)
    here.start()
    given = {"from_version_id": here.old.pk, "to_version_id": here.new.pk, "mapping": {}}
    for person in (here.cast.designer, here.cast.auditor, here.cast.town_chair):
        with pytest.raises(Denied):
            actions.migration_start(actor=person, reason="x", **given)
    with pytest.raises(Invalid) as refusal:
        actions.migration_start(actor=here.cast.admin, reason="  ", **given)
    assert "reason" in refusal.value.fields


def test_without_a_running_case_there_is_nothing_to_decide(house: Callable) -> None:
    here = house(ONE, TWO)
    with pytest.raises(Invalid, match="没有在办的流程"):
        here.decide()
    case = here.start()
    actions.case_cancel(actor=here.cast.admin, case_id=case.pk, reason="x")
    here.start()
    with pytest.raises(Invalid, match="已经办结"):
        here.decide(cases=[case.pk])


def test_a_killed_worker_leaves_the_rest_to_the_next_and_one_failure_holds_up_nobody(
    house: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = house(ONE, TWO)
    for _each in range(3):
        here.start()
    migration = here.decide()
    batch = [row.pk for row in migration.cases.order_by("pk")]
    real = actions.case_migrate

    def fails_for_the_second(*, row_id: int) -> str:
        if row_id == batch[1]:
            raise OSError("the disk is gone")
        return real(row_id=row_id)

    monkeypatch.setattr(actions, "case_migrate", fails_for_the_second)
    with pytest.raises(OSError, match="the disk"):
        tasks.migrate_cases(batch)
    outcomes = list(migration.cases.order_by("pk").values_list("outcome", flat=True))
    assert outcomes == [MoveOutcome.MOVED, MoveOutcome.PLANNED, MoveOutcome.MOVED]
    monkeypatch.undo()
    tasks.migrate_cases(batch)
    assert set(migration.cases.values_list("outcome", flat=True)) == {MoveOutcome.MOVED}
    assert AuditEvent.objects.filter(verb="case_migrate").count() == 3
