"""What the checker refuses, what it only mentions, and that it says where."""

from __future__ import annotations

import pytest

from .diagrams import around, codes, definitions, errors, problems, process, warnings

FLOW = '<sequenceFlow id="{0}" sourceRef="{1}" targetRef="{2}"/>'


def flow(identifier: str, source: str, target: str) -> str:
    return FLOW.format(identifier, source, target)


def conditioned(identifier: str, source: str, target: str, condition: str = "=x") -> str:
    return (
        f'<sequenceFlow id="{identifier}" sourceRef="{source}" targetRef="{target}">'
        f"<conditionExpression>{condition}</conditionExpression></sequenceFlow>"
    )


def choice(gateway: str, *flows: str) -> bytes:
    return process(
        f'<startEvent id="s"/>{gateway}<endEvent id="a"/><endEvent id="b"/>{flow("in", "s", "g")}{"".join(flows)}'
    )


def test_a_plain_approval_has_nothing_to_say() -> None:
    xml = around('<userTask id="n" name="审批" camunda:assignee="kermit"/>')
    assert errors(xml) == []
    assert warnings(xml) == set()


@pytest.mark.parametrize(
    "element",
    [
        f'<userTask id="n" name="{"审" * 301}" camunda:assignee="kermit"/>',
        f'<userTask id="n" name="审批" camunda:assignee="kermit" camunda:formKey="{"f" * 121}"/>',
    ],
)
def test_a_name_there_is_no_room_for_is_refused(element: str) -> None:
    assert errors(around(element)) == ["name_too_long"]


@pytest.mark.parametrize(
    ("element", "word"),
    [
        ('<complexGateway id="n"/>', "复杂网关"),
        ('<task id="n"><potentialOwner/></task>', "potentialOwner"),
        ('<task id="n"><madeUp/></task>', "madeUp"),
        ('<receiveTask id="n" instantiate="true"/>', "接收任务启动"),
    ],
)
def test_an_element_that_does_not_run_is_refused_by_name_and_line(element: str, word: str) -> None:
    (problem,) = [p for p in problems(around("\n" + element)) if p.code == "unsupported_element"]
    assert problem.element == "n"
    assert problem.line == 4
    assert word in problem.text("zh-hans")
    assert "第 4 行" in problem.text("zh-hans")
    assert "Line 4" in problem.text("en")


@pytest.mark.parametrize(
    ("kind", "definition"),
    [
        ("intermediateThrowEvent", "timer"),
        ("intermediateCatchEvent", "escalation"),
        ("endEvent", "link"),
    ],
)
def test_an_event_that_does_not_run_is_refused(kind: str, definition: str) -> None:
    found = problems(around(f'<{kind} id="n"><{definition}EventDefinition/></{kind}>'))
    assert ("unsupported_event", "n") in [(p.code, p.element) for p in found]


TIMED = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"


@pytest.mark.parametrize("interrupting", ["true", "false"])
def test_an_event_sub_process_is_accepted_interrupting_or_not(interrupting: str) -> None:
    xml = process(
        '<startEvent id="s"/><subProcess id="e" triggeredByEvent="true">'
        f'<startEvent id="t" isInterrupting="{interrupting}">{TIMED}</startEvent></subProcess>'
    )
    assert errors(xml) == []


def test_an_event_sub_process_has_one_start_event_of_a_kind_that_runs() -> None:
    xml = process(
        f'<startEvent id="s"/><subProcess id="e" triggeredByEvent="true"><startEvent id="t">{TIMED}</startEvent>'
        '<startEvent id="u"><compensateEventDefinition/></startEvent></subProcess>',
    )
    found = [(p.code, p.element) for p in problems(xml)]
    assert found == [("unsupported_event", "u"), ("event_sub_process_starts", "u")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0 0 9 * * MON-FRI", None),
        ("@monthly", None),
        ("0 0 9 * * 1", "cron_weekday_number"),
        ("0 0 9 * *", "bad_cron"),
        ("0 0 0 30 2 ?", "bad_cron"),
        ("=cycle", None),
    ],
)
def test_a_cycle_can_be_cron(text: str, code: str | None) -> None:
    xml = around(
        '<userTask id="n" name="x" camunda:assignee="a"/><boundaryEvent id="b" attachedToRef="n" cancelActivity="false">'
        f"<timerEventDefinition><timeCycle>{text}</timeCycle></timerEventDefinition></boundaryEvent>"
    )
    assert errors(xml) == ([code] if code else [])


