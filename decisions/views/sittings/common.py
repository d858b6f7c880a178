"""What the pages of a sitting share."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from permissions.errors import Conflict, Invalid, WrongState


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, error: Invalid | Conflict | None = None
) -> HttpResponse:
    """A page under 会议 in the navigation; with an error it answers with the error's status."""
    match = request.resolver_match
    name = (match.url_name if match else "") or ""
    nav = name if name.partition("_")[0] in {"sitting", "ballot", "minutes"} else "sitting"
    status = error.status if error else 200
    return render(request, f"decisions/sittings/{template}.html", {"nav": nav} | context, status=status)


def tell(request: HttpRequest, call: Callable[[], Any], to: str, done: str = "") -> HttpResponse:
    """Do one thing and go back to a page: what was refused for now is said there, what is forbidden is a page of its own."""
    try:
        call()
    except (WrongState, Conflict, Invalid) as error:
        messages.error(request, error.message)
    else:
        if done:
            messages.success(request, done)
    return redirect(to)


def number(text: str | None) -> int:
    """A number out of a form, 0 where it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0
