"""Keys in addresses: written so that nobody counts on from one to the next, read only where this installation wrote them."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from permissions.ids import cover, read, uncover
from permissions.models import User
from tests.cast import Cast

KEYS = st.integers(min_value=0, max_value=2**64 - 1)


@given(KEYS)
def test_what_is_covered_is_uncovered(number: int) -> None:
    assert uncover(cover(number)) == number


@given(KEYS, KEYS)
def test_no_two_keys_share_an_address(one: int, other: int) -> None:
    assert (cover(one) == cover(other)) is (one == other)


def test_addresses_of_neighbours_have_nothing_in_common() -> None:
    written = [cover(number) for number in range(1, 200)]
    assert len({text[:4] for text in written}) > 190


@given(st.from_regex(r"[A-Za-z0-9_-]{22}", fullmatch=True))
def test_a_made_up_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        uncover(text)


def test_an_address_with_other_spare_bits_is_refused() -> None:
    """The last of the 22 characters carries two bits only: sixteen spellings must not open one page."""
    text = cover(7)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    read = []
    for last in alphabet:
        try:
            read.append(uncover(text[:-1] + last))
        except ValueError:
            continue
    assert read == [7]


def test_addresses_of_the_secret_before_are_still_read(settings: Settings) -> None:
    before = cover(7)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret of this installation, long enough for all its uses"
    assert cover(7) != before
    assert uncover(before) == 7
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(ValueError):
        uncover(before)


def test_a_number_is_no_address(cast: Cast, client_of: Callable[[User], Client]) -> None:
    client = client_of(cast.admin)
    assert client.get(reverse("body", args=[cast.town.pk])).status_code == 200
    assert client.get(f"/bodies/{cast.town.pk}/").status_code == 404


def test_what_a_query_names_is_written_as_in_an_address() -> None:
    assert read(cover(7)) == 7
    assert [read(text) for text in (None, "", "7", "x" * 22, "%00", "é" * 22)] == [0] * 6


def test_no_answer_covers_a_number_for_whoever_asks(cast: Cast, client_of: Callable[[User], Client]) -> None:
    """A new sitting leads on to the item it was made for: by its address, not by its number."""
    client = client_of(cast.town_secretary)
    given = {"on": "2036-01-08", "time": "14:30", "place": "会议室", "host": cast.seat("town.chair").pk}
    made = client.post(reverse("sitting_new") + "?item=7", given)
    assert made.status_code == 302
    assert cover(7) not in made["Location"]
    assert cover(7) in client.post(reverse("sitting_new") + f"?item={cover(7)}", given)["Location"]
