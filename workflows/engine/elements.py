"""The table of what runs: for each BPMN element the rule a token meets there. A new element is a new entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workflows.bpmn.model import Node

from . import activities, gateways, scopes, starting, timers, waiting
from .errors import EngineError

if TYPE_CHECKING:
    from .graph import Place
    from .marking import Token
    from .play import Enter, Play


@dataclass(frozen=True, slots=True)
class Element:
    """How an element is played.

    `enter` is what happens when a token comes. Where tokens stay there is `begin`, which plays one stay (one instance
    of a multi-instance activity), and what waits has the `kind` of its wait as :class:`Opened` tells it.
    """

    enter: Enter
    begin: Callable[[Play, Place, Token], None] | None = None
    kind: str = ""

    @property
    def activity(self) -> bool:
        """Whether it may be multi-instance and have boundary events."""
        return self.enter is activities.enter


_HUMAN = Element(activities.enter, waiting.begin, "human")
_PASS = Element(activities.enter, activities.begin_and_finish)
_MESSAGE = Element(activities.enter, waiting.begin, "message")

# (kind of node, kind of its event definition or "")
ELEMENTS: Mapping[tuple[str, str], Element] = {
    ("startEvent", ""): Element(starting.enter),
    ("startEvent", "message"): Element(starting.enter),
    ("endEvent", ""): Element(scopes.enter_end),
    ("endEvent", "terminate"): Element(scopes.enter_terminate_end),
    ("task", ""): _PASS,
    ("userTask", ""): _PASS,
    ("manualTask", ""): _PASS,
    ("serviceTask", ""): Element(activities.enter, waiting.begin, "job"),
    ("receiveTask", ""): _MESSAGE,
    ("receiveTask", "message"): _MESSAGE,
    ("subProcess", ""): Element(activities.enter, scopes.begin),
    ("exclusiveGateway", ""): Element(gateways.enter_exclusive),
    ("parallelGateway", ""): Element(gateways.enter_parallel),
    ("inclusiveGateway", ""): Element(gateways.enter_inclusive),
    ("intermediateCatchEvent", "message"): Element(activities.enter_catch, waiting.begin, "message"),
    ("intermediateCatchEvent", "timer"): Element(activities.enter_catch, timers.begin_catch, "timer"),
    ("boundaryEvent", "timer"): Element(starting.enter),
    ("boundaryEvent", "message"): Element(starting.enter),
}


def element_of(node: Node, human_kinds: frozenset[str]) -> Element:
    """The entry for `node`; a kind in `human_kinds` waits for a person. Raises EngineError ``unsupported``."""
    event = "" if node.event is None else node.event.kind
    element = _HUMAN if node.kind in human_kinds else ELEMENTS.get((node.kind, event))
    if (
        element is None
        or (node.loop is not None and not element.activity)
        or node.standard_loop is not None
        or node.more_events
        or node.triggered_by_event
        or node.for_compensation
        or node.instantiates
    ):
        raise EngineError("unsupported", node.id, kind=node.kind, event=event)
    return element
