"""Decisions that flows ask: which version answers, what it says, who would miss it.

A business rule task asks the latest published version that has its decision. Its answer goes to the engine as any other completion
does, so that the log alone can play the case again, whatever becomes of the decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from viewflow.workflow.status import PROCESS

from workflows import compiled, dmn, errors
from workflows.bpmn.model import Decision as Asked
from workflows.bpmn.model import Node
from workflows.callers import naming
from workflows.engine import Opened
from workflows.models import Definition, DefinitionKind, DefinitionVersion, VersionStatus


def make(opened: Opened, node: Node, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Make the decision an open business rule task asks for: the variables it brings, and what the log keeps of it.

    `name` is what people call the step. Raises `FlowStuck`, with the decision and the reason, where there is no answer.
    """
    wanted = opened.called or ""
    version = version_for(wanted)
    data: dict[str, Any] = {"node": node.id, "decision": wanted}
    if version is None:
        raise errors.FlowStuck(
            _("“%(node)s”要作决策“%(decision)s”，它没有已发布的版本。您填写的内容没有提交，请联系流程管理员发布它。")
            % {"node": name, "decision": wanted},
            code="unknown_decision",
            data=data,
        )
    data |= {"key": version.definition.key, "version": version.number, "sha256": version.sha256}
    asked = node.decision or Asked()
    try:
        decided = compiled.decisions_of(version.pk, version.sha256).decide(wanted, opened.variables)
        value = decided.mapped(asked.mapping)
    except dmn.DecisionError as error:
        raise errors.FlowStuck(
            _("“%(node)s”作不出决策：%(why)s您填写的内容没有提交，请联系流程管理员。")
            % {"node": name, "why": error.text(get_language() or "zh-hans")},
            code="decision_failed",
            data={**data, "reason": error.code},
        ) from error
    data["rules"] = [
        {"decision": found.decision, "policy": found.hit_policy, "rules": list(found.rules)}
        for found in decided.evaluated
    ]
    return ({asked.variable: value} if asked.variable else {}), data


def version_for(decision: str) -> DefinitionVersion | None:
    """The published version that answers for a decision: the latest one that has it."""
    return (
        DefinitionVersion.objects.filter(
            status=VersionStatus.PUBLISHED, definition__kind=DefinitionKind.DECISION, provides__contains=[decision]
        )
        .select_related("definition")
        .defer("xml", "note")
        .order_by("-published", "-number")
        .first()
    )


def missing(decisions: set[str]) -> set[str]:
    """Those of `decisions` that no published version has. What there is cannot be retired until the transaction ends."""
    if not decisions:
        return set()
    holders = DefinitionVersion.objects.filter(
        status=VersionStatus.PUBLISHED, definition__kind=DefinitionKind.DECISION, provides__overlap=list(decisions)
    )
    # Whoever retires a version holds its definition's row: read what there is only once that is over.
    keys = holders.values_list("definition", flat=True)
    list(Definition.objects.select_for_update().filter(pk__in=list(keys)).order_by("pk").values_list("pk"))
    there = {one for provides in holders.values_list("provides", flat=True) for one in provides}
    return decisions - there


def taken(version: DefinitionVersion) -> Mapping[str, str]:
    """The decisions of `version` that a published version of another definition has already, with that one's key."""
    rows = DefinitionVersion.objects.filter(
        status=VersionStatus.PUBLISHED, definition__kind=DefinitionKind.DECISION, provides__overlap=version.provides
    ).exclude(definition=version.definition_id)
    found: dict[str, str] = {}
    for provides, key in rows.values_list("provides", "definition__key"):
        found |= {one: key for one in provides if one in version.provides}
    return found


def asked_by(node: Node) -> str | None:
    """The decision a node asks by its id; None where it asks none, or an expression says which."""
    if node.kind != "businessRuleTask" or node.called is None or node.called.startswith("="):
        return None
    return node.called


def flows_asking(version: DefinitionVersion) -> list[DefinitionVersion]:
    """The flows that could not go on without `version`: published ones, and retired ones with running cases, that ask a
    decision no other published version has. The definition's row must be locked by this transaction."""
    others = DefinitionVersion.objects.filter(
        status=VersionStatus.PUBLISHED, definition__kind=DefinitionKind.DECISION, provides__overlap=version.provides
    ).exclude(pk=version.pk)
    answered = {one for provides in others.values_list("provides", flat=True) for one in provides}
    only_here = set(version.provides) - answered
    flows = DefinitionVersion.objects.filter(definition__kind=DefinitionKind.FLOW)
    flows = flows.filter(status=VersionStatus.PUBLISHED) | flows.filter(cases__status=PROCESS.NEW)
    return naming(flows.distinct(), only_here, lambda node: {asked} if (asked := asked_by(node)) else frozenset())
