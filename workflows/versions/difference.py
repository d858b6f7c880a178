"""What is different in a new version of a process: added, removed, renamed, moved and changed, element by element."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from workflows.bpmn.model import Lane, Node, Process, SequenceFlow

#: The kinds of a change, in the order they are told.
KINDS: Final = ("added", "removed", "moved", "changed", "renamed")
# Where an element stands in its file, and what its flows tell themselves.
_PLACES = frozenset({"id", "line", "incoming", "outgoing", "nodes"})


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing an element says otherwise: `what` is the path of the attribute in :mod:`workflows.bpmn.model`
    (``assignment.candidate_groups``, ``event.expression``, ``properties.stage``, ``condition``), with its value before
    and after as text ("" where it says nothing)."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One element that differs. `kind` is one of :data:`KINDS`: an element in another sub-process is ``moved``, one of
    which nothing but the name differs ``renamed``; `sort` is ``node``, ``flow`` or ``lane``, `tag` its BPMN name, `name`
    the one it has now (had, where it is removed), and for a flow `source` and `target` are the nodes at its ends."""

    kind: str
    element: str
    sort: str
    tag: str
    name: str
    details: tuple[Detail, ...] = ()
    source: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs between two versions: nodes first, then flows, then lanes, each in the order of the file."""

    changes: tuple[Change, ...]

    def of(self, kind: str) -> tuple[Change, ...]:
        """The changes of one kind."""
        return tuple(change for change in self.changes if change.kind == kind)

    @property
    def elements(self) -> Mapping[str, str]:
        """What happened to each element that differs, by its id."""
        return {change.element: change.kind for change in self.changes}


def diff(old: Process, new: Process) -> Difference:
    """Compare two versions. Elements are the same where their ids are; where they stand in the drawing does not count."""
    return Difference((*_compare(old.nodes, new.nodes, old, new), *_flows(old, new), *_lanes(old, new)))


def _compare(old: Mapping[str, Node], new: Mapping[str, Node], before: Process, after: Process) -> Iterator[Change]:
    for id_, node in new.items():
        was = old.get(id_)
        if was is None:
            yield Change("added", id_, "node", node.kind, node.name)
            continue
        details = tuple(_details(was, node))
        scopes = tuple("" if scope in (before.id, after.id) else scope for scope in (was.scope, node.scope))
        details = tuple(detail for detail in details if detail.what != "scope" or scopes[0] != scopes[1])
        if scopes[0] != scopes[1]:
            yield Change("moved", id_, "node", node.kind, node.name, details)
        elif details:
            yield Change(_kind(details), id_, "node", node.kind, node.name, details)
    for id_, node in old.items():
        if id_ not in new:
            yield Change("removed", id_, "node", node.kind, node.name)


def _flows(old: Process, new: Process) -> Iterator[Change]:
    for id_, flow in new.flows.items():
        was = old.flows.get(id_)
        ends = (flow.source, flow.target)
        if was is None:
            yield Change("added", id_, "flow", "sequenceFlow", flow.name, (), *ends)
        elif details := tuple(_details(was, flow)):
            yield Change(_kind(details), id_, "flow", "sequenceFlow", flow.name, details, *ends)
    for id_, flow in old.flows.items():
        if id_ not in new.flows:
            yield Change("removed", id_, "flow", "sequenceFlow", flow.name, (), flow.source, flow.target)


def _lanes(old: Process, new: Process) -> Iterator[Change]:
    for id_, lane in new.lanes.items():
        was = old.lanes.get(id_)
        if was is None:
            yield Change("added", id_, "lane", "lane", lane.name)
        elif details := tuple(_details(was, lane)):
            yield Change(_kind(details), id_, "lane", "lane", lane.name, details)
    for id_, lane in old.lanes.items():
        if id_ not in new.lanes:
            yield Change("removed", id_, "lane", "lane", lane.name)


def _kind(details: tuple[Detail, ...]) -> str:
    return "renamed" if all(detail.what == "name" for detail in details) else "changed"


def _details(old: Node | SequenceFlow | Lane, new: Node | SequenceFlow | Lane, path: str = "") -> Iterator[Detail]:
    yield from _compared(old, new, path)


def _compared(old: Any, new: Any, path: str) -> Iterator[Detail]:
    """The fields of two values of one class that differ, nested ones by their path."""
    for field in fields(old if old is not None else new):
        name = field.name
        # The reference is how the file says what `name` and `code` resolve
        if name in _PLACES or (path and name == "reference"):
            continue
        before, after = (getattr(value, name, None) for value in (old, new))
        where = f"{path}{name}"
        if before == after:
            continue
        nested = before if before is not None else after
        if hasattr(nested, "__dataclass_fields__"):
            yield from _compared(before, after, f"{where}.")
        elif isinstance(nested, Mapping):
            for key in dict.fromkeys((*(before or {}), *(after or {}))):
                one, other = (before or {}).get(key, ""), (after or {}).get(key, "")
                if one != other:
                    yield Detail(f"{where}.{key}", str(one), str(other))
        else:
            yield Detail(where, _text(before), _text(after))


def _text(value: Any) -> str:
    if value is None or value == ():
        return ""
    if isinstance(value, tuple):
        return ", ".join(_text(part) for part in value)
    if hasattr(value, "source") and hasattr(value, "target"):
        return f"{value.target} = {value.source}"
    return str(value)
