"""Reading sittings: rosters as the rules know them, and what the pages of a sitting show."""

from collections.abc import Iterable, Mapping

from django.db.models import Q
from django.utils.translation import gettext as _

from decisions import rules
from decisions.models import (
    AgendaEntry,
    Attendance,
    Ballot,
    Chairing,
    EmergencyDecision,
    GoingOn,
    Motion,
    Plan,
    Recusal,
    Sitting,
    SittingSeat,
    Statement,
)
from decisions.selectors import ballots as select
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


def roster(
    seats: Iterable[SittingSeat], recused: Iterable[int], *, barred: frozenset[int] = frozenset()
) -> rules.Roster:
    """The roster for one entry from loaded seats and the ids of those recused from it; ``barred`` seats count as absent."""
    out = frozenset(recused)
    return rules.Roster.of(
        rules.RosterSeat(
            seat.pk,
            seat.body.code,
            seat.voting,
            seat.principal,
            rules.SeatState.ABSENT if seat.pk in barred else state_of(seat, out),
        )
        for seat in seats
    )


def roster_of(entry: AgendaEntry, seats: list[SittingSeat], recused: Iterable[int] | None = None) -> rules.Roster:
    """The roster for an entry as it stands now: attendance, recusals (R24) and, where the rules bar a second seat, those
    (R43). One query, none where the ids of the recused are given."""
    out = recused_from(entry) if recused is None else recused
    return roster(seats, out, barred=barred_seats(entry, seats))


def barred_seats(entry: AgendaEntry, seats: Iterable[SittingSeat]) -> frozenset[int]:
    """The second voting seats of people with two, where the entry's rules let them vote in one body only (R43)."""
    if entry.frozen_rules.two_seats is not rules.TwoSeats.BARRED:
        return frozenset()
    met: set[int] = set()
    second = set()
    for seat in seats:
        if seat.voting and seat.user_id is not None:
            if seat.user_id in met:
                second.add(seat.pk)
            met.add(seat.user_id)
    return frozenset(second)


def seats_of_person(seats: Iterable[SittingSeat], seat: SittingSeat) -> frozenset[int]:
    """All seats of the person in this one: who has an interest has it in every seat."""
    return frozenset(
        one.pk for one in seats if one.pk == seat.pk or (one.user_id is not None and one.user_id == seat.user_id)
    )


def recused_from(entry: AgendaEntry) -> frozenset[int]:
    """The seats that stepped back from this entry, and every other seat of the same person. One query."""
    people = Recusal.objects.standing().filter(entry=entry).values("seat__user")
    seats = SittingSeat.objects.filter(sitting=entry.sitting_id, user__in=people)
    return frozenset(seats.values_list("pk", flat=True))


def chairs_named(entry: AgendaEntry, seats: Iterable[SittingSeat]) -> list[int]:
    """Who is named to preside over an entry, the latest and closest first (R46): whoever took the chair of the entry, its
    host, whoever took the chair of the sitting, the sitting's host. One query."""
    taken = list(
        Chairing.objects.filter(sitting=entry.sitting_id)
        .filter(Q(entry=entry) | Q(entry__isnull=True))
        .order_by("-pk")
        .values_list("entry", "seat")
    )
    by_seat = {seat.seat_id: seat.pk for seat in seats}
    found = [
        *(seat for of, seat in taken if of is not None),
        by_seat.get(entry.host_id or 0),
        *(seat for of, seat in taken if of is None),
        by_seat.get(entry.sitting.host_id),
    ]
    return [seat for seat in found if seat is not None]


def chair_of(entry: AgendaEntry, seats: Iterable[SittingSeat], current: rules.Roster) -> SittingSeat | None:
    """The seat that presides over the entry now; None where somebody has to take the chair first."""
    seats = list(seats)
    found = rules.presiding(chairs_named(entry, seats), current)
    return next((seat for seat in seats if seat.pk == found), None)


def views_of(entry: AgendaEntry) -> dict[int, rules.Stance]:
    """The last view each seat has stated on the entry. One query."""
    rows = Statement.objects.filter(entry=entry).exclude(stance="").order_by("order").values_list("seat_id", "stance")
    return {seat: rules.Stance(stance) for seat, stance in rows}


def divisions(entry: AgendaEntry, seats: Iterable[SittingSeat], current: rules.Roster) -> list[rules.Division]:
    """How far apart the stated views are, body by body (R25). One query."""
    share, views = entry.frozen_rules.split_share, views_of(entry)
    return [rules.division(views, current, body.code, share) for body in bodies_in(seats)]


def split_deeply(entry: AgendaEntry, seats: Iterable[SittingSeat], current: rules.Roster) -> list[rules.Division]:
    """The bodies whose views are deeply split, where that stands in the way of a vote: nobody has said why to go on, and
    the matter is no emergency (R25)."""
    deep = [one for one in divisions(entry, seats, current) if one.deep]
    if not deep or GoingOn.objects.filter(entry=entry).exists():
        return []
    return [] if EmergencyDecision.objects.filter(item=entry.item_id).exists() else deep


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


