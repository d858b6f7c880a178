"""Whether a diagram can be published: every rule is a small generator in one of the three tables at the end."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from workflows import feel

from . import profile
from .expressions import shortened
from .model import Document, EventDefinition, Lane, Node, Problem, Process, SequenceFlow
from .reader import read
from .source import BpmnError

ERROR: Final = "error"
WARNING: Final = "warning"
_CHOOSING: Final = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})
_ESCALATES: Final = profile.SUB_PROCESSES | profile.HUMAN | {"callActivity"}
_TYPED_STARTS: Final = frozenset({"timer", "message", "signal", "error", "escalation", "conditional", "compensate"})


def check(document: Document) -> tuple[Problem, ...]:
    """Everything there is to say about `document`: what the reader met, what the engine does not run, what is broken.

    Errors come first, each group in the order of the lines. A document without an error can be published.
    """
    found: dict[tuple[str, str | None, int, str], Problem] = {}
    for problem in _all(document):
        detail = problem.params.get("tag", "") + problem.params.get("reference", "") + problem.params.get("flow", "")
        found.setdefault((problem.code, problem.element, problem.line, detail), problem)
    return tuple(sorted(found.values(), key=lambda problem: (problem.severity != ERROR, problem.line)))


def inspect(xml: bytes | str) -> tuple[Document | None, tuple[Problem, ...]]:
    """`read` and `check` in one; the document is None where the bytes cannot be read at all. Never raises."""
    try:
        document = read(xml)
    except BpmnError as error:
        return None, error.problems
    return document, check(document)


def _all(document: Document) -> Iterator[Problem]:
    yield from document.problems
    yield from _expressions(document)
    if not document.processes:
        yield Problem("no_process", ERROR, None, 0)
    for process in document.processes:
        view = _View.of(process)
        for node in process.nodes.values():
            for node_rule in NODE_RULES:
                yield from node_rule(view, node)
        for flow in process.flows.values():
            for flow_rule in FLOW_RULES:
                yield from flow_rule(view, flow)
        for scope in view.scopes:
            for scope_rule in SCOPE_RULES:
                yield from scope_rule(view, scope)
        yield from _process_rules(process)
    yield from _drawing(document)


@dataclass(frozen=True, slots=True)
class _View:
    """A process with what several rules ask for: who lies in which scope, what is attached to what."""

    process: Process
    scopes: tuple[str, ...]
    members: dict[str, list[Node]] = field(default_factory=dict)
    attached: dict[str, list[Node]] = field(default_factory=dict)

    @classmethod
    def of(cls, process: Process) -> _View:
        members: dict[str, list[Node]] = defaultdict(list)
        attached: dict[str, list[Node]] = defaultdict(list)
        subs = [node.id for node in process.nodes.values() if node.kind in profile.SUB_PROCESSES]
        for node in process.nodes.values():
            members[node.scope].append(node)
            if node.attached_to:
                attached[node.attached_to].append(node)
        return cls(process, (process.id, *subs), members, attached)

    def outgoing(self, node: Node) -> list[SequenceFlow]:
        return [self.process.flows[flow] for flow in node.outgoing]

    def lane_role(self, node: Node) -> str | None:
        here: Node | None = node
        while here is not None:
            lane: Lane | None = self.process.lanes.get(here.lane or "")
            while lane is not None:
                if lane.role:
                    return lane.role
                lane = self.process.lanes.get(lane.parent or "")
            here = self.process.nodes.get(here.scope)
        return None


def _say(code: str, node: Node, severity: str = ERROR, **params: str) -> Problem:
    return Problem(code, severity, node.id, node.line, {"name": node.name, "tag": node.kind, **params})


def _say_flow(code: str, flow: SequenceFlow, severity: str = ERROR, **params: str) -> Problem:
    return Problem(code, severity, flow.id, flow.line, {"name": flow.name, "tag": "sequenceFlow", **params})


def _expressions(document: Document) -> Iterator[Problem]:
    for expression in document.expressions:
        try:
            feel.parse(expression.source)
        except feel.FeelSyntaxError as error:
            yield Problem(
                "bad_expression",
                ERROR,
                expression.element,
                expression.line,
                {
                    "name": document.names.get(expression.element, ""),
                    "what": expression.what,
                    "expression": shortened(expression.source),
                    "position": str(error.position + 1),
                    "reason": error.text("zh-hans"),
                    "reason@en": error.text("en"),
                },
            )


# What the engine runs


def _supported(view: _View, node: Node) -> Iterator[Problem]:
    # An event is told by what it waits for or throws.
    if node.kind not in profile.EVENT_KINDS and profile.NODES.get(node.kind, profile.REFUSED) is profile.REFUSED:
        yield _say("unsupported_element", node)
    if node.triggered_by_event and node.kind != "subProcess":
        yield _say("unsupported_element", node, tag="eventSubProcess")
    if node.standard_loop is not None and (node.loop is not None or node.kind not in profile.ACTIVITIES):
        yield _say("unsupported_element", node, tag="standardLoopCharacteristics")
    if node.instantiates:
        yield _say("unsupported_element", node, tag="instantiate")


def _supported_event(view: _View, node: Node) -> Iterator[Problem]:
    if node.kind not in profile.EVENT_KINDS:
        return
    if node.loop is not None:
        yield _say("unsupported_element", node, tag="multiInstanceLoopCharacteristics")
    if node.more_events:
        yield _say("several_event_definitions", node)
    kind = node.event.kind if node.event is not None else "none"
    scope = view.process.nodes.get(node.scope)
    in_event_sub_process = scope is not None and scope.triggered_by_event
    if profile.of_event(node.kind, kind, in_event_sub_process=in_event_sub_process) is profile.REFUSED:
        if node.kind == "boundaryEvent" and kind == "none":
            yield _say("event_definition_missing", node)
        else:
            yield _say("unsupported_event", node, event=kind)
    elif node.event is not None and profile.TIMERS.get(node.event.timer_kind or "") is profile.REFUSED:
        yield _say("unsupported_event", node, event="timeCycle")


# Nodes on their own


def _event_details(view: _View, node: Node) -> Iterator[Problem]:
    for event in (node.event, *node.more_events):
        if event is not None:
            yield from _reference_rules(node, event)
            yield from _cancel_rules(view, node, event)
            yield from _compensation_rules(view, node, event)


def _reference_rules(node: Node, event: EventDefinition) -> Iterator[Problem]:
    throws = node.kind in {"endEvent", "intermediateThrowEvent"}
    if event.kind in {"message", "signal"} and not event.name:
        if event.reference is None:
            yield _say("event_reference_missing", node, event=event.kind)
        else:
            yield _say("event_name_missing", node, event=event.kind, reference=event.reference)
    if event.kind in {"error", "escalation"} and throws and not event.code:
        yield _say("event_code_missing", node, event=event.kind)
    if event.kind == "conditional" and event.expression is None:
        yield _say("condition_missing", node)


def _cancel_rules(view: _View, node: Node, event: EventDefinition) -> Iterator[Problem]:
    if event.kind != "cancel":
        return
    around = view.process.nodes.get(node.attached_to or "") or view.process.nodes.get(node.scope)
    if around is None or around.kind != "transaction":
        yield _say("cancel_outside_transaction", node)
    elif node.kind == "endEvent" and not any(
        other.event is not None and other.event.kind == "cancel" for other in view.attached.get(around.id, ())
    ):
        yield _say("cancel_uncaught", node)


def _uncaught_error(view: _View, node: Node) -> Iterator[Problem]:
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
            yield _say("error_uncaught", node, WARNING)
            return
        thrower, scope = scope, around.scope


def _compensation_rules(view: _View, node: Node, event: EventDefinition) -> Iterator[Problem]:
    if event.kind != "compensate":
        return
    if event.activity is not None:
        named, scope = view.process.nodes.get(event.activity), view.process.nodes.get(node.scope)
        seen = {node.scope, scope.scope if scope is not None and scope.triggered_by_event else node.scope}
        if named is None:
            yield _say("dangling_reference", node, reference=event.activity, attribute="activityRef")
        elif named.scope not in seen:
            yield _say("compensation_out_of_sight", node, reference=named.name or named.id)
    handler = view.process.nodes.get(node.compensates_with or "")
    if node.kind == "boundaryEvent" and (handler is None or not handler.for_compensation):
        yield _say("compensation_handler_missing", node)


def _boundary(view: _View, node: Node) -> Iterator[Problem]:
    if node.kind != "boundaryEvent":
        return
    host = view.process.nodes.get(node.attached_to or "")
    if host is None or host.scope != node.scope or host.kind not in profile.ACTIVITIES:
        yield _say("boundary_not_attached", node, reference=node.attached_to or "")
    elif node.event is not None and node.event.kind == "escalation" and host.kind not in _ESCALATES:
        yield _say("escalation_not_thrown", node)


def _activity(view: _View, node: Node) -> Iterator[Problem]:
    if node.kind == "serviceTask" and not node.job_type:
        yield _say("job_type_missing", node)
    if node.kind == "scriptTask" and node.script is None:
        yield _say("script_missing", node)
    if node.kind == "userTask" and not node.name:
        yield _say("name_missing", node, WARNING)
    if node.kind == "userTask" and view.lane_role(node) is None:
        who = node.assignment
        if who is None or not (who.assignee or who.candidate_groups or who.candidate_users):
            yield _say("nobody_assigned", node, WARNING)
    if node.loop is not None and node.loop.cardinality is None and node.loop.collection is None:
        yield _say("loop_without_count", node)
    loop = node.standard_loop
    if loop is not None and loop.condition is None and loop.maximum is None:
        yield _say("loop_without_end", node)


def _lengths(view: _View, node: Node) -> Iterator[Problem]:
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
            yield _say("name_too_long", node, text=shortened(text), limit=str(limit))


def _outgoing(view: _View, node: Node) -> Iterator[Problem]:
    if node.default is not None and node.default not in node.outgoing:
        yield _say("default_unknown", node, reference=node.default)
    quiet = node.kind == "endEvent" or node.for_compensation or node.triggered_by_event
    compensates = node.event is not None and node.event.kind == "compensate" and node.kind == "boundaryEvent"
    links = node.event is not None and node.event.kind == "link" and node.kind == "intermediateThrowEvent"
    scope = view.process.nodes.get(node.scope)
    ad_hoc = scope is not None and scope.kind == "adHocSubProcess"
    if not (node.outgoing or quiet or compensates or links or ad_hoc):
        yield _say("gateway_leads_nowhere" if node.kind in profile.GATEWAYS else "implicit_end", node, WARNING)


def _gateway(view: _View, node: Node) -> Iterator[Problem]:
    outgoing = view.outgoing(node)
    if node.kind not in profile.GATEWAYS or not outgoing:
        return
    if len(node.incoming) > 1 and len(outgoing) > 1:
        yield _say("gateway_joins_and_splits", node, WARNING)
    if len(node.incoming) == 1 and len(outgoing) == 1:
        yield _say("gateway_superfluous", node, WARNING)
    if node.kind == "exclusiveGateway" and len(outgoing) > 1:
        bare = [flow for flow in outgoing if flow.condition is None and flow.id != node.default]
        # The last flow without a condition can be taken; anything behind an earlier one cannot.
        for flow in bare:
            last = len(bare) == 1 and flow is outgoing[-1]
            yield _say_flow("choice_without_condition", flow, WARNING if last else ERROR, gateway=node.name or node.id)
    if node.kind not in _CHOOSING:
        for flow in outgoing:
            if flow.condition is not None:
                severity = ERROR if node.kind == "eventBasedGateway" else WARNING
                yield _say_flow("condition_ignored", flow, severity, gateway=node.name or node.id)
    if node.kind == "eventBasedGateway":
        if len(outgoing) < 2:
            yield _say("event_gateway_too_few", node)
        for flow in outgoing:
            target = view.process.nodes.get(flow.target)
            if target is None:
                continue
            if len(target.incoming) > 1:
                yield _say("event_gateway_target_shared", target)
            if target.kind not in {"intermediateCatchEvent", "receiveTask"} or view.attached.get(target.id):
                yield _say("event_gateway_target", target)


def _splits_silently(view: _View, node: Node) -> Iterator[Problem]:
    if node.kind in profile.GATEWAYS:
        return
    free = [flow for flow in view.outgoing(node) if flow.condition is None and flow.id != node.default]
    if len(free) > 1:
        yield _say("implicit_split", node, WARNING)


# Flows


def _ends(view: _View, flow: SequenceFlow) -> Iterator[Problem]:
    nodes = view.process.nodes
    for attribute, identifier in (("sourceRef", flow.source), ("targetRef", flow.target)):
        if not identifier:
            yield _say_flow("flow_end_missing", flow, attribute=attribute)
        elif identifier not in nodes:
            yield _say_flow("dangling_reference", flow, reference=identifier, attribute=attribute)
    source, target = nodes.get(flow.source), nodes.get(flow.target)
    if source is not None and target is not None and source.scope != target.scope:
        yield _say_flow("flow_crosses_scopes", flow)
    if source is not None and (source.kind == "endEvent" or source.triggered_by_event):
        yield _say_flow("flow_from_end", flow, reference=source.name or source.id)
    if target is not None and (target.kind in {"startEvent", "boundaryEvent"} or target.triggered_by_event):
        yield _say_flow("flow_into_start", flow, reference=target.name or target.id)
    for node in (source, target):
        if node is not None and node.for_compensation:
            yield _say("flow_at_compensation", node)


def _default_condition(view: _View, flow: SequenceFlow) -> Iterator[Problem]:
    source = view.process.nodes.get(flow.source)
    if source is not None and source.default == flow.id and flow.condition is not None:
        yield _say_flow("default_with_condition", flow)


# Scopes: the process and its sub-processes


def _starts(view: _View, scope: str) -> Iterator[Problem]:
    members = view.members.get(scope, [])
    owner = view.process.nodes.get(scope)
    starts = [node for node in members if node.kind == "startEvent"]
    plain = [node for node in starts if node.event is None]
    if owner is not None and owner.kind == "adHocSubProcess":
        for node in members:
            if node.kind in {"startEvent", "endEvent"}:
                yield _say("ad_hoc_start_or_end", node)
        return
    if not starts and owner is None:
        params = {"name": view.process.name, "tag": "process"}
        yield Problem("no_start_event", ERROR, view.process.id, view.process.line, params)
    elif not starts and owner is not None and members:
        # The standard starts every node nothing leads to (BPMN 2.0 §13.3.4).
        runs = owner.kind == "subProcess" and not owner.triggered_by_event
        runs = runs and any(_begins(node) for node in members)
        yield _say("implicit_start", owner, WARNING) if runs else _say("no_start_event", owner)
    for extra in plain[1:]:
        yield _say("several_start_events", extra)
    if owner is not None and owner.triggered_by_event:
        for node in starts:
            if node.event is None or node.event.kind not in _TYPED_STARTS:
                yield _say("event_sub_process_start", node)
        for extra in starts[1:]:
            yield _say("event_sub_process_starts", extra)
    elif owner is not None:
        for node in starts:
            if node.event is not None:
                yield _say("typed_start_in_sub_process", node)


def _reachable(view: _View, scope: str) -> Iterator[Problem]:
    members = {node.id: node for node in view.members.get(scope, [])}
    owner = view.process.nodes.get(scope)
    if owner is not None and owner.kind == "adHocSubProcess":
        return
    starting = [
        node.id
        for node in members.values()
        if node.kind == "startEvent" or node.triggered_by_event or node.for_compensation or _catches_link(node)
    ]
    if not any(node.kind == "startEvent" for node in members.values()):
        if owner is None:
            return  # already told as a missing start event
        starting += [node.id for node in members.values() if _begins(node)]
    seen: set[str] = set()
    while starting:
        identifier = starting.pop()
        if identifier in seen or identifier not in members:
            continue
        seen.add(identifier)
        node = members[identifier]
        starting += [flow.target for flow in view.outgoing(node)]
        starting += [event.id for event in view.attached.get(identifier, ())]
        if node.compensates_with:
            starting.append(node.compensates_with)
    for node in members.values():
        if node.id not in seen and not (node.kind == "boundaryEvent" and node.attached_to not in members):
            yield _say("unreachable", node, WARNING)


def _begins(node: Node) -> bool:
    return not node.incoming and node.kind != "boundaryEvent"


def _catches_link(node: Node) -> bool:
    return node.kind == "intermediateCatchEvent" and node.event is not None and node.event.kind == "link"


def _link_targets(view: _View, scope: str) -> Iterator[Problem]:
    events = [node for node in view.members.get(scope, []) if node.event is not None and node.event.kind == "link"]
    targets = Counter(node.event.name for node in events if node.event is not None and _catches_link(node))
    met: set[str | None] = set()
    for node in events:
        assert node.event is not None  # noqa: S101  filtered above
        name = node.event.name
        if _catches_link(node):
            if name in met:
                yield _say("link_target_twice", node, reference=name or "")
            met.add(name)
        elif not targets[name]:
            yield _say("link_without_target", node, reference=name or "")


def _duplicate_flows(view: _View, scope: str) -> Iterator[Problem]:
    met: set[tuple[str, str, str | None]] = set()
    for node in view.members.get(scope, []):
        for flow in view.outgoing(node):
            key = (flow.source, flow.target, flow.condition)
            if key in met:
                yield _say_flow("duplicate_flow", flow, WARNING)
            met.add(key)


def _rival_catches(view: _View, scope: str) -> Iterator[Problem]:
    """Two events that would answer to the same error, escalation or compensation of one scope or activity."""
    catches: dict[str, list[Node]] = defaultdict(list)
    for node in view.members.get(scope, []):
        if node.kind == "boundaryEvent":
            catches[f"on {node.attached_to}"].append(node)
        elif node.triggered_by_event:
            catches["inside"] += [child for child in view.members.get(node.id, []) if child.kind == "startEvent"]
    for rivals in catches.values():
        met: set[tuple[str, str | None]] = set()
        for node in rivals:
            if node.event is None or node.event.kind not in {"error", "escalation", "compensate", "cancel"}:
                continue
            kind, code = node.event.kind, node.event.code
            # An escalation event without a code answers to every code.
            every_code = kind == "escalation" and (
                (kind, None) in met or (code is None and any(other == kind for other, _ in met))
            )
            if every_code or (kind, code) in met:
                yield _say("event_caught_twice", node, event=kind)
            met.add((kind, code))


def _process_rules(process: Process) -> Iterator[Problem]:
    if not process.executable:
        params = {"name": process.name, "tag": "process"}
        yield Problem("not_executable", WARNING, process.id, process.line, params)


def _drawing(document: Document) -> Iterator[Problem]:
    if not document.processes:
        return
    if not document.shapes:
        yield Problem("no_drawing", WARNING, None, 0)
        return
    for process in document.processes:
        for node in process.nodes.values():
            if node.id not in document.shapes:
                yield _say("not_drawn", node, WARNING)
        for flow in process.flows.values():
            if flow.id not in document.edges:
                yield _say_flow("not_drawn", flow, WARNING)
        for lane in process.lanes.values():
            if lane.id not in document.shapes:
                yield Problem("not_drawn", WARNING, lane.id, lane.line, {"name": lane.name, "tag": "lane"})
    for participant in document.participants:
        if participant.id not in document.shapes:
            params = {"name": participant.name, "tag": "participant"}
            yield Problem("not_drawn", WARNING, participant.id, participant.line, params)


NODE_RULES: Final[tuple[Callable[[_View, Node], Iterator[Problem]], ...]] = (
    _supported, _supported_event, _event_details, _uncaught_error, _boundary, _activity, _lengths, _outgoing, _gateway,
    _splits_silently,
)  # fmt: skip
FLOW_RULES: Final[tuple[Callable[[_View, SequenceFlow], Iterator[Problem]], ...]] = (_ends, _default_condition)
SCOPE_RULES: Final[tuple[Callable[[_View, str], Iterator[Problem]], ...]] = (
    _starts, _reachable, _link_targets, _duplicate_flows, _rival_catches,
)  # fmt: skip
