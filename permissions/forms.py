"""What people type about bodies, seats, roles and their own account. Forms only parse; the actions decide."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from permissions import credentials
from permissions.models import Body, Role, Seat, User


class PlainWords(forms.BaseForm):
    """Says what to do, with the field's own name or an example, instead of what is wrong."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField | forms.ChoiceField):
                field.error_messages |= {
                    "required": gettext("请选择%(field)s。") % {"field": field.label},
                    "invalid_choice": gettext("请从列表中选择%(field)s。") % {"field": field.label},
                }
                continue
            field.error_messages["required"] = gettext("请填写%(field)s。") % {"field": field.label}
            if isinstance(field, forms.DateField):
                field.error_messages["invalid"] = gettext("请选择日期，例如 2026-09-08。")
            elif isinstance(field, forms.IntegerField):
                field.error_messages["invalid"] = gettext("请填写整数，例如 3。")


class DateInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PersonField(forms.ModelChoiceField):
    """A choice of the accounts that may be put in a seat or given a role, shown by position; the account's name tells apart
    who has the same."""

    def __init__(self, **options: Any) -> None:
        able = User.objects.filter(is_active=True).order_by("display_name", "username")
        super().__init__(able, **{"label": _("人员"), **options})

    def label_from_instance(self, obj: User) -> str:
        return _("%(name)s（%(detail)s）") % {"name": obj.label, "detail": obj.username}


