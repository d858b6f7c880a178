"""The parts of a decision table in its file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workflows.bpmn.namespaces import SANGONG
from workflows.bpmn.spans import Piece, pieces

from ..reader import NAMESPACES

#: DMN 1.1 has no remarks in columns of their own; Camunda 7 keeps them as descriptions of rules.
WITHOUT_NOTES: Final = frozenset({one for one in NAMESPACES if "/20151101/" in one})
LOGIC: Final = frozenset({
    "literalExpression", "decisionTable", "context", "invocation", "functionDefinition", "list", "relation", "conditional",
    "for", "every", "some", "filter",
})  # fmt: skip


class NoTable(Exception):
    """There is no decision table of that id in the file that could be edited."""


@dataclass(frozen=True, slots=True)
class Place:
    """A decision table in a file: the bytes, the decision or knowledge it belongs to, the table, and all ids of the file."""

    content: bytes
    owner: Piece
    table: Piece
    ids: frozenset[str]

    @property
    def described(self) -> bool:
        """Whether remarks are the rules' descriptions."""
        if self.table.namespace in WITHOUT_NOTES:
            return True
        rules = list(self.table.named("rule"))
        written = self.table.child("annotation") or any(rule.child("annotationEntry") for rule in rules)
        return not written and any(rule.child("description") for rule in rules)

    @property
    def samples(self) -> Piece | None:
        """The element that holds the samples."""
        holder = self.owner.child("extensionElements")
        inside = holder.children if holder is not None else []
        return next((one for one in inside if (one.namespace, one.tag) == (SANGONG, "samples")), None)


def find(text: str, owner: str) -> Place:
    """The table that is the whole logic of the decision or business knowledge of this id. Raises `NoTable`, `bpmn.BpmnError`."""
    content, root = pieces(text)
    ids: set[str] = set()
    _gather(root, ids)
    found: Piece | None = None
    for child in root.named("decision", "businessKnowledgeModel"):
        if child.attributes.get("id") == owner and owner:
            found = child
    holder = found.child("encapsulatedLogic") if found is not None and found.tag != "decision" else found
    if found is None or holder is None:
        raise NoTable(owner)
    logic = next(holder.named(*LOGIC), None)
    if logic is None or logic.tag != "decisionTable":
        raise NoTable(owner)
    return Place(content, found, logic, frozenset(ids))


def _gather(piece: Piece, ids: set[str]) -> None:
    stack = [piece]
    while stack:
        here = stack.pop()
        ids.add(here.attributes.get("id", ""))
        stack += here.children
