"""What the reader makes of the file: nodes, flows, lanes, extensions, expressions."""

from __future__ import annotations

import pytest

from workflows import bpmn
from workflows.bpmn.model import AdHoc, Assignment, EventDefinition, IoMapping, MultiInstance, Publication

from .diagrams import around, codes, definitions, errors, node, problems, process, read_process


def test_a_user_task_of_camunda_modeler_8_is_read_with_all_it_says() -> None:
    task = node(
        around(
            """<userTask id="n" name="双方确认"><documentation>请核对</documentation><extensionElements>
            <zeebe:userTask/><zeebe:formDefinition externalReference="decisions.confirm"/>
            <zeebe:assignmentDefinition assignee="=proposer" candidateGroups="town:secretary, zone:secretary"/>
            <zeebe:taskSchedule dueDate="=now() + duration(&quot;P3D&quot;)"/><zeebe:priorityDefinition priority="70"/>
            <zeebe:properties><zeebe:property name="stage" value="propose"/></zeebe:properties>
            <zeebe:ioMapping><zeebe:input source="=议题.名称" target="title"/><zeebe:output source="=ok" target="confirmed"/>
            </zeebe:ioMapping></extensionElements></userTask>"""
        )
    )
    assert (task.kind, task.name, task.form, task.documentation) == (
        "userTask",
        "双方确认",
        "decisions.confirm",
        "请核对",
    )
    assert task.assignment == Assignment(
        assignee="proposer",
        candidate_groups='["town:secretary", "zone:secretary"]',
        due='now() + duration("P3D")',
        priority="70",
    )
    assert dict(task.properties) == {"stage": "propose"}
    assert task.inputs == (IoMapping("议题.名称", "title"),)
    assert task.outputs == (IoMapping("ok", "confirmed"),)


@pytest.mark.parametrize("prefix", ["camunda", "flowable", "activiti"])
def test_the_older_family_is_converted_to_feel(prefix: str) -> None:
    task = node(
        around(
            f'<userTask id="n" name="办理" {prefix}:assignee="kermit" {prefix}:candidateUsers="${{users}}"'
            f' {prefix}:candidateGroups="management, accountancy" {prefix}:formKey="f" {prefix}:priority="50"/>'
        )
    )
    assert task.form == "f"
    assert task.assignment == Assignment(
        assignee='"kermit"', candidate_groups='["management", "accountancy"]', candidate_users="users", priority="50"
    )


def test_quotes_in_a_plain_assignee_stay_inside_the_feel_string() -> None:
    task = node(around("""<userTask id="n" name="x" camunda:assignee='a" + secret + "b'/>"""))
    assert task.assignment is not None
    assert task.assignment.assignee == '"a\\" + secret + \\"b"'


@pytest.mark.parametrize(
    ("attributes", "job_type"),
    [
        ('camunda:class="com.example.Send"', "class:com.example.Send"),
        ('camunda:delegateExpression="${sender}"', "${sender}"),
        ('camunda:type="external" camunda:topic="mail"', "mail"),
        ('flowable:expression="${bean.go()}"', "${bean.go()}"),
    ],
)
def test_a_service_task_names_its_handler(attributes: str, job_type: str) -> None:
    assert node(around(f'<serviceTask id="n" {attributes}/>')).job_type == job_type


def test_a_zeebe_service_task_names_its_handler() -> None:
    xml = around(
        '<serviceTask id="n"><extensionElements><zeebe:taskDefinition type="decisions.notify" retries="3"/>'
        "</extensionElements></serviceTask>"
    )
    assert node(xml).job_type == "decisions.notify"
    assert errors(xml) == []


@pytest.mark.parametrize(
    ("condition", "feel"),
    [
        ("=金额 &gt; 50", "金额 > 50"),
        ("${input == 1}", "input = 1"),
        ("${input == 3 || input == 1}", "input = 3 or input = 1"),
        ("choice == 'Yes'", 'choice = "Yes"'),
        ("x &gt; 1", "x > 1"),
    ],
)
def test_a_condition_becomes_feel_whatever_its_dialect(condition: str, feel: str) -> None:
    flows = read_process(
        process(
            '<startEvent id="a"/><task id="b"/><sequenceFlow id="f" sourceRef="a" targetRef="b">'
            f"<conditionExpression>{condition}</conditionExpression></sequenceFlow>"
        )
    ).flows
    assert flows["f"].condition == feel


