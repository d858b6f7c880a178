"""The vote: one ballot per body, everybody counted once, a count per body, one joint outcome (R18, R21, R42)."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from decisions import boxes, rules
from decisions.actions.ledger import ledger_snapshot
from decisions.actions.sittings.amendments import motion_settle
from decisions.actions.sittings.casting import own_seat, require_turn, share_ballot
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
    write,
)
from decisions.actions.sittings.elections import election_settle
from decisions.actions.sittings.room import Stage, finish
from decisions.actions.sittings.sheets import sheet_to_votes
from decisions.models import AgendaEntry, Ballot, BallotBox, Motion, Resolution, Vote
from decisions.selectors import ballots as select
from decisions.selectors import sittings as read
from permissions import audit
from permissions.errors import Invalid, WrongState
from permissions.models import Body, User
from permissions.transactions import action
from workflows import clock

# Table names are ours, values are parameters: nothing here comes from outside.
# One statement casts, replaces, or finds the very same vote already there (then it returns nothing).
_CAST = f"""
INSERT INTO {Vote._meta.db_table} AS vote (ballot_id, seat_id, choice, picks, words, receipt, cast_by_id, cast_at, casts)
VALUES (%(ballot)s, %(seat)s, %(choice)s, %(picks)s::jsonb, %(words)s, %(receipt)s, %(by)s, %(at)s, %(casts)s::jsonb)
ON CONFLICT (ballot_id, seat_id) DO UPDATE
   SET choice = EXCLUDED.choice, picks = EXCLUDED.picks, words = EXCLUDED.words, receipt = EXCLUDED.receipt,
       cast_by_id = EXCLUDED.cast_by_id, cast_at = EXCLUDED.cast_at, casts = vote.casts || EXCLUDED.casts
 WHERE (vote.choice, vote.picks, vote.words) IS DISTINCT FROM (EXCLUDED.choice, EXCLUDED.picks, EXCLUDED.words)
RETURNING jsonb_array_length(casts)
"""  # noqa: S608


@action
def voting_open(*, actor: User, entry_id: int, method: str = "", paper: bool = False) -> list[Ballot]:
    """Open one ballot per body for the entry's next motion, fixing who may vote, how many are due and what is needed.

    `method` is one the entry's rules allow, without it the usual one (R23); `paper` holds a secret ballot on paper.

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
    way = _way(entry, motion, method, paper)
    turns_end(entry)
    guests_out(entry)
    entry.stage = Stage.VOTING
    write(entry, actor, "voting_open", "stage")
    found = read.quorums(entry, seats, roster)
    ballots = [_open_ballot(entry, motion, body, roster, found[body.code], actor) for body in read.bodies_in(seats)]
    for ballot in ballots:
        ballot.method, ballot.paper = way, paper
    Ballot.objects.bulk_create(ballots)
    BallotBox.objects.bulk_create(BallotBox(ballot=ballot) for ballot in ballots if ballot.by_slip)
    log_entry(
        entry,
        actor,
        "voting_open",
        motion,
        motion=motion.text,
        plan_version=entry.plan_version,
        **(
            {"places": motion.places, "standing": list(select.standing(motion)), "runoff_of": motion.runoff_of_id}
            if motion.places is not None
            else {}
        ),
        ballots=[
            {
                "ballot": ballot.pk,
                "body": ballot.body.code,
                "method": ballot.method,
                "paper": ballot.paper,
                "due": ballot.due,
                "present": ballot.present,
                "quorum": ballot.quorum,
                "required": ballot.required,
                "roster": ballot.roster,
            }
            for ballot in ballots
        ],
    )
    ledger_snapshot(entry, "voting", actor)
    return ballots


def _way(entry: AgendaEntry, motion: Motion, method: str, paper: bool) -> rules.Method:
    """How the motion is voted on. Raises `Invalid` for a way its rules do not allow."""
    allowed = select.methods_for(entry, motion)
    chosen = next((one for one in allowed if one == (method or allowed[0])), None) if allowed else None
    if chosen is None:
        words = _("规则集没有列入这种表决方式。请选择列出的方式。")
        raise Invalid(words, code="method", fields={"method": words})
    if paper and chosen is not rules.Method.SECRET:
        words = _("只有无记名投票可以使用纸质票。")
        raise Invalid(words, code="paper", fields={"paper": words})
    return chosen


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
def vote_cast(
    *, actor: User, ballot_id: int, seat_id: int, choice: str = "", words: str = "", picks: Sequence[int] = ()
) -> Vote:
    """Vote by name for one's own seat; a later vote replaces it while the ballot is open. The same vote sent twice is one.

    Sixteen people may do this in the same instant: they share the ballot's row and each write their own. The log gets
    a digest of the vote, so that it shows no direction before the ballot closes. In an election `picks` holds the
    candidates approved and `choice` says nothing. Raises `Hidden`, `Denied` (not your
    seat, recused, absent), `WrongState` (ballot closed, the item's flow suspended, the principal votes last), `Invalid`
    (no such choice).
    """
    ballot = share_ballot(actor, ballot_id)
    require_open(ballot.entry.sitting)
    seat = own_seat(actor, ballot, seat_id)
    if not ballot.is_named:
        raise WrongState(
            _("这次采用%(method)s。请按会场宣布的方式表决。") % {"method": ballot.get_method_display()}, code="method"
        )
    if not ballot.is_open:
        raise WrongState(_("这次表决已经结束，不能再投票或改投。"), code="ballot_closed")
    require_moving(ballot.entry)
    choice, extra = _named_choice(ballot, choice, picks)
    require_turn(ballot, seat)
    words = spoken(words, "words")
    now, nonce = clock.now(), secrets.token_hex(16)
    receipt = f"B{ballot.entry.order}-{seat.order:02d}-{nonce[:4].upper()}"
    cast = {"choice": choice, "words": words, "at": audit.instant(now), "receipt": receipt, "nonce": nonce} | extra
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
                "picks": json.dumps(extra.get("picks", [])),
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


