"""The way in, after somebody has proved who they are: second factor, session, log, the page that was asked for."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from permissions.actions import sign_in as actions
from permissions.models import User
from permissions.sign_in import sessions


def proved(request: HttpRequest, user: User, *, method: str, then: str = "") -> HttpResponse:
    """Go on with the sign-in of this person, who has just proved by `method` (`password`, `passkey`) who they are.

    The answer asks for the second factor, or leads on to `then` (the first page where it is empty or leads elsewhere).
    """
    answer: HttpResponse = perform_login(
        request, Login(user=user, redirect_url=then or None, signal_kwargs={"method": method})
    )
    return answer


def arrive(request: HttpRequest, user: User, then: str | None, told: Mapping[str, Any] | None) -> HttpResponse:
    """The last step, with the session begun: write it down, and lead on."""
    told = told or {}
    method = "single_sign_on" if "sociallogin" in told else str(told.get("method", ""))
    factor = str(told.get("factor", ""))
    request.session[sessions.METHOD] = method
    request.session[sessions.FACTOR] = factor or ("webauthn" if method == "passkey" else "")
    actions.user_sign_in(actor=user, address=address_of(request), method=method, factor=factor)
    return redirect(safe(request, then or ""))


def safe(request: HttpRequest, then: str) -> str:
    """The address itself where it is one of ours, else the first page."""
    here = {request.get_host()}
    if then and url_has_allowed_host_and_scheme(then, allowed_hosts=here, require_https=request.is_secure()):
        return then
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def single_sign_on(then: str = "") -> dict[str, str] | None:
    """The name of the county's single sign-on and the address that leads there; None where there is none."""
    for provider, said in settings.SOCIALACCOUNT_PROVIDERS.items():
        for application in said["APPS"]:
            address = reverse(f"{provider}_login", kwargs={"provider_id": application["provider_id"]})
            return {"name": application["name"], "url": f"{address}?{urlencode({'next': then})}" if then else address}
    return None


def address_of(request: HttpRequest) -> str:
    """The visitor's network address, as `config.middleware.visitor_address` has settled it."""
    return str(request.META.get("REMOTE_ADDR", ""))
