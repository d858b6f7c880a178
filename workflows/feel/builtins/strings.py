"""Strings (DMN 1.3, table 73). Positions count characters, not bytes, from 1; negative ones from the end."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ..decimals import whole
from ..regex import compile_pattern
from ..values import Budget, as_list
from .registry import builtin


def _text(*values: Any) -> bool:
    return all(type(value) is str for value in values)


@builtin("substring", "string, start position, length?")
def substring(budget: Budget, string: Any, start: Any, length: Any) -> str | None:
    first = whole(start)
    if not _text(string) or first is None or first == 0 or abs(first) > len(string):
        return None
    first = first - 1 if first > 0 else len(string) + first
    if length is None:
        return str(string[first:])
    count = whole(length)
    return None if count is None or count < 1 else str(string[first : first + count])


@builtin("string length", "string")
def string_length(budget: Budget, string: Any) -> Decimal | None:
    return Decimal(len(string)) if _text(string) else None


@builtin("upper case", "string")
def upper_case(budget: Budget, string: Any) -> str | None:
    return str(string.upper()) if _text(string) else None


@builtin("lower case", "string")
def lower_case(budget: Budget, string: Any) -> str | None:
    return str(string.lower()) if _text(string) else None


@builtin("substring before", "string, match")
def substring_before(budget: Budget, string: Any, match: Any) -> str | None:
    if not _text(string, match):
        return None
    at = string.find(match)
    return "" if at < 0 else str(string[:at])


@builtin("substring after", "string, match")
def substring_after(budget: Budget, string: Any, match: Any) -> str | None:
    if not _text(string, match):
        return None
    at = string.find(match)
    return "" if at < 0 else str(string[at + len(match) :])


@builtin("contains", "string, match")
def contains(budget: Budget, string: Any, match: Any) -> bool | None:
    return match in string if _text(string, match) else None


@builtin("starts with", "string, match")
def starts_with(budget: Budget, string: Any, match: Any) -> bool | None:
    return bool(string.startswith(match)) if _text(string, match) else None


@builtin("ends with", "string, match")
def ends_with(budget: Budget, string: Any, match: Any) -> bool | None:
    return bool(string.endswith(match)) if _text(string, match) else None


@builtin("string join", "list, delimiter?, prefix?, suffix?")
def string_join(budget: Budget, values: Any, delimiter: Any, prefix: Any, suffix: Any) -> str | None:
    """The strings one after another; nulls are left out."""
    if values is None or any(part is not None and type(part) is not str for part in (delimiter, prefix, suffix)):
        return None
    parts = [item for item in as_list(values) if item is not None]
    if not _text(*parts):
        return None
    joint = delimiter or ""
    budget.text(sum(map(len, parts)) + len(joint) * len(parts))
    return f"{prefix or ''}{joint.join(parts)}{suffix or ''}"


@builtin("matches", "input, pattern, flags?")
def matches(budget: Budget, text: Any, pattern: Any, flags: Any) -> bool | None:
    """Whether the pattern is found anywhere; null for a pattern or flag that is wrong or takes too much work."""
    if not _text(text, pattern) or (flags is not None and type(flags) is not str):
        return None
    compiled = compile_pattern(pattern, flags or "")
    return None if compiled is None else compiled.search(text, 0, budget) is not None


@builtin("replace", "input, pattern, replacement, flags?")
def replace(budget: Budget, text: Any, pattern: Any, replacement: Any, flags: Any) -> str | None:
    """Every match exchanged; `$1` … in the replacement are the pattern's groups, `$0` the whole match."""
    if not _text(text, pattern, replacement) or (flags is not None and type(flags) is not str):
        return None
    compiled = compile_pattern(pattern, flags or "")
    return None if compiled is None else compiled.replace(text, replacement, "q" in (flags or ""), budget)


@builtin("split", "string, delimiter")
def split(budget: Budget, text: Any, delimiter: Any) -> list[str] | None:
    """The pieces between the matches of the pattern `delimiter`."""
    if not _text(text, delimiter):
        return None
    compiled = compile_pattern(delimiter, "")
    if compiled is None:
        return None
    pieces, at = [], 0
    for groups in compiled.all(text, budget):
        start, end = groups[0] or (0, 0)
        if end > start:
            pieces.append(text[at:start])
            at = end
    return [*pieces, text[at:]]
