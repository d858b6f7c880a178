"""The two flows that ship: what the contract of docs/architecture.md says, and properly drawn."""

from __future__ import annotations

import itertools

import pytest

from workflows import bpmn
from workflows.bpmn.model import Bounds, Document, Node
from workflows.engine import Graph

from .diagrams import LIBRARY

FLOWS = ("joint_decision", "joint_personnel")
# node: (kind, groups, form, stage), as the table of docs/architecture.md
TABLE = {
    "draft": ("userTask", None, "decisions.draft", "propose"),
    "confirm_town": ("userTask", '["town:secretary"]', "decisions.confirm", "propose"),
    "confirm_zone": ("userTask", '["zone:secretary"]', "decisions.confirm", "propose"),
    "plan": ("userTask", '["town:proposer", "zone:proposer"]', "decisions.plan", "plan"),
    "opinions": ("userTask", '["town:secretary", "zone:secretary"]', "decisions.opinions", "plan"),
    "legality": ("userTask", '["legal"]', "decisions.legality", "plan"),
    "table": ("userTask", '["town:secretary", "zone:secretary"]', "decisions.table", "deliberate"),
    "deliberate": ("receiveTask", None, None, "deliberate"),
    "split": ("userTask", '["town:chair", "zone:chair"]', "decisions.split", "deliberate"),
    "superior": ("userTask", '["town:secretary", "zone:secretary"]', "decisions.superior", "deliberate"),
    "sign_town": ("userTask", '["town:chair"]', "decisions.sign", "sign"),
    "sign_zone": ("userTask", '["zone:chair"]', "decisions.sign", "sign"),
    "execute": ("userTask", '["town:secretary", "zone:secretary"]', "decisions.execute", "execute"),
}


@pytest.fixture(params=FLOWS)
def document(request: pytest.FixtureRequest) -> Document:
    return bpmn.read((LIBRARY / f"{request.param}.bpmn").read_bytes())


def nodes(document: Document) -> dict[str, Node]:
    return dict(document.processes[0].nodes)


def test_the_checker_has_nothing_to_say(document: Document) -> None:
    assert bpmn.check(document) == ()


def test_the_engine_takes_them(document: Document) -> None:
    assert set(Graph.of(document.processes[0]).places) == set(nodes(document))


def test_the_file_is_named_after_its_process() -> None:
    assert [bpmn.read((LIBRARY / f"{key}.bpmn").read_bytes()).processes[0].id for key in FLOWS] == list(FLOWS)


def test_nodes_groups_forms_and_stages_are_those_of_the_contract(document: Document) -> None:
    found = {
        node.id: (
            node.kind,
            node.assignment.candidate_groups if node.assignment else None,
            node.form,
            node.properties.get("stage"),
        )
        for node in nodes(document).values()
        if node.kind.endswith("Task")
    }
    assert found == TABLE
    draft = nodes(document)["draft"]
    assert draft.assignment is not None
    assert draft.assignment.assignee == "proposer"
    assert {node.id for node in nodes(document).values() if node.kind == "exclusiveGateway"} == {
        "confirmed",
        "legal",
        "outcome",
        "route",
        "ruled",
        "agreed",
    }


def test_the_sitting_announces_its_result_by_message(document: Document) -> None:
    event = nodes(document)["deliberate"].event
    assert event is not None
    assert (event.kind, event.name) == ("message", "result_announced")


def test_every_outcome_has_its_own_way(document: Document) -> None:
    process = document.processes[0]
    ways = {
        gateway: {
            (flow.condition, flow.target, flow.id == process.nodes[gateway].default)
            for flow in map(process.flows.__getitem__, process.nodes[gateway].outgoing)
        }
        for gateway in ("confirmed", "legal", "outcome", "route", "ruled")
    }
    assert ways == {
        "confirmed": {("town_confirmed and zone_confirmed", "plan", False), (None, "draft", True)},
        "legal": {("legal_ok", "table", False), (None, "plan", True)},
        "outcome": {
            ('outcome = "passed"', "agreed", False),
            ('outcome = "deferred"', "table", False),
            ('outcome = "split"', "split", False),
            (None, "plan", True),
        },
        "route": {('route = "up"', "superior", False), (None, "plan", True)},
        "ruled": {
            ('ruling = "for"', "agreed", False),
            ('ruling = "against"', "refused", False),
            (None, "plan", True),
        },
    }


def test_lanes_are_the_two_bodies_and_what_they_do_together(document: Document) -> None:
    lanes = document.processes[0].lanes
    assert [lane.name for lane in lanes.values()] == ["镇党委", "双方联合", "示范区党组"]
    assert set(itertools.chain(*(lane.nodes for lane in lanes.values()))) == set(nodes(document))


def test_every_task_has_a_chinese_name_and_explains_itself(document: Document) -> None:
    for identifier in TABLE:
        node = nodes(document)[identifier]
        assert 2 <= len(node.name) <= 8
        assert node.documentation.endswith("。")


def apart(first: Bounds, second: Bounds) -> bool:
    return (
        first.x + first.width <= second.x
        or second.x + second.width <= first.x
        or first.y + first.height <= second.y
        or second.y + second.height <= first.y
    )


def test_no_two_symbols_overlap_and_each_lies_in_its_lane(document: Document) -> None:
    drawn = {key: document.shapes[key].bounds for key in nodes(document)}
    for first, second in itertools.combinations(drawn, 2):
        assert apart(drawn[first], drawn[second]), (first, second)
    for lane in document.processes[0].lanes.values():
        frame = document.shapes[lane.id].bounds
        for key in lane.nodes:
            box = drawn[key]
            assert frame.x <= box.x and box.x + box.width <= frame.x + frame.width
            assert frame.y <= box.y and box.y + box.height <= frame.y + frame.height


def test_flows_run_straight_and_start_and_end_at_their_symbols(document: Document) -> None:
    for flow in document.processes[0].flows.values():
        points = document.edges[flow.id].points
        for (x1, y1), (x2, y2) in itertools.pairwise(points):
            assert x1 == x2 or y1 == y2, flow.id
        for identifier, (x, y) in ((flow.source, points[0]), (flow.target, points[-1])):
            box = document.shapes[identifier].bounds
            on_side = x in {box.x, box.x + box.width} and box.y <= y <= box.y + box.height
            on_edge = y in {box.y, box.y + box.height} and box.x <= x <= box.x + box.width
            assert on_side or on_edge, flow.id


def test_labels_stand_clear_of_the_symbols(document: Document) -> None:
    labels = {key: shape.label for key, shape in document.shapes.items() if shape.label}
    labels |= {key: edge.label for key, edge in document.edges.items() if edge.label}
    assert len(labels) == 19
    for key, label in labels.items():
        assert label is not None
        for node in nodes(document):
            assert node == key or apart(label, document.shapes[node].bounds), (key, node)