def _named_choice(ballot: Ballot, choice: str, picks: Sequence[int]) -> tuple[str, dict[str, list[int]]]:
    places = ballot.motion.places
    if places is None:
        if choice not in Vote.Choice.values:
            words = _("请选择赞成、反对或弃权。")
            raise Invalid(words, code="no_choice", fields={"choice": words})
        return choice, {}
    if not rules.may_pick(picks, select.standing(ballot.motion), places):
        raise Invalid(_("最多选 %(places)s 人，每人只能选一次。") % {"places": places}, code="picks")
    return (Vote.Choice.FOR if picks else Vote.Choice.ABSTAIN).value, {"picks": sorted(picks)}


def cast_digest(cast: dict[str, Any]) -> str:
    """SHA-256 over a cast's canonical JSON, its nonce included: binds the vote in the log without showing it."""
    return sha256(audit.canonical(cast).encode()).hexdigest()


@action
def voting_close(*, actor: User, entry_id: int, early: bool = False) -> list[Ballot]:
    """Close the open ballots of an entry, of both bodies together. From here on no vote is added or changed.

    While somebody in the room has not voted it is refused, unless the desk says `early`; a secret one never ends with so few slips
    that they could be told apart. Who was present and did not vote,
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
    _require_sheets(ballots, early=early)
    voted = select.voted(ballots)
    waiting = sum(_waiting_for(ballot, voted) for ballot in ballots)
    settled = bool(waiting) and all(select.certain(ballot) for ballot in ballots)
    if waiting and not early and not settled:
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
    _require_slips(ballots)
    now = clock.now()
    for ballot in ballots:
        if ballot.by_sheet and not ballot.paper:
            sheet_to_votes(ballot, actor, now)
    for ballot in ballots:
        ballot.status, ballot.closed_at, ballot.closed_by = Ballot.Status.CLOSED, now, actor
    Ballot.objects.bulk_update(ballots, ["status", "closed_at", "closed_by"])
    votes = Vote.objects.filter(ballot__in=ballots).select_related("seat").order_by("pk")
    log_entry(
        entry,
        actor,
        "voting_close",
        ballots[0].motion,
        motion=ballots[0].motion.text,
        early=bool(waiting),
        settled=settled,
        votes=[
            {"ballot": vote.ballot_id, "seat": vote.seat_id, "position": vote.seat.position, "casts": vote.casts}
            for vote in votes
        ],
        **_told_apart(ballots),
    )
    if any(ballot.by_slip for ballot in ballots):
        boxes.sweep_soon()
    return ballots


def _told_apart(ballots: Sequence[Ballot]) -> dict[str, Any]:
    """What the log says of a closed ballot beside its named votes: the slips as published, the sheets of those who counted."""
    slips = [{"ballot": ballot.pk, **slip} for ballot in ballots for slip in select.slips(ballot)]
    for ballot in ballots:
        if ballot.paper:
            found = select.count_of(ballot)
            counts = zip(rules.Choice, (found.in_favour, found.against, found.abstained), strict=True)
            slips += [
                {"ballot": ballot.pk, "choice": choice.value} for choice, count in counts for _one in range(count)
            ]
    sheets = [
        {"ballot": ballot.pk, "by": row.by_id, "number": row.number, "content": row.content}
        for ballot in ballots
        if ballot.by_sheet
        for row in ballot.sheets.order_by("pk")
    ]
    objections = [
        {"ballot": ballot.pk, "seat": row.seat_id, "choice": row.choice, "words": row.words}
        for ballot in ballots
        if ballot.by_sheet
        for row in select.objections(ballot)
    ]
    papers = [
        {
            "ballot": ballot.pk,
            "spoilt": select.count_of(ballot).spoilt,
            "approvals": [[person, votes] for person, votes in select.approvals(ballot).items()]
            if ballot.motion.places is not None
            else [],
        }
        for ballot in ballots
        if ballot.paper
    ]
    found_parts = {"slips": slips, "papers": papers, "sheets": sheets, "objections": objections}
    return {name: rows for name, rows in found_parts.items() if rows}


def _require_slips(ballots: Sequence[Ballot]) -> None:
    """Raises `WrongState` where the box of a secret ballot holds so few slips that its list would say whose they are: who has
    voted is on record, and a desk that ends the vote after one slip would publish that voter's choice."""
    few = [ballot.body.label for ballot in ballots if read.too_few_slips(ballot)]
    if few:
        raise WrongState(
            _("%(bodies)s投票的席位太少，现在结束就会看出谁投了什么。请等成员投完；不能再投的，登记离席以后宣布暂缓。")
            % {"bodies": _("、").join(few)},
            code="few_slips",
        )


