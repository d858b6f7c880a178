"""The minutes of a whole sitting: one document over all its entries, each as its own minutes have it."""

from __future__ import annotations

from dataclasses import dataclass

from decisions.models import AgendaEntry, Attendance, Minutes, Sitting, SittingSeat
from decisions.policies.sittings import bodies_of
from decisions.selectors import sittings as read
from decisions.selectors.minutes import people
from decisions.selectors.minutes.document import Paragraph, paragraphs, section_of, sitting_number, title_of
from permissions.models import Body, User
from permissions.policies import visible


@dataclass(frozen=True, slots=True)
class Section:
    """One entry in the document: its own minutes, what they say of it, and who has signed them."""

    entry: AgendaEntry
    minutes: Minutes | None
    parts: list[Paragraph]
    signed: list[str]
    checked: bool

    @property
    def digest(self) -> str:
        """The hash under both signatures, in groups of four."""
        found = self.minutes.document_hash if self.minutes is not None else ""
        return " ".join(found[place : place + 4] for place in range(0, len(found), 4))


@dataclass(frozen=True, slots=True)
class Whole:
    """The document: title and number, its opening, one section per entry, and who was there."""

    title: str
    number: str
    bodies: list[Body]
    opening: str
    sections: list[Section]
    roll: list[Paragraph]
    hidden: int
    complete: bool


def whole(sitting: Sitting, actor: User) -> Whole:
    """The minutes of a sitting as this user may read them: entries withheld from them are only counted (R24, R40)."""
    seats = read.seats_of(sitting)
    bodies = read.bodies_in(seats)
    rows = sitting.entries.select_related("item__matter_type", "minutes", "sitting__host").order_by("order", "pk")
    drafted = Minutes.objects.filter(entry__sitting=sitting).count()
    readable = set(visible(actor, Minutes).filter(entry__sitting=sitting).values_list("entry_id", flat=True))
    sections = [_section(entry, sitting) for entry in rows if entry.pk in readable]
    names = "、".join(body.name for body in bodies)
    end = f"，{people.moment_words(sitting.closed_at)}结束" if sitting.closed_at is not None else ""
    return Whole(
        title=title_of(sitting),
        number=sitting_number(sitting),
        bodies=bodies_of(sitting),
        opening=(
            f"{people.moment_words(sitting.opened_at or sitting.at)}，{names}在{sitting.place}召开联席会议，"
            f"由{sitting.host.position}主持{end}。会议共议 {len(rows)} 项，两个班子分别计数、分别表决。"
        ),
        sections=sections,
        roll=paragraphs("\n".join(_roll(sitting, seats, bodies, sections))),
        hidden=drafted - len(sections),
        complete=bool(sections) and all(len(one.signed) == len(bodies) for one in sections),
    )


def _section(entry: AgendaEntry, sitting: Sitting) -> Section:
    minutes = entry.minutes
    signed = minutes.sign_offs.filter(voided_at__isnull=True).select_related("body")
    return Section(
        entry=entry,
        minutes=minutes,
        parts=section_of(minutes.text),
        signed=[
            f"{row.body.name} {people.moment_words(row.at)}"
            for row in signed
            if row.document_hash == minutes.document_hash
        ],
        checked=minutes.checks.filter(version=minutes.version, voided_at__isnull=True).exists(),
    )


def _roll(sitting: Sitting, seats: list[SittingSeat], bodies: list[Body], sections: list[Section]) -> list[str]:
    """Who was at the sitting at any time: arrivals and departures stand with their times."""
    voting = [seat for seat in seats if seat.voting]
    here = Attendance.State.PRESENT
    came = set(sitting.seats.filter(movements__state=here).values_list("pk", flat=True))
    came |= {seat.pk for seat in voting if seat.attendance.state == here}
    lines = [f"主持　{sitting.host.position}。"]
    if sitting.opened_by is not None:
        lines.append(f"记录　{sitting.opened_by.display_name}。")
    present = [
        f"{body.name}：{'，'.join(seat.position for seat in voting if seat.body_id == body.pk and seat.pk in came) or '无'}。"
        for body in bodies
    ]
    guests = [guest for one in sections for guest in one.entry.guests.filter(entered_at__isnull=False)]
    return [
        *lines,
        "出席　" + "".join(present),
        *people.away_lines([seat for seat in voting if seat.pk not in came]),
        *people.guest_lines(seats, guests),
        *people.movement_lines(sitting),
        *people.break_lines(sitting),
    ]
