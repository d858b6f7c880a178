"""The drawing of a flow: what each state looks like, and that no word of the file can become markup."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from workflows import bpmn
from workflows.bpmn.drawing import Drawing, Heat, draw, to_svg
from workflows.bpmn.drawing.model import DrawnNode
from workflows.bpmn.drawing.text import width, wrapped
from workflows.bpmn.model import Document

from .diagrams import LIBRARY, definitions

SVG = "{http://www.w3.org/2000/svg}"
PAST = ("start", "draft", "fork_confirm", "confirm_town", "confirm_zone", "join_confirm", "confirmed", "plan")


@pytest.fixture(scope="module")
def joint() -> Document:
    return bpmn.read((LIBRARY / "joint_decision.bpmn").read_bytes())


def drawn(drawing: Drawing, identifier: str) -> DrawnNode:
    (found,) = [node for node in (*drawing.frames, *drawing.nodes) if node.id == identifier]
    return found


def parsed(svg: str) -> etree._Element:
    return etree.fromstring(svg)


def classes(drawing: Drawing, identifier: str) -> list[str]:
    return [dict(mark.attributes)["class"] for mark in drawn(drawing, identifier).marks]


def small(nodes: str, shapes: str, edges: str = "") -> Document:
    return bpmn.read(
        definitions(
            f'<process id="p">{nodes}</process><bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="p">{shapes}{edges}'
            "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
        )
    )


def shape(element: str, x: float = 0, y: float = 0, w: float = 100, h: float = 60) -> str:
    return (
        f'<bpmndi:BPMNShape bpmnElement="{element}"><dc:Bounds x="{x}" y="{y}" width="{w}" height="{h}"/>'
        "</bpmndi:BPMNShape>"
    )


def test_without_states_nothing_is_marked(joint: Document) -> None:
    drawing = draw(joint, marker_id="m")
    assert {node.css for node in drawing.nodes} == {""}
    assert drawing.now == drawing.past == drawing.later == ()
    assert "tick" not in to_svg(drawing)


def test_done_steps_have_a_dark_edge_and_a_tick(joint: Document) -> None:
    drawing = draw(joint, states=dict.fromkeys(PAST, "past"), marker_id="m")
    assert drawn(drawing, "draft").css == "past"
    assert "tick" in classes(drawing, "draft")
    assert "tick" not in classes(drawing, "fork_confirm")
    assert "tick" not in classes(drawing, "legality")


def test_the_steps_of_now_are_numbered_in_the_order_given(joint: Document) -> None:
    drawing = draw(
        joint, states={"opinions": "now", "legality": "now"}, tokens=["legality", "opinions", "gone"], marker_id="m"
    )
    assert drawn(drawing, "legality").css == "now"
    discs = [mark for mark in drawing.badges if mark.tag == "text"]
    places = [(mark.text, dict(mark.attributes)["y"]) for mark in discs]
    legality, opinions = joint.shapes["legality"].bounds, joint.shapes["opinions"].bounds
    assert places == [("1", f"{legality.y + 0.5:g}"), ("2", f"{opinions.y + 0.5:g}")]


def test_what_is_not_told_is_still_to_come(joint: Document) -> None:
    drawing = draw(joint, states={"draft": "now"}, marker_id="m")
    assert drawn(drawing, "execute").css == "later"
    assert drawing.later[-1] == "交办执行"


def test_the_sentence_says_now_past_and_later_in_reading_order(joint: Document) -> None:
    states = {**dict.fromkeys(PAST, "past"), "opinions": "now", "legality": "now"}
    drawing = draw(joint, states=states, marker_id="m")
    chinese = drawing.sentence()
    assert chinese.startswith("征求意见、合法性审查正在进行；提出议题、党委确认、党组确认、编制方案已完成；列入议程")
    assert chinese.endswith("交办执行未开始")
    assert drawing.sentence("en").startswith("In progress: 征求意见, 合法性审查; ")


def test_forward_flows_between_done_steps_are_dark_and_the_way_back_is_not(joint: Document) -> None:
    drawing = draw(joint, states=dict.fromkeys(PAST, "past"), marker_id="m")
    dark = [mark for mark in drawing.edges if dict(mark.attributes)["class"] == "edge past"]
    assert len(dark) == 8
    assert drawing.edges[-len(dark) :] == tuple(dark)


def test_when_flows_are_told_exactly_those_are_dark(joint: Document) -> None:
    states = {**dict.fromkeys(PAST, "past"), "flow_start": "past", "flow_sent_back": "past"}
    drawing = draw(joint, states=states, marker_id="m")
    assert sum(dict(mark.attributes)["class"] == "edge past" for mark in drawing.edges) == 2


def test_arrows_end_before_the_symbol_so_that_the_head_touches_it(joint: Document) -> None:
    drawing = draw(joint, marker_id="m")
    paths = [dict(mark.attributes)["d"] for mark in drawing.edges]
    assert "M87 164V182" in paths  # start → draft, whose left side is at 85


def test_heat_prints_its_figure_and_the_number_of_cases(joint: Document) -> None:
    drawing = draw(joint, heat={"legality": Heat(5, "9.4 天", 6), "draft": Heat(9, "0.5 天")}, marker_id="m")
    assert drawn(drawing, "legality").css == "h5"
    assert drawn(drawing, "draft").css == "h5"
    assert [mark.text for mark in drawn(drawing, "legality").marks if mark.tag == "text"] == ["合法性审查", "9.4 天"]
    assert [mark.text for mark in drawing.badges if mark.tag == "text"] == ["6"]


def test_a_phone_gets_the_part_around_the_steps_of_now(joint: Document) -> None:
    whole = draw(joint, marker_id="m").view_box
    part = draw(joint, crop_to=["legality", "opinions"], marker_id="m").view_box
    box = joint.shapes["legality"].bounds
    assert part.width == 372
    assert part.x < box.x and box.x + box.width < part.x + part.width
    assert whole.y <= part.y and part.y + part.height <= whole.y + whole.height
    assert draw(joint, crop_to=["nowhere"], marker_id="m").view_box == whole


def test_a_crop_at_the_edge_stays_inside_the_drawing(joint: Document) -> None:
    whole = draw(joint, marker_id="m").view_box
    first = draw(joint, crop_to=["start"], marker_id="m").view_box
    last = draw(joint, crop_to=["done"], marker_id="m").view_box
    assert first.x == whole.x
    assert last.x + last.width == whole.x + whole.width


def test_the_view_box_holds_the_whole_flow(joint: Document) -> None:
    box = draw(joint, marker_id="m").view_box
    assert (box.x, box.y, box.width) == (0, 0, 1208)


def test_a_small_drawing_keeps_air_at_its_sides_and_its_symbols_their_size() -> None:
    box = draw(small('<task id="t"/>', shape("t")), marker_id="m").view_box
    assert box.width == 760 + 16
    assert box.x + box.width / 2 == 50


def test_the_svg_is_well_formed_and_has_neither_style_nor_script(joint: Document) -> None:
    svg = to_svg(draw(joint, states={"draft": "now"}, tokens=["draft"], marker_id="m"), label='一 "二" <三>')
    root = parsed(svg)
    assert root.get("aria-label") == '一 "二" <三>'
    assert root.get("role") == "img"
    assert not re.search(r"style|script|\son\w+=", svg)
    assert root.get("viewBox") == "0 0 1208 604"


HOSTILE = """</text><script>alert(1)</script>"'&<"""


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.just(HOSTILE), st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)))
def test_no_name_can_become_markup(name: str) -> None:
    quoted = name.translate({ord("&"): "&amp;", ord("<"): "&lt;", ord('"'): "&quot;", ord("'"): "&apos;"})
    quoted = re.sub("[\ufffe\uffff]", "", quoted)
    document = small(
        f'<task id="t" name="{quoted}"/><startEvent id="s" name="{quoted}"/><laneSet><lane id="l" name="{quoted}"/></laneSet>'
        f'<sequenceFlow id="f" name="{quoted}" sourceRef="s" targetRef="t"/>',
        shape("t", 100) + shape("s", 0, 0, 30, 30) + shape("l", -30, -30, 400, 200),
        '<bpmndi:BPMNEdge bpmnElement="f"><di:waypoint x="30" y="15"/><di:waypoint x="100" y="15"/></bpmndi:BPMNEdge>',
    )
    svg = to_svg(draw(document, states={"t": "now"}, tokens=["t"], marker_id='m"><x'))
    tags = {etree.QName(element).localname for element in parsed(svg).iter()}
    assert tags <= {"svg", "defs", "marker", "path", "rect", "text", "g", "circle"}


