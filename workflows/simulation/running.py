"""The simulation itself: events in their order, a queue before each role, the engine for what each case does."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any, Final, NamedTuple

from workflows.bpmn.model import Process
from workflows.engine import (
    Complete,
    EngineError,
    Event,
    Graph,
    Marking,
    Opened,
    Start,
    TimerFired,
    advance,
)
from workflows.rehearsal import who_of

from .calendar import DAY, WEEK
from .chances import Chance, Spread, open_up, seeds
from .result import Figures, Load, Result, Waited
from .scenario import Scenario

MOST_CASES: Final = 5000
MOST_MOVES: Final = 500_000
"""How many steps of the engine one simulation plays at most."""
MOST_MOVES_OF_A_CASE: Final = 2000
"""A case that needs more than this goes round in circles."""
TOLD_EVERY: Final = 500
"""After so many steps of the engine it is told how far it is."""

LONGEST_TIME: Final = 30 * 366 * DAY
"""After so many seconds by the scenario's calendar it ends, whatever still waits: no figure of an office is for longer."""

_NO_TIME: Final = Spread()


class Visit(NamedTuple):
    """One stay at a step: when it was opened, when somebody began, when it was over; `cancelled` where it was not completed."""

    case: int
    node: str
    ready: int
    started: int
    done: int
    who: str = ""
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """The result, and every stay it was made of."""

    result: Result
    visits: tuple[Visit, ...]


@dataclass(slots=True)
class _Task:
    """Something open. `who` has taken it once it is `started` (not None)."""

    case: _Case
    token: int
    node: str
    ready: int
    work: int
    asked: tuple[str, ...]
    started: int | None = None
    who: str = ""
    over: bool = False


@dataclass(slots=True, eq=False)
class _Case:
    number: int
    random: Random
    began: int
    marking: Marking = field(default_factory=Marking)
    variables: Mapping[str, Any] = field(default_factory=dict)
    tasks: dict[int, _Task] = field(default_factory=dict)
    moves: int = 0
    ended: int | None = None
    stuck: str = ""


@dataclass(slots=True)
class _Desk:
    """Those who hold a role, and what waits for them, oldest first."""

    who: str
    people: int
    free: int
    queue: deque[_Task] = field(default_factory=deque)
    waiting: int = 0
    longest: int = 0
    busy: int = 0


def run(process: Process, scenario: Scenario, progress: Callable[[int], bool] | None = None) -> Run:
    """Play a scenario. `progress` is told now and then how many cases are through, and stops it by answering False.

    Raises EngineError for a process the engine cannot run, ValueError for more than :data:`MOST_CASES`.
    """
    if not 0 < scenario.cases <= MOST_CASES:
        raise ValueError("so many cases are not played")
    return _Simulation(process, scenario, progress).run()


