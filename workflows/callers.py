"""Which flows name something by its name: what they call, and the decisions they ask."""

from collections.abc import Callable, Set

from django.db.models import QuerySet

from workflows import compiled
from workflows.bpmn.model import Node
from workflows.models import DefinitionVersion


def naming(
    flows: QuerySet[DefinitionVersion], names: Set[str], of: Callable[[Node], Set[str]]
) -> list[DefinitionVersion]:
    """Those of `flows` a node of whose diagram names one of `names`, by key and number; `of` says what a node names."""
    if not names:
        return []
    rows = flows.select_related("definition").defer("xml", "note").order_by("definition__key", "number")
    return [
        flow
        for flow in rows
        if any(of(node) & names for node in compiled.of_version(flow.pk, flow.sha256).process.nodes.values())
    ]
