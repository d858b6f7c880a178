"""What the sitting room shows one person at one moment: loaded in a bounded number of queries, judged by the rules.

The room's `version` is made of the heads of the log chains it shows: whatever happens in the room is logged, so an
unchanged version means an unchanged room, and asking costs two small queries.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.db.models import Count, Prefetch
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from decisions import rules
from decisions.models import AgendaEntry, Attendance, Ballot, Motion, Resolution, Sitting, SittingSeat, Statement, Vote
from decisions.policies.sittings import at_desk
from decisions.selectors import sittings as read
from permissions.models import AuditHead, Body, User

Stage = AgendaEntry.Stage


@dataclass(frozen=True, slots=True)
class Row:
    """One seat as a line: its place, state in a word with an icon, and why where there is a why."""

    seat: SittingSeat
    icon: str
    word: str
    kind: str = ""
    why: str = ""
    mode: str = ""
    order: int | str = ""
    note: str = ""


@dataclass(slots=True)
class Turnout:
    """How far one body's open ballot is: heads only, no direction (until it closes nobody learns one)."""

    ballot: Ballot
    cast: int
    waiting: int
    absent: int
    recused: int
    last: str = ""


@dataclass(slots=True)
class Side:
    """One body in the room."""

    body: Body
    quorum: rules.Quorum
    roster: list[Row]
    speaking: list[Row]
    heard: int
    present: int
    turnout: Turnout | None = None


@dataclass(slots=True)
class Line:
    """One entry in the agenda's list."""

    entry: AgendaEntry
    icon: str
    word: str
    current: bool


@dataclass(slots=True)
class BodyResult:
    """One body's count of one motion, ready to be said and drawn."""

    body: Body
    found: Resolution
    sentence: str
    detail: str
    votes: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Result:
    """What came of one motion: the joint outcome in words, and each body's count."""

    motion: Motion
    outcome: str
    title: str
    words: str
    bodies: list[BodyResult]


@dataclass(slots=True)
class Own:
    """What the person may do for one of their own seats."""

    seat: SittingSeat
    present: bool
    recused: bool
    stance: str
    speak: bool
    why: str
    ballot: Ballot | None
    voted: bool

    @property
    def key(self) -> str:
        """Changes when what this person may do changes, not when anybody else's state does."""
        ballot = self.ballot.pk if self.ballot else 0
        return (
            f"{self.seat.pk}{self.present:d}{self.recused:d}{self.stance}{self.speak:d}{self.why}{ballot}{self.voted:d}"
        )


@dataclass(slots=True)
class Button:
    """One thing the desk may do: where to, which word, and whether it is the main one."""

    label: str
    url: str
    icon: str = ""
    primary: bool = False
    post: bool = True
    blocked: bool = False
    id: str = ""


@dataclass(slots=True)
class Control:
    """Where the entry stands in a sentence, why it cannot go on if it cannot, and what the desk can do about it."""

    title: str
    why: str = ""
    buttons: list[Button] = field(default_factory=list)


@dataclass(slots=True)
class Room:
    """Everything one person's page of one sitting shows."""

    sitting: Sitting
    version: str
    desk: bool
    agenda: list[Line]
    entry: AgendaEntry | None
    motions: int
    motion: Motion | None
    phases: list[tuple[str, str]]
    sides: list[Side]
    guests: list[SittingSeat]
    own: list[Own]
    control: Control | None
    results: list[Result]
    before: tuple[AgendaEntry, list[Result]] | None = None

    @property
    def own_key(self) -> str:
        """Changes when this person's own forms have to be drawn anew."""
        stage = f"{self.entry.pk}{self.entry.stage}" if self.entry else ""
        return sha256((stage + "|".join(own.key for own in self.own)).encode()).hexdigest()[:12]


def version_of(sitting: Sitting) -> str:
    """What the room looks like now, as a short word; the same word means the same room. Two queries."""
    items = AgendaEntry.objects.filter(sitting=sitting).values_list("item_id", flat=True).order_by("pk")
    subjects = [sitting.subject, *(f"item:{item}" for item in items)]
    heads = AuditHead.objects.filter(subject__in=subjects).order_by("subject").values_list("subject", "seq")
    return sha256(repr((sitting.status, list(heads))).encode()).hexdigest()[:16]


