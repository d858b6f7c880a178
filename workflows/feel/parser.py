"""Tokens to nodes: precedence climbing over the grammar of DMN 1.3, 10.3.1.2."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from . import nodes
from .cursor import MAX_DEPTH, Cursor
from .decimals import number_literal
from .errors import FeelSyntaxError, Message
from .keywords import KEYWORDS
from .lexer import Token
from .temporal_text import parse_temporal
from .walk import height

COMPARISONS: Final = frozenset({"=", "!=", "<", "<=", ">", ">="})
_POWERS: Final[dict[str, int]] = {
    "or": 1, "and": 2, "between": 3, "in": 3, **dict.fromkeys(COMPARISONS, 3), "+": 4, "-": 4, "*": 5, "/": 5, "**": 6,
}  # fmt: skip
_OPENERS: Final = frozenset({"if", "for", "some", "every"})
_CONSTANTS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}
TYPE_NAMES: Final = (
    "date and time", "days and time duration", "years and months duration", "day time duration", "year month duration",
)  # fmt: skip


def parse_expression(source: str, known: Iterable[str]) -> nodes.Node:
    """The node of a whole expression. Raises `FeelSyntaxError`."""
    parser = Parser(source, known)
    node = parser.expression()
    parser.finish()
    return shallow(node)


def parse_unary_tests(source: str, known: Iterable[str]) -> nodes.Node:
    """The node of a decision table's cell (`-`, `< 10`, `"a", "b"`, `not(…)`). Raises `FeelSyntaxError`."""
    parser = Parser(source, [*known, "?"])
    negated = False
    tests: tuple[nodes.Node, ...] = ()
    if [token.text for token in parser.tokens] != ["-", ""]:
        negated = parser.word() == "not" and parser.tokens[parser.at + 1].text == "("
        if negated:
            parser.at += 2
        tests = parser.tests()
        if negated:
            parser.expect(")")
    else:
        parser.at += 1
    parser.finish()
    return shallow(nodes.UnaryTests(tests, negated))


def shallow(node: nodes.Node) -> nodes.Node:
    if height(node) > MAX_DEPTH:
        raise FeelSyntaxError(Message("too_deep", {"limit": MAX_DEPTH}), 0)
    return node


