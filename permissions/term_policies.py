"""Who may know and change who holds which role when, who stands in for whom, and which work lies in different hands."""

from typing import Any

from django.db.models import Q, QuerySet

from permissions import roles
from permissions.models import Role, RoleGrant, SeparationRule, Substitution, User
from permissions.policies import ALLOWED, Actor, Policy, Verdict, held, policy, signed_in

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


@policy(Substitution)
class SubstitutionPolicy(Policy):
    """Known to both sides of it, to whoever keeps the roles and to the auditor. The one whose work is done may end it."""

    acts = {"view": signed_in, "substitution_give": _keeper}

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if oversees(actor):
            return queryset
        if actor is None or actor.pk is None:
            return queryset.none()
        return queryset.filter(Q(substitute=actor.pk) | Q(holder=actor.pk))

    def may_substitution_end(self, actor: User, obj: Substitution | None) -> Verdict:
        """The security administrator, and whose work is done."""
        if obj is not None and obj.holder_id == actor.pk:
            return ALLOWED
        return _keeper.verdict(actor, obj)

    def holders_substitution_end(self, obj: Substitution | None) -> QuerySet[User]:
        keepers = _keeper.holders(obj)
        if obj is None:
            return keepers
        return User.objects.filter(Q(pk__in=keepers.values("pk")) | Q(pk=obj.holder_id), is_active=True)


@policy(SeparationRule)
class SeparationRulePolicy(Policy):
    """The rules are open to everybody whose work they lay into different hands."""

    acts = {"view": signed_in, "separation_rule_set": _keeper}

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset
