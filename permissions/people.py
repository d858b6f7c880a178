"""Accounts as the three administrators see them: found, listed page by page, and one with everything that is known of it.

Reads only; what may be seen is asked of the policies.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from permissions import credentials, roles
from permissions.models import Role, RoleGrant, Seat, User
from permissions.policies import Actor, may, visible

PAGE = 40
STATES: Mapping[str, Any] = {
    "active": _("在用"),
    "issued": _("初始密码未改"),
    "held": _("登录待放行"),
    "closed": _("已停用"),
}
"""How an account can stand, as a choice of the list's filter."""
_STATE: Mapping[str, Q] = {
    "active": Q(is_active=True),
    "issued": Q(is_active=True, must_change_password=True),
    "held": Q(is_active=True, sign_in_held=True),
    "closed": Q(is_active=False),
}


@dataclass(frozen=True, slots=True)
class Person:
    """One account as the list shows it: its seats and roles in words, and how it stands (`kind` is a tag's)."""

    user: User
    holds: str
    state: str
    kind: str
    icon: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page of accounts by name, and after which name the next one begins (empty where there is none)."""

    people: list[Person]
    after: str


def find(actor: Actor, words: str = "", state: str = "", role: str = "", after: str = "") -> Found:
    """The accounts whose name or position has these words, that stand so and hold this role, `PAGE` at a time. Three
    statements."""
    rows = _matching(visible(actor, User), words, state, role).order_by("username")
    if after:
        rows = rows.filter(username__gt=after)
    users = list(rows[: PAGE + 1])
    shown = users[:PAGE]
    return Found(_people(shown), shown[-1].username if len(users) > PAGE else "")


def counted(actor: Actor) -> int:
    """How many accounts in use there are."""
    return visible(actor, User).filter(is_active=True).count()


def standing(user: User) -> tuple[str, str, str]:
    """How the account stands: in words, as a kind of tag, and its symbol."""
    if not user.is_active:
        return str(STATES["closed"]), "", "slash-circle"
    if user.sign_in_held:
        return str(STATES["held"]), "warn", "hourglass"
    if credentials.expired(user):
        return str(_("初始密码已过期")), "warn", "clock-history"
    if user.must_change_password:
        return str(STATES["issued"]), "act", "key"
    return str(STATES["active"]), "ok", "check-lg"


def _matching(people: QuerySet[User], words: str, state: str, role: str) -> QuerySet[User]:
    if words:
        people = people.filter(
            Q(username__icontains=words) | Q(display_name__icontains=words) | Q(display_name_en__icontains=words)
        )
    if state in _STATE:
        people = people.filter(_STATE[state])
    return people.filter(pk__in=roles.holders(role).values("pk")) if role else people


def _people(users: list[User]) -> list[Person]:
    keys = [user.pk for user in users]
    held: dict[int, list[str]] = {pk: [] for pk in keys}
    for seat in Seat.objects.in_force().filter(user__in=keys).select_related("body"):
        if seat.user_id is not None:
            held[seat.user_id].append(f"{seat.body.label} · {seat.label}")
    for grant in RoleGrant.objects.in_force().filter(user__in=keys).select_related("role__body"):
        held[grant.user_id].append(grant.role.label)
    return [Person(user, gettext("；").join(held[user.pk]), *standing(user)) for user in users]


def seats_of(user: User) -> list[Seat]:
    """The seats of this account in force today, also where it is closed: a closed account still counts as due."""
    return list(Seat.objects.in_force().filter(user=user).select_related("body"))


def grants_of(user: User) -> QuerySet[RoleGrant]:
    """The roles this account holds today or is to hold, also where it is closed, each with its term."""
    return RoleGrant.objects.standing().filter(user=user).select_related("role__body")


def what_may_be_done(actor: Actor, user: User) -> dict[str, bool]:
    """Act → whether this administrator may do it to this account now."""
    own = actor is not None and actor.pk == user.pk
    return {
        "user_edit": bool(may(actor, "user_edit", user)),
        "password_issue": user.is_active and not own and bool(may(actor, "password_issue", user)),
        "sign_in_release": user.sign_in_held and bool(may(actor, "sign_in_release", user)),
        "user_deactivate": user.is_active and not own and bool(may(actor, "user_deactivate", user)),
        "role_grant": user.is_active and not own and bool(may(actor, "role_grant", Role)),
        "roles_as_of": bool(may(actor, "roles_as_of", user)),
        "user_reactivate": not user.is_active and bool(may(actor, "user_reactivate", user)),
    }
