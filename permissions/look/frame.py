"""What the frame of a page asks: addresses, which entry of the navigation is marked, the way back from an error."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from django.conf import settings
from django.template import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)


def nav_url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a named page, ``#`` while no page has that name."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return "#"


def current(context: Context, *names: str) -> SafeString:
    """``aria-current="page"`` on the first page named, ``"true"`` under others (``item`` marks ``item_history``)."""
    match = getattr(context.get("request"), "resolver_match", None)
    here = context.get("nav") or getattr(match, "url_name", "") or ""
    if here == names[0]:
        return mark_safe(' aria-current="page"')
    if any(here == name or here.startswith(f"{name}_") for name in names):
        return mark_safe(' aria-current="true"')
    return mark_safe("")


# On these pages a phone shows its tabs; on all others the docked actions stand in their place.
TOP_PAGES = {
    "home",
    "item_list",
    "sitting_list",
    "supervision",
    "emergency_list",
    "messages",
    "more",
    "records",
    "packs",
    "record_notices",
    "figures",
    "flow_list",
    "case_list",
    "incident_list",
    "log",
    "audit",
    "body_list",
    "user_list",
    "workdays",
    "account",
}


def is_top_page(context: Context) -> bool:
    """Whether this page is one of those the phone's tabs, or its page 更多, lead to."""
    match = getattr(context.get("request"), "resolver_match", None)
    return (getattr(match, "url_name", "") or "") in TOP_PAGES


def page_language() -> str:
    """The language of the page for ``<html lang>``: zh-Hans or en."""
    return "zh-Hans" if (get_language() or "zh").startswith("zh") else (get_language() or "en")


def version() -> str:
    """The version of this installation."""
    return settings.SANGONG_VERSION


def source_url() -> str:
    """Where the source code of this installation is offered, as the licence (AGPL-3.0, section 13) asks."""
    return settings.SANGONG_SOURCE_URL


def house() -> str:
    """Whose installation this is, beside the mark on every page."""
    return settings.SANGONG_HOUSE or _("洪林镇 · 示范区")


def way_back(context: Context) -> str:
    """The page one came from, if it is one of ours, else the first page."""
    request = context.get("request")
    if request is None:
        return nav_url("home")
    came_from = request.headers.get("Referer", "")
    if came_from and url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure()):
        return came_from
    return nav_url("home")


def error_number(status: int) -> str:
    """A number to quote, such as 403-7F21; the same number stands in the server's log."""
    number = f"{status}-{secrets.token_hex(2).upper()}"
    log.info("error_page", extra={"number": number})
    return number


def asset(path: str) -> str:
    """The address of a static file; the plain path where the manifest does not know it: error pages must show."""
    try:
        return static(path)
    except ValueError:
        return f"{settings.STATIC_URL}{path}"
