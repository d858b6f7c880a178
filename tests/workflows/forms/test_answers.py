"""What answers are worth: pure, whoever asks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.bpmn.form import numerals
from workflows.bpmn.form.answers import Judged, judge
from workflows.bpmn.form.model import Kind

from .drawn import fields

TODAY = date(2026, 9, 8)
KNOWN = {Kind.PERSON: {"town.secretary"}, Kind.BODY: {"town", "zone"}}
FIELDS = fields()
GOOD: dict[str, Any] = {"purpose": "修路", "amount": "12.5"}


def answered(**more: Any) -> Judged:
    return judge(FIELDS, {**GOOD, **more}, context={}, today=TODAY, known=KNOWN)


def faults(**more: Any) -> set[tuple[str, str]]:
    return {(fault.field.key, fault.code) for fault in answered(**more).faults}


def test_answers_become_values_of_their_kinds() -> None:
    found = answered(
        amount="６０万", large=" 一期\r\n二期 ", until="2026年10月1日", source="区级", uses=["c", "a"], handler="town.secretary",
        unit="zone", papers=[{"id": 1, "name": "依据.pdf"}], lines=[{"what": "路基", "cost": "1,000元"}, {"what": " "}],
        code="镇发〔2026〕3号",
    )  # fmt: skip
    assert found.ok
    assert found.values == {
        "purpose": "修路", "amount": Decimal(60), "large": "一期\n二期", "until": date(2026, 10, 1), "source": "区级",
        "uses": ["a", "c"], "handler": "town.secretary", "unit": "zone", "papers": [{"id": 1, "name": "依据.pdf"}],
        "lines": [{"what": "路基", "cost": Decimal(1000)}], "code": "镇发〔2026〕3号",
    }  # fmt: skip


def test_what_shows_and_what_is_required_follows_the_answers_before_it() -> None:
    assert "large" not in answered(amount="50").visible
    # What was typed into a field before it was hidden is no answer.
    assert answered(amount="50", large="旧的").values["large"] is None
    assert "large" in answered(amount="51").visible - answered(amount="51").required
    assert faults(amount="101") == {("large", "required")}


def test_a_condition_that_is_null_shows_nothing_and_requires_nothing() -> None:
    found = judge(FIELDS, {}, context={}, today=TODAY)
    assert "large" not in found.visible
    assert {(fault.field.key, fault.code) for fault in found.faults} == {
        ("purpose", "required"),
        ("amount", "required"),
    }


def test_an_earlier_value_of_the_case_is_no_answer_to_the_form() -> None:
    found = judge(FIELDS, {"purpose": "修路"}, context={"amount": Decimal(90)}, today=TODAY)
    assert "large" not in found.visible


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"amount": "很多"}, ("amount", "money")),
        ({"amount": "0.0000001"}, ("amount", "money")),
        ({"amount": "501"}, ("amount", "above")),
        ({"amount": "0"}, ("amount", "below")),
        ({"purpose": "路" * 51}, ("purpose", "more")),
        ({"until": "2026-02-30"}, ("until", "date")),
        ({"until": "2026-09-07"}, ("until", "below")),
        ({"source": "省级"}, ("source", "choice")),
        ({"uses": ["a", "z"]}, ("uses", "multipleChoice")),
        ({"uses": ["a", "b", "c"]}, ("uses", "more")),
        ({"handler": "nobody"}, ("handler", "person")),
        ({"unit": "county"}, ("unit", "body")),
        ({"papers": [{}, {}, {}]}, ("papers", "more")),
        ({"lines": [{"cost": "1"}]}, ("lines", "required")),
        ({"lines": [{"what": "甲", "cost": "x"}]}, ("lines", "money")),
        ({"lines": [{"what": str(n)} for n in range(4)]}, ("lines", "more")),
        ({"code": "镇发〔26〕3号"}, ("code", "pattern")),
    ],
)
def test_a_wrong_answer_is_told_once_and_has_no_value(more: dict[str, Any], fault: tuple[str, str]) -> None:
    found = answered(**more)
    assert [(one.field.key, one.code) for one in found.faults] == [fault]
    assert found.values[fault[0]] is None


def test_a_fault_of_a_table_names_row_and_column() -> None:
    (fault,) = answered(lines=[{"what": "甲"}, {"what": "乙", "cost": "x"}]).faults
    assert (fault.row, fault.column and fault.column.key) == (2, "cost")


@given(st.dictionaries(st.sampled_from([one.key for one in FIELDS]), st.recursive(
    st.none() | st.text(max_size=8) | st.integers(), lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["what", "cost"]), inner, max_size=2), max_leaves=5)))  # fmt: skip
@settings(max_examples=60)
def test_whatever_is_sent_is_judged(sent: dict[str, Any]) -> None:
    found = judge(FIELDS, sent, context={}, today=TODAY, known=KNOWN)
    assert set(found.values) == {one.key for one in FIELDS}
    assert all(found.values[key] is None for key in set(found.values) - found.visible)


DIGITS = {digit: nth for nth, digit in enumerate("零壹贰叁肆伍陆柒捌玖")}
PLACES = {"拾": 10, "佰": 100, "仟": 1000}


def read_back(words: str) -> Decimal:
    """The value of capital numerals, letter by letter."""
    yuan, _sign, rest = words.removesuffix("整").rpartition("元")
    total = section = digit = 0
    for letter in yuan:
        if letter in DIGITS:
            digit = DIGITS[letter]
        elif letter in PLACES:
            section, digit = section + digit * PLACES[letter], 0
        elif letter == "万":
            section, digit = (section + digit) * 10_000, 0
        else:
            total, section, digit = (total + section + digit) * 100_000_000, 0, 0
    found = Decimal(total + section + digit)
    for mark, worth in (("角", Decimal("0.1")), ("分", Decimal("0.01"))):
        before, sign, _after = rest.partition(mark)
        found += DIGITS[before[-1]] * worth if sign else 0
    return found


@given(st.integers(0, 10**13))
@settings(max_examples=80)
def test_capital_numerals_say_the_amount(fen: int) -> None:
    assert read_back(numerals.in_capitals(Decimal(fen) / 100)) == Decimal(fen) / 100


@pytest.mark.parametrize(
    ("amount", "words"),
    # The examples of the annex to 支付结算办法, where they leave no choice.
    [("1409.50", "壹仟肆佰零玖元伍角整"), ("6007.14", "陆仟零柒元壹角肆分"), ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
     ("16409.02", "壹万陆仟肆佰零玖元零贰分"), ("325.04", "叁佰贰拾伍元零肆分")],
)  # fmt: skip
def test_capital_numerals_of_the_rule(amount: str, words: str) -> None:
    assert numerals.in_capitals(Decimal(amount)) == words
