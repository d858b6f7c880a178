"""Granting and revoking roles. Nobody grants a role to themselves; one of each administrator is always left (N5)."""

from datetime import date
from typing import Any

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from permissions import audit, clock, roles, separation, versions
from permissions.actions import changes
from permissions.errors import Conflict, Denied, Hidden
from permissions.models import Role, RoleGrant, User
from permissions.policies import require, require_still
from permissions.transactions import action


@action
def role_grant(
    *,
    actor: User,
    user_id: int,
    key: str,
    starts_on: date | None = None,
    ends_on: date | None = None,
    reason: str,
) -> RoleGrant:
    """Give a person the role with this key (`town:secretary`, `auditor`) from `starts_on` (today where not given) to `ends_on`
    (included; without it, until it is revoked). Repeating it changes and logs nothing, and returns the same grant.

    Raises `Denied` (not the security administrator, or oneself), `Hidden` (no such role), `Invalid` (account, term, reason), and
    `Conflict` when the role must stay apart from what the person already holds, or is held already for another term.
    """
    role = _locked(actor, "role_grant", key)
    if user_id == actor.pk:
        raise Denied(_("不能给自己授予角色，请由另一名安全管理员办理。"), code="own_role")
    person = changes.person(user_id)
    words = changes.words(RoleGrant, {"reason": reason}, required=("reason",))
    today = clock.today()
    begins = starts_on or today
    separation.check_role(person.pk, role)
    standing = RoleGrant.objects.standing().filter(role=role, user=person)
    same = standing.filter(ends_on=ends_on) if starts_on is None else standing.filter(starts_on=begins, ends_on=ends_on)
    if (known := same.filter(starts_on__lte=begins).first()) is not None:
        return known
    changes.check(term_faults(begins, ends_on))
    for other in standing:
        if (ends_on is None or other.starts_on <= ends_on) and (other.ends_on is None or begins <= other.ends_on):
            raise Conflict(
                _("这名人员在这段时间已担任%(role)s（%(term)s）。请先收回，再按新的任期授予。")
                % {"role": role.label, "term": term(other.starts_on, other.ends_on)},
                code="held_already",
            )
    grant = RoleGrant(
        role=role, user=person, starts_on=begins, ends_on=ends_on, granted_by=actor, granted_at=clock.now(), **words
    )
    versions.save(grant, actor, "role_grant", why=grant.reason)
    if begins <= today:
        person.groups.add(role.group_id)
    _write(actor, "role_grant", role, person, {"starts_on": begins, "ends_on": ends_on, **words})
    return grant


@action
def role_revoke(*, actor: User, user_id: int, key: str, reason: str) -> Role:
    """Take the role with this key from a person, at once, with what is granted for later. Repeating it changes and logs nothing.

    Raises `Denied`, `Hidden`, `Invalid`, and `WrongState` for the last active administrator of a kind.
    """
    role = _locked(actor, "role_revoke", key)
    person = changes.person(user_id, active=False)
    standing = list(RoleGrant.objects.standing().filter(role=role, user=person))
    if not standing:
        return role
    words = changes.words(RoleGrant, {"ended_reason": reason}, required=("ended_reason",))
    separation.check_not_last(person, [role])
    for grant in standing:
        grant.ended_by, grant.ended_at, grant.ended_reason = actor, clock.now(), words["ended_reason"]
        versions.save(
            grant, actor, "role_revoke", why=grant.ended_reason, fields=["ended_by", "ended_at", "ended_reason"]
        )
    person.groups.remove(role.group_id)
    _write(actor, "role_revoke", role, person, {"reason": words["ended_reason"]})
    return role


@action
def roles_mirror() -> int:
    """Bring Django's group membership into line with the terms of today, for what only guardian asks; how many it changed.

    Nothing depends on when it runs: whoever decides asks the grants themselves.
    """
    held = {
        (user, group)
        for user, group in RoleGrant.objects.in_force().order_by().values_list("user_id", "role__group_id")
    }
    members = User.groups.through.objects.filter(group__in=Group.objects.filter(role__isnull=False))
    now = {(row.user_id, row.group_id): row.pk for row in members}
    gone = [pk for pair, pk in now.items() if pair not in held]
    User.groups.through.objects.filter(pk__in=gone).delete()
    fresh = [User.groups.through(user_id=user, group_id=group) for user, group in sorted(held - now.keys())]
    User.groups.through.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(gone) + len(fresh)


def term_faults(starts_on: date, ends_on: date | None) -> dict[str, str]:
    """What is wrong with a term that somebody wants to begin: nothing begins in the past, nothing ends before it begins."""
    today = clock.today()
    if starts_on < today:
        return {"starts_on": _("起始日不能早于今天 %(day)s，请重新选择日期。") % {"day": today.isoformat()}}
    if ends_on is not None and ends_on < starts_on:
        return {"ends_on": _("任期止不能早于任期起 %(day)s，请重新选择日期。") % {"day": starts_on.isoformat()}}
    return {}


def term(starts_on: date, ends_on: date | None) -> str:
    """A term in words."""
    if ends_on is None:
        return _("%(start)s 起") % {"start": starts_on.isoformat()}
    return _("%(start)s 至 %(end)s") % {"start": starts_on.isoformat(), "end": ends_on.isoformat()}


def _locked(actor: User, act: str, key: str) -> Role:
    """The role with its row locked: grants and revocations of one role wait for each other."""
    require(actor, act, Role)
    role = (
        Role.objects.select_for_update(of=("self",), no_key=True)
        .select_related("group")
        .filter(group__name=key)
        .first()
    )
    if role is None:
        raise Hidden(_("没有名为“%(key)s”的角色。请返回后重新选择。") % {"key": key}, code="no_role")
    # Two security administrators can revoke each other: the second is none any more.
    require_still(actor, act, Role)
    return role


def _write(actor: User, verb: str, role: Role, person: User, data: dict[str, Any]) -> None:
    roles.forget(person)
    audit.record(
        subject=f"user:{person.pk}",
        actor=actor,
        verb=verb,
        target=f"role:{role.pk}",
        data={"role": role.key, "user": person.username, **data},
    )
