"""FEEL values to what `json.dumps` takes, and back without loss.

Strings, booleans, null, lists and contexts are themselves. A number is a JSON number where that is exact (up to 15
digits) and `{"@number": "…"}` otherwise. Everything about time is `{"@": "2026-03-01"}`, with the text of FEEL's
`@"…"`. A range is `{"@range": [start, end, start included, end included, operator]}`. A context whose only key
starts with `@` is wrapped as `{"@context": {…}}`. Functions do not outlive their evaluation: they become null.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from decimal import Decimal
from typing import Any, Final

from . import decimals, temporal
from .decimals import CONTEXT
from .temporal_text import parse_temporal, text_of
from .values import Function, Range

EXACT_DIGITS: Final = 15
EXACT_EXPONENT: Final = 20


def to_json(value: Any) -> Any:
    """The JSON form of a FEEL value. Raises `TypeError` for what is none."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int | float | Decimal):
        return _number(decimals.from_python(value))
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        plain = {str(key): to_json(item) for key, item in value.items()}
        return {"@context": plain} if len(plain) == 1 and next(iter(plain)).startswith("@") else plain
    if isinstance(value, Range):
        ends = [to_json(value.start), to_json(value.end)]
        return {"@range": [*ends, value.start_included, value.end_included, value.operator]}
    if isinstance(value, Function):
        return None
    if isinstance(value, Kept):
        return value.json()
    moment = value if isinstance(value, temporal.TEMPORAL_TYPES) else temporal.incoming(value)
    if moment is None:
        raise TypeError(f"{type(value).__name__} is no FEEL value")
    return {"@": text_of(moment)}


def _number(number: Decimal | None) -> Any:
    if number is None:
        return None
    if number == number.to_integral_value() and number.adjusted() < EXACT_DIGITS:
        return int(number)
    digits = CONTEXT.create_decimal(number).normalize(CONTEXT).as_tuple().digits
    if len(digits) <= EXACT_DIGITS and abs(number.adjusted()) <= EXACT_EXPONENT:
        return float(number)
    return {"@number": str(number)}


def from_json(data: Any) -> Any:
    """The FEEL value of JSON data; what looks like a mark but is none stays a context."""
    if data is None or isinstance(data, bool | str):
        return data
    if isinstance(data, int | float | Decimal):
        return decimals.from_python(data)
    if isinstance(data, list | tuple):
        return [from_json(item) for item in data]
    if not isinstance(data, dict):
        raise TypeError(f"{type(data).__name__} is no JSON data")
    if len(data) == 1:
        found = _marked(*next(iter(data.items())))
        if found is not None:
            return found
    return {str(key): from_json(item) for key, item in data.items()}


class Kept(MutableMapping[str, Any]):
    """A context whose values stay JSON until somebody asks for them: of a thousand variables a step reads two.

    :meth:`copy` is cheap and gives one to write to; what nobody wrote to goes back as the JSON it came as.
    """

    __slots__ = ("_data", "_read", "_written")

    def __init__(self, data: Mapping[str, Any]) -> None:
        marked = len(data) == 1 and next(iter(data)).startswith("@")
        self._data: Mapping[str, Any] = {} if marked else data
        self._read: dict[str, Any] = {}
        self._written: dict[str, Any] = dict(from_json(data)) if marked else {}

    def __getitem__(self, name: str) -> Any:
        if name in self._written:
            return self._written[name]
        if name not in self._read:
            self._read[name] = from_json(self._data[name])
        return self._read[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._written[name] = value

    def __delitem__(self, name: str) -> None:
        if name not in self:
            raise KeyError(name)
        self._written.pop(name, None)
        self._data = {key: value for key, value in self._data.items() if key != name}

    def __contains__(self, name: object) -> bool:
        return name in self._written or name in self._data

    def __iter__(self) -> Iterator[str]:
        yield from self._data
        for name in self._written:
            if name not in self._data:
                yield name

    def __len__(self) -> int:
        return len(self._data) + sum(name not in self._data for name in self._written)

    def item(self, name: str, nth: int) -> Any:
        """One value of a list, without reading the others."""
        if name in self._written:
            return from_json(to_json(self._written[name][nth]))
        return from_json(self._data[name][nth])

    def copy(self) -> Kept:
        """The same values, to be written to by themselves."""
        twin = Kept({})
        twin._data, twin._read, twin._written = self._data, self._read, self._written.copy()
        return twin

    def json(self) -> Any:
        """What `to_json` makes of it."""
        plain = {**self._data, **{name: to_json(value) for name, value in self._written.items()}}
        return {"@context": plain} if len(plain) == 1 and next(iter(plain)).startswith("@") else plain


def _marked(mark: Any, body: Any) -> Any:
    match mark, body:
        case "@", str():
            return temporal.outgoing(parse_temporal(body))
        case "@number", str():
            return decimals.finite(CONTEXT.create_decimal(body))
        case "@context", dict():
            return {str(key): from_json(item) for key, item in body.items()}
        case "@range", [start, end, bool() as low, bool() as high, str() as operator]:
            return Range(from_json(start), from_json(end), low, high, operator)
    return None
