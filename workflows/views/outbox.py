"""Forms that may come from a device's own store (static/js/outbox.js): the answer is for it, not a page."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

#: What such a form says of itself.
HEADER = "Sangong-Outbox"


def answer(request: HttpRequest, url: str) -> HttpResponse:
    """Go on to `url`; where the device has sent the form itself, tell it where."""
    return JsonResponse({"url": url}) if request.headers.get(HEADER) else redirect(url)