def offer(form: forms.BaseForm, **choices: Iterable[Any]) -> None:
    """Give choice fields, by their names, what can be chosen now."""
    for name, offered in choices.items():
        cast("forms.ChoiceField", form.fields[name]).choices = list(offered)


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _("账号或密码不正确，请检查大小写后重试。多次不正确会暂时锁定。"),
        "inactive": _("您的账号已停用，请联系系统管理员。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("账号")
        self.fields["username"].error_messages["required"] = _("请填写账号，例如 town.chair。")
        self.fields["password"].error_messages["required"] = _("请填写密码。")

    def confirm_login_allowed(self, user: Any) -> None:
        """After the right password: a closed account, an issued password that waits or has run out, one of the example."""
        super().confirm_login_allowed(user)
        if why := credentials.refusal(user):
            raise ValidationError(why, code="refused")


class PreferencesForm(PlainWords, forms.ModelForm):
    class Meta:
        model = User
        fields = ["language", "theme", "text_size"]
        widgets = dict.fromkeys(fields, forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Without this Django offers "---------" beside our own words for the empty choice.
        offer(self, theme=User.Theme.choices, text_size=User.TextSize.choices)


class PasswordForm(PasswordChangeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in {
            "old_password": _("请填写原密码。"),
            "new_password1": _("请填写新密码。"),
            "new_password2": _("请再填写一次新密码。"),
        }.items():
            self.fields[name].error_messages["required"] = words
        self.fields["new_password1"].help_text = gettext(
            "至少 %(n)d 位；不要全是数字，不要用常见的密码，也不要和账号、岗位相近。"
        ) % {"n": settings.PASSWORD_LENGTH}
        self.fields["new_password2"].help_text = ""


def opened_on() -> forms.CharField:
    """Which version of the row the form was opened on (`permissions.versions.token`); comes back with it, unseen."""
    return forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)


def open_on(form: forms.Form | forms.ModelForm, version: str) -> None:
    """Let a refused form be sent once more, knowingly, over version `version`."""
    sent = cast("QueryDict", form.data).copy()
    sent[form.add_prefix(getattr(form, "version_field", "version"))] = version
    form.data = sent


class UserForm(PlainWords, forms.ModelForm):
    """What position an account is called by."""

    version = opened_on()

    class Meta:
        model = User
        fields = ["display_name", "display_name_en"]
        help_texts = {"display_name": _("写岗位，不写姓名，例如 镇经济发展办。")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["display_name"].required = True


class NewUserForm(UserForm):
    """A new account; its name is not checked against others here, the action says what it finds."""

    username = forms.CharField(
        label=_("账号"),
        max_length=40,
        help_text=_("登录时填写，建立后不能修改。用小写字母、数字、点和横线，例如 town.office2。"),
    )
    field_order = ("username", "display_name", "display_name_en")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["version"]


class ReasonForm(PlainWords, forms.Form):
    """Why something is done to an account; the log keeps it."""

    reason = forms.CharField(label=_("原因"), max_length=200, help_text=_("写入台账，例如 岗位调整。"))


class BodyForm(PlainWords, forms.ModelForm):
    version = opened_on()

    class Meta:
        model = Body
        fields = ["name", "name_en", "short", "short_en"]


class SeatForm(PlainWords, forms.ModelForm):
    """What a seat is; the same for a new one and for a change."""

    version = opened_on()

    class Meta:
        model = Seat
        fields = ["position", "position_en", "order", "voting", "principal"]
        help_texts = {
            "position": _("写岗位，不写姓名，例如 党委委员（宣传）。"),
            "voting": _("不勾选为列席：可以发言，不计入应到，不表决。"),
            "principal": _("主持会议，最后发言和表决。同一班子只有一席。"),
        }


class NewSeatForm(SeatForm):
    user = PersonField(required=False, empty_label=_("暂缺"))
    starts_on = forms.DateField(label=_("任期起"), widget=DateInput)
    ends_on = forms.DateField(label=_("任期止"), widget=DateInput, required=False, help_text=_("不填表示没有期限。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].initial = timezone.localdate
        del self.fields["order"], self.fields["version"]


class AssignForm(PlainWords, forms.Form):
    version = opened_on()
    user = PersonField(required=False, empty_label=_("暂缺"))


class EndForm(PlainWords, forms.Form):
    version = opened_on()
    ends_on = forms.DateField(label=_("任期止"), widget=DateInput, help_text=_("这一天仍在任，次日起不再计入应到。"))


class RoleForm(PlainWords, forms.Form):
    """Which role to give to whom; `keys` limits the roles offered."""

    key = forms.ChoiceField(label=_("角色"))
    user = PersonField(empty_label=_("请选择"))
    starts_on = forms.DateField(label=_("任期起"), widget=DateInput, required=False, help_text=_("不填表示从今天起。"))
    ends_on = forms.DateField(label=_("任期止"), widget=DateInput, required=False, help_text=_("不填表示没有期限。"))
    reason = forms.CharField(label=_("授予理由"), max_length=200, help_text=_("例如 职务任免通知的文号。"))

    def __init__(self, *args: Any, roles: QuerySet[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, key=((role.key, role.label) for role in roles))


class PersonRoleForm(RoleForm):
    """Which role to give to the person whose page it stands on."""

    user = None  # type: ignore[assignment]  # taken out of the form, as Django has it

    def __init__(self, *args: Any, roles: QuerySet[Role], **kwargs: Any) -> None:
        super().__init__(*args, roles=roles, **kwargs)
        offer(self, key=[("", gettext("请选择")), *((role.key, role.label) for role in roles)])


class RevokeForm(PlainWords, forms.Form):
    reason = forms.CharField(label=_("收回理由"), max_length=200)


class TotpForm(PlainWords, forms.Form):
    code = forms.CharField(
        label=_("验证器里显示的 6 位数字"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class PasskeyForm(PlainWords, forms.Form):
    name = forms.CharField(label=_("设备名称"), max_length=40, help_text=_("自己认得出就行，例如 我的手机。"))
    credential = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].error_messages["required"] = gettext("请按“添加”，再按设备的提示操作。")


class FactorResetForm(PlainWords, forms.Form):
    reason = forms.CharField(
        label=_("原因"), max_length=200, help_text=_("例如 手机遗失，已当面核对本人。会写入台账。")
    )


class IdentityForm(PlainWords, forms.Form):
    uid = forms.CharField(
        label=_("统一身份标识"),
        max_length=191,
        help_text=_("统一身份认证给这个人的唯一标识（sub），请向其管理方索取。"),
    )
