"""The DMN test kit's literal expressions (kept beside the repository, never copied into it)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workflows.feel.conformance import main, run

CASES = Path(__file__).resolve().parents[4] / "shared" / "conformance" / "feel_cases.json"
needs_cases = pytest.mark.skipif(not CASES.exists(), reason=f"the conformance cases are not there: {CASES}")

# What is left needs item definitions or typed decisions of a whole model, which a literal expression does not have.
PASSING = 1815
BEYOND_A_LITERAL_EXPRESSION = {"0070-feel-instance-of": 7, "0082-feel-coercion": 6}


@needs_cases
def test_the_kits_cases_pass_and_none_takes_longer_than_fifty_milliseconds() -> None:
    cases = json.loads(CASES.read_text(encoding="utf-8"))
    reports = [run(cases) for _ in range(3)]
    assert reports[0].passed >= PASSING
    assert reports[0].failing_groups == BEYOND_A_LITERAL_EXPRESSION
    # The best of three: a busy machine may stop any one of them for longer.
    assert min(report.slowest for report in reports) < 0.05


@needs_cases
def test_the_command_prints_the_groups_and_the_total(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(CASES)]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "passed 1815 of 1828"


def test_a_report_tells_what_failed_and_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases = [
        {"group": "a", "id": "1", "expr": "1 + 1", "expect": 2.0, "error": False},
        {"group": "a", "id": "2", "expr": "1 +", "expect": None, "error": True},
        {"group": "b", "id": "3", "expr": "1 +", "expect": None, "error": False},
        {"group": "b", "id": "4", "expr": '@"P1D"', "expect": "PT24H", "error": False},
        {"group": "b", "id": "5", "expr": "{a: [1]}", "expect": {"a": [2]}, "error": False},
    ]
    report = run(cases)
    assert (report.passed, report.total, report.refused, report.failing_groups) == (3, 5, 2, {"b": 2})
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(cases), encoding="utf-8")
    assert main(["-v", str(path)]) == 1
    assert "expected {\"a\": [2]}, got {'a': [Decimal('1')]}" in capsys.readouterr().out


def test_the_command_without_a_file_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "usage" in capsys.readouterr().err
