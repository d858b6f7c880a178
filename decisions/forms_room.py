"""What people type about what happens in the room. The actions decide what can be taken."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from decisions.forms import LooseForm
from decisions.models import AgendaEntry, Plan, Recusal, SittingSeat
from permissions.forms import DateInput, offer


class Reasoned(LooseForm):
    """A form that ends with a reason."""

    reason = forms.CharField(label=_("理由"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class Seated(Reasoned):
    """A form that names a seat of the sitting; the first of them is chosen already where it is the reader's own (`mine`)."""

    seat = forms.ChoiceField(label=_("席位"), required=False)
    field_order: tuple[str, ...] = ("seat",)

    def __init__(self, *args: Any, seats: list[SittingSeat], mine: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(str(seat.pk), f"{seat.label}\N{EM SPACE}{seat.body.label}") for seat in seats]
        offer(self, seat=rows if mine else [("", _("请选择席位")), *rows])


class AdjournForm(Reasoned):
    """A break: until when, and why."""

    on = forms.DateField(label=_("复会日期"), required=False, widget=DateInput)
    time = forms.TimeField(
        label=_("复会时间"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    until = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ("on", "time", "reason", "until")

    def moment(self) -> datetime | None:
        """The day and time together, aware, or None where one is missing or odd."""
        self.full_clean()
        day, time = self.cleaned_data.get("on"), self.cleaned_data.get("time")
        return timezone.make_aware(datetime.combine(day, time)) if day and time else None


class DeferForm(Reasoned):
    """Why an entry is put off (R25)."""

    ground = forms.ChoiceField(
        label=_("暂缓的原因"), choices=AgendaEntry.Ground.choices, widget=forms.RadioSelect, required=False
    )
    field_order = ("ground", "reason")


class GoOnForm(Reasoned):
    """Why the sitting goes on although views are split (R25)."""

    emergency = forms.BooleanField(label=_("这是紧急事项，不能暂缓"), required=False)


class RecusalForm(Reasoned):
    """The relation that asks for a recusal, and the reason (公务员法 art. 76)."""

    kind = forms.ChoiceField(
        label=_("需要回避的关系"), choices=Recusal.Kind.choices, widget=forms.RadioSelect, required=False
    )
    field_order = ("kind", "reason")


class ReportForm(Seated):
    """The same for another's seat."""

    kind = forms.ChoiceField(
        label=_("需要回避的关系"), choices=Recusal.Kind.choices, widget=forms.RadioSelect, required=False
    )
    field_order = ("seat", "kind", "reason")


class RulingForm(Reasoned):
    """The ruling on a recusal."""

    upheld = forms.ChoiceField(
        label=_("裁定"),
        choices=(("yes", _("应当回避")), ("no", _("不需要回避"))),
        widget=forms.RadioSelect,
        required=False,
    )
    field_order = ("upheld", "reason")


class AmendmentForm(Seated):
    """A change to a clause of the plan."""

    clause = forms.ChoiceField(label=_("条款"), required=False)
    old = forms.CharField(
        label=_("原文"),
        help_text=_("从方案中照抄要修改的文字。"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    new = forms.CharField(
        label=_("改为"), help_text=_("留空表示删去。"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    kind = forms.ChoiceField(label=_("修改性质"), choices=Plan.Kind.choices, widget=forms.RadioSelect, required=False)
    field_order = ("seat", "clause", "old", "new", "kind", "reason")

    def __init__(self, *args: Any, plans: list[Plan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        several = len(plans) > 1
        clauses = [
            (f"{plan.pk}-{number}", (f"{plan.title} · " if several else "") + f"{number}. {clause.get('title', '')}")
            for plan in plans
            for number, clause in enumerate(plan.clauses, start=1)
        ]
        offer(self, clause=clauses)


class GuestForm(LooseForm):
    """Somebody to be asked in for one entry."""

    name = forms.CharField(label=_("姓名"), max_length=40, required=False)
    position = forms.CharField(label=_("单位和职务"), max_length=80, required=False)


class SpeechForm(LooseForm):
    """What was said."""

    speech = forms.CharField(label=_("发言"), required=False, widget=forms.Textarea(attrs={"rows": 4}))


class HostForm(LooseForm):
    """Who presides over one entry; empty for the sitting's host."""

    host = forms.ChoiceField(label=_("本项主持"), required=False)

    def __init__(self, *args: Any, seats: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, host=[("", _("由本次会议的主持人主持")), *seats])


class ElectionForm(LooseForm):
    """How a personnel item is voted on: one person after the other, or as an election for so many places."""

    places = forms.ChoiceField(label=_("表决安排"), widget=forms.RadioSelect, required=False)

    def __init__(self, *args: Any, people: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, places=[("", _("逐人表决\n一次一人，分别得出结果（R18）")), *_elections(people)])


def _elections(people: int) -> list[tuple[str, str]]:
    """The elections that are possible with so many people: fewer places than people, then as many."""
    kinds = {True: gettext("等额选举"), False: gettext("差额选举")}
    return [
        (
            str(places),
            gettext("选举，应选 %(places)s 名\n%(kind)s：人选 %(people)s 名，每张票最多选 %(places)s 人")
            % {"places": places, "people": people, "kind": kinds[places == people]},
        )
        for places in range(1, people + 1)
    ]
