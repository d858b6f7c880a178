"""Rule sets and matter types, and changes of them, as the pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from decisions import rules
from decisions.models import SettingChange
from decisions.rules import coherence
from decisions.selectors.items.checks import money
from decisions.selectors.items.papers import entry_name
from decisions.selectors.settings.numbers import NUMBERS, PERIODS
from decisions.selectors.settings.values import flows, routes, rule_set, values_of
from decisions.selectors.settings.words import method_words, remark_words, share, two_seats_words
from permissions.models import Body

Kind = SettingChange.Kind


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
        entry_name(paper) + ("" if paper.get("required") else _("（可选）")) for paper in values["checklist"]
    )
    limit = values["threshold"]
    return [
        Fact(_("名称"), values["name"]),
        Fact(_("英文名称"), values["name_en"]),
        Fact(_("简称"), values["short"]),
        Fact(_("英文简称"), values["short_en"]),
        Fact(_("范围"), values["hint"]),
        Fact(_("英文范围"), values["hint_en"]),
        Fact(pgettext("one", "流程"), dict(flows()).get(values["flow"], values["flow"]), rule="R1"),
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
