"""A decision table changed in its file: what nobody touched stays to the byte, what was changed is what is read again."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.dmn.files import ROUTE, decision, dmn, literal, table
from workflows import dmn as decisions
from workflows.dmn import editing
from workflows.dmn.editing import Grid, NoTable, SampleRow, act, read_grid, write_grid

LIBRARY = Path("workflows/library")
FUND = (LIBRARY / "fund_route.dmn").read_text("utf-8")
ROUTES = (LIBRARY / "matter_routes.dmn").read_text("utf-8")
AWKWARD = """<?xml version="1.0"?>
<!-- <decision id="odd"> in a comment is none -->
<d:definitions xmlns:d="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:x="http://x" id='f' name="怪">
  <d:decision x:odd="a>b" name='奇怪' id="odd"><d:description>说明</d:description>
    <d:variable name="odd"/><d:decisionTable hitPolicy='RULE_ORDER' x:keep = "1&gt;2" >
      <!-- before -->
      <d:input id="i" label='A &amp; "B"'>
        <d:inputExpression typeRef="number"><d:text><![CDATA[amount]]></d:text></d:inputExpression></d:input>
      <d:output name="r"/>
      <d:rule id='r1'><d:description>旧说明</d:description>
        <d:inputEntry><d:text>&lt;  5</d:text></d:inputEntry>\t<d:outputEntry id="k"><d:text/></d:outputEntry></d:rule>
      <d:rule/>
      <?keep this?>
    </d:decisionTable ></d:decision >
