"""Fractions decide exactly: slow, obvious references against the integer arithmetic."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.rules import AT_LEAST_HALF, AT_LEAST_TWO_THIRDS, MORE_THAN_HALF, Threshold, reached, required

BASES = st.integers(min_value=0, max_value=3000)


@st.composite
def thresholds(draw: st.DrawFn) -> Threshold:
    den = draw(st.integers(min_value=1, max_value=50))
    num = draw(st.integers(min_value=1, max_value=den))
    return Threshold(num, den, draw(st.booleans()) and num < den)


def met_by_fractions(threshold: Threshold, count: int, base: int) -> bool:
    if base == 0 or count == 0:
        return False
    share, needed = Fraction(count, base), Fraction(threshold.num, threshold.den)
    return share > needed if threshold.strict else share >= needed


@given(thresholds(), BASES, BASES)
def test_reached_agrees_with_exact_fractions(threshold: Threshold, count: int, base: int) -> None:
    assert reached(threshold, count, base) is met_by_fractions(threshold, count, base)


@given(thresholds(), st.integers(min_value=1, max_value=300))
def test_required_is_the_smallest_count_that_reaches(threshold: Threshold, base: int) -> None:
    assert required(threshold, base) == next(n for n in range(base + 1) if met_by_fractions(threshold, n, base))


@given(thresholds(), BASES, BASES)
def test_one_more_vote_never_undoes_a_majority(threshold: Threshold, count: int, base: int) -> None:
    assert not reached(threshold, count, base) or reached(threshold, count + 1, base)


@given(st.integers(min_value=1, max_value=100_000))
def test_exactly_half_never_passes_more_than_half(half: int) -> None:
    assert not reached(MORE_THAN_HALF, half, 2 * half)
    assert reached(MORE_THAN_HALF, half + 1, 2 * half)
    assert reached(AT_LEAST_HALF, half, 2 * half)


@given(thresholds())
def test_an_empty_body_reaches_nothing(threshold: Threshold) -> None:
    assert required(threshold, 0) == 1
    assert not reached(threshold, 0, 0)
    assert not reached(threshold, 1, 0)


@given(thresholds())
def test_a_threshold_survives_its_json(threshold: Threshold) -> None:
    assert Threshold.from_json(threshold.to_json()) == threshold


@pytest.mark.parametrize(
    "data",
    [[1, 2], [1, 2, 1], [1.0, 2, True], [True, 2, True], ["1", 2, True], [0, 2, False], [3, 2, False], [1, 1, True]],
)
def test_a_malformed_threshold_is_refused(data: list[object]) -> None:
    with pytest.raises(ValueError):
        Threshold.from_json(data)


@pytest.mark.parametrize("threshold", [MORE_THAN_HALF, AT_LEAST_HALF, AT_LEAST_TWO_THIRDS])
def test_negative_counts_are_refused(threshold: Threshold) -> None:
    with pytest.raises(ValueError):
        reached(threshold, -1, 9)
    with pytest.raises(ValueError):
        required(threshold, -1)
