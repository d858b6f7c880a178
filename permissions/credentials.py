"""Passwords that somebody issues to somebody else, and accounts that a right password alone does not open."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from permissions.models import User

# Read aloud and copied by hand: no letter that looks like a digit, no vowel that could make a word.
ALPHABET = "bcdfghjkmnpqrstvwxz23456789"
GROUPS, LENGTH = 4, 4


def one_time() -> str:
    """A new password to be handed over once, such as ``q7rk-m2dx-9vbt-hw4c``: 76 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _letter in range(LENGTH)) for _group in range(GROUPS))


def expired(user: User) -> bool:
    """Whether the password was issued so long ago, and never changed, that it no longer opens the account."""
    if not user.must_change_password or user.password_issued_at is None:
        return False
    return timezone.now() - user.password_issued_at > timedelta(hours=settings.SANGONG_ISSUED_HOURS)


def refusal(user: User) -> str:
    """Why this account is not opened although its password was right, and what to do; empty where it is opened.

    Asked after the password, so that nobody learns from it which accounts there are.
    """
    if user.of_example and not settings.SANGONG_EXAMPLE:
        return _("示例账号只能在示例系统中登录。请使用系统管理员为您建立的账号。")
    if user.sign_in_held:
        return _("这个账号的登录还没有放行。请联系安全管理员，当面核对身份后放行。")
    if expired(user):
        return _("初始密码发放已超过 %(hours)d 小时，不能再用。请联系系统管理员重新发放。") % {
            "hours": settings.SANGONG_ISSUED_HOURS
        }
    return ""
