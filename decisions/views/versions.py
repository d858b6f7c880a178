"""The versions of any record, and an item as it stood at a moment."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from decisions.selectors import then
from decisions.selectors import versions as select
from decisions.views.items.common import actor, item_of, page
from decisions.views.sittings.common import number


@require_safe
def versions(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """All versions of one record, newest first, each with what it changed; `?old=1&new=4` compares two."""
    user = actor(request)
    shown = select.record(user, kind, pk)
    rows, older = select.page_of(user, shown, number(request.GET.get("before")))
    old, new = sorted((number(request.GET.get("old")), number(request.GET.get("new"))))
    asked = 0 < old < new <= shown.count
    context: dict[str, Any] = {
        "record": shown,
        "rows": rows,
        "older": older,
        "numbers": range(1, shown.count + 1) if shown.count <= select.CHOICES else (),
        "old": old if asked else max(1, shown.count - 1),
        "new": new if asked else shown.count,
        "asked": asked,
        "differences": select.between(user, shown, old, new) if asked else [],
        "old_words": _("第 %(n)s 版") % {"n": old},
        "new_words": _("第 %(n)s 版") % {"n": new},
    }
    return page(request, "versions", context)


@require_safe
def item_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """What hangs on an item and has versions, by the kind of thing, each with the way to its versions."""
    row = item_of(request, pk)
    return page(request, "items/versions", {"item": row, "groups": select.shown_kinds(select.records_of(row))})


@require_safe
def item_then(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole item as it stood at a moment: `?on=2026-09-08&time=14:30`, in the time of the office; now where none is given."""
    row = item_of(request, pk)
    user = actor(request)
    at = then.moment(request.GET.get("on", ""), request.GET.get("time", ""))
    return page(request, "items/then", {"item": row, "then": then.item_at(user, row, at), "asked": at is not None})
