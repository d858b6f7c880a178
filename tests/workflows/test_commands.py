"""``flow_check``, ``flow_cases`` and ``feel_cases``: what they print, and their exit status."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.workflows.diagrams import SECRETARY_THEN_CHAIR, chain, diagram
from tests.workflows.dmn.files import ROUTE, decision, dmn, table
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


def test_flow_check_takes_decisions_as_well(tmp_path: Path) -> None:
    bad = tmp_path / "bad.dmn"
    bad.write_bytes(dmn("\n" + decision("d1", table([["> ", "1"]]))))
    good = tmp_path / "good.dmn"
    good.write_bytes(ROUTE)
    text, status = run("flow_check", "--language", "en", str(bad), str(good))
    assert status == 1
    assert f"{bad}:5: error:" in text
    assert "[bad_expression]" in text
    assert run("flow_check", str(good))[1] == 0


@pytest.mark.django_db
def test_a_case_may_bring_the_decisions_its_diagram_asks(tmp_path: Path) -> None:
    rule = (
        '<bpmn:businessRuleTask id="rule"><bpmn:extensionElements><zeebe:calledDecision decisionId="route"'
        ' resultVariable="way"/></bpmn:extensionElements></bpmn:businessRuleTask>'
    )
    nodes = f'<bpmn:startEvent id="start"/>{rule}<bpmn:endEvent id="end"/>'
    (tmp_path / "flow.bpmn").write_bytes(diagram(nodes + chain("start", "rule", "end")))
    (tmp_path / "route.dmn").write_bytes(ROUTE)
    case = {
        "id": "asks", "local_file": "flow.bpmn", "extra_files": [{"local_file": "route.dmn"}], "process_id": "small",
        "steps": [{"start": None, "with": {"amount": 80}, "expect": {"ended": True, "vars": {"way": "joint"}}}],
    }  # fmt: skip
    (tmp_path / "cases.json").write_text(json.dumps([case]), encoding="utf-8")
    text, status = run("flow_cases", str(tmp_path / "cases.json"))
    assert (text.strip().splitlines()[-1], status) == ("passed 1 failed 0 refused 0", 0)


def feel_file(tmp_path: Path, passing: int, failing: int) -> str:
    cases = [{"group": "good", "id": str(n), "expr": "1 + 1", "expect": 2, "error": False} for n in range(passing)]
    cases += [{"group": "bad", "id": str(n), "expr": "1 + 1", "expect": 3, "error": False} for n in range(failing)]
    path = tmp_path / "feel.json"
    path.write_text(json.dumps(cases), encoding="utf-8")
    return str(path)


def test_feel_cases_prints_the_failing_groups_and_how_many_passed(tmp_path: Path) -> None:
    text, status = run("feel_cases", feel_file(tmp_path, 19, 1))
    assert text.splitlines()[0] == "bad: 1 failed"
    assert (text.splitlines()[-1], status) == ("passed 19 of 20", 0)
    text, status = run("feel_cases", "--all", feel_file(tmp_path, 18, 2))
    assert "expected 3, got Decimal('2')" in text
    assert (text.splitlines()[-1], status) == ("passed 18 of 20", 1)


def test_feel_cases_fails_where_a_case_is_slow_or_the_file_is_none(tmp_path: Path) -> None:
    path = feel_file(tmp_path, 20, 0)
    assert run("feel_cases", path, "--limit", "1000")[1] == 0
    assert run("feel_cases", path, "--limit", "0")[1] == 1
    assert run("feel_cases", str(tmp_path / "none.json"))[1] == 2


@pytest.mark.skipif(not CONFORMANCE.is_dir(), reason="../shared/conformance is missing: the public cases are not here")
def test_the_public_feel_cases_pass() -> None:
    text, status = run("feel_cases", str(CONFORMANCE / "feel_cases.json"), "--limit", "1000")
    last = text.splitlines()[-1]
    passed, total = (int(word) for word in last.split() if word.isdigit())
    assert status == 0
    assert passed / total >= 0.95


@pytest.mark.django_db
def test_a_case_is_held_still_let_go_on_and_ended_by_its_steps(tmp_path: Path) -> None:
    (tmp_path / "a.bpmn").write_bytes(SECRETARY_THEN_CHAIR)
    case = {
        "id": "held",
        "local_file": "a.bpmn",
        "process_id": "small",
        "steps": [
            {"start": True, "expect": {"tasks": ["check"]}},
            {"suspend": True, "expect": {"tasks": ["check"], "ended": False}},
            {"suspend": True, "expect": {"error": "suspended"}},
            {"complete": "check", "expect": {"error": "suspended"}},
            {"resume": True, "expect": {"tasks": ["check"]}},
            {"resume": True, "expect": {"error": "not_suspended"}},
            {"cancel_instance": True, "expect": {"tasks": [], "ended": True}},
            {"suspend": True, "expect": {"error": "ended"}},
        ],
    }
    (tmp_path / "cases.json").write_text(json.dumps([case]), encoding="utf-8")
    text, status = run("flow_cases", str(tmp_path / "cases.json"))
    assert status == 0, text
    assert "passed 1 failed 0 refused 0" in text
