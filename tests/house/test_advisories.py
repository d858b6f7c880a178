"""What the check of known weaknesses says, from what pip-audit answered."""

from __future__ import annotations

import json

import pytest

from scripts.house.advisories import judge

CLEAN = {"name": "django", "version": "6.1.3", "vulns": []}
WEAK = {"name": "lxml", "version": "4.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["4.1"], "aliases": []}]}
UNKNOWN = {"name": "own", "skip_reason": "Dependency not found on PyPI"}


@pytest.mark.parametrize(
    ("found", "holds", "said"),
    [
        ([CLEAN], True, "没有已知漏洞"),
        ([CLEAN, UNKNOWN], True, "own"),
        ([CLEAN, WEAK], False, "PYSEC-1"),
        ([WEAK, UNKNOWN], False, "4.1"),
        ([UNKNOWN], True, "未核对"),
    ],
)
def test_a_known_weakness_fails_and_what_was_not_asked_is_said(found: list[object], holds: bool, said: str) -> None:
    held, lines = judge("requirements.txt", 0, json.dumps({"dependencies": found}), "")
    assert held is holds
    assert said in "\n".join(lines)


def test_without_a_network_nothing_is_claimed_and_nothing_fails() -> None:
    error = "requests.exceptions.ProxyError: Max retries exceeded: Failed to establish a new connection"
    held, lines = judge("requirements.txt", 1, "", error)
    assert held
    assert "未核对" in lines[0]


def test_a_fault_of_the_check_itself_fails() -> None:
    held, lines = judge("requirements.txt", 2, "", "error: unrecognized arguments: --desk")
    assert not held
    assert "--desk" in lines[-1]
