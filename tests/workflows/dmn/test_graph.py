"""Decisions that require others, business knowledge, and boxed expressions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.workflows.dmn.files import decision, dmn, literal, table
from tests.workflows.dmn.test_tables import ask
from workflows import dmn as decisions
from workflows.dmn import DecisionError, Decisions

VERSIONS = [
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
]


def knowledge(name: str, function: str, *requires: str, kind: str = "") -> str:
    needs = "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{one}"/></knowledgeRequirement>' for one in requires
    )
    kind = f' kind="{kind}"' if kind else ""
    return (
        f'<businessKnowledgeModel id="{name}" name="{name}"><variable name="{name}"/>'
        f"<encapsulatedLogic{kind}>{function}</encapsulatedLogic>{needs}</businessKnowledgeModel>"
    )


def parameter(*names: str) -> str:
    return "".join(f'<formalParameter name="{name}"/>' for name in names)


@pytest.mark.parametrize("namespace", VERSIONS)
def test_every_version_of_the_standard_says_a_literal_the_same_way(namespace: str) -> None:
    assert ask(dmn(decision("d1", literal("a + 1")), namespace), a=1).value == 2


def test_a_decision_sees_the_ones_it_requires_by_name_variable_and_id() -> None:
    xml = dmn(
        decision("Base rate", literal("2"), identifier="base")
        + decision("factor", literal("3"))
        + decision("d1", literal("Base rate * factor * base"), ["requiredDecision #base", "requiredDecision #factor"])
    )
    assert ask(xml).value == 12


def test_required_decisions_are_made_once_and_told_in_order() -> None:
    risk = table([["> 5", '"high"'], ["-", '"low"']], policy="FIRST", outputs=["risk"])
    last = table([['"high"', '"joint"'], ['"low"', '"town"']], inputs=["risk"], prefix="last_")
    xml = dmn(decision("d1", last, ["requiredDecision #risk"]) + decision("risk", risk))
    decided = ask(xml, amount=7)
    assert decided.value == "joint"
    assert [(found.decision, found.rules) for found in decided.evaluated] == [("risk", (1,)), ("d1", (1,))]


def test_names_with_signs_are_known_to_the_expressions() -> None:
    body = '<inputData id="i" name="Applicant-Age (years)"><variable name="Applicant-Age"/></inputData>' + decision(
        "d1", literal("Applicant-Age - 1"), ["requiredInput #i"]
    )
    assert ask(dmn(body), **{"Applicant-Age": 30}).value == 29


def test_an_input_nobody_gives_is_null_and_may_come_under_its_id() -> None:
    body = '<inputData id="i" name="amount"/>' + decision("d1", literal("amount = null"), ["requiredInput #i"])
    assert ask(dmn(body)).value is True
    assert ask(dmn(body), i=1).value is False


def test_business_knowledge_is_a_function_that_sees_its_parameters_only() -> None:
    xml = dmn(
        knowledge("half", parameter("x") + literal("x / 2"))
        + knowledge("quarter", parameter("x") + literal("half(half(x))"), "half")
        + knowledge("peek", parameter("x") + literal("amount"))
        + decision(
            "d1",
            literal("[quarter(amount), peek(1), half(x: 3)]"),
            ["requiredKnowledge #quarter", "requiredKnowledge #peek", "requiredKnowledge #half"],
        )
    )
    assert ask(xml, amount=8).value == [2, None, Decimal("1.5")]


def test_a_table_may_be_business_knowledge_and_is_told_of() -> None:
    rules = table([["< 50", '"town"'], [">= 50", '"joint"']], inputs=["x"])
    xml = dmn(
        knowledge("route", parameter("x") + rules)
        + decision("d1", literal("route(amount)"), ["requiredKnowledge #route"])
    )
    decided = ask(xml, amount=60)
    assert decided.value == "joint"
    assert [(found.decision, found.rules) for found in decided.evaluated] == [("route", (2,))]
    assert decided.rows == ({"d1": "joint"},)


def test_an_invocation_names_its_arguments() -> None:
    bound = "".join(
        f'<binding><parameter name="{name}"/>{literal(text)}</binding>' for name, text in (("y", "1"), ("x", "amount"))
    )
    call = f"<invocation>{literal('minus')}{bound}</invocation>"
    xml = dmn(
        knowledge("minus", parameter("x", "y") + literal("x - y")) + decision("d1", call, ["requiredKnowledge #minus"])
    )
    assert ask(xml, amount=8).value == 7


def entry(name: str, value: str) -> str:
    variable = f'<variable name="{name}"/>' if name else ""
    return f"<contextEntry>{variable}{value}</contextEntry>"


def test_boxed_expressions_mean_what_feel_says() -> None:
    context = f"<context>{entry('a', literal('1'))}{entry('b c', literal('a + 1'))}</context>"
    assert ask(dmn(decision("d1", context))).value == {"a": 1, "b c": 2}
    result = f"<context>{entry('a', literal('5'))}{entry('', literal('a * 2'))}</context>"
    assert ask(dmn(decision("d1", result))).value == 10
    items = f"<list>{literal('1')}{literal('amount')}</list>"
    assert ask(dmn(decision("d1", items)), amount=3).value == [1, 3]
    row = literal('"x"') + literal("1")
    relation = f'<relation><column name="n"/><column name="v"/><row>{row}</row></relation>'
    assert ask(dmn(decision("d1", relation))).value == [{"n": "x", "v": 1}]
    choice = f"<conditional><if>{literal('amount > 1')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>"
    assert ask(dmn(decision("d1", choice), VERSIONS[3]), amount=3).value == 1
    function = f"<functionDefinition>{parameter('x')}{literal('x * amount')}</functionDefinition>"
    called = f"<context>{entry('f', function)}{entry('', literal('f(2)'))}</context>"
    assert ask(dmn(decision("d1", called)), amount=3).value == 6


def test_a_long_chain_of_decisions_is_made() -> None:
    chain = decision("d0", literal("0")) + "".join(
        decision(f"d{n}", literal(f"d{n - 1} + 1"), [f"requiredDecision #d{n - 1}"]) for n in range(1, 2001)
    )
    assert ask(dmn(chain), "d2000").value == 2000


def test_knowledge_that_doubles_its_work_at_every_step_is_stopped() -> None:
    doubling = knowledge("f0", parameter("x") + literal("count(for i in 1..2000 return i)")) + "".join(
        knowledge(f"f{n}", parameter("x") + literal(f"f{n - 1}(x) + f{n - 1}(x)"), f"f{n - 1}") for n in range(1, 15)
    )
    xml = dmn(doubling + decision("d1", literal("f14(1)"), ["requiredKnowledge #f14"]))
    with pytest.raises(DecisionError) as refusal:
        ask(xml)
    assert refusal.value.code == "too_much_work"


def test_a_decision_nobody_knows_is_refused_by_name() -> None:
    document = decisions.read(dmn(decision("d1", literal("1"))))
    with pytest.raises(DecisionError) as refusal:
        Decisions.of(document).decide("d2", {})
    assert (refusal.value.code, refusal.value.decision) == ("unknown_decision", "d2")


def test_a_result_shares_nothing_with_what_was_given() -> None:
    given: dict[str, Any] = {"amount": [1, {"a": 2}]}
    value = ask(dmn(decision("d1", literal("amount"))), **given).value
    value[1]["a"] = 9
    assert given == {"amount": [1, {"a": 2}]}
