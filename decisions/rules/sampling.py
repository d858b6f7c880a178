"""What would come of votes nobody has cast: the count of a sitting, for those who try out a flow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from decisions.rules.roster import Quorum, Roster, RosterSeat, SeatState, quorum
from decisions.rules.ruleset import Rules
from decisions.rules.tally import Count, Outcome, Verdict, joint_outcome, tally_counts


@dataclass(frozen=True, slots=True)
class Sample:
    """How the voting seats of one body stand; the sum is how many are due (应到)."""

    in_favour: int
    against: int
    abstained: int
    absent: int

    @property
    def present(self) -> int:
        """实到."""
        return self.in_favour + self.against + self.abstained


@dataclass(frozen=True, slots=True)
class Sampled:
    """The joint outcome, each body's quorum, and each body's count; no counts where a body has no quorum: then nothing is voted on
    (R13, R14), and the matter is put off."""

    outcome: Outcome
    quorums: tuple[Quorum, ...]
    verdicts: tuple[Verdict, ...]


def sampled(samples: Mapping[str, Sample], numbers: Rules) -> Sampled:
    """Count the samples of each body (R42: each on its own) by its numbers, as a sitting would.

    Raises ``ValueError`` without any body, for a negative number and for a body without a seat, ``KeyError`` for a body the rules do
    not know.
    """
    if not samples:
        raise ValueError("nobody votes")
    rosters = {body: _roster(body, sample) for body, sample in samples.items()}
    rules = {body: numbers.body(body) for body in samples}
    quorums = tuple(quorum(rosters[body], body, rules[body].quorum, shrink=rules[body].shrink) for body in samples)
    if not all(one.reached for one in quorums):
        return Sampled(Outcome.DEFERRED, quorums, ())
    verdicts = tuple(
        tally_counts(
            body,
            Count(sample.in_favour, sample.against, sample.abstained),
            rosters[body],
            rules[body].passing,
            shrink=rules[body].shrink,
        )
        for body, sample in samples.items()
    )
    return Sampled(joint_outcome({one.body: one.passed for one in verdicts}), quorums, verdicts)


def _roster(body: str, sample: Sample) -> Roster:
    if min(sample.in_favour, sample.against, sample.abstained, sample.absent) < 0 or not sample.present + sample.absent:
        raise ValueError(f"{sample} is no body")
    states = [SeatState.PRESENT] * sample.present + [SeatState.ABSENT] * sample.absent
    return Roster.of(RosterSeat(number, body, state=state) for number, state in enumerate(states, start=1))
