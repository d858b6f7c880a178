"""Files of Camunda 7, Flowable and Activiti, made into files in Camunda 8's words, which the editor knows; with a report.

The reader understands both alike (:mod:`workflows.bpmn.extensions`), so converting changes nothing of what runs, only how it
is written. What needs no converting is left to the letter, and a file without any such thing comes back as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from . import profile
from .expressions import Converter, Place, shortened
from .extensions import CAMUNDA_ASSIGNMENT, extension_children
from .namespaces import ACTIVITI, CAMUNDA, CAMUNDA_FAMILY, FLOWABLE, MODEL, ZEEBE, display, split
from .source import line_of, parse, refuse

Element = etree._Element

CONVERTED: Final = "converted"
KEPT: Final = "kept"
REFUSED: Final = "refused"
FATES: Final = (REFUSED, CONVERTED, KEPT)
"""What becomes of a part of the file, what needs work first: it cannot run here; it is written in other words now; it stays and has
the meaning the profile says, mostly none."""

STANDARD: Final = "BPMN 2.0"
"""What a file's tool is called that has no engine's words."""

_TOOLS: Final = ((CAMUNDA, "Camunda 7"), (FLOWABLE, "Flowable"), (ACTIVITI, "Activiti"), (ZEEBE, "Camunda 8"))
_TARGETS: Final = {
    "assignee": ("assignmentDefinition", "assignee"),
    "candidateGroups": ("assignmentDefinition", "candidateGroups"),
    "candidateUsers": ("assignmentDefinition", "candidateUsers"),
    "dueDate": ("taskSchedule", "dueDate"),
    "followUpDate": ("taskSchedule", "followUpDate"),
    "priority": ("priorityDefinition", "priority"),
}
_LISTS: Final = frozenset({"candidateGroups", "candidateUsers"})
_JOBS: Final = {"class": "class:", "delegateExpression": "", "expression": "", "type": ""}
_FIELD_KINDS: Final = {
    **dict.fromkeys(("long", "double", "int", "integer", "number"), "number"),
    "boolean": "boolean",
    "string": "text",
    "enum": "choice",
}
_ID: Final = re.compile(r"[A-Za-z_][\w.-]{0,199}\Z")
_EXPRESSIONS: Final = frozenset({
    *("conditionExpression", "loopCardinality", "completionCondition", "condition", "loopCondition"),
    *("timeDate", "timeDuration", "timeCycle"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One part of the file and its fate: `what` is the attribute or element as people write it (``camunda:assignee``), `element` and
    `name` the node it belongs to, `line` where it stood in the file, `before` and `after` its words."""

    fate: str
    what: str
    element: str
    name: str
    line: int
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """A converted file: `xml` is what to keep (the very text where nothing was converted), `tool` whose words it was in."""

    xml: str
    tool: str
    lines: tuple[Line, ...]

    def of(self, fate: str) -> tuple[Line, ...]:
        """The lines of one fate, in the order of the file."""
        return tuple(line for line in self.lines if line.fate == fate)


def convert(text: str) -> Imported:
    """Convert a BPMN file, given as text. Raises `BpmnError` for what is no BPMN file at all."""
    root = parse(text)
    if root.tag != f"{{{MODEL}}}definitions":
        raise refuse("not_bpmn", line_of(root), tag=display(str(root.tag))[:80])
    tool = _tool(root)
    found = _Conversion(root, tool)
    lines = tuple(sorted(found.run(), key=lambda line: line.line))
    if not any(line.fate == CONVERTED for line in lines):
        return Imported(text, tool, lines)
    return Imported(_written(found.root), tool, lines)


def _tool(root: Element) -> str:
    used = {split(str(name))[0] for element in root.iter() for name in (element.tag, *element.attrib)}
    return next((tool for namespace, tool in _TOOLS if namespace in used), STANDARD)


def _written(root: Element) -> str:
    etree.cleanup_namespaces(root, keep_ns_prefixes=[prefix for prefix in root.nsmap if prefix])
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{etree.tostring(root, encoding="unicode")}\n'


