"""What every vote on a screen begins with: the ballot shared with the other voters, one's own seat, one's turn."""

from collections.abc import Sequence

from django.db import connection
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from decisions import rules
from decisions.actions.sittings.room import refusal
from decisions.models import Ballot, SittingSeat, Vote
from decisions.selectors import ballots as select
from decisions.selectors import sittings as read
from permissions.access import fetch
from permissions.errors import Denied, Hidden, Invalid
from permissions.models import User

_LOCK_SHARED = "SELECT status FROM decisions_ballot WHERE id = %s FOR SHARE"


def share_ballot(actor: User, ballot_id: int) -> Ballot:
    """The ballot, its row shared with the other voters until commit: only who closes it has to wait. Raises `Hidden`, `Denied`."""
    fetch(Ballot, actor, "vote_cast", ballot_id)
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_SHARED, [ballot_id])
        cursor.fetchone()
    return Ballot.objects.select_related("entry__item", "entry__sitting", "body", "motion").get(pk=ballot_id)


def own_seat(actor: User, ballot: Ballot, seat_id: int) -> SittingSeat:
    """The actor's own seat in the ballot's body. Raises `Hidden` or `Denied`: nobody votes for another (R22)."""
    seat = SittingSeat.objects.filter(sitting=ballot.entry.sitting_id, pk=seat_id).first()
    if seat is None:
        raise Hidden(_("本次会议的名册上没有这个席位。请返回会议页面重新选择。"))
    if seat.user_id != actor.pk:
        raise Denied(_("这是%(seat)s的席位。投票只能由本人办理。") % {"seat": seat.label}, code="not_your_seat")
    if seat.body_id != ballot.body_id:
        raise Denied(
            _("这是%(body)s的表决，%(seat)s属于另一个班子。") % {"body": ballot.body.label, "seat": seat.label},
            code="other_body",
        )
    return seat


def require_turn(ballot: Ballot, seat: SittingSeat) -> None:
    """Raises `WrongState` or `Denied` unless it is the seat's turn to vote in the ballot (R20, R22, R24)."""
    answer = read.turn_to_vote(ballot, seat.pk)
    if not answer:
        raise refusal(answer, seat, voting=True)


@sensitive_variables()
def cast_as(ballot: Ballot, choice: str, picks: Sequence[int]) -> tuple[str, list[int]]:
    """What a vote says and whom it approves. In an election the candidates in `picks` say it all, and nobody is an abstention.

    Raises `Invalid`, without what was chosen: no such choice, more candidates than places.
    """
    places = ballot.motion.places
    if places is None:
        if choice not in Vote.Choice.values:
            words = _("请选择赞成、反对或弃权。")
            raise Invalid(words, code="no_choice", fields={"choice": words})
        return choice, []
    if not rules.may_pick(picks, select.standing(ballot.motion), places):
        raise Invalid(_("最多选 %(places)s 人，每人只能选一次。") % {"places": places}, code="picks")
    return (Vote.Choice.FOR if picks else Vote.Choice.ABSTAIN).value, sorted(picks)
