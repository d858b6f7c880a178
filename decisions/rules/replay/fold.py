"""One log entry after the other: what each changes. What changes nothing here still is a moment one can look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from decisions.rules.elections import Fate, elect, joint_election
from decisions.rules.motions import MotionKind, Moved, lapsing, settled
from decisions.rules.replay.events import Told, ordered
from decisions.rules.replay.state import BallotState, EntryState, MotionState, Phase, SeatFact, SittingState
from decisions.rules.roster import Roster, RosterSeat, SeatState
from decisions.rules.ruleset import Rules
from decisions.rules.speaking import Stance
from decisions.rules.tally import Choice, Count, Outcome, joint_outcome, tally, tally_counts

Step = Callable[[SittingState, Told], SittingState]


def replay(events: Iterable[Told]) -> tuple[SittingState, ...]:
    """The states of a sitting: the one before anything happened, then one after each log entry, in their order."""
    states = [SittingState()]
    for told in ordered(events):
        states.append(_after(states[-1], told))
    return tuple(states)


def _after(state: SittingState, told: Told) -> SittingState:
    state = replace(state, at=state.at + 1, told=told)
    step = STEPS.get(told.verb)
    return step(state, told) if step is not None else state


# ---------------------------------------------------------------- the sitting


def _opened(state: SittingState, told: Told) -> SittingState:
    seats = {
        row["seat"]: SeatFact(
            row["seat"], row["body"], row["position"], row["voting"], row["principal"], row.get("user")
        )
        for row in told.facts.get("roster", ())
    }
    entries = {
        row["entry"]: EntryState(row["entry"], row["item"], Rules.from_json(row["numbers"]), motions=_listed(row))
        for row in told.facts.get("agenda", ())
    }
    return replace(state, phase=Phase.OPEN, seats=seats, entries=entries)


def _listed(row: Mapping[str, Any]) -> dict[int, MotionState]:
    """The motions frozen at opening, where the log names them."""
    return {
        one["motion"]: MotionState(one["motion"], one.get("text", ""), one.get("kind", "main"))
        for one in row.get("motions", ())
    }


def _adjourned(state: SittingState, _told: Told) -> SittingState:
    state = replace(state, phase=Phase.ADJOURNED)
    live = state.live
    return state if live is None else state.put(replace(live, speaker=None))


def _resumed(state: SittingState, told: Told) -> SittingState:
    """Attendance is taken anew after a break; the roster stays (R47)."""
    away = dict.fromkeys(told.facts.get("seats", ()), SeatState.ABSENT)
    return replace(state, phase=Phase.OPEN, attendance={**state.attendance, **away})


def _phase(phase: Phase) -> Step:
    return lambda state, _told: replace(state, phase=phase)


def _attended(state: SittingState, told: Told) -> SittingState:
    seat = told.target_id("sittingseat")
    if seat is None:
        return state
    now = SeatState(told.facts["new"]["state"])
    state = replace(state, attendance={**state.attendance, seat: now})
    live = state.live
    if now is not SeatState.PRESENT and live is not None and live.speaker == seat:
        state = state.put(replace(live, speaker=None))
    return state


# ---------------------------------------------------------------- an entry


def _on_entry(change: Callable[[SittingState, EntryState, Told], EntryState]) -> Step:
    """A step that changes the entry the log entry names; of an entry that was not on the agenda at opening it changes
    nothing."""

    def step(state: SittingState, told: Told) -> SittingState:
        entry = state.entries.get(told.facts.get("entry", 0))
        return state if entry is None else state.put(change(state, entry, told))

    return step


def _stage(stage: Phase) -> Step:
    return _on_entry(lambda _state, entry, _told: replace(entry, stage=stage))


def _called_on(_state: SittingState, entry: EntryState, told: Told) -> EntryState:
    return replace(entry, speaker=told.target_id("sittingseat"))


def _stated(_state: SittingState, entry: EntryState, told: Told) -> EntryState:
    seat, stance = told.facts["seat"], told.facts.get("stance", "")
    return replace(
        entry,
        heard=(*entry.heard, (seat, Stance(stance) if stance else None)),
        speaker=None if entry.speaker == seat else entry.speaker,
    )


def _recused(state: SittingState, entry: EntryState, told: Told) -> EntryState:
    out = state.seats_with(told.facts["seat"])
    return replace(
        entry,
        recusals={**entry.recusals, told.target: out},
        speaker=None if entry.speaker in out else entry.speaker,
    )


def _ruled(_state: SittingState, entry: EntryState, told: Told) -> EntryState:
    """A recusal that is dismissed keeps nobody away any more; one that is upheld goes on standing."""
    if told.facts.get("upheld", True):
        return entry
    return replace(entry, recusals={key: out for key, out in entry.recusals.items() if key != told.target})


def _gave_back(_state: SittingState, entry: EntryState, told: Told) -> EntryState:
    return replace(entry, speaker=None) if entry.speaker == told.target_id("sittingseat") else entry


def _stricter(_state: SittingState, entry: EntryState, told: Told) -> EntryState:
    return replace(entry, strict=entry.strict | {told.facts["body"]})


def _amended(_state: SittingState, entry: EntryState, told: Told) -> EntryState:
    """An amendment is a motion of its own, put before the rest."""
    key = told.facts.get("motion")
    if not isinstance(key, int):
        return entry
    motion = MotionState(
        key, told.facts.get("text", ""), MotionKind.AMENDMENT.value, told.facts.get("kind") == "substantive"
    )
    return replace(entry, motions={key: motion, **entry.motions})


def _lapsed(_state: SittingState, entry: EntryState, told: Told) -> EntryState:
    """Motions that are not put any more; with them the last one left may have gone."""
    gone = {
        key: replace(entry.motions[key], outcome=Outcome.LAPSED, announced=Outcome.LAPSED.value)
        for key in told.facts.get("lapsed", ())
        if key in entry.motions
    }
    entry = replace(entry, motions={**entry.motions, **gone})
    return entry if told.verb == "amendment_withdraw" else _settle(entry)


def _put_off(outcome: Outcome, rest: Outcome) -> Step:
    """An entry that ends without (further) votes; whoever was voted in before stands, and decides what it ends in."""

    def change(_state: SittingState, entry: EntryState, _told: Told) -> EntryState:
        motions = {
            key: one if one.announced else replace(one, outcome=rest, announced=rest.value)
            for key, one in entry.motions.items()
        }
        moved = [Moved(MotionKind(one.kind), one.outcome, one.substance) for one in motions.values()]
        stands = outcome is Outcome.DEFERRED and any(one.outcome is Outcome.PASSED for one in moved)
        ends = settled(moved) if stands else outcome
        return replace(entry, stage=Phase.ANNOUNCED, speaker=None, outcome=ends, motions=motions)

    return _on_entry(change)


# ---------------------------------------------------------------- ballots


def _ballots_opened(_state: SittingState, entry: EntryState, told: Told) -> EntryState:
    key = told.target_id("motion") or 0
    motion = entry.motions.get(key) or MotionState(key)
    ballots = {
        row["body"]: BallotState(
            id=row["ballot"],
            body=row["body"],
            method=row["method"],
            due=row["due"],
            present=row["present"],
            quorum=row["quorum"],
            required=row["required"],
            roster=Roster.of(
                RosterSeat(seat["seat"], row["body"], True, seat["principal"], SeatState(seat["state"]))
                for seat in row["roster"]
            ),
        )
        for row in told.facts.get("ballots", ())
    }
    motion = replace(
        motion,
        text=told.facts.get("motion", motion.text),
        ballots={**motion.ballots, **ballots},
        places=told.facts.get("places"),
        standing=tuple(told.facts.get("standing", ())),
        runoff_of=told.facts.get("runoff_of"),
    )
    return replace(entry, stage=Phase.VOTING, speaker=None, motions={**entry.motions, key: motion})


def _voted(_state: SittingState, entry: EntryState, told: Told) -> EntryState:
    return _each_ballot(
        entry,
        lambda ballot: (
            replace(ballot, voted=ballot.voted | {told.facts["seat"]})
            if ballot.id == told.target_id("ballot")
            else ballot
        ),
    )


def _ballots_closed(_state: SittingState, entry: EntryState, told: Told) -> EntryState:
    """Only now the log says how was voted: by seat, or for a secret ballot as slips without any."""
    rows: list[Mapping[str, Any]] = list(told.facts.get("votes", ()))
    slips: list[Mapping[str, Any]] = list(told.facts.get("slips", ()))
    papers: list[Mapping[str, Any]] = list(told.facts.get("papers", ()))

    def closed(ballot: BallotState) -> BallotState:
        if not ballot.open:
            return ballot
        votes = {row["seat"]: Choice(row["casts"][-1]["choice"]) for row in rows if row["ballot"] == ballot.id}
        secret = [Choice(row["choice"]) for row in slips if row["ballot"] == ballot.id]
        named = list(votes.values())
        counts = {choice: [*named, *secret].count(choice) for choice in Choice}
        handed_in = [*({"ballot": row["ballot"], **row["casts"][-1]} for row in rows), *slips]
        approved = [person for row in handed_in if row["ballot"] == ballot.id for person in row.get("picks", ())]
        return replace(
            ballot,
            open=False,
            votes=None if ballot.method == "secret" else votes,
            counts=counts,
            spoilt=sum(row["spoilt"] for row in papers if row["ballot"] == ballot.id),
            approvals=Counter(approved)
            + Counter({key: votes for row in papers if row["ballot"] == ballot.id for key, votes in row["approvals"]}),
        )

    return _each_ballot(entry, closed)


def _each_ballot(entry: EntryState, change: Callable[[BallotState], BallotState]) -> EntryState:
    """The entry with a change to the ballots of the motion at hand."""
    motion = entry.motion
    if motion is None:
        return entry
    motion = replace(motion, ballots={code: change(ballot) for code, ballot in motion.ballots.items()})
    return replace(entry, motions={**entry.motions, motion.id: motion})


def _announced(_state: SittingState, entry: EntryState, told: Told) -> EntryState:
    key = told.target_id("motion") or 0
    motion = entry.motions.get(key)
    if motion is None:
        return entry
    ballots = {code: _counted(ballot, entry.numbers) for code, ballot in motion.ballots.items()}
    verdicts = {code: ballot.verdict.passed for code, ballot in ballots.items() if ballot.verdict is not None}
    motion = replace(motion, ballots=ballots, announced=str(told.facts.get("outcome", "")))
    motion = (
        replace(motion, outcome=joint_outcome(verdicts) if verdicts else None)
        if motion.places is None
        else _elected(entry, motion, motion.places)
    )
    entry = replace(entry, motions={**entry.motions, key: motion})
    return _settle(entry)


def _elected(entry: EntryState, motion: MotionState, places: int) -> MotionState:
    """An election's outcome: who every body elects by approvals, and whether a run-off has to follow."""
    fates = {
        code: elect(
            {person: ballot.approvals.get(person, 0) for person in motion.standing},
            places,
            entry.numbers.body(code).passing,
            ballot.due,
        )
        for code, ballot in motion.ballots.items()
    }
    found = joint_election(fates, places, before=motion.standing if motion.runoff_of is not None else None)
    ballots = {
        code: replace(ballot, verdict=replace(ballot.verdict, passed=Fate.ELECTED in fates[code].values()))
        if ballot.verdict is not None
        else ballot
        for code, ballot in motion.ballots.items()
    }
    return replace(motion, ballots=ballots, outcome=found.outcome, elected=found.elected, tied=bool(found.runoff))


