"""What a diagram asks of the person at a step, where the step has no page of its own.

A user task has its fields in a ``sangong:form`` (`workflows.bpmn.form`). Short ones can stand as extension properties, one each: name
``field.<variable>``, value ``<kind>|<label>`` and, for a choice, ``|<option>,<option>``; kinds ``boolean``, ``number``, ``text``,
``choice``, each to be answered. The answers become variables of the case, so that gateways after it can go by them.
"""

from __future__ import annotations

from collections.abc import Mapping

from workflows.bpmn.form.model import FormField, Kind, Option
from workflows.bpmn.model import Node, Problem

PREFIX = "field."
KINDS = {"boolean": Kind.BOOLEAN, "number": Kind.NUMBER, "text": Kind.LONG_TEXT, "choice": Kind.CHOICE}
MAX_TEXT = "2000"


def fields_of(node: Node) -> tuple[FormField, ...]:
    """The questions of a step: those of its properties, then those of its form. What cannot be read is left out: `problems_of`,
    or the reader, has named it."""
    read = (_read(name, value) for name, value in _raw(node))
    short = {field.key: field for field in read if field is not None}
    return (*short.values(), *(field for field in node.fields if field.key not in short))


def problems_of(node: Node) -> list[Problem]:
    """The questions among the properties that cannot be read or stand in the form as well, as problems of the checker's kind."""
    found = [
        Problem("unknown_field", "error", node.id, node.line, {"name": node.name, "property": name, "value": value})
        for name, value in _raw(node)
        if _read(name, value) is None
    ]
    short = {name.removeprefix(PREFIX).strip() for name, _value in _raw(node)}
    found += [
        Problem("field_twice", "error", node.id, field.line, {"name": node.name, "field": field.key})
        for field in node.fields
        if field.key in short
    ]
    return found


def _raw(node: Node) -> list[tuple[str, str]]:
    properties: Mapping[str, str] = node.properties
    return [(name, value) for name, value in properties.items() if name.startswith(PREFIX)]


def _read(name: str, value: str) -> FormField | None:
    variable = name.removeprefix(PREFIX).strip()
    kind, _bar, rest = value.partition("|")
    label, _bar, options = rest.partition("|")
    chosen = tuple(option.strip() for option in options.split(",") if option.strip())
    if not variable.isidentifier() or kind not in KINDS or not label.strip() or bool(chosen) != (kind == "choice"):
        return None
    return FormField(
        key=variable,
        kind=KINDS[kind],
        label=label.strip(),
        required="true",
        options=tuple(Option(option, option) for option in chosen),
        maximum=MAX_TEXT if kind == "text" else "",
    )
