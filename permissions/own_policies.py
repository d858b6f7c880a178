"""The policies of this app's own models. Everybody signed in may read rosters; the security administrator changes them."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from permissions import roles
from permissions.models import (
    Anchor,
    AuditEvent,
    AuditHead,
    Body,
    Checkpoint,
    CheckpointHead,
    FactorGuard,
    Role,
    Seat,
    Session,
    User,
)
from permissions.policies import ALLOWED, Actor, Policy, Verdict, held, policy, refused, signed_in

_admin = held(Role.Code.ADMIN)
_security = held(Role.Code.SECURITY)
_reviews = held(Role.Code.SECURITY, Role.Code.AUDITOR)
_administrators = held(Role.Code.ADMIN, Role.Code.SECURITY, Role.Code.AUDITOR)


@policy(Body)
class BodyPolicy(Policy):
    acts = {"view": signed_in, "body_edit": _admin, "seat_add": _security}

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset


@policy(Seat)
class SeatPolicy(Policy):
    acts = {
        "view": signed_in,
        "seat_add": _security,
        "seat_edit": _security,
        "seat_assign": _security,
        "seat_end": _security,
    }

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset


@policy(Role)
class RolePolicy(Policy):
    acts = {"view": signed_in, "role_grant": _security, "role_revoke": _security}

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset


@policy(User)
class UserPolicy(Policy):
    """Everybody may know the other accounts (they are positions); each looks after the own one alone.

    The system administrator makes, names and closes accounts and issues passwords; the three administrators see how accounts
    stand (`user_list`, `user_standing`). Locks, sessions and lost second factors are the security administrator's.
    """

    acts = {
        "view": signed_in,
        "user_list": _administrators,
        "user_standing": _administrators,
        "user_add": _admin,
        "user_edit": _admin,
        "user_deactivate": _admin,
        "user_reactivate": _admin,
        "password_issue": _admin,
        "sign_in_view": held(Role.Code.SECURITY, Role.Code.ADMIN),
        "factor_reset": _security,
        "sign_in_unlock": _security,
        "identity_link": _admin,
        "identity_unlink": _admin,
    }

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset

    def may_session_end(self, actor: User, obj: User | None) -> Verdict:
        """Everybody for themselves; the security administrator for anybody."""
        return ALLOWED if obj is not None and obj.pk == actor.pk else _security.verdict(actor, obj)

    def holders_session_end(self, obj: User | None) -> QuerySet[User]:
        return self._self(obj) | _security.holders(obj)

    def may_factor_add(self, actor: User, obj: User | None) -> Verdict:
        """Everybody for themselves."""
        return self._own(actor, obj)

    def holders_factor_add(self, obj: User | None) -> QuerySet[User]:
        return self._self(obj)

    def may_factor_remove(self, actor: User, obj: User | None) -> Verdict:
        """Everybody for themselves."""
        return self._own(actor, obj)

    def holders_factor_remove(self, obj: User | None) -> QuerySet[User]:
        return self._self(obj)

    def may_user_preferences_set(self, actor: User, obj: User | None) -> Verdict:
        """Everybody for themselves."""
        return self._own(actor, obj)

    def holders_user_preferences_set(self, obj: User | None) -> QuerySet[User]:
        return self._self(obj)

    def may_user_password_set(self, actor: User, obj: User | None) -> Verdict:
        """Everybody for themselves."""
        return self._own(actor, obj)

    def holders_user_password_set(self, obj: User | None) -> QuerySet[User]:
        return self._self(obj)

    def may_sign_in_release(self, actor: User, obj: User | None) -> Verdict:
        """Never whoever gave the new way in, and never for oneself: it takes two administrators (N5)."""
        if roles.holds(actor, Role.Code.SECURITY):
            if obj is None or obj.pk != actor.pk:
                return ALLOWED
            return refused(_("不能放行自己的登录，请由审计员或另一名安全管理员办理。"), "own_account")
        if roles.holds(actor, Role.Code.AUDITOR) and (obj is None or roles.holds(obj, Role.Code.SECURITY)):
            return ALLOWED
        return refused(_("登录由安全管理员放行；安全管理员的，由审计员或另一名安全管理员放行。"), "role")

    def holders_sign_in_release(self, obj: User | None) -> QuerySet[User]:
        if obj is None:
            return roles.holders_of_codes(Role.Code.SECURITY, Role.Code.AUDITOR)
        codes = [Role.Code.SECURITY]
        if roles.holds(obj, Role.Code.SECURITY):
            codes.append(Role.Code.AUDITOR)
        return roles.holders_of_codes(*codes).exclude(pk=obj.pk)

    def may_roles_as_of(self, actor: User, obj: User | None) -> Verdict:
        """Everybody for themselves; the security administrator and the auditor for anybody."""
        if obj is not None and obj.pk == actor.pk:
            return ALLOWED
        return _reviews.verdict(actor, obj)

    def holders_roles_as_of(self, obj: User | None) -> QuerySet[User]:
        own = Q(pk=obj.pk) if obj is not None else Q(pk__in=())
        return User.objects.filter(own | Q(pk__in=_reviews.holders(obj).values("pk")), is_active=True)

    @staticmethod
    def _own(actor: User, obj: User | None) -> Verdict:
        if obj is not None and obj.pk == actor.pk:
            return ALLOWED
        return refused(_("账号设置只能由本人修改。"), "not_own")

    @staticmethod
    def _self(obj: User | None) -> QuerySet[User]:
        return User.objects.filter(is_active=True, pk=obj.pk) if obj is not None else User.objects.none()


ADMINISTERED = (
    "user_add",
    "user_edit",
    "user_deactivate",
    "user_reactivate",
    "password_issue",
    "sign_in_release",
    "role_grant",
    "role_revoke",
    "factor_reset",
    "sign_in_unlock",
    "identity_link",
    "identity_unlink",
)
"""What administrators do to somebody's account, as the log's verbs."""

AUDITED = ("page_read", "log_export", "archive_take")
"""What auditors read and take away, as the log's verbs."""


