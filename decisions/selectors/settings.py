"""Rule sets and matter types as values that can be compared, proposed and put in force, and as the pages show them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from decisions import rules
from decisions.models import MatterType, RuleSet, SettingChange
from decisions.rules import coherence
from decisions.rules.coherence import Remark
from decisions.selectors.items.checks import money
from permissions import audit
from permissions.actions import changes
from permissions.errors import Invalid
from permissions.models import Body, User
from permissions.policies import may, visible
from workflows.models import DefinitionKind, DefinitionVersion, VersionStatus

Kind = SettingChange.Kind
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_WORDS = ("name", "name_en", "short", "short_en", "hint", "hint_en")
_SWITCHES = ("needs_amount", "needs_candidates", "reports_up", "active")
#: a checklist longer than this is a mistake, not a checklist
MOST_PAPERS = 30


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number of a rule set: its field, what it is, the unit it is read with, and its rule."""

    name: str
    label: Any
    unit: Any
    rule: str = ""


_DAYS, _WORKING, _MONTHS = (
    gettext_lazy("%(count)s 天"),
    gettext_lazy("%(count)s 个工作日"),
    gettext_lazy("%(count)s 个月"),
)
_SEATS = gettext_lazy("%(count)s 人")
#: every period of `rules.Periods`, in the order of the work
PERIODS = (
    Number("notice_days", gettext_lazy("会议通知至少提前"), _DAYS, "R11"),
    Number("legality_working_days", gettext_lazy("合法性审查不少于"), _WORKING, "R5"),
    Number("comment_days", gettext_lazy("公开征求意见不少于"), _DAYS, "R6"),
    Number("publication_working_days", gettext_lazy("会签后公布，不超过"), _WORKING, "R33"),
    Number("superior_report_days", gettext_lazy("向上级报告，不超过"), _DAYS, "R34"),
    Number("emergency_report_hours", gettext_lazy("紧急决定后报告，不超过"), gettext_lazy("%(count)s 小时"), "R26"),
    Number("suspension_days", gettext_lazy("紧急中止后补办程序，不超过"), _DAYS, "R37"),
    Number("report_days", gettext_lazy("承办单位报告进展，每"), _DAYS, "R36"),
    Number("remind_days", gettext_lazy("到期以前提醒，提前"), _DAYS, "R36"),
    Number("evaluation_months", gettext_lazy("会签后多久开展后评估（0 为不评估）"), _MONTHS, "R39"),
    Number("evaluation_days", gettext_lazy("后评估用时，不超过"), _DAYS, "R39"),
)
#: whole numbers of the rule set itself
NUMBERS = (
    Number("few_votes", gettext_lazy("无记名表决人数提醒，少于"), _SEATS),
    Number("speaking_seconds", gettext_lazy("每次发言时间（0 为不限）"), gettext_lazy("%(count)s 秒"), "R19"),
    Number("emergency_total", gettext_lazy("紧急决定至少"), _SEATS, "R26"),
    Number("emergency_each", gettext_lazy("紧急决定每个班子至少"), _SEATS, "R26"),
)


def current_rule_sets() -> list[RuleSet]:
    """The newest version of every rule set."""
    return list(RuleSet.objects.order_by("code", "-number").distinct("code"))


def rule_set(code: str) -> RuleSet | None:
    """The version of a rule set that is in force."""
    return RuleSet.objects.filter(code=code).order_by("-number").first()


def waiting_for(user: User) -> list[SettingChange]:
    """The changes this user could put in force."""
    pending = SettingChange.objects.filter(status=SettingChange.Status.PENDING).select_related("body", "proposed_by")
    return [change for change in visible(user, pending) if may(user, "setting_confirm", change)]


def flows() -> list[tuple[str, str]]:
    """The published flows a matter type can name: key and name."""
    found = {row.definition.key: row.definition.label for row in _published(DefinitionKind.FLOW)}
    return sorted(found.items())


def routes() -> list[tuple[str, str]]:
    """The published decisions a matter type can be routed by: the decision's id and the name of its file."""
    found = {one: row.definition.label for row in _published(DefinitionKind.DECISION) for one in row.provides}
    return sorted(found.items())


def _published(kind: str) -> QuerySet[DefinitionVersion]:
    rows = DefinitionVersion.objects.filter(status=VersionStatus.PUBLISHED, definition__kind=kind)
    return rows.select_related("definition").defer("xml")


