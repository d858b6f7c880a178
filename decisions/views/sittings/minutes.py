"""The minutes as official paper: read, corrected by the secretary, signed by both chairs."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from decisions import rules
from decisions.actions import sittings as act
from decisions.forms_sittings import MinutesForm
from decisions.models import Minutes, SignOff, SittingSeat
from decisions.policies.signing import signers_of
from decisions.policies.sittings import bodies_of
from decisions.selectors import minutes as select
from decisions.views.items.common import actor
from decisions.views.sittings.common import number, page, tell
from decisions.views.watermark import opened
from permissions import access, policies
from permissions.errors import Conflict, Invalid, WrongState
from permissions.models import AuditEvent, Body
from permissions.policies import may


def _minutes(request: HttpRequest, pk: int, what: str = "view") -> Minutes:
    rows = Minutes.objects.select_related("entry__sitting__host", "entry__item", "saved_by")
    row = access.fetch(rows, actor(request), what, pk)
    opened(request, row.entry.item)
    return row


@never_cache
@require_safe
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """The document, both signature blocks, and the hash both chairs sign."""
    return page(request, "minutes", _context(request, _minutes(request, pk)))


@never_cache
def minutes_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign the document one has read: its hash comes back with the form, so another text cannot be signed by mistake."""
    row = _minutes(request, pk)
    user = actor(request)
    policies.require(user, "minutes_sign", row)
    if request.method == "POST":
        try:
            act.minutes_sign(
                actor=user,
                minutes_id=pk,
                document_hash=request.POST.get("document_hash", ""),
                body=request.POST.get("body", ""),
            )
        except (Conflict, Invalid, WrongState) as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("您已签署。"))
        return redirect("minutes", pk)
    return page(request, "sign", _context(request, row))


@never_cache
def minutes_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm for the other side that the draft agrees with the record (R32); its hash comes back with the form."""
    row = _minutes(request, pk)
    user = actor(request)
    policies.require(user, "minutes_check", row)
    if request.method == "POST":
        return tell(
            request,
            lambda: act.minutes_check(actor=user, minutes_id=pk, document_hash=request.POST.get("document_hash", "")),
            row.get_absolute_url(),
            _("已校核第 %(version)s 稿，两位班长可以签署。") % {"version": row.version},
        )
    return page(request, "minutes_check", _context(request, row))


@never_cache
def minutes_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the text. Whoever saved meanwhile is shown above one's own words, so nothing is lost."""
    row = _minutes(request, pk, "minutes_edit")
    if request.method != "POST":
        form = MinutesForm(initial={"text": row.text, "version": row.version})
        return page(request, "minutes_edit", _context(request, row) | {"form": form})
    form = MinutesForm(request.POST)
    try:
        saved = act.minutes_edit(
            actor=actor(request),
            minutes_id=pk,
            text=form.words("text"),
            version=number(form.words("version")),
        )
    except Invalid as error:
        form.show(error)
        return page(request, "minutes_edit", _context(request, row) | {"form": form}, error=error)
    except Conflict as error:
        newer = _minutes(request, pk)
        kept = MinutesForm({"text": form.words("text"), "version": newer.version})
        context = _context(request, newer) | {"form": kept, "conflict": error}
        response = page(request, "minutes_edit", context)
        response.status_code = error.status
        return response
    messages.success(request, _("已保存为第 %(version)s 稿。") % {"version": saved.version})
    return redirect("minutes", pk)


def _context(request: HttpRequest, row: Minutes) -> dict[str, object]:
    user = actor(request)
    bodies = bodies_of(row.entry.sitting)
    signed = {
        sign_off.body_id: sign_off
        for sign_off in SignOff.objects.filter(minutes=row, voided_at__isnull=True).select_related("by", "body")
    }
    voided = SignOff.objects.filter(minutes=row, voided_at__isnull=False).count()
    signers = signers_of(row.entry, bodies)
    mine = [one.body for one in signers if user.pk in one.users]
    seats = {one.body.pk: one.seat for one in signers if one.seat is not None}
    drafted = AuditEvent.objects.filter(
        subject=row.entry.item.subject, verb__in=["minutes_draft", "minutes_edit"], target=f"minutes:{row.pk}"
    )
    complete = rules.complete(
        {body.code for body in bodies}, [one.signature for one in signed.values()], row.document_hash
    )
    return {
        "minutes": row,
        "digest": " ".join(row.document_hash[n : n + 4] for n in range(0, 64, 4)),
        "entry": row.entry,
        "sitting": row.entry.sitting,
        "title": select.document_title(row),
        "number": select.document_number(row),
        "paragraphs": select.paragraphs(row.text),
        "signatures": [(body, _place(row, body, seats.get(body.pk)), signed.get(body.pk)) for body in bodies],
        "bodies": bodies,
        "signed": len(signed),
        "voided": voided,
        "complete": complete,
        "check": row.checks.filter(version=row.version, voided_at__isnull=True).select_related("by", "body").first(),
        "to_check": not complete and select.may_check(user, row),
        "checkers": _("或").join(body.label for body in select.checking_bodies(row)),
        "to_sign": [body for body in mine if body.pk not in signed],
        "may_edit": bool(may(user, "minutes_edit", row)) and not complete,
        "logged": drafted.order_by("-seq").first(),
    }


def _place(row: Minutes, body: Body, stands_in: SittingSeat | None) -> str:
    """Whose signature stands in a body's block: the position of its principal at the sitting, or of who stands in for a
    recused one; the document is Chinese whoever reads it."""
    if stands_in is not None:
        return f"{stands_in.position}（班长回避，代表{body.name}签署）"
    seat = row.entry.sitting.seats.filter(body=body, principal=True).first()
    return seat.position if seat else body.name
