"""The facts of the sitting: agenda and notice, the room, the ballots (R11, R13–R28, R41–R44, R46, R47)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import override

from decisions import routing, rules
from decisions.models import (
    AgendaChange,
    AgendaEntry,
    Attendance,
    AttendanceEvent,
    Ballot,
    BallotSheet,
    Chairing,
    EmergencyDecision,
    GoingOn,
    Guest,
    Item,
    Motion,
    Notice,
    Recusal,
    Resolution,
    SittingSeat,
    Statement,
    StricterRule,
    Vote,
    VoterMark,
)
from decisions.rules.ledger import Name
from decisions.rules.ledger.facts import Agenda, Count, Division, Entry, Moved, Present, Votes
from decisions.selectors import sittings as read
from decisions.selectors.ledger.common import body_name, local, waiver
from permissions.selectors import seats_due


def newest_entry(item: Item) -> AgendaEntry | None:
    """The entry the ledger speaks of: the one that is pending, else the last one."""
    rows = AgendaEntry.objects.filter(item=item).select_related(
        "sitting__host__body", "sitting__opened_by", "host__body"
    )
    return rows.order_by("-pk").first()


def agenda_of(entry: AgendaEntry | None, seats: list[SittingSeat]) -> Agenda:
    """The agenda the item stands on and its notice."""
    if entry is None:
        return Agenda()
    sitting = entry.sitting
    notices = list(Notice.objects.filter(sitting=sitting).select_related("sent_by").order_by("number"))
    with_item = [one for one in notices if _names(one.content, entry)]
    changes = AgendaChange.objects.filter(sitting=sitting, item=entry.item_id, kind=AgendaChange.Kind.ADD)
    change = changes.select_related("decided_by").order_by("-pk").first()
    first = with_item[0] if with_item else None
    late = bool(notices) and (change is not None or first is None)
    shown = first or (notices[0] if notices else None)
    with override("zh-hans"):
        name = sitting.name
    return Agenda(
        entry=entry.pk,
        sitting=sitting.pk,
        sitting_name=name,
        at=local(sitting.at),
        noticed=local(shown.sent_at) if shown else None,
        days=shown.days if shown else 0,
        needed=shown.required if shown else 0,
        short=waiver(shown.sent_by, shown.reason, "", shown.sent_at) if shown and shown.reason else None,
        added_late=late,
        late=waiver(change.decided_by, change.reason, change.words, change.decided_at)
        if change is not None and change.approved
        else None,
        opened=local(sitting.opened_at),
        closed=local(sitting.closed_at),
        rules_frozen=bool(entry.numbers),
        seats_frozen=len(seats),
    )


def _names(content: Any, entry: AgendaEntry) -> bool:
    """Whether a notice's content names this entry's item; one that cannot be read is taken to."""
    rows = content.get("agenda") if isinstance(content, dict) else None
    if not isinstance(rows, list):
        return True
    return any(isinstance(row, dict) and row.get("item") == entry.item_id for row in rows)


def expected(item: Item, entry: AgendaEntry | None) -> Entry:
    """What the seats in force today would ask of a sitting that has not begun."""
    numbers = routing.rule_set_of(item).rules
    bodies = tuple(
        Present(
            body=body_name(body),
            due=due,
            present=0,
            required=rules.required(numbers.body(body.code).quorum, due),
            share=numbers.body(body.code).quorum,
            reached=False,
        )
        for body, due in seats_due()
        if due and body.code in numbers.bodies
    )
    stage, host = (entry.stage, _host(entry)) if entry is not None else ("", None)
    return Entry(stage=stage, chair=host, bodies=bodies, statements_asked=numbers.statements, host=entry is not None)


def entry_of(entry: AgendaEntry, seats: list[SittingSeat]) -> Entry:
    """The item in the room as it stands now."""
    numbers = entry.frozen_rules
    roster = read.roster_of(entry, seats)
    heard = read.heard(entry)
    found = read.quorums(entry, seats, roster)
    bodies = tuple(
        Present(
            body=body_name(body),
            due=found[body.code].due,
            present=found[body.code].present,
            required=found[body.code].required,
            share=numbers.body(body.code).quorum,
            reached=found[body.code].reached,
            unheard=len(rules.unheard(roster, body.code, heard)) if numbers.statements else 0,
            principal_here=any(seat.principal for seat in roster.present(body.code)),
        )
        for body in read.bodies_in(seats)
    )
    over = entry.stage == AgendaEntry.Stage.ANNOUNCED
    called = entry.stage in AgendaEntry.LIVE
    blocked = tuple(code for code, _words in read.blockers(entry, seats, roster, heard)) if called else ()
    statements = list(Statement.objects.filter(entry=entry).order_by("order"))
    ballots = list(Ballot.objects.filter(entry=entry).select_related("body").order_by("pk"))
    recusals = list(Recusal.objects.filter(entry=entry).select_related("ruling"))
    upheld = [row for row in recusals if not hasattr(row, "ruling") or row.ruling.upheld]
    going_on = GoingOn.objects.filter(entry=entry).select_related("by").first()
    people: dict[int, int] = {}
    for seat in seats:
        if seat.voting and seat.user_id is not None:
            people[seat.user_id] = people.get(seat.user_id, 0) + 1
    chair = read.chair_of(entry, seats, roster) if not over else None
    by_code = {body.code: body_name(body) for body in read.bodies_in(seats)}
    return Entry(
        stage=entry.stage,
        called=local(entry.called_at),
        announced=local(entry.announced_at),
        outcome=rules.Outcome(entry.outcome) if entry.outcome else None,
        bodies=bodies,
        blocked=blocked,
        chair=Name(chair.position, chair.position_en) if chair is not None else (_host(entry) if over else None),
        chair_changes=Chairing.objects.filter(sitting=entry.sitting_id, entry__in=[None, entry]).count(),
        statements_asked=numbers.statements,
        principal_last=numbers.principal_last,
        stated=len({row.seat_id for row in statements if row.stance}),
        unheard_at_vote=_silent(numbers, statements, ballots),
        principal_early=_named(
            seats, _early(numbers, seats, statements, ballots) | _early_votes(numbers, seats, ballots)
        ),
        observers=sum(1 for s in seats if not s.voting and s.attendance.state == Attendance.State.PRESENT)
        + Guest.objects.filter(entry=entry, entered_at__isnull=False).count(),
        written_opinions=sum(1 for seat in seats if seat.attendance.opinion),
        recused=len({row.seat_id for row in upheld}),
        unruled=sum(1 for row in recusals if row.way == Recusal.Way.REPORTED and not hasattr(row, "ruling")),
        dismissed=len(recusals) - len(upheld),
        divisions=tuple(
            Division(by_code[one.body], one.stated, one.apart, one.deep) for one in read.divisions(entry, seats, roster)
        ),
        going_on=waiver(going_on.by, going_on.reason, "", going_on.at) if going_on else None,
        emergency=EmergencyDecision.objects.filter(item=entry.item_id).exists()
        or bool(going_on and going_on.emergency),
        two_seats=sum(1 for count in people.values() if count > 1),
        two_seats_barred=numbers.two_seats is rules.TwoSeats.BARRED,
        stricter=tuple(body_name(row.body) for row in StricterRule.objects.filter(entry=entry).select_related("body")),
        host=True,
    )


def _host(entry: AgendaEntry) -> Name:
    seat = entry.host or entry.sitting.host
    return Name(seat.position, seat.position_en)


def _present(ballot: Ballot) -> set[int]:
    return {row["seat"] for row in ballot.roster if row["state"] == rules.SeatState.PRESENT}


def _silent(numbers: rules.Rules, statements: Iterable[Statement], ballots: list[Ballot]) -> int:
    """How many of those on the first ballots' rosters as present had stated no view when these opened."""
    if not numbers.statements or not ballots:
        return 0
    first: dict[int, Ballot] = {}
    for ballot in ballots:
        first.setdefault(ballot.body_id, ballot)
    rows = list(statements)
    return sum(
        seat not in {row.seat_id for row in rows if row.at <= ballot.opened_at}
        for ballot in first.values()
        for seat in _present(ballot)
    )


