"""R1–R12: proposal and preparation.

Until the item stands before a sitting nothing of preparation has failed: what is lacking would fail at tabling.
"""

from __future__ import annotations

from decisions.rules.ledger.common import FAILED, HELD, NA, OPEN, WAIVED, at_ballots, at_entry, at_item, at_plan, find
from decisions.rules.ledger.facts import Facts, Need
from decisions.rules.ledger.shapes import Evidence, Finding, Gate, Said, said


def r1(facts: Facts) -> Finding:
    """The matter type selects form, checklist, thresholds, flow and rule set."""
    matter = facts.matter
    inputs = {"matter_type": matter.kind, "rule_set": matter.rule_set, "version": matter.rule_number}
    words = said("r1", kind=matter.kind, rules=matter.rule_set, number=matter.rule_number)
    if matter.submitted is None:
        return find(1, OPEN, said("not_submitted"), inputs=inputs, evidence=at_item(facts))
    return find(1, HELD, words, inputs=inputs, evidence=at_item(facts), when=matter.submitted)


def r2(facts: Facts) -> Finding:
    """Over its threshold an item is completed by a vote in a sitting alone."""
    matter = facts.matter
    if matter.amount is None or matter.limit is None:
        return find(2, NA, said("no_limit"))
    inputs = {"amount": matter.amount, "limit": matter.limit, "voted": len(facts.votes.closed)}
    if not matter.over_limit:
        return find(2, HELD, said("under_limit", amount=matter.amount, limit=matter.limit), inputs=inputs)
    words = said("over_limit", amount=matter.amount, limit=matter.limit)
    if facts.votes.closed:
        return find(2, HELD, words, said("voted"), inputs=inputs, evidence=at_ballots(facts))
    if matter.ended:
        return find(2, FAILED, words, said("ended_without_vote"), inputs=inputs, evidence=at_item(facts))
    return find(2, OPEN, words, said("only_by_vote"), inputs=inputs, evidence=at_item(facts))


def _needed(facts: Facts, rule: int, none: str, *extra: Said) -> Finding:
    """What is asked for before tabling: it blocks, was let pass, or is there."""
    needs = facts.preparation.of(rule)
    asked = [need for need in needs if need.state != "na"]
    if not asked:
        return find(rule, NA, *(_words(need) for need in needs) if needs else (said(none),))
    inputs = {"needs": [{"kind": n.kind, "state": n.state, "blocks": n.blocks, "due": n.due} for n in asked]}
    blocking = [need for need in asked if need.blocks]
    if blocking:
        state = FAILED if facts.preparation.ready else OPEN
        parts = (*(_words(need) for need in blocking), *extra)
        return find(rule, state, *parts, inputs=inputs, evidence=at_item(facts), gate=Gate.TABLING)
    waived = [need for need in asked if need.state == "waived"]
    if waived and facts.preparation.exploration is not None:
        words = tuple(_words(need) for need in waived)
        waiver = facts.preparation.exploration
        return find(rule, WAIVED, *words, inputs=inputs, evidence=at_item(facts), waiver=waiver)
    met = [need for need in asked if need.state in {"met", "waived"}]
    if not met:
        return find(rule, OPEN, *(_words(need) for need in asked), inputs=inputs, evidence=at_item(facts))
    parts = (said("papers_whole", count=len(met)),) if rule == 3 else tuple(_words(need) for need in met)
    return find(rule, HELD, *parts, *extra, inputs=inputs, evidence=at_item(facts))


def _words(need: Need) -> Said:
    # Most say what they are about themselves: 等风险评估报告：由…办理.
    if need.title in need.words:
        return said("need_words", words=need.words)
    return said("need", title=need.title, words=need.words)


def r3(facts: Facts) -> Finding:
    """An item enters an agenda only with its required materials."""
    return _needed(facts, 3, "no_papers_asked")


def r4(facts: Facts) -> Finding:
    """No legality review, or a failed one: it cannot be tabled. An exploratory reform goes with its risk shown."""
    return _needed(facts, 4, "no_review_asked")


def r5(facts: Facts) -> Finding:
    """A legality review has its working days."""
    return _needed(facts, 5, "no_review_asked")


def r6(facts: Facts) -> Finding:
    """Public comment is open its days; shortening it needs a published reason."""
    found = _needed(facts, 6, "no_comment_asked")
    ready = facts.preparation
    inputs = {**found.inputs, "days": ready.comment_days, "needed": ready.comment_needed}
    days = ready.comment_days
    if found.state is HELD and ready.shortened is not None and days is not None and days < ready.comment_needed:
        return find(6, WAIVED, *found.detail, inputs=inputs, evidence=found.evidence, waiver=ready.shortened)
    return find(6, found.state, *found.detail, inputs=inputs, evidence=found.evidence, gate=found.fails_at)


