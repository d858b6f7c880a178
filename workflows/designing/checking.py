"""What the editor asks while somebody draws: the faults of the drawing as it stands, and which variables its conditions may use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from workflows import handlers, names, soundness
from workflows.actions.definitions import unknown_names
from workflows.bpmn.form.model import Kind
from workflows.bpmn.model import Document, Node, Problem, Process, main_process
from workflows.handlers import Variable
from workflows.models import Definition, DefinitionVersion
from workflows.overview import Reading, Told, told
from workflows.soundness import Limits
from workflows.step_fields import fields_of

#: Less than at publication: the answer is wanted before the next stroke.
LIMITS: Final = Limits(steps=4_000, seconds=0.7)


#: how conditions compare the answers to a field; others are compared in FEEL
_CONDITIONS: Final = {
    Kind.BOOLEAN: "boolean",
    Kind.NUMBER: "number",
    Kind.MONEY: "number",
    Kind.CHOICE: "choice",
    **dict.fromkeys((Kind.TEXT, Kind.LONG_TEXT, Kind.PERSON, Kind.BODY), "text"),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What there is to say of a drawing: `problems`, errors first, in words; whether every way was looked at; the variables."""

    problems: tuple[Told, ...]
    complete: bool
    variables: tuple[Variable, ...]

    @property
    def errors(self) -> int:
        """How many of the problems keep it from being published."""
        return sum(one.problem.severity == "error" for one in self.problems)


def check(xml: str, key: str, process_id: str | None = None) -> Checked:
    """Check a drawing as publishing would, within :data:`LIMITS`. `key` is the flow's, which it may call itself. Never raises."""
    document, found = soundness.inspect(xml, LIMITS)
    process = main_process(document.processes, process_id) if document is not None else None
    if document is not None and process is not None and not _unreadable(found):
        version = DefinitionVersion(definition=Definition(key=key), xml=xml, process_id=process.id)
        found = (*found, *unknown_names(version, document))
    errors = tuple(problem for problem in found if problem.severity == "error")
    warnings = tuple(problem for problem in found if problem.severity != "error")
    bad, doubtful = told(Reading(document, process, errors, warnings))
    complete = not any(problem.code == "not_all_explored" for problem in found)
    return Checked((*bad, *doubtful), complete, variables_of(document, process))


def answer(checked: Checked) -> dict[str, Any]:
    """The check as JSON: problems with the element they are at, the way that leads there (`path` ids, `way` names), variables."""
    return {
        "problems": [
            {
                "code": one.problem.code,
                "severity": one.problem.severity,
                "element": one.problem.element,
                "line": one.problem.line,
                "text": one.words,
                "path": list(one.problem.path),
                "way": list(one.way),
            }
            for one in checked.problems
        ],
        "errors": checked.errors,
        "complete": checked.complete,
        "fields": [variable_json(variable) for variable in checked.variables],
    }


def variable_json(variable: Variable) -> dict[str, Any]:
    """A variable as the editor's condition builder takes it."""
    return {
        "name": variable.name,
        "type": variable.kind,
        "label": str(variable.label) or variable.name,
        "options": list(variable.options),
    }


def variables_of(document: Document | None, process: Process | None) -> tuple[Variable, ...]:
    """Every variable a flow's conditions may ask for, as far as the diagram and the house say, each name once."""
    found: dict[str, Variable] = {}
    for source in handlers.sources_of_variables():
        if source.startswith("case:"):
            _add(found, handlers.given_by(source))
    if document is None or process is None:
        return tuple(found.values())
    for node in process.nodes.values():
        _add(found, _of_node(node))
    return tuple(found.values())


def _of_node(node: Node) -> Iterator[Variable]:
    if node.form:
        yield from handlers.given_by(f"form:{node.form}")
    for event in (node.event, *node.more_events):
        if event is not None and event.kind == "message" and event.name:
            yield from handlers.given_by(f"message:{event.name}")
    for field in fields_of(node):
        options = tuple(option.value for option in field.options)
        yield Variable(field.key, _CONDITIONS.get(field.kind, ""), names.label(field.label), options)
    label = names.label(node.name) or node.id
    for mapping in node.outputs:
        yield Variable(mapping.target, "", label)
    if node.script is not None and node.script.target:
        yield Variable(node.script.target, "", label)
    if node.decision is not None and node.decision.variable:
        yield Variable(node.decision.variable, "", label)
    if node.loop is not None:
        for name in (node.loop.element_variable, node.loop.output_collection):
            if name:
                yield Variable(name, "", label)


def _add(found: dict[str, Variable], variables: Iterator[Variable] | tuple[Variable, ...]) -> None:
    for variable in variables:
        known = found.get(variable.name)
        if known is None or (not known.kind and variable.kind):
            found[variable.name] = variable


def _unreadable(found: tuple[Problem, ...]) -> bool:
    """Whether ids are missing or stand twice, so that names would be told of the wrong element."""
    return any(problem.code in ("missing_id", "duplicate_id") for problem in found)


def example_of(variable: Variable) -> Any:
    """A value of the variable's kind, to try expressions with."""
    values: Mapping[str, Any] = {"boolean": True, "number": 100, "choice": (variable.options or ("",))[0]}
    return values.get(variable.kind, "" if variable.kind in ("text", "longtext") else None)