def _require_sheets(ballots: Sequence[Ballot], *, early: bool) -> None:
    """Raises `WrongState` unless two people wrote down the same of every ballot that is not voted on a screen, and nobody
    objects to what is recorded for them (`early`: the desk goes on over an objection, which stays on record)."""
    for ballot in ballots:
        if not ballot.by_sheet:
            continue
        found = select.sheets(ballot)
        told = {"body": ballot.body.label}
        if found.differ:
            raise WrongState(_("%(body)s两人登记的结果不一致。请核对后重新登记。") % told, code="sheets_differ")
        if not found.agree:
            raise WrongState(_("%(body)s的结果要由两人分别登记，现在还不齐。") % told, code="sheets_missing")
        against = select.objections(ballot)
        if against and not early:
            names = _("、").join(row.seat.label for row in against)
            raise WrongState(
                _("%(seats)s对登记的表决有异议。请核对后重新登记，或请本人确认。") % {"seats": names}, code="objection"
            )


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
    ballots = list(
        Ballot.objects.filter(motion=motion).select_related("body", "motion", "entry").order_by("body__order", "pk")
    )
    if motion is None or not ballots:
        raise WrongState(_("这一项还没有开始表决。请先开始表决。"), code="no_ballot")
    if any(ballot.is_open for ballot in ballots):
        raise WrongState(_("表决还没有结束，不能宣布结果。请先结束表决。"), code="ballot_open")
    now = clock.now()
    verdicts = {ballot.body_id: count(entry, ballot) for ballot in ballots}
    if motion.places is None:
        tallies: dict[int, list[dict[str, Any]]] = {}
        outcome = rules.joint_outcome({verdict.body: verdict.passed for verdict in verdicts.values()})
    else:
        outcome, tallies = election_settle(entry, motion, ballots)
        verdicts = {
            body: replace(verdict, passed=any(row["fate"] == rules.Fate.ELECTED for row in tallies[body]))
            for body, verdict in verdicts.items()
        }
    Resolution.objects.bulk_create(
        _resolution(motion, ballot, verdicts[ballot.body_id], tallies.get(ballot.body_id, []), now)
        for ballot in ballots
    )
    motion.outcome, motion.announced_at = outcome.value, now
    motion.save(update_fields=["outcome", "announced_at", "elected"])
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
            | ({"tallies": tallies[body]} if body in tallies else {})
            for body, verdict in verdicts.items()
        ],
        **({"elected": motion.elected, "people": select.standing(motion)} if motion.places is not None else {}),
    )
    motion_settle(entry, motion, actor)
    if read.current_motion(entry) is None:
        settled = rules.settled(read.moved(entry.motions.select_related("amendment")))
        finish(entry, actor, settled, "result_announce")
    return entry


def count(entry: AgendaEntry, ballot: Ballot) -> rules.Verdict:
    """One body's count of a closed ballot by the entry's frozen numbers."""
    numbers = entry.frozen_rules.body(ballot.body.code)
    roster = read.ballot_roster(ballot, ballot.body.code)
    if ballot.is_secret:
        found = select.count_of(ballot)
        return rules.tally_counts(ballot.body.code, found, roster, numbers.passing, shrink=numbers.shrink)
    votes = {
        seat: rules.Choice(choice)
        for seat, choice in Vote.objects.filter(ballot=ballot).values_list("seat_id", "choice")
    }
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
        "spoilt": verdict.spoilt,
        "absent": verdict.absent,
        "recused": verdict.recused,
        "required": verdict.required,
        "passed": verdict.passed,
    }


def _resolution(
    motion: Motion, ballot: Ballot, verdict: rules.Verdict, tallies: list[dict[str, Any]], now: Any
) -> Resolution:
    return Resolution(
        motion=motion,
        body=ballot.body,
        due=verdict.due,
        present=verdict.present,
        in_favour=verdict.in_favour,
        against=verdict.against,
        abstained=verdict.abstained,
        not_voted=verdict.not_voted,
        spoilt=verdict.spoilt,
        absent=verdict.absent,
        recused=verdict.recused,
        base_shrunk=verdict.shrunk,
        threshold=verdict.threshold.to_json(),
        required=verdict.required,
        passed=verdict.passed,
        tallies=tallies,
        at=now,
    )
