"""A stored version made ready to be played for nobody, and its recorded plays asked of it. Reads; writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils import timezone

from permissions.errors import ApplicationError
from workflows import bpmn, compiled, deciding, names, rehearsal
from workflows.bpmn.model import Node
from workflows.engine import EngineError, Opened
from workflows.models import DefinitionVersion, FlowTest


class Decider:
    """Makes the decisions of a play by what is published now, as a case would. `reasons` has, by node, why one could not be
    made: the play then waits for somebody to say what comes out."""

    def __init__(self) -> None:
        self.reasons: dict[str, str] = {}

    def __call__(self, opened: Opened, node: Node) -> Mapping[str, Any] | None:
        try:
            brought, _told = deciding.make(opened, node, names.label(node.name) or node.id)
        except ApplicationError as error:
            self.reasons[node.id] = error.message
            return None
        return brought


class Tried(NamedTuple):
    """A recorded play and how it went on a version."""

    test: FlowTest
    verdict: rehearsal.Verdict


def flow_of(version: DefinitionVersion) -> rehearsal.Flow | None:
    """The version, compiled; None where its file cannot be played, as a draft's may be."""
    try:
        parts = compiled.of_version(version.pk, version.sha256)
    except (bpmn.BpmnError, EngineError, StopIteration):
        return None
    return rehearsal.Flow(parts.process, parts.graph)


def tried(version: DefinitionVersion) -> list[Tried]:
    """Every recorded play of the flow on this version, by name. Empty where the version cannot be played at all."""
    tests = list(FlowTest.objects.filter(definition=version.definition_id).order_by("name"))
    flow = flow_of(version) if tests else None
    return [Tried(test, check(flow, test)) for test in tests] if flow is not None else []


def check(flow: rehearsal.Flow, test: FlowTest) -> rehearsal.Verdict:
    """How a recorded play goes on a flow."""
    acts = rehearsal.acts_from_json(test.acts)
    return rehearsal.check(flow, acts, timezone.localtime(test.begins), Decider())
