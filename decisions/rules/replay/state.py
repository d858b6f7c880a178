"""How a sitting stood at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from decisions.rules.replay.events import Told
from decisions.rules.roster import Quorum, Roster, RosterSeat, SeatState, quorum
from decisions.rules.ruleset import Rules, TwoSeats
from decisions.rules.speaking import Stance, may_speak, may_vote
from decisions.rules.tally import Choice, Outcome, Verdict


class Phase(StrEnum):
    """How far a sitting, or an entry of its agenda, has come."""

    PREPARED = "prepared"
    OPEN = "open"
    ADJOURNED = "adjourned"
    CLOSED = "closed"
    WAITING = "waiting"
    INTRODUCED = "introduced"
    SPEAKING = "speaking"
    VOTING = "voting"
    ANNOUNCED = "announced"


@dataclass(frozen=True, slots=True)
class SeatFact:
    """A seat of the roster as it was frozen (R47), without its state."""

    id: int
    body: str
    position: str
    voting: bool
    principal: bool
    user: int | None = None


@dataclass(frozen=True, slots=True)
class BallotState:
    """One body's ballot. While it is ``open`` only ``voted`` was public: who had voted, never how.

    ``counts`` are the votes by choice once it is closed, ``spoilt`` papers that say nothing clear, ``approvals`` an election's
    votes by candidate; ``votes`` says who cast which, and is None for a secret ballot and
    before closing. ``verdict`` is derived from them by the frozen numbers.
    """

    id: int
    body: str
    method: str
    due: int
    present: int
    quorum: int
    required: int
    roster: Roster
    open: bool = True
    voted: frozenset[int] = frozenset()
    votes: Mapping[int, Choice] | None = None
    counts: Mapping[Choice, int] | None = None
    spoilt: int = 0
    approvals: Mapping[int, int] = field(default_factory=dict)
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class MotionState:
    """What was put to the vote: its ballots by body, and the outcome derived from them when it was announced.

    In an election ``places`` are filled from those ``standing`` (ids of candidates); ``elected`` is derived, and ``tied`` says
    that a run-off has to follow.
    """

    id: int
    text: str = ""
    kind: str = "main"
    substance: bool = False
    ballots: Mapping[str, BallotState] = field(default_factory=dict)
    places: int | None = None
    standing: tuple[int, ...] = ()
    runoff_of: int | None = None
    elected: tuple[int, ...] = ()
    tied: bool = False
    outcome: Outcome | None = None
    announced: str = ""
    """The outcome as the log says it was announced; empty before."""


@dataclass(frozen=True, slots=True)
class EntryState:
    """One entry of the agenda: its stage, who has spoken with which view, who stepped back, its motions in order.

    ``recusals`` maps the log's name of each that stands to the seats it keeps away; ``outcome`` is derived.
    """

    id: int
    item: int
    rules: Rules
    stage: Phase = Phase.WAITING
    speaker: int | None = None
    heard: tuple[tuple[int, Stance | None], ...] = ()
    recusals: Mapping[str, frozenset[int]] = field(default_factory=dict)
    strict: frozenset[str] = frozenset()
    motions: Mapping[int, MotionState] = field(default_factory=dict)
    outcome: Outcome | None = None

    @property
    def numbers(self) -> Rules:
        """The frozen rules, with the stricter numbers of the bodies that have invoked them (R44)."""
        return self.rules.stricter(self.strict)

    @property
    def recused(self) -> frozenset[int]:
        """The seats that have stepped back: every seat of whoever a recusal that stands is about (R24)."""
        return frozenset().union(*self.recusals.values())

    @property
    def spoken(self) -> frozenset[int]:
        """The seats that have stated a view or waived."""
        return frozenset(seat for seat, _stance in self.heard)

    @property
    def motion(self) -> MotionState | None:
        """The motion whose ballots are open or wait to be announced."""
        return next((one for one in self.motions.values() if one.ballots and not one.announced), None)


@dataclass(frozen=True, slots=True)
class SittingState:
    """The whole sitting after one log entry. ``at`` counts the entries from 1; 0 is before the first."""

    at: int = 0
    told: Told | None = None
    phase: Phase = Phase.PREPARED
    seats: Mapping[int, SeatFact] = field(default_factory=dict)
    attendance: Mapping[int, SeatState] = field(default_factory=dict)
    entries: Mapping[int, EntryState] = field(default_factory=dict)

    @property
    def bodies(self) -> tuple[str, ...]:
        """The codes of the bodies with a voting seat, in the order of the roster."""
        return tuple(dict.fromkeys(seat.body for seat in self.seats.values() if seat.voting))

    @property
    def live(self) -> EntryState | None:
        """The entry being dealt with."""
        stages = (Phase.INTRODUCED, Phase.SPEAKING, Phase.VOTING)
        return next((entry for entry in self.entries.values() if entry.stage in stages), None)

    @property
    def subject(self) -> EntryState | None:
        """The entry this moment is about: the one the log entry names, else the one being dealt with."""
        named = self.told.facts.get("entry") if self.told is not None else None
        return self.entries.get(named) if isinstance(named, int) else self.live

    def roster(self, entry: EntryState | None = None) -> Roster:
        """Everybody's state, for one entry (a recused seat is away there, R24) or for the sitting as such."""
        out = entry.recused if entry is not None else frozenset()
        barred = self._second_seats if entry is not None and entry.rules.two_seats is TwoSeats.BARRED else frozenset()
        return Roster.of(
            RosterSeat(seat.id, seat.body, seat.voting, seat.principal, self._stands(seat.id, out, barred))
            for seat in self.seats.values()
        )

    def _stands(self, seat: int, out: frozenset[int], barred: frozenset[int]) -> SeatState:
        if seat in barred:
            return SeatState.ABSENT
        return SeatState.RECUSED if seat in out else self.attendance.get(seat, SeatState.ABSENT)

    @property
    def _second_seats(self) -> frozenset[int]:
        """Every voting seat of a person but their first on the roster (R43)."""
        first: dict[int, int] = {}
        for seat in self.seats.values():
            if seat.voting and seat.user is not None:
                first.setdefault(seat.user, seat.id)
        return frozenset(
            seat.id
            for seat in self.seats.values()
            if seat.voting and seat.user is not None and first[seat.user] != seat.id
        )

    def seats_with(self, seat: int) -> frozenset[int]:
        """All seats of the person in this one: who has an interest has it in every seat."""
        person = self.seats[seat].user if seat in self.seats else None
        return frozenset(
            one.id for one in self.seats.values() if one.id == seat or (person is not None and one.user == person)
        )

    def quorums(self, entry: EntryState) -> dict[str, Quorum]:
        """Each body's quorum for an entry as it stood (R13, R14, R16)."""
        roster, numbers = self.roster(entry), entry.numbers
        return {
            code: quorum(roster, code, numbers.body(code).quorum, shrink=numbers.body(code).shrink)
            for code in self.bodies
        }

    def turn(self, entry: EntryState) -> tuple[int, ...]:
        """The seats whose turn it was: who could state a view and had not, or could vote and had not (R19, R20)."""
        if entry.stage is Phase.SPEAKING:
            roster, numbers = self.roster(entry), entry.numbers
            return tuple(
                seat.id
                for seat in self.seats.values()
                if seat.voting
                and seat.id not in entry.spoken
                and may_speak(
                    seat.id,
                    roster,
                    entry.spoken,
                    principal_last=numbers.principal_last,
                    principal_order=numbers.principal_order,
                )
            )
        motion = entry.motion
        if motion is None:
            return ()
        ballots = [ballot for ballot in motion.ballots.values() if ballot.open]
        voted = frozenset(seat for ballot in ballots for seat in ballot.voted)
        roster = Roster.of(seat for ballot in ballots for seat in ballot.roster.seats)
        return tuple(
            seat.id
            for seat in roster.seats
            if seat.id not in voted
            and self.attendance.get(seat.id) is SeatState.PRESENT
            and may_vote(
                seat.id,
                roster,
                voted,
                principal_last=entry.numbers.principal_last,
                principal_order=entry.numbers.principal_order,
            )
        )

    def put(self, entry: EntryState) -> SittingState:
        """The state with this entry in place of the one with its key."""
        return replace(self, entries={**self.entries, entry.id: entry})
