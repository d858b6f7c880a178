"""The ballot paper: choose, confirm, receipt. Made for a phone; works without scripts."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from decisions import rules
from decisions.actions import sittings as act
from decisions.models import Ballot, SittingSeat, Vote
from decisions.selectors import ballots as tallies
from decisions.selectors import room as select
from decisions.selectors import sittings as read
from decisions.views.items.common import actor
from decisions.views.sittings.common import number, page
from decisions.views.sittings.sheet import sheet
from decisions.views.sittings.slip import slip
from decisions.views.watermark import ROOM, opened
from permissions import access
from permissions.errors import ApplicationError, Denied, Invalid, WrongState
from permissions.models import User


@never_cache
def ballot(request: HttpRequest, pk: int) -> HttpResponse:
    """Vote for one's own seat. ``?choice=`` asks to confirm it, a POST casts it, ``?again`` chooses anew."""
    user = actor(request)
    row = access.fetch(_rows(), user, "view", pk)
    opened(request, row.entry.item, once_in=ROOM)
    if row.by_sheet:
        return sheet(request, row, _context(request, row, user))
    if row.is_secret or row.motion.places is not None:
        return slip(request, row, _context(request, row, user))
    error: ApplicationError | None = None
    if request.method == "POST":
        try:
            act.vote_cast(
                actor=user,
                ballot_id=pk,
                seat_id=number(request.POST.get("seat")),
                choice=request.POST.get("choice", ""),
                words=request.POST.get("words", ""),
            )
        except (WrongState, Denied, Invalid) as refusal:
            error = refusal
            row.refresh_from_db(fields=["status"])
        else:
            return redirect("ballot", pk)
    written = request.POST.get("words", "").strip()
    context = {"error": error, "typed": [written] if written else []}
    response = page(request, "ballot", _context(request, row, user) | context)
    if error is not None:
        response.status_code = error.status
    return response


@never_cache
@require_safe
def ballot_live(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the vote is, where it has moved since ``v``; the page is drawn anew where this person's own part changed.

    ``state`` is what the page shows them: ``locked`` and ``done`` are drawn anew; a choice being made never is.
    """
    row = access.fetch(_rows(), actor(request), "view", pk)
    context = _context(request, row, actor(request))
    shown = request.GET.get("state")
    if shown != context["state"] and shown in {"locked", "done", "watching"}:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    if request.GET.get("v") == context["version"]:
        return HttpResponse(status=204)
    if row.by_sheet:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return page(request, "_ballot_changes", context | {"state": shown if shown == "choosing" else context["state"]})


def _rows() -> QuerySet[Ballot]:
    return Ballot.objects.select_related(
        "entry__sitting__host", "entry__item__case", "motion__amendment", "body"
    ).defer("entry__item__case__marking", "entry__item__case__variables")


def _context(request: HttpRequest, row: Ballot, user: User) -> dict[str, object]:
    seat = SittingSeat.objects.filter(sitting=row.entry.sitting_id, body=row.body_id, user=user.pk, voting=True).first()
    vote = Vote.objects.filter(ballot=row, seat=seat).first() if seat else None
    cast = vote is not None or (seat is not None and seat.pk in tallies.voted([row]))
    choice = request.POST.get("choice") or request.GET.get("choice", "")
    chosen = Vote.Choice(choice) if choice in Vote.Choice.values and row.is_open else None
    locked = _locked(row, seat) if seat and row.is_open else ""
    again = "again" in request.GET
    state = "choosing"
    if not row.is_open:
        state = "closed"
    elif row.by_sheet:
        state = _written(row)
    elif seat is None:
        state = "watching"
    elif cast and not again and chosen is None:
        state = "done"
    elif locked:
        state = "locked"
    moved = select.turnouts(row)
    return {
        "words": request.POST.get("words", vote.words if vote else ""),
        "state": state,
        "version": "-".join(str(turnout.cast) for _body, turnout in moved) if not row.by_sheet else _entered(row),
        "ballot": row,
        "entry": row.entry,
        "sitting": row.entry.sitting,
        "entries": row.entry.sitting.entries.count(),
        "seat": seat,
        "other": [] if seat else _other_ballots(row, user),
        "vote": vote,
        "cast": cast,
        "again": again,
        "chosen": chosen,
        "locked": locked,
        "choices": Vote.Choice,
        "turnouts": moved,
    }


def _written(row: Ballot) -> str:
    """How far two people are with writing down a vote: waiting for both, not alike, alike."""
    found = tallies.sheets(row)
    return "done" if found.agree else "locked" if found.differ else "watching"


def _entered(row: Ballot) -> str:
    """How often something has been written down of a vote: what a member was shown of theirs may be another thing now."""
    return str(sum(one.number for one in tallies.sheets(row).rows))


def _locked(row: Ballot, seat: SittingSeat) -> str:
    """Why this seat cannot vote now, and until when; empty when it can."""
    if row.entry.item.phase == "suspended":
        return _("流程已暂停，恢复以前不能办理。")
    answer = read.turn_to_vote(row, seat.pk)
    if answer:
        return ""
    if answer.why is rules.Why.PRINCIPAL_LAST:
        names = SittingSeat.objects.filter(pk__in=answer.waiting).order_by("order")
        return _("您末位投票，还在等：%(seats)s。") % {"seats": _("、").join(one.label for one in names)}
    words = {
        rules.Why.RECUSED: _("您对这一项已回避，不参加表决。"),
        rules.Why.ABSENT: _("开始表决时您没有登记到会，不参加这次表决。"),
        rules.Why.LEFT: _("您已离席，不能投票。回到会场后请先登记到会。"),
    }
    return words.get(answer.why, _("您的席位不在这次表决的名册上。"))


def _other_ballots(row: Ballot, user: User) -> list[Ballot]:
    """The ballot of the same motion in which this person does have a seat."""
    bodies = SittingSeat.objects.filter(sitting=row.entry.sitting_id, user=user.pk, voting=True).values("body")
    return list(Ballot.objects.filter(motion=row.motion_id, body__in=bodies).select_related("body"))
