"""What people type in the planning room. Forms hold the words and show the errors; the actions decide what can be taken."""

from django import forms
from django.utils.translation import gettext_lazy as _

from decisions.forms import LooseForm, PlanForm
from permissions.forms import opened_on


class NameForm(LooseForm):
    version = opened_on()
    title = forms.CharField(
        label=_("方案名称"),
        help_text=_("几个字说清它和别的方案哪里不同，例如“分期出租”。"),
        required=False,
        max_length=40,
    )


class WithdrawPlanForm(LooseForm):
    reason = forms.CharField(
        label=_("撤下的理由"), help_text=_("会记入经过，双方都能看到。"), widget=forms.Textarea(attrs={"rows": 3})
    )


class CommentForm(LooseForm):
    text = forms.CharField(label=_("评论"), required=False, widget=forms.Textarea(attrs={"rows": 3}))


class SuggestForm(LooseForm):
    title = forms.CharField(label=_("标题"), required=False, max_length=60)
    text = forms.CharField(
        label=_("内容"),
        help_text=_("直接在原文上改。提交后由方案编写人采纳或说明不采纳的理由。"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    why = forms.CharField(
        label=_("建议的理由"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )


class AcceptForm(LooseForm):
    """Accepting a suggestion: how the change is declared, a word to whoever made it, and the text where it has to be settled."""

    kind = PlanForm.base_fields["kind"]
    title = forms.CharField(label=_("标题"), required=False, max_length=60)
    text = forms.CharField(
        label=_("采纳后的内容"),
        help_text=_("这一条在提出建议以后改过，请定好采纳后的文字。"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    answer = forms.CharField(
        label=_("说明"),
        help_text=_("不采纳时必须写明理由，提出人会看到。"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ContestForm(LooseForm):
    why = forms.CharField(
        label=_("异议的理由"),
        help_text=_("写明这次修改改变了什么权利、金额、期限或做法。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
