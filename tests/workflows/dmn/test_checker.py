"""What the checker says of decisions: refused with element and line, or mentioned."""

from __future__ import annotations

import time

import pytest

from tests.workflows.dmn.files import ROUTE, decision, dmn, literal, table
from tests.workflows.dmn.test_graph import knowledge, parameter
from workflows import dmn as decisions
from workflows.dmn import messages
from workflows.dmn.errors import SENTENCES as ERRORS


def said(xml: bytes, severity: str = "error") -> list[str]:
    _document, problems = decisions.inspect(xml)
    return [problem.code for problem in problems if problem.severity == severity]


def test_a_good_file_has_nothing_to_say() -> None:
    assert decisions.inspect(ROUTE)[1] == ()
    assert decisions.is_dmn(ROUTE)


@pytest.mark.parametrize(
    ("logic", "codes"),
    [
        ("", ["logic_missing"]),
        (literal("1 +"), ["bad_expression"]),
        (table([["> ", "1"]]), ["bad_expression"]),
        (table([["-", "1 1"]]), ["bad_expression"]),
        (table([["-", "1"]], inputs=["1 +"]), ["bad_expression"]),
        (table([["-", "1"]], allowed=["> "]), ["bad_expression"]),
        (table([["-", "1"]], values=["> "]), ["bad_expression"]),
        (table([["-", "1"]], defaults=["1 +"]), ["bad_expression"]),
        (table([["-", "1", "2"]], outputs=["a", ""]), ["output_name_missing"]),
        (table([["-", "1", "2"]], outputs=["a", "a"]), ["output_name_twice"]),
        (table([["-"]]), ["rule_width"]),
        (table([], outputs=[]), ["no_output"]),
        (table([["-", "1"]], policy="BEST"), ["unknown_hit_policy"]),
        (table([["-", "1"]], policy="COLLECT", aggregation="MEAN"), ["unknown_aggregation"]),
        (table([["-", "1"]], policy="FIRST", aggregation="SUM"), ["aggregation_not_collect"]),
        (table([["-", "1", "2"]], outputs=["a", "b"], policy="COLLECT", aggregation="SUM"), ["aggregation_outputs"]),
        (table([["-", "1"]], policy="PRIORITY"), ["priority_without_values"]),
        (f"<for>{literal('1')}</for>", ["unsupported_element"]),
        ("<literalExpression><importedValues/><text>1</text></literalExpression>", ["unsupported_element"]),
        ('<literalExpression expressionLanguage="javascript"><text>1</text></literalExpression>', ["unsupported_language"]),
        ("<literalExpression><text>${a.b()}</text></literalExpression>", ["unconvertible_expression"]),
        ("<relation><column name='a'/><row/></relation>", ["row_width"]),
        ("<invocation/>", ["logic_missing", "bad_expression"][:1]),
    ],
)  # fmt: skip
def test_what_is_put_together_wrongly_is_refused(logic: str, codes: list[str]) -> None:
    assert said(dmn(decision("d1", logic))) == codes


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "no_decision"),
        ("<decision name='x'><literalExpression><text>1</text></literalExpression></decision>", "missing_id"),
        (decision("a", literal("1")) + decision("a", literal("1")), "duplicate_id"),
        (decision("a", literal("1"), ["requiredInput #b"]), "dangling_reference"),
        (decision("a", literal("1"), ["requiredDecision other#b"]), "dangling_reference"),
        (decision("a", literal("1")) + decision("b", literal("1"), ["requiredInput #a"]), "wrong_requirement"),
        (decision("a", literal("1"), ["requiredDecision #a"]), "requirement_cycle"),
        (decision("a", literal("1")) + '<import namespace="x"/>', "unsupported_element"),
        (knowledge("f", parameter("x") + literal("1"), kind="Java") + decision("a", literal("1")), "unsupported_element"),
        (knowledge("f", parameter("x") + literal("f(x)"), "f") + decision("a", literal("1")), "requirement_cycle"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_refused(body: str, code: str) -> None:
    assert said(dmn(body)) == [code]


def test_a_circle_is_told_once_with_its_members() -> None:
    circle = "".join(decision(f"d{n}", literal("1"), [f"requiredDecision #d{(n + 1) % 3}"]) for n in range(3))
    _document, problems = decisions.inspect(dmn(circle))
    (problem,) = problems
    assert problem.code == "requirement_cycle"
    assert "d0 → d1 → d2 → d0" in problem.text("en")


def test_a_problem_names_decision_and_line_in_both_languages() -> None:
    _document, problems = decisions.inspect(dmn("\n\n" + decision("金额", table([["> ", "1"]]))))
    (problem,) = problems
    assert problem.line == 6
    assert problem.text("zh-hans").startswith("第 6 行“金额”")
    assert "input cell" in problem.text("en")


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (b"<html/>", "not_dmn"),
        (b"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'/>", "not_dmn"),
        (b"", "not_xml"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + ROUTE, "doctype"),
        (b" " * (4 * 1024 * 1024 + 1), "too_large"),
        (dmn("<decision/>" * 100_000), "too_many_elements"),
        (dmn("<list>" * 10_000 + "</list>" * 10_000), "too_deep"),
        (dmn(decision("x" * 300, literal("1"))), "id_too_long"),
    ],
    ids=["html", "bpmn", "empty", "doctype", "large", "many", "deep", "long id"],
)
def test_a_hostile_or_foreign_file_is_refused_quickly(xml: bytes, code: str) -> None:
    started = time.perf_counter()
    document, problems = decisions.inspect(xml)
    assert document is None
    assert [problem.code for problem in problems] == [code]
    assert all(problem.text("zh-hans") and problem.text("en") for problem in problems)
    assert time.perf_counter() - started < 2


def test_two_elements_of_one_name_are_mentioned() -> None:
    xml = dmn('<inputData id="i" name="a"/>' + decision("a", literal("1"), identifier="d"))
    assert said(xml, "warning") == ["same_name"]


def test_juel_of_camunda_is_converted() -> None:
    rules = table([["-", '${amount > 5 ? "a" : "b"}']]).replace(
        "<outputEntry", '<outputEntry expressionLanguage="juel"'
    )
    document, problems = decisions.inspect(dmn(decision("d1", rules)))
    assert document is not None and not problems
    assert decisions.Decisions.of(document).decide("d1", {"amount": 7}).value == "a"


def test_every_sentence_has_the_same_places_in_both_languages() -> None:
    for chinese, english in [*messages.SENTENCES.values(), *ERRORS.values()]:
        assert sorted(part.split("}")[0] for part in chinese.split("{")[1:]) == sorted(
            part.split("}")[0] for part in english.split("{")[1:]
        )
