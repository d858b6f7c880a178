"""Signing in and out: password, passkey, the county's single sign-on, then the second factor."""

from typing import Any, cast

from allauth.account.stages import LoginStageController
from axes.handlers.proxy import AxesProxyHandler
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from permissions import actions
from permissions.actions import factors as factor_actions
from permissions.actions import sign_in as door_actions
from permissions.forms import SignInForm
from permissions.models import User
from permissions.sign_in import attempts, factors, flow, passkeys
from permissions.sign_in import single_sign_on as county
from permissions.sign_in.stages import PASSKEY, SecondFactorStage


class SignIn(LoginView):
    """The one page that is open to everybody."""

    template_name = "permissions/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        then = flow.safe(self.request, self.get_redirect_url()) if self.get_redirect_url() else ""
        return super().get_context_data(**kwargs) | {"single_sign_on": flow.single_sign_on(then)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if attempts.too_many_names(flow.address_of(request)):
            raise attempts.spraying()
        name = request.POST.get("username", "")
        self.was_locked = not AxesProxyHandler.is_allowed(request, {"username": name})
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        return flow.proved(self.request, form.get_user(), method="password", then=self.get_redirect_url())

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        name, password = form.data.get("username", ""), form.data.get("password", "")
        if name and password and not self.was_locked:
            address = flow.address_of(self.request)
            locked = bool(getattr(self.request, "axes_locked_out", False))
            door_actions.user_sign_in_fail(username=name, address=address, locked=locked)
            if attempts.too_many_names(address):
                door_actions.sign_in_spray(address=address, names=attempts.names_failed(address))
        return self.render_to_response(self.get_context_data(form=form), status=422)


@method_decorator(never_cache, name="dispatch")
class SignOut(LogoutView):
    """Takes POST only, so that no link can sign anybody out."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actions.user_sign_out(actor=cast(User, request.user))
        return super().post(request, *args, **kwargs)


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the authenticator app, a passkey, or a recovery code."""
    stage = None if request.user.is_authenticated else LoginStageController.enter(request, SecondFactorStage.key)
    if stage is None:
        return redirect("login")
    user = cast(User, stage.login.user)
    if attempts.factor_locked(user):
        raise attempts.locked_factor()
    held = factors.of(user)
    recovery = "recovery" in request.GET or (held.totp is None and not held.passkeys)
    fault = ""
    if request.method == "POST":
        used, fault = _second(request, user)
        if used:
            stage.login.signal_kwargs = {**(stage.login.signal_kwargs or {}), "factor": used}
            answer: HttpResponse = stage.exit()
            return answer
    context = {
        "fault": fault,
        "code": held.totp is not None,
        "recovery": recovery,
        "passkey": passkeys.question(user) if held.passkeys else None,
    }
    return render(request, "permissions/sign_in/second_factor.html", context, status=422 if fault else 200)


def _second(request: HttpRequest, user: User) -> tuple[str, str]:
    """By which factor the step was taken, or what was wrong."""
    if answer := request.POST.get("passkey"):
        factor = passkeys.checked(answer, user)
        if factor is None:
            return "", _("没有通过通行密钥验证。请再试一次，或改用恢复码。")
        factor_actions.factor_use(factor=factor)
        return factors.PASSKEY, ""
    code = request.POST.get("code", "")
    if not code.strip():
        return "", _("请输入验证码。")
    checked = factor_actions.factor_check(user_id=user.pk, code=code, address=flow.address_of(request))
    if checked.locked:
        raise attempts.locked_factor()
    return checked.factor, "" if checked.factor else _("验证码不正确，或已经用过。请等验证器换一组数字后再输入。")


@login_not_required
@never_cache
@require_safe
def passkey_question(request: HttpRequest) -> HttpResponse:
    """What the device is asked, for signing in by passkey alone; the browser's script fetches it (JSON)."""
    return HttpResponse(passkeys.question(), content_type="application/json")


@login_not_required
@never_cache
@require_POST
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """Signing in by passkey alone: something one has, opened by what one is or knows."""
    address = flow.address_of(request)
    if attempts.too_many_names(address):
        raise attempts.spraying()
    factor = passkeys.checked(request.POST.get("passkey", ""))
    if factor is None:
        messages.error(request, _("没有通过通行密钥验证。请再试一次，或用账号和密码登录。"))
        return redirect("login")
    factor_actions.factor_use(factor=factor)
    return flow.proved(request, cast(User, factor.user), method=PASSKEY, then=request.POST.get("next", ""))


@login_not_required
@never_cache
@require_safe
def single_sign_on(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the county's own sign-in page, and back here afterwards."""
    return county.over(request, provider_id) if _is_county(provider_id) else redirect("login")


@login_not_required
@never_cache
@require_safe
def single_sign_on_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the county's sign-in page, with its word about who it was."""
    return county.back(request, provider_id) if _is_county(provider_id) else redirect("login")


def _is_county(provider_id: str) -> bool:
    return provider_id == door_actions.PROVIDER and flow.single_sign_on() is not None