class Parser(Cursor):
    """One run over one source."""

    # --- expressions --------------------------------------------------------------------------------------------------

    def expression(self) -> nodes.Node:
        """A whole expression, one level deeper."""
        self.deeper()
        word = self.word()
        if word not in _OPENERS or self.known_ahead():
            node = self.binding(1)
        elif word == "if":
            node = self.conditional()
        elif word == "for":
            node = self.loop()
        else:
            node = self.quantified()
        self.depth -= 1
        return node

    def known_ahead(self) -> bool:
        at = self.at
        known = self.known_name() is not None
        self.at = at
        return known

    def conditional(self) -> nodes.Node:
        self.at += 1
        condition = self.expression()
        self.expect_word("then")
        then = self.expression()
        self.expect_word("else")
        return nodes.If(condition, then, self.expression())

    def iterators(self, end: str) -> tuple[tuple[str, nodes.Node], ...]:
        self.at += 1
        found: list[tuple[str, nodes.Node]] = []
        while True:
            name = self.plain_name()
            self.expect_word("in")
            source = self.expression()
            if self.take(".."):
                source = nodes.Interval(source, self.expression(), True, True, bare=True)
            found.append((name, source))
            self.learn(name)
            if not self.take(","):
                break
        self.expect_word(end)
        return tuple(found)

    def loop(self) -> nodes.Node:
        return nodes.For(self.iterators("return"), self.expression())

    def quantified(self) -> nodes.Node:
        universal = self.word() == "every"
        return nodes.Quantified(universal, self.iterators("satisfies"), self.expression())

    def binding(self, power: int) -> nodes.Node:
        """An operand and all operators after it that bind at least as tightly as `power`."""
        left = self.prefix()
        while True:
            token = self.tokens[self.at]
            strength = _POWERS.get(token.text, 0) if token.kind in ("symbol", "name") else 0
            if strength < power or strength == 0:
                return left
            self.at += 1
            match token.text:
                case "or" | "and" as word:
                    operands = [left, self.binding(strength + 1)]
                    while self.take_word(word):
                        operands.append(self.binding(strength + 1))
                    left = (nodes.Disjunction if word == "or" else nodes.Conjunction)(tuple(operands))
                case "between":
                    low = self.binding(strength + 1)
                    self.expect_word("and")
                    left = nodes.Between(left, low, self.binding(strength + 1))
                case "in":
                    left = nodes.In(left, self.in_tests())
                case operator if operator in COMPARISONS:
                    left = nodes.Comparison(operator, left, self.binding(strength + 1))
                case operator:
                    left = nodes.Arithmetic(operator, left, self.binding(strength + 1))

    def in_tests(self) -> tuple[nodes.Node, ...]:
        """What follows `in`: one test, or several in parentheses. `(1..5]` opens a range and no parenthesis."""
        if not self.take("("):
            return (self.test(),)
        first = self.test()
        if self.is_symbol(".."):
            return (self.interval(first, closed=False),)
        tests = [first]
        while self.take(","):
            tests.append(self.test())
        self.expect(")")
        return (self.postfix(first),) if len(tests) == 1 else tuple(tests)

    def tests(self) -> tuple[nodes.Node, ...]:
        found = [self.test()]
        while self.take(","):
            found.append(self.test())
        return tuple(found)

    def test(self) -> nodes.Node:
        """An expression, or a comparison without its left side."""
        operator = self.symbol()
        if operator not in COMPARISONS:
            return self.expression()
        self.at += 1
        self.deeper()
        node = nodes.Test(operator, self.binding(_POWERS["+"]))
        self.depth -= 1
        return node

    def prefix(self) -> nodes.Node:
        # In FEEL the sign binds tighter than the power: -3 ** 2 is 9.
        signs = 0
        while self.take("-"):
            signs += 1
        node = self.postfix(self.primary())
        for _ in range(signs):
            node = nodes.Negation(node)
        return node

    def postfix(self, node: nodes.Node) -> nodes.Node:
        """Paths, filters, calls and `instance of` after an operand."""
        while True:
            if self.take("."):
                node = nodes.Path(node, self.member())
            elif self.is_symbol("[") and not self.ends_range():
                self.at += 1
                node = nodes.Filter(node, self.expression())
                self.expect("]")
            elif self.is_symbol("("):
                node = self.call(node)
            elif self.word() == "instance" and self.tokens[self.at + 1].text == "of":
                self.at += 2
                node = nodes.InstanceOf(node, self.type())
            else:
                return node

    def member(self) -> str:
        if self.word() in KEYWORDS:
            self.at += 1
            return self.tokens[self.at - 1].text
        return self.name()

    def ends_range(self) -> bool:
        """Whether `[` closes a range as in `[1..10[`: then nothing that could start an operand follows."""
        following = self.tokens[self.at + 1]
        return (
            following.kind == "end"
            or (following.kind == "symbol" and following.text in (")", "]", "}", ",", *COMPARISONS))
            or (following.kind == "name" and following.text in ("and", "or", "then", "else", "return", "satisfies"))
        )

    def call(self, function: nodes.Node) -> nodes.Node:
        self.at += 1
        if self.take(")"):
            return nodes.Call(function, ())
        arguments: list[nodes.Node] = []
        names: list[str] = []
        while True:
            name = self.loose_name(":")
            if name is not None:
                self.at += 1
                if name in names:
                    raise FeelSyntaxError(Message("duplicate", {"found": name}), self.tokens[self.at].position)
                names.append(name)
            arguments.append(self.expression())
            if len(names) not in (0, len(arguments)):
                raise FeelSyntaxError(Message("named_first"), self.tokens[self.at].position)
            if not self.take(","):
                break
        self.expect(")")
        return nodes.Call(function, tuple(arguments), tuple(names))

    # --- operands -----------------------------------------------------------------------------------------------------

    def primary(self) -> nodes.Node:
        token = self.tokens[self.at]
        match token.kind, token.text:
            case "name", _:
                return self.named(token)
            case "end", _:
                raise self.unexpected()
        self.at += 1
        match token.kind, token.text:
            case "number", text:
                return nodes.Literal(number_literal(text, token.position))
            case "string", text:
                return nodes.Literal(text)
            case "at", _:
                return nodes.Literal(self.temporal(token))
            case _, "(":
                return self.parenthesis()
            case _, "[":
                return self.list_or_range()
            case _, "{":
                return self.context()
            case _, "]":
                low = self.expression()
                if not self.is_symbol(".."):
                    raise self.expected("..")
                return self.interval(low, closed=False)
        self.at -= 1
        raise self.unexpected()

    def temporal(self, token: Token) -> object:
        value = parse_temporal(token.text)
        if value is None:
            raise FeelSyntaxError(Message("temporal", {"found": token.text[:60]}), token.position)
        return value

    def named(self, token: Token) -> nodes.Node:
        known = self.known_name()
        if known is not None:
            return nodes.Name(known)
        if token.text in _CONSTANTS:
            self.at += 1
            return nodes.Literal(_CONSTANTS[token.text])
        if token.text == "function":
            return self.function()
        if token.text == "not" and self.is_symbol("(", self.at + 1):
            self.at += 1
            return nodes.Name("not")
        if token.text in ("if", "for", "some", "every"):
            return self.expression()
        return nodes.Name(self.plain_name())

    def parenthesis(self) -> nodes.Node:
        inner = self.test()
        if self.is_symbol(".."):
            return self.interval(inner, closed=False)
        self.expect(")")
        return inner

    def list_or_range(self) -> nodes.Node:
        if self.take("]"):
            return nodes.ListLiteral(())
        items = [self.test()]
        if self.is_symbol(".."):
            return self.interval(items[0], closed=True)
        while self.take(","):
            items.append(self.test())
        self.expect("]")
        return nodes.ListLiteral(tuple(items))

    def interval(self, low: nodes.Node, *, closed: bool) -> nodes.Node:
        self.at += 1
        high = self.expression()
        if self.symbol() not in (")", "]", "["):
            raise self.expected("]")
        self.at += 1
        return nodes.Interval(low, high, closed, self.tokens[self.at - 1].text == "]")

    def context(self) -> nodes.Node:
        entries: dict[str, nodes.Node] = {}
        while not self.is_symbol("}"):
            token = self.tokens[self.at]
            if token.kind == "string":
                key: str | None = token.text
                self.at += 1
            else:
                key = self.loose_name(":")
            if key is None:
                raise self.unexpected()
            self.expect(":")
            if key in entries:
                raise FeelSyntaxError(Message("duplicate", {"found": key}), token.position)
            entries[key] = self.expression()
            self.learn(key)
            if not self.take(","):
                break
        self.expect("}")
        return nodes.ContextLiteral(tuple(entries.items()))

    def function(self) -> nodes.Node:
        self.at += 1
        self.expect("(")
        parameters: list[str] = []
        types: list[nodes.Type | None] = []
        while not self.is_symbol(")"):
            name = self.loose_name(":") or self.plain_name()
            if name in parameters:
                raise FeelSyntaxError(Message("duplicate", {"found": name}), self.tokens[self.at].position)
            parameters.append(name)
            types.append(self.type() if self.take(":") else None)
            self.learn(name)
            if not self.take(","):
                break
        self.expect(")")
        if self.word() == "external":
            # Code of another language is never run: the function exists and answers null.
            self.at += 1
            self.expression()
            return nodes.FunctionLiteral(tuple(parameters), tuple(types), nodes.Literal(None))
        return nodes.FunctionLiteral(tuple(parameters), tuple(types), self.expression())

    def type(self) -> nodes.Type:
        self.deeper()
        for name in TYPE_NAMES:
            words = name.split()
            if [token.text for token in self.tokens[self.at : self.at + len(words)]] == words:
                self.at += len(words)
                break
        else:
            if self.word() == "function":
                self.at += 1
                name = "function"
            else:
                name = self.plain_name()
        arguments: list[nodes.Type] = []
        members: list[tuple[str, nodes.Type]] = []
        if self.take("<"):
            while not self.is_symbol(">"):
                member = self.loose_name(":") if name == "context" else None
                if member is not None:
                    self.at += 1
                    members.append((member, self.type()))
                else:
                    arguments.append(self.type())
                if not self.take(","):
                    break
            self.expect(">")
        if name == "function" and self.take("->"):
            members.append(("", self.type()))
        self.depth -= 1
        return nodes.Type(name, tuple(arguments), tuple(members))
