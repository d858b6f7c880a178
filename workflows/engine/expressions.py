"""FEEL as the engine uses it: parsed once per version, evaluated often, and by no clock of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from workflows import feel

from .errors import EngineError

_ASKS_THE_TIME = re.compile(r"\b(now|today)\s*\(")


class Formula(Protocol):
    """A parsed FEEL expression."""

    @property
    def names(self) -> frozenset[str]: ...

    def evaluate(self, context: Mapping[str, Any]) -> Any: ...


class Parser:
    """Parses the expressions of a process; `clocked` is then whether any of them asks for the time."""

    def __init__(self) -> None:
        self.clocked = False

    def parse(self, source: str, node: str) -> Formula:
        """Parse FEEL. Raises EngineError ``bad_expression``, which only an unchecked diagram can bring about."""
        if _ASKS_THE_TIME.search(source):
            self.clocked = True
        try:
            formula: Formula = feel.parse(source)
        except feel.FeelSyntaxError as problem:
            raise EngineError("bad_expression", node, source=source, reason=str(problem)) from problem
        return formula


def clock(now: datetime) -> dict[str, Any]:
    """FEEL's ``now()`` and ``today()`` as variables that answer with the step's own moment: a replay must agree."""
    return {
        "now": feel.evaluate("function() moment", {"moment": now}),
        "today": feel.evaluate("function() date(moment)", {"moment": now}),
    }
