"""A joint sitting: its frozen roster and agenda, what was said and voted in it, and what came of it.

Two bodies are never added together: every ballot, count and signature names its body (R42). Votes, statements,
recusals, resolutions and signatures are records: the database itself refuses to change or delete them (N11).
"""

from decisions.models.sittings.agenda import AgendaEntry, Motion, Recusal, Statement
from decisions.models.sittings.ballots import BallotBox, BallotSheet, Runner, VoteCheck, VoterMark
from decisions.models.sittings.minutes import Minutes, MinutesCheck, SignOff
from decisions.models.sittings.room import (
    Adjournment,
    Amendment,
    AttendanceEvent,
    Chairing,
    GoingOn,
    Guest,
    GuestStatement,
    RecusalRuling,
    SpeakingTurn,
    StatementCheck,
    StricterRule,
)
from decisions.models.sittings.sitting import Attendance, Sitting, SittingCounter, SittingSeat
from decisions.models.sittings.voting import Ballot, Resolution, Vote

__all__ = [
    "Adjournment",
    "AgendaEntry",
    "Amendment",
    "Attendance",
    "AttendanceEvent",
    "Ballot",
    "BallotBox",
    "BallotSheet",
    "Chairing",
    "GoingOn",
    "Guest",
    "GuestStatement",
    "Minutes",
    "MinutesCheck",
    "Motion",
    "Recusal",
    "RecusalRuling",
    "Resolution",
    "Runner",
    "SignOff",
    "Sitting",
    "SittingCounter",
    "SittingSeat",
    "SpeakingTurn",
    "Statement",
    "StatementCheck",
    "StricterRule",
    "Vote",
    "VoteCheck",
    "VoterMark",
]
