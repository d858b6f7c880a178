"""Renaming a body."""

from collections.abc import Callable
from typing import Any

import pytest

from permissions.actions import body_edit
from permissions.errors import Denied, Hidden, Invalid
from permissions.models import AuditEvent, Body
from tests.cast import Cast

NAMES = {"name": "洪林镇党委会", "name_en": "Honglin Town Committee", "short": "镇", "short_en": "T"}


def test_the_administrator_renames_a_body(cast: Cast) -> None:
    body_edit(actor=cast.admin, body_id=cast.town.pk, **NAMES)
    assert Body.objects.get(code="town").name == "洪林镇党委会"


@pytest.mark.parametrize("who", ["town_chair", "town_secretary", "auditor", "outsider"])
def test_nobody_else_renames_a_body(cast: Cast, who: str) -> None:
    with pytest.raises(Denied, match="系统管理员"):
        body_edit(actor=getattr(cast, who), body_id=cast.town.pk, **NAMES)
    assert Body.objects.get(code="town").name == "洪林镇党委"


def test_a_body_that_does_not_exist_is_not_found(cast: Cast) -> None:
    with pytest.raises(Hidden):
        body_edit(actor=cast.admin, body_id=0, **NAMES)


@pytest.mark.parametrize(("changes", "field"), [({"name": " "}, "name"), ({"short": "镇委"}, "short")])
def test_what_cannot_be_taken_is_named_by_field(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        body_edit(actor=cast.admin, body_id=cast.town.pk, **{**NAMES, **changes})
    assert list(refused.value.fields) == [field]


def test_repeating_it_writes_nothing(cast: Cast, logged: Callable[[str], list[AuditEvent]]) -> None:
    for _ in range(2):
        body_edit(actor=cast.admin, body_id=cast.town.pk, **NAMES)
    (event,) = logged("body_edit")
    assert event.data["old"] == {"name": "洪林镇党委", "name_en": "Honglin Town Party Committee"}
    assert event.data["new"] == {"name": "洪林镇党委会", "name_en": "Honglin Town Committee"}
    after, before = cast.town.history.all()
    assert (before.name, after.name, after.history_user) == ("洪林镇党委", "洪林镇党委会", cast.admin)
