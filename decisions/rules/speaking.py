"""Who may speak and vote when.

Every member present states a view before the vote (R19); the principal is last in their own body (R20).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from decisions.rules.roster import Roster, RosterSeat, SeatState


class Stance(StrEnum):
    """The view a member states before the vote (R19), or that they waive speaking."""

    AGREE = "agree"
    DISAGREE = "disagree"
    DEFER = "defer"
    WAIVE = "waive"


class Why(StrEnum):
    """Why a seat may, or may not, speak or vote now."""

    ALLOWED = "allowed"
    UNKNOWN_SEAT = "unknown_seat"
    ABSENT = "absent"
    LEFT = "left"
    RECUSED = "recused"
    NO_VOTE = "no_vote"
    PRINCIPAL_LAST = "principal_last"


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a seat may act; when not, why, and for which seats it waits (ids in roster order)."""

    allowed: bool
    why: Why
    waiting: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Answer(True, Why.ALLOWED)
_NOT_HERE = {SeatState.ABSENT: Why.ABSENT, SeatState.LEFT: Why.LEFT, SeatState.RECUSED: Why.RECUSED}


def may_speak(
    seat_id: int,
    roster: Roster,
    spoken: Collection[int],
    *,
    principal_last: bool = True,
    principal_order: Sequence[str] = (),
) -> Answer:
    """Whether the seat may state its view now; ``spoken`` holds the seats that have spoken or waived.

    Seats without vote (列席) may speak (R17). ``principal_order`` (body codes, first to last) sets the order among
    principals of several bodies: each also waits for the principals of the bodies named before theirs.
    """
    return _answer(seat_id, roster, spoken, principal_last, principal_order, needs_vote=False)


def may_vote(
    seat_id: int,
    roster: Roster,
    voted: Collection[int],
    *,
    principal_last: bool = True,
    principal_order: Sequence[str] = (),
) -> Answer:
    """Whether the seat may vote now; ``voted`` holds the seats that have voted. 列席 never may (R17). ``principal_order`` as in
    `may_speak`, where ``roster`` and ``voted`` are those of all bodies."""
    return _answer(seat_id, roster, voted, principal_last, principal_order, needs_vote=True)


def next_speaker(
    roster: Roster,
    spoken: Collection[int],
    *,
    hands: Sequence[int] = (),
    current: int | None = None,
    principal_last: bool = True,
    principal_order: Sequence[str] = (),
) -> int | None:
    """Whose turn it is: first who has not spoken yet (raised ``hands`` before the order of the roster), then whoever else
    has raised a hand (a second time, or without a vote), the principals at the end (R20).

    ``current`` has the floor and gets it again only where nobody else is waiting. None when nobody is.
    """

    def ready(seat_id: int) -> bool:
        return bool(may_speak(seat_id, roster, spoken, principal_last=principal_last, principal_order=principal_order))

    def late(seat: RosterSeat) -> bool:
        return principal_last and seat.principal

    fresh = [seat for seat in roster.seats if seat.voting and seat.id not in spoken]
    asked = [seat_id for seat_id in hands if any(seat.id == seat_id for seat in roster.seats)]
    order = [
        *(seat_id for seat_id in asked if any(seat.id == seat_id and not late(seat) for seat in fresh)),
        *(seat.id for seat in fresh if not late(seat)),
        *(seat_id for seat_id in asked if all(seat.id != seat_id for seat in fresh)),
        *(seat.id for seat in fresh if late(seat)),
    ]
    found = [seat_id for seat_id in dict.fromkeys(order) if ready(seat_id)]
    return next((seat_id for seat_id in found if seat_id != current), found[0] if found else None)


def unheard(roster: Roster, body: str, spoken: Collection[int]) -> tuple[RosterSeat, ...]:
    """The present voting seats of ``body`` that have neither stated a view nor waived.

    The vote must wait for them (R19).
    """
    return tuple(seat for seat in roster.present(body) if seat.id not in spoken)


def _answer(
    seat_id: int,
    roster: Roster,
    done: Collection[int],
    principal_last: bool,
    principal_order: Sequence[str],
    *,
    needs_vote: bool,
) -> Answer:
    try:
        seat = roster.seat(seat_id)
    except KeyError:
        return Answer(False, Why.UNKNOWN_SEAT)
    if seat.state is not SeatState.PRESENT:
        return Answer(False, _NOT_HERE[seat.state])
    if needs_vote and not seat.voting:
        return Answer(False, Why.NO_VOTE)
    if not (principal_last and seat.principal and seat.voting):
        return ALLOWED
    earlier = principal_order[: principal_order.index(seat.body)] if seat.body in principal_order else ()
    awaited = tuple(
        other.id
        for other in roster.seats
        if other.votes
        and other.id not in done
        and ((other.body == seat.body and not other.principal) or (other.body in earlier and other.principal))
    )
    return Answer(False, Why.PRINCIPAL_LAST, awaited) if awaited else ALLOWED
