"""Reading sittings: rosters as the rules know them, and what the pages of a sitting show."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from decisions import rules
from decisions.models import AgendaEntry, Attendance, Ballot, Motion, Recusal, Sitting, SittingSeat, Statement
from permissions.models import Body

_STATES = {
    Attendance.State.PRESENT: rules.SeatState.PRESENT,
    Attendance.State.ABSENT: rules.SeatState.ABSENT,
    Attendance.State.LEFT: rules.SeatState.LEFT,
}


def seats_of(sitting: Sitting) -> list[SittingSeat]:
    """The frozen roster with attendance and bodies loaded, in order. One query."""
    return list(sitting.seats.select_related("body", "attendance").order_by("body__order", "order", "pk"))


def bodies_in(seats: Iterable[SittingSeat]) -> list[Body]:
    """The bodies that decide: those with a voting seat, in order."""
    return list({seat.body_id: seat.body for seat in seats if seat.voting}.values())


def state_of(seat: SittingSeat, recused: frozenset[int] | set[int]) -> rules.SeatState:
    """How a seat stands for an entry: recused if it stepped back there, else as attendance says."""
    return rules.SeatState.RECUSED if seat.pk in recused else _STATES[Attendance.State(seat.attendance.state)]


def roster(seats: Iterable[SittingSeat], recused: Iterable[int]) -> rules.Roster:
    """The roster for one entry from loaded seats and the ids of those recused from it."""
    out = frozenset(recused)
    return rules.Roster.of(
        rules.RosterSeat(seat.pk, seat.body.code, seat.voting, seat.principal, state_of(seat, out)) for seat in seats
    )


def recused_from(entry: AgendaEntry) -> frozenset[int]:
    """The seats that stepped back from this entry."""
    return frozenset(Recusal.objects.standing().filter(entry=entry).values_list("seat_id", flat=True))


def heard(entry: AgendaEntry) -> frozenset[int]:
    """The seats that have stated a view on this entry or waived speaking."""
    return frozenset(Statement.objects.filter(entry=entry).values_list("seat_id", flat=True))


def quorums(entry: AgendaEntry, seats: Iterable[SittingSeat], current: rules.Roster) -> dict[str, rules.Quorum]:
    """Each deciding body's quorum for this entry by its frozen numbers, by body code (R13, R14, R16)."""
    numbers = entry.frozen_rules
    return {
        body.code: rules.quorum(
            current, body.code, numbers.body(body.code).quorum, shrink=numbers.body(body.code).shrink
        )
        for body in bodies_in(seats)
    }


def current_motion(entry: AgendaEntry) -> Motion | None:
    """The motion to be put, being voted on or waiting to be announced; None when all are announced."""
    return entry.motions.filter(announced_at__isnull=True).order_by("order", "pk").first()


def left_since(ballot: Ballot) -> frozenset[int]:
    """The seats of the ballot's body that have left the room since: nobody waits for them, and their seat stays due."""
    gone = Attendance.objects.filter(
        state=Attendance.State.LEFT, seat__sitting=ballot.entry.sitting_id, seat__body=ballot.body_id
    )
    return frozenset(gone.values_list("seat_id", flat=True))


def ballot_roster(ballot: Ballot, body: str, gone: Iterable[int] = ()) -> rules.Roster:
    """The roster of a ballot as it was frozen when the ballot opened; ``gone`` are those who have left since.

    The count goes by the frozen roster alone. Whose turn it is goes by who is still there.
    """
    out = frozenset(gone)
    rows: Iterable[Mapping[str, object]] = ballot.roster
    return rules.Roster.of(
        rules.RosterSeat(
            id=int(str(row["seat"])),
            body=body,
            principal=bool(row["principal"]),
            state=_gone(rules.SeatState(str(row["state"])), int(str(row["seat"])) in out),
        )
        for row in rows
    )


def _gone(state: rules.SeatState, out: bool) -> rules.SeatState:
    return rules.SeatState.LEFT if out and state is rules.SeatState.PRESENT else state


def blockers(
    entry: AgendaEntry, seats: list[SittingSeat], roster: rules.Roster, heard: frozenset[int]
) -> list[tuple[str, str]]:
    """What stands in the way of a vote, as (code, sentence): quorum per body, then views (R16, R19). No query."""
    bodies = bodies_in(seats)
    found = quorums(entry, seats, roster)
    reasons = [
        (
            "quorum",
            _("%(body)s未达到法定人数：应到 %(due)s，实到 %(present)s，须到 %(required)s，还差 %(missing)s 人。")
            % {
                "body": body.label,
                "due": found[body.code].due,
                "present": found[body.code].present,
                "required": found[body.code].required,
                "missing": found[body.code].missing,
            },
        )
        for body in bodies
        if not found[body.code].reached
    ]
    if entry.frozen_rules.statements:
        silent = {body: len(rules.unheard(roster, body.code, heard)) for body in bodies}
        total = sum(silent.values())
        if total:
            who = _("，").join(
                _("%(body)s %(count)s 席") % {"body": body.label, "count": n} for body, n in silent.items() if n
            )
            reasons.append(
                (
                    "unheard",
                    _("还有 %(count)s 席未表明态度：%(who)s（R19）。") % {"count": total, "who": who},
                )
            )
    return reasons
