"""Which part of BPMN 2.0 runs: one table, read by the reader and the checker, documented in docs/bpmn-profile.md.

``RUNS``: the engine gives it the meaning of the standard. ``KEPT``: it has no effect on execution; it stays in the file
and, where it draws, in the drawing. ``REFUSED``: a diagram with it cannot be published; the checker names it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Support(StrEnum):
    """What becomes of an element."""

    RUNS = "runs"
    KEPT = "kept"
    REFUSED = "refused"


RUNS, KEPT, REFUSED = Support.RUNS, Support.KEPT, Support.REFUSED

NODES: Final[dict[str, Support]] = {
    "startEvent": RUNS, "endEvent": RUNS, "intermediateCatchEvent": RUNS, "boundaryEvent": RUNS,
    "intermediateThrowEvent": RUNS,
    "task": RUNS, "userTask": RUNS, "manualTask": RUNS, "serviceTask": RUNS, "receiveTask": RUNS,
    "scriptTask": RUNS, "businessRuleTask": RUNS, "subProcess": RUNS, "transaction": RUNS,
    "exclusiveGateway": RUNS, "parallelGateway": RUNS, "inclusiveGateway": RUNS, "eventBasedGateway": RUNS,
    "callActivity": RUNS, "adHocSubProcess": RUNS,
    "sendTask": RUNS, "complexGateway": REFUSED,
}  # fmt: skip
"""Flow nodes by their tag. Events also need their definition in `EVENTS`."""

EVENTS: Final[dict[tuple[str, str], Support]] = {
    ("startEvent", "none"): RUNS,
    ("startEvent", "message"): RUNS,
    ("startEvent", "signal"): RUNS,
    ("startEvent", "timer"): RUNS,
    ("endEvent", "none"): RUNS,
    ("endEvent", "terminate"): RUNS,
    ("endEvent", "error"): RUNS,
    ("endEvent", "escalation"): RUNS,
    ("endEvent", "compensate"): RUNS,
    ("endEvent", "cancel"): RUNS,
    ("endEvent", "message"): RUNS,
    ("endEvent", "signal"): RUNS,
    ("intermediateCatchEvent", "message"): RUNS,
    ("intermediateCatchEvent", "signal"): RUNS,
    ("intermediateCatchEvent", "timer"): RUNS,
    ("intermediateCatchEvent", "conditional"): RUNS,
    ("intermediateCatchEvent", "link"): RUNS,
    ("intermediateThrowEvent", "none"): RUNS,
    ("intermediateThrowEvent", "link"): RUNS,
    ("intermediateThrowEvent", "message"): RUNS,
    ("intermediateThrowEvent", "signal"): RUNS,
    ("intermediateThrowEvent", "escalation"): RUNS,
    ("intermediateThrowEvent", "compensate"): RUNS,
    ("boundaryEvent", "timer"): RUNS,
    ("boundaryEvent", "message"): RUNS,
    ("boundaryEvent", "signal"): RUNS,
    ("boundaryEvent", "conditional"): RUNS,
    ("boundaryEvent", "error"): RUNS,
    ("boundaryEvent", "escalation"): RUNS,
    ("boundaryEvent", "cancel"): RUNS,
    ("boundaryEvent", "compensate"): RUNS,
}
"""Events by tag and definition; what is not listed is refused. Start events of event sub-processes have a table of
their own."""

EVENT_SUB_PROCESS_STARTS: Final[dict[str, Support]] = {
    "timer": RUNS, "message": RUNS, "signal": RUNS, "conditional": RUNS, "error": RUNS, "escalation": RUNS,
}  # fmt: skip
"""What starts an event sub-process, interrupting or not."""

TIMERS: Final[dict[str, Support]] = {"date": RUNS, "duration": RUNS, "cycle": RUNS}

EVENT_DEFINITIONS: Final = frozenset({
    "timer", "message", "signal", "error", "escalation", "terminate", "compensate", "conditional", "cancel", "link",
})  # fmt: skip
"""Event definitions of the standard, by their tag without ``EventDefinition``."""

INSIDE: Final[dict[str, Support]] = {
    "sequenceFlow": RUNS, "laneSet": RUNS, "incoming": RUNS, "outgoing": RUNS, "extensionElements": RUNS,
    "documentation": KEPT, "textAnnotation": KEPT, "association": KEPT, "group": KEPT, "category": KEPT,
    "dataObject": KEPT, "dataObjectReference": KEPT, "dataStoreReference": KEPT, "dataState": KEPT,
    "dataInputAssociation": KEPT, "dataOutputAssociation": KEPT, "ioSpecification": KEPT, "ioBinding": KEPT,
    "property": KEPT, "dataInput": KEPT, "dataOutput": KEPT, "inputSet": KEPT, "outputSet": KEPT,
    "auditing": KEPT, "monitoring": KEPT, "rendering": KEPT, "artifact": KEPT, "supports": KEPT,
    "supportedInterfaceRef": KEPT, "correlationSubscription": KEPT,
    "multiInstanceLoopCharacteristics": RUNS, "standardLoopCharacteristics": RUNS,
    "resourceRole": REFUSED, "performer": REFUSED, "humanPerformer": REFUSED, "potentialOwner": REFUSED,
    "eventDefinitionRef": REFUSED, "script": KEPT, "completionCondition": KEPT, "activationCondition": KEPT,
    "text": KEPT,
}  # fmt: skip
"""What else may stand inside a process, sub-process or flow node."""

TOP: Final[dict[str, Support]] = {
    "process": RUNS, "collaboration": KEPT, "message": RUNS, "signal": RUNS, "error": RUNS, "escalation": RUNS,
    "itemDefinition": KEPT, "dataStore": KEPT, "category": KEPT, "import": KEPT, "interface": KEPT, "extension": KEPT,
    "endPoint": KEPT, "relationship": KEPT, "resource": KEPT, "correlationProperty": KEPT, "documentation": KEPT,
    "extensionElements": KEPT, "choreography": REFUSED, "globalChoreographyTask": REFUSED, "globalTask": REFUSED,
    "globalUserTask": REFUSED, "globalManualTask": REFUSED, "globalScriptTask": REFUSED,
    "globalBusinessRuleTask": REFUSED, "partnerEntity": KEPT, "partnerRole": KEPT, "conversation": KEPT,
    "globalConversation": KEPT,
    **{f"{kind}EventDefinition": KEPT for kind in sorted(EVENT_DEFINITIONS)},
}  # fmt: skip
"""Children of ``definitions``."""

HUMAN: Final = frozenset({"userTask", "manualTask"})
ACTIVITIES: Final = frozenset({
    "task", "userTask", "manualTask", "serviceTask", "receiveTask", "sendTask", "scriptTask", "businessRuleTask",
    "callActivity", "subProcess", "transaction", "adHocSubProcess",
})  # fmt: skip
SUB_PROCESSES: Final = frozenset({"subProcess", "transaction", "adHocSubProcess"})
GATEWAYS: Final = frozenset({
    "exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway",
})  # fmt: skip
EVENT_KINDS: Final = frozenset({
    "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent",
})  # fmt: skip

ZEEBE_REFUSED: Final = frozenset({
    "executionListeners", "taskListeners", "adHoc", "conditionalFilter",
})  # fmt: skip
ZEEBE_KEPT: Final = frozenset({
    "userTask", "taskHeaders", "subscription", "versionTag", "userTaskForm", "properties", "linkedResources",
})  # fmt: skip
"""Zeebe's extension elements that change nothing here; the ``subscription`` of a message is read with the message."""

