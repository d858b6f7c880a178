"""What people type after a vote. Forms hold the words and show the errors; the actions decide what can be taken."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from decisions.forms import LooseForm
from decisions.models import Evaluation, Item, MatterType, Publication, SplitChoice, SuperiorRuling
from decisions.policies.after import barred_evaluators
from decisions.policies.items import may_co_propose
from permissions import typed
from permissions.forms import DateInput, offer, opened_on
from permissions.models import Seat, User
from permissions.selectors import sides_of


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class SeveralFiles(forms.ClearableFileInput):
    """A file field that takes several at once."""

    allow_multiple_selected = True


class AfterForm(LooseForm):
    """What all of these share: days and numbers out of words, and the token that makes a form posted twice one."""

    def day(self, name: str) -> date | None:
        """A day as the browser sends it; None for anything else."""
        return typed.day(self.words(name))

    def number(self, name: str) -> int | None:
        """A whole number, None for anything else."""
        return typed.whole(self.words(name).strip(), None)


def _files(label: Any = None) -> forms.FileField:
    return forms.FileField(
        label=label or _("附件"),
        required=False,
        widget=SeveralFiles,
        help_text=_("PDF、Office 或 WPS 文档、PNG、JPG 图片、TXT 或 CSV 文本，每份不超过 20 MB。"),
    )


class SplitForm(AfterForm):
    route = forms.ChoiceField(
        label=_("去向"),
        choices=[
            (SplitChoice.Route.PLAN, _("退回共谋\n任一方选择即退回，双方重新商量方案")),
            (SplitChoice.Route.UP, _("报上级裁定\n双方都选择才上报，由秘书登记上级的答复")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    reason = forms.CharField(
        label=_("理由"), help_text=_("报上级时必填，写明双方分歧在哪里。"), required=False, widget=_area(3)
    )


class SuperiorForm(AfterForm):
    answer = forms.ChoiceField(
        label=_("上级裁定"),
        choices=[
            (SuperiorRuling.Answer.FOR, _("同意实施\n裁定写入纪要，由双方会签后执行")),
            (SuperiorRuling.Answer.AGAINST, _("不同意实施\n议题到此结束")),
            (SuperiorRuling.Answer.BACK, _("退回重新协商\n回到共谋")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    authority = forms.CharField(label=_("裁定机关"), required=False, max_length=200)
    document = forms.CharField(label=_("文号"), required=False, max_length=200)
    on = forms.DateField(label=_("裁定日期"), required=False, widget=DateInput)
    text = forms.CharField(label=_("裁定内容"), required=False, widget=_area(5))
    papers = _files(_("裁定文件"))


class TextForm(AfterForm):
    """One text, under whatever label a page gives it."""

    text = forms.CharField(label=_("内容"), required=False, widget=_area(6))
    form_token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, label: Any = "", hint: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["text"].label = label
        self.fields["text"].help_text = hint


class WhyForm(AfterForm):
    """One reason."""

    reason = forms.CharField(label=_("理由"), required=False, widget=_area(4))

    def __init__(self, *args: Any, hint: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = hint


class PublicationForm(AfterForm):
    text = forms.CharField(
        label=_("公布内容"), help_text=_("按纪要拟出，请核对后再用。"), required=False, widget=_area(10)
    )
    place = forms.CharField(label=_("公布渠道"), help_text=_("例如：镇政府网站、村务公开栏。"), required=False)
    url = forms.CharField(label=_("网址"), required=False)
    on = forms.DateField(label=_("公布日期"), required=False, widget=DateInput)


class ExemptForm(AfterForm):
    exempt = forms.ChoiceField(
        label=_("不予公布的情形"), choices=Publication.Exempt.choices, widget=forms.RadioSelect, required=False
    )
    reason = forms.CharField(
        label=_("依据和理由"), help_text=_("写明依据哪一条规定。会记入台账。"), required=False, widget=_area(4)
    )


class SuperiorReportForm(AfterForm):
    authority = forms.CharField(label=_("报送机关"), required=False)
    document = forms.CharField(label=_("文号"), required=False)
    on = forms.DateField(label=_("报送日期"), required=False, widget=DateInput)
    text = forms.CharField(label=_("报告要点"), required=False, widget=_area(5))


class ProgressForm(AfterForm):
    percent = forms.CharField(
        label=_("完成比例"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    milestone = forms.ChoiceField(label=_("所报的节点"), required=False)
    text = forms.CharField(
        label=_("进展"), help_text=_("做了什么、还差什么、有什么困难。"), required=False, widget=_area(5)
    )
    papers = _files()
    form_token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, milestones: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, milestone=[("", _("不限于某个节点")), *milestones])


class ClaimForm(AfterForm):
    text = forms.CharField(
        label=_("完成情况"), help_text=_("结果如何，与决策要求是否一致。"), required=False, widget=_area(6)
    )
    papers = _files()
    form_token = forms.UUIDField(widget=forms.HiddenInput, required=False)


class AcceptForm(AfterForm):
    reason = forms.CharField(
        label=_("意见"), help_text=_("退回时必填，写明还要做什么。"), required=False, widget=_area(4)
    )


class MilestoneForm(AfterForm):
    version = opened_on()
    due = forms.DateField(label=_("新的期限"), required=False, widget=DateInput)
    reason = forms.CharField(label=_("调整的理由"), required=False, widget=_area(3))


class ReviseForm(AfterForm):
    purpose = forms.ChoiceField(label=_("要办的事"), widget=forms.RadioSelect, required=False)
    reason = forms.CharField(label=_("理由"), required=False, widget=_area(5))

    def __init__(self, *args: Any, personnel: bool, agreed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, Any]] = []
        if not personnel:
            choices = [
                (Item.Purpose.CHANGE, _("变更决策\n改变做法、金额、期限")),
                (Item.Purpose.STOP, _("停止执行\n不再实施")),
            ]
        if agreed:
            choices.append((Item.Purpose.RECONSIDER, _("复议\n双方过半数成员已同意")))
        offer(self, purpose=choices)


class EvaluationForm(AfterForm):
    trigger = forms.ChoiceField(
        label=_("启动原因"), choices=Evaluation.Trigger.choices, widget=forms.RadioSelect, required=False
    )
    why = forms.CharField(
        label=_("情况说明"), help_text=_("群众反映或重大变化须写明。"), required=False, widget=_area(3)
    )
    evaluator = forms.ChoiceField(
        label=_("评估人"), help_text=_("参加过这件议题评估、论证或审查的人不能担任（R39）。"), required=False
    )
    due = forms.DateField(label=_("完成期限"), help_text=_("不填时按规则计算。"), required=False, widget=DateInput)

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, evaluator=[("", _("请选择")), *people(barred_evaluators(item))])


class AssignForm(AfterForm):
    evaluator = forms.ChoiceField(
        label=_("评估人"), help_text=_("参加过这件议题评估、论证或审查的人不能担任（R39）。"), required=False
    )

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, evaluator=[("", _("请选择")), *people(barred_evaluators(item))])


class EvaluationGiveForm(AfterForm):
    verdict = forms.ChoiceField(
        label=_("评估结论"), choices=Evaluation.Verdict.choices, widget=forms.RadioSelect, required=False
    )
    text = forms.CharField(label=_("评估报告"), help_text=_("依据、方法、发现。"), required=False, widget=_area(8))
    advice = forms.ChoiceField(
        label=_("建议"), choices=Evaluation.Advice.choices, widget=forms.RadioSelect, required=False
    )
    recommendations = forms.CharField(
        label=_("具体建议"), help_text=_("建议调整或停止的，必须写明。"), required=False, widget=_area(4)
    )
    papers = _files()


class EmergencyForm(AfterForm):
    title = forms.CharField(label=_("事项"), help_text=_("例如：沿河村山洪避险转移。"), required=False, max_length=200)
    matter_type = forms.ChoiceField(label=_("事项类型"), required=False)
    on = forms.DateField(label=_("发生日期"), required=False, widget=DateInput)
    time = forms.TimeField(
        label=_("发生时间"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    facts = forms.CharField(
        label=_("紧急情况"), help_text=_("发生了什么，为什么不能等到开会。"), required=False, widget=_area(4)
    )
    measures = forms.CharField(
        label=_("临机处置措施"), help_text=_("要立即做什么，由谁做，用多少钱。"), required=False, widget=_area(4)
    )
    seats = forms.MultipleChoiceField(
        label=_("由谁决定"),
        help_text=_("能立即联系上的成员，每个班子至少一人。"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    form_token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = MatterType.objects.filter(active=True, needs_candidates=False)
        offer(self, matter_type=[("", _("请选择")), *((kind.code, kind.label) for kind in kinds)])
        seats = Seat.objects.in_force().filter(voting=True, user__isnull=False).select_related("body")
        seats = seats.order_by("body__order", "order", "pk")
        offer(self, seats=((seat.pk, f"{seat.label}\n{seat.body.label}") for seat in seats))

    def moment(self) -> datetime | None:
        """Day and time together, aware; None where one is missing or odd."""
        self.full_clean()
        day, time = self.cleaned_data.get("on"), self.cleaned_data.get("time")
        return timezone.make_aware(datetime.combine(day, time)) if day and time else None

    def chosen(self) -> list[int]:
        """The seats that were ticked."""
        given = self.data.getlist("seats") if hasattr(self.data, "getlist") else []
        return [int(pk) for pk in given if pk.isascii() and pk.isdigit() and len(pk) < 10]


def people(without: Any = ()) -> list[tuple[str, list[tuple[int, str]]]]:
    """The people of both bodies by body, as groups for a select; `without` are left out."""
    found: list[User] = [user for user in may_co_propose() if user.pk not in without]
    sides = sides_of(user.pk for user in found)
    groups: dict[str, list[tuple[int, str]]] = {}
    for user in found:
        body = sides.get(user.pk)
        groups.setdefault(body.label if body is not None else str(_("其他")), []).append((user.pk, user.label))
    return list(groups.items())
