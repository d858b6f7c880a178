"""How two versions of a plan differ: clause by clause, and inside a clause character by character. Pure.

Chinese has no spaces, so the unit is the character; runs of digits and of Latin letters stay whole, and an island of
fewer than `ISLAND` unchanged characters between two changes is folded into them, because "六<年>期" reads worse than the
whole phrase struck and written anew.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal

ISLAND = 2
#: Clauses at least this much alike are one clause that was changed; below it, one went and another came.
ALIKE = 0.45

Clause = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text: kept, deleted (old side only) or inserted (new side only)."""

    kind: Literal["same", "del", "ins"]
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One clause on both sides. ``old_number`` or ``new_number`` (from 1) is None where the clause is missing."""

    kind: Literal["same", "changed", "added", "removed"]
    old_number: int | None
    new_number: int | None
    old: tuple[Run, ...] = ()
    new: tuple[Run, ...] = ()
    old_text: str = field(default="")
    new_text: str = field(default="")


def line(clause: Clause) -> str:
    """A clause as one running text: its title, a full stop, its body."""
    title, body = clause.get("title", "").strip(), clause.get("body", "").strip()
    return f"{title}。{body}" if title and body else title or body


def compare(old: Sequence[Clause], new: Sequence[Clause]) -> tuple[Row, ...]:
    """The rows of a two-column comparison, in reading order, unchanged clauses included."""
    before, after = [line(c) for c in old], [line(c) for c in new]
    rows: list[Row] = []
    i = 0
    pairs = _pairs(old, new, before, after)
    for j, text in enumerate(after):
        partner = pairs.get(j)
        if partner is None:
            rows.append(Row("added", None, j + 1, (), (Run("ins", text),), "", text))
            continue
        rows.extend(_removed(before, i, partner))
        i = partner + 1
        rows.append(_pair(before[partner], text, partner + 1, j + 1))
    rows.extend(_removed(before, i, len(before)))
    return tuple(rows)


def runs(old: str, new: str) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """The two sides of a changed text, as stretches."""
    left, right = _tokens(old), _tokens(new)
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    before: list[Run] = []
    after: list[Run] = []
    for tag, a, b, c, d in _folded(matcher.get_opcodes(), left):
        if tag == "equal":
            before.append(Run("same", "".join(left[a:b])))
            after.append(Run("same", "".join(right[c:d])))
            continue
        if b > a:
            before.append(Run("del", "".join(left[a:b])))
        if d > c:
            after.append(Run("ins", "".join(right[c:d])))
    return tuple(before), tuple(after)


def _pair(old: str, new: str, m: int, n: int) -> Row:
    if old == new:
        return Row("same", m, n, (Run("same", old),), (Run("same", new),), old, new)
    before, after = runs(old, new)
    return Row("changed", m, n, before, after, old, new)


def _removed(before: Sequence[str], start: int, stop: int) -> list[Row]:
    return [Row("removed", i + 1, None, (Run("del", before[i]),), (), before[i], "") for i in range(start, stop)]


def _pairs(old: Sequence[Clause], new: Sequence[Clause], before: list[str], after: list[str]) -> dict[int, int]:
    """Which old clause each new one continues: the heaviest pairing that keeps the order (as in sequence alignment)."""
    weight = [[_alike(old[i], new[j], before[i], after[j]) for j in range(len(new))] for i in range(len(old))]
    best = [[0.0] * (len(new) + 1) for _row in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + weight[i][j])
    pairs: dict[int, int] = {}
    i = j = 0
    while i < len(old) and j < len(new):
        if weight[i][j] and best[i][j] == best[i + 1][j + 1] + weight[i][j]:
            pairs[j] = i
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _alike(a: Clause, b: Clause, one: str, other: str) -> float:
    if one == other:
        return 2.0
    title = a.get("title", "").strip()
    if title and title == b.get("title", "").strip():
        return 1.5
    ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
    return ratio if ratio >= ALIKE else 0.0


def _tokens(text: str) -> list[str]:
    return re.findall(r"[0-9]+(?:[.,][0-9]+)*|[A-Za-z]+|\n|.", text)


def _folded(
    opcodes: Sequence[tuple[str, int, int, int, int]], left: Sequence[str]
) -> list[tuple[str, int, int, int, int]]:
    folded: list[tuple[str, int, int, int, int]] = []
    for index, (tag, a, b, c, d) in enumerate(opcodes):
        inner = 0 < index < len(opcodes) - 1
        island = tag == "equal" and inner and len("".join(left[a:b])) < ISLAND
        kind = "equal" if tag == "equal" and not island else "replace"
        if folded and folded[-1][0] == kind == "replace":
            _kind, a0, _b0, c0, _d0 = folded[-1]
            folded[-1] = (kind, a0, b, c0, d)
        else:
            folded.append((kind, a, b, c, d))
    return folded
