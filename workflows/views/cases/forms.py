"""What is asked before somebody does something to a case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy


class ReasonForm(forms.Form):
    """Why. Everybody who meets the case reads it, and the log keeps it."""

    reason = forms.CharField(
        label=gettext_lazy("原因"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("办理这件流程的人都会看到，并记入台账。"),
        error_messages={
            "required": gettext_lazy("请写明原因，例如：等待上级批复。"),
            "max_length": gettext_lazy("请把原因减到 500 字以内。"),
        },
    )

    def __init__(self, *args: Any, optional: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = not optional
