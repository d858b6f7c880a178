"""Decisions as their pages show them: the tables with their rules, and what comes out for values somebody tries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from permissions.models import User
from permissions.policies import visible
from workflows import compiled, deciding, dmn, names, overview
from workflows.bpmn.model import Problem
from workflows.models import DefinitionKind, DefinitionVersion, VersionStatus

MAX_GIVEN: Final = 500
MAX_TEXT: Final = 4_000

POLICIES: Final[Mapping[str, Promise]] = {
    "U": gettext_lazy("只能有一条规则成立"),
    "A": gettext_lazy("成立的规则结果必须一致"),
    "P": gettext_lazy("按结果的先后取最靠前的"),
    "F": gettext_lazy("取第一条成立的规则"),
    "R": gettext_lazy("按规则顺序全部列出"),
    "O": gettext_lazy("按结果的先后全部列出"),
    "C": gettext_lazy("全部列出"),
    "C+": gettext_lazy("合计成立规则的结果"),
    "C<": gettext_lazy("取最小的结果"),
    "C>": gettext_lazy("取最大的结果"),
    "C#": gettext_lazy("数成立规则的个数"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, the expression behind it where that is another text, the allowed values."""

    label: str
    source: str
    allowed: str


@dataclass(frozen=True, slots=True)
class Row:
    """A rule: its number, its cells, and whether it held for the values tried."""

    number: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    annotations: tuple[str, ...]
    held: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table ready to be drawn."""

    id: str
    sign: str
    policy: str
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    annotations: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A decision or business knowledge: what it asks, what it needs, and its table or its expression."""

    id: str
    name: str
    question: str
    needs: str
    table: Table | None
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a version's file says: nothing but problems where it cannot be read."""

    document: dmn.Document | None
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    failed: tuple[Problem, ...] = ()
    """Samples that do not come out as expected; only asked where there are no errors."""


@dataclass(frozen=True, slots=True)
class Field:
    """A value to be tried: the name the decision knows it by, what its column is headed, the name of its field, what was
    written, and what is allowed."""

    variable: str
    label: str
    name: str
    value: str
    hint: str


@dataclass(frozen=True, slots=True)
class Trial:
    """The form to try a decision with, and what came out: a result, or why there is none."""

    decision: str
    choices: tuple[tuple[str, str], ...]
    fields: tuple[Field, ...]
    asked: bool = False
    value: str = ""
    why_not: str = ""
    held: tuple[tuple[str, str], ...] = ()


@lru_cache(maxsize=8)
def _inspect(xml: str) -> Reading:
    # What there is to say of a file depends on nothing else, and comparing some hundred rules takes a while.
    document, problems = dmn.inspect(xml)
    errors = tuple(problem for problem in problems if problem.severity == "error")
    return Reading(
        document,
        errors,
        tuple(problem for problem in problems if problem.severity != "error"),
        dmn.failures(document) if document is not None and not errors else (),
    )


def read_version(version: DefinitionVersion) -> Reading:
    """The version's file, read and checked."""
    return _inspect(version.xml)


def told(problems: tuple[Problem, ...]) -> list[overview.Told]:
    """Problems as a page tells them."""
    return [overview.Told(problem, overview.problem_words(problem), 0, ()) for problem in problems]


def shown_of(document: dmn.Document, held: Mapping[str, frozenset[int]]) -> list[Shown]:
    """All decisions and business knowledge of a file, in its order; `held` are the rules that held, by the table's id."""
    tables = {owner.id: _table(owner.name, table, held) for owner, table in dmn.tables(document)}
    found = []
    elements: list[dmn.Decision | dmn.Knowledge] = [*document.decisions.values(), *document.knowledge.values()]
    for element in elements:
        logic = element.logic if isinstance(element, dmn.Decision) else element.function and element.function.body
        needs = _("、").join(names.label(_name(document, one)) for one in element.requires)
        question = element.question or element.description if isinstance(element, dmn.Decision) else ""
        text = logic.source if isinstance(logic, dmn.Literal) else ""
        found.append(
            Shown(element.id, names.label(element.name), names.label(question), needs, tables.get(element.id), text)
        )
    return found


def _name(document: dmn.Document, identifier: str) -> str:
    found = document.decisions.get(identifier) or document.knowledge.get(identifier) or document.inputs.get(identifier)
    return found.name if found is not None else identifier


