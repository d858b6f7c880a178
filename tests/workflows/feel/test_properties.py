"""Properties that hold for every text and every value."""

from __future__ import annotations

from decimal import Context, Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from workflows import feel
from workflows.feel import FeelSyntaxError

ARITHMETIC = Context(prec=34, Emin=-6143, Emax=6144, traps=[])
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**20), max_value=10**20)
WORDS = st.sampled_from(
    [
        "if",
        "then",
        "else",
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "and",
        "or",
        "not",
        "between",
        "instance",
        "of",
        "function",
        "null",
        "true",
        "item",
        "partial",
        "a",
        "b",
        "票数",
        "date",
        "time",
        "count",
        "sum",
        "date",
        "and",
        "time",
        "string",
        "?",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        ".",
        "..",
        ";",
        "=",
        "!=",
        "<",
        ">",
        "<=",
        ">=",
        "+",
        "-",
        "*",
        "/",
        "**",
        "->",
        "@",
        '"',
        "'",
        "1",
        "2.5",
        '"x"',
        '@"2026-03-01"',
        '@"P1D"',
        '@"10:00:00Z"',
        '@"2026-03-01T10:00:00@Asia/Shanghai"',
        "[1..2]",
        "1e6000",
        "list<number>",
        "external",
    ]
)
CONTEXT = {"a": 1, "b": [1, {"a": "x"}], "票数": 3, "item": {"a": 2}, "?": "x"}

LEAVES = st.sampled_from(
    [
        "1",
        "-2.5",
        "0",
        "1e6000",
        '"x"',
        '""',
        "true",
        "false",
        "null",
        "a",
        "b",
        "票数",
        "item",
        "?",
        "unknown",
        "[]",
        "{}",
        "abs",
        '@"2026-03-01"',
        '@"P1D"',
        '@"-P1Y"',
        '@"10:00:00Z"',
        '@"10:00:00"',
        '@"2026-03-01T10:00:00@Asia/Shanghai"',
        '@"-999999999-01-01"',
        '@"9999-12-31T23:59:59.999999999"',
        "[1..3]",
        '("a".."c")',
        "(< 5)",
        "(!= 1)",
    ]
)


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operator = st.sampled_from(["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in"])
    name = st.sampled_from(sorted(feel.expression.BUILTINS))
    return (
        st.tuples(inner, operator, inner).map(lambda parts: f"({parts[0]} {parts[1]} {parts[2]})")
        | st.tuples(inner, inner, inner).map(lambda parts: f"(if {parts[0]} then {parts[1]} else {parts[2]})")
        | st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]} between {parts[1]} and {parts[2]})")
        | st.tuples(inner, inner).map(lambda parts: f"(for x in {parts[0]} return {parts[1]})")
        | st.tuples(inner, inner).map(lambda parts: f"(for x in {parts[0]}..{parts[1]} return x)")
        | st.tuples(inner, inner).map(lambda parts: f"(some x in {parts[0]} satisfies {parts[1]})")
        | st.tuples(inner, inner).map(lambda parts: f"{parts[0]}[{parts[1]}]")
        | st.tuples(inner, inner).map(lambda parts: f"[{parts[0]}..{parts[1]}]")
        | st.tuples(inner, inner).map(lambda parts: f"[{parts[0]}, {parts[1]}]")
        | st.tuples(inner, inner).map(lambda parts: f"{{a: {parts[0]}, k: {parts[1]}}}")
        | st.tuples(inner, inner).map(lambda parts: f"((function(x) {parts[0]})({parts[1]}))")
        | st.tuples(inner, st.sampled_from(["a", "year", "start", "time offset", "days"])).map(".".join)
        | inner.map(lambda part: f"({part} instance of list<number>)")
        | st.tuples(name, st.lists(inner, max_size=4)).map(lambda call: f"{call[0]}({', '.join(call[1])})")
    )


EXPRESSIONS = st.recursive(LEAVES, _grow, max_leaves=12)


def parses_or_is_refused(text: str) -> None:
    try:
        expression = feel.parse(text)
    except FeelSyntaxError as error:
        assert 0 <= error.position <= max(len(text), 10_000)
        assert error.text("en") and error.text("zh-hans")
    else:
        expression.evaluate(CONTEXT)
        expression.evaluate({})


@given(st.text())
def test_any_text_is_parsed_or_refused_with_a_place(text: str) -> None:
    parses_or_is_refused(text)


@settings(max_examples=400)
@given(st.lists(WORDS, max_size=25).map(" ".join))
def test_any_row_of_words_is_parsed_or_refused_and_never_raises_when_run(text: str) -> None:
    parses_or_is_refused(text)


@settings(max_examples=400)
@given(EXPRESSIONS)
def test_a_well_formed_expression_parses_and_its_value_goes_through_json(source: str) -> None:
    value = feel.parse(source).evaluate(CONTEXT)
    feel.to_json(value)


@given(NUMBERS, NUMBERS)
def test_arithmetic_agrees_with_decimal(left: Decimal, right: Decimal) -> None:
    context = {"x": left, "y": right}
    assert feel.evaluate("x + y", context) == ARITHMETIC.add(left, right)
    assert feel.evaluate("x - y", context) == ARITHMETIC.subtract(left, right)
    assert feel.evaluate("x * y", context) == ARITHMETIC.multiply(left, right)
    assert feel.evaluate("x / y", context) == (ARITHMETIC.divide(left, right) if right else None)
    assert feel.evaluate("x < y", context) is (left < right)


@given(NUMBERS)
def test_a_number_survives_its_text(number: Decimal) -> None:
    assert feel.evaluate("number(string(x))", {"x": number}) == number


@given(st.text())
def test_a_string_survives_its_literal(text: str) -> None:
    assert feel.evaluate("x = y", {"x": text, "y": text}) is True
    assert feel.evaluate(feel.dialect.quoted(text)) == text


@given(st.lists(st.sampled_from([True, False, None])))
def test_and_and_or_are_each_others_mirror(values: list[bool | None]) -> None:
    names = [f"v{number}" for number in range(len(values))]
    context = dict(zip(names, values, strict=True))
    if values:
        conjunction = feel.evaluate("not(" + " and ".join(names) + ")", context)
        assert conjunction is feel.evaluate(" or ".join(f"not({name})" for name in names), context)
