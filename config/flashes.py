"""What is said once on the next page travels in a cookie; behind HTTPS in one of this host alone, like the others."""

from __future__ import annotations

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class HostCookie(CookieStorage):
    """Django's, under a name browsers keep to this host."""

    cookie_name = "__Host-messages" if settings.HTTPS else "messages"


class Flashes(FallbackStorage):
    """The cookie, and the session for what does not fit."""

    storage_classes = (HostCookie, SessionStorage)
