"""What is asked of an administrator who answers for a step that will not go."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permissions.forms import offer
from workflows import feel
from workflows.views.cases.forms import reason_field

# Of lists and contexts in each other.
DEEPEST = 64
_WAYS = {
    "complete": gettext_lazy("算作完成\n已在别处办好，流程带着下面的变量往下走。"),
    "error": gettext_lazy("按错误处理\n走流程图上接住这个错误代码的路线。"),
    "dismiss": gettext_lazy("已另行处理\n流程不动，以后再办到这里时会再试。"),
}


class ResolveForm(forms.Form):
    """How, with what, and why. Only the ways that fit the incident are offered."""

    how = forms.ChoiceField(
        label=gettext_lazy("怎么处理"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择一种处理办法。")},
    )
    variables = forms.CharField(
        label=gettext_lazy("变量"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "class": "mono"}),
        help_text=gettext_lazy('这一步本该写入的变量，写成 JSON，例如 {"number": 17}。没有就不填。'),
    )
    error = forms.CharField(
        label=gettext_lazy("错误代码"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
        help_text=gettext_lazy("只在按错误处理时填写，例如 E01。"),
    )
    reason = reason_field(
        gettext_lazy("原因"),
        gettext_lazy("记入台账，办理这件流程的人都会看到。"),
        gettext_lazy("请写明原因，例如：已在原系统人工办理。"),
    )

    def __init__(self, ways: Sequence[str], data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        offer(self, how=((way, _WAYS[way]) for way in ways))
        if ways == ("dismiss",):
            del self.fields["variables"], self.fields["error"]

    def clean_variables(self) -> dict[str, Any]:
        """The variables as FEEL values."""
        text = self.cleaned_data["variables"].strip()
        if not text:
            return {}
        try:
            data = json.loads(text, parse_float=Decimal)
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict) or not _can_be_kept(data):
            raise forms.ValidationError(_('请写成 JSON，例如 {"number": 17}：名称加双引号，整个用大括号括起来。'))
        # Each value by itself: a name that begins with @ is a name here, and not the mark of a date.
        return {name: feel.from_json(value) for name, value in data.items()}


def _can_be_kept(value: Any, depth: int = 0) -> bool:
    """Whether the database takes it: no character NUL, no half of a surrogate pair, and no deeper than anybody writes."""
    if depth > DEEPEST:
        return False
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= sign <= "\udfff" for sign in value)
    if isinstance(value, dict):
        return all(_can_be_kept(part, depth + 1) for pair in value.items() for part in pair)
    return not isinstance(value, list) or all(_can_be_kept(part, depth + 1) for part in value)
