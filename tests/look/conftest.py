"""A browser for the pages of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from permissions.models import User
from tests.look.audit import LAUNCH


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch:
        # Playwright's loop runs in this thread; the test's own database calls are not made from inside it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**LAUNCH)  # type: ignore[arg-type]
            yield browser
            browser.close()


@pytest.fixture
def page_of(chromium: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """A window somebody is signed in with: `page_of(cast.auditor, color_scheme="dark")`; None for a visitor."""
    contexts = []

    def open_page(user: User | None, **options: object) -> Page:
        context = chromium.new_context(base_url=live_server.url, locale="zh-CN", **options)  # type: ignore[arg-type]
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
