"""Opening a sitting, which freezes its roster, its rule numbers and its motions (R47), and closing it."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from decisions import rules
from decisions.actions.sittings.common import lock_sitting, log_sitting
from decisions.models import AgendaEntry, Attendance, Motion, Sitting, SittingSeat
from decisions.rules.motions import MotionKind
from permissions.errors import WrongState
from permissions.models import Seat, User
from permissions.transactions import action
from workflows import clock


@action
def sitting_open(*, actor: User, sitting_id: int) -> Sitting:
    """Open the sitting: freeze the roster (seats in force today), the rule numbers and the motions of every entry
    (R47).

    Everybody counts as not there until attendance says otherwise. Opening an open sitting changes nothing.
    """
    sitting = lock_sitting(actor, "sitting_open", sitting_id)
    if sitting.status == Sitting.Status.OPEN:
        return sitting
    _require_unopened(sitting)
    entries = list(sitting.entries.select_related("item__matter_type__rule_set"))
    if not entries:
        raise WrongState(_("议程还是空的。请先列入至少一件议题。"), code="empty_agenda")
    now = clock.now()
    seats = _freeze_roster(sitting, now)
    for entry in entries:
        _freeze_entry(entry, {seat.body.code for seat in seats if seat.voting})
    sitting.status, sitting.opened_at, sitting.opened_by = Sitting.Status.OPEN, now, actor
    sitting.save(update_fields=["status", "opened_at", "opened_by"])
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
                "motions": [_told(motion) for motion in entry.motions.all()],
            }
            for entry in entries
        ],
    )
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


def _freeze_entry(entry: AgendaEntry, bodies: set[str]) -> None:
    numbers = entry.item.matter_type.rule_set.numbers
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
    entry.save(update_fields=["numbers"])
    candidates = list(entry.item.candidates.all()) if entry.item.matter_type.needs_candidates else []
    if entry.item.matter_type.needs_candidates and not candidates:
        raise WrongState(
            _("“%(item)s”没有人选，不能逐人表决。请先补充人选。") % {"item": entry.item.title}, code="no_candidates"
        )
    Motion.objects.bulk_create(
        [Motion(entry=entry, order=1, text=entry.item.title)]
        if not candidates
        else [
            Motion(entry=entry, order=order, text=f"{person.name}　{person.position}", candidate=person)
            for order, person in enumerate(candidates, start=1)
        ]
    )


def _told(motion: Motion) -> dict[str, Any]:
    """A motion as the log names it, so that a replay knows what is still to be put."""
    kind = (
        MotionKind.PERSON
        if motion.candidate_id is not None
        else MotionKind.PLAN
        if motion.plan_id is not None
        else MotionKind.MAIN
    )
    return {"motion": motion.pk, "text": motion.text, "kind": kind}


@action
def sitting_close(*, actor: User, sitting_id: int) -> Sitting:
    """End the sitting once every entry has been announced or deferred. Closing a closed sitting changes nothing."""
    sitting = lock_sitting(actor, "sitting_close", sitting_id)
    if sitting.status == Sitting.Status.CLOSED:
        return sitting
    if sitting.status == Sitting.Status.DRAFT:
        raise WrongState(_("会议还没有开始。"), code="not_open")
    left = sitting.entries.exclude(stage=AgendaEntry.Stage.ANNOUNCED).count()
    if left:
        raise WrongState(
            _("议程还有 %(count)s 项没有结果。请先议完，或宣布暂缓，再结束会议。") % {"count": left},
            code="entries_left",
        )
    sitting.status, sitting.closed_at = Sitting.Status.CLOSED, clock.now()
    sitting.save(update_fields=["status", "closed_at"])
    log_sitting(sitting, actor, "sitting_close", opened_at=sitting.opened_at)
    return sitting


def _require_unopened(sitting: Sitting) -> None:
    if sitting.opened_at is not None:
        raise WrongState(_("会议已经开始，议程、规则和名册都已冻结。新的议题请列入下一次会议。"), code="frozen")
