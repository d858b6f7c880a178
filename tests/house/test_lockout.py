"""Guessing passwords: five wrong ones close one name from one address, and nobody can lock a chair out from elsewhere."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django.fixtures import Settings

from config.middleware import visitor_address
from tests.cast import PASSWORD, Cast

LIMIT = 5


def sign_in(password: str, address: str = "192.0.2.1", username: str = "town.chair") -> int:
    answer = Client(REMOTE_ADDR=address).post(reverse("login"), {"username": username, "password": password})
    if answer.status_code == 429:
        assert "15 分钟" in answer.content.decode()
    return answer.status_code


@pytest.fixture
def locked(cast: Cast) -> None:
    assert [sign_in("wrong") for _ in range(LIMIT)] == [422] * (LIMIT - 1) + [429]


def test_after_too_many_wrong_passwords_the_right_one_is_refused_too(locked: None) -> None:
    assert sign_in(PASSWORD) == 429


def test_the_person_can_still_sign_in_from_elsewhere(locked: None) -> None:
    assert sign_in(PASSWORD, address="192.0.2.2") == 302


def test_others_at_the_same_address_can_still_sign_in(locked: None) -> None:
    assert sign_in(PASSWORD, username="town.secretary") == 302


def test_signing_in_forgets_the_wrong_ones_before(cast: Cast) -> None:
    assert [sign_in("wrong") for _ in range(LIMIT - 1)] == [422] * (LIMIT - 1)
    assert sign_in(PASSWORD) == 302
    assert sign_in("wrong") == 422


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "203.0.113.7", "192.0.2.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "1.2.3.4, 203.0.113.7", "203.0.113.7"),
        (2, "1.2.3.4, 203.0.113.7, 198.51.100.2", "203.0.113.7"),
        (2, "203.0.113.7", "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_only_our_own_proxies_may_say_where_a_request_comes_from(
    proxies: int, forwarded: str, seen: str, rf: RequestFactory, settings: Settings
) -> None:
    settings.PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR="192.0.2.1", headers={"x-forwarded-for": forwarded})
    addresses: list[str] = []
    visitor_address(lambda request: addresses.append(request.META["REMOTE_ADDR"]) or HttpResponse())(request)
    assert addresses == [seen]
