"""Asking once more who sits there, before what cannot be undone by anybody else.

    path("roles/grant/", confirmed(views.role_grant))

A page asked for is shown after the confirmation. A form already filled in is kept: the same address shows the question
with everything typed, and goes on with it.
"""

import functools
import time
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from permissions.actions import factors as actions
from permissions.actions import sign_in as door
from permissions.models import User
from permissions.sign_in import attempts, factors, flow, passkeys, sessions

#: The fields of the question; nothing else of the page's own may be called so.
PASSWORD, CODE, PASSKEY = "confirm_password", "confirm_code", "confirm_passkey"
_OWN = {PASSWORD, CODE, PASSKEY, "csrfmiddlewaretoken", "confirm"}

View = Callable[..., HttpResponseBase]


def is_fresh(request: HttpRequest) -> bool:
    """Whether who sits there was proven within the last `SANGONG_CONFIRM_MINUTES`."""
    at = request.session.get(sessions.CONFIRMED)
    return isinstance(at, float | int) and 0 <= time.time() - at < settings.CONFIRM_SECONDS


def confirmed(view: View, *, reading: bool = True) -> View:
    """Decorator of views: only with a fresh proof of who sits there; with `reading` False the page itself may be read without."""

    @functools.wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        passes = not reading and request.method in {"GET", "HEAD"}
        if passes or is_fresh(request) or not request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if getattr(request, "htmx", False):
            page = urlsplit(request.headers.get("HX-Current-URL", ""))._replace(scheme="", netloc="").geturl()
            return HttpResponse(status=204, headers={"HX-Redirect": _question_at(page)})
        if request.method != "POST":
            return redirect(_question_at(request.get_full_path()))
        if "confirm" not in request.POST:
            return ask(request, "")
        if fault := prove(request):
            return ask(request, fault)
        return view(request, *args, **kwargs)

    return run


def prove(request: HttpRequest) -> str:
    """Check the question's answer in this form. Returns what was wrong, empty where the session is fresh now."""
    user = cast(User, request.user)
    if fault := _fault(request, user):
        return fault
    request.session[sessions.CONFIRMED] = time.time()
    return ""


def ask(request: HttpRequest, fault: str, *, then: str = "") -> HttpResponse:
    """The page with the question; a form that came along stands in it, hidden."""
    user = cast(User, request.user)
    held = factors.of(user)
    kept = [(name, value) for name, values in request.POST.lists() if name not in _OWN for value in values]
    context = {
        "fault": fault,
        "kept": kept,
        "then": then,
        "password": user.has_usable_password(),
        "code": held.totp is not None,
        "passkey": passkeys.question(user) if held.passkeys else None,
        "single_sign_on": flow.single_sign_on(then or reverse("account")),
    }
    return render(request, "permissions/sign_in/confirm.html", context, status=422 if fault else 200)


def _question_at(page: str) -> str:
    return f"{reverse('confirm_identity')}?{urlencode({'next': page})}"


def _fault(request: HttpRequest, user: User) -> str:
    if answer := request.POST.get(PASSKEY):
        factor = passkeys.checked(answer, user)
        if factor is None:
            return _("没有通过通行密钥验证。请再试一次，或改用密码。")
        actions.factor_use(factor=factor)
        return ""
    if code := request.POST.get(CODE):
        checked = actions.factor_check(user_id=user.pk, code=code, address=flow.address_of(request))
        if checked.locked:
            raise attempts.locked_factor()
        return "" if checked.factor else _("验证码不正确，请输入验证器里现在显示的 6 位数字。")
    password = request.POST.get(PASSWORD, "")
    if not password:
        return _("请填写您的密码。")
    if authenticate(request, username=user.username, password=password) == user:
        return ""
    door.confirm_fail(actor=user, address=flow.address_of(request))
    return _("密码不正确，请检查大小写后重试。多次不正确会暂时锁定。")
