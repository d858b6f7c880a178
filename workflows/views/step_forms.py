"""The form of a step: the fields its diagram asks for, drawn from what was typed so far. It judges nothing; the action does.

`AskingForm` is what it shares with the form of a record (`workflows.views.records.forms`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permissions.errors import Invalid
from permissions.forms import DateInput
from permissions.models import User
from permissions.uploads import ACCEPTED, MAX_BYTES
from workflows import answering, feel, names
from workflows.bpmn.form.answers import Judged
from workflows.bpmn.form.model import MOST, FormField, Kind
from workflows.models import CaseTask, RecordFile, StepDraft, StepFile

#: The name of the note in the form's own tables: no variable can be called so.
NOTE = "note."
#: Choices up to this many are buttons, more are a list.
BUTTONS = 6
BLANK_ROWS = 3
_YES_NO = (("yes", gettext_lazy("是")), ("no", gettext_lazy("否")))


class Raw(forms.Field):
    """An answer as it was typed."""

    def clean(self, value: Any) -> Any:
        return value


class Rows(forms.Widget):
    """The rows of a table, named ``q_<field>.<number>.<column>``."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[dict[str, str]]:
        return rows_sent(data, name)


def rows_sent(data: Mapping[str, Any], name: str) -> list[dict[str, str]]:
    """The rows that were sent under this name, in order, empty ones left out."""
    found: dict[int, dict[str, str]] = {}
    pattern = re.compile(rf"{re.escape(name)}\.([0-9]{{1,4}})\.(\w+)")
    for key in data:
        if (match := pattern.fullmatch(key)) and (text := str(data.get(key) or "").strip()):
            found.setdefault(int(match[1]), {})[match[2]] = text
    return [found[nth] for nth in sorted(found)][: MOST[Kind.TABLE] + 1]


class AskingForm(forms.Form):
    """Questions on their way to be answered: drawn as they were typed, with the files stored so far. Names of fields are keys."""

    #: Fields that are no question, by the names they have in the page.
    own: Mapping[str, str] = MappingProxyType({})

    def __init__(
        self,
        user: User,
        questions: Sequence[FormField],
        data: QueryDict | None,
        begun: Mapping[str, Any],
        stored: Mapping[str, Sequence[StepFile | RecordFile]],
    ) -> None:
        self.questions, self.stored = tuple(questions), stored
        self.by_key = {one.key: one for one in self.questions}
        super().__init__(data, initial=dict(begun))
        for one in self.questions:
            widget = widget_of(one, user, str(begun.get(one.key) or ""))
            self.fields[one.key] = Raw(label=names.label(one.label), help_text=names.label(one.help), widget=widget)
        self.judged: Judged = self.judge(user)
        for key in self.by_key:
            # Only how it is drawn: what has to be answered is judged by the action, when it is.
            self.fields[key].required = key in self.judged.required
            self.fields[key].widget.is_required = False

    def judge(self, user: User) -> Judged:
        """The verdict on what was typed so far."""
        return answering.judged_fields(user, self.questions, self.answers, files=self.stored)

    def add_prefix(self, field_name: str) -> str:
        """How a field is called in the page."""
        return self.own.get(field_name, f"q_{field_name}")

    def file_at(self, file: StepFile | RecordFile) -> str:
        """Where a file stored so far is fetched."""
        raise NotImplementedError

    @property
    def answers(self) -> dict[str, Any]:
        """Everything as it was typed, by key, shown or not."""
        return {key: self[key].value() for key in self.by_key}

    def shown(self) -> Iterator[Shown]:
        """The questions as the page draws them."""
        for nth, one in enumerate(self.questions):
            files = [(file, self.file_at(file)) for file in self.stored.get(one.key, ())]
            yield Shown(nth, one, self[one.key], self.judged, files)

    def changed_for(self, sent: Mapping[str, Any]) -> list[Shown]:
        """The questions that show, or have to be answered, otherwise than the page has it."""
        return [one for one in self.shown() if one.conditional and sent.get(f"s_{one.question.key}") != one.state]

    @property
    def takes_files(self) -> bool:
        """Whether any question is answered with files."""
        return any(one.kind is Kind.FILE for one in self.questions)

    def refuse(self, refused: Mapping[str, str]) -> int:
        """Put what is wrong with files at their fields; the status to show the form with."""
        self.is_valid()
        for name, words in refused.items():
            self.add_error(name if name in self.fields else None, words)
        return 422


