"""What a simulation supposes, as values and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from workflows import feel

from .calendar import Hours
from .chances import Spread

#: The first day of scenarios that name none.
MONDAY: Final = date(2026, 1, 5)


@dataclass(frozen=True, slots=True)
class Scenario:
    """`cases` come in, `arrival` apart in working time, at the first moment people are at work. `work` is how long a step takes
    somebody (in working time) or, where nobody does it, how long it lasts (day and night); steps that are not named take no time.
    `people` is how many hold each role; a role that is not named has one. `weights` are of flows, as :mod:`.chances` has it.
    `variables` (FEEL values) each case begins with, for timers and several instances that ask for them. `begins` is the Monday that
    everything is counted from. Raises ValueError where it is none.
    """

    seed: int
    cases: int
    arrival: Spread
    hours: Hours
    work: Mapping[str, Spread] = field(default_factory=dict)
    people: Mapping[str, int] = field(default_factory=dict)
    weights: Mapping[str, int] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)
    begins: date = MONDAY

    def __post_init__(self) -> None:
        if self.begins.weekday():
            raise ValueError("a scenario begins on a Monday")


def scenario_to_json(scenario: Scenario) -> dict[str, Any]:
    """Plain JSON."""
    return {
        "seed": scenario.seed,
        "cases": scenario.cases,
        "arrival": _spread(scenario.arrival),
        "hours": [list(span) for span in scenario.hours.spans],
        "changed": {str(day): [list(span) for span in spans] for day, spans in scenario.hours.changed.items()},
        "begins": scenario.begins.isoformat(),
        "work": {node: _spread(spread) for node, spread in scenario.work.items()},
        "people": dict(scenario.people),
        "weights": dict(scenario.weights),
        "variables": {name: feel.to_json(value) for name, value in scenario.variables.items()},
    }


def scenario_from_json(data: Mapping[str, Any]) -> Scenario:
    """What `scenario_to_json` wrote. Raises KeyError, TypeError or ValueError for anything else."""
    return Scenario(
        seed=int(data["seed"]),
        cases=int(data["cases"]),
        arrival=Spread(*data["arrival"]),
        hours=Hours(_spans(data["hours"]), {int(day): _spans(spans) for day, spans in data.get("changed", {}).items()}),
        begins=date.fromisoformat(data["begins"]) if "begins" in data else MONDAY,
        work={node: Spread(*spread) for node, spread in data["work"].items()},
        people={role: int(count) for role, count in data["people"].items()},
        weights={flow: int(weight) for flow, weight in data["weights"].items()},
        variables={name: feel.from_json(value) for name, value in data["variables"].items()},
    )


def _spans(data: Any) -> list[tuple[int, int]]:
    return [(int(start), int(end)) for start, end in data]


def _spread(spread: Spread) -> list[Any]:
    return [spread.kind, spread.likely, spread.least, spread.most]
