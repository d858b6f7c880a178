"""The vote: one ballot per body, everybody counted once, a count per body, one joint outcome (R18, R21, R42)."""

import json
import secrets
from hashlib import sha256
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from decisions import rules
from decisions.actions.sittings.amendments import motion_settle
from decisions.actions.sittings.common import (
    guests_out,
    lock_entry,
    log_entry,
    require_moving,
    require_open,
    require_quorum,
    require_stage,
    spoken,
    turns_end,
)
from decisions.actions.sittings.room import Stage, finish, refusal
from decisions.models import AgendaEntry, Ballot, Motion, Resolution, SittingSeat, Vote
from decisions.selectors import sittings as read
from permissions import audit
from permissions.access import fetch
from permissions.errors import Denied, Hidden, Invalid, WrongState
from permissions.models import Body, User
from permissions.transactions import action
from workflows import clock

# Table names are ours, values are parameters: nothing here comes from outside.
_LOCK_SHARED = f"SELECT status FROM {Ballot._meta.db_table} WHERE id = %s FOR SHARE"  # noqa: S608

# One statement casts, replaces, or finds the very same vote already there (then it returns nothing).
_CAST = f"""
INSERT INTO {Vote._meta.db_table} AS vote (ballot_id, seat_id, choice, words, receipt, cast_by_id, cast_at, casts, picks)
VALUES (%(ballot)s, %(seat)s, %(choice)s, %(words)s, %(receipt)s, %(by)s, %(at)s, %(casts)s::jsonb, '[]')
ON CONFLICT (ballot_id, seat_id) DO UPDATE
   SET choice = EXCLUDED.choice, words = EXCLUDED.words, receipt = EXCLUDED.receipt, cast_by_id = EXCLUDED.cast_by_id,
       cast_at = EXCLUDED.cast_at, casts = vote.casts || EXCLUDED.casts
 WHERE (vote.choice, vote.words) IS DISTINCT FROM (EXCLUDED.choice, EXCLUDED.words)
RETURNING jsonb_array_length(casts)
"""  # noqa: S608


@action
def voting_open(*, actor: User, entry_id: int) -> list[Ballot]:
    """Open one ballot per body for the entry's next motion, fixing who may vote, how many are due and what is needed.

    Opening it again while it is open returns the open ballots. Raises `WrongState` with every reason: a body without
    quorum (how many are missing), seats that have not stated a view, the last motion not announced yet, the item's flow
    suspended.
    """
    entry = lock_entry(actor, "voting_open", entry_id)
    require_stage(entry, {Stage.SPEAKING, Stage.VOTING})
    motion = read.current_motion(entry)
    if motion is None:
        raise WrongState(_("这一项的表决都已宣布。"), code="all_announced")
    known = list(motion.ballots.select_related("body"))
    if known:
        if all(ballot.is_open for ballot in known):
            return known
        raise WrongState(_("上一次表决还没有宣布结果。请先宣布，再开始下一项表决。"), code="not_announced")
    require_moving(entry)
    seats = read.seats_of(entry.sitting)
    roster = read.roster_of(entry, seats)
    reasons = read.blockers(entry, seats, roster, read.heard(entry))
    if reasons:
        raise WrongState(
            _("还不能开始表决。%(reasons)s") % {"reasons": "".join(text for _code, text in reasons)},
            code=reasons[0][0],
            data={"reasons": [text for _code, text in reasons]},
        )
    turns_end(entry)
    guests_out(entry)
    entry.stage = Stage.VOTING
    entry.save(update_fields=["stage"])
    found = read.quorums(entry, seats, roster)
    ballots = [_open_ballot(entry, motion, body, roster, found[body.code], actor) for body in read.bodies_in(seats)]
    Ballot.objects.bulk_create(ballots)
    log_entry(
        entry,
        actor,
        "voting_open",
        motion,
        motion=motion.text,
        plan_version=entry.plan_version,
        ballots=[
            {
                "ballot": ballot.pk,
                "body": ballot.body.code,
                "method": ballot.method,
                "due": ballot.due,
                "present": ballot.present,
                "quorum": ballot.quorum,
                "required": ballot.required,
                "roster": ballot.roster,
            }
            for ballot in ballots
        ],
    )
    return ballots


def _open_ballot(
    entry: AgendaEntry, motion: Motion, body: Body, roster: rules.Roster, found: rules.Quorum, actor: User
) -> Ballot:
    return Ballot(
        entry=entry,
        motion=motion,
        body=body,
        roster=[
            {"seat": seat.id, "principal": seat.principal, "state": seat.state.value}
            for seat in roster.voting(body.code)
        ],
        due=found.due,
        present=found.present,
        quorum=found.required,
        required=rules.required(entry.frozen_rules.body(body.code).passing, found.due),
        opened_by=actor,
        opened_at=clock.now(),
    )


