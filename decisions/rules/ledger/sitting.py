"""R13, R14, R16–R20, R24–R29: the item in its sitting. What blocks the vote is the desk's own check (`Entry.blocked`)."""

from __future__ import annotations

from decisions.rules.ledger.common import (
    FAILED,
    HELD,
    NA,
    OPEN,
    WAIVED,
    at_ballots,
    at_entry,
    at_item,
    at_plan,
    find,
)
from decisions.rules.ledger.facts import Count, Facts, Present
from decisions.rules.ledger.shapes import Finding, Gate, Said, State, said
from decisions.rules.tally import Outcome
from decisions.rules.thresholds import reached


def _gate(facts: Facts, *codes: str) -> Gate | None:
    """The vote, where the desk's check names one of these codes."""
    return Gate.VOTING if set(codes) & set(facts.entry.blocked) else None


def _ended_without_vote(facts: Facts) -> bool:
    return facts.entry.over and not facts.votes.counts


def _quorum(facts: Facts, rule: int) -> Finding:
    if facts.votes.counts:
        inputs = {"ballots": [_count_figures(one) for one in facts.votes.counts]}
        short = [one for one in facts.votes.counts if not _quorate(one)]
        words = tuple(_count_words(one) for one in (short or _first_motion(facts)))
        return find(rule, FAILED if short else HELD, *words, inputs=inputs, evidence=at_ballots(facts))
    bodies = facts.entry.bodies
    inputs = {"bodies": [_present_figures(one) for one in bodies]}
    words = tuple(_present_words(one) for one in bodies)
    if _ended_without_vote(facts):
        return find(rule, NA, said("ended_before_vote"), inputs=inputs, evidence=at_entry(facts))
    return find(rule, OPEN, *words or (said("in_the_sitting"),), inputs=inputs, gate=_gate(facts, "quorum"))


def _first_motion(facts: Facts) -> tuple[Count, ...]:
    return facts.votes.of(facts.votes.counts[-1].motion)


def _quorate(one: Count) -> bool:
    if one.quorum_share is None:
        return one.present >= one.quorum > 0
    return reached(one.quorum_share, one.present, one.due)


def _count_figures(one: Count) -> dict[str, object]:
    return {"ballot": one.ballot, "body": one.code, "due": one.due, "present": one.present, "needed": one.quorum}


def _count_words(one: Count) -> Said:
    return said("was_present", body=one.body, present=one.present, due=one.due, needed=one.quorum)


def _present_figures(one: Present) -> dict[str, object]:
    return {"body": one.body, "due": one.due, "present": one.present, "needed": one.required, "share": one.share}


def _present_words(one: Present) -> Said:
    return said("must_be_present", body=one.body, due=one.due, needed=one.required)


def r13(facts: Facts) -> Finding:
    """Ordinary quorum: at least half of the voting seats, per body."""
    return find(13, NA, said("personnel_quorum")) if facts.matter.personnel else _quorum(facts, 13)


def r14(facts: Facts) -> Finding:
    """Personnel: at least two thirds of each body; below it a decision is void."""
    return _quorum(facts, 14) if facts.matter.personnel else find(14, NA, said("no_personnel"))


def r16(facts: Facts) -> Finding:
    """The quorum is checked again per agenda item, as members leave or are recused."""
    if facts.votes.counts:
        lacking = [one for one in facts.votes.counts if one.present + one.shrunk > one.roster or not _quorate(one)]
        inputs = {"checks": len(facts.votes.counts), "recused": facts.entry.recused}
        words = said("checked_each", count=len(facts.votes.counts), recused=facts.entry.recused)
        return find(16, FAILED if lacking else HELD, words, inputs=inputs, evidence=at_ballots(facts))
    if _ended_without_vote(facts):
        return find(16, NA, said("ended_before_vote"), evidence=at_entry(facts))
    short = tuple(
        said("missing_now", body=one.body, present=one.present, needed=one.required)
        for one in facts.entry.bodies
        if not one.reached
    )
    words2 = short if "quorum" in facts.entry.blocked else ()
    return find(16, OPEN, *words2 or (said("in_the_sitting"),), gate=_gate(facts, "quorum"))


def r17(facts: Facts) -> Finding:
    """Attendees without vote may speak, never vote."""
    votes = sum(one.without_vote for one in facts.votes.counts)
    inputs = {"observers": facts.entry.observers, "votes": votes}
    if votes:
        return find(17, FAILED, said("observer_votes", count=votes), inputs=inputs, evidence=at_ballots(facts))
    if facts.votes.counts:
        if not facts.entry.observers:
            return find(17, NA, said("no_observers"), inputs=inputs)
        words = said("observers", count=facts.entry.observers)
        return find(17, HELD, words, inputs=inputs, evidence=at_ballots(facts))
    return find(17, NA if facts.entry.over else OPEN, said(_unvoted(facts)), inputs=inputs)


