"""A DMN file as frozen values: decisions, what they require, and the boxed expressions they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from workflows import bpmn

NOTHING: Final[Mapping[str, str]] = MappingProxyType({})

LISTING: Final = frozenset({"COLLECT", "RULE ORDER", "OUTPUT ORDER"})
"""Hit policies under which several rules count, and the value is a list."""

HIT_POLICIES: Final[Mapping[str, str]] = MappingProxyType({
    "UNIQUE": "U", "ANY": "A", "PRIORITY": "P", "FIRST": "F", "RULE ORDER": "R", "OUTPUT ORDER": "O", "COLLECT": "C",
})  # fmt: skip
"""Hit policies and the letter that stands for each (DMN 1.3, 8.2.10)."""

AGGREGATIONS: Final[Mapping[str, str]] = MappingProxyType({"SUM": "+", "MIN": "<", "MAX": ">", "COUNT": "#"})


@dataclass(frozen=True, slots=True)
class Problem(bpmn.Problem):
    """What the checker has to say about a decision: as :class:`workflows.bpmn.Problem`, with sentences of its own."""

    def text(self, language: str = "zh-hans") -> str:
        """The sentence for people, in ``zh-hans`` or ``en``."""
        from .messages import sentence

        return sentence(self, language)


@dataclass(frozen=True, slots=True)
class Literal:
    """An expression in FEEL, as text. `id` names the element it stands in."""

    source: str
    id: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Input:
    """An input column. `tests` are its allowed values as unary tests; `variable` is what cells may call the input
    besides ``?`` (Camunda 7); `type` is the name of its type as written."""

    expression: Literal
    label: str = ""
    tests: Literal | None = None
    variable: str = ""
    type: str = ""
    id: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Output:
    """An output column. `values` are its allowed values as unary tests, the best first; `default` is the value where no rule
    matches."""

    name: str
    label: str = ""
    values: Literal | None = None
    default: Literal | None = None
    type: str = ""
    id: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: unary tests for the inputs (``-`` where any value will do), expressions for the outputs, remarks."""

    inputs: tuple[Literal, ...]
    outputs: tuple[Literal, ...]
    annotations: tuple[str, ...] = ()
    id: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A decision table (DMN 1.3, chapter 8). `annotations` are the headings of the remarks."""

    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    hit_policy: str = "UNIQUE"
    aggregation: str = ""
    annotations: tuple[str, ...] = ()
    id: str = ""
    line: int = 0

    @property
    def sign(self) -> str:
        """The letter in the corner: ``U``, ``C+`` …"""
        return HIT_POLICIES.get(self.hit_policy, "?") + AGGREGATIONS.get(self.aggregation, "")


@dataclass(frozen=True, slots=True)
class ContextEntry:
    """An entry of a boxed context; without a name it is the context's value."""

    name: str
    value: Boxed


@dataclass(frozen=True, slots=True)
class Context:
    """A boxed context: each entry sees the ones before it."""

    entries: tuple[ContextEntry, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Invocation:
    """A function called with named arguments."""

    function: Literal
    bindings: tuple[tuple[str, Boxed], ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class FunctionDefinition:
    """A boxed function."""

    parameters: tuple[str, ...]
    body: Boxed
    line: int = 0


@dataclass(frozen=True, slots=True)
class ListOf:
    """A boxed list."""

    items: tuple[Boxed, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Relation:
    """A list of contexts with the same names, written as a table."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Boxed, ...], ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Conditional:
    """A boxed `if` (DMN 1.4)."""

    condition: Boxed
    then: Boxed
    otherwise: Boxed
    line: int = 0


Boxed = Literal | DecisionTable | Context | Invocation | FunctionDefinition | ListOf | Relation | Conditional


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample kept with a decision: values by name, and what outputs must be, as texts ("" is the one output without a name)."""

    name: str
    given: tuple[tuple[str, str], ...] = ()
    expected: tuple[tuple[str, str], ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision: `variable` is what others call its value, `requires` the ids of the inputs, decisions and knowledge its
    logic may use, `samples` what it is tried with before it is published."""

    id: str
    name: str
    variable: str
    logic: Boxed | None
    requires: tuple[str, ...] = ()
    question: str = ""
    description: str = ""
    line: int = 0
    samples: tuple[Sample, ...] = ()


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A business knowledge model: a function that decisions and other knowledge may call."""

    id: str
    name: str
    variable: str
    function: FunctionDefinition | None
    requires: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class InputData:
    """Something a decision is given; `variable` is its name in expressions."""

    id: str
    name: str
    variable: str
    type: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Requirement:
    """That `element` requires `target`; `kind` is the tag that says so (``requiredInput``, ``requiredDecision`` …)."""

    element: str
    target: str
    kind: str
    line: int


@dataclass(frozen=True, slots=True)
class Document:
    """A DMN file. `words` are all names its expressions may use, `allowed` the allowed values of its item definitions by
    type name, `problems` what the reader met on the way."""

    name: str
    decisions: Mapping[str, Decision]
    knowledge: Mapping[str, Knowledge]
    inputs: Mapping[str, InputData]
    requirements: tuple[Requirement, ...] = ()
    words: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()
    names: Mapping[str, str] = field(default_factory=lambda: NOTHING)

    @property
    def main(self) -> Decision | None:
        """The decision the file is about: the last one that no other requires."""
        required = {target for decision in self.decisions.values() for target in decision.requires}
        tops = [decision for decision in self.decisions.values() if decision.id not in required]
        return tops[-1] if tops else next(iter(self.decisions.values()), None)


def tables(document: Document) -> tuple[tuple[Decision | Knowledge, DecisionTable], ...]:
    """Every decision table that is the whole logic of a decision or of a business knowledge model, in the order of the file."""
    found: list[tuple[Decision | Knowledge, DecisionTable]] = [
        (decision, decision.logic)
        for decision in document.decisions.values()
        if isinstance(decision.logic, DecisionTable)
    ]
    found += [
        (knowledge, knowledge.function.body)
        for knowledge in document.knowledge.values()
        if knowledge.function is not None and isinstance(knowledge.function.body, DecisionTable)
    ]
    return tuple(found)


def bound_names(box: Boxed) -> frozenset[str]:
    """The names an expression gives to what stands inside it: entries, parameters, what cells call their input."""
    match box:
        case Context(entries=entries):
            inside = [bound_names(entry.value) for entry in entries]
            return frozenset(entry.name for entry in entries if entry.name).union(*inside)
        case FunctionDefinition(parameters=parameters, body=body):
            return bound_names(body) | frozenset(parameters)
        case Invocation(bindings=bindings):
            return frozenset().union(*(bound_names(value) for _, value in bindings))
        case ListOf(items=items):
            return frozenset().union(*map(bound_names, items))
        case Relation(rows=rows):
            return frozenset().union(*(bound_names(cell) for row in rows for cell in row))
        case Conditional(condition=condition, then=then, otherwise=otherwise):
            return bound_names(condition) | bound_names(then) | bound_names(otherwise)
        case DecisionTable(inputs=inputs):
            return frozenset(column.variable for column in inputs if column.variable)
        case _:
            return frozenset()
