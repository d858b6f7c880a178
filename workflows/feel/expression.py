"""Parsed expressions, and the cache of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from .builtins import BUILTINS
from .compiler import compile_node
from .keywords import KEYWORDS
from .nodes import Node
from .parser import parse_expression, parse_unary_tests
from .scope import Scope
from .values import Budget, LimitReached, outgoing
from .walk import called_names, free_names

CACHE_SIZE: Final = 4_096
MAX_NAME: Final = 200
_SYMBOLS: Final = frozenset("+-*/.'")
_BUILTIN_NAMES: Final = tuple(BUILTINS)
_DONE: Final = frozenset({type(None), bool, str})


class Expression:
    """A parsed FEEL text. It is immutable, may be shared between threads, and keeps nothing of its evaluations."""

    __slots__ = ("_run", "names", "node", "source")

    def __init__(self, source: str, node: Node) -> None:
        self.source = source
        self.node = node
        # Names the text takes from the context. A built-in counts only where it is used as a variable.
        self.names: frozenset[str] = free_names(node) - (called_names(node) & BUILTINS.keys())
        self._run = compile_node(node)

    def evaluate(self, context: Mapping[str, Any] | None = None) -> Any:
        """The value in `context` (names to values, ints and floats welcome).

        Never raises for what the values are: wrong kinds, missing names and too much work give None, as the standard
        says.
        """
        budget = Budget()
        try:
            value = self._run(Scope(context or {}, None, budget, foreign=True))
            return value if type(value) in _DONE else outgoing(value, Budget())
        except (LimitReached, RecursionError):
            return None

    def run(self, scope: Scope) -> Any:
        """The FEEL value in a scope of the caller's, on its budget: for what is made of many expressions, as a decision is.

        Raises `LimitReached` where the budget is used up.
        """
        return self._run(scope)

    def __repr__(self) -> str:
        return f"Expression({self.source!r})"


@lru_cache(maxsize=CACHE_SIZE)
def _parsed(source: str, names: frozenset[str]) -> Expression:
    return Expression(source, parse_expression(source, (*_BUILTIN_NAMES, *sorted(names))))


@lru_cache(maxsize=CACHE_SIZE)
def _parsed_tests(source: str, names: frozenset[str]) -> Expression:
    return Expression(source, parse_unary_tests(source, (*_BUILTIN_NAMES, *sorted(names))))


@lru_cache(maxsize=CACHE_SIZE)
def _is_odd(name: str) -> bool:
    """Whether the parser must be told of a name: one with symbols, keywords or numbers among its words."""
    if len(name) > MAX_NAME:
        return False
    words = name.split()
    parts = len(words) > 1 and any(word in KEYWORDS or not word.isidentifier() for word in words)
    return parts or not _SYMBOLS.isdisjoint(name)


def _odd_names(source: str, names: Iterable[str]) -> frozenset[str]:
    """Those names that only the context can tell: `a-b` is a name where there is such a variable, else a difference."""
    if _SYMBOLS.isdisjoint(source) and " " not in source:
        return frozenset()
    return frozenset(name for name in names if type(name) is str and _is_odd(name))


def parse(source: str, names: Iterable[str] = ()) -> Expression:
    """Parse an expression; `names` are variables whose names hold symbols, keywords or numbers (`a-b`, `terms and conditions`,
    `phase 2`); others need not be told, but may.

    Raises `FeelSyntaxError`: no FEEL, longer than 10,000 characters, or deeper than 64 levels.
    """
    return _parsed(source, _odd_names(source, names))


def parse_tests(source: str, names: Iterable[str] = ()) -> Expression:
    """Parse a decision table's input cell: `-`, `< 10`, `"a", "b"`, `not(1)`. Evaluate it with the input as `?`."""
    return _parsed_tests(source, _odd_names(source, names))


def evaluate(source: str, context: Mapping[str, Any] | None = None) -> Any:
    """Parse (or take from the cache) and evaluate. Raises `FeelSyntaxError` only."""
    return _parsed(source, _odd_names(source, context or ())).evaluate(context)
