"""A sitting played again from its log: who was there, who had spoken, what was counted, and what follows from it.

Pure: log entries go in, states come out, one per entry. Nothing here reads what the tables hold, so that what it derives
can be held against them (`differences`).
"""

from decisions.rules.replay.compare import Difference, Stored, StoredCount, differences
from decisions.rules.replay.events import Told, ordered
from decisions.rules.replay.fold import replay
from decisions.rules.replay.state import BallotState, EntryState, MotionState, Phase, SeatFact, SittingState

__all__ = [
    "BallotState",
    "Difference",
    "EntryState",
    "MotionState",
    "Phase",
    "SeatFact",
    "SittingState",
    "Stored",
    "StoredCount",
    "Told",
    "differences",
    "ordered",
    "replay",
]
