"""Who presided, who wrote it down, who was there, came late, left, stepped back: the roll of the minutes (R30)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from decisions.models import AgendaEntry, Attendance, AttendanceEvent, Chairing, Guest, Recusal, Sitting, SittingSeat
from decisions.selectors import sittings as read
from permissions.models import Body

_LEAVES = {"duty": "公务", "study": "学习培训", "sick": "病假", "personal": "事假", "other": ""}


def clock_words(at: datetime) -> str:
    """14:40, in the office's time."""
    return timezone.localtime(at).strftime("%H:%M")


def moment_words(at: datetime) -> str:
    """2026 年 9 月 18 日下午 2 时 30 分."""
    at = timezone.localtime(at)
    half = "上午" if at.hour < 12 else "下午" if at.hour < 18 else "晚上"
    hour = at.hour - 12 if at.hour > 12 else at.hour
    return f"{at.year} 年 {at.month} 月 {at.day} 日{half} {hour} 时" + (f" {at.minute} 分" if at.minute else "")


def presided(entry: AgendaEntry, seats: list[SittingSeat]) -> str:
    """Who presided over an entry (R46): whoever was in the chair when it ended; the sitting's host where nobody was."""
    found = read.chair_of(entry, seats, read.roster_of(entry, seats))
    return found.position if found is not None else entry.sitting.host.position


def chair_lines(entry: AgendaEntry, seats: list[SittingSeat]) -> list[str]:
    """The chair and the recorder, and why somebody else took the chair where somebody did."""
    taken = Chairing.objects.filter(sitting=entry.sitting).select_related("seat").order_by("pk")
    changes = [
        f"{clock_words(row.at)}起由{row.seat.position}主持，{row.reason.rstrip('。')}"
        for row in taken
        if row.entry_id in (None, entry.pk)
    ]
    lines = ["主持　" + "；".join([presided(entry, seats), *changes]) + "。"]
    if entry.sitting.opened_by is not None:
        lines.append(f"记录　{entry.sitting.opened_by.display_name}。")
    return lines


def roll(entry: AgendaEntry, seats: list[SittingSeat], bodies: Iterable[Body]) -> list[str]:
    """Who was there for an entry, who had leave and why, who was missing, who attended without a vote, who stepped back."""
    voting = [seat for seat in seats if seat.voting]
    out = read.recused_from(entry)
    return [
        "出席　" + "".join(_group(body, [seat for seat in voting if _here(seat)]) for body in bodies),
        *recusal_lines(entry, out),
        *away_lines(voting),
        *guest_lines(seats, entry.guests.filter(entered_at__isnull=False)),
    ]


def away_lines(voting: list[SittingSeat]) -> list[str]:
    """Members with leave and its reason (请假), and those without (缺席)."""
    away = [seat for seat in voting if not _here(seat)]
    excused = [(seat, _why(seat.attendance)) for seat in away]
    lines = []
    if any(why for _seat, why in excused):
        lines.append("请假　" + "；".join(f"{seat.position}，{why}" for seat, why in excused if why) + "。")
    missing = [seat.position for seat, why in excused if not why]
    return lines + (["缺席　" + "，".join(missing) + "。"] if missing else [])


def _here(seat: SittingSeat) -> bool:
    return bool(seat.attendance.state == Attendance.State.PRESENT)


def _why(row: Attendance) -> str:
    """The kind of leave and the reason, as far as they are given."""
    kind = _LEAVES.get(row.leave, "")
    parts = [part for part in (kind, row.reason) if part]
    if row.state == Attendance.State.LEFT and row.left_at is not None:
        parts = [f"{clock_words(row.left_at)} 离席", *parts]
    return "，".join(parts)


def guest_lines(seats: list[SittingSeat], guests: Iterable[Guest]) -> list[str]:
    """Those in attendance without a vote (R17): seats without one, and guests of the entry."""
    names = [seat.position for seat in seats if not seat.voting and _here(seat)]
    names += dict.fromkeys(f"{guest.name}（{guest.position}）" for guest in guests)
    return ["列席　" + "，".join(names) + "。"] if names else []


def recusal_lines(entry: AgendaEntry, out: Iterable[int]) -> list[str]:
    """Each recusal with how it came up and how it was ruled on (R24); one that was dismissed is on record too."""
    rows = Recusal.objects.filter(entry=entry).select_related("seat", "declared_by", "ruling__seat").order_by("pk")
    standing = frozenset(out)
    said = [_recusal(row, row.seat_id in standing) for row in rows]
    return ["回避　" + "；".join(said) + "。"] if said else []


def _recusal(row: Recusal, holds: bool) -> str:
    parts = [row.seat.position, row.reason.rstrip("。")]
    if row.way == Recusal.Way.REPORTED:
        parts.append(f"由{row.declared_by.display_name}提出")
    ruling = getattr(row, "ruling", None)
    if ruling is not None:
        verdict = "裁定回避" if ruling.upheld else "裁定不需回避"
        parts.append(f"{ruling.seat.position}{verdict}（{ruling.reason.rstrip('。')}）")
    elif not holds:
        parts.append("未成立")
    return "，".join(parts)


def movement_lines(sitting: Sitting, until: datetime | None = None) -> list[str]:
    """Late arrivals, departures and returns with their times; arrivals before the first entry are the roll's own (R16)."""
    rows = AttendanceEvent.objects.filter(seat__sitting=sitting).select_related("seat")
    if until is not None:
        rows = rows.filter(at__lte=until)
    told: dict[int, list[str]] = {}
    names: dict[int, str] = {}
    for row in rows.order_by("at", "pk"):
        names[row.seat_id] = row.seat.position
        words = _movement(row)
        if words:
            told.setdefault(row.seat_id, []).append(words)
    said = [f"{names[key]}，{'，'.join(words)}" for key, words in told.items()]
    return ["进出　" + "；".join(said) + "。"] if said else []


def _movement(row: AttendanceEvent) -> str:
    if row.state == Attendance.State.LEFT:
        return f"{clock_words(row.at)} 离席" + (f"（{row.reason}）" if row.reason else "")
    if row.state == Attendance.State.PRESENT and row.late:
        return f"{clock_words(row.at)} 到会"
    return ""


def break_lines(sitting: Sitting) -> list[str]:
    """Breaks, their reasons, and when the sitting went on."""
    said = []
    for row in sitting.adjournments.all():
        end = f"，{clock_words(row.resumed_at)} 复会" if row.resumed_at is not None else ""
        said.append(f"{clock_words(row.at)} 休会，{row.reason.rstrip('。')}{end}")
    return ["休会　" + "；".join(said) + "。"] if said else []


def _group(body: Body, seats: Iterable[SittingSeat]) -> str:
    names = "，".join(seat.position for seat in seats if seat.body_id == body.pk)
    return f"{body.name}：{names or '无'}。"
