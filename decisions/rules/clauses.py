"""A plan's text as clauses that keep their identity: ids that survive edits, and what changed between two texts (R9, R29).

A clause's id is eight hexadecimal digits. It is given once, from the clause's place and words, and then travels with the
text; a text written without ids takes those of the text before it, by likeness. So a comment finds its clause in every
version, and a clause that was moved is not one removed and one added. Pure: the same texts always get the same ids.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from hashlib import sha256
from typing import Any

_ID = re.compile(r"[0-9a-f]{8}")
#: From this likeness on (0 to 1) a clause without an id is taken for one that stood there before.
ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: its id (empty until it has one), its title, and its body, in which an empty line starts a paragraph."""

    id: str
    title: str
    body: str

    @property
    def words(self) -> tuple[str, str]:
        """What the clause says, whatever its id."""
        return self.title, self.body

    def to_json(self) -> dict[str, str]:
        """As it is stored."""
        return {"id": self.id, "title": self.title, "body": self.body}


def read(rows: Iterable[Mapping[str, Any]]) -> tuple[Clause, ...]:
    """Stored or typed clauses; what is no id counts as none."""
    return tuple(
        Clause(_checked(row.get("id")), str(row.get("title") or ""), str(row.get("body") or "")) for row in rows
    )


def identified(clauses: Sequence[Clause], before: Sequence[Clause] = ()) -> tuple[Clause, ...]:
    """The clauses, each with an id of its own. `before`, the text these were made from, has ids already.

    An id that a clause brings is kept (the first of two that bring the same one keeps it). A clause without one takes the
    id of the clause of `before` with the same words, else the same title, else the same body, else the first that is like
    it; a clause like none gets a new id.
    """
    ids: list[str] = []
    for clause in clauses:
        ids.append(clause.id if clause.id not in ids else "")
    free = [clause for clause in before if clause.id not in ids]
    for same in (_words, _title, _body, _alike):
        for place, clause in enumerate(clauses):
            if not ids[place]:
                found = next((old for old in free if same(old, clause)), None)
                if found is not None:
                    ids[place] = found.id
                    free.remove(found)
    taken = {clause.id for clause in before} | set(ids)
    for place, clause in enumerate(clauses):
        if not ids[place]:
            ids[place] = _new_id(place, clause, taken)
            taken.add(ids[place])
    return tuple(Clause(new, clause.title, clause.body) for new, clause in zip(ids, clauses, strict=True))


class Change(StrEnum):
    """What happened to a clause between two texts, its place apart."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Row:
    """One clause in two texts. Its numbers count from 1; None where that text lacks it. `moved`: it stands elsewhere among
    those both texts have."""

    change: Change
    old: Clause | None
    new: Clause | None
    old_number: int | None
    new_number: int | None
    moved: bool = False


def compare(old: Sequence[Clause], new: Sequence[Clause]) -> list[Row]:
    """The rows that tell `new` from `old`, in the order of `new`; a removed clause stands where it stood in `old`."""
    before = {clause.id: (number, clause) for number, clause in enumerate(old, 1)}
    after = {clause.id: (number, clause) for number, clause in enumerate(new, 1)}
    stayed = _longest_run([before[clause.id][0] for clause in new if clause.id in before])
    rows: list[Row] = []
    for number, clause in enumerate(new, 1):
        if clause.id not in before:
            rows.append(Row(Change.ADDED, None, clause, None, number))
            continue
        place, was = before[clause.id]
        kind = Change.SAME if was.words == clause.words else Change.CHANGED
        rows.append(Row(kind, was, clause, place, number, place not in stayed))
    for number, clause in enumerate(old, 1):
        if clause.id not in after:
            at = next((i for i, row in enumerate(rows) if row.old_number == number - 1), -1) + 1
            rows.insert(at, Row(Change.REMOVED, clause, None, number, None))
    return rows


def _longest_run(places: Sequence[int]) -> set[int]:
    """The members of a longest rising run of different numbers: what stayed in place while the rest moved."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, place in enumerate(places):
        length = bisect_left(tails, place)
        before.append(ends[length - 1] if length else -1)
        if length == len(tails):
            tails.append(place)
            ends.append(index)
        else:
            tails[length], ends[length] = place, index
    run: set[int] = set()
    at = ends[-1] if ends else -1
    while at >= 0:
        run.add(places[at])
        at = before[at]
    return run


def _checked(value: object) -> str:
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


def _words(old: Clause, new: Clause) -> bool:
    return old.words == new.words


def _title(old: Clause, new: Clause) -> bool:
    return bool(new.title) and old.title == new.title


def _body(old: Clause, new: Clause) -> bool:
    return bool(new.body) and old.body == new.body


def _alike(old: Clause, new: Clause) -> bool:
    matcher = SequenceMatcher(None, old.title + old.body, new.title + new.body, autojunk=False)
    return matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _new_id(place: int, clause: Clause, taken: set[str]) -> str:
    salt = 0
    while True:
        digest = sha256(f"{place}\n{clause.title}\n{clause.body}\n{salt}".encode()).hexdigest()[:8]
        if digest not in taken:
            return digest
        salt += 1
