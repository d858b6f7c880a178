"""What the page for designing a step's fields shows: the steps of a flow, the fields with what is wrong with each, and, where somebody
else has changed them meanwhile, what the two say otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from workflows import handlers, names
from workflows.actions.definitions import main_process
from workflows.bpmn.form.model import COLUMN_KINDS, MONEY_UNITS, WITH_OPTIONS, WITHOUT_LIMITS, FormField, Kind, Option
from workflows.bpmn.form.questions import Question
from workflows.bpmn.form.writing import judged
from workflows.bpmn.model import Document, Node, Problem
from workflows.designing import expressions
from workflows.designing.checking import variables_of
from workflows.handlers import Variable
from workflows.models import RecordKind
from workflows.step_fields import PREFIX

KINDS: Final[Mapping[str, Promise]] = {
    "text": gettext_lazy("文字"),
    "longText": gettext_lazy("长文字"),
    "number": gettext_lazy("数字"),
    "money": gettext_lazy("金额"),
    "date": gettext_lazy("日期"),
    "dateTime": gettext_lazy("日期和时间"),
    "boolean": gettext_lazy("是或否"),
    "choice": gettext_lazy("单选"),
    "multipleChoice": gettext_lazy("多选"),
    "person": gettext_lazy("人员"),
    "body": gettext_lazy("班子"),
    "record": gettext_lazy("业务记录"),
    "place": gettext_lazy("地点"),
    "file": gettext_lazy("文件"),
    "table": gettext_lazy("明细表"),
}
_LIMITS: Final[Mapping[str, tuple[Promise, Promise]]] = {
    "text": (gettext_lazy("最少字数"), gettext_lazy("最多字数")),
    "longText": (gettext_lazy("最少字数"), gettext_lazy("最多字数")),
    "number": (gettext_lazy("不小于"), gettext_lazy("不大于")),
    "money": (gettext_lazy("不小于"), gettext_lazy("不大于")),
    "date": (gettext_lazy("不早于"), gettext_lazy("不晚于")),
    "multipleChoice": (gettext_lazy("最少选几项"), gettext_lazy("最多选几项")),
    "file": (gettext_lazy("最少几份"), gettext_lazy("最多几份")),
    "table": (gettext_lazy("最少几行"), gettext_lazy("最多几行")),
}
#: Which control a problem of the reader is told at.
_AT: Final[Mapping[str, str]] = {
    "field_key": "key", "field_twice": "key", "field_kind": "kind", "field_column_kind": "kind", "field_label": "label",
    "field_options": "options", "field_limit": "minimum", "field_limits_crossed": "minimum", "field_pattern": "pattern",
    "field_unit": "unit", "field_of": "of", "field_looks_ahead": "visible",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """A user task a form can be designed for: its id and name, how many fields it asks for, whether a page of its own opens instead."""

    id: str
    name: str
    fields: int
    page: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as it is edited: ``no``, ``yes`` or ``when``, and the FEEL of the last, without its sign."""

    mode: str
    feel: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A field of the page: `prefix` begins the names of its controls, `faults` are sentences by control ("" for the whole field),
    `hints` what is to be noted."""

    prefix: str
    at: int
    of: int
    last: bool
    question: Question
    faults: Mapping[str, str]
    hints: Mapping[str, str]
    columns: tuple[Entry, ...] = ()

    @property
    def number(self) -> int:
        """Which it is, as people count."""
        return self.at + 1

    @property
    def is_column(self) -> bool:
        return self.of >= 0

    @property
    def title(self) -> str:
        """What it is called in headings and buttons."""
        return self.question.label or self.question.key or str(self.number)

    @property
    def kind_word(self) -> str:
        """Its kind in words; one that there is not, as it is written."""
        return str(KINDS.get(self.question.kind, self.question.kind))

    @property
    def kinds(self) -> list[tuple[str, str, bool]]:
        """The kinds to choose from."""
        known = [key for key in KINDS if not self.is_column or Kind(key) in COLUMN_KINDS]
        chosen = self.question.kind
        return [
            (key, str(KINDS.get(key, key)), key == chosen) for key in [*known, *([] if chosen in known else [chosen])]
        ]

    @property
    def required(self) -> Condition:
        return condition_of(self.question.required, "false")

    @property
    def visible(self) -> Condition:
        return condition_of(self.question.visible, "true")

    @property
    def limits(self) -> list[tuple[str, str, str, str]]:
        """Its two limits: name of the control, label, what is written, what is wrong."""
        if self.question.kind in WITHOUT_LIMITS or self.question.kind not in _LIMITS:
            return []
        low, high = _LIMITS[self.question.kind]
        return [
            ("minimum", str(low), self.question.minimum, self.faults.get("minimum", "")),
            ("maximum", str(high), self.question.maximum, self.faults.get("maximum", "")),
        ]

    @property
    def has_options(self) -> bool:
        return self.question.kind in WITH_OPTIONS

    @property
    def has_pattern(self) -> bool:
        return self.question.kind in {Kind.TEXT, Kind.LONG_TEXT}

    @property
    def has_columns(self) -> bool:
        return self.question.kind == Kind.TABLE

    @property
    def is_date(self) -> bool:
        return self.question.kind == Kind.DATE

    @property
    def options(self) -> str:
        """The options as they are edited, one a line."""
        return "\n".join(map(_line, self.question.options))

    @property
    def units(self) -> list[tuple[str, str, bool]]:
        """The units money is counted in; nothing where the unit is free."""
        if self.question.kind != Kind.MONEY:
            return []
        chosen = self.question.unit or "元"
        known = [*MONEY_UNITS, *([] if chosen in MONEY_UNITS else [chosen])]
        return [(unit, names.label(unit), unit == chosen) for unit in known]

    @property
    def has_unit(self) -> bool:
        return self.question.kind in {Kind.NUMBER, Kind.MONEY}

    @property
    def refers(self) -> bool:
        """Whether it refers to records of a kind."""
        return self.question.kind == Kind.RECORD

    @property
    def kinds_of_record(self) -> list[tuple[str, str, bool]]:
        """The kinds of record to refer to; one that there is not, as it is written."""
        rows = {row.key: row.label for row in RecordKind.objects.filter(retired=False)}
        chosen = self.question.of
        known = rows if not chosen or chosen in rows else {**rows, chosen: chosen}
        return [(key, words, key == chosen) for key, words in known.items()]

    @property
    def opened(self) -> bool:
        """Whether its rarer settings are shown: where one of them is set, or wrong."""
        one = self.question
        rare = (one.help, one.minimum, one.maximum, one.pattern, one.visible)
        told = {"help", "minimum", "maximum", "pattern", "visible", ""}
        return any(rare) or bool(told & set(self.faults))


@dataclass(frozen=True, slots=True)
class Bench:
    """The fields of a step as they stand: each with what is wrong, all as the reader of diagrams takes them, and what conditions may
    go by."""

    entries: tuple[Entry, ...]
    fields: tuple[FormField, ...]
    variables: tuple[Variable, ...]

    @property
    def found(self) -> list[tuple[Entry, str, str]]:
        """Everything wrong: the field, the control, the sentence."""
        every = [one for entry in self.entries for one in (entry, *entry.columns)]
        return [(one, name, words) for one in every for name, words in one.faults.items()]


def steps_of(document: Document) -> list[Step]:
    """The user tasks of a file, in its order."""
    pages = handlers.forms()
    return [
        Step(node.id, names.label(node.name) or node.id, len(node.fields), pages.get(node.form or "", node.form or ""))
        for process in document.processes
        for node in process.nodes.values()
        if node.kind == "userTask"
    ]


def node_of(document: Document, step: str) -> Node | None:
    """The user task of this id."""
    nodes = (process.nodes.get(step) for process in document.processes)
    return next((node for node in nodes if node is not None and node.kind == "userTask"), None)


def bench_of(document: Document, node: Node, questions: Sequence[Question]) -> Bench:
    """The page's fields, each tried as publishing would."""
    short = {name.removeprefix(PREFIX).strip() for name in node.properties if name.startswith(PREFIX)}
    fields, problems = judged(questions, known=short)
    own = {one.key: Variable(one.key, "", one.label) for one in fields}
    given = {one.name: one for one in variables_of(document, main_process(document.processes))}
    known = tuple({**given, **{key: one for key, one in own.items() if key not in given}}.values())
    entries = []
    for at, one in enumerate(questions):
        faults, hints = _told(problems[at], one, known)
        columns = []
        for place, column in enumerate(one.columns):
            row = tuple(Variable(other.key, "", other.label) for other in one.columns)
            wrong, noted = _column_told(problems[at], column, row)
            last = place == len(one.columns) - 1
            columns.append(Entry(f"f-{at}-c-{place}", place, at, last, column, wrong, noted))
        entries.append(Entry(f"f-{at}", at, -1, at == len(questions) - 1, one, faults, hints, tuple(columns)))
    return Bench(tuple(entries), fields, known)


