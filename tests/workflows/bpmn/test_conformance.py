"""Diagrams of other projects: read them all, accept what we run, refuse what their own engines refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from workflows import bpmn

from .diagrams import CONFORMANCE

pytestmark = pytest.mark.skipif(
    not (CONFORMANCE / "cases.json").exists(), reason="no public diagrams beside the checkout (../shared/conformance)"
)

# Elements, as cases.json names them, that the engine runs.
RUN = {
    "startEvent", "endEvent", "terminateEventDefinition", "task", "userTask", "manualTask", "serviceTask", "receiveTask",
    "intermediateCatchEvent", "messageEventDefinition", "timerEventDefinition", "timeDuration", "timeDate", "timeCycle",
    "boundaryEvent", "boundary:interrupting", "boundary:non-interrupting", "exclusiveGateway", "parallelGateway",
    "inclusiveGateway", "subProcess", "multiInstanceLoopCharacteristics", "mi:parallel", "mi:sequential",
    "loopCardinality", "completionCondition", "lane", "conditionExpression", "defaultFlow", "eventBasedGateway",
    "intermediateThrowEvent", "linkEventDefinition", "errorEventDefinition", "escalationEventDefinition",
    "conditionalEventDefinition", "eventSubProcess", "standardLoopCharacteristics", "compensateEventDefinition",
    "cancelEventDefinition", "transaction", "signalEventDefinition", "sendTask", "callActivity", "adHocSubProcess",
}  # fmt: skip
# Verdicts we do not share, with the reason; docs/bpmn-profile.md says the same.
NOT_SHARED = {
    "testParseProcessDefinitionInvalidTtl": "how long Camunda keeps history means nothing here",
    "invalidPrioProcess": "the priority of a job means nothing here",
    "testTransitionIdRequired": "asyncBefore and asyncAfter mean nothing here, and a flow needs no id",
    "testInvalidSubProcessWithoutStartEvent": "the standard starts the nodes nothing leads to; said as a warning",
}
# We refuse these at the other end of the flow, or at another event of the clash, than the verdict names.
ELSEWHERE = {"compensationEventSubprocessAndBoundaryEvent", "testEventInvalidSequenceFlow"}


def load(name: str) -> list[dict[str, Any]]:
    path = CONFORMANCE / name
    cases: list[dict[str, Any]] = json.loads(path.read_text("utf-8")) if path.exists() else []
    return cases


CASES = load("cases.json")
INVALID = load("cases_invalid.json")


def content(case: dict[str, Any]) -> bytes:
    return Path(CONFORMANCE / case["local_file"]).read_bytes()


def test_all_cases_are_there() -> None:
    assert (len(CASES), len(INVALID)) == (124, 166)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_every_public_case_is_read_and_refused_only_for_what_we_do_not_run(case: dict[str, Any]) -> None:
    document = bpmn.read(content(case))
    assert case["process_id"] in {process.id for process in document.processes}
    found = [problem for problem in bpmn.check(document) if problem.severity == "error"]
    runs = set(case["elements"]) <= RUN
    assert (not found) == runs, [problem.text("en") for problem in found]


@pytest.mark.parametrize(
    "case", [case for case in INVALID if case["level"] == "error"], ids=lambda case: Path(case["local_file"]).name
)
def test_what_other_engines_refuse_is_refused_with_element_and_line(case: dict[str, Any]) -> None:
    _, problems = bpmn.inspect(content(case))
    found = [problem for problem in problems if problem.severity == "error"]
    if any(name in case["local_file"] for name in NOT_SHARED):
        assert found == []
        return
    assert found
    if case["element_id"] and not any(name in case["local_file"] for name in ELSEWHERE):
        assert case["element_id"] in {problem.element for problem in found}
        assert all(problem.line > 0 for problem in found if problem.element == case["element_id"])


@pytest.mark.parametrize(
    "case", [case for case in INVALID if case["level"] == "lint"], ids=lambda case: Path(case["local_file"]).name
)
def test_style_cases_are_looked_at_without_breaking(case: dict[str, Any]) -> None:
    document, problems = bpmn.inspect(content(case))
    assert document is not None or [problem.code for problem in problems] == ["not_xml"]
    assert all(problem.text("zh-hans") and problem.text("en") for problem in problems)
