"""Opening a sitting, which freezes its roster, its rule numbers and its motions (R47); its breaks; closing it."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from decisions import routing, rules
from decisions.actions.sittings.common import (
    lock_sitting,
    log_sitting,
    require_open,
    require_reason,
    turns_end,
    write,
)
from decisions.actions.sittings.notice import lock_items, require_named
from decisions.actions.sittings.recusals import recusals_carry
from decisions.models import (
    Adjournment,
    AgendaEntry,
    Attendance,
    AttendanceEvent,
    Ballot,
    Candidate,
    Motion,
    Runner,
    Sitting,
    SittingSeat,
)
from decisions.selectors import sittings as read
from decisions.selectors.plans import plans_of
from permissions.errors import Invalid, WrongState
from permissions.models import Seat, User
from permissions.transactions import action
from workflows import clock

LONGEST_BREAK = timedelta(days=31)


@action
def sitting_open(*, actor: User, sitting_id: int) -> Sitting:
    """Open the sitting: freeze the roster (seats in force today), the rule numbers and the motions of every entry
    (R47).

    Everybody counts as not there until attendance says otherwise. Opening an open sitting changes nothing.
    """
    sitting = lock_sitting(actor, "sitting_open", sitting_id)
    if sitting.status in (Sitting.Status.OPEN, Sitting.Status.ADJOURNED):
        return sitting
    _require_unopened(sitting)
    lock_items(sitting)
    entries = list(sitting.entries.select_related("item__matter_type__rule_set"))
    if not entries:
        raise WrongState(_("议程还是空的。请先列入至少一件议题。"), code="empty_agenda")
    if sitting.status == Sitting.Status.DRAFT:
        raise WrongState(_("会议通知还没有发出，不能开会（R11）。请先发出通知。"), code="not_noticed")
    now = clock.now()
    require_named(entries, timezone.localdate(now))
    seats = _freeze_roster(sitting, now)
    for entry in entries:
        _freeze_entry(entry, {seat.body.code for seat in seats if seat.voting}, actor)
    sitting.status, sitting.opened_at, sitting.opened_by = Sitting.Status.OPEN, now, actor
    write(sitting, actor, "sitting_open", "status", "opened_at", "opened_by")
    log_sitting(
        sitting,
        actor,
        "sitting_open",
        roster=[
            {
                "seat": seat.pk,
                "body": seat.body.code,
                "position": seat.position,
                "user": seat.user_id,
                "voting": seat.voting,
                "principal": seat.principal,
            }
            for seat in seats
        ],
        agenda=[
            {
                "entry": entry.pk,
                "item": entry.item_id,
                "plan_version": entry.plan_version,
                "numbers": entry.numbers,
                "motions": [_told(entry, motion) for motion in entry.motions.all()],
            }
            for entry in entries
        ],
    )
    recusals_carry(sitting, actor)
    return sitting


def _freeze_roster(sitting: Sitting, now: datetime) -> list[SittingSeat]:
    """The seats in force today that somebody holds: a vacant seat has nobody who is due to attend."""
    in_force = Seat.objects.in_force(timezone.localdate(now)).filter(user__isnull=False).select_related("body")
    seats = SittingSeat.objects.bulk_create(
        SittingSeat(
            sitting=sitting,
            seat=seat,
            body=seat.body,
            user_id=seat.user_id,
            position=seat.position,
            position_en=seat.position_en,
            voting=seat.voting,
            principal=seat.principal,
            order=order,
        )
        for order, seat in enumerate(in_force.order_by("body__order", "order", "pk"), start=1)
    )
    if not any(seat.voting for seat in seats):
        raise WrongState(_("没有在任的表决席位，不能开会。请先在班子页面登记席位。"), code="no_seats")
    Attendance.objects.bulk_create(Attendance(seat=seat) for seat in seats)
    return seats


def _freeze_entry(entry: AgendaEntry, bodies: set[str], actor: User) -> None:
    numbers = routing.rule_set_of(entry.item).numbers
    try:
        known = set(rules.Rules.from_json(numbers).bodies)
    except (KeyError, ValueError, TypeError):
        known = set()
    if not bodies <= known:
        raise WrongState(
            _("“%(item)s”的规则集没有写全每个班子的人数要求，不能开会。请联系流程管理员。")
            % {"item": entry.item.title},
            code="rules_incomplete",
        )
    entry.numbers = numbers
    write(entry, actor, "sitting_open", "numbers")
    candidates = list(entry.item.candidates.all()) if entry.item.matter_type.needs_candidates else []
    if entry.item.matter_type.needs_candidates and not candidates:
        raise WrongState(
            _("“%(item)s”没有人选，不能逐人表决。请先补充人选。") % {"item": entry.item.title}, code="no_candidates"
        )
    motions = Motion.objects.bulk_create(_motions(entry, candidates))
    if entry.places is not None:
        Runner.objects.bulk_create(
            Runner(motion=motions[0], candidate=person, order=order) for order, person in enumerate(candidates, start=1)
        )


def _motions(entry: AgendaEntry, candidates: list[Candidate]) -> list[Motion]:
    """What is put to the vote: one person after the other (R18) or all in an election, one plan after the other (R9), or the item."""
    if candidates and entry.places is not None:
        return [Motion(entry=entry, order=1, text=entry.item.title, places=entry.places)]
    if candidates:
        return [
            Motion(entry=entry, order=order, text=f"{person.name}　{person.position}", candidate=person)
            for order, person in enumerate(candidates, start=1)
        ]
    plans = plans_of(entry.item)
    if len(plans) < 2:
        return [Motion(entry=entry, order=1, text=entry.item.title)]
    return [
        Motion(
            entry=entry,
            order=order,
            text=_("方案 %(order)s：%(title)s") % {"order": order, "title": plan.title or entry.item.title},
            plan=plan,
            plan_version=plan.version,
        )
        for order, plan in enumerate(plans, start=1)
    ]


@action
def sitting_adjourn(*, actor: User, sitting_id: int, reason: str, until: datetime) -> Adjournment:
    """Break off the sitting until a moment to come. Not while a ballot is open. Adjourning an adjourned one changes nothing.

    Whoever has the floor gives it back. Raises `WrongState`, `Invalid` (no reason, a moment that is not to come).
    """
    sitting = lock_sitting(actor, "sitting_adjourn", sitting_id)
    known = sitting.adjournments.filter(resumed_at__isnull=True).first()
    if known is not None:
        return known
    require_open(sitting)
    if Ballot.objects.filter(entry__sitting=sitting, status=Ballot.Status.OPEN).exists():
        raise WrongState(_("表决正在进行，不能休会。请先结束表决。"), code="ballot_open")
    now = clock.now()
    words = require_reason(reason, Adjournment, _("等待两村补充说明。"))
    if not now < until < now + LONGEST_BREAK:
        raise Invalid(_("请填写复会的时间。"), fields={"until": _("请填写今后一个月以内的日期和时间。")})
    break_ = Adjournment.objects.create(sitting=sitting, reason=words, until=until, at=now, by=actor)
    for entry in sitting.entries.filter(stage__in=AgendaEntry.LIVE):
        turns_end(entry)
    sitting.status = Sitting.Status.ADJOURNED
    write(sitting, actor, "sitting_adjourn", "status", why=words)
    log_sitting(sitting, actor, "sitting_adjourn", break_, reason=words, until=until)
    return break_


@action
def sitting_resume(*, actor: User, sitting_id: int) -> Sitting:
    """Go on after a break: the roster stays as frozen (R47), attendance is taken anew. Twice is once."""
    sitting = lock_sitting(actor, "sitting_resume", sitting_id)
    break_ = sitting.adjournments.filter(resumed_at__isnull=True).first()
    if break_ is None:
        require_open(sitting)
        return sitting
    now = clock.now()
    break_.resumed_at, break_.resumed_by = now, actor
    break_.save(update_fields=["resumed_at", "resumed_by"])
    sitting.status, sitting.resumed_at = Sitting.Status.OPEN, now
    write(sitting, actor, "sitting_resume", "status", "resumed_at")
    rows = list(
        Attendance.objects.filter(seat__sitting=sitting).exclude(state=Attendance.State.ABSENT, reason="", leave="")
    )
    AttendanceEvent.objects.bulk_create(
        AttendanceEvent(seat_id=row.seat_id, state=Attendance.State.ABSENT, by=actor, at=now) for row in rows
    )
    Attendance.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=Attendance.State.ABSENT, leave="", reason="", arrived_at=None, left_at=None, set_by=actor, set_at=now
    )
    log_sitting(sitting, actor, "sitting_resume", break_, seats=[row.seat_id for row in rows])
    return sitting


def _told(entry: AgendaEntry, motion: Motion) -> dict[str, Any]:
    """A motion as the log names it, so that a replay knows what is still to be put. The sitting's own chain is read by people
    who may not know a confidential item: there it has no words (R40), they come with the item's chain at the vote."""
    text = "" if entry.item.confidential else motion.text
    return {"motion": motion.pk, "text": text, "kind": read.kind_of(motion)}