@pytest.mark.parametrize(
    ("definition", "signs"),
    [
        ("<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>", 2),
        ("<messageEventDefinition/>", 2),
        ("<signalEventDefinition/>", 1),
        ("<errorEventDefinition/>", 1),
        ("<escalationEventDefinition/>", 1),
        ("<conditionalEventDefinition/>", 1),
        ("<compensateEventDefinition/>", 1),
        ("<linkEventDefinition/>", 1),
        ("", 0),
    ],
)
def test_every_event_has_its_sign_inside_a_double_ring(definition: str, signs: int) -> None:
    document = small(f'<intermediateCatchEvent id="e">{definition}</intermediateCatchEvent>', shape("e", 0, 0, 36, 36))
    found = classes(draw(document, marker_id="m"), "e")
    assert found[:2] == ["node", "node"]
    assert len(found) == 2 + signs


@pytest.mark.parametrize(
    "kind", ["exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"]
)
def test_every_gateway_has_its_sign(kind: str) -> None:
    found = classes(draw(small(f'<{kind} id="g"/>', shape("g", 0, 0, 40, 40)), marker_id="m"), "g")
    assert found[0] == "node"
    assert set(found[1:]) <= {"glyph", "glyph fine"}
    assert found[1:]


def test_a_boundary_event_that_does_not_interrupt_is_dashed_and_lies_on_top() -> None:
    document = small(
        '<boundaryEvent id="b" attachedToRef="t" cancelActivity="false"/><task id="t"/>',
        shape("b", 30, 40, 36, 36) + shape("t"),
    )
    drawing = draw(document, marker_id="m")
    assert drawing.nodes[-1].id == "b"
    assert dict(drawing.nodes[-1].marks[0].attributes)["stroke-dasharray"] == "4 3"


