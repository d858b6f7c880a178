"""What the rules are judged by: frozen facts, one small class per area. What is not known yet has the value of nothing.

Ids are database keys, used for evidence alone. Moments are aware and local to the office; days are days of the office.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from decisions.rules.ledger.shapes import Name, Waiver
from decisions.rules.tally import Outcome
from decisions.rules.thresholds import Threshold

_NOBODY = Name("")


@dataclass(frozen=True, slots=True)
class Matter:
    """The item itself (R1, R2). ``amount`` and ``limit`` in 10,000 yuan. ``ended``: its flow is over without withdrawal.

    ``superseding``: it ratifies, reconsiders, changes or stops an earlier decision.
    """

    id: int = 0
    kind: Name = _NOBODY
    rule_set: Name = _NOBODY
    rule_number: int = 0
    submitted: datetime | None = None
    withdrawn: bool = False
    ended: bool = False
    personnel: bool = False
    amount: Decimal | None = None
    limit: Decimal | None = None
    purpose: str = "new"
    confidential: bool = False
    readers: int = 0
    views: int = 0
    views_by_others: int = 0

    @property
    def over_limit(self) -> bool:
        """Whether only a vote in a sitting decides it (R2)."""
        return self.amount is not None and self.limit is not None and self.amount > self.limit


@dataclass(frozen=True, slots=True)
class Need:
    """One requirement of tabling, as `decisions.selectors.requirements` computes it; ``words`` in the reader's language."""

    rule: int
    kind: str
    state: str
    title: str
    words: str
    blocks: bool
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Preparation:
    """What was gathered before tabling (R3–R8, R10, R12).

    ``confirmed`` and ``waited_for`` are bodies. ``ready``: the item stands before a sitting (on an agenda, in one, or past it);
    until then nothing of preparation has failed. ``early_votes`` are votes cast before the entry was called.
    """

    ready: bool = False
    needs: tuple[Need, ...] = ()
    confirmed: tuple[Name, ...] = ()
    confirmed_at: datetime | None = None
    waited_for: tuple[Name, ...] = ()
    opinions: int = 0
    unanswered: int = 0
    early_votes: int = 0
    experts: int = 0
    unsigned: int = 0
    dissents: int = 0
    barred: int = 0
    interested: int = 0
    comment_days: int | None = None
    comment_needed: int = 0
    shortened: Waiver | None = None
    exploration: Waiver | None = None

    def of(self, rule: int) -> tuple[Need, ...]:
        """The requirements of one rule."""
        return tuple(need for need in self.needs if need.rule == rule)


@dataclass(frozen=True, slots=True)
class Planning:
    """The plans (R9, R29). ``reviewed`` False: substance changed after the newest review. ``contested``: declared wording
    that the other side holds to be substance."""

    plan: int = 0
    plans: int = 0
    version: int = 0
    substantive: int = 0
    review_needed: bool = False
    reviewed: bool = True
    contested: int = 0
    tabled_version: int | None = None


@dataclass(frozen=True, slots=True)
class Agenda:
    """The newest agenda the item stands on, and its notice (R11, R47). ``late``: added after notice, by whom allowed."""

    entry: int = 0
    sitting: int = 0
    sitting_name: str = ""
    at: datetime | None = None
    noticed: datetime | None = None
    days: int = 0
    needed: int = 0
    short: Waiver | None = None
    added_late: bool = False
    late: Waiver | None = None
    opened: datetime | None = None
    closed: datetime | None = None
    rules_frozen: bool = False
    seats_frozen: int = 0

    @property
    def exists(self) -> bool:
        """Whether the item is, or was last, on an agenda."""
        return self.entry != 0


@dataclass(frozen=True, slots=True)
class Present:
    """One body in the room as it stands now (R13, R14, R16)."""

    body: Name
    due: int
    present: int
    required: int
    share: Threshold
    reached: bool
    unheard: int = 0
    principal_here: bool = False


@dataclass(frozen=True, slots=True)
class Division:
    """How far apart the stated views of one body are (R25)."""

    body: Name
    stated: int
    apart: int
    deep: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """The item in its sitting (R13–R20, R24, R25, R28, R46).

    ``stage`` as `AgendaEntry.Stage`; empty without one. ``blocked`` holds the codes the desk's own check gives against opening
    a vote now (``quorum``, ``unheard``, ``unruled``, ``no_chair``, ``deep_split``). ``barred``: somebody's second seat is kept from voting.
    """

    stage: str = ""
    called: datetime | None = None
    announced: datetime | None = None
    outcome: Outcome | None = None
    bodies: tuple[Present, ...] = ()
    blocked: tuple[str, ...] = ()
    chair: Name | None = None
    chair_changes: int = 0
    statements_asked: bool = True
    principal_last: bool = True
    stated: int = 0
    unheard_at_vote: int = 0
    principal_early: tuple[Name, ...] = ()
    observers: int = 0
    written_opinions: int = 0
    recused: int = 0
    unruled: int = 0
    dismissed: int = 0
    divisions: tuple[Division, ...] = ()
    going_on: Waiver | None = None
    emergency: bool = False
    two_seats: int = 0
    two_seats_barred: bool = False
    stricter: tuple[Name, ...] = ()
    host: bool = False

    @property
    def voting_reached(self) -> bool:
        """Whether a vote was opened, or the entry has come to its end."""
        return self.stage in {"voting", "announced"}

    @property
    def over(self) -> bool:
        """Whether its result is announced."""
        return self.announced is not None


