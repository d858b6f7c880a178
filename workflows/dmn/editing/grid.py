"""A decision table as somebody edits it: plain texts in columns and rules, each with the place in the file it came from.

`origin` is the number of a column or rule among those of its kind in the file; None for a new one. Texts are as they are written
there, without blanks around, so that what nobody touches is written back to the letter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

MAX_CELLS: Final = 1_500
"""Texts of one table in a form. Larger tables are for a file."""
MAX_TEXT: Final = 4_000


@dataclass(frozen=True, slots=True)
class InputColumn:
    """An input: its heading, the expression it looks at, its type, the values allowed (unary tests, "" for any)."""

    label: str = ""
    expression: str = ""
    type: str = ""
    allowed: str = ""
    origin: int | None = None


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """An output: its heading, its name in the result, its type, the values allowed, the value where no rule holds ("" for none)."""

    label: str = ""
    name: str = ""
    type: str = ""
    allowed: str = ""
    default: str = ""
    origin: int | None = None

    @property
    def key(self) -> str:
        """What samples call it by."""
        return self.name or self.label


@dataclass(frozen=True, slots=True)
class NoteColumn:
    """A column of remarks and its heading."""

    name: str = ""
    origin: int | None = None


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule: a text for each input, output and remark."""

    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    origin: int | None = None


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A sample: what is given, by name, and what each output is expected to be ("" where that does not matter)."""

    name: str = ""
    given: tuple[tuple[str, str], ...] = ()
    expected: tuple[str, ...] = ()

    def of(self, name: str) -> str:
        """What is given under a name."""
        return dict(self.given).get(name, "")


@dataclass(frozen=True, slots=True)
class Grid:
    """A decision table. `described`: the file keeps remarks as the rules' descriptions, so there is one column of them, without
    a heading."""

    inputs: tuple[InputColumn, ...] = ()
    outputs: tuple[OutputColumn, ...] = ()
    notes: tuple[NoteColumn, ...] = ()
    rules: tuple[RuleRow, ...] = ()
    samples: tuple[SampleRow, ...] = ()
    hit_policy: str = "UNIQUE"
    aggregation: str = ""
    described: bool = False

    @property
    def cells(self) -> int:
        """How many texts it holds."""
        width = len(self.inputs) + len(self.outputs) + len(self.notes) + 1
        given = len({name for sample in self.samples for name, _value in sample.given})
        columns = 5 * len(self.inputs) + 6 * len(self.outputs) + 2 * len(self.notes)
        return columns + len(self.rules) * width + len(self.samples) * (1 + given + len(self.outputs))


Kind = str
Item = TypeVar("Item")
COLUMNS: Final = ("inputs", "outputs", "notes")


def moved(items: Sequence[Item], at: int, by: int) -> tuple[Item, ...]:
    """The items with the one at `at` moved by so many places, as far as there is room."""
    there = min(max(at + by, 0), len(items) - 1)
    rest = [*items[:at], *items[at + 1 :]]
    return (*rest[:there], items[at], *rest[there:])


def add(grid: Grid, kind: Kind, at: int) -> Grid:
    """With a new, empty column, rule or sample at this place."""
    if kind == "rules":
        empty = RuleRow(("",) * len(grid.inputs), ("",) * len(grid.outputs), ("",) * len(grid.notes))
        return replace(grid, rules=_insert(grid.rules, at, empty))
    if kind == "samples":
        return replace(grid, samples=_insert(grid.samples, at, SampleRow(expected=("",) * len(grid.outputs))))
    if kind == "notes" and grid.described and grid.notes:
        return grid
    made: dict[str, Any] = {"inputs": InputColumn(), "outputs": OutputColumn(), "notes": NoteColumn()}
    return _columns(grid, kind, lambda cells: _insert(cells, at, ""), made[kind], at)


def copy(grid: Grid, at: int) -> Grid:
    """With a copy of a rule behind it."""
    return replace(grid, rules=_insert(grid.rules, at + 1, replace(grid.rules[at], origin=None)))


def remove(grid: Grid, kind: Kind, at: int) -> Grid:
    """Without a column, rule or sample. The last output stays: a table without one decides nothing."""
    if kind == "outputs" and len(grid.outputs) == 1:
        return grid
    drop: Callable[[Sequence[Any]], tuple[Any, ...]] = lambda items: (*items[:at], *items[at + 1 :])  # noqa: E731
    return _changed(grid, kind, drop)


def move(grid: Grid, kind: Kind, at: int, by: int) -> Grid:
    """With a column, rule or sample moved."""
    return _changed(grid, kind, lambda items: moved(items, at, by))


def act(grid: Grid, told: str) -> Grid:
    """The grid after an act of the page: ``rules.add.2``, ``inputs.remove.0``, ``rules.up.1``, ``rules.copy.1`` …

    Anything else, also a place that is not there, changes nothing.
    """
    kind, _, rest = told.partition(".")
    verb, _, place = rest.partition(".")
    if kind not in {*COLUMNS, "rules", "samples"} or not (place.isascii() and place.isdigit() and len(place) < 6):
        return grid
    at, there = int(place), len(getattr(grid, kind))
    if verb == "add" and at <= there:
        return add(grid, kind, at)
    if at >= there:
        return grid
    if verb == "remove":
        return remove(grid, kind, at)
    if verb == "copy" and kind == "rules":
        return copy(grid, at)
    if verb in {"up", "down"}:
        return move(grid, kind, at, -1 if verb == "up" else 1)
    return grid


def _insert(items: Sequence[Any], at: int, item: Any) -> tuple[Any, ...]:
    return (*items[:at], item, *items[at:])


def _changed(grid: Grid, kind: Kind, change: Callable[[Sequence[Any]], tuple[Any, ...]]) -> Grid:
    if kind in {"rules", "samples"}:
        rows: dict[str, Any] = {kind: change(getattr(grid, kind))}
        return replace(grid, **rows)
    return _columns(grid, kind, change)


def _columns(
    grid: Grid, kind: Kind, change: Callable[[Sequence[Any]], tuple[Any, ...]], new: Any = None, at: int = 0
) -> Grid:
    """A change of the columns, made to every rule's texts as well, and to what samples expect."""
    columns = getattr(grid, kind)
    columns = _insert(columns, at, new) if new is not None else change(columns)
    texts: list[dict[str, Any]] = [{kind: change(getattr(rule, kind))} for rule in grid.rules]
    rules = tuple(replace(rule, **changed) for rule, changed in zip(grid.rules, texts, strict=True))
    samples: Iterable[SampleRow] = grid.samples
    if kind == "outputs":
        samples = [replace(sample, expected=change(sample.expected)) for sample in grid.samples]
    changed: dict[str, Any] = {kind: columns, "rules": rules, "samples": tuple(samples)}
    return replace(grid, **changed)
