"""What people type about opinions asked for and given, and about the calendar. The actions decide what can be taken."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from decisions.forms import LooseForm
from decisions.models import ExpertOpinion, Item, Material, Opinion, ReviewRequest, RiskAssessment
from permissions.forms import DateInput, offer, opened_on
from permissions.models import User


def _day(label: Any, hint: Any = "") -> forms.DateField:
    return forms.DateField(label=label, help_text=hint, required=False, widget=DateInput)


def _text(label: Any, hint: Any = "", rows: int = 4) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, required=False, widget=forms.Textarea(attrs={"rows": rows}))


def people() -> list[tuple[str, Any]]:
    """Who can be asked, as a select shows them; the first line stands for somebody from outside."""
    rows = User.objects.filter(is_active=True).order_by("pk")
    return [("", _("外部人员，在下面填写")), *((str(user.pk), user.label) for user in rows)]


class AskForm(LooseForm):
    """Ask for a risk assessment or an expert's opinion."""

    asked = forms.ChoiceField(label=_("请谁办理"), required=False)
    person = forms.CharField(label=_("外部人员姓名"), required=False, max_length=40)
    unit = forms.CharField(label=_("单位和职务"), required=False, max_length=80)
    due = _day(_("办结期限"))
    note = _text(_("要求"), _("重点看什么，可不填。"), 2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, asked=people())


class PublishForm(LooseForm):
    """Open the public comment period."""

    channel = forms.CharField(
        label=_("公布渠道"), help_text=_("例如：镇政府网站、各村公告栏。"), required=False, max_length=200
    )
    opens_on = _day(_("公布日期"))
    due = _day(_("截止日期"), _("少于规定的日数时，要写理由（R6）。"))
    shortened = _text(_("缩短期限的理由"), _("期限不足时必填，随征求意见一并公布。"), 2)


class ExtendForm(LooseForm):
    due = _day(_("新的期限"), _("只能比原来的晚。"))


class WithdrawRequestForm(LooseForm):
    reason = _text(_("撤销的理由"), _("会记入经过。"), 2)


class CheckForm(LooseForm):
    interest = forms.ChoiceField(
        label=_("有无直接利害关系"),
        choices=[("no", _("没有\n可以参加论证")), ("yes", _("有\n不参加论证，另请专家（R7）"))],
        widget=forms.RadioSelect,
        required=False,
    )
    note = _text(_("核查情况"), _("例如：本人声明，并查过任职单位和亲属关系。"), 2)


class _WithOriginal(LooseForm):
    """A form that may name one of the item's files as the signed original."""

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        files = Material.objects.filter(item=item, removed_at__isnull=True)
        offer(self, material=[("", _("没有")), *((str(row.pk), row.name) for row in files)])


class RiskForm(_WithOriginal):
    level = forms.ChoiceField(
        label=_("风险等级"), choices=RiskAssessment.Level.choices, widget=forms.RadioSelect, required=False
    )
    controllable = forms.ChoiceField(
        label=_("风险是否可控"),
        choices=[("yes", _("可控\n可以列入联席会议议程")), ("no", _("不可控\n方案作实质性修改后重新评估（R8）"))],
        widget=forms.RadioSelect,
        required=False,
    )
    text = _text(_("评估结论"), _("风险点、可能性、影响。提交后不能修改。"))
    measures = _text(_("防范和化解措施"), _("中、高风险可控的必填。"), 3)
    material = forms.ChoiceField(label=_("评估报告原件"), help_text=_("外部机构的必选，先上传到议题。"), required=False)


class ExpertForm(_WithOriginal):
    verdict = forms.ChoiceField(
        label=_("结论"), choices=ExpertOpinion.Verdict.choices, widget=forms.RadioSelect, required=False
    )
    text = _text(_("论证意见"), _("必要性、可行性、科学性。提交后不能修改。"))
    dissent = _text(_("不同意见"), _("与方案不同的看法，原样保留。"), 2)
    signed_name = forms.CharField(
        label=_("签名"),
        help_text=_("专家本人签名；由系统记录，不是本人密钥的电子签名。"),
        required=False,
        max_length=80,
    )
    material = forms.ChoiceField(label=_("签名原件"), help_text=_("外部专家的必选，先上传到议题。"), required=False)


class CommentForm(LooseForm):
    who = forms.CharField(label=_("提出人"), help_text=_("匿名的不填。"), required=False, max_length=80)
    text = _text(_("意见原话"), rows=3)
    received_on = _day(_("收到日期"))


class CommentAnswerForm(LooseForm):
    answer = forms.ChoiceField(
        label=_("采纳情况"), choices=Opinion.Answer.choices, widget=forms.RadioSelect, required=False
    )
    reply = _text(_("理由"), _("部分采纳或未采纳的，请写明理由。"), 2)


class ExploreForm(LooseForm):
    basis = forms.CharField(label=_("依据"), help_text=_("鼓励探索的文件名称和条款。"), required=False, max_length=200)
    reason = _text(_("理由"), _("国家有无明确规定，为什么现在要做。"), 3)


class DayForm(LooseForm):
    """A day of the calendar."""

    version = opened_on()
    day = _day(_("日期"))
    working = forms.ChoiceField(
        label=_("这一天"), choices=[("no", _("不上班")), ("yes", _("上班"))], widget=forms.RadioSelect, required=False
    )
    name = forms.CharField(label=_("名称"), help_text=_("例如：春节、防汛值班。"), required=False, max_length=40)


class YearForm(LooseForm):
    """A year's announcement."""

    version = opened_on()
    source = forms.CharField(
        label=_("依据"),
        help_text=_("通知的名称和日期。先把全年的放假和调休日期都填好。"),
        required=False,
        max_length=120,
    )


#: The forms of the page of requests: what is done → its form.
FORMS: dict[str, type[LooseForm]] = {
    "ask_risk": AskForm,
    "ask_expert": AskForm,
    "publish": PublishForm,
    "extend": ExtendForm,
    "withdraw": WithdrawRequestForm,
    "check": CheckForm,
    "risk": RiskForm,
    "expert": ExpertForm,
    "comment": CommentForm,
    "answer": CommentAnswerForm,
    "explore": ExploreForm,
    "close": LooseForm,
}
KIND_OF = {"ask_risk": ReviewRequest.Kind.RISK, "ask_expert": ReviewRequest.Kind.EXPERT}