@action
def sitting_close(*, actor: User, sitting_id: int) -> Sitting:
    """End the sitting once every entry has been announced or deferred. Closing a closed sitting changes nothing."""
    sitting = lock_sitting(actor, "sitting_close", sitting_id)
    if sitting.status == Sitting.Status.CLOSED:
        return sitting
    if sitting.opened_at is None:
        raise WrongState(_("会议还没有开始。"), code="not_open")
    require_open(sitting)
    left = sitting.entries.exclude(stage=AgendaEntry.Stage.ANNOUNCED).count()
    if left:
        raise WrongState(
            _("议程还有 %(count)s 项没有结果。请先议完，或宣布暂缓，再结束会议。") % {"count": left},
            code="entries_left",
        )
    sitting.status, sitting.closed_at = Sitting.Status.CLOSED, clock.now()
    write(sitting, actor, "sitting_close", "status", "closed_at")
    log_sitting(sitting, actor, "sitting_close", opened_at=sitting.opened_at)
    return sitting


def _require_unopened(sitting: Sitting) -> None:
    if sitting.status == Sitting.Status.CANCELLED:
        raise WrongState(_("会议已取消。需要时请另建会议。"), code="cancelled")
    if sitting.opened_at is not None:
        raise WrongState(_("会议已经开始，议程、规则和名册都已冻结。新的议题请列入下一次会议。"), code="frozen")
