"""What chance decides: how long something takes, and which way a case goes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

from workflows.engine import Graph
from workflows.engine.graph import Place
from workflows.soundness.choices import answer

KINDS: Final = ("fixed", "uniform", "triangular", "exponential")
#: No single draw is longer than this: the tail of an exponential has no end.
LONGEST: Final = 366 * 86_400


@dataclass(frozen=True, slots=True)
class Spread:
    """How a duration is spread, in seconds: ``fixed`` (always `likely`), ``uniform`` (from `least` to `most`), ``triangular``
    (from `least` to `most`, most often `likely`), ``exponential`` (`likely` on average). Raises ValueError where that makes no sense.
    """

    kind: str = "fixed"
    likely: int = 0
    least: int = 0
    most: int = 0

    def __post_init__(self) -> None:
        numbers = (self.likely, self.least, self.most)
        fits = {
            "fixed": True,
            "exponential": True,
            "uniform": self.least <= self.most,
            "triangular": self.least <= self.likely <= self.most,
        }
        if not fits.get(self.kind, False) or min(numbers) < 0 or max(numbers) > LONGEST:
            raise ValueError("no such spread")

    def draw(self, random: Random) -> int:
        """One duration, in whole seconds."""
        if self.kind == "fixed":
            return self.likely
        if self.kind == "uniform":
            return random.randint(self.least, self.most)
        if self.kind == "triangular":
            return round(random.triangular(self.least, self.most, self.likely))
        # As `expovariate` has it, of which an average of 0 is no case.
        return min(round(-self.likely * math.log(1.0 - random.random())), LONGEST)


class Chance:
    """Answers the conditions of one process: the random numbers are those of the case that is played just now."""

    def __init__(self) -> None:
        self.random = Random(0)  # noqa: S311  # chances of a simulation, no secret


def open_up(graph: Graph, chance: Chance, weights: Mapping[str, int]) -> None:
    """Have every condition of `graph` answered by chance. `weights` are of flows by id: at a gateway that takes one way, the share
    of a way among all of them; elsewhere how many times in 100 a way with a condition is taken. Ways that are not named weigh the
    same, or are taken 50 times in 100."""
    answer(graph, lambda place: (_One if place.node.kind == "exclusiveGateway" else _Some)(place, chance, weights))


class _One:
    """A gateway that takes one of its ways. The engine asks them in their order and takes the first that is open, else the
    default; an unconditional way ends the asking."""

    def __init__(self, place: Place, chance: Chance, weights: Mapping[str, int]) -> None:
        bare = next((number for number, way in enumerate(place.exits) if way.condition is None), len(place.exits))
        ways = [way.flow for way in place.exits[: bare + 1]]
        if bare == len(place.exits) and place.default is not None:
            ways.append(place.default.flow)
        self._first = next((number for number, way in enumerate(place.exits) if way.condition is not None), 0)
        self._weights = shares(ways, weights)
        self._chance = chance
        self._chosen = 0

    def open(self, number: int) -> bool:
        if number == self._first:
            self._chosen = pick(self._weights, self._chance.random)
        return number == self._chosen


class _Some:
    """A gateway or activity that takes every way that is open. Where none is and there is no default, the one that weighs most
    is: no case gets stuck by chance alone."""

    def __init__(self, place: Place, chance: Chance, weights: Mapping[str, int]) -> None:
        conditional = [number for number, way in enumerate(place.exits) if way.condition is not None]
        self._conditional = conditional
        self._shares = {number: min(weights.get(place.exits[number].flow, 50), 100) for number in conditional}
        self._others = len(conditional) < len(place.exits) or place.default is not None
        self._chance = chance
        self._open: frozenset[int] = frozenset()

    def open(self, number: int) -> bool:
        if number == self._conditional[0]:
            found = {way for way in self._conditional if self._chance.random.randrange(100) < self._shares[way]}
            if not found and not self._others:
                found = {max(self._conditional, key=lambda way: (self._shares[way], -way))}
            self._open = frozenset(found)
        return number in self._open


def shares(ways: list[str], weights: Mapping[str, int]) -> tuple[int, ...]:
    """What each of the ways weighs; where all weigh nothing, all weigh the same."""
    found = tuple(max(weights.get(way, 1), 0) for way in ways)
    return found if any(found) else (1,) * len(ways)


def pick(weights: tuple[int, ...], random: Random) -> int:
    """One of them by its weight."""
    left = random.randrange(sum(weights))
    for number, weight in enumerate(weights):
        left -= weight
        if left < 0:
            return number
    raise AssertionError  # what is drawn is less than the sum


def seeds(seed: int) -> Iterator[Random]:
    """A source of chance for each case, so that what one case draws does not change what the next one does."""
    source = Random(seed)  # noqa: S311  # chances of a simulation, no secret
    while True:
        yield Random(source.getrandbits(64))  # noqa: S311
