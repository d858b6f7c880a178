"""The address a request comes from, and headers Django has no setting for."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Next = Callable[[HttpRequest], HttpResponse]

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()" for feature in ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics")
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
    """Refuse device features nobody here needs, and keep what a signed-in person sees out of shared caches."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not response.has_header("Cache-Control"):
            response.headers["Cache-Control"] = "private, no-store"
        return response

    return middleware
