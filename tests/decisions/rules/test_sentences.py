"""A verdict says itself in one sentence and proves itself in whole numbers."""

import pytest

from decisions.rules import (
    AT_LEAST_HALF,
    AT_LEAST_TWO_THIRDS,
    MORE_THAN_HALF,
    Choice,
    Roster,
    RosterSeat,
    SeatState,
    Threshold,
    Verdict,
    explain_en,
    explain_zh,
    others_en,
    others_zh,
    proof_en,
    proof_zh,
    quorum,
    quorum_en,
    quorum_zh,
    share_en,
    share_zh,
    tally,
)


def count(
    letters: str, *, others: str = "", silent: int = 0, threshold: Threshold = MORE_THAN_HALF, shrink: bool = False
) -> Verdict:
    """A verdict from letters, one a seat: f(or), a(gainst), b (abstains).

    ``others``: x absent, r recused; ``silent``: how many are present and do not vote.
    """
    states = [SeatState.PRESENT] * (len(letters) + silent)
    states += [{"x": SeatState.ABSENT, "r": SeatState.RECUSED}[letter] for letter in others]
    roster = Roster.of(RosterSeat(n, "town", state=state) for n, state in enumerate(states))
    choices = {"f": Choice.FOR, "a": Choice.AGAINST, "b": Choice.ABSTAIN}
    return tally("town", {n: choices[letter] for n, letter in enumerate(letters)}, roster, threshold, shrink=shrink)


def test_a_passed_verdict_in_both_languages() -> None:
    verdict = count("ffffffab", others="x")
    assert explain_zh(verdict) == "赞成 6 / 应到 9，须超过半数即 5 票，通过。"
    assert explain_en(verdict) == "In favour 6 of 9 due; more than half means 5 votes: passed."
    assert proof_zh(verdict) == "核算：6 × 2 = 12，大于 9。"
    assert proof_en(verdict) == "Check: 6 × 2 = 12, more than 9."
    assert others_zh(verdict) == "反对 1，弃权 1，缺席 1。"
    assert others_en(verdict) == "Against 1, abstained 1, absent 1."


def test_a_failed_verdict_says_how_many_votes_were_missing() -> None:
    verdict = count("fffaabb")
    assert explain_zh(verdict) == "赞成 3 / 应到 7，须超过半数即 4 票，差 1 票，未通过。"
    assert explain_en(verdict) == "In favour 3 of 7 due; more than half means 4 votes: 1 short, not passed."
    assert proof_zh(verdict) == "核算：3 × 2 = 6，小于 7。"


def test_exactly_half_is_shown_to_be_equal_and_not_passed() -> None:
    verdict = count("fffffaaaaa")
    assert explain_zh(verdict).endswith("差 1 票，未通过。")
    assert proof_zh(verdict) == "核算：5 × 2 = 10，等于 10。"
    assert proof_en(verdict) == "Check: 5 × 2 = 10, equal to 10."


def test_two_thirds_shows_both_sides_of_the_comparison() -> None:
    verdict = count("ffffffaaa", threshold=AT_LEAST_TWO_THIRDS)
    assert explain_zh(verdict) == "赞成 6 / 应到 9，须三分之二以上即 6 票，通过。"
    assert proof_zh(verdict) == "核算：6 × 3 = 18，等于 9 × 2 = 18。"


def test_a_recusal_says_whether_the_base_shrank() -> None:
    assert others_zh(count("fffffb", others="r")) == "弃权 1，回避 1。应到不因回避减少。"
    assert others_zh(count("fffffb", others="r", shrink=True)) == "弃权 1，回避 1。应到已因回避减少。"
    assert others_en(count("f", others="r")) == "Recused 1. The base is not reduced by recusals."
    assert others_zh(count("ff", silent=1)) == "未投 1。"
    assert others_zh(count("ff")) == others_en(count("ff")) == ""


@pytest.mark.parametrize(
    ("threshold", "zh", "en"),
    [
        (MORE_THAN_HALF, "超过半数", "more than half"),
        (AT_LEAST_HALF, "半数以上", "at least half"),
        (AT_LEAST_TWO_THIRDS, "三分之二以上", "at least 2/3"),
        (Threshold(3, 5, True), "超过五分之三", "more than 3/5"),
        (Threshold(7, 12, False), " 7/12 以上", "at least 7/12"),
    ],
)
def test_a_share_is_named_as_the_rules_name_it(threshold: Threshold, zh: str, en: str) -> None:
    assert share_zh(threshold) == zh
    assert share_en(threshold) == en


def test_a_quorum_says_who_is_missing() -> None:
    seats = [RosterSeat(n, "town", state=SeatState.PRESENT if n < 8 else SeatState.ABSENT) for n in range(9)]
    assert quorum_zh(quorum(Roster.of(seats), "town", AT_LEAST_HALF)) == "应到 9，实到 8，须到 5，达到法定人数。"
    few = quorum(Roster.of(seats[6:]), "town", Threshold(3, 3, False))
    assert quorum_zh(few) == "应到 3，实到 2，须到 3，差 1 人，未达到法定人数。"
    assert quorum_en(few) == "Due 3, present 2, needed 3: 1 short, no quorum."
