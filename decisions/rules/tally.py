"""Counting one body's ballot, and the joint outcome of all bodies (R21, R22, R42)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from decisions.rules.roster import Roster, SeatState
from decisions.rules.thresholds import Threshold, reached, required


class Choice(StrEnum):
    """What a seat may vote. The order is fixed and is the order on the ballot paper."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class Outcome(StrEnum):
    """How a matter ends (R28).

    A motion ends in the first four, or has lapsed; an agenda entry in any but ``LAPSED``. ``AMENDED`` is passed after an
    adopted change of wording, ``REDISCUSS`` goes back to joint planning to be discussed again.
    """

    PASSED = "passed"
    REJECTED = "rejected"
    SPLIT = "split"
    DEFERRED = "deferred"
    AMENDED = "amended"
    REDISCUSS = "rediscuss"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One body's count. ``due`` = ``in_favour`` + ``against`` + ``abstained`` + ``spoilt`` + ``not_voted`` + ``absent`` +
    ``recused`` (the last only where recused seats stay in the base). ``absent`` includes those who left before the
    ballot; ``not_voted`` are present seats without a vote when the ballot closed.
    """

    body: str
    due: int
    present: int
    in_favour: int
    against: int
    abstained: int
    not_voted: int
    absent: int
    recused: int
    shrunk: bool
    threshold: Threshold
    required: int
    passed: bool
    spoilt: int = 0

    @property
    def short(self) -> int:
        """How many votes in favour were missing."""
        return 0 if self.passed else max(self.required - self.in_favour, 1)


class NotEntitled(ValueError):
    """A vote of a seat that has none here: off the roster, of another body, without vote, absent, left or recused."""

    def __init__(self, seat_id: int) -> None:
        super().__init__(f"seat {seat_id} has no vote in this ballot")
        self.seat_id = seat_id


def tally(
    body: str, votes: Mapping[int, Choice], roster: Roster, threshold: Threshold, *, shrink: bool = False
) -> Verdict:
    """Count ``votes`` (seat id → choice) of ``body`` against the seats due on ``roster`` (R21: of those due, not of
    those present).

    Raises `NotEntitled` for a vote that must not be counted; it is never dropped silently.
    """
    entitled = {seat.id for seat in roster.present(body)}
    for seat_id in votes:
        if seat_id not in entitled:
            raise NotEntitled(seat_id)
    counts = {choice: sum(vote is choice for vote in votes.values()) for choice in Choice}
    found = Count(counts[Choice.FOR], counts[Choice.AGAINST], counts[Choice.ABSTAIN])
    return tally_counts(body, found, roster, threshold, shrink=shrink)


@dataclass(frozen=True, slots=True)
class Count:
    """What slips or papers say, without who said it."""

    in_favour: int
    against: int
    abstained: int
    spoilt: int = 0

    @property
    def papers(self) -> int:
        """How many were handed in."""
        return self.in_favour + self.against + self.abstained + self.spoilt


def tally_counts(body: str, found: Count, roster: Roster, threshold: Threshold, *, shrink: bool = False) -> Verdict:
    """As `tally`, for a vote that names nobody. Raises ``ValueError`` for more papers than seats that take part."""
    present, due = len(roster.present(body)), roster.due(body, shrink=shrink)
    if min(found.in_favour, found.against, found.abstained, found.spoilt) < 0 or found.papers > present:
        raise ValueError(f"{found} cannot come from {present} voters")
    return Verdict(
        body=body,
        due=due,
        present=present,
        in_favour=found.in_favour,
        against=found.against,
        abstained=found.abstained,
        not_voted=present - found.papers,
        absent=roster.count(body, SeatState.ABSENT) + roster.count(body, SeatState.LEFT),
        recused=roster.count(body, SeatState.RECUSED),
        shrunk=shrink,
        threshold=threshold,
        required=required(threshold, due),
        passed=reached(threshold, found.in_favour, due),
        spoilt=found.spoilt,
    )


def reveals(found: Count, few: int) -> bool:
    """Whether the result of a secret ballot shows how somebody voted: all alike, or fewer papers than ``few``."""
    clear = [found.in_favour, found.against, found.abstained]
    return 0 < found.papers < few or (found.papers > 0 and max(clear) == found.papers)


def joint_outcome(passed: Mapping[str, bool]) -> Outcome:
    """R42: passed only if every body passes; a split has a name of its own; nobody passes = rejected.

    ``passed`` maps body code → whether that body passed. Raises ``ValueError`` without any body.
    """
    if not passed:
        raise ValueError("a joint outcome needs the verdict of at least one body")
    if all(passed.values()):
        return Outcome.PASSED
    return Outcome.SPLIT if any(passed.values()) else Outcome.REJECTED


def entry_outcome(motions: Iterable[Outcome]) -> Outcome:
    """The one outcome the flow goes on with, from the outcomes of an entry's motions.

    With one motion it is that motion's. With several (personnel, R18) each person stands alone; the entry goes on to
    sign-off as soon as somebody passed, because the minutes must then be signed; without anybody it is split if a
    body passed somebody, else rejected.
    """
    found = set(motions)
    if not found:
        raise ValueError("an entry without a motion has no outcome")
    return next(
        outcome for outcome in (Outcome.PASSED, Outcome.SPLIT, Outcome.REJECTED, Outcome.DEFERRED) if outcome in found
    )
