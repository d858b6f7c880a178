"""The form a new flow is begun with."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.designing.beginnings import EMPTY
from workflows.models.definitions import KEY_VALIDATOR


class DrawForm(forms.Form):
    """What a new flow is called, and what it begins with."""

    name = forms.CharField(
        label=gettext_lazy("流程名称"),
        max_length=200,
        help_text=gettext_lazy("办事的人看到的名称，例如“大额资金联合审批”。"),
        error_messages={"required": gettext_lazy("请填写流程名称。")},
    )
    key = forms.CharField(
        label=gettext_lazy("流程代号"),
        max_length=80,
        validators=[KEY_VALIDATOR],
        help_text=gettext_lazy("英文字母开头，只含字母、数字和下划线，例如 joint_funds。定下以后不能再改。"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("请填写流程代号，例如 joint_funds。")},
    )
    pattern = forms.ChoiceField(
        label=gettext_lazy("从哪里开始"),
        required=False,
        help_text=gettext_lazy("可以从一张空白图开始，也可以照着已有的流程修改，原来的流程不受影响。"),
        error_messages={"invalid_choice": gettext_lazy("请从列表中选择。")},
    )

    def __init__(self, patterns: list[tuple[str, str]], data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        field: Any = self.fields["pattern"]
        field.choices = [
            (EMPTY, _("空白图")),
            *((key, _("照“%(name)s”（%(key)s）") % {"name": name, "key": key}) for key, name in patterns),
        ]