def test_a_method_call_is_refused_with_element_line_and_reason() -> None:
    xml = process(
        '<startEvent id="a"/>\n<task id="b"/>\n<sequenceFlow id="f" sourceRef="a" targetRef="b">\n'
        "<conditionExpression>${bean.check()}</conditionExpression></sequenceFlow>"
    )
    (problem,) = problems(xml)
    assert (problem.code, problem.element, problem.line) == ("unconvertible_expression", "f", 6)
    assert "FEEL" in problem.text("zh-hans")
    assert "calls a method" in problem.text("en")


def test_another_expression_language_is_refused_by_name() -> None:
    xml = process(
        '<startEvent id="a"/><task id="b"/><sequenceFlow id="f" sourceRef="a" targetRef="b">'
        '<conditionExpression language="groovy">x</conditionExpression></sequenceFlow>'
    )
    (problem,) = problems(xml)
    assert problem.code == "unsupported_language"
    assert "groovy" in problem.text()


def test_timers_keep_their_kind_and_become_feel() -> None:
    def timer(inside: str) -> EventDefinition | None:
        return node(
            around(
                f'<intermediateCatchEvent id="n"><timerEventDefinition>{inside}</timerEventDefinition></intermediateCatchEvent>'
            )
        ).event

    read = [
        timer("<timeDuration>PT1H</timeDuration>"),
        timer("<timeDate>2026-03-01T09:00:00+08:00</timeDate>"),
        timer("<timeDuration>${wait}</timeDuration>"),
        timer('<timeDuration>"PT1S"</timeDuration>'),
    ]
    assert [(e.timer_kind, e.expression) for e in read if e is not None] == [
        ("duration", '"PT1H"'),
        ("date", '"2026-03-01T09:00:00+08:00"'),
        ("duration", "wait"),
        ("duration", '"PT1S"'),
    ]


@pytest.mark.parametrize("text", ["P1X", "PT", "P1D2H", "PT1.S", "2026-13"])
def test_a_duration_that_is_not_iso_8601_is_refused(text: str) -> None:
    xml = around(
        '<intermediateCatchEvent id="n"><timerEventDefinition>'
        f"<timeDuration>{text}</timeDuration></timerEventDefinition></intermediateCatchEvent>"
    )
    (problem,) = problems(xml)
    assert (problem.code, problem.element) == ("bad_timer", "n")
    assert text in problem.text()


def test_multi_instance_reads_zeebe_and_the_older_family_alike() -> None:
    zeebe = node(
        around(
            '<userTask id="n" name="x"><multiInstanceLoopCharacteristics isSequential="true"><extensionElements>'
            '<zeebe:loopCharacteristics inputCollection="=people" inputElement="person" outputCollection="votes"'
            ' outputElement="=vote"/></extensionElements><completionCondition>=nrOfCompletedInstances &gt; 2'
            "</completionCondition></multiInstanceLoopCharacteristics></userTask>"
        )
    ).loop
    older = node(
        around(
            '<userTask id="n" name="x"><multiInstanceLoopCharacteristics flowable:collection="people"'
            ' flowable:elementVariable="person"/></userTask>'
        )
    ).loop
    assert zeebe == MultiInstance(
        sequential=True,
        collection="people",
        element_variable="person",
        output_collection="votes",
        output_element="vote",
        completion_condition="nrOfCompletedInstances > 2",
        line=3,
    )
    assert older == MultiInstance(sequential=False, collection="people", element_variable="person", line=3)


def test_a_data_item_whose_name_is_prose_is_called_by_its_id() -> None:
    loop = node(
        around(
            '<userTask id="n" name="x"><multiInstanceLoopCharacteristics><loopDataInputRef>rows</loopDataInputRef>'
            '<inputDataItem id="input_item" name="input item"/></multiInstanceLoopCharacteristics></userTask>'
        )
    ).loop
    assert loop is not None
    assert (loop.collection, loop.element_variable) == ("rows", "input_item")


