"""No change and no stop without a decision (R37): a new item that goes back to the decided one, and until then, where it cannot
wait, a head's suspension of the execution."""

from datetime import timedelta

from django.utils.translation import gettext as _

from decisions import routing
from decisions.actions.after.common import check, lock, periods, require_decided, today, words
from decisions.actions.items.common import log, save
from decisions.actions.items.drafts import TITLE_LENGTH
from decisions.models import Candidate, Item, Reconsideration, Suspension
from decisions.policies.access import covered_title
from decisions.policies.after import voting_seats
from decisions.policies.items import side_of
from permissions.errors import Conflict, Invalid, WrongState
from permissions.models import User
from permissions.policies import visible
from permissions.transactions import action
from workflows import clock

#: What a new item may ask of an old decision.
PURPOSES = (Item.Purpose.CHANGE, Item.Purpose.STOP, Item.Purpose.RECONSIDER)


@action
def execution_suspend(*, actor: User, item_id: int, reason: str) -> Suspension:
    """A head stops the execution of a decision at once. From here the item that changes or stops it must be submitted within
    the rules' period. While a suspension stands it is returned.

    Raises `Denied` (not the head of a body), `Invalid` (no reason), `WrongState` (not decided, ended).
    """
    item = lock(actor, "execution_suspend", item_id)
    known = Suspension.objects.filter(item=item, ended_at__isnull=True).first()
    if known is not None:
        return known
    entry = require_decided(item)
    execution = getattr(item, "execution", None)
    if execution is not None and execution.ended:
        raise WrongState(_("执行已经结束，没有需要中止的事项。"), code="ended")
    fields: dict[str, str] = {}
    why = words(reason, fields, "reason", _("请写明为什么必须立即中止。"))
    check(fields)
    seat = next(seat for seat in voting_seats(actor) if seat.principal)
    row = Suspension.objects.create(
        item=item,
        body=seat.body,
        reason=why,
        by=actor,
        at=clock.now(),
        due=today() + timedelta(days=periods(entry).suspension_days),
    )
    log(item, actor, "execution_suspend", row, body=seat.body.code, reason=why, due=row.due)
    return row


@action
def suspension_lift(*, actor: User, item_id: int, reason: str) -> Suspension:
    """A head says that the reason for the suspension is gone; the execution goes on. Lifted again it is the same one."""
    item = lock(actor, "suspension_lift", item_id)
    row = Suspension.objects.select_for_update(of=("self",)).filter(item=item).first()
    if row is None:
        raise WrongState(_("这件议题的执行没有中止。"), code="not_suspended")
    if row.ended_at is not None:
        return row
    fields: dict[str, str] = {}
    row.lift_reason = words(reason, fields, "reason", _("请写明为什么可以恢复执行。"))
    check(fields)
    row.lifted_by, row.ended_at = actor, clock.now()
    row.save(update_fields=["lift_reason", "lifted_by", "ended_at"])
    log(item, actor, "suspension_lift", row, reason=row.lift_reason)
    return row


@action
def item_revise(*, actor: User, item_id: int, purpose: str, reason: str) -> Item:
    """Draft the item that changes, stops or reconsiders a decided one. It goes the whole way of a new item; what was decided
    stands until both bodies have passed and signed it (R37). It names the decision, so that of a confidential one is as
    confidential from its first line on (R40); its own readers are named for it.

    A personnel decision is only changed by reconsidering it, which more than half of each body have agreed to (R38). Asked again
    while such an item is on its way, its proposer gets that one. Raises `Denied`, `Invalid`, `Conflict`, `WrongState`.
    """
    item = lock(actor, "item_revise", item_id)
    if purpose not in PURPOSES:
        raise Invalid(_("请选择变更、停止或复议。"), fields={"purpose": _("请选择变更、停止或复议。")})
    under_way = item.successors.filter(status__in=[Item.Status.DRAFT, Item.Status.RUNNING]).first()
    if under_way is not None:
        if under_way.proposer_id == actor.pk and under_way.purpose == purpose:
            return under_way
        known = visible(actor, Item.objects.filter(pk=under_way.pk)).exists()
        raise Conflict(
            _("已有一件议题在办理这项决策的%(what)s：%(title)s。请等它办完。")
            % {"what": under_way.get_purpose_display(), "title": under_way.title if known else covered_title()},
            code="revision_under_way",
        )
    require_decided(item)
    asked = _agreed(item) if purpose == Item.Purpose.RECONSIDER else None
    if purpose != Item.Purpose.RECONSIDER and item.matter_type.needs_candidates:
        raise WrongState(
            _("人事决定只能经复议改变，复议须先有双方各自过半数成员同意（R38）。"), code="by_reconsideration"
        )
    side = side_of(actor)
    if side is None:
        raise Conflict(_("您在两个班子中都没有席位或角色，不能提出议题。请联系管理员核对您的岗位。"), code="no_side")
    fields: dict[str, str] = {}
    why = words(reason or (asked.reason if asked else ""), fields, "reason", _("请写明理由，双方要据此审议。"))
    check(fields)
    return _draft(item, actor, purpose, why, asked, side.pk)


def _draft(item: Item, actor: User, purpose: str, why: str, asked: Reconsideration | None, side: int) -> Item:
    template = {
        Item.Purpose.CHANGE: _("关于变更“%(title)s”的议题"),
        Item.Purpose.STOP: _("关于停止执行“%(title)s”的议题"),
        Item.Purpose.RECONSIDER: _("关于复议“%(title)s”的议题"),
    }[Item.Purpose(purpose)]
    room = TITLE_LENGTH - len(template % {"title": ""})
    short = item.title if len(item.title) <= room else item.title[: room - 1] + "…"
    new = Item(
        title=template % {"title": short},
        matter_type=item.matter_type,
        body_id=side,
        proposer=actor,
        amount=item.amount,
        summary=_("原决策：%(title)s（%(number)s）。") % {"title": item.title, "number": item.number},
        reason=why,
        purpose=purpose,
        confidential=item.confidential,
        confidential_reason=item.confidential_reason,
        origin=item,
        created_at=clock.now(),
    )
    new.routing = routing.compute(new)
    save(new, actor, "item_revise")
    for person in item.candidates.all():
        copy = Candidate(item=new, name=person.name, position=person.position, order=person.order)
        save(copy, actor, "item_revise")
    log(new, actor, "item_draft_save", title=new.title, matter_type=new.matter_type.code, amount=new.amount)
    log(item, actor, "item_revise", new, purpose=purpose, reason=why, title=new.title)
    if asked is not None:
        asked.result = new
        asked.save(update_fields=["result"])
    return new


def _agreed(item: Item) -> Reconsideration:
    rows = Reconsideration.objects.select_for_update(of=("self",)).filter(item=item, closed_at__isnull=True)
    row = rows.first()
    if row is None or row.agreed_at is None:
        raise WrongState(
            _("复议须先有双方各自过半数成员同意（R38）。请先提出复议，等双方成员表态。"), code="not_agreed"
        )
    if row.result_id is not None:
        # The item of an earlier try was withdrawn or came to its end: members are asked anew.
        raise WrongState(_("这次复议的议题已经办过。需要再次复议时，请重新提出。"), code="reconsidered")
    return row
