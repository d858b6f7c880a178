"""What the rules' functions share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from decisions.rules.ledger.facts import Facts
from decisions.rules.ledger.shapes import Evidence, Finding, Gate, Said, State, Waiver

HELD, FAILED, WAIVED, NA, OPEN = State.HELD, State.FAILED, State.WAIVED, State.NA, State.OPEN


def find(
    rule: int,
    state: State,
    *detail: Said,
    inputs: Mapping[str, Any] | None = None,
    evidence: tuple[Evidence, ...] = (),
    when: datetime | None = None,
    gate: Gate | None = None,
    waiver: Waiver | None = None,
) -> Finding:
    """A finding; ``gate`` is where what stands now would keep the item from passing."""
    moment = when.isoformat() if when is not None else ""
    return Finding(rule, state, inputs or {}, detail, evidence, moment, gate, waiver)


def at_entry(facts: Facts) -> tuple[Evidence, ...]:
    """The place in the sitting."""
    return (Evidence("sitting", facts.agenda.sitting),) if facts.agenda.sitting else ()


def at_item(facts: Facts) -> tuple[Evidence, ...]:
    """The item's page."""
    return (Evidence("item", facts.matter.id),) if facts.matter.id else ()


def at_plan(facts: Facts) -> tuple[Evidence, ...]:
    """The version history of the plan."""
    return (Evidence("plan", facts.matter.id),) if facts.planning.plan else ()


def at_minutes(facts: Facts) -> tuple[Evidence, ...]:
    """The minutes."""
    return (Evidence("minutes", facts.record.minutes),) if facts.record.minutes else ()


def at_ballots(facts: Facts) -> tuple[Evidence, ...]:
    """The ballots."""
    return tuple(Evidence("ballot", count.ballot) for count in facts.votes.counts)