def _counted(ballot: BallotState, numbers: Rules) -> BallotState:
    """The ballot with the verdict that follows from its votes, its frozen roster and the frozen numbers."""
    body = numbers.body(ballot.body)
    try:
        if ballot.votes is not None:
            verdict = tally(ballot.body, ballot.votes, ballot.roster, body.passing, shrink=body.shrink)
        else:
            counts = ballot.counts or {}
            found = Count(
                counts.get(Choice.FOR, 0), counts.get(Choice.AGAINST, 0), counts.get(Choice.ABSTAIN, 0), ballot.spoilt
            )
            verdict = tally_counts(ballot.body, found, ballot.roster, body.passing, shrink=body.shrink)
    except ValueError:
        return ballot
    return replace(ballot, verdict=verdict)


def _settle(entry: EntryState) -> EntryState:
    """The entry's outcome once none of its motions is left; what an announcement makes lapse has lapsed."""
    motions = list(entry.motions.values())
    moved = [Moved(MotionKind(one.kind), one.outcome, one.substance) for one in motions]
    for place in lapsing(moved):
        motions[place] = replace(motions[place], outcome=Outcome.LAPSED, announced=Outcome.LAPSED.value)
        moved[place] = replace(moved[place], outcome=Outcome.LAPSED)
    entry = replace(entry, motions={one.id: one for one in motions})
    held = {one.runoff_of for one in motions if one.announced}
    if any(one.outcome is None for one in moved) or any(one.tied and one.id not in held for one in motions):
        return entry
    return replace(entry, stage=Phase.ANNOUNCED, outcome=settled(moved))


