"""A kind of record as a form: what is asked, where a record can stand, who may what, and which flow handles it.

What the form does not show (computed values, matching, conditions …) stays as the file has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permissions.forms import PlainWords, opened_on
from permissions.models import Role, User
from permissions.policies import visible
from workflows import names
from workflows.bpmn.form.model import WITH_OPTIONS, FormField, Option
from workflows.bpmn.form.model import Kind as FieldKind
from workflows.designing.form_builder import KINDS
from workflows.models import Definition, DefinitionKind, PackState, RecordKind
from workflows.models.packs import KEY_VALIDATOR
from workflows.packs.model import BY_FIELD, EVERYONE, OWNER, Access, Button, Kind, Listing, State, Tone

#: Empty rows to go on in.
BLANK = 3
TONES = (
    ("waiting", gettext_lazy("等待办理")),
    ("moving", gettext_lazy("办理中")),
    ("done", gettext_lazy("已完成")),
    ("stopped", gettext_lazy("已停止")),
)


class KindForm(PlainWords, forms.Form):
    """The kind itself, and who may what."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=40, help_text=gettext_lazy("例如：请假申请。"))
    key = forms.CharField(
        label=gettext_lazy("代号"),
        max_length=40,
        validators=[KEY_VALIDATOR],
        help_text=gettext_lazy("英文小写，建好以后不能改，例如 leave_request。"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    help = forms.CharField(label=gettext_lazy("说明"), max_length=300, required=False)
    number = forms.CharField(
        label=gettext_lazy("编号的写法"),
        max_length=60,
        help_text=gettext_lazy("{year} 是年度，{n} 是当年的序号，例如：假〔{year}〕{n}号。"),
    )
    title = forms.CharField(
        label=gettext_lazy("记录叫什么"),
        max_length=300,
        help_text=gettext_lazy("写一项的代号，或 FEEL 表达式，例如：reason。列表和通知里用它称呼一条记录。"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    create = forms.MultipleChoiceField(
        label=gettext_lazy("谁登记"), required=False, widget=forms.CheckboxSelectMultiple
    )
    view = forms.MultipleChoiceField(
        label=gettext_lazy("谁查看"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("登记人、修改的人和流程里的经办人总能查看。"),
    )
    edit = forms.MultipleChoiceField(label=gettext_lazy("谁修改"), required=False, widget=forms.CheckboxSelectMultiple)
    version = opened_on()

    def __init__(
        self, data: QueryDict | None, kind: Kind | None, roles: Sequence[tuple[str, str]], version: str
    ) -> None:
        began: dict[str, Any] = {"version": version, "number": "{year}-{n:3}"}
        if kind is not None:
            access = kind.access
            began |= {
                **{name: getattr(kind, name) for name in ("name", "key", "help", "number", "title")},
                **{name: list(getattr(access, name)) for name in ("create", "view", "edit")},
            }
        super().__init__(data, initial=began)
        for name in ("create", "view", "edit"):
            self.fields[name].choices = [one for one in roles if name != "create" or _before(one[0])]  # type: ignore[attr-defined]
        if kind is not None:
            # A key names the records there are: it is said, and stays.
            self.fields["key"].disabled = True


class FieldRow(forms.Form):
    """One question."""

    was = forms.CharField(required=False, widget=forms.HiddenInput)
    label = forms.CharField(label=gettext_lazy("问什么"), max_length=100, required=False)
    key = forms.CharField(
        label=gettext_lazy("代号"),
        max_length=40,
        required=False,
        validators=[KEY_VALIDATOR],
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("怎么答"), choices=tuple(KINDS.items()), required=False)
    required = forms.BooleanField(label=gettext_lazy("必填"), required=False)
    more = forms.CharField(
        label=gettext_lazy("选项，或引用哪种记录"),
        required=False,
        max_length=2000,
        widget=forms.TextInput,
        help_text=gettext_lazy("选项用顿号分开。"),
    )
    gone = forms.BooleanField(label=gettext_lazy("删去"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("label") or data.get("gone"):
            return data
        if data.get("kind") in {str(one) for one in WITH_OPTIONS} and len(_options(data.get("more", ""))) < 2:
            self.add_error("more", _("请写至少两个选项，用顿号分开。"))
        if data.get("kind") == "record" and not data.get("more"):
            self.add_error("more", _("请写引用哪种记录的代号，例如 village。"))
        return data


class StateRow(forms.Form):
    """One state."""

    was = forms.CharField(required=False, widget=forms.HiddenInput)
    label = forms.CharField(label=gettext_lazy("状态"), max_length=40, required=False)
    key = forms.CharField(
        label=gettext_lazy("代号"),
        max_length=40,
        required=False,
        validators=[KEY_VALIDATOR],
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    tone = forms.ChoiceField(label=gettext_lazy("表示"), choices=TONES, required=False)
    gone = forms.BooleanField(label=gettext_lazy("删去"), required=False)


class ButtonForm(forms.Form):
    """The flow that handles a record."""

    flow = forms.ChoiceField(
        label=gettext_lazy("由哪个流程办理"),
        required=False,
        help_text=gettext_lazy("不选则只登记、不办理。流程在“流程”里绘制。"),
    )
    at_once = forms.BooleanField(label=gettext_lazy("登记后自动开始办理"), required=False)

    def __init__(self, data: QueryDict | None, kind: Kind | None) -> None:
        first = kind.buttons[0] if kind is not None and kind.buttons else None
        began = {"flow": first.flow, "at_once": first.at_once} if first is not None else {"at_once": True}
        super().__init__(data, initial=began, prefix="button")
        flows = Definition.objects.filter(kind=DefinitionKind.FLOW).order_by("key")
        self.fields["flow"].choices = [("", _("不办理")), *((one.key, one.label) for one in flows)]  # type: ignore[attr-defined]


class KindForms:
    """All forms of one kind together. `kind` is what they say, once they are valid."""

    def __init__(self, data: QueryDict | None, kind: Kind | None, row: RecordKind | None, version: str) -> None:
        self.before = kind
        self.main = KindForm(data, kind, roles_of(kind, row), version)
        self.button = ButtonForm(data, kind)
        fields = [_field_began(one) for one in kind.fields] if kind is not None else []
        states = [_state_began(one) for one in kind.states] if kind is not None else [_NOTED]
        self.fields = _rows(FieldRow, data, fields, "field")
        self.states = _rows(StateRow, data, states, "state")

    @property
    def all(self) -> list[forms.BaseForm]:
        """Every form, for what is wrong."""
        return [self.main, *self.fields, *self.states, self.button]

    def is_valid(self) -> bool:
        """Whether everything was typed as it can be; every form is asked, so that all faults are told."""
        faults = [form.errors for form in self.all]
        return not any(faults)

    def kind(self) -> Kind:
        """What the forms say, over what the file says already."""
        data = self.main.cleaned_data
        before = self.before
        fields = tuple(_fields(self.fields, before))
        states = tuple(_states(self.states))
        access = Access(tuple(data["create"]), tuple(data["view"]), tuple(data["edit"]))
        said: dict[str, Any] = {
            "name": data["name"],
            "help": data["help"],
            "number": data["number"],
            "title": data["title"],
            "fields": fields,
            "states": states,
            "access": access,
            "buttons": _buttons(self.button.cleaned_data, before),
        }
        if before is not None:
            return replace(before, **said)
        columns = tuple(one.key for one in fields if one.kind is not FieldKind.FILE)[:4]
        listing = Listing("all", _("全部"), columns=columns)
        return Kind(key=data["key"], lists=(listing,), **said)


_CLASSES: Mapping[type[forms.Widget], str] = {forms.Select: "form-select", forms.CheckboxInput: "form-check-input"}
_NOTED = {"label": gettext_lazy("已登记"), "key": "noted", "tone": "waiting", "was": ""}


def roles_of(kind: Kind | None, row: RecordKind | None) -> list[tuple[str, str]]:
    """Who can be named: everyone, whoever registers, the people in its fields, and the roles of the house and of the pack."""
    found = [(EVERYONE, _("所有在岗人员")), (OWNER, _("登记人"))]
    fields = kind.fields if kind is not None else ()
    found += [(f"{BY_FIELD}{one.key}", names.label(one.label)) for one in fields if one.kind is FieldKind.PERSON]
    roles: dict[str, str] = {}
    for role in Role.objects.select_related("body").order_by("code"):
        roles.setdefault(role.code, role.called)
    prefix = f"{row.pack.key}." if row is not None else ""
    for code, label in roles.items():
        key = f"pack.{code.removeprefix(prefix)}" if prefix and code.startswith(prefix) else code
        if "." not in key or key.startswith("pack."):
            found.append((key, label))
    named = {key for key, _label in found}
    access = kind.access if kind is not None else Access()
    found += [(key, key) for key in {*access.create, *access.view, *access.edit} if key not in named]
    return found


def other_kinds(user: User) -> list[tuple[str, str]]:
    """The kinds a reference can lead to: key and name."""
    rows = visible(user, RecordKind.objects.filter(retired=False)).exclude(pack__state=PackState.REMOVED)
    return [(row.key, row.label) for row in rows.order_by("key")]


def _before(role: str) -> bool:
    """Whether a role is known before there is a record."""
    return role != OWNER and not role.startswith(BY_FIELD)


def _rows(
    form: type[forms.Form], data: QueryDict | None, began: Sequence[Mapping[str, Any]], prefix: str
) -> list[forms.Form]:
    count = len(began) + BLANK
    if data is not None:
        sent = [int(found[1]) for key in data if (found := re.fullmatch(rf"{prefix}-(\d{{1,3}})-label", key))]
        count = min(max(sent, default=-1) + 1, 100)
    given = [*began, *({} for _nth in range(max(0, count - len(began))))][:count]
    rows = [
        form(data, initial=dict(one), prefix=f"{prefix}-{nth}", use_required_attribute=False)
        for nth, one in enumerate(given)
    ]
    for field in (field for row in rows for field in row.fields.values()):
        field.widget.attrs["class"] = _CLASSES.get(type(field.widget), "form-control")
    return rows


def _field_began(one: FormField) -> dict[str, Any]:
    return {
        "was": one.key,
        "label": one.label,
        "key": one.key,
        "kind": str(one.kind),
        "required": one.required is not None,
        "more": _more(one),
    }


def _more(one: FormField) -> str:
    """What stands beside a question's kind: the kind of record it refers to, or its options."""
    return one.of or "、".join(option.label for option in one.options)


def _state_began(one: State) -> dict[str, Any]:
    return {"was": one.key, "label": one.label, "key": one.key, "tone": str(one.tone)}


def _said(rows: Iterable[forms.Form]) -> Iterable[dict[str, Any]]:
    """What the rows say that hold something and are not to go."""
    for row in rows:
        data = row.cleaned_data
        if data.get("label") and not data.get("gone"):
            yield data


def _fields(rows: Sequence[forms.Form], before: Kind | None) -> Iterable[FormField]:
    for nth, data in enumerate(_said(rows), 1):
        old = before.field_of(data["was"]) if before is not None and data["was"] else None
        kind = FieldKind(data["kind"] or "text") if data["kind"] in KINDS else old.kind if old else FieldKind.TEXT
        key = data["key"] or data["was"] or f"field_{nth}"
        one = old if old is not None and old.kind is kind else FormField(key, kind, data["label"])
        required = (one.required or "true") if data["required"] else None
        options, of = one.options, one.of
        # Untouched options stay to the letter: one of them may have in it what separates them here.
        if kind in WITH_OPTIONS and not (options and data["more"] == _more(one)):
            known = {option.label: option.value for option in options}
            options = tuple(Option(known.get(label, label), label) for label in _options(data["more"]))
        if kind is FieldKind.RECORD:
            of = data["more"].strip()
        yield replace(one, key=key, kind=kind, label=data["label"], required=required, options=options, of=of)


def _states(rows: Sequence[forms.Form]) -> Iterable[State]:
    for nth, data in enumerate(_said(rows), 1):
        yield State(data["key"] or data["was"] or f"state_{nth}", data["label"], Tone(data["tone"] or "waiting"))


def _buttons(data: Mapping[str, Any], before: Kind | None) -> tuple[Button, ...]:
    rest = before.buttons[1:] if before is not None else ()
    if not data["flow"]:
        return rest
    first = before.buttons[0] if before is not None and before.buttons else Button("handle", _("办理"), data["flow"])
    who = first.who or ((OWNER,) if not data["at_once"] else ())
    return (replace(first, flow=data["flow"], at_once=data["at_once"], who=who), *rest)


def _options(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[、,，;；\n]", text) if part.strip()]