def _early(
    numbers: rules.Rules, seats: list[SittingSeat], statements: Iterable[Statement], ballots: list[Ballot]
) -> set[int]:
    """The principals' seats that stated their view before somebody of their own body who was there."""
    if not numbers.principal_last:
        return set()
    spoke: dict[int, int] = {}
    for row in statements:
        spoke.setdefault(row.seat_id, row.order)
    known = {seat.pk: seat for seat in seats}
    found: set[int] = set()
    first = {ballot.body_id: ballot for ballot in reversed(ballots)}
    for ballot in first.values():
        here = _present(ballot)
        for row in ballot.roster:
            seat = row["seat"]
            if row["principal"] and seat in here and seat in spoke:
                others = [spoke[one] for one in here if one in spoke and not known[one].principal]
                if any(order > spoke[seat] for order in others) and not _heard_before(statements, seat, here, known):
                    found.add(seat)
    return found


def _early_votes(numbers: rules.Rules, seats: list[SittingSeat], ballots: list[Ballot]) -> set[int]:
    """The principals' seats that first voted by name on the screen before somebody of their own body who was in the room all
    along. A vote keeps the place of its first cast; who came back in afterwards was not to be waited for."""
    by_hand = [ballot for ballot in ballots if ballot.is_named and not ballot.is_open]
    if not numbers.principal_last or not by_hand:
        return set()
    principals = {seat.pk for seat in seats if seat.principal}
    order: dict[int, dict[int, int]] = {}
    for ballot_id, seat_id, place in Vote.objects.filter(ballot__in=by_hand).values_list("ballot_id", "seat_id", "pk"):
        order.setdefault(ballot_id, {})[seat_id] = place
    moves = AttendanceEvent.objects.filter(seat__in=seats, state=Attendance.State.PRESENT).values_list("seat_id", "at")
    came = list(moves)
    found = set()
    for ballot in by_hand:
        back = {seat for seat, at in came if at >= ballot.opened_at}
        cast = order.get(ballot.pk, {})
        others = [place for seat, place in cast.items() if seat not in principals and seat not in back]
        found |= {seat for seat in principals & cast.keys() if any(place > cast[seat] for place in others)}
    return found


