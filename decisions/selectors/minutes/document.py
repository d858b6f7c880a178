"""The minutes as a document: cut into paragraphs, titled and numbered, with the counts that go into its hash.

An official document: always Chinese. A line of the text is a paragraph; a line that begins with a numeral and 、 is a
heading; a word of `LABELS` and a full-width space before a text is its label.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from decisions.models import AgendaEntry, Minutes, Resolution, Sitting
from decisions.rules.numerals import NUMERALS, numeral

LABELS = ("主持", "记录", "出席", "请假", "缺席", "列席", "回避", "进出", "休会")


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
        elif gap and label in LABELS:
            found.append(Paragraph("labelled", label, rest))
        else:
            found.append(Paragraph("text", "", line))
    return found


def section_of(text: str) -> list[Paragraph]:
    """What the minutes of one item say of that item alone: from its heading on, without who was there, which a document over
    the whole sitting says once. All of it where a secretary has taken the heading out.
    """
    cut = paragraphs(text)
    start = next((place for place, part in enumerate(cut) if part.kind == "heading"), 0)
    kept = ("", "回避")
    return [part for part in cut[start:] if part.label in kept]


def sitting_number(sitting: Sitting) -> str:
    """〔2026〕9号."""
    return f"〔{sitting.year}〕{sitting.serial}号"


def title_of(sitting: Sitting) -> str:
    """2026 年第 9 次联席会议纪要; a sitting with a title of its own is called by it."""
    return f"{sitting.title or f'{sitting.year} 年第 {sitting.serial} 次联席会议'}纪要"


def document_title(minutes: Minutes) -> str:
    """The title of the minutes of one item: that of its sitting."""
    return title_of(minutes.entry.sitting)


def document_number(minutes: Minutes) -> str:
    """The sitting's number, with the entry's place behind it where it decided more than one item: 〔2026〕9号之二."""
    entry = minutes.entry
    several = entry.sitting.entries.count() > 1
    return sitting_number(entry.sitting) + (f"之{numeral(entry.order)}" if several else "")


def counts(entry: AgendaEntry) -> dict[str, Any]:
    """Both bodies' counts of every motion, as they go into the document's hash."""
    resolutions = Resolution.objects.filter(motion__entry=entry).select_related("body", "motion")
    rows: dict[int, dict[str, Any]] = {
        motion.pk: {"motion": motion.text, "outcome": motion.outcome, "bodies": {}}
        | ({"places": motion.places, "elected": motion.elected} if motion.places is not None else {})
        for motion in entry.motions.all()
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
        } | ({"tallies": found.tallies} if found.tallies else {})
    return {"motions": list(rows.values()), "plan_version": entry.plan_version}
