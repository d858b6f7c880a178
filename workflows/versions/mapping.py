"""Which node of a new version goes on for which of the old one, found without asking anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflows.engine import Graph, compatible


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping (old node id → new node id), and for each node left out why: ``gone`` (nothing of its id or name),
    ``ambiguous`` (several of its name), ``kind_changed``, ``scope_changed`` (another sub-process), ``host_changed`` (a
    boundary event of another activity)."""

    mapping: Mapping[str, str]
    unmapped: Mapping[str, str]


def propose(old: Graph, new: Graph) -> Proposal:
    """The same id and a compatible kind in the same scope; else the same name and kind there, where that is one."""
    mapping: dict[str, str] = {}
    unmapped: dict[str, str] = {}
    scopes = {old.process.id: new.process.id}
    taken = set(old.places) & set(new.places)
    ahead = [old.process.id]
    while ahead:  # outer scopes first, activities before the events on them
        scope = ahead.pop(0)
        inside = [node for node in old.process.nodes.values() if node.scope == scope]
        for node in sorted(inside, key=lambda node: node.attached_to is not None):
            target, why = _find(old, new, node.id, scopes, mapping, taken)
            if target is None:
                unmapped[node.id] = why
                continue
            mapping[node.id] = target
            taken.add(target)
            if old.places[node.id].element.scope:
                scopes[node.id] = target
        ahead += [node.id for node in inside if old.places[node.id].element.scope]
    return Proposal(mapping, unmapped)


def _find(
    old: Graph, new: Graph, id_: str, scopes: Mapping[str, str], mapping: Mapping[str, str], taken: set[str]
) -> tuple[str | None, str]:
    place = old.places[id_]
    node = place.node
    why = "gone"
    same = new.places.get(id_)
    if same is not None:
        why = _misfit(old, new, id_, id_, scopes, mapping)
        if not why:
            return id_, ""
    if not node.name:
        return None, why
    found = [
        other
        for other in new.process.nodes.values()
        if other.name == node.name and other.id not in taken and not _misfit(old, new, id_, other.id, scopes, mapping)
    ]
    twins = [
        other
        for other in old.process.nodes.values()
        if other.id != id_ and other.name == node.name and other.scope == node.scope and other.kind == node.kind
    ]
    if len(found) == 1 and not twins:
        return found[0].id, ""
    return None, "ambiguous" if found else why


def _misfit(
    old: Graph, new: Graph, id_: str, target: str, scopes: Mapping[str, str], mapping: Mapping[str, str]
) -> str:
    """Why the node `target` cannot go on for `id_`; nothing where it can."""
    one, other = old.places[id_], new.places[target]
    if not compatible(one, other):
        return "kind_changed"
    if other.node.scope != scopes.get(one.node.scope):
        return "scope_changed"
    host = one.node.attached_to
    if host is not None and other.node.attached_to != mapping.get(host):
        return "host_changed"
    return ""
