"""The draft of the minutes of one item, composed from the record (R30). An official document: always Chinese, positions
instead of names. What it says of counts comes from the resolutions, never from a second counting."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import override

from decisions.models import (
    AgendaEntry,
    Amendment,
    Attendance,
    Ballot,
    GoingOn,
    GuestStatement,
    Motion,
    Resolution,
    SittingSeat,
    Statement,
    StatementCheck,
    StricterRule,
)
from decisions.rules.numerals import numeral
from decisions.selectors import ballots as select
from decisions.selectors import sittings as read
from decisions.selectors.minutes import people
from decisions.selectors.minutes.dissent import dissents_in, one_line
from permissions.models import Body

METHODS = {"named": "记名表决", "hands": "举手表决", "voice": "口头表决", "secret": "无记名投票表决"}
_STANCES = {"agree": "同意", "disagree": "不同意", "defer": "建议缓议", "waive": "放弃发言"}


def compose(entry: AgendaEntry) -> str:
    """The draft: who met when and where, who presided, every speech, the counts of each body, dissent word for word, who was
    there, came late, left, or stepped back (R30)."""
    seats = read.seats_of(entry.sitting)
    bodies = read.bodies_in(seats)
    lines = [
        _opening(entry, bodies),
        f"{numeral(entry.order)}、{entry.item.title}",
        *_course(entry, seats),
        *_speeches(entry),
        *_amendments(entry),
        *_stricter(entry),
        *(line for motion in entry.motions.all() for line in _decision(entry, motion)),
        *_end(entry),
        *_dissent(entry),
        *_sent_in(entry, seats),
        *people.chair_lines(entry, seats),
        *people.roll(entry, seats, bodies),
        *people.movement_lines(entry.sitting, entry.announced_at),
        *people.break_lines(entry.sitting),
    ]
    return "\n".join(lines)


def _opening(entry: AgendaEntry, bodies: list[Body]) -> str:
    sitting = entry.sitting
    names = "、".join(body.name for body in bodies)
    return (
        f"{people.moment_words(sitting.opened_at or sitting.at)}，{names}在{sitting.place}召开联席会议，"
        f"由{sitting.host.position}主持。两个班子分别计数、分别表决。"
    )


def _course(entry: AgendaEntry, seats: list[SittingSeat]) -> list[str]:
    """What was done before the vote, and how it was taken (R19, R20, R23)."""
    said = ["会议听取了提出人的说明。"] if entry.called_at is not None else []
    methods = list(dict.fromkeys(Ballot.objects.filter(entry=entry).order_by("pk").values_list("method", flat=True)))
    if methods:
        principals = "、".join(seat.position for seat in seats if seat.principal)
        last = f"，{principals}末位发言" if principals and entry.frozen_rules.principal_last else ""
        said += [f"到会成员逐一表明态度{last}。"] if entry.frozen_rules.statements else []
        said.append(f"会议采用{'、'.join(METHODS[method] for method in methods)}。")
    return ["".join(said)] if said else []


def _speeches(entry: AgendaEntry) -> list[str]:
    """Every speech, in order, word for word as far as it was written down; views without words are put together (R30)."""
    rows = list(
        Statement.objects.filter(entry=entry).select_related("seat").prefetch_related("checks").order_by("order")
    )
    lines = [_speech(row) for row in rows if row.words.strip()]
    guests = GuestStatement.objects.filter(guest__entry=entry).select_related("guest").order_by("at", "pk")
    lines += [
        f"{row.guest.name}（{row.guest.position}）列席发言：{one_line(row.words)}"
        for row in guests
        if row.words.strip()
    ]
    silent = {
        word: [row.seat.position for row in rows if row.stance == stance and not row.words.strip()]
        for stance, word in _STANCES.items()
    }
    told = [f"{word}的有{'、'.join(names)}" for word, names in silent.items() if names]
    return [*lines, *([f"未另作发言，表明{'；'.join(told)}。"] if told else [])]


def _speech(row: Statement) -> str:
    corrected = [check for check in row.checks.all() if check.kind == StatementCheck.Kind.CORRECTED]
    view = _STANCES.get(row.stance, "")
    kind = f"发言（{view}）" if view else "列席发言"
    note = "（经本人更正）" if corrected else ""
    return f"{row.seat.position}{kind}{note}：{one_line(corrected[-1].words if corrected else row.words)}"


def _amendments(entry: AgendaEntry) -> list[str]:
    """What was proposed to be changed, and what became of it (R28)."""
    rows = Amendment.objects.filter(entry=entry).select_related("seat").order_by("order")
    return [
        f"{row.seat.position}提出修正案 {row.order}（第 {row.clause} 条，{row.get_kind_display()}）："
        f"“{one_line(row.old)}”改为“{one_line(row.new)}”。{_became(row)}"
        for row in rows
    ]


def _became(row: Amendment) -> str:
    if row.withdrawn_at is not None:
        return "提出人已撤回。"
    motion = Motion.objects.filter(amendment=row).first()
    ends = {"passed": "修正案获通过。", "rejected": "修正案未通过。", "split": "两个班子意见不一致，修正案未通过。"}
    return ends.get(motion.outcome if motion is not None else "", "未付表决。")


def _stricter(entry: AgendaEntry) -> list[str]:
    """Stricter rules that were invoked (R44), and why the sitting went on although views were split (R25)."""
    rows = StricterRule.objects.filter(entry=entry).select_related("body", "asked_by").order_by("pk")
    lines = [
        f"{row.body.name}经{row.asked_by.position}提出，本项从严适用规则，理由：{row.reason.rstrip('。')}。"
        for row in rows
    ]
    going_on = GoingOn.objects.filter(entry=entry).first()
    if going_on is not None:
        kind = "属紧急事项，" if going_on.emergency else ""
        lines.append(f"意见分歧较大，{kind}会议继续审议，理由：{going_on.reason.rstrip('。')}。")
    return lines


def _decision(entry: AgendaEntry, motion: Motion) -> list[str]:
    resolutions = list(motion.resolutions.select_related("body"))
    if not resolutions:
        return [f"{motion.text}：不再表决。"] if motion.outcome == Motion.Outcome.LAPSED else []
    if motion.places is not None:
        return _elected(motion, resolutions)
    counted = "；".join(_count(found) for found in resolutions)
    return [f"{_subject(motion)}{counted}。{_conclusion(entry, motion, resolutions)}"]


def _elected(motion: Motion, resolutions: list[Resolution]) -> list[str]:
    """An election: how it was held, each one's votes in each body, who is elected, and what becomes of a place left open."""
    with override("zh-hans"):
        standing, names = select.standing(motion), select.elected(motion)
    places = motion.places or 0
    kind = "另行投票" if motion.runoff_of_id is not None else "选举"
    how = f"{kind}应选 {places} 名，人选 {len(standing)} 名：{'、'.join(standing.values())}。"
    lines = [how, *(f"{_turnout(found)}。{_votes(found, standing)}。" for found in resolutions)]
    left = places - len(motion.elected)
    end = f"两个班子都选出的人选当选：{names}。" if names else "没有人选由两个班子都选出，无人当选。"
    if hasattr(motion, "runoff"):
        end += f"票数相同，余下 {left} 名另行投票。"
    elif left:
        end += f"余下 {left} 名缺额。"
    return [*lines, end]


