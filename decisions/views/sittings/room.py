"""The sitting room: one page for everybody in it, which keeps itself up to date, and what is done in it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from decisions.actions import sittings as act
from decisions.forms_room import DeferForm, RecusalForm
from decisions.forms_sittings import AttendanceForm, StatementForm
from decisions.models import AgendaEntry, Sitting, SittingSeat
from decisions.policies.sittings import require_acting_for
from decisions.selectors import room as select
from decisions.selectors.notice import prepared
from decisions.views.items.common import actor
from decisions.views.sittings.agenda import ready_items
from decisions.views.sittings.common import number, page, tell
from decisions.views.sittings.room_acts import relation_in
from decisions.views.watermark import ROOM, opened
from permissions import access, ids
from permissions.errors import Invalid
from permissions.policies import may


def _sitting(request: HttpRequest, pk: int) -> Sitting:
    return access.fetch(Sitting.objects.select_related("host__body"), actor(request), "view", pk)


@never_cache
@require_safe
def sitting(request: HttpRequest, pk: int) -> HttpResponse:
    """One sitting: its preparation while it is a draft, then the room, then its record."""
    row = _sitting(request, pk)
    context = _context(request, row)
    if row.opened_at is None:
        user = actor(request)
        context["may_prepare"] = bool(may(user, "sitting_notice", row))
        context["may_open"] = bool(may(user, "sitting_open", row))
        context["may_add"] = bool(may(user, "entry_add", row))
        context["ready"] = (
            ready_items(row, request) if context["may_add"] and row.status == Sitting.Status.DRAFT else []
        )
        context |= prepared(row, user)
        return page(request, "draft", context)
    return page(request, "room", context)


@never_cache
@require_safe
def sitting_room(request: HttpRequest, pk: int) -> HttpResponse:
    """What has changed in the room since ``v``: nothing (204), or its regions, each to be put in its place.

    One's own forms are sent only when what one may do has changed (``own``), so nothing typed is lost.
    """
    row = _sitting(request, pk)
    if request.GET.get("status") != row.status:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    if request.GET.get("v") == select.version_of(row):
        return HttpResponse(status=204)
    context = _context(request, row)
    room: select.Room = context["room"]
    context["own_changed"] = request.GET.get("own") != room.own_key
    return page(request, "_changes", context)


def _context(request: HttpRequest, row: Sitting) -> dict[str, Any]:
    chosen = ids.read(request.GET.get("entry"))
    room = select.room_of(row, actor(request), chosen or None)
    if room.entry is not None and row.opened_at is not None and not room.kept:
        opened(request, room.entry.item, once_in=ROOM)
    return {"sitting": row, "room": room, "entry": room.entry, "chosen": chosen, "statement": StatementForm()}


VERBS: dict[str, tuple[Callable[..., Any], str]] = {
    "call": (act.entry_call, ""),
    "speaking": (act.speaking_open, ""),
    "next": (act.speaker_call, ""),
    "voting": (act.voting_open, ""),
    "close": (act.voting_close, ""),
    "announce": (act.result_announce, ""),
}


@require_POST
def entry_do(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One of the desk's buttons."""
    if verb not in VERBS:
        raise Http404
    entry = _entry(request, pk)
    user = actor(request)
    action, _done = VERBS[verb]
    return tell(request, lambda: action(actor=user, entry_id=pk), _room_url(entry))


@require_POST
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """State one's view; what was refused comes back with what was typed."""
    entry = _entry(request, pk)
    form = StatementForm(request.POST)
    try:
        act.statement_record(
            actor=actor(request),
            entry_id=pk,
            seat_id=number(request.POST.get("seat")),
            stance=form.words("stance"),
            words=form.words("speech"),
        )
    except Invalid as error:
        form.show(error)
        context = _context(request, entry.sitting)
        context["statement"] = form
        return page(request, "room", context, error=error)
    messages.success(request, _("已记入会议记录。"))
    return redirect(_room_url(entry))


def statement_for(request: HttpRequest, pk: int, seat_pk: int) -> HttpResponse:
    """The desk writes down what a seat says aloud."""
    entry = _entry(request, pk, "statement_record")
    seat = _seat(entry.sitting, seat_pk)
    form = StatementForm(request.POST or None)
    context = {"entry": entry, "sitting": entry.sitting, "seat": seat, "form": form}
    if request.method == "POST":
        user = actor(request)
        try:
            act.statement_record(
                actor=user, entry_id=pk, seat_id=seat.pk, stance=form.words("stance"), words=form.words("speech")
            )
        except Invalid as error:
            form.show(error)
            return page(request, "statement", context, error=error)
        messages.success(request, _("已代记%(seat)s的发言。") % {"seat": seat.label})
        return redirect(_room_url(entry))
    return page(request, "statement", context)


