"""Gaps, overlaps and dead rules of a table are found, and nothing is claimed where the cells do more than compare."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.workflows.dmn.files import decision, dmn, table
from workflows import dmn as decisions


def hints(rules: list[list[str]], **options: Any) -> list[tuple[str, str]]:
    _document, problems = decisions.inspect(dmn(decision("d1", table(rules, **options))))
    assert all(problem.severity == "warning" for problem in problems)
    return [
        (problem.code, problem.params.get("rules") or problem.params.get("rule") or problem.params.get("example", ""))
        for problem in problems
    ]


def test_numbers_that_no_rule_takes() -> None:
    assert (
        hints([["< 50", "1"], ["(50..500)", "2"], ["> 500", "3"]])
        == [("rules_gap", "amount = 50"), ("rules_gap", "amount = 500")][:1]
    )
    assert hints([["< 50", "1"], ["[50..500)", "2"], [">= 500", "3"]]) == []
    assert hints([["<= 5", "1"], [">= 6", "2"]]) == [("rules_gap", "amount in (5..6)")]
    assert hints([["<= 5", "1"], [">= 6", "2"]], kinds=["integer"]) == []


def test_a_gap_over_two_columns_is_told_with_both() -> None:
    rules = [["< 5", "true", "1"], [">= 5", "-", "2"]]
    assert hints(rules, inputs=["amount", "urgent"]) == [("rules_gap", "amount < 5, urgent = false")]


def test_words_beyond_those_listed_are_a_gap_unless_only_those_are_allowed() -> None:
    rules = [['"a"', "1"], ['"b"', "2"]]
    assert hints(rules) == [("rules_gap", 'amount not in ("a", "b")')]
    assert hints(rules, allowed=['"a", "b"']) == []
    assert hints(rules, allowed=['"a", "b", "c"']) == [("rules_gap", 'amount = "c"')]
    assert hints([['not("a")', "1"], ['"a"', "2"]]) == []


def test_a_default_or_a_list_needs_no_rule_for_everything() -> None:
    assert hints([["> 5", "1"]], defaults=["0"]) == []
    assert hints([["> 5", "1"]], policy="COLLECT") == []


def test_dates_are_cut_into_days() -> None:
    rules = [['< date("2026-01-01")', "1"], ['> date("2026-01-01")', "2"]]
    assert hints(rules) == [("rules_gap", "amount = 2026-01-01")]
    assert hints([['<= @"2026-01-01"', "1"], ['>= @"2026-01-02"', "2"]]) == []


def test_rules_that_hold_together_are_named() -> None:
    assert hints([["< 10", "1"], ["> 5", "2"]]) == [("rules_overlap", "1, 2")]
    assert hints([["< 10", "1"], ["> 5", "2"]], policy="FIRST") == []
    assert hints([["< 10", "1"], ["> 5", "1"]], policy="ANY") == []
    assert hints([["< 10", "1"], ["> 5", "2"]], policy="ANY") == [("rules_overlap", "1, 2")]


def test_a_rule_that_can_never_hold_is_named() -> None:
    assert ("rule_never", "1") in hints([["[7..3]", "1"], ["-", "2"]])
    assert ("rule_never", "2") in hints([["<= 5", "1"], ["> 9", "2"]], allowed=["<= 5"])


@pytest.mark.parametrize("cell", ["> limit", "? * 2 > 7", 'starts with(?, "x")', "null", '> "b"'])
def test_nothing_is_claimed_of_cells_that_do_more_than_compare(cell: str) -> None:
    assert hints([[cell, "1"]]) == []


def test_a_column_nobody_understands_does_not_hide_an_overlap_both_rules_leave_to_it() -> None:
    assert hints([["> limit", "< 9", "1"], ["-", "> 5", "2"]], inputs=["a", "b"]) == [("rules_overlap", "1, 2")]
    assert hints([["> limit", "< 9", "1"], ["< limit", "> 5", "2"]], inputs=["a", "b"]) == []


def test_too_many_rules_are_not_compared_and_it_says_so() -> None:
    rules = [[f"{n}", f"{n * 2}", f"{n * 3}", str(n)] for n in range(1500)]
    xml = dmn(decision("d1", table(rules, inputs=["a", "b", "c"])))
    started = time.perf_counter()
    _document, problems = decisions.inspect(xml)
    assert [problem.code for problem in problems] == ["not_compared"]
    assert time.perf_counter() - started < 5
