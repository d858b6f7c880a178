"""Small diagrams for tests, written as they would stand in a file."""

from __future__ import annotations

from itertools import pairwise

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="http://sangong.cn/tests">\n'
)


def diagram(body: str, process: str = "small") -> bytes:
    """A file with one executable process of this content."""
    return f'{HEAD}<bpmn:process id="{process}" name="小流程" isExecutable="true">\n{body}\n</bpmn:process>\n</bpmn:definitions>'.encode()


def flow(name: str, source: str, target: str, condition: str = "") -> str:
    """A sequence flow, with a FEEL condition where one is given."""
    inner = (
        f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">={condition}</bpmn:conditionExpression>'
        if condition
        else ""
    )
    return f'<bpmn:sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'


def task(name: str, groups: str = "", assignee: str = "", title: str = "") -> str:
    """A user task for a role, or for one person."""
    attributes = (f' candidateGroups="{groups}"' if groups else "") + (f' assignee="{assignee}"' if assignee else "")
    extension = (
        f"<bpmn:extensionElements><zeebe:assignmentDefinition{attributes}/></bpmn:extensionElements>"
        if attributes
        else ""
    )
    return f'<bpmn:userTask id="{name}" name="{title or name}">{extension}</bpmn:userTask>'


def chain(*nodes: str) -> str:
    """Sequence flows from each node to the next."""
    return "".join(flow(f"f_{a}_{b}", a, b) for a, b in pairwise(nodes))


SECRETARY_THEN_CHAIR = diagram(
    '<bpmn:startEvent id="start"/>'
    + task("check", groups="town:secretary", title="秘书核对")
    + task("sign", groups="town:chair", title="书记签发")
    + '<bpmn:endEvent id="end"/>'
    + chain("start", "check", "sign", "end")
)

TWO_APPROVALS = diagram(
    '<bpmn:startEvent id="start"/><bpmn:parallelGateway id="fork"/>'
    + task("town", groups="town:chair", title="党委书记审批")
    + task("zone", groups="zone:chair", title="党组书记审批")
    + '<bpmn:parallelGateway id="join"/>'
    + task("file", groups="town:secretary", title="归档")
    + '<bpmn:endEvent id="end"/>'
    + flow("f1", "start", "fork")
    + flow("f2", "fork", "town")
    + flow("f3", "fork", "zone")
    + flow("f4", "town", "join")
    + flow("f5", "zone", "join")
    + flow("f6", "join", "file")
    + flow("f7", "file", "end"),
    process="two",
)

ONE_WAY_ONLY = diagram(
    '<bpmn:startEvent id="start"/>'
    + task("ask", groups="town:secretary", title="填写金额")
    + '<bpmn:exclusiveGateway id="big"/>'
    + task("vote", groups="town:chair")
    + '<bpmn:endEvent id="end"/>'
    + flow("f1", "start", "ask")
    + flow("f2", "ask", "big")
    + flow("f3", "big", "vote", "amount &gt; 50")
    + flow("f4", "big", "end", "amount &lt; 10")
    + flow("f5", "vote", "end"),
    process="oneway",
)

WAITS_FOR_RESULT = diagram(
    '<bpmn:startEvent id="start"/><bpmn:receiveTask id="wait" name="等待结果" messageRef="m"/>'
    + task("sign", groups="town:chair")
    + '<bpmn:endEvent id="end"/>'
    + chain("start", "wait", "sign", "end"),
    process="waiting",
).replace(b"<bpmn:process", b'<bpmn:message id="m" name="result_announced"/><bpmn:process', 1)

REMINDED = diagram(
    '<bpmn:startEvent id="start"/>'
    + task("answer", groups="town:secretary")
    + '<bpmn:boundaryEvent id="late" attachedToRef="answer"><bpmn:timerEventDefinition>'
    "<bpmn:timeDuration>PT2H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    + task("escalate", groups="town:chair")
    + '<bpmn:endEvent id="end"/>'
    + chain("start", "answer", "end")
    + chain("late", "escalate", "end"),
    process="reminded",
)


def with_job(job: str) -> bytes:
    """A service task of this type between two people."""
    return diagram(
        '<bpmn:startEvent id="start"/>'
        + task("ask", groups="town:secretary")
        + f'<bpmn:serviceTask id="work" name="编号"><bpmn:extensionElements><zeebe:taskDefinition type="{job}"/>'
        "</bpmn:extensionElements></bpmn:serviceTask>"
        + task("sign", groups="town:chair")
        + '<bpmn:endEvent id="end"/>'
        + chain("start", "ask", "work", "sign", "end"),
        process="jobs",
    )