class _Conversion:
    def __init__(self, root: Element, tool: str) -> None:
        self._tool = tool
        languages = f"{root.get('expressionLanguage', '')} {root.get('typeLanguage', '')}"
        self._convert = Converter(languages)
        self._lines: list[Line] = []
        self.root = _with_zeebe(root)

    def run(self) -> list[Line]:
        self._executable()
        self._errors()
        for element in [*self.root.iter(f"{{{MODEL}}}*")]:
            tag = split(str(element.tag))[1]
            if tag in profile.NODES:
                self._node(element, tag)
            elif tag == "multiInstanceLoopCharacteristics":
                self._loop(element)
            else:
                self._left(element)
            if tag in _EXPRESSIONS:
                self._expression(element, tag)
        return self._lines

    def _executable(self) -> None:
        """A file in an engine's words says what runs: where it marks nothing, its first process becomes executable. A file in the
        words of the standard alone is a drawing, and stays as it was drawn."""
        if self._tool == STANDARD:
            return
        processes = self.root.findall(f"{{{MODEL}}}process")
        # Without the attribute a process runs: older tools leave it out of what they run.
        if processes and all(process.get("isExecutable") in ("false", "0") for process in processes):
            first = next((one for one in processes if one.find(f"{{{MODEL}}}startEvent") is not None), processes[0])
            first.set("isExecutable", "true")
            self._tell(CONVERTED, "isExecutable", first, "false", "true")

    def _errors(self) -> None:
        """The older family lets a reference be the error's code itself, which editors drop as leading nowhere: it is declared."""
        known = {one.get("id") for one in self.root.iter(f"{{{MODEL}}}*")}
        for element in [*self.root.iter(f"{{{MODEL}}}errorEventDefinition")]:
            code = element.get("errorRef") or ""
            if code in known or not _ID.match(code):
                continue
            known.add(code)
            declared = element.makeelement(f"{{{MODEL}}}error", {"id": code, "name": code, "errorCode": code})
            self.root.insert(len(self.root.findall(f"{{{MODEL}}}import")), declared)
            self._tell(CONVERTED, "errorRef", element, code, f'error id="{code}" errorCode="{code}"')

    # nodes

    def _node(self, element: Element, tag: str) -> None:
        for key, value in [*element.attrib.items()]:
            namespace, local = split(str(key))
            if namespace in CAMUNDA_FAMILY:
                self._attribute(element, tag, str(key), local, str(value))
        for child in [*extension_children(element)]:
            namespace, local = split(str(child.tag))
            if namespace in CAMUNDA_FAMILY:
                self._child(element, tag, child, local)
            elif namespace == ZEEBE and local in profile.ZEEBE_REFUSED:
                self._tell(REFUSED, display(str(child.tag)), child)

    def _attribute(self, element: Element, tag: str, key: str, local: str, value: str) -> None:
        if key not in element.attrib:
            return  # went along with another one
        if local in CAMUNDA_ASSIGNMENT and tag in profile.HUMAN:
            holder, attribute = _TARGETS[local]
            self._move(element, key, holder, attribute, self._value(element, local, value))
        elif local == "formKey" and value.strip():
            self._move(element, key, "formDefinition", "externalReference", value.strip())
        elif local == "type" and value.strip() == "external":
            topics = [name for name in element.attrib if split(str(name))[1] == "topic"]
            topic = str(element.get(topics[0])).strip() if topics else ""
            if topic:
                del element.attrib[topics[0]]
                self._move(element, key, "taskDefinition", "type", topic)
            else:
                self._tell(REFUSED, display(key), element, value)
        elif local in _JOBS and tag in ("serviceTask", "sendTask") and value.strip():
            self._move(element, key, "taskDefinition", "type", _JOBS[local] + value.strip())
        else:
            self._stays(element, tag, key, local, value)

    def _stays(self, element: Element, tag: str, key: str, local: str, value: str) -> None:
        """What is not written anew: it runs as it is, has no effect here, or cannot run."""
        runs = tag in ("businessRuleTask", "callActivity") and local.startswith(
            ("decision", "mapDecision", "calledElement")
        )
        runs = runs or (tag == "businessRuleTask" and local == "resultVariable")
        refused = local in profile.CAMUNDA_REFUSED and not runs
        self._tell(REFUSED if refused else KEPT, display(key), element, value)

    def _child(self, element: Element, tag: str, child: Element, local: str) -> None:
        if local == "properties":
            pairs = [(one.get("name"), one.get("value") or "") for one in child if one.get("name")]
            self._properties(element, [(str(name), value) for name, value in pairs])
            self._drop(child, ", ".join(f"{name} = {value}" for name, value in pairs), "zeebe:properties")
        elif local == "inputOutput":
            self._io(element, child)
        elif local in ("formData", "formProperty"):
            self._fields(element, child)
        elif local in ("in", "out") and tag == "callActivity":
            self._tell(KEPT, display(str(child.tag)), child, child.get("source") or child.get("sourceExpression") or "")
        else:
            refused = local in profile.CAMUNDA_REFUSED or local not in profile.CAMUNDA_KEPT
            self._tell(REFUSED if refused else KEPT, display(str(child.tag)), child)

    def _io(self, element: Element, child: Element) -> None:
        found: list[tuple[str, str, str]] = []
        for mapping in child:
            local = split(str(mapping.tag))[1]
            text = (mapping.text or "").strip()
            value = '=""' if not text else self._value(element, local, text)
            if len(mapping) or value is None or not mapping.get("name"):
                self._tell(REFUSED, display(str(child.tag)), mapping, text or local)
                return
            found.append(("input" if local == "inputParameter" else "output", value, str(mapping.get("name"))))
        holder = _made(_holder(element), "ioMapping")
        for tag, source, target in found:
            etree.SubElement(holder, f"{{{ZEEBE}}}{tag}", {"source": source, "target": target})
        self._drop(child, "", "; ".join(f"{target} = {source.removeprefix('=')}" for _tag, source, target in found))

    def _fields(self, element: Element, child: Element) -> None:
        """Fields of a generated form become questions of the step's general page."""
        fields = [child] if split(str(child.tag))[1] == "formProperty" else [*child]
        read = [_field(field) for field in fields]
        made = [pair for pair in read if pair is not None]
        if len(made) != len(read) or not made or split(str(element.tag))[1] not in profile.HUMAN:
            self._tell(KEPT, display(str(child.tag)), child)
            return
        self._properties(element, made)
        self._drop(child, ", ".join(str(field.get("id")) for field in fields), "; ".join(f"{a} = {b}" for a, b in made))

    def _properties(self, element: Element, pairs: list[tuple[str, str]]) -> None:
        holder = _made(_holder(element), "properties")
        for name, value in pairs:
            etree.SubElement(holder, f"{{{ZEEBE}}}property", {"name": name, "value": value})

    # the rest

    def _loop(self, element: Element) -> None:
        for key, value in [*element.attrib.items()]:
            namespace, local = split(str(key))
            if namespace not in CAMUNDA_FAMILY:
                continue
            if local == "collection":
                source = self._convert.variable(str(value), self._place(element, local))
                after = None if source is None else f"={source}"
                self._move(element, str(key), "loopCharacteristics", "inputCollection", after)
            elif local == "elementVariable":
                self._move(element, str(key), "loopCharacteristics", "inputElement", str(value).strip())
            else:
                self._tell(KEPT, display(str(key)), element, str(value))

    def _expression(self, element: Element, tag: str) -> None:
        text = (element.text or "").strip()
        if "${" not in text and "#{" not in text:
            return
        source = self._convert.condition(text, self._place(element, tag), language=element.get("language"))
        if source is None:
            self._tell(REFUSED, tag, element, text)
            return
        element.text = f"={source}"
        if element.get("language"):
            del element.attrib["language"]
        self._tell(CONVERTED, tag, element, text, element.text)

    def _left(self, element: Element) -> None:
        """Foreign attributes of anything else: told, and left where they are."""
        tag = split(str(element.tag))[1]
        for key, value in element.attrib.items():
            namespace, local = split(str(key))
            if namespace in CAMUNDA_FAMILY:
                self._stays(element, tag, str(key), local, str(value))

    def _value(self, element: Element, local: str, value: str) -> str | None:
        """A value in Zeebe's words: a plain text stays one, an expression becomes FEEL after ``=``; None where that is not certain."""
        text = value.strip()
        if "${" not in text and "#{" not in text and not text.startswith("="):
            return text
        place = self._place(element, local)
        if local in _LISTS:
            source = self._convert.names(text, place, zeebe=False)
        elif local == "priority":
            source = self._convert.number(text, place, zeebe=False)
        else:
            source = self._convert.juel_text(text, place)
        return None if source is None else f"={source}"

    def _move(self, element: Element, key: str, holder: str, attribute: str, value: str | None) -> None:
        before = str(element.get(key) or "")
        if not value:
            self._tell(REFUSED if value is None else KEPT, display(key), element, before)
            return
        _made(_holder(element), holder).set(attribute, value)
        del element.attrib[key]
        self._tell(CONVERTED, display(key), element, before, f"zeebe:{holder} {attribute}: {value}")

    def _drop(self, child: Element, before: str, after: str) -> None:
        self._tell(CONVERTED, display(str(child.tag)), child, before, after)
        parent: Any = child.getparent()
        parent.remove(child)

    def _place(self, element: Element, what: str) -> Place:
        owner = _owner(element)
        return Place(owner.get("id") or "", owner.get("name") or "", what, line_of(element))

    def _tell(self, fate: str, what: str, element: Element, before: str = "", after: str = "") -> None:
        owner = _owner(element)
        identifier, name = owner.get("id") or "", owner.get("name") or ""
        self._lines.append(
            Line(fate, what, identifier, name, line_of(element), shortened(before, 200), shortened(after, 200))
        )


