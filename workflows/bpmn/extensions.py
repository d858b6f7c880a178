"""Extension attributes and elements: Zeebe's as they are, Camunda 7's, Flowable's and Activiti's converted.

Three tables say what is read: attributes of the older family, extension elements of the older family, extension
elements of Zeebe. What stands in none of them is looked up in the profile: kept without effect, or refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from lxml import etree

from . import profile
from .deadline.reading import DeadlineReader
from .draft import NodeDraft
from .expressions import Converter, Place
from .form.reading import FormReader
from .model import Decision, IoMapping, Problem, Publication
from .namespaces import CAMUNDA_FAMILY, MODEL, SANGONG, ZEEBE, display, split
from .source import line_of

Element = etree._Element

CAMUNDA_ASSIGNMENT: Final = {
    "assignee": "assignee",
    "candidateGroups": "candidate_groups",
    "candidateUsers": "candidate_users",
    "dueDate": "due",
    "followUpDate": "follow_up",
    "priority": "priority",
}
ZEEBE_ASSIGNMENT: Final = {
    ("assignmentDefinition", "assignee"): "assignee",
    ("assignmentDefinition", "candidateGroups"): "candidate_groups",
    ("assignmentDefinition", "candidateUsers"): "candidate_users",
    ("taskSchedule", "dueDate"): "due",
    ("taskSchedule", "followUpDate"): "follow_up",
    ("priorityDefinition", "priority"): "priority",
}
_NAME_LISTS: Final = frozenset({"candidate_groups", "candidate_users"})
_DECISION: Final = frozenset({"decisionRef", "decisionRefBinding", "resultVariable", "mapDecisionResult"})
_JUEL: Final = re.compile(r"[$#]\{")
_JOB_PREFIXES: Final = {"class": "class:", "delegateExpression": "", "expression": "", "type": ""}
_BINDINGS: Final = {"calledElementVersion": "version", "calledElementVersionTag": "versionTag"}
_DOES_JOBS: Final = profile.ACTIVITIES | {"intermediateThrowEvent", "endEvent"}
_MAPPABLE: Final = (profile.ACTIVITIES | profile.EVENT_KINDS) - {"startEvent"}


class Extensions:
    """Reads the extensions of one element into a draft; `problems` collects what has no meaning here."""

    def __init__(self, converter: Converter, problems: list[Problem]) -> None:
        self._convert = converter
        self._problems = problems

    def node(self, element: Element, draft: NodeDraft) -> None:
        """Everything a flow node carries: foreign attributes and the children of its ``extensionElements``."""
        for key, value in element.attrib.items():
            namespace, local = split(str(key))
            if namespace in CAMUNDA_FAMILY:
                self._camunda_attribute(element, draft, str(key), local, str(value))
        for child in extension_children(element):
            self._child(child, draft)

    def loop(self, element: Element, draft: NodeDraft) -> None:
        """The extensions of ``multiInstanceLoopCharacteristics`` into `draft.loop_fields`."""
        line = line_of(element)
        for key, value in element.attrib.items():
            namespace, local = split(str(key))
            if namespace not in CAMUNDA_FAMILY:
                continue
            if local == "collection":
                self._field(draft, "collection", self._convert.variable(str(value), self._place(draft, local, line)))
            elif local == "elementVariable":
                draft.loop_fields["element_variable"] = str(value).strip()
            elif local not in profile.CAMUNDA_KEPT and local not in {"elementIndexVariable"}:
                self._unknown(draft, str(key), line)
        for child in extension_children(element):
            namespace, local = split(str(child.tag))
            place = self._place(draft, local, line_of(child))
            if namespace == ZEEBE and local == "loopCharacteristics":
                self._field(draft, "collection", self._convert.variable(child.get("inputCollection"), place))
                self._field(draft, "element_variable", (child.get("inputElement") or "").strip() or None)
                self._field(draft, "output_collection", (child.get("outputCollection") or "").strip() or None)
                self._field(draft, "output_element", self._convert.variable(child.get("outputElement"), place))
            elif namespace in CAMUNDA_FAMILY or namespace == ZEEBE:
                self._unknown(draft, str(child.tag), line_of(child))

    def plain(self, element: Element, owner: str, name: str) -> dict[str, str]:
        """The free properties of a process or lane; its listeners are refused."""
        draft = NodeDraft(owner, split(str(element.tag))[1], "", name, line_of(element))
        self.node(element, draft)
        return draft.properties

    @staticmethod
    def version_tag(process: Element) -> str | None:
        """What a process calls its version, for call activities bound to it (Zeebe's element, Camunda's attribute)."""
        for child in process.iterfind(f"./{{{MODEL}}}extensionElements/{{{ZEEBE}}}versionTag"):
            return child.get("value") or None
        found = (value for key, value in process.attrib.items() if split(str(key))[1] == "versionTag")
        return str(next(found, "")).strip() or None

    def _child(self, child: Element, draft: NodeDraft) -> None:
        namespace, local = split(str(child.tag))
        if namespace == ZEEBE:
            self._zeebe(child, local, draft)
        elif namespace in CAMUNDA_FAMILY:
            self._camunda(child, local, draft)
        elif namespace == SANGONG:
            self._sangong(child, local, draft)

    # Zeebe

    def _zeebe(self, child: Element, local: str, draft: NodeDraft) -> None:
        line = line_of(child)
        read = self._ZEEBE.get(local)
        if read is not None:
            read(self, child, draft)
        elif local in profile.ZEEBE_KEPT:
            self._properties(child, draft)
        else:
            self._unknown(draft, str(child.tag), line, refused=local in profile.ZEEBE_REFUSED)

    def _zeebe_assignment(self, child: Element, draft: NodeDraft) -> None:
        tag = split(str(child.tag))[1]
        for key, value in child.attrib.items():
            target = ZEEBE_ASSIGNMENT.get((tag, str(key)))
            if target is not None:
                self._assign(draft, target, str(value), str(key), line_of(child), zeebe=True)

    def _zeebe_form(self, child: Element, draft: NodeDraft) -> None:
        draft.form = child.get("formId") or child.get("externalReference") or child.get("formKey") or draft.form

    def _zeebe_task(self, child: Element, draft: NodeDraft) -> None:
        draft.job_type = (child.get("type") or "").strip() or draft.job_type

    def _zeebe_io(self, child: Element, draft: NodeDraft) -> None:
        for mapping in child:
            _, local = split(str(mapping.tag))
            place = self._place(draft, local, line_of(mapping))
            source = self._convert.text(mapping.get("source"), place)
            self._map(draft, local, source, mapping.get("target"), place)

    def _zeebe_script(self, child: Element, draft: NodeDraft) -> None:
        line = line_of(child)
        if draft.kind != "scriptTask":
            self._unknown(draft, str(child.tag), line, refused=True)
            return
        target = (child.get("resultVariable") or "").strip()
        source = self._convert.text(child.get("expression"), self._place(draft, "script", line))
        if source is not None:
            draft.script = IoMapping(source, target)

    def _zeebe_called(self, child: Element, draft: NodeDraft) -> None:
        """What a call activity calls; without word to the contrary all variables go in and come back."""
        line = line_of(child)
        if draft.kind != "callActivity":
            self._unknown(draft, str(child.tag), line, refused=True)
            return
        draft.called = (child.get("processId") or "").strip() or None
        if draft.called is not None and draft.called.startswith("="):
            self._convert.text(draft.called, self._place(draft, "processId", line))
        draft.binding = (child.get("bindingType") or "latest").strip()
        if draft.binding == "versionTag":
            draft.binding = f"versionTag:{(child.get('versionTag') or '').strip()}"
        draft.passes_all = (child.get("propagateAllParentVariables") or "true").strip() != "false"
        draft.returns_all = (child.get("propagateAllChildVariables") or "true").strip() != "false"

    def _zeebe_publish(self, child: Element, draft: NodeDraft) -> None:
        """How what throws a message sends it."""
        line = line_of(child)
        if draft.kind not in {"sendTask", "intermediateThrowEvent", "endEvent"}:
            self._unknown(draft, str(child.tag), line, refused=True)
            return
        names = ("correlationKey", "messageId", "timeToLive")
        found = (self._convert.text(child.get(name), self._place(draft, name, line)) for name in names)
        draft.publication = Publication(*found)

    def correlation(self, message: Element, draft: NodeDraft) -> str | None:
        """The key a receiver of this message waits for (``zeebe:subscription`` of the message), as FEEL."""
        for child in extension_children(message):
            if split(str(child.tag)) == (ZEEBE, "subscription"):
                place = self._place(draft, "correlationKey", line_of(child))
                return self._convert.text(child.get("correlationKey"), place)
        return None

    def _zeebe_decision(self, child: Element, draft: NodeDraft) -> None:
        """The decision a business rule task asks. Only the latest published version can be asked for."""
        line = line_of(child)
        if draft.kind != "businessRuleTask":
            self._unknown(draft, str(child.tag), line, refused=True)
            return
        binding = (child.get("bindingType") or "latest").strip()
        if binding != "latest":
            self._problem("decision_binding", draft, line, binding=binding[:40])
        draft.called = (child.get("decisionId") or "").strip() or None
        if draft.called is not None and draft.called.startswith("="):
            self._convert.text(draft.called, self._place(draft, "decisionId", line))
        draft.decision = Decision((child.get("resultVariable") or "").strip())

    # Camunda 7, Flowable, Activiti

    def _camunda_attribute(self, element: Element, draft: NodeDraft, key: str, local: str, value: str) -> None:
        line = line_of(element)
        place = self._place(draft, local, line)
        if local in CAMUNDA_ASSIGNMENT:
            self._assign(draft, CAMUNDA_ASSIGNMENT[local], value, local, line, zeebe=False)
        elif local == "formKey":
            draft.form = value.strip() or None
        elif local == "type" and value.strip() == "external":
            topic = next((str(v) for k, v in element.attrib.items() if split(str(k))[1] == "topic"), "")
            draft.job_type = topic.strip() or None
        elif local in _BINDINGS and draft.kind == "callActivity":
            draft.binding = f"{_BINDINGS[local]}:{value.strip()}"
        elif local == "calledElementBinding" and draft.kind == "callActivity":
            # "version" and "versionTag" say which other attribute tells it.
            if value in {"latest", "deployment"}:
                draft.binding = value
        elif local in _DECISION and draft.kind == "businessRuleTask":
            self._camunda_decision(element, draft, local, value.strip(), place)
        elif local in _JOB_PREFIXES and draft.kind in _DOES_JOBS:
            draft.job_type = _JOB_PREFIXES[local] + value.strip() if value.strip() else None
        elif local in profile.CAMUNDA_REFUSED:
            self._unknown(draft, key, line, refused=True)
        elif local not in profile.CAMUNDA_KEPT:
            self._unknown(draft, key, place.line)

    def _camunda_decision(self, element: Element, draft: NodeDraft, local: str, value: str, place: Place) -> None:
        decision = draft.decision or Decision(mapping="resultList")
        if local == "decisionRef":
            draft.called = value or None
            if _JUEL.search(value):
                converted = self._convert.juel_text(value, place)
                draft.called = None if converted is None else f"={converted}"
        elif local == "decisionRefBinding":
            if value != "latest":
                self._problem("decision_binding", draft, place.line, binding=value[:40])
        elif local == "resultVariable":
            decision = replace(decision, variable=value)
        elif value in profile.RESULT_MAPPINGS:
            decision = replace(decision, mapping=value)
        else:
            self._problem("decision_mapping", draft, place.line, mapping=value[:40])
        draft.decision = decision

    def _camunda(self, child: Element, local: str, draft: NodeDraft) -> None:
        if local == "properties":
            self._properties(child, draft)
        elif local == "inputOutput":
            self._camunda_io(child, draft)
        elif local in {"in", "out"} and draft.kind == "callActivity":
            self._camunda_passed(child, local, draft)
        elif local not in profile.CAMUNDA_KEPT:
            self._unknown(draft, str(child.tag), line_of(child), refused=local in profile.CAMUNDA_REFUSED)

    def _camunda_io(self, child: Element, draft: NodeDraft) -> None:
        for mapping in child:
            local = split(str(mapping.tag))[1]
            place = self._place(draft, local, line_of(mapping))
            if len(mapping):
                # A script, list or map as the value: computed by a language we do not run.
                self._unknown(draft, str(mapping[0].tag), line_of(mapping[0]), refused=True)
                continue
            source = self._convert.juel_text(mapping.text, place) or '""'
            self._map(draft, "input" if local == "inputParameter" else "output", source, mapping.get("name"), place)

    def _camunda_passed(self, child: Element, way: str, draft: NodeDraft) -> None:
        """One variable, or all, that a call activity hands to the called case or takes back from it."""
        place = self._place(draft, way, line_of(child))
        if child.get("businessKey") is not None:
            return  # our cases have no key of the kind
        alike = [child, *child.itersiblings(child.tag), *child.itersiblings(child.tag, preceding=True)]
        setattr(draft, "passes_all" if way == "in" else "returns_all", any(one.get("variables") for one in alike))
        if child.get("variables") is not None:
            return
        source = child.get("source")
        found = self._convert.variable(source, place) if source else None
        found = found or self._convert.juel_text(child.get("sourceExpression"), place)
        self._map(draft, "input" if way == "in" else "output", found, child.get("target"), place)

    # shared

    def _sangong(self, child: Element, local: str, draft: NodeDraft) -> None:
        if local == "properties":
            self._properties(child, draft)
        elif local == "property" and child.get("name"):
            draft.properties[child.get("name") or ""] = child.get("value") or ""
        elif local == "form" and draft.kind == "userTask":
            reader = FormReader(draft.id, draft.name, self._convert, self._problems)
            draft.fields += reader.read(child, known={one.key for one in draft.fields})
        elif local in {"deadline", "reminder"} and draft.kind in profile.HUMAN:
            self._time(child, local, draft)
        else:
            self._unknown(draft, str(child.tag), line_of(child), refused=True)

    def _time(self, child: Element, local: str, draft: NodeDraft) -> None:
        reader = DeadlineReader(draft.id, draft.name, self._problems)
        if local == "reminder":
            reminder = reader.reminder(child)
            draft.reminders += (reminder,) if reminder is not None else ()
        elif draft.deadline is not None:
            self._problem("deadline_twice", draft, line_of(child))
        else:
            draft.deadline = reader.deadline(child)

    def _properties(self, child: Element, draft: NodeDraft) -> None:
        for item in child:
            if split(str(item.tag))[1] == "property" and item.get("name"):
                draft.properties[item.get("name") or ""] = item.get("value") or ""

    def _assign(self, draft: NodeDraft, target: str, value: str, what: str, line: int, *, zeebe: bool) -> None:
        place = self._place(draft, what, line)
        if target in _NAME_LISTS:
            source = self._convert.names(value, place, zeebe=zeebe)
        elif target == "priority":
            source = self._convert.number(value, place, zeebe=zeebe)
        else:
            source = (self._convert.text if zeebe else self._convert.juel_text)(value, place)
        if source is not None:
            draft.assignment[target] = source

    def _map(self, draft: NodeDraft, way: str, source: str | None, target: str | None, place: Place) -> None:
        if draft.kind not in _MAPPABLE or draft.triggered_by_event or (draft.kind == "endEvent" and way == "output"):
            self._problem("mapping_not_allowed", draft, place.line, tag=draft.kind)
        elif not (target or "").strip():
            self._problem("mapping_incomplete", draft, place.line)
        elif source is not None:
            (draft.inputs if way == "input" else draft.outputs).append(IoMapping(source, (target or "").strip()))

    def _field(self, draft: NodeDraft, field: str, value: str | None) -> None:
        if value is not None:
            draft.loop_fields[field] = value

    def _unknown(self, draft: NodeDraft, key: str, line: int, *, refused: bool = False) -> None:
        code = "unsupported_extension" if refused else "unknown_extension"
        self._problem(code, draft, line, severity="error" if refused else "warning", tag=display(key))

    def _problem(self, code: str, draft: NodeDraft, line: int, *, severity: str = "error", **params: str) -> None:
        self._problems.append(Problem(code, severity, draft.id, line, {"name": draft.name, **params}))

    def _place(self, draft: NodeDraft, what: str, line: int) -> Place:
        return Place(draft.id, draft.name, what, line)

    _ZEEBE: Final[dict[str, Callable[[Extensions, Element, NodeDraft], None]]] = {
        "assignmentDefinition": _zeebe_assignment,
        "taskSchedule": _zeebe_assignment,
        "priorityDefinition": _zeebe_assignment,
        "formDefinition": _zeebe_form,
        "taskDefinition": _zeebe_task,
        "ioMapping": _zeebe_io,
        "script": _zeebe_script,
        "calledElement": _zeebe_called,
        "calledDecision": _zeebe_decision,
        "publishMessage": _zeebe_publish,
    }


def extension_children(element: Element) -> Iterator[Element]:
    """The children of the element's ``extensionElements``."""
    for holder in element.iterchildren(f"{{{MODEL}}}extensionElements"):
        yield from holder.iterchildren(tag=etree.Element)
