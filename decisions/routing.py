"""What a matter type's decision table makes of an item: its route, its required materials, its rule set (R1, R2).

The result stands on `Item.routing`: it follows the draft as its amount changes, and is made for the last time when the item is
submitted. What holds afterwards is what stood there then, however the table changes; a resubmission asks the table again.

The decision is asked with ``amount`` (万元, null where there is none), ``matter_type`` and ``host`` (codes). It may answer with
``route`` (the key of a flow), ``materials`` (kinds of the checklist that are required), ``rule_set`` (a code) and ``vote``
(only a vote in a sitting completes the item); what it leaves out is as the matter type says.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from decisions.models import Item, MatterType, RuleSet
from permissions.errors import Conflict
from workflows import clock, compiled, deciding, dmn

#: Kinds that are met by what is written here, each with its name where a checklist does not give one.
WRITTEN: Mapping[str, tuple[str, str]] = {
    MatterType.PLAN: ("方案", "Plan"),
    "public": ("公众意见采纳情况说明", "What was done with public comments"),
    "expert": ("专家意见书", "Expert opinion"),
    "risk": ("风险评估报告", "Risk assessment"),
    MatterType.LEGALITY: ("合法性审查意见书", "Legality opinion"),
}


def compute(item: Item) -> dict[str, Any]:
    """What the table says of the item now; empty where its matter type has none.

    Raises `Conflict` where the table is not published, comes to no answer, or names a rule set that is not there: a matter
    that nobody can say the rules of goes nowhere.
    """
    name = item.matter_type.decision
    if not name:
        return {}
    version = deciding.version_for(name)
    if version is None:
        raise _stuck(item, _("分级决策“%(name)s”还没有发布") % {"name": name})
    inputs = {"amount": item.amount, "matter_type": item.matter_type.code, "host": item.body.code}
    try:
        decided = compiled.decisions_of(version.pk, version.sha256).decide(name, inputs)
    except dmn.DecisionError as error:
        raise _stuck(item, error.text(get_language() or "zh-hans")) from error
    answer = decided.value if isinstance(decided.value, dict) else {}
    code = str(answer.get("rule_set") or "")
    if code and not RuleSet.objects.filter(code=code).exists():
        raise _stuck(item, _("表中的规则集“%(code)s”不存在") % {"code": code})
    materials = answer.get("materials")
    return {
        "decision": name,
        "key": version.definition.key,
        "name": version.definition.name,
        "version": version.number,
        "sha256": version.sha256,
        "inputs": {**inputs, "amount": None if item.amount is None else str(item.amount)},
        "route": str(answer.get("route") or ""),
        "materials": [str(kind) for kind in materials] if isinstance(materials, list) else None,
        "rule_set": code,
        "vote": bool(answer.get("vote")),
        "rules": [
            {"decision": found.decision, "policy": found.hit_policy, "rules": list(found.rules)}
            for found in decided.evaluated
        ],
        "at": clock.now().isoformat(),
    }


def entries(item: Item) -> list[dict[str, Any]]:
    """The materials of the item, as the matter type's checklist has them, ``required`` as the table says (R3)."""
    asked = item.routing.get("materials")
    listed = [{**entry, "required": bool(entry.get("required", True))} for entry in item.matter_type.checklist]
    if asked is None:
        return listed
    known = {entry["kind"] for entry in listed}
    added = [
        {"kind": kind, "name": name, "name_en": name_en}
        for kind in asked
        if kind not in known
        for name, name_en in (WRITTEN.get(kind, (kind, kind)),)
    ]
    return [{**entry, "required": entry["kind"] in asked} for entry in [*listed, *added]]


def required(item: Item) -> set[str]:
    """The kinds of material the item cannot be tabled without."""
    return {entry["kind"] for entry in entries(item) if entry["required"]}


def flow_of(item: Item) -> str:
    """The key of the flow the item takes when it is submitted."""
    return str(item.routing.get("route") or item.matter_type.flow)


def rule_set_of(item: Item) -> RuleSet:
    """The rule set the item is decided by: the newest version of the one its table named, or its matter type's."""
    code = item.routing.get("rule_set")
    if code and code != item.matter_type.rule_set.code:
        found = RuleSet.objects.filter(code=code).order_by("-number").first()
        if found is not None:
            return found
    return item.matter_type.rule_set


def _stuck(item: Item, why: str) -> Conflict:
    return Conflict(
        _("“%(kind)s”的议题现在定不了办理路径：%(why)s。请联系流程管理员，您填写的内容没有提交。")
        % {"kind": item.matter_type.label, "why": why},
        code="no_route",
    )
