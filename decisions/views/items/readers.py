"""Who reads a confidential item, who has opened what, and whether it is one."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from decisions.actions import items as act
from decisions.forms import ClassifyForm, ReadersForm
from decisions.models import Item, PaperView
from decisions.policies import access as kept
from decisions.selectors import notice as select
from decisions.views.items.common import actor, item_of, page
from permissions import access, policies
from permissions.errors import Hidden, Invalid, WrongState
from permissions.models import AuditEvent
from permissions.policies import may, visible
from permissions.selectors import sides_of

PER_PAGE = 50


@never_cache
def readers(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether the item is confidential and why, and who reads it. A POST changes the first."""
    row = item_of(request, pk)
    policies.require(actor(request), "item_classify", row)
    if request.method != "POST":
        return page(request, "items/readers", _context(row))
    form = ClassifyForm(request.POST)
    try:
        act.item_classify(
            actor=actor(request), item_id=pk, grade=form.words("grade"), reason=form.words("classify_reason")
        )
    except Invalid as error:
        error.fields = {"classify_reason" if name == "reason" else name: text for name, text in error.fields.items()}
        form.show(error)
        return page(request, "items/readers", _context(row, classify=form), error=error)
    messages.success(request, _("已保存。"))
    return redirect("readers", pk)


@require_POST
def readers_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Name readers."""
    row = item_of(request, pk)
    form = ReadersForm(request.POST)
    users = [
        int(text) for text in request.POST.getlist("users") if text.isascii() and text.isdigit() and len(text) < 19
    ]
    try:
        act.readers_add(actor=actor(request), item_id=pk, users=users, reason=form.words("reason"))
    except Invalid as error:
        form.show(error)
        return page(request, "items/readers", _context(row, add=form, chosen=users), error=error)
    except WrongState as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("已确定知悉人员。"))
    return redirect("readers", pk)


@require_POST
def reader_remove(request: HttpRequest, pk: int, user_pk: int) -> HttpResponse:
    """Take a reader off."""
    try:
        act.reader_remove(actor=actor(request), item_id=pk, user_id=user_pk, reason=request.POST.get("reason", ""))
    except Invalid as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("已移出知悉人员。"))
    return redirect("readers", pk)


@never_cache
@require_safe
def paper_views(request: HttpRequest, pk: int) -> HttpResponse:
    """Who opened what of an item, newest first: for whoever names its readers, and for the auditor, who reads no more of it."""
    user = actor(request)
    row = Item.objects.select_related("matter_type").filter(pk=pk).first()
    if row is None or not _sees_views(request, row):
        raise Hidden(_("没有找到这项内容，或者您没有查看它的权限。请检查链接，或返回上一页。"))
    blind = kept.kept_from(user, row)
    views = visible(user, PaperView).filter(item=row).select_related("user", "material").order_by("-pk")
    shown = Paginator(views, PER_PAGE).get_page(request.GET.get("page"))
    sides = sides_of(view.user_id for view in shown)
    return page(
        request,
        "items/paper_views",
        {
            "item": kept.stand_in(row) if blind else row,
            "number": row.number,
            "page": shown,
            "rows": [(view, sides.get(view.user_id)) for view in shown],
            "blind": bool(blind),
        },
    )


def _sees_views(request: HttpRequest, row: Item) -> bool:
    user = actor(request)
    if may(user, "log_verify", AuditEvent):
        return True
    return bool(may(user, "item_classify", access.fetch(Item, user, "view", row.pk)))


def _context(
    row: Item,
    *,
    classify: ClassifyForm | None = None,
    add: ReadersForm | None = None,
    chosen: list[int] | None = None,
) -> dict[str, Any]:
    named = list(row.readers.select_related("user", "added_by", "removed_by").order_by("pk"))
    people = list(select.eligible_readers(row)) if row.confidential else []
    sides = sides_of([*(reader.user_id for reader in named), *(user.pk for user in people)])
    seats = {
        seat.user_id: seat
        for entry in row.agenda_entries.filter(announced_at__isnull=True).select_related("sitting")
        for seat in select.unnamed_voters(row, select.seats_on(entry.sitting.at.date()))
    }
    return {
        "item": row,
        "classify": classify
        or ClassifyForm(initial={"grade": row.confidential, "classify_reason": row.confidential_reason}),
        "add": add or ReadersForm(),
        "standing": [(one, sides.get(one.user_id)) for one in named if one.removed_at is None],
        "gone": [(one, sides.get(one.user_id)) for one in named if one.removed_at is not None],
        "people": [(user, sides.get(user.pk), user.pk in (chosen or seats), user.pk in seats) for user in people],
        "lacking": list(seats.values()),
    }
