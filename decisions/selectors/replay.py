"""A sitting played again: its log entries read and folded, the verdict derived from them held against the tables, and one
moment of it in words for the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from decisions import rules
from decisions.models import AgendaEntry, Item, Motion, Resolution, Sitting, SittingSeat, Statement
from decisions.policies.items import readable
from decisions.rules.replay import (
    BallotState,
    Difference,
    EntryState,
    Phase,
    SittingState,
    Stored,
    StoredCount,
    Told,
    differences,
    replay,
)
from decisions.rules.replay.compare import COUNTS
from decisions.rules.replay.fold import STEPS
from decisions.selectors.items.story import words_of
from permissions.models import AuditEvent, Body, User
from permissions.policies import visible


def events_of(sitting: Sitting, actor: User | None = None) -> list[AuditEvent]:
    """The log entries of a sitting: its own chain, and of its items' chains what happened in it.

    With `actor`, who may see the sitting: of its own chain what changes the room, and the rest only where they read that
    chain; of items only those whose papers they get: what was said and voted is among them (R24, R40).
    """
    items = Item.objects.all() if actor is None else readable(actor)
    subjects = [f"item:{pk}" for pk in items.filter(agenda_entries__sitting=sitting).values_list("pk", flat=True)]
    own = AuditEvent.objects.filter(subject=sitting.subject)
    if actor is not None:
        read = visible(actor, AuditEvent).filter(subject=sitting.subject).values("pk")
        own = own.filter(Q(verb__in=list(STEPS)) | Q(pk__in=read))
    rows = AuditEvent.objects.filter(Q(pk__in=own.values("pk")) | Q(subject__in=subjects, data__sitting=sitting.pk))
    return list(rows.select_related("actor").order_by("subject", "seq"))


def told_of(events: Iterable[AuditEvent]) -> list[Told]:
    """Log entries as the pure core reads them."""
    return [Told(row.subject, row.seq, row.at, row.verb, row.target, row.data) for row in events]


def stored_of(sitting: Sitting, entries: Iterable[int] | None = None) -> Stored:
    """What the tables hold of a sitting, or of some of its entries."""
    own = AgendaEntry.objects.filter(sitting=sitting)
    if entries is not None:
        own = own.filter(pk__in=list(entries))
    resolutions = Resolution.objects.filter(motion__entry__in=own).select_related("body")
    return Stored(
        counts={
            (row.motion_id, row.body.code): StoredCount({name: getattr(row.verdict, name) for name in COUNTS})
            for row in resolutions
        },
        motions=dict(Motion.objects.filter(entry__in=own).values_list("pk", "outcome")),
        entries=dict(own.values_list("pk", "outcome")),
    )


def check(sitting: Sitting) -> tuple[Difference, ...]:
    """Where the log of a sitting leads to something else than its tables hold; empty when they agree."""
    states = replay(told_of(events_of(sitting)))
    return differences(states, stored_of(sitting))


# ---------------------------------------------------------------- the page


@dataclass(frozen=True, slots=True)
class SeatLine:
    """A seat at this moment."""

    label: str
    icon: str
    word: str
    mode: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class BallotLine:
    """One body's ballot at this moment: turnout while it is open, the count once it was announced."""

    body: Body
    open: bool
    cast: int
    waiting: int
    missing: int
    ballot: BallotState
    verdict: rules.Verdict | None
    sentence: str


@dataclass(frozen=True, slots=True)
class SideLine:
    """One body at this moment: its quorum for the entry at hand, and its seats."""

    body: Body
    quorum: rules.Quorum | None
    seats: list[SeatLine]


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """One entry of the agenda at this moment."""

    order: int
    title: str
    word: str
    current: bool


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """One motion: what the log leads to, what is stored, and whether they are the same."""

    title: str
    outcome: str
    sentences: list[str]
    agrees: bool
    differs: list[str]