def r7(facts: Facts) -> Finding:
    """An expert with a direct interest is barred; written opinions are signed; dissent is kept."""
    ready = facts.preparation
    inputs = {
        "opinions": ready.experts,
        "unsigned": ready.unsigned,
        "dissents": ready.dissents,
        "interested": ready.interested,
        "barred_but_heard": ready.barred,
    }
    if ready.barred:
        return find(7, FAILED, said("interested_expert", count=ready.barred), inputs=inputs, evidence=at_item(facts))
    if ready.unsigned:
        return find(7, FAILED, said("unsigned_expert", count=ready.unsigned), inputs=inputs, evidence=at_item(facts))
    found = _needed(facts, 7, "no_expert_asked")
    if found.state is NA and ready.experts:
        words = said("experts", count=ready.experts, dissents=ready.dissents)
        return find(7, HELD, words, inputs=inputs, evidence=at_item(facts))
    merged = {**found.inputs, **inputs}
    return find(7, found.state, *found.detail, inputs=merged, evidence=found.evidence, gate=found.fails_at)


def r8(facts: Facts) -> Finding:
    """ "Risk cannot be controlled" blocks until the plan changes and is assessed again."""
    return _needed(facts, 8, "no_risk_asked")


def r9(facts: Facts) -> Finding:
    """Where views differ much, two or more plans may be tabled together."""
    plans = facts.planning.plans
    if plans < 2:
        return find(9, NA, said("one_plan"), inputs={"plans": plans})
    return find(9, HELD, said("plans", count=plans), inputs={"plans": plans}, evidence=at_plan(facts))


def r10(facts: Facts) -> Finding:
    """Consultation before the meeting records views and creates no votes."""
    ready = facts.preparation
    inputs = {"opinions": ready.opinions, "unanswered": ready.unanswered, "early_votes": ready.early_votes}
    if ready.early_votes:
        words = said("early_votes", count=ready.early_votes)
        return find(10, FAILED, words, inputs=inputs, evidence=at_ballots(facts))
    if ready.unanswered:
        words = said("unanswered", count=ready.unanswered)
        state = FAILED if ready.ready else OPEN
        return find(10, state, words, inputs=inputs, evidence=at_item(facts), gate=Gate.TABLING)
    if not ready.opinions:
        return find(10, HELD if ready.ready else OPEN, said("no_opinions"), inputs=inputs)
    return find(10, HELD, said("opinions", count=ready.opinions), inputs=inputs, evidence=at_item(facts))


def r11(facts: Facts) -> Finding:
    """Notice in time, a frozen agenda, no motion from the floor; an addition is a logged exception."""
    agenda = facts.agenda
    if not agenda.exists:
        return find(11, OPEN, said("on_no_agenda"))
    inputs = {"days": agenda.days, "needed": agenda.needed, "added_late": agenda.added_late}
    where = at_entry(facts)
    if agenda.noticed is None:
        if agenda.opened is None:
            return find(11, OPEN, said("no_notice_yet"), inputs=inputs, evidence=where)
        return find(11, FAILED, said("no_notice"), inputs=inputs, evidence=where, when=agenda.opened)
    if agenda.added_late:
        if agenda.late is None:
            return find(11, FAILED, said("late_motion"), inputs=inputs, evidence=where, when=agenda.noticed)
        words = said("late_allowed")
        return find(11, WAIVED, words, inputs=inputs, evidence=where, when=agenda.noticed, waiver=agenda.late)
    words = said("notice", at=agenda.noticed, days=agenda.days, needed=agenda.needed)
    if agenda.days >= agenda.needed:
        return find(11, HELD, words, inputs=inputs, evidence=where, when=agenda.noticed)
    if agenda.short is not None:
        return find(11, WAIVED, words, inputs=inputs, evidence=where, when=agenda.noticed, waiver=agenda.short)
    return find(11, FAILED, words, inputs=inputs, evidence=where, when=agenda.noticed)


def r12(facts: Facts) -> Finding:
    """Each body's secretary confirms the item for their side."""
    ready = facts.preparation
    inputs = {"confirmed": list(ready.confirmed), "waiting": list(ready.waited_for)}
    if facts.matter.purpose == "ratify":
        return find(12, NA, said("ratified_unconfirmed"), inputs=inputs)
    if ready.waited_for:
        state = FAILED if ready.ready else OPEN
        words = said("confirmation_waits", bodies=list(ready.waited_for))
        return find(12, state, words, inputs=inputs, evidence=at_item(facts), gate=Gate.TABLING)
    if not ready.confirmed:
        return find(12, OPEN, said("not_submitted"), inputs=inputs)
    words = said("confirmed", bodies=list(ready.confirmed), at=ready.confirmed_at)
    evidence = (Evidence("log", facts.matter.id),) if facts.matter.id else ()
    return find(12, HELD, words, inputs=inputs, evidence=evidence, when=ready.confirmed_at)
