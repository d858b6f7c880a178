"""A pattern's text to its tree."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MAX_PATTERN: Final = 1_000
MAX_REPEAT: Final = 1_000
MAX_NESTING: Final = 40

Predicate = Callable[[str], bool]


class PatternError(Exception):
    """The text is no pattern, or larger than allowed."""


@dataclass(frozen=True, slots=True)
class One:
    """One character for which the predicate holds."""

    accepts: Predicate


@dataclass(frozen=True, slots=True)
class Sequence:
    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    options: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """`least` to `most` times (None = no end), as many as possible or, where lazy, as few."""

    part: Tree
    least: int
    most: int | None
    lazy: bool


@dataclass(frozen=True, slots=True)
class Group:
    number: int
    part: Tree


@dataclass(frozen=True, slots=True)
class Anchor:
    """`^` or `$`."""

    start: bool


@dataclass(frozen=True, slots=True)
class Backreference:
    number: int


Tree = One | Sequence | Choice | Repeat | Group | Anchor | Backreference

_CONTROLS: Final = {"n": "\n", "r": "\r", "t": "\t"}
_LITERAL_ESCAPES: Final = frozenset(r"\|.?*+(){}[]^$-/ ") | {'"', "'", ",", ":", ";", "#", "@", "!", "%", "&", "=", "~"}
_BLOCKS: Final[dict[str, tuple[int, int]]] = {
    "IsBasicLatin": (0x0000, 0x007F),
    "IsLatin-1Supplement": (0x0080, 0x00FF),
    "IsLatinExtended-A": (0x0100, 0x017F),
    "IsGreek": (0x0370, 0x03FF),
    "IsCyrillic": (0x0400, 0x04FF),
    "IsCJKSymbolsandPunctuation": (0x3000, 0x303F),
    "IsCJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "IsHalfwidthandFullwidthForms": (0xFF00, 0xFFEF),
}
_CATEGORIES: Final = frozenset(
    {"L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe", "Pi"}
    | {"Pf", "Po", "Z", "Zs", "Zl", "Zp", "S", "Sm", "Sc", "Sk", "So", "C", "Cc", "Cf", "Co", "Cn"}
)


def _category(name: str) -> Predicate:
    return lambda character: unicodedata.category(character).startswith(name)


def _word(character: str) -> bool:
    return unicodedata.category(character)[0] not in "PZC"


def _name_start(character: str) -> bool:
    return character in "_:" or character.isalpha()


def _name_part(character: str) -> bool:
    return character in "_:-." or character.isalnum()


_CLASSES: Final[dict[str, Predicate]] = {
    "s": lambda character: character in " \t\n\r",
    "d": _category("Nd"),
    "w": _word,
    "i": _name_start,
    "c": _name_part,
}


def _not(accepts: Predicate) -> Predicate:
    return lambda character: not accepts(character)


def _cases(character: str) -> list[str]:
    """The character and its other case; a form of several characters ("ß" in capitals) is none of a class."""
    return [form for form in (character, character.lower(), character.upper()) if len(form) == 1]


def _literal(expected: str, *, fold: bool) -> Predicate:
    if not fold:
        return lambda character: character == expected
    forms = {expected, expected.lower(), expected.upper()}
    return lambda character: character in forms


def parse_pattern(pattern: str, flags: frozenset[str]) -> tuple[Tree, int]:
    """The tree and the number of groups. Raises `PatternError`."""
    if len(pattern) > MAX_PATTERN:
        raise PatternError
    fold = "i" in flags
    if "q" in flags:
        return Sequence(tuple(One(_literal(character, fold=fold)) for character in pattern)), 0
    reader = _Reader(_without_blanks(pattern) if "x" in flags else pattern, fold=fold, dot_all="s" in flags)
    tree = reader.choice(0)
    if reader.at < len(reader.text):
        raise PatternError
    return tree, reader.groups


def _without_blanks(pattern: str) -> str:
    """Flag `x`: blanks outside a class `[…]` are left out."""
    kept, depth, at = "", 0, 0
    while at < len(pattern):
        character = pattern[at]
        if depth == 0 and character in " \t\n\r":
            at += 1
            continue
        if character == "\\" and at + 1 < len(pattern):
            at += 1
            while depth == 0 and at < len(pattern) - 1 and pattern[at] in " \t\n\r":
                at += 1
            kept += "\\" + pattern[at]
            at += 1
            continue
        depth += (character == "[") - (character == "]" and depth > 0)
        kept += character
        at += 1
    return kept


class _Reader:
    def __init__(self, text: str, *, fold: bool, dot_all: bool) -> None:
        self.text = text
        self.at = 0
        self.groups = 0
        self.closed: set[int] = set()
        self.fold = fold
        self.dot_all = dot_all

    def peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def take(self) -> str:
        character = self.peek()
        if not character:
            raise PatternError
        self.at += 1
        return character

    def choice(self, nesting: int) -> Tree:
        if nesting > MAX_NESTING:
            raise PatternError
        options = [self.sequence(nesting)]
        while self.peek() == "|":
            self.at += 1
            options.append(self.sequence(nesting))
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def sequence(self, nesting: int) -> Tree:
        parts: list[Tree] = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.repeated(self.atom(nesting)))
        return Sequence(tuple(parts))

    def repeated(self, part: Tree) -> Tree:
        bounds = self.bounds()
        if bounds is None:
            return part
        lazy = self.peek() == "?"
        self.at += lazy
        if self.peek() in ("*", "+", "?"):
            raise PatternError
        return Repeat(part, bounds[0], bounds[1], lazy)

    def bounds(self) -> tuple[int, int | None] | None:
        simple: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        if self.peek() in simple:
            return simple[self.take()]
        if self.peek() != "{":
            return None
        self.at += 1
        end = self.text.find("}", self.at)
        least, comma, most = self.text[self.at : end].partition(",")
        if end < 0 or not least.isdecimal() or (most and not most.isdecimal()) or len(least) > 4 or len(most) > 4:
            raise PatternError
        self.at = end + 1
        low = int(least)
        high = (int(most) if most else None) if comma else low
        if low > MAX_REPEAT or (high is not None and (high > MAX_REPEAT or high < low)):
            raise PatternError
        return low, high

    def atom(self, nesting: int) -> Tree:
        character = self.take()
        match character:
            case "(":
                return self.group(nesting)
            case "[":
                return One(self.character_class(nesting))
            case ".":
                return One((lambda _found: True) if self.dot_all else (lambda found: found not in "\n\r"))
            case "^" | "$":
                return Anchor(character == "^")
            case "\\":
                if self.peek().isdecimal():
                    return self.backreference()
                return One(self.escape())
            case "*" | "+" | "?" | "{" | "}" | ")" | "]":
                raise PatternError
        return One(_literal(character, fold=self.fold))

    def group(self, nesting: int) -> Tree:
        number = 0
        if self.text.startswith("?:", self.at):
            self.at += 2
        else:
            self.groups += 1
            number = self.groups
        inner = self.choice(nesting + 1)
        if self.take() != ")":
            raise PatternError
        self.closed.add(number)
        return Group(number, inner) if number else inner

    def backreference(self) -> Tree:
        digits = self.take()
        while self.peek().isdecimal() and int(digits + self.peek()) <= self.groups:
            digits += self.take()
        if int(digits) not in self.closed or int(digits) == 0:
            raise PatternError
        return Backreference(int(digits))

    def escape(self) -> Predicate:
        character = self.take()
        if character in _CONTROLS:
            return _literal(_CONTROLS[character], fold=False)
        if character.lower() in _CLASSES:
            accepts = _CLASSES[character.lower()]
            return accepts if character.islower() else _not(accepts)
        if character in "pP" and self.peek() == "{":
            end = self.text.find("}", self.at)
            name = self.text[self.at + 1 : end]
            self.at = end + 1
            if end < 0:
                raise PatternError
            accepts = self.property(name)
            return accepts if character == "p" else _not(accepts)
        if character in _LITERAL_ESCAPES:
            return _literal(character, fold=self.fold)
        raise PatternError

    def property(self, name: str) -> Predicate:
        if name in _BLOCKS:
            low, high = _BLOCKS[name]
            return lambda character: low <= ord(character) <= high
        if name not in _CATEGORIES:
            raise PatternError
        return _category(name)

    def character_class(self, nesting: int) -> Predicate:
        if nesting > MAX_NESTING:
            raise PatternError
        negated = self.peek() == "^"
        self.at += negated
        accepted: list[Predicate] = []
        without: Predicate | None = None
        while self.peek() != "]" or not accepted:
            if self.peek() == "-" and self.text.startswith("-[", self.at) and accepted:
                self.at += 2
                without = self.character_class(nesting + 1)
                if self.peek() != "]":
                    raise PatternError
                break
            accepted.append(self.class_part())
        self.at += 1

        def accepts(character: str) -> bool:
            found = any(part(character) for part in accepted) is not negated
            return found and (without is None or not without(character))

        if not self.fold:
            return accepts
        if negated:
            return lambda found: all(accepts(form) for form in _cases(found))
        return lambda found: any(accepts(form) for form in _cases(found))

    def class_part(self) -> Predicate:
        character = self.take()
        if character == "[":
            raise PatternError
        if character == "\\":
            following = self.peek()
            if following.isdecimal():
                raise PatternError
            if following not in _CONTROLS and following not in _LITERAL_ESCAPES:
                return self.escape()
            self.at += 1
            character = _CONTROLS.get(following, following)
        if self.peek() == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", "[", ""):
            self.at += 1
            last = self.take()
            if last == "\\":
                last = self.take()
                last = _CONTROLS.get(last, last)
            if last < character:
                raise PatternError
            first = character
            return lambda found: first <= found <= last
        return _literal(character, fold=False)
