"""Every built-in of the standard, by example."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workflows import feel
from workflows.feel.builtins import BUILTINS

EXAMPLES: list[tuple[str, object]] = [
    # conversion
    ('number("1 000,5", " ", ",")', Decimal("1000.5")),
    ("string(1.50)", "1.5"),
    ('string([1, "a", null])', '[1, "a", null]'),
    ("string({a: true})", "{a: true}"),
    ("string(null)", None),
    ('2 in range("[1..3]")', True),
    ('string(date("2026-03-01"))', "2026-03-01"),
    ('string(date and time("2026-03-01T10:00:00"))', "2026-03-01T10:00:00"),
    ('string(time("10:00:00"))', "10:00:00"),
    ('string(duration("PT36H"))', "P1DT12H"),
    ('string(years and months duration(@"2024-01-01", @"2023-11-15"))', "-P1M"),
    # booleans
    ("not(true)", False),
    ("is(1, 1.0)", True),
    ("is(@\"10:00:00Z\", @\"10:00:00\")", False),
    ("all([true, false])", False),
    ("any([null, true])", True),
    # strings
    ('substring("洪林镇党委", 3)', "镇党委"),
    ('substring("abc", -2, 1)', "b"),
    ('substring("abc", 4)', None),
    ('string length("共商")', 2),
    ('upper case("a")', "A"),
    ('lower case("A")', "a"),
    ('substring before("a:b", ":")', "a"),
    ('substring after("a:b", ":")', "b"),
    ('contains("abc", "b")', True),
    ('starts with("abc", "a")', True),
    ('ends with("abc", "c")', True),
    ('matches("abc", "^a.c$")', True),
    ('replace("2026-03", "(\\d+)-(\\d+)", "$2/$1")', "03/2026"),
    ('split("a;b", ";")', ["a", "b"]),
    ('string join(["a", null, "b"], "-", "<", ">")', "<a-b>"),
    # numbers
    ("decimal(2.345, 2)", Decimal("2.34")),
    ("floor(-1.5)", -2),
    ("ceiling(1.21, 1)", Decimal("1.3")),
    ("round up(1.21, 1)", Decimal("1.3")),
    ("round down(-1.29, 1)", Decimal("-1.2")),
    ("round half up(2.5, 0)", 3),
    ("round half down(2.5, 0)", 2),
    ("round half up(155, -1)", 160),
    ("abs(-3)", 3),
    ("modulo(-12, 5)", 3),
    ("sqrt(16)", 4),
    ("log(1)", 0),
    ("exp(0)", 1),
    ("odd(3)", True),
    ("even(3)", False),
    # lists
    ("list contains([1, null], null)", True),
    ("count([1, 2])", 2),
    ("min(3, 1, 2)", 1),
    ('max(["a", "c", "b"])', "c"),
    ('min(1, "a")', None),
    ("sum([1, 2])", 3),
    ("sum([])", None),
    ("mean(1, 2)", Decimal("1.5")),
    ("median([3, 1, 2])", 2),
    ("stddev([1, 3])", Decimal("1.414213562373095048801688724209698")),
    ("mode([1, 2, 2])", [2]),
    ("product(2, 3)", 6),
    ("sublist([1, 2, 3], 2)", [2, 3]),
    ("sublist([1, 2, 3], -2, 1)", [2]),
    ("append([1], 2, 3)", [1, 2, 3]),
    ("concatenate([1], [2, 3])", [1, 2, 3]),
    ("insert before([1, 3], 2, 2)", [1, 2, 3]),
    ("remove([1, 2, 3], 2)", [1, 3]),
    ("list replace([1, 2], 1, 9)", [9, 2]),
    ("reverse([1, 2])", [2, 1]),
    ("index of([1, 2, 1], 1)", [1, 3]),
    ("union([1, 2], [2, 3])", [1, 2, 3]),
    ("distinct values([1, 2, 1, [1], [1]])", [1, 2, [1]]),
    ("flatten([1, [2, [3]]])", [1, 2, 3]),
    ("sort([2, 3, 1])", [1, 2, 3]),
    # contexts
    ('get value({a: 1}, "a")', 1),
    ("get entries({a: 1})", [{"key": "a", "value": 1}]),
    ('context([{key: "a", value: 1}])', {"a": 1}),
    ('context put({a: {b: 1}}, ["a", "b"], 2)', {"a": {"b": 2}}),
    ("context merge([{a: 1}, {a: 2, b: 3}])", {"a": 2, "b": 3}),
    # ranges
    ("before(1, [2..3])", True),
    ("before([1..2), [2..3])", True),
    ("after([5..6], 4)", True),
    ("meets([1..2], [2..3])", True),
    ("met by([2..3], [1..2])", True),
    ("overlaps([1..3], [2..4])", True),
    ("overlaps([1..3), [3..4])", False),
    ("overlaps before([1..3], [2..4])", True),
    ("overlaps after([2..4], [1..3])", True),
    ("finishes(5, [1..5])", True),
    ("finished by([1..5], [3..5])", True),
    ("includes([1..5], 3)", True),
    ("includes([1..5], (1..5))", True),
    ("during((1..5), [1..5])", True),
    ("starts(1, [1..5])", True),
    ("started by([1..5], [1..3])", True),
    ("coincides([1..5], [1..5])", True),
    ('before(1, "a")', None),
    # dates
    ('day of year(@"2026-02-01")', 32),
    ('day of week(@"2026-11-23")', "Monday"),
    ('month of year(@"2026-11-23")', "November"),
    ('week of year(@"2026-11-23")', 48),
    ('string(last day of month(@"2024-02-01"))', "2024-02-29"),
    ("now() instance of date and time", True),
    ("today() instance of date", True),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), EXAMPLES)
def test_a_built_in_answers_as_the_standard_says(source: str, expected: object) -> None:
    assert feel.evaluate(source) == expected


def test_every_built_in_has_an_example() -> None:
    shown = " ".join(source for source, _ in EXAMPLES)
    assert [name for name in BUILTINS if f"{name}(" not in shown] == []


@pytest.mark.parametrize("name", sorted(BUILTINS))
def test_a_built_in_answers_null_or_a_value_whatever_it_is_given(name: str) -> None:
    odd = [
        "null",
        '"x"',
        "-1",
        "true",
        "[]",
        "[null]",
        "{}",
        '@"P1D"',
        '@"2026-03-01"',
        "[1..2]",
        "abs",
        "1e6000",
        "1e-6000",
    ]
    for count in range(4):
        for first in odd:
            feel.evaluate(f"{name}({', '.join([first, *odd][:count])})")
    assert feel.evaluate(f"{name}(no such parameter: 1)") is None
