"""What the log makes of a sitting, held against what is stored as its resolutions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from decisions.rules.replay.state import BallotState, EntryState, MotionState, SittingState
from decisions.rules.roster import Quorum
from decisions.rules.tally import Outcome, Verdict
from decisions.rules.thresholds import required

COUNTS = (
    "due",
    "present",
    "in_favour",
    "against",
    "abstained",
    "not_voted",
    "absent",
    "recused",
    "required",
    "passed",
)
"""The numbers of a count that are compared, by their names in `Verdict`."""


@dataclass(frozen=True, slots=True)
class StoredCount:
    """One body's resolution on one motion as it is stored: the numbers of `COUNTS`."""

    numbers: Mapping[str, int | bool]


@dataclass(frozen=True, slots=True)
class Stored:
    """What the tables hold of one sitting: counts by motion and body, outcomes by motion and by entry ("" for none yet)."""

    counts: Mapping[tuple[int, str], StoredCount] = field(default_factory=dict)
    motions: Mapping[int, str] = field(default_factory=dict)
    entries: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """One point in which log and tables do not agree. ``what`` is a name of `COUNTS`, ``outcome``, ``ballot_due``,
    ``ballot_present``, ``ballot_quorum``, ``ballot_required``, ``verdict`` (none can be derived) or ``unlogged`` (stored,
    and not in the log).
    """

    entry: int
    motion: int | None
    body: str
    what: str
    derived: str
    stored: str


def differences(states: tuple[SittingState, ...], stored: Stored) -> tuple[Difference, ...]:
    """Every point in which the stored resolutions and outcomes are not what the log alone leads to; empty when they agree.

    Compared are: each ballot's frozen numbers with roster, attendance and recusals as they stood when it opened; each
    body's count; each motion's and each entry's outcome.
    """
    last = states[-1]
    found: list[Difference] = []
    for before, after in pairwise(states):
        if after.told is not None and after.told.verb == "voting_open":
            found += _ballots(before, after)
    for entry in last.entries.values():
        for motion in entry.motions.values():
            found += _motion(entry, motion, stored)
        found += _same(entry, None, "", "outcome", _word(entry.outcome), stored.entries.get(entry.id, ""))
    known = {motion for entry in last.entries.values() for motion in entry.motions}
    for key, body in stored.counts:
        if key not in known:
            found.append(Difference(0, key, body, "unlogged", "", "1"))
    return tuple(found)


def _ballots(before: SittingState, after: SittingState) -> list[Difference]:
    """Each ballot that was opened, against the room as the log shows it a moment before."""
    told = after.told
    key = told.facts.get("entry") if told is not None else None
    entry = before.entries.get(key) if isinstance(key, int) else None
    opened = after.entries.get(key) if isinstance(key, int) else None
    motion = opened.motion if opened is not None else None
    if entry is None or motion is None:
        return []
    found: list[Difference] = []
    quorums = before.quorums(entry)
    for code, ballot in motion.ballots.items():
        if code in quorums:
            found += _ballot(entry, motion, ballot, quorums[code])
    return found


def _ballot(entry: EntryState, motion: MotionState, ballot: BallotState, stood: Quorum) -> list[Difference]:
    need = required(entry.numbers.body(ballot.body).passing, stood.due)
    pairs = {
        "ballot_due": (stood.due, ballot.due),
        "ballot_present": (stood.present, ballot.present),
        "ballot_quorum": (stood.required, ballot.quorum),
        "ballot_required": (need, ballot.required),
    }
    return [
        difference
        for what, (derived, kept) in pairs.items()
        for difference in _same(entry, motion, ballot.body, what, str(derived), str(kept))
    ]


def _motion(entry: EntryState, motion: MotionState, stored: Stored) -> list[Difference]:
    found = _same(entry, motion, "", "outcome", _word(motion.outcome), stored.motions.get(motion.id, ""))
    for code, ballot in motion.ballots.items():
        kept = stored.counts.get((motion.id, code))
        if kept is not None and ballot.verdict is None:
            found.append(Difference(entry.id, motion.id, code, "verdict", "", "1"))
        elif ballot.verdict is not None:
            found += _count(entry, motion, ballot.verdict, kept)
    return found


def _count(entry: EntryState, motion: MotionState, verdict: Verdict, kept: StoredCount | None) -> list[Difference]:
    numbers = kept.numbers if kept is not None else {}
    return [
        difference
        for what in COUNTS
        for difference in _same(
            entry, motion, verdict.body, what, str(getattr(verdict, what)), str(numbers.get(what, ""))
        )
    ]


def _same(
    entry: EntryState, motion: MotionState | None, body: str, what: str, derived: str, stored: str
) -> list[Difference]:
    if derived == stored:
        return []
    return [Difference(entry.id, motion.id if motion is not None else None, body, what, derived, stored)]


def _word(outcome: Outcome | None) -> str:
    return outcome.value if outcome is not None else ""
