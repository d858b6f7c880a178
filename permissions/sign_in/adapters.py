"""How allauth behaves here: no sign-up, no mail, our own stages, our own pages, secrets encrypted."""

import base64
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from permissions import credentials
from permissions.models import User


class AccountAdapter(DefaultAccountAdapter):
    """The way in: a password or another proof, then the second factor, then the page that was asked for."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        return ["permissions.sign_in.stages.SecondFactorStage"]

    def get_client_ip(self, request: HttpRequest) -> str:
        """As `config.middleware.visitor_address` has settled it: what the visitor wrote is not believed."""
        return cast(str, request.META.get("REMOTE_ADDR", ""))

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Stops at the door whose account is closed or not released yet, whichever proof they brought."""
        why = credentials.refusal(user)
        if user.is_active and not why:
            return None
        messages.error(request, why or _("您的账号已停用，请联系系统管理员。"))
        return redirect("login")

    def post_login(
        self,
        request: HttpRequest,
        user: Any,
        *,
        redirect_url: str | None,
        signal_kwargs: dict[str, Any] | None,
        **kwargs: Any,
    ) -> HttpResponse:
        """Writes down that somebody signed in and how, and leads on to the page that was asked for."""
        from permissions.sign_in import flow

        return flow.arrive(request, user, redirect_url, signal_kwargs)

    def login(self, request: HttpRequest, user: Any) -> None:
        """Begins the session."""
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: our pages say what happened in our own words."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: there are no mail addresses. The log has every change of a factor."""


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"sangong.second-factor").derive(key.encode())
    return base64.urlsafe_b64encode(derived)


class FactorAdapter(DefaultMFAAdapter):
    """Second factors: their secrets are encrypted with a key from SECRET_KEY (N6), and they carry the house's name."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return self._get_site_name()

    def _get_site_name(self) -> str:
        return settings.SANGONG_HOUSE or _("三共")

    def _get_user_identifier(self, user: Any) -> str:
        return cast(User, user).username

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        return super().get_public_key_credential_user_entity(user) | {"display_name": str(user)}

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: there are no mail addresses."""


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """The county's single sign-on leads in who was linked to an account before, and makes no accounts."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Stops whoever is not linked to an active account, with a word about who can link them."""
        from permissions.actions import sign_in as actions

        # Linking is the administrator's work: what is asked of the provider is only ever who sits there.
        sociallogin.state.pop("process", None)
        if sociallogin.is_existing and sociallogin.user.is_active:
            return
        known = sociallogin.user if sociallogin.is_existing else None
        actions.identity_refuse(user=known, uid=sociallogin.account.uid, address=request.META.get("REMOTE_ADDR", ""))
        messages.error(request, _("您的统一身份还没有关联本系统的账号。请联系系统管理员关联，或用账号和密码登录。"))
        raise ImmediateHttpResponse(redirect("login"))

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Back to the sign-in page: what went wrong over there is for the program's log."""
        messages.error(request, _("统一身份认证没有完成。请再试一次，或用账号和密码登录。"))
        raise ImmediateHttpResponse(redirect("login"))
