"""One's own second factors and sessions, and the question who sits there."""

import io
from typing import cast

import segno
from allauth.mfa.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from permissions import actions
from permissions.forms import PasskeyForm, TotpForm
from permissions.models import Session, User
from permissions.models.sessions import reference
from permissions.policies import visible
from permissions.sign_in import confirm, devices, factors, flow, passkeys, sessions
from permissions.sign_in.confirm import confirmed
from permissions.views.answers import attempt

#: The secret shown on the page of a new authenticator app, until a code has proven it (encrypted).
_SECRET = "sign_in_totp_secret"  # noqa: S105  (a key of the session)
_FRESH_CODES = "sign_in_fresh_codes"


@never_cache
@require_safe
def factor_list(request: HttpRequest) -> HttpResponse:
    """What one has beside the password, and what is still missing."""
    user = cast(User, request.user)
    held = factors.of(user)
    required = factors.required(user)
    context = {
        "held": held,
        "required": required,
        "last": held.count == 1 and required,
        "identity": SocialAccount.objects.filter(user=user).first(),
    }
    return render(request, "permissions/sign_in/factors.html", context)


@never_cache
@confirmed
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def totp_add(request: HttpRequest) -> HttpResponse:
    """Three steps on one page: get an app, let it read the picture, type what it shows."""
    user = cast(User, request.user)
    adapter = get_adapter()
    if _SECRET not in request.session:
        request.session[_SECRET] = adapter.encrypt(factors.new_secret())
    secret = adapter.decrypt(request.session[_SECRET])
    form = TotpForm(request.POST if "code" in request.POST else None)
    status = 200
    if form.is_bound:
        code = form.data.get("code", "")
        status = attempt(form, lambda: actions.totp_add(actor=user, user_id=user.pk, secret=secret, code=code))
        if status == 303:
            del request.session[_SECRET]
            return _added(request)
    address = adapter.build_totp_url(user, secret)
    context = {
        "form": form,
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "address": address,
        "qr": _drawn(address),
    }
    return render(request, "permissions/sign_in/totp_add.html", context, status=status)


def _drawn(address: str) -> SafeString:
    """The QR code an authenticator app reads."""
    out = io.BytesIO()
    code = segno.make(address, error="m")
    code.save(out, kind="svg", border=0, xmldecl=False, svgns=False, omitsize=True, svgclass=None, lineclass=None)
    drawn = out.getvalue().decode().removeprefix("<svg")
    return format_html('<svg role="img" aria-label="{}"{}', _("二维码：用验证器扫描"), mark_safe(drawn))  # noqa: S308  drawn by us


@never_cache
@confirmed
@require_http_methods(["GET", "HEAD", "POST"])
def passkey_add(request: HttpRequest) -> HttpResponse:
    """Let this device, or one that is plugged in, be the key."""
    user = cast(User, request.user)
    form = PasskeyForm(request.POST if "credential" in request.POST else None)
    status = 200
    if form.is_bound and form.is_valid():
        credential = passkeys.checked_new(form.cleaned_data["credential"])
        if credential is None:
            form.add_error(None, _("设备没有完成验证，通行密钥没有添加。请再试一次。"))
            status = 422
        else:
            name = form.cleaned_data["name"]
            status = attempt(
                form,
                lambda: actions.passkey_add(actor=user, user_id=user.pk, name=name, credential=credential),
            )
            if status == 303:
                return _added(request)
    elif form.is_bound:
        status = 422
    context = {"form": form, "question": passkeys.question_for_new(user)}
    return render(request, "permissions/sign_in/passkey_add.html", context, status=status)


def _added(request: HttpRequest) -> HttpResponse:
    """After the first factor the recovery codes are shown, once; after others the list."""
    user = cast(User, request.user)
    held = factors.of(user)
    request.session[sessions.FACTOR] = factors.TOTP if held.totp is not None else factors.PASSKEY
    messages.success(request, _("双重验证已添加，下次登录时生效。"))
    if held.count == 1:
        request.session[_FRESH_CODES] = True
        return redirect("recovery_codes")
    return redirect("factor_list")


@never_cache
@confirmed
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """The codes for the day the phone is lost: shown when they are made, never again."""
    user = cast(User, request.user)
    held = factors.of(user)
    if not held.any:
        return redirect("factor_list")
    if request.method == "POST":
        actions.recovery_codes_renew(actor=user, user_id=user.pk)
        request.session[_FRESH_CODES] = True
        return redirect("recovery_codes")
    fresh = request.session.pop(_FRESH_CODES, False)
    codes = held.codes.wrap().get_unused_codes() if fresh and held.codes is not None else []
    pairs = [f"{code[:4]} {code[4:]}" for code in codes]
    return render(request, "permissions/sign_in/recovery_codes.html", {"codes": pairs, "held": held})


@never_cache
@confirmed
@require_POST
def factor_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one factor away."""
    user = cast(User, request.user)
    actions.factor_remove(actor=user, user_id=user.pk, factor_id=pk)
    messages.success(request, _("已移除。"))
    return redirect("factor_list")


@never_cache
@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    """Where one is signed in: device, since when, last used."""
    rows = visible(request.user, Session).filter(user=cast(User, request.user)).order_by("-seen_at")
    here = request.session.session_key
    entries = [
        {"row": row, "device": devices.words(row.agent), "here": row.session_key == here, "reference": row.reference}
        for row in rows
    ]
    entries.sort(key=lambda entry: not entry["here"])
    return render(request, "permissions/sign_in/sessions.html", {"sessions": entries})


@never_cache
@require_POST
def session_end(request: HttpRequest) -> HttpResponse:
    """Sign out one other device (`session`), or all others. The one in use is left by signing out."""
    user = cast(User, request.user)
    here = request.session.session_key or ""
    if (named := request.POST.get("session", "")) and named != reference(here):
        ended = int(actions.session_end(actor=user, user_id=user.pk, reference=named))
    else:
        ended = 0 if named else actions.sessions_end(actor=user, user_id=user.pk, keep=here)
    messages.success(request, _("已退出 %(n)d 处登录。") % {"n": ended} if ended else _("没有需要退出的登录。"))
    return redirect("session_list")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_identity(request: HttpRequest) -> HttpResponse:
    """The question who sits there, on the way to a page (`next`) that asks for it."""
    then = flow.safe(request, request.POST.get("then") or request.GET.get("next", ""))
    if request.method != "POST":
        return redirect(then) if confirm.is_fresh(request) else confirm.ask(request, "", then=then)
    if fault := confirm.prove(request):
        return confirm.ask(request, fault, then=then)
    return redirect(then)
