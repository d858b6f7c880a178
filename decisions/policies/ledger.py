"""Who may let the failure of a rule pass: whoever heads a body. Everybody who reads the item reads who did."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from decisions.models import RuleWaiver
from decisions.policies.items import readable
from permissions import roles
from permissions.models import Body, Role, Seat, User
from permissions.policies import ALLOWED, Actor, Policy, Verdict, policy, refused, role_key


@policy(RuleWaiver)
class RuleWaiverPolicy(Policy):
    """The chair of a body who holds its principal seat; what they waive is kept with the item."""

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if actor is None or actor.pk is None:
            return queryset.none()
        return queryset.filter(item__in=readable(actor).values("pk"))

    def may_view(self, actor: User, obj: RuleWaiver) -> Verdict:
        return ALLOWED

    def may_rule_waive(self, actor: User, obj: RuleWaiver | None) -> Verdict:
        """The chair of a body who holds its principal seat."""
        heads = any(
            seat.principal and seat.voting and roles.holds(actor, role_key(Role.Code.CHAIR, seat.body))
            for seat in roles.seats_of(actor)
        )
        return ALLOWED if heads else refused(_("豁免由班子的班长批准，您没有这个岗位。"), "role")

    def holders_rule_waive(self, obj: RuleWaiver | None) -> QuerySet[User]:
        keys = [role_key(Role.Code.CHAIR, body) for body in Body.objects.all()]
        heads = Seat.objects.in_force().voting().filter(principal=True, user__isnull=False).values("user")
        return roles.holders(*keys).filter(pk__in=heads)