JOB = '<extensionElements><zeebe:taskDefinition type="mail"/></extensionElements>'
NAMED = '<message id="m" name="paid"/><message id="x"/><signal id="s1" name="bell"/><signal id="s2"/>'


@pytest.mark.parametrize(
    ("element", "code"),
    [
        ('<sendTask id="n"/>', "event_reference_missing"),
        ('<sendTask id="n" messageRef="x"/>', "event_name_missing"),
        ('<sendTask id="n" messageRef="m"/>', None),
        (f'<sendTask id="n">{JOB}</sendTask>', None),
        (
            '<intermediateThrowEvent id="n"><messageEventDefinition/></intermediateThrowEvent>',
            "event_reference_missing",
        ),
        ('<intermediateThrowEvent id="n"><messageEventDefinition messageRef="m"/></intermediateThrowEvent>', None),
        (f'<intermediateThrowEvent id="n">{JOB}<messageEventDefinition/></intermediateThrowEvent>', None),
        (
            '<intermediateThrowEvent id="n"><messageEventDefinition camunda:class="com.example.Mail"/>'
            "</intermediateThrowEvent>",
            None,
        ),
        ('<intermediateThrowEvent id="n"><signalEventDefinition signalRef="s1"/></intermediateThrowEvent>', None),
        (
            '<intermediateThrowEvent id="n"><signalEventDefinition signalRef="s2"/></intermediateThrowEvent>',
            "event_name_missing",
        ),
        ('<intermediateCatchEvent id="n"><signalEventDefinition/></intermediateCatchEvent>', "event_reference_missing"),
    ],
)
def test_what_is_sent_or_heard_has_a_name_unless_a_job_does_it(element: str, code: str | None) -> None:
    xml = around(element).replace(b"<process ", (NAMED + "<process ").encode(), 1)
    assert errors(xml) == ([code] if code else [])


@pytest.mark.parametrize(
    "definition",
    [
        "<timerEventDefinition><timeCycle>R/P7D</timeCycle></timerEventDefinition>",
        '<messageEventDefinition messageRef="m"/>',
        '<signalEventDefinition signalRef="s1"/>',
    ],
)
def test_a_timer_message_or_signal_starts_a_case(definition: str) -> None:
    body = f'<startEvent id="s">{definition}<outgoing>f</outgoing></startEvent><endEvent id="e"/>'
    xml = process(body + '<sequenceFlow id="f" sourceRef="s" targetRef="e"/>', before=NAMED)
    assert errors(xml) == []


def test_two_starts_for_one_message_are_one_too_many() -> None:
    start = '<startEvent id="{0}"><messageEventDefinition messageRef="m"/></startEvent>'
    xml = process(start.format("s") + start.format("t"), before=NAMED)
    assert errors(xml) == ["event_caught_twice"]


def test_a_script_task_needs_a_feel_script() -> None:
    assert errors(around('<scriptTask id="n"><script>x = 1</script></scriptTask>')) == ["script_missing"]
    script = '<zeebe:script expression="=a + 1" resultVariable="b"/>'
    xml = around(f'<scriptTask id="n"><extensionElements>{script}</extensionElements></scriptTask>')
    assert errors(xml) == []