def _unvoted(facts: Facts) -> str:
    return "ended_before_vote" if facts.entry.over else "in_the_sitting"


def r18(facts: Facts) -> Finding:
    """One matter, one vote; personnel one person at a time."""
    votes = facts.votes
    put = [one for one in votes.motions if votes.of(one.id)]
    inputs = {"motions": len(votes.motions), "put": len(put), "candidates": votes.candidates}
    if not votes.motions:
        state = NA if facts.entry.over else OPEN
        return find(18, state, said(_unvoted(facts)), inputs=inputs)
    several = [one for one in votes.motions if one.people > 1 and not one.election]
    people = sum(one.people for one in votes.motions)
    if several or (facts.matter.personnel and people < votes.candidates):
        return find(18, FAILED, said("several_at_once"), inputs=inputs, evidence=at_entry(facts))
    if not put:
        return find(18, NA if facts.entry.over else OPEN, said(_unvoted(facts)), inputs=inputs)
    words = said("one_by_one", count=len(put)) if facts.matter.personnel else said("motions", count=len(put))
    return find(18, HELD, words, inputs=inputs, evidence=at_ballots(facts))


def r19(facts: Facts) -> Finding:
    """Every member present states a view before the vote."""
    entry = facts.entry
    if not entry.statements_asked:
        return find(19, NA, said("switched_off"))
    now = sum(one.unheard for one in entry.bodies)
    if facts.votes.counts:
        inputs = {"stated": entry.stated, "unheard": entry.unheard_at_vote}
        if entry.unheard_at_vote:
            words = said("unheard", count=entry.unheard_at_vote)
            return find(19, FAILED, words, inputs=inputs, evidence=at_entry(facts))
        return find(19, HELD, said("stated", count=entry.stated), inputs=inputs, evidence=at_entry(facts))
    if entry.over:
        return find(19, NA, said("ended_before_vote"), evidence=at_entry(facts))
    inputs = {"stated": entry.stated, "unheard": now}
    words = said("unheard", count=now) if now and entry.stage == "speaking" else said("in_the_sitting")
    return find(19, OPEN, words, inputs=inputs, gate=_gate(facts, "unheard"))


def r20(facts: Facts) -> Finding:
    """The principal speaks and votes last, in their own body."""
    entry = facts.entry
    if not entry.principal_last:
        return find(20, NA, said("switched_off"))
    if entry.principal_early:
        words = said("principal_early", seats=list(entry.principal_early))
        return find(20, FAILED, words, inputs={"early": len(entry.principal_early)}, evidence=at_entry(facts))
    if facts.votes.closed:
        here = any(one.principal_here for one in entry.bodies)
        words = said("principal_last" if here else "principal_away")
        return find(20, HELD if here else NA, words, inputs={"early": 0}, evidence=at_entry(facts))
    return find(20, NA if entry.over else OPEN, said(_unvoted(facts)))


def r24(facts: Facts) -> Finding:
    """Recusal is declared, reported, ruled on; who is recused is absent for the item."""
    entry = facts.entry
    votes = sum(one.recused_votes for one in facts.votes.counts)
    inputs = {"recused": entry.recused, "unruled": entry.unruled, "dismissed": entry.dismissed, "votes": votes}
    where = at_entry(facts)
    if votes:
        return find(24, FAILED, said("recused_voted", count=votes), inputs=inputs, evidence=at_ballots(facts))
    if entry.unruled and not entry.over:
        words = said("unruled", count=entry.unruled)
        if facts.votes.counts:
            return find(24, FAILED, words, inputs=inputs, evidence=where)
        return find(24, OPEN, words, inputs=inputs, evidence=where, gate=_gate(facts, "unruled"))
    if entry.recused or entry.dismissed:
        words = said("recused", count=entry.recused, dismissed=entry.dismissed)
        return find(24, HELD, words, inputs=inputs, evidence=where)
    state = NA if entry.voting_reached else OPEN
    return find(24, state, said("no_recusal"), inputs=inputs, gate=_gate(facts, "unruled"))


