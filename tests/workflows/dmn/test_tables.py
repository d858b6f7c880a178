"""What decision tables answer, hit policy by hit policy."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.workflows.dmn.files import ROUTE, decision, dmn, table
from workflows import dmn as decisions
from workflows.dmn import DecisionError, Decisions


def ask(xml: bytes, name: str = "d1", **given: Any) -> Any:
    document = decisions.read(xml)
    errors = [problem.text("en") for problem in decisions.check(document) if problem.severity == "error"]
    assert errors == []
    return Decisions.of(document).decide(name, given)


def answer(rules: list[list[str]], given: dict[str, Any] | None = None, **options: Any) -> Any:
    return ask(dmn(decision("d1", table(rules, **options))), **(given or {"amount": 7})).value


@pytest.mark.parametrize(
    ("amount", "route", "rule"), [(0, "town", 1), (50, "joint", 2), (499, "joint", 2), (500, "assembly", 3)]
)
def test_a_table_tells_the_value_and_the_rule_that_held(amount: int, route: str, rule: int) -> None:
    decided = ask(ROUTE, "route", amount=amount)
    assert decided.value == route
    (found,) = decided.evaluated
    assert (found.decision, found.hit_policy, found.rules, found.inputs) == (
        "route",
        "U",
        (rule,),
        (("amount", str(amount)),),
    )


@pytest.mark.parametrize(
    "cell",
    ["7", "-", "", "< 8", "(6..8)", "[7..7]", "1, 7", "not(8)", "not(< 5, > 9)", "? = 7", "? > 3 and ? < 9", "> limit - 1",
     "cellInput = 7", "]6..8[", "[1, 7]"],
)  # fmt: skip
def test_a_cell_holds(cell: str) -> None:
    assert answer([[cell, "1"]], {"amount": 7, "limit": 7}, defaults=["0"]) == 1


@pytest.mark.parametrize("cell", ["8", '"7"', "> 7", "(7..8]", "not(7)", "null", "? > 7", "> nothing", "nothing"])
def test_a_cell_does_not_hold(cell: str) -> None:
    assert answer([[cell, "1"]], defaults=["0"]) == 0


def test_a_rule_holds_where_all_its_cells_do() -> None:
    rules = [["> 5", '"a", "b"', '"both"'], ["> 5", "-", '"one"']]
    given = {"amount": 7, "kind": "b"}
    options: dict[str, Any] = {"inputs": ["amount", "kind"], "policy": "FIRST"}
    assert answer(rules, given, **options) == "both"
    assert answer(rules, {**given, "kind": "c"}, **options) == "one"
    assert answer(rules, {**given, "amount": 1}, **options) is None


def test_unique_refuses_two_rules_and_names_them() -> None:
    with pytest.raises(DecisionError) as refusal:
        answer([["> 1", "1"], ["> 100", "2"], ["> 2", "3"]])
    assert (refusal.value.code, refusal.value.params["rules"]) == ("not_unique", "1, 3")
    assert "d1" in refusal.value.text("zh-hans") and "1, 3" in refusal.value.text("en")


def test_any_takes_rules_that_agree_and_refuses_others() -> None:
    assert answer([["> 1", "1"], ["> 2", "1.0"]], policy="ANY") == 1
    with pytest.raises(DecisionError) as refusal:
        answer([["> 1", "1"], ["> 2", "2"]], policy="ANY")
    assert refusal.value.code == "any_contradicts"


def test_first_takes_the_first_and_looks_no_further() -> None:
    decided = ask(dmn(decision("d1", table([["> 9", "1"], ["> 2", "2"], ["-", "3"]], policy="FIRST"))), amount=7)
    assert decided.value == 2
    assert decided.evaluated[0].rules == (2,)


def test_priority_takes_the_output_that_stands_first_among_the_allowed_values() -> None:
    rules = [["-", '"low"'], ["> 5", '"high"'], ["> 1", '"middle"']]
    assert answer(rules, policy="PRIORITY", values=['"high", "middle", "low"']) == "high"
    assert (
        answer(rules, {"amount": 2}, policy="P R I O R I T Y".replace(" ", ""), values=['"high", "middle", "low"'])
        == "middle"
    )


def test_priority_over_several_outputs_goes_from_left_to_right() -> None:
    rules = [["-", '"no"', "2"], ["-", '"no"', "1"], ["-", '"maybe"', "3"]]
    value = answer(rules, outputs=["grade", "n"], policy="PRIORITY", values=['"yes", "no", "maybe"', "1, 2, 3"])
    assert value == {"grade": "no", "n": 1}


def test_output_order_sorts_by_the_allowed_values_and_rule_order_does_not() -> None:
    rules = [["-", '"b"'], ["-", '"a"'], ["> 9", '"c"'], ["-", '"a"']]
    assert answer(rules, policy="OUTPUT ORDER", values=['"a", "b", "c"']) == ["a", "a", "b"]
    assert answer(rules, policy="RULE ORDER") == ["b", "a", "a"]
    assert answer(rules, policy="COLLECT") == ["b", "a", "a"]


@pytest.mark.parametrize(("how", "value"), [("SUM", 6), ("MIN", 1), ("MAX", 3), ("COUNT", 3)])
def test_collect_aggregates(how: str, value: int) -> None:
    rules = [["> 1", "3"], ["> 2", "1"], ["> 3", "2"], ["> 90", "9"]]
    assert answer(rules, policy="COLLECT", aggregation=how) == Decimal(value)


def test_what_cannot_be_added_is_refused_with_the_rules() -> None:
    with pytest.raises(DecisionError) as refusal:
        answer([["-", "1"], ["-", '"two"']], policy="COLLECT", aggregation="SUM")
    assert (refusal.value.code, refusal.value.params["rules"]) == ("not_aggregable", "1, 2")


@pytest.mark.parametrize(
    ("policy", "aggregation", "value"),
    [("UNIQUE", "", None), ("FIRST", "", None), ("ANY", "", None), ("COLLECT", "", []), ("RULE ORDER", "", []),
     ("COLLECT", "SUM", None), ("COLLECT", "MAX", None), ("COLLECT", "COUNT", 0)],
)  # fmt: skip
def test_where_no_rule_holds(policy: str, aggregation: str, value: Any) -> None:
    assert answer([["> 90", "1"]], policy=policy, aggregation=aggregation) == value


def test_the_default_output_stands_in_where_no_rule_holds() -> None:
    assert answer([["> 90", "1", "2"]], outputs=["a", "b"], defaults=["7 + 1", ""]) == {"a": 8, "b": None}
    assert answer([["> 90", "1"]], policy="COLLECT", defaults=["5"]) == [5]


def test_several_outputs_are_a_context_and_one_is_its_value() -> None:
    assert answer([["-", "1", '"x"']], outputs=["points", "why not"]) == {"points": 1, "why not": "x"}
    assert answer([["-", "amount * 2"]]) == 14


def test_an_input_outside_its_allowed_values_is_refused() -> None:
    with pytest.raises(DecisionError) as refusal:
        answer([["-", "1"]], allowed=["[0..5]"])
    assert refusal.value.code == "input_not_allowed"
    assert "7" in refusal.value.text("zh-hans")
    with pytest.raises(DecisionError):
        answer([["-", "1"]], {"other": 1}, allowed=["[0..5]"])


def test_an_output_outside_its_allowed_values_is_refused_with_its_rule() -> None:
    with pytest.raises(DecisionError) as refusal:
        answer([["> 90", '"a"'], ["-", '"z"']], values=['"a", "b"'])
    assert (refusal.value.code, refusal.value.params["rules"]) == ("output_not_allowed", "2")


def test_allowed_values_may_stand_in_the_type_of_the_column() -> None:
    kind = '<itemDefinition name="grade"><typeRef>string</typeRef><allowedValues><text>"a", "b"</text></allowedValues></itemDefinition>'
    xml = dmn(kind + decision("d1", table([["-", "1"]], kinds=["grade"])))
    assert ask(xml, amount="b").value == 1
    with pytest.raises(DecisionError):
        ask(xml, amount="c")


@pytest.mark.parametrize(
    ("mapping", "one", "many"),
    [("singleEntry", 1, "not_single"), ("singleResult", {"a": 1}, "not_single"), ("collectEntries", [1], [1, 2]),
     ("resultList", [{"a": 1}], [{"a": 1}, {"a": 2}]), ("", [1], [1, 2])],
)  # fmt: skip
def test_a_result_is_handed_over_as_camunda_maps_it(mapping: str, one: Any, many: Any) -> None:
    xml = dmn(decision("d1", table([["< 9", "1"], ["< 5", "2"]], outputs=["a"], policy="COLLECT")))
    assert ask(xml, amount=7).mapped(mapping) == one
    if many == "not_single":
        with pytest.raises(DecisionError):
            ask(xml, amount=3).mapped(mapping)
    else:
        assert ask(xml, amount=3).mapped(mapping) == many


def test_a_single_entry_of_nothing_is_null_and_of_two_outputs_is_refused() -> None:
    xml = dmn(decision("d1", table([["< 9", "1", "2"]], outputs=["a", "b"])))
    assert ask(xml, amount=10).mapped("singleEntry") is None
    assert ask(xml, amount=7).mapped("singleResult") == {"a": 1, "b": 2}
    with pytest.raises(DecisionError):
        ask(xml, amount=7).mapped("singleEntry")


def test_a_table_that_takes_too_much_work_is_an_error_and_no_wrong_answer() -> None:
    heavy = "count(for a in 1..30000 return a) > 0"
    with pytest.raises(DecisionError) as refusal:
        answer([[f"{heavy} and ? = 1", "1"]] * 30 + [["-", "2"]], policy="FIRST")
    assert refusal.value.code == "too_much_work"