def _told(
    problems: Sequence[Problem], one: Question, variables: Sequence[Variable]
) -> tuple[dict[str, str], dict[str, str]]:
    columns = {column.label or column.key for column in one.columns}
    faults: dict[str, str] = {}
    for problem in problems:
        if problem.params.get("field") not in columns or problem.params.get("field") in {one.label, one.key}:
            faults.setdefault(_AT.get(problem.code, ""), _words(problem))
    hints: dict[str, str] = {}
    for name in ("required", "visible"):
        _try(name, getattr(one, name), variables, faults, hints)
    return faults, hints


def _column_told(
    problems: Sequence[Problem], column: Question, row: Sequence[Variable]
) -> tuple[dict[str, str], dict[str, str]]:
    called = column.label or column.key or "—"
    faults: dict[str, str] = {}
    for problem in problems:
        if problem.params.get("field") == called:
            faults.setdefault(_AT.get(problem.code, ""), _words(problem))
    hints: dict[str, str] = {}
    _try("required", column.required, row, faults, hints)
    return faults, hints


def _try(name: str, written: str, variables: Sequence[Variable], faults: dict[str, str], hints: dict[str, str]) -> None:
    found = condition_of(written, "false" if name == "required" else "true")
    if found.mode != "when" or name in faults:
        return
    if not found.feel:
        faults[name] = _("请写出条件，例如 amount > 100；没有条件的，请改选另一项。")
        return
    tried = expressions.attempt(found.feel, variables, "condition")
    if not tried.ok:
        where = _("第 %(n)s 个字：%(why)s") % {"n": tried.position + 1, "why": tried.message}
        faults[name] = where if tried.position >= 0 else tried.message
    elif tried.message:
        hints[name] = tried.message


