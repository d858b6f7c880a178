"""Two texts made from one at the same time, brought together clause by clause (three-way merge).

What only one of the two changed is taken as that one has it; what both changed the same way is taken once; what they changed
differently is a conflict that somebody has to settle, with all three texts at hand. Nothing either of them wrote is dropped:
every text stands in some `Merged` row. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from decisions.rules.clauses import Clause


class Source(StrEnum):
    """Whose text a clause (or the order of the clauses) is taken from."""

    BASE = "base"
    """Neither changed it."""
    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"
    """Both changed it the same way, or one the title and the other the body."""
    CONFLICT = "conflict"
    """Both changed it, differently; or one changed what the other removed."""


@dataclass(frozen=True, slots=True)
class Merged:
    """One clause in all three texts, None where a text lacks it, and what is proposed: None where it goes.

    In a conflict `result` is mine where both texts have the clause, else the one that still has it: what was written stays
    until somebody decides otherwise.
    """

    id: str
    source: Source
    base: Clause | None
    mine: Clause | None
    theirs: Clause | None
    result: Clause | None


@dataclass(frozen=True, slots=True)
class Merge:
    """All clauses of the three texts in the order proposed, those that go among them. `order`: whose order it is; in a
    conflict it is theirs."""

    rows: tuple[Merged, ...]
    order: Source

    @property
    def conflicts(self) -> tuple[Merged, ...]:
        """The clauses somebody has to settle."""
        return tuple(row for row in self.rows if row.source is Source.CONFLICT)

    @property
    def text(self) -> tuple[Clause, ...]:
        """The proposed text."""
        return tuple(row.result for row in self.rows if row.result is not None)


def merge(base: Sequence[Clause], mine: Sequence[Clause], theirs: Sequence[Clause]) -> Merge:
    """Bring together `mine` and `theirs`, both made from `base`. Within each text every clause has an id of its own."""
    texts = [{clause.id: clause for clause in text} for text in (base, mine, theirs)]
    ids, order = _ordered(*([clause.id for clause in text] for text in (base, mine, theirs)))
    return Merge(tuple(_merged(one, *(text.get(one) for text in texts)) for one in ids), order)


def _merged(one: str, base: Clause | None, mine: Clause | None, theirs: Clause | None) -> Merged:
    was, my, their = (clause and clause.words for clause in (base, mine, theirs))
    if my == their:
        return Merged(one, Source.BASE if my == was else Source.BOTH, base, mine, theirs, mine)
    if my == was:
        return Merged(one, Source.THEIRS, base, mine, theirs, theirs)
    if their == was:
        return Merged(one, Source.MINE, base, mine, theirs, mine)
    if base is None or mine is None or theirs is None:
        return Merged(one, Source.CONFLICT, base, mine, theirs, mine or theirs)
    title = _field(base.title, mine.title, theirs.title)
    body = _field(base.body, mine.body, theirs.body)
    if title is None or body is None:
        return Merged(one, Source.CONFLICT, base, mine, theirs, mine)
    return Merged(one, Source.BOTH, base, mine, theirs, Clause(one, title, body))


def _field(base: str, mine: str, theirs: str) -> str | None:
    """The text of a field changed by one of the two, or by both alike; None where they differ."""
    if mine in (base, theirs):
        return theirs
    return mine if theirs == base else None


def _ordered(base: list[str], mine: list[str], theirs: list[str]) -> tuple[list[str], Source]:
    """All ids in one order, and whose it is: of the clauses all three have, the order of the one who moved any."""
    common = set(base) & set(mine) & set(theirs)
    was, my, their = ([one for one in ids if one in common] for ids in (base, mine, theirs))
    if my == was:
        source, lead, other = (Source.BASE if their == was else Source.THEIRS), theirs, mine
    elif their == was:
        source, lead, other = Source.MINE, mine, theirs
    else:
        source, lead, other = (Source.BOTH if my == their else Source.CONFLICT), theirs, mine
    return _woven(_woven(lead, other), base), source


def _woven(lead: list[str], other: list[str]) -> list[str]:
    """`lead`, with what only `other` has put in after the one it follows there."""
    found = list(lead)
    before = ""
    for one in other:
        if one not in found:
            found.insert(found.index(before) + 1 if before else 0, one)
        before = one
    return found
