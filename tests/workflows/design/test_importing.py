"""Files of other tools: converted without a change of what runs, reported word for word, kept with the file they were made from."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client

from permissions.errors import Denied
from permissions.ids import cover
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.diagrams import SECRETARY_THEN_CHAIR, diagram
from workflows import actions, bpmn
from workflows.bpmn.importing import CONVERTED, KEPT, REFUSED, convert
from workflows.bpmn.namespaces import BPMNDI, CAMUNDA, CAMUNDA_FAMILY, DC, DI, MODEL
from workflows.bpmn.plain import plain
from workflows.bpmn.source import bytes_of
from workflows.models import Definition, DefinitionVersion, ImportedFile

SHARED = Path(__file__).parents[4] / "shared"
#: executable diagrams of other projects, and the reference diagrams of the BPMN model interchange working group
FILES = [
    path
    for folder in ("conformance/cases", "conformance/cases_invalid", "miwg")
    for path in sorted((SHARED / folder).glob("*"))
    if path.suffix in (".bpmn", ".xml")
]
REFERENCE = [path for path in FILES if path.parent.name == "miwg"]

SEVEN = f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="{MODEL}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="{CAMUNDA}" targetNamespace="t">
<process id="seven" name="请示办理" isExecutable="false">
<startEvent id="start"/>
<userTask id="check" name="核对" camunda:assignee="${{starter}}" camunda:candidateGroups="town:secretary, zone:secretary"
  camunda:dueDate="${{due}}" camunda:formKey="decisions.confirm" camunda:asyncBefore="true">
  <extensionElements>
    <camunda:formData><camunda:formField id="agreed" label="是否同意" type="boolean"/>
      <camunda:formField id="way" label="去向" type="enum">
        <camunda:value id="up" name="上报"/><camunda:value id="back" name="退回"/></camunda:formField></camunda:formData>
    <camunda:properties><camunda:property name="stage" value="plan"/></camunda:properties>
    <camunda:taskListener event="create" class="a.B"/>
  </extensionElements>
</userTask>
<serviceTask id="tell" name="告知" camunda:type="external" camunda:topic="mail"/>
<exclusiveGateway id="either" default="no"/>
<endEvent id="end"/><endEvent id="stop"/>
<sequenceFlow id="a" sourceRef="start" targetRef="check"/>
<sequenceFlow id="b" sourceRef="check" targetRef="tell"/>
<sequenceFlow id="c" sourceRef="tell" targetRef="either"/>
<sequenceFlow id="yes" sourceRef="either" targetRef="end">
  <conditionExpression xsi:type="tFormalExpression">${{agreed &amp;&amp; amount &gt; 50}}</conditionExpression></sequenceFlow>
<sequenceFlow id="no" sourceRef="either" targetRef="stop"/>
</process></definitions>"""


def meaning(value: Any) -> Any:
    """What was read, without where it stood, and without the questions that a generated form becomes."""
    if is_dataclass(value):
        return {
            one.name: meaning(getattr(value, one.name))
            for one in fields(value)
            if one.name not in ("line", "executable")
        }
    if isinstance(value, tuple | list):
        return [meaning(one) for one in value]
    if hasattr(value, "items"):
        return {key: meaning(one) for key, one in value.items() if not key.startswith("field.")}
    return value


def test_a_diagram_of_camunda_7_is_written_in_the_words_the_editor_knows() -> None:
    imported = convert(SEVEN)
    process = bpmn.read(imported.xml).processes[0]
    check, tell = process.nodes["check"], process.nodes["tell"]
    assert imported.tool == "Camunda 7"
    assert process.executable
    assert check.assignment is not None
    assert (check.assignment.assignee, check.assignment.due, check.form) == ("starter", "due", "decisions.confirm")
    assert check.assignment.candidate_groups == '["town:secretary", "zone:secretary"]'
    assert check.properties == {"stage": "plan", "field.agreed": "boolean|是否同意", "field.way": "choice|去向|up,back"}
    assert tell.job_type == "mail"
    assert process.flows["yes"].condition == "agreed and amount > 50"
    told = {(line.fate, line.what) for line in imported.lines}
    assert {(CONVERTED, "camunda:assignee"), (CONVERTED, "conditionExpression"), (CONVERTED, "isExecutable")} <= told
    assert {(KEPT, "camunda:asyncBefore"), (REFUSED, "camunda:taskListener")} <= told
    condition = next(line for line in imported.lines if line.what == "conditionExpression")
    assert (condition.element, condition.before) == ("yes", "${agreed && amount > 50}")
    assert condition.after == "=agreed and amount > 50"
    assert condition.line == SEVEN[: SEVEN.index("<conditionExpression")].count("\n") + 1
    assert convert(imported.xml).xml == imported.xml


