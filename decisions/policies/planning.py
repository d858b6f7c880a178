"""Who sees what the planning room holds: all of it is as open as its item's papers. Who may act is `ItemPolicy`'s word."""

from typing import Any

from django.db.models import QuerySet

from decisions.models import ClauseComment, Plan, Suggestion, WordingContest
from decisions.policies.items import readable
from permissions.models import User
from permissions.policies import ALLOWED, Actor, Policy, Verdict, policy


@policy(Plan)
class PlanPolicy(Policy):
    """A plan is as open as the papers of its item (R24, R40)."""

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(item__in=readable(actor).values("pk"))

    def may_view(self, actor: User, obj: Plan) -> Verdict:
        return ALLOWED


class _OfPlan(Policy):
    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(plan__item__in=readable(actor).values("pk"))

    def may_view(self, actor: User, obj: Any) -> Verdict:
        return ALLOWED


@policy(ClauseComment)
class ClauseCommentPolicy(_OfPlan):
    """A comment is as open as the plan's item."""


@policy(Suggestion)
class SuggestionPolicy(_OfPlan):
    """A suggestion is as open as the plan's item."""


@policy(WordingContest)
class WordingContestPolicy(_OfPlan):
    """A contest is as open as the plan's item."""
