"""A step with fields of its own, as it would stand in a file."""

from __future__ import annotations

from workflows import bpmn
from workflows.bpmn.form.model import FormField
from workflows.bpmn.model import Document

from ..diagrams import chain, diagram

SPENDING = (
    '<sangong:field key="purpose" type="text" label="用途" required="true" max="50"/>'
    '<sangong:field key="amount" type="money" unit="万元" label="金额" required="true" min="0.01" max="500"/>'
    '<sangong:field key="large" type="longText" label="大额理由" visible="=amount &gt; 50" required="=amount &gt; 100"/>'
    '<sangong:field key="until" type="date" label="完成日期" min="today"/>'
    '<sangong:field key="source" type="choice" label="资金来源"><sangong:option value="town" label="镇级"/>'
    '<sangong:option label="区级"/></sangong:field>'
    '<sangong:field key="uses" type="multipleChoice" label="用于" max="2"><sangong:option value="a" label="道路"/>'
    '<sangong:option value="b" label="水利"/><sangong:option value="c" label="绿化"/></sangong:field>'
    '<sangong:field key="handler" type="person" label="经办人"/><sangong:field key="unit" type="body" label="牵头方"/>'
    '<sangong:field key="papers" type="file" label="依据" max="2"/>'
    '<sangong:field key="lines" type="table" label="明细" max="3"><sangong:column key="what" type="text" label="项目" required="true"/>'
    '<sangong:column key="cost" type="money" label="金额"/></sangong:field>'
    '<sangong:field key="code" type="text" label="文号" pattern="镇发〔[0-9]{4}〕[0-9]+号"/>'
)


def asking(fields: str, *, form: str = "", groups: str = "town:secretary") -> bytes:
    """A flow of one step with these fields."""
    page = f'<zeebe:formDefinition formKey="{form}"/>' if form else ""
    return diagram(
        '<bpmn:startEvent id="start"/>\n<bpmn:userTask id="check" name="核对金额">\n<bpmn:extensionElements>'
        f'<zeebe:assignmentDefinition candidateGroups="{groups}"/>{page}'
        f'\n<sangong:form xmlns:sangong="http://sangong.cn/schema/1.0">{fields}</sangong:form></bpmn:extensionElements>'
        '</bpmn:userTask><bpmn:endEvent id="end"/>' + chain("start", "check", "end")
    )


def document(fields: str, *, form: str = "") -> Document:
    """The document of `asking`."""
    return bpmn.read(asking(fields, form=form))


def fields(drawn: str = SPENDING) -> tuple[FormField, ...]:
    """The fields of the step, read."""
    return document(drawn).processes[0].nodes["check"].fields
