"""Who may do what about ways of voting. A secret ballot's register and box are shown to nobody as rows: only as counts and, once
the ballot is closed, as a list in the order of the receipts."""

from typing import Any

from django.db.models import QuerySet

from decisions.models import BallotBox, BallotSheet, Runner, VoteCheck, VoterMark
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
