"""Expressions of a diagram, whatever dialect they are written in, as FEEL source text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

from workflows import feel
from workflows.cron import Cron, CronError, WeekdayNumber, is_cron
from workflows.feel.dialect import Unconvertible, from_juel, from_python

from .model import Expression, Problem

_JUEL = re.compile(r"[$#]\{")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?\Z")
_ISO: Final = {
    "date": re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?\Z"),
    "duration": re.compile(
        r"-?P(?=[\dT])(\d{1,6}W|(\d{1,6}Y)?(\d{1,6}M)?(\d{1,6}D)?(T(?=\d)(\d{1,6}H)?(\d{1,6}M)?(\d{1,9}(\.\d{1,9})?S)?)?)\Z"
    ),
    "cycle": re.compile(r"R\d{0,6}/\S{2,80}\Z"),
}
_ANY_DAY: Final = datetime(2024, 1, 1, tzinfo=UTC)
_ISO_START = re.compile(r"-?P[\dT]|R\d{0,6}/|\d{4}-")
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class Place(NamedTuple):
    """Where an expression stands: the element that holds it, its name, which part it is, and the line."""

    element: str
    name: str
    what: str
    line: int


def quoted(text: str) -> str:
    """`text` as a FEEL string literal."""
    return '"' + "".join(_ESCAPES.get(character, character) for character in text) + '"'


class Converter:
    """Turns texts into FEEL and remembers each with its place; what it cannot turn becomes a problem.

    `language` is the expression language the definitions name for the whole file.
    """

    def __init__(self, language: str) -> None:
        self.language = language.lower()
        self.expressions: list[Expression] = []
        self.problems: list[Problem] = []

    def condition(self, text: str | None, place: Place, *, language: str | None = None) -> str | None:
        """A condition, cardinality or other expression: FEEL after ``=``, JUEL in ``${…}``, else FEEL or Python."""
        source = (text or "").strip()
        if not source:
            self._problem("empty_expression", place)
            return None
        language = (language or "").lower()
        if source.startswith("=") and not source.startswith("=="):
            return self._keep(source[1:].strip(), place)
        if "feel" in language:
            return self._keep(source, place)
        if _JUEL.search(source):
            return self._juel(source, place)
        if language and not any(known in language for known in ("python", "juel", "xpath", "uel")):
            self._problem("unsupported_language", place, language=language)
            return None
        return self._plain(source, place, python_first="python" in (language or self.language))

    def text(self, text: str | None, place: Place) -> str | None:
        """A value of Zeebe's: FEEL after ``=``, otherwise the text itself."""
        source = (text or "").strip()
        if not source:
            return None
        return self._keep(source[1:].strip(), place) if source.startswith("=") else self._keep(quoted(source), place)

    def juel_text(self, text: str | None, place: Place) -> str | None:
        """A value of Camunda 7's family: ``${…}`` anywhere in it, or the text itself."""
        source = (text or "").strip()
        return self._juel(source, place) if source else None

    def number(self, text: str | None, place: Place, *, zeebe: bool) -> str | None:
        """Like `text` or `juel_text`, and a plain number stays a number."""
        source = (text or "").strip()
        if _NUMBER.match(source):
            return self._keep(source, place)
        return self.text(source, place) if zeebe else self.juel_text(source, place)

    def names(self, text: str | None, place: Place, *, zeebe: bool) -> str | None:
        """A comma-separated list of users or groups as a FEEL list; one lone expression keeps its value."""
        source = (text or "").strip()
        if not source:
            return None
        if zeebe:
            if source.startswith("="):
                return self._keep(source[1:].strip(), place)
            return self._keep("[" + ", ".join(quoted(part) for part in _parts(source)) + "]", place)
        parts = list(_parts(source))
        if len(parts) == 1 and _JUEL.match(parts[0]):
            return self._juel(parts[0], place)
        try:
            return self._keep("[" + ", ".join(from_juel(part) for part in parts) + "]", place)
        except Unconvertible as error:
            self._unconvertible(source, error, place)
            return None

    def variable(self, text: str | None, place: Place) -> str | None:
        """A collection: an expression in either dialect, or a bare variable name."""
        source = (text or "").strip()
        if not source:
            return None
        if source.startswith("="):
            return self._keep(source[1:].strip(), place)
        return self._juel(source, place) if _JUEL.search(source) else self._keep(source, place)

    def timer(self, kind: str, text: str | None, place: Place) -> str | None:
        """A date, duration or cycle; an ISO 8601 text becomes a FEEL string, checked for its form."""
        source = (text or "").strip()
        if not source:
            self._problem("empty_expression", place)
            return None
        bare = source[1:-1] if len(source) > 1 and source[0] == source[-1] and source[0] in "\"'" else source
        if kind == "cycle" and is_cron(bare):
            return self._cron(bare, place)
        if _ISO_START.match(bare):
            if not _ISO[kind].match(bare):
                self._problem("bad_timer", place, expression=bare)
                return None
            return self._keep(quoted(bare), place)
        return self.condition(source, place)

    def _cron(self, text: str, place: Place) -> str | None:
        try:
            Cron.parse(text).after(_ANY_DAY)
        except WeekdayNumber:
            self._problem("cron_weekday_number", place, expression=text)
        except CronError:
            self._problem("bad_cron", place, expression=text)
        else:
            return self._keep(quoted(text), place)
        return None

    def _plain(self, source: str, place: Place, *, python_first: bool) -> str | None:
        # A text without any marker is FEEL where it parses. Where it is neither, it is kept as FEEL so that the
        # checker can say at which character it breaks.
        if not python_first:
            try:
                feel.parse(source)
            except feel.FeelSyntaxError:
                pass
            else:
                return self._keep(source, place)
        try:
            return self._keep(from_python(source), place)
        except Unconvertible as error:
            if not python_first:
                return self._keep(source, place)
            self._unconvertible(source, error, place)
            return None

    def _juel(self, source: str, place: Place) -> str | None:
        try:
            return self._keep(from_juel(source), place)
        except Unconvertible as error:
            self._unconvertible(source, error, place)
            return None

    def _keep(self, source: str, place: Place) -> str:
        self.expressions.append(Expression(source, place.element, place.what, place.line))
        return source

    def _unconvertible(self, source: str, error: Unconvertible, place: Place) -> None:
        self._problem(
            "unconvertible_expression",
            place,
            expression=shortened(source),
            **{"reason": error.text("zh-hans"), "reason@en": error.text("en")},
        )

    def _problem(self, code: str, place: Place, **params: str) -> None:
        self.problems.append(
            Problem(code, "error", place.element, place.line, {"name": place.name, "what": place.what, **params})
        )


def shortened(text: str, limit: int = 80) -> str:
    """`text` on one line, cut where it is too long to quote."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _parts(text: str) -> Iterator[str]:
    # A comma inside ${…} belongs to the expression.
    depth, start = 0, 0
    for index, character in enumerate(text):
        if character == "{":
            depth += 1
        elif character == "}":
            depth = max(0, depth - 1)
        elif character == "," and depth == 0:
            if part := text[start:index].strip():
                yield part
            start = index + 1
    if part := text[start:].strip():
        yield part
