"""Accounts: made, named, closed and opened again by the system administrator, who gives no roles and no seats (N5).

A password is issued, shown once and kept nowhere; whoever receives it has to change it. Accounts are never removed: the log
and the decisions name them for ever.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from permissions import access, audit, credentials, roles, separation, versions
from permissions.actions import changes, sessions
from permissions.errors import Conflict, Denied, WrongState
from permissions.models import AuditEvent, Role, User
from permissions.policies import require, require_still
from permissions.transactions import action

NAME = re.compile(r"[a-z][a-z0-9]*([._-][a-z0-9]+)*")
"""What an account may be called: small letters, so that no two names differ in a way people cannot hear or see."""
LONGEST_NAME = 40
PASSWORD_FIELDS = ("password", "must_change_password", "password_issued_at", "sign_in_held")


@dataclass(frozen=True, slots=True)
class Issued:
    """An account and the password just issued for it, which nobody can read again."""

    user: User
    password: str = field(repr=False)


@action
def user_add(*, actor: User, username: str, display_name: str, display_name_en: str = "") -> Issued:
    """Make an account, named by its position, without any role or seat, and issue its first password.

    Repeated by the same administrator before anybody has used the account, it returns that account with a fresh password, and
    the one issued before opens nothing any more. Raises `Denied`, `Invalid` (`username`, `display_name`, `display_name_en`) and
    `Conflict` for a name that is taken: names are never given twice, whatever became of the account.
    """
    require(actor, "user_add", User)
    text = _names(display_name, display_name_en)
    issued = make(username, text)
    user = issued.user
    try:
        with transaction.atomic():
            versions.save(user, actor, "user_add")
    except IntegrityError:
        # Whoever took the name at the same moment has committed by now.
        return _again(actor, user.username, text)
    _log(actor, "user_add", user, {"user": user.username, "new": text})
    return issued


def may_act(user: User) -> bool:
    """Whether somebody else could do harm in this account: it has a role or a seat, so a new way into it takes two (N5)."""
    return bool(roles.of(user) or roles.seats_of(user))


def make(username: str, text: Mapping[str, str], *, field: str = "username") -> Issued:
    """An account of this name with its first password, not written yet. Raises `Invalid` (`field`) for an unsuitable name."""
    name = username.strip().lower()
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        changes.check(
            {
                field: _(
                    "账号用小写字母开头，可以有数字，中间可以用点或横线，不超过 %(most)d 个字符，例如 town.office2。"
                )
                % {"most": LONGEST_NAME}
            }
        )
    user = User(username=name, **text)
    return Issued(user, _give_password(user, held=False))


@action
def user_edit(*, actor: User, user_id: int, display_name: str, display_name_en: str = "", version: str = "") -> User:
    """Change what position an account is called by; its own name stays, the log knows it by that.

    Repeating it changes and logs nothing. `version` is the one the form was opened on. Raises `Denied`, `Hidden`, `Invalid`, and
    `Conflict` where somebody renamed it since.
    """
    user = _locked(actor, "user_edit", user_id)
    if changed := changes.apply(
        user, _names(display_name, display_name_en), "user_edit", actor=actor, opened_on=version
    ):
        _log(actor, "user_edit", user, changed)
    return user


@action
def user_deactivate(*, actor: User, user_id: int, reason: str) -> User:
    """Close an account: nobody signs in with it, and those who are signed in are out with their next click.

    Its seats and roles stay what they are until the security administrator ends them. Repeating it changes and logs nothing.
    Raises `Denied` (not the system administrator, or one's own account), `Hidden`, `Invalid` without a reason, and `WrongState`
    for the last active administrator of a kind.
    """
    require(actor, "user_deactivate", User)
    if user_id == actor.pk:
        raise Denied(_("不能停用自己的账号，请由另一名系统管理员办理。"), code="own_account")
    # The roles before the person, as everywhere: two administrators who close each other's account wait for one another.
    apart = list(
        Role.objects.select_for_update(of=("self",), no_key=True)
        .filter(code__in=separation.APART)
        .select_related("group")
        .order_by("pk")
    )
    require_still(actor, "user_deactivate", User)
    user = _locked(actor, "user_deactivate", user_id)
    reason = _reason(reason)
    if not user.is_active:
        return user
    held = roles.of(user)
    separation.check_not_last(user, [role for role in apart if role.key in held])
    changes.apply(user, {"is_active": False}, "user_deactivate", actor=actor, why=reason)
    sessions.drop(user)
    roles.forget(user)
    _log(actor, "user_deactivate", user, {"user": user.username, "reason": reason})
    return user


@action
def user_reactivate(*, actor: User, user_id: int, reason: str) -> User:
    """Open a closed account again, with its password, roles and seats as they are. Repeating it changes and logs nothing.

    Raises `Denied`, `Hidden`, and `Invalid` without a reason.
    """
    user = _locked(actor, "user_reactivate", user_id)
    reason = _reason(reason)
    if user.is_active:
        return user
    changes.apply(user, {"is_active": True}, "user_reactivate", actor=actor, why=reason)
    roles.forget(user)
    _log(actor, "user_reactivate", user, {"user": user.username, "reason": reason})
    return user


@action
def password_issue(*, actor: User, user_id: int) -> Issued:
    """Issue a new one-time password for somebody who has lost theirs; what opened the account before opens it no more.

    Where the account has a role or a seat, the password is held until another administrator releases it: whoever issues
    passwords could otherwise sign in as anybody, an administrator or a member with a vote (N5). Each time issues another.
    Raises `Denied` (also for one's own account, whose password is changed by knowing it), `Hidden`, and `WrongState` for a
    closed account.
    """
    user = _locked(actor, "password_issue", user_id)
    if user.pk == actor.pk:
        raise Denied(_("自己的密码在“我的账号”中修改；忘记时请由另一名系统管理员发放。"), code="own_account")
    if not user.is_active:
        raise WrongState(_("这个账号已停用，不能发放密码。请先启用。"), code="inactive")
    return _issue(actor, user)


@action
def sign_in_release(*, actor: User, user_id: int) -> User:
    """Open an account that was given a new way in, after having seen who asked for it (N5).

    The security administrator releases; for a security administrator, another one of them or the auditor. Repeating it changes
    and logs nothing. Raises `Denied`, `Hidden`.
    """
    user = _locked(actor, "sign_in_release", user_id)
    if not user.sign_in_held:
        return user
    changes.apply(user, {"sign_in_held": False}, "sign_in_release", actor=actor)
    _log(actor, "sign_in_release", user, {"user": user.username})
    return user


def _locked(actor: User, act: str, user_id: int) -> User:
    return access.fetch(User.objects.select_for_update(no_key=True), actor, act, user_id)


def _names(display_name: str, display_name_en: str) -> dict[str, str]:
    return changes.words(
        User, {"display_name": display_name, "display_name_en": display_name_en}, required=("display_name",)
    )


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason:
        changes.check({"reason": _("请写明原因，例如 岗位调整，账号停用。")})
    if len(reason) > 200:
        changes.check({"reason": _("原因请不要超过 200 个字。")})
    return reason


def _again(actor: User, username: str, text: Mapping[str, str]) -> Issued:
    """The account that has the name already, where it is this very one, made by the same hand and not used yet."""
    user = User.objects.select_for_update(no_key=True).get(username=username)
    made = AuditEvent.objects.filter(subject=f"user:{user.pk}", verb="user_add", actor=actor)
    unused = user.must_change_password and user.last_login is None and user.is_active and not roles.of(user)
    if not (unused and all(getattr(user, name) == value for name, value in text.items()) and made.exists()):
        raise Conflict(
            _("账号“%(name)s”已经用过，停用后也不再分配给别人。请换一个账号。") % {"name": username},
            code="name_taken",
        )
    return _issue(actor, user)


def _issue(actor: User, user: User) -> Issued:
    held = may_act(user)
    password = _give_password(user, held=held)
    versions.save(user, actor, "password_issue", fields=PASSWORD_FIELDS)
    sessions.drop(user)
    _log(actor, "password_issue", user, {"user": user.username, "held": held})
    return Issued(user, password)


def _give_password(user: User, *, held: bool) -> str:
    """A fresh password on the row, not saved yet; who is signed in with the old one is signed out by it."""
    password = credentials.one_time()
    user.set_password(password)
    user.must_change_password = True
    user.password_issued_at = timezone.now()
    user.sign_in_held = held
    return password


def _log(actor: User, verb: str, user: User, data: Mapping[str, object]) -> None:
    audit.record(subject=f"user:{user.pk}", actor=actor, verb=verb, target=f"user:{user.pk}", data=data)
