"""``flow_check`` and ``flow_cases``: what they print, and their exit status."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.workflows.diagrams import SECRETARY_THEN_CHAIR, diagram
from workflows.models import Case, Definition

CONFORMANCE = Path(__file__).parents[3] / "shared" / "conformance"
LIBRARY = Path(__file__).parents[2] / "workflows" / "library"


def run(*arguments: str) -> tuple[str, int]:
    out = StringIO()
    try:
        call_command(*arguments, stdout=out, stderr=out)
    except SystemExit as stop:
        return out.getvalue(), int(stop.code or 0)
    return out.getvalue(), 0


def test_flow_check_names_element_and_line_and_fails(tmp_path: Path) -> None:
    bad = tmp_path / "bad.bpmn"
    bad.write_bytes(diagram('<bpmn:startEvent id="start"/>\n<bpmn:complexGateway id="odd"/>'))
    good = tmp_path / "good.bpmn"
    good.write_bytes(SECRETARY_THEN_CHAIR)
    text, status = run("flow_check", str(bad), str(good))
    assert status == 1
    assert f"{bad}:5: error:" in text
    assert "odd" in text
    assert run("flow_check", str(good))[1] == 0
    assert run("flow_check", str(tmp_path / "none.bpmn"))[1] == 2


def test_the_shipped_flows_pass_the_check() -> None:
    files = sorted(map(str, LIBRARY.glob("*.bpmn")))
    assert len(files) >= 2
    text, status = run("flow_check", *files)
    assert status == 0, text


@pytest.mark.django_db
@pytest.mark.skipif(not CONFORMANCE.is_dir(), reason="../shared/conformance is missing: the public cases are not here")
def test_every_public_case_of_the_elements_we_run_passes_through_the_real_stack() -> None:
    text, status = run("flow_cases", str(CONFORMANCE / "cases.json"))
    *lines, last = text.strip().splitlines()
    reports = [json.loads(line) for line in lines]
    failed = [report for report in reports if report["verdict"] == "failed"]
    assert failed == []
    refused = [report for report in reports if report["verdict"] == "refused"]
    # What is refused is refused for an element or a step that is not built, by name; nothing else.
    assert [r for r in refused if "not supported" not in r["got"] and "not built" not in r["got"]] == []
    passed = len(reports) - len(refused)
    assert last == f"passed {passed} failed 0 refused {len(refused)}"
    assert passed >= 104
    assert status == 0
    assert not Definition.objects.exists()
    assert not Case.objects.exists()


@pytest.mark.django_db
def test_a_case_that_differs_is_reported_with_step_expected_and_got(tmp_path: Path) -> None:
    (tmp_path / "a.bpmn").write_bytes(SECRETARY_THEN_CHAIR)
    case = {
        "id": "wrong",
        "local_file": "a.bpmn",
        "process_id": "small",
        "steps": [
            {"start": True, "expect": {"tasks": ["check"], "ended": False}},
            {"complete": "check", "expect": {"tasks": ["nowhere"]}},
        ],
    }
    (tmp_path / "cases.json").write_text(json.dumps([case, {**case, "id": "other"}]), encoding="utf-8")
    text, status = run("flow_cases", str(tmp_path / "cases.json"), "--only", "wrong")
    report, last = text.strip().splitlines()
    assert json.loads(report) == {
        "id": "wrong",
        "ok": False,
        "verdict": "failed",
        "step": 2,
        "expected": {"tasks": ["nowhere"]},
        "got": {"tasks": ["sign"]},
    }
    assert (last, status) == ("passed 0 failed 1 refused 0", 1)


def test_flow_check_prints_the_way_to_where_a_case_gets_stuck(tmp_path: Path) -> None:
    bad = tmp_path / "stuck.bpmn"
    xml = (LIBRARY / "joint_decision.bpmn").read_bytes()
    timed = (
        b'<bpmn:boundaryEvent id="late" attachedToRef="confirm_town"><bpmn:timerEventDefinition><bpmn:timeDuration>P1D'
    )
    timed += b"</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent></bpmn:process>"
    bad.write_bytes(xml.replace(b"</bpmn:process>", timed))
    text, status = run("flow_check", str(bad), "--language", "en")
    assert status == 1
    assert "The flow can stop here for good" in text
    assert " → confirm_zone → flow_from_confirm_zone → join_confirm → late\n" in text
