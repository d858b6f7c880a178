"""The minutes of one item, composed from the record. An official document: always Chinese, positions instead of names.

Line by line: a line is a paragraph; ``# `` begins a heading, ``**`` a label that stands before its text. What the text
says of counts comes from the resolutions, never from a second counting.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from decisions import rules
from decisions.models import (
    AgendaEntry,
    Attendance,
    Item,
    Minutes,
    MinutesCheck,
    Motion,
    Resolution,
    SignOff,
    SittingSeat,
    Statement,
    Vote,
)
from decisions.policies.sittings import bodies_of
from decisions.rules.numerals import NUMERALS, numeral
from decisions.selectors import sittings as read
from permissions import roles
from permissions.models import Body, Role, User
from permissions.policies import role_key

_LABELS = ("出席", "请假", "缺席", "列席", "回避")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of the minutes as shown: a heading, or text that may begin with a label (出席, 请假 …)."""

    kind: str
    label: str
    text: str


def paragraphs(text: str) -> list[Paragraph]:
    """The text cut into paragraphs for the page and for print."""
    found = []
    for line in (line.strip() for line in text.splitlines()):
        if not line:
            continue
        label, gap, rest = line.partition("　")
        if line[0] in NUMERALS + "十" and "、" in line[:4]:
            found.append(Paragraph("heading", "", line))
        elif gap and label in _LABELS:
            found.append(Paragraph("labelled", label, rest))
        else:
            found.append(Paragraph("text", "", line))
    return found


def document_title(minutes: Minutes) -> str:
    """2026 年第 9 次联席会议纪要; a sitting with a title of its own is called by it."""
    sitting = minutes.entry.sitting
    name = sitting.title or f"{sitting.year} 年第 {sitting.serial} 次联席会议"
    return f"{name}纪要"


def document_number(minutes: Minutes) -> str:
    """〔2026〕9号, with the entry's place behind it where the sitting decided more than one item: 〔2026〕9号之二."""
    entry = minutes.entry
    several = entry.sitting.entries.count() > 1
    return f"〔{entry.sitting.year}〕{entry.sitting.serial}号" + (f"之{numeral(entry.order)}" if several else "")


def counts(entry: AgendaEntry) -> dict[str, Any]:
    """Both bodies' counts of every motion, as they go into the document's hash."""
    resolutions = Resolution.objects.filter(motion__entry=entry).select_related("body", "motion")
    rows: dict[int, dict[str, Any]] = {
        motion.pk: {"motion": motion.text, "outcome": motion.outcome, "bodies": {}} for motion in entry.motions.all()
    }
    for found in resolutions:
        rows[found.motion_id]["bodies"][found.body.code] = {
            "due": found.due,
            "present": found.present,
            "for": found.in_favour,
            "against": found.against,
            "abstained": found.abstained,
            "not_voted": found.not_voted,
            "absent": found.absent,
            "recused": found.recused,
            "required": found.required,
            "passed": found.passed,
        }
    return {"motions": list(rows.values()), "plan_version": entry.plan_version}


def compose(entry: AgendaEntry) -> str:
    """The draft: who met when and where, the item, the counts of each body, dissent word for word, who was there
    (R30)."""
    seats = read.seats_of(entry.sitting)
    bodies = read.bodies_in(seats)
    recused = {row.seat_id: row.reason for row in entry.recusals.standing()}
    lines = [
        _opening(entry, bodies),
        f"{numeral(entry.order)}、{entry.item.title}",
        *_course(entry, seats, bodies),
        *(line for motion in entry.motions.all() for line in _decision(entry, motion)),
        *_dissent(entry),
        *_sent_in(seats),
        *_roll(seats, bodies, recused),
    ]
    return "\n".join(lines)


def _opening(entry: AgendaEntry, bodies: list[Body]) -> str:
    sitting = entry.sitting
    at = timezone.localtime(sitting.opened_at or sitting.at)
    half = "上午" if at.hour < 12 else "下午" if at.hour < 18 else "晚上"
    names = "、".join(body.name for body in bodies)
    return (
        f"{at.year} 年 {at.month} 月 {at.day} 日{half}，{names}在{sitting.place}召开联席会议，"
        f"由{sitting.host.position}主持。两个班子分别计数、分别表决。"
    )


