"""Hostile expressions: each is answered, quickly, and with null where it would take too much."""

from __future__ import annotations

import time

import pytest

from workflows import feel
from workflows.feel import FeelSyntaxError

DOUBLED = ",".join(f"{chr(98 + i)}: [{chr(97 + i)}, {chr(97 + i)}]" for i in range(24))
LAUGHS = f"{{a: [{{q: 1}}, 2], {DOUBLED}"
LONG = "x" * 8_000

HOSTILE = [
    "for a in 1..1000, b in 1..1000, c in 1..1000 return a * b * c",
    "for a in 1..1000000000000000 return a",
    "every a in 1..100000, b in 1..100000 satisfies a > 0",
    'for d in @"0001-01-01"..@"999999999-01-01" return d',
    f'{{a: "{"x" * 100}", ' + ", ".join(f"{chr(98 + i)}: {chr(97 + i)} + {chr(97 + i)}" for i in range(24)) + "}",
    "{a: [1], " + ", ".join(f"{chr(98 + i)}: concatenate({chr(97 + i)}, {chr(97 + i)})" for i in range(24)) + "}",
    LAUGHS + "}.y",
    LAUGHS + ", z: string(y)}.z",
    LAUGHS + ", z: y = y}.z",
    LAUGHS + ", z: y.q}.z",
    LAUGHS + ", z: 3 in y}.z",
    LAUGHS + ", z: flatten(y)}.z",
    LAUGHS + ", z: distinct values([y, y])}.z",
    LAUGHS + "}.y instance of " + "list<" * 20 + "Any" + ">" * 20,
    "(function(f) f(f))(function(f) f(f))",
    "{f: function(x) f(x) + f(x), r: f(1)}.r",
    "sort(for i in 1..20000 return modulo(i * 7919, 10007), function(a, b) a < b)",
    f'for i in 1..90000 return substring before("{LONG}", "{"x" * 500}y")',
    f'for i in 1..90000 return upper case("{LONG}")',
    "for i in 1..90000 return i ** 0.5123",
    "for i in 1..90000 return log(i)",
    "for i in 1..90000 return string(1e6000)",
    "for i in 1..90000 return partial",
    f'for i in 1..90000 return matches("{"a" * 100}", "(a|aa)+b$")',
    'for i in 1..90000 return time("10:00:00@A/B" + string(i))',
]


@pytest.mark.parametrize("source", HOSTILE, ids=range(len(HOSTILE)))
def test_an_expression_that_would_take_too_much_is_null(source: str) -> None:
    expression = feel.parse(source)
    started = time.perf_counter()
    assert expression.evaluate() is None
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    "source",
    [
        "9999999999 ** 9999999999",
        "exp(99999999999)",
        "for a in 1..1e30 return a",
        '@"P999999999Y" * 1e6000',
        "1e6000 * 1e6000",
    ],
)
def test_a_result_beyond_every_range_is_null(source: str) -> None:
    assert feel.evaluate(source) is None


@pytest.mark.parametrize(
    "source",
    ["-" * 9_000 + "1", "a" + ".a" * 4_000, "a" + "[1]" * 3_000, "a" + "()" * 3_000, "[" * 9_000, "1" + "+1" * 4_900],
)
def test_a_text_nested_too_deeply_is_refused_quickly(source: str) -> None:
    started = time.perf_counter()
    with pytest.raises(FeelSyntaxError):
        feel.parse(source)
    assert time.perf_counter() - started < 1


def test_a_context_deeper_than_allowed_is_cut_off() -> None:
    deep: list[object] = []
    for _ in range(5_000):
        deep = [deep]
    assert feel.evaluate("count(x)", {"x": deep}) == 1


def test_a_context_that_holds_itself_does_not_hang() -> None:
    circle: list[object] = []
    circle.append(circle)
    assert feel.evaluate("count(x)", {"x": circle}) == 1


def test_an_evaluation_leaves_nothing_behind_for_the_next() -> None:
    expression = feel.parse("for a in 1..30000 return a")
    assert len(expression.evaluate()) == 30_000
    assert len(expression.evaluate()) == 30_000
