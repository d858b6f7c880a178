"""A vote in a secret ballot: a mark that the seat has voted, a slip in the box, and nothing that joins the two.

No name of what is handed in here may reach a log line, an error or an error report (docs/adr/0018-secret-ballots-are-two-things.md).
"""

import json
import secrets
from collections.abc import Sequence

from django.core.signing import BadSignature, Signer
from django.db import connection
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from decisions.actions.sittings.casting import cast_as, own_seat, require_turn, share_ballot
from decisions.actions.sittings.common import log_entry, require_moving, require_open
from decisions.models import Ballot, BallotBox, VoterMark
from permissions.errors import Conflict, Invalid, WrongState
from permissions.models import User
from permissions.transactions import action

# Without letters and digits that look alike.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_GROUPS = 3

# Values travel apart from the statement's text, so that an error in the server's log shows no slip.
_PUT = "UPDATE decisions_ballotbox SET slips = %s::jsonb WHERE ballot_id = %s"


def receipt_issue(*, actor: User, ballot_id: int, seat_id: int) -> str:
    """A new receipt for a seat's slip, signed so that nobody hands in one of their own making. Nothing is kept of it."""
    receipt = "-".join("".join(secrets.choice(_ALPHABET) for _place in range(4)) for _group in range(_GROUPS))
    return _signer(actor, ballot_id, seat_id).sign(receipt)


def _signer(actor: User, ballot_id: int, seat_id: int) -> Signer:
    return Signer(salt=f"slip:{ballot_id}:{seat_id}:{actor.pk}")


@action
@sensitive_variables()
def slip_cast(
    *, actor: User, ballot_id: int, seat_id: int, receipt: str, choice: str = "", picks: Sequence[int] = ()
) -> VoterMark:
    """Put one's slip into the box of a secret ballot, once and for good. The same receipt handed in again changes nothing.

    `receipt` comes from `receipt_issue`, before the vote, and names the slip in the list published after closing. In an
    election `picks` holds the candidates approved and `choice` says nothing. Returns the mark that the seat has voted. Raises
    `Hidden`, `Denied` (not your seat, recused, absent), `WrongState` (ballot closed, the seat has voted, the principal votes
    last, the item's flow suspended), `Invalid`; none of them holds what was chosen.
    """
    ballot = share_ballot(actor, ballot_id)
    require_open(ballot.entry.sitting)
    seat = own_seat(actor, ballot, seat_id)
    if not ballot.by_slip:
        raise WrongState(_("这次表决不是屏幕上的无记名投票。请按会场宣布的方式表决。"), code="method")
    box = BallotBox.objects.select_for_update().get(ballot=ballot)
    try:
        name = _signer(actor, ballot.pk, seat.pk).unsign(receipt)
    except BadSignature:
        raise Invalid(_("回执无效。请返回重新选择。"), code="receipt") from None
    mark = VoterMark.objects.filter(ballot=ballot, seat=seat).first()
    known = any(slip["receipt"] == name for slip in box.slips)
    if mark is not None and known:
        return mark
    if mark is not None:
        raise WrongState(_("您这一席已经投票。无记名投票投出后不能更改。"), code="voted")
    if not ballot.is_open:
        raise WrongState(_("这次表决已经结束，不能再投票或改投。"), code="ballot_closed")
    require_moving(ballot.entry)
    if known:
        raise Conflict(_("请返回重新选择，再投一次。"), code="receipt")
    choice, approved = cast_as(ballot, choice, picks)
    slip: dict[str, object] = {"receipt": name, "choice": choice, "picks": approved}
    require_turn(ballot, seat)
    mark = VoterMark.objects.create(ballot=ballot, seat=seat)
    _put(ballot, sorted([*box.slips, slip], key=lambda one: str(one["receipt"])))
    log_entry(ballot.entry, actor, "vote_cast", ballot, seat=seat.pk, position=seat.position, secret=True)
    require_moving(ballot.entry)
    return mark


@sensitive_variables()
def _put(ballot: Ballot, slips: list[dict[str, object]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_PUT, [json.dumps(slips), ballot.pk])
