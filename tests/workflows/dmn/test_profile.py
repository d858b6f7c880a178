"""The documentation says of every DMN element what becomes of it."""

from __future__ import annotations

import pytest

from tests.workflows.bpmn.diagrams import ROOT
from workflows.dmn import boxed, model, reader

TEXT = (ROOT / "docs" / "bpmn-profile.md").read_text("utf-8")
SECTION = TEXT.split("## Decisions (DMN)")[1].split("\n## ")[0]


@pytest.mark.parametrize(
    "tag",
    sorted(
        {*boxed._READERS, *boxed.REFUSED, *reader.KEPT, "decision", "inputData", "businessKnowledgeModel", "import"}
    ),
)
def test_every_element_has_a_row(tag: str) -> None:
    (row,) = (line for line in SECTION.splitlines() if line.startswith("|") and f"`{tag}`" in line)
    support = row.split("|")[2]
    if tag in boxed.REFUSED or tag == "import":
        assert "refused" in support
    elif tag in boxed._READERS:
        assert "run" in support
    elif tag in reader.KEPT and tag != "itemDefinition":
        assert "kept" in support


def test_every_hit_policy_and_aggregation_is_named() -> None:
    assert ", ".join("UAPFROC") in SECTION
    assert set(model.HIT_POLICIES.values()) == set("UAPFROC")
    assert all(f"`{name}`" in SECTION for name in model.AGGREGATIONS)