def test_behind_an_event_based_gateway_stands_only_what_waits_for_one_event() -> None:
    xml = process(
        '<startEvent id="s"/><eventBasedGateway id="g"/><userTask id="u" name="u" camunda:assignee="a"/>'
        f'<intermediateCatchEvent id="c">{TIMED}</intermediateCatchEvent><receiveTask id="r"/>'
        f'<boundaryEvent id="late" attachedToRef="r">{TIMED}</boundaryEvent>'
        f"{flow('a', 's', 'g')}{flow('b', 'g', 'u')}{flow('d', 'g', 'c')}{flow('e', 'g', 'r')}"
    )
    assert [(p.code, p.element) for p in problems(xml)] == [
        ("event_gateway_target", "u"),
        ("event_gateway_target", "r"),
    ]


def test_compensation_names_what_undoes_and_only_what_it_can_see() -> None:
    undone = (
        '<startEvent id="s"/><task id="t"/><boundaryEvent id="b" attachedToRef="t"><compensateEventDefinition/>'
        '</boundaryEvent><task id="u" isForCompensation="true"/><subProcess id="inner"><startEvent id="i"/>'
        '<intermediateThrowEvent id="throw"><compensateEventDefinition activityRef="{0}"/></intermediateThrowEvent>'
        "</subProcess>"
    )
    tie = '<association id="a" sourceRef="b" targetRef="u" associationDirection="One"/>'
    assert errors(process(undone.format("i") + tie)) == []
    assert errors(process(undone.format("i"))) == ["compensation_handler_missing"]
    assert errors(process(undone.format("t") + tie)) == ["compensation_out_of_sight"]
    assert errors(process(undone.format("nobody") + tie)) == ["dangling_reference"]


def test_an_error_that_nothing_catches_is_mentioned() -> None:
    failing = (
        '<startEvent id="s"/><subProcess id="x"><startEvent id="i"/><endEvent id="e"><errorEventDefinition errorRef="A"/>'
        "</endEvent></subProcess>"
    )
    edge = '<boundaryEvent id="b" attachedToRef="x"><errorEventDefinition errorRef="{0}"/></boundaryEvent>'
    inside = (
        '<subProcess id="y" triggeredByEvent="true"><startEvent id="t"><errorEventDefinition/></startEvent>'
        '<endEvent id="u"><errorEventDefinition errorRef="B"/></endEvent></subProcess>'
    )
    said = [
        [p.element for p in problems(process(failing + more), "warning") if p.code == "error_uncaught"]
        for more in ("", edge.format("A"), edge.format("B"), inside)
    ]
    assert said == [["e"], [], ["e"], ["u"]]


def test_a_transaction_that_can_be_cancelled_says_where_it_goes_then() -> None:
    body = (
        '<startEvent id="s"/><transaction id="x"><startEvent id="i"/><endEvent id="e"><cancelEventDefinition/></endEvent>'
        "</transaction>"
    )
    edge = '<boundaryEvent id="b" attachedToRef="x"><cancelEventDefinition/></boundaryEvent>'
    assert errors(process(body)) == ["cancel_uncaught"]
    assert errors(process(body + edge)) == []


def test_a_timer_on_the_edge_of_a_task_is_accepted_interrupting_or_not() -> None:
    for interrupting in ("true", "false"):
        xml = around(
            '<userTask id="n" name="x" camunda:assignee="a"/><boundaryEvent id="late" attachedToRef="n"'
            f' cancelActivity="{interrupting}"><timerEventDefinition><timeDuration>P1D</timeDuration>'
            f'</timerEventDefinition></boundaryEvent><endEvent id="over"/>{flow("f", "late", "over")}'
        )
        assert errors(xml) == []


