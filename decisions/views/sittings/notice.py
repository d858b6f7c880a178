"""Notice of a sitting: sent, read on a phone or printed, confirmed with one tap; and what changes before the sitting begins."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from decisions.actions import sittings as act
from decisions.forms_sittings import AgendaChangeForm, ChangeForm, DecideForm, ReasonForm
from decisions.models import AgendaChange, Sitting
from decisions.policies.access import cover
from decisions.selectors import notice as select
from decisions.views.items.common import actor
from decisions.views.sittings.agenda import ready_items
from decisions.views.sittings.common import number, page, tell
from permissions import access, policies, versions
from permissions.errors import Conflict, Invalid, WrongState
from permissions.policies import may


def _sitting(request: HttpRequest, pk: int, what: str = "view") -> Sitting:
    return access.fetch(Sitting.objects.select_related("host__body"), actor(request), what, pk)


@never_cache
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """The notice as this person got it; a POST confirms that they have read it, for each of their seats."""
    row = _sitting(request, pk)
    user = actor(request)
    if request.method == "POST":
        return tell(
            request,
            lambda: act.notice_read(actor=user, sitting_id=pk, number=number(request.POST.get("number"))),
            (request.POST.get("back") == "home" and reverse("home")) or reverse("notice", args=[pk]),
            _("已确认阅知。"),
        )
    last = select.latest(row)
    own = select.own_copies(last, user) if last is not None else []
    readings = select.readings(last) if last is not None else []
    context = {
        "sitting": row,
        "notice": last,
        "lines": select.lines_for(row, user),
        "own": own,
        "to_confirm": [copy for copy in own if not hasattr(copy, "receipt")]
        if row.status == row.Status.NOTICED
        else [],
        "stale": select.stale(row, last),
        "readings": readings,
        "read": sum(one.read_at is not None for one in readings),
        "may_send": bool(may(user, "sitting_notice", row)) and row.status in Sitting.BEFORE,
        "earlier": row.notice_rows.exclude(pk=last.pk).order_by("-number") if last is not None else (),
    }
    return page(request, "notice", context)


@never_cache
def notice_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Look once more at what goes to everybody, then send it; fewer days ahead than asked for need a reason."""
    row = _sitting(request, pk, "sitting_notice")
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        try:
            sent = act.sitting_notice(actor=actor(request), sitting_id=pk, reason=form.words("reason"))
        except Invalid as error:
            form.show(error)
            return page(request, "notice_send", _sending(request, row, form), error=error)
        except WrongState as error:
            messages.error(request, error.message)
            return redirect("sitting", pk)
        messages.success(request, _("第 %(number)s 次通知已发给所有席位，议程已冻结。") % {"number": sent.number})
        return redirect("notice", pk)
    return page(request, "notice_send", _sending(request, row, form))


def _sending(request: HttpRequest, row: Sitting, form: ReasonForm) -> dict[str, Any]:
    entries = select.entries_of(row)
    days, required = select.days_ahead(row), select.days_required(entries)
    lacking = select.blind_seats(entries, timezone.localdate(row.at))
    cover(actor(request), entries)
    seats = select.seats_on(timezone.localdate(row.at))
    return {
        "sitting": row,
        "form": form,
        "lines": select.lines_for(row, actor(request)),
        "days": days,
        "required": required,
        "short": days < required,
        "lacking": lacking,
        "seats": seats,
        "voters": sum(seat.voting for seat in seats),
        "last": select.latest(row),
        "stale": select.stale(row),
    }


@never_cache
def sitting_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another time or place; after notice with a reason, and a renewed notice to everybody."""
    row = _sitting(request, pk, "sitting_change")
    at = timezone.localtime(row.at)
    form = ChangeForm(
        request.POST or None,
        initial={"on": at.date(), "time": at.time(), "place": row.place, "version": versions.token(row)},
    )
    context = {"sitting": row, "form": form}
    if request.method == "POST":
        moment = form.moment()
        try:
            if moment is None:
                words = _("请填写日期和时间，例如：2026-09-18，14:30。")
                raise Invalid(_("请填写开会的日期和时间。"), fields={"on": words})
            act.sitting_change(
                actor=actor(request),
                sitting_id=pk,
                at=moment,
                place=form.words("place"),
                reason=form.words("reason"),
                version=form.words("version"),
            )
        except (Invalid, Conflict) as error:
            form.show(error)
            return page(request, "change", context, error=error)
        except WrongState as error:
            messages.error(request, error.message)
            return redirect("sitting", pk)
        again = row.status == Sitting.Status.NOTICED
        messages.success(request, _("已变更，并重新通知了所有席位。") if again else _("已变更。"))
        return redirect("sitting", pk)
    return page(request, "change", context)


@never_cache
def sitting_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call the sitting off; the page says what that means and asks why."""
    row = _sitting(request, pk, "sitting_cancel")
    form = ReasonForm(request.POST or None)
    context = {"sitting": row, "form": form, "count": row.entries.count()}
    if request.method == "POST":
        try:
            act.sitting_cancel(actor=actor(request), sitting_id=pk, reason=form.words("reason"))
        except Invalid as error:
            form.show(error)
            return page(request, "cancel", context, error=error)
        except WrongState as error:
            messages.error(request, error.message)
            return redirect("sitting", pk)
        messages.success(request, _("会议已取消，议题回到列入议程这一步。"))
        return redirect("sitting", pk)
    return page(request, "cancel", context)


