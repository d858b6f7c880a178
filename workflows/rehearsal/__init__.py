"""A case played for nobody: what people, services, messages and the clock would do, on the engine alone. Pure; writes nothing.

>>> from workflows import rehearsal
>>> played = rehearsal.play(flow, acts, begins)     # doctest: +SKIP
>>> played.last.open                                # doctest: +SKIP

A play is a tuple of :class:`Act`, and goes to JSON and back; it is played from the beginning each time, so that nothing need be
kept between two requests. With what each act led to (`record`) it is a test of the flow, which `check` runs on another version.
"""

from .acts import MOST_ACTS, MOST_SEATS, Act, Expected, Kind, Thrown, Votes, Waits, acts_from_json, acts_to_json
from .playing import MOST_FIRINGS, play
from .stages import (
    Called,
    Counted,
    Fired,
    Flow,
    House,
    Inside,
    Level,
    Made,
    Played,
    Refused,
    Stage,
    Waiting,
    who_of,
)
from .testing import Verdict, check, record

__all__ = [
    "MOST_ACTS",
    "MOST_FIRINGS",
    "MOST_SEATS",
    "Act",
    "Called",
    "Counted",
    "Expected",
    "Fired",
    "Flow",
    "House",
    "Inside",
    "Kind",
    "Level",
    "Made",
    "Played",
    "Refused",
    "Stage",
    "Thrown",
    "Verdict",
    "Votes",
    "Waiting",
    "Waits",
    "acts_from_json",
    "acts_to_json",
    "check",
    "play",
    "record",
    "who_of",
]
