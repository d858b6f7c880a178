"""docs/rules.md is held to the code: every rule has a function, a row, and a test whose name holds its number."""

import re
from pathlib import Path

import pytest

from decisions.rules.ledger import EXCEPTIONS, JUDGES, RULES, Rule

ROOT = Path(__file__).parents[4]
TESTS = set(re.findall(r"def (test_\w+)\(", (Path(__file__).parent / "test_each_rule.py").read_text()))
ROWS = {
    cells[0]: cells
    for line in (ROOT / "docs" / "rules.md").read_text().splitlines()
    if line.startswith("| R")
    for cells in ([cell.strip() for cell in line.strip("|").split("|")],)
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_has_a_function_a_row_and_a_test(rule: Rule) -> None:
    assert JUDGES[rule.number].__name__ == f"r{rule.number}"
    assert JUDGES[rule.number].__doc__
    _code, asks, source, lives, settings, test = ROWS[rule.code]
    assert asks == rule.en
    assert rule.clause_zh in source
    assert source.endswith(" W") == rule.waivable
    assert "/".join(grade.value for grade in rule.grades) in source
    assert lives and settings
    assert test.strip("`") in TESTS
    assert re.search(rf"_r{rule.number}_", test)


def test_the_table_has_no_other_rule() -> None:
    assert set(ROWS) == {rule.code for rule in RULES}


def test_the_exceptions_are_made_of_the_rules_the_page_names() -> None:
    page = (ROOT / "docs" / "rules.md").read_text()
    for kind, numbers in EXCEPTIONS.items():
        words = kind.value.replace("_", " ").replace("meeting conditions", "conditions for the meeting")
        line = next(one for one in page.splitlines() if one.startswith(f"| {words}"))
        assert re.findall(r"R(\d+)", line) == [str(number) for number in numbers]
