"""What stands around every view: errors become pages, and pages come in the reader's language."""

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html

from permissions.errors import ApplicationError
from permissions.models import User
from permissions.sign_in import factors, sessions

logger = logging.getLogger(__name__)

Next = Callable[[HttpRequest], HttpResponse]


class ChosenLanguageMiddleware:
    """The language somebody has chosen here, and Chinese until then.

    What the browser was set to by whoever installed it is not asked: an office's own language is what its people see first,
    and the sign-in page offers English beside it.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or language)
        return response


class SignInMiddleware(LoginRequiredMiddleware):
    """Every view asks for signing in unless it is marked `login_not_required`.

    An htmx request of somebody whose session has ended moves the whole page to the sign-in, instead of putting the
    sign-in page into a corner of it.
    """

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        if not getattr(request, "htmx", False) and request.headers.get("HX-Request") != "true":
            return super().handle_no_permission(request, view_func)
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = {"next": page._replace(scheme="", netloc="").geturl()} if page.path else {}
        address = f"{resolve_url(settings.LOGIN_URL)}?{urlencode(back)}" if back else resolve_url(settings.LOGIN_URL)
        return HttpResponse(status=204, headers={"HX-Redirect": address})


class SettleMiddleware:
    """Before anything else: an issued password is changed, and a second factor added where one's roles need it.

    Signing out, the language and the pages that are open to everybody stay open. Must stand after `SignInMiddleware`.
    """

    ALWAYS = frozenset({"logout", "set_language", "password"})
    FACTOR = frozenset(
        {"factor_list", "totp_add", "passkey_add", "recovery_codes", "factor_remove", "confirm_identity"}
    )

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Called by Django before the view; an answer given here is the answer."""
        user = request.user
        if not user.is_authenticated or not getattr(view_func, "login_required", True):
            return None
        name = request.resolver_match.url_name if request.resolver_match else None
        if name in self.ALWAYS:
            return None
        if user.must_change_password:
            return self._to(request, "password")
        if name not in self.FACTOR and self._needs_factor(request, user):
            return self._to(request, "factor_list")
        return None

    @staticmethod
    def _needs_factor(request: HttpRequest, user: User) -> bool:
        return not (request.session.get(sessions.FACTOR) or not factors.required(user) or factors.has_any(user))

    @staticmethod
    def _to(request: HttpRequest, name: str) -> HttpResponse:
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=204, headers={"HX-Redirect": reverse(name)})
        return redirect(name)


class ApplicationErrorMiddleware:
    """Answers an `ApplicationError` with its status: a page, or for htmx requests a fragment.

    The templates get `error` (the exception), `status`, `message`, `code`, `fields` (name → what to do; may be empty),
    `data`, `typed` and `request`. Nothing of the request was kept: actions are atomic; what somebody wrote is shown again.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Called by Django for what a view raised; None leaves the exception to Django."""
        if not isinstance(exception, ApplicationError):
            return None
        logger.info(
            "application_error", extra={"code": exception.code, "status": exception.status, "path": request.path}
        )
        return render_error(request, exception)


def render_error(request: HttpRequest, error: ApplicationError) -> HttpResponse:
    """The answer to an application error; plain text in HTML where the templates are missing."""
    context = {
        "error": error,
        "status": error.status,
        "message": error.message,
        "why": error.message,
        "code": error.code,
        "fields": getattr(error, "fields", {}),
        "data": error.data,
        "typed": _prose(request),
    }
    htmx: Any = getattr(request, "htmx", None)
    name = "errors/_fragment.html" if htmx and not htmx.boosted else "errors/application.html"
    try:
        body = get_template(name).render(context, request)
    except TemplateDoesNotExist:
        body = format_html("<p role='alert'>{}</p>", error.message)
    return HttpResponse(body, status=error.status)


def _prose(request: HttpRequest) -> list[str]:
    """What a refused form carried of written words, to be copied from the error page: browsers keep no page of ours.

    Choices, keys and tokens are plain ASCII without a space; passwords are never shown.
    """
    if request.method != "POST":
        return []
    lists = ((name, values) for name, values in request.POST.lists() if "password" not in name)
    return [text for _name, values in lists for text in values if text.strip() and (" " in text or not text.isascii())]


class PreferencesMiddleware:
    """Shows pages in the signed-in user's language; others keep the one they chose, or Chinese.

    Must stand after `AuthenticationMiddleware`. Theme and text size are read from `request.user` by the base template.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        translation.activate(user.language)
        request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", user.language)
        return response
