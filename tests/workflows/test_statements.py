"""What a click costs the database. A statement more on the way that everybody takes is a decision, not an oversight."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from permissions import audit
from tests.cast import Cast
from tests.workflows.conftest import open_nodes, task_at
from tests.workflows.diagrams import SECRETARY_THEN_CHAIR, TWO_APPROVALS, WAITS_FOR_RESULT
from workflows import actions
from workflows.models import Case

pytestmark = pytest.mark.django_db


def statements(act: Callable[[], object]) -> list[str]:
    """How each statement of `act` begins, without the savepoints that only a test's own transaction makes."""
    with CaptureQueriesContext(connection) as seen:
        act()
    return [query["sql"].split()[0] for query in seen if "SAVEPOINT" not in query["sql"]]


def test_a_start_takes_two_statements(cast: Cast, publish: Callable) -> None:
    publish(TWO_APPROVALS)
    start = lambda: actions.case_start(actor=cast.town_proposer, definition="small", variables={"amount": 280})  # noqa: E731
    start()
    assert statements(start) == ["SELECT", "WITH"], "find the version; write the case, its tasks, candidates and log"


def test_a_start_that_must_be_the_only_one_takes_its_place_first(cast: Cast, publish: Callable) -> None:
    publish(TWO_APPROVALS)
    numbers = iter(range(10))
    start = lambda: actions.case_start(actor=cast.town_proposer, definition="small", subject=f"item:{next(numbers)}")  # noqa: E731
    start()
    assert statements(start) == ["SELECT", "WITH", "WITH"], "find the version; take the subject and its chain; write"


def test_a_completion_takes_two_statements_wherever_it_leads(cast: Cast, publish: Callable) -> None:
    publish(SECRETARY_THEN_CHAIR)
    for _round in range(2):
        case = actions.case_start(actor=cast.town_proposer, definition="small")
        check = task_at(case, "check").pk
        to_the_next = statements(lambda pk=check: actions.task_complete(actor=cast.town_secretary, task_id=pk))
        sign = task_at(case, "sign").pk
        to_the_end = statements(lambda pk=sign: actions.task_complete(actor=cast.town_chair, task_id=pk))
    assert to_the_next == to_the_end == ["SELECT", "WITH"], "lock case, task and chain; write everything"
    assert Case.objects.get(pk=case.pk).status == "DONE"
    assert list(audit.verify(case.chain)) == []


def test_a_message_takes_two_statements(cast: Cast, publish: Callable) -> None:
    publish(WAITS_FOR_RESULT)
    for _round in range(2):
        case = actions.case_start(actor=cast.town_proposer, definition="small")
        taken = statements(lambda pk=case.pk: actions.case_message(actor=None, case_id=pk, name="result_announced"))
        assert open_nodes(case) == ["sign"]
    assert taken == ["SELECT", "WITH"], "lock case and chain; write everything"