def kind_of(motion: Motion) -> rules.MotionKind:
    """What kind of motion it is."""
    if motion.amendment_id is not None:
        return rules.MotionKind.AMENDMENT
    if motion.candidate_id is not None:
        return rules.MotionKind.PERSON
    return rules.MotionKind.PLAN if motion.plan_id is not None else rules.MotionKind.MAIN


def moved(motions: Iterable[Motion]) -> list[rules.Moved]:
    """Motions (with ``amendment`` loaded) as the rules know them."""
    return [
        rules.Moved(
            kind_of(motion),
            rules.Outcome(motion.outcome) if motion.outcome else None,
            substance=motion.amendment is not None and motion.amendment.kind == Plan.Kind.SUBSTANTIVE,
        )
        for motion in motions
    ]


def quorum_left(ballot: Ballot) -> int:
    """How many of those on an open ballot's roster still take part: they have voted, or are still in the room (R16)."""
    gone = left_since(ballot)
    if ballot.paper:
        # Papers do not say whose they are: those who left count only as far as papers were handed in for them.
        here = sum(row["state"] == rules.SeatState.PRESENT and row["seat"] not in gone for row in ballot.roster)
        said = select.agreed(ballot)
        return max(here, ballot.present - int(said["unused"])) if said else here
    voted = select.voted([ballot])
    return sum(
        row["state"] == rules.SeatState.PRESENT and (row["seat"] in voted or row["seat"] not in gone)
        for row in ballot.roster
    )


def too_few_slips(ballot: Ballot) -> bool:
    """Whether so few have put a slip into an open box that ending the vote would show whose they are: fewer than the quorum, or
    than the rules call few, while others could still vote."""
    if not ballot.by_slip:
        return False
    least = max(ballot.quorum, ballot.entry.frozen_rules.few_votes)
    return 0 < len(select.voted([ballot])) < min(least, quorum_left(ballot))


def quorum_lost(ballots: Iterable[Ballot]) -> list[Ballot]:
    """The open ballots that fewer take part in by now than the quorum asks: below it a decision is void (R14, R16)."""
    return [ballot for ballot in ballots if ballot.is_open and quorum_left(ballot) < ballot.quorum]


def effective_rules(entry: AgendaEntry, body: str) -> rules.BodyRules:
    """One body's numbers for an entry as they hold now: its stricter rule where it has invoked it (R44)."""
    return entry.frozen_rules.body(body)


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


def turn_to_vote(ballot: Ballot, seat_id: int) -> rules.Answer:
    """Whether it is this seat's turn in the ballot of its body. Principals are last, and among the bodies in the order the rules
    give them (R20): a later one waits for the earlier one's vote on the same motion."""
    numbers = ballot.entry.frozen_rules
    ballots = [ballot]
    if numbers.principal_order:
        others = Ballot.objects.filter(motion=ballot.motion_id).exclude(pk=ballot.pk)
        ballots += others.select_related("body", "entry", "motion")
    voted = select.voted(ballots)
    rosters = [ballot_roster(one, one.body.code, left_since(one) - voted) for one in ballots]
    return rules.may_vote(
        seat_id,
        rules.Roster.of(seat for one in rosters for seat in one.seats),
        voted,
        principal_last=numbers.principal_last,
        principal_order=numbers.principal_order,
    )


def _gone(state: rules.SeatState, out: bool) -> rules.SeatState:
    return rules.SeatState.LEFT if out and state is rules.SeatState.PRESENT else state


def blockers(
    entry: AgendaEntry, seats: list[SittingSeat], roster: rules.Roster, heard: frozenset[int]
) -> list[tuple[str, str]]:
    """What stands in the way of a vote, as (code, sentence): recusals nobody has ruled on (R24), nobody in the chair (R46),
    quorum per body (R16), views not stated (R19), views deeply split (R25)."""
    bodies = bodies_in(seats)
    found = quorums(entry, seats, roster)
    reasons = _open_questions(entry, seats, roster)
    reasons += [
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
    if reasons:
        return reasons  # how far apart views are shows when everybody is there and has been heard
    return [
        (
            "deep_split",
            _(
                "%(body)s %(stated)s 席中有 %(apart)s 席不同意或者要求缓议，分歧较大。请宣布暂缓，或者写明继续审议的理由（R25）。"
            )
            % {"body": body.label, "stated": one.stated, "apart": one.apart},
        )
        for one in split_deeply(entry, seats, roster)
        for body in bodies
        if body.code == one.body
    ]


def _open_questions(entry: AgendaEntry, seats: list[SittingSeat], roster: rules.Roster) -> list[tuple[str, str]]:
    reasons = []
    unruled = list(Recusal.objects.unruled().filter(entry=entry).values_list("seat_id", flat=True))
    if unruled:
        names = _("、").join(seat.label for seat in seats if seat.pk in unruled)
        reasons.append(("unruled", _("%(seats)s是否回避还没有裁定。请主持人先作出裁定（R24）。") % {"seats": names}))
    if chair_of(entry, seats, roster) is None:
        reasons.append(("no_chair", _("主持人不在会场或者已经回避。请先由其他席位接任主持（R46）。")))
    return reasons
