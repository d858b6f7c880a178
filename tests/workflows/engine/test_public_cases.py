"""Public diagrams of other engines with what their own tests expect, played in memory.

The files stand outside the project (``../shared/conformance``, its README tells the format); where they are missing,
these tests are skipped.
"""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.workflows.engine.build import Play
from workflows import bpmn
from workflows.engine import Complete, EngineError, Graph
from workflows.engine.iso import later

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "conformance"
ELEMENTS = {
    *("startEvent", "endEvent", "terminateEventDefinition", "intermediateCatchEvent", "boundaryEvent"),
    *("boundary:interrupting", "boundary:non-interrupting", "messageEventDefinition", "timerEventDefinition"),
    *("timeDuration", "timeDate", "timeCycle", "task", "userTask", "manualTask", "serviceTask", "receiveTask"),
    *("subProcess", "exclusiveGateway", "parallelGateway", "inclusiveGateway", "conditionExpression", "defaultFlow"),
    *("lane", "multiInstanceLoopCharacteristics", "mi:parallel", "mi:sequential", "loopCardinality"),
    *("completionCondition", "eventBasedGateway", "intermediateThrowEvent", "linkEventDefinition"),
    *("signalEventDefinition", "errorEventDefinition", "escalationEventDefinition", "conditionalEventDefinition"),
    *("eventSubProcess", "standardLoopCharacteristics", "compensateEventDefinition", "cancelEventDefinition"),
    *("transaction", "adHocSubProcess"),
}
VERBS = {
    *("start", "complete", "complete_any_order", "advance_time", "message", "trigger", "with", "scope", "expect"),
    *("signal", "set_vars", "start_other", "enable", "deploy"),
}

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


def _graph(case: Case, process_id: str) -> tuple[Graph, dict[str, str]]:
    for name in (case["local_file"], *(extra["local_file"] for extra in case["extra_files"])):
        for process in bpmn.read((FOLDER / name).read_bytes()).processes:
            if process.id == process_id:
                lanes = {lane.id: lane.name for lane in process.lanes.values()}
                return Graph.of(process, human_kinds=frozenset(case["human_types"])), lanes
    raise LookupError(process_id)


class World:
    """The case under way, and what starts other cases beside it: signals of other processes, timers of its own."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.graph, self.lanes = _graph(case, case["process_id"])
        self.play = Play(self.graph)
        self.starts: list[datetime] = []
        self.instances = 0

    def deploy(self) -> None:
        for timer in self.graph.start_timers(self.play.now):
            first, period, times = timer.cycle
            assert times > 0, "a cycle without end would start cases for ever"
            self.starts += [first]
            for _ in range(times - 1):
                self.starts += [later(self.starts[-1], period or "")]

    def pass_time(self, seconds: float) -> None:
        self.play.pass_time(seconds=seconds)
        for due in [due for due in self.starts if due <= self.play.now]:
            self.starts.remove(due)
            Play(self.graph).start(node=self.graph.start_timers(due)[0].node)
            self.instances += 1

    def start_other(self, process_id: str) -> None:
        other = Play(_graph(self.case, process_id)[0]).start()
        for thrown in other.step.thrown:
            assert thrown.kind == "signal"
            self.play.signal(thrown.name, **thrown.variables)


@pytest.mark.skipif(not FOLDER.exists(), reason=f"no conformance cases at {FOLDER}")
def test_there_are_public_cases_to_play() -> None:
    assert len(_cases()) == 112


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case["id"])
def test_a_public_case_goes_as_its_own_engine_expects(case: Case) -> None:
    world = World(case)
    for step in case["steps"]:
        expected = step.get("expect", {})
        if "error" in expected:
            with pytest.raises(EngineError, match=expected["error"]):
                _do(world, step)
        else:
            _do(world, step)
            _check(world, expected, step)


def _do(world: World, step: Case) -> None:
    play = world.play
    if "start" in step:
        play.variables = step.get("with", {})
        play.start(message=step.get("message"))
    elif "complete" in step:
        play.send(Complete(_token(play, step), step.get("with", {})))
    elif "complete_any_order" in step:
        waiting = list(step["complete_any_order"])
        while waiting:
            node = next(node for node in waiting if node in play.at)
            waiting.remove(node)
            play.complete(node)
    elif "trigger" in step:
        play.complete(step["trigger"], **step.get("with", {}))
    elif "message" in step:
        play.message(step["message"], **step.get("with", {}))
    elif "signal" in step:
        play.signal(step["signal"], **step.get("with", {}))
    elif "set_vars" in step:
        play.set(**step["set_vars"])
    elif "enable" in step:
        play.enable(step["enable"])
    elif "start_other" in step:
        world.start_other(step["start_other"])
    elif "deploy" in step:
        world.deploy()
    else:
        world.pass_time(_seconds(step["advance_time"]))


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


def _check(world: World, expected: Case, step: Case) -> None:
    play, lanes = world.play, world.lanes
    human = [opened for _, opened in sorted(play.open.items()) if opened.kind == "human"]
    found: Case = {
        "tasks": sorted(opened.node for opened in human),
        "task_count": len(human),
        "ended": play.ended,
        "instances": world.instances,
        "assignees": sorted(opened.assignee for opened in human if opened.assignee),
        "candidate_groups": sorted({group for opened in human for group in opened.candidate_groups}),
        "candidate_users": sorted({user for opened in human for user in opened.candidate_users}),
        "lanes": sorted({lanes[opened.lane] for opened in human if opened.lane}),
        "priority": next((opened.priority for opened in human), None),
        "waiting": sorted(opened.node for opened in play.open.values() if opened.kind != "human"),
        "vars": {name: play.variables.get(name) for name in expected.get("vars", {})},
    }
    assert {key: found[key] for key in expected} == expected, step