@require_POST
def agenda_order(request: HttpRequest, pk: int) -> HttpResponse:
    """The agenda in another order: all ids as they were dragged, or one entry a place up or down."""
    row = _sitting(request, pk, "agenda_order")
    order = [number(text) for text in request.POST.getlist("entry")] or _moved(row, request)
    user = actor(request)
    to = reverse("sitting", args=[pk])
    return tell(request, lambda: act.agenda_order(actor=user, sitting_id=pk, entries=order), to, _("次序已调整。"))


def _moved(row: Sitting, request: HttpRequest) -> list[int]:
    ids = list(row.entries.order_by("order", "pk").values_list("pk", flat=True))
    moving, by = number(request.POST.get("move")), -1 if request.POST.get("way") == "up" else 1
    if moving in ids and 0 <= ids.index(moving) + by < len(ids):
        at = ids.index(moving)
        ids[at], ids[at + by] = ids[at + by], ids[at]
    return ids


@require_POST
def entry_time(request: HttpRequest, pk: int, entry_pk: int) -> HttpResponse:
    """How many minutes an entry is given; empty takes the plan away."""
    user, typed = actor(request), request.POST.get("minutes", "").strip()
    minutes = (number(typed) or 0) if typed else None
    to = reverse("sitting", args=[pk])
    return tell(
        request,
        lambda: act.entry_time(
            actor=user, sitting_id=pk, entry_id=entry_pk, minutes=minutes, opened_on=request.POST.get("opened_on")
        ),
        to,
        _("时间安排已保存。"),
    )


@never_cache
def agenda_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whoever presides to add an item to a frozen agenda, or to take one off."""
    row = _sitting(request, pk, "agenda_change_ask")
    entries = select.entries_of(row)
    cover(actor(request), entries)
    form = AgendaChangeForm(
        request.POST or None,
        adding=[(str(item.pk), item.title) for item in ready_items(row, request)],
        removing=[(str(entry.item_id), entry.item.title) for entry in entries],
    )
    context = {"sitting": row, "form": form}
    if request.method == "POST":
        kind, _colon, item = form.words("what").partition(":")
        try:
            act.agenda_change_ask(
                actor=actor(request), sitting_id=pk, item_id=number(item), kind=kind, reason=form.words("reason")
            )
        except Invalid as error:
            form.show(error)
            return page(request, "agenda_ask", context, error=error)
        except (WrongState, Conflict) as error:
            messages.error(request, error.message)
            return redirect("sitting", pk)
        messages.success(request, _("已送主持人%(who)s批准。") % {"who": row.host.label})
        return redirect("sitting", pk)
    return page(request, "agenda_ask", context)


@never_cache
def agenda_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever presides allows or refuses one change of a frozen agenda."""
    rows = AgendaChange.objects.select_related("item__matter_type", "asked_by", "sitting__host__body")
    change = access.fetch(rows, actor(request), "view", pk)
    policies.require(actor(request), "agenda_change_decide", change)
    form = DecideForm(request.POST or None)
    context = {"sitting": change.sitting, "change": change, "form": form}
    if request.method == "POST":
        approve = request.POST.get("approve") == "yes"
        try:
            act.agenda_change_decide(actor=actor(request), change_id=pk, approve=approve, words=form.words("remark"))
        except Invalid as error:
            form.show(error)
            return page(request, "agenda_decide", context, error=error)
        except (WrongState, Conflict) as error:
            messages.error(request, error.message)
            return redirect("sitting", change.sitting_id)
        done = _("已同意，议程已变更，并重新通知了所有席位。") if approve else _("已批示不同意。")
        messages.success(request, done)
        return redirect("sitting", change.sitting_id)
    return page(request, "agenda_decide", context)
