"""What expressions mean: three-valued logic, comparison, lists, contexts, functions."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import MappingProxyType

import pytest

from workflows import feel


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # logic
        ("true and null", None),
        ("false and null", False),
        ("true or null", True),
        ("false or 1", None),
        ("not(null)", None),
        ("null = null", True),
        ("null != null", False),
        ('1 = "1"', None),
        ("null < 1", None),
        # arithmetic
        ("0.1 + 0.2 = 0.3", True),
        ("1 / 3 * 3", Decimal("0.9999999999999999999999999999999999")),
        ("1 / 0", None),
        ('"共" + "商"', "共商"),
        ('1 + "a"', None),
        ("--1", 1),
        ("-null", None),
        # between and in
        ("5 between 1 and 5", True),
        ("null between 1 and 5", None),
        ("3 in (1, 2, > 2)", True),
        ("3 in (1, 2)", False),
        ("2 in [1, [2..3]]", True),
        ("[1] in [[1], [2]]", True),
        ('"b" in ["a".."c"]', True),
        ("1 in null", None),
        ("5 in (!= 5)", False),
        ("5 in (> 7)", False),
        # if
        ("if 1 > 0 then 1 else 2", 1),
        ("if null then 1 else 2", 2),
        ("if 3 then 1 else 2", 2),
        # for, some, every
        ("for x in [1, 2], y in [x, 10] return x * y", [1, 10, 4, 20]),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for i in [1..3) return i", [1, 2]),
        ("for i in 1..4 return if i = 1 then 1 else partial[-1] * i", [1, 2, 6, 24]),
        ('for i in 1.."a" return i', None),
        ("for i in null return i", None),
        ("some x in [1, 2] satisfies x > 1", True),
        ("every x in [1, null] satisfies x > 0", None),
        ("every x in [] satisfies false", True),
        ("some x in [], y in [1] satisfies true", False),
        # lists and filters
        ("[1, 2, 3][2]", 2),
        ("[1, 2, 3][-1]", 3),
        ("[1, 2, 3][4]", None),
        ("[1, 2, 3][item > 1]", [2, 3]),
        ("[{a: 1}, {a: 2}][a > 1].a", [2]),
        ("5[1]", 5),
        ("null[1]", None),
        ("[][item > 1]", []),
        # contexts and paths
        ("{a: 1, b: a + 1}.b", 2),
        ("{a: {b: 3}}.a.b", 3),
        ("{a: 1}.b", None),
        ("(1).a", None),
        ('{"a b": 1}.a b', 1),
        ("[{a: 1}, {b: 2}].a", [1, None]),
        # functions
        ("(function(x, y) x - y)(5, 3)", 2),
        ("(function(x, y) x - y)(y: 5, x: 3)", -2),
        ("(function(x) x)(1, 2)", None),
        ("{double: function(x) x * 2, r: double(4)}.r", 8),
        ('(function(x: string) x)(1)', None),
        ('(function(x) external {java: {class: "java.lang.Math"}})(1)', None),
        ("nothing(1)", None),
        ("abs(n: -1)", 1),
        ("abs(wrong: -1)", None),
        ("sort([3, 1, 2], function(x, y) x > y)", [3, 2, 1]),
        # instance of
        ("1 instance of number", True),
        ('"a" instance of number', False),
        ("[1] instance of list<number>", True),
        ('["a"] instance of list<number>', False),
        ("{a: 1} instance of context<a: number>", True),
        ("[1..2] instance of range<number>", True),
        ("null instance of Any", False),
        ("abs instance of function<number> -> number", True),
        ("abs = abs", None),
        ("sort([1, 3, 2], after)", [3, 2, 1]),
        ("1 instance of unheard", None),
    ],
)  # fmt: skip
def test_an_expression_means_what_the_standard_says(source: str, expected: object) -> None:
    assert feel.evaluate(source) == expected
    assert type(feel.evaluate(source)) is (Decimal if type(expected) is int else type(expected))


def test_python_numbers_come_in_as_decimals_and_floats_as_they_print() -> None:
    assert feel.evaluate("a + b", {"a": 0.1, "b": 2}) == Decimal("2.1")
    assert feel.evaluate("a", {"a": float("nan")}) is None
    assert feel.evaluate("a", {"a": Decimal("Infinity")}) is None
    assert feel.evaluate("a", {"a": 10**9999}) is None


def test_values_inside_lists_and_contexts_are_converted_as_well() -> None:
    context = {"item": {"amount": 12, "tags": ("x", "y"), "by": MappingProxyType({"seat": 3})}, "votes": [1, 2.5]}
    assert feel.evaluate("item.amount / 5", context) == Decimal("2.4")
    assert feel.evaluate("item.tags[2]", context) == "y"
    assert feel.evaluate("item.by.seat = 3", context) is True
    assert feel.evaluate("sum(votes)", context) == Decimal("3.5")


def test_the_callers_values_are_never_handed_back_as_they_are() -> None:
    votes = ["a", "b"]
    result = feel.evaluate("votes", {"votes": votes})
    assert result == votes and result is not votes


@pytest.mark.parametrize("path", ["x.__class__", "x.secret", "x.secret()", "x.__class__.__mro__", "x[1].secret", "x"])
def test_nothing_of_a_python_object_can_be_reached(path: str) -> None:
    class Vault:
        secret = "杭州"

    assert feel.evaluate(path, {"x": Vault()}) is None


@pytest.mark.parametrize("path", ["x.year.real", "x.__class__", "x.isoformat", "x.isoformat()", "x.replace(1)"])
def test_a_date_has_only_the_properties_of_the_standard(path: str) -> None:
    assert feel.evaluate(path, {"x": dt.date(2026, 3, 1)}) is None


def test_a_function_can_be_used_in_a_later_evaluation() -> None:
    moment = feel.evaluate("function() due", {"due": dt.date(2026, 3, 1)})
    for _ in range(3):
        expected = [dt.date(2026, 3, 1)] * 5_000
        assert feel.evaluate("for i in 1..5000 return moment()", {"moment": moment}) == expected


def test_a_python_function_in_the_context_cannot_be_called() -> None:
    assert feel.evaluate("f(1)", {"f": lambda number: number}) is None


def test_dates_come_out_as_pythons_own_types() -> None:
    assert feel.evaluate('date("2026-03-01")') == dt.date(2026, 3, 1)
    assert feel.evaluate('time("10:00:00Z")') == dt.time(10, tzinfo=dt.UTC)
    noon = feel.evaluate('date and time("2026-03-01T12:00:00@Asia/Shanghai")')
    assert noon == dt.datetime(2026, 3, 1, 4, tzinfo=dt.UTC)
    assert isinstance(feel.evaluate('date("12026-03-01")'), feel.Date)


def test_pythons_dates_and_deltas_come_in() -> None:
    context = {"due": dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC), "wait": dt.timedelta(hours=36)}
    assert feel.evaluate("due + wait", context) == dt.datetime(2026, 3, 3, 0, tzinfo=dt.UTC)
    assert feel.evaluate('wait = duration("P1DT12H")', context) is True


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        ("-", 5, True),
        ("< 10", 5, True),
        ("[1..4]", 5, False),
        ('"a", "b"', "b", True),
        ('not("a", "b")', "b", False),
        ("not(< 3)", 5, True),
        ("? > 3 and ? < 6", 5, True),
        ("< 10", "x", None),
    ],
)
def test_a_cell_of_a_decision_table_is_about_its_input(cell: str, value: object, expected: object) -> None:
    assert feel.parse_tests(cell).evaluate({"?": value}) is expected
