"""What every vote on a screen begins with: the ballot shared with the other voters, one's own seat, one's turn."""

from django.db import connection
from django.utils.translation import gettext as _

from decisions.actions.sittings.room import refusal
from decisions.models import Ballot, SittingSeat
from decisions.selectors import sittings as read
from permissions.access import fetch
from permissions.errors import Denied, Hidden
from permissions.models import User

# Table names are ours, values are parameters: nothing here comes from outside.
_LOCK_SHARED = f"SELECT status FROM {Ballot._meta.db_table} WHERE id = %s FOR SHARE"  # noqa: S608


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
