"""What came of a simulation, in exact whole numbers, as values and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Figures:
    """Of so many durations, in seconds: the mean (rounded down), the middle one (of an even number the mean of both), and the one
    that nine of ten do not go beyond (nearest rank)."""

    count: int = 0
    mean: int = 0
    median: int = 0
    ninety: int = 0
    total: int = 0

    @classmethod
    def of(cls, durations: Iterable[int]) -> Figures:
        found = sorted(durations)
        n = len(found)
        if not n:
            return cls()
        median = (found[(n - 1) // 2] + found[n // 2]) // 2
        return cls(n, sum(found) // n, median, found[-(-9 * n // 10) - 1], sum(found))


@dataclass(frozen=True, slots=True)
class Waited:
    """A step: how long it waited for somebody, how long it then took (both by the calendar), and how often it was cancelled."""

    node: str
    waiting: Figures
    taking: Figures
    cancelled: int = 0


@dataclass(frozen=True, slots=True)
class Load:
    """A role, or a person a step names: how much of their working time (in seconds, all `people` together) they were busy, and how
    many waited for them at most. `share` is in thousandths."""

    who: str
    people: int
    busy: int
    share: int
    longest: int


@dataclass(frozen=True, slots=True)
class Result:
    """`cases` came in; of them `ended` came to an end, `stuck` could not go on (by element and reason), the others still wait at
    `standing`. `span` is from the beginning to the last thing that happened, `took` how long the ended cases took, `weekly` how many
    ended in a week, in thousandths. `whole` is false where it was stopped, or came to its bounds.

    The `narrow` place is the role that is busiest, where it is busy more than half of its time, and `step` where most time was
    spent waiting, all cases together; empty where nothing waits.
    """

    cases: int
    ended: int
    span: int
    took: Figures
    weekly: int
    steps: tuple[Waited, ...]
    loads: tuple[Load, ...]
    stuck: Mapping[str, int] = field(default_factory=dict)
    standing: Mapping[str, int] = field(default_factory=dict)
    narrow: str = ""
    step: str = ""
    whole: bool = True

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Result:
        """What `to_json` wrote."""
        steps = tuple(
            Waited(row["node"], Figures(**row["waiting"]), Figures(**row["taking"]), row["cancelled"])
            for row in data["steps"]
        )
        kept = {key: value for key, value in data.items() if key not in {"steps", "loads", "took"}}
        loads = tuple(Load(**row) for row in data["loads"])
        return cls(steps=steps, loads=loads, took=Figures(**data["took"]), **kept)
