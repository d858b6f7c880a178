"""Patterns: what they match, and that none takes long."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import feel
from workflows.feel.regex import compile_pattern
from workflows.feel.values import Budget


@pytest.mark.parametrize(
    ("text", "pattern", "flags", "expected"),
    [
        ("abc", "b", "", True),
        ("abc", "^b", "", False),
        ("a\nb", "^b$", "m", True),
        ("a\nb", "a.b", "", False),
        ("a\nb", "a.b", "s", True),
        ("ABC", "abc", "i", True),
        ("a.c", "a.c", "q", True),
        ("abc", "a.c", "q", False),
        ("abc", "a b c", "x", True),
        ("aa", r"^(a)\1$", "", True),
        ("ab", r"^(a)\1$", "", False),
        ("x-1", r"[\w-]+\d", "", True),
        ("示范区", r"^\p{Lo}{3}$", "", True),
        ("示", r"\p{IsCJKUnifiedIdeographs}", "", True),
        ("e", "[a-z-[aeiou]]", "", False),
        ("aaa", "^a{2}$", "", False),
        ("aaa", "^a{2,}$", "", True),
        ("", "^$", "", True),
        ("İ", r"[^\p{L}]", "i", False),
        ("ß", r"[\p{IsBasicLatin}]", "i", False),
        ("a", "(", "", None),
        ("a", "*", "", None),
        ("a", "a**", "", None),
        ("a", "[z-a]", "", None),
        ("a", r"\2", "", None),
        ("a", "(?=a)", "", None),
        ("a", "a", "z", None),
    ],
)
def test_patterns_are_those_of_xpath(text: str, pattern: str, flags: str, expected: bool | None) -> None:
    source = "matches(text, pattern, flags)"
    assert feel.evaluate(source, {"text": text, "pattern": pattern, "flags": flags}) is expected


def test_a_lazy_quantifier_takes_as_little_as_it_can() -> None:
    assert feel.evaluate('replace("<a><b>", "<.*?>", "x")') == "xx"
    assert feel.evaluate('replace("<a><b>", "<.*>", "x")') == "x"


@pytest.mark.parametrize("replacement", ["$", "\\", "$x"])
def test_a_stray_sign_in_a_replacement_is_null(replacement: str) -> None:
    assert feel.evaluate('replace("a", "a", r)', {"r": replacement}) is None


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("a" * 40 + "!", "^(a+)+$"),
        ("a" * 3000, "(a|a)*b"),
        ("a" * 3000, "(.*)(.*)(.*)(.*)x"),
        ("a" * 300, r"((a*)*)*\1b"),
        ("a" * 9000, "(a?){900}a{900}"),
        ("x" * 9000, "(x+x+)+y"),
        ("a", "(((a{1,999}){1,999}){1,999}){1,999}"),
    ],
)
def test_no_pattern_takes_long(text: str, pattern: str) -> None:
    started = time.perf_counter()
    assert feel.evaluate("matches(t, p)", {"t": text, "p": pattern}) in (False, None)
    assert time.perf_counter() - started < 1


def test_a_long_text_is_not_searched() -> None:
    assert feel.evaluate('matches(t, "a")', {"t": "a" * 10_001}) is None


ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "(a|b)", "(ab)", "(?:a|)"])
PARTS = st.tuples(ATOMS, st.sampled_from(["", "*", "+", "?", "*?", "+?", "??", "{2}", "{0,2}"])).map("".join)
PATTERNS = st.lists(PARTS, max_size=4).map("".join)


@given(PATTERNS, st.text(alphabet="abc", max_size=12))
def test_simple_patterns_match_where_pythons_do(pattern: str, text: str) -> None:
    compiled = compile_pattern(pattern, "")
    expected = re.search(pattern, text)
    found = compiled.search(text, 0, Budget()) if compiled else None
    assert (found and found[0]) == (expected and expected.span())


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_as_a_pattern_is_answered(pattern: str, text: str) -> None:
    assert feel.evaluate("matches(t, p)", {"t": text, "p": pattern}) in (True, False, None)
