"""Preparing a sitting, opening it (which freezes agenda, rule numbers and roster, R47) and closing it."""

from datetime import datetime
from uuid import UUID

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from decisions import numbering, rules, stages
from decisions.actions.sittings.common import lock_sitting, log_entry, log_sitting
from decisions.models import AgendaEntry, Attendance, Item, Motion, Plan, Sitting, SittingCounter, SittingSeat
from decisions.selectors.items import tabling_blocks
from permissions.access import fetch
from permissions.actions import changes
from permissions.errors import Conflict, Invalid, WrongState
from permissions.models import Seat, User
from permissions.policies import require
from permissions.transactions import action
from workflows import clock
from workflows.actions import case_message, task_complete
from workflows.models import CaseTask

YEARS = range(2000, 2200)


@action
def sitting_create(
    *, actor: User, at: datetime, place: str, host_id: int, title: str = "", form_token: UUID | None = None
) -> Sitting:
    """Prepare a sitting and give it the next number of its year. The same form sent twice is one sitting.

    `at` is aware; `host_id` is the seat that presides. Raises `Denied`, or `Invalid` naming the fields.
    """
    require(actor, "sitting_create", Sitting)
    words = changes.words(Sitting, {"place": place, "title": title}, required=())
    fields = {}
    # A year no office meets in would be stored, and then break every list it stands in.
    if at.year not in YEARS:
        fields["on"] = _("请填写日期和时间，例如：2026-09-18，14:30。")
        raise Invalid(_("请填写开会的日期和时间。"), fields=fields)
    if not words["place"]:
        fields["place"] = _("请填写开会地点，例如：镇政府三楼会议室。")
    host = Seat.objects.in_force(timezone.localdate(at)).filter(pk=host_id).select_related("body").first()
    if host is None or not host.voting:
        fields["host"] = _("请选择开会当天在任的主持席位。")
    if fields or host is None:
        raise Invalid(_("还不能建立会议，请补充下面的内容。"), fields=fields)
    year = timezone.localtime(at).year
    numbering.advance(SittingCounter, year, 0)
    # Read under the counter's lock: the first sending of this form has either committed by now or never will.
    known = Sitting.objects.filter(created_by=actor, form_token=form_token).first() if form_token else None
    if known is not None:
        return known
    serial = numbering.advance(SittingCounter, year, 1)
    sitting = Sitting.objects.create(
        year=year,
        serial=serial,
        title=words["title"],
        at=at,
        place=words["place"],
        host=host,
        created_by=actor,
        form_token=form_token,
    )
    log_sitting(sitting, actor, "sitting_create", number=[year, serial], at=at, place=sitting.place, host=host.position)
    return sitting


@action
def entry_add(*, actor: User, sitting_id: int, item_id: int) -> AgendaEntry:
    """Put an item on the agenda; this is what its flow waits for at tabling, and pins the version of its plan.

    Raises `Hidden`, `Denied`, `WrongState` (agenda frozen, the item is not that far), `Conflict` (on another agenda).
    """
    sitting = lock_sitting(actor, "entry_add", sitting_id)
    _require_draft(sitting)
    # Under the item's own lock, so that no material goes between the check and the agenda.
    rows = Item.objects.select_for_update(of=("self",)).select_related("matter_type", "case")
    item = fetch(rows, actor, "view", item_id)
    waiting = AgendaEntry.objects.filter(item=item).exclude(stage=AgendaEntry.Stage.ANNOUNCED)
    known = waiting.select_related("sitting").first()
    if known is not None:
        if known.sitting_id == sitting.pk:
            return known
        raise Conflict(
            _("这件议题已列入%(sitting)s的议程。") % {"sitting": known.sitting.name}, code="on_another_agenda"
        )
    if AgendaEntry.objects.filter(sitting=sitting, item=item).exists():
        raise Conflict(_("这件议题已在本次会议上议过。"), code="already_decided_here")
    task = _waiting_task(item)
    blocks = tabling_blocks(item)
    if blocks:
        raise WrongState(
            _("这件议题还不能列入议程：%(why)s。请在议题页补齐后再列入（R3、R4）。")
            % {"why": _("；").join(block.detail for block in blocks)},
            code="papers_missing",
        )
    last = sitting.entries.aggregate(last=Max("order"))["last"] or 0
    entry = AgendaEntry.objects.create(
        sitting=sitting,
        item=item,
        order=last + 1,
        plan_version=Plan.objects.filter(item=item).values_list("version", flat=True).first(),
        added_by=actor,
    )
    log_entry(entry, actor, "entry_add", entry, order=entry.order, plan_version=entry.plan_version)
    if task.form == stages.TABLE:
        task_complete(actor=actor, task_id=task.pk)
    return entry


def _waiting_task(item: Item) -> CaseTask:
    """What the item's flow waits for when it may be tabled: the tabling itself, or already the result of a sitting."""
    tasks = list(CaseTask.objects.filter(process_id=item.case_id, finished__isnull=True)) if item.case_id else []
    for task in tasks:
        if task.form == stages.TABLE or task.message == stages.RESULT:
            return task
    raise WrongState(
        _("这件议题还没有走到列入议程这一步。请等方案、意见和合法性审查办完。"),
        code="not_ready",
        data={"item": item.pk},
    )


@action
def entry_remove(*, actor: User, sitting_id: int, entry_id: int) -> None:
    """Take an item off an agenda that is not frozen yet; its flow goes back to tabling. Removing it twice changes
    nothing."""
    sitting = lock_sitting(actor, "entry_remove", sitting_id)
    _require_draft(sitting)
    rows = sitting.entries.select_for_update(of=("self", "item"), no_key=True).select_related("item")
    entry = rows.filter(pk=entry_id).first()
    if entry is None:
        return
    log_entry(entry, actor, "entry_remove", entry, order=entry.order)
    item = entry.item
    later = sitting.entries.filter(order__gt=entry.order)
    entry.delete()
    for other in later:
        other.order -= 1
        other.save(update_fields=["order"])
    if item.case_id is not None:
        case_message(
            actor=actor,
            case_id=item.case_id,
            name=stages.RESULT,
            variables={"outcome": rules.Outcome.DEFERRED.value},
        )


@action
def sitting_open(*, actor: User, sitting_id: int) -> Sitting:
    """Open the sitting: freeze the roster (seats in force today), the rule numbers and the motions of every entry
    (R47).

    Everybody counts as not there until attendance says otherwise. Opening an open sitting changes nothing.
    """
    sitting = lock_sitting(actor, "sitting_open", sitting_id)
    if sitting.status == Sitting.Status.OPEN:
        return sitting
    _require_draft(sitting)
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
            {"entry": entry.pk, "item": entry.item_id, "plan_version": entry.plan_version, "numbers": entry.numbers}
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


def _require_draft(sitting: Sitting) -> None:
    if sitting.status != Sitting.Status.DRAFT:
        raise WrongState(_("会议已经开始，议程、规则和名册都已冻结。新的议题请列入下一次会议。"), code="frozen")
