"""What is open on an entry beside the vote: the chair, recusals, amendments, stricter rules, guests, who has the floor; and
what the person looking at it may do about it."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from decisions import rules
from decisions.models import (
    AgendaEntry,
    Amendment,
    Guest,
    Motion,
    Plan,
    Recusal,
    Sitting,
    SittingSeat,
    SpeakingTurn,
    Statement,
    StricterRule,
)
from decisions.policies.sittings import may_record_for_body
from decisions.selectors import sittings as read
from decisions.selectors.chair import ruling_seat
from decisions.selectors.room.shapes import Matter, Matters, Room, Step, Turn
from permissions.ids import cover
from permissions.models import User
from workflows import clock

Stage = AgendaEntry.Stage
_BEFORE_VOTE = (Stage.WAITING, Stage.INTRODUCED, Stage.SPEAKING)


def matters_of(room: Room, user: User, seats: list[SittingSeat], roster: rules.Roster) -> Matters:
    """Everything beside the vote, for one person. A bounded number of queries."""
    entry = room.entry
    assert entry is not None  # noqa: S101  # rooms without an entry have no matters
    going_on = room.sitting.status == Sitting.Status.OPEN
    chair = read.chair_of(entry, seats, roster)
    by_pk = {seat.pk: seat for seat in seats}
    before = going_on and entry.stage in _BEFORE_VOTE
    mine = [seat for seat in seats if seat.user_id == user.pk]
    turns = list(SpeakingTurn.objects.filter(entry=entry, ended_at__isnull=True).order_by("asked_at", "pk"))
    found = Matters(
        chair=chair.label if chair else "",
        turn=next((_turn(one, by_pk[one.seat_id]) for one in turns if one.started_at is not None), None),
        hands=[by_pk[one.seat_id].label for one in turns if one.started_at is None],
        recusals=_recusals(entry, user, seats, before),
        amendments=_amendments(entry, user, room.desk, going_on),
        strict=[
            Matter("shield-exclamation", _("%(body)s从严：%(reason)s") % {"body": row.body.label, "reason": row.reason})
            for row in StricterRule.objects.filter(entry=entry).select_related("body")
        ],
        guests=_guests(entry, room.desk and going_on),
        unchecked=_unchecked(entry, mine) if going_on else [],
    )
    if going_on:
        found.hand = _hand(entry, mine, roster, turns)
        found.steps = _steps(room, user, seats, mine, roster)
    return found


def _turn(turn: SpeakingTurn, seat: SittingSeat) -> Turn:
    assert turn.started_at is not None  # noqa: S101  # the caller has looked
    seconds = max(int((clock.now() - turn.started_at).total_seconds()), 0)
    return Turn(seat.label, seconds, turn.limit)


def _recusals(entry: AgendaEntry, user: User, seats: list[SittingSeat], before: bool) -> list[Matter]:
    rows = Recusal.objects.filter(entry=entry).select_related("seat__body", "ruling__seat").order_by("pk")
    return [_recusal(entry, row, user, seats, before) for row in rows]


def _recusal(entry: AgendaEntry, row: Recusal, user: User, seats: list[SittingSeat], before: bool) -> Matter:
    ruling = getattr(row, "ruling", None)
    told = {"seat": row.seat.label, "kind": row.get_kind_display(), "reason": row.reason}
    words = _("%(seat)s：%(kind)s，%(reason)s") % told
    if ruling is not None:
        told |= {"ruler": ruling.seat.label, "why": ruling.reason}
        state = _("%(ruler)s裁定应当回避：%(why)s") if ruling.upheld else _("%(ruler)s裁定不需要回避：%(why)s")
        return Matter("person-dash" if ruling.upheld else "person-check", words, state % told)
    if row.way == Recusal.Way.DECLARED:
        state, kind = _("本人申请，已生效"), ""
    else:
        state, kind = _("他人提出，还没有裁定；裁定前不能表决"), "warn"
    matter = Matter("person-dash", words, state, kind)
    ruler = ruling_seat(entry, row, seats) if before else None
    if ruler is not None and ruler.user_id == user.pk:
        matter.url, matter.act = reverse("recusal_rule", args=[row.pk]), _("作出裁定")
    elif ruler is not None and row.way == Recusal.Way.REPORTED:
        matter.state = _("%(state)s。由%(seat)s裁定") % {"state": state, "seat": ruler.label}
    return matter


def _amendments(entry: AgendaEntry, user: User, desk: bool, going_on: bool) -> list[Matter]:
    rows = Amendment.objects.filter(entry=entry).select_related("seat", "motion").order_by("order")
    found = []
    for row in rows:
        told = {"order": row.order, "clause": row.clause, "old": row.old, "new": row.new, "seat": row.seat.label}
        words = (
            _("修正案 %(order)s，第 %(clause)s 条：“%(old)s”改为“%(new)s”。%(seat)s提出")
            if row.new
            else _("修正案 %(order)s，第 %(clause)s 条：删去“%(old)s”。%(seat)s提出")
        ) % told
        matter = Matter("pencil", words, _amendment_state(row))
        if (
            going_on
            and entry.stage == Stage.SPEAKING
            and not row.withdrawn_at
            and (desk or row.seat.user_id == user.pk)
        ):
            matter.url, matter.act = reverse("amendment_withdraw", args=[row.pk]), _("撤回")
            matter.post = True
        found.append(matter)
    return found


def _amendment_state(row: Amendment) -> str:
    if row.withdrawn_at is not None:
        return _("已撤回")
    outcome = row.motion.outcome
    if not outcome:
        return _("%(kind)s，先于方案表决") % {"kind": row.get_kind_display()}
    if outcome != Motion.Outcome.PASSED:
        return _("%(kind)s，%(outcome)s") % {
            "kind": row.get_kind_display(),
            "outcome": row.motion.get_outcome_display(),
        }
    if row.kind == Plan.Kind.SUBSTANTIVE:
        return _("实质性修改，通过，退回共谋再议（R29）")
    return _("文字修改，通过，已写入方案第 %(version)s 版") % {"version": row.applied_version}


def _guests(entry: AgendaEntry, desk: bool) -> list[Matter]:
    found = []
    for guest in Guest.objects.filter(entry=entry):
        state = _("在会场") if guest.inside else _("已离开") if guest.left_at else _("等候")
        matter = Matter("person", str(guest), state)
        if desk and guest.left_at is None:
            matter.url = reverse("guest", args=[guest.pk])
            matter.act = _("登记") if not guest.inside else _("发言和离开")
        found.append(matter)
    return found


def _unchecked(entry: AgendaEntry, mine: Sequence[SittingSeat]) -> list[Matter]:
    """What the desk has written down for this person and they have said nothing about."""
    own = {seat.pk: seat.user_id for seat in mine}
    rows = Statement.objects.filter(entry=entry, seat__in=own, checks__isnull=True).select_related("seat")
    return [
        Matter(
            "pen",
            noted(row),
            url=reverse("statement_check", args=[row.pk]),
            act=_("确认或更正"),
        )
        for row in rows
        if row.recorded_by_id != own[row.seat_id]
    ]


def noted(row: Statement) -> str:
    """What the desk wrote down for somebody, as they are asked about it."""
    if not row.words:
        return _("秘书代记：%(stance)s，没有发言") % {"stance": row.get_stance_display()}
    return _("秘书代记：%(stance)s“%(words)s”") % {"stance": row.get_stance_display(), "words": row.words}


def _hand(
    entry: AgendaEntry, mine: Sequence[SittingSeat], roster: rules.Roster, turns: Sequence[SpeakingTurn]
) -> list[Step]:
    """Asking for the floor, giving it back: for each of one's seats in the room."""
    if entry.stage != Stage.SPEAKING:
        return []
    found = []
    for seat in mine:
        if not rules.may_speak(seat.pk, roster, (), principal_last=False):
            continue
        turn = next((one for one in turns if one.seat_id == seat.pk), None)
        way = "raise" if turn is None else "lower"
        label = _("申请发言") if turn is None else _("发言完毕") if turn.started_at else _("取消申请")
        found.append(Step(label, reverse("hand", args=[entry.pk, seat.pk, way]), "hand-index-thumb"))
    return found


