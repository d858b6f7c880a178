"""What is wrong with a table, cell by cell, where its editor shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workflows import feel

from ..checker import check
from ..model import Decision, DecisionTable, Document, Knowledge, Literal, Problem, tables
from ..reader import DmnError, read

AT_RULES = frozenset({"rules_overlap", "rule_never"})


@dataclass(frozen=True, slots=True)
class Faults:
    """`cells`: why a text is no FEEL, by the name of its place (``rule-0-in-1``, ``in-0-expression``, ``out-2-default``).

    `rules`: what is to be noted about a rule, by its number from 0. `others`: all else about this table or the file. `document`
    is None where it cannot be read."""

    document: Document | None
    cells: Mapping[str, feel.FeelSyntaxError]
    rules: Mapping[int, tuple[Problem, ...]]
    others: tuple[Problem, ...]

    @property
    def errors(self) -> bool:
        """Whether the file cannot be published like this."""
        return bool(self.cells) or any(problem.severity == "error" for problem in self.others)


def faults_of(text: str, owner: str) -> Faults:
    """What is wrong with the table of `owner` in a file, and with the rest of the file. Never raises."""
    try:
        document = read(text)
    except DmnError as error:
        unread = tuple(problem for problem in error.problems if isinstance(problem, Problem))
        return Faults(None, {}, {}, unread)
    table = next((table for element, table in tables(document) if element.id == owner), None)
    cells = dict(_cells(document, table)) if table is not None else {}
    known = document.decisions.get(owner) or document.knowledge.get(owner)
    rules: dict[int, tuple[Problem, ...]] = {}
    others: list[Problem] = []
    ours = _ids(known, table)
    for problem in check(document):
        here = problem.element in ours
        if here and problem.code == "bad_expression" and cells:
            continue  # said at its cell
        if here and problem.code in AT_RULES:
            for number in _numbers(problem):
                rules[number] = (*rules.get(number, ()), problem)
        else:
            others.append(problem)
    return Faults(document, cells, rules, tuple(others))


def _ids(owner: Decision | Knowledge | None, table: DecisionTable | None) -> frozenset[str]:
    if owner is None or table is None:
        return frozenset()
    inside = [table.id, *(column.id for column in table.inputs), *(column.id for column in table.outputs)]
    inside += [rule.id for rule in table.rules]
    inside += [literal.id for _place, literal, _tests in _literals(table)]
    return frozenset({owner.id, *inside} - {""})


def _numbers(problem: Problem) -> list[int]:
    told = problem.params.get("rules") or problem.params.get("rule") or ""
    return [int(number) - 1 for number in told.split(",") if number.strip().isdigit()]


def _cells(document: Document, table: DecisionTable) -> Iterator[tuple[str, feel.FeelSyntaxError]]:
    for place, literal, tests in _literals(table):
        try:
            (feel.parse_tests if tests else feel.parse)(literal.source, document.words)
        except feel.FeelSyntaxError as error:
            yield place, error


def _literals(table: DecisionTable) -> Iterator[tuple[str, Literal, bool]]:
    """Every expression of the table: its place, its text, and whether it is unary tests."""
    for at, column in enumerate(table.inputs):
        yield f"in-{at}-expression", column.expression, False
        if column.tests is not None:
            yield f"in-{at}-allowed", column.tests, True
    for at, answer in enumerate(table.outputs):
        if answer.values is not None:
            yield f"out-{at}-allowed", answer.values, True
        if answer.default is not None:
            yield f"out-{at}-default", answer.default, False
    for number, rule in enumerate(table.rules):
        for at, cell in enumerate(rule.inputs):
            yield f"rule-{number}-in-{at}", cell, True
        for at, cell in enumerate(rule.outputs):
            yield f"rule-{number}-out-{at}", cell, False
