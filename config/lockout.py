"""The answer to somebody who mistyped a password too often."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from permissions.middleware import render_error
from permissions.sign_in import attempts


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """Called by axes in place of the sign-in page; says for how long and who can help."""
    return render_error(request, attempts.locked_name())