</d:definitions>"""
FILES = {
    "fund": (FUND, "fund_route"),
    "routes": (ROUTES, "route_of_funds"),
    "awkward": (AWKWARD, "odd"),
    "windows": (FUND.replace("\n", "\r\n"), "fund_route"),
    "camunda": (ROUTE.decode().replace("20191111/MODEL/", "20151101/dmn.xsd"), "route"),
}

texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8).map(editing.clean)
names = texts.map(lambda text: " ".join(text.split()))


@st.composite
def edits(draw: st.DrawFn, grid: Grid) -> Grid:
    """A grid after a few acts of the page and a few texts typed into it."""
    for _ in range(draw(st.integers(0, 5))):
        kind = draw(st.sampled_from(("inputs", "outputs", "notes", "rules", "samples")))
        verb = draw(st.sampled_from(("add", "remove", "copy", "up", "down")))
        grid = act(grid, f"{kind}.{verb}.{draw(st.integers(0, 4))}")
    if grid.inputs and draw(st.booleans()):
        at = draw(st.integers(0, len(grid.inputs) - 1))
        column = replace(
            grid.inputs[at], label=draw(names), expression=draw(texts), allowed=draw(texts), type=draw(names)
        )
        grid = replace(grid, inputs=(*grid.inputs[:at], column, *grid.inputs[at + 1 :]))
    if draw(st.booleans()):
        answer = replace(grid.outputs[0], label=draw(names), name=draw(names), allowed=draw(texts), default=draw(texts))
        grid = replace(grid, outputs=(answer, *grid.outputs[1:]))
    if grid.rules and draw(st.booleans()):
        at = draw(st.integers(0, len(grid.rules) - 1))
        rule = grid.rules[at]
        typed = {part: tuple(draw(texts) for _ in getattr(rule, part)) for part in ("inputs", "outputs", "notes")}
        grid = replace(grid, rules=(*grid.rules[:at], replace(rule, **typed), *grid.rules[at + 1 :]))
    if draw(st.booleans()):
        keys = [answer.key for answer in grid.outputs]
        expected = draw(texts) if len(set(keys)) == len(keys) else ""
        sample = SampleRow(draw(names), (("amount", draw(texts)),), (expected, *("",) * (len(keys) - 1)))
        grid = replace(grid, samples=(*grid.samples, sample))
    if draw(st.booleans()):
        grid = replace(grid, hit_policy="COLLECT", aggregation=draw(st.sampled_from(("", "SUM"))))
    return grid


def read_back(grid: Grid) -> Grid:
    """The grid as it must be read again: everything in its place. Columns of remarks nobody wrote anything into have no place in a file."""
    said = [at for at in range(len(grid.notes)) if any(rule.notes[at] for rule in grid.rules)]
    notes = len(grid.notes) if not grid.described else (1 if said else 0)
    return replace(
        grid,
        inputs=tuple(replace(one, origin=at) for at, one in enumerate(grid.inputs)),
        outputs=tuple(replace(one, origin=at) for at, one in enumerate(grid.outputs)),
        notes=tuple(replace(one, origin=at) for at, one in enumerate(grid.notes[:notes])),
        rules=tuple(replace(one, notes=one.notes[:notes], origin=at) for at, one in enumerate(grid.rules)),
    )


@pytest.mark.parametrize("name", FILES)
def test_a_grid_nobody_touched_is_the_same_file(name: str) -> None:
    text, owner = FILES[name]
    assert write_grid(text, owner, read_grid(text, owner)) == text


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_is_written_is_read_again_and_all_else_stays(name: str, data: st.DataObject) -> None:
    text, owner = FILES[name]
    before = read_grid(text, owner)
    grid = data.draw(edits(before))
    written = write_grid(text, owner, grid)
    after, wanted = read_grid(written, owner), read_back(grid)
    unheaded = len(wanted.notes) - len(after.notes)
    assert unheaded >= 0
    if unheaded:
        # Remarks without heading and without a word leave no trace at the end of the table.
        kept = len(after.notes)
        assert not any(note.name for note in wanted.notes[kept:])
        assert not any(text for rule in wanted.rules for text in rule.notes[kept:])
        cut = tuple(replace(rule, notes=rule.notes[:kept]) for rule in wanted.rules)
        wanted = replace(wanted, notes=wanted.notes[:kept], rules=cut)
    assert replace(after, samples=(), described=False) == replace(wanted, samples=(), described=False)
    keys = [answer.key for answer in grid.outputs]
    if len(set(keys)) == len(keys):
        given_only = [(s.name, s.given, s.expected) for s in grid.samples]
        assert [(s.name, s.given, s.expected) for s in after.samples] == given_only
    assert write_grid(written, owner, after) == written

    def around(content: str) -> list[str]:
        bare = re.sub(
            r"\s*<(\w+:)?extensionElements>\s*<sangong:samples.*?</(\w+:)?extensionElements>", "", content, flags=re.S
        )
        at = bare.index(owner if owner != "odd" else 'id="odd"')
        start = re.compile(r"<(\w+:)?decisionTable").search(bare, at)
        end = re.compile(r"</(\w+:)?decisionTable\s*>").search(bare, at)
        assert start is not None and end is not None
        return [bare[: start.start()], bare[end.end() :]]

    assert around(written) == around(text)


def test_one_changed_cell_changes_nothing_but_its_words() -> None:
    grid = read_grid(FUND, "fund_route")
    rule = replace(grid.rules[1], inputs=("[5..60)", grid.rules[1].inputs[1]))
    written = write_grid(FUND, "fund_route", replace(grid, rules=(grid.rules[0], rule, *grid.rules[2:])))
    assert written == FUND.replace("[5..50)", "[5..60)", 1)


def test_a_moved_column_takes_its_cells_and_remarks_along() -> None:
    grid = act(read_grid(FUND, "fund_route"), "inputs.up.1")
    written = write_grid(FUND, "fund_route", grid)
    document, problems = decisions.inspect(written)
    assert document is not None and not problems
    ask = decisions.Decisions.of(document).decide
    assert ask("fund_route", {"amount": 20, "both_sides": True}).value == {"by": "joint", "legality": False}
    assert [rule.inputs[0] for rule in grid.rules] == ["-", "false", "true", "-"]


def test_new_rules_and_columns_have_ids_nothing_else_has() -> None:
    grid = act(act(act(read_grid(FUND, "fund_route"), "rules.add.0"), "rules.copy.1"), "inputs.add.2")
    written = write_grid(FUND, "fund_route", grid)
    assert not [one for one in decisions.inspect(written)[1] if one.code == "duplicate_id"]
    assert len(re.findall(r'id="fund_route_\d+"', written)) == 3


def test_samples_stand_in_the_file_and_leave_it_again() -> None:
    grid = read_grid(FUND, "fund_route")
    sample = SampleRow("小额", (("amount", "3"), ("both_sides", "false")), ('"office"', ""))
    written = write_grid(FUND, "fund_route", replace(grid, samples=(sample,)))
    assert read_grid(written, "fund_route").samples == (sample,)
    found = decisions.read(written).decisions["fund_route"].samples
    assert found[0].expected == (("by", '"office"'),)
    gone = write_grid(written, "fund_route", replace(read_grid(written, "fund_route"), samples=()))
    assert read_grid(gone, "fund_route") == grid


def test_a_table_is_taken_from_another_file_and_all_else_stays() -> None:
    mine = write_grid(ROUTES, "route_of_funds", act(read_grid(ROUTES, "route_of_funds"), "rules.remove.0"))
    theirs = write_grid(ROUTES, "route_of_project", act(read_grid(ROUTES, "route_of_project"), "rules.remove.1"))
    both = editing.swap_table(theirs, "route_of_funds", mine)
    assert len(read_grid(both, "route_of_funds").rules) == len(read_grid(both, "route_of_project").rules) == 3


@pytest.mark.parametrize("owner", ["", "nobody", "spoken"])
def test_what_is_no_table_is_not_edited(owner: str) -> None:
    text = dmn(decision("spoken", literal("1 + 1")) + decision("d1", table([["-", "1"]]))).decode()
    with pytest.raises(NoTable):
        read_grid(text, owner)


def test_a_new_file_is_a_table_that_can_be_published() -> None:
    text = editing.blank("grade", '分级 "甲" & <乙>')
    document, problems = decisions.inspect(text)
    assert document is not None and not problems
    assert document.decisions["grade"].name == '分级 "甲" & <乙>'
    assert read_grid(text, "grade").inputs[0].expression == "amount"


def test_faults_stand_at_their_cells_and_rules() -> None:
    rules = [["< ", "1"], ["> 2", "joint("], ["> 3", "2"]]
    text = dmn(decision("d1", table(rules, allowed=[">= 0 and"]))).decode()
    faults = editing.faults_of(text, "d1")
    assert set(faults.cells) == {"in-0-allowed", "rule-0-in-0", "rule-1-out-0"}
    assert faults.errors and not faults.others
    mended = dmn(decision("d1", table([["< 1", "1"], ["> 2", "2"], ["> 3", "3"]]))).decode()
    faults = editing.faults_of(mended, "d1")
    assert set(faults.rules) == {1, 2}
    assert [problem.code for problem in faults.others] == ["rules_gap"]
    assert not faults.errors


@pytest.mark.parametrize(
    "told", ["", "rules", "rules.remove.99", "rules.add.-1", "samples.copy.0", "x.add.0", "rules.remove.²"]
)
def test_an_act_that_makes_no_sense_changes_nothing(told: str) -> None:
    grid = read_grid(FUND, "fund_route")
    assert act(grid, told) == grid


def test_the_last_output_stays() -> None:
    grid = act(read_grid(FUND, "fund_route"), "outputs.remove.0")
    assert len(grid.outputs) == 1
    assert act(grid, "outputs.remove.0") == grid
