"""Opening and closing the vote: one ballot per body, everybody counted once (R18, R21)."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from decisions import boxes, rules
from decisions.actions.ledger import ledger_snapshot
from decisions.actions.sittings.common import (
    guests_out,
    lock_entry,
    log_entry,
    require_moving,
    require_quorum,
    require_stage,
    turns_end,
    write,
)
from decisions.actions.sittings.room import Stage
from decisions.actions.sittings.sheets import sheet_to_votes
from decisions.models import AgendaEntry, Ballot, BallotBox, Motion, Vote
from decisions.selectors import ballots as select
from decisions.selectors import sittings as read
from permissions.errors import Invalid, WrongState
from permissions.models import Body, User
from permissions.transactions import action
from workflows import clock


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
