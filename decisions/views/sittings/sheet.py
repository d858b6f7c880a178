"""The desk's pages of a vote: how it is taken, and what two people write down of it; each member checks what is written of theirs."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from decisions import rules
from decisions.actions import sittings as act
from decisions.models import AgendaEntry, Ballot, SittingSeat, Vote, VoteCheck
from decisions.selectors import ballots as select
from decisions.selectors import sittings as read
from decisions.views.items.common import actor
from decisions.views.sittings.common import number, page, tell
from permissions import access
from permissions.errors import ApplicationError, Denied, Invalid, WrongState
from permissions.models import User
from permissions.policies import may


@never_cache
def voting(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose how the next motion is voted on, told what a secret ballot may show; a POST opens it."""
    rows = AgendaEntry.objects.select_related("sitting__host__body", "item__matter_type")
    entry = access.fetch(rows, actor(request), "voting_open", pk)
    motion = read.current_motion(entry)
    if request.method == "POST":
        asked = request.POST.get("method", "")
        method, paper = asked.removesuffix("-paper"), asked.endswith("-paper")
        room, user = reverse("sitting", args=[entry.sitting_id]), actor(request)
        return tell(request, lambda: act.voting_open(actor=user, entry_id=pk, method=method, paper=paper), room)
    seats = read.seats_of(entry.sitting)
    current = read.roster_of(entry, seats)
    present = {body.label: len(current.present(body.code)) for body in read.bodies_in(seats)}
    labels = dict(Ballot.Method.choices)
    ways: list[tuple[str, str]] = []
    for method in select.methods_for(entry, motion) if motion else ():
        ways.append((method.value, str(labels[method.value])))
        if method is rules.Method.SECRET:
            ways.append(("secret-paper", _("无记名投票（纸质票）")))
    context = {
        "entry": entry,
        "sitting": entry.sitting,
        "motion": motion,
        "ways": ways,
        "warning": select.warning(entry, present),
    }
    return page(request, "voting", context)


def sheet(request: HttpRequest, row: Ballot, shown: dict[str, Any]) -> HttpResponse:
    """The page of `decisions.views.sittings.ballot.ballot` for a vote that two people write down."""
    user = actor(request)
    error: ApplicationError | None = None
    if request.method == "POST":
        try:
            act.sheet_enter(actor=user, ballot_id=row.pk, said=_said(request, row))
        except (WrongState, Denied, Invalid) as refusal:
            error = refusal
            row.refresh_from_db(fields=["status"])
        else:
            messages.success(request, _("已登记。"))
            return redirect("ballot", row.pk)
    found = select.sheets(row)
    mine = next((one for one in found.rows if one.by_id == user.pk), None)
    agreed = select.agreed(row)
    said = mine.content["said"] if mine else {}
    typed = _typed(request, row) if error is not None else said
    differences = _differences(row, found.rows) if found.differ and mine is not None else []
    last = VoteCheck.objects.filter(ballot=row, seat=shown["seat"]).order_by("-pk").first() if shown["seat"] else None
    recorded = (agreed or {}).get(str(shown["seat"].pk), "") if shown["seat"] and not row.paper else ""
    context = shown | {
        "error": error,
        "desk": bool(may(user, "sheet_enter", row)),
        "sheets": found,
        "mine": mine,
        "agreed": agreed is not None,
        "seats": [] if row.paper else _seat_lines(row, typed),
        "papers": _paper_lines(row, typed) if row.paper else [],
        "differences": differences,
        "differing": [about for about, _values in differences],
        "next": _next(row, user),
        "recorded": Vote.Choice(recorded).label if recorded else "",
        "check": last if last and last.choice == recorded else None,
        "objections": select.objections(row) if row.is_open else [],
    }
    response = page(request, "sheet", context)
    if error is not None:
        response.status_code = error.status
    return response


