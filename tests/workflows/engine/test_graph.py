"""What can be compiled, and how a case begins."""

from __future__ import annotations

import pytest

from tests.workflows.engine.build import Play, process
from workflows.bpmn.model import EventDefinition, MultiInstance, Node, Process, StandardLoop
from workflows.engine import EngineError, Graph, Marking

ONE = """
    start begin -> a
    user a -> done
    end done
"""


@pytest.mark.parametrize(
    ("node", "fields"),
    [
        ("a", {"kind": "callActivity"}),
        ("a", {"kind": "sendTask"}),
        ("a", {"kind": "scriptTask"}),
        ("a", {"kind": "complexGateway"}),
        ("a", {"kind": "businessRuleTask"}),
        ("a", {"kind": "userTask", "triggered_by_event": True}),
        ("a", {"standard_loop": StandardLoop()}),
        ("a", {"standard_loop": StandardLoop("again"), "loop": MultiInstance(False, "3")}),
        ("a", {"kind": "receiveTask", "instantiates": True}),
        ("begin", {"event": EventDefinition("error", code="s")}),
        ("done", {"event": EventDefinition("conditional", expression="x")}),
        ("done", {"event": EventDefinition("terminate"), "more_events": (EventDefinition("signal"),)}),
    ],
)
def test_what_the_engine_cannot_run_is_refused_by_name(node: str, fields: dict[str, object]) -> None:
    with pytest.raises(EngineError) as problem:
        Graph.of(process(ONE, **{node: fields}))
    assert (problem.value.code, problem.value.node) == ("unsupported", node)


def test_an_event_sub_process_begins_with_one_event() -> None:
    for starts in ("start s -> b", "start s message=m -> b\n            start t message=n -> b"):
        with pytest.raises(EngineError, match="unsupported at other"):
            Graph.of(
                process(f"""
        start begin -> a
        user a
        event_sub other
            {starts}
            user b
    """)
            )


def test_an_event_based_gateway_leads_only_to_what_waits_for_one_event() -> None:
    for target in ("user b", "catch b message=m -> c\n        task a -> b"):
        with pytest.raises(EngineError, match="unsupported at b"):
            Graph.of(process(f"start s -> g, a\nevents g -> b, c\n{target}\ncatch c message=n\ntask a"))


def test_a_gateway_cannot_be_repeated_or_have_boundary_events() -> None:
    with pytest.raises(EngineError, match="unsupported at x"):
        Graph.of(process("xor x times=3"))
    with pytest.raises(EngineError, match="unsupported at late"):
        Graph.of(
            process("""
            xor x
            boundary late on=x after=PT1H
        """)
        )


def test_dangling_references_are_refused() -> None:
    lost = Process("p", "", {"a": Node("a", "userTask", "p", outgoing=("f1",))}, {}, {})
    with pytest.raises(EngineError, match="broken_reference at a"):
        Graph.of(lost)
    with pytest.raises(EngineError, match="broken_reference at late"):
        Graph.of(process("boundary late on=nobody after=PT1H"))


def test_feel_that_does_not_parse_is_refused() -> None:
    with pytest.raises(EngineError, match="bad_expression at x"):
        Graph.of(
            process("""
            xor x -> [1 +] a
            user a
        """)
        )


def test_two_plain_starts_must_be_told_apart() -> None:
    drawing = """
        start one -> a
        start two -> b
        user a
        user b
    """
    with pytest.raises(EngineError, match="ambiguous_start"):
        Play(drawing).start()
    assert Play(drawing).start(node="two").at == ["b"]
    with pytest.raises(EngineError, match="ambiguous_start at work"):
        Graph.of(
            process("""
            sub work
                start one
                start two
        """)
        )


def test_a_process_without_start_event_begins_everywhere_nothing_leads_to() -> None:
    assert Play("""
        user a -> b
        user b
        user c
    """).start().at == ["a", "c"]


def test_a_case_starts_once() -> None:
    case = Play(ONE).start()
    with pytest.raises(EngineError, match="already_started"):
        case.start()


def test_a_case_that_has_not_started_can_only_start() -> None:
    case = Play(ONE)
    assert case.marking == Marking()
    for event in (case.cancel, lambda: case.message("m")):
        with pytest.raises(EngineError, match="not_waiting"):
            event()
