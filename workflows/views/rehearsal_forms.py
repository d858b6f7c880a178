"""The forms of a rehearsal: what somebody answers at a step, and what else they have happen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permissions.forms import offer
from workflows import feel
from workflows.handlers import VotingBody
from workflows.playing.prompts import Prompt
from workflows.rehearsal import MOST_SEATS, Votes
from workflows.views.cases.forms import reason_field

_CAST: Final = {
    "in_favour": gettext_lazy("赞成"),
    "against": gettext_lazy("反对"),
    "abstained": gettext_lazy("弃权"),
    "absent": gettext_lazy("缺席"),
}
Choices = Sequence[tuple[str, Any]]
_BOOLEAN: Final = (("", gettext_lazy("不填")), ("true", gettext_lazy("是")), ("false", gettext_lazy("否")))
#: how far the clock can be moved in one go
FURTHEST: Final = timedelta(days=3660)


def variables_field(label: Any) -> forms.CharField:
    """Variables by name, a FEEL value each."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "class": "mono", "autocapitalize": "none"}),
        help_text=gettext_lazy('一行一个，值写成 FEEL，文字加引号，例如 amount = 120 或 kind = "资金"。没有就不填。'),
    )


class VariablesForm(forms.Form):
    """Questions, and any other variables; `variables` has the values once it is valid."""

    more = variables_field(gettext_lazy("其他变量"))

    def __init__(self, prompts: Iterable[Prompt] = (), data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.prompts = tuple(prompts)
        asked = {f"v-{prompt.variable}": _control(prompt) for prompt in self.prompts}
        self.fields = {**asked, **self.fields}

    @property
    def questions(self) -> list[forms.BoundField]:
        """The controls of the questions alone."""
        return [self[f"v-{prompt.variable}"] for prompt in self.prompts]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for prompt in self.prompts:
            name = f"v-{prompt.variable}"
            text = (self.cleaned_data.get(name) or "").strip()
            if text:
                self._read(found, prompt.variable, text if prompt.kind not in {"text", "choice"} else None, text, name)
        for line in (self.cleaned_data.get("more") or "").splitlines():
            if not line.strip():
                continue
            variable, equals, source = line.partition("=")
            if not equals or not variable.strip().isidentifier():
                self.add_error("more", _("请写成“变量名 = 值”，一行一个：%(line)s") % {"line": line.strip()[:60]})
                continue
            self._read(found, variable.strip(), source.strip(), "", "more")
        self.cleaned_data["variables"] = found
        return self.cleaned_data

    def _read(self, found: dict[str, Any], variable: str, source: str | None, text: str, field: str) -> None:
        """A value as it was typed, or as the FEEL `source` says."""
        if source is None:
            found[variable] = text
            return
        try:
            value = feel.parse(source).evaluate({})
            feel.to_json(value)
        except (feel.FeelSyntaxError, TypeError):
            value = None
        if value is None and source != "null":
            words = _('“%(source)s”算不出值。数字直接写，文字加引号，日期写成 date("2026-12-01")。') % {
                "source": source[:60]
            }
            self.add_error(field, words)
            return
        found[variable] = value


class StepForm(VariablesForm):
    """How something open is done: by whom, with which answers, or with which error; or back to which step. Where `bodies` vote, how
    many of each vote how, counted by one of the `rules`; without `wants_votes` that is left alone."""

    by = forms.ChoiceField(label=gettext_lazy("由谁办理"), required=False)
    code = forms.CharField(
        label=gettext_lazy("错误代码"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("要看报错以后怎么走时填写。"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    to = forms.ChoiceField(label=gettext_lazy("退回到"), required=False)

    def __init__(
        self,
        kind: str,
        prompts: Iterable[Prompt],
        people: Choices,
        targets: Choices,
        data: Any = None,
        *,
        bodies: Sequence[VotingBody] = (),
        rules: Choices = (),
        **options: Any,
    ) -> None:
        super().__init__(prompts, data, **options)
        kept = {"human": {"by", *(["to"] if targets else [])}, "job": {"code"}, "call": {"code"}}.get(kind, set())
        for name in {"by", "code", "to"} - kept:
            del self.fields[name]
        if "by" in kept:
            offer(self, by=people)
        if "to" in kept:
            offer(self, to=[("", _("不退回")), *targets])
        self._bodies = tuple(bodies)
        self._voting = False
        if bodies:
            self.fields["rule"] = forms.ChoiceField(label=_("按哪个规则集计票"), choices=rules, required=False)
        for body in bodies:
            for way, label in _CAST.items():
                self.fields[f"votes-{body.code}-{way}"] = forms.IntegerField(
                    label=label,
                    required=False,
                    min_value=0,
                    max_value=MOST_SEATS,
                    initial=body.seats if way == "in_favour" else 0,
                    error_messages={"invalid": _("请填写整数，例如 3。")},
                )

    def wants_votes(self) -> None:
        """The votes are to be counted, so they have to be there."""
        self._voting = True

    @property
    def votes(self) -> list[tuple[VotingBody, list[forms.BoundField]]]:
        """Each body with the controls of its votes."""
        return [(body, [self[f"votes-{body.code}-{way}"] for way in _CAST]) for body in self._bodies]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self._voting:
            cleaned["votes"] = {body.code: self._of(body) for body in self._bodies}
        return cleaned

    def _of(self, body: VotingBody) -> Votes:
        """How a body voted; what is left empty is nought."""
        names = [f"votes-{body.code}-{way}" for way in _CAST]
        found = Votes(*(self.cleaned_data.get(name) or 0 for name in names))
        if not sum(found) and not any(name in self.errors for name in names):
            self.add_error(names[0], _("请填写%(body)s的票数。") % {"body": body.label})
        return found


class ClockForm(forms.Form):
    """Where the clock is to be moved."""

    until = forms.DateTimeField(
        label=gettext_lazy("拨到"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={
            "required": gettext_lazy("请填写要拨到的时间。"),
            "invalid": gettext_lazy("请填写日期和时间，例如 2026-12-01 09:00。"),
        },
    )


class RecordForm(forms.Form):
    """Under which name a play is kept."""

    name = forms.CharField(
        label=gettext_lazy("测试名称"),
        max_length=120,
        help_text=gettext_lazy("说明这次走的是哪条路，例如：合法性审查不通过，退回修改。"),
        error_messages={"required": gettext_lazy("请给测试取一个名称，120 字以内，例如：正常通过。")},
    )
    note = forms.CharField(
        label=gettext_lazy("说明"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    instead = forms.BooleanField(label=gettext_lazy("替换同名的测试"), required=False)


class RemoveForm(forms.Form):
    """Why a test is taken away."""

    reason = reason_field(
        gettext_lazy("原因"),
        gettext_lazy("记入流程的日志。"),
        gettext_lazy("请写明原因，例如：新版不再有这条路线。"),
    )


def _control(prompt: Prompt) -> forms.Field:
    if prompt.kind == "boolean":
        return forms.ChoiceField(label=prompt.label, required=False, choices=_BOOLEAN)
    if prompt.kind == "choice":
        options = [("", gettext_lazy("不填")), *((option, option) for option in prompt.options)]
        return forms.ChoiceField(label=prompt.label, required=False, choices=options)
    attrs: Mapping[str, str] = {"inputmode": "decimal"} if prompt.kind == "number" else {"spellcheck": "false"}
    helps = _("值写成 FEEL，文字加引号。") if prompt.kind == "feel" else ""
    if prompt.options:
        helps = _("条件里比较的值：%(values)s。") % {"values": _("、").join(prompt.options)}
    return forms.CharField(
        label=prompt.label, required=False, max_length=2000, help_text=helps, widget=forms.TextInput(attrs=dict(attrs))
    )
