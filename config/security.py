"""``/.well-known/security.txt`` (RFC 9116): whom to tell of a weakness."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from workflows import clock

#: How long the answer counts as current; it is written anew for everybody who asks.
CURRENT = timedelta(days=180)


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """The contact from `SANGONG_SECURITY_CONTACT`; without one the help page, which names the office to turn to."""
    contact = settings.SANGONG_SECURITY_CONTACT or request.build_absolute_uri(reverse("help"))
    lines = (
        f"Contact: {contact}",
        f"Expires: {(clock.now() + CURRENT).strftime('%Y-%m-%dT00:00:00Z')}",
        "Preferred-Languages: zh, en",
        f"Canonical: {request.build_absolute_uri()}",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
