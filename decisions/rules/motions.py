"""What becomes of an agenda entry with several motions: people, alternative plans, amendments (R9, R18, R28, R29)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from decisions.rules.tally import Outcome, entry_outcome


class MotionKind(StrEnum):
    """What is put to the vote."""

    MAIN = "main"
    PLAN = "plan"
    """One of several plans: the first that passes is adopted (R9)."""
    PERSON = "person"
    AMENDMENT = "amendment"


@dataclass(frozen=True, slots=True)
class Moved:
    """A motion in its order, with its outcome once it is announced. ``substance``: an amendment that changes substance."""

    kind: MotionKind
    outcome: Outcome | None = None
    substance: bool = False


def lapsing(motions: Sequence[Moved]) -> tuple[int, ...]:
    """The places of the motions still to come that are not put any more: all of them once a change of substance was adopted
    (the matter is discussed again, R29), the other plans once one was adopted.
    """
    again = any(_adopted_substance(one) for one in motions)
    plan = any(one.kind is MotionKind.PLAN and one.outcome is Outcome.PASSED for one in motions)
    return tuple(
        place
        for place, one in enumerate(motions)
        if one.outcome is None and (again or (plan and one.kind is MotionKind.PLAN))
    )


def settled(motions: Sequence[Moved]) -> Outcome:
    """The outcome of the entry once none of its motions is left to be put. Raises ``ValueError`` while one is.

    An adopted change of substance sends it back to be discussed again, whatever else was voted; after an adopted change of
    wording "passed" is "amended". What has lapsed does not count, an amendment by itself decides nothing.
    """
    if any(one.outcome is None for one in motions):
        raise ValueError("a motion has still to be put")
    if any(_adopted_substance(one) for one in motions):
        return Outcome.REDISCUSS
    own = [one.outcome for one in motions if one.kind is not MotionKind.AMENDMENT]
    found = entry_outcome(outcome for outcome in own if outcome is not None and outcome is not Outcome.LAPSED)
    amended = any(one.kind is MotionKind.AMENDMENT and one.outcome is Outcome.PASSED for one in motions)
    return Outcome.AMENDED if found is Outcome.PASSED and amended else found


def _adopted_substance(one: Moved) -> bool:
    return one.kind is MotionKind.AMENDMENT and one.substance and one.outcome is Outcome.PASSED