def test_an_opened_sub_process_lies_under_the_flows_inside_it_and_a_closed_one_has_a_plus() -> None:
    inside = small('<subProcess id="o"><task id="t"/></subProcess>', shape("o", 0, 0, 300, 200) + shape("t", 50, 50))
    closed = small('<subProcess id="o"><task id="t"/></subProcess>', shape("o"))
    assert [node.id for node in draw(inside, marker_id="m").frames] == ["o"]
    assert draw(closed, marker_id="m").frames == ()
    assert classes(draw(closed, marker_id="m"), "o") == ["node", "glyph fine", "glyph fine"]


def test_multi_instance_shows_three_bars() -> None:
    document = small(
        '<userTask id="t" name="表决"><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>'
        "</multiInstanceLoopCharacteristics></userTask>",
        shape("t"),
    )
    assert classes(draw(document, marker_id="m"), "t")[-1] == "glyph fine"


def test_a_file_without_a_drawing_draws_nothing_and_breaks_nothing() -> None:
    drawing = draw(bpmn.read(definitions('<process id="p"><task id="t"/></process>')), marker_id="m")
    assert drawing.nodes == ()
    assert parsed(to_svg(drawing)).get("viewBox") == "0 0 1 1"


@pytest.mark.parametrize(
    ("text", "room", "rows"),
    [
        ("提出议题", 80, ("提出议题",)),
        ("联席会议审议", 80, ("联席会议", "审议")),
        ("联席会议逐人表决", 80, ("联席会议", "逐人表决")),
        ("Request the feature", 100, ("Request the", "feature")),
        ("Ask them all for a word", 60, ("Ask", "them…")),
        ("一二三四五六七八九十一二三四五六", 60, ("一二三四", "五六七…")),
        ("  ", 60, ()),
    ],
)
def test_names_break_where_people_would_break_them(text: str, room: float, rows: tuple[str, ...]) -> None:
    assert wrapped(text, room, 15, 2) == rows


@given(st.text(max_size=60), st.floats(20, 300), st.integers(1, 4))
def test_no_line_is_wider_than_its_room(text: str, room: float, lines: int) -> None:
    rows = wrapped(text, room, 13, lines)
    assert len(rows) <= lines
    assert all(width(row, 13) <= room + 0.01 for row in rows)


def test_a_way_stands_out_with_its_steps_numbered_and_the_spot_it_is_about(joint: Document) -> None:
    way = ("start", "flow_start", "draft", "flow_submitted", "fork_confirm", "confirm_town", "join_confirm")
    drawing = draw(joint, way=way, spot="join_confirm", marker_id="m")
    assert drawn(drawing, "draft").css == "way"
    assert drawn(drawing, "join_confirm").css == "way spot"
    assert drawn(drawing, "plan").css == ""
    marked = [mark for mark in drawing.edges if dict(mark.attributes)["class"] == "edge way"]
    assert len(marked) == len({element for element in way if element in joint.edges})
    assert [mark.text for mark in drawing.badges if mark.tag == "text"] == ["1", "2", "3", "4", "5"]


def test_a_spot_inside_a_collapsed_sub_process_is_shown_at_the_sub_process() -> None:
    document = small(
        '<startEvent id="s"/><subProcess id="sub"><startEvent id="a"/></subProcess>', shape("s") + shape("sub", x=200)
    )
    drawing = draw(document, way=("s", "sub", "a"), spot="a", marker_id="m")
    assert drawn(drawing, "sub").css == "way spot"