CAMUNDA_REFUSED: Final = frozenset({
    "executionListener", "taskListener", "eventListener", "connector", "script", "errorEventDefinition",
    "resultVariable", "initiator", "skipExpression", "in", "out", "formRef", "decisionRef", "mapDecisionResult",
    "validators", "mailServer", "customResource", "variableAggregation", "completionCondition", "triggerable",
    "escalationCodeVariable", "errorCodeVariable", "errorMessageVariable", "eventType", "calledElementBinding",
})  # fmt: skip
"""Elements and attributes of Camunda 7, Flowable and Activiti that would change execution; refused by name."""

RESULT_MAPPINGS: Final = frozenset({"singleEntry", "singleResult", "collectEntries", "resultList"})
"""How Camunda 7 hands a decision's result to the flow (``mapDecisionResult``)."""

CAMUNDA_KEPT: Final = frozenset({
    "asyncBefore", "asyncAfter", "async", "asyncLeave", "exclusive", "historyTimeToLive", "versionTag", "jobPriority",
    "taskPriority", "isStartableInTasklist", "candidateStarterUsers", "candidateStarterGroups", "formData",
    "formProperty", "failedJobRetryTimeCycle", "potentialStarter", "field", "variableName", "variableEvents",
    "diagramRelationId", "modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon", "businessCalendarName",
    "category", "formFieldValidation", "localScope", "sameDeployment", "useLocalScopeForResultVariable",
    "description", "topic", "id", "eventActivitiId", "properties", "inputOutput", "noWaitStatesAsyncLeave",
})  # fmt: skip


def of_event(kind: str, definition: str, *, in_event_sub_process: bool = False) -> Support:
    """What becomes of an event of tag `kind` with `definition` (``none`` where it has none)."""
    if in_event_sub_process and kind == "startEvent":
        return EVENT_SUB_PROCESS_STARTS.get(definition, REFUSED)
    return EVENTS.get((kind, definition), REFUSED)