@pytest.mark.parametrize(
    "extension",
    [
        '<camunda:executionListener event="start"/>',
        '<flowable:taskListener event="create"/>',
        "<camunda:connector/>",
        "<zeebe:executionListeners/>",
        "<zeebe:script/>",
        "<sangong:unheard/>",
    ],
)
def test_an_extension_that_would_change_execution_is_refused_by_name(extension: str) -> None:
    xml = around(f'<userTask id="n" name="x"><extensionElements>{extension}</extensionElements></userTask>')
    (problem,) = problems(xml)
    assert problem.code == "unsupported_extension"
    assert extension.strip("</>").split()[0] in problem.text("zh-hans")


def test_a_listener_on_the_process_is_refused_too() -> None:
    xml = process('<extensionElements><camunda:executionListener event="end"/></extensionElements><startEvent id="s"/>')
    assert [(p.code, p.element) for p in problems(xml)] == [("unsupported_extension", "p")]


def test_an_extension_without_meaning_here_is_only_mentioned() -> None:
    xml = around('<userTask id="n" name="x" camunda:assignee="a" camunda:shinyNew="1"/>')
    assert errors(xml) == []
    assert warnings(xml) == {"unknown_extension"}


def test_a_value_computed_by_a_script_is_refused() -> None:
    xml = around(
        '<userTask id="n" name="x"><extensionElements><camunda:inputOutput><camunda:inputParameter name="a">'
        "<camunda:script/></camunda:inputParameter></camunda:inputOutput></extensionElements></userTask>"
    )
    assert errors(xml) == ["unsupported_extension"]


def test_a_feel_mistake_is_told_with_its_position() -> None:
    (problem,) = problems(choice(
        '<exclusiveGateway id="g" default="d"/>', conditioned("c", "g", "a", "=金额 &gt;&gt; 50"), flow("d", "g", "b")
    ))  # fmt: skip
    assert (problem.code, problem.element) == ("bad_expression", "c")
    assert problem.params["position"] == "5"
    assert "第 5 个字符" in problem.text("zh-hans")
    assert "Character 5" in problem.text("en")


# flows


def test_flows_that_lead_nowhere_are_refused() -> None:
    xml = process(
        f'<startEvent id="s"/><endEvent id="e"/>{flow("a", "s", "nobody")}<sequenceFlow id="b" sourceRef="s"/>'
        f"{flow('c', 'e', 's')}"
    )
    found = [(p.code, p.element) for p in problems(xml)]
    assert found == [
        ("dangling_reference", "a"), ("flow_end_missing", "b"), ("flow_from_end", "c"), ("flow_into_start", "c"),
    ]  # fmt: skip


def test_a_flow_may_not_cross_the_border_of_a_sub_process() -> None:
    xml = process(
        '<startEvent id="s"/><subProcess id="sub"><startEvent id="i"/><task id="t"/>'
        f"{flow('f', 'i', 't')}</subProcess>{flow('a', 's', 'sub')}{flow('bad', 's', 't')}"
    )
    assert [(p.code, p.element) for p in problems(xml)] == [("flow_crosses_scopes", "bad")]


def test_a_default_flow_takes_no_condition_and_must_leave_its_own_node() -> None:
    gateway = '<exclusiveGateway id="g" default="{0}"/>'
    with_condition = choice(gateway.format("c"), conditioned("c", "g", "a"), conditioned("d", "g", "b"))
    unknown = choice(gateway.format("in"), conditioned("c", "g", "a"), conditioned("d", "g", "b"))
    assert errors(with_condition) == ["default_with_condition"]
    assert errors(unknown) == ["default_unknown"]


def test_a_choice_needs_conditions_only_its_last_flow_may_do_without() -> None:
    gateway = '<exclusiveGateway id="g"/>'
    last = choice(gateway, conditioned("c", "g", "a"), flow("d", "g", "b"))
    first = choice(gateway, flow("d", "g", "b"), conditioned("c", "g", "a"))
    assert errors(last) == []
    assert "choice_without_condition" in warnings(last)
    assert [(p.code, p.element) for p in problems(first)] == [("choice_without_condition", "d")]


