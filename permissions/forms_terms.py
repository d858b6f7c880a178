"""What the security administrator types about substitutions and about work in different hands. The actions decide."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from permissions import clock, hands, roles, scopes
from permissions.forms import DateInput, PersonField, PlainWords, offer
from permissions.models import Role


class SubstitutionForm(PlainWords, forms.Form):
    """Who does whose work, from when to when, for what."""

    holder = PersonField(label=_("被代理人"), empty_label=_("请选择"))
    key = forms.ChoiceField(label=_("代理的角色"), help_text=_("只有秘书、提议人和法律顾问的工作可以代理。"))
    substitute = PersonField(label=_("代理人"), empty_label=_("请选择"))
    starts_on = forms.DateField(label=_("代理期起"), widget=DateInput)
    ends_on = forms.DateField(label=_("代理期止"), widget=DateInput, help_text=_("这一天仍可办理，次日起自动失效。"))
    matters = forms.MultipleChoiceField(
        label=_("限于这些事项类型"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("都不选、也不填议题编号，表示这个角色的全部工作。"),
    )
    items = forms.CharField(
        label=_("限于这些议题"),
        required=False,
        max_length=300,
        help_text=_(
            "填写议题编号，几件之间用顿号，例如 议〔2026〕17号、议〔2026〕18号。涉密议题只有写明编号才能代理。"
        ),
    )
    reason = forms.CharField(label=_("代理理由"), max_length=200, help_text=_("例如 外出培训。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        able = Role.objects.filter(code__in=roles.SUBSTITUTABLE).select_related("body", "group")
        matters = scopes.choices()
        offer(self, key=((role.key, role.label) for role in able), matters=matters)
        if not matters:
            del self.fields["matters"]
        self.fields["starts_on"].initial = clock.today

    def clean_items(self) -> list[str]:
        """The labels of the items written down."""
        words = [word for part in re.split("[、，,]", self.cleaned_data["items"]) if (word := part.strip())]
        found = {word: scopes.find(word) for word in words}
        lost = [word for word, label in found.items() if label is None]
        if lost:
            raise forms.ValidationError(gettext("没有找到 %(items)s，请核对议题编号。") % {"items": "、".join(lost)})
        return [label for label in found.values() if label is not None]

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        data = self.cleaned_data
        return {
            "substitute_id": data["substitute"].pk,
            "holder_id": data["holder"].pk,
            **{name: data[name] for name in ("key", "starts_on", "ends_on", "reason")},
            "scope": [*data.get("matters", ()), *data["items"]],
        }


class EndSubstitutionForm(PlainWords, forms.Form):
    """Why a substitution ends before its last day."""

    reason = forms.CharField(label=_("终止理由"), max_length=200)


class SeparationRuleForm(PlainWords, forms.Form):
    """One rule: which work bars which."""

    name = forms.CharField(label=_("规则"), max_length=80)
    name_en = forms.CharField(label=_("英文名称"), max_length=120, required=False)
    done = forms.MultipleChoiceField(label=_("办理过其中一项的人"), widget=forms.CheckboxSelectMultiple)
    barred = forms.MultipleChoiceField(label=_("在同一议题上不得办理"), widget=forms.CheckboxSelectMultiple)
    alone = forms.BooleanField(
        label=_("只限制单独办理"), required=False, help_text=_("勾选后，须先有他人办理，本人才能办理。")
    )
    active = forms.BooleanField(label=_("启用"), required=False)
    basis = forms.CharField(label=_("依据"), max_length=200, required=False)
    reason = forms.CharField(label=_("修改理由"), max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        works = [(code, str(one.label)) for code, one in hands.works().items()]
        offer(self, done=works, barred=works)
