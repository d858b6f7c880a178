"""What is wrong with a rule set before it is put in force, and what is lawful but unusual about it.

A *fault* is refused: numbers that contradict each other. A *caution* is shown: numbers below what a public rule asks, which
an office may have reason for and has to answer for.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from decisions.rules.ruleset import BodyRules, Periods, Rules
from decisions.rules.thresholds import AT_LEAST_HALF, MORE_THAN_HALF, at_least_as_strict


class Remark(StrEnum):
    """What can be said against a rule set."""

    BODY_MISSING = "body_missing"
    """A body that decides has no numbers."""
    BODY_UNKNOWN = "body_unknown"
    """Numbers of a body there is none of, or one in the order of principals."""
    NOT_STRICTER = "not_stricter"
    """The stricter rule asks less than the ordinary one (R44)."""
    FEW_VOTES = "few_votes"
    """Among fewer than two voters every result shows who voted how."""
    QUORUM_LOW = "quorum_low"
    """A quorum below half of the seats (R13)."""
    PASSING_LOW = "passing_low"
    """Half or less of those due is enough to pass (R21)."""
    RECONSIDER_LOW = "reconsider_low"
    """Half or less of the members is enough to reconsider (R38)."""
    PERIOD_SHORT = "period_short"
    """A period shorter than the public rule's (R5, R6)."""
    PERIOD_LONG = "period_long"
    """A period longer than the public rule's (R33)."""
    SILENT = "silent"
    """Nobody has to state a view before the vote (R19)."""
    NOT_LAST = "not_last"
    """The principal does not speak and vote last (R20)."""


@dataclass(frozen=True, slots=True)
class Said:
    """One remark: about which ``body`` (empty: the whole rule set) and which ``field`` of the numbers."""

    remark: Remark
    body: str = ""
    field: str = ""


def faults(rules: Rules, bodies: Collection[str]) -> tuple[Said, ...]:
    """Why the rule set cannot be put in force for these body codes; empty when it can."""
    found = [Said(Remark.BODY_MISSING, body) for body in bodies if body not in rules.bodies]
    found += [Said(Remark.BODY_UNKNOWN, body) for body in rules.bodies if body not in bodies]
    found += [
        Said(Remark.BODY_UNKNOWN, body, "principal_order") for body in rules.principal_order if body not in bodies
    ]
    for code, numbers in rules.bodies.items():
        found += [Said(Remark.NOT_STRICTER, code, field) for field in _not_stricter(numbers)]
    if rules.few_votes < 2:
        found.append(Said(Remark.FEW_VOTES, field="few_votes"))
    return tuple(found)


def cautions(rules: Rules) -> tuple[Said, ...]:
    """What the rule set does that the public rules do not, or not so."""
    usual = Periods()
    found = []
    for code, numbers in rules.bodies.items():
        if not at_least_as_strict(numbers.quorum, AT_LEAST_HALF):
            found.append(Said(Remark.QUORUM_LOW, code, "quorum"))
        if not at_least_as_strict(numbers.passing, MORE_THAN_HALF):
            found.append(Said(Remark.PASSING_LOW, code, "passing"))
        if not at_least_as_strict(numbers.reconsider, MORE_THAN_HALF):
            found.append(Said(Remark.RECONSIDER_LOW, code, "reconsider"))
    found += [
        Said(Remark.PERIOD_SHORT, field=name)
        for name in ("legality_working_days", "comment_days")
        if getattr(rules.periods, name) < getattr(usual, name)
    ]
    if rules.periods.publication_working_days > usual.publication_working_days:
        found.append(Said(Remark.PERIOD_LONG, field="publication_working_days"))
    if not rules.statements:
        found.append(Said(Remark.SILENT, field="statements"))
    if not rules.principal_last:
        found.append(Said(Remark.NOT_LAST, field="principal_last"))
    return tuple(found)


def _not_stricter(numbers: BodyRules) -> list[str]:
    pairs = (
        ("strict_quorum", numbers.strict_quorum, numbers.quorum),
        ("strict_passing", numbers.strict_passing, numbers.passing),
    )
    return [name for name, strict, usual in pairs if strict is not None and not at_least_as_strict(strict, usual)]
