"""The beats all actions on sittings share.

Locks are taken in one order everywhere, so no two actions can wait for each other: the sitting's row or the minutes,
the item, ballots by key, the case, and last the head of a log chain. The item is locked because a flow that ends closes
it. Only a vote goes past sitting and item: it shares its ballot's row with the other voters and waits for nobody but
whoever closes the ballot, and for its turn in the log.
"""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from decisions.models import AgendaEntry, Ballot, Guest, Sitting, SittingSeat, SpeakingTurn
from decisions.policies.sittings import require_acting_for
from decisions.selectors import sittings as read
from permissions import audit, versions
from permissions.access import fetch
from permissions.actions import changes
from permissions.errors import Hidden, Invalid, WrongState
from permissions.models import User
from workflows import clock
from workflows.errors import require_running
from workflows.locks import hold
from workflows.models import Case

MAX_WORDS = 5_000


def lock_sitting(actor: User, act: str, sitting_id: int) -> Sitting:
    """The sitting's row, locked until commit. Raises `Hidden`, or `Denied` by the policy."""
    rows = Sitting.objects.select_for_update(of=("self",), no_key=True).select_related("host__body")
    return fetch(rows, actor, act, sitting_id)


def lock_entry(actor: User, act: str, entry_id: int) -> AgendaEntry:
    """The entry, read under the locks of its sitting and its item. Raises `Hidden`, `Denied`, and `WrongState` unless
    the sitting is open."""
    fetch(AgendaEntry, actor, act, entry_id)
    sitting = (
        Sitting.objects.select_for_update(of=("self",), no_key=True).select_related("host__body").get(entries=entry_id)
    )
    require_open(sitting)
    rows = AgendaEntry.objects.select_for_update(of=("self", "item"), no_key=True)
    entry = rows.select_related("item__matter_type", "item__case").get(pk=entry_id)
    entry.sitting = sitting
    return entry


def require_open(sitting: Sitting) -> None:
    """Raises `WrongState` unless the sitting is going on."""
    if sitting.status == Sitting.Status.CANCELLED:
        raise WrongState(_("会议已取消。需要时请另建会议。"), code="cancelled")
    if sitting.opened_at is None:
        raise WrongState(_("会议还没有开始。请由秘书先宣布开会。"), code="not_open")
    if sitting.status == Sitting.Status.ADJOURNED:
        raise WrongState(_("会议正在休会。请等复会后再办理。"), code="adjourned")
    if sitting.status == Sitting.Status.CLOSED:
        raise WrongState(_("会议已经结束，不能再办理。"), code="closed")


def require_moving(entry: AgendaEntry) -> None:
    """Raises `WrongState` while the item's flow is suspended: nobody votes on it, and no ballot is opened or closed over those
    who cannot vote. Reads the case as it is now."""
    if entry.item.case_id is None:
        return
    case = Case.objects.only("status", "suspended", "suspend_reason").get(pk=entry.item.case_id)
    if case.is_running:
        require_running(case)


def require_stage(entry: AgendaEntry, allowed: Collection[str]) -> None:
    """Raises `WrongState`, saying where the entry stands, unless it is at one of the stages."""
    if entry.stage in allowed:
        return
    where = {
        AgendaEntry.Stage.WAITING: _("这一项还没有开始审议。请先进入这一项。"),
        AgendaEntry.Stage.INTRODUCED: _("这一项还在介绍。请先开始发言。"),
        AgendaEntry.Stage.SPEAKING: _("这一项正在发言，还没有开始表决。"),
        AgendaEntry.Stage.VOTING: _("这一项已经进入表决。"),
        AgendaEntry.Stage.ANNOUNCED: _("这一项的结果已经宣布，不能再改动。"),
    }
    raise WrongState(where[AgendaEntry.Stage(entry.stage)], code=f"entry_{entry.stage}")


def require_reason(text: str, model: type[Model], example: str) -> str:
    """A reason as it is kept. Raises `Invalid` at ``reason`` where there is none or it is longer than there is room for."""
    if not text.strip():
        raise Invalid(
            _("请写明理由。"),
            code="no_reason",
            fields={"reason": _("请写明理由，例如：%(example)s") % {"example": example}},
        )
    return words_of(model, text)


