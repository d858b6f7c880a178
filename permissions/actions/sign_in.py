"""Who came in, who went, who tried: the log of the door (N4), and opening it again.

What somebody types who has no account never reaches the log in clear: people type passwords into the wrong field.
"""

from collections.abc import Mapping

from allauth.socialaccount.models import SocialAccount
from axes.models import AccessAttempt
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from permissions import access, audit
from permissions.actions import changes
from permissions.actions.accounts import may_act
from permissions.errors import Conflict, Denied
from permissions.models import FactorGuard, User
from permissions.transactions import action

DOOR = "sign-in"
"""The chain of attempts that belong to no account."""
PROVIDER = "county"
"""What the one provider of single sign-on is called (`config.single_sign_on`)."""


@action
def user_sign_in(*, actor: User, address: str, method: str = "", factor: str = "") -> None:
    """Write down that this person signed in, from which network address, by what, and with which second factor."""
    told = {"address": address, "method": method, "factor": factor}
    _log(actor.pk, actor, "user_sign_in", {name: value for name, value in told.items() if value})


@action
def user_sign_out(*, actor: User) -> None:
    """Write down that this person signed out."""
    _log(actor.pk, actor, "user_sign_out", {})


@action
def user_sign_in_fail(*, username: str, address: str, locked: bool = False) -> None:
    """Write down that somebody failed to sign in under this name, and whether that has locked the name there."""
    user = User.objects.filter(username=username).only("pk").first()
    verb = "user_lock_out" if locked else "user_sign_in_fail"
    if user is not None:
        _log(user.pk, None, verb, {"address": address})
        return
    audit.record(subject=DOOR, actor=None, verb=verb, data={"address": address, "name_digest": digest(username)})


@action
def confirm_fail(*, actor: User, address: str) -> None:
    """Write down that whoever sits at this person's session did not know the password."""
    _log(actor.pk, None, "confirm_fail", {"address": address})


@action
def sign_in_spray(*, address: str, names: int) -> None:
    """Write down that an address was closed for failing under so many different names."""
    audit.record(subject=DOOR, actor=None, verb="sign_in_spray", data={"address": address, "names": names})


@action
def identity_refuse(*, user: User | None, uid: str, address: str) -> None:
    """Write down that the single sign-on brought somebody who is linked to no account, or to a closed one."""
    if user is not None:
        _log(user.pk, None, "identity_refuse", {"address": address})
        return
    data = {"address": address, "identity_digest": digest(uid)}
    audit.record(subject=DOOR, actor=None, verb="identity_refuse", data=data)


@action
def sign_in_unlock(*, actor: User, user_id: int) -> User:
    """Open a name again that wrong passwords or wrong codes have locked. Where nothing is locked nothing is logged.

    Raises `Denied` for everybody but the security administrator, `Hidden` where there is no such account.
    """
    user = access.fetch(User.objects.select_for_update(no_key=True), actor, "sign_in_unlock", user_id)
    tried, _by_model = AccessAttempt.objects.filter(username=user.username).delete()
    guarded = FactorGuard.objects.filter(user=user, failures__gt=0).update(failures=0, failed_at=None)
    if tried or guarded:
        _log(user.pk, actor, "sign_in_unlock", {"user": user.username})
    return user


@action
def identity_link(*, actor: User, user_id: int, uid: str) -> SocialAccount:
    """Let who the county's single sign-on calls `uid` sign in to this account. Repeating it changes and logs nothing.

    Where the account has a role or a seat, it stays shut until another administrator opens it (`sign_in_release`): whoever links
    identities could otherwise sign in as anybody (N5).

    Raises `Denied` (not the system administrator, or the own account), `Invalid` for an empty name, `Conflict` where this
    identity or this account is linked already.
    """
    user = access.fetch(User.objects.select_for_update(no_key=True), actor, "identity_link", user_id)
    if user.pk == actor.pk:
        raise Denied(_("不能给自己关联统一身份，请由另一名系统管理员办理。"), code="own_identity")
    name = uid.strip()
    if not 0 < len(name) <= 191:
        changes.check({"uid": _("请填写统一身份认证里的唯一标识，不超过 191 个字。")})
    for link in SocialAccount.objects.filter(provider=PROVIDER, uid=name) | SocialAccount.objects.filter(
        provider=PROVIDER, user=user
    ):
        if (link.uid, link.user_id) == (name, user.pk):
            return link
        raise Conflict(_("这个统一身份或这个账号已有关联。请先取消原来的关联。"), code="identity_taken")
    link = SocialAccount.objects.create(provider=PROVIDER, uid=name, user=user)
    held = may_act(user)
    if held:
        changes.apply(user, {"sign_in_held": True}, "identity_link", actor=actor)
    _log(user.pk, actor, "identity_link", {"user": user.username, "identity": name, "held": held})
    return link


@action
def identity_unlink(*, actor: User, user_id: int) -> User:
    """Take the single sign-on away from an account. Repeating it changes and logs nothing. Raises as `identity_link`."""
    user = access.fetch(User.objects.select_for_update(no_key=True), actor, "identity_unlink", user_id)
    for link in SocialAccount.objects.filter(provider=PROVIDER, user=user):
        link.delete()
        _log(user.pk, actor, "identity_unlink", {"user": user.username, "identity": link.uid})
    return user


def digest(text: str) -> str:
    """A name that is no account, so that the same one is recognised again and none can be read: keyed, 12 digits."""
    return salted_hmac("sangong.sign-in.name", text.casefold(), algorithm="sha256").hexdigest()[:12]


def _log(user_id: int, actor: User | None, verb: str, data: Mapping[str, object]) -> None:
    audit.record(subject=f"user:{user_id}", actor=actor, verb=verb, target=f"user:{user_id}", data=data)