@policy(Session)
class SessionPolicy(Policy):
    """Everybody sees where they are signed in themselves, the security administrator where anybody is."""

    acts = {"view": signed_in}

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        current = queryset.filter(expire_date__gt=timezone.now(), user__isnull=False)
        if roles.holds(actor, Role.Code.SECURITY):
            return current
        return current.filter(user=actor.pk) if actor is not None and isinstance(actor.pk, int) else queryset.none()


@policy(FactorGuard)
class FactorGuardPolicy(Policy):
    """Only the security administrator sees whose codes are locked."""

    acts = {"view": _security}

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if roles.holds(actor, Role.Code.SECURITY) else queryset.none()


_visibility: list[Callable[[User], Q]] = []


def audit_visibility(which: Callable[[User], Q]) -> Callable[[User], Q]:
    """Decorator: `which(actor)` names, as a Q over `AuditEvent`, events a user may read because of what they may see.

    The floors above register one function each; an event is visible when any of them names it.
    """
    if which not in _visibility:
        _visibility.append(which)
    return which


@policy(AuditEvent)
class AuditEventPolicy(Policy):
    """The auditor reads the whole log; everybody else the events of what they may see, and of their own account.

    The other two administrators read what each of them did to accounts and roles, not when somebody signed in. What auditors read
    and take away the security administrator sees: nobody is watched by nobody (N4).
    """

    acts = {name: held(Role.Code.AUDITOR) for name in ("log_verify", "log_search", "log_export")}

    def may_view(self, actor: User, obj: AuditEvent | None) -> Verdict:
        """Whoever may read it: the auditor everything, others what they may see."""
        if obj is None or self.visible(actor, AuditEvent.objects.filter(pk=obj.pk)).exists():
            return ALLOWED
        return refused(_("这条台账记录不在您的查看范围内。需要时请联系审计员。"), "not_visible")

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if roles.holds(actor, Role.Code.AUDITOR):
            return queryset
        if actor is None or not isinstance(actor.pk, int):
            return queryset.none()
        seen = Q(subject__startswith="body:") | Q(subject=f"user:{actor.pk}")
        if {Role.Code.ADMIN, Role.Code.SECURITY} & roles.of(actor):
            seen |= Q(subject__startswith="user:", verb__in=ADMINISTERED)
        if Role.Code.SECURITY in roles.of(actor):
            seen |= Q(subject__startswith="user:", verb__in=AUDITED)
        for which in _visibility:
            seen |= which(actor)
        return queryset.filter(seen)


@policy(AuditHead)
@policy(Checkpoint)
@policy(CheckpointHead)
@policy(Anchor)
class ProofPolicy(Policy):
    """What proves the log as a whole: it names every chain there is, so only the auditor reads it."""

    acts = {"view": held(Role.Code.AUDITOR), "log_verify": held(Role.Code.AUDITOR)}

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if roles.holds(actor, Role.Code.AUDITOR) else queryset.none()
