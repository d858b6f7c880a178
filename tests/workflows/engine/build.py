"""Small processes written as text, and a player that reads like a story.

    process('''
        start begin -> draft
        user draft -> split
        and split -> a, b
        user a -> done
        user b -> done
        end done
    ''')

A line is ``kind name options -> targets``; a target may have a condition (``[x > 1] a``) or be the default (``[else]
a``). Options are ``name=value`` without spaces; see :func:`_options`. Lines indented under a ``sub``
line (or ``event_sub``, ``transaction``, ``adhoc``) are its content.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from workflows.bpmn.model import (
    AdHoc,
    Assignment,
    EventDefinition,
    IoMapping,
    MultiInstance,
    Node,
    Process,
    SequenceFlow,
    StandardLoop,
)
from workflows.engine import (
    AddInstance,
    Cancel,
    Complete,
    Enable,
    ErrorThrown,
    EscalationThrown,
    Event,
    Graph,
    Marking,
    MessageArrived,
    Move,
    Opened,
    RemoveInstance,
    SendBack,
    SignalArrived,
    Start,
    Step,
    TimerFired,
    VariablesSet,
    advance,
)

KINDS = {
    "start": ("startEvent", None),
    "end": ("endEvent", None),
    "terminate": ("endEvent", EventDefinition("terminate")),
    "user": ("userTask", None),
    "manual": ("manualTask", None),
    "task": ("task", None),
    "service": ("serviceTask", None),
    "receive": ("receiveTask", None),
    "sub": ("subProcess", None),
    "xor": ("exclusiveGateway", None),
    "and": ("parallelGateway", None),
    "or": ("inclusiveGateway", None),
    "catch": ("intermediateCatchEvent", None),
    "boundary": ("boundaryEvent", None),
    "throw": ("intermediateThrowEvent", None),
    "events": ("eventBasedGateway", None),
    "send": ("sendTask", None),
    "script": ("scriptTask", None),
    "call": ("callActivity", None),
    "rule": ("businessRuleTask", None),
    "transaction": ("transaction", None),
    "adhoc": ("adHocSubProcess", None),
    "event_sub": ("subProcess", None),
}
_WAY = re.compile(r"(?:\[(?P<condition>[^\]]*)\]\s*)?(?P<target>\w+)")
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


def process(text: str, **changes: Mapping[str, Any]) -> Process:
    """The process that `text` draws; `changes` replace fields of the nodes they name."""
    nodes: dict[str, Node] = {}
    ways: list[tuple[str, str, str | None]] = []
    scopes = [(-1, "process")]
    for line in filter(str.strip, text.splitlines()):
        indent = len(line) - len(line.lstrip())
        while indent <= scopes[-1][0]:
            scopes.pop()
        head, _, arrows = line.partition("->")
        kind, name, *options = head.split()
        tag, event = KINDS[kind]
        nodes[name] = replace(_options(Node(name, tag, scopes[-1][1], event=event), options), **changes.get(name, {}))
        ways += [(name, way["target"], way["condition"]) for way in _WAY.finditer(arrows)]
        if kind == "event_sub":
            nodes[name] = replace(nodes[name], triggered_by_event=True)
        if kind in {"sub", "event_sub", "transaction", "adhoc"}:
            scopes.append((indent, name))
    flows = {}
    for number, (source, target, condition) in enumerate(ways, 1):
        flow = SequenceFlow(f"f{number}", source, target, condition=None if condition == "else" else condition)
        flows[flow.id] = flow
        default = flow.id if condition == "else" else nodes[source].default
        nodes[source] = replace(nodes[source], outgoing=(*nodes[source].outgoing, flow.id), default=default)
        nodes[target] = replace(nodes[target], incoming=(*nodes[target].incoming, flow.id))
    return Process("process", "", nodes, flows, {})


def _options(node: Node, options: list[str]) -> Node:
    for option in options:
        name, _, value = option.partition("=")
        match name:
            case "on":
                node = replace(node, attached_to=value)
            case "beside":
                node = replace(node, attached_to=value, interrupting=False)
            case "message" | "signal" | "link":
                node = replace(node, event=EventDefinition(name, name=value))
            case "key":
                assert node.event is not None
                node = replace(node, event=replace(node.event, correlation=value))
            case "error" | "escalation":
                node = replace(node, event=EventDefinition(name, code=value or None))
            case "when":
                node = replace(node, event=EventDefinition("conditional", expression=value))
            case "cancel":
                node = replace(node, event=EventDefinition("cancel"))
            case "compensate":
                node = replace(node, event=EventDefinition(name, activity=value or None))
            case "by":
                node = replace(node, event=EventDefinition("compensate"), compensates_with=value)
            case "undo":
                node = replace(node, for_compensation=True)
            case "aside":
                node = replace(node, interrupting=False)
            case "again" | "first" | "most":
                field = {"again": "condition", "first": "test_before", "most": "maximum"}[name]
                loop_ = node.standard_loop or StandardLoop()
                node = replace(node, standard_loop=replace(loop_, **{field: value or True}))
            case "computes":
                target, _, source = value.partition(":")
                node = replace(node, script=IoMapping(source, target))
            case "complete" | "in_turn" | "waits":
                field = {"complete": "completion_condition", "in_turn": "sequential", "waits": "cancel_remaining"}[name]
                ad_hoc = replace(node.ad_hoc or AdHoc(), **{field: value or name == "in_turn"})
                node = replace(node, ad_hoc=ad_hoc)
            case "called" | "binding":
                node = replace(node, **{name: value})
            case "after" | "at" | "every":
                kind = {"after": "duration", "at": "date", "every": "cycle"}[name]
                node = replace(node, event=EventDefinition("timer", timer_kind=kind, expression=f'"{value}"'))
            case "times" | "times_in_turn":
                node = replace(node, loop=MultiInstance(name != "times", cardinality=value))
            case "each" | "each_in_turn":
                element, _, collection = value.partition(":")
                loop = MultiInstance(name != "each", collection=collection, element_variable=element)
                node = replace(node, loop=loop)
            case "until":
                assert node.loop is not None
                node = replace(node, loop=replace(node.loop, completion_condition=value))
            case "results":
                assert node.loop is not None
                collection, _, element = value.partition(":")
                node = replace(node, loop=replace(node.loop, output_collection=collection, output_element=element))
            case "in" | "out":
                target, _, source = value.partition(":")
                field = "inputs" if name == "in" else "outputs"
                node = replace(node, **{field: (*getattr(node, field), IoMapping(source, target))})
            case "assignee" | "candidate_groups" | "candidate_users" | "due" | "priority":
                node = replace(node, assignment=replace(node.assignment or Assignment(), **{name: value}))
            case "lane" | "job_type":
                node = replace(node, **{name: value})
            case _:
                raise ValueError(option)
    return node


class Play:
    """A case under way. It saves and reloads its marking after every step, so each test also proves the JSON."""

    def __init__(self, drawing: str | Process | Graph, **variables: Any) -> None:
        if isinstance(drawing, str):
            drawing = process(drawing)
        self.graph = drawing if isinstance(drawing, Graph) else Graph.of(drawing)
        self.marking = Marking()
        self.variables: Mapping[str, Any] = variables
        self.now = MONDAY
        self.open: dict[int, Opened] = {}
        self.timers: dict[int, datetime] = {}
        self.steps: list[Step] = []
        self.events: list[tuple[Event, datetime]] = []

    def start(self, **where: Any) -> Play:
        return self.send(Start(**where))

    def complete(self, node: str, **variables: Any) -> Play:
        """Complete the oldest open token at `node`."""
        return self.send(Complete(self.token(node), variables))

    def message(self, name: str, **variables: Any) -> Play:
        return self.send(MessageArrived(name, variables))

    def keyed(self, name: str, correlation: str, **variables: Any) -> Play:
        """A message that comes with a correlation key."""
        return self.send(MessageArrived(name, variables, correlation))

    def signal(self, name: str, **variables: Any) -> Play:
        return self.send(SignalArrived(name, variables))

    def set(self, **variables: Any) -> Play:
        return self.send(VariablesSet(variables))

    def enable(self, node: str, host: int = 0) -> Play:
        return self.send(Enable(node, host))

    def fail(self, node: str, code: str, **variables: Any) -> Play:
        return self.send(ErrorThrown(self.token(node), code, variables))

    def escalate(self, node: str, code: str) -> Play:
        return self.send(EscalationThrown(self.token(node), code))

    def cancel(self) -> Play:
        return self.send(Cancel())

    def move(self, to: str = "", *cancel: str, **more: Any) -> Play:
        """Cancel the oldest tokens at these nodes, and begin before `to` where it is given."""
        tokens = tuple(map(self.token, cancel))
        return self.send(Move(before=(to,) if to else (), cancel=tokens, **more))

    def send_back(self, node: str, to: str, again: str = "run", by: str | None = None) -> Play:
        return self.send(SendBack(self.token(node), to, again, by))

    def add(self, node: str, *users: str, where: str = "parallel", by: str | None = None) -> Play:
        return self.send(AddInstance(self.token(node), users, where, by))

    def remove(self, node: str, nth: int = 0) -> Play:
        tokens = [token for token, opened in sorted(self.open.items()) if opened.node == node]
        return self.send(RemoveInstance(tokens[nth]))

    def pass_time(self, **amount: float) -> Play:
        """Let time pass and fire what became due, in order."""
        until = self.now + timedelta(**amount)
        while due := [(at, timer) for timer, at in self.timers.items() if at <= until]:
            self.now, timer = min(due)
            self.send(TimerFired(timer))
        self.now = until
        return self

    def send(self, event: Event) -> Play:
        step = advance(self.graph, self.marking, event, now=self.now, variables=self.variables)
        if isinstance(event, TimerFired):
            del self.timers[event.timer]
        self.steps.append(step)
        self.events.append((event, self.now))
        self.marking = Marking.from_json(step.marking.to_json())
        self.variables = step.variables
        self.open |= {opened.token: opened for opened in step.opened}
        for token in (*step.completed, *step.cancelled):
            del self.open[token]
        self.timers |= {timer.id: timer.due for timer in step.timers_set}
        for id_ in step.timers_cleared:
            del self.timers[id_]
        return self

    def token(self, node: str) -> int:
        return next(token for token, opened in sorted(self.open.items()) if opened.node == node)

    @property
    def step(self) -> Step:
        return self.steps[-1]

    @property
    def at(self) -> list[str]:
        """The nodes of the open tokens, sorted."""
        return sorted(opened.node for opened in self.open.values())

    @property
    def opened(self) -> Opened:
        """What the last step opened, where that was one thing."""
        (opened,) = self.step.opened
        return opened

    @property
    def opened_kinds(self) -> list[str]:
        return sorted(opened.kind for opened in self.step.opened)

    @property
    def ended(self) -> bool:
        return self.marking.ended
