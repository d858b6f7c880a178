"""The fields of a step are changed in their file, and every other byte of it stays as it was."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows import bpmn
from workflows.bpmn.form.model import MAX_FIELDS, Kind, Option
from workflows.bpmn.form.questions import Question, act, fit
from workflows.bpmn.form.writing import NoStep, judged, read_form, write_form

from ..diagrams import chain, diagram
from .drawn import SPENDING, asking, document

FILE = asking(SPENDING).decode()
SANGONG = 'xmlns:sangong="http://sangong.cn/schema/1.0"'


def flow_with(task: str) -> str:
    """A flow whose one user task is written like this."""
    steps = '<bpmn:startEvent id="start"/>' + task + '<bpmn:endEvent id="end"/>' + chain("start", "check", "end")
    return diagram(steps).decode()


def test_what_is_not_changed_stays_to_the_byte() -> None:
    written = read_form(FILE, "check")
    assert [one.key for one in written.questions][:3] == ["purpose", "amount", "large"]
    assert write_form(FILE, "check", written.questions) == FILE
    assert read_form(FILE.replace('max="50"', "max='50'"), "check").digest != written.digest


def test_one_attribute_changed_is_one_attribute_changed() -> None:
    questions = list(read_form(FILE, "check").questions)
    questions[1] = replace(questions[1], maximum="800", help="不含税")
    text = write_form(FILE, "check", questions)
    assert text == FILE.replace('min="0.01" max="500"/>', 'min="0.01" max="800" help="不含税"/>')


def test_options_and_columns_are_written_and_what_stands_beside_them_is_not_touched() -> None:
    questions = list(read_form(FILE, "check").questions)
    at = next(at for at, one in enumerate(questions) if one.key == "source")
    questions[at] = replace(questions[at], options=(*questions[at].options, Option("city", "市级")))
    lines = next(at for at, one in enumerate(questions) if one.key == "lines")
    kept = questions[lines].columns[0]
    questions[lines] = replace(
        questions[lines], columns=(replace(kept, label="名目"), Question("note", "text", "备注"))
    )
    text = write_form(FILE, "check", questions)
    fields = {one.key: one for one in bpmn.read(text.encode()).processes[0].nodes["check"].fields}
    assert [option.value for option in fields["source"].options] == ["town", "区级", "city"]
    assert [(column.key, column.label) for column in fields["lines"].columns] == [("what", "名目"), ("note", "备注")]
    changed = ('<sangong:field key="source"', '<sangong:field key="lines"')
    before, after = FILE, text
    for begin in changed:
        before = before[: before.index(begin)] + before[before.index("</sangong:field>", before.index(begin)) :]
        after = after[: after.index(begin)] + after[after.index("</sangong:field>", after.index(begin)) :]
    assert before == after


TASKS = (
    '<bpmn:userTask id="check" name="核对"/>',
    '<bpmn:userTask id="check" name="核对"></bpmn:userTask>',
    '\n  <bpmn:userTask id="check" name="核对">\n    <bpmn:documentation>请核对。</bpmn:documentation>\n  </bpmn:userTask>',
    '\n  <bpmn:userTask id="check">\n    <bpmn:extensionElements>\n      <zeebe:assignmentDefinition candidateGroups="a"/>\n'
    "    </bpmn:extensionElements>\n  </bpmn:userTask>",
    '<bpmn:userTask id="check"><bpmn:extensionElements/></bpmn:userTask>',
    f'<bpmn:userTask id="check"><bpmn:extensionElements><sangong:form {SANGONG}/></bpmn:extensionElements></bpmn:userTask>',
    '<bpmn:userTask id="check"><bpmn:extensionElements><form xmlns="http://sangong.cn/schema/1.0"><field key="a" type="text" '
    'label="甲"/><!-- kept --></form></bpmn:extensionElements></bpmn:userTask>',
    f'<bpmn:userTask id="check"><bpmn:extensionElements><sangong:form {SANGONG}><sangong:field key="a" type="text" label="甲"/>'
    f'</sangong:form><sangong:form {SANGONG}><sangong:field key="b" type="text" label="乙"/></sangong:form></bpmn:extensionElements>'
    "</bpmn:userTask>",
)  # fmt: skip


@pytest.mark.parametrize("task", TASKS)
def test_a_form_is_put_in_and_taken_out_however_the_step_is_written(task: str) -> None:
    text = flow_with(task)
    there = read_form(text, "check").questions
    asked = (*there, Question("sum", "money", "金额", unit="万元", required="true"))
    full = write_form(text, "check", asked)
    node = bpmn.read(full.encode()).processes[0].nodes["check"]
    assert [field.key for field in node.fields] == [one.key for one in asked]
    assert read_form(full, "check").questions == asked
    assert full.replace("\n", "").startswith(text.replace("\n", "").partition("<bpmn:userTask")[0])
    empty = write_form(full, "check", ())
    was = bpmn.read(text.encode()).processes[0].nodes["check"]
    now = bpmn.read(empty.encode()).processes[0].nodes["check"]
    assert (now.fields, now.name, now.documentation, now.assignment) == (
        (),
        was.name,
        was.documentation,
        was.assignment,
    )


def test_a_step_that_is_not_there_is_told() -> None:
    for step in ("nowhere", "start", ""):
        with pytest.raises(NoStep):
            read_form(FILE, step)


WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="￾￿"), max_size=12).map(str.strip)
OPTIONS = st.lists(st.builds(Option, WORDS, WORDS), max_size=3).map(tuple)
QUESTIONS = st.builds(
    Question, key=WORDS, kind=st.sampled_from([*map(str, Kind), "odd"]), label=WORDS, help=WORDS, required=WORDS,
    visible=WORDS, minimum=WORDS, maximum=WORDS, pattern=WORDS, unit=WORDS, options=OPTIONS,
    columns=st.lists(st.builds(Question, key=WORDS, label=WORDS, options=OPTIONS), max_size=2).map(tuple),
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(QUESTIONS, max_size=4), st.sampled_from(TASKS), st.permutations(range(4)))
def test_whatever_is_written_is_read_again(asked: list[Question], task: str, order: list[int]) -> None:
    """However wrong it is: a draft keeps what its designer typed. And in any other order, with origins, as well."""
    text = write_form(flow_with(task), "check", asked)
    read = read_form(text, "check").questions
    assert read == tuple(asked)
    moved = [read[at] for at in order if at < len(read)]
    again = write_form(text, "check", moved)
    assert read_form(again, "check").questions == tuple(moved)
    assert write_form(again, "check", read_form(again, "check").questions) == again
    _fields, problems = judged(asked)
    assert len(problems) == len(asked)


def test_faults_stand_at_their_fields() -> None:
    asked = (
        Question("a", "text", "甲"), Question("a", "text", "乙"), Question("b", "choice", "丙"),
        Question("c", "number", "丁", minimum="9", maximum="3"), Question("d", "text", "戊", visible="=e > 1"),
        Question("e", "number", "己"),
    )  # fmt: skip
    fields, problems = judged(asked, known={"e"})
    assert [[problem.code for problem in found] for found in problems] == [
        [], ["field_twice"], ["field_options"], ["field_limits_crossed"], ["field_looks_ahead"], ["field_twice"]
    ]  # fmt: skip
    assert [field.label for field in fields] == ["甲", "乙", "丙", "丁", "戊", "己"]


def test_another_kind_takes_with_it_what_does_not_go_with_it() -> None:
    text = Question("a", "text", "甲", minimum="2", maximum="9", pattern="[a-z]+")
    assert fit(replace(text, kind="money"), "text", ("是", "否"), "项") == Question("a", "money", "甲")
    assert fit(replace(text, kind="choice"), "text", ("是", "否"), "项").options == (
        Option("是", "是"),
        Option("否", "否"),
    )
    table = fit(replace(text, kind="table"), "text", ("是", "否"), "项")
    assert [column.label for column in table.columns] == ["项"]
    assert fit(text, "text", ("是", "否"), "项") == text


def test_acts_move_copy_add_and_remove_fields_and_columns() -> None:
    fields = tuple(Question(key, "text", key) for key in "abc")
    new = Question("field_1", "text", "新")

    def keys(op: str, of: tuple[Question, ...] = fields) -> list[str]:
        return [one.key for one in act(of, op, new)]

    assert keys("field.up.1") == ["b", "a", "c"]
    assert keys("field.down.2") == keys("field.up.0") == keys("save") == keys("field.up.x") == ["a", "b", "c"]
    assert keys("field.copy.0") == ["a", "a_1", "b", "c"]
    assert keys("field.remove.1") == ["a", "c"]
    assert keys("field.add.3", act(fields, "field.add.3", new)) == ["a", "b", "c", "field_2", "field_1"]
    many = tuple(Question(f"k{n}", "text", "x") for n in range(MAX_FIELDS))
    assert len(act(many, "field.add.0", new)) == len(act(many, "field.copy.0", new)) == MAX_FIELDS
    table = (Question("t", "table", "表", columns=fields),)
    assert [one.key for one in act(table, "column.remove.0.1", new)[0].columns] == ["a", "c"]
    assert act(table, "column.remove.3.1", new) == table


def test_the_reader_and_the_writer_agree_on_every_part_of_a_form() -> None:
    drawn = document(SPENDING).processes[0].nodes["check"].fields
    fields, problems = judged(read_form(FILE, "check").questions)
    assert not any(problems)
    assert fields == drawn