def room_of(sitting: Sitting, user: User, entry_id: int | None = None) -> Room:
    """The room as `user` sees it, at the entry asked for, else at the one being dealt with."""
    version = version_of(sitting)
    entries = list(
        sitting.entries.select_related("item__matter_type", "minutes", "announced_by", "speaker")
        .annotate(materials=Count("item__materials"))
        .order_by("order", "pk")
    )
    for one in entries:
        one.sitting = sitting
    entry = _chosen(entries, entry_id)
    seats = read.seats_of(sitting)
    desk = at_desk(user)
    room = Room(
        sitting=sitting,
        version=version,
        desk=desk,
        agenda=[_line(one, one is entry) for one in entries],
        entry=entry,
        motions=0,
        motion=None,
        phases=_phases(entry) if entry else [],
        sides=[],
        guests=[seat for seat in seats if not seat.voting and seat.attendance.state == Attendance.State.PRESENT],
        own=[],
        control=None,
        results=[],
    )
    if entry is None or sitting.status == Sitting.Status.DRAFT:
        return room
    recusals = {row.seat_id: row.reason for row in entry.recusals.all()}
    statements = list(Statement.objects.filter(entry=entry).order_by("order"))
    motions = list(
        entry.motions.prefetch_related(
            Prefetch("resolutions", Resolution.objects.select_related("body")),
            Prefetch("ballots", Ballot.objects.select_related("body").annotate(cast=Count("votes"))),
        )
    )
    room.motions = len(motions)
    room.motion = next((motion for motion in motions if motion.announced_at is None), None)
    roster = read.roster(seats, recusals)
    views = {row.seat_id: row for row in statements}
    voted = _voted(room.motion)
    room.sides = _sides(entry, seats, roster, recusals, views, room.motion, voted)
    room.own = _own(entry, user, seats, roster, recusals, views, room.motion, voted)
    room.results = [_result(entry, motion, seats, full=True) for motion in motions if motion.announced_at]
    room.control = _control(room, entries, seats, roster, views)
    previous = next((one for one in reversed(entries) if one.order < entry.order and one.outcome), None)
    if entry.stage == Stage.ANNOUNCED and previous is not None:
        earlier = previous.motions.prefetch_related(Prefetch("resolutions", Resolution.objects.select_related("body")))
        room.before = (previous, [_result(previous, motion, seats, full=False) for motion in earlier])
    return room


def _chosen(entries: Sequence[AgendaEntry], entry_id: int | None) -> AgendaEntry | None:
    if entry_id is not None:
        asked = next((entry for entry in entries if entry.pk == entry_id), None)
        if asked is not None:
            return asked
    live = next((entry for entry in entries if entry.stage in AgendaEntry.LIVE), None)
    if live is not None:
        return live
    done = [entry for entry in entries if entry.stage == Stage.ANNOUNCED]
    latest = max(done, key=lambda entry: (entry.announced_at, entry.order)) if done else None
    return latest or (entries[0] if entries else None)


def _line(entry: AgendaEntry, current: bool) -> Line:
    if entry.outcome:
        icon = {"passed": "check-lg", "rejected": "x-lg", "split": "arrow-return-left", "deferred": "pause-fill"}
        words = {
            "passed": _("通过"),
            "rejected": _("未通过，退回共谋"),
            "split": _("有分歧，退回共谋"),
            "deferred": _("暂缓"),
        }
        return Line(entry, icon[entry.outcome], words[entry.outcome], current)
    if entry.stage == Stage.WAITING and entry.item.matter_type.needs_candidates:
        return Line(entry, "people", _("人事，逐人表决"), current)
    icons = {
        Stage.WAITING: "hourglass",
        Stage.INTRODUCED: "info-circle",
        Stage.SPEAKING: "mic",
        Stage.VOTING: "hand-index-thumb",
    }
    return Line(entry, icons[Stage(entry.stage)], entry.get_stage_display(), current)


def _phases(entry: AgendaEntry) -> list[tuple[str, str]]:
    names = [
        (Stage.INTRODUCED, _("介绍")),
        (Stage.SPEAKING, _("发言")),
        (Stage.VOTING, _("表决")),
        (Stage.ANNOUNCED, _("宣布")),
    ]
    if entry.outcome == AgendaEntry.Outcome.DEFERRED:
        return [(_("暂缓"), "now")]
    order = [stage for stage, _name in names]
    here = order.index(Stage(entry.stage)) if entry.stage in order else -1
    return [(name, "done" if n < here else "now" if n == here else "") for n, (_stage, name) in enumerate(names)]


def _voted(motion: Motion | None) -> frozenset[int]:
    if motion is None:
        return frozenset()
    return frozenset(Vote.objects.filter(ballot__motion=motion).values_list("seat_id", flat=True))