def _steps(
    room: Room, user: User, seats: list[SittingSeat], mine: Sequence[SittingSeat], roster: rules.Roster
) -> list[Step]:
    """What else the person may do on the entry now, each with its own page."""
    entry, sitting = room.entry, room.sitting
    assert entry is not None  # noqa: S101  # the caller has looked
    before, speaking = entry.stage in _BEFORE_VOTE, entry.stage == Stage.SPEAKING
    votes = any(roster.seat(seat.pk).votes for seat in mine)
    check = _("表决前规则检查") if before else _("规则台账")
    found = [Step(check, reverse("ledger", args=[entry.item_id]), "shield-check")]
    if before and (mine or room.desk):
        found.append(Step(_("提出他人应当回避"), reverse("recusal_report", args=[entry.pk]), "person-dash"))
    if speaking and not entry.item.matter_type.needs_candidates and (votes or room.desk):
        found.append(Step(_("提出修正案"), reverse("amendment_new", args=[entry.pk]), "pencil"))
    if before and any(may_record_for_body(user, sitting, body) for body in read.bodies_in(seats)):
        found.append(Step(_("登记从严规则"), reverse("stricter", args=[entry.pk]), "shield-exclamation"))
    if room.desk:
        if speaking and read.split_deeply(entry, seats, roster):
            found.append(Step(_("说明继续审议的理由"), reverse("entry_go_on", args=[entry.pk]), "pen"))
        if before:
            found.append(Step(_("邀请列席"), reverse("guest_new", args=[entry.pk]), "person"))
            found.append(Step(_("宣布再议"), reverse("entry_return", args=[entry.pk]), "arrow-return-left"))
        if entry.stage != Stage.ANNOUNCED:
            found.append(
                Step(_("更换主持"), reverse("chair_take", args=[sitting.pk]) + f"?of={cover(entry.pk)}", "person-check")
            )
        found.append(Step(_("休会"), reverse("sitting_adjourn", args=[sitting.pk]), "pause-fill"))
    return found
