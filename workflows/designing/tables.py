"""A decision table as its editor shows it: the cells with what is wrong with them, the samples with what came out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from workflows import dmn, feel, names
from workflows.decision_overview import POLICIES
from workflows.dmn import editing
from workflows.dmn.editing import Grid
from workflows.dmn.model import AGGREGATIONS, HIT_POLICIES
from workflows.feel.nodes import Name

TYPES: Final[Mapping[str, Promise]] = {
    "string": gettext_lazy("文字"),
    "number": gettext_lazy("数字"),
    "boolean": gettext_lazy("是非"),
    "date": gettext_lazy("日期"),
    "dateTime": gettext_lazy("日期和时间"),
    "time": gettext_lazy("时间"),
}
EXAMPLES: Final[Mapping[str, str]] = {
    "number": "< 50",
    "boolean": "true",
    "string": '"a", "b"',
    "date": '>= date("2026-01-01")',
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A text of the form: the name of its field, what it is for people who do not see where it stands, the text, what is wrong."""

    name: str
    label: str
    value: str
    fault: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its number, what it is called, its cells, its types to choose from, whether its details have a fault."""

    at: int
    label: str
    first: bool
    last: bool
    origin: str
    cells: Mapping[str, Cell]
    types: tuple[tuple[str, str, bool], ...] = ()
    opened: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A rule: its number from 0 and as people count, its cells, what is to be noted about it."""

    at: int
    number: int
    last: bool
    origin: str
    inputs: tuple[Cell, ...]
    outputs: tuple[Cell, ...]
    notes: tuple[Cell, ...]
    told: tuple[str, ...]
    fault: bool


@dataclass(frozen=True, slots=True)
class Try:
    """A sample: its cells, and what came out of it: None where it was not tried."""

    at: int
    name: Cell
    given: tuple[Cell, ...]
    expected: tuple[Cell, ...]
    passed: bool | None = None
    told: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Something to be mended or noted: the sentence, the field it is at ("" for none), whether it must be mended."""

    words: str
    name: str = ""
    where: str = ""
    bad: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole editor."""

    policies: tuple[tuple[str, str, bool], ...]
    inputs: tuple[Head, ...]
    outputs: tuple[Head, ...]
    notes: tuple[Head, ...]
    rules: tuple[Line, ...]
    variables: tuple[tuple[str, str], ...]
    samples: tuple[Try, ...]
    found: tuple[Found, ...] = ()
    described: bool = False
    may_sample: bool = True
    failed: int = 0
    widths: Mapping[str, int] = field(default_factory=dict)


def language() -> str:
    """The reader's language as the checker has it."""
    return "en" if (get_language() or "").startswith("en") else "zh-hans"


def sheet_of(text: str, owner: str, grid: Grid, *, tried: bool = True) -> Sheet:
    """The editor of a grid; `text` is the file with that grid in it. Samples are tried where the table has no errors."""
    faults = editing.faults_of(text, owner)
    whys = {place: error.text(language()) for place, error in faults.cells.items()}
    document = faults.document
    is_decision = document is not None and owner in document.decisions
    outcomes: dict[int, dmn.Tried] = {}
    if tried and document is not None and not faults.errors and is_decision:
        outcomes = {one.number - 1: one for one in dmn.try_samples(document, owner)}
    inputs = tuple(_input(grid, at, whys) for at in range(len(grid.inputs)))
    outputs = tuple(_output(grid, at, whys) for at in range(len(grid.outputs)))
    notes = tuple(_note(grid, at) for at in range(len(grid.notes)))
    rules = tuple(_line(grid, at, inputs, outputs, notes, whys, faults) for at in range(len(grid.rules)))
    wanted = _variables(faults, owner, grid)
    samples = tuple(_sample(grid, at, wanted, outputs, outcomes.get(at)) for at in range(len(grid.samples)))
    return Sheet(
        policies=_policies(grid),
        inputs=inputs,
        outputs=outputs,
        notes=notes,
        rules=rules,
        variables=wanted,
        samples=samples,
        found=tuple(_found(inputs, outputs, rules, faults, samples)),
        described=grid.described,
        may_sample=is_decision,
        failed=sum(one.passed is False for one in samples),
        widths={"in": len(inputs), "out": len(outputs), "note": len(notes)},
    )


