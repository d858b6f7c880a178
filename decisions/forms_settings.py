"""What secretaries type about rule sets and matter types; `decisions.selectors.settings.clean` decides what can be taken."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from decisions import rules
from decisions.forms import LooseForm
from decisions.selectors import settings as read
from permissions.forms import offer
from permissions.models import Body

#: the shares an office uses; another one that is in force stays among the choices
_SHARES = [
    rules.AT_LEAST_HALF,
    rules.MORE_THAN_HALF,
    rules.AT_LEAST_TWO_THIRDS,
    rules.Threshold(2, 3, True),
    rules.Threshold(3, 4, False),
    rules.Threshold(4, 5, False),
    rules.Threshold(1, 1, False),
]
_THRESHOLDS = {"quorum": True, "passing": True, "strict_quorum": False, "strict_passing": False, "reconsider": True}


def _key(threshold: rules.Threshold | None) -> str:
    return "" if threshold is None else f"{threshold.num}/{threshold.den}/{'>' if threshold.strict else '='}"


def _threshold(key: str) -> list[int | bool] | None:
    num, _slash, rest = key.partition("/")
    den, _slash, how = rest.partition("/")
    return [int(num), int(den), how == ">"] if num.isdecimal() and den.isdecimal() else None


def _choices(current: rules.Threshold | None, needed: bool) -> list[tuple[str, str]]:
    found = [*_SHARES, *([current] if current is not None and current not in _SHARES else [])]
    return [*([] if needed else [("", gettext("不设"))]), *((_key(one), read.share(one)) for one in found)]


class NewSettingForm(LooseForm):
    """The name by which a new rule set or matter type goes in flows and addresses."""

    code = forms.CharField(
        label=_("代码"),
        help_text=_("字母、数字和连字符，定了以后不改，例如：land-use。"),
        required=False,
        max_length=40,
    )


class RulesForm(LooseForm):
    """A rule set. The fields of a body are named ``town.quorum``; `bodies` groups them for the page."""

    name = forms.CharField(label=_("名称"), required=False, max_length=200)
    name_en = forms.CharField(label=_("英文名称"), required=False, max_length=200)
    statements = forms.BooleanField(label=_("表决前人人表明态度或放弃发言（R19）"), required=False)
    principal_last = forms.BooleanField(label=_("班长末位发言和投票（R20）"), required=False)
    first = forms.ChoiceField(
        label=_("班长之间的次序"), help_text=_("两位班长各在本班子末位；这里定谁在前。"), required=False
    )
    methods = forms.MultipleChoiceField(
        label=_("允许的表决方式"),
        help_text=_("至少选一种（R23）。"),
        choices=(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    usual = forms.ChoiceField(label=_("通常采用的表决方式"), required=False)
    early_close = forms.BooleanField(
        label=_("结果已定时可以提前结束表决"),
        help_text=_("余下的票无论怎样投都改变不了结果时，主持人可以结束记名表决。"),
        required=False,
    )
    two_seats = forms.ChoiceField(label=_("一人在两个班子都有席位（R43）"), widget=forms.RadioSelect, required=False)
    split_share = forms.ChoiceField(
        label=_("视为重大分歧（R25）"),
        help_text=_("表明不同意或缓议的人达到这个比例，应当暂缓，或写明继续的理由。"),
        required=False,
    )
    emergency_principals = forms.BooleanField(label=_("紧急决定只由班长作出（R26）"), required=False)
    reason = forms.CharField(
        label=_("修改理由"), help_text=_("对方秘书凭它确认，例如：按县委通知调整。"), required=False, max_length=400
    )

    def __init__(self, *args: Any, current: rules.Rules, **kwargs: Any) -> None:
        self.sides = list(Body.objects.order_by("order", "pk"))
        initial = self._initial(current) | (kwargs.pop("initial", None) or {})
        super().__init__(*args, initial=initial, **kwargs)
        for body in self.sides:
            self._add_body(body.code, current.bodies.get(body.code, rules.ORDINARY))
        for one in (*read.NUMBERS, *read.PERIODS):
            label = f"{one.label}（{one.rule}）" if one.rule else str(one.label)
            self.fields[one.name] = forms.IntegerField(label=label, help_text=one.unit % {"count": "…"}, required=False)
        every = [(method.value, read.method_words(method)) for method in rules.Method]
        offer(
            self,
            methods=every,
            usual=every,
            two_seats=((one.value, read.two_seats_words(one)) for one in rules.TwoSeats),
            split_share=_choices(current.split_share, False),
            first=[("", gettext("不分先后")), *((body.code, body.label) for body in self.sides)],
        )

    def _add_body(self, code: str, numbers: rules.BodyRules) -> None:
        labels = {
            "quorum": _("法定人数（R13、R14）"),
            "passing": _("通过（R21）"),
            "strict_quorum": _("从严时的法定人数（R44）"),
            "strict_passing": _("从严时的通过（R44）"),
            "reconsider": _("同意复议（R38）"),
        }
        for name, needed in _THRESHOLDS.items():
            value = getattr(numbers, name)
            self.fields[f"{code}.{name}"] = forms.ChoiceField(
                label=labels[name], choices=_choices(value, needed), initial=_key(value), required=False
            )
        self.fields[f"{code}.shrink"] = forms.BooleanField(
            label=_("有人回避时应到人数减少（R24）"), initial=numbers.shrink, required=False
        )

    @staticmethod
    def _initial(current: rules.Rules) -> dict[str, Any]:
        return {
            "statements": current.statements,
            "principal_last": current.principal_last,
            "first": next(iter(current.principal_order), ""),
            "methods": [method.value for method in current.methods],
            "usual": current.methods[0].value,
            "early_close": current.early_close,
            "two_seats": current.two_seats.value,
            "split_share": _key(current.split_share),
            "emergency_principals": current.emergency_principals,
            **{one.name: getattr(current, one.name) for one in read.NUMBERS},
            **current.periods.to_json(),
        }

    @property
    def bodies(self) -> list[tuple[Body, list[forms.BoundField]]]:
        """Each body with its fields, for the page."""
        names = [*_THRESHOLDS, "shrink"]
        return [(body, [self[f"{body.code}.{name}"] for name in names]) for body in self.sides]

    @property
    def numbers(self) -> list[forms.BoundField]:
        """The fields that are whole numbers about a sitting."""
        return [self[one.name] for one in read.NUMBERS]

    @property
    def periods(self) -> list[forms.BoundField]:
        """The fields that are lengths of time."""
        return [self[one.name] for one in read.PERIODS]

    def values(self) -> dict[str, Any]:
        """What was typed, as `selectors.settings.clean` takes it. Numbers that are none stay as typed, to be refused there."""
        chosen = self.data.getlist("methods") if isinstance(self.data, QueryDict) else []
        usual = self.words("usual")
        first = self.words("first")
        rest = [body.code for body in self.sides if body.code != first]
        return {
            "name": self.words("name"),
            "name_en": self.words("name_en"),
            "numbers": {
                "bodies": {body.code: self._body(body.code) for body in self.sides},
                "statements": bool(self.words("statements")),
                "principal_last": bool(self.words("principal_last")),
                "principal_order": [first, *rest] if first else [],
                "methods": sorted(chosen, key=lambda method: method != usual),
                "early_close": bool(self.words("early_close")),
                "two_seats": self.words("two_seats"),
                "split_share": _threshold(self.words("split_share")),
                "emergency_principals": bool(self.words("emergency_principals")),
                **{one.name: _number(self.words(one.name)) for one in read.NUMBERS},
                "periods": {one.name: _number(self.words(one.name)) for one in read.PERIODS},
            },
        }

    def _body(self, code: str) -> dict[str, Any]:
        return {name: _threshold(self.words(f"{code}.{name}")) for name in _THRESHOLDS} | {
            "shrink": bool(self.words(f"{code}.shrink"))
        }


class MatterForm(LooseForm):
    """A matter type. The checklist is rows of ``paper_kind``, ``paper_name``, ``paper_name_en`` and ``paper_required``."""

    name = forms.CharField(label=_("名称"), required=False, max_length=200)
    name_en = forms.CharField(label=_("英文名称"), required=False, max_length=200)
    short = forms.CharField(label=_("简称"), help_text=_("两个字，列表中使用。"), required=False, max_length=80)
    short_en = forms.CharField(label=_("英文简称"), required=False, max_length=80)
    hint = forms.CharField(
        label=_("范围"), help_text=_("提议人选择类型时看到，例如：规划、制度。"), required=False, max_length=200
    )
    hint_en = forms.CharField(label=_("英文范围"), required=False, max_length=200)
    flow = forms.ChoiceField(label=pgettext_lazy("one", "流程"), required=False)
    decision = forms.ChoiceField(
        label=_("分级决策"),
        help_text=_("按金额等条件选择路径、材料和规则集的决策表；不分级时按本页内容办理（R1）。"),
        required=False,
    )
    rule_set = forms.ChoiceField(label=_("规则集"), required=False)
    needs_amount = forms.BooleanField(label=_("填写金额"), required=False)
    threshold = forms.CharField(
        label=_("限额（万元）"),
        help_text=_("超过限额的议题必须经联席会议表决（R2）。没有限额请留空。"),
        required=False,
        max_length=40,
    )
    reports_up = forms.BooleanField(label=_("决策后须向上级报告（R34）"), required=False)
    needs_candidates = forms.BooleanField(label=_("填写人选，逐人表决"), required=False)
    checklist = forms.CharField(label=_("材料清单"), required=False)
    order = forms.IntegerField(label=_("次序"), required=False)
    active = forms.BooleanField(
        label=_("启用"), help_text=_("停用后不能再提出这类议题，已有的照常办理。"), required=False
    )
    reason = forms.CharField(
        label=_("修改理由"), help_text=_("对方秘书凭它确认，例如：按县委通知调整。"), required=False, max_length=400
    )

    def __init__(self, *args: Any, values: Mapping[str, Any], **kwargs: Any) -> None:
        usual = {"active": True, "order": 0}
        super().__init__(*args, initial=usual | dict(values), **kwargs)
        choose = ("", gettext("请选择"))
        offer(
            self,
            flow=[choose, *read.flows()],
            decision=[("", gettext("不分级")), *read.routes()],
            rule_set=[choose, *((one.code, one.label) for one in read.current_rule_sets())],
        )

    def papers(self) -> list[dict[str, Any]]:
        """The rows of the checklist as typed, those without a word left out."""
        if not isinstance(self.data, QueryDict):
            return []
        columns = [self.data.getlist(name) for name in ("paper_kind", "paper_name", "paper_name_en")]
        ticked = set(self.data.getlist("paper_required"))
        return [
            {"kind": kind, "name": name, "name_en": english, "required": str(number) in ticked}
            for number, (kind, name, english) in enumerate(zip(*columns, strict=False), start=1)
            if kind.strip() or name.strip()
        ]

    def values(self) -> dict[str, Any]:
        """What was typed, as `selectors.settings.clean` takes it."""
        plain = ("name", "name_en", "short", "short_en", "hint", "hint_en", "flow", "decision", "rule_set", "threshold")
        return {
            **{name: self.words(name).strip() for name in plain},
            **{name: bool(self.words(name)) for name in ("needs_amount", "needs_candidates", "reports_up", "active")},
            "order": _number(self.words("order") or "0"),
            "checklist": self.papers(),
        }


def _number(text: str) -> Any:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else text
