"""The people who sign in. An account is named by its position, never by an invented person."""

import copy
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from permissions.models.versioned import Versioned


class User(AbstractUser):
    """An account: what it may do comes from its roles and seats alone.

    `is_superuser` opens nothing and no account may carry it: it is a column Django brings along, and no power may exist outside
    roles and seats (N5).
    """

    class Language(models.TextChoices):
        CHINESE = "zh-hans", "简体中文"
        ENGLISH = "en", "English"

    class Theme(models.TextChoices):
        SYSTEM = "", _("跟随系统")
        LIGHT = "light", _("浅色")
        DARK = "dark", _("深色")

    class TextSize(models.TextChoices):
        NORMAL = "", _("标准")
        LARGE = "large", _("大字")

    display_name = models.CharField(_("岗位名称"), max_length=80, blank=True)
    display_name_en = models.CharField(_("岗位英文名称"), max_length=80, blank=True)
    language = models.CharField(_("语言"), max_length=10, choices=Language.choices, default=Language.CHINESE)
    theme = models.CharField(_("配色"), max_length=10, choices=Theme.choices, blank=True, default=Theme.SYSTEM)
    text_size = models.CharField(
        _("字号"), max_length=10, choices=TextSize.choices, blank=True, default=TextSize.NORMAL
    )
    # The password was issued by somebody else: until it is changed, no page but the one for that opens.
    must_change_password = models.BooleanField(_("须修改初始密码"), default=False)
    # An issued password that nobody has used runs out (`permissions.credentials`).
    password_issued_at = models.DateTimeField(_("初始密码发放时间"), null=True, blank=True)
    # Somebody with a role or a seat was given a new way in: the account stays shut until another administrator opens it (N5).
    sign_in_held = models.BooleanField(_("登录待放行"), default=False)
    # Made by `manage.py example`, with a password everybody at the trial knows: refused wherever it is not the example that runs (N3).
    of_example = models.BooleanField(_("示例账号"), default=False, editable=False)
    # What the account is called and whether it is open; the course of its passwords stands in the log.
    history = Versioned(
        excluded_fields=[
            "password",
            "last_login",
            "first_name",
            "last_name",
            "email",
            "is_staff",
            "is_superuser",
            "date_joined",
            "must_change_password",
            "password_issued_at",
            "sign_in_held",
            "of_example",
        ]
    )

    class Meta:
        verbose_name = _("用户")
        verbose_name_plural = _("用户")
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                name="user_is_no_superuser",
                condition=models.Q(is_superuser=False),
                violation_error_message=_("账号不能设为超级用户。权限只来自角色和席位。"),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def label(self) -> str:
        """The position in the language of the page being shown; Chinese where no English is given."""
        if (get_language() or "").startswith("en") and self.display_name_en:
            return self.display_name_en
        return str(self)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return super(User, self._ordinary()).has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        return super(User, self._ordinary()).has_module_perms(app_label)

    def get_all_permissions(self, obj: Any = None) -> set[str]:
        return super(User, self._ordinary()).get_all_permissions(obj)

    def _ordinary(self) -> "User":
        """This user with the superuser flag down: Django's and guardian's backends return early on the flag."""
        if not self.is_superuser:
            return self
        twin = copy.copy(self)
        twin.is_superuser = False
        return twin