def attendance(request: HttpRequest, pk: int, seat_pk: int) -> HttpResponse:
    """Sign in, or (at the desk) register who is there, who is excused and who has left."""
    row = _sitting(request, pk)
    seat = _seat(row, seat_pk)
    form = AttendanceForm(
        request.POST or None,
        initial={
            "state": seat.attendance.state,
            "leave": seat.attendance.leave,
            "reason": seat.attendance.reason,
            "opinion": seat.attendance.opinion,
        },
    )
    user = actor(request)
    if request.method != "POST":
        # The form has the person's written opinion in it.
        require_acting_for(user, seat)
        return page(request, "attendance", {"sitting": row, "seat": seat, "form": form})
    try:
        set_to = act.attendance_set(
            actor=user,
            sitting_id=pk,
            seat_id=seat.pk,
            state=form.words("state"),
            leave=form.words("leave"),
            reason=form.words("reason"),
            opinion=form.words("opinion"),
        )
    except Invalid as error:
        form.show(error)
        return page(request, "attendance", {"sitting": row, "seat": seat, "form": form}, error=error)
    messages.success(request, _("%(seat)s：%(state)s。") % {"seat": seat.label, "state": set_to.get_state_display()})
    return redirect("sitting", pk)


def recusal(request: HttpRequest, pk: int, seat_pk: int) -> HttpResponse:
    """A seat steps back from an entry; the page asks for the reason, because it cannot be taken back."""
    entry = _entry(request, pk, "recusal_declare")
    seat = _seat(entry.sitting, seat_pk)
    form = RecusalForm(request.POST or None)
    context = {"entry": entry, "sitting": entry.sitting, "seat": seat, "form": form}
    if request.method == "POST":
        try:
            act.recusal_declare(
                actor=actor(request),
                entry_id=pk,
                seat_id=seat.pk,
                kind=relation_in(form),
                reason=form.words("reason"),
            )
        except Invalid as error:
            form.show(error)
            return page(request, "recusal", context, error=error)
        messages.success(request, _("已记录回避。"))
        return redirect(_room_url(entry))
    return page(request, "recusal", context)


def entry_defer(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an entry off; the page asks for the reason."""
    entry = _entry(request, pk, "entry_defer")
    form = DeferForm(request.POST or None, initial={"ground": AgendaEntry.Ground.SPLIT})
    context = {"entry": entry, "sitting": entry.sitting, "form": form}
    if request.method == "POST":
        try:
            act.entry_defer(actor=actor(request), entry_id=pk, reason=form.words("reason"), ground=form.words("ground"))
        except Invalid as error:
            form.show(error)
            return page(request, "defer", context, error=error)
        messages.success(request, _("已宣布暂缓，议题回到列入议程这一步。"))
        return redirect(_room_url(entry))
    return page(request, "defer", context)


def entry_early(request: HttpRequest, pk: int) -> HttpResponse:
    """End a vote before everybody has voted; the page says what that means first."""
    entry = _entry(request, pk, "voting_close")
    if request.method == "POST":
        user = actor(request)
        return tell(request, lambda: act.voting_close(actor=user, entry_id=pk, early=True), _room_url(entry))
    room = select.room_of(entry.sitting, actor(request), entry.pk)
    waiting = [
        (side, side.turnout.waiting)
        for side in room.sides
        if side.turnout and side.turnout.ballot.is_open and side.turnout.waiting
    ]
    return page(request, "early", {"entry": entry, "sitting": entry.sitting, "waiting": waiting})


def _entry(request: HttpRequest, pk: int, what: str = "view") -> AgendaEntry:
    rows = AgendaEntry.objects.select_related("sitting__host__body", "item__matter_type")
    return access.fetch(rows, actor(request), what, pk)


def _seat(row: Sitting, pk: int) -> SittingSeat:
    seat = row.seats.select_related("body", "attendance").filter(pk=pk).first()
    if seat is None:
        raise Http404
    return seat


def _room_url(entry: AgendaEntry) -> str:
    return reverse("sitting", args=[entry.sitting_id])
