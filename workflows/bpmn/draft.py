"""A flow node while it is being read."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType

from .deadline.model import Deadline, Reminder
from .form.model import FormField
from .model import (
    NO_TEXTS,
    AdHoc,
    Assignment,
    Decision,
    EventDefinition,
    IoMapping,
    MultiInstance,
    Node,
    Publication,
    StandardLoop,
)


@dataclass(slots=True)
class NodeDraft:
    """What has been read of a node so far; `node` makes the frozen value of it."""

    id: str
    kind: str
    scope: str
    name: str
    line: int
    default: str | None = None
    attached_to: str | None = None
    interrupting: bool = True
    triggered_by_event: bool = False
    for_compensation: bool = False
    instantiates: bool = False
    called: str | None = None
    form: str | None = None
    job_type: str | None = None
    events: list[EventDefinition] = field(default_factory=list)
    loop: MultiInstance | None = None
    standard_loop: StandardLoop | None = None
    inputs: list[IoMapping] = field(default_factory=list)
    outputs: list[IoMapping] = field(default_factory=list)
    assignment: dict[str, str] = field(default_factory=dict)
    loop_fields: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    documentation: str = ""
    incoming: list[str] = field(default_factory=list)
    outgoing: list[str] = field(default_factory=list)
    lane: str | None = None
    compensates_with: str | None = None
    script: IoMapping | None = None
    ad_hoc: AdHoc | None = None
    binding: str = "latest"
    passes_all: bool = True
    returns_all: bool = True
    decision: Decision | None = None
    publication: Publication | None = None
    fields: tuple[FormField, ...] = ()
    deadline: Deadline | None = None
    reminders: tuple[Reminder, ...] = ()

    def node(self) -> Node:
        """The finished node."""
        return Node(
            id=self.id,
            kind=self.kind,
            scope=self.scope,
            name=self.name,
            line=self.line,
            incoming=tuple(self.incoming),
            outgoing=tuple(self.outgoing),
            default=self.default,
            event=self.events[0] if self.events else None,
            attached_to=self.attached_to,
            interrupting=self.interrupting,
            triggered_by_event=self.triggered_by_event,
            loop=self.loop,
            assignment=Assignment(**self.assignment) if self.assignment else None,
            form=self.form,
            job_type=self.job_type,
            inputs=tuple(self.inputs),
            outputs=tuple(self.outputs),
            properties=MappingProxyType(dict(self.properties)) if self.properties else NO_TEXTS,
            lane=self.lane,
            documentation=self.documentation,
            more_events=tuple(self.events[1:]),
            standard_loop=self.standard_loop,
            called=self.called,
            for_compensation=self.for_compensation,
            compensates_with=self.compensates_with,
            instantiates=self.instantiates,
            script=self.script,
            ad_hoc=self.ad_hoc,
            binding=self.binding,
            passes_all=self.passes_all,
            returns_all=self.returns_all,
            decision=self.decision,
            publication=self.publication,
            fields=self.fields,
            deadline=self.deadline,
            reminders=self.reminders,
        )
