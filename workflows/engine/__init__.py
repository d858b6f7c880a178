"""The token game of BPMN 2.0 (§13), pure and deterministic: no database, no clock, no Django.

``Graph.of(process)`` compiles a process once; ``advance(graph, marking, event, now=…, variables=…)`` plays one event
until everything waits again and answers with a :class:`Step`. A marking round-trips through JSON between any two steps.
"""

from .ad_hoc import Asked, Choice, asked, choices
from .errors import EngineError
from .events import (
    AddInstance,
    Cancel,
    Complete,
    Enable,
    ErrorThrown,
    EscalationThrown,
    Event,
    MessageArrived,
    Move,
    RemoveInstance,
    SendBack,
    SignalArrived,
    Start,
    TimerFired,
    VariablesSet,
)
from .graph import Graph, StartTimer
from .listening import Subscription, listens
from .marking import Marking
from .migration import Kept, MigrationRefused, Migrator, Moved, Refusal, TimerKept, compatible, migrate
from .play import advance
from .step import Opened, Step, Thrown, TimerSet, Trace

__all__ = [
    "AddInstance",
    "Asked",
    "Cancel",
    "Choice",
    "Complete",
    "Enable",
    "EngineError",
    "ErrorThrown",
    "EscalationThrown",
    "Event",
    "Graph",
    "Kept",
    "Marking",
    "MessageArrived",
    "MigrationRefused",
    "Migrator",
    "Move",
    "Moved",
    "Opened",
    "Refusal",
    "RemoveInstance",
    "SendBack",
    "SignalArrived",
    "Start",
    "StartTimer",
    "Step",
    "Subscription",
    "Thrown",
    "TimerFired",
    "TimerKept",
    "TimerSet",
    "Trace",
    "VariablesSet",
    "advance",
    "asked",
    "choices",
    "compatible",
    "listens",
    "migrate",
]
