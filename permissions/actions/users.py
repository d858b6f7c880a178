"""What people do with their own account. Passwords never reach the log or the version history."""

from collections.abc import Mapping

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from permissions import access, audit
from permissions.actions import changes
from permissions.errors import Invalid
from permissions.models import User
from permissions.transactions import action


@action
def user_preferences_set(*, actor: User, user_id: int, language: str, theme: str, text_size: str) -> User:
    """Set language, theme and text size of one's own account. Repeating it changes and logs nothing.

    Raises `Denied` for somebody else's account and `Invalid` for a value that is not offered.
    """
    user = access.fetch(User.objects.select_for_update(no_key=True), actor, "user_preferences_set", user_id)
    values = {"language": language, "theme": theme, "text_size": text_size}
    offered = {"language": User.Language, "theme": User.Theme, "text_size": User.TextSize}
    changes.check(
        {name: _("请从列出的选项中选择。") for name, value in values.items() if value not in offered[name].values}
    )
    if changed := changes.apply(user, values, "user_preferences_set", actor=actor):
        _log(actor, "user_preferences_set", changed)
    return user


@action
def user_password_set(*, actor: User, user_id: int, old_password: str, new_password: str) -> User:
    """Change one's own password; the old one must be known. Sessions elsewhere end with it.

    Raises `Denied` for somebody else's account, `Invalid` with the form's fields `old_password`, `new_password1`.
    """
    user = access.fetch(User.objects.select_for_update(no_key=True), actor, "user_password_set", user_id)
    if not user.check_password(old_password):
        changes.check({"old_password": _("原密码不正确，请重新输入。")})
    try:
        validate_password(new_password, user)
    except ValidationError as fault:
        raise Invalid(_("新密码不够安全，请换一个。"), fields={"new_password1": " ".join(fault.messages)}) from None
    user.set_password(new_password)
    user.save(update_fields=["password"])
    _log(actor, "user_password_set", {})
    return user


@action
def user_sign_in(*, actor: User, address: str) -> None:
    """Write down that this person signed in, from which network address (N4)."""
    _log(actor, "user_sign_in", {"address": address})


@action
def user_sign_out(*, actor: User) -> None:
    """Write down that this person signed out (N4)."""
    _log(actor, "user_sign_out", {})


def _log(actor: User, verb: str, data: Mapping[str, object]) -> None:
    audit.record(subject=f"user:{actor.pk}", actor=actor, verb=verb, target=f"user:{actor.pk}", data=data)
