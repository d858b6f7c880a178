"""How two packs differ, part by part: what an upgrade would bring, and what an office has made of a pack."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from workflows.packs.model import Files, Pack
from workflows.packs.writing import write


class Change(StrEnum):
    """What became of a part."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One part that differs: its file, what became of it, and the lines (``-`` gone, ``+`` new, `` `` around them)."""

    file: str
    change: Change
    lines: tuple[str, ...] = ()


def differences(old: Pack | None, new: Pack) -> tuple[Difference, ...]:
    """What `new` has otherwise than `old`, file by file as both would be written: how a file is laid out makes no difference."""
    return between(write(old) if old is not None else {}, write(new))


def between(old: Files, new: Files) -> tuple[Difference, ...]:
    """What differs between two sets of files."""
    return tuple(_differences(old, new))


def _differences(old: Files, new: Files) -> Iterator[Difference]:
    for path in sorted({*old, *new}):
        before, after = old.get(path), new.get(path)
        if before == after:
            continue
        if before is None:
            yield Difference(path, Change.ADDED, _lines("", after or ""))
        elif after is None:
            yield Difference(path, Change.REMOVED, _lines(before, ""))
        else:
            yield Difference(path, Change.CHANGED, _lines(before, after))


def _lines(before: str, after: str) -> tuple[str, ...]:
    found = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    # The first two lines name files that are none.
    return tuple(line for nth, line in enumerate(found) if nth > 1)
