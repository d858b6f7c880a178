"""A few decide at once, tell everybody, and the next sitting ratifies (R26). Each step is timed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from decisions import numbering, stages
from decisions.actions.after.common import check, line, lock, require_step, words
from decisions.actions.items.common import log, save, task_of
from decisions.models import (
    EmergencyDecider,
    EmergencyDecision,
    EmergencyReport,
    Item,
    ItemCounter,
    MatterType,
    Plan,
)
from decisions.policies.items import side_of
from decisions.rules import Rules, emergency
from permissions import audit
from permissions.access import fetch
from permissions.errors import Conflict, WrongState
from permissions.models import Body, Seat, User
from permissions.policies import require
from permissions.transactions import action
from workflows import clock
from workflows.actions import case_start, task_complete

FLOW = "joint_ratification"


@action
def emergency_open(
    *,
    actor: User,
    title: str,
    matter_type: str,
    happened_at: datetime | None,
    facts: str,
    measures: str,
    seat_ids: Sequence[int],
    form_token: UUID | None = None,
) -> EmergencyDecision:
    """Put an emergency to a few: the facts, the measures, and the seats that decide. Who opens it and is among them agrees at once.
    The same form sent twice is one.

    Raises `Invalid` naming the fields (too few seats, a body without any, a personnel matter), `Denied`, `Conflict`.
    """
    require(actor, "emergency_open", EmergencyDecision)
    known = _of_form(actor, form_token)
    if known is not None:
        return known
    fields: dict[str, str] = {}
    name = line(title, fields, "title", _("请填写事项名称，例如“沿河村山洪避险转移”。"), 40)
    what = words(facts, fields, "facts", _("请写明发生了什么、为什么不能等到开会。"))
    done = words(measures, fields, "measures", _("请写明要立即采取的措施。"))
    kind = MatterType.objects.select_related("rule_set").filter(code=matter_type, active=True).first()
    if kind is None:
        fields["matter_type"] = _("请选择事项类型。")
    elif kind.needs_candidates:
        fields["matter_type"] = _("人事事项不能作紧急决定，请召开会议。")
    if happened_at is None or happened_at > clock.now():
        fields["on"] = _("请填写发生的日期和时间，不晚于现在。")
    seats = list(
        Seat.objects.in_force(timezone.localdate(clock.now()))
        .filter(pk__in=list(seat_ids)[:100], voting=True, user__isnull=False)
        .select_related("body", "user")
        .order_by("body__order", "order", "pk")
    )
    numbers = kind.rule_set.rules if kind is not None else Rules()
    _check_seats(seats, numbers, fields)
    side = side_of(actor)
    check(fields)
    if kind is None or happened_at is None or side is None:
        raise Conflict(_("您在两个班子中都没有席位或角色，不能登记紧急决定。"), code="no_side")
    row = EmergencyDecision(
        title=name,
        matter_type=kind,
        body=side,
        happened_at=happened_at,
        facts=what,
        measures=done,
        needed={
            "total": numbers.emergency_total,
            "each": numbers.emergency_each,
            "hours": numbers.periods.emergency_report_hours,
        },
        by=actor,
        at=clock.now(),
        form_token=form_token,
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        known = _of_form(actor, form_token)
        if known is None:
            raise
        return known
    EmergencyDecider.objects.bulk_create(
        EmergencyDecider(emergency=row, seat=seat, body=seat.body, user_id=seat.user_id)
        for seat in seats
        if seat.user_id is not None
    )
    _log(
        row,
        actor,
        "emergency_open",
        title=name,
        facts=what,
        measures=done,
        happened_at=happened_at,
        seats=[[seat.body.code, seat.position] for seat in seats],
        needed=row.needed,
    )
    if any(seat.user_id == actor.pk for seat in seats):
        _answer(row, actor, True, "")
    return row


@action
def emergency_answer(*, actor: User, emergency_id: int, agreed: bool, words_said: str = "") -> EmergencyDecision:
    """One of the few says whether they agree, for every seat of theirs, once. With enough of them it is decided: the time for the
    report begins, and the item for ratification is there. The same answer again changes nothing.

    Raises `Denied` (not one of them), `Conflict` (answered otherwise before), `WrongState` (withdrawn).
    """
    row = _lock(actor, "emergency_answer", emergency_id)
    mine = list(row.deciders.filter(user=actor))
    if all(one.agreed is not None for one in mine):
        if all(one.agreed == agreed for one in mine):
            return row
        raise Conflict(_("您已经表过态，紧急决定的意见不能更改。"), code="answered")
    if row.closed_at is not None:
        raise WrongState(_("这件紧急决定已由登记人撤销。"), code="withdrawn")
    fields: dict[str, str] = {}
    said = words(words_said, fields, "words", "" if agreed else _("请写明不同意的理由，会如实记录。"))
    check(fields)
    _answer(row, actor, agreed, said)
    return row


@action
def emergency_withdraw(*, actor: User, emergency_id: int, reason: str) -> EmergencyDecision:
    """Whoever opened it takes it back before it is decided: it came too late, or the few did not agree."""
    row = _lock(actor, "emergency_withdraw", emergency_id)
    if row.closed_at is not None:
        return row
    if row.decided_at is not None:
        raise WrongState(_("紧急决定已经作出，不能撤销，须提请下一次会议追认（R26）。"), code="decided_already")
    fields: dict[str, str] = {}
    row.close_reason = line(reason, fields, "reason", _("请写明撤销的理由。"), 200)
    check(fields)
    row.closed_at = clock.now()
    row.save(update_fields=["closed_at", "close_reason"])
    _log(row, actor, "emergency_withdraw", reason=row.close_reason)
    return row


@action
def emergency_report(*, actor: User, emergency_id: int, text: str) -> EmergencyReport:
    """Tell all members what was decided and done. The first report is the one the time limit asks for; what comes later is told
    in further ones. The same words again are the same report."""
    row = _lock(actor, "emergency_report", emergency_id)
    if row.decided_at is None or row.item is None:
        raise WrongState(_("紧急决定还没有作出，作出后再向全体成员报告。"), code="not_decided")
    fields: dict[str, str] = {}
    said = words(text, fields, "text", _("请写明决定的内容、采取的措施和现在的情况。"))
    check(fields)
    known = row.reports.filter(text=said).first()
    if known is not None:
        return known
    report = EmergencyReport.objects.create(emergency=row, text=said, by=actor, at=clock.now())
    log(row.item, actor, "emergency_report", report, text=said, due=row.report_due, late=_late(row, report))
    return report


@action
def ratification_settle(*, actor: User, item_id: int, text: str) -> EmergencyDecision:
    """The bodies did not ratify: say what becomes of the measures. That ends the item. Again it is the first word."""
    item = lock(actor, "ratification_settle", item_id)
    row = EmergencyDecision.objects.select_for_update(of=("self",)).filter(item=item).first()
    if row is not None and row.consequences_at is not None:
        return row
    require_step(item, "ratification_settle")
    if row is None:
        raise WrongState(stages.why_not("ratification_settle", item.status, []), code="not_now")
    fields: dict[str, str] = {}
    row.consequences = words(text, fields, "text", _("请写明措施如何停止或纠正，已发生的后果怎样处理。"))
    check(fields)
    row.consequences_by, row.consequences_at = actor, clock.now()
    row.save(update_fields=["consequences", "consequences_by", "consequences_at"])
    log(item, actor, "ratification_settle", row, text=row.consequences)
    task_complete(actor=actor, task_id=task_of(item, stages.CONSEQUENCE).pk)
    return row


def _late(row: EmergencyDecision, report: EmergencyReport) -> bool:
    return row.report_due is not None and report.at > row.report_due


def _lock(actor: User, act: str, emergency_id: int) -> EmergencyDecision:
    rows = EmergencyDecision.objects.select_for_update(of=("self",)).select_related(
        "item__case", "by", "body", "matter_type"
    )
    return fetch(rows, actor, act, emergency_id)


def _of_form(actor: User, token: UUID | None) -> EmergencyDecision | None:
    return EmergencyDecision.objects.filter(by=actor, form_token=token).first() if token else None


def _check_seats(seats: Sequence[Seat], numbers: Rules, fields: dict[str, str]) -> None:
    asked = [emergency.Asked(seat.user_id or 0, seat.body.code, agreed=True) for seat in seats]
    lacking = emergency.lacking(
        asked,
        list(Body.objects.values_list("code", flat=True)),
        total=numbers.emergency_total,
        each=numbers.emergency_each,
    )
    if lacking:
        fields["seats"] = _("紧急决定至少由 %(total)s 人作出，每个班子至少 %(each)s 人，请补选。") % {
            "total": numbers.emergency_total,
            "each": numbers.emergency_each,
        }
    elif numbers.emergency_principals and not all(seat.principal for seat in seats):
        fields["seats"] = _("按现行规则，紧急决定只能由两个班子的班长作出。")


def _answer(row: EmergencyDecision, actor: User, agreed: bool, said: str) -> None:
    now = clock.now()
    for one in row.deciders.filter(user=actor, agreed__isnull=True).select_related("seat", "body"):
        one.agreed, one.words, one.at = agreed, said, now
        one.save(update_fields=["agreed", "words", "at"])
        _log(row, actor, "emergency_answer", seat=one.seat.position, body=one.body.code, agreed=agreed, words=said)
    if row.decided_at is not None:
        return
    asked = [
        emergency.Asked(user, code, answer)
        for user, code, answer in row.deciders.values_list("user_id", "body__code", "agreed")
    ]
    bodies = list(Body.objects.values_list("code", flat=True))
    if emergency.decided(asked, bodies, total=row.needed["total"], each=row.needed["each"]):
        _decide(row, actor)


def _decide(row: EmergencyDecision, actor: User) -> None:
    now = clock.now()
    row.item = _item(row)
    row.decided_at, row.report_due = now, now + timedelta(hours=row.needed["hours"])
    row.save(update_fields=["item", "decided_at", "report_due"])
    log(
        row.item,
        actor,
        "emergency_decide",
        row,
        title=row.title,
        number=row.item.number,
        report_due=row.report_due,
        deciders=[
            [one.body.code, one.seat.position, one.agreed]
            for one in row.deciders.select_related("body", "seat").order_by("pk")
        ],
    )


def _item(row: EmergencyDecision) -> Item:
    """The item by which the bodies ratify. It has no draft and no preparation: its text is what the few decided on."""
    now = clock.now()
    year = timezone.localtime(now).year
    item = Item(
        title=_("追认：%(title)s") % {"title": row.title},
        matter_type=row.matter_type,
        body=row.body,
        proposer=row.by,
        summary=row.measures,
        reason=row.facts,
        purpose=Item.Purpose.RATIFY,
        status=Item.Status.RUNNING,
        year=year,
        serial=numbering.advance(ItemCounter, year, 1),
        round=1,
        created_at=now,
        submitted_at=now,
    )
    save(item, row.by, "emergency_decide")
    clauses = [
        {"id": "c1", "title": "紧急情况", "body": row.facts},
        {"id": "c2", "title": "临机处置措施", "body": row.measures},
    ]
    plan = Plan(
        item=item, clauses=clauses, version=1, substantive_version=1, asked_version=1, saved_by=row.by, saved_at=now
    )
    save(plan, row.by, "emergency_decide")
    variables: dict[str, Any] = {
        "proposer": row.by.username,
        "subject": item.subject,
        "item": item.pk,
        "matter_type": row.matter_type.code,
        "host": row.body.code,
    }
    item.case = case_start(
        actor=row.by,
        definition=FLOW,
        subject=item.subject,
        title=item.title,
        variables=variables,
        dedupe_key=item.subject,
    )
    save(item, row.by, "emergency_decide", ["case"])
    return item


def _log(row: EmergencyDecision, actor: User, verb: str, **data: Any) -> None:
    """Before there is an item the emergency has a chain of its own; afterwards the item's goes on."""
    if row.item is not None:
        log(row.item, actor, verb, row, **data)
        return
    audit.record(
        subject=row.subject,
        actor=actor,
        verb=verb,
        target=f"emergencydecision:{row.pk}",
        data=data,
        at=clock.now(),
    )