def _with_zeebe(root: Element) -> Element:
    """The root with a prefix for Zeebe's words; lxml cannot add one to an element that is there."""
    if ZEEBE in root.nsmap.values() or "zeebe" in root.nsmap:
        return root
    prefixes: Any = {**root.nsmap}
    prefixes["zeebe"] = ZEEBE
    made = etree.Element(root.tag, {str(key): str(value) for key, value in root.attrib.items()}, nsmap=prefixes)
    made.text, made.sourceline = root.text, root.sourceline
    made.extend([*root])
    return made


def _owner(element: Element) -> Element:
    """The nearest element around it (itself first) that has an id and can be seen in the drawing."""
    here: Element | None = element
    while here is not None:
        tag = split(str(here.tag))[1]
        if here.get("id") and (tag in profile.NODES or tag in ("process", "sequenceFlow", "lane", "participant")):
            return here
        here = here.getparent()
    return element


def _holder(element: Element) -> Element:
    """The element's ``extensionElements``, made where the standard wants them: after the documentation, before all else."""
    there = element.find(f"{{{MODEL}}}extensionElements")
    if there is not None:
        return there
    made = element.makeelement(f"{{{MODEL}}}extensionElements", {}, nsmap=None)
    element.insert(len(element.findall(f"{{{MODEL}}}documentation")), made)
    return made


def _made(holder: Element, local: str) -> Element:
    """Zeebe's element of this name in the holder, made where there is none."""
    there = holder.find(f"{{{ZEEBE}}}{local}")
    return there if there is not None else etree.SubElement(holder, f"{{{ZEEBE}}}{local}")


def _field(field: Element) -> tuple[str, str] | None:
    """A field of a generated form as a property of the step (``field.amount`` = ``number|金额``); None where it says more than that."""
    identifier, kind = (field.get("id") or "").strip(), _FIELD_KINDS.get((field.get("type") or "string").strip())
    label = (field.get("label") or field.get("name") or identifier).replace("|", "／").strip()
    options = [*_options(field)]
    if not identifier.isidentifier() or kind is None or bool(options) != (kind == "choice"):
        return None
    return f"field.{identifier}", "|".join([kind, label, *([",".join(options)] if options else [])])


def _options(field: Element) -> Iterator[str]:
    """The values of a choice, by the words conditions compare with."""
    for child in field:
        if split(str(child.tag))[1] == "value" and (value := (child.get("id") or "").replace(",", "，").strip()):
            yield value