def policy_value(grid: Grid) -> str:
    """The hit policy and aggregation as the form sends them."""
    return f"{grid.hit_policy}/{grid.aggregation}"


def _policies(grid: Grid) -> tuple[tuple[str, str, bool], ...]:
    chosen = policy_value(grid)
    found = [
        (f"{policy}/", f"{letter} · {POLICIES[letter]}", chosen == f"{policy}/")
        for policy, letter in HIT_POLICIES.items()
    ]
    found += [
        (f"COLLECT/{name}", f"C{sign} · {POLICIES[f'C{sign}']}", chosen == f"COLLECT/{name}")
        for name, sign in AGGREGATIONS.items()
    ]
    if not any(selected for _value, _words, selected in found):
        found.append((chosen, chosen.rstrip("/"), True))
    return tuple(found)


def _types(chosen: str) -> tuple[tuple[str, str, bool], ...]:
    found = [("", _("不限"), not chosen), *((key, str(words), key == chosen) for key, words in TYPES.items())]
    if not any(selected for _key, _words, selected in found):
        found.append((chosen, chosen, True))
    return tuple(found)


def _origin(origin: int | None) -> str:
    return "" if origin is None else str(origin)


def _input(grid: Grid, at: int, whys: Mapping[str, str]) -> Head:
    column = grid.inputs[at]
    called = names.label(column.label) or column.expression or _("输入 %(n)s") % {"n": at + 1}
    made = {
        "label": Cell(f"in-{at}-label", _("%(column)s：名称") % {"column": called}, column.label),
        "expression": _cell(
            f"in-{at}-expression", _("%(column)s：看什么") % {"column": called}, column.expression, whys
        ),
        "allowed": _cell(f"in-{at}-allowed", _("%(column)s：允许的值") % {"column": called}, column.allowed, whys),
    }
    last = at == len(grid.inputs) - 1
    return Head(
        at, called, at == 0, last, _origin(column.origin), made, _types(column.type), bool(made["allowed"].fault)
    )


def _output(grid: Grid, at: int, whys: Mapping[str, str]) -> Head:
    column = grid.outputs[at]
    called = names.label(column.label) or column.name or _("结果 %(n)s") % {"n": at + 1}
    made = {
        "label": Cell(f"out-{at}-label", _("%(column)s：名称") % {"column": called}, column.label),
        "name": Cell(f"out-{at}-name", _("%(column)s：变量") % {"column": called}, column.name),
        "allowed": _cell(f"out-{at}-allowed", _("%(column)s：允许的值") % {"column": called}, column.allowed, whys),
        "default": _cell(
            f"out-{at}-default", _("%(column)s：没有规则成立时") % {"column": called}, column.default, whys
        ),
    }
    last = at == len(grid.outputs) - 1
    opened = bool(made["allowed"].fault or made["default"].fault)
    return Head(at, called, at == 0, last, _origin(column.origin), made, _types(column.type), opened)


def _note(grid: Grid, at: int) -> Head:
    column = grid.notes[at]
    called = names.label(column.name) or _("说明")
    made = {"name": Cell(f"note-{at}-name", _("%(column)s：名称") % {"column": called}, column.name)}
    return Head(at, called, at == 0, at == len(grid.notes) - 1, _origin(column.origin), made)


def _cell(name: str, label: str, value: str, whys: Mapping[str, str], example: str = "") -> Cell:
    return Cell(name, label, value, whys.get(name, ""), example)


