"""Stepping back from an entry: declared by the person, reported by another, ruled on by whoever presides (R24, 公务员法 art. 76–77)."""

from typing import Any

from django.utils.translation import gettext as _

from decisions.actions.sittings.common import lock_entry, log_entry, require_reason, require_stage, seat_of, turn_end
from decisions.actions.sittings.room import Stage
from decisions.models import AgendaEntry, Recusal, RecusalRuling, Sitting, SittingSeat
from decisions.selectors import sittings as read
from decisions.selectors.chair import ruling_seat
from permissions.access import fetch
from permissions.errors import Denied, Hidden, Invalid, WrongState
from permissions.models import User
from permissions.transactions import action
from workflows import clock

_BEFORE_VOTE = {Stage.WAITING, Stage.INTRODUCED, Stage.SPEAKING}


@action
def recusal_declare(
    *, actor: User, entry_id: int, seat_id: int, reason: str, kind: str = Recusal.Kind.OTHER
) -> Recusal:
    """A seat steps back from an entry before any vote on it (R24). Declared by the person it holds at once and for good; said for
    them by the desk it is a report, on which somebody rules: nobody loses their vote on another's word alone.

    `kind` is the relation (`Recusal.Kind`). Declared while one stands changes nothing. Raises `Invalid`, `WrongState`.
    """
    entry = lock_entry(actor, "recusal_declare", entry_id)
    seat = seat_of(entry.sitting, seat_id, actor)
    way = Recusal.Way.DECLARED if seat.user_id == actor.pk else Recusal.Way.REPORTED
    return _bring(entry, actor, seat, way, kind, reason)


@action
def recusal_report(*, actor: User, entry_id: int, seat_id: int, reason: str, kind: str = Recusal.Kind.OTHER) -> Recusal:
    """Somebody with a seat, or the desk, says that another seat has to step back. It holds until it is ruled on, and the
    vote waits for the ruling (R24). Reported while one stands, or again for the same reason, changes nothing.
    """
    entry = lock_entry(actor, "recusal_report", entry_id)
    seat = SittingSeat.objects.select_related("body", "attendance").filter(sitting=entry.sitting, pk=seat_id).first()
    if seat is None:
        raise Hidden(_("本次会议的名册上没有这个席位。请返回会议页面重新选择。"))
    if seat.user_id == actor.pk:
        raise WrongState(_("这是您本人的席位。请直接申请回避。"), code="own_seat")
    return _bring(entry, actor, seat, Recusal.Way.REPORTED, kind, reason)


def _bring(entry: AgendaEntry, actor: User, seat: SittingSeat, way: str, kind: str, reason: str) -> Recusal:
    known = list(Recusal.objects.filter(entry=entry, seat=seat).select_related("ruling").order_by("-number"))
    standing = next((row for row in known if not _dismissed(row)), None)
    if standing is not None:
        return standing
    words = require_reason(reason, Recusal, _("近亲属在承租企业任职。"))
    if kind not in Recusal.Kind.values:
        raise Invalid(_("请选择需要回避的关系。"), fields={"kind": _("请选择需要回避的关系。")})
    again = next((row for row in known if row.reason == words and row.way == way), None)
    if again is not None and way == Recusal.Way.REPORTED:
        return again
    require_stage(entry, _BEFORE_VOTE)
    recusal = Recusal.objects.create(
        entry=entry,
        seat=seat,
        number=known[0].number + 1 if known else 1,
        kind=kind,
        way=way,
        reason=words,
        declared_by=actor,
        at=clock.now(),
    )
    turn_end(entry, seat)
    _log(recusal, entry, actor)
    return recusal


def _log(recusal: Recusal, entry: AgendaEntry, actor: User, **more: Any) -> None:
    verb = "recusal_declare" if recusal.way == Recusal.Way.DECLARED else "recusal_report"
    told = {"seat": recusal.seat_id, "position": recusal.seat.position, "kind": recusal.kind, "reason": recusal.reason}
    log_entry(entry, actor, verb, recusal, **told, **more)


