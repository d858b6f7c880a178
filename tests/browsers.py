"""People at their browsers: one Chromium for a module, one window of their own for everybody who appears in a test.

    def test_a_member_votes(cast, at_phone):
        member = at_phone(cast.town_member)
        member.open("home")
        member.button("去投票").click()
        member.check("home")

What a browser refuses, logs as an error or fails to load is collected for every person and fails the test at its end.
`check` looks once at every kind of page: nothing for axe to find, no sideways scroll. With `SANGONG_SHOTS=folder` it keeps
a picture of each.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, sync_playwright
from pytest_django.live_server_helper import LiveServer

from permissions.models import User
from tests.cast import PASSWORD
from tests.look.audit import LAUNCH, audit, overflow, watch

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}
#: A form that has to be corrected comes back with 422, what is refused for now with 409: neither is a fault of the page.
TOLD = (409, 422)


@dataclass
class Inspection:
    """What was found on the pages of one test, each kind of page looked at once per width."""

    faults: dict[str, list[str]] = field(default_factory=dict)
    seen: set[tuple[str, int]] = field(default_factory=set)
    shots: Path | None = None

    def look(self, page: Page, kind: str) -> None:
        width = page.viewport_size["width"] if page.viewport_size else 0
        if (kind, width) in self.seen:
            return
        self.seen.add((kind, width))
        if found := [*audit(page), *overflow(page)]:
            self.faults[f"{kind} {width}"] = found
        if self.shots is not None:
            # Hiding the caret would leave style attributes behind, which our policy refuses when htmx copies them.
            page.screenshot(path=self.shots / f"{kind}-{width}.png", full_page=True, caret="initial")


@dataclass
class Person:
    """Somebody at their own browser. `page` is the window; the verbs below say what people do there."""

    user: User
    page: Page
    inspection: Inspection
    watched: list[str]

    def sign_in(self) -> None:
        """Through the page, with the password."""
        self.open("login")
        self.page.get_by_label("账号").fill(self.user.username)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.button("登录").click()
        self.page.wait_for_url(f"**{reverse('home')}")

    def open(self, name: str, *args: object, query: str = "") -> None:
        """Go to the address of this name."""
        self.page.goto(reverse(name, args=args) + query)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name, exact=True)

    def choose(self, label: str) -> None:
        """Tick the radio button or the box with this label, as one does: by touching the label."""
        self.page.locator("label", has_text=label).first.click()

    def sees(self, words: str, *, within: float = 5) -> None:
        """Wait until these words can be read on the page, at most so many seconds."""
        self.page.get_by_text(words).locator("visible=true").first.wait_for(timeout=within * 1000)

    def reads(self, words: str) -> bool:
        """Whether these words stand on the page now."""
        return words in self.page.locator("main").inner_text()

    def check(self, kind: str) -> None:
        """Look at this kind of page, the first time somebody with this width of window comes to it."""
        self.inspection.look(self.page, kind)

    def rest(self) -> None:
        """Put the phone down: no page is open that keeps itself up to date."""
        self.page.goto("about:blank")


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
    """A window somebody is signed in at: `page_of(cast.auditor, color_scheme="dark")`; None for a visitor."""
    contexts: list[BrowserContext] = []

    def open_page(user: User | None, **options: Any) -> Page:
        contexts.append(chromium.new_context(base_url=live_server.url, locale="zh-CN", **options))
        if user is not None:
            sign_in(contexts[-1], user, live_server.url)
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


def sign_in(context: BrowserContext, user: User, url: str) -> None:
    """Sign somebody in without the page that asks for the password."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])


@pytest.fixture
def inspection() -> Iterator[Inspection]:
    """Fails the test at its end with whatever was found on the pages it looked at."""
    folder = os.environ.get("SANGONG_SHOTS")
    shots = Path(folder) if folder else None
    if shots is not None:
        shots.mkdir(parents=True, exist_ok=True)
    found = Inspection(shots=shots)
    yield found
    assert found.faults == {}


@pytest.fixture
def person(page_of: Callable[..., Page], inspection: Inspection) -> Iterator[Callable[..., Person]]:
    """`person(user, PHONE)`: somebody signed in at a window of this size. With `known=False` they have yet to sign in."""
    people: list[Person] = []

    def come(user: User, size: ViewportSize, *, known: bool = True) -> Person:
        touch = size is PHONE
        window = page_of(
            user if known else None, viewport=size, has_touch=touch, is_mobile=touch, reduced_motion="reduce"
        )
        window.context.set_default_timeout(15_000)
        people.append(Person(user, window, inspection, watch(window, expected=TOLD)))
        return people[-1]

    yield come
    for one in people:
        if inspection.shots is not None:
            one.page.screenshot(path=inspection.shots / f"last-{one.user.username}.png", full_page=True)
    assert {one.user.username: one.watched for one in people if one.watched} == {}


@pytest.fixture
def at_phone(person: Callable[..., Person]) -> Callable[..., Person]:
    """`at_phone(user)`: somebody signed in on a phone, 390 px wide."""
    return lambda user, **how: person(user, PHONE, **how)


@pytest.fixture
def at_desk(person: Callable[..., Person]) -> Callable[..., Person]:
    """`at_desk(user)`: somebody signed in at a screen 1440 px wide."""
    return lambda user, **how: person(user, DESK, **how)