def _named(seats: list[SittingSeat], found: set[int]) -> tuple[Name, ...]:
    return tuple(Name(seat.position, seat.position_en) for seat in seats if seat.pk in found)


def _heard_before(statements: Iterable[Statement], seat: int, here: set[int], known: dict[int, SittingSeat]) -> bool:
    """Whether everybody else of the body had spoken at least once before the principal's last word."""
    rows = list(statements)
    last = max(row.order for row in rows if row.seat_id == seat)
    heard = {row.seat_id for row in rows if row.order < last}
    return all(one in heard for one in here if not known[one].principal)


def votes_of(entry: AgendaEntry | None, seats: list[SittingSeat]) -> Votes:
    """All ballots of the entry, with the figures of their resolutions."""
    if entry is None:
        return Votes()
    motions = list(Motion.objects.filter(entry=entry).order_by("order", "pk").prefetch_related("runners"))
    ballots = list(Ballot.objects.filter(entry=entry).select_related("body").order_by("pk"))
    known = {seat.pk: seat for seat in seats}
    resolutions = {
        (row.motion_id, row.body_id): row
        for row in Resolution.objects.filter(motion__entry=entry).select_related("body")
    }
    votes: dict[int, list[Vote]] = {}
    for vote in Vote.objects.filter(ballot__in=ballots):
        votes.setdefault(vote.ballot_id, []).append(vote)
    marks: dict[int, list[int]] = {}
    for ballot_id, seat_id in VoterMark.objects.filter(ballot__in=ballots).values_list("ballot_id", "seat_id"):
        marks.setdefault(ballot_id, []).append(seat_id)
    sheets = {
        (row.ballot_id, row.by_id) for row in BallotSheet.objects.filter(ballot__in=ballots).only("ballot_id", "by_id")
    }
    barred = read.barred_seats(entry, seats) if entry.numbers else frozenset()
    numbers = entry.frozen_rules if entry.numbers else None
    counts = tuple(
        _count(
            ballot,
            resolutions.get((ballot.motion_id, ballot.body_id)),
            votes.get(ballot.pk, []),
            marks.get(ballot.pk, []),
            known,
            numbers,
            barred,
            sheets,
        )
        for ballot in ballots
    )
    return Votes(
        motions=tuple(
            Moved(
                id=motion.pk,
                text=motion.text,
                people=len(motion.runners.all()) or (1 if motion.candidate_id else 0),
                amendment=motion.amendment_id is not None,
                election=motion.places is not None,
                outcome=rules.Outcome(motion.outcome) if motion.outcome else None,
            )
            for motion in motions
        ),
        counts=counts,
        bodies=tuple(body.code for body in read.bodies_in(seats)),
        candidates=entry.item.candidates.count() if entry.item.matter_type.needs_candidates else 0,
    )


