"""Reading TOML by what is expected: every key is asked for by name, and what nobody has asked for is a problem."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Final, TypeVar

from workflows import feel
from workflows.packs.problems import PackProblem

E = TypeVar("E", bound=StrEnum)

KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
MAX_TEXT: Final = 200
MAX_LONG: Final = 2000
_TYPES: Final = {"text": "文字", "truth": "true 或 false", "number": "整数", "list": "列表", "table": "表"}
_TYPES_EN: Final = {
    "text": "text",
    "truth": "true or false",
    "number": "a whole number",
    "list": "a list",
    "table": "a table",
}


class Table:
    """One table of a file. What cannot be read goes to `problems` and is read as empty, so that everything is told at once."""

    def __init__(self, data: Mapping[str, Any], file: str, place: str, problems: list[PackProblem]) -> None:
        self._data, self.file, self.place, self.problems = data, file, place, problems
        self._asked: set[str] = set()

    def say(self, code: str, *, at: str = "", **params: str) -> None:
        """Note a problem here, or at a key of this table."""
        place = " · ".join(part for part in (self.place, at) if part)
        self.problems.append(PackProblem(self.file, place, code, params))

    def has(self, name: str) -> bool:
        """Is anything written for this key?"""
        return name in self._data

    def raw(self, name: str) -> Any:
        """What is written, of whatever type."""
        self._asked.add(name)
        return self._data.get(name)

    def text(self, name: str, *, needed: bool = False, most: int = MAX_TEXT) -> str:
        """A text without spaces at its ends; "" where there is none."""
        found = self._typed(name, str, "text", needed=needed)
        text = found.strip() if isinstance(found, str) else ""
        if len(text) > most:
            self.say("too_long", name=name, limit=str(most))
        if needed and not text and isinstance(found, str):
            self.say("missing", name=name)
        return text[:most]

    def key(self, name: str = "key") -> str:
        """A key: small letters, digits and underscores. "" for one that is none, which is told."""
        text = self.text(name, needed=True)
        if text and not KEY.fullmatch(text):
            self.say("key", key=text[:60])
            return ""
        return text

    def truth(self, name: str, *, default: bool = False) -> bool:
        """True or false."""
        found = self._typed(name, bool, "truth")
        return found if isinstance(found, bool) else default

    def number(self, name: str, *, default: int) -> int:
        """A whole number."""
        found = self._typed(name, int, "number")
        if isinstance(found, bool):
            self.say("wrong_type", name=name, **{"wanted": _TYPES["number"], "wanted@en": _TYPES_EN["number"]})
            return default
        return found if isinstance(found, int) else default

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; one text alone stands for a list of one."""
        if isinstance(self._data.get(name), str):
            return (self.text(name),)
        found = self._typed(name, list, "list")
        if not isinstance(found, list):
            return ()
        if not all(isinstance(one, str) for one in found):
            self.say("wrong_type", name=name, **{"wanted": "文字列表", "wanted@en": "a list of texts"})
            return ()
        return tuple(one.strip() for one in found)

    def choice(self, name: str, kinds: type[E], default: E | None) -> E | None:
        """One of the values of an enumeration."""
        text = self.text(name, needed=default is None)
        if not text:
            return default
        try:
            return kinds(text)
        except ValueError:
            self.say("choice", name=name, value=text, known="、".join(kinds))
            return default

    def expression(self, name: str, *, needed: bool = False) -> str | None:
        """FEEL that can be read; ``true`` and ``false`` may be written bare."""
        written = self._data.get(name)
        if isinstance(written, bool):
            self._asked.add(name)
            return str(written).lower()
        text = self.text(name, needed=needed, most=MAX_LONG)
        if not text:
            return None
        try:
            feel.parse(text)
        except feel.FeelSyntaxError as error:
            self.say("expression", name=name, **{"why": error.text(), "why@en": error.text("en")})
            return None
        return text

    def tables(self, name: str, label: str | None = None) -> Iterator[Table]:
        """The tables of an array ``[[name]]``, each with its number and key in its place."""
        found = self._typed(name, list, "list")
        for nth, one in enumerate(found if isinstance(found, list) else (), 1):
            if not isinstance(one, Mapping):
                self.say("wrong_type", name=name, **{"wanted": _TYPES["table"], "wanted@en": _TYPES_EN["table"]})
                continue
            told = one.get("key") or one.get("label")
            here = f"{label or name} {nth}" + (f" ({told})" if isinstance(told, str) and told else "")
            yield Table(one, self.file, " · ".join(part for part in (self.place, here) if part), self.problems)

    def table(self, name: str) -> Table:
        """The table ``[name]``; an empty one where there is none."""
        found = self._typed(name, dict, "table")
        return Table(found if isinstance(found, dict) else {}, self.file, name, self.problems)

    def done(self) -> None:
        """Everything has been asked for: the rest nobody knows."""
        for name in self._data:
            if name not in self._asked:
                self.say("unknown", name=str(name)[:60])

    def _typed(self, name: str, kind: type, word: str, *, needed: bool = False) -> Any:
        found = self.raw(name)
        if found is None:
            if needed:
                self.say("missing", name=name)
            return None
        if not isinstance(found, kind):
            self.say("wrong_type", name=name, **{"wanted": _TYPES[word], "wanted@en": _TYPES_EN[word]})
            return None
        return found
