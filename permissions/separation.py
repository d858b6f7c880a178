"""Separation of powers (N5): who runs, guards or audits the system is nobody else, and sits nowhere.

The database refuses the same (migration 0004_administrators); here it is said in words, before anything is written.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from permissions import clock, roles
from permissions.errors import Conflict, WrongState
from permissions.models import Role, RoleGrant, Seat, User

APART = frozenset({Role.Code.ADMIN, Role.Code.SECURITY, Role.Code.AUDITOR})
"""The three administrators (三员): each role is held alone, without any other role and without a seat."""


def check_seat(user_id: int) -> None:
    """Raises `Conflict` for a person who must not sit, with a vote or without. Locks the person's row."""
    _lock(user_id)
    apart = Role.objects.filter(pk__in=_roles(user_id), code__in=APART).first()
    if apart is not None:
        raise Conflict(
            _("这名人员是%(role)s，不能同时有席位。请先收回该角色，或改选他人。") % {"role": apart.label},
            code="separated",
        )


def check_role(user_id: int, role: Role) -> None:
    """Raises `Conflict` when the role may not be added to what the person has. Locks the person's row."""
    _lock(user_id)
    others = list(Role.objects.filter(pk__in=_roles(user_id)).exclude(pk=role.pk).select_related("body"))
    if others and (role.code in APART or any(other.code in APART for other in others)):
        raise Conflict(
            _("%(role)s必须单独担任，不能与其他角色兼任。请先收回原有角色，或改选他人。")
            % {"role": next((other.label for other in others if other.code in APART), role.label)},
            code="separated",
        )
    still = Seat.objects.overlapping(clock.today(), None)
    if role.code in APART and still.filter(user=user_id).exists():
        raise Conflict(
            _("这名人员有席位，不能担任%(role)s。请先结束其席位，或改选他人。") % {"role": role.label},
            code="separated",
        )


def check_substitute(user_id: int) -> None:
    """Raises `Conflict` for an administrator, who does nobody else's work (N5). Locks the person's row."""
    _lock(user_id)
    apart = Role.objects.filter(pk__in=_roles(user_id), code__in=APART).first()
    if apart is not None:
        raise Conflict(
            _("这名人员是%(role)s，不能代理其他角色。请改选他人。") % {"role": apart.label}, code="separated"
        )


def check_not_last(person: User, losing: Iterable[Role]) -> None:
    """Raises `WrongState` when the person is the last active holder of one of these administrators' roles.

    Needs the rows of the roles locked, so that two administrators who remove each other wait for one another.
    """
    for role in losing:
        if role.code in APART and not roles.holders(role.key).exclude(pk=person.pk).exists():
            raise WrongState(
                _("至少要保留一名%(role)s。请先给另一名人员授予该角色，再办理。") % {"role": role.label},
                code="last_admin",
            )


def _roles(user_id: int) -> QuerySet[Any]:
    """The keys of the roles a person holds or is to hold."""
    return RoleGrant.objects.standing().filter(user=user_id).values("role")


def _lock(user_id: int) -> None:
    """Two administrators, one granting a role and one assigning a seat, must not pass each other."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=user_id)
