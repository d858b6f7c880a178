"""How far apart the stated views are, per body (R25)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from decisions.rules.roster import Roster, SeatState
from decisions.rules.speaking import Stance
from decisions.rules.thresholds import Threshold, reached, required


@dataclass(frozen=True, slots=True)
class Division:
    """The views of one body: of ``stated`` views ``apart`` disagree or ask to defer; ``needed`` would be a deep split."""

    body: str
    stated: int
    apart: int
    needed: int
    deep: bool


def division(views: Mapping[int, Stance], roster: Roster, body: str, share: Threshold | None) -> Division:
    """The views (seat id → the last one stated) of the voting seats of ``body`` against ``share`` of those that state one.

    Who waives states no view; who has stepped back is not asked. Without ``share`` nothing is a deep split.
    """
    stated = [
        views[seat.id]
        for seat in roster.voting(body)
        if seat.state is not SeatState.RECUSED and views.get(seat.id, Stance.WAIVE) is not Stance.WAIVE
    ]
    apart = sum(view in (Stance.DISAGREE, Stance.DEFER) for view in stated)
    if share is None:
        return Division(body, len(stated), apart, 0, False)
    return Division(body, len(stated), apart, required(share, len(stated)), reached(share, apart, len(stated)))
