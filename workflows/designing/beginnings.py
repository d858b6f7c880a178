"""What a new flow may begin with: an empty sheet, or the file of a flow there is."""

from __future__ import annotations

import re
from typing import Final
from xml.sax.saxutils import quoteattr

from permissions.models import User
from permissions.policies import visible
from workflows.bpmn.namespaces import BPMNDI, DC, DI, MODEL, XSI, ZEEBE
from workflows.models import DefinitionKind, DefinitionVersion, VersionStatus

#: The choice of an empty sheet.
EMPTY: Final = ""
_NAMESPACES: Final = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in (
        *(("bpmn", MODEL), ("bpmndi", BPMNDI), ("dc", DC), ("di", DI), ("xsi", XSI), ("zeebe", ZEEBE)),
        ("modeler", "http://camunda.org/schema/modeler/1.0"),
    )
)
#: What Camunda Modeler opens the file as.
_PLATFORM: Final = 'modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.6.0"'
_PROCESS_ID = re.compile(r"[^A-Za-z0-9_.-]")


def empty_sheet(key: str, name: str) -> str:
    """A flow of one start event, to go on from. The process is called by the flow's key, as call activities name it."""
    process = _PROCESS_ID.sub("_", key)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions {_NAMESPACES}
    id="definitions_{process}" targetNamespace="http://sangong.cn/flows" {_PLATFORM}>
  <bpmn:process id="{process}" name={quoteattr(name or key)} isExecutable="true">
    <bpmn:startEvent id="start" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="diagram">
    <bpmndi:BPMNPlane id="plane" bpmnElement="{process}">
      <bpmndi:BPMNShape id="start_di" bpmnElement="start">
        <dc:Bounds x="180" y="160" width="36" height="36" />
      </bpmndi:BPMNShape>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""


def patterns(user: User) -> list[tuple[str, str]]:
    """The flows a new one may be copied from: key and name of each that has a version this designer may see."""
    rows = (
        visible(user, DefinitionVersion)
        .filter(definition__kind=DefinitionKind.FLOW)
        .exclude(status=VersionStatus.RETIRED)
        .select_related("definition")
        .defer("xml")
        .order_by("definition__key", "-number")
    )
    return list({row.definition.key: row.definition.label for row in rows}.items())


def sheet_from(user: User, pattern: str, key: str, name: str) -> str | None:
    """The first sheet of a new flow: empty, or a copy of the newest version of `pattern` with the new flow's id and name
    in place of its own. None where there is no such flow for this designer."""
    if pattern == EMPTY:
        return empty_sheet(key, name)
    rows = visible(user, DefinitionVersion).filter(definition__key=pattern, definition__kind=DefinitionKind.FLOW)
    version = rows.exclude(status=VersionStatus.RETIRED).order_by("-number").first()
    if version is None:
        return None
    return renamed(version.xml, version.process_id, _PROCESS_ID.sub("_", key), name)


def renamed(xml: str, process_id: str, new_id: str, new_name: str) -> str:
    """The file with its process under another id and name, to the letter otherwise: attributes that are the old id become the
    new one, whichever element refers to it."""
    old = re.escape(process_id)
    text = re.sub(rf"""(\s[\w:.-]+=)(["']){old}\2""", lambda found: f"{found[1]}{found[2]}{new_id}{found[2]}", xml)
    head = re.search(rf"""<(?:[\w.-]+:)?process\b(?=[^>]*\sid=["']{re.escape(new_id)}["'])[^>]*>""", text)
    if head is None or not new_name:
        return text
    tag = re.sub(r"""\sname=("[^"]*"|'[^']*')""", "", head[0], count=1)
    tag = re.sub(r"(process)\b", lambda found: f"{found[1]} name={quoteattr(new_name)}", tag, count=1)
    return text[: head.start()] + tag + text[head.end() :]
