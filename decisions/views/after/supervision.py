"""Supervision (督办): what is owed after decisions, across all items, the overdue first."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from decisions.selectors.after.supervision import KIND_WORDS, supervised
from decisions.views.items.common import actor, page

PER_PAGE = 30


@require_safe
def supervision(request: HttpRequest) -> HttpResponse:
    """Every duty on the items this user may see; filtered by kind, by what is late, and by what is one's own."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in KIND_WORDS else ""
    late, own = "late" in request.GET, "mine" in request.GET
    found = supervised(actor(request), kind=kind, late=late, own=own)
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "page": Paginator(found.rows, PER_PAGE).get_page(request.GET.get("page")),
        "found": found,
        "kinds": list(KIND_WORDS.items()),
        "chosen": {"kind": kind, "late": late, "mine": own},
        "filtered": bool(kind or late or own),
        "kept": kept.urlencode(),
        "nav": "supervision",
    }
    return page(request, "after/supervision", context)
