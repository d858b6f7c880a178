"""Two published versions and cases on the first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from permissions.models import User
from tests.cast import Cast
from tests.workflows.conftest import _no_compiled_flows, publish  # noqa: F401  fixtures
from workflows import actions
from workflows.models import (
    Case,
    CaseTask,
    CaseTaskGroupPermission,
    CaseTaskUserPermission,
    DefinitionVersion,
    Migration,
)


@dataclass
class House:
    """The people, two versions of one flow, and what an administrator does with them."""

    cast: Cast
    old: DefinitionVersion
    new: DefinitionVersion

    def start(self, **more: Any) -> Case:
        """A case on the old version."""
        key = self.old.definition.key
        return actions.case_start(actor=self.cast.town_proposer, definition=key, version=self.old.number, **more)

    def plan(self, mapping: Mapping[str, str] | None = None, actor: User | None = None) -> Any:
        """The dry run."""
        return actions.migration_plan(
            actor=actor or self.cast.admin, from_version_id=self.old.pk, to_version_id=self.new.pk, mapping=mapping
        )

    def decide(self, mapping: Mapping[str, str] | None = None, cases: list[int] | None = None) -> Migration:
        """Start the migration; the worker has not begun."""
        return actions.migration_start(
            actor=self.cast.admin,
            from_version_id=self.old.pk,
            to_version_id=self.new.pk,
            mapping=self.plan(mapping).mapping,
            reason="新版增加归档",
            case_ids=cases,
        )

    def migrate(self, mapping: Mapping[str, str] | None = None) -> Migration:
        """Start the migration, and do what the worker does."""
        migration = self.decide(mapping)
        for row in migration.cases.all():
            actions.case_migrate(row_id=row.pk)
        return migration


@pytest.fixture
def house(cast: Cast, publish: Callable) -> Callable[[bytes, bytes], House]:  # noqa: F811
    """Both files, published one after the other."""
    return lambda old, new: House(cast, publish(old), publish(new))


def everything(case: Case) -> dict[str, Any]:
    """All that the tables say of a case, its log aside."""
    case = Case.objects.get(pk=case.pk)
    tasks = list(CaseTask.objects.filter(process=case).order_by("pk").values())
    return {
        "case": Case.objects.filter(pk=case.pk).values().get(),
        "tasks": tasks,
        "timers": list(case.timers.order_by("pk").values()),
        "groups": sorted(
            CaseTaskGroupPermission.objects.filter(content_object__process=case).values_list("content_object", "group")
        ),
        "users": sorted(
            CaseTaskUserPermission.objects.filter(content_object__process=case).values_list("content_object", "user")
        ),
    }
