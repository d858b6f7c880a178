"""What the ledger is made of: a rule of the catalogue, and one finding on it with its figures, its sentence and its evidence.

Everything here is JSON as it stands, so that a ledger kept in the log reads back as it was said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from decisions.rules.thresholds import Threshold


class State(StrEnum):
    """How a rule stands for one item."""

    HELD = "held"
    FAILED = "failed"
    WAIVED = "waived"
    """Not held, and let pass by somebody entitled to, for a reason, on an authority."""
    NA = "na"
    OPEN = "open"
    """Its moment has not come."""


class Gate(StrEnum):
    """A moment an item passes only if nothing blocks it."""

    TABLING = "tabling"
    VOTING = "voting"


class Phase(StrEnum):
    """The part of the procedure a rule belongs to, as the ledger is divided."""

    PREPARATION = "preparation"
    SITTING = "sitting"
    AFTER = "after"
    TOGETHER = "together"


class Grade(StrEnum):
    """How well the source of a rule is established: read in its text, in an excerpt, from memory, our own design."""

    TEXT = "V"
    EXCERPT = "T"
    MEMORY = "M"
    DESIGN = "D"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the catalogue: its number, what it asks in a line, where it comes from and how well that is established.

    ``waivable``: a principal may let a failure of it pass. Rules of law and of counting never are.
    """

    number: int
    phase: Phase
    zh: str
    en: str
    grades: tuple[Grade, ...]
    clause_zh: str = ""
    clause_en: str = ""
    waivable: bool = False

    @property
    def code(self) -> str:
        """R14."""
        return f"R{self.number}"

    def title(self, language: str) -> str:
        """What it asks, in the language."""
        return self.en if language.startswith("en") else self.zh

    def clause(self, language: str) -> str:
        """Its source in the language, empty where there is none to name."""
        return self.clause_en if language.startswith("en") else self.clause_zh


@dataclass(frozen=True, slots=True)
class Name:
    """What somebody or something is called, in both languages."""

    zh: str
    en: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One part of a finding's sentence: a key of `decisions.rules.ledger.words` and what it is filled with, JSON values."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


def said(key: str, **values: Any) -> Said:
    """A part of a sentence; names, days, moments, shares and amounts are written as JSON."""
    return Said(key, {name: plain(value) for name, value in values.items()})


def plain(value: Any) -> Any:
    """A value as JSON: names by language, moments and days as text, shares as ``[num, den, strict]``, amounts as text."""
    if isinstance(value, Name):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, Threshold):
        return {"share": value.to_json()}
    if isinstance(value, Decimal):
        return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return value


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where it can be read up: a kind (``plan``, ``material``, ``ballot``, ``minutes``, ``sitting`` …) and the row's key."""

    kind: str
    ref: int


@dataclass(frozen=True, slots=True)
class Waiver:
    """Who let a failure pass, why, on what authority, and when (an ISO moment or day, empty where it is not known)."""

    who: str
    reason: str
    authority: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """How one rule stands. Every rule has exactly one, whatever is known.

    ``inputs`` are the figures it was computed from. ``when`` is the moment that settled it (ISO). ``fails_at`` is the gate
    that what stands now would keep the item from passing; empty where nothing of this rule does.
    """

    rule: int
    state: State
    inputs: Mapping[str, Any] = field(default_factory=dict)
    detail: tuple[Said, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    when: str = ""
    fails_at: Gate | None = None
    waiver: Waiver | None = None

    @property
    def code(self) -> str:
        """R14."""
        return f"R{self.rule}"

    @property
    def fails_now(self) -> bool:
        """Whether the next step would be refused, or blamed, on its account as things stand."""
        return self.fails_at is not None

    @property
    def exceptional(self) -> bool:
        """Whether somebody has to look: failed, waived, or about to fail."""
        return self.state in {State.FAILED, State.WAIVED} or self.fails_now

    def to_json(self) -> dict[str, Any]:
        """The finding as JSON, with stable keys."""
        return {
            "rule": self.code,
            "state": self.state.value,
            "inputs": plain(self.inputs),
            "detail": [{"key": part.key, "values": dict(part.values)} for part in self.detail],
            "evidence": [{"kind": one.kind, "ref": one.ref} for one in self.evidence],
            "when": self.when,
            "fails_at": self.fails_at.value if self.fails_at else None,
            "waiver": None
            if self.waiver is None
            else {
                "who": self.waiver.who,
                "reason": self.waiver.reason,
                "authority": self.waiver.authority,
                "at": self.waiver.at,
            },
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Finding:
        """The inverse of `to_json`. Raises ``KeyError`` or ``ValueError`` for anything else."""
        waiver = data.get("waiver")
        details: Sequence[Mapping[str, Any]] = data.get("detail", ())
        return cls(
            rule=int(str(data["rule"]).removeprefix("R")),
            state=State(data["state"]),
            inputs=data.get("inputs", {}),
            detail=tuple(Said(part["key"], part.get("values", {})) for part in details),
            evidence=tuple(Evidence(one["kind"], one["ref"]) for one in data.get("evidence", ())),
            when=data.get("when", ""),
            fails_at=Gate(data["fails_at"]) if data.get("fails_at") else None,
            waiver=Waiver(**waiver) if waiver else None,
        )