# ---------------------------------------------------------------- the two bodies


def _sides(
    entry: AgendaEntry,
    seats: list[SittingSeat],
    roster: rules.Roster,
    recusals: dict[int, str],
    views: dict[int, Statement],
    motion: Motion | None,
    voted: frozenset[int],
) -> list[Side]:
    quorums = read.quorums(entry, seats, roster)
    twice = _seated_twice(seats)
    sides = []
    for body in read.bodies_in(seats):
        mine = [seat for seat in seats if seat.voting and seat.body_id == body.pk]
        here = [seat for seat in mine if roster.seat(seat.pk).votes]
        ballot = _ballot(motion, body)
        sides.append(
            Side(
                body=body,
                quorum=quorums[body.code],
                roster=[_present_row(seat, recusals, twice) for seat in mine],
                speaking=_speaking(entry, mine, roster, views),
                heard=sum(seat.pk in views for seat in here),
                present=len(here),
                turnout=_turnout(ballot, mine, voted) if ballot else None,
            )
        )
    return sides


def _seated_twice(seats: list[SittingSeat]) -> frozenset[int]:
    """People with a voting seat in more than one body (R43)."""
    users = [seat.user_id for seat in seats if seat.voting and seat.user_id]
    return frozenset(user for user in users if users.count(user) > 1)


def _ballot(motion: Motion | None, body: Body) -> Ballot | None:
    ballots = motion.ballots.all() if motion else ()
    return next((ballot for ballot in ballots if ballot.body_id == body.pk), None)


def _present_row(seat: SittingSeat, recusals: dict[int, str], twice: frozenset[int]) -> Row:
    note = _("兼两席") if seat.user_id in twice else ""
    row = seat.attendance
    if seat.pk in recusals:
        return Row(
            seat,
            "person-dash",
            _("回避"),
            why=_("%(reason)s；本项不计入实到") % {"reason": recusals[seat.pk]},
            mode="off",
        )
    if row.state == Attendance.State.PRESENT:
        return Row(seat, "check-lg", _("到会"), note=note)
    if row.state == Attendance.State.LEFT:
        return Row(seat, "door-open", _("离席"), why=row.reason, mode="off", note=note)
    why = row.reason
    if row.opinion:
        told = _("已提交书面意见，记录在案，不计票")
        why = f"{why}；{told}" if why else told
    return Row(seat, "person-x", _("请假") if row.reason else _("未到会"), why=why, mode="off", note=note)


def _speaking(
    entry: AgendaEntry, mine: list[SittingSeat], roster: rules.Roster, views: dict[int, Statement]
) -> list[Row]:
    """The order of speaking: those heard as they spoke, then those to come, the principal last, then who is not there."""
    numbers = entry.frozen_rules
    spoken = sorted((seat for seat in mine if seat.pk in views), key=lambda seat: views[seat.pk].order)
    here = [seat for seat in mine if roster.seat(seat.pk).votes and seat.pk not in views]
    away = [seat for seat in mine if not roster.seat(seat.pk).votes and seat.pk not in views]
    coming = sorted(here, key=lambda seat: (seat.principal and numbers.principal_last, seat.order))
    rows = [_spoken_row(seat, views[seat.pk], n) for n, seat in enumerate(spoken, start=1)]
    for n, seat in enumerate(coming, start=len(rows) + 1):
        answer = rules.may_speak(
            seat.pk,
            roster,
            views.keys(),
            principal_last=numbers.principal_last,
            principal_order=numbers.principal_order,
        )
        rows.append(_coming_row(entry, seat, answer, n, len(here) + len(spoken)))
    rows += [
        Row(
            seat,
            "person-dash" if roster.seat(seat.pk).state is rules.SeatState.RECUSED else "person-x",
            word,
            mode="off",
        )
        for seat in away
        for word in [
            _("回避")
            if roster.seat(seat.pk).state is rules.SeatState.RECUSED
            else _("离席")
            if roster.seat(seat.pk).state is rules.SeatState.LEFT
            else _("缺席")
        ]
    ]
    return rows


_STANCE_ICONS = {
    Statement.Stance.AGREE: "check-lg",
    Statement.Stance.DISAGREE: "x-lg",
    Statement.Stance.DEFER: "pause-fill",
    Statement.Stance.WAIVE: "dash-lg",
}


