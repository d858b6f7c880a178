"""The pages of this floor in a real browser: readable at every width and in both themes, and worked by keyboard."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from permissions.models import Seat, User
from tests.cast import PASSWORD, Cast
from tests.look.audit import WIDTHS, audit, overflow, watch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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
        "person_sign_in": reverse("person_sign_in", args=[cast.town_chair.pk]),
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_are_readable_at_every_width_and_in_both_themes(
    cast: Cast, page_of: Callable[..., Page], theme: str
) -> None:
    User.objects.filter(pk__in=(cast.admin.pk, cast.security.pk)).update(
        theme=theme, text_size="large" if theme == "dark" else ""
    )
    faults: dict[str, list[str]] = {}

    def look(page: Page, name: str, address: str) -> None:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(address)
            if found := [*audit(page), *overflow(page)]:
                faults[f"{name} {width}"] = found

    visitor, page, other = page_of(None, color_scheme=theme), page_of(cast.security), page_of(cast.admin)
    watched = [watch(visitor), watch(page), watch(other)]
    look(visitor, "login", reverse("login"))
    for name, address in pages_of(cast).items():
        look(other if name == "body_edit" else page, name, address)
    assert faults == {}
    assert watched == [[], [], []]


def test_the_security_administrator_adds_a_seat_with_the_keyboard_alone(
    cast: Cast, page_of: Callable[..., Page]
) -> None:
    page = page_of(None)
    page.goto(reverse("seat_new", args=[cast.town.pk]))
    page.locator("#id_username").focus()
    page.keyboard.type("security")
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
