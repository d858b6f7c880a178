"""An entry from its call to the end of its discussion, and what ends it without a vote (R25, R28)."""

from django.utils.translation import gettext as _

from decisions import boxes, rules, stages
from decisions.actions.ledger import ledger_snapshot
from decisions.actions.sittings.common import (
    guests_out,
    lock_entry,
    log_entry,
    require_reason,
    require_stage,
    turns_end,
    write,
)
from decisions.actions.sittings.minutes import minutes_draft
from decisions.models import AgendaEntry, Ballot, GoingOn, Motion, SittingSeat
from decisions.selectors import sittings as read
from permissions.errors import Denied, Invalid, WrongState
from permissions.models import User
from permissions.transactions import action
from workflows import clock
from workflows.actions import case_message

Stage = AgendaEntry.Stage
Outcome = AgendaEntry.Outcome

#: outcome of an entry → what its flow is told; the finer word goes with it as ``result``
FLOW_OUTCOMES = {
    Outcome.PASSED: rules.Outcome.PASSED,
    Outcome.AMENDED: rules.Outcome.PASSED,
    Outcome.REJECTED: rules.Outcome.REJECTED,
    Outcome.REDISCUSS: rules.Outcome.REJECTED,
    Outcome.SPLIT: rules.Outcome.SPLIT,
    Outcome.DEFERRED: rules.Outcome.DEFERRED,
}


@action
def entry_call(*, actor: User, entry_id: int) -> AgendaEntry:
    """Begin with an entry: it is being introduced. One entry at a time. Calling the entry at hand again changes
    nothing."""
    entry = lock_entry(actor, "entry_call", entry_id)
    if entry.stage in AgendaEntry.LIVE:
        return entry
    require_stage(entry, {Stage.WAITING})
    live = AgendaEntry.objects.filter(sitting=entry.sitting_id, stage__in=AgendaEntry.LIVE).first()
    if live is not None:
        raise WrongState(
            _("第 %(order)s 项还没有结果。请先宣布结果或暂缓，再进入下一项。") % {"order": live.order},
            code="another_entry",
        )
    entry.stage, entry.called_at = Stage.INTRODUCED, clock.now()
    write(entry, actor, "entry_call", "stage", "called_at")
    log_entry(entry, actor, "entry_call", entry, order=entry.order)
    return entry


@action
def speaking_open(*, actor: User, entry_id: int) -> AgendaEntry:
    """End the introduction: the members now state their views, one by one (R19)."""
    entry = lock_entry(actor, "speaking_open", entry_id)
    if entry.stage == Stage.SPEAKING:
        return entry
    require_stage(entry, {Stage.INTRODUCED})
    entry.stage = Stage.SPEAKING
    write(entry, actor, "speaking_open", "stage")
    log_entry(entry, actor, "speaking_open", entry)
    return entry


@action
def entry_go_on(*, actor: User, entry_id: int, reason: str, emergency: bool = False) -> GoingOn:
    """Go on although views are deeply split: the reason is on record, or that it is an emergency (R25). Saying so again
    changes nothing."""
    entry = lock_entry(actor, "entry_go_on", entry_id)
    known = GoingOn.objects.filter(entry=entry).first()
    if known is not None:
        return known
    require_stage(entry, {Stage.SPEAKING})
    seats = read.seats_of(entry.sitting)
    found = read.split_deeply(entry, seats, read.roster_of(entry, seats))
    if not found:
        raise WrongState(_("现在没有需要说明的较大分歧。"), code="no_split")
    words = require_reason(reason, GoingOn, _("分歧集中在付款方式，已在会上说明清楚。"))
    going_on = GoingOn.objects.create(entry=entry, emergency=emergency, reason=words, by=actor, at=clock.now())
    log_entry(
        entry,
        actor,
        "entry_go_on",
        entry,
        reason=words,
        emergency=emergency,
        divisions=[{"body": one.body, "stated": one.stated, "apart": one.apart} for one in found],
    )
    return going_on


@action
def entry_defer(*, actor: User, entry_id: int, reason: str, ground: str = "") -> AgendaEntry:
    """Put an entry off without a vote (R25): its flow goes back to tabling.

    `ground` is one of `AgendaEntry.Ground` (views deeply split, facts not clear …). Not once one of its motions was voted
    on; but where the quorum is lost during a vote that vote is void, its ballots close uncounted, and what has not been
    decided is put off (R14, R16); as it is where the quorum is lost between two votes.
    """
    return _end(actor, entry_id, "entry_defer", Outcome.DEFERRED, reason, ground)


@action
def entry_return(*, actor: User, entry_id: int, reason: str) -> AgendaEntry:
    """Announce that an entry is to be discussed again (R28): its flow goes back to joint planning. As `entry_defer`."""
    return _end(actor, entry_id, "entry_return", Outcome.REDISCUSS, reason, "")


