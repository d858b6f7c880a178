"""What a table leaves open: cases no rule holds for, rules that hold together, rules that never hold.

Cells that compare the input with constants cut each column into finitely many pieces (a constant, or the room between two)
on which no cell can change its mind. One sample of each piece is put to the very tests that run, so that the hints mean what the
table means. A column with other cells is left alone, and where it takes too much work nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from workflows import feel
from workflows.feel import nodes
from workflows.feel.walk import children, free_names

from .model import LISTING, Decision, DecisionTable, Input, Knowledge, Problem
from .tables import shown

MAX_TESTS: Final = 250_000
MAX_STEPS: Final = 100_000
MAX_PAIRS: Final = 1_000_000
MAX_TOLD: Final = 3
WHOLE: Final = frozenset({"integer", "int", "long", "short"})

_PLAIN: Final = (
    nodes.UnaryTests, nodes.Test, nodes.Interval, nodes.Literal, nodes.Negation, nodes.ListLiteral, nodes.Comparison,
    nodes.Conjunction, nodes.Disjunction, nodes.Between, nodes.In,
)  # fmt: skip
"""Nodes that do nothing to the input but compare it."""


class _Enough(Exception):
    """The work allowed for hints is used up."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a column's values on which every cell answers alike: how it is written after the column's name ("" where
    the column does not matter), and a value of it."""

    text: str
    sample: Any


@dataclass(frozen=True, slots=True)
class _Axis:
    """A column cut into pieces, and for each rule the pieces it holds for, as the bits of a number."""

    label: str
    pieces: tuple[_Piece, ...]
    holds: tuple[int, ...]


def hints(owner: Decision | Knowledge, table: DecisionTable, words: frozenset[str]) -> Iterator[Problem]:
    """Warnings about gaps, overlaps and dead rules of a table without errors."""
    try:
        axes = [
            _axis(column, [rule.inputs[at] for rule in table.rules], words) for at, column in enumerate(table.inputs)
        ]
        yield from _dead(owner, table, axes)
        if table.hit_policy in {"UNIQUE", "ANY"}:
            yield from _overlaps(owner, table, axes)
        known = [axis for axis in axes if axis is not None]
        complete = table.hit_policy in LISTING or any(answer.default is not None for answer in table.outputs)
        if len(known) == len(axes) and axes and table.rules and not complete:
            yield from _gaps(owner, table, known)
    except _Enough:
        yield _warn("not_compared", owner, table.line)


def _warn(code: str, owner: Decision | Knowledge, line: int, element: str = "", **params: str) -> Problem:
    return Problem(code, "warning", element or owner.id, line or owner.line, {"name": owner.name, **params})


# ------------------------------------------------------------------ columns into pieces


def _axis(column: Input, cells: Sequence[Any], words: frozenset[str]) -> _Axis | None:
    """The column cut into pieces; None where its cells do more than compare with constants of one kind."""
    tests = {cell.source: feel.parse_tests(cell.source, words) for cell in cells}
    allowed = feel.parse_tests(column.tests.source, words) if column.tests is not None else None
    constants: list[Any] = []
    every = [*tests.values(), *([allowed] if allowed is not None else [])]
    for test in every:
        found = _constants(test.node)
        if found is None:
            return None
        constants += found
    # Between two texts there are others, and no next one: only their being equal or not can be cut into pieces.
    if any(isinstance(value, str) for value in constants) and any(_orders(test.node) for test in every):
        return None
    pieces = _pieces(constants, whole=column.type.lower() in WHOLE)
    if pieces is None:
        return None
    if allowed is not None:
        pieces = tuple(piece for piece in pieces if allowed.evaluate({"?": piece.sample}) is True)
    if len(tests) * len(pieces) > MAX_TESTS:
        raise _Enough
    masks = {
        source: sum(1 << at for at, piece in enumerate(pieces) if test.evaluate({"?": piece.sample}) is True)
        for source, test in tests.items()
    }
    label = column.label or column.expression.source
    return _Axis(label, pieces, tuple(masks[cell.source] for cell in cells))


def _constants(node: nodes.Node) -> list[Any] | None:
    """The constants a test compares its input with; None where it does anything else."""
    if isinstance(node, nodes.Name):
        return [] if node.name == "?" else None
    if isinstance(node, nodes.Literal):
        return None if node.value is None else [node.value]
    if isinstance(node, nodes.Negation):
        inner = _constants(node.operand)
        if (
            inner is None
            or not isinstance(node.operand, nodes.Literal)
            or not all(isinstance(v, Decimal) for v in inner)
        ):
            return None
        return [-value for value in inner]
    if isinstance(node, nodes.Call):
        # date("2026-01-01"): a constant too.
        if free_names(node) - {"date"} or not all(isinstance(argument, nodes.Literal) for argument in node.arguments):
            return None
        value = feel.Expression("", node).evaluate({})
        return [value] if value is not None else None
    if not isinstance(node, _PLAIN):
        return None
    found: list[Any] = []
    for child in children(node):
        inner = _constants(child)
        if inner is None:
            return None
        found += inner
    return found


def _orders(node: nodes.Node) -> bool:
    """Whether a test asks what is smaller, rather than what is the same."""
    if isinstance(node, nodes.Interval | nodes.Between):
        return True
    if isinstance(node, nodes.Test | nodes.Comparison) and node.operator not in {"=", "!="}:
        return True
    return any(_orders(child) for child in children(node))


def _pieces(constants: list[Any], *, whole: bool) -> tuple[_Piece, ...] | None:
    values = [feel.Expression("", nodes.Literal(value)).evaluate({}) for value in constants]
    kinds = {type(value) for value in values}
    if not kinds:
        return (_Piece("", None),)
    if len(kinds) > 1:
        return None
    (kind,) = kinds
    if kind is bool:
        return (_Piece("= true", True), _Piece("= false", False))
    if kind is str:
        listed = list(dict.fromkeys(values))
        quoted = [feel.dialect.quoted(text) for text in listed]
        others = ", ".join(quoted[:4]) + (" …" if len(quoted) > 4 else "")
        points = [_Piece(f"= {text}", value) for text, value in zip(quoted, listed, strict=True)]
        return (*points, _Piece(f"not in ({others})", max(listed) + "~"))
    if kind is Decimal or kind is date:
        return _line(sorted(set(values)), whole=whole)
    return None


def _line(points: list[Any], *, whole: bool) -> tuple[_Piece, ...] | None:
    """Points and the room before, between and behind them, as far as there is any; None at the ends of the calendar."""
    days = isinstance(points[0], date)
    step: Any = timedelta(days=1) if days else Decimal(1)
    try:
        before, behind = points[0] - step, points[-1] + step
    except OverflowError:
        return None
    found = [_Piece(f"< {shown(points[0])}", before)]
    for low, high in pairwise(points):
        found.append(_Piece(f"= {shown(low)}", low))
        between = low + step if days or whole else (low + high) / 2
        if between < high:
            found.append(_Piece(f"in ({shown(low)}..{shown(high)})", between))
    found.append(_Piece(f"= {shown(points[-1])}", points[-1]))
    found.append(_Piece(f"> {shown(points[-1])}", behind))
    return tuple(found)


# ------------------------------------------------------------------ what the pieces tell


def _dead(owner: Decision | Knowledge, table: DecisionTable, axes: Sequence[_Axis | None]) -> Iterator[Problem]:
    told = 0
    for at, rule in enumerate(table.rules):
        if any(axis is not None and axis.pieces and not axis.holds[at] for axis in axes):
            yield _warn("rule_never", owner, rule.line, rule.id, rule=str(at + 1))
            told += 1
            if told == MAX_TOLD:
                return


def _overlaps(owner: Decision | Knowledge, table: DecisionTable, axes: Sequence[_Axis | None]) -> Iterator[Problem]:
    count = len(table.rules)
    if count * count // 2 * max(len(axes), 1) > MAX_PAIRS:
        raise _Enough
    told = 0
    for one in range(count):
        for other in range(one + 1, count):
            if table.hit_policy == "ANY" and _same_outputs(table, one, other):
                continue
            where: list[str] = []
            for at, axis in enumerate(axes):
                if axis is None:
                    cells = {table.rules[one].inputs[at].source, table.rules[other].inputs[at].source}
                    # Nothing is known of the column, unless one of the two does not look at it or both ask the same.
                    if len(cells) > 1 and "-" not in cells:
                        break
                    continue
                shared = axis.holds[one] & axis.holds[other]
                if not shared:
                    break
                everywhere = (1 << len(axis.pieces)) - 1
                if shared != everywhere:
                    where.append(f"{axis.label} {axis.pieces[(shared & -shared).bit_length() - 1].text}")
            else:
                rule = table.rules[other]
                words = {"rules": f"{one + 1}, {other + 1}", "example": ", ".join(where) or "…"}
                yield _warn("rules_overlap", owner, rule.line, rule.id, policy=table.sign, **words)
                told += 1
                if told == MAX_TOLD:
                    return


def _same_outputs(table: DecisionTable, one: int, other: int) -> bool:
    first, second = table.rules[one].outputs, table.rules[other].outputs
    return [cell.source for cell in first] == [cell.source for cell in second]


def _gaps(owner: Decision | Knowledge, table: DecisionTable, axes: list[_Axis]) -> Iterator[Problem]:
    steps = MAX_STEPS
    seen: set[tuple[int, int]] = set()
    found: list[list[str]] = []
    everyone = (1 << len(table.rules)) - 1
    # For each column and piece, the rules that hold there, as the bits of a number.
    rules_at = [
        [sum(1 << rule for rule, mask in enumerate(axis.holds) if mask >> at & 1) for at in range(len(axis.pieces))]
        for axis in axes
    ]

    def look(column: int, rules: int, where: list[str]) -> None:
        nonlocal steps
        if len(found) >= MAX_TOLD or (column, rules) in seen:
            return
        seen.add((column, rules))
        if not rules or column == len(axes):
            if not rules:
                found.append(where)
            return
        for piece, holding in zip(axes[column].pieces, rules_at[column], strict=True):
            steps -= 1
            if steps < 0:
                raise _Enough
            text = [f"{axes[column].label} {piece.text}"] if piece.text else []
            look(column + 1, rules & holding, [*where, *text])

    look(0, everyone, [])
    for where in found:
        yield _warn("rules_gap", owner, table.line, table.id, example=", ".join(where) or "…")
