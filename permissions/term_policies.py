"""Who may know and change who holds which role when, who stands in for whom, and which work lies in different hands."""

from typing import Any

from django.db.models import Q, QuerySet

from permissions import roles
from permissions.models import Role, RoleGrant
from permissions.policies import Actor, Policy, held, policy, signed_in

_keeper = held(Role.Code.SECURITY)
_OVERSEERS = frozenset({Role.Code.SECURITY, Role.Code.AUDITOR})


def oversees(actor: Actor) -> bool:
    """Whether the user keeps or audits who may what, and so knows the reasons of it."""
    return bool(_OVERSEERS & roles.of(actor))


@policy(RoleGrant)
class RoleGrantPolicy(Policy):
    """That somebody holds a role is no secret, and stands with the body. Why, and by whom it was given, is known to them, to
    whoever keeps the roles and to the auditor."""

    acts = {"view": signed_in, "role_revoke": _keeper}

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if oversees(actor):
            return queryset
        return queryset.filter(Q(user=actor.pk)) if actor is not None and actor.pk else queryset.none()
