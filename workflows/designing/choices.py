"""What the pickers of the editor offer: bodies, roles, people, forms, jobs, flows, decisions."""

from __future__ import annotations

from typing import Any

from permissions.models import Body, Role, User
from permissions.policies import visible
from workflows import handlers
from workflows.models import DefinitionKind, DefinitionVersion, VersionStatus

#: So many people are offered in the page; a house with more names them by role.
PEOPLE = 500


def choices(user: User) -> dict[str, list[dict[str, str]]]:
    """Everything to choose from, each list in the order of the house, with the words of the reader's language."""
    published = list(
        visible(user, DefinitionVersion)
        .filter(status=VersionStatus.PUBLISHED)
        .select_related("definition")
        .only("provides", "definition__key", "definition__name", "definition__kind", "number")
        .order_by("definition__key", "number")
    )
    flows = {row.definition.key: row.definition.label for row in published if _is(row, DefinitionKind.FLOW)}
    decisions = {
        one: row.definition.label for row in published if _is(row, DefinitionKind.DECISION) for one in row.provides
    }
    people = visible(user, User).filter(is_active=True).order_by("username")[:PEOPLE]
    return {
        "bodies": _pairs("key", ((body.code, body.label) for body in visible(user, Body).order_by("order"))),
        "roles": _pairs("key", ((role.key, role.label) for role in Role.objects.select_related("body", "group"))),
        "people": _pairs("username", ((one.username, one.label) for one in people)),
        "forms": _pairs("key", handlers.forms().items()),
        "handlers": _pairs("name", handlers.jobs().items()),
        "flows": _pairs("key", flows.items()),
        "decisions": _pairs("id", decisions.items()),
    }


def _is(version: DefinitionVersion, kind: DefinitionKind) -> bool:
    return version.definition.kind == kind


def _pairs(name: str, found: Any) -> list[dict[str, str]]:
    return [{name: key, "label": label} for key, label in found]