def test_lanes_nest_and_a_node_lies_in_the_innermost() -> None:
    found = read_process(
        process(
            '<laneSet><lane id="town" name="镇党委" sangong:role="town:secretary"><flowNodeRef>a</flowNodeRef>'
            '<childLaneSet><lane id="office" name="办公室"><flowNodeRef>a</flowNodeRef></lane></childLaneSet></lane></laneSet>'
            '<startEvent id="a"/>'
        )
    )
    assert found.nodes["a"].lane == "office"
    assert (found.lanes["town"].role, found.lanes["office"].parent, found.lanes["office"].name) == (
        "town:secretary",
        "town",
        "办公室",
    )


def test_boundary_events_know_their_host_and_whether_they_interrupt() -> None:
    event = node(
        around(
            '<userTask id="n" name="x"/><boundaryEvent id="late" attachedToRef="n" cancelActivity="false">'
            "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>"
        ),
        "late",
    )
    assert (event.attached_to, event.interrupting, event.scope) == ("n", False, "p")


def test_a_message_is_known_by_its_name_not_its_id() -> None:
    task = node(around('<receiveTask id="n" messageRef="m1"/>', before='<message id="m1" name="result_announced"/>'))
    assert task.event is not None
    assert (task.event.kind, task.event.name) == ("message", "result_announced")


def test_what_does_not_run_yet_is_still_read_faithfully() -> None:
    xml = process(
        '<startEvent id="s"/><callActivity id="call" calledElement="other"/><subProcess id="undo" triggeredByEvent="true">'
        '<startEvent id="u" isInterrupting="false"><errorEventDefinition errorRef="e1"/></startEvent></subProcess>'
        '<task id="back" isForCompensation="true"/><boundaryEvent id="c" attachedToRef="call"><compensateEventDefinition/>'
        '</boundaryEvent><association id="as" sourceRef="c" targetRef="back"/>'
        '<task id="again"><standardLoopCharacteristics loopMaximum="3" testBefore="true"/></task>',
        before='<error id="e1" name="失败" errorCode="E-1"/>',
    )
    nodes = read_process(xml).nodes
    assert nodes["call"].called == "other"
    assert nodes["undo"].triggered_by_event
    assert nodes["u"].scope == "undo"
    assert nodes["u"].event is not None
    assert (nodes["u"].event.kind, nodes["u"].event.name, nodes["u"].event.code) == ("error", "失败", "E-1")
    assert not nodes["u"].interrupting
    assert nodes["back"].for_compensation
    assert nodes["c"].compensates_with == "back"
    assert nodes["again"].standard_loop is not None
    assert nodes["again"].standard_loop.maximum == "3"


def test_a_flow_without_an_id_gets_one_that_clashes_with_nothing() -> None:
    flows = read_process(
        process('<startEvent id="_unnamed_1"/><endEvent id="b"/><sequenceFlow sourceRef="_unnamed_1" targetRef="b"/>')
    ).flows
    ((identifier, flow),) = flows.items()
    assert identifier == flow.id != "_unnamed_1"


def test_the_second_element_of_an_id_is_reported_and_the_first_kept() -> None:
    xml = process('<startEvent id="a"/>\n<task id="a" name="second"/>')
    document = bpmn.read(xml)
    assert document.processes[0].nodes["a"].kind == "startEvent"
    assert [(p.code, p.line) for p in document.problems] == [("duplicate_id", 4)]


def test_the_drawing_is_read_from_every_plane() -> None:
    document = bpmn.read(
        definitions(
            '<process id="p"><startEvent id="a"/></process><bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="p">'
            '<bpmndi:BPMNShape bpmnElement="a" isExpanded="false"><dc:Bounds x="1.5" y="2" width="36" height="36"/>'
            '<bpmndi:BPMNLabel><dc:Bounds x="1" y="40" width="30" height="14"/></bpmndi:BPMNLabel></bpmndi:BPMNShape>'
            '<bpmndi:BPMNShape bpmnElement="b"><dc:Bounds x="inf" y="2" width="36" height="36"/></bpmndi:BPMNShape>'
            "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
        )
    )
    shape = document.shapes["a"]
    assert (shape.bounds.x, shape.bounds.width, shape.expanded, shape.plane) == (1.5, 36, False, "p")
    assert shape.label is not None
    assert shape.label.y == 40
    assert codes(document.problems) == ["bad_diagram"]


