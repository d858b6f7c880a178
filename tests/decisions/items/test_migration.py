"""An item's flow moves to another version, and never past what the bodies have to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from decisions.selectors.items.story import story
from tests.cast import Cast
from tests.decisions.items.conftest import Hand
from workflows import actions
from workflows.models import Case, DefinitionVersion, MoveOutcome
from workflows.replay import differences

pytestmark = pytest.mark.django_db
XML = (Path(settings.BASE_DIR) / "workflows/library/joint_decision.bpmn").read_bytes()


@pytest.fixture
def renewed(cast: Cast) -> Callable[[bytes], DefinitionVersion]:
    """The item flow, published anew with another file."""

    def publish(xml: bytes) -> DefinitionVersion:
        version = actions.definition_save(actor=cast.designer, key="joint_decision", name="", xml=xml)
        return actions.definition_publish(actor=cast.designer, version_id=version.pk)

    return publish


def moved(cast: Cast, case: Case, to: DefinitionVersion, mapping: dict[str, str] | None = None) -> tuple[str, str]:
    plan = actions.migration_plan(
        actor=cast.admin, from_version_id=case.version_id, to_version_id=to.pk, mapping=mapping
    )
    migration = actions.migration_start(
        actor=cast.admin,
        from_version_id=case.version_id,
        to_version_id=to.pk,
        mapping=plan.mapping,
        reason="改名",
        case_ids=[case.pk],
    )
    row = migration.cases.get()
    tried = next(one for one in plan.cases if one.case.pk == case.pk)
    outcome = actions.case_migrate(row_id=row.pk)
    assert (outcome == MoveOutcome.MOVED) == (tried.moved is not None), "the dry run said so"
    row.refresh_from_db()
    return outcome, row.reason


def test_an_item_goes_on_with_its_page_and_its_stage(hand: Hand, cast: Cast, renewed: Callable) -> None:
    item = hand.confirmed()
    new = renewed(XML.replace("编制方案".encode(), "编写方案".encode()))
    assert moved(cast, item.case, new) == (MoveOutcome.MOVED, "")
    case = Case.objects.get(pk=item.case.pk)
    assert case.task_set.get(finished=None).name == "编写方案"
    assert differences(case) == []
    told = [entry.what for entry in story(item, limit=20)]
    assert any("迁移到新版流程" in str(what) for what in told)


def test_no_mapping_leads_an_item_past_deliberation(hand: Hand, cast: Cast, renewed: Callable) -> None:
    item = hand.confirmed()
    new = renewed(XML.replace("编制方案".encode(), "编写方案".encode()))
    outcome, reason = moved(cast, item.case, new, {"plan": "execute"})
    assert outcome == MoveOutcome.REFUSED
    assert "不是同一件事" in reason
    assert Case.objects.get(pk=item.case.pk).version_id == item.case.version_id
