"""What people type about items. Forms hold the words and show the errors; the actions decide what can be taken."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from decisions.models import Item, MatterType, Opinion, Plan
from decisions.policies.items import may_co_propose
from decisions.selectors.items.checks import money
from permissions.errors import Conflict, Invalid
from permissions.forms import DateInput, offer, open_on
from permissions.models import User
from permissions.selectors import sides_of


class LooseForm(forms.Form):
    """A form that refuses nothing itself: whatever was typed reaches the action, and the action's words come back."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = _("请从列表中选择。")
            field.error_messages["invalid"] = _("请按示例填写。")

    def words(self, name: str) -> str:
        """What was typed into a field, whether or not it makes sense."""
        return str(self.data.get(self.add_prefix(name), "") or "")

    def show(self, error: Invalid | Conflict) -> None:
        """Put the action's refusal beside the fields it names. Where somebody has changed the same thing meanwhile, the form names
        it, and sent once more it takes the place of what they wrote."""
        # `request.POST or None` leaves the form unbound where somebody posted nothing at all.
        self.is_bound = True
        self.full_clean()
        fields = error.fields if isinstance(error, Invalid) else {}
        for name, words in fields.items():
            self.add_error(name if name in self.fields else None, words)
        if not fields:
            self.add_error(None, error.message)
        if "version" in error.data:
            open_on(self, error.data["version"])


class ItemForm(LooseForm):
    """A draft. `candidates`, `co_proposers` and files are lists, read by the view and drawn by the template."""

    matter_type = forms.ChoiceField(
        label=_("事项类型"),
        help_text=_("类型决定所需材料、限额和规则，提交后不能更改。"),
        widget=forms.RadioSelect,
        required=False,
    )
    title = forms.CharField(
        label=_("议题名称"), help_text=_("写清对象和要做的事，不超过 40 字。"), required=False, max_length=200
    )
    co_proposers = forms.CharField(label=_("共同提出"), help_text=_("另一方至少一人，由其秘书确认。"), required=False)
    amount = forms.CharField(
        label=_("涉及金额"),
        help_text=_("没有金额请填 0。"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    candidates = forms.CharField(
        label=_("人选"),
        help_text=_("每名人选单独表决。写岗位和姓名，例如：镇农业办主任（拟交流人选）。"),
        required=False,
    )
    summary = forms.CharField(
        label=_("方案要点"),
        help_text=_("事由、做法、费用来源、预期效果，各写一两句。"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    reason = forms.CharField(
        label=_("提出理由"),
        help_text=_("为什么要现在办，不办会怎样。"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    materials = forms.CharField(label=_("材料"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = MatterType.objects.filter(active=True)
        offer(self, matter_type=((kind.code, f"{kind.label}\n{kind.hint_label}") for kind in kinds))


class ConfirmForm(LooseForm):
    reason = forms.CharField(
        label=_("理由或说明"),
        help_text=_("确认时可不填；退回时请写明要怎么改。"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class WithdrawForm(LooseForm):
    reason = forms.CharField(
        label=_("撤回的理由"), help_text=_("会记入经过，双方都能看到。"), widget=forms.Textarea(attrs={"rows": 3})
    )


class PlanForm(LooseForm):
    """The note on a version; the clauses are lists, read by the view."""

    clauses = forms.CharField(label=_("条款"), required=False)
    kind = forms.ChoiceField(
        label=_("修改性质"),
        choices=[
            (Plan.Kind.SUBSTANTIVE, _("实质性修改\n改变权利、金额、期限或做法，须重新履行程序")),
            (Plan.Kind.WORDING, _("文字修改\n不改变意思，不重新履行程序")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    note = forms.CharField(
        label=_("修改说明"),
        help_text=_("改了什么、为什么，一句话，例如“采纳党组成员（生态）意见”。"),
        required=False,
        max_length=120,
    )


class OpinionForm(LooseForm):
    text = forms.CharField(
        label=_("您的意见"),
        help_text=_("写明针对哪一条、建议怎么改。提出后不能修改，可以再写一条。"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class AnswerForm(LooseForm):
    answer = forms.ChoiceField(
        label=_("处理结果"), choices=Opinion.Answer.choices, widget=forms.RadioSelect, required=False
    )
    reply = forms.CharField(
        label=_("答复"),
        help_text=_("部分采纳或未采纳的，请写明理由。"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LegalityForm(LooseForm):
    ok = forms.ChoiceField(
        label=_("审查结论"),
        choices=[
            ("yes", _("通过\n可以列入联席会议议程")),
            ("no", _("不通过\n退回编制方案，改后重新审查")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    text = forms.CharField(
        label=_("审查意见"),
        help_text=_("写明依据和结论；不通过的，写明要怎么改。"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    risks = forms.CharField(
        label=_("明示的法律风险"),
        help_text=_("班长已同意按探索性改革事项办理。不通过但可以明示风险上会的，写明风险；不写则退回编制。"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ExecutionForm(LooseForm):
    """Who carries it out and until when; the milestones are lists, read by the view."""

    unit = forms.CharField(label=_("承办单位"), help_text=_("只写牵头单位，例如 示范区平台公司。"), required=False)
    due = forms.DateField(label=_("完成期限"), required=False, widget=DateInput)
    note = forms.CharField(
        label=_("交办要求"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("阶段目标、报告频次、配合单位。"),
    )
    responsible = forms.ChoiceField(
        label=_("责任人"), help_text=_("有账号的责任人自己报告进展；没有的由秘书登记。"), required=False
    )
    milestones = forms.CharField(label=_("时间节点"), required=False)

    def __init__(self, *args: Any, people: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, responsible=[("", _("不指定")), *people])


class MaterialForm(LooseForm):
    kind = forms.ChoiceField(label=_("种类"), required=False)
    file = forms.FileField(
        label=_("文件"),
        help_text=_("PDF、Office 或 WPS 文档、PNG、JPG 图片、TXT 或 CSV 文本，每份不超过 20 MB。"),
        required=False,
    )

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, kind=kinds)


def co_proposer_choices(actor: User) -> list[tuple[str, list[tuple[int, str]]]]:
    """Who can propose together with the actor, by body: groups for a select."""
    people = list(may_co_propose().exclude(pk=actor.pk))
    sides = sides_of(user.pk for user in people)
    groups: dict[str, list[tuple[int, str]]] = {}
    for user in people:
        body = sides.get(user.pk)
        if body is not None:
            groups.setdefault(body.label, []).append((user.pk, user.label))
    return list(groups.items())


def draft_initial(item: Item) -> Mapping[str, Any]:
    """A stored draft as the form shows it."""
    return {
        "matter_type": item.matter_type.code,
        "title": item.title,
        "amount": "" if item.amount is None else money(item.amount),
        "summary": item.summary,
        "reason": item.reason,
    }


class ClassifyForm(LooseForm):
    """Whether an item is confidential, and why."""

    grade = forms.ChoiceField(
        label=_("知悉范围"),
        choices=[("", _("不涉密，两个班子都可以查阅")), *Item.Grade.choices],
        widget=forms.RadioSelect,
        help_text=_("国家秘密不得在本系统办理。"),
        required=False,
    )
    classify_reason = forms.CharField(label=_("理由"), max_length=200, required=False)


class ReadersForm(LooseForm):
    """Why these people are named as readers; who they are the view reads."""

    users = forms.CharField(label=_("知悉人员"), required=False)
    reason = forms.CharField(label=_("理由"), max_length=200, required=False)