def _course(entry: AgendaEntry, seats: list[SittingSeat], bodies: list[Body]) -> list[str]:
    if entry.outcome == AgendaEntry.Outcome.DEFERRED:
        return [f"会议决定暂缓审议。理由：{entry.reason.rstrip('。')}。"]
    if entry.outcome == AgendaEntry.Outcome.REDISCUSS and not entry.ballots.exists():
        return [f"会议决定退回共谋，再行审议。理由：{entry.reason.rstrip('。')}。"]
    principals = "、".join(seat.position for seat in seats if seat.principal)
    last = f"，{principals}末位发言" if principals and entry.frozen_rules.principal_last else ""
    views = f"到会成员逐一表明态度{last}。" if entry.frozen_rules.statements else ""
    return [f"会议听取了提出人的说明。{views}会议采用记名表决。"]


def _decision(entry: AgendaEntry, motion: Motion) -> list[str]:
    resolutions = list(motion.resolutions.select_related("body"))
    if not resolutions:
        return []
    counted = "；".join(_count(found) for found in resolutions)
    subject = f"人选{motion.text}：" if motion.candidate_id else ""
    if motion.amendment_id or motion.plan_id:
        subject = f"{motion.text}。"
    return [f"{subject}{counted}。{_conclusion(entry, motion, resolutions)}"]


def _count(found: Resolution) -> str:
    present = f"实到 {found.present} 人" + (f"（回避 {found.recused} 人）" if found.recused else "")
    votes = [f"赞成 {found.in_favour} 票"]
    votes += [
        f"{word} {number} {unit}"
        for word, number, unit in (
            ("反对", found.against, "票"),
            ("弃权", found.abstained, "票"),
            ("未投", found.not_voted, "人"),
        )
        if number
    ]
    return f"{found.body.name}应到 {found.due} 人，{present}，{'，'.join(votes)}，须 {found.required} 票"


def _conclusion(entry: AgendaEntry, motion: Motion, resolutions: list[Resolution]) -> str:
    version = f"（第 {entry.plan_version} 版）" if entry.plan_version else ""
    what = "该人选" if motion.candidate_id else "该修正案" if motion.amendment_id else f"该方案{version}"
    if motion.outcome == AgendaEntry.Outcome.PASSED:
        return f"两个班子均达到通过所需票数，会议决定通过{what}。"
    if motion.outcome == AgendaEntry.Outcome.REJECTED:
        return f"两个班子均未达到通过所需票数，{what}未通过。"
    passed = "、".join(found.body.name for found in resolutions if found.passed)
    failed = "、".join(found.body.name for found in resolutions if not found.passed)
    alone = motion.candidate_id or motion.amendment_id or motion.plan_id
    end = "未通过" if alone else "联合表决不通过，退回共谋"
    return f"{passed}通过，{failed}未通过，两个班子意见不一致，{what}{end}。"


def _dissent(entry: AgendaEntry) -> list[str]:
    """Dissent word for word (R30, R31): what those against a plan said, and what came with votes not in favour."""
    spoken = Statement.objects.filter(
        entry=entry, stance__in=[Statement.Stance.DISAGREE, Statement.Stance.DEFER]
    ).exclude(words="")
    voted = (
        Vote.objects.filter(ballot__entry=entry)
        .exclude(choice=Vote.Choice.FOR)
        .exclude(words="")
        .order_by("ballot__body__order", "seat__order")
    )
    said = [(row.seat.position, row.words) for row in spoken.select_related("seat")]
    said += [(row.seat.position, row.words) for row in voted.select_related("seat")]
    return [f"{who}的不同意见：{_one_line(words)}" for who, words in dict.fromkeys(said)]


def _sent_in(seats: list[SittingSeat]) -> list[str]:
    """Absent members' written opinions: on record word for word, and said not to be counted (R22, R30)."""
    return [
        f"{seat.position}未到会，提交书面意见：{_one_line(seat.attendance.opinion)}（记录在案，不计票）"
        for seat in seats
        if seat.voting and seat.attendance.state != Attendance.State.PRESENT and seat.attendance.opinion.strip()
    ]


