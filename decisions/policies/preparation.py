"""Who keeps the calendar, and who sees what was asked for before an item is tabled.

The acts on requests and results are acts on their item (`decisions.policies.items`); what belongs to an item is as open as its papers.
"""

from typing import Any

from django.db.models import Q, QuerySet

from decisions.models import (
    CalendarDay,
    CalendarYear,
    Candidate,
    CommentAnswer,
    Confirmation,
    CoProposer,
    ExpertOpinion,
    Exploration,
    InterestCheck,
    Item,
    ItemCounter,
    LegalityReview,
    Opinion,
    PublicComment,
    ReviewRequest,
    RiskAssessment,
)
from decisions.policies.items import readable
from permissions.models import Role, User
from permissions.own_policies import audit_visibility
from permissions.policies import ALLOWED, Actor, Policy, Verdict, held, part_of, policy

#: Secretaries count periods with it, designers run them in flows: both keep it. Everybody with an account reads it.
_keepers = held(Role.Code.SECRETARY, Role.Code.DESIGNER)


@policy(CalendarDay)
class CalendarDayPolicy(Policy):
    """The calendar is everybody's to read, and the secretaries' and designers' to keep."""

    acts = {
        "calendar_day_set": _keepers,
        "calendar_day_clear": _keepers,
        "calendar_year_announce": _keepers,
    }

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset

    def may_view(self, actor: User, obj: Any) -> Verdict:
        return ALLOWED


@policy(CalendarYear)
class CalendarYearPolicy(CalendarDayPolicy):
    """As the days."""


class _OfItem(Policy):
    path = "item__in"

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(Q(**{self.path: readable(actor).values("pk")}))

    def may_view(self, actor: User, obj: Any) -> Verdict:
        return ALLOWED


@policy(ReviewRequest)
class ReviewRequestPolicy(_OfItem):
    """What was asked for is as open as its item's papers."""


@policy(RiskAssessment)
class RiskAssessmentPolicy(_OfItem):
    """As open as its item's papers."""


@policy(ExpertOpinion)
class ExpertOpinionPolicy(_OfItem):
    """As open as its item's papers."""


@policy(Exploration)
class ExplorationPolicy(_OfItem):
    """As open as its item's papers."""


@policy(LegalityReview)
class LegalityReviewPolicy(_OfItem):
    """As open as its item's papers."""


@policy(Opinion)
class OpinionPolicy(_OfItem):
    """As open as its item's papers."""


@policy(CoProposer)
class CoProposerPolicy(_OfItem):
    """As open as its item's papers."""


@policy(Confirmation)
class ConfirmationPolicy(_OfItem):
    """As open as its item's papers."""


@policy(Candidate)
class CandidatePolicy(_OfItem):
    """As open as its item's papers: who is put forward is the plan of a personnel item."""


@policy(InterestCheck)
class InterestCheckPolicy(_OfItem):
    """As open as its item's papers."""

    path = "request__item__in"


@policy(PublicComment)
class PublicCommentPolicy(_OfItem):
    """As open as its item's papers."""

    path = "request__item__in"


@policy(CommentAnswer)
class CommentAnswerPolicy(_OfItem):
    """As open as its item's papers."""

    path = "comment__request__item__in"


@audit_visibility
def calendar_chain(actor: User) -> Q:
    """Whoever keeps the calendar, and the auditor by their own rule, reads what was done to it."""
    return Q(subject="calendar:days") if _keepers.verdict(actor, None) else Q(pk__in=[])


part_of(Item, why="the last number given to an item of a year; shown only as the numbers of items")(ItemCounter)
