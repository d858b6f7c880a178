"""What the room is made of on the page: rows, counts and buttons, already in words."""

from dataclasses import dataclass, field
from hashlib import sha256

from decisions import rules
from decisions.models import AgendaEntry, Ballot, Motion, Resolution, Sitting, SittingSeat
from decisions.selectors.ballots import Fared
from permissions.models import Body


@dataclass(frozen=True, slots=True)
class Row:
    """One seat as a line: its place, state in a word with an icon, and why where there is a why."""

    seat: SittingSeat
    icon: str
    word: str
    kind: str = ""
    why: str = ""
    mode: str = ""
    order: int | str = ""
    note: str = ""


@dataclass(slots=True)
class Turnout:
    """How far one body's open ballot is: heads only, no direction (until it closes nobody learns one)."""

    ballot: Ballot
    cast: int
    waiting: int
    absent: int
    recused: int
    last: str = ""


@dataclass(slots=True)
class Side:
    """One body in the room."""

    body: Body
    quorum: rules.Quorum
    roster: list[Row]
    speaking: list[Row]
    heard: int
    present: int
    turnout: Turnout | None = None


@dataclass(slots=True)
class Line:
    """One entry in the agenda's list."""

    entry: AgendaEntry
    icon: str
    word: str
    current: bool


@dataclass(slots=True)
class BodyResult:
    """One body's count of one motion, ready to be said and drawn."""

    body: Body
    found: Resolution
    sentence: str
    detail: str
    votes: list[Row] = field(default_factory=list)
    tallies: list[Fared] = field(default_factory=list)
    reveals: bool = False
    slips_of: int = 0


@dataclass(slots=True)
class Result:
    """What came of one motion: the joint outcome in words, and each body's count."""

    motion: Motion
    outcome: str
    title: str
    words: str
    bodies: list[BodyResult]

    @property
    def open_votes(self) -> bool:
        """Whether how each seat voted is there to be shown: never of a secret vote."""
        return any(row.votes for row in self.bodies)


@dataclass(slots=True)
class Own:
    """What the person may do for one of their own seats."""

    seat: SittingSeat
    present: bool
    recused: bool
    stance: str
    speak: bool
    why: str
    ballot: Ballot | None
    voted: bool

    @property
    def key(self) -> str:
        """Changes when what this person may do changes, not when anybody else's state does."""
        ballot = self.ballot.pk if self.ballot else 0
        return (
            f"{self.seat.pk}{self.present:d}{self.recused:d}{self.stance}{self.speak:d}{self.why}{ballot}{self.voted:d}"
        )


@dataclass(slots=True)
class Button:
    """One thing the desk may do: where to, which word, and whether it is the main one."""

    label: str
    url: str
    icon: str = ""
    primary: bool = False
    post: bool = True
    blocked: bool = False
    id: str = ""


@dataclass(slots=True)
class Control:
    """Where the entry stands in a sentence, why it cannot go on if it cannot, and what the desk can do about it."""

    title: str
    why: str = ""
    buttons: list[Button] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    """What stands in the way of a vote, a sentence each."""


@dataclass(slots=True)
class Step:
    """Something the person may do, with a page (or a button) of its own."""

    label: str
    url: str
    icon: str = ""


@dataclass(slots=True)
class Matter:
    """One line of what is open on an entry: what, where it stands, and what this person may do about it."""

    icon: str
    words: str
    state: str = ""
    kind: str = ""
    url: str = ""
    act: str = ""
    post: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """Who has the floor, for how many seconds by the server's clock, and how many they were given (0: no limit)."""

    seat: str
    seconds: int
    limit: int

    @property
    def over(self) -> bool:
        """Whether the time is up; nothing ends by itself."""
        return 0 < self.limit <= self.seconds

    @property
    def spent(self) -> str:
        """Minutes and seconds, as the page shows them before its script counts on."""
        return f"{self.seconds // 60}:{self.seconds % 60:02d}"

    @property
    def given(self) -> str:
        """The limit the same way."""
        return f"{self.limit // 60}:{self.limit % 60:02d}" if self.limit else ""


@dataclass(slots=True)
class Matters:
    """What is open on an entry beside the vote."""

    chair: str
    turn: Turn | None
    hands: list[str]
    recusals: list[Matter]
    amendments: list[Matter]
    strict: list[Matter]
    guests: list[Matter]
    unchecked: list[Matter]
    hand: list[Step] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    @property
    def lines(self) -> list[Matter]:
        """Recusals, amendments, stricter rules and guests, in this order."""
        return [*self.recusals, *self.amendments, *self.strict, *self.guests]


@dataclass(slots=True)
class Room:
    """Everything one person's page of one sitting shows."""

    sitting: Sitting
    version: str
    desk: bool
    agenda: list[Line]
    entry: AgendaEntry | None
    motions: int
    motion: Motion | None
    phases: list[tuple[str, str]]
    sides: list[Side]
    guests: list[SittingSeat]
    own: list[Own]
    control: Control | None
    results: list[Result]
    before: tuple[AgendaEntry, list[Result]] | None = None
    matters: Matters | None = None
    way: str = ""
    """How the latest motion was or is voted on (R23), in words; empty before a vote."""
    kept: str = ""
    """Why this person gets nothing of the entry at hand but that it exists (`decisions.policies.access`), or empty."""

    @property
    def own_key(self) -> str:
        """Changes when this person's own forms have to be drawn anew."""
        stage = f"{self.entry.pk}{self.entry.stage}" if self.entry else ""
        return sha256((stage + "|".join(own.key for own in self.own)).encode()).hexdigest()[:12]
