"""What the answers to a form are worth: which fields show, which have to be answered, what each answer is, what is wrong.

Pure: the same for a person at a step, for a rehearsal and for a test. Raw answers come as a page sends them (texts, lists of
texts, rows of texts by column; files as the contexts they are kept under), values go out as FEEL values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from workflows import feel

from . import numerals
from .model import MOST, TODAY, WITH_VALUES, FormField, Kind
from .reading import fits

#: Where the values a person or a body can have are not known (a rehearsal), any will do.
Known = Mapping[Kind, Collection[str]]
_YES_NO: Final = {"yes": True, "true": True, "no": False, "false": False}
_COUNTED: Final = frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.MULTIPLE_CHOICE, Kind.FILE, Kind.TABLE})


@dataclass(frozen=True, slots=True)
class Fault:
    """An answer that cannot be taken: `code` says why (``required``, ``number``, ``below`` …), `limit` the limit it breaks, in a
    table `row` (from 1) and `column` where."""

    field: FormField
    code: str
    limit: str = ""
    row: int = 0
    column: FormField | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on the answers to a form. `values` has every key; what is hidden, empty or wrong is null."""

    values: Mapping[str, Any]
    visible: frozenset[str]
    required: frozenset[str]
    faults: tuple[Fault, ...] = ()

    @property
    def ok(self) -> bool:
        """May the step be completed with these values?"""
        return not self.faults


@dataclass(slots=True)
class _Judge:
    today: date
    known: Known
    faults: list[Fault] = field(default_factory=list)


def judge(
    fields: Sequence[FormField],
    given: Mapping[str, Any],
    *,
    context: Mapping[str, Any],
    today: date,
    known: Known | None = None,
) -> Judged:
    """Judge raw answers to `fields`. `context` are the case's variables as the step sees them; `known` names the usernames and
    codes that people and bodies may be answered with.

    A field shows where its condition is true (and nothing else: null is no), seen with the answers before it; a hidden one has
    no answer, whatever was sent for it. What has to be answered is seen with all answers.
    """
    work = _Judge(today, known or {})
    values: dict[str, Any] = dict.fromkeys((one.key for one in fields), None)
    visible: set[str] = set()
    wrong: set[str] = set()
    for one in fields:
        if one.visible is not None and _holds(one.visible, {**context, **values}) is not True:
            continue
        visible.add(one.key)
        before = len(work.faults)
        values[one.key] = _value(work, one, given.get(one.key))
        if len(work.faults) > before:
            wrong.add(one.key)
            values[one.key] = None
    needed = frozenset(one.key for one in fields if one.key in visible and _needed(one, {**context, **values}))
    missing = {one.key for one in fields if one.key in needed - wrong and values[one.key] is None}
    work.faults += [Fault(one, "required") for one in fields if one.key in missing]
    order = {one.key: nth for nth, one in enumerate(fields)}
    work.faults.sort(key=lambda fault: order[fault.field.key])
    return Judged(values, frozenset(visible), needed, tuple(work.faults))


def _needed(one: FormField, context: Mapping[str, Any]) -> bool:
    return one.required is not None and _holds(one.required, context) is True


def _holds(source: str, context: Mapping[str, Any]) -> Any:
    try:
        return feel.evaluate(source, context)
    except feel.FeelSyntaxError:
        return None


def _value(work: _Judge, one: FormField, raw: Any) -> Any:
    """The value of one answer, None for an empty one; what is wrong with it goes to the faults."""
    if one.kind is Kind.TABLE:
        return _rows(work, one, raw if isinstance(raw, Sequence) and not isinstance(raw, str) else ())
    if one.kind in {Kind.MULTIPLE_CHOICE, Kind.FILE}:
        return _several(work, one, raw if isinstance(raw, Sequence) and not isinstance(raw, str) else ())
    text = _text(raw, lines=one.kind is Kind.LONG_TEXT)
    if not text:
        return None
    value, faults = _single(work, one, text)
    work.faults += [Fault(one, code, limit) for code, limit in faults]
    return value