@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """A member confirms what is recorded for their seat, or objects to it."""
    user = actor(request)
    row = access.fetch(Ballot, user, "view", pk)
    seat = SittingSeat.objects.filter(sitting=row.entry.sitting_id, body=row.body_id, user=user.pk, voting=True).first()
    right = request.POST.get("right") == "yes"
    words = request.POST.get("words", "")
    return tell(
        request,
        lambda: act.vote_check(actor=user, ballot_id=pk, seat_id=seat.pk if seat else 0, right=right, words=words),
        reverse("ballot", args=[pk]),
        _("已确认。") if right else _("已记录您的异议。"),
    )


def _said(request: HttpRequest, row: Ballot) -> dict[str, Any]:
    if not row.paper:
        return {key.removeprefix("seat-"): words for key, words in request.POST.items() if key.startswith("seat-")}
    counts: dict[str, Any] = {
        name: _count(request.POST.get(name)) for name in ("for", "against", "abstain", "valid", "spoilt", "unused")
    }
    people = select.standing(row.motion)
    return counts | {"votes": {str(one): _count(request.POST.get(f"votes-{one}")) for one in people}}


def _typed(request: HttpRequest, row: Ballot) -> dict[str, Any]:
    """What was written into the form, as it was written, to be put right and sent again."""
    if not row.paper:
        return _said(request, row)
    votes = {key.removeprefix("votes-"): words for key, words in request.POST.items() if key.startswith("votes-")}
    return request.POST.dict() | {"votes": votes}


def _next(row: Ballot, user: User) -> Ballot | None:
    """The other body's vote, which this person has not written down yet."""
    rows = Ballot.objects.filter(entry=row.entry_id, motion=row.motion_id, status=Ballot.Status.OPEN)
    rows = rows.exclude(pk=row.pk).exclude(sheets__by=user).select_related("body").order_by("body__order")
    return next((one for one in rows if may(user, "sheet_enter", one)), None)


def _count(text: str | None) -> int:
    """A number of papers; -1, which no sheet takes, where something else was written."""
    words = (text or "0").strip()
    return number(words) if words.isascii() and words.isdigit() else -1


def _seat_lines(row: Ballot, said: dict[str, Any]) -> list[tuple[SittingSeat, str]]:
    may = [one["seat"] for one in row.roster if one["state"] == rules.SeatState.PRESENT]
    seats = SittingSeat.objects.filter(pk__in=may).select_related("body").order_by("principal", "order")
    return [(seat, str(said.get(str(seat.pk), ""))) for seat in seats]


def _paper_lines(row: Ballot, said: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """The fields for papers: name, label, value; in an election the papers themselves first, then everybody's votes."""
    names = {"spoilt": _("废票"), "unused": _("未用的票")}
    if row.motion.places is None:
        names = {value: str(label) for value, label in Vote.Choice.choices} | names
        return [(name, words, said.get(name, "")) for name, words in names.items()]
    votes = said.get("votes", {})
    people = [(f"votes-{one}", words, votes.get(str(one), "")) for one, words in select.standing(row.motion).items()]
    names = {"valid": _("有效票")} | names
    return [(name, words, said.get(name, "")) for name, words in names.items()] + people


def _differences(row: Ballot, rows: tuple[Any, ...]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Where the sheets are not alike: what it is about, and who wrote what there."""
    lines = _paper_lines if row.paper else None
    if lines is not None:
        columns = [[(words, str(value)) for _name, words, value in lines(row, one.content["said"])] for one in rows]
    else:
        labels = dict(Vote.Choice.choices)
        columns = [
            [(seat.label, str(labels.get(choice, _("未投")))) for seat, choice in _seat_lines(row, one.content["said"])]
            for one in rows
        ]
    who = [one.by.label for one in rows]
    found = [(line[0][0], [value for _words, value in line]) for line in zip(*columns, strict=True)]
    return [(words, list(zip(who, values, strict=True))) for words, values in found if len(set(values)) > 1]
