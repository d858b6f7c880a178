"""The answer to somebody who mistyped a password too often."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from permissions.errors import ApplicationError
from permissions.middleware import render_error


class LockedOut(ApplicationError):
    """Too many wrong passwords for this name from this address."""

    status = 429
    default_code = "locked_out"


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """Called by axes in place of the sign-in page; says for how long and who can help."""
    minutes = round(settings.AXES_COOLOFF_TIME * 60)
    message = _("密码连续不正确，此账号已在您的网络地址上锁定。请 %(minutes)d 分钟后再试，或请系统管理员重设密码。")
    return render_error(request, LockedOut(message % {"minutes": minutes}))
