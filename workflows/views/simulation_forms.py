"""What a simulation supposes, as a form: when cases come, how long steps take, how many people there are, which way cases go."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows import names
from workflows.simulation import MOST_CASES, Hours, Outline, Scenario, Spread
from workflows.views.rehearsal_forms import VariablesForm

_KINDS: Final = (
    ("fixed", gettext_lazy("固定")),
    ("exponential", gettext_lazy("平均（时长时短）")),
    ("triangular", gettext_lazy("最短、通常、最长")),
)
_HOUR: Final = 3600
_LONGEST: Final = 2000
_SPAN: Final = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—~至]\s*(\d{1,2}):(\d{2})")


def _number(label: Any, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=0,
        max_value=_LONGEST,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={
            "required": gettext_lazy("请填写小时数，例如 2 或 0.5。"),
            "invalid": gettext_lazy("请填写小时数，例如 2 或 0.5。"),
        },
        **options,
    )


class ScenarioForm(VariablesForm):
    """Every field has a sensible value to begin with; `scenario` is what was typed, once it is valid. It begins on the Monday
    `begins`; `calendar` says which days from then on the house does not work, and which it works besides."""

    cases = forms.IntegerField(
        label=gettext_lazy("模拟多少件"),
        min_value=1,
        max_value=MOST_CASES,
        initial=200,
        error_messages={
            "required": gettext_lazy("请填写件数，例如 200。"),
            "invalid": gettext_lazy("请填写件数，例如 200。"),
        },
    )
    every = _number(gettext_lazy("平均隔多少工作小时来一件"), initial=Decimal(8))
    days = forms.IntegerField(
        label=gettext_lazy("每周工作几天"),
        min_value=1,
        max_value=7,
        initial=5,
        error_messages={"required": gettext_lazy("请填写 1 到 7。"), "invalid": gettext_lazy("请填写 1 到 7。")},
    )
    spans = forms.CharField(
        label=gettext_lazy("上班时间"),
        max_length=100,
        initial="09:00-12:00, 14:00-17:30",
        help_text=gettext_lazy("几段之间用逗号，例如 09:00-12:00, 14:00-17:30。"),
        error_messages={"required": gettext_lazy("请写成 09:00-12:00, 14:00-17:30。")},
    )
    holidays = forms.BooleanField(
        label=gettext_lazy("节假日不上班，调休的周末上班"),
        required=False,
        initial=True,
        help_text=gettext_lazy("按本单位的工作日历，从本周一算起两年。"),
    )
    seed = forms.IntegerField(
        label=gettext_lazy("随机数种子"),
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        help_text=gettext_lazy("种子相同，结果就相同。不填就随机取一个。"),
        error_messages={"invalid": gettext_lazy("请填写整数，例如 7。")},
    )

    def __init__(
        self,
        shape: Outline,
        people: Mapping[str, int],
        took: Mapping[str, timedelta],
        weights: Mapping[str, int],
        names_of: Mapping[str, str],
        begins: date,
        calendar: Callable[[date], tuple[list[int], list[int]]],
        data: Any = None,
    ) -> None:
        super().__init__((), data)
        self.shape = shape
        self.begins = begins
        self._calendar = calendar
        self.fields["more"].label = _("每件开始时的变量")
        for step in shape.steps:
            usual = Decimal(round(took[step.node].total_seconds() / _HOUR * 100)) / 100 if step.node in took else None
            if usual is None:
                usual = Decimal(1 if step.kind == "human" else 0)
            self.fields[f"kind-{step.node}"] = forms.ChoiceField(
                label=_("用时"), choices=_KINDS, initial="exponential" if step.kind == "human" else "fixed"
            )
            self.fields[f"likely-{step.node}"] = _number(_("通常（小时）"), initial=min(usual, Decimal(_LONGEST)))
            self.fields[f"least-{step.node}"] = _number(_("最短"), required=False)
            self.fields[f"most-{step.node}"] = _number(_("最长"), required=False)
        for role in shape.roles:
            self.fields[f"people-{role}"] = forms.IntegerField(
                label=names_of.get(role, role), min_value=1, max_value=1000, initial=max(people.get(role, 1), 1),
                error_messages={"required": _("请填写人数，例如 1。"), "invalid": _("请填写人数，例如 1。")},
            )  # fmt: skip
        for way in shape.ways:
            first = weights.get(way.flow, 1 if way.share else 50)
            self.fields[f"weight-{way.flow}"] = forms.IntegerField(
                label=names.label(way.name), min_value=0, max_value=1_000_000 if way.share else 100, initial=first,
                error_messages={"required": _("请填写整数，例如 1。"), "invalid": _("请填写整数，例如 1。")},
            )  # fmt: skip

    def step_fields(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """Each step with its kind and its controls."""
        parts = ("kind", "likely", "least", "most")
        return [
            (names.label(step.name) or step.node, step.kind, [self[f"{part}-{step.node}"] for part in parts])
            for step in self.shape.steps
        ]

    def people_fields(self) -> list[forms.BoundField]:
        return [self[f"people-{role}"] for role in self.shape.roles]

    def way_fields(self) -> list[tuple[str, bool, list[forms.BoundField]]]:
        """Each gateway with the controls of its ways, and whether one of them is taken."""
        gates: dict[str, list[Any]] = {}
        for way in self.shape.ways:
            gates.setdefault(way.gate, []).append(way)
        return [(gate, ways[0].share, [self[f"weight-{way.flow}"] for way in ways]) for gate, ways in gates.items()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        spreads = {}
        for step in self.shape.steps:
            try:
                spreads[step.node] = self._spread(step.node)
            except ValueError:
                self.add_error(f"likely-{step.node}", _("最短、通常、最长要从小到大，都填上。"))
        try:
            closed, added = self._calendar(self.begins) if cleaned.get("holidays") else ((), ())
            spans = _spans(cleaned.get("spans") or "")
            cleaned["hours"] = Hours.office(range(cleaned.get("days") or 5), spans, closed, added)
        except ValueError:
            if "spans" not in self.errors:
                self.add_error("spans", _("请写成 09:00-12:00, 14:00-17:30，前一段先结束。"))
        cleaned["work"] = spreads
        return cleaned

    def _spread(self, node: str) -> Spread:
        least, likely, most = (
            int((self.cleaned_data.get(f"{part}-{node}") or 0) * _HOUR) for part in ("least", "likely", "most")
        )
        kind = self.cleaned_data.get(f"kind-{node}") or "fixed"
        return Spread(kind, likely, least, most) if kind == "triangular" else Spread(kind, likely)

    @property
    def scenario(self) -> Scenario:
        data = self.cleaned_data
        seed = data["seed"]
        return Scenario(
            seed=secrets.randbelow(2**31) if seed is None else seed,
            cases=data["cases"],
            arrival=Spread("exponential", int(data["every"] * _HOUR)),
            hours=data["hours"],
            work=data["work"],
            people={role: data[f"people-{role}"] for role in self.shape.roles},
            weights={way.flow: data[f"weight-{way.flow}"] for way in self.shape.ways},
            variables=data["variables"],
            begins=self.begins,
        )


def _spans(text: str) -> list[tuple[int, int]]:
    """Spans of the day in seconds. Raises ValueError."""
    parts = [part.strip() for part in re.split(r"[,，、;；]", text) if part.strip()]
    found = []
    for part in parts:
        match = _SPAN.fullmatch(part)
        if match is None:
            raise ValueError(part)
        hours = [int(group) for group in match.groups()]
        start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
        if hours[1] > 59 or hours[3] > 59 or end > 24 * 60:
            raise ValueError(part)
        found.append((start * 60, end * 60))
    return found