def recusals_carry(sitting: Sitting, actor: User) -> None:
    """Who stood recused from an item in an earlier sitting steps back from it in this one too (R24): they have not read its papers
    since. What another had reported is ruled on anew. Called by `sitting_open`, once the roster and the entries are frozen."""
    seats = {seat.user_id: seat for seat in reversed(read.seats_of(sitting)) if seat.user_id is not None}
    for entry in sitting.entries.select_related("item__case").order_by("item"):
        entry.sitting = sitting
        earlier = Recusal.objects.standing().filter(entry__item=entry.item_id).exclude(entry=entry)
        by_person = {row.seat.user_id: row for row in earlier.select_related("seat", "declared_by").order_by("pk")}
        for person, row in by_person.items():
            seat = seats.get(person) if person is not None else None
            if seat is None:
                continue
            recusal = Recusal.objects.create(
                entry=entry,
                seat=seat,
                kind=row.kind,
                way=row.way,
                reason=row.reason,
                declared_by=row.declared_by,
                at=clock.now(),
            )
            _log(recusal, entry, actor, carried=row.pk)


def _dismissed(row: Recusal) -> bool:
    ruling = getattr(row, "ruling", None)
    return ruling is not None and not ruling.upheld


@action
def recusal_rule(*, actor: User, recusal_id: int, upheld: bool, reason: str) -> RecusalRuling:
    """Whoever presides rules on a recusal, before the vote: it is upheld, or the seat takes its place again (R24).

    The person concerned never rules, nor who reported it while anybody else can; where it concerns the one who presides, or they
    reported it, the principal of the other body does. Ruled on again the same way changes nothing. Raises `Denied` (not yours to
    rule), `WrongState` (ruled on, the vote has begun), `Invalid`.
    """
    found = fetch(Recusal, actor, "recusal_rule", recusal_id)
    entry = lock_entry(actor, "recusal_report", found.entry_id)
    recusal = Recusal.objects.select_related("seat__body", "seat__attendance").get(pk=recusal_id)
    known = RecusalRuling.objects.filter(recusal=recusal).first()
    if known is not None:
        if known.upheld == upheld:
            return known
        raise WrongState(_("这项回避已经裁定，不能再改。有新的情况时，请重新提出。"), code="ruled")
    require_stage(entry, _BEFORE_VOTE)
    seat = _ruler(entry, recusal, actor)
    ruling = RecusalRuling.objects.create(
        recusal=recusal,
        upheld=upheld,
        reason=require_reason(reason, RecusalRuling, _("与承租企业负责人系近亲属，应当回避。")),
        seat=seat,
        by=actor,
        at=clock.now(),
    )
    log_entry(
        entry,
        actor,
        "recusal_rule",
        recusal,
        seat=recusal.seat_id,
        position=recusal.seat.position,
        ruler=seat.position,
        upheld=upheld,
        reason=ruling.reason,
    )
    return ruling


def _ruler(entry: AgendaEntry, recusal: Recusal, actor: User) -> SittingSeat:
    """The seat the actor rules with. Raises `Denied` where it is somebody else's to rule."""
    seats = read.seats_of(entry.sitting)
    ruler = ruling_seat(entry, recusal, seats)
    concerned = read.seats_of_person(seats, recusal.seat)
    if any(seat.user_id == actor.pk for seat in seats if seat.pk in concerned):
        raise Denied(_("涉及您本人的回避，由其他人裁定。"), code="concerned")
    if ruler is None:
        raise WrongState(_("会场没有可以裁定的席位。请先登记到会。"), code="nobody_rules")
    if ruler.user_id != actor.pk:
        raise Denied(_("这项回避由%(seat)s裁定。") % {"seat": ruler.label}, code="not_presiding")
    return ruler
