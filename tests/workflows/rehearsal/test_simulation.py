"""Many invented cases: against a slow, obvious reference for a single queue, and what must hold of any simulation."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.diagrams import REMINDED, TWO_APPROVALS, chain, diagram, flow, task
from workflows import bpmn
from workflows.bpmn.model import Process
from workflows.engine import Graph
from workflows.simulation import (
    DAY,
    WEEK,
    Figures,
    Hours,
    Result,
    Scenario,
    Spread,
    outline,
    run,
    scenario_from_json,
    scenario_to_json,
)
from workflows.simulation.scenario import MONDAY

OFFICE = Hours.office(range(5), [(9 * 3600, 12 * 3600), (14 * 3600, 17 * 3600)])
#: A holiday on the first Tuesday and all of the second week but Friday, worked off on the first Saturday and the second Sunday.
HOLIDAYS = Hours.office(range(5), [(9 * 3600, 12 * 3600), (14 * 3600, 17 * 3600)], [1, 7, 8, 9, 10], [5, 13])
SHORT = Hours([(60, 240), (DAY, DAY + 120)])
HOUR = 3600


def process(xml: bytes) -> Process:
    return bpmn.read(xml).processes[0]


ONE_STEP = process(
    diagram(
        '<bpmn:startEvent id="start"/>'
        + task("check", groups="town:secretary")
        + '<bpmn:endEvent id="end"/>'
        + chain("start", "check", "end")
    )
)


def at_work(hours: Hours, minute: int) -> bool:
    """Whether people are there in this minute; every span here begins and ends with a minute."""
    day, within = divmod(minute * 60, DAY)
    if day in hours.changed:
        return any(start <= within < end for start, end in hours.changed[day])
    return any(start <= minute * 60 % WEEK < end for start, end in hours.spans)


def slowly(hours: Hours, moment: int, work: int) -> tuple[int, int]:
    """When work that is to begin at `moment` begins and ends, minute by minute."""
    minute = moment // 60
    while not at_work(hours, minute):
        minute += 1
    began = minute
    left = work // 60
    while left:
        left -= at_work(hours, minute)
        minute += 1
    return began * 60, minute * 60


@settings(max_examples=60)
@given(
    st.sampled_from([Hours.always(), SHORT]),
    st.integers(1, 3),
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5)), min_size=1, max_size=8),
    st.integers(0, 2**32),
)
def test_a_single_queue_is_as_the_slow_reference_has_it(
    hours: Hours, people: int, drawn: list[tuple[int, int]], seed: int
) -> None:
    """Whoever comes first is seen first, by whoever is free first."""
    gaps, works = zip(*drawn, strict=True)

    class Given(Spread):
        """In place of chance, what was drawn, in minutes."""

        def __init__(self, minutes: tuple[int, ...]) -> None:
            super().__init__()
            object.__setattr__(self, "_minutes", iter(minutes))

        def draw(self, random: object) -> int:
            return 60 * int(next(self._minutes))  # type: ignore[attr-defined]

    scenario = Scenario(seed, len(drawn), Given(gaps), hours, {"check": Given(works)}, {"town:secretary": people})
    found = sorted(run(ONE_STEP, scenario).visits)
    free = [0] * people
    worked = 0
    for case, (gap, work) in enumerate(drawn):
        worked += 60 * gap
        ready = slowly(hours, 0, worked)[1]
        free.sort()
        start = max(ready, free[0])
        began, done = slowly(hours, start, 60 * work)
        free[0] = done
        visit = found[case]
        assert (visit.case, visit.ready, visit.started, visit.done) == (case, ready, began, done)


@given(st.sampled_from([OFFICE, HOLIDAYS, SHORT, Hours.always()]), st.integers(0, 3 * WEEK // 60), st.integers(0, 120))
@settings(max_examples=150)
def test_working_time_is_that_of_the_minutes(hours: Hours, minute: int, work: int) -> None:
    began, ended = slowly(hours, minute * 60, work * 60)
    assert hours.open(minute * 60) == began
    assert hours.after(minute * 60, work * 60) == ended
    assert hours.worked(ended) - hours.worked(minute * 60) == work * 60


@pytest.mark.parametrize("spans", [[], [(0, 0)], [(0, 20), (10, 30)], [(0, WEEK + 1)], [(-1, 5)]])
def test_hours_that_make_no_sense_are_refused(spans: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="working time"):
        Hours(spans)


@pytest.mark.parametrize("changed", [{-1: []}, {0: [(0, DAY + 1)]}, {3: [(0, 20), (10, 30)]}])
def test_days_that_make_no_sense_are_refused(changed: dict[int, list[tuple[int, int]]]) -> None:
    with pytest.raises(ValueError, match="day"):
        Hours([(0, 60)], changed)


def test_nobody_works_on_a_holiday_and_a_case_waits_over_it() -> None:
    scenario = Scenario(1, 3, Spread("fixed", 6 * HOUR), HOLIDAYS, {"check": Spread("fixed", HOUR)}, begins=MONDAY)
    visits = sorted(run(ONE_STEP, scenario).visits)
    days = [visit.started // DAY for visit in visits]
    assert days == [2, 3, 4], "ready on Monday evening, the first is begun on Wednesday: Tuesday is a holiday"
    assert scenario_from_json(json.loads(json.dumps(scenario_to_json(scenario)))).hours.changed == HOLIDAYS.changed
    with pytest.raises(ValueError, match="Monday"):
        Scenario(1, 1, Spread(), HOLIDAYS, begins=MONDAY + timedelta(days=1))


def test_a_simulation_ends_however_far_apart_its_cases_come() -> None:
    rare = Scenario(1, 400, Spread("fixed", 366 * DAY), Hours.always())
    result = run(ONE_STEP, rare).result
    assert (result.whole, 0 < result.ended < 40) == (False, True)


@given(st.lists(st.integers(0, 1000), max_size=30))
def test_figures_are_exact(durations: list[int]) -> None:
    found, ordered = Figures.of(durations), sorted(durations)
    assert (found.count, found.total) == (len(durations), sum(durations))
    if ordered:
        enough = [value for value in ordered if 10 * sum(other <= value for other in ordered) >= 9 * len(ordered)]
        assert found.ninety == enough[0]
        assert found.median == sum(ordered[len(ordered) // 2 - (len(ordered) % 2 == 0) : len(ordered) // 2 + 1]) // (
            2 - len(ordered) % 2
        )


def scenario(cases: int = 60, **changes: object) -> Scenario:
    given: dict[str, object] = {
        "seed": 7,
        "cases": cases,
        "arrival": Spread("exponential", HOUR),
        "hours": OFFICE,
        "work": {},
        "people": {},
    }
    return Scenario(**given | changes)  # type: ignore[arg-type]


def test_the_same_seed_gives_the_same_result_and_another_does_not() -> None:
    whole = process(Path("workflows/library/joint_decision.bpmn").read_bytes())
    graph = Graph.of(whole)
    steps = outline(whole, graph).steps
    work = {step.node: Spread("exponential", 2 * HOUR) for step in steps}
    asked = scenario(40, work=work, weights={})
    first, second = run(whole, asked), run(whole, scenario_from_json(json.loads(json.dumps(scenario_to_json(asked)))))
    assert first == second
    assert first.result == Result.from_json(json.loads(json.dumps(first.result.to_json())))
    assert first.result != run(whole, scenario(40, work=work, weights={}, seed=8)).result
    assert (first.result.cases, first.result.ended, first.result.stuck, first.result.standing) == (40, 40, {}, {})
    assert {load.who for load in first.result.loads} >= {"town:secretary", "zone:chair", "legal"}
    assert "draft" in {step.node for step in steps} and not next(step for step in steps if step.node == "draft").roles


def test_more_people_wait_less_and_the_narrow_place_is_named() -> None:
    work = {"town": Spread(likely=3 * HOUR), "zone": Spread(likely=HOUR // 2), "file": Spread(likely=HOUR // 4)}
    one = run(process(TWO_APPROVALS), scenario(work=work)).result
    two = run(process(TWO_APPROVALS), scenario(work=work, people={"town:chair": 6})).result
    assert (one.narrow, one.step) == ("town:chair", "town")
    waits = [next(step.waiting.total for step in result.steps if step.node == "town") for result in (one, two)]
    assert waits[0] > waits[1]
    assert all(0 <= load.share <= 1000 for result in (one, two) for load in result.loads)
    assert one.took.median > two.took.median


def test_nobody_is_at_two_things_at_once() -> None:
    work = {"town": Spread("uniform", least=0, most=4 * HOUR), "zone": Spread("triangular", HOUR, 0, 3 * HOUR)}
    visits = run(process(TWO_APPROVALS), scenario(work=work)).visits
    for who in ("town:chair", "zone:chair", "town:secretary"):
        stays = sorted((visit.started, visit.done) for visit in visits if visit.who == who)
        assert stays
        assert all(before[1] <= after[0] for before, after in pairwise(stays))


def test_ways_are_taken_by_their_weight() -> None:
    forked = process(
        diagram(
            '<bpmn:startEvent id="start"/><bpmn:exclusiveGateway id="big" default="f3"/>'
            + task("vote", groups="town:chair")
            + '<bpmn:endEvent id="end"/>'
            + flow("f1", "start", "big")
            + flow("f2", "big", "vote", "amount &gt; 50")
            + flow("f3", "big", "end")
            + flow("f5", "vote", "end")
        )
    )
    assert [(way.flow, way.share) for way in outline(forked, Graph.of(forked)).ways] == [("f2", True), ("f3", True)]
    for weights, low, high in (
        ({"f2": 0, "f3": 1}, 0, 0),
        ({"f2": 1, "f3": 0}, 400, 400),
        ({"f2": 1, "f3": 3}, 60, 140),
    ):
        assert low <= len(run(forked, scenario(400, weights=weights)).visits) <= high


def test_a_clock_that_rings_first_takes_the_step_away() -> None:
    work = {"answer": Spread(likely=5 * HOUR), "escalate": Spread(likely=0)}
    found = run(process(REMINDED), scenario(3, hours=Hours.always(), work=work, arrival=Spread(likely=WEEK)))
    answer = next(step for step in found.result.steps if step.node == "answer")
    assert (answer.cancelled, answer.taking.count, found.result.ended) == (3, 0, 3)
    assert found.result.took.median == 2 * HOUR


def test_a_case_that_cannot_go_on_is_counted_and_one_in_a_circle_is_stopped() -> None:
    members = task("vote").replace(
        "</bpmn:userTask>",
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>"
        '<zeebe:loopCharacteristics inputCollection="=members" inputElement="one"/>'
        "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>",
    )
    several = process(
        diagram('<bpmn:startEvent id="start"/>' + members + '<bpmn:endEvent id="end"/>' + chain("start", "vote", "end"))
    )
    assert run(several, scenario(2, variables={"members": 7})).result.stuck == {"vote:bad_expression": 2}
    assert len(run(several, scenario(2, variables={"members": ["a", "b", "c"]})).visits) == 6
    circle = process(
        diagram(
            '<bpmn:startEvent id="start"/><bpmn:exclusiveGateway id="again" default="f3"/>' + task("do")
            + '<bpmn:endEvent id="end"/>' + flow("f1", "start", "do") + flow("f0", "do", "again")
            + flow("f2", "again", "do", "more") + flow("f3", "again", "end")
        )
    )  # fmt: skip
    assert run(circle, scenario(2, weights={"f2": 1, "f3": 0})).result.stuck == {":step_limit": 2}


def test_it_stops_when_nobody_wants_to_know_any_more() -> None:
    told: list[int] = []

    def progress(through: int) -> bool:
        told.append(through)
        return len(told) < 2

    stopped = run(process(TWO_APPROVALS), scenario(1000, work={}), progress).result
    assert (len(told), stopped.whole) == (2, False)
    assert stopped.ended < 1000
    with pytest.raises(ValueError, match="so many"):
        run(ONE_STEP, scenario(0))