def _single(work: _Judge, one: FormField, text: str) -> tuple[Any, list[tuple[str, str]]]:
    value: Any = text
    match one.kind:
        case Kind.NUMBER:
            value = numerals.number(text)
        case Kind.MONEY:
            value = numerals.amount(text, one.worth)
        case Kind.DATE:
            value = numerals.day(text)
        case Kind.DATETIME:
            value = numerals.moment(text)
        case Kind.PLACE:
            value = numerals.place(text)
        case Kind.RECORD:
            value = _reference(work, one, text)
        case Kind.BOOLEAN:
            value = _YES_NO.get(text)
        case Kind.CHOICE:
            value = text if any(option.value == text for option in one.options) else None
        case Kind.PERSON | Kind.BODY:
            allowed = work.known.get(one.kind)
            value = text if allowed is None or text in allowed else None
        case Kind.TEXT | Kind.LONG_TEXT if one.pattern and fits(text, one.pattern) is not True:
            return None, [("pattern", "")]
    if value is None:
        return None, [(str(one.kind), "")]
    return value, list(_beyond(work, one, value))


def _reference(work: _Judge, one: FormField, text: str) -> Decimal | None:
    """The key of a record, where there is one of the field's kind that this person may refer to (``need:12``)."""
    allowed = work.known.get(Kind.RECORD)
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        return None
    return Decimal(int(text)) if allowed is None or f"{one.of}:{int(text)}" in allowed else None


def _several(work: _Judge, one: FormField, raw: Sequence[Any]) -> list[Any] | None:
    found: list[Any]
    if one.kind is Kind.FILE:
        found = [dict(item) for item in raw if isinstance(item, Mapping)]
    else:
        chosen = {str(item) for item in raw}
        found = [option.value for option in one.options if option.value in chosen]
        if len(found) < len(chosen):
            work.faults.append(Fault(one, str(one.kind)))
    if not found:
        return None
    work.faults += [Fault(one, code, limit) for code, limit in _beyond(work, one, found)]
    return found


def _rows(work: _Judge, one: FormField, raw: Sequence[Any]) -> list[dict[str, Any]] | None:
    found: list[dict[str, Any]] = []
    for nth, given in enumerate(raw, 1):
        texts = (
            {column.key: _text(given.get(column.key)) for column in one.columns} if isinstance(given, Mapping) else {}
        )
        if not any(texts.values()):
            continue
        row: dict[str, Any] = {}
        for column in one.columns:
            row[column.key] = None
            if text := texts[column.key]:
                row[column.key], faults = _single(work, column, text)
                work.faults += [Fault(one, code, limit, nth, column) for code, limit in faults]
        for column in one.columns:
            if not texts[column.key] and _needed(column, row):
                work.faults.append(Fault(one, "required", "", nth, column))
        found.append(row)
    if not found:
        return None
    work.faults += [Fault(one, code, limit) for code, limit in _beyond(work, one, found)]
    return found


def _beyond(work: _Judge, one: FormField, value: Any) -> Iterator[tuple[str, str]]:
    """Which of its limits a value breaks: what it is, or how much of it there is."""
    counted = one.kind in _COUNTED
    if not counted and one.kind not in WITH_VALUES:
        return
    measure = Decimal(len(value)) if counted else value
    few, many = ("fewer", "more") if counted else ("below", "above")
    lowest, highest = _limit(work, one, one.minimum), _limit(work, one, one.maximum)
    if highest is None and one.kind in MOST:
        # One file unless the diagram says that there may be more.
        highest = Decimal(1 if one.kind is Kind.FILE else MOST[one.kind])
    if lowest is not None and measure < lowest:
        yield few, _said(lowest)
    if highest is not None and measure > highest:
        yield many, _said(highest)


def _limit(work: _Judge, one: FormField, text: str) -> Any:
    if not text:
        return None
    if one.kind is Kind.DATE:
        return work.today if text == TODAY else numerals.day(text)
    return numerals.number(text)


def _said(limit: Any) -> str:
    return limit.isoformat() if isinstance(limit, date) else numerals.grouped(limit)


def _text(raw: Any, *, lines: bool = False) -> str:
    text = raw if isinstance(raw, str) else ""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return text if lines else " ".join(text.split())
