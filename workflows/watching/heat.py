"""How hot a step is, in five even steps of the hottest, and the legend that says what each of them means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from permissions.look import took_words
from workflows.bpmn.drawing import Heat
from workflows.watching.figures import StepFigures

LEVELS: Final = 5

#: What a drawing can be coloured by: the name of a figure → its words.
MEASURES: Final[dict[str, Any]] = {
    "waiting": _("等待时间，中位数"),
    "waiting_most": _("等待时间，九成在此内"),
    "working": _("办理时间，中位数"),
    "working_most": _("办理时间，九成在此内"),
    "count": _("到达次数"),
    "overdue": _("超期次数"),
    "left": _("退回次数"),
}


@dataclass(frozen=True, slots=True)
class Range:
    """One colour of the legend: its level, and the words of the least and the most it stands for."""

    level: int
    least: str
    most: str


@dataclass(frozen=True, slots=True)
class HeatMap:
    """The heat by node, and its legend; without either where no step has a figure above nothing."""

    heat: dict[str, Heat]
    legend: tuple[Range, ...]


def level_of(value: int, most: int) -> int:
    """In which fifth of `most` a value lies, 1 to 5; each fifth with its upper end. Exact: both are counted in whole units."""
    return min(LEVELS, max(1, -(-LEVELS * value // most)))


def heat_map(steps: Sequence[StepFigures], measure: str) -> HeatMap:
    """The steps coloured by one of `MEASURES`. A step the cases have not come to, and one of nothing, stays as it is."""
    values = {step.node: _units(getattr(step, measure)) for step in steps}
    hot = {node: value for node, value in values.items() if value}
    most = max(hot.values(), default=0)
    words = _duration if _timed(measure) else str
    heat = {
        step.node: Heat(level_of(hot[step.node], most), words(hot[step.node]), step.open or None)
        for step in steps
        if step.node in hot
    }
    return HeatMap(heat, tuple(_legend(most, timed=_timed(measure))) if hot else ())


def _legend(most: int, *, timed: bool) -> list[Range]:
    """The colours that can occur. Of whole numbers below five some levels stand for nothing and are left out."""
    found = []
    for level in range(1, LEVELS + 1):
        over, upto = most * (level - 1) // LEVELS, most * level // LEVELS
        if upto > over:
            words = (_duration(over) if over else "0", _duration(upto)) if timed else (str(over + 1), str(upto))
            found.append(Range(level, *words))
    return found


def _timed(measure: str) -> bool:
    return measure.startswith(("waiting", "working"))


def _units(value: int | timedelta | None) -> int:
    """A figure as a whole number: times in microseconds."""
    return value // timedelta(microseconds=1) if isinstance(value, timedelta) else value or 0


def _duration(microseconds: int) -> str:
    return took_words(timedelta(microseconds=microseconds))
