"""What people do with their own account. Passwords never reach the log or the version history."""

from collections.abc import Mapping

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from permissions import access, audit, versions
from permissions.actions import changes, sessions
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
def user_password_set(
    *, actor: User, user_id: int, old_password: str, new_password: str, session_key: str = ""
) -> User:
    """Change one's own password; the old one must be known. All sessions but `session_key` end, an issued one is done with.

    Raises `Denied` for somebody else's account, `Invalid` with the form's fields `old_password`, `new_password1`.
    """
    user = access.fetch(User.objects.select_for_update(no_key=True), actor, "user_password_set", user_id)
    if not user.check_password(old_password):
        changes.check({"old_password": _("原密码不正确，请重新输入。")})
    if new_password == old_password:
        changes.check({"new_password1": _("新密码不能和原密码一样，请换一个。")})
    try:
        validate_password(new_password, user)
    except ValidationError as fault:
        raise Invalid(_("新密码不够安全，请换一个。"), fields={"new_password1": " ".join(fault.messages)}) from None
    user.set_password(new_password)
    user.must_change_password = False
    versions.save(user, actor, "user_password_set", fields=["password", "must_change_password"])
    sessions.drop(user, keep=session_key)
    _log(actor, "user_password_set", {})
    return user


def _log(actor: User, verb: str, data: Mapping[str, object]) -> None:
    audit.record(subject=f"user:{actor.pk}", actor=actor, verb=verb, target=f"user:{actor.pk}", data=data)
