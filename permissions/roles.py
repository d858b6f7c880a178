"""Which roles and seats a person holds on a day. Asked once per user object (that is: once per request), then remembered.

The grants are asked with their terms at every question, so that a role that has run out opens nothing, whether a worker runs or
not. Django's group membership mirrors them for guardian's sake; nothing that decides reads it.

Whoever stands in for another (代理) holds that role as well, for the acts and the matters it is given for (`permissions.acting`).
"""

import functools
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple, cast

from django.contrib.auth.models import AnonymousUser
from django.db.models import BigIntegerField, CharField, Exists, OuterRef, Q, QuerySet, Value

from permissions import acting, clock, scopes
from permissions.acting import Standing
from permissions.models import Role, RoleGrant, Seat, Substitution, User
from permissions.statements import Statement, selected

_ROLES = "_held_role_keys"
_SEATS = "_held_seats"

Person = User | AnonymousUser | None
SUBSTITUTABLE = frozenset({Role.Code.PROPOSER, Role.Code.SECRETARY, Role.Code.LEGAL})
"""The roles of the office, whose work another can do for a time. A member's, a chair's and an observer's part is their own (R22,
R24, R45; R46 says who presides instead), and an administrator's is nobody else's (N5)."""


class _Held(NamedTuple):
    """What a person holds on a day: key of each role → key of its group, and whom they stand in for."""

    own: Mapping[str, int]
    standings: tuple[Standing, ...]


_NOTHING = _Held({}, ())


def of(user: Person, on: date | None = None) -> frozenset[str]:
    """The keys (`town:secretary`, `auditor`) of the roles held on that day, today where none is given; none for an anonymous
    or inactive user. Those somebody stands in for count where the question lets them. One query."""
    return frozenset(_counting(user, on))


def groups(user: Person, on: date | None = None) -> frozenset[int]:
    """The same as the keys of the roles' groups, which object permissions of guardian name."""
    return frozenset(_counting(user, on).values())


def holds(user: Person, key: str, on: date | None = None) -> bool:
    """Whether the user holds the role with this key on that day."""
    return key in _counting(user, on)


def in_person(user: Person, on: date | None = None) -> frozenset[str]:
    """The keys of the roles a person holds themselves, and of those they stand in for where the single item is named: what a
    confidential item asks for (R40)."""
    held = _held(user, on)
    lent = acting.lent_to(held.standings[0].user, held.standings) if held.standings else ()
    return frozenset({*held.own, *(one.key for one in lent if scopes.single(one.scope))})


def standings_of(user: Person, on: date | None = None) -> tuple[Standing, ...]:
    """The substitutions in force for this person: only while the other holds the role themselves, so that none is passed on."""
    return _held(user, on).standings


def ever_held(user: int, *codes: str) -> Q:
    """Whether this user (by key) has ever been given one of these roles, or the work of one: true or false for every row alike.
    Of today's roles it says nothing, so that a statement with it holds for every day."""
    given = RoleGrant.objects.filter(user=user, role__code__in=codes)
    lent = Substitution.objects.filter(substitute=user, role__code__in=codes)
    return Q(Exists(given)) | Q(Exists(lent))


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


def _counting(user: Person, on: date | None) -> Mapping[str, int]:
    """Key of each role that counts for what is being asked → key of its group."""
    held = _held(user, on)
    if not held.standings:
        return held.own
    return {**held.own, **{one.key: one.group for one in acting.lent_to(held.standings[0].user, held.standings)}}


def _held(user: Person, on: date | None) -> _Held:
    if user is None or not user.is_authenticated or not user.is_active:
        return _NOTHING
    day = on or clock.today()
    known: dict[date, _Held] = _known(user, _ROLES)
    if day not in known:
        asked = {"user": user.pk, "day": day, "end": clock.midnight_after(day)}
        own = dict(_granted().ask(**asked))
        # Whoever has never stood in for anybody is not asked about at length.
        rows = _lent().ask(**asked) if own.pop(None, None) else ()
        known[day] = _Held(
            own,
            tuple(
                Standing(pk, user.pk, holder, name or username, key, group, part)
                for key, group, pk, holder, name, username, scope in rows
                for part in scopes.parts(scope)
            ),
        )
    return known[day]


def _granted_rows(user: int, day: date) -> QuerySet[Any, Any]:
    """What a person holds; and where they have ever stood in for somebody, a row without a key that says so."""
    grants = RoleGrant.objects.in_force(day).filter(user=user).order_by()
    ever = Substitution.objects.filter(substitute=user).order_by()
    words = Value(None, CharField()), Value(1, BigIntegerField())
    return grants.values_list("role__group__name", "role__group").union(ever.values_list(*words)[:1], all=True)


def _lent_rows(user: int, day: date) -> QuerySet[Any, Any]:
    """Whom a person stands in for."""
    own = RoleGrant.objects.in_force(day).filter(user=OuterRef("holder"), role=OuterRef("role"))
    lent = (
        Substitution.objects.in_force(day)
        .filter(Exists(own), substitute=user, holder__is_active=True, role__code__in=SUBSTITUTABLE)
        .order_by()
    )
    return lent.values_list(
        "role__group__name", "role__group", "pk", "holder", "holder__display_name", "holder__username", "scope"
    )


# Both are composed once: every request asks them, some of them of several people.
@functools.cache
def _granted() -> Statement:
    return _composed(_granted_rows)


@functools.cache
def _lent() -> Statement:
    return _composed(_lent_rows)


def _composed(rows: Callable[[int, date], QuerySet[Any, Any]]) -> Statement:
    day = date(4321, 1, 23)
    end = clock.midnight_after(day)
    return Statement(lambda user, day, **_end: selected(rows(user, day)), user=-918273645, day=day, end=end)


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