class StepForm(AskingForm):
    """The questions a diagram asks at a step, and a note for the record. Names of fields are those of variables."""

    own = MappingProxyType({NOTE: "note"})

    def __init__(self, user: User, task: CaseTask, data: QueryDict | None = None) -> None:
        self.task = task
        questions = answering.questions_of(task)
        self.draft = None if data is not None else answering.draft_of(user, task)
        begun = _begun(task, questions, self.draft)
        super().__init__(user, questions, data, begun, answering.files_of(user, task))
        self.fields[NOTE] = forms.CharField(
            label=_("办理说明"),
            required=False,
            max_length=1000,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("记入台账，可以不填。"),
        )

    def judge(self, user: User) -> Judged:
        """The verdict on what was typed so far, in what the case knows already."""
        return answering.judged(user, self.task, self.questions, self.answers)

    def file_at(self, file: StepFile | RecordFile) -> str:
        """Where a file stored at this step is fetched."""
        return reverse("step_file", args=[self.task.pk, file.pk])

    @property
    def note(self) -> str:
        """The note as it was typed."""
        return str(self[NOTE].value() or "")

    @property
    def note_field(self) -> BoundField:
        """The note, for the page."""
        return self[NOTE]


@dataclass(frozen=True)
class Shown:
    """One question of the page."""

    nth: int
    question: FormField
    bound: BoundField
    judged: Judged
    files: list[tuple[StepFile | RecordFile, str]]

    @property
    def kind(self) -> str:
        """How it is drawn: ``file``, ``table``, ``place``, or as any field."""
        return str(self.question.kind) if self.question.kind in {Kind.FILE, Kind.TABLE, Kind.PLACE} else "field"

    @property
    def visible(self) -> bool:
        return self.question.key in self.judged.visible

    @property
    def required(self) -> bool:
        return self.question.key in self.judged.required

    @property
    def conditional(self) -> bool:
        """Whether other answers decide if it shows or has to be answered."""
        always = self.question.required in {None, "true"}
        return self.question.visible is not None or not always

    @property
    def state(self) -> str:
        """What the page is told and tells back: shown, required."""
        return f"{int(self.visible)}{int(self.required)}"

    @property
    def suffix(self) -> str:
        return names.label(self.question.unit or ("元" if self.question.kind is Kind.MONEY else ""))

    @property
    def most(self) -> int:
        """How many files or rows there may be."""
        return int(self.question.maximum or (1 if self.question.kind is Kind.FILE else MOST.get(self.question.kind, 1)))

    @property
    def room(self) -> bool:
        """May another file be added?"""
        return len(self.files) < self.most

    @property
    def accept(self) -> str:
        """What the browser's file dialog offers."""
        return ",".join(f".{one}" for one in ACCEPTED)

    @property
    def columns(self) -> list[tuple[FormField, str, str]]:
        """The columns of a table: each with its heading and unit."""
        found = []
        for one in self.question.columns:
            unit = names.label(one.unit or ("元" if one.kind is Kind.MONEY else ""))
            found.append((one, names.label(one.label), unit))
        return found

    @property
    def rows(self) -> list[list[Cell]]:
        """The rows there are, and empty ones to go on in, as far as there may be more."""
        filled: list[Mapping[str, str]] = list(self.bound.value() or [])
        count = max(len(filled), min(self.most, len(filled) + BLANK_ROWS))
        given = [*filled, *({} for _nth in range(count - len(filled)))]
        return [self._row(nth, row) for nth, row in enumerate(given)]

    def _row(self, nth: int, row: Mapping[str, str]) -> list[Cell]:
        return [Cell(self, nth, one, label, unit, row.get(one.key, "")) for one, label, unit in self.columns]