def _votes(found: Resolution, standing: Mapping[int, str]) -> str:
    ends = {"elected": "当选", "tied": "票数相同", "outnumbered": "未当选", "short": "未过线"}
    rows = sorted(found.tallies, key=lambda row: -row["votes"])
    return "得票：" + "，".join(
        f"{standing.get(row['candidate'], '')} {row['votes']} 票（{ends[row['fate']]}）" for row in rows
    )


def _subject(motion: Motion) -> str:
    if motion.candidate_id is not None:
        return f"人选{motion.text}："
    return f"{motion.text}：" if motion.plan_id is not None or motion.amendment_id is not None else ""


def _turnout(found: Resolution) -> str:
    """An election's figures without who got what: due, present, spoilt papers, those who gave none."""
    rest = [
        f"{word} {number} {unit}"
        for word, number, unit in (("废票", found.spoilt, "张"), ("未投", found.not_voted, "人"))
        if number
    ]
    parts = [f"{found.body.name}应到 {found.due} 人", _presence(found), *rest, f"当选须 {found.required} 票"]
    return "，".join(parts)


def _presence(found: Resolution) -> str:
    return f"实到 {found.present} 人" + (f"（回避 {found.recused} 人）" if found.recused else "")


def _count(found: Resolution) -> str:
    present = _presence(found)
    votes = [f"赞成 {found.in_favour} 票"]
    votes += [
        f"{word} {number} {unit}"
        for word, number, unit in (
            ("反对", found.against, "票"),
            ("弃权", found.abstained, "票"),
            ("废票", found.spoilt, "张"),
            ("未投", found.not_voted, "人"),
        )
        if number
    ]
    return f"{found.body.name}应到 {found.due} 人，{present}，{'，'.join(votes)}，须 {found.required} 票"


