"""R30–R40, R45–R47: the record, what follows, and what binds both bodies together."""

from __future__ import annotations

from decisions.rules.ledger.common import FAILED, HELD, NA, OPEN, WAIVED, at_entry, at_item, at_minutes, find
from decisions.rules.ledger.facts import Duty, Facts
from decisions.rules.ledger.shapes import Evidence, Finding, Gate, Waiver, said


def _gone(facts: Facts) -> bool:
    """The sitting has decided, and not for it: nothing follows but the record."""
    return facts.entry.over and not facts.passed


def r30(facts: Facts) -> Finding:
    """The record holds time, place, chair, recorder, people, speeches, method, counts and dissent."""
    record = facts.record
    if not record.minutes:
        return find(30, OPEN, said("no_minutes"))
    inputs = {"parts": record.parts, "missing": list(record.missing)}
    if record.missing:
        words = said("record_lacks", parts=[{"part": one} for one in record.missing])
        return find(30, FAILED, words, inputs=inputs, evidence=at_minutes(facts))
    return find(30, HELD, said("record_whole", count=record.parts), inputs=inputs, evidence=at_minutes(facts))


def r31(facts: Facts) -> Finding:
    """Dissent is immutable and can be exported."""
    record = facts.record
    inputs = {"dissents": record.dissents, "lost": record.dissents_lost}
    if record.dissents_lost:
        words = said("dissent_lost", count=record.dissents_lost)
        return find(31, FAILED, words, inputs=inputs, evidence=at_minutes(facts))
    if record.dissents:
        return find(31, HELD, said("dissents", count=record.dissents), inputs=inputs, evidence=at_minutes(facts))
    return find(31, NA if facts.entry.over else OPEN, said("no_dissent"), inputs=inputs)


def r32(facts: Facts) -> Finding:
    """Minutes: drafted, checked, signed by each body's chair."""
    record = facts.record
    if not record.minutes:
        return find(32, OPEN, said("no_minutes"))
    if _gone(facts):
        return find(32, NA, said("not_signed_off"), evidence=at_minutes(facts))
    inputs = {"version": record.version, "checked": record.checked, "signed": list(record.signed)}
    where = at_minutes(facts)
    if record.signed and record.check_needed and record.checked is None:
        return find(32, FAILED, said("signed_unchecked"), inputs=inputs, evidence=where)
    if record.bodies and len(record.signed) == len(record.bodies):
        words = said("signed", version=record.version, at=record.signed_at)
        return find(32, HELD, words, inputs=inputs, evidence=where, when=record.signed_at)
    waiting = [body for body in record.bodies if body not in record.signed]
    key = "check_waits" if record.checked is None and record.check_needed else "signature_waits"
    return find(32, OPEN, said(key, bodies=waiting), inputs=inputs, evidence=where)


def _duty(rule: int, duty: Duty, facts: Facts) -> Finding:
    inputs = {"due": duty.due, "done": duty.done}
    where = at_item(facts)
    if duty.done is not None:
        late = duty.due is not None and duty.done > duty.due
        words = said("done_late" if late else "done", title=duty.title, done=duty.done, due=duty.due)
        return find(rule, FAILED if late else HELD, words, inputs=inputs, evidence=where)
    words = said("overdue" if duty.overdue else "owed", title=duty.title, due=duty.due)
    return find(rule, FAILED if duty.overdue else OPEN, words, inputs=inputs, evidence=where)


def r33(facts: Facts) -> Finding:
    """Published within its working days, except lawful secrets."""
    if facts.after.exempt:
        return find(33, NA, said("exempt", why=facts.after.exempt), evidence=at_item(facts))
    if facts.after.publication is not None:
        return _duty(33, facts.after.publication, facts)
    if _gone(facts):
        return find(33, NA, said("not_passed"))
    return find(33, OPEN, said("after_signing"))


def r34(facts: Facts) -> Finding:
    """Reported to the superior where required."""
    reports = facts.after.reports
    if not reports:
        return find(34, NA, said("no_report_owed"))
    found = [_duty(34, one, facts) for one in reports]
    worst = next((one for state in (FAILED, OPEN) for one in found if one.state is state), found[0])
    inputs = {"reports": [dict(one.inputs) for one in found]}
    return find(
        34, worst.state, *(part for one in found for part in one.detail), inputs=inputs, evidence=worst.evidence
    )


def r35(facts: Facts) -> Finding:
    """The whole procedure and its material is archived."""
    after = facts.after
    inputs = {"files": after.files, "log": after.chain}
    evidence = (Evidence("log", facts.matter.id),) if facts.matter.id else ()
    if after.archived is None:
        return find(
            35, OPEN, said("archive_waits", files=after.files, log=after.chain), inputs=inputs, evidence=evidence
        )
    if after.chain_broken:
        return find(35, FAILED, said("archive_broken", seq=after.chain_broken), inputs=inputs, evidence=evidence)
    words = said("archived", files=after.files, log=after.chain)
    return find(35, HELD, words, inputs=inputs, evidence=evidence, when=after.archived)


def r36(facts: Facts) -> Finding:
    """An executing unit is named, reports, and is supervised."""
    after = facts.after
    if not after.unit:
        return find(36, NA, said("not_passed")) if _gone(facts) else find(36, OPEN, said("no_unit"))
    inputs = {"unit": after.unit, "reports": after.progress, "overdue": len(after.overdue)}
    if after.overdue:
        words = said("execution_overdue", unit=after.unit, what=list(after.overdue))
        return find(36, FAILED, words, inputs=inputs, evidence=at_item(facts))
    words = said("execution", unit=after.unit, reports=after.progress)
    return find(36, HELD, words, inputs=inputs, evidence=at_item(facts))


