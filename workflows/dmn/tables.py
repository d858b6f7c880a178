"""Decision tables to closures: which rules hold, and what a hit policy makes of them (DMN 1.3, 8.2.10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from workflows import feel
from workflows.feel import nodes
from workflows.feel.builtins import BUILTINS
from workflows.feel.scope import Compiled, Scope
from workflows.feel.values import Budget, LimitReached, incoming, same

from .errors import DecisionError
from .model import LISTING, DecisionTable, Input, Literal, Output, Rule
from .work import Evaluated, Work

if TYPE_CHECKING:
    from .logic import Compiler

Row = dict[str, Any]
# What a cell calls the input besides `?`, as Camunda 7 has it.
CELL_INPUT: Final = "cellInput"
_AGGREGATES: Final = {"SUM": "sum", "MIN": "min", "MAX": "max"}
MAX_SHOWN: Final = 80


class _Column:
    """An input column: its expression, its allowed values, and the names of the input in cells."""

    __slots__ = ("allowed", "expression", "label", "names")

    def __init__(self, compiler: Compiler, column: Input) -> None:
        self.expression = compiler.literal(column.expression)
        self.allowed = compiler.tests(column.tests) if column.tests is not None else None
        self.names = ("?", column.variable or CELL_INPUT)
        self.label = column.label or column.expression.source

    def scope(self, scope: Scope, owner: str) -> Scope:
        """Where the cells of the column are looked at. Raises `DecisionError` where the input is not an allowed one."""
        value = self.expression(scope)
        inner = Scope(dict.fromkeys(self.names, value), scope, scope.budget)
        if self.allowed is not None and self.allowed(inner) is not True:
            raise DecisionError("input_not_allowed", owner, input=self.label, value=shown(value))
        return inner


class _Answer:
    """An output column: what it is called, what it may be, and where in the order of its allowed values a value stands."""

    __slots__ = ("allowed", "default", "label", "name", "ranks")

    def __init__(self, compiler: Compiler, column: Output, owner: str) -> None:
        self.name = column.name or column.label or owner
        self.label = column.label or column.name or owner
        self.default = compiler.literal(column.default) if column.default is not None else None
        self.allowed = compiler.tests(column.values) if column.values is not None else None
        self.ranks = _ranks(compiler, column.values) if column.values is not None else ()

    def value(self, cell: Compiled, scope: Scope, owner: str, rule: int) -> Any:
        """What a rule says. Raises `DecisionError` where it may not say so."""
        value = cell(scope)
        if self.allowed is not None and self.allowed(_with(value, scope)) is not True:
            raise DecisionError("output_not_allowed", owner, output=self.label, value=shown(value), rules=str(rule))
        return value

    def rank(self, value: Any, scope: Scope) -> int:
        """How far down the allowed values it stands; 0 is the best."""
        inner = _with(value, scope)
        return next((at for at, test in enumerate(self.ranks) if test(inner) is True), len(self.ranks))


def _with(value: Any, scope: Scope) -> Scope:
    return Scope({"?": value}, scope, scope.budget)


def _ranks(compiler: Compiler, values: Literal) -> tuple[Compiled, ...]:
    node = feel.parse_tests(values.source, compiler.words).node
    if not isinstance(node, nodes.UnaryTests):
        return ()
    return tuple(feel.Expression(values.source, nodes.UnaryTests((test,), False)).run for test in node.tests)


def compile_table(compiler: Compiler, table: DecisionTable, owner: str) -> Compiled:
    """The closure of a decision table. Raises `feel.FeelSyntaxError`, and ValueError for one that is put together wrongly."""
    columns = [_Column(compiler, column) for column in table.inputs]
    answers = [_Answer(compiler, column, owner) for column in table.outputs]
    rules = [_rule(compiler, table, rule) for rule in table.rules]
    only_first = table.hit_policy == "FIRST"
    several = len(answers) > 1
    decide = POLICIES[table.hit_policy]
    aggregate = table.aggregation
    defaults = any(answer.default is not None for answer in answers)
    ranking = table.hit_policy in {"PRIORITY", "OUTPUT ORDER"}

    def run(scope: Scope) -> Any:
        budget = scope.budget
        seen = [column.scope(scope, owner) for column in columns]
        hits: list[int] = []
        for number, (tests, _) in enumerate(rules, 1):
            if all(test(seen[at]) is True for at, test in tests):
                hits.append(number)
                if only_first:
                    break
        if isinstance(budget, Work):
            given = tuple((column.label, shown(inner.values["?"])) for column, inner in zip(columns, seen, strict=True))
            budget.tell(Evaluated(owner, table.sign, tuple(hits), given, table.id))
        rows = [
            {
                answer.name: answer.value(cell, scope, owner, number)
                for answer, cell in zip(answers, rules[number - 1][1], strict=True)
            }
            for number in hits
        ]
        if ranking:
            ranks = [tuple(answer.rank(row[answer.name], scope) for answer in answers) for row in rows]
            rows = [rows[at] for at in sorted(range(len(rows)), key=ranks.__getitem__)]
        rows = decide(rows, hits, owner, budget)
        unmatched = not hits and defaults
        if unmatched:
            rows = [{answer.name: answer.default(scope) if answer.default else None for answer in answers}]
        if aggregate and not unmatched:
            value = _aggregate(aggregate, [row[answers[0].name] for row in rows], hits, owner, budget)
            rows = [{answers[0].name: value}] if hits else []
        elif table.hit_policy in LISTING and not aggregate:
            value = [dict(row) if several else row[answers[0].name] for row in rows]
        elif not rows:
            value = None
        else:
            value = dict(rows[0]) if several else rows[0][answers[0].name]
        if isinstance(budget, Work):
            budget.rows = list(rows)
        return value

    return run


def _rule(compiler: Compiler, table: DecisionTable, rule: Rule) -> tuple[list[tuple[int, Compiled]], list[Compiled]]:
    """The tests of a rule with the columns they belong to (a dash tests nothing), and its outputs."""
    if len(rule.inputs) != len(table.inputs) or len(rule.outputs) != len(table.outputs):
        raise ValueError("a rule has another number of cells than the table has columns", rule.line)
    tests = [(at, compiler.tests(cell)) for at, cell in enumerate(rule.inputs) if cell.source != "-"]
    return tests, [compiler.literal(cell) for cell in rule.outputs]


def _aggregate(kind: str, values: list[Any], hits: Sequence[int], owner: str, budget: Budget) -> Any:
    if kind == "COUNT":
        return BUILTINS["count"].call(budget, values)
    if not values:
        return None
    value = BUILTINS[_AGGREGATES[kind]].call(budget, values)
    if value is None:
        raise DecisionError("not_aggregable", owner, aggregation=kind, rules=_numbers(hits))
    return value


def _unique(rows: list[Row], hits: Sequence[int], owner: str, budget: Budget) -> list[Row]:
    if len(rows) > 1:
        raise DecisionError("not_unique", owner, rules=_numbers(hits))
    return rows


def _any(rows: list[Row], hits: Sequence[int], owner: str, budget: Budget) -> list[Row]:
    if any(not _alike(rows[0], row, budget) for row in rows[1:]):
        raise DecisionError("any_contradicts", owner, rules=_numbers(hits))
    return rows[:1]


def _alike(one: Mapping[str, Any], other: Mapping[str, Any], budget: Budget) -> bool:
    return all(same(value, other[name], budget) for name, value in one.items())


def _best(rows: list[Row], hits: Sequence[int], owner: str, budget: Budget) -> list[Row]:
    return rows[:1]


def _all(rows: list[Row], hits: Sequence[int], owner: str, budget: Budget) -> list[Row]:
    return rows


POLICIES: Final[Mapping[str, Callable[[list[Row], Sequence[int], str, Budget], list[Row]]]] = {
    "UNIQUE": _unique, "ANY": _any, "FIRST": _best, "PRIORITY": _best,
    "COLLECT": _all, "RULE ORDER": _all, "OUTPUT ORDER": _all,
}  # fmt: skip
"""What each hit policy leaves of the rows that hold; PRIORITY and OUTPUT ORDER get them with the best first."""


def _numbers(hits: Sequence[int]) -> str:
    shown_hits = ", ".join(str(number) for number in hits[:10])
    return shown_hits if len(hits) <= 10 else f"{shown_hits} …"


def shown(value: Any, limit: int = MAX_SHOWN) -> str:
    """A FEEL value as people write it, cut to a length that fits a sentence."""
    try:
        text = value if isinstance(value, str) else BUILTINS["string"].call(Budget(), incoming(value, Budget()))
    except LimitReached:
        return "…"
    if text is None:
        return "null"
    return text if len(text) <= limit else f"{text[:limit]}…"
