"""The table of what runs: for each BPMN element the rule a token meets there. A new element is a new entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workflows.bpmn.model import Node

from . import activities, ad_hoc, compensation, gateways, scopes, starting, throwing, timers, waiting
from .errors import EngineError

if TYPE_CHECKING:
    from .marking import Scope, Token
    from .places import Place
    from .play import Enter, Play


@dataclass(frozen=True, slots=True)
class Element:
    """How an element is played.

    `enter` is what happens when a token comes. Where tokens stay there is `begin`, which plays one stay (one instance
    of a multi-instance activity), and what waits has the `kind` of its wait as :class:`Opened` tells it. `scope` is
    whether other nodes stand in it, `empty` what happens when the last token of a scope it carries is gone.
    """

    enter: Enter
    begin: Callable[[Play, Place, Token], None] | None = None
    kind: str = ""
    scope: bool = False
    empty: Callable[[Play, Scope], None] = scopes.end

    @property
    def activity(self) -> bool:
        """Whether it may be repeated and have boundary events."""
        return self.enter is activities.enter


_HUMAN = Element(activities.enter, waiting.begin, "human")
_PASS = Element(activities.enter, activities.begin_and_finish)
_JOB = Element(activities.enter, waiting.begin, "job")
_JOB_EVENT = Element(activities.enter_catch, waiting.begin, "job")
_MESSAGE = Element(activities.enter, waiting.begin, "message")
_SUB_PROCESS = Element(activities.enter, scopes.begin, scope=True)
_START = Element(starting.enter)
_THROW = Element(throwing.enter)
_ERROR_END = Element(throwing.enter_error)
_COMPENSATE = Element(activities.enter_catch, compensation.begin, empty=compensation.go_on)

# (kind of node, kind of its event definition or "")
ELEMENTS: Mapping[tuple[str, str], Element] = {
    ("startEvent", ""): _START,
    ("startEvent", "message"): _START,
    ("startEvent", "signal"): _START,
    ("startEvent", "timer"): _START,
    ("startEvent", "conditional"): _START,
    ("startEvent", "error"): _START,
    ("startEvent", "escalation"): _START,
    ("endEvent", ""): Element(scopes.enter_end),
    ("endEvent", "terminate"): Element(scopes.enter_terminate_end),
    ("endEvent", "message"): _THROW,
    ("endEvent", "signal"): _THROW,
    ("endEvent", "escalation"): _THROW,
    ("endEvent", "error"): _ERROR_END,
    ("endEvent", "compensate"): _COMPENSATE,
    ("endEvent", "cancel"): Element(compensation.enter_cancel_end, compensation.begin_cancel, empty=compensation.go_on),
    ("intermediateThrowEvent", ""): _START,
    ("intermediateThrowEvent", "link"): Element(throwing.enter_link),
    ("intermediateThrowEvent", "message"): _THROW,
    ("intermediateThrowEvent", "signal"): _THROW,
    ("intermediateThrowEvent", "escalation"): _THROW,
    ("intermediateThrowEvent", "compensate"): _COMPENSATE,
    ("task", ""): _PASS,
    ("userTask", ""): _PASS,
    ("manualTask", ""): _PASS,
    ("serviceTask", ""): _JOB,
    ("sendTask", ""): _JOB,
    ("sendTask", "message"): Element(activities.enter, throwing.begin_send),
    ("scriptTask", ""): Element(activities.enter, activities.begin_script),
    ("receiveTask", ""): _MESSAGE,
    ("receiveTask", "message"): _MESSAGE,
    ("businessRuleTask", ""): Element(activities.enter, waiting.begin, "decision"),
    ("callActivity", ""): Element(activities.enter, waiting.begin, "call"),
    ("subProcess", ""): _SUB_PROCESS,
    ("transaction", ""): _SUB_PROCESS,
    ("adHocSubProcess", ""): Element(activities.enter, ad_hoc.begin, scope=True, empty=ad_hoc.look),
    ("exclusiveGateway", ""): Element(gateways.enter_exclusive),
    ("parallelGateway", ""): Element(gateways.enter_parallel),
    ("inclusiveGateway", ""): Element(gateways.enter_inclusive),
    ("eventBasedGateway", ""): Element(gateways.enter_event_based),
    ("intermediateCatchEvent", "message"): Element(activities.enter_catch, waiting.begin, "message"),
    ("intermediateCatchEvent", "signal"): Element(activities.enter_catch, waiting.begin, "signal"),
    ("intermediateCatchEvent", "conditional"): Element(activities.enter_catch, waiting.begin, "condition"),
    ("intermediateCatchEvent", "timer"): Element(activities.enter_catch, timers.begin_catch, "timer"),
    ("intermediateCatchEvent", "link"): _START,
    ("boundaryEvent", "timer"): _START,
    ("boundaryEvent", "message"): _START,
    ("boundaryEvent", "signal"): _START,
    ("boundaryEvent", "conditional"): _START,
    ("boundaryEvent", "error"): _START,
    ("boundaryEvent", "escalation"): _START,
    ("boundaryEvent", "cancel"): _START,
    ("boundaryEvent", "compensate"): _START,
}
_THROWN_BY_A_JOB = frozenset({"endEvent", "intermediateThrowEvent"})


def element_of(node: Node, human_kinds: frozenset[str]) -> Element:
    """The entry for `node`; a kind in `human_kinds` waits for a person, and what names a job type that may is done by
    that job, as in Camunda 8. Raises EngineError ``unsupported``."""
    event = "" if node.event is None else node.event.kind
    element = _HUMAN if node.kind in human_kinds else ELEMENTS.get((node.kind, event))
    if node.job_type is not None and element is not _HUMAN:
        if node.kind in {"sendTask", "scriptTask", "businessRuleTask"}:
            element = _JOB
        elif node.kind in _THROWN_BY_A_JOB and event == "message":
            element = _JOB_EVENT
    if (
        element is None
        or (not element.activity and (node.loop is not None or node.standard_loop is not None))
        or (node.loop is not None and node.standard_loop is not None)
        or (node.standard_loop is not None and node.standard_loop.condition is node.standard_loop.maximum is None)
        or node.more_events
        or (node.triggered_by_event and node.kind != "subProcess")
        or node.instantiates
        or (element.begin is activities.begin_script and node.script is None)
        or (element.kind in {"call", "decision"} and node.called is None)
        or (element.kind == "job" and node.job_type is None and node.kind != "serviceTask")
    ):
        raise EngineError("unsupported", node.id, kind=node.kind, event=event)
    return element
