"""The two bodies in the room, side by side, and what one person may do for their own seats."""

from django.utils.translation import gettext as _

from decisions import rules
from decisions.models import AgendaEntry, Attendance, Ballot, Motion, SittingSeat, Statement
from decisions.selectors import ballots as select
from decisions.selectors import sittings as read
from decisions.selectors.room.shapes import Own, Row, Side, Turnout
from permissions.models import Body, User

Stage = AgendaEntry.Stage


def voted_in(motion: Motion | None) -> frozenset[int]:
    if motion is None:
        return frozenset()
    return select.voted(motion.ballots.all())


def sides_of(
    entry: AgendaEntry,
    seats: list[SittingSeat],
    roster: rules.Roster,
    recusals: dict[int, str],
    views: dict[int, Statement],
    motion: Motion | None,
    voted: frozenset[int],
) -> list[Side]:
    quorums = read.quorums(entry, seats, roster)
    twice = _seated_twice(seats)
    sides = []
    for body in read.bodies_in(seats):
        mine = [seat for seat in seats if seat.voting and seat.body_id == body.pk]
        here = [seat for seat in mine if roster.seat(seat.pk).votes]
        ballot = ballot_of(motion, body)
        sides.append(
            Side(
                body=body,
                quorum=quorums[body.code],
                roster=[_present_row(seat, recusals, twice) for seat in mine],
                speaking=_speaking(entry, mine, roster, views),
                heard=sum(seat.pk in views for seat in here),
                present=len(here),
                turnout=_turnout(ballot, mine, voted) if ballot else None,
            )
        )
    return sides


def _seated_twice(seats: list[SittingSeat]) -> frozenset[int]:
    """People with a voting seat in more than one body (R43)."""
    users = [seat.user_id for seat in seats if seat.voting and seat.user_id]
    return frozenset(user for user in users if users.count(user) > 1)


def ballot_of(motion: Motion | None, body: Body) -> Ballot | None:
    ballots = motion.ballots.all() if motion else ()
    return next((ballot for ballot in ballots if ballot.body_id == body.pk), None)


def _present_row(seat: SittingSeat, recusals: dict[int, str], twice: frozenset[int]) -> Row:
    note = _("兼两席") if seat.user_id in twice else ""
    row = seat.attendance
    if seat.pk in recusals:
        return Row(
            seat,
            "person-dash",
            _("回避"),
            why=_("%(reason)s；本项不计入实到") % {"reason": recusals[seat.pk]},
            mode="off",
        )
    if row.state == Attendance.State.PRESENT:
        return Row(seat, "check-lg", _("到会"), note=note)
    if row.state == Attendance.State.LEFT:
        return Row(seat, "door-open", _("离席"), why=row.reason, mode="off", note=note)
    why = row.reason
    if row.opinion:
        told = _("已提交书面意见，记录在案，不计票")
        why = _("；").join(words for words in (why, told) if words)
    return Row(seat, "person-x", _("请假") if row.reason else _("未到会"), why=why, mode="off", note=note)


def _speaking(
    entry: AgendaEntry, mine: list[SittingSeat], roster: rules.Roster, views: dict[int, Statement]
) -> list[Row]:
    """The order of speaking: those heard as they spoke, then those to come, the principal last, then who is not there."""
    numbers = entry.frozen_rules
    spoken = sorted((seat for seat in mine if seat.pk in views), key=lambda seat: views[seat.pk].order)
    here = [seat for seat in mine if roster.seat(seat.pk).votes and seat.pk not in views]
    away = [seat for seat in mine if not roster.seat(seat.pk).votes and seat.pk not in views]
    coming = sorted(here, key=lambda seat: (seat.principal and numbers.principal_last, seat.order))
    rows = [_spoken_row(seat, views[seat.pk], n) for n, seat in enumerate(spoken, start=1)]
    for n, seat in enumerate(coming, start=len(rows) + 1):
        answer = rules.may_speak(
            seat.pk,
            roster,
            views.keys(),
            principal_last=numbers.principal_last,
            principal_order=numbers.principal_order,
        )
        rows.append(_coming_row(entry, seat, answer, n, len(here) + len(spoken)))
    rows += [
        Row(
            seat,
            "person-dash" if roster.seat(seat.pk).state is rules.SeatState.RECUSED else "person-x",
            word,
            mode="off",
        )
        for seat in away
        for word in [
            _("回避")
            if roster.seat(seat.pk).state is rules.SeatState.RECUSED
            else _("离席")
            if roster.seat(seat.pk).state is rules.SeatState.LEFT
            else _("未到会")
        ]
    ]
    return rows


