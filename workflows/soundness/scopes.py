"""A process taken apart: each process and sub-process for itself, with everything data decides left open.

Scopes meet only where a sub-process begins, ends, is interrupted or throws, so each is explored alone and stands in the
one around it as a single step. A tenth of a diagram has a tenth of the tokens, and what is explored adds up instead of
multiplying.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from workflows.bpmn import profile
from workflows.bpmn.model import EventDefinition, Node, Process, SequenceFlow

_STEP: Final = "userTask"  # what waits until somebody outside says that it is done
_OUTSIDE: Final = frozenset({"timer", "message", "signal", "conditional"})
_QUIET: Final = frozenset({"task", "receiveTask", "scriptTask"})  # what throws no error of its own
_LEAVES: Final = frozenset({"error", "cancel"})
_THROWN: Final = frozenset({"error", "escalation"})
ANY: Final = "*"
"""Stands for an error or escalation of a code that only an event without a code catches."""


@dataclass(frozen=True, slots=True)
class Part:
    """One scope of a process, ready to explore.

    `process` has its nodes alone: activities are single steps, what happens by itself (timers, messages, signals,
    conditions) is a signal of the event's own id, an end that leaves the scope is a terminating one and stands in
    `leaves`. `owner` is the sub-process it is the inside of, None for the process itself. `starts` are the events it can
    begin at, one each time; empty where it begins at whatever nothing leads to. `happens` are the boundary and
    start events that may happen, with what they belong to ("" for the scope). `throwers` are the steps something may be
    thrown by, and `codes` what may be, by the kind. `clocks` are the events that wait for a time, `data` those that
    wait for a condition. `aside` are the nodes that only what does not interrupt leads to: two tokens there are meant.
    """

    process: Process
    owner: str | None
    starts: tuple[str, ...]
    leaves: frozenset[str]
    happens: Mapping[str, str]
    once: frozenset[str]
    throwers: frozenset[str]
    codes: Mapping[str, tuple[str, ...]]
    clocks: frozenset[str]
    data: frozenset[str]
    aside: frozenset[str]


def parts(process: Process, *, glued: bool = True) -> Iterator[Part]:
    """The scopes of `process`, the outer ones first.

    The content of ad-hoc sub-processes is left out: people choose what happens there. `glued` lets a step that follows
    another and nothing else happen together with it, which changes no verdict (a token before it can go no other way).
    """
    inside: dict[str, list[Node]] = {}
    for node in process.nodes.values():
        inside.setdefault(node.scope, []).append(node)
    ahead: list[Node | None] = [None]
    while ahead:
        owner = ahead.pop(0)
        members = inside.get(process.id if owner is None else owner.id, [])
        ahead += [node for node in members if node.kind in profile.SUB_PROCESSES and node.kind != "adHocSubProcess"]
        if members:
            yield _Cut(process, owner, members, inside, glued).part()


class _Cut:
    def __init__(
        self, process: Process, owner: Node | None, members: list[Node], inside: dict[str, list[Node]], glued: bool
    ) -> None:
        self._process = process
        self._owner = owner
        self._inside = inside
        self._glued = glued
        self._members = {node.id: node for node in members if not _for_compensation(node)}
        self._events = {
            sub.id: start
            for sub in members
            if sub.triggered_by_event
            for start in inside.get(sub.id, ())
            if start.kind == "startEvent" and start.event is not None and start.event.kind != "compensate"
        }
        self._hosts = {node.attached_to for node in members if node.attached_to is not None}
        self._leaves: set[str] = set()
        self._nodes: dict[str, Node] = {}
        self._flows: dict[str, SequenceFlow] = {}

    def part(self) -> Part:
        for flow in self._process.flows.values():
            if flow.source in self._members and flow.target in self._members:
                self._flows[flow.id] = flow if flow.condition is None else replace(flow, condition="true")
        for node in self._members.values():
            if node.triggered_by_event:
                if node.id in self._events:
                    self._listen(node)
            else:
                self._put(self._abstract(node), self._process.id)
        boundaries = [node for node in self._members.values() if node.kind == "boundaryEvent"]
        starts = [node for node in self._members.values() if node.kind == "startEvent"]
        happens = {node.id: node.attached_to or "" for node in boundaries if self._may_happen(node)}
        happens |= {start.id: "" for start in self._events.values() if start.event and start.event.kind in _OUTSIDE}
        waiting = [*self._members.values(), *self._events.values()]
        return Part(
            process=Process(self._process.id, self._process.name, self._nodes, self._flows, {}),
            owner=None if self._owner is None else self._owner.id,
            starts=tuple(node.id for node in starts),
            leaves=frozenset(self._leaves),
            happens=happens,
            once=frozenset(node.id for node in (*boundaries, *self._events.values()) if not _interrupts(node)),
            throwers=frozenset(node.id for node in self._members.values() if self._throws(node)),
            codes={kind: self._codes(kind) for kind in sorted(_THROWN)},
            clocks=frozenset(node.id for node in waiting if node.event is not None and node.event.kind == "timer"),
            data=frozenset(node.id for node in waiting if node.event is not None and node.event.kind == "conditional"),
            aside=self._aside(),
        )

    # --- nodes ---------------------------------------------------------------------------------------------------

    def _put(self, node: Node, scope: str) -> None:
        flows = self._flows
        self._nodes[node.id] = Node(
            id=node.id,
            kind=node.kind,
            scope=scope,
            line=node.line,
            incoming=tuple(flow for flow in node.incoming if flow in flows),
            outgoing=tuple(flow for flow in node.outgoing if flow in flows),
            default=node.default if node.default in flows else None,
            event=node.event,
            attached_to=node.attached_to,
            interrupting=node.interrupting,
            triggered_by_event=node.triggered_by_event,
        )

    def _abstract(self, node: Node) -> Node:
        kind, event = node.kind, node.event
        if kind in profile.ACTIVITIES:
            if kind != "receiveTask":
                kind = "task" if self._glued and self._follows(node) else _STEP
            event = None
        elif event is None or event.kind in {"link", "terminate"}:
            pass
        elif event.kind == "compensate":  # waits until all is undone
            kind, event = _STEP, None
        elif kind == "startEvent":
            event = None
        elif kind == "endEvent":
            if event.kind == "cancel" or (event.kind == "error" and not self._caught_here(event)):
                self._leaves.add(node.id)
                event = EventDefinition("terminate")
            elif event.kind not in _THROWN:
                event = None
        elif kind == "intermediateThrowEvent":
            event = event if event.kind == "escalation" else None
        elif event.kind in _OUTSIDE or event.kind == "cancel":
            event = EventDefinition("signal", name=node.id)
        return replace(node, kind=kind, event=event)

    def _listen(self, sub: Node) -> None:
        """An event sub-process: its start event, and one step that stands for all that follows."""
        start = self._events[sub.id]
        assert start.event is not None  # noqa: S101  # else it would not be among the events
        event = start.event if start.event.kind in _THROWN else EventDefinition("signal", name=start.id)
        step, flow = f"{sub.id}/", f"{sub.id}/flow"
        self._put(sub, self._process.id)
        self._flows[flow] = SequenceFlow(flow, start.id, step)
        self._put(replace(start, event=event, incoming=(), outgoing=(flow,), default=None), sub.id)
        self._put(Node(step, _STEP, sub.id, incoming=(flow,)), sub.id)

    def _follows(self, node: Node) -> bool:
        """Whether the step stands right behind another one, and nowhere else."""
        if len(node.incoming) != 1 or node.incoming[0] not in self._flows or node.id in self._hosts:
            return False
        before = self._members[self._flows[node.incoming[0]].source]
        return before.kind in profile.ACTIVITIES and len(before.outgoing) == 1 and not before.triggered_by_event

    # --- events --------------------------------------------------------------------------------------------------

    def _caught_here(self, event: EventDefinition) -> bool:
        caught = [start.event for start in self._events.values() if start.event is not None]
        return any(other.kind == event.kind and other.code in {None, "", event.code} for other in caught)

    def _may_happen(self, boundary: Node) -> bool:
        event, host = boundary.event, self._members.get(boundary.attached_to or "")
        if event is None or host is None or event.kind == "compensate":
            return False
        if event.kind == "cancel":
            return any(node.event is not None and node.event.kind == "cancel" for node in self._all_inside(host))
        return event.kind in _OUTSIDE

    def _throws(self, node: Node) -> bool:
        if node.kind not in profile.SUB_PROCESSES:
            return node.kind in profile.ACTIVITIES and node.kind not in _QUIET
        return any(
            (inner.kind in profile.ACTIVITIES and inner.kind not in _QUIET | profile.SUB_PROCESSES)
            or (inner.kind in {"endEvent", "intermediateThrowEvent"} and inner.event and inner.event.kind in _THROWN)
            for inner in self._all_inside(node)
        )

    def _all_inside(self, node: Node) -> Iterator[Node]:
        ahead = [node.id]
        while ahead:
            for inner in self._inside.get(ahead.pop(), ()):
                ahead.append(inner.id)
                yield inner

    def _codes(self, kind: str) -> tuple[str, ...]:
        catches = [node for node in self._members.values() if node.kind == "boundaryEvent"]
        catches += self._events.values()
        found = {node.event.code or ANY for node in catches if node.event is not None and node.event.kind == kind}
        return tuple(sorted(found))

    def _aside(self) -> frozenset[str]:
        """What is reached only by way of events that do not interrupt."""
        members = self._members.values()
        main = [node.id for node in members if node.kind == "startEvent"]
        main = main or [node.id for node in members if not node.incoming and node.kind != "boundaryEvent"]
        main += [node.id for node in members if node.kind == "intermediateCatchEvent" and _links(node)]
        seen: set[str] = set()
        attached: dict[str, list[str]] = {}
        for node in self._members.values():
            if node.attached_to is not None and _interrupts(node):
                attached.setdefault(node.attached_to, []).append(node.id)
        while main:
            here = main.pop()
            if here not in seen:
                seen.add(here)
                main += [self._flows[flow].target for flow in self._members[here].outgoing if flow in self._flows]
                main += attached.get(here, ())
        aside = self._members.keys() - seen
        # What does not interrupt may begin again while it still runs; so may an event sub-process as a whole
        return frozenset(aside | self._events.keys())


def _links(node: Node) -> bool:
    return node.event is not None and node.event.kind == "link"


def _interrupts(node: Node) -> bool:
    return node.interrupting or (node.event is not None and node.event.kind in _LEAVES)


def _for_compensation(node: Node) -> bool:
    compensates = node.event is not None and node.event.kind == "compensate" and node.kind == "boundaryEvent"
    return node.for_compensation or compensates