@dataclass(frozen=True, slots=True)
class EventLine:
    """One moment in the list one can jump to."""

    at: int
    event: AuditEvent
    what: str
    change: str
    current: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything the page shows of one moment. ``at`` counts the log entries from 0 (before the first) to ``last``."""

    at: int
    last: int
    event: AuditEvent | None
    what: str
    change: str
    phase: str
    entry: AgendaEntry | None
    stage: str
    motion: str
    speaker: str
    turn: list[str]
    spoken: list[SeatLine]
    sides: list[SideLine]
    ballots: list[BallotLine]
    agenda: list[AgendaLine]
    verdicts: list[VerdictLine]
    agrees: bool
    others: int
    events: list[EventLine] = field(default_factory=list)

    @property
    def before(self) -> int:
        """The moment before this one."""
        return max(self.at - 1, 0)

    @property
    def after(self) -> int:
        """The moment after this one."""
        return min(self.at + 1, self.last)


_STATES = {
    rules.SeatState.PRESENT: ("check-lg", lambda: _("到会"), ""),
    rules.SeatState.ABSENT: ("person-x", lambda: _("未到会"), "off"),
    rules.SeatState.LEFT: ("door-open", lambda: _("离席"), "off"),
    rules.SeatState.RECUSED: ("person-dash", lambda: _("回避"), "off"),
}


def moment(sitting: Sitting, actor: User, at: int | None = None) -> Moment:
    """The sitting after `at` of its log entries, as this user may see it; without `at` (or beyond the end) the last."""
    events = events_of(sitting, actor)
    states = replay(told_of(events))
    last = len(states) - 1
    place = last if at is None else min(max(at, 0), last)
    return _Page(sitting, events, states).moment(place, last)


class _Page:
    """What stays the same for every moment of one sitting: labels, titles, the log entries by their place."""

    def __init__(self, sitting: Sitting, events: list[AuditEvent], states: tuple[SittingState, ...]) -> None:
        self.sitting, self.states = sitting, states
        rows = {(row.subject, row.seq): row for row in events}
        self.events = [rows[state.told.chain, state.told.seq] for state in states if state.told is not None]
        self.bodies = {body.code: body for body in Body.objects.order_by("order")}
        self.labels = {seat.pk: seat.label for seat in SittingSeat.objects.filter(sitting=sitting)}
        reach = {row.subject for row in events}
        self.entries = {
            row.pk: row
            for row in sitting.entries.select_related("item__matter_type").order_by("order", "pk")
            if row.item.subject in reach
        }
        self.texts = dict(Motion.objects.filter(entry__in=self.entries).values_list("pk", "text"))
        self.hidden = sitting.entries.count() - len(self.entries)

    def moment(self, at: int, last: int) -> Moment:
        state = self.states[at]
        event = self.events[at - 1] if at else None
        what, change = words_of(event.verb, event.data) if event is not None else (_("尚未开始"), "")
        entry = state.subject if state.subject is not None and state.subject.id in self.entries else None
        verdicts, agrees = self.verdicts()
        return Moment(
            at=at,
            last=last,
            event=event,
            what=what,
            change=change,
            phase=_PHASES[state.phase](),
            entry=self.entries[entry.id] if entry is not None else None,
            stage=_PHASES[entry.stage]() if entry is not None else "",
            motion=self.motion(entry),
            speaker=self.labels.get(entry.speaker or 0, "") if entry is not None else "",
            turn=[self.labels.get(seat, "") for seat in state.turn(entry)] if entry is not None else [],
            spoken=self.spoken(entry),
            sides=self.sides(state, entry),
            ballots=self.ballots(state, entry),
            agenda=self.agenda(state),
            verdicts=verdicts,
            agrees=agrees,
            others=self.hidden,
            events=[
                EventLine(place, row, *words_of(row.verb, row.data), place == at)
                for place, row in enumerate(self.events, start=1)
            ],
        )

    def motion(self, entry: EntryState | None) -> str:
        """The motion at hand or, once all are announced, the last; nothing where there is but the item itself."""
        if entry is None or len(entry.motions) < 2:
            return ""
        shown = _shown(entry)
        return entry.motions[shown].text or self.texts.get(shown, "") if shown is not None else ""

    def spoken(self, entry: EntryState | None) -> list[SeatLine]:
        words = {stance.value: stance.label for stance in Statement.Stance}
        return [
            SeatLine(self.labels.get(seat, ""), "mic", str(words[stance]) if stance else _("列席发言"))
            for seat, stance in (entry.heard if entry is not None else ())
        ]

    def sides(self, state: SittingState, entry: EntryState | None) -> list[SideLine]:
        roster = state.roster(entry)
        quorums = state.quorums(entry) if entry is not None else {}
        return [
            SideLine(
                self.bodies[code], quorums.get(code), [self.seat(seat.id, seat.state) for seat in roster.voting(code)]
            )
            for code in state.bodies
        ]

    def seat(self, key: int, stands: rules.SeatState) -> SeatLine:
        icon, word, mode = _STATES[stands]
        return SeatLine(self.labels.get(key, ""), icon, word(), mode)

    def ballots(self, state: SittingState, entry: EntryState | None) -> list[BallotLine]:
        shown = _shown(entry) if entry is not None else None
        if entry is None or shown is None:
            return []
        lines = []
        for code, ballot in entry.motions[shown].ballots.items():
            cast = len(ballot.voted)
            verdict = ballot.verdict
            lines.append(
                BallotLine(
                    self.bodies[code],
                    verdict is None,
                    cast,
                    max(ballot.present - cast, 0),
                    len(ballot.roster.voting(code)) - ballot.present,
                    ballot,
                    verdict,
                    _explained(verdict) if verdict is not None else "",
                )
            )
        return lines

    def agenda(self, state: SittingState) -> list[AgendaLine]:
        live = state.subject
        outcomes = dict(AgendaEntry.Outcome.choices)
        lines = []
        for key, row in self.entries.items():
            entry = state.entries.get(key)
            word = _PHASES[entry.stage]() if entry is not None else _("待议")
            if entry is not None and entry.outcome is not None:
                word = str(outcomes.get(entry.outcome.value, entry.outcome.value))
            lines.append(AgendaLine(row.order, row.item.title, word, live is not None and live.id == key))
        return lines

    def verdicts(self) -> tuple[list[VerdictLine], bool]:
        """What the whole log leads to, motion by motion, and whether all of it is what is stored."""
        last = self.states[-1]
        entries = [entry for entry in last.entries.values() if entry.id in self.entries]
        found = [
            one
            for one in differences(self.states, stored_of(self.sitting, self.entries))
            if one.entry in self.entries or not one.entry
        ]
        outcomes = dict(AgendaEntry.Outcome.choices) | dict(Motion.Outcome.choices)
        lines = []
        for entry in entries:
            title = self.entries[entry.id].item.title
            for motion in entry.motions.values():
                if motion.outcome is None:
                    continue
                mine = [one for one in found if one.entry == entry.id and one.motion in (motion.id, None)]
                lines.append(
                    VerdictLine(
                        f"{title} · {self.texts.get(motion.id, motion.text)}" if len(entry.motions) > 1 else title,
                        str(outcomes.get(motion.outcome.value, motion.outcome.value)),
                        [
                            f"{self.bodies[code].label}{_('：')}{_explained(ballot.verdict)}"
                            for code, ballot in motion.ballots.items()
                            if ballot.verdict is not None
                        ],
                        not mine,
                        [difference_words(one, self.bodies) for one in mine],
                    )
                )
            if not entry.motions and entry.outcome is not None:
                mine = [one for one in found if one.entry == entry.id]
                lines.append(
                    VerdictLine(
                        title,
                        str(outcomes.get(entry.outcome.value, entry.outcome.value)),
                        [],
                        not mine,
                        [difference_words(one, self.bodies) for one in mine],
                    )
                )
        return lines, not found


def _shown(entry: EntryState) -> int | None:
    """The motion whose ballots this moment shows: the one at hand, else the last that was voted on."""
    if entry.motion is not None:
        return entry.motion.id
    voted = [motion.id for motion in entry.motions.values() if motion.ballots]
    return voted[-1] if voted else None


def _explained(verdict: rules.Verdict) -> str:
    english = (get_language() or "").startswith("en")
    return rules.explain_en(verdict) if english else rules.explain_zh(verdict)


_PHASES = {
    Phase.PREPARED: lambda: _("筹备中"),
    Phase.OPEN: lambda: _("会议进行中"),
    Phase.ADJOURNED: lambda: _("休会中"),
    Phase.CLOSED: lambda: _("已结束"),
    Phase.WAITING: lambda: _("待议"),
    Phase.INTRODUCED: lambda: _("介绍中"),
    Phase.SPEAKING: lambda: _("发言中"),
    Phase.VOTING: lambda: _("表决中"),
    Phase.ANNOUNCED: lambda: _("已宣布"),
}


def difference_words(one: Difference, bodies: Mapping[str, Body]) -> str:
    """A difference as a sentence: what, by the log, as stored."""
    names = {
        "due": _("应到"),
        "present": _("实到"),
        "in_favour": _("赞成"),
        "against": _("反对"),
        "abstained": _("弃权"),
        "not_voted": _("未投"),
        "absent": _("缺席"),
        "recused": _("回避"),
        "required": _("须得票"),
        "passed": _("是否通过"),
        "outcome": _("结果"),
        "ballot_due": _("开始表决时应到"),
        "ballot_present": _("开始表决时实到"),
        "ballot_quorum": _("开始表决时须到"),
        "ballot_required": _("开始表决时须得票"),
        "verdict": _("计票"),
        "unlogged": _("日志里没有的决议"),
    }
    body = bodies[one.body].label if one.body in bodies else ""
    return _("%(body)s%(what)s：日志推得 %(derived)s，库中为 %(stored)s。") % {
        "body": body,
        "what": names.get(one.what, one.what),
        "derived": one.derived or _("无"),
        "stored": one.stored or _("无"),
    }
