"""Who presides over an entry, and who rules on a recusal (R24, R46)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from decisions.rules.roster import Roster, RosterSeat, SeatState


def presiding(named: Sequence[int], roster: Roster) -> int | None:
    """The seat that presides: of those ``named`` (ids, the latest and closest to the entry first) the first that is in the
    room and has not stepped back. None when none of them is: somebody else has to take the chair.
    """
    return next((seat_id for seat_id in named if _here(roster, seat_id)), None)


def may_chair(seat_id: int, roster: Roster) -> bool:
    """Whether the seat can take the chair of the entry: it has a vote, is present, and has not stepped back."""
    return _here(roster, seat_id)


def rules_on(concerned: Collection[int], chair: int | None, roster: Roster) -> int | None:
    """The seat that rules on a recusal of ``concerned`` (all seats of one person): whoever presides.

    Where that is the person concerned, the principal of the other body; failing them any other principal, failing them the
    first voting seat in the room. None when only the person concerned is there. Ids are those of ``roster``.
    """
    if chair is not None and chair not in concerned and _here(roster, chair):
        return chair
    bodies = {seat.body for seat in roster.seats if seat.id in concerned}
    others = [seat for seat in roster.seats if seat.votes and seat.id not in concerned]
    ranked = sorted(others, key=lambda seat: (not seat.principal, seat.principal and seat.body in bodies))
    return ranked[0].id if ranked else None


def _here(roster: Roster, seat_id: int) -> bool:
    return any(seat.id == seat_id and _sits(seat) for seat in roster.seats)


def _sits(seat: RosterSeat) -> bool:
    return seat.voting and seat.state is SeatState.PRESENT
