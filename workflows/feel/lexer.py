"""Text to tokens. Names are cut into single words here; the parser joins them, since only it knows which exist."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from .errors import FeelSyntaxError, Message

Kind = Literal["name", "number", "string", "at", "symbol", "end"]

# Letters are what Unicode calls so, plus everything beyond the basic plane. The standard's ranges would also take
# full-width punctuation such as "＞" into names, which hides typing errors of Chinese keyboards.
_START: Final = r"(?:[^\W\d]|[?_\U00010000-\U000EFFFF])"
_PART: Final = r"(?:\w|[?\u00B7\u0300-\u036F\u203F\u2040\U00010000-\U000EFFFF])"
_TOKEN: Final = re.compile(
    rf"""
      (?P<blank>[\s\uFEFF]+|//[^\n]*|/\*.*?\*/)
    | (?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<at>@"(?:[^"\\]|\\.)*")
    | (?P<string>"(?:[^"\\]|\\.)*")
    | (?P<name>{_START}{_PART}*)
    | (?P<symbol>\*\*|\.\.|->|!=|<=|>=|/(?!\*)|[-+*=<>()\[\]{{}},:.'])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
_PLAIN_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number, string, `@"…"` literal, symbol or the end; `text` is the decoded string where it is one."""

    kind: Kind
    text: str
    position: int


def tokenize(source: str) -> list[Token]:
    """All tokens of `source`, the last of kind `end`. Raises `FeelSyntaxError` for what is no FEEL."""
    tokens: list[Token] = []
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            raise FeelSyntaxError(_unreadable(source, at), at)
        kind, text = match.lastgroup, match.group()
        if kind == "string":
            tokens.append(Token("string", _decode(text[1:-1], at), at))
        elif kind == "at":
            tokens.append(Token("at", _decode(text[2:-1], at), at))
        elif kind == "name":
            tokens.append(Token("name", text, at))
        elif kind == "number":
            tokens.append(Token("number", text, at))
        elif kind == "symbol":
            tokens.append(Token("symbol", text, at))
        at = match.end()
    tokens.append(Token("end", "", len(source)))
    return tokens


def _unreadable(source: str, at: int) -> Message:
    if source.startswith(('"', '@"'), at):
        return Message("string")
    if source.startswith("/*", at):
        return Message("comment")
    return Message("character", {"found": source[at]})


def _decode(text: str, position: int) -> str:
    if "\\" not in text:
        return text

    def plain(match: re.Match[str]) -> str:
        four, six, single = match.groups()
        if single is not None:
            # An unknown escape stays as written: patterns such as "\s" are commonly given with one backslash.
            return _PLAIN_ESCAPES.get(single, match.group())
        code = int(four or six, 16)
        # NUL is no character of XML, and none that PostgreSQL keeps.
        if code > 0x10FFFF or code == 0:
            raise FeelSyntaxError(Message("escape", {"found": match.group()}), position + 1 + match.start())
        return chr(code)

    decoded = _ESCAPE.sub(plain, text)
    try:
        # Two \uXXXX of a surrogate pair are one character; half a pair is none.
        return decoded.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        raise FeelSyntaxError(Message("escape", {"found": text[:20]}), position) from None
