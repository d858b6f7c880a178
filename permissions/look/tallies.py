"""A tally as cells, one cell a seat: what is drawn, and the same in words.

Two bodies are never added together: a tally belongs to one body. While a ballot is open only turnout is known here.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

MOST_CELLS = 15
BAR_WIDTH = 1000


@dataclass(frozen=True, slots=True)
class Cell:
    """A run of seats of one kind: `kind` is the letter of the style, `word` the character inside a cell."""

    kind: str
    word: str
    count: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of seats in the bar for large bodies, in units of a `BAR_WIDTH` wide drawing."""

    kind: str
    x: float
    width: float
    label: str


@dataclass(frozen=True, slots=True)
class Tally:
    """The seats of one body at one ballot. `needed` is the number of votes in favour that decides, 0 to draw no mark.

    A closed ballot gives `votes_for`, `against`, `abstain` and `not_voted`; an open one only `cast` and `waiting`.
    """

    name: str
    needed: int = 0
    votes_for: int = 0
    against: int = 0
    abstain: int = 0
    not_voted: int = 0
    absent: int = 0
    recused: int = 0
    cast: int = 0
    waiting: int = 0
    open: bool = False

    @property
    def runs(self) -> list[Cell]:
        """Runs of equal seats in their fixed order; empty runs are left out."""
        first = (
            [Cell("c", pgettext("tally", "投"), self.cast), Cell("w", pgettext("tally", "待"), self.waiting)]
            if self.open
            else [
                Cell("f", pgettext("tally", "赞"), self.votes_for),
                Cell("a", pgettext("tally", "反"), self.against),
                Cell("b", pgettext("tally", "弃"), self.abstain),
                Cell("w", pgettext("tally", "未"), self.not_voted),
            ]
        )
        last = [Cell("x", pgettext("tally", "缺"), self.absent), Cell("r", pgettext("tally", "避"), self.recused)]
        return [run for run in first + last if run.count]

    @property
    def due(self) -> int:
        return sum(run.count for run in self.runs)

    @property
    def cells(self) -> list[Cell | None]:
        """One entry a seat; None is the mark, after the seat that decides."""
        seats: list[Cell | None] = [Cell(run.kind, run.word, 1) for run in self.runs for _seat in range(run.count)]
        if 0 < self.needed <= len(seats):
            seats.insert(self.needed, None)
        return seats

    @property
    def is_large(self) -> bool:
        """Whether the cells would be too narrow to read, so that one bar is drawn instead."""
        return self.due > MOST_CELLS

    @property
    def segments(self) -> list[Segment]:
        """The bar: every run as wide as its share of the seats due."""
        done, drawn = 0, []
        for run in self.runs:
            x, width = BAR_WIDTH * done / self.due, BAR_WIDTH * run.count / self.due
            drawn.append(
                Segment(run.kind, round(x, 1), round(width, 1), f"{run.word} {run.count}" if width > 70 else "")
            )
            done += run.count
        return drawn

    @property
    def mark_x(self) -> float:
        """Where the mark stands on the bar."""
        return round(BAR_WIDTH * min(self.needed, self.due) / self.due, 1) if self.due else 0

    @property
    def words(self) -> str:
        """The whole count as one sentence, for those who do not see the cells."""
        if self.open:
            return _("%(body)s：可投 %(may)s 席，已投 %(cast)s 席") % {
                "body": self.name,
                "may": self.cast + self.waiting,
                "cast": self.cast,
            }
        parts = [_("应到 %(n)s") % {"n": self.due}, _("赞成 %(n)s") % {"n": self.votes_for}]
        for count, text in (
            (self.against, _("反对 %(n)s")),
            (self.abstain, _("弃权 %(n)s")),
            (self.not_voted, _("未投 %(n)s")),
            (self.absent, _("缺席 %(n)s")),
            (self.recused, _("回避 %(n)s")),
        ):
            if count:
                parts.append(text % {"n": count})
        words = _("%(body)s：%(counts)s") % {"body": self.name, "counts": _("，").join(parts)}
        return words + (_("；赞成须达 %(n)s") % {"n": self.needed} if self.needed else "")
