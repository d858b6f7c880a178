"""What a substitution reaches of the business (代理范围), and which work on an item must lie in different hands (职责分离)."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.db.models import CharField, ForeignKey, Model, OneToOneField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from decisions import stages
from decisions.models import ExecutionTask, Item, MatterType, Minutes
from permissions import hands, scopes
from permissions.models import AuditEvent, SeparationRule
from workflows.models import Case, CaseTask

_ITEM, _MATTER = "item", "matter_type"
_NUMBER = re.compile(r"(\d{4})\D+(\d{1,9})")
#: How far a row can be from its item: a vote's ballot's entry's.
_DEEP = 4


@cache
def path_to_item(model: type[Model]) -> str | None:
    """The lookup from a model's rows to their item (`entry__item`), the shortest there is; None where there is none."""
    ways: list[tuple[str, type[Model]]] = [("", model)]
    for _step in range(_DEEP):
        further: list[tuple[str, type[Model]]] = []
        for way, here in ways:
            for field in here._meta.concrete_fields:
                if not isinstance(field, ForeignKey | OneToOneField) or field.related_model is here:
                    continue
                to: Any = field.related_model
                name = f"{way}__{field.name}" if way else field.name
                if to is Item:
                    return name
                if to._meta.app_label == "decisions":
                    further.append((name, to))
        ways = further
    return None


def labels(obj: Model) -> Iterable[str] | None:
    """What a row is about: its item, and the item's matter type."""
    item: Any = obj
    if isinstance(obj, CaseTask | Case):
        case = obj.process if isinstance(obj, CaseTask) else obj
        kind, _sep, pk = case.subject.partition(":")
        item = Item.objects.filter(pk=int(pk)).first() if kind == _ITEM and pk.isdecimal() else None
    elif not isinstance(obj, Item):
        way = path_to_item(type(obj))
        if way is None:
            return None
        for name in way.split("__"):
            item = getattr(item, name, None)
    return (f"{_ITEM}:{item.pk}", f"{_MATTER}:{item.matter_type_id}") if isinstance(item, Item) else None


def within(model: type[Model], scope: frozenset[str]) -> Q | None:
    """The rows of a model that are about the items of a scope."""
    items = Item.objects.filter(Q(pk__in=_keys(scope, _ITEM)) | Q(matter_type__in=_keys(scope, _MATTER))).order_by()
    if model is Item:
        return Q(pk__in=items.values("pk"))
    if model in (Case, CaseTask, AuditEvent):
        return Q(**{f"{'process__' if model is CaseTask else ''}subject__in": _subjects(items)})
    way = path_to_item(model)
    return Q(**{f"{way}__in": items.values("pk")}) if way is not None else None


def names(wanted: Iterable[str]) -> Mapping[str, str]:
    """Matter types by name, items by number: a title may be for few, and whoever keeps the roles is not among them (N5, R40)."""
    wanted = list(wanted)
    kinds = MatterType.objects.in_bulk(_keys(wanted, _MATTER))
    items = Item.objects.in_bulk(_keys(wanted, _ITEM))
    return {
        **{f"{_MATTER}:{pk}": _("事项类型 %(name)s") % {"name": kind.label} for pk, kind in kinds.items()},
        **{f"{_ITEM}:{pk}": _("议题 %(number)s") % {"number": item.number} for pk, item in items.items()},
    }


def choices() -> list[tuple[str, str]]:
    """The matter types, to be chosen from."""
    return [(f"{_MATTER}:{kind.pk}", kind.label) for kind in MatterType.objects.order_by("pk")]


def find(text: str) -> str | None:
    """The item with this number, as people write it: 议〔2026〕17号, or 2026-17."""
    match = _NUMBER.search(text)
    if match is None:
        return None
    pk = Item.objects.filter(year=int(match[1]), serial=int(match[2])).values_list("pk", flat=True).first()
    return f"{_ITEM}:{pk}" if pk is not None else None


scopes.reach(scopes.Reach(labels, within, names, choices, find))


def _keys(scope: Iterable[str], kind: str) -> list[int]:
    pairs = (name.partition(":") for name in scope)
    return [int(pk) for what, _sep, pk in pairs if what == kind and pk.isdecimal()]


