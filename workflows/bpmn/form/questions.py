"""The fields of a step as they are written, which may be wrong still: what whoever designs them changes, one act at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from .model import MAX_COLUMNS, MAX_FIELDS, WITH_OPTIONS, WITHOUT_LIMITS, Kind, Option

#: The longest text any part of a field is taken with.
MAX_TEXT: Final = 4000
_TEXTS: Final = frozenset({Kind.TEXT, Kind.LONG_TEXT})
_NUMBERS: Final = frozenset({Kind.NUMBER, Kind.MONEY})


@dataclass(frozen=True, slots=True)
class Question:
    """A field (or a column) as the file has it, every part a text. `origin` is which of the file's fields it is, from 0; None for a
    new one."""

    key: str = ""
    kind: str = str(Kind.TEXT)
    label: str = ""
    help: str = ""
    required: str = ""
    visible: str = ""
    minimum: str = ""
    maximum: str = ""
    pattern: str = ""
    unit: str = ""
    of: str = ""
    options: tuple[Option, ...] = ()
    columns: tuple[Question, ...] = ()
    origin: int | None = field(default=None, compare=False)


def fit(one: Question, was: str, yes_no: Sequence[str], item: str) -> Question:
    """A field whose kind was `was`, without what does not go with its kind now, and with what that kind cannot be without: two
    options called as in `yes_no`, a column called `item`. Limits mean something else to another kind and go."""
    kind = one.kind
    if kind != was:
        one = replace(one, minimum="", maximum="", pattern="", unit="")
    if kind not in _TEXTS:
        one = replace(one, pattern="")
    if kind not in _NUMBERS:
        one = replace(one, unit="")
    if kind != Kind.RECORD:
        one = replace(one, of="")
    if kind in WITHOUT_LIMITS:
        one = replace(one, minimum="", maximum="")
    if kind not in WITH_OPTIONS:
        one = replace(one, options=())
    elif not one.options and kind != was:
        one = replace(one, options=tuple(Option(words, words) for words in yes_no))
    if kind != Kind.TABLE:
        return replace(one, columns=())
    return one if one.columns or kind == was else replace(one, columns=(Question("item", label=item),))


def act(fields: Sequence[Question], op: str, fresh: Question) -> tuple[Question, ...]:
    """The fields after an act: ``field.add.2`` (a `fresh` one at that place), ``field.up.2``, ``field.down.2``, ``field.copy.2``,
    ``field.remove.2``, and ``column.….2.1`` the same of column 1 of field 2. What is no act changes nothing."""
    part, _dot, rest = op.partition(".")
    verb, _dot, place = rest.partition(".")
    numbers = [int(one) for one in place.split(".") if one.isascii() and one.isdigit() and len(one) < 5]
    if part == "field" and len(numbers) == 1:
        return _changed(fields, verb, numbers[0], fresh, MAX_FIELDS)
    if part == "column" and len(numbers) == 2 and numbers[0] < len(fields):
        of = fields[numbers[0]]
        columns = _changed(of.columns, verb, numbers[1], fresh, MAX_COLUMNS)
        return tuple(
            replace(one, columns=columns) if at == numbers[0] else one for at, one in enumerate(fields)
        )  # fmt: skip
    return tuple(fields)


def _changed(items: Sequence[Question], verb: str, at: int, fresh: Question, most: int) -> tuple[Question, ...]:
    found = list(items)
    if verb == "add" and at <= len(found) < most:
        found.insert(at, replace(fresh, key=free_key(found, fresh.key)))
    elif at >= len(found):
        return tuple(found)
    elif verb == "copy" and len(found) < most:
        found.insert(at + 1, replace(found[at], key=free_key(found, found[at].key), origin=None))
    elif verb == "remove":
        found.pop(at)
    elif verb in {"up", "down"} and 0 <= (to := at + (1 if verb == "down" else -1)) < len(found):
        found[at], found[to] = found[to], found[at]
    return tuple(found)


def free_key(items: Sequence[Question], wanted: str) -> str:
    """`wanted`, or it with the first number that none of these has."""
    taken = {one.key for one in items}
    stem = wanted.rstrip("0123456789").rstrip("_") or "field"
    if wanted and wanted not in taken:
        return wanted
    return next(name for number in range(1, len(taken) + 2) if (name := f"{stem}_{number}") not in taken)
