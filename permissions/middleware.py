"""What stands around every view: errors become pages, and pages come in the reader's language."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.template import TemplateDoesNotExist
from django.template.loader import select_template
from django.utils import translation
from django.utils.html import format_html

from permissions.errors import ApplicationError

logger = logging.getLogger(__name__)

Next = Callable[[HttpRequest], HttpResponse]


class ApplicationErrorMiddleware:
    """Answers an `ApplicationError` with its status: a page, or for htmx requests a fragment.

    The templates get `error` (the exception), `status`, `message`, `code`, `fields` (name → what to do; may be empty),
    `data` and `request`. Nothing of the request was kept: actions are atomic.
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
    }
    fragment = bool(getattr(request, "htmx", False)) and not getattr(request.htmx, "boosted", False)  # type: ignore[attr-defined]
    names = ["errors/_fragment.html"] if fragment else ["errors/application.html"]
    try:
        body = select_template(names).render(context, request)
    except TemplateDoesNotExist:
        body = format_html("<p role='alert'>{}</p>", error.message)
    return HttpResponse(body, status=error.status)


class PreferencesMiddleware:
    """Shows pages in the signed-in user's language; others keep what their browser or their choice asks for.

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