def _spoken_row(seat: SittingSeat, view: Statement, order: int) -> Row:
    icon = _STANCE_ICONS[Statement.Stance(view.stance)]
    why = _("“%(words)s”") % {"words": view.words} if view.words else ""
    return Row(seat, icon, view.get_stance_display(), why=why, order=order)


def _coming_row(entry: AgendaEntry, seat: SittingSeat, answer: rules.Answer, order: int, present: int) -> Row:
    if answer.why is rules.Why.PRINCIPAL_LAST:
        why = _("还有 %(count)s 席未发言或放弃，轮到前不能发言和投票") % {"count": len(answer.waiting)}
        return Row(seat, "lock-fill", _("末位发言"), why=why, mode="lock", order=order)
    if entry.speaker_id == seat.pk:
        return Row(seat, "mic-fill", _("正在发言"), kind="act", mode="me", order=order)
    if seat.principal and entry.stage == Stage.SPEAKING and entry.frozen_rules.principal_last:
        why = _("本班子其他 %(count)s 席均已发言，末位限制已解除") % {"count": present - 1}
        return Row(seat, "unlock-fill", _("可以发言"), kind="act", why=why, order=order)
    return Row(seat, "circle", _("等待发言"), order=order)


def _turnout(ballot: Ballot, mine: list[SittingSeat], voted: frozenset[int]) -> Turnout:
    states = {row["seat"]: row["state"] for row in ballot.roster}
    present = [seat for seat in mine if states.get(seat.pk) == rules.SeatState.PRESENT]
    cast = [seat for seat in present if seat.pk in voted]
    turnout = Turnout(
        ballot=ballot,
        cast=len(cast),
        waiting=len(present) - len(cast),
        absent=sum(state in (rules.SeatState.ABSENT, rules.SeatState.LEFT) for state in states.values()),
        recused=sum(state == rules.SeatState.RECUSED for state in states.values()),
    )
    principal = next((seat for seat in present if seat.principal and seat.pk not in voted), None)
    others = sum(not seat.principal and seat.pk not in voted for seat in present)
    if principal is not None and ballot.is_open and ballot.entry.frozen_rules.principal_last:
        turnout.last = (
            _("%(seat)s末位投票，等待其他 %(count)s 席。") % {"seat": principal.label, "count": others}
            if others
            else _("%(seat)s末位投票，现在可以投票。") % {"seat": principal.label}
        )
    return turnout


def turnouts(ballot: Ballot) -> list[tuple[Body, Turnout]]:
    """How far the vote on a ballot's motion is, for every body."""
    seats = list(ballot.entry.sitting.seats.select_related("body").order_by("body__order", "order", "pk"))
    ballots = (
        Ballot.objects.filter(motion=ballot.motion_id).select_related("body", "entry").order_by("body__order", "pk")
    )
    voted = _voted(ballot.motion)
    return [
        (one.body, _turnout(one, [seat for seat in seats if seat.voting and seat.body_id == one.body_id], voted))
        for one in ballots
    ]


# ---------------------------------------------------------------- one's own seats


def _own(
    entry: AgendaEntry,
    user: User,
    seats: list[SittingSeat],
    roster: rules.Roster,
    recusals: dict[int, str],
    views: dict[int, Statement],
    motion: Motion | None,
    voted: frozenset[int],
) -> list[Own]:
    numbers = entry.frozen_rules
    found = []
    for seat in seats:
        if seat.user_id != user.pk:
            continue
        answer = rules.may_speak(
            seat.pk,
            roster,
            views.keys(),
            principal_last=numbers.principal_last,
            principal_order=numbers.principal_order,
        )
        ballot = _ballot(motion, seat.body) if seat.voting else None
        takes_part = ballot is not None and any(
            row["seat"] == seat.pk and row["state"] == rules.SeatState.PRESENT for row in ballot.roster
        )
        view = views.get(seat.pk)
        found.append(
            Own(
                seat=seat,
                present=seat.attendance.state == Attendance.State.PRESENT,
                recused=seat.pk in recusals,
                stance=view.get_stance_display() if view else "",
                speak=bool(answer) and entry.stage == Stage.SPEAKING,
                why=_("您末位发言，等其他席位说完后可以填写。") if answer.why is rules.Why.PRINCIPAL_LAST else "",
                ballot=ballot if takes_part and ballot is not None and ballot.is_open else None,
                voted=seat.pk in voted,
            )
        )
    return found


# ---------------------------------------------------------------- what the desk can do