@dataclass(frozen=True)
class Cell:
    """One field of a table's row."""

    shown: Shown
    row: int
    column: FormField
    label: str
    unit: str
    value: str

    @property
    def name(self) -> str:
        return f"{self.shown.bound.html_name}.{self.row}.{self.column.key}"

    @property
    def type(self) -> str:
        """The browser's own field for it."""
        return {Kind.DATE: "date", Kind.DATETIME: "datetime-local"}.get(self.column.kind, "text")

    @property
    def is_number(self) -> bool:
        return self.column.kind in {Kind.NUMBER, Kind.MONEY}

    @property
    def options(self) -> list[tuple[str, str]]:
        """The choices of a choice."""
        return [(option.value, names.label(option.label)) for option in self.column.options]


def stored(request: HttpRequest, add: Callable[[str, str, bytes], object]) -> dict[str, str]:
    """Hand the files that came with a form to `add` (field, name, bytes). What is wrong with some, by field."""
    refused: dict[str, str] = {}
    for sent_as, sent in request.FILES.lists():
        field = sent_as.removeprefix("f_")
        for upload in sent:
            # One byte more than allowed is enough to know that it is too large.
            content = upload.read(MAX_BYTES + 1)
            try:
                add(field, upload.name or "", content)
            except Invalid as error:
                refused.setdefault(field, error.message)
    return refused


def _begun(task: CaseTask, questions: Sequence[FormField], draft: StepDraft | None) -> dict[str, Any]:
    """What the form begins with: what this person kept, else what the case knows already (a step that is done again)."""
    if draft is not None:
        return {**draft.answers, NOTE: draft.note}
    values = feel.from_json({**task.process.variables, **task.locals})
    return {one.key: answering.raw_of(one, values.get(one.key)) for one in questions}


def widget_of(one: FormField, user: User, chosen: str = "") -> forms.Widget:
    """How a question is answered; `chosen` is the record that is named already, which stays to be chosen."""
    match one.kind:
        case Kind.LONG_TEXT:
            return forms.Textarea(attrs={"rows": 4})
        case Kind.NUMBER | Kind.MONEY:
            return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        case Kind.DATE:
            return DateInput()
        case Kind.DATETIME:
            return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        case Kind.PLACE:
            return forms.TextInput(
                attrs={"inputmode": "text", "autocomplete": "off", "placeholder": "31.7123,118.3901"}
            )
        case Kind.RECORD:
            return forms.Select(choices=[("", _("请选择")), *answering.offered(user, one.of, chosen)])
        case Kind.BOOLEAN:
            # Two buttons and no default: a box left unticked would be an answer nobody has given.
            return forms.RadioSelect(choices=_YES_NO)
        case Kind.CHOICE:
            return _choice([(option.value, names.label(option.label)) for option in one.options])
        case Kind.MULTIPLE_CHOICE:
            return forms.CheckboxSelectMultiple(
                choices=[(option.value, names.label(option.label)) for option in one.options]
            )
        case Kind.PERSON:
            told = _("%(name)s（%(detail)s）")
            found = [
                (row.username, told % {"name": row.label, "detail": row.username}) for row in answering.people(user)
            ]
            return forms.Select(choices=[("", _("请选择")), *found])
        case Kind.BODY:
            return _choice([(row.code, row.label) for row in answering.bodies(user)])
        case Kind.TABLE:
            return Rows()
    return forms.TextInput()


def _choice(choices: list[tuple[str, str]]) -> forms.Widget:
    if len(choices) <= BUTTONS:
        return forms.RadioSelect(choices=choices)
    return forms.Select(choices=[("", _("请选择")), *choices])
