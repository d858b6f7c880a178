"""Who is in the room: arrivals, leaves, leavings, each kept with its time; guests asked in for one entry (R16, R17, R22)."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from decisions import rules
from decisions.actions.sittings.common import (
    lock_entry,
    lock_sitting,
    log_entry,
    log_sitting,
    require_no_open_ballot,
    require_open,
    require_stage,
    seat_of,
    spoken,
    turn_end,
    words_of,
)
from decisions.models import (
    AgendaEntry,
    Attendance,
    AttendanceEvent,
    Ballot,
    Guest,
    GuestStatement,
    Sitting,
    SittingSeat,
)
from permissions.access import fetch
from permissions.actions import changes
from permissions.errors import Invalid, WrongState
from permissions.models import User
from permissions.transactions import action
from workflows import clock

Stage = AgendaEntry.Stage
State = Attendance.State


@action
def attendance_set(
    *,
    actor: User,
    sitting_id: int,
    seat_id: int,
    state: str,
    reason: str = "",
    opinion: str = "",
    leave: str = "",
) -> Attendance:
    """Say whether a seat is in the room: the person themselves, or the desk for them. It moves every quorum at once (R16).

    `state` is one of `Attendance.State`. `leave` (a kind of leave), `reason` and a written `opinion` belong to a seat that is
    not there; the opinion is on record and never counted (R22). While a ballot is open its roster stays as it was: who
    comes in meanwhile counts from the next one, who leaves is not waited for, and nobody is made absent. Somebody with two
    seats comes and goes with both. Saying the same again changes nothing.
    """
    sitting = lock_sitting(actor, "attendance_set", sitting_id)
    require_open(sitting)
    seat = seat_of(sitting, seat_id, actor)
    if state not in State.values:
        raise Invalid(_("请选择到会、未到会或离席。"), fields={"state": _("请选择到会情况。")})
    if leave and leave not in Attendance.Leave.values:
        raise Invalid(_("请选择请假类别。"), fields={"leave": _("请选择请假类别。")})
    here = state == State.PRESENT
    new = (
        state,
        "" if here else leave,
        words_of(Attendance, "" if here else reason),
        spoken(opinion, "opinion") if state == State.ABSENT else "",
    )
    for other in _also_moves(sitting, seat, state):
        _move(sitting, actor, other, (state, new[1], new[2], other.attendance.opinion if not here else ""))
    return _move(sitting, actor, seat, new)


def _also_moves(sitting: Sitting, seat: SittingSeat, state: str) -> list[SittingSeat]:
    """The person's other seats that are not where the person is now (R43)."""
    if seat.user_id is None or not seat.voting:
        return []
    rows = SittingSeat.objects.select_related("body", "attendance")
    others = rows.filter(sitting=sitting, user=seat.user_id, voting=True)
    return [other for other in others.exclude(pk=seat.pk) if other.attendance.state != state]


def _move(sitting: Sitting, actor: User, seat: SittingSeat, new: tuple[str, str, str, str]) -> Attendance:
    row, state = seat.attendance, new[0]
    old = (row.state, row.leave, row.reason, row.opinion)
    if new == old:
        return row
    if state == State.ABSENT and row.state != State.ABSENT:
        require_no_open_ballot(_in_a_ballot(sitting, seat))
    now, moves = clock.now(), row.state != state
    row.state, row.leave, row.reason, row.opinion = new
    row.set_by, row.set_at = actor, now
    if moves and state == State.PRESENT:
        row.arrived_at, row.left_at = row.arrived_at or now, None
    elif moves and state == State.LEFT:
        row.left_at = now
    elif state == State.ABSENT:
        row.arrived_at = row.left_at = None
    row.save()
    live = AgendaEntry.objects.filter(sitting=sitting, stage__in=AgendaEntry.LIVE).first()
    event = AttendanceEvent.objects.create(
        seat=seat,
        state=state,
        leave=row.leave,
        reason=row.reason,
        late=moves and state == State.PRESENT and _begun(sitting),
        entry=live,
        by=actor,
        at=now,
    )
    if state != State.PRESENT and live is not None:
        turn_end(live, seat)
    names = ("state", "leave", "reason", "opinion")
    log_sitting(
        sitting,
        actor,
        "attendance_set",
        seat,
        position=seat.position,
        old=_shown(names, old),
        new=_shown(names, new),
        late=event.late,
        **({"entry": live.pk} if live else {}),
    )
    return row


