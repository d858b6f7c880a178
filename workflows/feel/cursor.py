"""The parser's place in the tokens, and the names known there.

A name of several words is first looked for among the names known at its place (built-ins, the caller's `names`, and
variables bound by the expression itself), longest first, so that `date and time(x)` or a variable `a-b` is read as
one name; other neighbouring words simply make one name together, since nothing else can be meant. A name once bound
stays known to the end of the text.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from .errors import FeelSyntaxError, Message
from .keywords import KEYWORDS
from .lexer import tokenize

MAX_LENGTH: Final = 10_000
MAX_DEPTH: Final = 64
MAX_NAME_WORDS: Final = 12

_NAME_SYMBOLS: Final = frozenset("+-*/.'") | {"**"}


@lru_cache(maxsize=4_096)
def name_words(name: str) -> tuple[str, ...]:
    """A name as the lexer cuts it, for comparing it with a text; empty where it could not stand in one."""
    try:
        return tuple(token.text for token in tokenize(name)[:-1])
    except FeelSyntaxError:
        return ()


class Cursor:
    """Tokens, a place in them, the depth of nesting there, and the names known so far."""

    def __init__(self, source: str, known: Iterable[str]) -> None:
        if len(source) > MAX_LENGTH:
            raise FeelSyntaxError(Message("too_long", {"length": len(source), "limit": MAX_LENGTH}), MAX_LENGTH)
        self.tokens = tokenize(source)
        if len(self.tokens) == 1:
            raise FeelSyntaxError(Message("empty"), 0)
        self.at = 0
        self.depth = 0
        # first word → number of words → words → name
        self.names: dict[str, dict[int, dict[tuple[str, ...], str]]] = {}
        for name in known:
            self.learn(name)

    # --- names --------------------------------------------------------------------------------------------------------

    def learn(self, name: str) -> None:
        """Make a name of several words (or with symbols) known from here on. One word needs no learning."""
        words = name_words(name)
        if 1 < len(words) <= MAX_NAME_WORDS:
            self.names.setdefault(words[0], {}).setdefault(len(words), {})[words] = name

    def known_name(self) -> str | None:
        """The longest known name that starts here, taken; or None."""
        candidates = self.names.get(self.tokens[self.at].text)
        if candidates is None:
            return None
        for length in sorted(candidates, reverse=True):
            here = self.tokens[self.at : self.at + length]
            if any(token.kind not in ("name", "number", "symbol") for token in here):
                continue
            name = candidates[length].get(tuple(token.text for token in here))
            if name is not None:
                self.at += length
                return name
        return None

    def plain_name(self) -> str:
        """Neighbouring words that are no keywords, as one name."""
        words: list[str] = []
        while self.tokens[self.at].kind == "name" and self.tokens[self.at].text not in KEYWORDS:
            words.append(self.tokens[self.at].text)
            self.at += 1
        if not words:
            raise self.unexpected()
        return " ".join(words)

    def name(self) -> str:
        return self.known_name() or self.plain_name()

    def loose_name(self, stop: str) -> str | None:
        """A name that ends at the symbol `stop` and may hold keywords and symbols (`{a-b: 1}`); None if it is none."""
        end = self.at
        first = self.tokens[self.at]
        if first.kind != "name":
            return None
        while (token := self.tokens[end]).kind in ("name", "number") or token.text in _NAME_SYMBOLS:
            end += 1
        if not self.is_symbol(stop, end):
            return None
        text = ""
        for previous, token in zip([first, *self.tokens[self.at : end - 1]], self.tokens[self.at : end], strict=True):
            blank = text and previous.kind != "symbol" and token.kind != "symbol"
            text += (" " if blank else "") + token.text
        self.at = end
        return text

    # --- small steps --------------------------------------------------------------------------------------------------

    def is_symbol(self, symbol: str, at: int | None = None) -> bool:
        token = self.tokens[self.at if at is None else at]
        return token.kind == "symbol" and token.text == symbol

    def symbol(self) -> str:
        token = self.tokens[self.at]
        return token.text if token.kind == "symbol" else ""

    def word(self) -> str:
        token = self.tokens[self.at]
        return token.text if token.kind == "name" else ""

    def take(self, symbol: str) -> bool:
        found = self.is_symbol(symbol)
        self.at += found
        return found

    def take_word(self, word: str) -> bool:
        found = self.word() == word
        self.at += found
        return found

    def expect(self, symbol: str) -> None:
        if not self.take(symbol):
            raise self.expected(symbol)

    def expect_word(self, word: str) -> None:
        if not self.take_word(word):
            raise self.expected(word)

    def finish(self) -> None:
        if self.tokens[self.at].kind != "end":
            raise self.unexpected()

    def unexpected(self) -> FeelSyntaxError:
        token = self.tokens[self.at]
        if token.kind == "end":
            return FeelSyntaxError(Message("unfinished"), token.position)
        return FeelSyntaxError(Message("unexpected", {"found": token.text}), token.position)

    def expected(self, what: str) -> FeelSyntaxError:
        token = self.tokens[self.at]
        if token.kind == "end":
            return self.unexpected()
        return FeelSyntaxError(Message("expected", {"expected": what, "found": token.text}), token.position)

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FeelSyntaxError(Message("too_deep", {"limit": MAX_DEPTH}), self.tokens[self.at].position)
