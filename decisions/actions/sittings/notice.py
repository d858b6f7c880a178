"""Notice of a sitting (R11): sent to all seats, it fixes the agenda; renewed when time, place or agenda change; confirmed by
each seat."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from decisions.actions.sittings.agenda import YEARS, take_off
from decisions.actions.sittings.common import lock_sitting, log_sitting, write
from decisions.models import (
    AgendaChange,
    AgendaEntry,
    Item,
    Notice,
    NoticeCopy,
    NoticeReceipt,
    NoticeReminder,
    Sitting,
)
from decisions.policies import access
from decisions.selectors import notice as read
from decisions.selectors.after import missing_ratifications
from permissions import audit, versions
from permissions.actions import changes
from permissions.errors import Conflict, Denied, Invalid, WrongState
from permissions.models import User
from permissions.transactions import action
from workflows import clock


@action
def sitting_notice(*, actor: User, sitting_id: int, reason: str = "") -> Notice:
    """Send the notice to all seats in force on the day of the sitting: from here on the agenda is frozen (R11).

    It fixes when, where, what, and which versions of which papers. Sent again it is a renewed notice where something has
    changed since, and the same notice where nothing has. Fewer days ahead than the rule sets ask for need a `reason`.
    Raises `WrongState` (empty agenda, an emergency decision it must ratify, nobody sits, the day is past, voting seats that are
    no readers of a confidential item), `Invalid` (no reason).
    """
    sitting = lock_sitting(actor, "sitting_notice", sitting_id)
    require_before(sitting)
    last = read.latest(sitting)
    lock_items(sitting)
    if last is not None and read.digest_of(read.content_of(sitting)) == last.content_hash:
        return last
    return send(sitting, actor, reason)


def lock_items(sitting: Sitting, *also: int) -> list[Item]:
    """The items of the agenda (and these), locked in the order of their keys: no paper changes while it is being sent."""
    on_it = AgendaEntry.objects.filter(sitting=sitting).values("item")
    rows = Item.objects.select_for_update(of=("self",), no_key=True).filter(Q(pk__in=on_it) | Q(pk__in=also))
    return list(rows.order_by("pk"))


def send(sitting: Sitting, actor: User, reason: str) -> Notice:
    """Write one notice and a copy for each seat, under the locks of the sitting and of its items."""
    entries = read.entries_of(sitting)
    if not entries:
        raise WrongState(_("议程还是空的。请先列入至少一件议题，再发出通知。"), code="empty_agenda")
    owed = missing_ratifications(sitting)
    if owed:
        raise WrongState(
            _("紧急决定“%(title)s”须由下一次会议追认（R26）。请先把追认议题列入议程，再发出通知。")
            % {"title": owed[0].title},
            code="ratification_missing",
        )
    days, required = read.days_ahead(sitting), read.days_required(entries)
    if days < 0:
        raise WrongState(_("开会日期已经过去。请先修改开会时间，再发出通知。"), code="past")
    day = timezone.localdate(sitting.at)
    seats = read.seats_on(day)
    if not any(seat.voting for seat in seats):
        raise WrongState(_("开会当天没有在任的表决席位。请先在班子页面登记席位。"), code="no_seats")
    require_named(entries, day)
    why = reason_of(reason)
    if days < required and not why:
        raise Invalid(
            _("离开会还有 %(days)s 天，规则要求提前 %(required)s 天通知。请写明为什么不能提前。")
            % {"days": days, "required": required},
            code="short_notice",
            fields={"reason": _("请写明理由，例如：防汛形势紧急，须当天议定。")},
        )
    content, last = read.content_of(sitting), read.latest(sitting)
    sitting.status, sitting.notices = Sitting.Status.NOTICED, sitting.notices + 1
    write(sitting, actor, "sitting_notice", "status", "notices", why=why)
    notice = Notice.objects.create(
        sitting=sitting,
        number=sitting.notices,
        cause=read.cause_of(last, content) or Notice.Cause.MOVED if last is not None else Notice.Cause.FIRST,
        content=content,
        content_hash=read.digest_of(content),
        days=days,
        required=required,
        reason=why,
        sent_by=actor,
        sent_at=clock.now(),
    )
    hidden = [entry.item for entry in entries if entry.item.confidential]
    copies = NoticeCopy.objects.bulk_create(
        NoticeCopy(
            notice=notice,
            seat=seat,
            body=seat.body,
            user=seat.user,
            position=seat.position,
            position_en=seat.position_en,
            voting=seat.voting,
            order=order,
            withheld=sorted(access.blind_to(seat.user, (item.pk for item in hidden))) if hidden else [],
        )
        for order, seat in enumerate(seats, start=1)
    )
    log_sitting(
        sitting,
        actor,
        "sitting_notice",
        notice,
        number=notice.number,
        cause=notice.cause,
        at=sitting.at,
        place=sitting.place,
        days=days,
        required=required,
        reason=why,
        content_hash=notice.content_hash,
        seats=[{"seat": copy.seat_id, "position": copy.position, "user": copy.user_id} for copy in copies],
        agenda=[
            {"entry": entry.pk, "item": entry.item_id, "order": entry.order, "plan_version": entry.plan_version}
            for entry in entries
        ],
    )
    return notice


def require_named(entries: Sequence[AgendaEntry], day: date) -> None:
    """Raises `WrongState` where somebody would have to vote on a confidential item they do not know (R40): says which seats."""
    for entry, seats in read.blind_seats(entries, day):
        raise WrongState(
            _(
                "第 %(order)s 项涉密，这些表决席位还不在知悉人员之列：%(seats)s。请先在议题的知悉人员页确定，再发出通知。"
            )
            % {"order": entry.order, "seats": _("、").join(seat.label for seat in seats)},
            code="readers_missing",
            data={"entry": entry.pk, "seats": [seat.pk for seat in seats]},
        )


def require_before(sitting: Sitting) -> None:
    """Raises `WrongState` once the sitting has begun or was called off."""
    if sitting.status == Sitting.Status.CANCELLED:
        raise WrongState(_("会议已取消。需要时请另建会议。"), code="cancelled")
    if sitting.status not in Sitting.BEFORE:
        raise WrongState(_("会议已经开始，议程、规则和名册都已冻结。新的议题请列入下一次会议。"), code="frozen")


def reason_of(text: str) -> str:
    """A reason as it is kept. Raises `Invalid` where it is longer than there is room for."""
    return changes.words(Notice, {"reason": text}, required=())["reason"]


@action
def notice_read(*, actor: User, sitting_id: int, number: int) -> list[NoticeReceipt]:
    """Confirm, for each seat one holds, that one has read the notice of this number. Twice is once.

    Raises `Denied` (no seat got it), `Conflict` (a renewed notice has gone out since), `WrongState` (the sitting is over).
    """
    sitting = lock_sitting(actor, "view", sitting_id)
    if sitting.status in Sitting.OVER:
        raise WrongState(_("会议已经结束或取消，不需要再确认。"), code="closed")
    notice = read.latest(sitting)
    copies = read.own_copies(notice, actor) if notice is not None else []
    if notice is None or not copies:
        raise Denied(_("通知没有发给您的席位，不需要确认。"), code="not_your_seat")
    if number != notice.number:
        raise Conflict(
            _("会议通知已更新为第 %(number)s 次。请看过新的通知后再确认。") % {"number": notice.number}, code="renewed"
        )
    found = []
    for copy in copies:
        receipt = NoticeReceipt.objects.filter(copy=copy).first()
        if receipt is None:
            receipt = NoticeReceipt.objects.create(copy=copy, by=actor, at=clock.now())
            log_sitting(sitting, actor, "notice_read", copy, number=number, seat=copy.seat_id, position=copy.position)
        found.append(receipt)
    return found


@action
def sitting_change(
    *, actor: User, sitting_id: int, at: datetime, place: str, reason: str = "", version: str = ""
) -> Sitting:
    """Another time or place, before the sitting has begun. After notice it needs a reason, and everybody gets a renewed one.

    `at` is aware. The same time and place change nothing. `version` is the one the form was opened on. Raises `Invalid`
    naming the fields, `Conflict` where somebody moved it since, and what `sitting_notice` does.
    """
    sitting = lock_sitting(actor, "sitting_change", sitting_id)
    require_before(sitting)
    words = changes.words(Sitting, {"place": place}, required=())
    fields = {}
    if at.year not in YEARS:
        fields["on"] = _("请填写日期和时间，例如：2026-09-18，14:30。")
    if not words["place"]:
        fields["place"] = _("请填写开会地点，例如：镇政府三楼会议室。")
    old, new = (sitting.at, sitting.place), (at, words["place"])
    if not fields and old == new:
        return sitting
    noticed = sitting.status == Sitting.Status.NOTICED
    if noticed and not reason.strip():
        fields["reason"] = _("通知已发出，请写明变更的理由。")
    if fields:
        raise Invalid(_("还不能变更，请补充下面的内容。"), fields=fields)
    versions.require(sitting, version, ("at", "place"), actor)
    lock_items(sitting)
    sitting.at, sitting.place = new
    write(sitting, actor, "sitting_change", "at", "place", why=reason)
    log_sitting(
        sitting,
        actor,
        "sitting_change",
        old={"at": old[0], "place": old[1]},
        new={"at": new[0], "place": new[1]},
        reason=reason_of(reason),
    )
    if noticed:
        send(sitting, actor, reason)
    return sitting


@action
def sitting_cancel(*, actor: User, sitting_id: int, reason: str) -> Sitting:
    """Call a sitting off before it has begun: its items go back to tabling. Twice is once. Raises `Invalid` (no reason)."""
    sitting = lock_sitting(actor, "sitting_cancel", sitting_id)
    if sitting.status == Sitting.Status.CANCELLED:
        return sitting
    require_before(sitting)
    why = reason_of(reason)
    if not why:
        raise Invalid(
            _("请写明取消的理由。"),
            code="no_reason",
            fields={"reason": _("请写明理由，例如：两位班长同日参加防汛调度。")},
        )
    lock_items(sitting)
    AgendaChange.objects.filter(sitting=sitting, approved__isnull=True).update(
        approved=False, words=why, decided_by=actor, decided_at=clock.now()
    )
    items = [entry.item_id for entry in sitting.entries.order_by("order")]
    sitting.status, sitting.cancelled_reason = Sitting.Status.CANCELLED, why
    write(sitting, actor, "sitting_cancel", "status", "cancelled_reason", why=why)
    log_sitting(sitting, actor, "sitting_cancel", reason=why, items=items, notices=sitting.notices)
    for entry in list(sitting.entries.select_related("item").order_by("-order")):
        take_off(sitting, entry, actor)
    return sitting


def notices_remind() -> int:
    """Remind every seat that got a notice before today and has not confirmed it, once a day; how many were reminded.

    The worker's, so nobody's act; each reminder is one row per copy and day, which the database keeps from being two.
    """
    now = clock.now()
    today, count = timezone.localdate(now), 0
    sittings = Sitting.objects.filter(status=Sitting.Status.NOTICED, at__gte=now).order_by("pk")
    for pk in sittings.values_list("pk", flat=True):
        with transaction.atomic():
            count += _remind(pk, now, today)
    return count


def _remind(sitting_id: int, now: datetime, today: date) -> int:
    rows = Sitting.objects.select_for_update(of=("self",), no_key=True)
    sitting = rows.filter(pk=sitting_id, status=Sitting.Status.NOTICED).first()
    notice = read.latest(sitting) if sitting is not None else None
    if sitting is None or notice is None or timezone.localdate(notice.sent_at) == today:
        return 0
    copies = list(notice.copies.filter(receipt__isnull=True).exclude(reminders__on=today).order_by("order"))
    try:
        with transaction.atomic():
            NoticeReminder.objects.bulk_create(NoticeReminder(copy=copy, on=today, at=now) for copy in copies)
    except IntegrityError:
        return 0
    if copies:
        audit.record(
            subject=sitting.subject,
            actor=None,
            verb="notice_remind",
            target=f"notice:{notice.pk}",
            data={"number": notice.number, "seats": [copy.seat_id for copy in copies], "on": str(today)},
            at=now,
        )
    return len(copies)
