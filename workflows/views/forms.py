"""The form a BPMN file comes in with, and the one of a step without a page of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permissions.forms import opened_on
from workflows.bpmn.source import MAX_BYTES
from workflows.models.definitions import KEY_VALIDATOR
from workflows.step_fields import StepField


class StepForm(forms.Form):
    """The questions a diagram asks at a step, and a note for the record."""

    note = forms.CharField(
        label=gettext_lazy("办理说明"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("记入台账，可以不填。"),
    )

    def __init__(self, questions: tuple[StepField, ...], data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.questions = questions
        asked = {f"q_{question.variable}": _field(question) for question in questions}
        self.fields = {**asked, **self.fields}

    @property
    def variables(self) -> dict[str, Any]:
        """The answers by the case's variable names; what was left empty is null."""
        return {question.variable: _value(question, self.cleaned_data) for question in self.questions}


_YES_NO = (("yes", gettext_lazy("是")), ("no", gettext_lazy("否")))


def _field(question: StepField) -> forms.Field:
    if question.kind == "boolean":
        # Two buttons and no default: a box left unticked would be an answer nobody has given.
        return forms.ChoiceField(
            label=question.label,
            choices=_YES_NO,
            widget=forms.RadioSelect,
            error_messages={"required": gettext_lazy("请选择“是”或“否”。")},
        )
    if question.kind == "choice":
        return forms.ChoiceField(
            label=question.label,
            choices=[(option, option) for option in question.options],
            widget=forms.RadioSelect,
            error_messages={"required": gettext_lazy("请选择一项。")},
        )
    if question.kind == "number":
        return forms.DecimalField(
            label=question.label,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            error_messages={
                "required": gettext_lazy("请填写数字，例如 280。"),
                "invalid": gettext_lazy("请填写数字，例如 280。"),
            },
        )
    return forms.CharField(
        label=question.label,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("请填写这一项。")},
    )


def _value(question: StepField, cleaned: Mapping[str, Any]) -> Any:
    value = cleaned.get(f"q_{question.variable}")
    return value == "yes" if question.kind == "boolean" else value


class FlowForm(forms.Form):
    """A BPMN or DMN file and what it is called here."""

    version = opened_on()
    file = forms.FileField(
        label=gettext_lazy("流程文件"),
        help_text=gettext_lazy(
            "BPMN 2.0 流程（.bpmn）或 DMN 决策表（.dmn），不超过 4 MB。可以直接用 Camunda Modeler 等工具导出。"
        ),
        widget=forms.FileInput(attrs={"accept": ".bpmn,.dmn,.xml,application/xml,text/xml"}),
        error_messages={
            "required": gettext_lazy("请选择一个 BPMN 或 DMN 文件。"),
            "empty": gettext_lazy("请重新选择：这个文件是空的。"),
        },
    )
    key = forms.CharField(
        label=gettext_lazy("流程代号"),
        max_length=80,
        validators=[KEY_VALIDATOR],
        help_text=gettext_lazy("英文字母开头，只含字母、数字和下划线。代号相同就是同一流程的新一版。"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("请填写流程代号，例如 joint_decision。")},
    )
    name = forms.CharField(
        label=gettext_lazy("流程名称"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("不填就用文件里的名称。"),
    )
    process = forms.CharField(
        label=gettext_lazy("流程元素的 id"),
        max_length=250,
        required=False,
        help_text=gettext_lazy("文件里有几个流程时填写要保存的一个，其他的再上传一次。不填就是第一个可以执行的流程。"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    note = forms.CharField(
        label=gettext_lazy("这一版改了什么"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(_("请把文件减到 4 MB 以内：去掉图片，或拆成几个流程。"))
        return file
