"""What the editor of a decision table sends, read back into its grid; and the form a new table is begun with."""

from __future__ import annotations

from typing import Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from workflows.dmn.editing import MAX_CELLS, MAX_TEXT, Grid, InputColumn, NoteColumn, OutputColumn, RuleRow, SampleRow
from workflows.dmn.editing import clean as cleaned
from workflows.models.definitions import KEY_VALIDATOR

MAX_ROWS: Final = MAX_CELLS
MAX_COLUMNS: Final = 60


class TableForm(forms.Form):
    """What a new decision table is called."""

    name = forms.CharField(
        label=gettext_lazy("决策表名称"),
        max_length=200,
        help_text=gettext_lazy("例如“资金事项由谁决定”。"),
        error_messages={"required": gettext_lazy("请填写决策表名称。")},
    )
    key = forms.CharField(
        label=gettext_lazy("决策代号"),
        max_length=80,
        validators=[KEY_VALIDATOR],
        help_text=gettext_lazy(
            "流程用它来找这张表。英文字母开头，只含字母、数字和下划线，例如 fund_route。定下以后不能再改。"
        ),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("请填写决策代号，例如 fund_route。")},
    )


def grid_in(data: QueryDict) -> Grid:
    """The grid as it was sent. What is missing is empty, what is too long is cut; nothing here is trusted."""

    def text(name: str) -> str:
        return cleaned(data.get(name, "")[:MAX_TEXT])

    def line(name: str) -> str:
        return text(name).replace("\n", " ")

    def number(name: str, most: int) -> int:
        written = data.get(name, "")
        return min(int(written), most) if written.isascii() and written.isdigit() and len(written) < 6 else 0

    def origin(name: str) -> int | None:
        written = data.get(f"{name}-origin", "")
        return int(written) if written.isascii() and written.isdigit() and len(written) < 6 else None

    def row(name: str, width: int) -> tuple[str, ...]:
        return tuple(text(f"{name}-{at}") for at in range(width))

    inputs = tuple(
        InputColumn(
            line(f"in-{at}-label"),
            text(f"in-{at}-expression"),
            line(f"in-{at}-type"),
            text(f"in-{at}-allowed"),
            origin(f"in-{at}"),
        )
        for at in range(number("n-in", MAX_COLUMNS))
    )
    outputs = tuple(
        OutputColumn(
            line(f"out-{at}-label"),
            line(f"out-{at}-name"),
            line(f"out-{at}-type"),
            text(f"out-{at}-allowed"),
            text(f"out-{at}-default"),
            origin(f"out-{at}"),
        )
        for at in range(number("n-out", MAX_COLUMNS))
    )
    notes = tuple(
        NoteColumn(line(f"note-{at}-name"), origin(f"note-{at}")) for at in range(number("n-note", MAX_COLUMNS))
    )
    rules = tuple(
        RuleRow(
            row(f"rule-{at}-in", len(inputs)),
            row(f"rule-{at}-out", len(outputs)),
            row(f"rule-{at}-note", len(notes)),
            origin(f"rule-{at}"),
        )
        for at in range(number("n-rule", MAX_ROWS))
    )
    policy, _, aggregation = line("policy").partition("/")
    return Grid(
        inputs,
        outputs,
        notes,
        rules,
        _samples(data, inputs, len(outputs), number("n-sample", MAX_ROWS), number("n-var", MAX_COLUMNS)),
        policy or "UNIQUE",
        aggregation,
        data.get("described") == "1",
    )


def _samples(
    data: QueryDict, inputs: tuple[InputColumn, ...], width: int, rows: int, columns: int
) -> tuple[SampleRow, ...]:
    """The samples. A variable that an input column now looks at under another name keeps what samples give it."""
    looked = {column.expression for column in inputs}
    renamed = {
        was: column.expression
        for at, column in enumerate(inputs)
        if (was := cleaned(data.get(f"in-{at}-was", ""))) and was not in looked and column.expression
    }
    variables = [cleaned(data.get(f"var-{at}", "")[:MAX_TEXT]) for at in range(columns)]
    variables = [renamed.get(name, name) for name in variables]

    def one(at: int) -> SampleRow:
        given = {
            name: cleaned(data.get(f"sample-{at}-given-{column}", "")[:MAX_TEXT])
            for column, name in enumerate(variables)
        }
        return SampleRow(
            " ".join(cleaned(data.get(f"sample-{at}-name", "")[:200]).split()),
            tuple((name, value) for name, value in given.items() if name and value),
            tuple(cleaned(data.get(f"sample-{at}-out-{column}", "")[:MAX_TEXT]) for column in range(width)),
        )

    return tuple(one(at) for at in range(rows))