def r25(facts: Facts) -> Finding:
    """Deep split or unclear facts: deferred, except in emergencies."""
    entry = facts.entry
    deep = [one for one in entry.divisions if one.deep]
    inputs = {"divisions": [{"body": d.body, "stated": d.stated, "apart": d.apart} for d in entry.divisions]}
    words = tuple(said("division", body=d.body, stated=d.stated, apart=d.apart) for d in deep)
    where = at_entry(facts)
    gate = _gate(facts, "deep_split")
    if entry.outcome is Outcome.DEFERRED:
        return find(25, HELD, *words, said("deferred"), inputs=inputs, evidence=where, when=entry.announced)
    if not deep:
        state = NA if entry.voting_reached else OPEN
        return find(25, state, said("no_split"), inputs=inputs, gate=gate)
    if entry.emergency:
        return find(25, NA, *words, said("emergency"), inputs=inputs, evidence=where, gate=gate)
    if entry.going_on is not None:
        return find(25, WAIVED, *words, inputs=inputs, evidence=where, waiver=entry.going_on, gate=gate)
    state = FAILED if facts.votes.counts else OPEN
    return find(25, state, *words, inputs=inputs, evidence=where, gate=gate)


def r26(facts: Facts) -> Finding:
    """Emergency: a few decide, report at once, the next sitting ratifies; each step is timed."""
    found = facts.after.emergency
    if found is None:
        return find(26, NA, said("no_emergency"))
    inputs = {"agreed": found.agreed, "asked": found.asked, "report_due": found.report_due, "reported": found.reported}
    where = at_item(facts)
    if not found.enough:
        words = said("too_few", agreed=found.agreed, asked=found.asked)
        return find(26, FAILED, words, inputs=inputs, evidence=where, when=found.decided)
    late = found.reported is not None and found.report_due is not None and found.reported > found.report_due
    if late or found.report_overdue:
        words = said("report_late", due=found.report_due)
        return find(26, FAILED, words, inputs=inputs, evidence=where, when=found.reported)
    if found.reported is None:
        return find(26, OPEN, said("report_waits", due=found.report_due), inputs=inputs, evidence=where)
    if facts.entry.over and facts.entry.outcome is not Outcome.DEFERRED:
        key = "ratified" if facts.passed else "not_ratified"
        return find(26, HELD, said(key), inputs=inputs, evidence=where, when=facts.entry.announced)
    return find(26, OPEN, said("ratification_waits"), inputs=inputs, evidence=where)


def r27(facts: Facts) -> Finding:
    """Only where one head is answerable. Never for party bodies, which these are."""
    return find(27, NA, said("party_bodies"))


def r28(facts: Facts) -> Finding:
    """The result is announced on the spot."""
    entry, agenda = facts.entry, facts.agenda
    where = at_entry(facts)
    if entry.announced is not None and entry.outcome is not None:
        inputs = {"outcome": entry.outcome.value, "announced": entry.announced}
        words = said("announced", at=entry.announced, outcome=entry.outcome.value)
        late = agenda.closed is not None and entry.announced > agenda.closed
        return find(28, FAILED if late else HELD, words, inputs=inputs, evidence=where, when=entry.announced)
    if agenda.closed is not None and facts.votes.counts:
        return find(28, FAILED, said("never_announced"), evidence=where, when=agenda.closed)
    return find(28, OPEN, said("in_the_sitting"))


def r29(facts: Facts) -> Finding:
    """A change of substance runs the procedure again; a fix of wording does not."""
    plan = facts.planning
    inputs = {"version": plan.version, "substantive": plan.substantive, "contested": plan.contested}
    if not plan.plan:
        return find(29, OPEN, said("no_plan"), inputs=inputs)
    again = [need for need in facts.preparation.of(29) if need.blocks]
    if again:
        told = tuple(said("need_words", words=need.words) for need in again)
        state = FAILED if facts.preparation.ready else OPEN
        return find(29, state, *told, inputs=inputs, evidence=at_plan(facts), gate=Gate.TABLING)
    if not plan.review_needed:
        return find(29, _no_review(facts), said("version", number=plan.version), inputs=inputs, evidence=at_plan(facts))
    if not plan.reviewed:
        words = said("substance_after_review", number=plan.substantive)
        state = FAILED if facts.preparation.ready else OPEN
        return find(29, state, words, inputs=inputs, evidence=at_plan(facts), gate=Gate.TABLING)
    words = said("reviewed_version", number=plan.version, substantive=plan.substantive)
    return find(29, HELD, words, inputs=inputs, evidence=at_plan(facts))


def _no_review(facts: Facts) -> State:
    return NA if facts.planning.version <= 1 else HELD
