"""Names in a diagram as the reader knows them."""

from pathlib import Path

import pytest
from django.utils import translation

from workflows import bpmn, names
from workflows.models import CaseTask, Definition

# A name nobody of the house has translated is looked up among the words of packs.
pytestmark = pytest.mark.django_db
DIAGRAM = Path(__file__).parents[2] / "workflows" / "library" / "joint_decision.bpmn"


def test_a_reader_of_english_sees_the_shipped_flow_in_english() -> None:
    document = bpmn.read(DIAGRAM.read_bytes())
    with translation.override("en"):
        process = names.labelled(document).processes[0]
    assert process.nodes["plan"].name == "Write the plan"
    assert {lane.name for lane in process.lanes.values()} == {"Town", "Zone", "Both sides"}
    assert process.flows["flow_passed"].name == "Yes"


def test_what_runs_keeps_the_names_it_was_drawn_with() -> None:
    document = bpmn.read(DIAGRAM.read_bytes())
    with translation.override("en"):
        labelled = names.labelled(document)
    assert document.processes[0].nodes["plan"].name == "编制方案"
    assert set(labelled.processes[0].nodes) == set(document.processes[0].nodes)
    assert labelled.shapes == document.shapes


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_name_nobody_translated_is_shown_as_it_is_drawn(language: str) -> None:
    with translation.override(language):
        assert names.label("踏勘现场") == "踏勘现场"
        assert names.label("") == ""
        assert str(CaseTask(name="踏勘现场", node="visit")) == "踏勘现场"
        assert str(CaseTask(name="", node="visit")) == "visit"


def test_a_flow_is_called_by_its_name_in_the_language_of_the_reader() -> None:
    flow = Definition(key="joint_decision", name="联合决策")
    assert flow.label == "联合决策"
    with translation.override("en"):
        assert str(flow) == "Joint decision"