def _shown(names: tuple[str, ...], values: tuple[str, ...]) -> dict[str, str]:
    """What the log holds: state, reason and opinion always, the kind of leave where there is one."""
    return {name: value for name, value in zip(names, values, strict=True) if value or name != "leave"}


def _begun(sitting: Sitting) -> bool:
    """Whether this part of the sitting has got to work: who comes now is late."""
    since: datetime | None = sitting.resumed_at or sitting.opened_at
    entries = AgendaEntry.objects.filter(sitting=sitting)
    return entries.filter(stage__in=AgendaEntry.LIVE).exists() or entries.filter(called_at__gte=since).exists()


def _in_a_ballot(sitting: Sitting, seat: SittingSeat) -> QuerySet[Ballot]:
    """The open ballots whose roster counts this seat as present: nobody is made absent under them."""
    return Ballot.objects.filter(
        entry__sitting=sitting,
        status=Ballot.Status.OPEN,
        roster__contains=[{"seat": seat.pk, "state": rules.SeatState.PRESENT.value}],
    )


@action
def guest_invite(*, actor: User, entry_id: int, name: str, position: str) -> Guest:
    """Ask somebody in for one entry, to explain and answer; they have no vote (R17). The same person twice is one guest."""
    fetch(AgendaEntry, actor, "guest_invite", entry_id)
    entry = lock_entry(actor, "guest_invite", entry_id)
    require_stage(entry, {Stage.WAITING, Stage.INTRODUCED, Stage.SPEAKING})
    words = changes.words(Guest, {"name": name, "position": position}, required=("name", "position"))
    known = Guest.objects.filter(entry=entry, **words).first()
    if known is not None:
        return known
    guest = Guest.objects.create(entry=entry, invited_by=actor, at=clock.now(), **words)
    log_entry(entry, actor, "guest_invite", guest, position=guest.position)
    return guest


@action
def guest_move(*, actor: User, guest_id: int, inside: bool) -> Guest:
    """A guest comes into the room, or leaves it. Saying the same again changes nothing; who has left does not come back for
    the same entry."""
    guest = _guest(actor, guest_id)
    if guest.inside == inside or (guest.left_at is not None and not inside):
        return guest
    require_stage(guest.entry, {Stage.INTRODUCED, Stage.SPEAKING} if inside else set(AgendaEntry.LIVE))
    if guest.left_at is not None:
        raise WrongState(_("这位列席人员已经离开会场。需要再次到场时，请重新邀请。"), code="guest_left")
    if inside:
        guest.entered_at = clock.now()
    else:
        guest.left_at = clock.now()
    guest.save(update_fields=["entered_at", "left_at"])
    log_entry(guest.entry, actor, "guest_move", guest, position=guest.position, inside=inside)
    return guest


@action
def guest_statement_record(*, actor: User, guest_id: int, words: str) -> GuestStatement:
    """Write down what a guest in the room says (R17, R30). The same words sent twice are one statement."""
    guest = _guest(actor, guest_id)
    require_stage(guest.entry, {Stage.INTRODUCED, Stage.SPEAKING})
    if not guest.inside:
        raise WrongState(_("这位列席人员不在会场。请先登记进入会场。"), code="guest_outside")
    said = spoken(words, "speech")
    if not said:
        raise Invalid(_("请填写发言内容。"), code="no_words", fields={"speech": _("请填写发言内容。")})
    known = guest.statements.last()
    if known is not None and known.words == said:
        return known
    statement = GuestStatement.objects.create(guest=guest, words=said, recorded_by=actor, at=clock.now())
    log_entry(guest.entry, actor, "guest_statement_record", statement, position=guest.position, words=said)
    return statement


def _guest(actor: User, guest_id: int) -> Guest:
    """A guest, under the locks of the sitting and the item."""
    found = fetch(Guest, actor, "guest_move", guest_id)
    entry = lock_entry(actor, "guest_invite", found.entry_id)
    guest = Guest.objects.select_for_update().get(pk=guest_id)
    guest.entry = entry
    return guest
