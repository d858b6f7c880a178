"""Preparing a sitting: its number, its host and its agenda."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from decisions import numbering, rules, stages
from decisions.actions.ledger import ledger_snapshot
from decisions.actions.sittings.common import lock_sitting, log_entry, log_sitting, write
from decisions.models import AgendaEntry, Item, Sitting, SittingCounter
from decisions.selectors.items import tabling_blocks
from decisions.selectors.plans import main_plan
from permissions import versions
from permissions.access import fetch
from permissions.actions import changes
from permissions.errors import Conflict, Hidden, Invalid, WrongState
from permissions.models import Seat, User
from permissions.policies import require
from permissions.transactions import action
from workflows import clock
from workflows.actions import case_message, task_complete
from workflows.models import CaseTask

YEARS = range(2000, 2200)
#: The longest an entry can be planned for, in minutes: a working day.
LONGEST = 480


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
    sitting = Sitting(
        year=year,
        serial=serial,
        title=words["title"],
        at=at,
        place=words["place"],
        host=host,
        created_by=actor,
        form_token=form_token,
    )
    write(sitting, actor, "sitting_create")
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
    known = sitting.entries.filter(item=item).exclude(stage=AgendaEntry.Stage.ANNOUNCED).first()
    return known if known is not None else put_on(sitting, item, actor)


def require_ready(sitting: Sitting, item: Item) -> CaseTask:
    """What the item's flow waits for. Raises `Conflict` where it is on an agenda or was decided in this sitting, `WrongState`
    where it is not that far or lacks what it needs. Under the locks of the sitting and the item."""
    pending = AgendaEntry.objects.filter(item=item).exclude(stage=AgendaEntry.Stage.ANNOUNCED)
    elsewhere = pending.select_related("sitting").first()
    if elsewhere is not None:
        raise Conflict(
            _("这件议题已列入%(sitting)s的议程。") % {"sitting": elsewhere.sitting.name}, code="on_another_agenda"
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
    return task


def put_on(sitting: Sitting, item: Item, actor: User) -> AgendaEntry:
    """Put an item at the end of the agenda, under the locks of both. Raises what `require_ready` does."""
    task = require_ready(sitting, item)
    plan = main_plan(item)
    last = sitting.entries.aggregate(last=Max("order"))["last"] or 0
    entry = AgendaEntry(
        sitting=sitting,
        item=item,
        order=last + 1,
        plan_version=plan.version if plan else None,
        added_by=actor,
    )
    write(entry, actor, "entry_add")
    log_entry(entry, actor, "entry_add", entry, order=entry.order, plan_version=entry.plan_version)
    if task.form == stages.TABLE:
        task_complete(actor=actor, task_id=task.pk)
    ledger_snapshot(entry, "tabling", actor)
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
    if entry is not None:
        take_off(sitting, entry, actor)


def take_off(sitting: Sitting, entry: AgendaEntry, actor: User) -> None:
    """Take an entry off the agenda, under the locks of the sitting and the item; the item's flow goes back to tabling."""
    log_entry(entry, actor, "entry_remove", entry, order=entry.order)
    item = entry.item
    later = sitting.entries.filter(order__gt=entry.order)
    versions.remove(entry, actor, "entry_remove", at=clock.now())
    for other in later:
        other.order -= 1
        write(other, actor, "entry_remove", "order")
    if item.case_id is not None:
        case_message(
            actor=actor,
            case_id=item.case_id,
            name=stages.RESULT,
            variables={"outcome": rules.Outcome.DEFERRED.value},
        )


@action
def agenda_order(*, actor: User, sitting_id: int, entries: Sequence[int]) -> Sitting:
    """Put the agenda in this order: the ids of all its entries. The same order changes nothing.

    Raises `Conflict` where the agenda is not made of exactly these any more, `WrongState` once notice has gone out.
    """
    sitting = lock_sitting(actor, "agenda_order", sitting_id)
    _require_draft(sitting)
    rows = {entry.pk: entry for entry in sitting.entries.all()}
    old = list(rows)
    if sorted(entries) != sorted(old):
        raise Conflict(_("议程在您打开之后已有变化。请刷新页面，再调整次序。"), code="agenda_changed")
    if list(entries) == old:
        return sitting
    moved = []
    for order, pk in enumerate(entries, start=1):
        if rows[pk].order != order:
            rows[pk].order = order
            moved.append(rows[pk])
    versions.save_many(moved, AgendaEntry, ["order"], actor, "agenda_order", at=clock.now())
    log_sitting(sitting, actor, "agenda_order", old=old, new=list(entries))
    return sitting


@action
def entry_time(
    *, actor: User, sitting_id: int, entry_id: int, minutes: int | None, opened_on: str | None = None
) -> AgendaEntry:
    """Say how many minutes an entry is given, 1 to 480; None takes the plan away.

    `opened_on` is what the form showed when it was opened (empty: no plan). Raises `Invalid`, `Hidden`, `WrongState`, and `Conflict`
    where somebody has planned otherwise since.
    """
    sitting = lock_sitting(actor, "entry_time", sitting_id)
    _require_draft(sitting)
    entry = sitting.entries.select_related("item").filter(pk=entry_id).first()
    if entry is None:
        raise Hidden(_("议程上没有这一项了。请刷新页面查看。"))
    if minutes is not None and not 1 <= minutes <= LONGEST:
        words = _("请填写 1 到 %(longest)s 分钟之间的整数。") % {"longest": LONGEST}
        raise Invalid(words, fields={"minutes": words})
    if entry.minutes_planned != minutes:
        now = str(entry.minutes_planned or "")
        if opened_on is not None and opened_on != now:
            raise Conflict(
                _("您打开以后，“%(title)s”的用时已改为%(now)s。请核对，需要以您的为准的，再保存一次。")
                % {"title": entry.item.title, "now": _("%(n)s 分钟") % {"n": now} if now else _("不安排")},
                code="edited",
            )
        old, entry.minutes_planned = entry.minutes_planned, minutes
        write(entry, actor, "entry_time", "minutes_planned")
        log_sitting(sitting, actor, "entry_time", entry, old=old, new=minutes)
    return entry


def _require_draft(sitting: Sitting) -> None:
    if sitting.status == Sitting.Status.NOTICED:
        raise WrongState(
            _("会议通知已发出，议程已冻结，不接受临时动议（R11）。确需增减的，请写明理由，由主持人批准。"),
            code="noticed",
        )
    if sitting.status == Sitting.Status.CANCELLED:
        raise WrongState(_("会议已取消。需要时请另建会议。"), code="cancelled")
    if sitting.status != Sitting.Status.DRAFT:
        raise WrongState(_("会议已经开始，议程、规则和名册都已冻结。新的议题请列入下一次会议。"), code="frozen")
