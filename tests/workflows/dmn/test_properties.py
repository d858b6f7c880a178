"""Random tables against a slow and obvious reading of the hit policies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.dmn.files import decision, dmn, table
from workflows import dmn as decisions
from workflows.dmn import DecisionError, Decisions

POLICIES = ["UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT"]
WORTH = [3, 1, 2, 0]  # the order of the allowed outputs, best first

# How a test is written, and what it means: the meaning is Python's, not FEEL's.
numbers = st.integers(-2, 6)
Cell = tuple[str, Callable[[int], bool]]
simple: st.SearchStrategy[Cell] = st.one_of(
    st.just(("-", lambda _value: True)),
    numbers.map(lambda n: (f"{n}", lambda value: value == n)),
    numbers.map(lambda n: (f"< {n}", lambda value: value < n)),
    numbers.map(lambda n: (f">= {n}", lambda value: value >= n)),
    st.tuples(numbers, numbers).map(lambda p: (f"[{p[0]}..{p[1]})", lambda value: p[0] <= value < p[1])),
    st.tuples(numbers, numbers).map(lambda p: (f"{p[0]}, {p[1]}", lambda value: value in p)),
    numbers.map(lambda n: (f"not({n})", lambda value: value != n)),
    numbers.map(lambda n: (f"? > {n} and ? < 5", lambda value: n < value < 5)),
)
rule = st.tuples(simple, simple, st.sampled_from(WORTH))


def outcome(rules: list[tuple[Cell, Cell, int]], policy: str, aggregation: str, x: int, y: int) -> Any:
    """What the standard's words say, one after the other."""
    held = [output for first, second, output in rules if first[1](x) and second[1](y)]
    ordered = [worth for worth in WORTH for output in held if output == worth]
    if policy == "COLLECT" and aggregation:
        if aggregation == "COUNT":
            return len(held)
        return {"SUM": sum, "MIN": min, "MAX": max}[aggregation](held) if held else None
    if policy in ("COLLECT", "RULE ORDER"):
        return held
    if policy == "OUTPUT ORDER":
        return ordered
    if not held:
        return None
    if policy == "UNIQUE" and len(held) > 1:
        return "not_unique"
    if policy == "ANY" and len(set(held)) > 1:
        return "any_contradicts"
    return ordered[0] if policy == "PRIORITY" else held[0]


@settings(deadline=None, max_examples=150)
@given(
    rules=st.lists(rule, min_size=1, max_size=6),
    policy=st.sampled_from(POLICIES),
    aggregation=st.sampled_from(["", "SUM", "MIN", "MAX", "COUNT"]),
    asked=st.lists(st.tuples(numbers, numbers), min_size=1, max_size=4),
)
def test_a_table_answers_as_the_standard_is_read(
    rules: list[tuple[Cell, Cell, int]], policy: str, aggregation: str, asked: list[tuple[int, int]]
) -> None:
    aggregation = aggregation if policy == "COLLECT" else ""
    logic = table(
        [[first[0], second[0], str(output)] for first, second, output in rules],
        inputs=["x", "y"],
        outputs=["n"],
        policy=policy,
        aggregation=aggregation,
        values=[", ".join(map(str, WORTH))],
    )
    made = Decisions.of(decisions.read(dmn(decision("d1", logic))))
    for x, y in asked:
        try:
            got: Any = made.decide("d1", {"x": x, "y": y})
        except DecisionError as error:
            assert error.code == outcome(rules, policy, aggregation, x, y)
            continue
        assert got.value == outcome(rules, policy, aggregation, x, y)
        held = [n for n, (first, second, _) in enumerate(rules, 1) if first[1](x) and second[1](y)]
        assert list(got.evaluated[0].rules) == (held[:1] if policy == "FIRST" else held)


@settings(deadline=None, max_examples=100)
@given(rules=st.lists(rule, min_size=1, max_size=5))
def test_a_table_without_hints_about_gaps_and_overlaps_has_none(rules: list[tuple[Cell, Cell, int]]) -> None:
    logic = table(
        [[first[0], second[0], str(output)] for first, second, output in rules], inputs=["x", "y"], outputs=["n"]
    )
    document, problems = decisions.inspect(dmn(decision("d1", logic)))
    assert document is not None
    codes = {problem.code for problem in problems}
    hits = [sum(first[1](x) and second[1](y) for first, second, _ in rules) for x in range(-4, 9) for y in range(-4, 9)]
    # Whole numbers are all that is tried here; the room between two of them may have gaps of its own.
    if 0 in hits:
        assert "rules_gap" in codes
    assert ("rules_overlap" in codes) >= (max(hits) > 1)
    if "rules_overlap" not in codes:
        assert max(hits) <= 1
