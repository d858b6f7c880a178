"""Who presides (R46), and a body's stricter rule (R44)."""

from django.utils.translation import gettext as _

from decisions import rules
from decisions.actions.sittings.common import (
    lock_entry,
    lock_sitting,
    log_entry,
    log_sitting,
    require_open,
    require_reason,
    require_stage,
    write,
)
from decisions.models import AgendaEntry, Chairing, SittingSeat, StricterRule
from decisions.policies.sittings import may_record_for_body
from decisions.selectors import sittings as read
from permissions.access import fetch
from permissions.errors import Denied, Hidden, Invalid, WrongState
from permissions.models import Seat, User
from permissions.transactions import action
from workflows import clock

Stage = AgendaEntry.Stage


@action
def entry_host_set(*, actor: User, entry_id: int, seat_id: int | None) -> AgendaEntry:
    """Name who presides over one entry; without a seat the sitting's host does again (R46). Only before it is called."""
    found = fetch(AgendaEntry, actor, "entry_host_set", entry_id)
    sitting = lock_sitting(actor, "view", found.sitting_id)
    entry = (
        AgendaEntry.objects.select_for_update(of=("self", "item"), no_key=True).select_related("item").get(pk=entry_id)
    )
    entry.sitting = sitting
    require_stage(entry, {Stage.WAITING})
    seat = Seat.objects.in_force().voting().filter(pk=seat_id).first() if seat_id else None
    if seat_id and seat is None:
        raise Invalid(_("请选择在任的主持席位。"), fields={"host": _("请选择在任的主持席位。")})
    if entry.host_id == (seat.pk if seat else None):
        return entry
    old = entry.host.position if entry.host else ""
    entry.host = seat
    write(entry, actor, "entry_host_set", "host")
    log_entry(entry, actor, "entry_host_set", entry, order=entry.order, old=old, new=seat.position if seat else "")
    return entry


@action
def chair_take(*, actor: User, sitting_id: int, seat_id: int, reason: str, entry_id: int | None = None) -> Chairing:
    """Somebody in the room takes the chair, of the sitting or of one entry, because whoever presides cannot (R46).

    The same seat again changes nothing. Raises `Invalid` (no reason), `Denied` (that seat is not there, has no vote, or has
    stepped back from the entry at hand).
    """
    sitting = lock_sitting(actor, "chair_take", sitting_id)
    require_open(sitting)
    entry = sitting.entries.filter(pk=entry_id).first() if entry_id else None
    if entry_id and entry is None:
        raise Hidden(_("本次会议没有这一项。请返回会议页面重新选择。"))
    seats = read.seats_of(sitting)
    seat = next((one for one in seats if one.pk == seat_id), None)
    if seat is None:
        raise Hidden(_("本次会议的名册上没有这个席位。请返回会议页面重新选择。"))
    at_hand = entry or sitting.entries.filter(stage__in=AgendaEntry.LIVE).first()
    if at_hand is not None:
        at_hand.sitting = sitting
    known = Chairing.objects.filter(sitting=sitting, entry=entry).last()
    if known is not None and known.seat_id == seat.pk:
        return known
    roster = read.roster_of(at_hand, seats) if at_hand is not None else read.roster(seats, ())
    if not rules.may_chair(seat.pk, roster):
        raise Denied(
            _("%(seat)s不能主持：须有表决权、已到会，并且对这一项没有回避。") % {"seat": seat.label},
            code="cannot_chair",
        )
    words = require_reason(reason, Chairing, _("主持人离席参加防汛调度。"))
    chairing = Chairing.objects.create(sitting=sitting, entry=entry, seat=seat, reason=words, by=actor, at=clock.now())
    told = {"seat": seat.pk, "position": seat.position, "reason": words}
    if entry is not None:
        log_entry(entry, actor, "chair_take", seat, **told)
    else:
        log_sitting(sitting, actor, "chair_take", seat, **told)
    return chairing


@action
def stricter_invoke(*, actor: User, entry_id: int, seat_id: int, reason: str) -> StricterRule:
    """A body invokes its stricter rule for an entry: a voting member of it asks, its principal or secretary records (R44).

    Before the vote; once invoked it stands, and asked for again changes nothing. From then on quorum and passing of that
    body go by its stricter numbers. Raises `Denied`, `WrongState` (the body has no stricter rule), `Invalid`.
    """
    entry = lock_entry(actor, "stricter_invoke", entry_id)
    seat = SittingSeat.objects.select_related("body", "attendance").filter(sitting=entry.sitting, pk=seat_id).first()
    if seat is None:
        raise Hidden(_("本次会议的名册上没有这个席位。请返回会议页面重新选择。"))
    if not may_record_for_body(actor, entry.sitting, seat.body):
        raise Denied(_("从严规则由%(body)s的班长或秘书登记。") % {"body": seat.body.label}, code="other_body")
    known = StricterRule.objects.filter(entry=entry, body=seat.body).first()
    if known is not None:
        return known
    if not seat.voting:
        raise Denied(_("从严规则由有表决权的成员提出。"), code="no_vote")
    if not read.roster_of(entry, read.seats_of(entry.sitting)).seat(seat.pk).votes:
        raise Denied(_("%(seat)s不在会场，或者对这一项已回避，不能提出。") % {"seat": seat.label}, code="absent")
    require_stage(entry, {Stage.WAITING, Stage.INTRODUCED, Stage.SPEAKING})
    usual = entry.frozen_rules.body(seat.body.code)
    strict = usual.stricter()
    if strict == usual:
        raise WrongState(_("%(body)s没有比现行规则更严的规则。") % {"body": seat.body.label}, code="no_stricter_rule")
    words = require_reason(reason, StricterRule, _("涉及群众切身利益，应当从严。"))
    rule = StricterRule.objects.create(
        entry=entry,
        body=seat.body,
        asked_by=seat,
        reason=words,
        quorum=strict.quorum.to_json(),
        passing=strict.passing.to_json(),
        by=actor,
        at=clock.now(),
    )
    entry.strict = [*entry.strict, seat.body.code]
    write(entry, actor, "stricter_invoke", "strict", why=words)
    log_entry(
        entry,
        actor,
        "stricter_invoke",
        rule,
        body=seat.body.code,
        seat=seat.pk,
        position=seat.position,
        reason=words,
        old={"quorum": usual.quorum.to_json(), "passing": usual.passing.to_json()},
        new={"quorum": rule.quorum, "passing": rule.passing},
    )
    return rule
