"""The numbers and settings decisions are made by, per body, as frozen when a sitting opens (R47).

Configuration, never constants of the code: what stands here is only what a rule set that is silent means.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Self

from decisions.rules.thresholds import (
    AT_LEAST_HALF,
    AT_LEAST_TWO_THIRDS,
    MORE_THAN_HALF,
    Threshold,
    at_least_as_strict,
)


class Method(StrEnum):
    """How a vote is taken (R23)."""

    NAMED = "named"
    HANDS = "hands"
    VOICE = "voice"
    SECRET = "secret"  # noqa: S105


class TwoSeats(StrEnum):
    """What somebody with a seat in both bodies may do (R43)."""

    EACH = "each"
    """One ballot per seat."""
    BARRED = "barred"
    """They vote in one body only: the one whose seat comes first on the roster; their other seat counts as absent."""


@dataclass(frozen=True, slots=True)
class BodyRules:
    """One body's numbers.

    ``quorum`` (R13, R14), ``passing`` (R21), and whether a recusal shrinks the base (R24, default no).
    ``strict_quorum`` and ``strict_passing`` take their place where the body invokes its stricter rule (R44); None where
    it has none. ``reconsider`` is the share of its members that must agree before a personnel decision is reconsidered
    (R38).
    """

    quorum: Threshold = AT_LEAST_HALF
    passing: Threshold = MORE_THAN_HALF
    shrink: bool = False
    strict_quorum: Threshold | None = AT_LEAST_TWO_THIRDS
    strict_passing: Threshold | None = AT_LEAST_TWO_THIRDS
    reconsider: Threshold = MORE_THAN_HALF

    def stricter(self) -> BodyRules:
        """These numbers with the stricter rule in place of the usual one (R44); never less than the usual one asks."""
        return replace(
            self,
            quorum=_stricter(self.quorum, self.strict_quorum),
            passing=_stricter(self.passing, self.strict_passing),
        )

    def to_json(self) -> dict[str, Any]:
        """JSON with one key per field, thresholds as `Threshold.to_json` writes them."""
        return {
            one.name: value.to_json() if isinstance(value, Threshold) else value
            for one in fields(self)
            for value in (getattr(self, one.name),)
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> BodyRules:
        """The inverse of `to_json`. ``quorum`` and ``passing`` must be there; what else is missing takes its default."""
        usual = cls()
        return cls(
            quorum=Threshold.from_json(data["quorum"]),
            passing=Threshold.from_json(data["passing"]),
            shrink=bool(data.get("shrink", False)),
            strict_quorum=_maybe(data, "strict_quorum", usual.strict_quorum),
            strict_passing=_maybe(data, "strict_passing", usual.strict_passing),
            reconsider=Threshold.from_json(data["reconsider"]) if "reconsider" in data else usual.reconsider,
        )


def _stricter(usual: Threshold, strict: Threshold | None) -> Threshold:
    """The one of the two that asks more: the larger share, of equal shares the one that must be exceeded (R15)."""
    return usual if strict is None or at_least_as_strict(usual, strict) else strict


def _maybe(data: Mapping[str, Any], name: str, usual: Threshold | None) -> Threshold | None:
    """A threshold that a rule set may name, leave to the default, or switch off with null."""
    if name not in data:
        return usual
    return None if data[name] is None else Threshold.from_json(data[name])


@dataclass(frozen=True, slots=True)
class Periods:
    """How long things take, at least or at most. ``working`` days leave out what the calendar says nobody works on."""

    notice_days: int = 3
    """Notice and materials reach every seat at least this many days before the sitting (R11)."""
    legality_working_days: int = 7
    """A legality review is given at least this long (R5, 国务院令713号 art. 26)."""
    comment_days: int = 30
    """Public comment is open at least this long, unless a published reason shortens it (R6, art. 15)."""
    publication_working_days: int = 20
    """A decision is published at most this long after it was signed (R33, art. 32)."""
    emergency_report_hours: int = 24
    """What a few decided in an emergency is reported to all members at most this long after (R26)."""
    report_days: int = 30
    """How often an executing unit reports on its progress (R36)."""
    remind_days: int = 3
    """How long before a date its holder is reminded (R36)."""
    superior_report_days: int = 15
    """A decision that must be reported to the superior, and a split that is sent up, is reported at most this long after it
    came about (R34, R42)."""
    suspension_days: int = 15
    """After an urgent suspension the item that changes or stops the decision is submitted at most this long after (R37)."""
    evaluation_months: int = 12
    """A decision is evaluated this many months after it was signed (R39); 0 switches this trigger off."""
    evaluation_days: int = 60
    """How long an evaluation may take (R39)."""

    def to_json(self) -> dict[str, int]:
        """JSON with one key per field."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`; what is missing takes its default. Raises ``ValueError`` for anything but whole numbers
        from 0."""
        found = {}
        for one in fields(cls):
            if one.name in data:
                value = data[one.name]
                if type(value) is not int or value < 0:
                    raise ValueError(f"{one.name} is a whole number from 0, not {value!r}")
                found[one.name] = value
        return cls(**found)


@dataclass(frozen=True, slots=True)
class Rules:
    """All numbers and settings for one agenda entry; ``bodies`` maps body code → its numbers.

    ``statements``: everybody present states a view or waives before the vote (R19). ``principal_last`` and
    ``principal_order`` (body codes): R20. ``methods``: the ways of voting that are allowed, the usual one first (R23).
    ``early_close``: a ballot may be closed as soon as no vote that is still to come could change its result.
    ``two_seats``: R43. ``split_share``: where at least this share of those heard disagree or ask to defer, views are
    deeply split and the desk must defer or say why not (R25); None switches it off. ``few_votes``: below so many voters a
    secret ballot warns that its result may show who voted how. ``speaking_seconds``: how long one turn is meant to take; 0
    sets no limit. ``emergency_total`` and ``emergency_each``: how many seats
    decide in an emergency at least, in all and of each body; ``emergency_principals``: whether only heads may (R26).
    """

    bodies: Mapping[str, BodyRules] = field(default_factory=dict)
    statements: bool = True
    principal_last: bool = True
    principal_order: tuple[str, ...] = ()
    methods: tuple[Method, ...] = (Method.NAMED, Method.HANDS, Method.VOICE, Method.SECRET)
    early_close: bool = False
    two_seats: TwoSeats = TwoSeats.EACH
    split_share: Threshold | None = AT_LEAST_HALF
    few_votes: int = 4
    speaking_seconds: int = 300
    emergency_total: int = 2
    emergency_each: int = 1
    emergency_principals: bool = False
    periods: Periods = field(default_factory=Periods)

    def __post_init__(self) -> None:
        if not self.methods:
            raise ValueError("a rule set allows at least one way of voting")

    def stricter(self, codes: Collection[str]) -> Rules:
        """These rules with the stricter numbers for the bodies named (R44)."""
        if not codes:
            return self
        bodies = {code: one.stricter() if code in codes else one for code, one in self.bodies.items()}
        return replace(self, bodies=bodies)

    def body(self, code: str) -> BodyRules:
        """The numbers of one body; raises ``KeyError`` for a body these rules do not know."""
        return self.bodies[code]

    def to_json(self) -> dict[str, Any]:
        """JSON with one key per field."""
        return {
            "bodies": {code: numbers.to_json() for code, numbers in self.bodies.items()},
            "statements": self.statements,
            "principal_last": self.principal_last,
            "principal_order": list(self.principal_order),
            "methods": [method.value for method in self.methods],
            "early_close": self.early_close,
            "two_seats": self.two_seats.value,
            "split_share": None if self.split_share is None else self.split_share.to_json(),
            "few_votes": self.few_votes,
            "speaking_seconds": self.speaking_seconds,
            "emergency_total": self.emergency_total,
            "emergency_each": self.emergency_each,
            "emergency_principals": self.emergency_principals,
            "periods": self.periods.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Rules:
        """The inverse of `to_json`; missing settings take the defaults, malformed ones raise ``ValueError``, ``TypeError``
        or ``KeyError``."""
        usual = cls()
        return cls(
            bodies={code: BodyRules.from_json(numbers) for code, numbers in data["bodies"].items()},
            statements=bool(data.get("statements", True)),
            principal_last=bool(data.get("principal_last", True)),
            principal_order=tuple(data.get("principal_order", ())),
            methods=tuple(Method(word) for word in data.get("methods", usual.methods)),
            early_close=bool(data.get("early_close", False)),
            two_seats=TwoSeats(data.get("two_seats", usual.two_seats)),
            split_share=_maybe(data, "split_share", usual.split_share),
            few_votes=int(data.get("few_votes", usual.few_votes)),
            speaking_seconds=int(data.get("speaking_seconds", usual.speaking_seconds)),
            emergency_total=int(data.get("emergency_total", usual.emergency_total)),
            emergency_each=int(data.get("emergency_each", usual.emergency_each)),
            emergency_principals=bool(data.get("emergency_principals", usual.emergency_principals)),
            periods=Periods.from_json(data.get("periods", {})),
        )


ORDINARY = BodyRules()
"""The default for decisions, projects and funds: quorum at least half, passing more than half of those due."""
PERSONNEL = BodyRules(quorum=AT_LEAST_TWO_THIRDS)
"""The default for personnel: quorum at least two thirds (R14)."""
