"""The pages of this floor in a real browser: readable at every width and in both themes, and worked by keyboard."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from permissions.models import Seat, User
from tests.cast import PASSWORD, Cast
from tests.look.audit import LAUNCH, WIDTHS, audit, overflow, watch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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
def page(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    context = chromium.new_context(base_url=live_server.url, locale="zh-CN")
    yield context.new_page()
    context.close()


def signed_in(page: Page, user: User, live_server: LiveServer) -> None:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key or "", "url": live_server.url}]
    )


def pages_of(cast: Cast) -> dict[str, str]:
    town, seat = cast.town.pk, cast.seat("town.arms").pk
    return {
        "body_list": reverse("body_list"),
        "body": reverse("body", args=[town]),
        "body_edit": reverse("body_edit", args=[town]),
        "seat_new": reverse("seat_new", args=[town]),
        "seat_edit": reverse("seat_edit", args=[seat]),
        "account": reverse("account"),
        "password": reverse("password"),
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_are_readable_at_every_width_and_in_both_themes(
    cast: Cast, page: Page, live_server: LiveServer, theme: str, tmp_path: Path
) -> None:
    User.objects.filter(pk=cast.admin.pk).update(theme=theme, text_size="large" if theme == "dark" else "")
    watched = watch(page)
    faults: dict[str, list[str]] = {}

    def look(name: str, address: str) -> None:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(address)
            if found := [*audit(page), *overflow(page)]:
                faults[f"{name} {width}"] = found
            page.screenshot(path=tmp_path / f"{name}-{width}-{theme}.png", full_page=True)

    look("login", reverse("login"))
    signed_in(page, cast.admin, live_server)
    for name, address in pages_of(cast).items():
        look(name, address)
    assert faults == {}
    assert watched == []


def test_the_administrator_adds_a_seat_with_the_keyboard_alone(cast: Cast, page: Page, live_server: LiveServer) -> None:
    page.goto(reverse("seat_new", args=[cast.town.pk]))
    page.locator("#id_username").focus()
    page.keyboard.type("admin")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('seat_new', args=[cast.town.pk])}")
    page.locator("#id_position").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".sg-errsum")
    page.get_by_role("link", name="请填写岗位").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("党委委员（统战）")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(reverse("body", args=[cast.town.pk]) + "(#.*)?$"))
    assert page.get_by_text("席位已新增。").is_visible()
    assert Seat.objects.filter(position="党委委员（统战）", body=cast.town).count() == 1
