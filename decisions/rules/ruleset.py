"""The numbers a sitting runs on, per body, as frozen when it opens (R47).

Configuration, never constants of the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from decisions.rules.thresholds import AT_LEAST_HALF, AT_LEAST_TWO_THIRDS, MORE_THAN_HALF, Threshold


@dataclass(frozen=True, slots=True)
class BodyRules:
    """One body's numbers.

    ``quorum`` (R13, R14), ``passing`` (R21), and whether a recusal shrinks the base (R24, default no).
    """

    quorum: Threshold = AT_LEAST_HALF
    passing: Threshold = MORE_THAN_HALF
    shrink: bool = False

    def to_json(self) -> dict[str, Any]:
        return {"quorum": self.quorum.to_json(), "passing": self.passing.to_json(), "shrink": self.shrink}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> BodyRules:
        return cls(
            Threshold.from_json(data["quorum"]), Threshold.from_json(data["passing"]), bool(data.get("shrink", False))
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """All numbers and settings for one agenda entry; ``bodies`` maps body code → its numbers."""

    bodies: Mapping[str, BodyRules] = field(default_factory=dict)
    statements: bool = True
    principal_last: bool = True
    principal_order: tuple[str, ...] = ()

    def body(self, code: str) -> BodyRules:
        """The numbers of one body; raises ``KeyError`` for a body these rules do not know."""
        return self.bodies[code]

    def to_json(self) -> dict[str, Any]:
        """JSON with the keys ``bodies``, ``statements``, ``principal_last``, ``principal_order``."""
        return {
            "bodies": {code: numbers.to_json() for code, numbers in self.bodies.items()},
            "statements": self.statements,
            "principal_last": self.principal_last,
            "principal_order": list(self.principal_order),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Rules:
        """The inverse of `to_json`; missing settings take the defaults, malformed numbers raise ``ValueError`` or
        ``KeyError``.
        """
        return cls(
            bodies={code: BodyRules.from_json(numbers) for code, numbers in data["bodies"].items()},
            statements=bool(data.get("statements", True)),
            principal_last=bool(data.get("principal_last", True)),
            principal_order=tuple(data.get("principal_order", ())),
        )


ORDINARY = BodyRules()
"""The default for decisions, projects and funds: quorum at least half, passing more than half of those due."""
PERSONNEL = BodyRules(quorum=AT_LEAST_TWO_THIRDS)
"""The default for personnel: quorum at least two thirds (R14)."""