def test_a_parallel_gateway_that_ignores_a_condition_is_mentioned() -> None:
    xml = choice('<parallelGateway id="g"/>', conditioned("c", "g", "a"), flow("d", "g", "b"))
    assert errors(xml) == []
    assert "condition_ignored" in warnings(xml)


# nodes


def test_a_boundary_event_must_sit_on_an_activity() -> None:
    timer = "<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>"
    for host in ("", ' attachedToRef="nobody"', ' attachedToRef="start"'):
        xml = around(f'<task id="n"/><boundaryEvent id="b"{host}>{timer}</boundaryEvent>')
        assert errors(xml) == ["boundary_not_attached"]


def test_a_message_event_must_say_which_message_and_the_message_must_have_a_name() -> None:
    event = '<intermediateCatchEvent id="n"><messageEventDefinition{0}/></intermediateCatchEvent>'
    assert errors(around(event.format(""))) == ["event_reference_missing"]
    assert errors(around(event.format(' messageRef="m"'))) == ["dangling_reference", "event_name_missing"]
    nameless = around(event.format(' messageRef="m"'), before='<message id="m"/>')
    assert errors(nameless) == ["event_name_missing"]


def test_a_timer_needs_exactly_one_time() -> None:
    event = '<intermediateCatchEvent id="n"><timerEventDefinition>{0}</timerEventDefinition></intermediateCatchEvent>'
    both = "<timeDuration>P1D</timeDuration><timeDate>2026-01-01</timeDate>"
    assert errors(around(event.format(""))) == errors(around(event.format(both))) == ["timer_incomplete"]


def test_a_service_task_needs_a_handler_and_a_loop_needs_a_count() -> None:
    assert errors(around('<serviceTask id="n"/>')) == ["job_type_missing"]
    assert errors(around('<task id="n"><multiInstanceLoopCharacteristics/></task>')) == ["loop_without_count"]


def test_a_task_nobody_can_do_or_recognise_is_mentioned() -> None:
    assert warnings(around('<userTask id="n"/>')) == {"nobody_assigned", "name_missing"}


def test_the_role_of_the_lane_does_the_task() -> None:
    lane = '<laneSet><lane id="l" sangong:role="legal"><flowNodeRef>n</flowNodeRef></lane></laneSet>'
    assert warnings(around(f'{lane}<userTask id="n" name="审查"/>')) == set()


# starts, ends and reach


def test_a_process_needs_a_start_event() -> None:
    assert errors(process('<task id="t"/>')) == ["no_start_event"]
    assert errors(process("")) == ["no_start_event"]


def test_a_file_without_a_process_cannot_be_published() -> None:
    assert errors(definitions("")) == ["no_process"]


def test_two_plain_start_events_are_one_too_many() -> None:
    found = problems(process('<startEvent id="a"/><startEvent id="b"/>'))
    assert [(p.code, p.element) for p in found] == [("several_start_events", "b")]


def test_a_sub_process_without_start_event_begins_where_nothing_leads_in() -> None:
    xml = around('<subProcess id="n"><task id="t"/></subProcess>')
    assert errors(xml) == []
    assert "implicit_start" in warnings(xml)


def test_a_sub_process_that_can_begin_nowhere_is_refused() -> None:
    circle = f'<task id="t"/><task id="u"/>{flow("x", "t", "u")}{flow("y", "u", "t")}'
    assert errors(around(f'<subProcess id="n">{circle}</subProcess>')) == ["no_start_event"]


def test_an_embedded_sub_process_takes_no_trigger() -> None:
    xml = around(
        '<subProcess id="n"><startEvent id="t"><timerEventDefinition><timeDuration>P1D</timeDuration>'
        "</timerEventDefinition></startEvent></subProcess>"
    )
    assert "typed_start_in_sub_process" in errors(xml)