def _one_line(words: str) -> str:
    return "；".join(part.strip() for part in words.splitlines() if part.strip())


def _roll(seats: list[SittingSeat], bodies: list[Body], recused: dict[int, str]) -> list[str]:
    voting = [seat for seat in seats if seat.voting]
    here = [seat for seat in voting if seat.attendance.state == Attendance.State.PRESENT]
    away = [seat for seat in voting if seat.attendance.state != Attendance.State.PRESENT]
    guests = [seat for seat in seats if not seat.voting and seat.attendance.state == Attendance.State.PRESENT]
    lines = ["出席　" + "".join(_group(body, here) for body in bodies)]
    if recused:
        lines.append(
            "回避　" + "；".join(f"{seat.position}，{recused[seat.pk]}" for seat in seats if seat.pk in recused) + "。"
        )
    excused = [seat for seat in away if seat.attendance.reason]
    if excused:
        lines.append("请假　" + "；".join(f"{seat.position}，{seat.attendance.reason}" for seat in excused) + "。")
    missing = [seat for seat in away if not seat.attendance.reason]
    if missing:
        lines.append("缺席　" + "，".join(seat.position for seat in missing) + "。")
    if guests:
        lines.append("列席　" + "，".join(seat.position for seat in guests) + "。")
    return lines


def _group(body: Body, seats: Iterable[SittingSeat]) -> str:
    names = "，".join(seat.position for seat in seats if seat.body_id == body.pk)
    return f"{body.name}：{names or '无'}。"


def checking_bodies(minutes: Minutes) -> list[Body]:
    """The bodies one of whose secretaries may check this version: not those its writer acts for (R32)."""
    bodies = bodies_of(minutes.entry.sitting)
    desk = (Role.Code.SECRETARY, Role.Code.CHAIR)
    mine = {body.code for body in bodies for code in desk if roles.holds(minutes.saved_by, role_key(code, body))}
    codes = rules.checkers([body.code for body in bodies], mine)
    return [body for body in bodies if body.code in codes]


def may_check(user: User, minutes: Minutes) -> bool:
    """Whether this user, as a secretary of the other side, may check this version."""
    return user.pk != minutes.saved_by_id and any(
        roles.holds(user, role_key(Role.Code.SECRETARY, body)) for body in checking_bodies(minutes)
    )


def to_check(user: User) -> list[Minutes]:
    """The drafts that wait for this user's check, oldest first; those both chairs had signed before checks were are not."""
    if not any(key.endswith(f":{Role.Code.SECRETARY}") for key in roles.of(user)):
        return []
    checked = MinutesCheck.objects.filter(minutes=OuterRef("pk"), voided_at__isnull=True)
    signed = SignOff.objects.filter(minutes=OuterRef("pk"), voided_at__isnull=True)
    open_drafts = (
        Minutes.objects.filter(~Exists(checked), ~Exists(signed))
        .select_related("entry__item", "entry__sitting", "saved_by")
        .order_by("saved_at")
    )
    return [minutes for minutes in open_drafts if may_check(user, minutes)]


def to_sign_again(user: User) -> list[Minutes]:
    """The minutes this user, as a chair, has signed before an edit voided the signature, and not again since.

    The flow has noted their task as done, so only this says that the other chair's signature alone leads nowhere.
    """
    codes = {key.partition(":")[0] for key in roles.of(user) if key.endswith(f":{Role.Code.CHAIR}")}
    wanted = Q()
    for code in codes:
        given = SignOff.objects.filter(minutes=OuterRef("pk"), body__code=code)
        lost, valid = given.filter(voided_at__isnull=False), given.filter(voided_at__isnull=True)
        wanted |= Q(Exists(lost)) & ~Q(Exists(valid))
    if not codes:
        return []
    running = Minutes.objects.filter(
        entry__outcome__in=AgendaEntry.ADOPTED, entry__item__status=Item.Status.RUNNING
    ).select_related("entry__item")
    return list(running.filter(wanted).order_by("saved_at"))
