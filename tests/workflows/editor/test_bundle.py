"""The flow editor's files are what its sources make, and its own tests hold (catalogue, conditions, markup)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.workflows.editor.rewriting import said
from workflows import bpmn
from workflows.bpmn.importing import convert
from workflows.bpmn.plain import plain

ROOT = Path(settings.BASE_DIR)
BUILT = ROOT / "static/vendor/bpmn"
SHARED = ROOT.parent / "shared"
LIBRARY = sorted((ROOT / "workflows/library").glob("*.bpmn"))
#: executable diagrams of other projects, and the reference diagrams of the BPMN model interchange working group
OTHERS = [
    path
    for folder in ("conformance/cases", "miwg")
    for path in sorted((SHARED / folder).glob("*"))
    if path.suffix in (".bpmn", ".xml")
]

PLANE = "the plane names a process that is not in the file; the canvas leads it to the one that is drawn"
SPACE = "an id ends with a space, which no reader of XML schemas sees"
PREFIX = "a reference has a namespace's prefix"
VARIABLE = "a variable's name stands where the standard has a reference"
NAMES = "lanes and shapes lead to names instead of ids, so nothing of them is drawn"
#: diagrams that do not stay as they are, the end of the name without its suffix, why, and whether the editor refuses to change them
NOT_THE_SAME = {
    "TerminateEndEventTest.testProcessTerminate": (PLANE, False),
    "TerminateEndEventTest.testTerminateInSubProcess": (PLANE, False),
    "TerminateEndEventTest.testTerminateInSubProcessConcurrent": (PLANE, False),
    "TerminateEndEventTest.testTerminateInSubProcessMultiInstance": (PLANE, False),
    "ParallelGatewayTest.testParallelGatewayBeforeAndInSubProcess": (PLANE, False),
    "BoundaryErrorEventTest.testCatchErrorOnParallelMultiInstance": (SPACE, True),
    "BoundaryErrorEventTest.testCatchErrorOnSequentialMultiInstance": (SPACE, True),
    "MessageStartEventTest.testMessageStartEventAndNoneStartEvent": (PREFIX, True),
    "MessageStartEventTest.testSingleMessageStartEvent": (PREFIX, True),
    "DynamicMultiInstanceTest.testParallelUserTasksBasedOnCollection": (VARIABLE, True),
    "s__parallel_multiinstance_loop_input": (VARIABLE, True),
    "s__sequential_multiinstance_loop_input": (VARIABLE, True),
    "s__Approvals": (NAMES, False),
}


def test_the_editor_is_what_its_sources_make_and_saving_an_opened_diagram_keeps_what_it_says(tmp_path: Path) -> None:
    given, written = tmp_path / "given", tmp_path / "written"
    given.mkdir()
    written.mkdir()
    for path in OTHERS:
        (given / f"{path.parent.name}-{path.name}").write_text(convert(bpmn.text_of(path.read_bytes())).xml, "utf-8")
    for path in LIBRARY:
        (given / f"own-{path.name}").write_bytes(path.read_bytes())
        (given / f"plain-{path.name}").write_text(plain(path.read_text("utf-8")), "utf-8")
    folders = {"EDITOR_DRAWINGS": str(given), "EDITOR_REWRITTEN": str(written)}
    answer = subprocess.run(
        [sys.executable, ROOT / "scripts/editor", "--check"],
        capture_output=True,
        text=True,
        env={**os.environ, **folders},
    )
    if answer.returncode == os.EX_TEMPFAIL:
        pytest.skip(f"the editor cannot be rebuilt here: {answer.stdout.strip()}")
    assert answer.returncode == 0, answer.stdout + answer.stderr

    told = json.loads((written / "told.json").read_text("utf-8"))
    assert len(told) == len(OTHERS) + 2 * len(LIBRARY)
    changed, warned = {}, {}
    for name, one in told.items():
        if said((given / name).read_text("utf-8")) != said((written / name).read_text("utf-8")):
            changed[_plain_name(name)] = bool(one["lost"])
        if warnings := [words for words in one["warnings"] if "document encoding" not in words]:
            warned[_plain_name(name)] = warnings
    assert changed == {name: refused for name, (_why, refused) in NOT_THE_SAME.items() if OTHERS}
    assert warned.keys() == changed.keys(), warned


def _plain_name(name: str) -> str:
    """A diagram's name without the folder it was in, what it was a test of, and its suffix."""
    stem = name.split("-", 1)[1].removesuffix(".xml").removesuffix(".bpmn20").removesuffix(".bpmn")
    parts = stem.rsplit("__", 1)
    return stem if parts[0] == "s" else parts[-1]


def test_the_lock_file_names_no_registry() -> None:
    lock = (ROOT / "workflows/editor/package-lock.json").read_text("utf-8")
    assert '"integrity"' in lock
    assert '"resolved"' not in lock


def test_the_bundle_has_no_markup_the_security_policy_refuses() -> None:
    script = (BUILT / "editor.js").read_text("utf-8")
    assert ' style="' not in script
    assert "new Function(" not in script
    assert "eval(" not in script
    sheet = (BUILT / "editor.css").read_text("utf-8")
    assert "url(http" not in sheet
    assert "font/woff2;base64" not in sheet


def test_the_mark_of_bpmn_io_and_every_licence_go_along() -> None:
    assert "https://bpmn.io" in (BUILT / "editor.js").read_text("utf-8")
    assert "MUST NOT be" in (BUILT / "LICENSE").read_text("utf-8")
    told = (BUILT / "LICENSES.txt").read_text("utf-8")
    for name in (
        "bpmn-js",
        "bpmnlint",
        "bpmn-js-token-simulation",
        "bpmn-auto-layout",
        "diagram-js-minimap",
        "zeebe-bpmn-moddle",
    ):
        assert f"\n{name} " in told
