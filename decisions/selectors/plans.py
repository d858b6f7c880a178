"""The plans of an item and their texts: the main one, the alternatives tabled with it (R9), their versions and clauses, and what
a change of substance has left behind (R29)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from decisions import stages
from decisions.models import Item, LegalityReview, Plan, WordingContest
from decisions.rules.clauses import Clause, identified, read
from workflows.models import CaseTask


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


def opinions_outdated(item: Item) -> bool:
    """Whether a plan that stands changed in substance, or came, after opinions were last asked: they are asked again (R29)."""
    plans = plans_of(item)
    asked = any(plan.is_main and plan.asked_version for plan in plans)
    return asked and any(plan.asked_version < plan.substantive_version for plan in plans)


@dataclass(frozen=True, slots=True)
class Version:
    """One saved text of a plan. `contest` is the other side's objection to its having been declared wording, while it stands."""

    row: Any
    clauses: tuple[Clause, ...]
    contest: WordingContest | None = None

    @property
    def number(self) -> int:
        return int(self.row.version)

    @property
    def counts_as_substance(self) -> bool:
        """Whether the procedure runs again because of it (R29)."""
        return self.row.kind == Plan.Kind.SUBSTANTIVE or self.contest is not None


def version_rows(plan: Plan) -> list[Any]:
    """The rows of a plan's history that are its versions, newest first, with `saved_by` and `suggestion` at hand."""
    rows = Plan.history.filter(id=plan.pk).select_related("saved_by", "suggestion").order_by("history_id")
    return list({row.version: row for row in rows}.values())[::-1]


def versions(plan: Plan) -> list[Version]:
    """The versions of a plan, newest first; each clause with the id it has in the newest."""
    contests = {row.version: row for row in WordingContest.objects.filter(plan=plan, withdrawn_at__isnull=True)}
    rows = version_rows(plan)
    texts = _texts(row.clauses for row in rows)
    return [Version(row, text, contests.get(row.version)) for row, text in zip(rows, texts, strict=True)]


def clauses_of(plan: Plan) -> tuple[Clause, ...]:
    """The clauses of a plan as it stands; those of old texts get the ids their next version will keep."""
    return identified(read(plan.clauses))


def clauses_at(plan: Plan, version: int) -> tuple[Clause, ...]:
    """The clauses of one version; nothing where there is no such version."""
    return next((found.clauses for found in versions(plan) if found.number == version), ())


def _texts(newest_first: Iterable[list[dict[str, str]]]) -> list[tuple[Clause, ...]]:
    found: list[tuple[Clause, ...]] = []
    for rows in newest_first:
        found.append(identified(read(rows), found[-1] if found else ()))
    return found


def review_outdated(item: Item) -> bool:
    """Whether a plan that stands changed in substance after the newest legality review, or came after it (R9); a review
    still going on takes the rest (R29)."""
    going_on = CaseTask.objects.filter(process=item.case_id, form=stages.LEGALITY, finished__isnull=True)
    if item.case_id is None or going_on.exists():
        return False
    review = item.newest_review
    return review is not None and any(
        reviewed_version(review, plan) < plan.substantive_version for plan in plans_of(item)
    )
