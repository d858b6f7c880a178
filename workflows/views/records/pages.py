"""Pages of records: what there is, the lists of a kind, one record, and what the reader was told of."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from permissions import access
from permissions.errors import Hidden
from permissions.models import User
from permissions.policies import may, visible
from workflows import names, record_lists, record_told
from workflows.actions.records import record_begin, record_notice_read
from workflows.models import PackState, Record, RecordKind, RecordNotice
from workflows.packages import kind_at, kind_of
from workflows.packs.model import Shape
from workflows.record_lists import Asked
from workflows.record_sections import sections_of
from workflows.selectors import inbox

PER_PAGE = 20


@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """The kinds of record there are, pack by pack, with how many the reader sees."""
    user = cast("User", request.user)
    groups: dict[Any, list[Any]] = {}
    for row, count, waiting in record_lists.kinds(user):
        may_new = bool(may(user, "record_create", row))
        if count or may_new or row.pack.state == PackState.ON:
            help_ = names.label(kind_of(row).help)
            groups.setdefault(row.pack, []).append((row, help_, count, waiting, may_new))
    return render(request, "workflows/records/index.html", {"groups": groups.items()})


@require_safe
def record_list(request: HttpRequest, key: str) -> HttpResponse:
    """One list of a kind (`?list=`), searched (`q`), by state and by year."""
    user = cast("User", request.user)
    row = kind_row(user, key)
    kind = kind_of(row)
    listing = record_lists.listing_of(kind, request.GET.get("list", ""))
    year = request.GET.get("year", "")
    state = request.GET.get("state", "")
    asked = Asked(
        request.GET.get("q", "").strip()[: record_lists.MAX_WORDS],
        state if kind.state_of(state) else "",
        int(year) if year.isascii() and year.isdigit() and len(year) == 4 else 0,
    )
    rows = record_lists.found(user, row, listing, asked)
    kept = request.GET.copy()
    kept.pop("page", None)
    states = [record_told.standing_of(kind, one.key) for one in kind.states]
    verdict = may(user, "record_create", row)
    context: dict[str, Any] = {
        "row": row,
        "help": names.label(kind.help),
        "tabs": [(one.key, names.label(one.label)) for one in kind.lists],
        "listing": listing,
        "asked": asked,
        "kept": kept.urlencode(),
        "states": [one for one in states if not listing.states or one.key in listing.states],
        "years": record_lists.years(user, row),
        "may_new": bool(verdict),
        "off": row.pack.state != PackState.ON or row.retired,
        "headings": [record_told.heading(kind, one) for one in listing.columns],
    }
    if listing.shape is Shape.BOARD:
        context |= {"columns": record_lists.board(user, rows, kind, listing)}
        context["total"] = sum(len(one.rows) + one.more for one in context["columns"])
    elif listing.shape is Shape.MAP:
        shown = record_told.rows_of(user, list(rows[: record_lists.ON_A_MAP]), kind, listing.columns)
        context |= {"points": record_lists.points(shown, kind), "total": len(shown)}
        context["columns"] = record_lists.board(user, rows, kind, listing) if listing.group else []
        context["rows"] = [] if listing.group else shown
    else:
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        context |= {"page": page, "total": page.paginator.count}
        context["rows"] = record_told.rows_of(user, list(page), kind, listing.columns)
    return render(request, "workflows/records/list.html", context)


@require_safe
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One record: what it says, where it stands, what can be done with it and what was."""
    user = cast("User", request.user)
    row = access.fetch(Record.objects.select_related("kind__pack", "owner", "body"), user, "view", pk)
    kind = kind_of(row.kind)
    cases = record_told.cases_of(user, row)
    context = {
        "record": row,
        "title": row.title or row.number,
        "standing": record_told.standing_of(kind, row.state),
        "answers": record_told.answers(user, row, kind),
        "related": record_told.related(user, row, kind),
        "proposals": record_told.proposals(user, row, kind),
        "buttons": [(one.key, names.label(one.label)) for one in record_told.pressable(user, row, kind)],
        "may_edit": bool(may(user, "record_edit", row)),
        "off": row.kind.pack.state != PackState.ON or row.kind.retired,
        "cases": cases,
        "mine": list(inbox(user).filter(process__in=[case.pk for case in cases])) if cases else [],
        "story": record_told.told(user, row, kind),
        "sections": sections_of(user, row),
    }
    return render(request, "workflows/records/record.html", context)


@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Press one of the record's buttons; the first step follows at once where it is the same person's."""
    user = cast("User", request.user)
    case = record_begin(actor=user, record_id=pk, button=request.POST.get("button", ""))
    messages.success(request, _("已发起：%(title)s") % {"title": case.version.definition.label})
    own = inbox(user).filter(process=case.pk).first()
    return redirect("step", own.pk) if own is not None else redirect("record", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """What the reader was told of records, the new ones first; POST notes that they were read."""
    user = cast("User", request.user)
    if request.method == "POST":
        text = request.POST.get("notice", "")
        one = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
        record_notice_read(actor=user, notice_id=one)
        return redirect("record_notices")
    rows = visible(user, RecordNotice.objects.all()).select_related("record__kind")
    page = Paginator(rows.order_by("-told", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    # What somebody was told of may since have become none of theirs: then only the words stay.
    known = set(
        visible(user, Record.objects.filter(pk__in=[one.record_id for one in page])).values_list("pk", flat=True)
    )
    context = {"page": page, "known": known, "unread": rows.filter(read__isnull=True).count()}
    return render(request, "workflows/records/notices.html", context)


def kind_row(user: User, key: str) -> RecordKind:
    """The kind of this key, if this person may know of it."""
    row = kind_at(key)
    if row is None:
        raise Hidden(_("没有这种记录。请从“业务”里选择。"))
    return access.fetch(RecordKind.objects.select_related("pack"), user, "view", row.pk)
