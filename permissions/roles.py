"""Which roles and seats a person holds. Asked once per user object (that is: once per request), then remembered."""

from datetime import date
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone

from permissions.models import Role, Seat, User

_ROLES = "_held_role_keys"
_SEATS = "_held_seats"


def of(user: User | AnonymousUser | None) -> frozenset[str]:
    """The keys (`town:secretary`, `auditor`) of the roles held; none for an anonymous or inactive user. One query."""
    if user is None or not user.is_authenticated or not user.is_active:
        return frozenset()
    held = getattr(user, _ROLES, None)
    if held is None:
        held = frozenset(Role.objects.filter(group__user=user.pk).values_list("group__name", flat=True).order_by())
        setattr(user, _ROLES, held)
    return cast("frozenset[str]", held)


def holds(user: User | AnonymousUser | None, key: str) -> bool:
    """Whether the user holds the role with this key."""
    return key in of(user)


def holders(*keys: str) -> QuerySet[User]:
    """The active users who hold at least one of these roles."""
    held = User.groups.through.objects.filter(group__name__in=keys)
    return User.objects.filter(is_active=True, pk__in=held.values("user_id"))


def holders_of_codes(*codes: str) -> QuerySet[User]:
    """The active users who hold a role with one of these codes, in whichever body."""
    held = User.groups.through.objects.filter(group__role__code__in=codes)
    return User.objects.filter(is_active=True, pk__in=held.values("user_id"))


def seats_of(user: User | AnonymousUser | None, on: date | None = None) -> list[Seat]:
    """The seats of this person in force on that day (today where none is given), bodies loaded. Remembered."""
    if user is None or not user.is_authenticated or not user.is_active:
        return []
    day = on or timezone.localdate()
    known: dict[date, list[Seat]] | None = getattr(user, _SEATS, None)
    if known is None:
        known = {}
        setattr(user, _SEATS, known)
    if day not in known:
        known[day] = list(Seat.objects.in_force(day).filter(user=user.pk).select_related("body"))
    return known[day]


def forget(user: User) -> None:
    """Drop what is remembered on this object, after its roles or seats have changed."""
    for name in (_ROLES, _SEATS):
        if hasattr(user, name):
            delattr(user, name)
