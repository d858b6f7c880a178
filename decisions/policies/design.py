"""Who draws flows, and who knows of what is being drawn."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from permissions import roles
from permissions.policies import Actor, Policy, held, part_of, policy
from workflows.models import DefinitionVersion, Drawing, ImportedFile


@policy(Drawing)
class DrawingPolicy(Policy):
    """What is being drawn is known among the designers; each writes only their own (the actions ask for no other)."""

    acts = {
        "view": held("designer"),
        "drawing_begin": held("designer"),
        "drawing_keep": held("designer"),
        "drawing_save": held("designer"),
        "drawing_drop": held("designer"),
    }

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if "designer" in roles.of(actor) else queryset.none()


part_of(DefinitionVersion, why="the file of another tool a draft was made from; read with the version, by its readers")(
    ImportedFile
)
