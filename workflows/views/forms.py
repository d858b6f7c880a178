"""The form a BPMN file comes in with."""

from __future__ import annotations

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permissions.forms import opened_on
from workflows.bpmn.source import MAX_BYTES
from workflows.models.definitions import KEY_VALIDATOR


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
