"""Who speaks for each body after the vote: its chair, and where they stand recused, who stands in (R24). They sign the minutes (R45)
and choose the way of a split (R42)."""

from dataclasses import dataclass

from django.db.models import Q

from decisions import rules
from decisions.models import AgendaEntry, Attendance, Ballot, Chairing, Recusal, SittingSeat
from permissions import roles
from permissions.models import Body, Role, User
from permissions.policies import role_key


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs and chooses for one body (``users``, keys of them); ``seat`` where it is somebody in the place of a recused chair."""

    body: Body
    users: frozenset[int]
    seat: SittingSeat | None = None


def signers_of(entry: AgendaEntry, bodies: list[Body]) -> list[Signer]:
    """One signer per body, in their order. Two queries and one per body where nobody of the chairs stepped back."""
    out = frozenset(
        Recusal.objects.standing()
        .filter(entry__item=entry.item_id, seat__user__isnull=False)
        .values_list("seat__user", flat=True)
    )
    found = []
    for body in bodies:
        chairs = frozenset(roles.holders(role_key(Role.Code.CHAIR, body)).values_list("pk", flat=True))
        seat = _stand_in(entry, body, out) if chairs and chairs <= out else None
        users = chairs - out if seat is None or seat.user_id is None else frozenset({seat.user_id})
        found.append(Signer(body, users, seat))
    return found


def signs_for(user: User, entry: AgendaEntry, bodies: list[Body]) -> list[Signer]:
    """The bodies this user signs and chooses for, with who they are there."""
    return [signer for signer in signers_of(entry, bodies) if user.pk in signer.users]


def _stand_in(entry: AgendaEntry, body: Body, out: frozenset[int]) -> SittingSeat | None:
    """By the roster the body voted with, which stays; where nothing was put to the vote, by who was in the room."""
    seats = list(
        SittingSeat.objects.filter(sitting=entry.sitting_id, body=body, voting=True)
        .select_related("attendance", "user")
        .order_by("order", "pk")
    )
    ballot = Ballot.objects.filter(entry=entry, body=body).order_by("-pk").first()
    if ballot is not None:
        here = {row["seat"] for row in ballot.roster if row["state"] == rules.SeatState.PRESENT}
    else:
        here = {seat.pk for seat in seats if seat.attendance.state != Attendance.State.ABSENT}
    took_part = {seat.pk for seat in seats if seat.pk in here and seat.user_id is not None and seat.user_id not in out}
    roster = rules.Roster.of(
        rules.RosterSeat(
            seat.pk,
            body.code,
            principal=seat.principal,
            state=rules.SeatState.PRESENT if seat.pk in took_part else rules.SeatState.ABSENT,
        )
        for seat in seats
    )
    chosen = rules.stands_in(body.code, _presided(entry, seats, took_part), roster)
    return next((seat for seat in seats if seat.pk == chosen), None)


def _presided(entry: AgendaEntry, seats: list[SittingSeat], took_part: set[int]) -> int | None:
    """The seat of this body that presided, the latest and closest to the entry first (R46)."""
    taken = Chairing.objects.filter(Q(entry=entry) | Q(entry__isnull=True, sitting=entry.sitting_id)).order_by("-pk")
    rows = list(taken.values_list("entry", "seat"))
    hosts = {seat.seat_id: seat.pk for seat in seats}
    named = [
        *(seat for of, seat in rows if of is not None),
        hosts.get(entry.host_id or 0),
        *(seat for of, seat in rows if of is None),
        hosts.get(entry.sitting.host_id),
    ]
    return next((seat for seat in named if seat in took_part), None)