class _Simulation:
    def __init__(self, process: Process, scenario: Scenario, progress: Callable[[int], bool] | None) -> None:
        self._process = process
        self._scenario = scenario
        self._progress = progress
        self._begins = datetime.combine(scenario.begins, time(), UTC)
        self._chance = Chance()
        self._graph = Graph.of(process)
        open_up(self._graph, self._chance, scenario.weights)
        self._events: list[tuple[int, int, Callable[[], None]]] = []
        self._next = 0
        self._now = 0
        self._moves = 0
        self._stopped = False
        self._through = 0
        self._cases: list[_Case] = []
        self._desks: dict[str, _Desk] = {}
        self._visits: list[Visit] = []

    def run(self) -> Run:
        sources = seeds(self._scenario.seed)
        arrivals, hours, worked = next(sources), self._scenario.hours, 0
        for number in range(self._scenario.cases):
            worked += self._scenario.arrival.draw(arrivals)
            case = _Case(number, next(sources), hours.after(0, worked), variables=dict(self._scenario.variables))
            self._cases.append(case)
            self._at(case.began, lambda case=case: self._play(case, Start()))  # type: ignore[misc]
        while self._events and not self._stopped:
            moment, _seq, happen = heapq.heappop(self._events)
            if moment > LONGEST_TIME:
                self._stopped = True
                break
            self._now = moment
            happen()
        return Run(self._result(), tuple(self._visits))

    # --- events ---------------------------------------------------------------------------------------------------------

    def _at(self, moment: int, happen: Callable[[], None]) -> None:
        heapq.heappush(self._events, (moment, self._next, happen))
        self._next += 1

    def _play(self, case: _Case, event: Event) -> None:
        self._count(case)
        if case.stuck or self._stopped:
            return
        self._chance.random = case.random
        try:
            step = advance(
                self._graph,
                case.marking,
                event,
                now=self._begins + timedelta(seconds=self._now),
                variables=case.variables,
            )
        except EngineError as error:
            self._give_up(case, f"{error.node or ''}:{error.code}")
            return
        case.marking, case.variables = step.marking, step.variables
        closed = {*step.completed, *step.cancelled}
        for token in step.cancelled:
            self._leave(case, token, cancelled=True)
        for token in step.completed:
            self._leave(case, token)
        for opened in step.opened:
            if opened.token not in closed:
                self._open(case, opened)
        for timer in step.timers_set:
            due = round((timer.due - self._begins).total_seconds())
            self._at(max(due, self._now), lambda id_=timer.id: self._ring(case, id_))  # type: ignore[misc]
        if step.ended:
            case.ended = self._now
            self._through += 1

    def _count(self, case: _Case) -> None:
        self._moves += 1
        case.moves += 1
        if case.moves > MOST_MOVES_OF_A_CASE:
            self._give_up(case, ":step_limit")
        if self._moves > MOST_MOVES or (
            self._progress is not None and self._moves % TOLD_EVERY == 0 and not self._progress(self._through)
        ):
            self._stopped = True

    def _ring(self, case: _Case, timer: int) -> None:
        if timer in case.marking.timers and not case.stuck:
            self._play(case, TimerFired(timer))

    def _finish(self, task: _Task) -> None:
        if not task.over:
            self._play(task.case, Complete(task.token))

    def _give_up(self, case: _Case, why: str) -> None:
        if not case.stuck:
            case.stuck = why
            self._through += 1
            for token in list(case.tasks):
                self._leave(case, token, cancelled=True)

    # --- people ---------------------------------------------------------------------------------------------------------

    def _open(self, case: _Case, opened: Opened) -> None:
        if opened.kind in {"timer", "condition"}:
            return
        work = self._scenario.work.get(opened.node, _NO_TIME).draw(case.random)
        asked = who_of(self._process, opened) if opened.kind == "human" else ()
        task = _Task(case, opened.token, opened.node, self._now, work, asked)
        case.tasks[opened.token] = task
        if not asked:
            # Nobody is waited for: a service, a message, or somebody who has time whenever it is (in working time).
            task.started = self._scenario.hours.open(self._now) if opened.kind == "human" else self._now
            done = self._scenario.hours.after(self._now, work) if opened.kind == "human" else self._now + work
            self._at(done, lambda: self._finish(task))
            return
        desks = [self._desk(who) for who in asked]
        free = next((desk for desk in desks if desk.free), None)
        if free is not None:
            self._begin(free, task)
            return
        for desk in desks:
            desk.queue.append(task)
            desk.waiting += 1
            desk.longest = max(desk.longest, desk.waiting)

    def _desk(self, who: str) -> _Desk:
        if who not in self._desks:
            people = max(self._scenario.people.get(who, 1), 1)
            self._desks[who] = _Desk(who, people, people)
        return self._desks[who]

    def _begin(self, desk: _Desk, task: _Task) -> None:
        hours = self._scenario.hours
        desk.free -= 1
        task.who, task.started = desk.who, hours.open(self._now)
        self._at(hours.after(self._now, task.work), lambda: self._finish(task))

    def _leave(self, case: _Case, token: int, *, cancelled: bool = False) -> None:
        """A stay is over: whoever was at it is free, whoever had it waiting has one less."""
        task = case.tasks.pop(token, None)
        if task is None:
            return
        task.over = True
        started = task.started
        # Somebody who was to begin when the office opens, and need not any more, has not begun.
        begun = started is not None and started <= self._now
        self._visits.append(
            Visit(
                case.number,
                task.node,
                task.ready,
                started if begun and started is not None else self._now,
                self._now,
                task.who,
                cancelled,
            )
        )
        if started is None:
            for who in task.asked:
                self._desks[who].waiting -= 1
            return
        if not task.who:
            return
        hours, desk = self._scenario.hours, self._desks[task.who]
        desk.busy += hours.worked(self._now) - hours.worked(started) if begun else 0
        desk.free += 1
        self._next_of(desk)

    def _next_of(self, desk: _Desk) -> None:
        while desk.queue:
            task = desk.queue.popleft()
            if task.over or task.started is not None:
                continue
            for who in task.asked:
                self._desks[who].waiting -= 1
            self._begin(desk, task)
            return

    # --- figures --------------------------------------------------------------------------------------------------------

    def _result(self) -> Result:
        hours, span = self._scenario.hours, self._now
        ended = [case for case in self._cases if case.ended is not None]
        steps = self._steps()
        there = hours.worked(span)
        loads = tuple(
            Load(
                desk.who,
                desk.people,
                desk.busy,
                1000 * desk.busy // (desk.people * there) if there else 0,
                desk.longest,
            )
            for _who, desk in sorted(self._desks.items())
        )
        stuck: dict[str, int] = {}
        standing: dict[str, int] = {}
        for case in self._cases:
            if case.stuck:
                stuck[case.stuck] = stuck.get(case.stuck, 0) + 1
            elif case.ended is None:
                for node in {node for _token, node in case.marking.open_tokens()}:
                    standing[node] = standing.get(node, 0) + 1
        busiest = max(loads, key=lambda load: (load.share, load.longest), default=None)
        slowest = max(steps, key=lambda step: step.waiting.total, default=None)
        return Result(
            cases=len(self._cases),
            ended=len(ended),
            span=span,
            took=Figures.of(case.ended - case.began for case in ended if case.ended is not None),
            weekly=1000 * len(ended) * WEEK // span if span else 0,
            steps=steps,
            loads=loads,
            stuck=dict(sorted(stuck.items())),
            standing=dict(sorted(standing.items())),
            narrow=busiest.who if busiest is not None and busiest.share > 500 else "",
            step=slowest.node if slowest is not None and slowest.waiting.total else "",
            whole=not self._stopped,
        )

    def _steps(self) -> tuple[Waited, ...]:
        by_node: dict[str, list[Visit]] = {}
        for visit in self._visits:
            by_node.setdefault(visit.node, []).append(visit)
        return tuple(
            Waited(
                node,
                Figures.of(visit.started - visit.ready for visit in found if not visit.cancelled),
                Figures.of(visit.done - visit.started for visit in found if not visit.cancelled),
                sum(visit.cancelled for visit in found),
            )
            for node in self._process.nodes
            if (found := by_node.get(node))
        )
