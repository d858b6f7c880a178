"""A step by value, and its objects written down so that those a test already holds can be given their new values."""

from __future__ import annotations

import dataclasses
import io
import pickle
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.db.models.base import ModelState
from django.db.models.fields.files import FieldFile
from viewflow.workflow.base import FlowMetaClass

_PLAIN = (int, float, str, bytes, Decimal, date, datetime, clock_time, timedelta, UUID, Enum)


class Undescribed(Exception):
    """There is something in a step that cannot be compared by value."""


class Description:
    """A step by value, and the objects met on the way in the order they were met."""

    def __init__(self, *parts: object) -> None:
        self.objects: list[Any] = []
        self._numbers: dict[int, int] = {}
        self._words: list[str] = []
        for part in parts:
            self._walk(part)

    def key(self) -> str:
        return sha256("\x1f".join(self._words).encode("utf-8", "surrogatepass")).hexdigest()

    def _walk(self, value: Any) -> None:
        kind = type(value)
        if isinstance(value, type):
            self._words.append(f"class {id(value)} {value.__qualname__}")
        elif value is None or isinstance(value, _PLAIN):
            self._words.append(f"{kind.__module__}.{kind.__qualname__} {value!r}")
        elif isinstance(value, FieldFile) and value._committed:
            self._words.append(f"file {value.name}")
        elif isinstance(value, frozenset):
            if not all(isinstance(one, str | int) for one in value):
                raise Undescribed(kind)
            self._words.append(f"frozenset {sorted(map(repr, value))}")
        elif isinstance(value, tuple):
            self._words.append(f"{kind.__qualname__} {len(value)}")
            for one in value:
                self._walk(one)
        elif id(value) in self._numbers:
            self._words.append(f"again {self._numbers[id(value)]}")
        else:
            self._numbers[id(value)] = len(self.objects)
            self.objects.append(value)
            self._walk_into(value, f"{kind.__module__}.{kind.__qualname__}")

    def _walk_into(self, value: Any, kind: str) -> None:
        if isinstance(value, list):
            self._words.append(f"{kind} {len(value)}")
            for one in value:
                self._walk(one)
        elif isinstance(value, dict):
            self._walk_pairs(value, kind)
        elif isinstance(value, Model | ModelState) or (
            dataclasses.is_dataclass(value) and not isinstance(value, type) and hasattr(value, "__dict__")
        ):
            self._walk_pairs(vars(value), kind)
        else:
            raise Undescribed(kind)

    def _walk_pairs(self, pairs: dict[Any, Any], kind: str) -> None:
        self._words.append(f"{kind} {len(pairs)}")
        for name, one in pairs.items():
            self._walk(name)
            self._walk(one)


def content_of(value: Any) -> Any:
    """A copy of what one object holds itself, to be put back by `fill`."""
    return list(value) if isinstance(value, list) else dict(value if isinstance(value, dict) else vars(value))


def fill(value: Any, content: Any) -> None:
    if isinstance(value, list):
        value[:] = content
        return
    held = value if isinstance(value, dict) else vars(value)
    held.clear()
    held.update(content)


class Pickler(pickle.Pickler):
    """Writes the objects the step began with as their number, and classes as theirs."""

    def __init__(self, file: io.BytesIO, known: list[Any]) -> None:
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self._known = {id(one): number for number, one in enumerate(known)}
        self.classes: list[type] = []

    def persistent_id(self, obj: object) -> tuple[str, int] | None:
        if isinstance(obj, FlowMetaClass):
            self.classes.append(obj)
            return "class", len(self.classes) - 1
        number = self._known.get(id(obj))
        return None if number is None else ("object", number)

    def reducer_override(self, obj: object) -> Any:
        # Django's own way leaves its version behind in the object, which the one driven does not have.
        if isinstance(obj, Model):
            return object.__new__, (type(obj),), dict(vars(obj)), None, None, fill
        return NotImplemented


class Unpickler(pickle.Unpickler):
    def __init__(self, objects: bytes, classes: list[type], known: list[Any]) -> None:
        super().__init__(io.BytesIO(objects))
        self._known = {"object": known, "class": classes}

    def persistent_load(self, pid: Any) -> Any:
        kind, number = pid
        return self._known[kind][number]
