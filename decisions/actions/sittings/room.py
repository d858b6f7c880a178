"""What happens in the room before a vote: who is there, who steps back, who speaks, and what they say."""

from collections.abc import Collection

from django.db.models import Max, Model, QuerySet
from django.utils.translation import gettext as _

from decisions import rules, stages
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
)
from decisions.actions.sittings.minutes import minutes_draft
from decisions.models import AgendaEntry, Attendance, Ballot, Recusal, SittingSeat, Statement, Vote
from decisions.selectors import sittings as read
from permissions.actions import changes
from permissions.errors import Denied, Invalid, WrongState
from permissions.models import User
from permissions.transactions import action
from workflows import clock
from workflows.actions import case_message

Stage = AgendaEntry.Stage


@action
def attendance_set(
    *, actor: User, sitting_id: int, seat_id: int, state: str, reason: str = "", opinion: str = ""
) -> Attendance:
    """Say whether a seat is in the room: the person themselves, or the desk for them.

    `state` is one of `Attendance.State`. `reason` and a written `opinion` belong to an absent seat; the opinion is on
    record and never counted (R22). While a ballot is open nobody joins its roster; somebody on it who has not voted may
    leave, so that nobody waits for them, and come back. Saying the same again changes nothing.
    """
    sitting = lock_sitting(actor, "attendance_set", sitting_id)
    require_open(sitting)
    seat = seat_of(sitting, seat_id, actor)
    if state not in Attendance.State.values:
        raise Invalid(_("请选择到会、未到会或离席。"), fields={"state": _("请选择到会情况。")})
    absent = state == Attendance.State.ABSENT
    why = "" if state == Attendance.State.PRESENT else reason
    new = (state, _words(Attendance, why), spoken(opinion, "opinion") if absent else "")
    row = seat.attendance
    old = (row.state, row.reason, row.opinion)
    if new == old:
        return row
    open_ballots = Ballot.objects.filter(entry__sitting=sitting, status=Ballot.Status.OPEN)
    if not _leaves_or_returns(row.state, state, open_ballots, seat):
        require_no_open_ballot(open_ballots)
    row.state, row.reason, row.opinion = new
    row.set_by, row.set_at = actor, clock.now()
    row.save(update_fields=["state", "reason", "opinion", "set_by", "set_at"])
    if state != Attendance.State.PRESENT:
        AgendaEntry.objects.filter(sitting=sitting, speaker=seat).update(speaker=None)
    names = ("state", "reason", "opinion")
    log_sitting(
        sitting,
        actor,
        "attendance_set",
        seat,
        position=seat.position,
        old=dict(zip(names, old, strict=True)),
        new=dict(zip(names, new, strict=True)),
    )
    return row


def _leaves_or_returns(old: str, new: str, ballots: QuerySet[Ballot], seat: SittingSeat) -> bool:
    """Whether a change during a ballot is somebody on its roster, without a vote yet, leaving the room or coming back."""
    moves = {(Attendance.State.PRESENT, Attendance.State.LEFT), (Attendance.State.LEFT, Attendance.State.PRESENT)}
    ballot = ballots.filter(body=seat.body_id).first()
    if ballot is None or (old, new) not in moves or Vote.objects.filter(ballot=ballot, seat=seat).exists():
        return False
    return any(row["seat"] == seat.pk and row["state"] == rules.SeatState.PRESENT for row in ballot.roster)


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
    entry.save(update_fields=["stage", "called_at"])
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
    entry.save(update_fields=["stage"])
    log_entry(entry, actor, "speaking_open", entry)
    return entry


@action
def speaker_call(*, actor: User, entry_id: int, seat_id: int | None = None) -> AgendaEntry:
    """Give a seat the floor; without `seat_id` the next in order who may speak and has not. Principals come last
    (R20)."""
    entry = lock_entry(actor, "speaker_call", entry_id)
    require_stage(entry, {Stage.SPEAKING})
    seats = read.seats_of(entry.sitting)
    roster, heard = read.roster(seats, read.recused_from(entry)), read.heard(entry)
    seat = _next_speaker(entry, seats, roster, heard) if seat_id is None else seat_of(entry.sitting, seat_id, actor)
    if seat is None:
        raise WrongState(_("到会成员都已表明态度，可以开始表决。"), code="all_heard")
    _require_turn(entry, seat, roster, heard)
    if entry.speaker_id != seat.pk:
        entry.speaker = seat
        entry.save(update_fields=["speaker"])
        log_entry(entry, actor, "speaker_call", seat, position=seat.position)
    return entry


def _next_speaker(
    entry: AgendaEntry, seats: list[SittingSeat], roster: rules.Roster, heard: Collection[int]
) -> SittingSeat | None:
    """Bodies take turns as their rosters go: whoever may speak, has not, and is not already at it."""
    numbers = entry.frozen_rules
    ready = [
        seat
        for seat in seats
        if seat.voting
        and seat.pk not in heard
        and rules.may_speak(
            seat.pk,
            roster,
            heard,
            principal_last=numbers.principal_last,
            principal_order=numbers.principal_order,
        )
    ]
    others = [seat for seat in ready if seat.pk != entry.speaker_id]
    return next(iter(others or ready), None)


