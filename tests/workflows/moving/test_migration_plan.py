"""The dry run: what would happen to each case, and nothing does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from permissions.errors import Denied, Hidden, Invalid
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.conftest import task_at
from tests.workflows.moving.conftest import everything
from tests.workflows.moving.diagrams import ONE, OTHER, TWO
from workflows import actions
from workflows.models import Migration

pytestmark = pytest.mark.django_db


def test_it_says_per_case_what_would_happen_and_writes_nothing(house: Callable) -> None:
    here = house(ONE, OTHER)
    waits, signs = here.start(), here.start()
    actions.task_complete(actor=here.cast.town_secretary, task_id=task_at(signs, "check").pk)
    before, logged = [everything(case) for case in (waits, signs)], AuditEvent.objects.count()
    plan = here.plan()
    assert [row.case.pk for row in plan.movable] == [signs.pk]
    assert [(row.case.pk, row.refusals[0].code, row.refusals[0].node) for row in plan.refused] == [
        (waits.pk, "unmapped", "check")
    ]
    assert plan.standing == {"check": 1, "sign": 1}
    assert plan.proposal.unmapped["check"] == "gone"
    assert (before, logged) == ([everything(case) for case in (waits, signs)], AuditEvent.objects.count())
    assert not Migration.objects.exists()


def test_a_mapping_given_goes_before_what_is_proposed(house: Callable) -> None:
    here = house(ONE, OTHER)
    here.start()
    assert here.plan({"check": "review"}).refused == ()
    assert len(here.plan({"check": "review", "sign": ""}).movable) == 1
    assert "sign" not in here.plan({"sign": ""}).mapping


def test_designers_may_look_and_others_may_not(house: Callable) -> None:
    here = house(ONE, TWO)
    assert here.plan(actor=here.cast.designer).running == 0
    for person in (here.cast.town_chair, here.cast.auditor, here.cast.outsider):
        with pytest.raises(Denied):
            here.plan(actor=person)


def test_versions_that_do_not_go_together_are_refused(house: Callable, cast: Cast, publish: Callable) -> None:
    here = house(ONE, TWO)
    foreign = publish(ONE.replace(b'id="small"', b'id="foreign"'), "foreign")
    draft = actions.definition_save(actor=cast.designer, key="small", name="", xml=OTHER)
    for old, new, code in [
        (here.old, here.old, "same_version"),
        (here.old, foreign, "same_version"),
        (draft, here.new, "not_published"),
    ]:
        with pytest.raises((Invalid, Hidden)) as refusal:
            actions.migration_plan(actor=cast.designer, from_version_id=old.pk, to_version_id=new.pk)
        assert refusal.value.code == code
    with pytest.raises(Invalid, match="没有的环节") as stranger:
        here.plan({"check": "nowhere"})
    assert stranger.value.code == "unknown_node"