@action
def vote_cast(*, actor: User, ballot_id: int, seat_id: int, choice: str, words: str = "") -> Vote:
    """Vote for one's own seat; a later vote replaces it while the ballot is open. The same vote sent twice is one.

    Sixteen people may do this in the same instant: they share the ballot's row and each write their own. The log gets
    a digest of the vote, so that it shows no direction before the ballot closes. Raises `Hidden`, `Denied` (not your
    seat, recused, absent), `WrongState` (ballot closed, the item's flow suspended, the principal votes last), `Invalid`
    (no such choice).
    """
    fetch(Ballot, actor, "vote_cast", ballot_id)
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_SHARED, [ballot_id])
        cursor.fetchone()
    ballot = Ballot.objects.select_related("entry__item", "entry__sitting", "body").get(pk=ballot_id)
    require_open(ballot.entry.sitting)
    seat = _own_seat(actor, ballot, seat_id)
    if not ballot.is_open:
        raise WrongState(_("这次表决已经结束，不能再投票或改投。"), code="ballot_closed")
    require_moving(ballot.entry)
    if choice not in Vote.Choice.values:
        raise Invalid(_("请选择赞成、反对或弃权。"), code="no_choice", fields={"choice": _("请选择赞成、反对或弃权。")})
    _require_turn(ballot, seat)
    words = spoken(words, "words")
    now, nonce = clock.now(), secrets.token_hex(16)
    receipt = f"B{ballot.entry.order}-{seat.order:02d}-{nonce[:4].upper()}"
    cast = {"choice": choice, "words": words, "at": audit.instant(now), "receipt": receipt, "nonce": nonce}
    with connection.cursor() as cursor:
        cursor.execute(
            _CAST,
            {
                "ballot": ballot.pk,
                "seat": seat.pk,
                "choice": choice,
                "words": words,
                "receipt": receipt,
                "by": actor.pk,
                "at": now,
                "casts": json.dumps([cast]),
            },
        )
        row = cursor.fetchone()
    vote = Vote.objects.get(ballot=ballot, seat=seat)
    if row is not None:
        log_entry(
            ballot.entry,
            actor,
            "vote_cast",
            ballot,
            seat=seat.pk,
            position=seat.position,
            receipt=receipt,
            replaces=row[0] > 1,
            digest=cast_digest(cast),
        )
        # Now the case is held: whoever suspended it while this vote was on its way was first.
        require_moving(ballot.entry)
    return vote


def cast_digest(cast: dict[str, Any]) -> str:
    """SHA-256 over a cast's canonical JSON, its nonce included: binds the vote in the log without showing it."""
    return sha256(audit.canonical(cast).encode()).hexdigest()


def _own_seat(actor: User, ballot: Ballot, seat_id: int) -> SittingSeat:
    seat = SittingSeat.objects.filter(sitting=ballot.entry.sitting_id, pk=seat_id).first()
    if seat is None:
        raise Hidden(_("本次会议的名册上没有这个席位。请返回会议页面重新选择。"))
    if seat.user_id != actor.pk:
        raise Denied(_("这是%(seat)s的席位。投票只能由本人办理。") % {"seat": seat.label}, code="not_your_seat")
    if seat.body_id != ballot.body_id:
        raise Denied(
            _("这是%(body)s的表决，%(seat)s属于另一个班子。") % {"body": ballot.body.label, "seat": seat.label},
            code="other_body",
        )
    return seat


def _require_turn(ballot: Ballot, seat: SittingSeat) -> None:
    voted = frozenset(Vote.objects.filter(ballot=ballot).values_list("seat_id", flat=True))
    answer = rules.may_vote(
        seat.pk,
        read.ballot_roster(ballot, ballot.body.code, read.left_since(ballot) - voted),
        voted,
        principal_last=ballot.entry.frozen_rules.principal_last,
    )
    if not answer:
        raise refusal(answer, seat, voting=True)


@action
def voting_close(*, actor: User, entry_id: int, early: bool = False) -> list[Ballot]:
    """Close the open ballots of an entry, of both bodies together. From here on no vote is added or changed.

    While somebody in the room has not voted it is refused, unless the desk says `early`. Who was present and did not vote,
    or has left since without a vote, counts as not voted.
    Closing closed ballots returns them; while the item's flow is suspended open ones stay open, since nobody can vote. Only
    now does the log learn the directions.
    """
    entry = lock_entry(actor, "voting_close", entry_id)
    motion = read.current_motion(entry)
    if entry.stage != Stage.VOTING or motion is None:
        require_stage(entry, {Stage.VOTING})
    ballots = list(
        Ballot.objects.select_for_update(of=("self",), no_key=True)
        .filter(motion=motion)
        .select_related("body", "motion", "entry")
        .order_by("pk")
    )
    if not ballots:
        raise WrongState(_("表决还没有开始。"), code="no_ballot")
    if not any(ballot.is_open for ballot in ballots):
        return ballots
    require_moving(entry)
    require_quorum(ballots)
    votes = list(Vote.objects.filter(ballot__in=ballots).select_related("seat").order_by("pk"))
    voted = frozenset(vote.seat_id for vote in votes)
    waiting = sum(_waiting_for(ballot, voted) for ballot in ballots)
    if waiting and not early:
        raise WrongState(
            ngettext(
                "还有 %(count)s 席没有投票。请等他们投完，或由主持人提前结束。",
                "还有 %(count)s 席没有投票。请等他们投完，或由主持人提前结束。",
                waiting,
            )
            % {"count": waiting},
            code="votes_missing",
            data={"missing": waiting},
        )
    now = clock.now()
    for ballot in ballots:
        ballot.status, ballot.closed_at, ballot.closed_by = Ballot.Status.CLOSED, now, actor
    Ballot.objects.bulk_update(ballots, ["status", "closed_at", "closed_by"])
    log_entry(
        entry,
        actor,
        "voting_close",
        ballots[0].motion,
        motion=ballots[0].motion.text,
        early=bool(waiting),
        votes=[
            {"ballot": vote.ballot_id, "seat": vote.seat_id, "position": vote.seat.position, "casts": vote.casts}
            for vote in votes
        ],
    )
    return ballots


