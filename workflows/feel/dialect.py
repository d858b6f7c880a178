"""Expressions of other engines' diagrams, turned into FEEL.

`from_juel` takes the unified expression language of Camunda, Flowable and Activiti (JSR 341: `${…}`, `#{…}`),
`from_python` the Python conditions of SpiffWorkflow. Both convert only what means the same in FEEL and refuse
everything else with `Unconvertible`: a condition that changes its meaning silently would send a case down the wrong
road.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Final

from .errors import Unconvertible
from .keywords import KEYWORDS

__all__ = ["Unconvertible", "from_juel", "from_python"]

MAX_LENGTH: Final = 10_000
MAX_DEPTH: Final = 60

# Binding strength of what an emitted piece of FEEL is made of; a weaker piece inside a stronger one gets parentheses.
IF, OR, AND, COMPARE, ADD, MULTIPLY, POWER, UNARY, ATOM = range(9)


@dataclass(frozen=True)
class _Piece:
    """FEEL text, how strongly it binds, and how deeply it is nested."""

    text: str
    strength: int = ATOM
    depth: int = 0

    def within(self, strength: int) -> str:
        return self.text if self.strength >= strength else f"({self.text})"


class _TooDeep(Exception):
    """The converted expression would be nested too deeply for the FEEL parser."""


def _piece(text: str, strength: int, *parts: _Piece) -> _Piece:
    depth = 1 + max((part.depth for part in parts), default=0)
    if depth > MAX_DEPTH:
        raise _TooDeep
    return _Piece(text, strength, depth)


def _binary(left: _Piece, operator: str, right: _Piece, strength: int) -> _Piece:
    # The right operand needs the next level: 1 - (2 - 3). Comparisons do not chain in FEEL, so neither side may be one.
    first = left.within(COMPARE + 1 if strength == COMPARE else strength)
    second = right.within(strength if strength in (OR, AND) else strength + 1)
    return _piece(f"{first} {operator} {second}", strength, left, right)


def _negated(operand: _Piece) -> _Piece:
    return _piece(f"not({operand.text})", ATOM, operand)


def _minus(operand: _Piece) -> _Piece:
    return _piece(f"-{operand.within(ATOM)}", UNARY, operand)


def _modulo(left: _Piece, right: _Piece) -> _Piece:
    return _piece(f"modulo({left.text}, {right.text})", ATOM, left, right)


def _choice(condition: _Piece, yes: _Piece, no: _Piece) -> _Piece:
    return _piece(f"if {condition.within(OR)} then {yes.within(OR)} else {no.within(OR)}", IF, condition, yes, no)


def quoted(value: str) -> str:
    """A FEEL string literal of any text."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(escapes.get(character, character) for character in value) + '"'


def _plain_name(name: str) -> bool:
    return name.isidentifier() and name not in KEYWORDS


