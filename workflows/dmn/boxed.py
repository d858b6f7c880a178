"""Reading boxed expressions: what stands inside a decision, an entry, an argument."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from lxml import etree

from workflows.bpmn.namespaces import split
from workflows.bpmn.source import line_of

from .model import (
    AGGREGATIONS,
    HIT_POLICIES,
    Boxed,
    Conditional,
    Context,
    ContextEntry,
    DecisionTable,
    FunctionDefinition,
    Input,
    Invocation,
    ListOf,
    Literal,
    Output,
    Relation,
    Rule,
)

if TYPE_CHECKING:
    from .reader import Reader

Element = etree._Element

REFUSED: Final = frozenset({"for", "every", "some", "filter"})
"""Boxed expressions of DMN 1.4 that are refused by name; FEEL says the same in a literal expression."""
NULL: Final = Literal("null")


def logic(reader: Reader, element: Element) -> Boxed | None:
    """The expression directly inside an element; None where there is none."""
    return next(_expressions(reader, element), None)


def function(reader: Reader, element: Element) -> FunctionDefinition | None:
    """A function definition. One written in Java or PMML is refused: nothing of another language is run."""
    kind = (element.get("kind") or "FEEL").upper()
    if kind not in {"FEEL", "F"}:
        reader.problem("unsupported_element", element, tag=f"functionDefinition kind={kind}")
        return None
    parameters = tuple(reader.word(child.get("name") or "") for child in reader.children(element, "formalParameter"))
    body = logic(reader, element)
    if body is None:
        reader.problem("logic_missing", element, tag="functionDefinition")
        return None
    return FunctionDefinition(parameters, body, line_of(element))


def _expressions(reader: Reader, element: Element) -> Iterator[Boxed]:
    for child in reader.children(element):
        tag = split(str(child.tag))[1]
        if tag in REFUSED:
            reader.problem("unsupported_element", child, tag=tag)
            yield NULL
        elif tag in _READERS:
            yield _READERS[tag](reader, child)


def _inside(reader: Reader, element: Element, tag: str) -> Boxed:
    """The expression inside a child; null where it is missing, which is a problem."""
    child = next(reader.children(element, tag), None)
    found = logic(reader, child) if child is not None else None
    if found is None:
        reader.problem("logic_missing", child if child is not None else element, tag=tag)
        return NULL
    return found


def _literal(reader: Reader, element: Element) -> Literal:
    if next(reader.children(element, "importedValues"), None) is not None:
        reader.problem("unsupported_element", element, tag="importedValues")
    return _text(reader, element)


def _text(reader: Reader, element: Element, empty: str = "") -> Literal:
    written = reader.text(element, "text")
    source = reader.feel(written, element, element.get("expressionLanguage")) if written else empty
    return Literal(source, element.get("id") or reader.owner, line_of(element))


def _context(reader: Reader, element: Element) -> Context:
    entries: list[ContextEntry] = []
    for entry in reader.children(element, "contextEntry"):
        variable = next(reader.children(entry, "variable"), None)
        name = reader.word(variable.get("name") or "") if variable is not None else ""
        value = logic(reader, entry)
        if value is None:
            reader.problem("logic_missing", entry, tag="contextEntry")
            value = NULL
        entries.append(ContextEntry(name, value))
    return Context(tuple(entries), line_of(element))


def _invocation(reader: Reader, element: Element) -> Invocation:
    bindings: list[tuple[str, Boxed]] = []
    for binding in reader.children(element, "binding"):
        parameter = next(reader.children(binding, "parameter"), None)
        name = reader.word(parameter.get("name") or "") if parameter is not None else ""
        bindings.append((name, logic(reader, binding) or NULL))
    called = next(reader.children(element, "literalExpression"), None)
    if called is None:
        reader.problem("logic_missing", element, tag="invocation")
    return Invocation(_literal(reader, called) if called is not None else NULL, tuple(bindings), line_of(element))


def _function(reader: Reader, element: Element) -> Boxed:
    return function(reader, element) or NULL


def _list(reader: Reader, element: Element) -> ListOf:
    return ListOf(tuple(_expressions(reader, element)), line_of(element))


def _relation(reader: Reader, element: Element) -> Relation:
    columns = tuple(reader.word(column.get("name") or "") for column in reader.children(element, "column"))
    rows: list[tuple[Boxed, ...]] = []
    for row in reader.children(element, "row"):
        cells = tuple(_expressions(reader, row))
        if len(cells) != len(columns):
            reader.problem("row_width", row, wanted=str(len(columns)), got=str(len(cells)))
        rows.append(cells)
    return Relation(columns, tuple(rows), line_of(element))


def _conditional(reader: Reader, element: Element) -> Conditional:
    condition, then, otherwise = (_inside(reader, element, tag) for tag in ("if", "then", "else"))
    return Conditional(condition, then, otherwise, line_of(element))


def _table(reader: Reader, element: Element) -> DecisionTable:
    policy = " ".join((element.get("hitPolicy") or "UNIQUE").upper().replace("_", " ").split())
    aggregation = (element.get("aggregation") or "").upper()
    if policy not in HIT_POLICIES:
        reader.problem("unknown_hit_policy", element, policy=policy[:40])
    if aggregation and aggregation not in AGGREGATIONS:
        reader.problem("unknown_aggregation", element, aggregation=aggregation[:40])
    return DecisionTable(
        inputs=tuple(_input(reader, clause) for clause in reader.children(element, "input")),
        outputs=tuple(_output(reader, clause, element) for clause in reader.children(element, "output")),
        rules=tuple(_rule(reader, rule) for rule in reader.children(element, "rule")),
        hit_policy=policy,
        aggregation=aggregation,
        annotations=tuple(clause.get("name") or "" for clause in reader.children(element, "annotation")),
        id=element.get("id") or "",
        line=line_of(element),
    )


def _input(reader: Reader, clause: Element) -> Input:
    expression = next(reader.children(clause, "inputExpression"), None)
    kind = (expression.get("typeRef") or "") if expression is not None else ""
    written = _text(reader, expression) if expression is not None else Literal("", line=line_of(clause))
    variable = reader.camunda(clause, "inputVariable")
    return Input(
        expression=written,
        label=clause.get("label") or "",
        tests=_values(reader, clause, "inputValues", kind),
        variable=reader.word(variable) if variable else "",
        type=kind,
        id=clause.get("id") or "",
        line=line_of(clause),
    )


def _output(reader: Reader, clause: Element, table: Element) -> Output:
    kind = clause.get("typeRef") or table.get("typeRef") or ""
    default = next(reader.children(clause, "defaultOutputEntry"), None)
    return Output(
        name=reader.word(clause.get("name") or ""),
        label=clause.get("label") or "",
        values=_values(reader, clause, "outputValues", kind),
        default=_text(reader, default, "null") if default is not None else None,
        type=kind,
        id=clause.get("id") or "",
        line=line_of(clause),
    )


def _values(reader: Reader, clause: Element, tag: str, kind: str) -> Literal | None:
    """Allowed values: the clause's own, else those of its type. None where there are none, or any will do."""
    holder = next(reader.children(clause, tag), None)
    if holder is None:
        holder = reader.allowed.get(kind)
    if holder is None:
        return None
    written = _text(reader, holder)
    return written if written.source not in {"", "-"} else None


def _rule(reader: Reader, rule: Element) -> Rule:
    remarks = [reader.text(entry, "text") for entry in reader.children(rule, "annotationEntry")]
    description = reader.text(rule, "description")
    return Rule(
        inputs=tuple(_text(reader, entry, "-") for entry in reader.children(rule, "inputEntry")),
        outputs=tuple(_text(reader, entry, "null") for entry in reader.children(rule, "outputEntry")),
        annotations=tuple(remarks) or ((description,) if description else ()),
        id=rule.get("id") or "",
        line=line_of(rule),
    )


_READERS: Final[dict[str, Callable[[Reader, Element], Boxed]]] = {
    "literalExpression": _literal,
    "decisionTable": _table,
    "context": _context,
    "invocation": _invocation,
    "functionDefinition": _function,
    "list": _list,
    "relation": _relation,
    "conditional": _conditional,
}
