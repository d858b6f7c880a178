"""Rule sets and matter types as values that can be compared, proposed and put in force."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from decisions import rules
from decisions.models import MatterType, RuleSet, SettingChange
from decisions.rules import coherence
from decisions.selectors.settings.numbers import NUMBERS
from decisions.selectors.settings.words import remark_words
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


def current_rule_sets() -> list[RuleSet]:
    """The newest version of every rule set."""
    return list(RuleSet.objects.order_by("code", "-number").distinct("code"))


def rule_set(code: str) -> RuleSet | None:
    """The version of a rule set that is in force."""
    return RuleSet.objects.filter(code=code).order_by("-number").first()


def pending() -> QuerySet[SettingChange]:
    """The changes that wait for the other side."""
    return SettingChange.objects.filter(status=SettingChange.Status.PENDING)


def waiting_for(user: User) -> list[SettingChange]:
    """The changes this user could put in force."""
    rows = visible(user, pending().select_related("body", "proposed_by"))
    return [change for change in rows if may(user, "setting_confirm", change)]


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
