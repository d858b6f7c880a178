"""A stored version made ready to be played for nobody, and its recorded plays asked of it. Reads; writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from permissions.errors import ApplicationError
from workflows import bpmn, calls, compiled, deciding, handlers, names, rehearsal
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


def house_of(version: DefinitionVersion, decider: Decider | None = None) -> rehearsal.House:
    """The house as a version has it: decisions by what is published, votes by the rules in force, calls answered by the version a
    case would call."""
    return rehearsal.House(decider or Decider(), _counted, _caller(version.pk))


def _counted(opened: Opened, rule: str, votes: Mapping[str, rehearsal.Votes]) -> rehearsal.Counted | None:
    ballots = handlers.ballots_on(opened.message)
    return ballots.count(rule, votes) if ballots is not None else None


def _caller(version_id: int) -> Callable[[Opened], rehearsal.Called | None]:
    def call(opened: Opened) -> rehearsal.Called | None:
        found = calls.version_for(opened, version_id)
        flow = flow_of(found) if found is not None else None
        if found is None or flow is None:
            return None
        name = _("%(flow)s 第 %(number)s 版") % {"flow": found.definition.label, "number": found.number}
        return rehearsal.Called(flow, name, rehearsal.House(Decider(), _counted, _caller(found.pk)))

    return call


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
    return [Tried(test, _check(version, flow, test)) for test in tests] if flow is not None else []


def _check(version: DefinitionVersion, flow: rehearsal.Flow, test: FlowTest) -> rehearsal.Verdict:
    acts = rehearsal.acts_from_json(test.acts)
    return rehearsal.check(flow, acts, timezone.localtime(test.begins), house_of(version))
