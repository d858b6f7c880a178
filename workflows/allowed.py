"""What a diagram lets the person at a step do to the running case besides doing the step: send it back (驳回), add signers
(加签), remove them (减签). Nothing, unless it says so.

It says so by extension properties of the step: ``allow.send_back`` = ``start``, ``previous``, ``any``; ``allow.add`` =
``before``, ``after``, ``parallel``; ``allow.remove`` = ``true``; several with commas between. Administrators may all of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from workflows.bpmn.model import Node, Problem

PREFIX = "allow."
KNOWN: Mapping[str, frozenset[str]] = {
    "send_back": frozenset({"start", "previous", "any"}),
    "add": frozenset({"before", "after", "parallel"}),
    "remove": frozenset({"true"}),
}


def allowed(node: Node | None, what: str) -> frozenset[str]:
    """What of `what` (``send_back``, ``add``, ``remove``) the step allows; nothing where it says nothing."""
    if node is None:
        return frozenset()
    return _words(node.properties.get(PREFIX + what, "")) & KNOWN[what]


def problems_of(node: Node) -> list[Problem]:
    """The properties that nobody can read, as problems of the checker's kind."""
    return [
        Problem("unknown_allowance", "error", node.id, node.line, {"name": node.name, "property": name, "value": value})
        for name, value in node.properties.items()
        if name.startswith(PREFIX) and not _readable(name.removeprefix(PREFIX), value)
    ]


def _readable(what: str, value: str) -> bool:
    words = _words(value)
    return what in KNOWN and bool(words) and words <= KNOWN[what]


def _words(value: str) -> frozenset[str]:
    return frozenset(word.strip() for word in value.split(",")) if value.strip() else frozenset()
