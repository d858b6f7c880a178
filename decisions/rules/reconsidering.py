"""How many members must agree before a decision is made anew (R38)."""

from collections.abc import Mapping

from decisions.rules.ruleset import Rules
from decisions.rules.thresholds import required


def needed(rules: Rules, members: Mapping[str, int]) -> dict[str, int]:
    """How many of each body's members must agree; ``members`` maps body code → voting seats that somebody holds."""
    return {code: required(rules.body(code).reconsider, count) for code, count in members.items()}


def agreed(needed: Mapping[str, int], given: Mapping[str, int]) -> bool:
    """Whether every body has enough; never without any body."""
    return bool(needed) and all(given.get(code, 0) >= count for code, count in needed.items())
