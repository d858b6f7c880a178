"""Second factors: adding, trying, renewing, taking away. No secret and no code reaches the log."""

from datetime import timedelta
from typing import Any, NamedTuple

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from permissions import access, audit
from permissions.actions import changes, sessions
from permissions.errors import Conflict, Denied, WrongState
from permissions.models import FactorGuard, User
from permissions.sign_in import factors
from permissions.transactions import action

PASSKEYS = 10
"""More passkeys than anybody has devices."""


class Checked(NamedTuple):
    """What came of a code: by which factor it was right (empty where it was wrong), and whether codes are closed."""

    factor: str
    locked: bool


@action
def factor_check(*, user_id: int, code: str, address: str) -> Checked:
    """Try the code of an authenticator app, or a recovery code. Each is taken once, whoever sends it at the same time.

    Wrong ones are counted whatever address they come from: who gets this far knows the password, so that nobody else
    can lock a person out. After `AXES_FAILURE_LIMIT` of them no code is taken for as long as a name stays locked.
    """
    guard = _guard(user_id)
    limit, now = settings.AXES_FAILURE_LIMIT, timezone.now()
    if guard.failed_at is not None and now - guard.failed_at >= timedelta(hours=settings.AXES_COOLOFF_TIME):
        guard.failures = 0
    if guard.failures >= limit:
        return Checked("", True)
    held = factors.of(User(pk=user_id))
    used = _right(held, guard, code)
    if used is not None:
        guard.failures, guard.failed_at = 0, None
        guard.save(update_fields=["failures", "failed_at", "last_step"])
        used.record_usage()
        return Checked(str(used.type), False)
    guard.failures, guard.failed_at = guard.failures + 1, now
    guard.save(update_fields=["failures", "failed_at"])
    locked = guard.failures >= limit
    _log(user_id, None, "factor_lock" if locked else "factor_fail", {"address": address})
    return Checked("", locked)


@action
def factor_use(*, factor: Authenticator) -> None:
    """Remember that a passkey was used just now; its signature has been checked."""
    Authenticator.objects.select_for_update().filter(pk=factor.pk).update(last_used_at=timezone.now())
    FactorGuard.objects.filter(user_id=factor.user_id).update(failures=0, failed_at=None)


@action
def totp_add(*, actor: User, user_id: int, secret: str, code: str) -> Authenticator:
    """Add the authenticator app that holds `secret`, proven by a code of it. The same one added again is returned.

    Raises `Denied` for somebody else's account, `Invalid` for a wrong code, `Conflict` where there is another app already.
    """
    user = access.fetch(User.objects.select_for_update(no_key=True), actor, "factor_add", user_id)
    guard = _guard(user.pk)
    known = factors.of(user).totp
    if known is not None:
        if factors.secret_of(known) == secret:
            return known
        raise Conflict(_("您已有一个验证器。换手机时，请先移除原来的验证器，再重新添加。"), code="second_totp")
    step = factors.matching_step(secret, code)
    if step is None:
        changes.check(
            {"code": _("验证码不正确。请输入验证器里现在显示的 6 位数字；一直不对时，请把手机时间设为自动。")}
        )
    guard.last_step = step or 0
    guard.save(update_fields=["last_step"])
    row: Authenticator = TOTP.activate(user, secret).instance
    _added(user, actor, factors.TOTP)
    return row


@action
def passkey_add(*, actor: User, user_id: int, name: str, credential: dict[str, Any]) -> Authenticator:
    """Add a passkey whose registration was checked by the caller. The same credential added again is returned.

    Raises `Denied` for somebody else's account, `Invalid` for an empty or long name, `WrongState` for too many.
    """
    user = access.fetch(User.objects.select_for_update(no_key=True), actor, "factor_add", user_id)
    words = name.strip()
    if not 0 < len(words) <= 40:
        changes.check({"name": _("请给这台设备取个名字，不超过 40 个字，例如 我的手机。")})
    held = factors.of(user)
    for row in held.passkeys:
        if row.data["credential"].get("id") == credential.get("id"):
            return row
    if len(held.passkeys) >= PASSKEYS:
        raise WrongState(_("最多可以有 10 个通行密钥，请先移除不用的。"), code="many_passkeys")
    fresh: Authenticator = WebAuthn.add(user, words, credential).instance
    _added(user, actor, factors.PASSKEY, name=words)
    return fresh


