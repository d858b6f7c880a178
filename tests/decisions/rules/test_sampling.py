"""Votes nobody has cast are counted as a sitting's: against a slow, obvious reference, and the cases the domain names."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decisions.rules import ORDINARY, PERSONNEL, BodyRules, Outcome, Rules, Sample, sampled

SAMPLES = st.builds(Sample, *[st.integers(0, 6)] * 4).filter(lambda one: one.present + one.absent > 0)


def both(numbers: BodyRules) -> Rules:
    return Rules(bodies={"town": numbers, "zone": numbers})


@settings(max_examples=200)
@given(SAMPLES, SAMPLES, st.sampled_from([ORDINARY, PERSONNEL]))
def test_r42_each_body_is_counted_alone_and_all_must_pass(town: Sample, zone: Sample, numbers: BodyRules) -> None:
    share = {ORDINARY: Fraction(1, 2), PERSONNEL: Fraction(2, 3)}[numbers]
    passed, there = [], []
    for one in (town, zone):
        due = one.in_favour + one.against + one.abstained + one.absent
        there.append(Fraction(one.in_favour + one.against + one.abstained, due) >= share)
        passed.append(Fraction(one.in_favour, due) > Fraction(1, 2))
    wanted = Outcome.PASSED if all(passed) else Outcome.SPLIT if any(passed) else Outcome.REJECTED
    found = sampled({"town": town, "zone": zone}, both(numbers))
    assert found.outcome is (wanted if all(there) else Outcome.DEFERRED)
    assert [one.reached for one in found.quorums] == there
    assert [one.passed for one in found.verdicts] == (passed if all(there) else [])


def test_r21_exactly_half_of_those_due_does_not_pass() -> None:
    found = sampled({"town": Sample(5, 0, 0, 5), "zone": Sample(4, 1, 0, 0)}, both(ORDINARY))
    assert found.outcome is Outcome.SPLIT
    assert [(one.due, one.required, one.short) for one in found.verdicts] == [(10, 6, 1), (5, 3, 0)]


def test_r14_personnel_without_two_thirds_is_not_voted_on() -> None:
    found = sampled({"town": Sample(5, 0, 0, 4), "zone": Sample(7, 0, 0, 0)}, both(PERSONNEL))
    assert (found.outcome, found.verdicts) == (Outcome.DEFERRED, ())
    assert [one.missing for one in found.quorums] == [1, 0]


@pytest.mark.parametrize("samples", [{}, {"town": Sample(0, 0, 0, 0)}, {"town": Sample(3, -1, 0, 0)}])
def test_what_nobody_can_vote_is_refused(samples: dict[str, Sample]) -> None:
    with pytest.raises(ValueError, match=r"."):
        sampled(samples, both(ORDINARY))


def test_a_body_without_rules_is_not_counted() -> None:
    with pytest.raises(KeyError):
        sampled({"village": Sample(1, 0, 0, 0)}, both(ORDINARY))