_JUEL_TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    | (?P<name>[^\W\d]\w*)
    | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<symbol>&&|\|\||==|!=|<=|>=|->|[-+*/%<>!?:().\[\],=;{}])
    )""",
    re.VERBOSE | re.DOTALL,
)
_JUEL_WORDS: Final = {
    "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
    "and": "&&", "or": "||", "not": "!", "div": "/", "mod": "%",
}  # fmt: skip
_JUEL_LEVELS: Final[tuple[tuple[int, dict[str, str]], ...]] = (
    (OR, {"||": "or"}),
    (AND, {"&&": "and"}),
    (COMPARE, {"==": "=", "!=": "!="}),
    (COMPARE, {"<": "<", "<=": "<=", ">": ">", ">=": ">="}),
    (ADD, {"+": "+", "-": "-"}),
    (MULTIPLY, {"*": "*", "/": "/", "%": "%"}),
)


def from_juel(text: str) -> str:
    """The FEEL of a JUEL text. One `${…}` alone keeps its type; with text around it, the result is a string.

    A text without any `${…}` or `#{…}` is a literal string, as in JUEL. Raises `Unconvertible` for method calls,
    assignments, lambdas and everything else beyond operators, literals and property paths.
    """
    if len(text) > MAX_LENGTH:
        raise Unconvertible(text, "juel_syntax")
    parts = _juel_parts(text)
    try:
        if len(parts) == 1 and parts[0][0]:
            return _Juel(text, parts[0][1]).whole().text
        pieces = []
        for is_expression, body in parts:
            if not is_expression:
                pieces.append(quoted(body))
                continue
            inner = _Juel(text, body).whole().text
            # In a composite text JUEL writes nothing for null, where FEEL's concatenation would become null.
            pieces.append(f'(if ({inner}) = null then "" else string({inner}))')
    except (_TooDeep, RecursionError):
        raise Unconvertible(text, "too_deep_dialect") from None
    return " + ".join(pieces) or '""'


def _juel_parts(text: str) -> list[tuple[bool, str]]:
    """`text` cut into (is an expression, body); blanks around a single expression do not make it a composite."""
    parts: list[tuple[bool, str]] = []
    literal, at = "", 0
    while at < len(text):
        if text.startswith(("\\${", "\\#{"), at):
            literal, at = literal + text[at + 1 : at + 3], at + 3
        elif text.startswith(("${", "#{"), at):
            end = _juel_end(text, at + 2)
            if literal.strip():
                parts.append((False, literal))
            parts.append((True, text[at + 2 : end]))
            literal, at = "", end + 1
        else:
            literal, at = literal + text[at], at + 1
    if literal.strip() or not parts:
        parts.append((False, literal))
    return parts


def _juel_end(text: str, at: int) -> int:
    """Where the `}` of an expression stands that begins at `at`; braces inside strings do not count."""
    while at < len(text) and text[at] != "}":
        if text[at] in "\"'":
            token = _JUEL_TOKEN.match(text, at)
            if token is None:
                break
            at = token.end()
        else:
            at += 1
    if at >= len(text) or text[at] != "}":
        raise Unconvertible(text, "juel_syntax")
    return at


class _Juel:
    """Recursive descent over one expression; `source` is the whole text, for the error."""

    def __init__(self, source: str, body: str) -> None:
        self.source = source
        self.tokens: list[tuple[str, str]] = []
        self.at = 0
        self.depth = 0
        position, body = 0, body.rstrip()
        while position < len(body):
            match = _JUEL_TOKEN.match(body, position)
            if match is None:
                raise Unconvertible(source, "juel_syntax")
            kind = str(match.lastgroup)
            value = match.group(kind)
            if kind == "name" and value in _JUEL_WORDS:
                kind, value = "symbol", _JUEL_WORDS[value]
            self.tokens.append((kind, value))
            position = match.end()

    def refuse(self, reason: str = "juel_syntax") -> Unconvertible:
        return Unconvertible(self.source, reason)

    def peek(self) -> str:
        kind, value = self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")
        return value if kind == "symbol" else ""

    def take(self, symbol: str) -> bool:
        found = self.peek() == symbol
        self.at += found
        return found

    def whole(self) -> _Piece:
        result = self.ternary()
        if self.at < len(self.tokens):
            raise self.refuse({"=": "juel_assignment", "(": "juel_call"}.get(self.peek(), "juel_syntax"))
        return result

    def ternary(self) -> _Piece:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _TooDeep
        condition = self.level(0)
        if self.take("?"):
            yes = self.ternary()
            if not self.take(":"):
                raise self.refuse()
            condition = _choice(condition, yes, self.ternary())
        self.depth -= 1
        return condition

    def level(self, number: int) -> _Piece:
        if number == len(_JUEL_LEVELS):
            return self.unary()
        strength, operators = _JUEL_LEVELS[number]
        left = self.level(number + 1)
        while (symbol := self.peek()) in operators:
            self.at += 1
            right = self.level(number + 1)
            left = _modulo(left, right) if symbol == "%" else _binary(left, operators[symbol], right, strength)
        return left

    def unary(self) -> _Piece:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _TooDeep
        try:
            if self.take("!"):
                return _negated(self.unary())
            if self.take("-"):
                return _minus(self.unary())
            if self.at < len(self.tokens) and self.tokens[self.at] == ("name", "empty"):
                self.at += 1
                operand = self.unary()
                return _piece(f'({operand.within(ADD)} in (null, "", [], {{}}))', ATOM, operand)
            return self.postfix(self.primary())
        finally:
            self.depth -= 1

    def primary(self) -> _Piece:
        if self.take("("):
            inner = self.ternary()
            if not self.take(")"):
                raise self.refuse()
            return inner
        kind, value = self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")
        self.at += 1
        if kind == "number":
            return _Piece(value)
        if kind == "string":
            return _Piece(quoted(re.sub(r"\\(.)", r"\1", value[1:-1], flags=re.DOTALL)))
        if kind == "name" and value in ("true", "false", "null"):
            return _Piece(value)
        if kind == "name":
            if self.peek() == "(" or (self.peek() == ":" and self.follows_call()):
                raise self.refuse("juel_call")
            if not _plain_name(value):
                raise self.refuse("reserved")
            if value == "loopCounter":
                return _Piece("loopCounter - 1", ADD)  # these engines count from 0, Camunda 8 and ours from 1
            return _Piece(value)
        raise self.refuse()

    def follows_call(self) -> bool:
        """Whether `prefix:function(` stands here, which only looks like the middle of a ternary."""
        following = self.tokens[self.at + 1 : self.at + 3]
        is_name = len(following) == 2 and following[0][0] == "name" and following[0][1] != "empty"
        return is_name and following[1] == ("symbol", "(")

    def postfix(self, base: _Piece) -> _Piece:
        while True:
            if self.take("."):
                kind, name = self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")
                self.at += 1
                if kind != "name":
                    raise self.refuse()
                base = self.member(base, name)
            elif self.take("["):
                kind, value = self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")
                self.at += 1
                if not self.take("]"):
                    raise self.refuse()
                if kind == "string":
                    base = self.member(base, re.sub(r"\\(.)", r"\1", value[1:-1], flags=re.DOTALL))
                elif kind == "number" and value.isdigit():
                    base = _piece(f"{base.within(ATOM)}[{int(value) + 1}]", ATOM, base)  # FEEL counts from 1
                else:
                    raise self.refuse()
            else:
                if self.peek() == "(":
                    raise self.refuse("juel_call")
                return base

    def member(self, base: _Piece, name: str) -> _Piece:
        if self.peek() == "(":
            raise self.refuse("juel_call")
        if _plain_name(name):
            return _piece(f"{base.within(ATOM)}.{name}", ATOM, base)
        return _piece(f"get value({base.text}, {quoted(name)})", ATOM, base)


_PY_COMPARE: Final[dict[type[ast.cmpop], str]] = {
    ast.Eq: "=", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Is: "=", ast.IsNot: "!=",
}  # fmt: skip
_PY_ARITHMETIC: Final[dict[type[ast.operator], tuple[str, int]]] = {
    ast.Add: ("+", ADD), ast.Sub: ("-", ADD), ast.Mult: ("*", MULTIPLY), ast.Div: ("/", MULTIPLY),
}  # fmt: skip


def from_python(text: str) -> str:
    """The FEEL of a Python condition made of comparisons, and/or/not, names, literals, arithmetic and `x[…]`, `x.y`.

    The text is only parsed, never run. Raises `Unconvertible` for calls and everything else.
    """
    if len(text) > MAX_LENGTH:
        raise Unconvertible(text, "python_syntax")
    try:
        return _python(text, ast.parse(text.strip(), mode="eval").body).text
    except (SyntaxError, ValueError, MemoryError, RecursionError, _TooDeep) as error:
        if isinstance(error, Unconvertible):
            raise
        raise Unconvertible(text, "python_syntax") from None


def _python(text: str, node: ast.expr) -> _Piece:
    def convert(child: ast.expr) -> _Piece:
        return _python(text, child)

    match node:
        case ast.Constant(value=None):
            return _Piece("null")
        case ast.Constant(value=bool() as flag):
            return _Piece("true" if flag else "false")
        case ast.Constant(value=int() | float() as number) if "inf" not in repr(number):
            return _Piece(repr(number))
        case ast.Constant(value=str() as string):
            return _Piece(quoted(string))
        case ast.Name(id=name):
            if not _plain_name(name):
                raise Unconvertible(text, "reserved")
            return _Piece(name)
        case ast.Attribute(value=base, attr=name) if _plain_name(name):
            owner = convert(base)
            return _piece(f"{owner.within(ATOM)}.{name}", ATOM, owner)
        case ast.Subscript(value=base, slice=ast.Constant(value=str() as key)):
            owner = convert(base)
            return _piece(f"get value({owner.text}, {quoted(key)})", ATOM, owner)
        case ast.Subscript(value=base, slice=ast.Constant(value=int() as index)) if not isinstance(index, bool):
            owner = convert(base)
            return _piece(f"{owner.within(ATOM)}[{index + 1}]", ATOM, owner)  # FEEL counts from 1
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _negated(convert(operand))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _minus(convert(operand))
        case ast.BoolOp(op=operator, values=values):
            strength, word = (AND, " and ") if isinstance(operator, ast.And) else (OR, " or ")
            pieces = [convert(value) for value in values]
            return _piece(word.join(piece.within(strength) for piece in pieces), strength, *pieces)
        case ast.BinOp(left=left, op=ast.Mod(), right=right):
            return _modulo(convert(left), convert(right))
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _PY_ARITHMETIC:
            symbol, strength = _PY_ARITHMETIC[type(operator)]
            return _binary(convert(left), symbol, convert(right), strength)
        case ast.IfExp(test=test, body=yes, orelse=no):
            return _choice(convert(test), convert(yes), convert(no))
        case ast.List(elts=items) | ast.Tuple(elts=items):
            pieces = [convert(item) for item in items]
            return _piece(f"[{', '.join(piece.text for piece in pieces)}]", ATOM, *pieces)
        case ast.Compare(left=first, ops=operators, comparators=others):
            return _python_compare(text, first, operators, others)
        case _:
            raise Unconvertible(text, "python_syntax")


def _python_compare(text: str, first: ast.expr, operators: list[ast.cmpop], others: list[ast.expr]) -> _Piece:
    """`a < b < c` becomes `a < b and b < c`; membership only in a written list (a string's differs)."""
    results: list[_Piece] = []
    left = first
    for operator, right in zip(operators, others, strict=True):
        if isinstance(operator, ast.In | ast.NotIn):
            if not isinstance(right, ast.List | ast.Tuple | ast.Set) or not right.elts:
                raise Unconvertible(text, "python_syntax")
            subject, items = _python(text, left), [_python(text, item) for item in right.elts]
            listed = ", ".join(item.within(COMPARE + 1) for item in items)
            member = _piece(f"{subject.within(COMPARE + 1)} in ({listed})", COMPARE, subject, *items)
            results.append(_negated(member) if isinstance(operator, ast.NotIn) else member)
        else:
            results.append(_binary(_python(text, left), _PY_COMPARE[type(operator)], _python(text, right), COMPARE))
        left = right
    if len(results) == 1:
        return results[0]
    return _piece(" and ".join(result.within(AND) for result in results), AND, *results)
