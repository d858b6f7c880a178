"""Amendments: a change to the plan on the table, proposed in the sitting, voted on first, and its consequence (R11, R28, R29)."""

from django.db.models import F
from django.utils.translation import gettext as _

from decisions import rules
from decisions.actions.sittings.common import (
    lock_entry,
    log_entry,
    require_stage,
    seat_of,
    spoken,
    words_of,
    write,
)
from decisions.models import AgendaEntry, Amendment, Motion, Plan
from decisions.policies.sittings import at_desk
from decisions.selectors import sittings as read
from decisions.selectors.plans import plans_of
from permissions import versions
from permissions.access import fetch
from permissions.errors import Denied, Invalid, WrongState
from permissions.models import User
from permissions.transactions import action
from workflows import clock

Stage = AgendaEntry.Stage
MAX_TEXT = 80


@action
def amendment_propose(
    *,
    actor: User,
    entry_id: int,
    seat_id: int,
    clause: int,
    old: str,
    new: str,
    kind: str,
    reason: str = "",
    plan_id: int | None = None,
) -> Amendment:
    """A voting member in the room proposes to change words of a clause (counted from 1) of a plan on the table.

    `old` must stand in that clause as it is now, so no new matter comes in this way (R11); an empty `new` strikes it out.
    `kind` declares substance or wording (R29). The amendment is voted on before the plan, by both bodies. The same
    proposal of the same seat twice is one. Raises `Denied`, `WrongState` (personnel, the vote has begun), `Invalid`.
    """
    entry = lock_entry(actor, "amendment_propose", entry_id)
    seat = seat_of(entry.sitting, seat_id, actor)
    require_stage(entry, {Stage.SPEAKING})
    if not seat.voting:
        raise Denied(_("修正案由有表决权的成员提出。"), code="no_vote")
    if not read.roster_of(entry, read.seats_of(entry.sitting)).seat(seat.pk).votes:
        raise Denied(_("%(seat)s不在会场，或者对这一项已回避，不能提出。") % {"seat": seat.label}, code="absent")
    if entry.motions.filter(candidate__isnull=False).exists():
        raise WrongState(_("人事事项逐人表决，不提修正案。"), code="personnel")
    plan = _plan(entry, plan_id)
    old, new, why = spoken(old, "old"), spoken(new, "new"), words_of(Amendment, reason)
    given = {"seat": seat, "plan": plan, "clause": clause, "old": old, "new": new, "kind": kind}
    known = Amendment.objects.filter(entry=entry, withdrawn_at__isnull=True, plan_version=plan.version, **given).first()
    if known is not None:
        return known
    _check(plan, clause, old, new, kind)
    order = entry.amendments.count() + 1
    amendment = Amendment.objects.create(
        entry=entry, order=order, plan_version=plan.version, reason=why, by=actor, at=clock.now(), **given
    )
    motion = _place(entry, amendment)
    log_entry(
        entry,
        actor,
        "amendment_propose",
        amendment,
        seat=seat.pk,
        position=seat.position,
        clause=clause,
        old=old,
        new=new,
        kind=kind,
        reason=why,
        plan=plan.pk,
        version=plan.version,
        motion=motion.pk,
        text=motion.text,
    )
    return amendment


def _plan(entry: AgendaEntry, plan_id: int | None) -> Plan:
    plans = plans_of(entry.item)
    plan = next((one for one in plans if plan_id in (None, one.pk)), None)
    if plan is None:
        raise WrongState(_("这一项没有可以修改的方案。"), code="no_plan")
    return plan


def _check(plan: Plan, clause: int, old: str, new: str, kind: str) -> None:
    fields = {}
    if not 1 <= clause <= len(plan.clauses):
        fields["clause"] = _("请选择要修改的条款。修正案只能针对议程上的方案，不能提出新的事项（R11）。")
    elif not old:
        fields["old"] = _("请写下要修改的原文。")
    elif old not in plan.clauses[clause - 1].get("body", ""):
        fields["old"] = _("这一条里没有这段文字。请从方案中照抄要修改的原文。")
    elif old == new:
        fields["new"] = _("改后的文字和原文相同。")
    if kind not in Plan.Kind.values:
        fields["kind"] = _("请选择实质性修改或文字修改。")
    if fields:
        raise Invalid(_("修正案还不完整，请补充下面的内容。"), code="invalid_amendment", fields=fields)


