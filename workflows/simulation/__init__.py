"""Many invented cases of a flow, played against people who have only so many hours: where they wait, who is busy, how many get
through. Pure and seeded: the same scenario on the same process gives the same result.

>>> from workflows import simulation
>>> simulation.run(process, scenario, progress=lambda done: True).result      # doctest: +SKIP

All times are whole seconds from the scenario's beginning, a Monday at midnight. What data would decide, chance decides: the
weights of a gateway's ways. The engine itself plays each case, so timers, sub-processes, several instances and joins are its own.
"""

from .calendar import DAY, WEEK, Hours
from .chances import Spread
from .outline import Outline, Step, Way, outline
from .result import Figures, Load, Result, Waited
from .running import LONGEST_TIME, MOST_CASES, MOST_MOVES, Run, Visit, run
from .scenario import Scenario, scenario_from_json, scenario_to_json

__all__ = [
    "DAY",
    "LONGEST_TIME",
    "MOST_CASES",
    "MOST_MOVES",
    "WEEK",
    "Figures",
    "Hours",
    "Load",
    "Outline",
    "Result",
    "Run",
    "Scenario",
    "Spread",
    "Step",
    "Visit",
    "Waited",
    "Way",
    "outline",
    "run",
    "scenario_from_json",
    "scenario_to_json",
]
