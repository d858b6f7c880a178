"""From text and to text: `string`, `number`, `range` (DMN 1.3, table 72; `range` from DMN 1.4)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from .. import temporal
from ..decimals import CONTEXT, finite, text_of
from ..temporal_text import parse_date, parse_datetime, parse_duration, parse_temporal, parse_time
from ..temporal_text import text_of as temporal_text
from ..values import MAX_NESTING, Budget, LimitReached, Range, compare
from .registry import builtin

_NUMBER: Final = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?")
_END: Final = (
    r"(-?[0-9.]+(?:[eE][+-]?[0-9]+)?|@?\"(?:[^\"\\]|\\.)*\"|(?:date and time|date|time|duration)\(\"[^\"]*\"\)|)"
)
_RANGE: Final = re.compile(rf"\s*([\[(\]])\s*{_END}\s*\.\.\s*{_END}\s*([\])\[])\s*")
_READERS: Final[dict[str, Any]] = {
    "date": parse_date,
    "time": parse_time,
    "date and time": parse_datetime,
    "duration": parse_duration,
}


def to_text(value: Any, budget: Budget, nesting: int = 0) -> str:
    """A value as FEEL would write it; strings inside lists and contexts with their quotes."""
    budget.spend()
    if nesting > MAX_NESTING:
        raise LimitReached
    kind = type(value)
    if kind is str:
        return str(value) if nesting == 0 else '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
    if value is None or kind is bool:
        return "null" if value is None else "true" if value else "false"
    if kind is Decimal:
        text = text_of(value)
        budget.spend(len(text) // 128)
        return text
    if kind in temporal.TEMPORAL_TYPES:
        text = temporal_text(value)
        return text if nesting == 0 else f'@"{text}"'
    if kind is list:
        return _joined("[", [to_text(item, budget, nesting + 1) for item in value], "]", budget)
    if kind is dict:
        entries = [f"{_key(key)}: {to_text(item, budget, nesting + 1)}" for key, item in value.items()]
        return _joined("{", entries, "}", budget)
    if kind is Range:
        if value.operator:
            operand = value.end if value.operator in ("<", "<=") else value.start
            return f"({value.operator}{to_text(operand, budget, nesting + 1)})"
        start, end = (to_text(end, budget, nesting + 1) for end in (value.start, value.end))
        return f"{'[' if value.start_included else '('}{start}..{end}{']' if value.end_included else ')'}"
    return f"function({', '.join(value.parameters)})"


def _key(key: str) -> str:
    return key if key.replace(" ", "").isidentifier() else '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _joined(start: str, parts: list[str], end: str, budget: Budget) -> str:
    budget.text(sum(map(len, parts)))
    return f"{start}{', '.join(parts)}{end}"


@builtin("string", "from")
def string(budget: Budget, value: Any) -> str | None:
    return None if value is None else to_text(value, budget)


@builtin("number", "from, grouping separator?, decimal separator?", cost=5)
def number(budget: Budget, text: Any, grouping: Any, decimal: Any) -> Decimal | None:
    """A number from text; the separators are blank, comma or point (grouping) and comma or point (decimal)."""
    if type(text) is not str or len(text) > 10_000:
        return None
    if grouping not in (None, " ", ",", ".") or decimal not in (None, ",", ".") or grouping == decimal is not None:
        return None
    if grouping is not None:
        text = text.replace(grouping, "")
    if decimal is not None and decimal != ".":
        if "." in text:
            return None
        text = text.replace(decimal, ".")
    return finite(CONTEXT.create_decimal(text)) if _NUMBER.fullmatch(text) else None


@builtin("range", "from", cost=20)
def range_of(budget: Budget, text: Any) -> Range | None:
    """A range from its text; both ends must be literals."""
    match = _RANGE.fullmatch(text) if type(text) is str and len(text) <= 1000 else None
    if match is None:
        return None
    start, end = _literal(match.group(2)), _literal(match.group(3))
    order = compare(start, end)
    if order is None or order > 0:
        return None
    return Range(start, end, match.group(1) == "[", match.group(4) == "]")


def _literal(text: str) -> Any:
    if text.startswith('@"'):
        return parse_temporal(text[2:-1])
    if text.startswith('"'):
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    if text.endswith(")"):
        name, _, inner = text.partition("(")
        return _READERS[name](inner[1:-2])
    return finite(CONTEXT.create_decimal(text)) if _NUMBER.fullmatch(text) else None
