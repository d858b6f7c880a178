"""Fields are read from the diagram; what cannot be read of them is told with its line, in two languages."""

from __future__ import annotations

import pytest

from workflows import bpmn
from workflows.bpmn.form.model import Kind, Option

from .drawn import SPENDING, asking, document, fields


def test_a_step_has_the_fields_its_diagram_names_in_order() -> None:
    found = {one.key: one for one in fields()}
    assert " ".join(found) == "purpose amount large until source uses handler unit papers lines code"
    assert {one.kind for one in found.values()} == set(Kind) - {
        Kind.NUMBER,
        Kind.BOOLEAN,
        Kind.DATETIME,
        Kind.PLACE,
        Kind.RECORD,
    }
    assert (found["large"].visible, found["large"].required) == ("amount > 50", "amount > 100")
    assert found["source"].options == (Option("town", "镇级"), Option("区级", "区级"))
    assert [column.key for column in found["lines"].columns] == ["what", "cost"]
    assert found["amount"].worth == 10_000
    errors = [problem for problem in bpmn.check(document(SPENDING)) if problem.severity == "error"]
    assert errors == []
    assert {"amount > 50", "amount > 100", "true"} <= {one.source for one in document(SPENDING).expressions}


@pytest.mark.parametrize(
    ("drawn", "code"),
    [
        ('<sangong:thing key="a"/>', "field_unknown_part"),
        ('<sangong:field key="a" type="text" label="甲" maximum="3"/>', "field_unknown_part"),
        ('<sangong:field key="a b" type="text" label="甲"/>', "field_key"),
        ('<sangong:field key="a" type="colour" label="甲"/>', "field_kind"),
        ('<sangong:field key="a" type="text"/>', "field_label"),
        ('<sangong:field key="a" type="choice" label="甲"/>', "field_options"),
        ('<sangong:field key="a" type="text" label="甲"><sangong:option value="1"/></sangong:field>', "field_no_options"),
        ('<sangong:field key="a" type="table" label="甲"/>', "field_columns"),
        ('<sangong:field key="a" type="text" label="甲"><sangong:column key="b" type="text" label="乙"/></sangong:field>',
         "field_no_columns"),
        ('<sangong:field key="a" type="table" label="甲"><sangong:column key="b" type="file" label="乙"/></sangong:field>',
         "field_column_kind"),
        ('<sangong:field key="a" type="boolean" label="甲" max="3"/>', "field_no_limits"),
        ('<sangong:field key="a" type="date" label="甲" min="明天"/>', "field_limit"),
        ('<sangong:field key="a" type="text" label="甲" max="2.5"/>', "field_limit"),
        ('<sangong:field key="a" type="number" label="甲" min="5" max="2"/>', "field_limits_crossed"),
        ('<sangong:field key="a" type="number" label="甲" pattern="x"/>', "field_no_pattern"),
        ('<sangong:field key="a" type="text" label="甲" pattern="(x"/>', "field_pattern"),
        ('<sangong:field key="a" type="money" label="甲" unit="斤"/>', "field_unit"),
        ('<sangong:field key="a" type="record" label="甲"/>', "field_of"),
        ('<sangong:field key="a" type="text" of="village" label="甲"/>', "field_of"),
        ('<sangong:field key="a" type="text" label="甲"/><sangong:field key="a" type="text" label="乙"/>', "field_twice"),
        ('<sangong:field key="a" type="text" label="甲" visible="=b = 1"/><sangong:field key="b" type="text" label="乙"/>',
         "field_looks_ahead"),
        ('<sangong:field key="a" type="text" label="甲" visible="=1 +"/>', "bad_expression"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_an_error_at_its_line(drawn: str, code: str) -> None:
    (problem,) = [one for one in bpmn.check(document(drawn)) if one.severity == "error"]
    assert (problem.code, problem.element) == (code, "check")
    assert problem.line >= 5
    assert problem.text("zh-hans") != problem.text("en")


def test_a_step_has_a_page_of_its_own_or_fields_not_both() -> None:
    found = bpmn.check(document('<sangong:field key="a" type="text" label="甲"/>', form="decisions.confirm"))
    assert "fields_beside_form" in {one.code for one in found}


def test_only_a_user_task_has_a_form() -> None:
    xml = asking("").replace(b"userTask", b"manualTask")
    assert "unsupported_extension" in {one.code for one in bpmn.check(bpmn.read(xml))}
