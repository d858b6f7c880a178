"""One case moves to another version: its tasks, candidates, timers and log; all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from permissions import audit
from permissions.errors import Hidden
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.actions.test_calls import CHECK, calling
from tests.workflows.conftest import open_nodes, task_at
from tests.workflows.diagrams import REMINDED, TWO_APPROVALS, WAITS_FOR_RESULT
from tests.workflows.moving.conftest import House, everything
from tests.workflows.moving.diagrams import ONE, OTHER, REMINDED_OTHERWISE, TWO
from workflows import actions, clock
from workflows.models import Case, MoveOutcome
from workflows.moving import rows
from workflows.replay import differences, stages

pytestmark = pytest.mark.django_db


def test_the_case_goes_on_under_the_new_version_with_the_same_task(house: Callable) -> None:
    here = house(ONE, TWO)
    case = here.start()
    task = task_at(case, "check")
    here.migrate()
    case = Case.objects.get(pk=case.pk)
    assert (case.version, case.version_sha256) == (here.new, here.new.sha256)
    assert case.flow_class.__name__ == "Small_v2"
    task.refresh_from_db()
    assert (task.name, task.candidate_groups, task.flow_task.name) == ("双方核对", ["zone:secretary"], "n_check")
    with pytest.raises(Hidden):
        actions.task_complete(actor=here.cast.town_secretary, task_id=task.pk)
    actions.task_complete(actor=here.cast.zone_secretary, task_id=task.pk)
    actions.task_complete(actor=here.cast.town_chair, task_id=task_at(case, "sign").pk)
    assert open_nodes(case) == ["file"]
    assert differences(Case.objects.get(pk=case.pk)) == []


def test_who_has_taken_a_task_keeps_it_only_while_they_are_still_asked(house: Callable) -> None:
    here = house(ONE, TWO)
    kept, lost = here.start(), here.start()
    actions.task_complete(actor=here.cast.town_secretary, task_id=task_at(kept, "check").pk)
    actions.task_claim(actor=here.cast.town_chair, task_id=task_at(kept, "sign").pk)
    actions.task_claim(actor=here.cast.town_secretary, task_id=task_at(lost, "check").pk)
    here.migrate()
    assert (task_at(kept, "sign").owner, task_at(kept, "sign").status) == (here.cast.town_chair, "ASSIGNED")
    assert (task_at(lost, "check").owner, task_at(lost, "check").status) == (None, "NEW")


def test_a_case_that_cannot_move_stays_as_it_is_and_says_why(house: Callable) -> None:
    here = house(ONE, OTHER)
    case = here.start()
    before = everything(case)
    (row,) = here.migrate().cases.all()
    assert (row.outcome, row.seq) == (MoveOutcome.REFUSED, None)
    assert "秘书核对" in row.reason
    assert everything(case) == before
    assert not AuditEvent.objects.filter(verb="case_migrate").exists()


def test_a_step_goes_on_where_the_administrator_says(house: Callable) -> None:
    here = house(ONE, OTHER)
    case = here.start()
    here.migrate({"check": "review"})
    assert open_nodes(case) == ["review"]
    assert case.task_set.get().name == "复核"
    assert differences(Case.objects.get(pk=case.pk)) == []


def test_clocks_keep_their_time_and_new_ones_are_set(house: Callable) -> None:
    here = house(REMINDED, REMINDED_OTHERWISE)
    begun = timezone.now()
    with clock.at(begun):
        case = here.start()
    due = case.timers.get().due
    with clock.at(begun + timedelta(hours=1)):
        here.migrate({"late": "later"})
    timers = {timer.node: timer for timer in case.timers.all()}
    assert {node: timer.due for node, timer in timers.items()} == {"later": due, "soon": begun + timedelta(hours=10)}
    with clock.at(begun + timedelta(hours=3)):
        assert actions.timer_fire(timer_row=timers["later"].pk)
    assert open_nodes(case) == ["escalate"]
    assert differences(Case.objects.get(pk=case.pk)) == []


def test_a_clock_that_goes_nowhere_is_cleared_and_the_new_ones_count_from_now(house: Callable) -> None:
    here = house(REMINDED, REMINDED_OTHERWISE)
    begun = timezone.now()
    with clock.at(begun):
        case = here.start()
    with clock.at(begun + timedelta(hours=1)):
        here.migrate()
    dues = dict(case.timers.values_list("node", "due"))
    assert dues == {"later": begun + timedelta(hours=3), "soon": begun + timedelta(hours=10)}
    assert differences(Case.objects.get(pk=case.pk)) == []


def test_a_suspended_case_moves_too_and_stays_suspended(house: Callable) -> None:
    here = house(ONE, TWO)
    case = here.start()
    actions.case_suspend(actor=here.cast.admin, case_id=case.pk, reason="等批复")
    here.migrate()
    case = Case.objects.get(pk=case.pk)
    assert (case.version, case.suspend_reason) == (here.new, "等批复")


def test_a_case_that_has_ended_or_moved_meanwhile_is_left_alone(house: Callable) -> None:
    here = house(ONE, TWO)
    ended, moved = here.start(), here.start()
    first, second = here.decide(), here.decide()
    actions.case_cancel(actor=here.cast.admin, case_id=ended.pk, reason="x")
    for migration in (first, second):
        for row in migration.cases.all():
            actions.case_migrate(row_id=row.pk)
    assert [row.outcome for row in first.cases.order_by("case_id")] == [MoveOutcome.REFUSED, MoveOutcome.MOVED]
    refused = list(second.cases.order_by("case_id"))
    assert [row.outcome for row in refused] == [MoveOutcome.REFUSED] * 2
    assert "办结" in refused[0].reason
    assert "不在原来的版本" in refused[1].reason
    assert Case.objects.get(pk=moved.pk).version == here.new


def test_a_failure_in_the_middle_leaves_nothing(house: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    here = house(ONE, TWO)
    case = here.start()
    migration = here.decide()
    before = everything(case)

    def fail(*_args: Any) -> None:
        raise RuntimeError("the machine stops")

    monkeypatch.setattr(rows, "_timers", fail)
    with pytest.raises(RuntimeError):
        actions.case_migrate(row_id=migration.cases.get().pk)
    assert everything(case) == before
    assert migration.cases.get().outcome == MoveOutcome.PLANNED
    monkeypatch.undo()
    assert actions.case_migrate(row_id=migration.cases.get().pk) == MoveOutcome.MOVED


def test_only_the_migration_may_change_the_version(house: Callable) -> None:
    here = house(ONE, TWO)
    here.start()
    here.migrate()
    other = here.start()
    with pytest.raises(DatabaseError, match="pinned"), transaction.atomic():
        Case.objects.filter(pk=other.pk).update(version=here.new)


def test_the_log_of_the_case_tells_it_and_replays(house: Callable) -> None:
    here = house(ONE, TWO)
    case = here.start(subject="item:77")
    here.migrate()
    entry = AuditEvent.objects.get(subject="item:77", verb="case_migrate")
    assert (entry.actor, entry.data["from"], entry.data["to"]) == (here.cast.admin, 1, 2)
    assert entry.data["tasks"] == {str(task_at(case, "check").token_id): ["assignment", "name"]}
    actions.task_complete(actor=here.cast.zone_secretary, task_id=task_at(case, "check").pk)
    assert [stage.version for stage in stages(Case.objects.get(pk=case.pk))] == [here.old.pk, here.new.pk, here.new.pk]
    assert list(audit.verify("item:77")) == []
    out = StringIO()
    call_command("case_replay", "--all", stdout=out)
    assert out.getvalue().strip() == "replayed 1 differ 0"


def test_the_case_listens_to_what_the_new_version_waits_for(house: Callable) -> None:
    here = house(WAITS_FOR_RESULT, WAITS_FOR_RESULT.replace(b"result_announced", b"result_published"))
    case = here.start()
    assert Case.objects.get(pk=case.pk).listens == ["message:result_announced"]
    migration = here.migrate()
    assert Case.objects.get(pk=case.pk).listens == ["message:result_published"]
    assert task_at(case, "wait").message == "result_published"
    actions.case_migrate_undo(actor=here.cast.admin, row_id=migration.cases.get().pk)
    assert Case.objects.get(pk=case.pk).listens == ["message:result_announced"]
    here.migrate()
    actions.case_message(actor=None, case_id=case.pk, name="result_published")
    assert open_nodes(case) == ["sign"]
    assert differences(Case.objects.get(pk=case.pk)) == []


def test_a_token_at_a_join_waits_on(house: Callable) -> None:
    more = TWO_APPROVALS.replace(b'name="\xe5\xbd\x92\xe6\xa1\xa3"', 'name="归档备查"'.encode())
    here = house(TWO_APPROVALS, more)
    case = here.start()
    actions.task_complete(actor=here.cast.town_chair, task_id=task_at(case, "town").pk)
    here.migrate()
    actions.task_complete(actor=here.cast.zone_chair, task_id=task_at(case, "zone").pk)
    assert task_at(case, "file").name == "归档备查"
    assert differences(Case.objects.get(pk=case.pk)) == []


def test_people_added_and_steps_sent_back_move_along(house: Callable) -> None:
    here = house(ONE, TWO)
    case = here.start()
    actions.task_complete(actor=here.cast.town_secretary, task_id=task_at(case, "check").pk)
    sign = task_at(case, "sign").pk
    actions.task_send_back(actor=here.cast.admin, task_id=sign, to="check", again="resume", reason="补材料")
    again = case.task_set.get(node="check", finished=None)
    actions.instance_add(
        actor=here.cast.admin, task_id=again.pk, users=["zone.secretary"], where="parallel", reason="一并核对"
    )
    here.migrate()
    assert open_nodes(case) == ["check", "check"]
    assert differences(Case.objects.get(pk=case.pk)) == []
    for task in case.task_set.filter(finished=None):
        actions.task_complete(actor=here.cast.zone_secretary, task_id=task.pk)
    assert open_nodes(case) == ["sign"]
    actions.task_complete(actor=here.cast.town_chair, task_id=case.task_set.get(node="sign", finished=None).pk)
    assert open_nodes(case) == ["file"]
    assert differences(Case.objects.get(pk=case.pk)) == []


def test_a_case_that_waits_for_one_it_called_moves_and_hears_its_answer(cast: Cast, publish: Callable) -> None:
    publish(CHECK, "checking")
    here = House(
        cast, publish(calling(), "caller"), publish(calling().replace("签发".encode(), "签批".encode()), "caller")
    )
    case = here.start()
    called = case.children.get()
    here.migrate()
    actions.task_complete(actor=cast.town_secretary, task_id=task_at(called, "read").pk)
    assert task_at(case, "sign").name == "签批"
    assert [differences(one) for one in Case.objects.all()] == [[], []]


def test_incidents_go_by_the_new_names_and_end_with_the_clock_they_were_about(house: Callable) -> None:
    here = house(REMINDED, REMINDED_OTHERWISE)
    kept, cleared = here.start(), here.start()
    for case in (kept, cleared):
        actions.incident_record(error=OSError("x"), timer_row=case.timers.get().pk)
    first = here.decide({"late": "later"}, [kept.pk])
    second = here.decide(cases=[cleared.pk])
    for migration in (first, second):
        actions.case_migrate(row_id=migration.cases.get().pk)
    assert [(one.node, one.resolved) for one in kept.incidents.all()] == [("later", None)]
    assert cleared.incidents.get().resolved is not None
    for migration in (first, second):
        assert actions.case_migrate_undo(actor=here.cast.admin, row_id=migration.cases.get().pk)
    for case in (kept, cleared):
        incident = case.incidents.get()
        assert (incident.node, incident.resolved, incident.timer) == ("late", None, case.timers.get())
