"""The plans of an item: the main one, the alternatives tabled with it (R9), and what a change of substance has left behind (R29)."""

from collections.abc import Mapping

from decisions.models import Item, LegalityReview, Plan


def plans_of(item: Item, *, withdrawn: bool = False) -> list[Plan]:
    """The plans of an item that stand, main plan first, in the order they are put to the vote; `withdrawn` ones too if asked."""
    known = getattr(item, "_prefetched_objects_cache", {}).get("plans")
    rows = known if known is not None else Plan.objects.filter(item=item).select_related("saved_by").order_by("order")
    return [plan for plan in rows if withdrawn or plan.withdrawn_at is None]


def main_plan(item: Item) -> Plan | None:
    """The main plan of an item; None before it is first saved."""
    return item.plan


def versions_of(item: Item) -> Mapping[int, int]:
    """Plan id → version, of the plans that stand, in their order: what is frozen when the item is put to the vote."""
    return {plan.pk: plan.version for plan in plans_of(item)}


def reviewed_version(review: LegalityReview, plan: Plan) -> int:
    """The version of this plan a legality review has read; 0 where it did not cover the plan."""
    return review.plan_version if plan.is_main else int(review.versions.get(str(plan.pk), 0))
