"""Rules of events: what each kind of event needs to make sense where it stands."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.bpmn.model import EventDefinition, Node, Problem

from .view import WARNING, View, say


def event_details(view: View, node: Node) -> Iterator[Problem]:
    for event in (node.event, *node.more_events):
        if event is not None:
            yield from _reference_rules(node, event)
            yield from _cancel_rules(view, node, event)
            yield from _compensation_rules(view, node, event)


def _reference_rules(node: Node, event: EventDefinition) -> Iterator[Problem]:
    throws = node.kind in {"endEvent", "intermediateThrowEvent"}
    carried = throws and event.kind == "message" and node.job_type  # then the job says what is sent, as in Camunda 8
    if event.kind in {"message", "signal"} and not event.name and not carried:
        if event.reference is None:
            yield say("event_reference_missing", node, event=event.kind)
        else:
            yield say("event_name_missing", node, event=event.kind, reference=event.reference)
    if event.kind in {"error", "escalation"} and throws and not event.code:
        yield say("event_code_missing", node, event=event.kind)
    if event.kind == "conditional" and event.expression is None:
        yield say("condition_missing", node)


def _cancel_rules(view: View, node: Node, event: EventDefinition) -> Iterator[Problem]:
    if event.kind != "cancel":
        return
    around = view.process.nodes.get(node.attached_to or "") or view.process.nodes.get(node.scope)
    if around is None or around.kind != "transaction":
        yield say("cancel_outside_transaction", node)
    elif node.kind == "endEvent" and not any(
        other.event is not None and other.event.kind == "cancel" for other in view.attached.get(around.id, ())
    ):
        yield say("cancel_uncaught", node)


def uncaught_error(view: View, node: Node) -> Iterator[Problem]:
    event = node.event
    if node.kind != "endEvent" or event is None or event.kind != "error":
        return
    thrower, scope = node.id, node.scope
    while True:
        subs = [sub for sub in view.members.get(scope, ()) if sub.triggered_by_event and sub.id != thrower]
        catches = [start for sub in subs for start in view.members.get(sub.id, ()) if start.kind == "startEvent"]
        for other in (*catches, *view.attached.get(scope, ())):
            if other.event is not None and other.event.kind == "error" and other.event.code in {None, event.code}:
                return
        around = view.process.nodes.get(scope)
        if around is None:
            yield say("error_uncaught", node, WARNING)
            return
        thrower, scope = scope, around.scope


def _compensation_rules(view: View, node: Node, event: EventDefinition) -> Iterator[Problem]:
    if event.kind != "compensate":
        return
    if event.activity is not None:
        named, scope = view.process.nodes.get(event.activity), view.process.nodes.get(node.scope)
        seen = {node.scope, scope.scope if scope is not None and scope.triggered_by_event else node.scope}
        if named is None:
            yield say("dangling_reference", node, reference=event.activity, attribute="activityRef")
        elif named.scope not in seen:
            yield say("compensation_out_of_sight", node, reference=named.name or named.id)
    handler = view.process.nodes.get(node.compensates_with or "")
    if node.kind == "boundaryEvent" and (handler is None or not handler.for_compensation):
        yield say("compensation_handler_missing", node)
