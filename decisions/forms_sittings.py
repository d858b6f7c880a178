"""What people type about sittings. Forms hold the words and show the errors; the actions decide what can be taken."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from decisions.forms import LooseForm
from decisions.models import AgendaChange, Attendance, Statement
from permissions.forms import DateInput, offer, opened_on
from permissions.models import Seat


class SittingForm(LooseForm):
    """A sitting in preparation."""

    on = forms.DateField(label=_("开会日期"), required=False, widget=DateInput)
    time = forms.TimeField(
        label=_("开始时间"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    place = forms.CharField(label=_("地点"), max_length=80, required=False)
    host = forms.ChoiceField(label=_("主持"), help_text=_("两个班子的班长轮流主持，或按议题指定。"), required=False)
    title = forms.CharField(
        label=_("会议名称"),
        help_text=_("不填时按年份和次序命名，例如：2026 年第 9 次联席会议。"),
        max_length=80,
        required=False,
    )
    form_token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seats = Seat.objects.in_force().voting().select_related("body").order_by("-principal", "body__order", "order")
        offer(self, host=((str(seat.pk), f"{seat.label}\N{EM SPACE}{seat.body.label}") for seat in seats))

    def moment(self) -> Any:
        """The day and time together, aware, or None where one is missing or odd."""
        self.full_clean()
        day, time = self.cleaned_data.get("on"), self.cleaned_data.get("time")
        return timezone.make_aware(datetime.combine(day, time)) if day and time else None


class StatementForm(LooseForm):
    """What a seat says. Those without a vote state no view."""

    stance = forms.ChoiceField(
        label=_("态度"), choices=Statement.Stance.choices, widget=forms.RadioSelect, required=False
    )
    speech = forms.CharField(
        label=_("发言"),
        help_text=_("逐字记入会议记录，提交后不能删改。"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )


class ReasonForm(LooseForm):
    """One reason."""

    reason = forms.CharField(label=_("理由"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class AttendanceForm(LooseForm):
    """Whether a seat is in the room, and why not."""

    state = forms.ChoiceField(
        label=_("到会情况"), choices=Attendance.State.choices, widget=forms.RadioSelect, required=False
    )
    leave = forms.ChoiceField(
        label=_("请假类别"), choices=[("", _("未说明")), *Attendance.Leave.choices], required=False
    )
    reason = forms.CharField(label=_("请假或离席原因"), help_text=_("例如：防汛调度。"), max_length=120, required=False)
    opinion = forms.CharField(
        label=_("书面意见"),
        help_text=_("未到会成员的书面意见记录在案，不计票（R22）。"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )


class MinutesForm(LooseForm):
    """The text of the minutes, and the version it was written from."""

    text = forms.CharField(label=_("纪要正文"), widget=forms.Textarea(attrs={"rows": 22}), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ChangeForm(LooseForm):
    """Another time or place of a sitting that has not begun."""

    version = opened_on()
    on = forms.DateField(label=_("开会日期"), required=False, widget=DateInput)
    time = forms.TimeField(
        label=_("开始时间"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    place = forms.CharField(label=_("地点"), max_length=80, required=False)
    reason = forms.CharField(label=_("理由"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def moment(self) -> Any:
        """The day and time together, aware, or None where one is missing or odd."""
        self.full_clean()
        day, time = self.cleaned_data.get("on"), self.cleaned_data.get("time")
        return timezone.make_aware(datetime.combine(day, time)) if day and time else None


class AgendaChangeForm(LooseForm):
    """An item to be added to a frozen agenda or taken off it, and why."""

    what = forms.ChoiceField(label=_("变更"), required=False)
    reason = forms.CharField(label=_("理由"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(
        self, *args: Any, adding: list[tuple[str, str]], removing: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        kinds = {AgendaChange.Kind.ADD: adding, AgendaChange.Kind.REMOVE: removing}
        changes = [
            (f"{kind.value}:{pk}", _("%(kind)s：%(title)s") % {"kind": kind.label, "title": title})
            for kind, items in kinds.items()
            for pk, title in items
        ]
        offer(self, what=changes)


class DecideForm(LooseForm):
    """What whoever presides says to a change of the agenda."""

    remark = forms.CharField(label=_("批示"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}))
