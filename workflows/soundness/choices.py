"""What data decides, decided by nobody: one step of the engine is played once for every way it could go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from workflows.engine import Graph
from workflows.engine.graph import Place

MOST_TURNS = 3
"""How often one gateway is asked in one step. A token that comes by more often goes round in a circle without waiting,
and the other ways out of the circle are taken on an earlier turn."""


class Circle(Exception):
    """A token went round in a circle by the gateway `place` without waiting anywhere."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


class Oracle:
    """Answers each question of a step by a script, the first answer where the script has ended, and knows the next
    script until every combination of answers was given."""

    def __init__(self) -> None:
        self._script: list[int] = []
        self._given: list[tuple[int, int]] = []
        self._turns: dict[str, int] = {}

    @property
    def asked(self) -> int:
        """How many questions this step had that could be answered in more than one way."""
        return len(self._given)

    def begin(self, script: list[int]) -> None:
        """A step begins."""
        self._script, self._given, self._turns = script, [], {}

    def visit(self, place: str) -> None:
        """A token has come to a place that asks. Raises Circle."""
        turns = self._turns[place] = self._turns.get(place, 0) + 1
        if turns > MOST_TURNS:
            raise Circle(place)

    def ask(self, ways: int) -> int:
        """One of so many ways, from 0."""
        if ways < 2:
            return 0
        number = len(self._given)
        chosen = self._script[number] if number < len(self._script) else 0
        self._given.append((chosen, ways))
        return chosen

    def next(self) -> list[int] | None:
        """The script after the one just played; None when all have been."""
        given = [*self._given]
        while given and given[-1][0] + 1 == given[-1][1]:
            given.pop()
        return [*(chosen for chosen, _ in given[:-1]), given[-1][0] + 1] if given else None


class Fork(Protocol):
    """Answers for all ways out of one place."""

    def open(self, number: int) -> bool:
        """Is the way of this number (in the order of the file) taken?"""


def open_up(graph: Graph, oracle: Oracle) -> None:
    """Have every condition of `graph` answered by `oracle`."""
    answer(graph, lambda place: (_One if place.node.kind == "exclusiveGateway" else _Some)(place, oracle))


def answer(graph: Graph, fork_of: Callable[[Place], Fork]) -> None:
    """Have every condition of `graph` answered by the fork of its place, without its data."""
    for place in graph.places.values():
        if any(way.condition is not None for way in place.exits):
            fork = fork_of(place)
            place.exits = tuple(
                way if way.condition is None else way._replace(condition=_Way(fork, number))
                for number, way in enumerate(place.exits)
            )


class _Way:
    """The condition of a flow."""

    names: frozenset[str] = frozenset()

    def __init__(self, fork: Fork, number: int) -> None:
        self._fork = fork
        self._number = number

    def evaluate(self, context: Mapping[str, Any]) -> bool:
        return self._fork.open(self._number)


class _One:
    """A gateway that takes one of its ways: the engine looks at them in their order and takes the first that is open,
    else the one without condition or the default."""

    def __init__(self, place: Place, oracle: Oracle) -> None:
        bare = [number for number, way in enumerate(place.exits) if way.condition is None]
        conditional = bare[0] if bare else len(place.exits)
        self._ways = conditional + (1 if bare or place.default is not None else 0)
        self._id = place.id
        self._oracle = oracle
        self._chosen = 0

    def open(self, number: int) -> bool:
        if number == 0:
            self._oracle.visit(self._id)
            self._chosen = self._oracle.ask(self._ways)
        return number == self._chosen


class _Some:
    """A gateway or activity that takes every way that is open, and one at least."""

    def __init__(self, place: Place, oracle: Oracle) -> None:
        conditional = [number for number, way in enumerate(place.exits) if way.condition is not None]
        self._first, self._last = conditional[0], conditional[-1]
        self._others = len(conditional) < len(place.exits) or place.default is not None
        self._id = place.id
        self._oracle = oracle
        self._any = False

    def open(self, number: int) -> bool:
        if number == self._first:
            self._oracle.visit(self._id)
            self._any = False
        if number == self._last and not self._any and not self._others:
            return True
        taken = self._oracle.ask(2) == 0
        self._any |= taken
        return taken