def _end(actor: User, entry_id: int, verb: str, outcome: Outcome, reason: str, ground: str) -> AgendaEntry:
    entry = lock_entry(actor, verb, entry_id)
    if entry.outcome == outcome:
        return entry
    void: list[Ballot] = []
    if entry.stage == Stage.VOTING:
        void = _void_ballots(entry, outcome)
    else:
        require_stage(entry, {Stage.WAITING, Stage.INTRODUCED, Stage.SPEAKING})
    entry.reason = require_reason(reason, AgendaEntry, _("补充两村意见后再议。"))
    if ground and ground not in AgendaEntry.Ground.values:
        raise Invalid(_("请选择暂缓的原因。"), fields={"ground": _("请选择暂缓的原因。")})
    now = clock.now()
    for ballot in void:
        ballot.status, ballot.closed_at, ballot.closed_by = Ballot.Status.CLOSED, now, actor
    Ballot.objects.bulk_update(void, ["status", "closed_at", "closed_by"])
    if any(ballot.by_slip for ballot in void):
        boxes.sweep_soon()
    entry.motions.filter(announced_at__isnull=True).update(
        outcome=Motion.Outcome.DEFERRED if outcome == Outcome.DEFERRED else Motion.Outcome.LAPSED, announced_at=now
    )
    entry.ground = ground
    turns_end(entry)
    log_entry(entry, actor, verb, entry, reason=entry.reason, ground=ground, void=[ballot.pk for ballot in void])
    finish(entry, actor, outcome, verb)
    return entry


def _void_ballots(entry: AgendaEntry, outcome: Outcome) -> list[Ballot]:
    """The ballots that are void because their quorum is lost. Raises `WrongState` where the vote stands."""
    motion = read.current_motion(entry)
    if outcome == Outcome.DEFERRED and _cannot_go_on(entry, motion):
        return []
    ballots = list(
        Ballot.objects.select_for_update(of=("self",), no_key=True)
        .filter(motion=motion)
        .select_related("entry")
        .order_by("pk")
    )
    if outcome != Outcome.DEFERRED or not read.quorum_lost(ballots):
        raise WrongState(_("这一项已经表决，不能再暂缓。请宣布表决结果。"), code="entry_voting")
    return ballots


def _cannot_go_on(entry: AgendaEntry, motion: Motion | None) -> bool:
    """Whether motions are left that no ballot was opened for, and a body has no quorum for them any more (R14, R16)."""
    if motion is None or motion.ballots.exists():
        return False
    seats = read.seats_of(entry.sitting)
    return not all(one.reached for one in read.quorums(entry, seats, read.roster_of(entry, seats)).values())


def finish(entry: AgendaEntry, actor: User, outcome: str, act: str) -> None:
    """The entry has its outcome by `act` (R28): nobody has the floor, guests leave, minutes are drafted, the flow goes on."""
    decided = [one for one in read.moved(entry.motions.select_related("amendment")) if one.outcome]
    if outcome == Outcome.DEFERRED and any(one.outcome is rules.Outcome.PASSED for one in decided):
        # Somebody was voted in before the quorum was lost: that stands, and its minutes are signed.
        outcome = rules.settled(decided).value
    guests_out(entry)
    entry.outcome, entry.stage = outcome, Stage.ANNOUNCED
    entry.announced_at, entry.announced_by = clock.now(), actor
    fields = ("stage", "outcome", "ground", "reason", "announced_at", "announced_by")
    write(entry, actor, act, *fields, why=entry.reason)
    minutes_draft(actor=actor, entry=entry)
    ledger_snapshot(entry, "announced", actor)
    tell_flow(entry, actor)


def tell_flow(entry: AgendaEntry, actor: User) -> None:
    """Tell the item's flow how the sitting ended for it. Last in its action: the case's row is locked after all of
    ours."""
    if entry.item.case_id is not None:
        told = FLOW_OUTCOMES[Outcome(entry.outcome)].value
        variables = {"outcome": told, "result": str(entry.outcome)}
        case_message(actor=actor, case_id=entry.item.case_id, name=stages.RESULT, variables=variables)


def refusal(answer: rules.Answer, seat: SittingSeat, *, voting: bool = False) -> Denied | WrongState:
    """The error for a seat that may not speak (or vote) now: why, and what it waits for."""
    told = {"seat": seat.label, "count": len(answer.waiting)}
    if answer.why is rules.Why.PRINCIPAL_LAST:
        text = (
            _("%(seat)s末位投票：还有 %(count)s 席没有投票。等他们投完，再请您投票。")
            if voting
            else _("%(seat)s末位发言：还有 %(count)s 席没有发言或放弃。等他们说完，再请您发言。")
        )
        return WrongState(text % told, code=answer.why.value, data={"waiting": list(answer.waiting)})
    texts = {
        rules.Why.ABSENT: _("%(seat)s没有登记到会。请先签到，或请秘书登记。"),
        rules.Why.LEFT: _("%(seat)s已离席。回到会场后请先登记到会。"),
        rules.Why.RECUSED: _("%(seat)s对这一项已回避，不发言，也不投票。"),
        rules.Why.NO_VOTE: _("%(seat)s列席会议，可以发言，不参加表决。"),
        rules.Why.UNKNOWN_SEAT: _("%(seat)s不在这次表决的名册上。"),
    }
    return Denied(texts[answer.why] % told, code=answer.why.value)