_STANCE_ICONS = {
    Statement.Stance.AGREE: "check-lg",
    Statement.Stance.DISAGREE: "x-lg",
    Statement.Stance.DEFER: "pause-fill",
    Statement.Stance.WAIVE: "dash-lg",
}


def _spoken_row(seat: SittingSeat, view: Statement, order: int) -> Row:
    icon = _STANCE_ICONS[Statement.Stance(view.stance)]
    why = _("“%(words)s”") % {"words": view.words} if view.words else ""
    return Row(seat, icon, view.get_stance_display(), why=why, order=order)


def _coming_row(entry: AgendaEntry, seat: SittingSeat, answer: rules.Answer, order: int, present: int) -> Row:
    if answer.why is rules.Why.PRINCIPAL_LAST:
        why = _("还有 %(count)s 席未发言或放弃，轮到前不能发言和投票") % {"count": len(answer.waiting)}
        return Row(seat, "lock-fill", _("末位发言"), why=why, mode="lock", order=order)
    if entry.speaker_id == seat.pk:
        return Row(seat, "mic-fill", _("正在发言"), kind="act", mode="me", order=order)
    if seat.principal and entry.stage == Stage.SPEAKING and entry.frozen_rules.principal_last:
        why = _("本班子其他 %(count)s 席均已发言，末位限制已解除") % {"count": present - 1}
        return Row(seat, "unlock-fill", _("可以发言"), kind="act", why=why, order=order)
    return Row(seat, "circle", _("等待发言"), order=order)


def _turnout(ballot: Ballot, mine: list[SittingSeat], voted: frozenset[int]) -> Turnout:
    states = {row["seat"]: row["state"] for row in ballot.roster}
    present = [seat for seat in mine if states.get(seat.pk) == rules.SeatState.PRESENT]
    cast = [seat for seat in present if seat.pk in voted]
    still = [seat for seat in present if seat.pk not in voted and seat.attendance.state != Attendance.State.LEFT]
    turnout = Turnout(
        ballot=ballot,
        cast=len(cast),
        waiting=len(still),
        absent=sum(state in (rules.SeatState.ABSENT, rules.SeatState.LEFT) for state in states.values())
        + len(present)
        - len(cast)
        - len(still),
        recused=sum(state == rules.SeatState.RECUSED for state in states.values()),
    )
    principal = next((seat for seat in still if seat.principal), None)
    others = sum(not seat.principal for seat in still)
    if principal is not None and ballot.is_open and ballot.entry.frozen_rules.principal_last:
        turnout.last = (
            _("%(seat)s末位投票，等待其他 %(count)s 席。") % {"seat": principal.label, "count": others}
            if others
            else _("%(seat)s末位投票，现在可以投票。") % {"seat": principal.label}
        )
    return turnout


def turnouts(ballot: Ballot) -> list[tuple[Body, Turnout]]:
    """How far the vote on a ballot's motion is, for every body."""
    seats = list(ballot.entry.sitting.seats.select_related("body", "attendance").order_by("body__order", "order", "pk"))
    ballots = (
        Ballot.objects.filter(motion=ballot.motion_id).select_related("body", "entry").order_by("body__order", "pk")
    )
    voted = voted_in(ballot.motion)
    return [
        (one.body, _turnout(one, [seat for seat in seats if seat.voting and seat.body_id == one.body_id], voted))
        for one in ballots
    ]


def own_of(
    entry: AgendaEntry,
    user: User,
    seats: list[SittingSeat],
    roster: rules.Roster,
    recusals: dict[int, str],
    views: dict[int, Statement],
    motion: Motion | None,
    voted: frozenset[int],
) -> list[Own]:
    numbers = entry.frozen_rules
    found = []
    for seat in seats:
        if seat.user_id != user.pk:
            continue
        answer = rules.may_speak(
            seat.pk,
            roster,
            views.keys(),
            principal_last=numbers.principal_last,
            principal_order=numbers.principal_order,
        )
        ballot = ballot_of(motion, seat.body) if seat.voting else None
        takes_part = ballot is not None and any(
            row["seat"] == seat.pk and row["state"] == rules.SeatState.PRESENT for row in ballot.roster
        )
        view = views.get(seat.pk)
        found.append(
            Own(
                seat=seat,
                present=seat.attendance.state == Attendance.State.PRESENT,
                recused=seat.pk in recusals,
                stance=view.get_stance_display() if view else "",
                speak=bool(answer) and entry.stage == Stage.SPEAKING,
                why=_("您末位发言，等其他席位说完后可以填写。") if answer.why is rules.Why.PRINCIPAL_LAST else "",
                ballot=ballot if takes_part and ballot is not None and ballot.is_open else None,
                voted=seat.pk in voted,
            )
        )
    return found