def _words(problem: Problem) -> str:
    """What is wrong, without its place in the file, which nobody who edits in the browser sees."""
    english = (get_language() or "").startswith("en")
    return Problem(problem.code, problem.severity, None, 0, {**problem.params, "name": ""}).text(
        "en" if english else "zh-hans"
    )


# ------------------------------------------------------------------ texts of controls


def condition_of(written: str, otherwise: str) -> Condition:
    """A condition of the file as it is edited; `otherwise` is what stands for none: ``false`` of what is required, ``true`` of what
    shows."""
    bare = written.strip()
    if not bare or bare == otherwise:
        return Condition("no" if otherwise == "false" else "yes")
    if bare == "true" and otherwise == "false":
        return Condition("yes")
    return Condition("when", bare[1:].strip() if bare.startswith("=") and not bare.startswith("==") else bare)


def condition_in(mode: str, feel: str, before: str) -> str:
    """The other way; one that says what `before` says stays as it was written. A ``when`` without words keeps its sign, so that it is
    told as missing."""
    if mode != "when":
        return "true" if mode == "yes" else ""
    if before and condition_of(before, "").feel == feel.strip():
        return before
    return feel.strip() if feel.strip().startswith(("=", "${", "#{")) else f"={feel.strip()}"


def options_in(text: str) -> tuple[Option, ...]:
    """Options as they are edited: one a line, ``value|label`` where the two differ."""
    found = []
    for line in text.splitlines():
        value, bar, label = line.replace("｜", "|").partition("|")
        if line.strip():
            found.append(Option(value.strip(), label.strip() if bar else value.strip()))
    return tuple(found)


def _line(option: Option) -> str:
    value, label = option.value or option.label, option.label or option.value
    return value if value == label and "|" not in value else f"{value}|{label}"


# ------------------------------------------------------------------ two designers


@dataclass(frozen=True, slots=True)
class Clash:
    """What two say otherwise of a step's fields: only theirs, only one's own, and those of both that differ, by label."""

    theirs: tuple[str, ...]
    mine: tuple[str, ...]
    both: tuple[str, ...]


def clash_of(theirs: Sequence[Question], mine: Sequence[Question]) -> Clash:
    """Compare two states of the fields by their keys."""
    one, other = ({question.key: question for question in side} for side in (theirs, mine))
    return Clash(
        tuple(question.label or key for key, question in one.items() if key not in other),
        tuple(question.label or key for key, question in other.items() if key not in one),
        tuple(question.label or key for key, question in other.items() if key in one and one[key] != question),
    )