def words_of(model: type[Model], reason: str) -> str:
    """A reason as it is kept. Raises `Invalid` where it is longer than there is room for."""
    return changes.words(model, {"reason": reason}, required=())["reason"]


def write(row: Sitting | AgendaEntry, actor: User, act: str, *fields: str, why: str = "") -> None:
    """Write a sitting or an entry (these fields, or all of a new one) and its version."""
    versions.save(row, actor, act, why=why, fields=fields or None, at=clock.now())


def turns_end(entry: AgendaEntry) -> None:
    """Whoever has the floor or has asked for it has it no more: the entry goes on to something else."""
    now = clock.now()
    SpeakingTurn.objects.filter(entry=entry, ended_at__isnull=True).update(ended_at=now)
    if entry.speaker_id is not None:
        entry.speaker = None
        versions.save_apart(entry, ["speaker"])


def guests_out(entry: AgendaEntry) -> None:
    """Everybody asked in for the entry leaves: it goes to the vote, or ends (R17)."""
    Guest.objects.filter(entry=entry, entered_at__isnull=False, left_at__isnull=True).update(left_at=clock.now())


def turn_end(entry: AgendaEntry, seat: SittingSeat) -> None:
    """The same for one seat."""
    SpeakingTurn.objects.filter(entry=entry, seat=seat, ended_at__isnull=True).update(ended_at=clock.now())
    if entry.speaker_id == seat.pk:
        entry.speaker = None
        versions.save_apart(entry, ["speaker"])


def require_no_open_ballot(ballots: QuerySet[Ballot]) -> None:
    """Raises `WrongState` while a ballot is open: the roster of a ballot does not change under the voters."""
    if ballots.filter(status=Ballot.Status.OPEN).exists():
        raise WrongState(_("表决正在进行，到会和回避情况不能更改。请等表决结束。"), code="ballot_open")


def require_quorum(ballots: Sequence[Ballot]) -> None:
    """Raises `WrongState` where so many have left an open ballot without a vote that its quorum is lost (R14, R16)."""
    lost = read.quorum_lost(ballots)
    if lost:
        raise WrongState(
            _("%(bodies)s表决中途未达到法定人数。请等成员回到会场，或者宣布暂缓，这次表决作废（R14、R16）。")
            % {"bodies": _("、").join(ballot.body.label for ballot in lost)},
            code="quorum_lost",
        )


def seat_of(sitting: Sitting, seat_id: int, actor: User, *, desk: bool = True) -> SittingSeat:
    """A seat of this sitting that the actor may act for. Raises `Hidden` or `Denied` (not your seat)."""
    seat = SittingSeat.objects.select_related("body", "attendance").filter(sitting=sitting, pk=seat_id).first()
    if seat is None:
        raise Hidden(_("本次会议的名册上没有这个席位。请返回会议页面重新选择。"))
    require_acting_for(actor, seat, desk=desk)
    return seat


def spoken(text: str, field: str) -> str:
    """Words for the record as they are kept. Raises `Invalid` at `field` where they are longer than anybody reads out."""
    words = text.replace("\r\n", "\n").strip()
    if len(words) > MAX_WORDS:
        raise Invalid(
            _("意见太长"),
            fields={field: _("请缩短到 %(limit)s 字以内，较长的内容请作为材料上传。") % {"limit": MAX_WORDS}},
        )
    return words


def log_entry(entry: AgendaEntry, actor: User, verb: str, target: Model | None = None, **data: Any) -> None:
    """One event about an entry, in its item's chain."""
    if entry.item.case_id is not None:
        # The chain's head is the flow's as well; it locks the case first, and so do we.
        hold(entry.item.case_id)
    _log(entry.item.subject, actor, verb, target, {"entry": entry.pk, "sitting": entry.sitting_id} | data)


def log_sitting(sitting: Sitting, actor: User, verb: str, target: Model | None = None, **data: Any) -> None:
    """One event about the whole sitting, in the sitting's chain."""
    _log(sitting.subject, actor, verb, target, data)


def _log(subject: str, actor: User, verb: str, target: Model | None, data: dict[str, Any]) -> None:
    name = f"{target._meta.model_name}:{target.pk}" if target is not None else ""
    audit.record(subject=subject, actor=actor, verb=verb, target=name, data=data, at=clock.now())
