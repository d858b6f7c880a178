"""Who releases a version, and whose hands it may lie in: the policy of releases, and the separation rule for those who draw."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from permissions import hands, roles
from permissions.models import AuditEvent, SeparationRule
from permissions.policies import Actor, Policy, held, policy
from workflows.models import DefinitionVersion, Release

SAVE, PUBLISH = "definition_save", "definition_publish"


@policy(Release)
class ReleasePolicy(Policy):
    """Releases are the designers' work, as drafts are; auditors read them."""

    acts = {
        "view": held("designer", "auditor"),
        "release_approve": held("designer"),
        "release_refuse": held("designer"),
        "release_withdraw": held("designer"),
    }

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if {"designer", "auditor"} & roles.of(actor) else queryset.none()


def _drawn(version: str) -> QuerySet[AuditEvent]:
    """The log's entries of saving this version: who drew any of it, drew it."""
    return AuditEvent.objects.filter(verb=SAVE, target=version)


def _of_version(act: str, version: DefinitionVersion) -> tuple[str, str] | None:
    return (PUBLISH, f"version:{version.pk}") if act == PUBLISH else None


def _of_release(act: str, release: Release) -> tuple[str, str] | None:
    return (PUBLISH, f"version:{release.version_id}") if act == "release_approve" else None


hands.work(
    hands.Work(
        SAVE,
        gettext_lazy("起草流程"),
        lambda version, persons: _drawn(version).filter(hands.of(persons)).exists(),
        lambda version, persons: hands.others(_drawn(version), persons).exists(),
    ),
    hands.Work(PUBLISH, gettext_lazy("批准发布流程")),
)
hands.naming(DefinitionVersion, _of_version)
hands.naming(Release, _of_release)
# Off as shipped: a house with one designer could publish nothing.
hands.ship(
    SeparationRule(
        code="drafter_publishes",
        name="起草流程的人不批准发布",
        name_en="Who drew a flow does not approve it",
        done=[SAVE],
        barred=[PUBLISH],
        active=False,
        basis="S1",
    )
)