def _subjects(items: QuerySet[Item]) -> QuerySet[Any]:
    named = items.annotate(chain=Concat(Value(f"{_ITEM}:"), Cast("pk", CharField()), output_field=CharField()))
    return named.values("chain")


# Which work there is, and which lies in different hands from the first day on.

_STEPS = {
    stages.DRAFT: gettext_lazy("流程：提出议题"),
    stages.CONFIRM: gettext_lazy("流程：确认议题"),
    stages.PLAN: gettext_lazy("流程：编制方案"),
    stages.OPINIONS: gettext_lazy("流程：征求意见"),
    stages.LEGALITY: gettext_lazy("流程：合法性审查"),
    stages.TABLE: gettext_lazy("流程：列入议程"),
    stages.SIGN: gettext_lazy("流程：会签"),
    stages.EXECUTE: gettext_lazy("流程：交办"),
}
_ACTS = {
    "item_submit": gettext_lazy("提出议题"),
    "item_confirm": gettext_lazy("确认议题"),
    "plan_save": gettext_lazy("编写方案"),
    "opinions_close": gettext_lazy("办结征求意见"),
    "legality_give": gettext_lazy("出具合法性审查意见"),
    "minutes_edit": gettext_lazy("修改纪要"),
    "minutes_check": gettext_lazy("校核纪要"),
    "minutes_sign": gettext_lazy("签署纪要"),
    "execution_report": gettext_lazy("报告进展"),
    "execution_claim": gettext_lazy("报告办结"),
    "execution_accept": gettext_lazy("核实办结"),
}
_STEP = "step:"


def _done(form: str, chain: str) -> QuerySet[AuditEvent]:
    """The log's entries of steps with this form in the flow of an item."""
    nodes = CaseTask.objects.filter(process__subject=chain, form=form).order_by().values_list("node", flat=True)
    return AuditEvent.objects.filter(subject=chain, verb="task_complete", data__node__in=list(nodes.distinct()))


def _step(form: str, label: Any) -> hands.Work:
    return hands.Work(
        f"{_STEP}{form}",
        label,
        lambda chain, persons: _done(form, chain).filter(hands.of(persons)).exists(),
        lambda chain, persons: hands.others(_done(form, chain), persons).exists(),
    )


hands.work(*(hands.Work(code, label) for code, label in _ACTS.items()))
hands.work(*(_step(form, label) for form, label in _STEPS.items()))


def _of_item(act: str, item: Item) -> tuple[str, str] | None:
    return (act, item.subject) if act in _ACTS else None


def _of_minutes(act: str, minutes: Minutes) -> tuple[str, str] | None:
    return (act, minutes.entry.item.subject) if act in _ACTS else None


def _of_execution(act: str, task: ExecutionTask) -> tuple[str, str] | None:
    return (act, task.item.subject) if act in _ACTS else None


def _of_task(act: str, task: CaseTask) -> tuple[str, str] | None:
    if act not in ("task_claim", "task_complete") or task.form not in _STEPS or not task.process.subject:
        return None
    return f"{_STEP}{task.form}", task.process.subject


hands.naming(Item, _of_item)
hands.naming(Minutes, _of_minutes)
hands.naming(ExecutionTask, _of_execution)
hands.naming(CaseTask, _of_task)

# The first draft of minutes is put together by the system from the record, whoever announced the result: it is nobody's work.
hands.ship(
    SeparationRule(
        code="proposer_confirms",
        name="提议人不确认自己的议题",
        name_en="A proposer does not confirm their own item",
        done=["item_submit"],
        barred=["item_confirm"],
        basis="R12",
    ),
    SeparationRule(
        code="planner_reviews",
        name="编写方案的人不作合法性审查",
        name_en="Who wrote the plan does not review its legality",
        done=["plan_save"],
        barred=["legality_give"],
        basis="R3、R4",
    ),
    SeparationRule(
        code="writer_signs",
        name="修改纪要的人不单独签署",
        name_en="Who wrote the minutes does not sign them alone",
        done=["minutes_edit"],
        barred=["minutes_sign"],
        alone=True,
        basis="R32、R45",
    ),
)
