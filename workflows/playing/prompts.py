"""What to ask of whoever plays a step: its own questions, and what the conditions after it go by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from workflows.bpmn.form.model import FormField
from workflows.bpmn.form.model import Kind as FieldKind
from workflows.bpmn.model import Node
from workflows.rehearsal import Flow
from workflows.step_fields import fields_of

#: the control of a field's kind; every other is answered by a FEEL expression
_KINDS: Final = {
    FieldKind.BOOLEAN: "boolean",
    FieldKind.NUMBER: "number",
    FieldKind.MONEY: "number",
    FieldKind.TEXT: "text",
    FieldKind.LONG_TEXT: "text",
    FieldKind.PERSON: "text",
    FieldKind.BODY: "text",
    FieldKind.CHOICE: "choice",
}


@dataclass(frozen=True, slots=True)
class Prompt:
    """One variable to ask for. `kind` is ``boolean``, ``number``, ``text``, ``choice`` or ``feel``; `options` are the texts of a
    choice, or what the conditions compare it with."""

    variable: str
    kind: str
    label: str
    options: tuple[str, ...] = ()


def prompts_of(flow: Flow, node: Node) -> tuple[Prompt, ...]:
    """The questions of a step, then the variables that the ways after it go by, up to where something waits again."""
    asked = [Prompt(one.key, _KINDS.get(one.kind, "feel"), one.label, _options(one)) for one in fields_of(node)]
    known = {prompt.variable for prompt in asked}
    guessed: dict[str, set[str]] = {}
    for names, source in _conditions(flow, node):
        for name in names:
            if name not in known and name.isidentifier():
                guessed.setdefault(name, set()).update(_compared(name, source))
    return (*asked, *(_guess(name, literals) for name, literals in sorted(guessed.items())))


def _options(field: FormField) -> tuple[str, ...]:
    return tuple(option.value for option in field.options) if field.kind is FieldKind.CHOICE else ()


def _conditions(flow: Flow, node: Node) -> Iterator[tuple[frozenset[str], str]]:
    """The conditions on the ways after a step, with the names in them, looking through gateways and out of sub-processes."""
    todo, seen = [node.id], set[str]()
    while todo:
        at = todo.pop()
        if at in seen:
            continue
        seen.add(at)
        place = flow.graph.places[at]
        for way in place.exits:
            if way.condition is not None:
                yield way.condition.names, flow.process.flows[way.flow].condition or ""
        ways = [*place.exits, *([place.default] if place.default is not None else [])]
        ahead = [way.target for way in ways]
        if not ways and place.node.kind == "endEvent" and place.node.scope in flow.process.nodes:
            ahead = [place.node.scope]
        todo += [
            target
            for target in ahead
            if "Gateway" in (kind := flow.process.nodes[target].kind)
            or kind == "endEvent"
            or target == place.node.scope
        ]


def _compared(name: str, source: str) -> set[str]:
    """The literals a condition compares a variable with, as FEEL writes them."""
    literal = r'("[^"]*"|true|false|-?\d+(?:\.\d+)?)'
    found = re.findall(rf"\b{re.escape(name)}\s*(?:!=|<=|>=|=|<|>)\s*{literal}", source)
    for listed in re.findall(rf"\b{re.escape(name)}\s+in\s*[(\[]([^)\]]*)[)\]]", source):
        found += re.findall(literal, listed)
    return set(found)


def _guess(name: str, literals: set[str]) -> Prompt:
    if not literals or literals <= {"true", "false"}:
        return Prompt(name, "boolean", name)
    if all(literal.startswith('"') for literal in literals):
        return Prompt(name, "choice", name, tuple(sorted(literal[1:-1] for literal in literals)))
    if not any(literal.startswith('"') or literal in {"true", "false"} for literal in literals):
        return Prompt(name, "number", name, tuple(sorted(literals)))
    return Prompt(name, "feel", name, tuple(sorted(literals)))
