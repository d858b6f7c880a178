"""A case played for nobody: what people, services, messages and the clock would do, on the engine alone. Pure; writes nothing.

>>> from workflows import rehearsal
>>> played = rehearsal.play(flow, acts, begins)     # doctest: +SKIP
>>> played.last.open                                # doctest: +SKIP

A play is a tuple of :class:`Act`, and goes to JSON and back; it is played from the beginning each time, so that nothing need be
kept between two requests. With what each act led to (`record`) it is a test of the flow, which `check` runs on another version.
"""

from .acts import MOST_ACTS, Act, Expected, Kind, Thrown, Waits, acts_from_json, acts_to_json
from .playing import (
    MOST_FIRINGS,
    Decide,
    Fired,
    Flow,
    Made,
    Played,
    Refused,
    Stage,
    Waiting,
    play,
)
from .testing import Verdict, check, record

__all__ = [
    "MOST_ACTS",
    "MOST_FIRINGS",
    "Act",
    "Decide",
    "Expected",
    "Fired",
    "Flow",
    "Kind",
    "Made",
    "Played",
    "Refused",
    "Stage",
    "Thrown",
    "Verdict",
    "Waiting",
    "Waits",
    "acts_from_json",
    "acts_to_json",
    "check",
    "play",
    "record",
]
