"""Days and numbers as they come from forms and addresses: nothing odd is an error."""

from datetime import date

import pytest

from permissions import typed


@pytest.mark.parametrize("text", ["", "2026-02-30", "2026-9", "8", "２０２６-09-08x", "today"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert typed.day(text) is None


def test_a_day_is_read_as_browsers_write_it() -> None:
    assert typed.day("2026-09-08") == date(2026, 9, 8)


@pytest.mark.parametrize("text", ["", "-1", "1.0", " 1", "１２", "²", "1_0", "1234567890"])
def test_what_is_no_whole_number_or_too_long_for_a_column_is_what_the_caller_says(text: str) -> None:
    assert typed.whole(text, None) is None
    assert typed.whole(text, -1) == -1


def test_a_whole_number_has_at_most_nine_digits() -> None:
    assert (typed.whole("0", None), typed.whole("999999999", -1)) == (0, 999_999_999)
