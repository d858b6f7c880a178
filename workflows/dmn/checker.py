"""Whether decisions can be published: what the reader met, what is put together wrongly, FEEL that does not parse, hints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from workflows import feel
from workflows.bpmn.expressions import shortened

from .hints import hints
from .model import (
    Boxed,
    Conditional,
    Context,
    Decision,
    DecisionTable,
    Document,
    FunctionDefinition,
    InputData,
    Invocation,
    Knowledge,
    ListOf,
    Literal,
    Problem,
    Relation,
    tables,
)
from .reader import DmnError, read

ERROR: Final = "error"
WARNING: Final = "warning"
Owner = Decision | Knowledge


def check(document: Document) -> tuple[Problem, ...]:
    """Everything there is to say about `document`, errors first, each group in the order of the lines.

    A document without an error can be compiled and asked.
    """
    found = list(document.problems)
    found += _graph(document)
    owners: tuple[Owner, ...] = (*document.decisions.values(), *document.knowledge.values())
    for owner in owners:
        found += _owner(document, owner)
    if not any(problem.severity == ERROR for problem in found):
        for owner, table in tables(document):
            found += hints(owner, table, document.words)
    return tuple(sorted(found, key=lambda problem: (problem.severity != ERROR, problem.line)))


def inspect(xml: bytes | str) -> tuple[Document | None, tuple[Problem, ...]]:
    """`read` and `check` in one; the document is None where the bytes cannot be read at all. Never raises."""
    try:
        document = read(xml)
    except DmnError as error:
        return None, tuple(problem for problem in error.problems if isinstance(problem, Problem))
    return document, check(document)


def say(code: str, owner: Owner, line: int = 0, severity: str = ERROR, element: str = "", **params: str) -> Problem:
    """A problem of a decision or of business knowledge, at `line` or at its own."""
    return Problem(code, severity, element or owner.id, line or owner.line, {"name": owner.name, **params})


# ------------------------------------------------------------------ the graph


def _graph(document: Document) -> Iterator[Problem]:
    if not document.decisions:
        yield Problem("no_decision", ERROR, None, 0)
    kinds = {
        "requiredInput": document.inputs, "requiredDecision": document.decisions, "requiredKnowledge": document.knowledge,
    }  # fmt: skip
    everything: dict[str, Decision | Knowledge | InputData] = {
        **document.decisions,
        **document.knowledge,
        **document.inputs,
    }
    for requirement in document.requirements:
        if requirement.target in kinds[requirement.kind]:
            continue
        code = "wrong_requirement" if requirement.target in everything else "dangling_reference"
        named = {"name": document.names.get(requirement.element, ""), "reference": requirement.target[:80]}
        words = {"tag": requirement.kind, "attribute": "href"}
        yield Problem(code, ERROR, requirement.element, requirement.line, named | words)
    yield from _cycles(document)
    names: dict[str, str] = {}
    for element in everything.values():
        known = names.setdefault(element.variable, element.id)
        if known != element.id:
            params = {"name": element.name, "other": known}
            yield Problem("same_name", WARNING, element.id, element.line, params)


def _cycles(document: Document) -> Iterator[Problem]:
    """Each circle of requirements once, at the element that closes it."""
    graph: dict[str, Decision | Knowledge] = {**document.decisions, **document.knowledge}
    done: set[str] = set()
    for start in graph:
        path: list[str] = []
        on_path: set[str] = set()
        stack: list[tuple[str, bool]] = [(start, False)]
        while stack:
            here, leaving = stack.pop()
            if leaving:
                done.add(here)
                on_path.discard(path.pop())
            elif here in on_path:
                circle = [*path[path.index(here) :], here]
                shown = " → ".join(graph[one].name for one in circle[:8])
                yield say("requirement_cycle", graph[path[-1]], path=shown)
            elif here not in done:
                path.append(here)
                on_path.add(here)
                stack.append((here, True))
                stack += [(required, False) for required in graph[here].requires if required in graph]


# ------------------------------------------------------------------ logic


def _owner(document: Document, owner: Owner) -> Iterator[Problem]:
    logic = owner.logic if isinstance(owner, Decision) else owner.function
    if logic is None:
        told = any(problem.element == owner.id and problem.severity == ERROR for problem in document.problems)
        if not told:
            yield say(
                "logic_missing", owner, tag="decision" if isinstance(owner, Decision) else "businessKnowledgeModel"
            )
        return
    yield from _boxed(document, owner, logic)


def _boxed(document: Document, owner: Owner, box: Boxed) -> Iterator[Problem]:
    if isinstance(box, Literal):
        yield from _feel(document, owner, box, "text")
        return
    if isinstance(box, DecisionTable):
        yield from _table(document, owner, box)
        return
    parts: list[Boxed] = []
    if isinstance(box, Context):
        parts = [entry.value for entry in box.entries]
        yield from _named_twice(owner, [entry.name for entry in box.entries if entry.name], box.line)
        # Only the last entry may be the value of the whole.
        if any(not entry.name for entry in box.entries[:-1]):
            yield say("name_missing", owner, box.line, tag="contextEntry")
    elif isinstance(box, Invocation):
        parts = [box.function, *(value for _, value in box.bindings)]
        if any(not name for name, _ in box.bindings):
            yield say("name_missing", owner, box.line, tag="parameter")
        yield from _named_twice(owner, [name for name, _ in box.bindings if name], box.line)
    elif isinstance(box, FunctionDefinition):
        parts = [box.body]
        if not all(box.parameters):
            yield say("name_missing", owner, box.line, tag="formalParameter")
        yield from _named_twice(owner, [name for name in box.parameters if name], box.line)
    elif isinstance(box, ListOf):
        parts = list(box.items)
    elif isinstance(box, Relation):
        parts = [cell for row in box.rows for cell in row]
    elif isinstance(box, Conditional):
        parts = [box.condition, box.then, box.otherwise]
    for part in parts:
        yield from _boxed(document, owner, part)


def _named_twice(owner: Owner, names: list[str], line: int) -> Iterator[Problem]:
    for name, count in Counter(names).items():
        if count > 1:
            yield say("output_name_twice", owner, line, output=name)


def _feel(document: Document, owner: Owner, literal: Literal, what: str, *, tests: bool = False) -> Iterator[Problem]:
    try:
        (feel.parse_tests if tests else feel.parse)(literal.source, document.words)
    except feel.FeelSyntaxError as error:
        params = {
            "what": _WHAT[what][0],
            "what@en": _WHAT[what][1],
            "expression": shortened(literal.source),
            "position": str(error.position + 1),
            "reason": error.text("zh-hans"),
            "reason@en": error.text("en"),
        }
        yield say("bad_expression", owner, literal.line, element=literal.id, **params)


_WHAT: Final = {
    "text": ("逻辑", "the logic"),
    "input": ("输入列", "the input column"),
    "inputValues": ("输入的允许值", "the input's allowed values"),
    "outputValues": ("输出的允许值", "the output's allowed values"),
    "default": ("默认值", "the default output"),
    "inputEntry": ("规则的输入格", "the rule's input cell"),
    "outputEntry": ("规则的输出格", "the rule's output cell"),
}


def _table(document: Document, owner: Owner, table: DecisionTable) -> Iterator[Problem]:
    yield from _shape(owner, table)
    for column in table.inputs:
        yield from _feel(document, owner, column.expression, "input")
        if column.tests is not None:
            yield from _feel(document, owner, column.tests, "inputValues", tests=True)
    for answer in table.outputs:
        if answer.values is not None:
            yield from _feel(document, owner, answer.values, "outputValues", tests=True)
        if answer.default is not None:
            yield from _feel(document, owner, answer.default, "default")
    for number, rule in enumerate(table.rules, 1):
        for part, cells, columns in (
            (("输入", "input"), rule.inputs, table.inputs),
            (("输出", "output"), rule.outputs, table.outputs),
        ):
            if len(cells) != len(columns):
                widths = {"rule": str(number), "got": str(len(cells)), "wanted": str(len(columns))}
                yield say(
                    "rule_width", owner, rule.line, element=rule.id, part=part[0], **widths, **{"part@en": part[1]}
                )
        for cell in rule.inputs:
            yield from _feel(document, owner, cell, "inputEntry", tests=True)
        for cell in rule.outputs:
            yield from _feel(document, owner, cell, "outputEntry")


def _shape(owner: Owner, table: DecisionTable) -> Iterator[Problem]:
    if not table.outputs:
        yield say("no_output", owner, table.line)
    if not table.rules:
        yield say("no_rule", owner, table.line, WARNING)
    if len(table.outputs) > 1:
        for answer in table.outputs:
            if not answer.name:
                yield say("output_name_missing", owner, answer.line, element=answer.id)
    for name, count in Counter(answer.name for answer in table.outputs if answer.name).items():
        if count > 1:
            yield say("output_name_twice", owner, table.line, output=name)
    if table.aggregation and table.hit_policy != "COLLECT":
        yield say("aggregation_not_collect", owner, table.line)
    elif table.aggregation and len(table.outputs) > 1:
        yield say("aggregation_outputs", owner, table.line)
    ranked = {"PRIORITY", "OUTPUT ORDER"}
    if table.hit_policy in ranked and not any(answer.values is not None for answer in table.outputs):
        yield say("priority_without_values", owner, table.line, policy=table.hit_policy)
