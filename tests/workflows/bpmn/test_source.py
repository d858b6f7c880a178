"""Files from strangers: refused quickly, with a reason, whatever they hold."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows import bpmn
from workflows.bpmn import source

from .diagrams import NAMESPACES, around, definitions, process


@contextmanager
def within(seconds: float, megabytes: int) -> Iterator[None]:
    tracemalloc.start()
    started = time.process_time()
    try:
        yield
        spent = time.process_time() - started
        peak = tracemalloc.get_traced_memory()[1] / 1024 / 1024
    finally:
        tracemalloc.stop()
    assert spent < seconds
    assert peak < megabytes


def refusal(xml: bytes) -> str:
    with pytest.raises(bpmn.BpmnError) as caught:
        bpmn.read(xml)
    (problem,) = caught.value.problems
    assert problem.text("zh-hans")
    assert problem.text("en")
    return problem.code


def test_an_entity_bomb_is_refused_before_it_expands() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' if n else '<!ENTITY e0 "lol">' for n in range(12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE d [{entities}]><d>&e11;</d>'.encode()
    with within(seconds=2, megabytes=20):
        assert refusal(bomb) == "doctype"


def test_an_external_entity_is_refused() -> None:
    xxe = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'
    assert refusal(xxe) == "doctype"


@pytest.mark.parametrize(
    "prolog",
    ["<!DOCTYPE d>", "<!-- a --><!DOCTYPE d>", "<?p q?>\n<!-- > -->\n<!DOCTYPE d SYSTEM 'x'>", "\ufeff<!DOCTYPE d>"],
)
def test_a_doctype_is_refused_wherever_it_hides(prolog: str) -> None:
    assert refusal((prolog + "<d/>").encode()) == "doctype"


def test_a_doctype_in_utf_16_is_refused_too() -> None:
    assert refusal('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE d><d/>'.encode("utf-16")) == "doctype"


def test_a_doctype_named_in_a_comment_harms_nobody() -> None:
    assert bpmn.read(b"<!-- <!DOCTYPE x> -->" + around('<task id="n"/>')).processes


def test_an_undeclared_entity_is_no_xml() -> None:
    assert refusal(definitions("&secret;")) == "not_xml"


def test_a_hundred_thousand_elements_are_refused() -> None:
    with within(seconds=3, megabytes=60):
        assert refusal(process("<task/>" * 100_000)) == "too_many_elements"


def test_just_over_the_cap_of_elements_is_refused() -> None:
    assert refusal(process("<task/>" * source.MAX_ELEMENTS)) == "too_many_elements"


def test_elements_nested_ten_thousand_deep_are_refused() -> None:
    with within(seconds=3, megabytes=60):
        assert refusal(definitions("<subProcess>" * 10_000 + "</subProcess>" * 10_000)) == "too_deep"


def test_nesting_up_to_the_cap_is_read() -> None:
    depth = source.MAX_DEPTH - 3
    nested = "".join(f'<subProcess id="s{n}">' for n in range(depth)) + "</subProcess>" * depth
    (only,) = bpmn.read(process(nested)).processes
    assert len(only.nodes) == depth


def test_a_file_over_four_mebibytes_is_refused_unparsed() -> None:
    with within(seconds=0.5, megabytes=10):
        assert refusal(b"<" * (source.MAX_BYTES + 1)) == "too_large"


def test_half_a_million_attributes_on_one_element_stay_cheap() -> None:
    attributes = " ".join(f'a{n}=""' for n in range(300_000))
    with within(seconds=5, megabytes=200):
        bpmn.inspect(f"<definitions {attributes} {NAMESPACES}/>".encode())


def test_a_wide_and_crowded_process_is_checked_in_bounded_time() -> None:
    body = '<startEvent id="s"/>' + "".join(
        f'<sequenceFlow id="f{n}" sourceRef="s" targetRef="s"/>' for n in range(19_000)
    )
    with within(seconds=20, megabytes=200):
        _, found = bpmn.inspect(process(body))
    assert "flow_into_start" in {problem.code for problem in found}


@pytest.mark.parametrize("text", [b"", b"   ", b"BPMN", b"<a", b"<a></b>", b"<a/><b/>", b"\x00\x01"])
def test_what_is_no_xml_is_said_to_be_none(text: bytes) -> None:
    assert refusal(text) == "not_xml"


def test_xml_that_is_no_bpmn_is_said_to_be_none() -> None:
    assert refusal(b"<html/>") == "not_bpmn"


def test_an_unknown_encoding_is_named() -> None:
    assert refusal(b'<?xml version="1.0" encoding="EBCDIC-CP-BE"?><a/>') == "bad_encoding"


def test_bytes_that_are_not_the_declared_encoding_are_refused_with_their_line() -> None:
    with pytest.raises(bpmn.BpmnError) as caught:
        bpmn.read(b'<?xml version="1.0" encoding="UTF-8"?>\n<a>\n\xff</a>')
    assert (caught.value.problems[0].code, caught.value.problems[0].line) == ("bad_encoding", 3)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gbk", "gb18030"])
def test_chinese_names_are_read_in_the_encodings_tools_write(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n' + around('<userTask id="n" name="双方确认"/>').decode()
    (only,) = bpmn.read(text.encode(encoding)).processes
    assert only.nodes["n"].name == "双方确认"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk"])
def test_a_stored_file_is_read_again_as_the_text_it_was(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{declared}"?>\n' + around('<userTask id="n" name="双方确认"/>').decode()
    stored = bpmn.text_of(text.encode(encoding))
    assert bpmn.read(stored).processes[0].nodes["n"].name == "双方确认"


def test_bytes_that_are_no_text_can_be_stored_and_are_still_refused() -> None:
    assert refusal(bpmn.text_of(b"<a>\xff").encode()) == "not_xml"


def test_a_lone_surrogate_in_a_text_breaks_nothing() -> None:
    document, _ = bpmn.inspect(around('<task id="n" name="x"/>').decode().replace("x", "\ud800"))
    assert document is None or document.processes


def test_lines_count_from_the_top_of_the_file_with_and_without_a_declaration() -> None:
    text = around('\n\n<userTask id="n" name="确认"/>').decode()
    plain = bpmn.read(text.encode()).processes[0].nodes["n"].line
    declared = bpmn.read(f'<?xml version="1.0"\n encoding="UTF-8"?>\n{text}'.encode()).processes[0].nodes["n"].line
    assert declared == plain + 2


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_are_read_or_refused_and_never_break_the_reader(xml: bytes) -> None:
    try:
        bpmn.read(xml)
    except bpmn.BpmnError as error:
        assert error.problems


_FRAGMENTS = st.lists(
    st.sampled_from(
        [
            '<startEvent id="a"/>', '<endEvent id="b">', "</endEvent>", '<userTask id="a" camunda:assignee="${x}"/>',
            '<sequenceFlow id="f" sourceRef="a" targetRef="b"/>', '<sequenceFlow/>', '<subProcess id="s">', "</subProcess>",
            '<boundaryEvent id="e" attachedToRef="a"><timerEventDefinition/></boundaryEvent>', "<laneSet><lane/></laneSet>",
            '<multiInstanceLoopCharacteristics/>', "<extensionElements><zeebe:ioMapping><zeebe:input/></zeebe:ioMapping>",
            "</extensionElements>", '<exclusiveGateway id="g" default="nothing"/>', "<nonsense/>", "<transaction/>",
            "<conditionExpression>${</conditionExpression>", "\n", '<adHocSubProcess id="h"/>', "&#x4e2d;",
        ]
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(_FRAGMENTS)
def test_inspect_never_raises_on_shuffled_bpmn(pieces: list[str]) -> None:
    _, found = bpmn.inspect(process("".join(pieces)))
    for problem in found:
        assert problem.text("zh-hans")
        assert problem.text("en")
