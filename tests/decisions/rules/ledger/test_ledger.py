"""The ledger as a whole: total, deterministic, in both languages; its exceptions; its JSON."""

import json
import re
import string
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decisions.rules import MORE_THAN_HALF, Outcome, Threshold
from decisions.rules.ledger import (
    BY_NUMBER,
    EXCEPTIONS,
    JUDGES,
    RULES,
    WAIVABLE,
    Exceptional,
    Facts,
    Finding,
    Name,
    State,
    Waiver,
    digest,
    exceptions,
    findings,
    text,
)
from decisions.rules.ledger.counting import meets
from decisions.rules.ledger.facts import Count, Entry, Moved, Votes
from decisions.rules.ledger.words import SENTENCES
from decisions.rules.tally import joint_outcome
from decisions.rules.thresholds import reached, required

_SHARES = st.sampled_from([Threshold(1, 2, True), Threshold(1, 2, False), Threshold(2, 3, False)])
_LEAVES: dict[Any, st.SearchStrategy[Any]] = {
    int: st.integers(0, 20),
    bool: st.booleans(),
    str: st.sampled_from(["", "voting", "announced", "speaking", "named", "stop", "reconsider", "town", "x"]),
    datetime: st.datetimes(timezones=st.timezones()),
    date: st.dates(),
    Decimal: st.decimals(0, 999, places=2),
    Threshold: _SHARES,
    Outcome: st.sampled_from(Outcome),
}


def of(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a type of facts, however senseless together."""
    if kind in _LEAVES:
        return _LEAVES[kind]
    origin, inside = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return st.one_of(*(st.none() if one is type(None) else of(one) for one in inside))
    if origin is tuple and inside[-1] is Ellipsis:
        return st.lists(of(inside[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*(of(one) for one in inside))
    assert is_dataclass(kind), kind
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: of(hints[field.name]) for field in fields(kind)})  # type: ignore[arg-type]


ANY = of(Facts)


@settings(max_examples=40)
@given(ANY)
def test_every_rule_has_exactly_one_finding_whatever_the_facts(facts: Facts) -> None:
    found = findings(facts)
    assert [one.rule for one in found] == list(range(1, 48))
    for one in found:
        assert one.detail, f"{one.code} says nothing"
        for language in ("zh-hans", "en"):
            assert "{" not in text(one, language)


@settings(max_examples=40)
@given(ANY)
def test_the_same_facts_give_the_same_ledger_and_it_survives_the_log(facts: Facts) -> None:
    found = findings(facts)
    assert digest(found) == digest(findings(facts))
    again = tuple(Finding.from_json(json.loads(json.dumps(one.to_json()))) for one in found)
    assert [one.to_json() for one in again] == [one.to_json() for one in found]
    assert digest(again) == digest(found)
    assert [text(one, "zh") for one in again] == [text(one, "zh") for one in found]


@settings(max_examples=40)
@given(ANY, st.sampled_from(RULES))
def test_a_waiver_changes_one_rule_from_failed_to_waived_and_nothing_else(facts: Facts, rule: Any) -> None:
    bare = replace(facts, waivers=())
    with_one = replace(facts, waivers=((rule.number, Waiver("党委书记", "理由", "依据")),))
    for before, after in zip(findings(bare), findings(with_one), strict=True):
        if before.rule == rule.number and before.state is State.FAILED and rule.number in WAIVABLE:
            assert after.state is State.WAIVED
        else:
            assert after == before


@given(_SHARES, st.integers(0, 60), st.integers(0, 60))
def test_the_ledger_s_own_arithmetic_agrees_with_the_one_that_decides(share: Threshold, count: int, base: int) -> None:
    assert meets(share, count, base) == reached(share, count, base)


@given(st.integers(1, 40), st.integers(0, 40), st.booleans())
def test_r21_more_votes_never_turn_a_pass_into_a_failure(due: int, votes: int, passed: bool) -> None:
    def state(in_favour: int) -> State:
        one = Count(
            1, 1, Name("镇"), "town", roster=due, due=due, share=MORE_THAN_HALF, required=required(MORE_THAN_HALF, due),
            in_favour=in_favour, passed=True,
        )  # fmt: skip
        return JUDGES[21](Facts(votes=Votes(counts=(one,)))).state

    if state(min(votes, due)) is State.HELD:
        assert state(due) is State.HELD


@given(st.dictionaries(st.sampled_from(["town", "zone"]), st.booleans(), min_size=2, max_size=2))
def test_r42_what_the_bodies_said_together_is_what_the_joint_rule_says(passed: dict[str, bool]) -> None:
    for outcome in (Outcome.PASSED, Outcome.REJECTED, Outcome.SPLIT):
        counts = tuple(Count(n, 1, Name(code), code, passed=one) for n, (code, one) in enumerate(passed.items()))
        votes = Votes((Moved(1, "议题", outcome=outcome),), counts, tuple(passed))
        facts = Facts(
            votes=votes, entry=Entry(stage="announced", announced=datetime.now().astimezone(), outcome=outcome)
        )
        expected = State.HELD if joint_outcome(passed) is outcome else State.FAILED
        assert JUDGES[42](facts).state is expected


@settings(max_examples=40)
@given(ANY)
def test_the_five_exceptions_are_the_failed_rules_and_nothing_waived(facts: Facts) -> None:
    found = findings(facts)
    told = {one.kind: one.rules for one in exceptions(found)}
    assert set(told) == set(Exceptional)
    failed = {one.rule for one in found if one.state is State.FAILED}
    assert all(set(rules) == failed & set(EXCEPTIONS[kind]) for kind, rules in told.items())


def test_the_catalogue_has_every_rule_of_the_domain_once() -> None:
    assert [rule.number for rule in RULES] == list(range(1, 48)) == sorted(JUDGES)
    assert all(rule.zh and rule.en and rule.grades for rule in RULES)
    assert set(BY_NUMBER) == set(JUDGES)


@pytest.mark.parametrize("rule", [2, 3, 4, 13, 14, 15, 16, 17, 18, 20, 21, 22, 24, 42, 43, 45, 47])
def test_conditions_of_law_and_of_counting_are_never_waived(rule: int) -> None:
    assert rule not in WAIVABLE


@pytest.mark.parametrize("key", SENTENCES)
def test_both_languages_fill_the_same_places(key: str) -> None:
    def places(pattern: str) -> set[str]:
        return {name for _text, name, _spec, _conversion in string.Formatter().parse(pattern) if name}

    chinese, english = SENTENCES[key]
    assert places(chinese) == places(english)


def test_every_sentence_is_said_somewhere_and_every_key_has_words() -> None:
    package = Path(__file__).parents[4] / "decisions" / "rules" / "ledger"
    sources = "".join(path.read_text() for path in package.glob("*.py") if path.name != "words.py")
    quoted = set(re.findall(r'"([a-z0-9_]+)"', sources))
    assert set(SENTENCES) <= quoted
    assert set(re.findall(r'said\(\s*"([a-z0-9_]+)"', sources)) <= set(SENTENCES)
