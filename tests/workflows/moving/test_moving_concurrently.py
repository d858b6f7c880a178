"""A migration against people, another worker and an undoing at the same instant, on real PostgreSQL. Thirty rounds each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from permissions import audit
from permissions.errors import ApplicationError
from tests.workflows.conftest import open_nodes, task_at
from tests.workflows.moving.conftest import House
from tests.workflows.moving.diagrams import ONE
from tests.workflows.test_concurrency import ROUNDS, at_once
from workflows import actions
from workflows.models import Case, MoveOutcome
from workflows.replay import differences

pytestmark = pytest.mark.django_db(transaction=True)
#: The same steps for the same people, the second under another name.
MORE = ONE.replace("书记签发".encode(), "书记审签".encode())


def clean(case: Case) -> Case:
    """The case, proved: replay, chain, and one open task at most."""
    case = Case.objects.get(pk=case.pk)
    assert differences(case) == []
    assert list(audit.verify(case.chain)) == []
    return case


def test_a_migration_against_a_completion_has_no_loser(house: Callable) -> None:
    here: House = house(ONE, MORE)
    for _round in range(ROUNDS):
        case = here.start()
        row, task = here.decide(cases=[case.pk]).cases.get(), task_at(case, "check").pk
        moved, done = at_once(
            lambda row=row.pk: actions.case_migrate(row_id=row),
            lambda task=task: actions.task_complete(actor=here.cast.town_secretary, task_id=task),
        )
        assert not isinstance(done, BaseException), done
        assert moved == MoveOutcome.MOVED, moved
        assert open_nodes(case) == ["sign"]
        assert clean(case).version == here.new
        assert task_at(case, "sign").name == "书记审签"


def test_two_workers_move_a_case_once(house: Callable) -> None:
    here: House = house(ONE, MORE)
    for _round in range(ROUNDS):
        case = here.start()
        row = here.decide(cases=[case.pk]).cases.get().pk
        outcomes = at_once(*[lambda row=row: actions.case_migrate(row_id=row)] * 2)
        assert outcomes == [MoveOutcome.MOVED] * 2
        clean(case)


def test_an_undoing_against_a_completion_has_one_clean_winner(house: Callable) -> None:
    here: House = house(ONE, MORE)
    for _round in range(ROUNDS):
        case = here.start()
        row, task = here.decide(cases=[case.pk]).cases.get().pk, task_at(case, "check").pk
        actions.case_migrate(row_id=row)
        back, done = at_once(
            lambda row=row: actions.case_migrate_undo(actor=here.cast.admin, row_id=row),
            lambda task=task: actions.task_complete(actor=here.cast.town_secretary, task_id=task),
        )
        assert not isinstance(done, ApplicationError), done
        assert clean(case).version == (here.old if back else here.new)
        assert task_at(case, "sign").name == ("书记签发" if back else "书记审签")
