"""Reading FEEL: names, precedence, and what is refused and where."""

from __future__ import annotations

import pytest

from workflows import feel
from workflows.feel import FeelSyntaxError


def value(source: str, **context: object) -> object:
    return feel.evaluate(source, context)


def test_chinese_names_are_names() -> None:
    assert value("票数 > 应到 / 2", 票数=6, 应到=9) is True


def test_a_name_of_several_words_is_one_name() -> None:
    assert feel.evaluate("monthly salary * 12", {"monthly salary": 100}) == 1200


def test_a_name_with_symbols_is_read_as_one_where_the_context_has_it() -> None:
    assert feel.evaluate("a-b", {"a-b": 7, "a": 3, "b": 1}) == 7
    assert feel.evaluate("a-b", {"a": 3, "b": 1}) == 2
    assert feel.parse("profit/loss + 1", ["profit/loss"]).evaluate({"profit/loss": 4}) == 5


def test_a_name_may_hold_keywords_and_numbers_where_the_context_has_it() -> None:
    assert feel.evaluate("terms and conditions = 3", {"terms and conditions": 3}) is True
    assert feel.evaluate("phase 2 > phase 1", {"phase 1": 1, "phase 2": 2}) is True


def test_a_built_in_of_several_words_is_found_even_with_keywords_in_it() -> None:
    assert str(value('years and months duration(date("2024-01-31"), date("2025-03-01"))')) == "P1Y1M"


def test_a_variable_named_like_a_built_in_leaves_the_built_in_callable() -> None:
    assert value("count + count([1, 2])", count=40) == 42


def test_the_sign_binds_tighter_than_the_power_and_powers_go_left() -> None:
    assert value("-3 ** 2") == 9
    assert value("2 ** 3 ** 2") == 64


def test_multiplication_binds_tighter_than_addition_and_comparison_than_and() -> None:
    assert value("1 + 2 * 3 = 7 and 1 < 2 or false") is True


def test_parentheses_brackets_and_outward_brackets_are_ranges() -> None:
    assert [value(f"5 in {text}") for text in ("[1..5]", "[1..5)", "[1..5[", "(5..9]", "]5..9]", "[5..9]")] == [
        True, False, False, False, False, True,
    ]  # fmt: skip


def test_comments_of_both_kinds_are_skipped() -> None:
    assert value("1 /* two\nlines */ + 1 // the end") == 2


def test_strings_keep_pattern_escapes_and_join_surrogates() -> None:
    assert value(r'"\s\n\u4e2d\uD83D\uDE00\""') == '\\s\n中😀"'


@pytest.mark.parametrize(
    ("source", "code", "position"),
    [
        ("", "empty", 0),
        ("  // nothing", "empty", 0),
        ("1 +", "unfinished", 3),
        ("a ＞ 3", "character", 2),
        ('a = "x', "string", 4),
        ("1 /* open", "comment", 2),
        ("(1", "unfinished", 2),
        ("(1]", "expected", 2),
        ("1 2", "unexpected", 2),
        ("if a then 1", "unfinished", 11),
        ('@"soon"', "temporal", 0),
        ("{a: 1, a: 2}", "duplicate", 7),
        ("f(1, b: 2)", "named_first", 9),
        ('"\\uD83D"', "escape", 0),
        ('"a\\u0000"', "escape", 2),
        ("1e9999", "number", 0),
        ("'a'", "unexpected", 0),
        ("a == b", "unexpected", 3),
        ("`a`", "character", 0),
    ],
)
def test_what_is_no_feel_is_refused_with_its_place(source: str, code: str, position: int) -> None:
    with pytest.raises(FeelSyntaxError) as refused:
        feel.parse(source)
    assert (refused.value.message.code, refused.value.position) == (code, position)


def test_errors_speak_chinese_and_english() -> None:
    with pytest.raises(FeelSyntaxError) as refused:
        feel.parse("票数 ＞ 3")
    assert refused.value.text("zh-hans") == "第 4 个字符：无法识别字符“＞”，请您删去或改用半角符号。"
    assert refused.value.text("en") == "Character 4: The character “＞” is not known here; please remove it."
    assert str(refused.value) == refused.value.text()


def test_every_message_exists_in_both_languages_and_is_polite() -> None:
    for chinese, english in feel.errors.MESSAGES.values():
        assert "请" in chinese and "lease" in english
        assert not set("！!") & set(chinese + english) and "抱歉" not in chinese


def test_ten_thousand_characters_are_allowed_and_one_more_is_not() -> None:
    assert feel.evaluate("1" + " " * 9_999) == 1
    with pytest.raises(FeelSyntaxError) as refused:
        feel.parse("1" + " " * 10_000)
    assert refused.value.message.code == "too_long"


@pytest.mark.parametrize(
    "opening", ["(", "[", "{a:", "f(", "not(", "if true then ", "x in (", "1 + (", "some x in a satisfies "]
)
def test_nesting_is_allowed_to_a_depth_of_sixty_and_refused_beyond_sixty_four(opening: str) -> None:
    closing = {"(": ")", "[": "]", "{": "}"}
    end = closing.get(opening.rstrip("a:")[-1] if opening.rstrip("a:") else "", "")
    tail = " else 0" if opening.startswith("if") else end
    feel.parse(opening * 30 + "1" + tail * 30)
    with pytest.raises(FeelSyntaxError) as refused:
        feel.parse(opening * 70 + "1" + tail * 70)
    assert refused.value.message.code == "too_deep"


def test_a_long_sum_is_deep_but_a_long_disjunction_is_not() -> None:
    assert feel.evaluate(" or ".join(["false"] * 900)) is False
    with pytest.raises(FeelSyntaxError):
        feel.parse("+".join(["1"] * 900))


def test_names_tells_what_an_expression_needs_from_outside() -> None:
    def names(source: str) -> set[str]:
        return set(feel.parse(source).names)

    assert names('item.amount > limit and outcome = "passed"') == {"item", "limit", "outcome"}
    assert names("for x in votes return x + y") == {"votes", "y"}
    assert names("{a: b, c: a}") == {"b"}
    assert names("(function(x) x + z)(1)") == {"z"}
    assert names("count(seats)") == {"seats"}
    assert names("count > 3") == {"count"}
    assert names("seats[item > 2]") == {"seats"}
    assert names("some v in votes satisfies v = true") == {"votes"}
    assert names("outcome") == {"outcome"}


def test_a_parsed_expression_is_shared() -> None:
    assert feel.parse("a + 1") is feel.parse("a + 1")