def r37(facts: Facts) -> Finding:
    """No change or stop without procedure; an urgent suspension by the head, then the procedure."""
    after = facts.after
    inputs = {"revisions": after.revisions, "without_procedure": after.unprocedural}
    if after.unprocedural:
        words = said("unprocedural", count=after.unprocedural)
        return find(37, FAILED, words, inputs=inputs, evidence=at_item(facts))
    if after.standing_suspension:
        return find(37, OPEN, said("suspended"), inputs=inputs, evidence=at_item(facts))
    if after.revisions or facts.matter.purpose in {"change", "stop"}:
        return find(37, HELD, said("by_procedure", count=after.revisions), inputs=inputs, evidence=at_item(facts))
    return find(37, NA, said("unchanged"), inputs=inputs)


def r38(facts: Facts) -> Finding:
    """Reconsidering a personnel decision needs more than half of the members to agree first."""
    after = facts.after
    if not after.reconsidered and facts.matter.purpose != "reconsider":
        return find(38, NA, said("not_reconsidered"))
    if not facts.matter.personnel:
        return find(38, NA, said("no_personnel"))
    inputs = {"support": [{"body": s.body, "agreed": s.agreed, "needed": s.needed} for s in after.support]}
    words = tuple(said("support", body=s.body, agreed=s.agreed, needed=s.needed) for s in after.support)
    enough = bool(after.support) and all(s.agreed >= s.needed > 0 for s in after.support)
    if enough:
        return find(38, HELD, *words, inputs=inputs, evidence=at_item(facts))
    state = FAILED if facts.matter.purpose == "reconsider" else OPEN
    return find(38, state, *words or (said("no_support"),), inputs=inputs, evidence=at_item(facts))


def r39(facts: Facts) -> Finding:
    """Post-evaluation has triggers; whoever evaluated before is barred."""
    after = facts.after
    inputs = {"evaluations": len(after.evaluations), "barred": after.barred_evaluators}
    if after.barred_evaluators:
        words = said("barred_evaluator", count=after.barred_evaluators)
        return find(39, FAILED, words, inputs=inputs, evidence=at_item(facts))
    if not after.evaluations:
        return find(39, NA, said("not_triggered"), inputs=inputs)
    return _duty(39, next((one for one in after.evaluations if one.overdue), after.evaluations[-1]), facts)


def r40(facts: Facts) -> Finding:
    """Confidential items: named readers, watermark, a log of views."""
    matter = facts.matter
    if not matter.confidential:
        return find(40, NA, said("not_confidential"))
    inputs = {"readers": matter.readers, "views": matter.views, "by_others": matter.views_by_others}
    if matter.views_by_others:
        words = said("read_by_others", count=matter.views_by_others)
        return find(40, FAILED, words, inputs=inputs, evidence=at_item(facts))
    words = said("readers", count=matter.readers, views=matter.views)
    return find(40, HELD, words, inputs=inputs, evidence=at_item(facts))


def r45(facts: Facts) -> Finding:
    """Joint minutes carry both counts and both signatures over the same document hash; any edit voids both."""
    record = facts.record
    if not record.minutes:
        return find(45, OPEN, said("no_minutes"))
    inputs = {"digest": record.digest, "signed": list(record.signed)}
    where = at_minutes(facts)
    if not record.same:
        return find(45, FAILED, said("other_document"), inputs=inputs, evidence=where)
    if _gone(facts):
        return find(45, NA, said("not_signed_off"), inputs=inputs, evidence=where)
    if record.bodies and len(record.signed) == len(record.bodies):
        words = said("same_document", digest=record.digest[:12], count=len(record.signed))
        return find(45, HELD, words, inputs=inputs, evidence=where, when=record.signed_at)
    waiting = [body for body in record.bodies if body not in record.signed]
    return find(45, OPEN, said("signature_waits", bodies=waiting), inputs=inputs, evidence=where)


def r46(facts: Facts) -> Finding:
    """Chairs alternate or are named per item."""
    entry = facts.entry
    inputs = {"changes": entry.chair_changes}
    if not facts.agenda.exists:
        return find(46, OPEN, said("on_no_agenda"))
    if entry.chair is None:
        gate = Gate.VOTING if "no_chair" in entry.blocked else None
        state = FAILED if facts.votes.counts and not entry.host else OPEN
        return find(46, state, said("no_chair"), inputs=inputs, evidence=at_entry(facts), gate=gate)
    key = "chair_taken" if entry.chair_changes else "chair"
    gate = Gate.VOTING if "no_chair" in entry.blocked else None
    return find(46, HELD, said(key, seat=entry.chair), inputs=inputs, evidence=at_entry(facts), gate=gate)


def r47(facts: Facts) -> Finding:
    """Rule set and rosters freeze when the sitting opens."""
    agenda = facts.agenda
    inputs = {"seats": agenda.seats_frozen, "rules": agenda.rules_frozen}
    if agenda.opened is None:
        return find(47, OPEN, said("in_the_sitting"), inputs=inputs)
    if not agenda.seats_frozen or not agenda.rules_frozen:
        return find(47, FAILED, said("not_frozen"), inputs=inputs, evidence=at_entry(facts), when=agenda.opened)
    words = said("frozen", at=agenda.opened, seats=agenda.seats_frozen)
    return find(47, HELD, words, inputs=inputs, evidence=at_entry(facts), when=agenda.opened)


def waived(found: Finding, waiver: Waiver) -> Finding:
    """A failure that somebody entitled to let pass."""
    return Finding(found.rule, WAIVED, found.inputs, found.detail, found.evidence, found.when, found.fails_at, waiver)
