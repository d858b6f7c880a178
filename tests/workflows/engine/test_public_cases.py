"""Public diagrams of other engines with what their own tests expect, played in memory.

The files stand outside the project (``../shared/conformance``, its README tells the format); where they are missing,
these tests are skipped.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.workflows.engine.build import Play
from workflows import bpmn
from workflows.engine import Complete, EngineError, Graph

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "conformance"
ELEMENTS = {
    *("startEvent", "endEvent", "terminateEventDefinition", "intermediateCatchEvent", "boundaryEvent"),
    *("boundary:interrupting", "boundary:non-interrupting", "messageEventDefinition", "timerEventDefinition"),
    *("timeDuration", "timeDate", "timeCycle", "task", "userTask", "manualTask", "serviceTask", "receiveTask"),
    *("subProcess", "exclusiveGateway", "parallelGateway", "inclusiveGateway", "conditionExpression", "defaultFlow"),
    *("lane", "multiInstanceLoopCharacteristics", "mi:parallel", "mi:sequential", "loopCardinality"),
    "completionCondition",
}
VERBS = {"start", "complete", "complete_any_order", "advance_time", "message", "trigger", "with", "scope", "expect"}

Case = dict[str, Any]


def _cases() -> list[Case]:
    path = FOLDER / "cases.json"
    if not path.exists():
        return []
    cases: list[Case] = json.loads(path.read_text(encoding="utf-8"))
    return [
        case
        for case in cases
        if ELEMENTS.issuperset(case["elements"]) and all(VERBS.issuperset(step) for step in case["steps"])
    ]


def _graph(case: Case) -> tuple[Graph, dict[str, str]]:
    document = bpmn.read((FOLDER / case["local_file"]).read_bytes())
    process = next(process for process in document.processes if process.id == case["process_id"])
    lanes = {lane.id: lane.name for lane in process.lanes.values()}
    return Graph.of(process, human_kinds=frozenset(case["human_types"])), lanes


@pytest.mark.skipif(not FOLDER.exists(), reason=f"no conformance cases at {FOLDER}")
def test_there_are_public_cases_to_play() -> None:
    assert len(_cases()) > 60


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case["id"])
def test_a_public_case_goes_as_its_own_engine_expects(case: Case) -> None:
    graph, lanes = _graph(case)
    play = Play(graph)
    for step in case["steps"]:
        expected = step.get("expect", {})
        if "error" in expected:
            with pytest.raises(EngineError, match=expected["error"]):
                _do(play, step)
        else:
            _do(play, step)
            _check(play, expected, lanes, step)


def _do(play: Play, step: Case) -> None:
    if "start" in step:
        play.variables = step.get("with", {})
        play.start(message=step.get("message"))
    elif "complete" in step:
        play.send(Complete(_token(play, step), step.get("with", {})))
    elif "complete_any_order" in step:
        for node in step["complete_any_order"]:
            play.complete(node)
    elif "trigger" in step:
        play.complete(step["trigger"], **step.get("with", {}))
    elif "message" in step:
        play.message(step["message"], **step.get("with", {}))
    else:
        play.pass_time(seconds=_seconds(step["advance_time"]))


def _token(play: Play, step: Case) -> int:
    """The oldest open task of the node, in the instance `scope` of the sub-process around it where the step says so."""
    if "scope" not in step:
        return play.token(step["complete"])
    tokens, scopes = play.marking.tokens, play.marking.scopes
    return next(
        token.id
        for token in tokens.values()
        if token.node == step["complete"] and tokens[scopes[token.scope].host].place == step["scope"]
    )


def _seconds(duration: str) -> float:
    parts = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", duration)
    assert parts is not None, duration
    days, hours, minutes, seconds = (int(part or 0) for part in parts.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds).total_seconds()


def _check(play: Play, expected: Case, lanes: dict[str, str], step: Case) -> None:
    human = [opened for _, opened in sorted(play.open.items()) if opened.kind == "human"]
    found: Case = {
        "tasks": sorted(opened.node for opened in human),
        "task_count": len(human),
        "ended": play.ended,
        "assignees": sorted(opened.assignee for opened in human if opened.assignee),
        "candidate_groups": sorted({group for opened in human for group in opened.candidate_groups}),
        "candidate_users": sorted({user for opened in human for user in opened.candidate_users}),
        "lanes": sorted({lanes[opened.lane] for opened in human if opened.lane}),
        "priority": next((opened.priority for opened in human), None),
        "waiting": sorted(opened.node for opened in play.open.values() if opened.kind != "human"),
        "vars": {name: play.variables.get(name) for name in expected.get("vars", {})},
    }
    assert {key: found[key] for key in expected} == expected, step
