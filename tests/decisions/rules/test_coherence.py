"""What is wrong, or only unusual, about a rule set."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from decisions import rules
from decisions.rules.coherence import Remark, Said, cautions, faults
from decisions.rules.thresholds import at_least_as_strict, required

BOTH = {"town": rules.ORDINARY, "zone": rules.PERSONNEL}


@st.composite
def thresholds(draw: st.DrawFn) -> rules.Threshold:
    den = draw(st.integers(1, 9))
    num = draw(st.integers(1, den))
    return rules.Threshold(num, den, draw(st.booleans()) and num < den)


@given(thresholds(), thresholds())
def test_stricter_means_never_fewer_votes_whatever_the_number_of_seats(
    one: rules.Threshold, other: rules.Threshold
) -> None:
    slow = all(required(one, base) >= required(other, base) for base in range(200))
    assert at_least_as_strict(one, other) == slow


def test_the_rules_that_ship_have_no_fault_and_no_caution() -> None:
    shipped = rules.Rules(BOTH)
    assert faults(shipped, ("town", "zone")) == () and cautions(shipped) == ()


def test_every_body_needs_numbers_and_no_other_has_any() -> None:
    found = faults(replace(rules.Rules(BOTH), principal_order=("moon",)), ("town", "county"))
    assert set(found) == {
        Said(Remark.BODY_MISSING, "county"),
        Said(Remark.BODY_UNKNOWN, "zone"),
        Said(Remark.BODY_UNKNOWN, "moon", "principal_order"),
    }


def test_r44_the_stricter_rule_is_never_the_weaker_one() -> None:
    weak = replace(rules.PERSONNEL, strict_quorum=rules.AT_LEAST_HALF)
    assert faults(rules.Rules({"town": weak}), ("town",)) == (Said(Remark.NOT_STRICTER, "town", "strict_quorum"),)


def test_what_asks_less_than_the_public_rules_is_named() -> None:
    low = rules.BodyRules(rules.Threshold(1, 3, False), rules.AT_LEAST_HALF, reconsider=rules.AT_LEAST_HALF)
    periods = rules.Periods(legality_working_days=5, comment_days=10, publication_working_days=30)
    odd = rules.Rules({"town": low}, statements=False, principal_last=False, periods=periods)
    assert [said.remark for said in cautions(odd)] == [
        Remark.QUORUM_LOW,
        Remark.PASSING_LOW,
        Remark.RECONSIDER_LOW,
        Remark.PERIOD_SHORT,
        Remark.PERIOD_SHORT,
        Remark.PERIOD_LONG,
        Remark.SILENT,
        Remark.NOT_LAST,
    ]


@given(thresholds(), thresholds(), st.booleans(), st.sampled_from(list(rules.TwoSeats)), st.integers(2, 30))
def test_a_rule_set_comes_back_from_its_json(
    quorum: rules.Threshold, passing: rules.Threshold, switch: bool, seats: rules.TwoSeats, days: int
) -> None:
    one = rules.Rules(
        {"town": rules.BodyRules(quorum, passing, switch, None, passing)},
        early_close=switch,
        two_seats=seats,
        split_share=None if switch else quorum,
        methods=(rules.Method.SECRET,),
        periods=rules.Periods(notice_days=days),
    )
    assert rules.Rules.from_json(one.to_json()) == one
