"""FEEL as the engine uses it: parsed once per version, evaluated often."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from workflows import feel

from .errors import EngineError


class Formula(Protocol):
    """A parsed FEEL expression."""

    @property
    def names(self) -> frozenset[str]: ...

    def evaluate(self, context: Mapping[str, Any]) -> Any: ...


def parse(source: str, node: str) -> Formula:
    """Parse FEEL. Raises EngineError ``bad_expression``, which only an unchecked diagram can bring about."""
    try:
        formula: Formula = feel.parse(source)
    except feel.FeelSyntaxError as problem:
        raise EngineError("bad_expression", node, source=source, reason=str(problem)) from problem
    return formula