def _waiting_for(ballot: Ballot, voted: frozenset[int]) -> int:
    """How many seats of a body the closing waits for: still in the room, and without a vote."""
    roster = read.ballot_roster(ballot, ballot.body.code, read.left_since(ballot))
    return sum(seat.id not in voted for seat in roster.present(ballot.body.code))


@action
def result_announce(*, actor: User, entry_id: int) -> AgendaEntry:
    """Count each body on its own, write both resolutions, and say the joint outcome of the motion at hand (R28, R42).

    After the last motion the entry has its outcome, minutes are drafted and the item's flow goes on. Announcing it
    again changes nothing.
    """
    entry = lock_entry(actor, "result_announce", entry_id)
    if entry.stage == Stage.ANNOUNCED:
        return entry
    require_stage(entry, {Stage.VOTING})
    motion = read.current_motion(entry)
    ballots = list(Ballot.objects.filter(motion=motion).select_related("body").order_by("body__order", "pk"))
    if motion is None or not ballots:
        raise WrongState(_("这一项还没有开始表决。请先开始表决。"), code="no_ballot")
    if any(ballot.is_open for ballot in ballots):
        raise WrongState(_("表决还没有结束，不能宣布结果。请先结束表决。"), code="ballot_open")
    now = clock.now()
    verdicts = {ballot.body_id: count(entry, ballot) for ballot in ballots}
    Resolution.objects.bulk_create(_resolution(motion, ballot, verdicts[ballot.body_id], now) for ballot in ballots)
    outcome = rules.joint_outcome({verdict.body: verdict.passed for verdict in verdicts.values()})
    motion.outcome, motion.announced_at = outcome.value, now
    motion.save(update_fields=["outcome", "announced_at"])
    log_entry(
        entry,
        actor,
        "result_announce",
        motion,
        motion=motion.text,
        outcome=outcome,
        resolutions=[
            {"body": verdict.body, "sentence": rules.explain_zh(verdict), "proof": rules.proof_zh(verdict)}
            | counts_of(verdict)
            for verdict in verdicts.values()
        ],
    )
    motion_settle(entry, motion, actor)
    if read.current_motion(entry) is None:
        finish(entry, actor, rules.settled(read.moved(entry.motions.select_related("amendment"))))
    return entry


def count(entry: AgendaEntry, ballot: Ballot) -> rules.Verdict:
    """One body's count of a closed ballot by the entry's frozen numbers."""
    numbers = entry.frozen_rules.body(ballot.body.code)
    votes = {
        seat: rules.Choice(choice)
        for seat, choice in Vote.objects.filter(ballot=ballot).values_list("seat_id", "choice")
    }
    roster = read.ballot_roster(ballot, ballot.body.code)
    return rules.tally(ballot.body.code, votes, roster, numbers.passing, shrink=numbers.shrink)


def counts_of(verdict: rules.Verdict) -> dict[str, int | bool]:
    """A verdict's numbers by name, for the log and the minutes."""
    return {
        "due": verdict.due,
        "present": verdict.present,
        "for": verdict.in_favour,
        "against": verdict.against,
        "abstained": verdict.abstained,
        "not_voted": verdict.not_voted,
        "absent": verdict.absent,
        "recused": verdict.recused,
        "required": verdict.required,
        "passed": verdict.passed,
    }


def _resolution(motion: Motion, ballot: Ballot, verdict: rules.Verdict, now: Any) -> Resolution:
    return Resolution(
        motion=motion,
        body=ballot.body,
        due=verdict.due,
        present=verdict.present,
        in_favour=verdict.in_favour,
        against=verdict.against,
        abstained=verdict.abstained,
        not_voted=verdict.not_voted,
        absent=verdict.absent,
        recused=verdict.recused,
        base_shrunk=verdict.shrunk,
        threshold=verdict.threshold.to_json(),
        required=verdict.required,
        passed=verdict.passed,
        at=now,
    )
