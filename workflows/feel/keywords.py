"""Words that are never the name of a variable (DMN 1.3, 10.3.1.2)."""

from __future__ import annotations

from typing import Final

KEYWORDS: Final = frozenset(
    {"and", "between", "else", "every", "false", "for", "function", "if", "in", "instance", "not", "null", "or"}
    | {"return", "satisfies", "some", "then", "true"}
)
