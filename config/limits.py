"""How fast one person or one visitor's address may go: nobody can walk through the house's addresses, guess, or keep it busy.

Five kinds of requests have an allowance each (`settings.LIMITS`: how many at once, how many a minute after that). Who is signed in
is counted by account, since a whole office can share one address; a visitor by address. A kind's allowance is one time-stamp, the
moment from which all of it is free again, moved by one statement for all processes together (the generic cell rate algorithm:
a leaky bucket without a bucket). The table is unlogged: after a crash everybody begins afresh.
"""

from __future__ import annotations

import ipaddress
import math
import random
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from permissions.errors import ApplicationError
from permissions.middleware import render_error

#: Asked by machines of ours, and it says nothing.
FREE = frozenset({"healthz"})
#: Addresses that give out files: whole chains, documents, sources; and any with ``?format=`` in it.
FILES = frozenset(
    {
        "material",
        "step_file",
        "log_download",
        "ledger_json",
        "flow_file",
        "flow_watch_file",
        "source_archive",
        "figures_word",
        "record_file",
        "pack_export",
    }
)
#: Posted, but only asked: what the editor of flows wants to know while somebody types.
ASKED = frozenset({"flow_check", "flow_feel"})
#: One in this many requests also clears away what no longer counts.
SWEEP = 2000

_TAKE = """
INSERT INTO sangong_allowance AS held (key, free_at) VALUES (%(key)s, statement_timestamp() + %(step)s * interval '1 second')
ON CONFLICT (key) DO UPDATE
SET free_at = greatest(held.free_at, statement_timestamp()) + %(step)s * interval '1 second'
WHERE held.free_at + %(step)s * interval '1 second' <= statement_timestamp() + %(whole)s * interval '1 second'
RETURNING true
"""
_WAIT = """
SELECT extract(epoch FROM free_at - statement_timestamp()) + %(step)s - %(whole)s FROM sangong_allowance WHERE key = %(key)s
"""
_CLEAR = "DELETE FROM sangong_allowance WHERE free_at < statement_timestamp()"


class TooFast(ApplicationError):
    """More requests of one kind than its allowance has; `data` holds the seconds to wait."""

    status = 429
    default_code = "too_fast"


def take(key: str, at_once: int, a_minute: int) -> float:
    """Use one request of the allowance under `key`; 0 when it was there, else how many seconds until it is. Refused ones do not count."""
    step = 60 / a_minute
    asked: dict[str, str | float] = {"key": key, "step": step, "whole": step * at_once}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, asked)
        if cursor.fetchone() is not None:
            if random.randrange(SWEEP) == 0:  # noqa: S311 (spreads work, guards nothing)
                cursor.execute(_CLEAR)
            return 0
        cursor.execute(_WAIT, asked)
        row = cursor.fetchone()
    # Cleared away between the two: it is free again.
    return max(float(row[0]), 0.001) if row else 0


def kind_of(request: HttpRequest, name: str) -> str:
    """Which allowance a request uses: ``write``, ``file``, ``search``, ``live`` (what pages fetch by themselves) or ``read``."""
    if name in ASKED:
        return "live"
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        return "write"
    if name in FILES or request.GET.get("format"):
        return "file"
    if request.GET.get("q", "").strip():
        return "search"
    return "live" if request.headers.get("HX-Request") == "true" else "read"


def who(request: HttpRequest) -> str:
    """The account, or the visitor's address; of IPv6 the network, of which every household has 2⁶⁴ addresses."""
    user: Any = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return f"user:{user.pk}"
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return "visitor:"
    if address.version == 6:
        return f"visitor:{ipaddress.ip_network((address, 64), strict=False).network_address}"
    return f"visitor:{address}"


class LimitMiddleware:
    """Answers 429 with the time to wait. Must stand after `AuthenticationMiddleware` and before what answers in a view's place."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # No view was asked, so nothing has been counted: addresses that do not exist are what a walk consists of.
        if response.status_code == 404 and request.resolver_match is None:
            return self._refusal(request, "") or response
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Called by Django before the view."""
        name = request.resolver_match.url_name if request.resolver_match else None
        return None if name in FREE else self._refusal(request, name or "")

    def _refusal(self, request: HttpRequest, name: str) -> HttpResponse | None:
        kind, key = kind_of(request, name), who(request)
        limit = settings.LIMITS.get(f"visitor {kind}" if key.startswith("visitor:") else kind)
        wait = take(f"{kind} {key}", *limit) if limit else 0
        if not wait:
            return None
        seconds = math.ceil(wait)
        said = _("操作太频繁，这一次没有处理。请 %(seconds)d 秒后再试。") % {"seconds": seconds}
        answer = render_error(request, TooFast(said, data={"seconds": seconds}))
        answer.headers["Retry-After"] = str(seconds)
        return answer
