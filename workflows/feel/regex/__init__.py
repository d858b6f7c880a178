"""Regular expressions of XPath (F&O 3.1, 5.6), run so that no pattern can take more than a bounded time.

Python's `re` needs exponential time for patterns such as `(a+)+$`; here every pair of program step and text position is
tried at most once, and the total is capped.
"""

from __future__ import annotations

from functools import lru_cache

from .machine import Pattern, compile_program
from .syntax import PatternError, parse_pattern

__all__ = ["Pattern", "compile_pattern"]


@lru_cache(maxsize=256)
def compile_pattern(pattern: str, flags: str) -> Pattern | None:
    """The pattern ready to run, or None where it or a flag (of `smixq`) is wrong."""
    if set(flags) - set("smixq"):
        return None
    try:
        node, groups = parse_pattern(pattern, frozenset(flags))
        return compile_program(node, groups, frozenset(flags))
    except PatternError:
        return None