def _table(owner: str, table: dmn.DecisionTable, held: Mapping[str, frozenset[int]]) -> Table:
    rules = held.get(table.id or owner, frozenset())
    remarks = max((len(rule.annotations) for rule in table.rules), default=0)
    headings = tuple(map(names.label, table.annotations[:remarks])) + (_("说明"),) * max(
        remarks - len(table.annotations), 0
    )
    return Table(
        id=table.id,
        sign=table.sign,
        policy=str(POLICIES.get(table.sign, "")),
        inputs=tuple(
            Column(
                names.label(column.label) or column.expression.source,
                column.expression.source if column.label and column.label != column.expression.source else "",
                column.tests.source if column.tests is not None else "",
            )
            for column in table.inputs
        ),
        outputs=tuple(
            Column(
                names.label(column.label) or column.name or owner,
                "",
                column.values.source if column.values is not None else "",
            )
            for column in table.outputs
        ),
        annotations=headings,
        rows=tuple(
            Row(
                number,
                tuple(cell.source for cell in rule.inputs),
                tuple(cell.source for cell in rule.outputs),
                tuple(map(names.label, rule.annotations)) + ("",) * (remarks - len(rule.annotations)),
                number in rules,
            )
            for number, rule in enumerate(table.rules, 1)
        ),
    )


def trial(
    version: DefinitionVersion, document: dmn.Document, asked: Mapping[str, str]
) -> tuple[Trial, dict[str, frozenset[int]]]:
    """The form to try the decision that `asked` names (the file's main one otherwise), and its result where values were sent.

    Also the rules that held, by the table they stand in. Nothing is written. The document must be without errors.
    """
    decisions = compiled.decisions_of(version.pk, version.sha256)
    wanted = asked.get("decision", "")
    main = document.main
    decision = wanted if wanted in document.decisions else (main.id if main is not None else "")
    labels, hints = _columns(document)
    fields = tuple(
        Field(
            variable,
            labels.get(variable, ""),
            f"in.{variable}",
            asked.get(f"in.{variable}", "")[:MAX_GIVEN],
            hints.get(variable, ""),
        )
        for variable in decisions.wanted.get(decision, ())
    )
    choices = tuple((one.id, names.label(one.name)) for one in document.decisions.values())
    if "try" not in asked:
        return Trial(decision, choices, fields), {}
    try:
        decided = decisions.decide(decision, {field.variable: dmn.given(field.value) for field in fields})
    except dmn.DecisionError as error:
        why = error.text(get_language() or "zh-hans")
        return Trial(decision, choices, fields, asked=True, why_not=why), {}
    held: dict[str, frozenset[int]] = {}
    for found in decided.evaluated:
        key = found.table or found.decision
        held[key] = held.get(key, frozenset()) | frozenset(found.rules)
    rules = tuple(
        (names.label(found.decision), ", ".join(map(str, found.rules)) or _("没有规则成立"))
        for found in decided.evaluated
    )
    return Trial(decision, choices, fields, True, dmn.shown(decided.value, MAX_TEXT), "", rules), held


def _columns(document: dmn.Document) -> tuple[dict[str, str], dict[str, str]]:
    """How the tables head an input, and what they allow for it, by its name."""
    labels: dict[str, str] = {}
    hints: dict[str, str] = {}
    for _owner, table in dmn.tables(document):
        for column in table.inputs:
            if column.label:
                labels.setdefault(column.expression.source, names.label(column.label))
            if column.tests is not None:
                hints.setdefault(column.expression.source, column.tests.source)
    return labels, hints


def flows_asking(user: User, version: DefinitionVersion) -> list[DefinitionVersion]:
    """The published flows this user may see that ask a decision of the version, by name."""
    rows = visible(user, DefinitionVersion).filter(
        definition__kind=DefinitionKind.FLOW, status=VersionStatus.PUBLISHED, xml__contains="businessRuleTask"
    )
    provided = set(version.provides)
    return [
        flow
        for flow in rows.select_related("definition").defer("xml", "note").order_by("definition__key", "number")
        if any(
            deciding.asked_by(node) in provided
            for node in compiled.of_version(flow.pk, flow.sha256).process.nodes.values()
        )
    ]
