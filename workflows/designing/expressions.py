"""An expression as somebody types it: does it parse, which names does nobody know, what would it give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from workflows import feel
from workflows.clock import now
from workflows.designing.checking import example_of
from workflows.engine.expressions import clock
from workflows.handlers import Variable

#: What an expression may be for: a value, a condition (true or false), the cell of a decision table.
KINDS: Final = ("expression", "condition", "tests")
#: What the engine itself gives to expressions of several instances.
_ENGINE: Final = frozenset({"loopCounter", "nrOfInstances", "nrOfCompletedInstances", "nrOfActiveInstances"})
_CELL: Final = frozenset({"?", "cellInput"})
_SHOWN: Final = 80


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a text: `ok` says it can be saved. `message` says what is wrong, `position` counts characters from 0 and is
    -1 where no single one is. `unknown` are names the flow does not have (yet). `kind` and `example` are what it gives with
    made-up values ("" where that cannot be said)."""

    ok: bool
    message: str = ""
    position: int = -1
    unknown: tuple[str, ...] = ()
    kind: str = ""
    example: str = ""


def attempt(source: str, variables: Iterable[Variable], kind: str = "expression") -> Tried:
    """Try an expression, with or without its leading ``=``. Bounded as every evaluation of FEEL is. Never raises."""
    known = {variable.name: variable for variable in variables}
    stripped = source.strip()
    shift = len(source) - len(source.lstrip())
    if stripped.startswith("=") and kind != "tests":
        inner = stripped[1:]
        shift += 1 + len(inner) - len(inner.lstrip())
        stripped = inner.strip()
    try:
        parsed = feel.parse_tests(stripped, known) if kind == "tests" else feel.parse(stripped, known)
    except feel.FeelSyntaxError as error:
        words = error.message.text("en" if _english() else "zh-hans")
        return Tried(False, words, error.position + shift)
    unknown = tuple(sorted(parsed.names - known.keys() - _ENGINE - (_CELL if kind == "tests" else frozenset())))
    values = {name: example_of(variable) for name, variable in known.items()}
    value = parsed.evaluate({**values, **clock(now())}) if kind != "tests" else None
    certain = value is not None and not unknown
    if kind == "condition" and certain and not isinstance(value, bool):
        words = _("条件的结果应当是“是”或“否”，这里算出来是%(kind)s。请加上比较，例如 amount > 100。")
        return Tried(False, words % {"kind": _kind(value)}, -1, unknown, _kind(value), _shown(value))
    if unknown:
        words = _("流程里还没有%(names)s。名称没有写错的，办到这一步之前要有人填写它。")
        return Tried(True, words % {"names": _("、").join(f"“{name}”" for name in unknown)}, -1, unknown)
    return Tried(True, "", -1, (), _kind(value) if certain else "", _shown(value) if certain else "")


def _kind(value: Any) -> str:
    """The kind of a FEEL value in words."""
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, _("是或否")),
        ((Decimal, int, float), _("数字")),
        (str, _("文字")),
        ((datetime, feel.DateTime), _("日期和时间")),
        ((date, feel.Date), _("日期")),
        ((time, feel.Time), _("时间")),
        ((feel.DaysAndTimeDuration, feel.YearsAndMonthsDuration), _("时长")),
        (list, _("列表")),
        (dict, _("一组数据")),
    )
    return next((words for kind, words in kinds if isinstance(value, kind)), "")


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    text = str(feel.to_json(value)) if isinstance(value, list | dict) else str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _english() -> bool:
    return (get_language() or "").startswith("en")
