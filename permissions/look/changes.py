"""What changed between two versions of a text, by paragraph and by character, ready to be shown side by side."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

# Below this likeness two paragraphs are shown as one taken away and one put in, not as one with changes.
ALIKE = 0.35
# Equal stretches shorter than this between two changes are shown as changed too: single letters between read badly.
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a paragraph: `changed` means struck on the old side, underlined on the new one."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One row: a paragraph as it was and as it is. `kind` is ``same``, ``changed``, ``added``, ``removed`` or ``skip``.

    A number is None where that side has nothing; `count` of a ``skip`` row is the number of equal paragraphs it hides.
    `note` and `substance` are for whoever judges a change: substance runs the procedure again, wording does not (R29).
    """

    kind: str
    old: tuple[Piece, ...] = ()
    new: tuple[Piece, ...] = ()
    old_number: int | None = None
    new_number: int | None = None
    count: int = 0
    note: str = ""
    substance: bool | None = None


def compare(old: str, new: str, *, keep: int = 1) -> list[Line]:
    """The rows that tell `new` from `old`; of equal paragraphs only `keep` around each change stay."""
    before, after = _paragraphs(old), _paragraphs(new)
    rows: list[Line] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            rows += [
                Line("same", (Piece(before[i], False),), (Piece(after[j], False),), i + 1, j + 1)
                for i, j in zip(range(a, b), range(c, d), strict=True)
            ]
        else:
            rows += _replaced(before[a:b], after[c:d], a + 1, c + 1)
    return _folded(rows, keep)


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _replaced(old: list[str], new: list[str], i: int, j: int) -> list[Line]:
    rows: list[Line] = []
    while old and new:
        best = max(range(len(new)), key=lambda at: _likeness(old[0], new[at]))
        if _likeness(old[0], new[best]) < ALIKE:
            rows.append(Line("removed", (Piece(old.pop(0), True),), (), i))
            i += 1
            continue
        for text in new[:best]:
            rows.append(Line("added", (), (Piece(text, True),), None, j))
            j += 1
        left, right = _pieces(old.pop(0), new[best])
        rows.append(Line("changed", left, right, i, j))
        new, i, j = new[best + 1 :], i + 1, j + 1
    rows += [Line("removed", (Piece(text, True),), (), i + at) for at, text in enumerate(old)]
    rows += [Line("added", (), (Piece(text, True),), None, j + at) for at, text in enumerate(new)]
    return rows


def _likeness(a: str, b: str) -> float:
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0


def _pieces(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    left: list[Piece] = []
    right: list[Piece] = []
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for at, (tag, a, b, c, d) in enumerate(steps):
        inside = 0 < at < len(steps) - 1
        changed = tag != "equal" or (inside and b - a < SHORTEST)
        _append(left, old[a:b], changed)
        _append(right, new[c:d], changed)
    return tuple(left), tuple(right)


def _append(pieces: list[Piece], text: str, changed: bool) -> None:
    if text and pieces and pieces[-1].changed == changed:
        pieces[-1] = Piece(pieces[-1].text + text, changed)
    elif text:
        pieces.append(Piece(text, changed))


def _folded(rows: list[Line], keep: int) -> list[Line]:
    near: set[int] = set()
    end = 0
    for at, row in enumerate(rows):
        if row.kind != "same":
            # Only what no change before has kept, and nothing outside the text: `keep` may be far more than there is.
            begin, end = max(end, at - keep), min(len(rows), at + keep + 1)
            near.update(range(begin, end))
    folded: list[Line] = []
    hidden: list[Line] = []

    def flush() -> None:
        # One hidden paragraph costs as much room as the words that would stand for it.
        folded.extend(hidden if len(hidden) < 2 else [Line("skip", count=len(hidden))])
        hidden.clear()

    for at, row in enumerate(rows):
        if at in near:
            flush()
            folded.append(row)
        else:
            hidden.append(row)
    flush()
    return folded