def _conclusion(entry: AgendaEntry, motion: Motion, resolutions: list[Resolution]) -> str:
    version = motion.plan_version or entry.plan_version
    what = (
        "该人选"
        if motion.candidate_id is not None
        else "该修正案"
        if motion.amendment_id is not None
        else f"该方案{f'（第 {version} 版）' if version else ''}"
    )
    if motion.outcome == Motion.Outcome.PASSED:
        return f"两个班子均达到通过所需票数，会议决定通过{what}。"
    if motion.outcome == Motion.Outcome.REJECTED:
        return f"两个班子均未达到通过所需票数，{what}未通过。"
    passed = "、".join(found.body.name for found in resolutions if found.passed)
    failed = "、".join(found.body.name for found in resolutions if not found.passed)
    alone = any((motion.candidate_id, motion.amendment_id, motion.plan_id))
    return f"{passed}通过，{failed}未通过，两个班子意见不一致，{what}{'未通过' if alone else '联合表决不通过'}。"


def _end(entry: AgendaEntry) -> list[str]:
    """What the sitting announced where it is not the count that says it (R25, R28)."""
    ground = entry.get_ground_display() if entry.ground else ""
    why = "，".join(part for part in (ground, entry.reason.rstrip("。")) if part)
    ends = {
        AgendaEntry.Outcome.DEFERRED: f"会议决定暂缓审议。理由：{why}。",
        AgendaEntry.Outcome.REDISCUSS: f"会议决定退回共谋，再行审议。理由：{why or '修正案改变了方案的实质内容'}。",
        AgendaEntry.Outcome.AMENDED: "会议宣布：方案经修改后通过。",
    }
    line = ends.get(AgendaEntry.Outcome(entry.outcome)) if entry.outcome else None
    return [line] if line else []


def _dissent(entry: AgendaEntry) -> list[str]:
    """Dissent word for word (R30, R31), by name: it is the speaker's protection."""
    return [f"{one.position}的不同意见：{one.line}" for one in dissents_in(entry)]


def _sent_in(entry: AgendaEntry, seats: list[SittingSeat]) -> list[str]:
    """Absent members' written opinions: on record word for word, and said not to be counted (R22, R30).

    An opinion is on the whole agenda. Where another item on it is confidential, what is written may cite that one, and whoever reads
    these minutes need not know of it (R40): these say that there is an opinion, and its words stay in the register of attendance.
    """
    sent = [
        seat
        for seat in seats
        if seat.voting and seat.attendance.state != Attendance.State.PRESENT and seat.attendance.opinion.strip()
    ]
    if not sent:
        return []
    others = AgendaEntry.objects.filter(sitting=entry.sitting_id).exclude(pk=entry.pk)
    if others.exclude(item__confidential="").exists():
        return [f"{seat.position}未到会，提交书面意见（原文存会议到会登记，记录在案，不计票）" for seat in sent]
    return [
        f"{seat.position}未到会，提交书面意见：{one_line(seat.attendance.opinion)}（记录在案，不计票）" for seat in sent
    ]
