"""What a diagram asks of the person at a step, where the step has no page of its own.

A user task names its questions as extension properties, one each: name ``field.<variable>``, value ``<kind>|<label>`` and, for a
choice, ``|<option>,<option>``. Kinds: ``boolean``, ``number``, ``text``, ``choice``. The answers become variables of the case, so
that gateways after it can go by them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflows.bpmn.model import Node, Problem

PREFIX = "field."
KINDS = frozenset({"boolean", "number", "text", "choice"})


@dataclass(frozen=True, slots=True)
class StepField:
    """One question: the variable its answer goes to, its kind, its label, and the options of a choice."""

    variable: str
    kind: str
    label: str
    options: tuple[str, ...] = ()


def fields_of(node: Node) -> tuple[StepField, ...]:
    """The questions of a step, in the order of the file. What cannot be read is left out: `problems_of` has named it."""
    read = (_read(name, value) for name, value in _raw(node))
    return tuple(field for field in read if field is not None)


def problems_of(node: Node) -> list[Problem]:
    """The questions that cannot be read, as problems of the checker's kind."""
    return [
        Problem("unknown_field", "error", node.id, node.line, {"name": node.name, "property": name, "value": value})
        for name, value in _raw(node)
        if _read(name, value) is None
    ]


def _raw(node: Node) -> list[tuple[str, str]]:
    properties: Mapping[str, str] = node.properties
    return [(name, value) for name, value in properties.items() if name.startswith(PREFIX)]


def _read(name: str, value: str) -> StepField | None:
    variable = name.removeprefix(PREFIX).strip()
    kind, _bar, rest = value.partition("|")
    label, _bar, options = rest.partition("|")
    chosen = tuple(option.strip() for option in options.split(",") if option.strip())
    if not variable.isidentifier() or kind not in KINDS or not label.strip() or bool(chosen) != (kind == "choice"):
        return None
    return StepField(variable, kind, label.strip(), chosen)
