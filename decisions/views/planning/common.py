"""What the pages of the planning room share."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from decisions import stages
from decisions.models import Item, Plan
from decisions.selectors import items as select
from decisions.selectors.plans import plans_of
from decisions.views.items.common import actor, open_forms
from permissions.errors import Hidden
from permissions.policies import may


def plan_at(item: Item, plan_pk: int, *, withdrawn: bool = False) -> Plan:
    """A plan of this item. Raises `Hidden`."""
    plans = plans_of(item, withdrawn=True)
    found = next((plan for plan in plans if plan.pk == plan_pk and (withdrawn or plan.withdrawn_at is None)), None)
    if found is None:
        raise Hidden(_("没有找到这个方案，它可能已经撤下。请返回议题，看现在的方案。"))
    found.item = item
    return found


def main_or(item: Item, plan_pk: int | None, *, withdrawn: bool = False) -> Plan | None:
    """A plan of this item, without a key the main one; None while that is not written yet."""
    if plan_pk is not None:
        return plan_at(item, plan_pk, withdrawn=withdrawn)
    plan = item.plan
    if plan is not None:
        plan.item = item
    return plan


def can(request: HttpRequest, item: Item, *acts: str) -> dict[str, bool]:
    """Which of these acts this user may do to the item now."""
    forms = open_forms(item)
    user = actor(request)
    return {act: bool(may(user, act, item)) and not stages.why_not(act, item.phase, forms) for act in acts}


def consequences(item: Item) -> dict[str, Any]:
    """What the two ways of declaring a change lead to (R29), for the page that asks."""
    return {"again": select.substance_words(item)}
