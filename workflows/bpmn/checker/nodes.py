"""Rules of a node on its own: does the engine run it, and is it put together as its kind asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from workflows.bpmn import profile
from workflows.bpmn.deadline.model import MAX_REMINDERS
from workflows.bpmn.expressions import shortened
from workflows.bpmn.model import Node, Problem

from .view import ERROR, WARNING, View, say, say_flow

_CHOOSING: Final = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})
_BINDING: Final = re.compile(r"latest|deployment|version:[1-9][0-9]{0,8}|versionTag:.+")
_ESCALATES: Final = profile.SUB_PROCESSES | profile.HUMAN | {"callActivity"}


def supported(view: View, node: Node) -> Iterator[Problem]:
    # An event is told by what it waits for or throws.
    if node.kind not in profile.EVENT_KINDS and profile.NODES.get(node.kind, profile.REFUSED) is profile.REFUSED:
        yield say("unsupported_element", node)
    if node.triggered_by_event and node.kind != "subProcess":
        yield say("unsupported_element", node, tag="eventSubProcess")
    if node.standard_loop is not None and (node.loop is not None or node.kind not in profile.ACTIVITIES):
        yield say("unsupported_element", node, tag="standardLoopCharacteristics")
    if node.instantiates:
        yield say("unsupported_element", node, tag="instantiate")


def supported_event(view: View, node: Node) -> Iterator[Problem]:
    if node.kind not in profile.EVENT_KINDS:
        return
    if node.loop is not None:
        yield say("unsupported_element", node, tag="multiInstanceLoopCharacteristics")
    if node.more_events:
        yield say("several_event_definitions", node)
    kind = node.event.kind if node.event is not None else "none"
    scope = view.process.nodes.get(node.scope)
    in_event_sub_process = scope is not None and scope.triggered_by_event
    if profile.of_event(node.kind, kind, in_event_sub_process=in_event_sub_process) is profile.REFUSED:
        if node.kind == "boundaryEvent" and kind == "none":
            yield say("event_definition_missing", node)
        else:
            yield say("unsupported_event", node, event=kind)
    elif node.event is not None and profile.TIMERS.get(node.event.timer_kind or "") is profile.REFUSED:
        yield say("unsupported_event", node, event="timeCycle")


def own_page(view: View, node: Node) -> Iterator[Problem]:
    if node.form and node.fields:
        yield say("fields_beside_form", node, form=node.form)


def in_time(view: View, node: Node) -> Iterator[Problem]:
    due = node.assignment is not None and node.assignment.due is not None
    if due and node.deadline is not None:
        yield say("deadline_twice", node)
    if node.reminders and not due and node.deadline is None:
        yield say("reminder_without_due", node)
    if len(node.reminders) > MAX_REMINDERS or sum(one.times > 0 for one in node.reminders) > 1:
        yield say("reminder_too_many", node, limit=str(MAX_REMINDERS))


def boundary(view: View, node: Node) -> Iterator[Problem]:
    if node.kind != "boundaryEvent":
        return
    host = view.process.nodes.get(node.attached_to or "")
    if host is None or host.scope != node.scope or host.kind not in profile.ACTIVITIES:
        yield say("boundary_not_attached", node, reference=node.attached_to or "")
    elif node.event is not None and node.event.kind == "escalation" and host.kind not in _ESCALATES:
        yield say("escalation_not_thrown", node)


def activity(view: View, node: Node) -> Iterator[Problem]:
    if node.kind == "serviceTask" and not node.job_type:
        yield say("job_type_missing", node)
    if node.kind == "businessRuleTask":
        yield from _decision(node)
    if node.kind == "sendTask" and node.event is None and not node.job_type:
        yield say("event_reference_missing", node, event="message")
    if node.kind == "scriptTask" and node.script is None:
        yield say("script_missing", node)
    if node.kind == "callActivity":
        if node.called is None:
            yield say("called_missing", node)
        if not _BINDING.fullmatch(node.binding):
            yield say("binding_unknown", node, binding=node.binding)
    if node.kind == "userTask" and not node.name:
        yield say("name_missing", node, WARNING)
    if node.kind == "userTask" and view.lane_role(node) is None:
        who = node.assignment
        if who is None or not (who.assignee or who.candidate_groups or who.candidate_users):
            yield say("nobody_assigned", node, WARNING)
    if node.loop is not None and node.loop.cardinality is None and node.loop.collection is None:
        yield say("loop_without_count", node)
    loop = node.standard_loop
    if loop is not None and loop.condition is None and loop.maximum is None:
        yield say("loop_without_end", node)


def _decision(node: Node) -> Iterator[Problem]:
    """A business rule task asks a decision or has a job, and not both."""
    if node.called is None and not node.job_type:
        yield say("decision_missing", node)
    elif node.called is not None and node.job_type:
        yield say("decision_and_job", node)
    elif node.decision is not None and not node.decision.variable:
        yield say("decision_result_unused", node, WARNING)


def lengths(view: View, node: Node) -> Iterator[Problem]:
    """What a task of this node is stored with must fit: its name, form, job type, message and lane."""
    lane = view.process.lanes.get(node.lane or "")
    limits = (
        (node.name, 300),
        (node.form, 120),
        (node.job_type, 200),
        (node.event.name if node.event is not None else None, 200),
        (lane.name if lane is not None else None, 200),
    )
    for text, limit in limits:
        if text is not None and len(text) > limit:
            yield say("name_too_long", node, text=shortened(text), limit=str(limit))


def outgoing(view: View, node: Node) -> Iterator[Problem]:
    if node.default is not None and node.default not in node.outgoing:
        yield say("default_unknown", node, reference=node.default)
    quiet = node.kind == "endEvent" or node.for_compensation or node.triggered_by_event
    compensates = node.event is not None and node.event.kind == "compensate" and node.kind == "boundaryEvent"
    links = node.event is not None and node.event.kind == "link" and node.kind == "intermediateThrowEvent"
    scope = view.process.nodes.get(node.scope)
    ad_hoc = scope is not None and scope.kind == "adHocSubProcess"
    if not (node.outgoing or quiet or compensates or links or ad_hoc):
        yield say("gateway_leads_nowhere" if node.kind in profile.GATEWAYS else "implicit_end", node, WARNING)


def gateway(view: View, node: Node) -> Iterator[Problem]:
    outgoing = view.outgoing(node)
    if node.kind not in profile.GATEWAYS or not outgoing:
        return
    if len(node.incoming) > 1 and len(outgoing) > 1:
        yield say("gateway_joins_and_splits", node, WARNING)
    if len(node.incoming) == 1 and len(outgoing) == 1:
        yield say("gateway_superfluous", node, WARNING)
    if node.kind == "exclusiveGateway" and len(outgoing) > 1:
        bare = [flow for flow in outgoing if flow.condition is None and flow.id != node.default]
        # The last flow without a condition can be taken; anything behind an earlier one cannot.
        for flow in bare:
            last = len(bare) == 1 and flow is outgoing[-1]
            yield say_flow("choice_without_condition", flow, WARNING if last else ERROR, gateway=node.name or node.id)
    if node.kind not in _CHOOSING:
        for flow in outgoing:
            if flow.condition is not None:
                severity = ERROR if node.kind == "eventBasedGateway" else WARNING
                yield say_flow("condition_ignored", flow, severity, gateway=node.name or node.id)
    if node.kind == "eventBasedGateway":
        if len(outgoing) < 2:
            yield say("event_gateway_too_few", node)
        for flow in outgoing:
            target = view.process.nodes.get(flow.target)
            if target is None:
                continue
            if len(target.incoming) > 1:
                yield say("event_gateway_target_shared", target)
            if target.kind not in {"intermediateCatchEvent", "receiveTask"} or view.attached.get(target.id):
                yield say("event_gateway_target", target)


def splits_silently(view: View, node: Node) -> Iterator[Problem]:
    if node.kind in profile.GATEWAYS:
        return
    free = [flow for flow in view.outgoing(node) if flow.condition is None and flow.id != node.default]
    if len(free) > 1:
        yield say("implicit_split", node, WARNING)
