"""A flow and its next versions, as they would stand in files."""

from __future__ import annotations

from tests.workflows.diagrams import REMINDED, chain, diagram, task

#: Two steps, as version 1.
ONE = diagram(
    '<bpmn:startEvent id="start"/>'
    + task("check", groups="town:secretary", title="秘书核对")
    + task("sign", groups="town:chair", title="书记签发")
    + '<bpmn:endEvent id="end"/>'
    + chain("start", "check", "sign", "end")
)

#: The same with another name and another group for the first step, and a third step.
TWO = diagram(
    '<bpmn:startEvent id="start"/>'
    + task("check", groups="zone:secretary", title="双方核对")
    + task("sign", groups="town:chair", title="书记签发")
    + task("file", groups="town:secretary", title="归档")
    + '<bpmn:endEvent id="end"/>'
    + chain("start", "check", "sign", "file", "end")
)

#: The first step has another id and no equal name.
OTHER = diagram(
    '<bpmn:startEvent id="start"/>'
    + task("review", groups="town:secretary", title="复核")
    + task("sign", groups="town:chair", title="书记签发")
    + '<bpmn:endEvent id="end"/>'
    + chain("start", "review", "sign", "end")
)

#: `REMINDED` with its clock under another id, and one more.
REMINDED_OTHERWISE = (
    REMINDED.decode()
    .replace('id="late"', 'id="later" name="催办"')
    .replace('sourceRef="late"', 'sourceRef="later"')
    .replace(
        '<bpmn:endEvent id="end"/>',
        '<bpmn:boundaryEvent id="soon" cancelActivity="false" attachedToRef="answer"><bpmn:timerEventDefinition>'
        "<bpmn:timeDuration>PT9H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        '<bpmn:endEvent id="end"/>' + chain("soon", "end"),
    )
    .encode()
)
