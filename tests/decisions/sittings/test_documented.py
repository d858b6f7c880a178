"""The page about sittings names every action, and every reason one is refused for."""

import re
from pathlib import Path

from decisions.actions import sittings as act
from decisions.models import AgendaEntry
from decisions.rules import Why

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "sittings.md").read_text("utf-8")
ACTIONS = ROOT / "decisions" / "actions" / "sittings"
SOURCES = [*sorted(ACTIONS.glob("*.py")), ROOT / "decisions" / "selectors" / "sittings.py"]


def test_every_action_is_documented() -> None:
    listed = re.findall(r"(?m)^\| `(\w+)` \|", PAGE)
    assert sorted(listed) == sorted(act.__all__)


def test_every_code_a_refusal_can_have_is_documented() -> None:
    source = "".join(path.read_text("utf-8") for path in SOURCES)
    codes = set(re.findall(r'code="(\w+)"', source)) | {why.value for why in Why} - {"allowed", "unknown_seat"}
    assert {code for code in codes if f"`{code}`" not in PAGE} == set()


def test_every_stage_of_an_entry_is_documented() -> None:
    assert {stage for stage in AgendaEntry.Stage.values if f"`{stage}`" not in PAGE} == set()
