"""Which roles and seats a person holds on a day. Asked once per user object (that is: once per request), then remembered.

The grants are asked with their terms at every question, so that a role that has run out opens nothing, whether a worker runs or
not. Django's group membership mirrors them for guardian's sake; nothing that decides reads it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from permissions import clock
from permissions.models import RoleGrant, Seat, User

_ROLES = "_held_role_keys"
_SEATS = "_held_seats"

Person = User | AnonymousUser | None


def of(user: Person, on: date | None = None) -> frozenset[str]:
    """The keys (`town:secretary`, `auditor`) of the roles held on that day, today where none is given; none for an anonymous
    or inactive user. One query."""
    return frozenset(_held(user, on))


def groups(user: Person, on: date | None = None) -> frozenset[int]:
    """The same as the keys of the roles' groups, which object permissions of guardian name."""
    return frozenset(_held(user, on).values())


def holds(user: Person, key: str, on: date | None = None) -> bool:
    """Whether the user holds the role with this key on that day."""
    return key in _held(user, on)


def holders(*keys: str, on: date | None = None) -> QuerySet[User]:
    """The active users who hold at least one of these roles on that day."""
    return _who(on, role__group__name__in=keys)


def holders_of_codes(*codes: str, on: date | None = None) -> QuerySet[User]:
    """The active users who hold a role with one of these codes on that day, in whichever body."""
    return _who(on, role__code__in=codes)


def holders_of_groups(groups: Any, on: date | None = None) -> QuerySet[User]:
    """The active users who hold a role of one of these groups (keys, or a query of them) on that day."""
    return _who(on, role__group__in=groups)


def seats_of(user: Person, on: date | None = None) -> list[Seat]:
    """The seats of this person in force on that day (today where none is given), bodies loaded. Remembered."""
    if user is None or not user.is_authenticated or not user.is_active:
        return []
    day = on or clock.today()
    known: dict[date, list[Seat]] = _known(user, _SEATS)
    if day not in known:
        known[day] = list(Seat.objects.in_force(day).filter(user=user.pk).select_related("body"))
    return known[day]


def forget(user: User) -> None:
    """Drop what is remembered on this object, after its roles or seats have changed."""
    for name in (_ROLES, _SEATS):
        if hasattr(user, name):
            delattr(user, name)


def _held(user: Person, on: date | None) -> Mapping[str, int]:
    """Key of each role held → key of its group."""
    if user is None or not user.is_authenticated or not user.is_active:
        return {}
    day = on or clock.today()
    known: dict[date, Mapping[str, int]] = _known(user, _ROLES)
    if day not in known:
        grants = RoleGrant.objects.in_force(day).filter(user=user.pk).order_by()
        known[day] = dict(grants.values_list("role__group__name", "role__group"))
    return known[day]


def _who(on: date | None, **roles: Any) -> QuerySet[User]:
    held = RoleGrant.objects.in_force(on).filter(Q(**roles)).order_by()
    return User.objects.filter(is_active=True, pk__in=held.values("user_id"))


def _known(user: User | AnonymousUser, name: str) -> dict[date, Any]:
    """What is remembered on this object, by day."""
    known = getattr(user, name, None)
    if known is None:
        known = {}
        setattr(user, name, known)
    return cast("dict[date, Any]", known)