@dataclass(frozen=True, slots=True)
class Count:
    """One body's ballot on one motion (R15, R16, R18, R21–R24, R42, R43). Figures of a closed ballot are those of its resolution.

    ``roster`` is the number of voting seats on its frozen roster, ``counted`` the base the result was measured by (due);
    ``shrunk`` seats left the base by recusal. ``strangers`` are votes of seats that had none: not on the roster, absent, left or
    recused; ``proxies`` votes not cast by the seat's own holder nor entered for them by the desk. ``share`` is what passing asked.
    ``elected_votes``: of an election, the votes of each who was elected.
    """

    ballot: int
    motion: int
    body: Name
    code: str
    method: str = "named"
    methods_allowed: tuple[str, ...] = ()
    roster: int = 0
    due: int = 0
    present: int = 0
    quorum: int = 0
    quorum_share: Threshold | None = None
    shrunk: int = 0
    share: Threshold | None = None
    required: int = 0
    in_favour: int | None = None
    passed: bool | None = None
    strangers: int = 0
    proxies: int = 0
    without_vote: int = 0
    recused_votes: int = 0
    barred_votes: int = 0
    elected_votes: tuple[int, ...] | None = None
    opened: datetime | None = None
    closed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """One motion (R18, R42). ``people``: how many persons it decides on; an ``election`` may put several at once."""

    id: int
    text: str
    people: int = 0
    amendment: bool = False
    election: bool = False
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Votes:
    """All ballots of the newest entry. ``candidates`` are the persons of a personnel item; ``bodies`` those that must decide."""

    motions: tuple[Moved, ...] = ()
    counts: tuple[Count, ...] = ()
    bodies: tuple[str, ...] = ()
    candidates: int = 0

    def of(self, motion: int) -> tuple[Count, ...]:
        """The ballots of one motion."""
        return tuple(count for count in self.counts if count.motion == motion)

    @property
    def closed(self) -> tuple[Count, ...]:
        """The ballots that were counted."""
        return tuple(count for count in self.counts if count.passed is not None)


@dataclass(frozen=True, slots=True)
class Record:
    """The minutes (R30–R32, R45). ``missing`` names what the record lacks (`words` has the names). ``signed`` and ``bodies`` are
    codes; ``same`` whether all signatures stand over the document as it is."""

    minutes: int = 0
    version: int = 0
    parts: int = 0
    missing: tuple[str, ...] = ()
    dissents: int = 0
    dissents_lost: int = 0
    checked: datetime | None = None
    check_needed: bool = True
    bodies: tuple[Name, ...] = ()
    signed: tuple[Name, ...] = ()
    signed_at: datetime | None = None
    digest: str = ""
    same: bool = True


@dataclass(frozen=True, slots=True)
class Duty:
    """Something owed by a day: ``done`` on a day, ``overdue`` where the day has passed without it."""

    title: Name
    due: date | None = None
    done: date | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Emergency:
    """What a few decided before the sitting (R26): of ``asked`` persons ``agreed`` did. ``enough``: of each body and in all."""

    decided: datetime | None = None
    agreed: int = 0
    asked: int = 0
    enough: bool = True
    report_due: datetime | None = None
    reported: datetime | None = None
    report_overdue: bool = False


@dataclass(frozen=True, slots=True)
class Support:
    """How many of a body agreed to reconsider, and how many must (R38)."""

    body: Name
    agreed: int
    needed: int
    base: int


@dataclass(frozen=True, slots=True)
class After:
    """What followed the vote (R26, R33–R39). ``ruled``: a superior's answer on a split, in its place.

    ``unit`` empty: nobody is named to carry it out. ``revisions`` are suspensions, changes and stops, ``unprocedural`` those whose
    procedure did not follow in time. ``files`` and ``chain``: what is archived; ``chain_broken``: of an archived item, the
    first entry of its log that does not verify (0: all do).
    """

    publication: Duty | None = None
    exempt: str = ""
    reports: tuple[Duty, ...] = ()
    emergency: Emergency | None = None
    unit: str = ""
    execution: Duty | None = None
    overdue: tuple[Name, ...] = ()
    progress: int = 0
    revisions: int = 0
    unprocedural: int = 0
    standing_suspension: bool = False
    reconsidered: bool = False
    support: tuple[Support, ...] = ()
    evaluations: tuple[Duty, ...] = ()
    barred_evaluators: int = 0
    files: int = 0
    chain: int = 0
    chain_broken: int = 0
    archived: datetime | None = None
    chosen_route: Name | None = None
    ruled: Name | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the rules are judged by for one item at one moment. ``waivers`` maps a rule's number to who let it pass."""

    matter: Matter = field(default_factory=Matter)
    preparation: Preparation = field(default_factory=Preparation)
    planning: Planning = field(default_factory=Planning)
    agenda: Agenda = field(default_factory=Agenda)
    entry: Entry = field(default_factory=Entry)
    votes: Votes = field(default_factory=Votes)
    record: Record = field(default_factory=Record)
    after: After = field(default_factory=After)
    waivers: tuple[tuple[int, Waiver], ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the bodies decided for it: by their votes, or a superior's ruling in the place of a split."""
        return self.entry.outcome in {Outcome.PASSED, Outcome.AMENDED}

    def waiver(self, rule: int) -> Waiver | None:
        """Who let this rule's failure pass, if anybody did."""
        return next((one for number, one in self.waivers if number == rule), None)