def _line(
    grid: Grid,
    at: int,
    inputs: tuple[Head, ...],
    outputs: tuple[Head, ...],
    notes: tuple[Head, ...],
    whys: Mapping[str, str],
    faults: editing.Faults,
) -> Line:
    rule = grid.rules[at]

    def cells(part: str, heads: tuple[Head, ...], texts: tuple[str, ...]) -> tuple[Cell, ...]:
        place = _("规则 %(n)s，%(column)s")
        return tuple(
            _cell(f"rule-{at}-{part}-{one}", place % {"n": at + 1, "column": heads[one].label}, text, whys)
            for one, text in enumerate(texts)
        )

    return Line(
        at,
        at + 1,
        at == len(grid.rules) - 1,
        _origin(rule.origin),
        cells("in", inputs, rule.inputs),
        cells("out", outputs, rule.outputs),
        cells("note", notes, rule.notes),
        tuple(_told(problem) for problem in faults.rules.get(at, ())),
        any(name.startswith(f"rule-{at}-") for name in whys),
    )


def _told(problem: dmn.Problem) -> str:
    """What is to be noted, without its place in the file, which nobody who edits in the browser sees."""
    return dmn.Problem(problem.code, problem.severity, None, 0, problem.params).text(language())


def _variables(faults: editing.Faults, owner: str, grid: Grid) -> tuple[tuple[str, str], ...]:
    """What samples are given: what the decision is made from, as far as that is known, and what samples give already."""
    labels = {column.expression: names.label(column.label) for column in grid.inputs if column.label}
    found: dict[str, None] = {}
    document = faults.document
    if document is not None and not faults.errors and owner in document.decisions:
        found |= dict.fromkeys(dmn.Decisions.of(document).wanted.get(owner, ()))
    else:
        found |= dict.fromkeys(column.expression for column in grid.inputs if is_name(column.expression))
    found |= dict.fromkeys(name for sample in grid.samples for name, value in sample.given if name and value)
    return tuple((name, labels.get(name, "")) for name in found)


def is_name(text: str) -> bool:
    """Whether an expression is nothing but the name of a variable."""
    try:
        return isinstance(feel.parse(text).node, Name)
    except feel.FeelSyntaxError:
        return False


def _sample(
    grid: Grid, at: int, variables: tuple[tuple[str, str], ...], outputs: tuple[Head, ...], tried: dmn.Tried | None
) -> Try:
    sample = grid.samples[at]
    place = _("样例 %(n)s，%(column)s")
    told = ""
    if tried is not None and tried.error is not None:
        told = tried.error.text(language())
    elif tried is not None and tried.missed:
        told = _("；").join(
            _("“%(output)s”应为 %(expected)s，算出来是 %(found)s")
            % {"output": missed.output or outputs[0].label, "expected": missed.expected, "found": missed.found}
            for missed in tried.missed
        )
    elif tried is not None:
        rules = ", ".join(map(str, tried.rules))
        told = _("规则 %(rules)s 成立") % {"rules": rules} if rules else _("没有规则成立")
    return Try(
        at,
        Cell(f"sample-{at}-name", place % {"n": at + 1, "column": _("名称")}, sample.name),
        tuple(
            Cell(f"sample-{at}-given-{one}", place % {"n": at + 1, "column": label or name}, sample.of(name))
            for one, (name, label) in enumerate(variables)
        ),
        tuple(
            Cell(f"sample-{at}-out-{one}", place % {"n": at + 1, "column": head.label}, sample.expected[one])
            for one, head in enumerate(outputs)
        ),
        None if tried is None else tried.passed,
        told,
    )


def _found(
    inputs: tuple[Head, ...],
    outputs: tuple[Head, ...],
    rules: tuple[Line, ...],
    faults: editing.Faults,
    samples: tuple[Try, ...],
) -> Iterator[Found]:
    for head in (*inputs, *outputs):
        yield from (Found(one.fault, one.name, one.label) for one in head.cells.values() if one.fault)
    for line in rules:
        yield from (Found(one.fault, one.name, one.label) for one in (*line.inputs, *line.outputs) if one.fault)
    for problem in faults.others:
        yield Found(_told(problem), bad=problem.severity == "error")
    told: set[str] = set()
    for line in rules:
        for words in line.told:
            if words not in told:
                yield Found(words, bad=False)
                told.add(words)
    for one in samples:
        if one.passed is False:
            yield Found(one.told, one.name.name, _("样例“%(name)s”") % {"name": one.name.value or one.at + 1})
