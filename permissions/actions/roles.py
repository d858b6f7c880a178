"""Granting and revoking roles. Nobody grants a role to themselves; one of each administrator is always left (N5)."""

from django.utils.translation import gettext as _

from permissions import audit, roles, separation, versions
from permissions.actions import changes
from permissions.errors import Denied, Hidden
from permissions.models import Role, User
from permissions.policies import require
from permissions.transactions import action


@action
def role_grant(*, actor: User, user_id: int, key: str) -> Role:
    """Give a person the role with this key (`town:secretary`, `auditor`). Repeating it changes and logs nothing.

    Raises `Denied` (not the security administrator, or oneself), `Hidden` (no such role), `Invalid` (no such account), and
    `Conflict` when the role must stay apart from what the person already holds.
    """
    role = _locked(actor, "role_grant", key)
    if user_id == actor.pk:
        raise Denied(_("不能给自己授予角色，请由另一名安全管理员办理。"), code="own_role")
    person = changes.person(user_id)
    if person.groups.filter(pk=role.group_id).exists():
        return role
    separation.check_role(person.pk, role)
    person.groups.add(role.group_id)
    _write(actor, "role_grant", role, person)
    return role


@action
def role_revoke(*, actor: User, user_id: int, key: str) -> Role:
    """Take the role with this key from a person. Repeating it changes and logs nothing.

    Raises `Denied`, `Hidden`, `Invalid`, and `WrongState` for the last active administrator of a kind.
    """
    role = _locked(actor, "role_revoke", key)
    person = changes.person(user_id, active=False)
    if not person.groups.filter(pk=role.group_id).exists():
        return role
    separation.check_not_last(person, [role])
    person.groups.remove(role.group_id)
    _write(actor, "role_revoke", role, person)
    return role


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
    return role


def _write(actor: User, verb: str, role: Role, person: User) -> None:
    """The version history keeps that the circle of holders changed, the log who came or went."""
    versions.save(role, actor, verb, why=str(person))
    roles.forget(person)
    audit.record(
        subject=f"user:{person.pk}",
        actor=actor,
        verb=verb,
        target=f"role:{role.pk}",
        data={"role": role.key, "user": person.username},
    )