def values_of(kind: str, code: str) -> dict[str, Any]:
    """What is in force, as JSON; empty where there is no such rule set or matter type yet."""
    if kind == Kind.RULE_SET:
        current = rule_set(code)
        if current is None:
            return {}
        return {"name": current.name, "name_en": current.name_en, "numbers": current.rules.to_json()}
    matter = MatterType.objects.filter(code=code).select_related("rule_set").first()
    if matter is None:
        return {}
    return {
        **{name: getattr(matter, name) for name in (*_WORDS, *_SWITCHES, "flow", "decision", "order", "checklist")},
        "rule_set": matter.rule_set.code,
        "threshold": None if matter.threshold is None else f"{matter.threshold:.2f}",
    }


def clean(kind: str, code: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are kept. Raises `Invalid` naming the fields that cannot be taken, and why."""
    check_code(code)
    return _clean_rules(values) if kind == Kind.RULE_SET else _clean_matter(values)


def check_code(code: str) -> None:
    """Raises `Invalid` for a code that cannot go into an address or a diagram."""
    if not _CODE.fullmatch(code):
        words = _("代码用小写字母、数字和连字符，最多 40 个，例如：land-use。")
        raise Invalid(words, fields={"code": words})


def digest(values: Mapping[str, Any]) -> str:
    """A short word for what is in force, so that a form knows what it was written on."""
    return sha256(audit.canonical(values).encode()).hexdigest()[:16]


def fields_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """The cleaned values of a matter type as its fields take them."""
    threshold = values["threshold"]
    return {
        **values,
        "rule_set": rule_set(values["rule_set"]),
        "threshold": None if threshold is None else Decimal(threshold),
    }


def _clean_rules(values: Mapping[str, Any]) -> dict[str, Any]:
    words = changes.words(RuleSet, {key: str(values.get(key, "")) for key in ("name", "name_en")}, required=("name",))
    changes.check(_odd_numbers(values.get("numbers") or {}))
    try:
        found = rules.Rules.from_json(values["numbers"])
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid(_("规则数值没有写全，请检查每一项。"), code="incomplete") from error
    wrong = coherence.faults(found, Body.objects.values_list("code", flat=True))
    changes.check({_place(said): remark_words(said) for said in wrong})
    return {**words, "numbers": found.to_json()}


def _odd_numbers(numbers: Mapping[str, Any]) -> dict[str, str]:
    whole = {one.name: numbers.get(one.name) for one in NUMBERS} | dict(numbers.get("periods") or {})
    faults = {
        name: _("请填写 0 到 9999 的整数。")
        for name, value in whole.items()
        if value is not None and (type(value) is not int or not 0 <= value <= 9999)
    }
    if "methods" in numbers and not numbers["methods"]:
        faults["methods"] = _("请至少选一种表决方式。")
    return faults


def _clean_matter(values: Mapping[str, Any]) -> dict[str, Any]:
    faults: dict[str, str] = {}
    try:
        words = changes.words(MatterType, {key: str(values.get(key, "")) for key in _WORDS}, required=("name", "short"))
    except Invalid as error:
        words, faults = {}, dict(error.fields)
    if values.get("flow") not in dict(flows()):
        faults["flow"] = _("请选择已发布的流程。")
    if values.get("decision") and values["decision"] not in dict(routes()):
        faults["decision"] = _("请选择已发布的分级决策，或选择不分级。")
    if rule_set(str(values.get("rule_set", ""))) is None:
        faults["rule_set"] = _("请选择规则集。")
    threshold = _amount(values.get("threshold"), faults)
    papers = _papers(values.get("checklist") or [], faults)
    order = values.get("order", 0)
    if type(order) is not int or not 0 <= order <= 999:
        faults["order"] = _("请填写 0 到 999 的整数。")
    changes.check(faults)
    return {
        **words,
        **{name: bool(values.get(name)) for name in _SWITCHES},
        "flow": values["flow"],
        "decision": values.get("decision", ""),
        "order": order,
        "checklist": papers,
        "rule_set": values["rule_set"],
        "threshold": threshold,
    }


def _amount(text: Any, faults: dict[str, str]) -> str | None:
    if text in (None, ""):
        return None
    try:
        amount = Decimal(str(text)).quantize(Decimal("0.01"))
    except InvalidOperation:
        amount = Decimal(-1)
    if not 0 <= amount < Decimal(10) ** 12:
        faults["threshold"] = _("请填写万元数，例如：50。没有限额请留空。")
        return None
    return f"{amount:.2f}"


def _papers(rows: Sequence[Mapping[str, Any]], faults: dict[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for row in rows:
        kind, name = str(row.get("kind", "")).strip(), str(row.get("name", "")).strip()
        if not kind and not name:
            continue
        if not kind or not name or not kind.isascii() or not kind.replace("-", "").replace("_", "").isalnum():
            faults["checklist"] = _("每项材料都要有代码（字母）和名称。")
            continue
        found.append(
            {
                "kind": kind[:40],
                "name": name[:60],
                "name_en": str(row.get("name_en", "")).strip()[:80],
                "required": bool(row.get("required")),
            }
        )
    kinds = [paper["kind"] for paper in found]
    if len(set(kinds)) != len(kinds):
        faults["checklist"] = _("同一种材料只写一次。")
    if len(found) > MOST_PAPERS:
        faults["checklist"] = _("材料清单请不要超过 %(most)d 项。") % {"most": MOST_PAPERS}
    return found


def _place(said: coherence.Said) -> str:
    return f"{said.body}.{said.field}".strip(".") or "numbers"


def remark_words(said: coherence.Said) -> str:
    """A remark about a rule set as a sentence."""
    words = {
        Remark.BODY_MISSING: _("这个班子还没有人数要求，请填写。"),
        Remark.BODY_UNKNOWN: _("没有这个班子，请删去。"),
        Remark.NOT_STRICTER: _("从严的要求不能低于平时的要求（R44）。"),
        Remark.FEW_VOTES: _("至少填 2：只有一人投票时，结果就是他的选择。"),
        Remark.QUORUM_LOW: _("法定人数低于半数（R13）。"),
        Remark.PASSING_LOW: _("不过半数也能通过（R21）。"),
        Remark.RECONSIDER_LOW: _("不过半数成员同意也能复议（R38）。"),
        Remark.PERIOD_SHORT: _("比公开规定的期限短（国务院令第713号）。"),
        Remark.PERIOD_LONG: _("比公开规定的期限长（国务院令第713号第三十二条）。"),
        Remark.SILENT: _("表决前不要求人人表明态度（R19）。"),
        Remark.NOT_LAST: _("班长不是末位发言和投票（R20）。"),
    }
    return words[said.remark]


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a rule set or matter type as people read it; ``mark`` is a body whose number it is."""

    label: str
    value: str
    body: Body | None = None
    rule: str = ""


def facts_of(kind: str, values: Mapping[str, Any]) -> list[Fact]:
    """What the values say, line by line, in the language of the reader."""
    if not values:
        return []
    return _rule_facts(values) if kind == Kind.RULE_SET else _matter_facts(values)


def _rule_facts(values: Mapping[str, Any]) -> list[Fact]:
    found = rules.Rules.from_json(values["numbers"])
    names = {body.code: body for body in Body.objects.all()}
    lines = [Fact(_("名称"), values["name"]), Fact(_("英文名称"), values["name_en"])]
    for code, numbers in found.bodies.items():
        body = names.get(code)
        lines += [
            Fact(_("法定人数"), share(numbers.quorum), body, "R13"),
            Fact(_("通过"), share(numbers.passing), body, "R21"),
            Fact(_("从严时法定人数"), share(numbers.strict_quorum), body, "R44"),
            Fact(_("从严时通过"), share(numbers.strict_passing), body, "R44"),
            Fact(_("同意复议"), share(numbers.reconsider), body, "R38"),
            Fact(_("回避后应到人数"), _("减少") if numbers.shrink else _("不减少"), body, "R24"),
        ]
    order = _("、").join(names[code].label for code in found.principal_order if code in names)
    yes, no = _("是"), _("否")
    return [
        *lines,
        Fact(_("表决前人人表明态度"), yes if found.statements else no, rule="R19"),
        Fact(_("班长末位发言和投票"), yes if found.principal_last else no, rule="R20"),
        Fact(_("班长之间的次序"), order or _("不分先后"), rule="R20"),
        Fact(_("表决方式"), _("、").join(method_words(method) for method in found.methods), rule="R23"),
        Fact(_("结果已定可提前结束"), yes if found.early_close else no),
        Fact(_("一人两席"), two_seats_words(found.two_seats), rule="R43"),
        Fact(_("视为重大分歧"), share(found.split_share), rule="R25"),
        Fact(_("紧急决定只由班长作出"), yes if found.emergency_principals else no, rule="R26"),
        *(Fact(str(one.label), one.unit % {"count": getattr(found, one.name)}, rule=one.rule) for one in NUMBERS),
        *(
            Fact(str(one.label), one.unit % {"count": getattr(found.periods, one.name)}, rule=one.rule)
            for one in PERIODS
        ),
    ]


def _matter_facts(values: Mapping[str, Any]) -> list[Fact]:
    yes, no = _("是"), _("否")
    chosen = rule_set(values["rule_set"])
    papers = _("、").join(
        paper["name"] + ("" if paper.get("required") else _("（可选）")) for paper in values["checklist"]
    )
    limit = values["threshold"]
    return [
        Fact(_("名称"), values["name"]),
        Fact(_("英文名称"), values["name_en"]),
        Fact(_("简称"), values["short"]),
        Fact(_("英文简称"), values["short_en"]),
        Fact(_("范围"), values["hint"]),
        Fact(_("英文范围"), values["hint_en"]),
        Fact(_("流程"), dict(flows()).get(values["flow"], values["flow"]), rule="R1"),
        Fact(_("分级决策"), dict(routes()).get(values["decision"], values["decision"]) or _("不分级"), rule="R1"),
        Fact(_("规则集"), chosen.label if chosen else values["rule_set"], rule="R1"),
        Fact(
            _("限额"),
            _("%(amount)s 万元") % {"amount": money(Decimal(limit))} if limit is not None else _("无"),
            rule="R2",
        ),
        Fact(_("填写金额"), yes if values["needs_amount"] else no),
        Fact(_("须向上级报告"), yes if values["reports_up"] else no, rule="R34"),
        Fact(_("填写人选"), yes if values["needs_candidates"] else no),
        Fact(_("材料清单"), papers or _("无"), rule="R3"),
        Fact(_("次序"), str(values["order"])),
        Fact(_("启用"), yes if values["active"] else no),
    ]


def grouped(facts: Sequence[Fact]) -> list[tuple[Body | None, list[Fact]]]:
    """The lines that have something to say, those of a body together, in the order of their first."""
    found: dict[Body | None, list[Fact]] = {}
    for fact in facts:
        if fact.value:
            found.setdefault(fact.body, []).append(fact)
    return list(found.items())


def differences(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[Fact, str]]:
    """The lines that differ: the new line, and what it said before (empty where it is new)."""
    before = {(fact.label, fact.body): fact.value for fact in facts_of(kind, old)}
    return [
        (fact, before.get((fact.label, fact.body), ""))
        for fact in facts_of(kind, new)
        if before.get((fact.label, fact.body)) != fact.value
    ]


def cautions_of(kind: str, values: Mapping[str, Any]) -> list[tuple[Body | None, str]]:
    """What a rule set does that the public rules do not: whose number it is, and the sentence."""
    if kind != Kind.RULE_SET or not values:
        return []
    names = {body.code: body for body in Body.objects.all()}
    return [
        (names.get(said.body), remark_words(said))
        for said in coherence.cautions(rules.Rules.from_json(values["numbers"]))
    ]


def examples_of(values: Mapping[str, Any], due: Mapping[str, int]) -> list[tuple[Body, str]]:
    """What the numbers mean for the seats of today: 9 席：到会 5 席可以开会，赞成 5 票通过."""
    found = rules.Rules.from_json(values["numbers"])
    return [
        (
            body,
            _("应到 %(due)s 席：到会 %(quorum)s 席可以表决，赞成 %(passing)s 票通过")
            % {
                "due": due.get(body.code, 0),
                "quorum": rules.required(found.body(body.code).quorum, due.get(body.code, 0)),
                "passing": rules.required(found.body(body.code).passing, due.get(body.code, 0)),
            },
        )
        for body in Body.objects.filter(code__in=found.bodies)
    ]


def setting_label(subject: str) -> tuple[str, str]:
    """The name and the page of what a chain ``setting:rule_set.ordinary`` is about."""
    kind, _dot, code = subject.partition(":")[2].partition(".")
    name = str(values_of(kind, code).get("name", code))
    label = _("规则集：%(name)s") if kind == Kind.RULE_SET else _("事项类型：%(name)s")
    return label % {"name": name}, reverse("setting", args=[kind, code])


def share(threshold: rules.Threshold | None) -> str:
    """A share in words, in the language of the reader."""
    if threshold is None:
        return _("不设")
    english = (get_language() or "").startswith("en")
    return rules.share_en(threshold) if english else rules.share_zh(threshold)


def method_words(method: rules.Method) -> str:
    """A way of voting in words."""
    return {
        rules.Method.NAMED: _("记名表决"),
        rules.Method.HANDS: _("举手表决"),
        rules.Method.VOICE: _("口头表决"),
        rules.Method.SECRET: _("无记名表决"),
    }[method]


def two_seats_words(setting: rules.TwoSeats) -> str:
    """What somebody with two seats may do, in words."""
    return {
        rules.TwoSeats.EACH: _("每席一票"),
        rules.TwoSeats.BARRED: _("只在一个班子表决"),
    }[setting]