@action
def statement_record(*, actor: User, entry_id: int, seat_id: int, stance: str = "", words: str = "") -> Statement:
    """Record what a seat says and its view: by the person, or by the desk for them. Spoken again, the last view counts.

    `stance` is one of `Statement.Stance`; those without a vote leave it empty and say something (R17). The principal is
    last (R20). The same words and view sent twice are one statement. Raises `Invalid`, `Denied`, `WrongState`.
    """
    entry = lock_entry(actor, "statement_record", entry_id)
    seat = seat_of(entry.sitting, seat_id, actor)
    require_stage(entry, {Stage.SPEAKING})
    words = spoken(words, "speech")
    _check_statement(seat, stance, words)
    roster, heard = read.roster(read.seats_of(entry.sitting), read.recused_from(entry)), read.heard(entry)
    _require_turn(entry, seat, roster, heard)
    last = Statement.objects.filter(entry=entry, seat=seat).order_by("-order").first()
    if last is not None and (last.stance, last.words) == (stance, words):
        return last
    order = Statement.objects.filter(entry=entry).aggregate(last=Max("order"))["last"] or 0
    statement = Statement.objects.create(
        entry=entry,
        seat=seat,
        order=order + 1,
        stance=stance,
        words=words,
        recorded_by=actor,
        at=clock.now(),
    )
    if entry.speaker_id == seat.pk:
        entry.speaker = None
        entry.save(update_fields=["speaker"])
    log_entry(
        entry,
        actor,
        "statement_record",
        statement,
        seat=seat.pk,
        position=seat.position,
        stance=stance,
        words=words,
    )
    return statement


def _check_statement(seat: SittingSeat, stance: str, words: str) -> None:
    if seat.voting and stance not in Statement.Stance.values:
        raise Invalid(
            _("请表明态度后再提交。"), code="no_stance", fields={"stance": _("请选择同意、不同意、缓议或放弃发言。")}
        )
    if not seat.voting and stance:
        raise Invalid(_("列席人员可以发言，不表明态度。"), code="stance_without_vote", fields={"stance": _("请留空。")})
    if not seat.voting and not words:
        raise Invalid(_("请填写发言内容。"), code="no_words", fields={"speech": _("请填写发言内容。")})


def _require_turn(entry: AgendaEntry, seat: SittingSeat, roster: rules.Roster, heard: Collection[int]) -> None:
    numbers = entry.frozen_rules
    answer = rules.may_speak(
        seat.pk,
        roster,
        heard,
        principal_last=numbers.principal_last,
        principal_order=numbers.principal_order,
    )
    if not answer:
        raise refusal(answer, seat)


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


@action
def recusal_declare(*, actor: User, entry_id: int, seat_id: int, reason: str) -> Recusal:
    """A seat steps back from an entry, by itself or on the desk's word, before any vote on it (R24).

    Once declared it stands for this entry; declaring it again changes nothing.
    """
    entry = lock_entry(actor, "recusal_declare", entry_id)
    seat = seat_of(entry.sitting, seat_id, actor)
    known = Recusal.objects.filter(entry=entry, seat=seat).first()
    if known is not None:
        return known
    if not reason.strip():
        raise Invalid(
            _("请写明回避的理由。"),
            code="no_reason",
            fields={"reason": _("请写明理由，例如：近亲属在承租企业任职。")},
        )
    require_stage(entry, {Stage.WAITING, Stage.INTRODUCED, Stage.SPEAKING})
    recusal = Recusal.objects.create(
        entry=entry, seat=seat, reason=_words(Recusal, reason), declared_by=actor, at=clock.now()
    )
    if entry.speaker_id == seat.pk:
        entry.speaker = None
        entry.save(update_fields=["speaker"])
    log_entry(entry, actor, "recusal_declare", recusal, seat=seat.pk, position=seat.position, reason=recusal.reason)
    return recusal


@action
def entry_defer(*, actor: User, entry_id: int, reason: str) -> AgendaEntry:
    """Put an entry off without a vote (R25): its flow goes back to tabling. Not once one of its motions was voted
    on."""
    entry = lock_entry(actor, "entry_defer", entry_id)
    if entry.outcome == AgendaEntry.Outcome.DEFERRED:
        return entry
    if entry.stage == Stage.VOTING:
        raise WrongState(_("这一项已经表决，不能再暂缓。请宣布表决结果。"), code="entry_voting")
    require_stage(entry, {Stage.WAITING, Stage.INTRODUCED, Stage.SPEAKING})
    if not reason.strip():
        raise Invalid(
            _("请写明暂缓的理由。"), code="no_reason", fields={"reason": _("请写明理由，例如：补充两村意见后再议。")}
        )
    now = clock.now()
    entry.reason = _words(AgendaEntry, reason)
    entry.stage, entry.outcome = Stage.ANNOUNCED, AgendaEntry.Outcome.DEFERRED
    entry.announced_at, entry.announced_by, entry.speaker = now, actor, None
    entry.save(update_fields=["stage", "outcome", "reason", "announced_at", "announced_by", "speaker"])
    entry.motions.update(outcome=AgendaEntry.Outcome.DEFERRED, announced_at=now)
    log_entry(entry, actor, "entry_defer", entry, reason=entry.reason)
    minutes_draft(actor=actor, entry=entry)
    tell_flow(entry, actor)
    return entry


def _words(model: type[Model], reason: str) -> str:
    """A reason as it is kept. Raises `Invalid` where it is longer than there is room for."""
    return changes.words(model, {"reason": reason}, required=())["reason"]


def tell_flow(entry: AgendaEntry, actor: User) -> None:
    """Tell the item's flow how the sitting ended for it. Last in its action: the case's row is locked after all of
    ours."""
    if entry.item.case_id is not None:
        case_message(
            actor=actor, case_id=entry.item.case_id, name=stages.RESULT, variables={"outcome": str(entry.outcome)}
        )
