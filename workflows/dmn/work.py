"""What one decision may use up, and what it tells of its way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from workflows.feel.values import Budget, Function

# Ten times what one FEEL expression may take: a decision is many of them, and still has to answer within a second.
MAX_STEPS: Final = 400_000
MAX_KEPT: Final = 200
"""How many tables a decision tells of. A table in a function may be asked thousands of times."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What one table found: the rules that hold, counted from 1 (under FIRST no further than the first), and the values of
    its inputs by their labels, as text."""

    decision: str
    hit_policy: str
    rules: tuple[int, ...]
    inputs: tuple[tuple[str, str], ...]
    table: str = ""


class Work(Budget):
    """The budget of one decision, with what its tables tell."""

    __slots__ = ("functions", "rows", "told")

    def __init__(self, steps: int = MAX_STEPS) -> None:
        super().__init__()
        self.steps = steps
        self.told: list[Evaluated] = []
        # Business knowledge already made into functions, by id.
        self.functions: dict[str, Function] = {}
        # What the table evaluated last is made of, before a list or an aggregate was made of it.
        self.rows: list[Mapping[str, Any]] | None = None

    def tell(self, evaluated: Evaluated) -> None:
        """Keep what a table found."""
        if len(self.told) < MAX_KEPT:
            self.told.append(evaluated)
