"""Changing an agenda after its notice: no motion from the floor, but an exception that is asked for with a reason, decided by
whoever presides, and told to everybody by a new notice (R11)."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from decisions.actions.items.common import log
from decisions.actions.sittings.agenda import put_on, require_ready, take_off
from decisions.actions.sittings.common import lock_sitting, log_sitting
from decisions.actions.sittings.notice import lock_items, send
from decisions.models import AgendaChange, Item, Sitting
from decisions.selectors import notice as read
from permissions.access import fetch
from permissions.actions import changes
from permissions.errors import Conflict, Invalid, WrongState
from permissions.models import User
from permissions.transactions import action
from workflows import clock

Kind = AgendaChange.Kind


@action
def agenda_change_ask(*, actor: User, sitting_id: int, item_id: int, kind: str, reason: str) -> AgendaChange:
    """Ask whoever presides to add an item to an agenda of which notice has gone out, or to take one off.

    `kind` is one of `AgendaChange.Kind`. Asking again while the first is undecided returns it. Raises what `entry_add` does of
    an item that cannot be tabled, `WrongState` (no notice yet: change the agenda itself), `Invalid` (no reason).
    """
    sitting = lock_sitting(actor, "agenda_change_ask", sitting_id)
    _require_noticed(sitting)
    item = _lock_item(actor, item_id)
    known = AgendaChange.objects.filter(sitting=sitting, item=item, approved__isnull=True).first()
    if known is not None:
        return known
    if kind not in Kind.values:
        raise Invalid(_("请选择增加议题或撤下议题。"), fields={"kind": _("请选择增加或撤下。")})
    why = changes.words(AgendaChange, {"reason": reason}, required=())["reason"]
    if not why:
        raise Invalid(
            _("请写明理由。"), code="no_reason", fields={"reason": _("请写明理由，例如：汛情变化，须提前议定。")}
        )
    _require_possible(sitting, item, kind)
    change = AgendaChange.objects.create(
        sitting=sitting, item=item, kind=kind, reason=why, asked_by=actor, asked_at=clock.now()
    )
    _log(change, actor, "agenda_change_ask", reason=why)
    return change


@action
def agenda_change_decide(*, actor: User, change_id: int, approve: bool, words: str = "") -> AgendaChange:
    """Whoever presides allows or refuses the change. Allowed, the agenda changes and every seat gets a new notice at once.

    The flow's own step is taken in the name of the secretary who asked: tabling is theirs. Deciding it again changes nothing.
    """
    sitting_id = fetch(AgendaChange, actor, "agenda_change_decide", change_id).sitting_id
    sitting = lock_sitting(actor, "view", sitting_id)
    change = fetch(
        AgendaChange.objects.select_related("item", "asked_by", "sitting__host"),
        actor,
        "agenda_change_decide",
        change_id,
    )
    if change.approved is not None:
        if change.approved == approve:
            return change
        raise Conflict(_("这项变更已经批示过。请刷新页面查看。"), code="decided")
    _require_noticed(sitting)
    text = changes.words(AgendaChange, {"words": words}, required=())["words"]
    if not approve and not text:
        raise Invalid(_("请写明不同意的理由。"), code="no_reason", fields={"remark": _("请写明理由。")})
    if approve:
        lock_items(sitting, change.item_id)
        item = _lock_item(change.asked_by, change.item_id)
        _require_possible(sitting, item, change.kind)
        if change.kind == Kind.ADD:
            put_on(sitting, item, change.asked_by)
        else:
            take_off(sitting, sitting.entries.select_related("item").get(item=item), change.asked_by)
    change.approved, change.words = approve, text
    change.decided_by, change.decided_at = actor, clock.now()
    change.save(update_fields=["approved", "words", "decided_by", "decided_at"])
    said = {"reason": change.reason, "words": text}
    _log(change, actor, "agenda_change_decide", approved=approve, asked_by=change.asked_by_id, **said)
    if approve and sitting.entries.exists():
        send(sitting, actor, _("议程变更涉及涉密议题") if change.item.confidential else change.reason)
    return change


def _log(change: AgendaChange, actor: User, verb: str, **data: Any) -> None:
    """The event in the sitting's chain, which everybody who follows sittings reads. What somebody wrote freely about a
    confidential item goes into the item's own chain instead, for its readers alone (R40)."""
    if change.item.confidential:
        log(change.item, actor, verb, change, sitting=change.sitting_id, kind=change.kind, **data)
        data = {name: value for name, value in data.items() if name not in ("reason", "words")}
    log_sitting(change.sitting, actor, verb, change, kind=change.kind, item=change.item_id, **data)


def _require_noticed(sitting: Sitting) -> None:
    if sitting.status == Sitting.Status.DRAFT:
        raise WrongState(_("通知还没有发出，请直接修改议程。"), code="not_noticed")
    if sitting.status != Sitting.Status.NOTICED:
        raise WrongState(_("会议已经开始，议程、规则和名册都已冻结。新的议题请列入下一次会议。"), code="frozen")


def _lock_item(actor: User, item_id: int) -> Item:
    rows = Item.objects.select_for_update(of=("self",)).select_related("matter_type", "case")
    return fetch(rows, actor, "view", item_id)


def _require_possible(sitting: Sitting, item: Item, kind: str) -> None:
    if kind == Kind.ADD:
        require_ready(sitting, item)
        # Whoever presides decides on it, and everybody votes on it: they have to know it first (R40).
        lacking = read.unnamed_voters(item, read.seats_on(timezone.localdate(sitting.at)))
        if lacking:
            raise WrongState(
                _("这件议题涉密，这些表决席位还不在知悉人员之列：%(seats)s。请先在议题的知悉人员页确定。")
                % {"seats": _("、").join(seat.label for seat in lacking)},
                code="readers_missing",
            )
    elif not sitting.entries.filter(item=item).exists():
        raise WrongState(_("这件议题不在本次会议的议程上。"), code="not_on_agenda")
    elif sitting.entries.count() == 1:
        raise WrongState(_("议程上只有这一件议题。不再审议的，请取消会议。"), code="last_entry")
