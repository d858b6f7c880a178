"""The address a request comes from, what a request may bring, and headers Django has no setting for."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

Next = Callable[[HttpRequest], HttpResponse]

FILE_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; sandbox"
)
#: A visit or an alert says where it was, where its form is asked to; everything else is nobody's.
PERMISSIONS_POLICY = "geolocation=(self), " + ", ".join(
    f"{feature}=()"
    for feature in (
        *(
            "accelerometer",
            "browsing-topics",
            "camera",
            "display-capture",
            "gyroscope",
            "hid",
        ),
        *(
            "idle-detection",
            "local-fonts",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "serial",
            "usb",
            "xr-spatial-tracking",
        ),
    )
)


def visitor_address(get_response: Next) -> Next:
    """Put the visitor's own address into `REMOTE_ADDR` where proxies of ours stand in front (`SANGONG_PROXIES`).

    Each proxy appends whom it saw to `X-Forwarded-For`; what stands further left than our proxies reach anybody can write.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        seen = [address.strip() for address in request.headers.get("X-Forwarded-For", "").split(",")]
        if settings.PROXIES and len(seen) >= settings.PROXIES and seen[-settings.PROXIES]:
            request.META["REMOTE_ADDR"] = seen[-settings.PROXIES]
        return get_response(request)

    return middleware


def security_headers(get_response: Next) -> Next:
    """Refuse device features nobody here needs, keep what a signed-in person sees out of shared caches, and see to it that a file
    is nothing but a file: should a browser show it all the same, it shows it without scripts, forms or an origin."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if response.headers.get("Content-Disposition", "").startswith("attachment"):
            # Set before the policy of pages would be.
            response.headers.setdefault("Content-Security-Policy", FILE_POLICY)
        if not response.has_header("Cache-Control"):
            response.headers["Cache-Control"] = "private, no-store"
        return response

    return middleware


def body_limit(get_response: Next) -> Next:
    """Refuse a request larger than all a form may bring, before anything of it is read or written to the disk.

    A body whose length is not announced has none for Django; a server in front that lets such through stops it itself.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.headers.get("Content-Length") or "0"
        if length.isascii() and length.isdigit() and int(length) > settings.MAX_REQUEST_BYTES:
            # The page of a bad request says the same: too much at once, send the files one by one.
            return HttpResponse(render_to_string("400.html"), status=413)
        return get_response(request)

    return middleware


def plain_text(get_response: Next) -> Next:
    """Refuse the character NUL wherever somebody can type: PostgreSQL has no text with it, and no keyboard makes it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        lists = (*request.GET.lists(), *request.POST.lists())
        if "\0" in request.path or any("\0" in text for name, values in lists for text in (name, *values)):
            raise BadRequest("NUL in what was sent")
        return get_response(request)

    return middleware