def _control(
    room: Room,
    entries: list[AgendaEntry],
    seats: list[SittingSeat],
    roster: rules.Roster,
    views: dict[int, Statement],
) -> Control:
    entry = room.entry
    assert entry is not None  # noqa: S101  # rooms without an entry have no control
    stage = Stage(entry.stage)
    if room.sitting.status == Sitting.Status.CLOSED:
        return Control(_("会议已结束"), buttons=_minutes_button(entry))
    if stage == Stage.ANNOUNCED:
        return _after(room, entry, entries)
    if stage == Stage.WAITING:
        live = next((one for one in entries if one.stage in AgendaEntry.LIVE), None)
        if live is not None:
            return Control(
                _("这一项还没有开始"), _("第 %(order)s 项还没有结果，先议完那一项。") % {"order": live.order}
            )
        return Control(
            _("这一项还没有开始"),
            buttons=[_defer(entry), _do(entry, "call", _("进入第 %(order)s 项") % {"order": entry.order})],
        )
    if stage == Stage.INTRODUCED:
        return Control(
            _("正在介绍"),
            _("提出人介绍完后，到会成员逐一表明态度。"),
            [_defer(entry), _do(entry, "speaking", _("开始发言"), icon="mic")],
        )
    if stage == Stage.SPEAKING:
        return _before_vote(entry, seats, roster, views)
    return _during_vote(room, entry)


def _before_vote(
    entry: AgendaEntry, seats: list[SittingSeat], roster: rules.Roster, views: dict[int, Statement]
) -> Control:
    reasons = [text for _code, text in read.blockers(entry, seats, roster, frozenset(views))]
    next_one = _do(entry, "next", _("下一位发言"), icon="mic", primary=False)
    if reasons:
        vote = _do(entry, "voting", _("开始表决"), blocked=True)
        return Control(_("还不能开始表决"), "".join(reasons), [_defer(entry), next_one, vote])
    return Control(
        _("可以开始表决"),
        _("两个班子均达到法定人数，到会成员都已表明态度。"),
        [_defer(entry), _do(entry, "voting", _("开始表决"))],
    )


def _during_vote(room: Room, entry: AgendaEntry) -> Control:
    turnouts = [side.turnout for side in room.sides if side.turnout]
    if not turnouts:
        title = _("下一项：%(motion)s") % {"motion": room.motion.text if room.motion else ""}
        return Control(title, _("人事事项逐人表决，一次一人（R18）。"), [_do(entry, "voting", _("开始下一项表决"))])
    if any(turnout.ballot.is_open for turnout in turnouts):
        waiting = sum(turnout.waiting for turnout in turnouts)
        if not waiting:
            return Control(_("到会席位都已投票"), buttons=[_do(entry, "close", _("结束表决"))])
        early = Button(_("提前结束"), reverse("entry_early", args=[entry.pk]), post=False, id="do-early")
        return Control(
            _("正在表决"),
            _("还有 %(count)s 席没有投票。结束前只显示已投席数，不显示票向。") % {"count": waiting},
            [early, _do(entry, "close", _("结束表决"), blocked=True)],
        )
    return Control(
        _("表决已结束，等待宣布"),
        _("宣布后形成两个班子各自的决议，不能更改。"),
        [_do(entry, "announce", _("宣布结果"), icon="megaphone")],
    )


def _after(room: Room, entry: AgendaEntry, entries: list[AgendaEntry]) -> Control:
    buttons = _minutes_button(entry)
    live = next((one for one in entries if one.stage in AgendaEntry.LIVE), None)
    waiting = next((one for one in entries if one.stage == Stage.WAITING), None)
    if live is not None:
        url = reverse("sitting", args=[room.sitting.pk])
        buttons.append(
            Button(_("回到第 %(order)s 项") % {"order": live.order}, url, primary=True, post=False, id="do-back")
        )
    elif waiting is not None:
        buttons.append(_do(waiting, "call", _("进入第 %(order)s 项") % {"order": waiting.order}))
    else:
        buttons.append(
            Button(_("结束会议"), reverse("sitting_close", args=[room.sitting.pk]), primary=True, id="do-end")
        )
    return Control(_("本项已有结果"), buttons=buttons)


def _minutes_button(entry: AgendaEntry) -> list[Button]:
    minutes = getattr(entry, "minutes", None)
    if minutes is None:
        return []
    return [
        Button(_("看纪要草稿"), reverse("minutes", args=[minutes.pk]), "file-earmark-text", post=False, id="do-minutes")
    ]


