"""The rule ledger: for one item and one moment every rule R1–R47 as held, failed, waived, not applicable or not yet due.

Pure and deterministic: the same facts give the same findings, whatever the facts, and every rule gives exactly one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from decisions.rules.ledger import after, before, counting, sitting
from decisions.rules.ledger.catalogue import BY_NUMBER, RULES, WAIVABLE
from decisions.rules.ledger.facts import Facts
from decisions.rules.ledger.shapes import Evidence, Finding, Gate, Grade, Name, Phase, Rule, Said, State, Waiver, said
from decisions.rules.ledger.words import FAILS_NOW, STATES, part, text, word

__all__ = [
    "BY_NUMBER",
    "EXCEPTIONS",
    "FAILS_NOW",
    "JUDGES",
    "RULES",
    "STATES",
    "WAIVABLE",
    "Evidence",
    "Exceptional",
    "Facts",
    "Finding",
    "Found",
    "Gate",
    "Grade",
    "Name",
    "Phase",
    "Rule",
    "Said",
    "State",
    "Waiver",
    "digest",
    "exceptions",
    "fails_at",
    "findings",
    "part",
    "said",
    "text",
    "word",
]

JUDGES: Mapping[int, Callable[[Facts], Finding]] = {
    number: getattr(module, f"r{number}")
    for module, numbers in (
        (before, range(1, 13)),
        (sitting, (13, 14, 16, 17, 18, 19, 20, 24, 25, 26, 27, 28, 29)),
        (counting, (15, 21, 22, 23, 41, 42, 43, 44)),
        (after, (*range(30, 41), 45, 46, 47)),
    )
    for number in numbers
}
"""Rule number → the function that judges it."""


def findings(facts: Facts) -> tuple[Finding, ...]:
    """Every rule's finding, in order of their numbers; a failure that a principal let pass stands as waived."""
    return tuple(_let_pass(JUDGES[rule.number](facts), facts) for rule in RULES)


def _let_pass(found: Finding, facts: Facts) -> Finding:
    waiver = facts.waiver(found.rule)
    if waiver is None or found.state is not State.FAILED or found.rule not in WAIVABLE:
        return found
    return after.waived(found, waiver)


def fails_at(gate: Gate, found: Iterable[Finding]) -> tuple[Finding, ...]:
    """What would keep the item from passing a gate if it came to it now."""
    return tuple(one for one in found if one.fails_at is gate)


def digest(found: Iterable[Finding]) -> str:
    """SHA-256 (64 hex digits) over what was found: rules, states, figures and waivers, in any language the same."""
    rows = [{**one.to_json(), "detail": [part.key for part in one.detail]} for one in found]
    plain = json.dumps(rows, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


class Exceptional(StrEnum):
    """The five exceptions the national reporting system for collective decisions asks about."""

    LEGALITY = "no_legality_review"
    ORDER = "wrong_meeting_order"
    PARTY_FIRST = "party_body_not_first"
    CONDITIONS = "meeting_conditions_not_met"
    VOTES = "result_against_votes"


EXCEPTIONS: Mapping[Exceptional, tuple[int, ...]] = {
    Exceptional.LEGALITY: (4, 5),
    Exceptional.ORDER: (10, 11, 19, 20, 28, 29),
    Exceptional.PARTY_FIRST: (2, 26, 37),
    Exceptional.CONDITIONS: (13, 14, 16, 47),
    Exceptional.VOTES: (15, 17, 21, 22, 24, 42),
}
"""Which failed rules make which exception. Here both bodies are party bodies and decide in one sitting, so that "party body not
first" is an act without or before their decision: completed without a vote, an emergency not brought before them, a change or
stop without procedure."""


@dataclass(frozen=True, slots=True)
class Found:
    """One standard exception, and the rules that failed into it (empty: it did not occur)."""

    kind: Exceptional
    rules: tuple[int, ...]

    @property
    def occurred(self) -> bool:
        """Whether it is to be reported."""
        return bool(self.rules)


def exceptions(found: Iterable[Finding]) -> tuple[Found, ...]:
    """The five standard exceptions, each once; a waived failure is none."""
    failed = {one.rule for one in found if one.state is State.FAILED}
    return tuple(Found(kind, tuple(n for n in numbers if n in failed)) for kind, numbers in EXCEPTIONS.items())
