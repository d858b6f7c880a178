"""Rosters and their arithmetic: who is due (应到), who is present (实到), per body, never added together (R42)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from decisions.rules.thresholds import Threshold, reached, required


class SeatState(StrEnum):
    """How a seat stands for one agenda entry."""

    PRESENT = "present"
    ABSENT = "absent"
    RECUSED = "recused"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class RosterSeat:
    """One seat of the frozen roster (R47) with its state for one agenda entry (R16). ``body`` is the body's code."""

    id: int
    body: str
    voting: bool = True
    principal: bool = False
    state: SeatState = SeatState.PRESENT

    @property
    def votes(self) -> bool:
        """Whether the seat takes part in this entry's ballot: it has a vote and is present.

        Those in attendance (列席) never do (R17), nor do the recused (R24).
        """
        return self.voting and self.state is SeatState.PRESENT


@dataclass(frozen=True, slots=True)
class Roster:
    """The seats of all bodies for one agenda entry."""

    seats: tuple[RosterSeat, ...]

    def __post_init__(self) -> None:
        if len({seat.id for seat in self.seats}) != len(self.seats):
            raise ValueError("a roster names every seat once")

    @classmethod
    def of(cls, seats: Iterable[RosterSeat]) -> Roster:
        return cls(tuple(seats))

    def seat(self, seat_id: int) -> RosterSeat:
        """The seat with this id; raises ``KeyError`` when it is not on the roster."""
        for seat in self.seats:
            if seat.id == seat_id:
                return seat
        raise KeyError(seat_id)

    def voting(self, body: str) -> tuple[RosterSeat, ...]:
        """The voting seats of ``body`` whatever their state: those due (应到)."""
        return tuple(seat for seat in self.seats if seat.body == body and seat.voting)

    def present(self, body: str) -> tuple[RosterSeat, ...]:
        """The voting seats of ``body`` that are present: absent, recused and departed seats are not (R24)."""
        return tuple(seat for seat in self.voting(body) if seat.votes)

    def count(self, body: str, state: SeatState) -> int:
        """How many voting seats of ``body`` stand in ``state``."""
        return sum(seat.state is state for seat in self.voting(body))

    def due(self, body: str, *, shrink: bool = False) -> int:
        """应到: all voting seats; with ``shrink`` the recused ones leave the base (R24, a setting, default no)."""
        seats = self.voting(body)
        return len(seats) - (self.count(body, SeatState.RECUSED) if shrink else 0)


@dataclass(frozen=True, slots=True)
class Quorum:
    """法定人数 of one body for one agenda entry (R13, R14, R16)."""

    body: str
    due: int
    present: int
    required: int
    reached: bool

    @property
    def missing(self) -> int:
        """How many more seats must be present."""
        return 0 if self.reached else max(self.required - self.present, 1)


def quorum(roster: Roster, body: str, threshold: Threshold, *, shrink: bool = False) -> Quorum:
    """Whether ``body`` may decide: its present voting seats against ``threshold`` of those due."""
    due, present = roster.due(body, shrink=shrink), len(roster.present(body))
    return Quorum(body, due, present, required(threshold, due), reached(threshold, present, due))