def _defer(entry: AgendaEntry) -> Button:
    return Button(_("暂缓"), reverse("entry_defer", args=[entry.pk]), "pause-fill", post=False, id="do-defer")


def _do(
    entry: AgendaEntry, verb: str, label: str, *, icon: str = "", primary: bool = True, blocked: bool = False
) -> Button:
    url = reverse("entry_do", args=[entry.pk, verb])
    return Button(label, url, icon, primary=primary, blocked=blocked, id=f"do-{verb}")


# ---------------------------------------------------------------- results


def in_language(zh: Any, en: Any, value: Any) -> str:
    """A sentence of the rules in the reader's language."""
    said: str = (en if (get_language() or "").startswith("en") else zh)(value)
    return said


def _detail_zh(verdict: rules.Verdict) -> str:
    return rules.others_zh(verdict) + rules.proof_zh(verdict)


def _detail_en(verdict: rules.Verdict) -> str:
    return f"{rules.others_en(verdict)} {rules.proof_en(verdict)}".strip()


def _result(entry: AgendaEntry, motion: Motion, seats: list[SittingSeat], *, full: bool) -> Result:
    bodies = []
    for found in motion.resolutions.all():
        verdict = found.verdict
        bodies.append(
            BodyResult(
                body=found.body,
                found=found,
                sentence=in_language(rules.explain_zh, rules.explain_en, verdict),
                detail=in_language(_detail_zh, _detail_en, verdict),
                votes=_vote_rows(motion, found.body, seats) if full else [],
            )
        )
    title, words = _joint_words(entry, motion, bodies)
    return Result(motion, motion.outcome, title, words, bodies)


def _joint_words(entry: AgendaEntry, motion: Motion, bodies: list[BodyResult]) -> tuple[str, str]:
    told = {
        "version": entry.plan_version or "",
        "passed": _("、").join(row.body.label for row in bodies if row.found.passed),
        "failed": _("、").join(row.body.label for row in bodies if not row.found.passed),
        "person": motion.text,
        "reason": entry.reason,
    }
    if motion.outcome == AgendaEntry.Outcome.DEFERRED:
        return _("暂缓"), _("%(reason)s。议题回到列入议程这一步。") % told
    if motion.outcome == AgendaEntry.Outcome.PASSED:
        if motion.candidate_id:
            return _("%(person)s：通过") % told, _("两个班子分别达到所需票数。")
        return _("联合表决：通过"), _("两个班子分别达到所需票数，方案（第 %(version)s 版）形成联合决定。") % told
    if motion.outcome == AgendaEntry.Outcome.SPLIT:
        title = _("%(person)s：两个班子意见不一致") % told if motion.candidate_id else _("两个班子意见不一致")
        words = _("%(passed)s通过，%(failed)s未通过。") % told
        return title, words + ("" if motion.candidate_id else _("联合表决不通过，退回共谋；也可由主持人报上级研究。"))
    title = _("%(person)s：未通过") % told if motion.candidate_id else _("联合表决：未通过")
    return title, _("两个班子均未达到所需票数。") + ("" if motion.candidate_id else _("议题退回共谋。"))


_CHOICE_ICONS = {Vote.Choice.FOR: "check-lg", Vote.Choice.AGAINST: "x-lg", Vote.Choice.ABSTAIN: "dash-lg"}


def _vote_rows(motion: Motion, body: Body, seats: list[SittingSeat]) -> list[Row]:
    ballot = _ballot(motion, body)
    if ballot is None or ballot.is_open:
        return []
    states = {row["seat"]: row["state"] for row in ballot.roster}
    votes = {vote.seat_id: vote for vote in Vote.objects.filter(ballot=ballot)}
    rows = []
    for seat in seats:
        if seat.pk not in states:
            continue
        vote = votes.get(seat.pk)
        if vote is not None:
            why = _("“%(words)s”") % {"words": vote.words} if vote.words else ""
            rows.append(Row(seat, _CHOICE_ICONS[Vote.Choice(vote.choice)], vote.get_choice_display(), why=why))
        elif states[seat.pk] == rules.SeatState.RECUSED:
            rows.append(Row(seat, "person-dash", _("回避"), mode="off"))
        elif states[seat.pk] == rules.SeatState.PRESENT:
            rows.append(Row(seat, "circle", _("未投")))
        else:
            opinion = seat.attendance.opinion
            why = _("书面意见“%(words)s”，记录在案，不计票") % {"words": opinion} if opinion else ""
            rows.append(Row(seat, "person-x", _("缺席"), why=why, mode="off"))
    return rows