@action
def factor_remove(*, actor: User, user_id: int, factor_id: int) -> None:
    """Take away one own factor; with the last one go the recovery codes. Repeating it changes and logs nothing.

    Raises `Denied` for somebody else's account, `WrongState` for the last factor of somebody whose role needs one.
    """
    user = access.fetch(User.objects.select_for_update(no_key=True), actor, "factor_remove", user_id)
    held = factors.of(user)
    row = next((row for row in (held.totp, *held.passkeys) if row is not None and row.pk == factor_id), None)
    if row is None:
        return
    if held.count == 1 and factors.required(user):
        raise WrongState(_("您的岗位必须使用双重验证。请先添加另一种验证方式，再移除这一种。"), code="last_factor")
    Authenticator.objects.filter(pk=row.pk).delete()
    if held.count == 1 and held.codes is not None:
        held.codes.delete()
    _log(user.pk, actor, "factor_remove", {"type": row.type} | _name(row))


@action
def recovery_codes_renew(*, actor: User, user_id: int) -> list[str]:
    """Ten new recovery codes; the old ones are void. Raises `Denied`, and `WrongState` where there is no factor to recover."""
    user = access.fetch(User.objects.select_for_update(no_key=True), actor, "factor_add", user_id)
    held = factors.of(user)
    if not held.any:
        raise WrongState(_("请先添加验证器或通行密钥，再生成恢复码。"), code="no_factor")
    if held.codes is not None:
        held.codes.delete()
    codes: list[str] = RecoveryCodes.activate(user).generate_codes()
    _log(user.pk, actor, "recovery_codes_renew", {})
    return codes


@action
def factor_reset(*, actor: User, user_id: int, reason: str) -> User:
    """Take all factors from somebody who has lost them, and end their sessions: the next sign-in adds new ones.

    Repeating it changes and logs nothing. Raises `Denied` (not the security administrator, or the own account) and
    `Invalid` without a reason.
    """
    user = access.fetch(User.objects.select_for_update(no_key=True), actor, "factor_reset", user_id)
    if user.pk == actor.pk:
        raise Denied(_("不能重置自己的双重验证，请由另一名安全管理员办理。"), code="own_factors")
    why = reason.strip()
    if not 0 < len(why) <= 200:
        changes.check({"reason": _("请写明原因，不超过 200 个字，例如 手机遗失，已当面核对本人。")})
    gone, _by_model = Authenticator.objects.filter(user=user).delete()
    if gone:
        FactorGuard.objects.filter(user=user).update(failures=0, failed_at=None)
        ended = sessions.drop(user)
        _log(user.pk, actor, "factor_reset", {"user": user.username, "reason": why, "sessions": ended})
    return user


def _guard(user_id: int) -> FactorGuard:
    """The person's guard, locked."""
    FactorGuard.objects.bulk_create([FactorGuard(user_id=user_id)], ignore_conflicts=True)
    return FactorGuard.objects.select_for_update().get(pk=user_id)


def _right(held: factors.Factors, guard: FactorGuard, code: str) -> Authenticator | None:
    """The factor this code is right for, noting on the guard (unsaved) which time step is used up."""
    typed = factors.plain(code)
    if held.totp is not None:
        step = factors.matching_step(factors.secret_of(held.totp), typed, after=guard.last_step)
        if step is not None:
            guard.last_step = step
            return held.totp
    if held.any and held.codes is not None and held.codes.wrap().validate_code(typed):
        return held.codes
    return None


def _added(user: User, actor: User, kind: str, **more: str) -> None:
    """With the first factor come recovery codes; both are one entry of the log."""
    RecoveryCodes.activate(user)
    _log(user.pk, actor, "factor_add", {"type": kind, **more})


def _name(row: Authenticator) -> dict[str, str]:
    return {"name": row.data["name"]} if row.type == factors.PASSKEY else {}


def _log(user_id: int, actor: User | None, verb: str, data: dict[str, object]) -> None:
    audit.record(subject=f"user:{user_id}", actor=actor, verb=verb, target=f"user:{user_id}", data=data)
