"""A tally is one cell a seat, and says in words what it draws."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permissions.look import Tally
from permissions.look.tallies import BAR_WIDTH

COUNTS = st.integers(0, 40)


@given(COUNTS, COUNTS, COUNTS, COUNTS, COUNTS)
def test_every_seat_due_is_drawn_once(votes_for: int, against: int, abstain: int, absent: int, recused: int) -> None:
    tally = Tally("镇", 0, votes_for, against, abstain, absent, recused)
    assert len(tally.cells) == tally.due == votes_for + against + abstain + absent + recused


@given(st.integers(1, 30), COUNTS, COUNTS)
def test_the_mark_stands_after_the_seat_that_decides(needed: int, votes_for: int, against: int) -> None:
    tally = Tally("镇", needed, votes_for, against)
    if needed <= tally.due:
        assert tally.cells.index(None) == needed
    else:
        assert None not in tally.cells


@given(COUNTS, COUNTS, COUNTS)
def test_the_bar_of_a_large_body_is_as_wide_as_its_seats(votes_for: int, against: int, absent: int) -> None:
    tally = Tally("镇", 0, votes_for, against, absent=absent)
    if tally.due:
        assert sum(part.width for part in tally.segments) == pytest.approx(BAR_WIDTH, abs=0.5)


def test_a_closed_count_is_told_in_words() -> None:
    tally = Tally("洪林镇党委", 5, votes_for=6, against=1, abstain=1, absent=1)
    assert tally.words == "洪林镇党委：应到 9，赞成 6，反对 1，弃权 1，缺席 1；赞成须达 5"


def test_an_open_ballot_tells_turnout_and_no_direction() -> None:
    tally = Tally("示范区党组", 4, votes_for=3, against=2, cast=3, waiting=3, recused=1, open=True)
    assert tally.words == "示范区党组：可投 6 席，已投 3 席"
    assert {cell.kind for cell in tally.cells if cell} == {"c", "w", "r"}


def test_cells_give_way_to_a_bar_above_fifteen_seats() -> None:
    assert not Tally("镇", 8, votes_for=15).is_large
    assert Tally("镇", 9, votes_for=16).is_large
