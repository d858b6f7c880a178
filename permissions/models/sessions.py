"""Where somebody is signed in, and what guards the codes of their second factor."""

import hashlib
from typing import Any

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _


class Session(AbstractBaseSession):
    """One signed-in browser. Written by `permissions.sign_in.sessions` alone; deleting the row signs that browser out.

    `expire_date` is the end by idleness or by the longest life of a session, whichever comes first. The columns repeat
    what the session's own data says, so that a person's sessions can be listed and ended.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("用户"),
    )
    began_at = models.DateTimeField(_("登录时间"), null=True, blank=True)
    seen_at = models.DateTimeField(_("最近使用"), auto_now=True)
    address = models.CharField(_("网络地址"), max_length=45, blank=True)
    agent = models.CharField(_("浏览器"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("登录会话")
        verbose_name_plural = _("登录会话")

    @classmethod
    def get_session_store_class(cls) -> Any:
        from permissions.sign_in.sessions import SessionStore

        return SessionStore

    @property
    def reference(self) -> str:
        """What pages and the log call this session: its key cannot be found from it."""
        return reference(self.session_key)


def reference(session_key: str) -> str:
    """The name of a session that may be shown: 32 hexadecimal digits of a digest of its key."""
    return hashlib.sha256(f"sangong.session:{session_key}".encode()).hexdigest()[:32]


class FactorGuard(models.Model):
    """Under its row, locked, the codes of one person are tried one at a time: none twice, and not too many wrong ones."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="factor_guard", verbose_name=_("用户")
    )
    #: The last time step (of 30 s since 1970) whose code was taken; only later ones count (RFC 6238, 5.2).
    last_step = models.BigIntegerField(_("已用时间步"), default=0)
    failures = models.PositiveSmallIntegerField(_("连续错误次数"), default=0)
    failed_at = models.DateTimeField(_("最近错误时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("双重验证保护")
        verbose_name_plural = _("双重验证保护")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.failures}"