def test_what_no_path_reaches_is_mentioned() -> None:
    found = problems(around('<task id="n"/><task id="island"/>'), "warning")
    assert ("unreachable", "island") in [(p.code, p.element) for p in found]


def test_a_path_that_stops_without_an_end_event_is_mentioned() -> None:
    assert "implicit_end" in warnings(process(f'<startEvent id="s"/><task id="t"/>{flow("f", "s", "t")}'))


def test_errors_come_before_warnings_each_in_the_order_of_the_lines() -> None:
    from workflows import bpmn

    xml = process('<task id="island"/>\n<startEvent id="a"/>\n<serviceTask id="x"/>\n<startEvent id="b"/>')
    _, found = bpmn.inspect(xml)
    assert [p.severity for p in found] == sorted(p.severity for p in found)
    assert codes(found)[:2] == ["job_type_missing", "several_start_events"]


def test_a_problem_names_the_element_in_the_words_of_the_diagram() -> None:
    (problem,) = problems(around('<serviceTask id="n" name="通知承办单位"/>'))
    assert problem.text("zh-hans").startswith("第 3 行“通知承办单位”（n）：")
    assert problem.text("en").startswith("Line 3, “通知承办单位” (n): ")


def test_an_end_that_terminates_alone_does_nothing_a_plain_one_would_not() -> None:
    last = '<endEvent id="e"><terminateEventDefinition/></endEvent>'
    alone = process(f'<startEvent id="s"/><task id="t"/>{last}{flow("f", "s", "t")}{flow("g", "t", "e")}')
    assert "termination_superfluous" in warnings(alone)
    for beside in (
        f'<parallelGateway id="p"/><endEvent id="z"/>{flow("h", "t", "p")}{flow("i", "p", "e")}{flow("j", "p", "z")}',
        f'<task id="u"/>{flow("h", "t", "u")}',
        '<boundaryEvent id="b" attachedToRef="t" cancelActivity="false"><timerEventDefinition><timeDuration>PT1H'
        "</timeDuration></timerEventDefinition></boundaryEvent>",
    ):
        assert "termination_superfluous" not in warnings(alone.replace(b"</process>", f"{beside}</process>".encode()))


def test_shapes_that_lie_over_each_other_are_mentioned_once() -> None:
    def shape(element: str, x: int, y: int) -> str:
        return (
            f'<bpmndi:BPMNShape bpmnElement="{element}"><dc:Bounds x="{x}" y="{y}" width="100" height="80"/>'
            "</bpmndi:BPMNShape>"
        )

    def drawn(*places: tuple[int, int]) -> list[str | None]:
        tasks = "".join(f'<task id="t{n}"/>' for n in range(len(places)))
        edge = '<boundaryEvent id="b" attachedToRef="t0"/>'
        shapes = "".join(shape(f"t{n}", x, y) for n, (x, y) in enumerate(places)) + shape("b", *places[0])
        plane = (
            f'<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="p">{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
        )
        xml = process(tasks + edge).replace(b"</definitions>", f"{plane}</definitions>".encode())
        return [problem.element for problem in problems(xml, "warning") if problem.code == "drawn_over"]

    assert drawn((0, 0), (150, 0), (0, 100)) == []
    assert drawn((0, 0), (100, 0)) == []  # side by side
    assert drawn((0, 0), (50, 40), (300, 0)) == ["t1"]
    assert drawn((0, 0), (10, 10), (20, 20)) == ["t1", "t2"]


def test_more_inclusive_joins_than_a_flow_of_its_size_can_run_are_refused() -> None:
    gates = "".join(f'<inclusiveGateway id="g{n}"/>' for n in range(800))
    flows = "".join(flow(f"a{n}", f"g{n}", f"g{n + 1}") + flow(f"b{n}", f"g{n}", f"g{n + 1}") for n in range(799))
    assert "too_many_joins" in errors(process(f'<startEvent id="s"/>{gates}{flows}{flow("x", "s", "g0")}'))
