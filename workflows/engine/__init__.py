"""The token game of BPMN 2.0 (§13), pure and deterministic: no database, no clock, no Django.

``Graph.of(process)`` compiles a process once; ``advance(graph, marking, event, now=…, variables=…)`` plays one event
until everything waits again and answers with a :class:`Step`. A marking round-trips through JSON between any two steps.
"""

from .errors import EngineError
from .events import Cancel, Complete, Event, MessageArrived, Start, TimerFired
from .graph import Graph
from .marking import Marking
from .play import advance
from .step import Opened, Step, TimerSet, Trace

__all__ = [
    "Cancel",
    "Complete",
    "EngineError",
    "Event",
    "Graph",
    "Marking",
    "MessageArrived",
    "Opened",
    "Start",
    "Step",
    "TimerFired",
    "TimerSet",
    "Trace",
    "advance",
]
