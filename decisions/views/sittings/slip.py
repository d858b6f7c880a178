"""The ballot paper that is handed in once: secret ballots and elections. Choose, confirm with the receipt in hand, done.

Every step is a POST: a choice in an address would stand in the server's log and in the browser's history. The receipt is on the
page before the vote is cast, so that a second click, which finds the vote there already, can show it again.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_safe

from decisions.actions import sittings as act
from decisions.actions.sittings.secret import receipt_issue
from decisions.models import Ballot, Candidate, SittingSeat, Vote
from decisions.selectors import ballots as select
from decisions.selectors.room import turnouts
from decisions.views.items.common import actor
from decisions.views.sittings.common import number, page
from permissions import access
from permissions.errors import ApplicationError, Conflict, Denied, Invalid, WrongState


@sensitive_post_parameters()
@sensitive_variables()
def slip(request: HttpRequest, row: Ballot, shown: dict[str, Any]) -> HttpResponse:
    """The page of `decisions.views.sittings.ballot.ballot` for a ballot handed in once; ``shown`` is what both have."""
    user, seat = actor(request), shown["seat"]
    people = select.candidates(row.motion) if row.motion.places is not None else {}
    picks = [number(text) for text in request.POST.getlist("pick")]
    choice = request.POST.get("choice", "")
    receipt = request.POST.get("receipt", "")
    context = shown | {"people": people, "picks": picks, "chosen": "", "receipt": "", "step": "choose"}
    error: ApplicationError | None = None
    if request.method == "POST" and seat is not None:
        try:
            if request.POST.get("step") == "cast":
                _cast(row, seat, choice=choice, picks=picks, receipt=receipt, user=user)
                if not row.is_secret:
                    return redirect("ballot", row.pk)
                moved = {"turnouts": turnouts(row)}
                context |= moved | {"step": "done", "receipt": receipt.partition(":")[0], "state": "receipt"}
            elif row.is_open and not shown["locked"] and not shown["cast"]:
                context |= _confirm(row, seat, choice=choice, picks=picks, people=people, user=user)
        except (WrongState, Denied, Invalid, Conflict) as refusal:
            error = refusal
            row.refresh_from_db(fields=["status"])
    response = page(request, "slip", context | {"error": error})
    if error is not None:
        response.status_code = error.status
    return response


@sensitive_variables()
def _cast(row: Ballot, seat: SittingSeat, *, choice: str, picks: list[int], receipt: str, user: Any) -> None:
    given: dict[str, Any] = {"actor": user, "ballot_id": row.pk, "seat_id": seat.pk, "choice": choice, "picks": picks}
    if row.is_secret:
        act.slip_cast(receipt=receipt, **given)
    else:
        act.vote_cast(**given)


@sensitive_variables()
def _confirm(
    row: Ballot, seat: SittingSeat, *, choice: str, picks: list[int], people: dict[int, Candidate], user: Any
) -> dict[str, Any]:
    """What the page to confirm shows. Raises `Invalid` where there is nothing to confirm."""
    if row.motion.places is None and choice not in Vote.Choice.values:
        raise Invalid(_("请选择赞成、反对或弃权。"), code="no_choice")
    if row.motion.places is not None and len(picks) > row.motion.places:
        told = {"count": len(picks), "places": row.motion.places, "over": len(picks) - row.motion.places}
        words = _("您选了 %(count)s 人，最多选 %(places)s 人。请去掉 %(over)s 人再继续。") % told
        raise Invalid(words, code="picks")
    issued = receipt_issue(actor=user, ballot_id=row.pk, seat_id=seat.pk) if row.is_secret else ""
    return {
        "step": "confirm",
        "chosen": Vote.Choice(choice).label if row.motion.places is None else "",
        "choice": choice,
        "named": [people[person] for person in picks if person in people],
        "token": issued,
        "receipt": issued.partition(":")[0],
        "state": "choosing",
    }


@never_cache
@require_safe
def slips(request: HttpRequest, pk: int) -> HttpResponse:
    """The slips of a closed secret ballot by their receipts. Whoever voted finds theirs with the search of the browser: a
    receipt asked for here would say whose it is."""
    rows = Ballot.objects.select_related("entry__sitting__host", "entry__item", "motion", "body")
    row = access.fetch(rows, actor(request), "view", pk)
    people = select.names(row.motion) if row.motion.places is not None else {}
    lines = [
        (
            one["receipt"],
            _("、").join(people[person] for person in one["picks"] if person in people) or _("未选")
            if people
            else Vote.Choice(one["choice"]).label,
        )
        for one in select.slips(row)
    ]
    context = {
        "ballot": row,
        "entry": row.entry,
        "sitting": row.entry.sitting,
        "lines": lines,
        "reveals": not row.is_open and select.revealing(row),
    }
    return page(request, "slips", context)
