"""What the rules share: a process seen by scope, and how a problem is said."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from workflows.bpmn import profile
from workflows.bpmn.model import Lane, Node, Problem, Process, SequenceFlow

ERROR: Final = "error"
WARNING: Final = "warning"


@dataclass(frozen=True, slots=True)
class View:
    """A process with what several rules ask for: who lies in which scope, what is attached to what."""

    process: Process
    scopes: tuple[str, ...]
    members: dict[str, list[Node]] = field(default_factory=dict)
    attached: dict[str, list[Node]] = field(default_factory=dict)

    @classmethod
    def of(cls, process: Process) -> View:
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


def say(code: str, node: Node, severity: str = ERROR, **params: str) -> Problem:
    return Problem(code, severity, node.id, node.line, {"name": node.name, "tag": node.kind, **params})


def say_flow(code: str, flow: SequenceFlow, severity: str = ERROR, **params: str) -> Problem:
    return Problem(code, severity, flow.id, flow.line, {"name": flow.name, "tag": "sequenceFlow", **params})