def _place(entry: AgendaEntry, amendment: Amendment) -> Motion:
    """Its motion goes before all that is still to be put but earlier amendments."""
    waiting = list(entry.motions.filter(announced_at__isnull=True).order_by("-order"))
    place = min((one.order for one in waiting if one.amendment_id is None), default=1)
    for one in waiting:
        if one.order >= place:
            Motion.objects.filter(pk=one.pk).update(order=F("order") + 1)
    text = _("修正案 %(order)s：第 %(clause)s 条") % {"order": amendment.order, "clause": amendment.clause}
    said = amendment.new or _("删去“%(old)s”") % {"old": amendment.old}
    return Motion.objects.create(entry=entry, order=place, text=f"{text}　{said}"[:MAX_TEXT], amendment=amendment)


@action
def amendment_withdraw(*, actor: User, amendment_id: int) -> Amendment:
    """The proposer (or the desk for them) takes an amendment back before the vote on the entry begins. Twice is once."""
    found = fetch(Amendment, actor, "amendment_withdraw", amendment_id)
    entry = lock_entry(actor, "amendment_propose", found.entry_id)
    amendment = Amendment.objects.select_for_update(of=("self",)).select_related("seat").get(pk=amendment_id)
    if not (amendment.seat.user_id == actor.pk or at_desk(actor)):
        raise Denied(_("修正案由提出人撤回。"), code="not_your_seat")
    if amendment.withdrawn_at is not None:
        return amendment
    require_stage(entry, {Stage.SPEAKING})
    now = clock.now()
    amendment.withdrawn_at = now
    amendment.save(update_fields=["withdrawn_at"])
    Motion.objects.filter(amendment=amendment).update(outcome=Motion.Outcome.LAPSED, announced_at=now)
    gone = list(Motion.objects.filter(amendment=amendment).values_list("pk", flat=True))
    log_entry(entry, actor, "amendment_withdraw", amendment, position=amendment.seat.position, lapsed=gone)
    return amendment


def motion_settle(entry: AgendaEntry, motion: Motion, actor: User) -> None:
    """What follows from the outcome of a motion for the rest of its entry: an adopted change of wording is written into the
    plan as a new version, and the plan is put as amended; an adopted change of substance, or an adopted plan among several,
    leaves the rest unput (R9, R29). Called by `result_announce`, under its locks.
    """
    if motion.outcome == Motion.Outcome.PASSED and motion.amendment is not None:
        if motion.amendment.kind == Plan.Kind.WORDING:
            _write(entry, motion.amendment, actor)
        else:
            entry.reason = _("修正案 %(order)s 改变了方案的实质内容，退回共谋再议。") % {
                "order": motion.amendment.order
            }
            write(entry, actor, "result_announce", "reason")
    if motion.outcome == Motion.Outcome.PASSED and motion.plan_id is not None:
        entry.plan_version = motion.plan_version
        write(entry, actor, "result_announce", "plan_version")
    motions = list(entry.motions.select_related("amendment__plan").order_by("order", "pk"))
    gone = [motions[place] for place in rules.lapsing(read.moved(motions))]
    gone += [one for one in motions if one not in gone and _pointless(one)]
    if gone:
        now = clock.now()
        Motion.objects.filter(pk__in=[one.pk for one in gone]).update(outcome=Motion.Outcome.LAPSED, announced_at=now)
        log_entry(
            entry, actor, "motions_lapse", motion, motions=[one.text for one in gone], lapsed=[one.pk for one in gone]
        )


def _pointless(motion: Motion) -> bool:
    """Whether an amendment still to be put asks to change words that an earlier one has changed already."""
    amendment = motion.amendment
    if amendment is None or motion.outcome:
        return False
    return amendment.old not in amendment.plan.clauses[amendment.clause - 1].get("body", "")


def _write(entry: AgendaEntry, amendment: Amendment, actor: User) -> None:
    plan = Plan.objects.select_for_update(of=("self",)).get(pk=amendment.plan_id)
    clauses = [dict(clause) for clause in plan.clauses]
    clause = clauses[amendment.clause - 1]
    clause["body"] = clause["body"].replace(amendment.old, amendment.new, 1)
    now = clock.now()
    plan.clauses, plan.version, plan.kind = clauses, plan.version + 1, Plan.Kind.WORDING
    plan.note = _("会议通过的修正案 %(order)s") % {"order": amendment.order}
    plan.suggestion = None
    plan.saved_by, plan.saved_at = actor, now
    versions.save(plan, actor, "amendment_adopt", at=now)
    amendment.applied_version = plan.version
    amendment.save(update_fields=["applied_version"])
    if plan.is_main:
        entry.plan_version = plan.version
        write(entry, actor, "amendment_adopt", "plan_version")
    entry.motions.filter(plan=plan, announced_at__isnull=True).update(plan_version=plan.version)
    log_entry(entry, actor, "amendment_adopt", amendment, plan=plan.pk, version=plan.version)
