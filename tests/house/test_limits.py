"""Nobody goes faster than the allowance of what they do; the next request is taken when the page says so."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse
from pytest_django.fixtures import Settings

from config import limits
from config.settings import LIMITS
from permissions.models import User


@pytest.fixture
def member(db: None) -> Client:
    client = Client()
    client.force_login(
        User.objects.create_user("m", display_name="委员"), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def later(seconds: float) -> None:
    """Everything held is as old as if this much time had passed."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sangong_allowance SET free_at = free_at - %s * interval '1 second'", [seconds])


@pytest.mark.django_db
def test_an_allowance_is_used_up_refills_steadily_and_refusals_cost_nothing() -> None:
    assert [limits.take("k", 3, 60) for _ in range(3)] == [0, 0, 0]
    waits = [limits.take("k", 3, 60) for _ in range(5)]
    assert all(0 < wait <= 1 for wait in waits)
    later(1)
    assert limits.take("k", 3, 60) == 0
    assert limits.take("k", 3, 60) > 0
    later(600)
    assert [bool(limits.take("k", 3, 60)) for _ in range(4)] == [False, False, False, True]
    assert limits.take("another", 3, 60) == 0


@pytest.mark.django_db
def test_what_no_longer_counts_is_cleared_away(monkeypatch: pytest.MonkeyPatch) -> None:
    limits.take("old", 3, 60)
    later(100)
    monkeypatch.setattr(limits, "SWEEP", 1)
    limits.take("new", 3, 60)
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM sangong_allowance")
        assert cursor.fetchall() == [("new",)]


@pytest.fixture
def own_rows(transactional_db: None) -> Iterator[None]:
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sangong_allowance")


def test_many_at_once_get_no_more_than_there_is(own_rows: None) -> None:
    taken: list[float] = []

    def ask() -> None:
        try:
            taken.extend(limits.take("k", 20, 1) for _ in range(10))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(taken), taken.count(0)) == (60, 20)


def test_too_many_acts_are_answered_with_the_time_to_wait(member: Client, settings: Settings) -> None:
    settings.LIMITS = {"write": (2, 6)}
    address = reverse("password")
    assert [member.post(address, {}).status_code for _ in range(3)] == [422, 422, 429]
    refused = member.post(address, {"reason": "已经写好的理由", "old_password": "x y"})
    seconds = int(refused.headers["Retry-After"])
    assert 0 < seconds <= 10
    assert f"{seconds} 秒后再试" in refused.content.decode()
    assert "已经写好的理由" in refused.content.decode()
    assert "x y" not in refused.content.decode()
    assert member.get(address).status_code == 200, "reading has an allowance of its own"
    later(10)
    assert member.post(address, {}).status_code == 422


def test_searches_files_and_what_pages_fetch_count_by_themselves(member: Client, settings: Settings) -> None:
    settings.LIMITS = {"search": (1, 1), "file": (1, 1), "live": (1, 1)}
    asked = (("?q=路", {}), ("?format=json", {}), ("", {"HX-Request": "true"}))
    for query, headers in asked:
        told = [member.get(f"{reverse('dissent')}{query}", headers=headers).status_code for _ in range(2)]
        assert told == [200, 429], query
    assert {member.get(reverse("home")).status_code for _ in range(3)} == {200}


def test_walking_addresses_that_do_not_exist_counts_as_reading(member: Client, settings: Settings) -> None:
    settings.LIMITS = {"read": (2, 1)}
    assert [member.get(f"/items/{number}/").status_code for number in range(3)] == [404, 404, 429]


def test_a_visitor_is_counted_by_address_and_the_sign_in_of_others_goes_on(db: None, settings: Settings) -> None:
    settings.LIMITS = {"visitor write": (2, 1), "visitor read": (2, 1)}
    sent = {"username": "nobody", "password": "wrong"}
    near, far = Client(REMOTE_ADDR="192.0.2.1"), Client(REMOTE_ADDR="192.0.2.2")
    # Other names from the same address: spraying one password over all of them.
    told = [near.post(reverse("login"), sent | {"username": f"n{number}"}).status_code for number in range(3)]
    assert told == [422, 422, 429]
    assert far.post(reverse("login"), sent).status_code == 422
    assert [near.get("/").status_code for _ in range(3)] == [302, 302, 429]
    assert {near.get("/healthz").status_code for _ in range(4)} == {200}


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "visitor:192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "visitor:2001:db8:1:2::"),
        ("2001:db8:1:2::9", "visitor:2001:db8:1:2::"),
        ("", "visitor:"),
    ],
)
def test_a_network_of_ipv6_is_one_visitor(rf: RequestFactory, address: str, counted: str) -> None:
    assert limits.who(rf.get("/", REMOTE_ADDR=address)) == counted


def test_every_kind_has_a_limit_that_leaves_a_sitting_alone() -> None:
    kinds = {"read", "live", "search", "file", "write"}
    assert set(LIMITS) == kinds | {f"visitor {kind}" for kind in kinds}
    # A running sitting asks once a second, the ballot beside it every other second, in two windows.
    assert LIMITS["live"][1] >= 2 * (60 + 30)


def test_the_addresses_counted_as_files_and_as_free_exist() -> None:
    names = {key for key in get_resolver().reverse_dict if isinstance(key, str)}
    assert names >= limits.FILES | limits.FREE
