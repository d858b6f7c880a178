"""A page that is told to draw itself anew does not take somebody's click away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Route

from tests.browsers import Person
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90), pytest.mark.django_db(transaction=True)]

#: A part of the page that asks for news right after a click; the answer is that all of the page is old.
ASKING = """() => {
  const part = document.createElement('div');
  part.setAttribute('hx-get', '/news-of-the-page/');
  part.setAttribute('hx-trigger', 'ask');
  part.addEventListener('htmx:afterRequest', () => console.info('answered'));
  document.querySelector('main').append(part);
  htmx.process(part);
  document.addEventListener('click', () => setTimeout(() => htmx.trigger(part, 'ask'), 20));
}"""


def test_a_link_is_followed_although_the_page_is_told_to_reload_at_that_very_moment(
    cast: Cast, at_phone: Callable[..., Person]
) -> None:
    member = at_phone(cast.town_member)
    page = member.page
    reloads: list[str] = []
    held: list[Route] = []
    member.open("home")
    page.route("**/news-of-the-page/", lambda route: route.fulfill(status=204, headers={"HX-Refresh": "true"}))
    # The way to the next page takes as long as this test likes.
    page.route(f"**{reverse('account')}", lambda route: held.append(route))
    address = page.url
    page.on("request", lambda request: reloads.append(request.url) if request.url == address else None)
    page.evaluate(ASKING)
    with page.expect_console_message(lambda message: message.text == "answered"):
        page.locator(f'a[href="{reverse("account")}"]').locator("visible=true").first.click(no_wait_after=True)
    assert reloads == []
    held[0].continue_()
    page.wait_for_url(f"**{reverse('account')}")
    # Where nobody is leaving, the page does as it is told.
    member.open("home")
    page.evaluate(ASKING)
    with page.expect_navigation(url=f"**{reverse('home')}"):
        page.evaluate("() => document.querySelector('main').dispatchEvent(new Event('click', {bubbles: true}))")
