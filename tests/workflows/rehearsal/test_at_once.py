"""Two who ask for the same at the same moment, each with a connection of their own, on real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from permissions.errors import ApplicationError
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.conftest import open_nodes, task_at
from tests.workflows.diagrams import SECRETARY_THEN_CHAIR
from tests.workflows.rehearsal.test_flow_tests import BEGINS, PLAY, draft, keep
from tests.workflows.rehearsal.test_simulations import scenario, start
from tests.workflows.test_concurrency import at_once
from workflows import actions
from workflows.models import FlowTest, Simulation

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3


def test_the_same_at_once_is_one_test_one_simulation_one_step_done(cast: Cast, publish: Callable[..., object]) -> None:
    """One world for all of it: a test recorded twice, one name for two plays, a simulation asked for twice, a step answered twice."""
    version = draft(cast)
    for number in range(ROUNDS):
        name = f"测试{number}"
        twice = at_once(*[lambda name=name: keep(cast, version, name=name)] * 2)
        assert len({test.pk for test in twice}) == 1, twice  # type: ignore[attr-defined]
        assert FlowTest.objects.get(name=name).history.count() == 1
        other = f"另一个{number}"
        both = at_once(
            lambda other=other: keep(cast, version, name=other),
            lambda other=other: keep(cast, version, name=other, acts=PLAY[:2]),
        )
        assert [one.code for one in both if isinstance(one, ApplicationError)] == ["name_taken"], both
        seed = number
        asked = at_once(*[lambda seed=seed: start(cast, version=version, scenario=scenario(seed=seed))] * 2)
        assert len({one.pk for one in asked}) == 1, asked  # type: ignore[attr-defined]
    assert AuditEvent.objects.filter(verb="flow_test_record").count() == 2 * ROUNDS
    assert AuditEvent.objects.filter(verb="simulation_start").count() == Simulation.objects.count() == ROUNDS
    assert FlowTest.objects.filter(begins=BEGINS).count() == 2 * ROUNDS
    publish(SECRETARY_THEN_CHAIR, "answered")
    for _round in range(ROUNDS):
        case = actions.case_start(actor=cast.town_proposer, definition="answered")
        pk = task_at(case, "check").pk
        done = at_once(*[lambda pk=pk: actions.step_answer(actor=cast.town_secretary, task_id=pk, answers={})] * 2)
        assert [one.code for one in done if isinstance(one, ApplicationError)] == ["already_done"], done
        assert open_nodes(case) == ["sign"]
