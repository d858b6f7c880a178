"""The flow editor's files are what its sources make, and its own tests hold (catalogue, conditions, markup)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
BUILT = ROOT / "static/vendor/bpmn"


def test_the_editor_is_built_from_its_sources_and_the_lock_file() -> None:
    answer = subprocess.run([sys.executable, ROOT / "scripts/editor", "--check"], capture_output=True, text=True)
    if answer.returncode == os.EX_TEMPFAIL:
        pytest.skip(f"the editor cannot be rebuilt here: {answer.stdout.strip()}")
    assert answer.returncode == 0, answer.stdout + answer.stderr


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
