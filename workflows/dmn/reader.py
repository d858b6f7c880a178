"""From the bytes of a DMN file to its document. The XML is read by the same careful reader as BPMN's."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from lxml import etree

from workflows.bpmn import source
from workflows.bpmn.namespaces import CAMUNDA_FAMILY, SANGONG, split
from workflows.bpmn.source import line_of
from workflows.feel.dialect import Unconvertible, from_juel

from . import boxed
from .model import Decision, Document, InputData, Knowledge, Problem, Requirement, Sample

Element = etree._Element

NAMESPACES: Final = frozenset({
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",  # 1.1
    "http://www.omg.org/spec/DMN/20151101/dmn11.xsd",  # 1.1, as Camunda 7 writes it
    "http://www.omg.org/spec/DMN/20180521/MODEL/",  # 1.2
    "https://www.omg.org/spec/DMN/20191111/MODEL/",  # 1.3
    "https://www.omg.org/spec/DMN/20211108/MODEL/",  # 1.4
    "https://www.omg.org/spec/DMN/20230324/MODEL/",  # 1.5
})  # fmt: skip
CAMUNDA_DMN: Final = "http://camunda.org/schema/1.0/dmn"
MAX_ID: Final = 200

KEPT: Final = frozenset({
    "description", "extensionElements", "itemDefinition", "knowledgeSource", "textAnnotation", "association", "group",
    "performanceIndicator", "organizationUnit", "elementCollection", "decisionService", "DMNDI",
})  # fmt: skip
"""Children of ``definitions`` that change no result: a decision service only draws a border around decisions."""

_SAMPLES, _SAMPLE, _GIVEN, _EXPECTED = (f"{{{SANGONG}}}{tag}" for tag in ("samples", "sample", "given", "expected"))
_REQUIRED: Final = ("requiredInput", "requiredDecision", "requiredKnowledge")


class DmnError(source.BpmnError):
    """A file that cannot be read as DMN at all. `problems` says why, with lines; it is never empty."""


def is_dmn(xml: bytes | str) -> bool:
    """Whether the file is one of decisions, going by its root element. False for what cannot be read."""
    try:
        root = source.parse(xml)
    except source.BpmnError:
        return False
    namespace, tag = split(str(root.tag))
    return tag == "definitions" and namespace in NAMESPACES


def read(xml: bytes | str) -> Document:
    """The document of a DMN file. Raises `DmnError` where it is no DMN, hostile or too large; a file with problems is read,
    and they stand in ``document.problems``."""
    try:
        root = source.parse(xml)
    except source.BpmnError as error:
        raise DmnError(
            tuple(Problem(p.code, p.severity, p.element, p.line, p.params) for p in error.problems)
        ) from error
    namespace, tag = split(str(root.tag))
    if tag != "definitions" or namespace not in NAMESPACES:
        raise DmnError((Problem("not_dmn", "error", None, line_of(root), {"tag": tag}),))
    return Reader(root, namespace).document()


class Reader:
    """One run over one file. `boxed` reads expressions with what is here."""

    def __init__(self, root: Element, namespace: str) -> None:
        self._root = root
        self._namespace = namespace
        self._language = root.get("expressionLanguage") or ""
        self._problems: list[Problem] = []
        self._requirements: list[Requirement] = []
        self._seen: set[str] = set()
        self._generated = 0
        self._names: dict[str, str] = {}
        self.words: set[str] = set()
        # Allowed values of item definitions, by the name of the type.
        self.allowed: dict[str, Element] = {}
        # The element a problem inside it is told under.
        self.owner, self.owner_name = "", ""

    def document(self) -> Document:
        """The whole file."""
        for definition in self.children(self._root, "itemDefinition"):
            self._item_definition(definition)
        self._read_ids()
        decisions: dict[str, Decision] = {}
        knowledge: dict[str, Knowledge] = {}
        inputs: dict[str, InputData] = {}
        for child in self.children(self._root):
            tag = split(str(child.tag))[1]
            self.owner, self.owner_name = self.identify(child), child.get("name") or ""
            if tag == "decision":
                decisions[self.owner] = self._decision(child)
            elif tag == "businessKnowledgeModel":
                knowledge[self.owner] = self._knowledge(child)
            elif tag == "inputData":
                inputs[self.owner] = self._input(child)
            elif tag not in KEPT:
                self.problem("unsupported_element", child, tag=tag)
        return Document(
            name=self._root.get("name") or "",
            decisions=MappingProxyType(decisions),
            knowledge=MappingProxyType(knowledge),
            inputs=MappingProxyType(inputs),
            requirements=tuple(self._requirements),
            words=frozenset(self.words),
            problems=tuple(self._problems),
            names=MappingProxyType(self._names),
        )

    # ------------------------------------------------------------------ the graph

    def _decision(self, element: Element) -> Decision:
        return Decision(
            id=self.owner,
            name=self.owner_name or self.owner,
            variable=self._variable(element),
            logic=boxed.logic(self, element),
            requires=self._requires(element),
            question=self.text(element, "question"),
            description=self.text(element, "description"),
            line=line_of(element),
            samples=self._samples(element),
        )

    def _samples(self, element: Element) -> tuple[Sample, ...]:
        """What the decision is tried with: our own elements among its extensions."""
        holders = (
            one for holder in self.children(element, "extensionElements") for one in holder.iterchildren(_SAMPLES)
        )
        return tuple(
            Sample(
                sample.get("name") or "",
                tuple((one.get("name") or "", (one.text or "").strip()) for one in sample.iterchildren(_GIVEN)),
                tuple((one.get("name") or "", (one.text or "").strip()) for one in sample.iterchildren(_EXPECTED)),
                line_of(sample),
            )
            for holder in holders
            for sample in holder.iterchildren(_SAMPLE)
        )

    def _knowledge(self, element: Element) -> Knowledge:
        function = next(self.children(element, "encapsulatedLogic"), None)
        return Knowledge(
            id=self.owner,
            name=self.owner_name or self.owner,
            variable=self._variable(element),
            function=boxed.function(self, function) if function is not None else None,
            requires=self._requires(element),
            line=line_of(element),
        )

    def _input(self, element: Element) -> InputData:
        variable = next(self.children(element, "variable"), None)
        return InputData(
            id=self.owner,
            name=self.owner_name or self.owner,
            variable=self._variable(element),
            type=(variable.get("typeRef") or "") if variable is not None else "",
            line=line_of(element),
        )

    def _variable(self, element: Element) -> str:
        variable = next(self.children(element, "variable"), None)
        written = (variable.get("name") if variable is not None else None) or element.get("name") or self.owner
        return self.word(written)

    def _requires(self, element: Element) -> tuple[str, ...]:
        found: list[str] = []
        for holder in self.children(element):
            if split(str(holder.tag))[1] not in {"informationRequirement", "knowledgeRequirement"}:
                continue
            for child in self.children(holder):
                tag = split(str(child.tag))[1]
                if tag in _REQUIRED:
                    target = (child.get("href") or "").removeprefix("#")
                    self._requirements.append(Requirement(self.owner, target, tag, line_of(child)))
                    found.append(target)
        return tuple(dict.fromkeys(found))

    def _item_definition(self, element: Element) -> None:
        """Names of the parts of a type may hold blanks and signs that FEEL must be told of; its allowed values count where a
        column gives none."""
        for part in element.iter(f"{{{self._namespace}}}itemDefinition", f"{{{self._namespace}}}itemComponent"):
            self.word(part.get("name") or "")
        values = next(self.children(element, "allowedValues"), None)
        if values is not None and element.get("name") and element.get("isCollection") != "true":
            self.allowed[element.get("name") or ""] = values

    def _read_ids(self) -> None:
        for element in self._root.iter(f"{{{self._namespace}}}*"):
            identifier = element.get("id")
            if not identifier:
                continue
            if len(identifier) > MAX_ID:
                params = {"id": f"{identifier[:20]}…", "limit": str(MAX_ID)}
                raise DmnError((Problem("id_too_long", "error", None, line_of(element), params),))
            if identifier in self._seen:
                self.problem("duplicate_id", element, id=identifier)
            self._seen.add(identifier)
            if element.get("name"):
                self._names[identifier] = element.get("name") or ""

    # ------------------------------------------------------------------ shared with `boxed`

    def identify(self, element: Element) -> str:
        """The element's id. One without gets a name that no file has; where others must refer to it that is a problem."""
        identifier = element.get("id")
        if identifier:
            return identifier
        self._generated += 1
        if split(str(element.tag))[1] == "decision":
            self.problem("missing_id", element, tag="decision")
        return f"_unnamed_{self._generated}"

    def children(self, element: Element, tag: str = "*") -> Iterator[Element]:
        """The DMN elements directly inside one."""
        return element.iterchildren(f"{{{self._namespace}}}{tag}")

    def text(self, element: Element, tag: str) -> str:
        """The words of a child, as written."""
        child = next(self.children(element, tag), None)
        return (child.text or "").strip() if child is not None else ""

    def word(self, name: str) -> str:
        """A name as FEEL has it, single blanks between its words, kept so that expressions know it."""
        spelled = " ".join(name.split())
        if spelled:
            self.words.add(spelled)
        return spelled

    def feel(self, text: str, element: Element, language: str | None) -> str:
        """An expression's text in FEEL. JUEL of Camunda 7 is converted; any other language is refused."""
        language = (language or self._language).lower()
        written = text.strip()
        if "feel" in language:
            return written.removeprefix("=").strip()
        if language in {"", "juel"} or "jcp/el" in language:
            if "${" not in written and "#{" not in written:
                return written.removeprefix("=").strip()
            try:
                return from_juel(written)
            except Unconvertible as error:
                reasons = {"reason": error.text("zh-hans"), "reason@en": error.text("en")}
                self.problem("unconvertible_expression", element, what="text", expression=written[:60], **reasons)
                return "null"
        self.problem("unsupported_language", element, what=split(str(element.tag))[1], language=language[:60])
        return "null"

    def camunda(self, element: Element, name: str) -> str:
        """An attribute of Camunda's in any of its spellings."""
        for key, value in element.attrib.items():
            namespace, local = split(str(key))
            if local == name and (namespace == CAMUNDA_DMN or namespace in CAMUNDA_FAMILY):
                return str(value).strip()
        return ""

    def problem(self, code: str, element: Element, severity: str = "error", **params: str) -> None:
        """Note a problem at an element; it is told under the decision it stands in."""
        identifier = element.get("id") or self.owner or None
        self._problems.append(
            Problem(code, severity, identifier, line_of(element), {"name": self.owner_name, **params})
        )