def test_extensions_nobody_knows_are_kept_silently() -> None:
    assert (
        errors(
            around(
                '<userTask id="n" name="x" other:color="red"><extensionElements><other:thing/></extensionElements></userTask>'
            )
        )
        == []
    )


def test_a_call_activity_says_what_it_calls_and_what_goes_in_and_out() -> None:
    (plain, zeebe, mapped, whole) = (
        node(process(f'<callActivity id="n" {text}</callActivity>'))
        for text in (
            'calledElement="child">',
            '><extensionElements><zeebe:calledElement processId="=which" propagateAllChildVariables="false"'
            ' propagateAllParentVariables="false" bindingType="deployment"/></extensionElements>',
            'calledElement="child" camunda:calledElementBinding="deployment"><extensionElements>'
            '<camunda:in source="a" target="b"/><camunda:in sourceExpression="${c + 1}" target="d"/>'
            '<camunda:out source="e" target="f"/></extensionElements>',
            'calledElement="child"><extensionElements><camunda:in variables="all"/>'
            '<camunda:in source="a" target="b"/></extensionElements>',
        )
    )
    assert [(n.called, n.binding, n.passes_all, n.returns_all) for n in (plain, zeebe, mapped)] == [
        ("child", "latest", True, True),
        ("=which", "deployment", False, False),
        ("child", "deployment", False, False),
    ]
    assert [(io.source, io.target) for io in mapped.inputs] == [("a", "b"), ("c + 1", "d")]
    assert [(io.source, io.target) for io in mapped.outputs] == [("e", "f")]
    assert (whole.passes_all, whole.returns_all, len(whole.inputs)) == (True, True, 1)


def test_what_a_script_loop_and_ad_hoc_sub_process_say_is_read() -> None:
    script = node(process(
        '<scriptTask id="n"><extensionElements><zeebe:script expression="=a + 1" resultVariable="b"/>'
        "</extensionElements></scriptTask>"
    )).script  # fmt: skip
    assert script == IoMapping("a + 1", "b")
    loop = node(process(
        '<task id="n"><standardLoopCharacteristics testBefore="true" loopMaximum="3"><loopCondition>=more</loopCondition>'
        "</standardLoopCharacteristics></task>"
    )).standard_loop  # fmt: skip
    assert loop is not None
    assert (loop.condition, loop.test_before, loop.maximum) == ("more", True, "3")
    ad_hoc = node(process(
        '<adHocSubProcess id="n" ordering="Sequential" cancelRemainingInstances="false"><completionCondition>=done'
        "</completionCondition></adHocSubProcess>"
    )).ad_hoc  # fmt: skip
    assert ad_hoc == AdHoc(sequential=True, completion_condition="done", cancel_remaining=False)


def test_a_message_says_the_key_its_receivers_wait_for_and_a_thrower_how_it_is_sent() -> None:
    message = (
        '<message id="m" name="paid"><extensionElements><zeebe:subscription correlationKey="=order.id"/>'
        "</extensionElements></message>"
    )
    send = (
        '<sendTask id="n" messageRef="m"><extensionElements><zeebe:publishMessage correlationKey="=order.id" '
        'messageId="once" timeToLive="PT1H"/></extensionElements></sendTask>'
    )
    found = read_process(around(send).replace(b"<process ", (message + "<process ").encode(), 1)).nodes["n"]
    assert found.event is not None
    assert (found.event.name, found.event.correlation) == ("paid", "order.id")
    assert found.publication == Publication("order.id", '"once"', '"PT1H"')
    wrong = around('<userTask id="n"><extensionElements><zeebe:publishMessage/></extensionElements></userTask>')
    assert "unsupported_extension" in errors(wrong)
    broken = message.replace("=order.id", "=order..id")
    assert "bad_expression" in errors(around(send).replace(b"<process ", (broken + "<process ").encode(), 1))
