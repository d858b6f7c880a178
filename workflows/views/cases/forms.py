"""What is asked before somebody does something to a case."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from permissions.forms import offer


def reason_field(label: Any, help_text: Any, missing: Any, rows: int = 3) -> forms.CharField:
    """Why somebody does something: `help_text` says who reads it, `missing` what to write where it is empty."""
    return forms.CharField(
        label=label,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=help_text,
        error_messages={"required": missing, "max_length": gettext_lazy("请把原因减到 500 字以内。")},
    )


class ReasonForm(forms.Form):
    """Why. Everybody who meets the case reads it, and the log keeps it."""

    reason = reason_field(
        gettext_lazy("原因"),
        gettext_lazy("办理这件流程的人都会看到，并记入台账。"),
        gettext_lazy("请写明原因，例如：等待上级批复。"),
    )

    def __init__(self, *args: Any, optional: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = not optional


class JumpForm(ReasonForm):
    """Where the case goes on, and which of its open steps is left for it."""

    to = forms.ChoiceField(
        label=gettext_lazy("跳转到"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("请选择跳转到哪一步。"),
            "invalid_choice": gettext_lazy("请从列表中选择。"),
        },
    )
    task = forms.ChoiceField(
        label=gettext_lazy("离开哪一步"),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("离开的环节取消，其余的照常办理。"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("请从列表中选择。")},
    )
    field_order = ("task", "to", "reason")

    def __init__(self, *args: Any, targets: Sequence[tuple[str, str]], tasks: Sequence[tuple[str, str]]) -> None:
        super().__init__(*args)
        offer(self, to=targets)
        if len(tasks) > 1:
            offer(self, task=[("", gettext("正在办的全部环节")), *tasks])
            self.initial["task"] = ""
        else:
            del self.fields["task"]

    @property
    def task_id(self) -> int | None:
        """The step that is left; None for all of them."""
        chosen = self.cleaned_data.get("task")
        return int(chosen) if chosen else None


class SendBackForm(ReasonForm):
    """To which step a task is sent back, and what happens when that is done."""

    to = forms.ChoiceField(
        label=gettext_lazy("退回到"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("请选择退回到哪一步。"),
            "invalid_choice": gettext_lazy("请从列表中选择。"),
        },
    )
    again = forms.ChoiceField(
        label=gettext_lazy("那一步办完以后"),
        widget=forms.RadioSelect,
        choices=[
            ("resume", gettext_lazy("直接回到我这里\n中间的环节不用再办。")),
            ("run", gettext_lazy("按流程重新走\n中间的环节都再办一次。")),
        ],
        error_messages={"required": gettext_lazy("请选择办完以后怎么走。")},
    )
    field_order = ("to", "again", "reason")

    def __init__(self, *args: Any, targets: Sequence[tuple[str, str]]) -> None:
        super().__init__(*args)
        offer(self, to=targets)


#: How others come to do a step, seen from the one who has it.
WAYS = ("parallel", "before", "after")


class SignersForm(ReasonForm):
    """Who else does the step, and in which order with the one who has it. `found` are the people a search has led to."""

    users = forms.MultipleChoiceField(
        label=gettext_lazy("加签的人"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("请至少选择一人。可以按职务或账号查找。"),
            "invalid_choice": gettext_lazy("请从列表中选择。"),
        },
    )
    where = forms.ChoiceField(
        label=gettext_lazy("先后"),
        widget=forms.RadioSelect,
        choices=[
            ("parallel", gettext_lazy("和我同时办\n所有人都办完，流程才往下走。")),
            ("before", gettext_lazy("在我之前办\n他们办完以后，我再办。")),
            ("after", gettext_lazy("在我之后办\n我办完以后，他们再办。")),
        ],
        error_messages={"required": gettext_lazy("请选择先后。")},
    )
    field_order = ("users", "where", "reason")

    def __init__(
        self, *args: Any, people: Sequence[tuple[str, str]], ways: Collection[str] = WAYS, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, users=people)
        where: Any = self.fields["where"]
        where.choices = [choice for choice in where.choices if choice[0] in ways]
        if len(where.choices) == 1:
            self.initial["where"] = where.choices[0][0]