STEPS: Mapping[str, Step] = {
    "sitting_open": _opened,
    "sitting_close": _phase(Phase.CLOSED),
    "sitting_adjourn": _adjourned,
    "sitting_resume": _resumed,
    "attendance_set": _attended,
    "entry_call": _stage(Phase.INTRODUCED),
    "speaking_open": _stage(Phase.SPEAKING),
    "speaker_call": _on_entry(_called_on),
    "statement_record": _on_entry(_stated),
    "hand_lower": _on_entry(_gave_back),
    "recusal_declare": _on_entry(_recused),
    "recusal_report": _on_entry(_recused),
    "recusal_rule": _on_entry(_ruled),
    "stricter_invoke": _on_entry(_stricter),
    "amendment_propose": _on_entry(_amended),
    "amendment_withdraw": _on_entry(_lapsed),
    "motions_lapse": _on_entry(_lapsed),
    "entry_defer": _put_off(Outcome.DEFERRED, Outcome.DEFERRED),
    "entry_return": _put_off(Outcome.REDISCUSS, Outcome.LAPSED),
    "voting_open": _on_entry(_ballots_opened),
    "vote_cast": _on_entry(_voted),
    "voting_close": _on_entry(_ballots_closed),
    "result_announce": _on_entry(_announced),
}