def test_an_expression_without_a_certain_meaning_is_refused_and_left() -> None:
    odd = SEVEN.replace("${agreed &amp;&amp; amount &gt; 50}", "${bean.decide(agreed)}")
    imported = convert(odd)
    (line,) = [line for line in imported.of(REFUSED) if line.what == "conditionExpression"]
    assert line.before == "${bean.decide(agreed)}"
    assert "${bean.decide(agreed)}" in imported.xml


def test_an_error_that_is_only_its_code_is_declared_once_so_that_no_editor_drops_it() -> None:
    end = '<endEvent id="end"><errorEventDefinition errorRef="broke"/></endEvent>'
    stop = end.replace('"end"', '"stop"')
    text = SEVEN.replace('<endEvent id="end"/><endEvent id="stop"/>', end + stop)
    imported = convert(text)
    assert imported.xml.count('<error id="broke" name="broke" errorCode="broke"/>') == 1
    event = bpmn.read(imported.xml).processes[0].nodes["end"].event
    assert event is not None
    assert (event.code, event.reference) == ("broke", "broke")


@pytest.mark.skipif(not FILES, reason="the shared diagrams of other projects are not beside this checkout")
def test_converting_changes_nothing_of_what_any_of_the_shared_diagrams_means() -> None:
    changed, converted = [], 0
    for path in FILES:
        raw = path.read_bytes()
        try:
            before = bpmn.read(raw)
        except bpmn.BpmnError:
            continue
        text = bpmn.text_of(raw)
        imported = convert(text)
        after = bpmn.read(imported.xml)
        faults = [{(p.code, p.element) for p in bpmn.check(one) if p.severity == "error"} for one in (before, after)]
        if meaning(before.processes) != meaning(after.processes) or faults[0] != faults[1]:
            changed.append(path.name)
        converted += imported.xml != text
    assert changed == []
    assert converted > 50


def foreign(xml: str) -> Iterator[str]:
    return (name for name in (*CAMUNDA_FAMILY, "zeebe", "sangong.cn/schema", "modeler") if name in xml)


def test_the_plain_export_has_the_words_of_the_standard_alone_and_the_same_diagram() -> None:
    for source in ("joint_decision", "joint_personnel"):
        text = (Path(__file__).parents[3] / f"workflows/library/{source}.bpmn").read_text()
        stripped = plain(text)
        assert not [*foreign(stripped)]
        before, after = bpmn.read(text), bpmn.read(stripped)
        assert list(before.processes[0].nodes) == list(after.processes[0].nodes)
        assert meaning(before.processes[0].flows) == meaning(after.processes[0].flows)
        assert (before.shapes, before.edges) == (after.shapes, after.edges)
        assert all(name in stripped for name in (MODEL, BPMNDI, DC, DI))


@pytest.mark.django_db
def test_importing_keeps_the_file_and_the_report_and_is_one_import_however_often(cast: Cast) -> None:
    asked: dict[str, Any] = {"key": "seven", "name": "", "file_name": "seven.bpmn", "xml": SEVEN.encode()}
    row = actions.definition_import(actor=cast.designer, **asked)
    again = actions.definition_import(actor=cast.designer, **asked)
    assert (again.pk, ImportedFile.objects.count(), DefinitionVersion.objects.count()) == (row.pk, 1, 1)
    assert (row.original, row.version.definition.name, row.version.status) == (SEVEN, "请示办理", "draft")
    assert row.result_sha256 == row.version.sha256
    event = AuditEvent.objects.get(subject="flow:seven", verb="definition_import")
    assert (event.actor, event.data["tool"], event.data[REFUSED]) == (cast.designer, "Camunda 7", 1)
    with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
        ImportedFile.objects.update(file_name="anders")
    with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
        ImportedFile.objects.all().delete()
    with pytest.raises(Denied):
        actions.definition_import(actor=cast.town_secretary, **asked)


@pytest.mark.django_db
def test_what_needs_no_converting_is_stored_and_given_out_to_the_byte(cast: Cast) -> None:
    row = actions.definition_import(
        actor=cast.designer, key="small", name="", file_name="small.bpmn", xml=SECRETARY_THEN_CHAIR
    )
    assert row.report["lines"] == []
    client = Client()
    client.force_login(cast.designer)
    assert client.get(f"/flow-versions/{cover(row.version.pk)}/file/").content == SECRETARY_THEN_CHAIR


