"""Elections, early closing and counts without names, each against a slow and obvious reference."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions import rules
from decisions.rules import AT_LEAST_HALF, AT_LEAST_TWO_THIRDS, MORE_THAN_HALF, Choice, Count, Fate, Outcome

THRESHOLDS = st.sampled_from([MORE_THAN_HALF, AT_LEAST_HALF, AT_LEAST_TWO_THIRDS, rules.Threshold(1, 1, False)])
FATES = st.sampled_from(list(Fate))


@given(st.data(), st.integers(1, 12), st.integers(1, 5), THRESHOLDS)
def test_who_is_elected_is_who_has_enough_and_no_more_equals_or_betters_than_places(
    data: st.DataObject, due: int, places: int, threshold: rules.Threshold
) -> None:
    votes = data.draw(st.dictionaries(st.integers(1, 9), st.integers(0, due), min_size=1, max_size=7))
    found = rules.elect(votes, places, threshold, due)
    enough = {who for who, count in votes.items() if rules.reached(threshold, count, due)}
    for who, count in votes.items():
        as_good = sum(votes[other] >= count for other in enough)
        better = sum(votes[other] > count for other in enough)
        if who not in enough:
            expected = Fate.SHORT
        elif as_good <= places:
            expected = Fate.ELECTED
        else:
            expected = Fate.TIED if better < places else Fate.OUTNUMBERED
        assert found[who] is expected
    assert sum(fate is Fate.ELECTED for fate in found.values()) <= places


@given(st.data(), st.integers(1, 4))
def test_r42_jointly_elected_is_only_who_both_bodies_elect(data: st.DataObject, places: int) -> None:
    people = list(range(1, data.draw(st.integers(1, 5)) + 1))
    votes = [{who: data.draw(st.integers(0, 7)) for who in people} for _body in range(2)]
    town, zone = (rules.elect(one, places, MORE_THAN_HALF, 7) for one in votes)
    found = rules.joint_election({"town": town, "zone": zone}, places)
    assert set(found.elected) == {who for who in people if town[who] is zone[who] is Fate.ELECTED}
    assert len(found.elected) + found.places <= places
    assert not set(found.elected) & set(found.runoff)
    for who in found.runoff:
        assert Fate.TIED in (town[who], zone[who]) and {town[who], zone[who]} <= {Fate.TIED, Fate.ELECTED}
    assert bool(found.runoff) is bool(found.places)
    assert (found.outcome is Outcome.PASSED) is bool(found.elected)


def test_a_tie_at_the_border_goes_to_a_runoff_and_the_same_tie_again_does_not() -> None:
    town = rules.elect({1: 6, 2: 5, 3: 5}, 2, MORE_THAN_HALF, 9)
    assert town == {1: Fate.ELECTED, 2: Fate.TIED, 3: Fate.TIED}
    zone = rules.elect({1: 5, 2: 5, 3: 4}, 2, MORE_THAN_HALF, 7)
    found = rules.joint_election({"town": town, "zone": zone}, 2)
    assert (found.elected, found.runoff, found.places) == ((1,), (2,), 1)
    tied = dict.fromkeys((2, 3), Fate.TIED)
    again = rules.joint_election({"town": tied, "zone": tied}, 1, before=(2, 3))
    assert (again.elected, again.runoff, again.outcome) == ((), (), Outcome.SPLIT)


def test_an_election_without_a_place_or_a_body_is_none() -> None:
    with pytest.raises(ValueError, match="at least one place"):
        rules.elect({1: 1}, 0, MORE_THAN_HALF, 1)
    with pytest.raises(ValueError, match="at least one body"):
        rules.joint_election({}, 1)


@given(st.lists(st.integers(1, 6), max_size=6), st.sets(st.integers(1, 6)), st.integers(1, 4))
def test_a_slip_names_each_once_only_who_stands_and_at_most_as_many_as_places(
    picks: list[int], standing: set[int], places: int
) -> None:
    good = len(picks) <= places
    for place, pick in enumerate(picks):
        good = good and pick in standing and pick not in picks[:place]
    assert rules.may_pick(picks, standing, places) is good


@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 5), st.integers(1, 18), THRESHOLDS)
def test_early_closing_is_allowed_exactly_where_no_completion_changes_the_result(
    in_favour: int, others: int, still: int, due: int, threshold: rules.Threshold
) -> None:
    due = max(due, in_favour + others + still)
    ways = {
        rules.reached(threshold, in_favour + sum(choice is Choice.FOR for choice in rest), due)
        for rest in product((*Choice, None), repeat=still)
    }
    assert rules.result_is_certain(in_favour, still, threshold, due) is (len(ways) == 1)


def seats(present: int, absent: int, recused: int) -> rules.Roster:
    states = ["present"] * present + ["absent"] * absent + ["recused"] * recused
    return rules.Roster.of(
        rules.RosterSeat(number, "town", state=rules.SeatState(state)) for number, state in enumerate(states, start=1)
    )


@given(
    st.lists(st.sampled_from([*Choice, "spoilt", "unused"]), max_size=9),
    st.integers(0, 3),
    st.integers(0, 2),
    st.booleans(),
)
def test_a_count_of_papers_adds_up_to_those_due(
    papers: list[Choice | str], absent: int, recused: int, shrink: bool
) -> None:
    roster = seats(len(papers), absent, recused)
    found = Count(*(papers.count(choice) for choice in Choice), papers.count("spoilt"))
    verdict = rules.tally_counts("town", found, roster, MORE_THAN_HALF, shrink=shrink)
    parts = (
        verdict.in_favour + verdict.against + verdict.abstained + verdict.spoilt + verdict.not_voted + verdict.absent
    )
    assert parts + (0 if shrink else verdict.recused) == verdict.due
    assert verdict.not_voted == papers.count("unused")
    assert verdict.passed is (2 * papers.count(Choice.FOR) > verdict.due)


def test_more_papers_than_voters_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot come from 2 voters"):
        rules.tally_counts("town", Count(2, 1, 0), seats(2, 1, 0), MORE_THAN_HALF)


@given(st.lists(st.sampled_from(list(Choice)), max_size=9), st.integers(0, 5))
def test_a_secret_result_reveals_where_all_voted_alike_or_few_voted(papers: list[Choice], few: int) -> None:
    found = Count(*(papers.count(choice) for choice in Choice))
    assert rules.reveals(found, few) is (bool(papers) and (len(set(papers)) == 1 or len(papers) < few))


def test_r21_regression_exactly_half_does_not_pass() -> None:
    """Known bug of another system: “more than half” passed at exactly half."""
    half = rules.tally_counts("town", Count(5, 3, 2), seats(10, 0, 0), MORE_THAN_HALF)
    assert (half.required, half.passed, half.short) == (6, False, 1)


def test_r22_regression_absentees_are_not_counted_as_present() -> None:
    """Known bug of another system: absentees were counted as present. Five of nine due, four absent: quorum 5, none in favour."""
    roster = seats(5, 4, 0)
    assert rules.quorum(roster, "town", AT_LEAST_HALF).present == 5
    verdict = rules.tally_counts("town", Count(4, 1, 0), roster, MORE_THAN_HALF)
    assert (verdict.present, verdict.absent, verdict.not_voted, verdict.passed) == (5, 4, 0, False)


NEED_ZH, NEED_EN = "须超过半数即 5 票", "more than half means 5"


@pytest.mark.parametrize(
    ("fate", "votes", "zh", "en"),
    [
        (Fate.ELECTED, 6, "当选。", "elected."),
        (Fate.SHORT, 3, "差 2 票，未当选。", "2 short, not elected."),
        (
            Fate.TIED,
            5,
            "与其他人选票数相同，超出名额，另行投票。",
            "as many as others, and not a place for each: voted on again.",
        ),
    ],
)
def test_an_election_says_how_each_fared(fate: Fate, votes: int, zh: str, en: str) -> None:
    assert rules.fate_zh(fate, votes, MORE_THAN_HALF, 9) == f"得票 {votes} / 应到 9，{NEED_ZH}，{zh}"
    assert rules.fate_en(fate, votes, MORE_THAN_HALF, 9) == f"Approved by {votes} of 9 due; {NEED_EN}: {en}"
