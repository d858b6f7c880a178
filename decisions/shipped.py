"""What ships with the system and every house begins with: flows and decisions, rule sets, and the matter types that name them."""

from decimal import Decimal
from pathlib import Path

from django.conf import settings

from decisions.models import MatterType, RuleSet
from decisions.rules import AT_LEAST_TWO_THIRDS, ORDINARY, PERSONNEL, BodyRules, Method, Rules
from permissions import versions
from permissions.models import Body
from workflows.actions import definition_publish, definition_save
from workflows.models import DefinitionVersion

LIBRARY = Path(settings.BASE_DIR) / "workflows" / "library"
FLOWS = {
    "joint_decision": "联合决策",
    "joint_personnel": "联合决策（人事）",
    "joint_ratification": "追认紧急决定",
}
DECISIONS = {"fund_route": "资金事项分级", "matter_routes": "事项分级"}
#: For matters of special weight: two thirds of the seats are there, more than half of those due pass it.
MAJOR = BodyRules(quorum=AT_LEAST_TWO_THIRDS)

_PLAN = {"kind": MatterType.PLAN, "name": "方案", "name_en": "Plan", "required": True}
_PUBLIC = {"kind": "public", "name": "公众意见采纳情况说明", "name_en": "What was done with public comments"}
_EXPERT = {"kind": "expert", "name": "专家意见书", "name_en": "Expert opinion"}
_RISK = {"kind": "risk", "name": "风险评估报告", "name_en": "Risk assessment"}
_BUDGET = {"kind": "budget", "name": "资金测算表", "name_en": "Cost estimate"}
_RECORD = {"kind": "record", "name": "推荐考察材料", "name_en": "Recommendation and vetting record"}
_LEGAL = {"kind": MatterType.LEGALITY, "name": "合法性审查意见书", "name_en": "Legality opinion", "required": True}


def load() -> None:
    """Flows, decisions, rule sets and matter types, where they are missing. What somebody has changed since stays as it is."""
    files = {key: f"{key}.dmn" for key in DECISIONS} | {key: f"{key}.bpmn" for key in FLOWS}
    # A flow or a table that somebody of the house has drawn at is theirs: a new start or release of the system never draws over it.
    theirs = DefinitionVersion.objects.filter(created_by__isnull=False, definition__key__in=files)
    own = set(theirs.values_list("definition__key", flat=True))
    for key, name in (DECISIONS | FLOWS).items():
        if key in own:
            continue
        version = definition_save(actor=None, key=key, name=name, xml=(LIBRARY / files[key]).read_bytes())
        definition_publish(actor=None, version_id=version.pk)
    ordinary = _rule_set("ordinary", "普通事项规则", "Ordinary matters", ORDINARY)
    _rule_set("major", "特别重大事项规则", "Matters of special weight", MAJOR)
    personnel = _rule_set("personnel", "人事事项规则", "Personnel matters", PERSONNEL, (Method.SECRET, Method.NAMED))
    kinds: list[dict[str, object]] = [
        {
            "code": "decision",
            "name": "重大决策",
            "name_en": "Major decision",
            "short": "决策",
            "short_en": "Decision",
            "hint": "规划、制度、改革举措",
            "hint_en": "Plans, regulations, reforms",
            "flow": "joint_decision",
            "rule_set": ordinary,
            "checklist": [_PLAN, _PUBLIC, _EXPERT, _RISK, _LEGAL],
        },
        {
            "code": "personnel",
            "name": "人事任免",
            "name_en": "Personnel",
            "short": "人事",
            "short_en": "Personnel",
            "hint": "推荐、交流、任免",
            "hint_en": "Recommendation, exchange, appointment",
            "flow": "joint_personnel",
            "rule_set": personnel,
            "needs_candidates": True,
            "checklist": [_PLAN, _RECORD, _LEGAL],
        },
        {
            "code": "project",
            "name": "重大项目",
            "name_en": "Major project",
            "short": "项目",
            "short_en": "Project",
            "hint": "建设、盘活、招商项目",
            "hint_en": "Construction, re-use of assets, investment",
            "flow": "joint_decision",
            "rule_set": ordinary,
            "needs_amount": True,
            "threshold": Decimal(50),
            "decision": "route_of_project",
            "checklist": [_PLAN, _PUBLIC, _EXPERT, _RISK, _LEGAL],
        },
        {
            "code": "funds",
            "name": "大额资金",
            "name_en": "Large sums",
            "short": "资金",
            "short_en": "Funds",
            "hint": "预算外和大额支出",
            "hint_en": "Outside the budget, large payments",
            "flow": "joint_decision",
            "rule_set": ordinary,
            "needs_amount": True,
            "threshold": Decimal(30),
            "decision": "route_of_funds",
            "checklist": [_PLAN, _BUDGET, _LEGAL],
        },
    ]
    for order, kind in enumerate(kinds, 1):
        if not MatterType.objects.filter(code=kind["code"]).exists():
            versions.save(MatterType(**kind, order=order), None, "setting_confirm")


def _rule_set(
    code: str, name: str, name_en: str, numbers: BodyRules, methods: tuple[Method, ...] = Rules().methods
) -> RuleSet:
    bodies = dict.fromkeys(Body.objects.values_list("code", flat=True), numbers)
    found, _created = RuleSet.objects.get_or_create(
        code=code,
        number=1,
        defaults={"name": name, "name_en": name_en, "numbers": Rules(bodies, methods=methods).to_json()},
    )
    return found
