"""Elections: several people stand for one or more places, and each voter approves at most as many as there are places.

With as many people as places it is 等额选举, with more 差额选举. A body elects who is approved by the passing share of those due and has
more approvals than whoever is left out. Jointly elected is only who every body elects (R42). A tie at the border is settled by
a run-off, never by lot or by order.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from decisions.rules.sentences import share_en, share_zh
from decisions.rules.tally import Outcome
from decisions.rules.thresholds import Threshold, reached, required


class Fate(StrEnum):
    """How somebody fares in one body's election."""

    ELECTED = "elected"
    TIED = "tied"
    """Enough approvals, as many as others, and not a place for each of them."""
    OUTNUMBERED = "outnumbered"
    """Enough approvals, and all places taken by people with more."""
    SHORT = "short"
    """Fewer approvals than the passing share of those due."""


def may_pick(picks: Sequence[int], standing: Collection[int], places: int) -> bool:
    """Whether a slip is good: nobody twice, only people who stand, at most as many as there are places. None is a blank."""
    return len(set(picks)) == len(picks) <= places and set(picks) <= set(standing)


def elect(votes: Mapping[int, int], places: int, threshold: Threshold, due: int) -> dict[int, Fate]:
    """How each person (id → approvals) fares in one body with ``due`` seats. Raises ``ValueError`` for no place at all."""
    if places < 1:
        raise ValueError("an election fills at least one place")
    enough = sorted((count for count in votes.values() if reached(threshold, count, due)), reverse=True)
    if len(enough) <= places:
        return {
            person: Fate.ELECTED if reached(threshold, count, due) else Fate.SHORT for person, count in votes.items()
        }
    inside, outside = enough[places - 1], enough[places]
    return {person: _fate(count, inside, outside, reached(threshold, count, due)) for person, count in votes.items()}


def _fate(count: int, inside: int, outside: int, enough: bool) -> Fate:
    """``inside`` is what the last place takes, ``outside`` what the first one left out has: a tie where they are the same."""
    if not enough:
        return Fate.SHORT
    if count > outside:
        return Fate.ELECTED
    return Fate.TIED if count == inside else Fate.OUTNUMBERED


@dataclass(frozen=True, slots=True)
class JointElection:
    """Who every body elects; and, where a tie stands in the way of a place, who stands in a run-off for how many."""

    elected: tuple[int, ...]
    runoff: tuple[int, ...]
    places: int
    outcome: Outcome


def joint_election(
    bodies: Mapping[str, Mapping[int, Fate]], places: int, *, before: Collection[int] | None = None
) -> JointElection:
    """What comes of an election in all bodies (R42). ``before``: who stood in the election this run-off settles; a run-off that
    leaves the same people tied is not held again. Raises ``ValueError`` without any body.
    """
    if not bodies:
        raise ValueError("a joint election needs at least one body")
    people = list(next(iter(bodies.values())))
    fates = {person: [found[person] for found in bodies.values()] for person in people}
    elected = tuple(person for person in people if all(fate is Fate.ELECTED for fate in fates[person]))
    left = places - len(elected)
    runoff = tuple(
        person
        for person in people
        if person not in elected and all(fate in {Fate.ELECTED, Fate.TIED} for fate in fates[person])
        if any(fate is Fate.TIED for fate in fates[person])
    )
    if not left or (before is not None and len(runoff) >= len(before)):
        runoff = ()
    somebody = any(fate in {Fate.ELECTED, Fate.TIED} for found in fates.values() for fate in found)
    outcome = Outcome.PASSED if elected else Outcome.SPLIT if somebody else Outcome.REJECTED
    return JointElection(elected, runoff, left if runoff else 0, outcome)


def result_is_certain(in_favour: int, open_votes: int, threshold: Threshold, due: int) -> bool:
    """Whether no way of casting the ``open_votes`` that are still to come could change if a body passes (early closing)."""
    return reached(threshold, in_favour, due) or not reached(threshold, in_favour + open_votes, due)


def fate_zh(fate: Fate, votes: int, threshold: Threshold, due: int) -> str:
    """得票 6 / 应到 9，须超过半数即 5 票，当选。"""
    need = required(threshold, due)
    ends = {
        Fate.ELECTED: "当选。",
        Fate.TIED: "与其他人选票数相同，超出名额，另行投票。",
        Fate.OUTNUMBERED: "名额已由得票多的人选占满，未当选。",
        Fate.SHORT: f"差 {max(need - votes, 1)} 票，未当选。",
    }
    return f"得票 {votes} / 应到 {due}，须{share_zh(threshold)}即 {need} 票，{ends[fate]}"


def fate_en(fate: Fate, votes: int, threshold: Threshold, due: int) -> str:
    """Approved by 6 of 9 due; more than half means 5: elected."""
    need = required(threshold, due)
    ends = {
        Fate.ELECTED: "elected.",
        Fate.TIED: "as many as others, and not a place for each: voted on again.",
        Fate.OUTNUMBERED: "the places went to people with more, not elected.",
        Fate.SHORT: f"{max(need - votes, 1)} short, not elected.",
    }
    return f"Approved by {votes} of {due} due; {share_en(threshold)} means {need}: {ends[fate]}"
