"""Log and tables agree: the pure core, fed with the log, arrives where the case stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.cast import Cast
from tests.workflows.conftest import task_at
from tests.workflows.diagrams import REMINDED, TWO_APPROVALS, WAITS_FOR_RESULT
from workflows import actions, clock
from workflows.models import Case, CaseTask
from workflows.replay import differences, stages

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast, publish: Callable) -> Case:
    publish(TWO_APPROVALS, "two")
    started = actions.case_start(
        actor=cast.town_proposer,
        definition="two",
        subject="item:7",
        variables={"amount": Decimal("280.10"), "词": "粮站"},
    )
    actions.task_complete(
        actor=cast.town_chair, task_id=task_at(started, "town").pk, variables={"share": Decimal("0.6")}
    )
    return Case.objects.get(pk=started.pk)


def test_the_log_leads_to_where_the_case_stands(case: Case) -> None:
    assert differences(case) == []
    assert [stage.variables.get("share") for stage in stages(case)] == [None, Decimal("0.6")]


def test_every_moment_of_a_case_can_be_seen_again(case: Case) -> None:
    first, second = stages(case)
    assert sorted(node for _token, node in first.marking.open_tokens()) == ["town", "zone"]
    assert [node for _token, node in second.marking.open_tokens()] == ["zone"]


def test_messages_timers_and_ends_replay_too(cast: Cast, publish: Callable) -> None:
    publish(WAITS_FOR_RESULT, "waiting")
    told = actions.case_start(actor=cast.town_proposer, definition="waiting")
    actions.case_message(actor=None, case_id=told.pk, name="result_announced", variables={"outcome": "passed"})
    actions.task_complete(actor=cast.town_chair, task_id=task_at(told, "sign").pk)
    publish(REMINDED, "reminded")
    start = timezone.now()
    with clock.at(start):
        late = actions.case_start(actor=cast.town_proposer, definition="reminded")
    with clock.at(start + timedelta(hours=3)):
        actions.timer_fire(timer_row=late.timers.get().pk)
    gone = actions.case_start(actor=cast.town_proposer, definition="reminded")
    actions.case_cancel(actor=cast.admin, case_id=gone.pk, reason="重复")
    out = StringIO()
    call_command("case_replay", "--all", stdout=out)
    assert out.getvalue().strip() == "replayed 3 differ 0"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda case: Case.objects.filter(pk=case.pk).update(variables={"amount": 1}), "variables"),
        (lambda case: Case.objects.filter(pk=case.pk).update(marking={"next": 9}), "marking"),
        (lambda case: CaseTask.objects.filter(process=case, node="zone").update(finished=timezone.now()), "open tasks"),
    ],
)
def test_a_table_changed_behind_the_log_is_found(case: Case, change: Callable[[Case], object], word: str) -> None:
    change(case)
    assert [line.split(":")[0] for line in differences(Case.objects.get(pk=case.pk))] == [word]
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("case_replay", str(case.pk), stdout=out)
    assert out.getvalue().strip().endswith("replayed 1 differ 1")


def test_the_command_wants_ids_or_all() -> None:
    with pytest.raises(CommandError):
        call_command("case_replay")
