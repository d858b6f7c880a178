"""The vote by name: what a seat says, changed as often as it likes while the ballot is open (R18, R42)."""

import json
import secrets
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from decisions.actions.sittings.casting import cast_as, own_seat, require_turn, share_ballot
from decisions.actions.sittings.common import log_entry, require_moving, require_open, spoken
from decisions.models import Vote
from permissions import audit
from permissions.errors import WrongState
from permissions.models import User
from permissions.transactions import action
from workflows import clock

# One statement casts, replaces, or finds the very same vote already there (then it returns nothing).
_CAST = """
INSERT INTO decisions_vote AS vote (ballot_id, seat_id, choice, picks, words, receipt, cast_by_id, cast_at, casts)
VALUES (%(ballot)s, %(seat)s, %(choice)s, %(picks)s::jsonb, %(words)s, %(receipt)s, %(by)s, %(at)s, %(casts)s::jsonb)
ON CONFLICT (ballot_id, seat_id) DO UPDATE
   SET choice = EXCLUDED.choice, picks = EXCLUDED.picks, words = EXCLUDED.words, receipt = EXCLUDED.receipt,
       cast_by_id = EXCLUDED.cast_by_id, cast_at = EXCLUDED.cast_at, casts = vote.casts || EXCLUDED.casts
 WHERE (vote.choice, vote.picks, vote.words) IS DISTINCT FROM (EXCLUDED.choice, EXCLUDED.picks, EXCLUDED.words)
RETURNING jsonb_array_length(casts)
"""


@action
def vote_cast(
    *, actor: User, ballot_id: int, seat_id: int, choice: str = "", words: str = "", picks: Sequence[int] = ()
) -> Vote:
    """Vote by name for one's own seat; a later vote replaces it while the ballot is open. The same vote sent twice is one.

    Sixteen people may do this in the same instant: they share the ballot's row and each write their own. The log gets
    a digest of the vote, so that it shows no direction before the ballot closes. In an election `picks` holds the
    candidates approved and `choice` says nothing. Raises `Hidden`, `Denied` (not your
    seat, recused, absent), `WrongState` (ballot closed, the item's flow suspended, the principal votes last), `Invalid`
    (no such choice).
    """
    ballot = share_ballot(actor, ballot_id)
    require_open(ballot.entry.sitting)
    seat = own_seat(actor, ballot, seat_id)
    if not ballot.is_named:
        raise WrongState(
            _("这次采用%(method)s。请按会场宣布的方式表决。") % {"method": ballot.get_method_display()}, code="method"
        )
    if not ballot.is_open:
        raise WrongState(_("这次表决已经结束，不能再投票或改投。"), code="ballot_closed")
    require_moving(ballot.entry)
    choice, approved = cast_as(ballot, choice, picks)
    extra = {} if ballot.motion.places is None else {"picks": approved}
    require_turn(ballot, seat)
    words = spoken(words, "words")
    now, nonce = clock.now(), secrets.token_hex(16)
    receipt = f"B{ballot.entry.order}-{seat.order:02d}-{nonce[:4].upper()}"
    cast = {"choice": choice, "words": words, "at": audit.instant(now), "receipt": receipt, "nonce": nonce} | extra
    with connection.cursor() as cursor:
        cursor.execute(
            _CAST,
            {
                "ballot": ballot.pk,
                "seat": seat.pk,
                "choice": choice,
                "words": words,
                "receipt": receipt,
                "by": actor.pk,
                "at": now,
                "picks": json.dumps(approved),
                "casts": json.dumps([cast]),
            },
        )
        row = cursor.fetchone()
    vote = Vote.objects.get(ballot=ballot, seat=seat)
    if row is not None:
        log_entry(
            ballot.entry,
            actor,
            "vote_cast",
            ballot,
            seat=seat.pk,
            position=seat.position,
            receipt=receipt,
            replaces=row[0] > 1,
            digest=cast_digest(cast),
        )
        # Now the case is held: whoever suspended it while this vote was on its way was first.
        require_moving(ballot.entry)
    return vote


def cast_digest(cast: dict[str, Any]) -> str:
    """SHA-256 over a cast's canonical JSON, its nonce included: binds the vote in the log without showing it."""
    return sha256(audit.canonical(cast).encode()).hexdigest()