def _count(
    ballot: Ballot,
    found: Resolution | None,
    votes: list[Vote],
    marks: list[int],
    known: dict[int, SittingSeat],
    numbers: rules.Rules | None,
    barred: frozenset[int],
    sheets: set[tuple[int, int]],
) -> Count:
    states = {row["seat"]: rules.SeatState(row["state"]) for row in ballot.roster}
    voted = [vote.seat_id for vote in votes] + marks
    own = numbers.body(ballot.body.code) if numbers is not None else None
    recused = sum(state is rules.SeatState.RECUSED for state in states.values())
    shrunk = recused if (found.base_shrunk if found is not None else bool(own and own.shrink)) else 0
    proxies = sum(
        1
        for vote in votes
        if vote.cast_by_id != _holder(known, vote.seat_id) and (ballot.pk, vote.cast_by_id) not in sheets
    )
    return Count(
        ballot=ballot.pk,
        motion=ballot.motion_id,
        body=body_name(ballot.body),
        code=ballot.body.code,
        method=ballot.method,
        methods_allowed=tuple(method.value for method in numbers.methods) if numbers is not None else (),
        roster=len(states),
        due=found.due if found is not None else ballot.due,
        present=ballot.present,
        quorum=ballot.quorum,
        quorum_share=own.quorum if own is not None else None,
        shrunk=shrunk,
        share=rules.Threshold.from_json(found.threshold) if found is not None else (own.passing if own else None),
        required=found.required if found is not None else ballot.required,
        in_favour=found.in_favour if found is not None else None,
        passed=found.passed if found is not None else None,
        strangers=sum(states.get(seat) in {rules.SeatState.ABSENT, rules.SeatState.LEFT} for seat in voted),
        proxies=0 if ballot.by_sheet else proxies,
        without_vote=sum(seat not in states for seat in voted),
        recused_votes=sum(states.get(seat) is rules.SeatState.RECUSED for seat in voted),
        barred_votes=sum(seat in barred for seat in voted),
        elected_votes=tuple(int(row["votes"]) for row in found.tallies if row["fate"] == rules.Fate.ELECTED)
        if found is not None and found.tallies
        else None,
        opened=local(ballot.opened_at),
        closed=local(ballot.closed_at),
    )


def _holder(known: dict[int, SittingSeat], seat: int) -> int | None:
    return known[seat].user_id if seat in known else None