#: a drawing as tools write it that only draw: prefixes of their own, tabs, another encoding, nothing marked as executable
DRAWN = f"""<?xml version="1.0" encoding="ISO-8859-1" standalone="yes"?>
<!-- dessiné -->
<semantic:definitions id="_1" name="D" targetNamespace="urn:t" xmlns:semantic="{MODEL}" xmlns:dc="{DC}" xmlns:bpmndi="{BPMNDI}">
\t<semantic:resource name='Performer "1"' id="r"/>
\t<semantic:process isExecutable="false" id="p"><semantic:dataObject id="o" isCollection="false"/>
\t\t<semantic:startEvent id="s" name="Début"/><semantic:endEvent  id="e" name="Fin"></semantic:endEvent>
\t\t<semantic:sequenceFlow sourceRef="s" targetRef="e" name="" id="f" isImmediate="true"/>
\t</semantic:process>
\t<bpmndi:BPMNDiagram id="d" resolution="96.00000267028808"><bpmndi:BPMNPlane bpmnElement="p">
\t\t<bpmndi:BPMNShape bpmnElement="s" id="ss"><dc:Bounds height="30.0" width="30.0" x="1.0" y="0.1"/></bpmndi:BPMNShape>
\t</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</semantic:definitions>
"""


@pytest.mark.django_db
def test_a_drawing_is_given_out_to_the_byte_whatever_encoding_mark_and_line_ends_it_came_with(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.designer)
    eight = DRAWN.replace("ISO-8859-1", "UTF-8")
    sixteen = DRAWN.replace("ISO-8859-1", "UTF-16")
    came = (
        DRAWN.encode("latin-1"),
        eight.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + eight.encode(),
        b"\xff\xfe" + sixteen.encode("utf-16-le"),
        b"\xfe\xff" + sixteen.encode("utf-16-be"),
    )
    for number, xml in enumerate(came):
        row = actions.definition_import(actor=cast.designer, key=f"d{number}", name="", file_name="d.bpmn", xml=xml)
        address = f"/flow-versions/{cover(row.version.pk)}"
        assert (row.report["lines"], row.version.process_id) == ([], "p")
        assert client.get(f"{address}/file/").content == xml
        assert client.get(f"{address}/imported/?format=original").content == xml


@pytest.mark.django_db
@pytest.mark.skipif(not FILES, reason="the shared diagrams of other projects are not beside this checkout")
def test_other_tools_diagrams_are_given_out_as_they_came(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.designer)
    stored, differing = 0, []
    for number, path in enumerate(one for one in FILES if one.parent.name == "cases"):
        raw = path.read_bytes()
        if not (processes := bpmn.read(raw).processes):
            continue
        version = actions.definition_save(actor=None, key=f"c{number}", name="", xml=raw, process_id=processes[0].id)
        stored += 1
        if bytes_of(version.xml, version.sha256) != raw:
            differing.append(path.name)
    assert differing == []
    assert stored > 100
    pk = DefinitionVersion.objects.order_by("-pk").values_list("pk", flat=True)[0]
    assert client.get(f"/flow-versions/{cover(pk)}/file/").content == DefinitionVersion.objects.get(pk=pk).xml.encode()


@pytest.mark.django_db
@pytest.mark.skipif(not REFERENCE, reason="the reference diagrams of the interchange group are not in ../shared/miwg")
def test_the_reference_diagrams_of_the_interchange_group_are_given_out_to_the_byte(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.designer)
    for number, path in enumerate(REFERENCE):
        xml = path.read_bytes()
        asked: dict[str, Any] = {"key": f"m{number}", "name": "", "file_name": path.name, "xml": xml}
        row = actions.definition_import(actor=cast.designer, **asked)
        assert client.get(f"/flow-versions/{cover(row.version.pk)}/file/").content == xml, path.name


@pytest.mark.django_db
def test_the_pages_bring_a_file_in_and_tell_what_became_of_it(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.designer)
    file = SimpleUploadedFile("七.bpmn", SEVEN.encode())
    answer = client.post("/flows/bring-in/", {"file": file, "key": "seven", "name": "", "note": "", "process": ""})
    version = DefinitionVersion.objects.get()
    address = f"/flow-versions/{cover(version.pk)}/imported/"
    assert answer["Location"] == address
    text = client.get(address).content.decode()
    assert "不能运行，须在图上改掉" in text
    assert "camunda:taskListener" in text
    assert "agreed and amount &gt; 50" in text
    table = [*csv.reader(StringIO(client.get(f"{address}?format=csv").content.decode("utf-8-sig")))]
    assert table[1][1] == "camunda:taskListener"
    assert [row[6] for row in table if row[1] == "conditionExpression"] == ["'=agreed and amount > 50"]
    assert client.get(f"{address}?format=original").content == SEVEN.encode()
    assert "导入说明" in client.get("/flows/seven/").content.decode()
    bad = client.post("/flows/bring-in/", {"file": SimpleUploadedFile("x.bpmn", b"<html/>"), "key": "odd"})
    assert bad.status_code == 422
    assert not Definition.objects.filter(key="odd").exists()
    other = actions.definition_save(actor=None, key="small", name="", xml=diagram('<bpmn:startEvent id="s"/>'))
    assert client.get(f"/flow-versions/{cover(other.pk)}/imported/").status_code == 404
