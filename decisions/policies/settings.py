"""Who may read and change the rules of deciding: all who take part read them, secretaries change them two by two."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from decisions.models import MatterType, RuleSet, SettingChange
from decisions.policies.sittings import follows
from permissions import roles
from permissions.models import Body, Role, User
from permissions.own_policies import audit_visibility
from permissions.policies import ALLOWED, Actor, Policy, Verdict, held, policy, refused, role_key


class _Open(Policy):
    """Rules everybody is decided by are open to everybody who takes part, and to those who audit them."""

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if follows(actor) else queryset.none()

    def may_view(self, actor: User, obj: Any) -> Verdict:
        return ALLOWED


@policy(RuleSet)
class RuleSetPolicy(_Open):
    """Versions are only ever added, and only by confirming a change."""


@policy(MatterType)
class MatterTypePolicy(_Open):
    """Changed only by confirming a change."""


@policy(SettingChange)
class SettingChangePolicy(_Open):
    """Put forward by a secretary, confirmed or refused by one of another body, taken back by those who put it forward."""

    acts = {"setting_propose": held(Role.Code.SECRETARY)}

    def may_setting_confirm(self, actor: User, obj: SettingChange) -> Verdict:
        """A secretary of the other body, not whoever put it forward."""
        return self._other_side(actor, obj)

    def may_setting_refuse(self, actor: User, obj: SettingChange) -> Verdict:
        """A secretary of the other body, not whoever put it forward."""
        return self._other_side(actor, obj)

    def may_setting_withdraw(self, actor: User, obj: SettingChange) -> Verdict:
        """Whoever put it forward, and the secretaries of their body."""
        if actor.pk == obj.proposed_by_id or roles.holds(actor, role_key(Role.Code.SECRETARY, obj.body)):
            return ALLOWED
        return refused(_("修改由提出的一方撤回。您可以在确认时不同意。"), "other_side")

    def holders_setting_confirm(self, obj: SettingChange) -> QuerySet[User]:
        keys = [role_key(Role.Code.SECRETARY, body) for body in Body.objects.exclude(pk=obj.body_id)]
        return roles.holders(*keys).exclude(pk=obj.proposed_by_id)

    @staticmethod
    def _other_side(actor: User, obj: SettingChange) -> Verdict:
        others = Body.objects.exclude(pk=obj.body_id)
        if actor.pk != obj.proposed_by_id and any(
            roles.holds(actor, role_key(Role.Code.SECRETARY, body)) for body in others
        ):
            return ALLOWED
        return refused(_("规则的修改须由另一个班子的秘书确认，不能由提出方自己确认。"), "own_side")


@audit_visibility
def setting_chains(actor: User) -> Q:
    """What was changed in the rules is for everybody who may read them."""
    return Q(subject__startswith="setting:") if follows(actor) else Q(pk__in=())
