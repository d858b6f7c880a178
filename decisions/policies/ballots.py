"""Who may do what about ways of voting. A secret ballot's register and box are shown to nobody as rows: only as counts and, once
the ballot is closed, as a list in the order of the receipts."""

from typing import Any

from django.db.models import Q, QuerySet

from decisions.models import BallotBox, BallotSheet, Motion, Resolution, Runner, Vote, VoteCheck, VoterMark
from decisions.policies.sittings import OfSitting
from permissions.policies import Actor, Policy, policy


class _Sealed(Policy):
    """Nobody sees these rows, whatever their role."""

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.none()


@policy(VoterMark)
class VoterMarkPolicy(_Sealed):
    """That a seat has voted."""


@policy(BallotBox)
class BallotBoxPolicy(_Sealed):
    """What the slips say."""


@policy(BallotSheet)
class BallotSheetPolicy(OfSitting):
    """Written at the desk; two people each for themselves."""

    path = "ballot__entry__sitting__"
    item = "ballot__entry__item"


@policy(Runner)
class RunnerPolicy(OfSitting):
    """Who stands in an election."""

    path = "motion__entry__sitting__"
    item = "motion__entry__item"


@policy(VoteCheck)
class VoteCheckPolicy(OfSitting):
    """What members say of what is recorded for them."""

    path = "ballot__entry__sitting__"
    item = "ballot__entry__item"


@policy(Motion)
class MotionPolicy(OfSitting):
    """What is put to the vote is in the papers of the item."""

    path = "entry__sitting__"
    item = "entry__item"
    paper = True


@policy(Vote)
class VotePolicy(OfSitting):
    """How somebody voted nobody reads while the ballot is open, but they themselves; afterwards whoever gets the papers."""

    path = "ballot__entry__sitting__"
    item = "ballot__entry__item"
    paper = True

    def visible(self, actor: Actor, queryset: QuerySet[Any]) -> QuerySet[Any]:
        own = Q(seat__user=actor.pk if actor is not None else None)
        return super().visible(actor, queryset).filter(Q(ballot__closed_at__isnull=False) | own)


@policy(Resolution)
class ResolutionPolicy(OfSitting):
    """A body's count is announced: who stands recused may read it too."""

    path = "motion__entry__sitting__"
    item = "motion__entry__item"
