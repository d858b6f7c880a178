"""From ``sangong:form`` to fields, and what cannot be read of it: everything here keeps a flow from being published."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from lxml import etree

from workflows import feel
from workflows.bpmn.expressions import Converter, Place, shortened
from workflows.bpmn.model import Problem
from workflows.bpmn.namespaces import display, split
from workflows.bpmn.source import line_of

from . import numerals
from .model import (
    COLUMN_KINDS,
    MAX_COLUMNS,
    MAX_FIELDS,
    MAX_HELP,
    MAX_LABEL,
    MAX_OPTIONS,
    MONEY_UNITS,
    MOST,
    TODAY,
    WITH_OPTIONS,
    WITH_VALUES,
    WITHOUT_LIMITS,
    FormField,
    Kind,
    Option,
)

Element = etree._Element

_ATTRIBUTES: Final = frozenset(
    {"key", "type", "label", "help", "required", "visible", "min", "max", "pattern", "unit", "of"}
)
_TEXTS: Final = frozenset({Kind.TEXT, Kind.LONG_TEXT})
_NUMBERS: Final = frozenset({Kind.NUMBER, Kind.MONEY})
MAX_PATTERN: Final = 300


class FormReader:
    """Reads the form of one element. Problems go to `problems`, expressions to the converter, which has them checked."""

    def __init__(self, element: str, name: str, converter: Converter, problems: list[Problem]) -> None:
        self._element, self._name = element, name
        self._convert = converter
        self._problems = problems

    def read(self, form: Element, *, known: Collection[str] = ()) -> tuple[FormField, ...]:
        """The fields of a ``sangong:form``, in the order of the file; `known` are keys there are already."""
        found: list[FormField] = []
        for child in form.iterchildren(tag=etree.Element):
            if split(str(child.tag))[1] != "field":
                self._say("field_unknown_part", child, tag=display(str(child.tag)))
                continue
            if (one := self._field(child, column=False)) is not None:
                found.append(one)
        if len(found) > MAX_FIELDS:
            self._say("field_too_many", form, limit=str(MAX_FIELDS), field=self._name)
        keys = set(known)
        for one in found:
            if one.key in keys:
                self._say("field_twice", one.line, field=one.key)
            keys.add(one.key)
        for nth, one in enumerate(found):
            later = {other.key for other in found[nth:]}
            self._looks_back(one, later)
        return tuple(found)

    def _field(self, element: Element, *, column: bool) -> FormField | None:
        key, label = (element.get("key") or "").strip(), (element.get("label") or "").strip()
        told = label or key or "—"
        for name in element.attrib:
            if str(name) not in _ATTRIBUTES or (column and name in {"visible", "help"}):
                self._say("field_unknown_part", element, tag=display(str(name)))
        if not key.isidentifier() or len(key) > MAX_LABEL:
            self._say("field_key", element, field=told, key=shortened(key, 40) or "—")
            return None
        try:
            kind = Kind((element.get("type") or "").strip())
        except ValueError:
            self._say("field_kind", element, field=told, kind=shortened(element.get("type") or "—", 40))
            return None
        if column and kind not in COLUMN_KINDS:
            self._say("field_column_kind", element, field=told)
            return None
        hint = (element.get("help") or "").strip()
        if not label or len(label) > MAX_LABEL or len(hint) > MAX_HELP:
            self._say("field_label", element, field=told, limit=str(MAX_LABEL), help=str(MAX_HELP))
        one = FormField(
            key=key,
            kind=kind,
            label=label or key,
            help=hint,
            required=self._condition(element, "required"),
            visible=None if column else self._condition(element, "visible"),
            options=self._options(element, kind, told),
            columns=self._columns(element, kind, told),
            minimum=(element.get("min") or "").strip(),
            maximum=(element.get("max") or "").strip(),
            pattern=(element.get("pattern") or "").strip(),
            unit=(element.get("unit") or "").strip(),
            of=(element.get("of") or "").strip(),
            line=line_of(element),
        )
        for code in faults_of(one):
            self._say(code, element, field=told)
        return one

    def _condition(self, element: Element, name: str) -> str | None:
        text = (element.get(name) or "").strip()
        if not text or text == {"required": "false", "visible": "true"}[name]:
            return None
        return self._convert.condition(text, Place(self._element, self._name, name, line_of(element)))

    def _options(self, element: Element, kind: Kind, told: str) -> tuple[Option, ...]:
        found: list[Option] = []
        for child in self._parts(element, "option"):
            for attribute in child.attrib:
                if str(attribute) not in {"value", "label"}:
                    self._say("field_unknown_part", child, tag=display(str(attribute)))
            value = (child.get("value") or child.get("label") or "").strip()
            found.append(Option(value, (child.get("label") or "").strip() or value))
        if kind in WITH_OPTIONS:
            values = [option.value for option in found]
            if not all(values) or len(set(values)) != len(values) or not 1 <= len(values) <= MAX_OPTIONS:
                self._say("field_options", element, field=told, limit=str(MAX_OPTIONS))
        elif found:
            self._say("field_no_options", element, field=told)
        return tuple(found)

    def _columns(self, element: Element, kind: Kind, told: str) -> tuple[FormField, ...]:
        read = [self._field(child, column=True) for child in self._parts(element, "column")]
        found = tuple(one for one in read if one is not None)
        if kind is not Kind.TABLE:
            if read:
                self._say("field_no_columns", element, field=told)
        elif len({one.key for one in found}) != len(found) or not 1 <= len(read) <= MAX_COLUMNS:
            self._say("field_columns", element, field=told, limit=str(MAX_COLUMNS))
        return found

    def _parts(self, element: Element, name: str) -> Iterator[Element]:
        for child in element.iterchildren(tag=etree.Element):
            local = split(str(child.tag))[1]
            if local == name:
                yield child
            elif name == "option" and local != "column":
                self._say("field_unknown_part", child, tag=display(str(child.tag)))

    def _looks_back(self, one: FormField, later: Collection[str]) -> None:
        """Whether a field shows is settled in the order of the form: by what stands before it."""
        if one.visible is None:
            return
        try:
            names = feel.parse(one.visible).names
        except feel.FeelSyntaxError:
            return  # told as an expression that cannot be read
        for name in sorted(names & set(later)):
            self._say("field_looks_ahead", one.line, field=one.label, other=name)

    def _say(self, code: str, where: Element | int, **params: str) -> None:
        line = where if isinstance(where, int) else line_of(where)
        self._problems.append(Problem(code, "error", self._element, line, {"name": self._name, **params}))


def faults_of(one: FormField) -> Iterator[str]:
    """What of limits, pattern and unit does not go with a field's kind, as codes of problems."""
    limits = [limit for limit in (one.minimum, one.maximum) if limit]
    if limits and one.kind in WITHOUT_LIMITS:
        yield "field_no_limits"
    elif not all(_readable(one.kind, limit) for limit in limits):
        yield "field_limit"
    elif len(limits) == 2 and TODAY not in limits and limit_of(one.kind, limits[0]) > limit_of(one.kind, limits[1]):
        yield "field_limits_crossed"
    if one.pattern:
        if one.kind not in _TEXTS:
            yield "field_no_pattern"
        elif len(one.pattern) > MAX_PATTERN or fits("", one.pattern) is None:
            yield "field_pattern"
    if one.unit and (one.kind not in _NUMBERS or (one.kind is Kind.MONEY and one.unit not in MONEY_UNITS)):
        yield "field_unit"
    if bool(one.of) is not (one.kind is Kind.RECORD):
        yield "field_of"


def fits(text: str, pattern: str) -> bool | None:
    """Whether all of the text fits the pattern; None for a pattern that is none, or takes too much work."""
    found = feel.evaluate("matches(text, pattern)", {"text": text, "pattern": f"^(?:{pattern})$"})
    return found if isinstance(found, bool) else None


def limit_of(kind: Kind, text: str) -> float:
    """A limit as something to compare: a value, a day's number, or a count. The text is one `faults_of` accepts."""
    if kind is Kind.DATE:
        found = numerals.day(text)
        return float(found.toordinal()) if found else 0.0
    return float(numerals.number(text) or 0)


def _readable(kind: Kind, limit: str) -> bool:
    if kind is Kind.DATE:
        return limit == TODAY or numerals.day(limit) is not None
    value = numerals.number(limit)
    if value is None or kind in WITH_VALUES:
        return value is not None
    return value == value.to_integral_value() and 0 <= value <= MOST.get(kind, MAX_OPTIONS)
