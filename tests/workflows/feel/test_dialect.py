"""Other engines' expressions as FEEL."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import feel
from workflows.feel import Unconvertible
from workflows.feel.dialect import from_juel, from_python


@pytest.mark.parametrize(
    ("juel", "expected"),
    [
        ("${input == 1}", "input = 1"),
        ("#{a != 'x'}", 'a != "x"'),
        ("${a && !b || c}", "a and not(b) or c"),
        ("${a eq 1 and b ne 2 or not c}", "a = 1 and b != 2 or not(c)"),
        ("${a lt 1 or a ge 2}", "a < 1 or a >= 2"),
        ("${(a || b) && c}", "(a or b) and c"),
        ("${1 - (2 - 3)}", "1 - (2 - 3)"),
        ("${a == (b == c)}", "a = (b = c)"),
        ("${nrOfCompletedInstances/nrOfInstances >= 0.6 }", "nrOfCompletedInstances / nrOfInstances >= 0.6"),
        ("${a % 2 == 0}", "modulo(a, 2) = 0"),
        ("${a ? b : empty (c)}", 'if a then b else (c in (null, "", [], {}))'),
        ("${a ? 'yes' : 'it\\'s \"no\"'}", 'if a then "yes" else "it\'s \\"no\\""'),
        ("${item.owner.name}", "item.owner.name"),
        ("${list[0]}", "list[1]"),
        ("${map['the key'].x}", 'get value(map, "the key").x'),
        ("${empty x}", '(x in (null, "", [], {}))'),
        ("${true}", "true"),
        (" ${a} ", "a"),
        ("plain", '"plain"'),
        ("user-${x}", '"user-" + (if (x) = null then "" else string(x))'),
    ],
)
def test_a_juel_expression_becomes_feel(juel: str, expected: str) -> None:
    assert from_juel(juel) == expected
    feel.parse(expected)


@pytest.mark.parametrize(
    ("juel", "reason"),
    [
        ("${bean.check(1)}", "juel_call"),
        ("${check(1)}", "juel_call"),
        ("${fn:length(a)}", "juel_call"),
        ("${a = 1}", "juel_assignment"),
        ("${a; b}", "juel_syntax"),
        ("${x -> x + 1}", "juel_syntax"),
        ("${a", "juel_syntax"),
        ("${}", "juel_syntax"),
        ("${a[b]}", "juel_syntax"),
        ("${'open}", "juel_syntax"),
        ("${for == 1}", "reserved"),
        ("${" + "(" * 3_000 + "a" + ")" * 3_000 + "}", "too_deep_dialect"),
    ],
)
def test_a_juel_expression_without_a_certain_meaning_is_refused(juel: str, reason: str) -> None:
    with pytest.raises(Unconvertible) as refused:
        from_juel(juel)
    assert refused.value.reason == reason and refused.value.source == juel
    assert refused.value.text("zh-hans") != refused.value.text("en")


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, True), ("", True), ([], True), ({}, True), ("x", False), ([1], False), (0, False), ({"a": 1}, False)],
)
def test_empty_means_null_or_without_content(value: object, expected: bool) -> None:
    assert feel.evaluate(from_juel("${empty x}"), {"x": value}) is expected
    assert feel.evaluate(from_juel("${!empty x}"), {"x": value}) is not expected


@pytest.mark.parametrize(
    ("python", "expected"),
    [
        ("choice == 'Yes'", 'choice = "Yes"'),
        ("x < 1", "x < 1"),
        ("1 < x <= 5 and not y", "1 < x and x <= 5 and not(y)"),
        ("not (a or b)", "not(a or b)"),
        ("x in ['a', 'b']", 'x in ("a", "b")'),
        ("x not in (1, 2)", "not(x in (1, 2))"),
        ("a['b c'] is None", 'get value(a, "b c") = null'),
        ("a if b else c", "if b then a else c"),
        ("(a + 1) * -2 % 3", "modulo((a + 1) * -2, 3)"),
        ("a.b.c", "a.b.c"),
        ("True", "true"),
    ],
)
def test_a_python_condition_becomes_feel(python: str, expected: str) -> None:
    assert from_python(python) == expected
    feel.parse(expected)


@pytest.mark.parametrize(
    "python",
    [
        "f(x)",
        "x.lower()",
        "lambda: 1",
        "a := 1",
        "x in y",
        "[i for i in x]",
        "a[b]",
        "__import__('os')",
        "",
        "a b",
        "for",
        "x[1:2]",
        "not " * 500 + "x",
        "1e999",
        "a" * 10001,
    ],
)
def test_a_python_condition_without_a_certain_meaning_is_refused(python: str) -> None:
    with pytest.raises(Unconvertible):
        from_python(python)


@given(st.text())
def test_any_text_is_converted_to_feel_or_refused(text: str) -> None:
    for convert in (from_juel, from_python):
        try:
            converted = convert(text)
        except Unconvertible:
            continue
        feel.parse(converted)


OPERANDS = st.sampled_from(["a", "b", "1", "2.5", "'x'", "true", "null", "a.b"])
JUEL = st.recursive(
    OPERANDS,
    lambda inner: (
        st.tuples(
            inner,
            st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "&&", "||", "and", "or", "eq"]),
            inner,
        ).map(" ".join)
        | inner.map(lambda part: f"({part})")
        | inner.map(lambda part: f"!{part}")
        | inner.map(lambda part: f"empty {part}")
        | st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]} ? {parts[1]} : {parts[2]})")
    ),
    max_leaves=10,
)


@given(JUEL)
def test_every_simple_juel_expression_becomes_feel_that_parses(body: str) -> None:
    feel.parse(from_juel("${" + body + "}"))


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(1, 9))
def test_converted_arithmetic_and_comparison_mean_the_same(a: int, b: int, c: int) -> None:
    source = "a - (b - c) < a * -c or not (a == b) and b % c == 0"
    expected = a - (b - c) < a * -c or (a != b and b % c == 0)
    context = {"a": a, "b": b, "c": c}
    assert feel.evaluate(from_python(source), context) is expected
    # Where the remainder is compared with zero, Java's sign of it makes no difference.
    assert feel.evaluate(from_juel("${" + source + "}"), context) is expected
