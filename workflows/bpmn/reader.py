"""From an XML tree to a `Document`: one table from element tag to the function that reads it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from lxml import etree

from . import profile
from .diagram import read_diagram
from .draft import NodeDraft
from .expressions import Converter, Place
from .extensions import Extensions
from .model import (
    AdHoc,
    Document,
    EventDefinition,
    Lane,
    MultiInstance,
    Participant,
    Problem,
    Process,
    SequenceFlow,
    StandardLoop,
)
from .namespaces import MODEL, SANGONG, display, split
from .source import line_of, parse, refuse

Element = etree._Element

# What the tables of cases and tasks have room for.
MAX_ID: Final = 200
_TRUE: Final = frozenset({"true", "1"})
_TIMER_KINDS: Final = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}
_REFERENCES: Final = {
    "message": ("messageRef", "message"),
    "signal": ("signalRef", "signal"),
    "error": ("errorRef", "error"),
    "escalation": ("escalationRef", "escalation"),
}


def read(xml: bytes | str) -> Document:
    """The document of a BPMN 2.0 file, given as its bytes or as text that has been decoded already.

    Raises `BpmnError` where the bytes are no XML, too large, too deep, hostile, or no BPMN definitions. Everything else
    that is wrong is told by `Document.problems`, with element and line, so that the whole file can be checked at once.
    """
    root = parse(xml)
    if root.tag != f"{{{MODEL}}}definitions":
        raise refuse("not_bpmn", line_of(root), tag=display(str(root.tag))[:80])
    return _Reader(root).document()


@dataclass(slots=True)
class _Contents:
    """What a process holds, over all its scopes, while it is being read."""

    id: str
    name: str
    executable: bool
    line: int
    nodes: dict[str, NodeDraft]
    flows: dict[str, SequenceFlow]
    lanes: dict[str, Lane]


class _Reader:
    def __init__(self, root: Element) -> None:
        self._root = root
        self._problems: list[Problem] = []
        languages = f"{root.get('expressionLanguage', '')} {root.get('typeLanguage', '')}"
        self._convert = Converter(languages)
        self._extensions = Extensions(self._convert, self._problems)
        self._names: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        self._seen: dict[str, str] = {}
        self._globals: dict[tuple[str, str], Element] = {}
        self._associations: list[tuple[str, str]] = []
        self._generated = 0
        self._contents: _Contents | None = None

    def document(self) -> Document:
        self._read_ids()
        participants: list[Participant] = []
        processes: list[Process] = []
        for child in _children(self._root):
            namespace, tag = split(str(child.tag))
            if namespace != MODEL:
                continue
            support = profile.TOP.get(tag, profile.REFUSED)
            if support is profile.REFUSED:
                self._unsupported(child, tag)
            elif tag == "process":
                processes.append(self._process(child))
            elif tag == "collaboration":
                participants += self._participants(child)
        shapes, edges, planes, drawn = read_diagram(self._root)
        return Document(
            processes=tuple(processes),
            shapes=MappingProxyType(shapes),
            edges=MappingProxyType(edges),
            names=MappingProxyType(self._names),
            texts=MappingProxyType(self._texts),
            participants=tuple(participants),
            expressions=tuple(self._convert.expressions),
            problems=(*self._problems, *self._convert.problems, *drawn),
            planes=planes,
        )

    # ids and what is declared once for the whole file

    def _read_ids(self) -> None:
        for element in self._root.iter(f"{{{MODEL}}}*"):
            identifier, tag = element.get("id"), split(str(element.tag))[1]
            if not identifier:
                continue
            if len(identifier) > MAX_ID:
                raise refuse("id_too_long", line_of(element), id=f"{identifier[:20]}…", limit=str(MAX_ID))
            if identifier in self._seen:
                self._problem("duplicate_id", element, id=identifier)
                continue
            self._seen[identifier] = tag
            if element.get("name"):
                self._names[identifier] = element.get("name") or ""
            if element.getparent() is self._root:
                self._globals[tag, identifier] = element
        for element in _children(self._root):
            tag = split(str(element.tag))[1]
            if tag in {"message", "signal", "error", "escalation", "process"} and not element.get("id"):
                self._problem("missing_id", element, tag=tag)

    def _participants(self, collaboration: Element) -> Iterator[Participant]:
        for child in _children(collaboration):
            if child.tag == f"{{{MODEL}}}participant":
                process = _reference(child.get("processRef"))
                if process and self._seen.get(process) != "process":
                    self._problem("dangling_reference", child, reference=process, attribute="processRef")
                    process = None
                yield Participant(child.get("id") or self._new_id(), child.get("name") or "", process, line_of(child))
            else:
                self._artifact(child)

    # processes and what they hold

    def _process(self, element: Element) -> Process:
        identifier = element.get("id") or self._new_id()
        name = element.get("name") or ""
        # The attribute is optional and older tools leave it out of what they run.
        executable = _flag(element, "isExecutable", True)
        contents = _Contents(identifier, name, executable, line_of(element), {}, {}, {})
        self._contents = contents
        self._associations.clear()
        self._extensions.plain(element, identifier, name)
        # A queue, not recursion: a file may nest sub-processes as deep as XML allows.
        pending: deque[tuple[Element, str]] = deque([(element, identifier)])
        while pending:
            holder, scope = pending.popleft()
            for child in _children(holder):
                draft = self._inside(child, scope)
                if draft is not None and draft.kind in profile.SUB_PROCESSES:
                    pending.append((child, draft.id))
        self._connect(contents)
        return Process(
            id=identifier,
            name=name,
            nodes=MappingProxyType({key: draft.node() for key, draft in contents.nodes.items()}),
            flows=MappingProxyType(contents.flows),
            lanes=MappingProxyType(contents.lanes),
            executable=contents.executable,
            line=contents.line,
            version_tag=self._extensions.version_tag(element),
        )

    def _inside(self, element: Element, scope: str) -> NodeDraft | None:
        namespace, tag = split(str(element.tag))
        if namespace != MODEL:
            return None
        if tag in profile.NODES:
            return self._node(element, tag, scope)
        read = _CONTENTS.get(tag)
        if read is not None:
            read(self, element)
        elif tag.endswith("EventDefinition") or tag in _LOOPS:
            pass  # of a sub-process or event, read with its node
        elif profile.INSIDE.get(tag, profile.REFUSED) is profile.REFUSED:
            self._unsupported(element, tag)
        return None

    def _node(self, element: Element, tag: str, scope: str) -> NodeDraft:
        contents = self._of()
        identifier = element.get("id")
        draft = NodeDraft(
            id=identifier or self._new_id(),
            kind=tag,
            scope=scope,
            name=(element.get("name") or "").strip(),
            line=line_of(element),
            default=_reference(element.get("default")),
            attached_to=_reference(element.get("attachedToRef")),
            interrupting=_flag(element, "cancelActivity", True) and _flag(element, "isInterrupting", True),
            triggered_by_event=_flag(element, "triggeredByEvent", False),
            for_compensation=_flag(element, "isForCompensation", False),
            instantiates=_flag(element, "instantiate", False),
            called=_reference(element.get("calledElement")),
        )
        if not identifier:
            self._problem("missing_id", element, tag=tag)
        self._extensions.node(element, draft)
        for child in _children(element):
            self._node_child(child, draft)
        if tag in {"receiveTask", "sendTask"} and (reference := element.get("messageRef")):
            draft.events.append(self._referring(element, draft, "message", reference))
        if tag == "adHocSubProcess":
            draft.ad_hoc = self._ad_hoc(element, draft)
        if draft.id not in contents.nodes:
            contents.nodes[draft.id] = draft
        return draft

    def _node_child(self, child: Element, draft: NodeDraft) -> None:
        namespace, tag = split(str(child.tag))
        if namespace != MODEL:
            return
        if tag == "documentation":
            draft.documentation = "\n".join(filter(None, (draft.documentation, (child.text or "").strip())))
        elif tag in _LOOPS:
            _LOOPS[tag](self, child, draft)
        elif tag.endswith("EventDefinition"):
            self._event_definition(child, tag.removesuffix("EventDefinition"), draft)
        elif draft.kind in profile.SUB_PROCESSES:
            return  # read as the contents of its own scope
        elif profile.INSIDE.get(tag, profile.REFUSED) is profile.REFUSED:
            self._unsupported(child, tag, draft)

    # events

    def _event_definition(self, element: Element, kind: str, draft: NodeDraft) -> None:
        line = line_of(element)
        if kind not in profile.EVENT_DEFINITIONS:
            self._unsupported(element, split(str(element.tag))[1], draft)
        elif kind == "timer":
            draft.events.append(self._timer(element, draft))
        elif kind == "conditional":
            source = None
            for condition in element.iterchildren(f"{{{MODEL}}}condition"):
                place = Place(draft.id, draft.name, "condition", line_of(condition))
                source = self._convert.condition(condition.text, place, language=condition.get("language"))
            draft.events.append(EventDefinition("conditional", expression=source, line=line))
        elif kind in _REFERENCES:
            if kind in {"message", "signal"}:
                self._extensions.node(element, draft)  # Camunda 7's family names here the handler that sends
            attribute, _ = _REFERENCES[kind]
            reference = element.get(attribute)
            draft.events.append(
                self._referring(element, draft, kind, reference) if reference else EventDefinition(kind, line=line)
            )
        else:
            activity = _reference(element.get("activityRef"))
            draft.events.append(EventDefinition(kind, name=element.get("name"), activity=activity, line=line))

    def _timer(self, element: Element, draft: NodeDraft) -> EventDefinition:
        line = line_of(element)
        found = [child for child in _children(element) if split(str(child.tag))[1] in _TIMER_KINDS]
        if len(found) != 1:
            self._problem("timer_incomplete", element, draft)
            return EventDefinition("timer", line=line)
        tag = split(str(found[0].tag))[1]
        kind = _TIMER_KINDS[tag]
        place = Place(draft.id, draft.name, tag, line_of(found[0]))
        source = self._convert.timer(kind, found[0].text, place)
        return EventDefinition("timer", timer_kind=kind, expression=source, line=line)

    def _referring(self, element: Element, draft: NodeDraft, kind: str, reference: str) -> EventDefinition:
        attribute, tag = _REFERENCES[kind]
        target = _reference(reference) or ""
        line = line_of(element)
        declared = self._globals.get((tag, target))
        if declared is None and kind == "error":
            # Camunda 7's family lets the attribute hold the error's code itself.
            return EventDefinition(kind, name=target, code=target, reference=target, line=line)
        if declared is None:
            self._problem("dangling_reference", element, draft, reference=target, attribute=attribute)
            return EventDefinition(kind, reference=target, line=line)
        name = (declared.get("name") or "").strip() or None
        if kind == "message" and name and (name.startswith("=") or "${" in name):
            self._problem("computed_name", declared, draft, text=name)
        code = (declared.get("errorCode") or declared.get("escalationCode") or "").strip() or None
        correlation = self._extensions.correlation(declared, draft) if kind == "message" else None
        return EventDefinition(kind, name=name, code=code, reference=target, line=line, correlation=correlation)

    # repetition

    def _multi_instance(self, element: Element, draft: NodeDraft) -> None:
        draft.loop_fields = {}
        self._extensions.loop(element, draft)
        for child in _children(element):
            tag = split(str(child.tag))[1]
            place = Place(draft.id, draft.name, tag, line_of(child))
            text = (child.text or "").strip()
            if tag in {"loopCardinality", "completionCondition"}:
                source = self._convert.condition(text, place, language=child.get("language"))
                if source is not None:
                    draft.loop_fields["cardinality" if tag == "loopCardinality" else "completion_condition"] = source
            elif tag == "loopDataInputRef" and (variable := self._convert.variable(text, place)):
                draft.loop_fields.setdefault("collection", variable)
            elif tag == "loopDataOutputRef" and text:
                draft.loop_fields.setdefault("output_collection", text)
            elif tag == "inputDataItem" and (variable := _variable_of(child)):
                draft.loop_fields.setdefault("element_variable", variable)
            elif tag == "outputDataItem" and (variable := _variable_of(child)):
                draft.loop_fields.setdefault("output_element", variable)
            elif tag in {"noneBehaviorEventRef", "oneBehaviorEventRef", "complexBehaviorDefinition"}:
                self._unsupported(child, tag, draft)
        draft.loop = MultiInstance(
            sequential=_flag(element, "isSequential", False), line=line_of(element), **draft.loop_fields
        )

    def _standard_loop(self, element: Element, draft: NodeDraft) -> None:
        source = None
        for child in element.iterchildren(f"{{{MODEL}}}loopCondition"):
            place = Place(draft.id, draft.name, "loopCondition", line_of(child))
            source = self._convert.condition(child.text, place, language=child.get("language"))
        place = Place(draft.id, draft.name, "loopMaximum", line_of(element))
        maximum = self._convert.number(element.get("loopMaximum"), place, zeebe=True)
        draft.standard_loop = StandardLoop(source, _flag(element, "testBefore", False), maximum, line_of(element))

    def _ad_hoc(self, element: Element, draft: NodeDraft) -> AdHoc:
        source = None
        for child in element.iterchildren(f"{{{MODEL}}}completionCondition"):
            place = Place(draft.id, draft.name, "completionCondition", line_of(child))
            source = self._convert.condition(child.text, place, language=child.get("language"))
        sequential = element.get("ordering", "").strip() == "Sequential"
        return AdHoc(sequential, source, _flag(element, "cancelRemainingInstances", True))

    # flows, lanes, artifacts

    def _sequence_flow(self, element: Element) -> None:
        contents = self._of()
        # Older engines' files leave the id of a flow out; nothing ever refers to it then.
        identifier = element.get("id") or self._new_id()
        name = (element.get("name") or "").strip()
        condition = None
        for child in element.iterchildren(f"{{{MODEL}}}conditionExpression"):
            place = Place(identifier, name, "conditionExpression", line_of(child))
            condition = self._convert.condition(child.text, place, language=child.get("language"))
        contents.flows.setdefault(
            identifier,
            SequenceFlow(
                identifier,
                _reference(element.get("sourceRef")) or "",
                _reference(element.get("targetRef")) or "",
                name,
                condition,
                line_of(element),
            ),
        )

    def _lane_set(self, element: Element, parent: str | None = None) -> None:
        contents = self._of()
        for lane in element.iterchildren(f"{{{MODEL}}}lane"):
            identifier = lane.get("id") or self._new_id()
            name = (lane.get("name") or "").strip()
            refs = lane.iterchildren(f"{{{MODEL}}}flowNodeRef")
            nodes = tuple(filter(None, (_reference(child.text) for child in refs)))
            properties = self._extensions.plain(lane, identifier, name)
            role = lane.get(f"{{{SANGONG}}}role") or properties.get("role")
            contents.lanes[identifier] = Lane(identifier, name, nodes, role, parent, line_of(lane))
            for child in lane.iterchildren(f"{{{MODEL}}}childLaneSet"):
                self._lane_set(child, identifier)

    def _artifact(self, element: Element) -> None:
        tag = split(str(element.tag))[1]
        if tag == "textAnnotation" and element.get("id"):
            words = (text.text or "" for text in element.iterchildren(f"{{{MODEL}}}text"))
            self._texts[element.get("id") or ""] = "".join(words).strip()
        elif tag == "association":
            source, target = _reference(element.get("sourceRef")), _reference(element.get("targetRef"))
            if source and target:
                self._associations.append((source, target))

    def _connect(self, contents: _Contents) -> None:
        """Fills in what two elements know of each other: flows and nodes, lanes and nodes, compensation handlers."""
        for flow in contents.flows.values():
            if flow.source in contents.nodes:
                contents.nodes[flow.source].outgoing.append(flow.id)
            if flow.target in contents.nodes:
                contents.nodes[flow.target].incoming.append(flow.id)
        for lane in contents.lanes.values():
            for identifier in lane.nodes:
                node = contents.nodes.get(identifier)
                if node is None and identifier not in self._seen:
                    self._problems.append(
                        Problem(
                            "dangling_reference", "warning", lane.id, lane.line,
                            {"name": lane.name, "reference": identifier, "attribute": "flowNodeRef"},
                        )
                    )  # fmt: skip
                elif node is not None:
                    node.lane = lane.id  # an inner lane comes after the one around it
        for source, target in self._associations:
            event = contents.nodes.get(source)
            if event is not None and event.kind == "boundaryEvent" and target in contents.nodes:
                event.compensates_with = target

    # helpers

    def _of(self) -> _Contents:
        assert self._contents is not None  # noqa: S101  only called while a process is being read
        return self._contents

    def _new_id(self) -> str:
        while True:
            self._generated += 1
            identifier = f"_unnamed_{self._generated}"
            if identifier not in self._seen:
                self._seen[identifier] = ""
                return identifier

    def _unsupported(self, element: Element, tag: str, draft: NodeDraft | None = None) -> None:
        self._problem("unsupported_element", element, draft, tag=tag)

    def _problem(self, code: str, element: Element, draft: NodeDraft | None = None, **params: str) -> None:
        identifier = draft.id if draft is not None else element.get("id")
        name = draft.name if draft is not None else (element.get("name") or "")
        self._problems.append(Problem(code, "error", identifier, line_of(element), {"name": name, **params}))


_CONTENTS: Final[dict[str, Callable[[_Reader, Element], None]]] = {
    "sequenceFlow": _Reader._sequence_flow,
    "laneSet": _Reader._lane_set,
    "textAnnotation": _Reader._artifact,
    "association": _Reader._artifact,
}
_LOOPS: Final[dict[str, Callable[[_Reader, Element, NodeDraft], None]]] = {
    "multiInstanceLoopCharacteristics": _Reader._multi_instance,
    "standardLoopCharacteristics": _Reader._standard_loop,
}


def _children(element: Element) -> Iterator[Element]:
    return element.iterchildren(tag=etree.Element)


def _reference(value: str | None) -> str | None:
    """The id a QName refers to; tools write it with and without a prefix."""
    text = (value or "").strip()
    return text.rpartition(":")[2] or None


def _flag(element: Element, attribute: str, absent: bool) -> bool:
    value = element.get(attribute)
    return absent if value is None else value.strip().lower() in _TRUE


def _variable_of(item: Element) -> str:
    name = (item.get("name") or "").strip()
    # A data item's name may be prose; its id is then what expressions call it.
    return name if name.isidentifier() else (item.get("id") or "").strip() or name
