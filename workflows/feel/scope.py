"""Where names are looked up while an expression runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .values import Budget


class Scope:
    """Values by name, and the scope around it. `foreign` marks the caller's context, whose values are Python's."""

    __slots__ = ("budget", "foreign", "parent", "values")

    def __init__(
        self, values: Mapping[str, Any], parent: Scope | None, budget: Budget, *, foreign: bool = False
    ) -> None:
        self.values = values
        self.parent = parent
        self.budget = budget
        self.foreign = foreign


Compiled = Callable[[Scope], Any]
