"""审计室: the whole log searched, the story of one item, and what auditors take away. Every page and every file is in the log."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from decisions.actions.auditing import archive_take, log_export
from decisions.models import Item
from decisions.selectors import log as entries
from decisions.selectors.auditing import mining, tables
from decisions.selectors.auditing import search as select
from decisions.selectors.items.story import story
from decisions.views.items.common import actor, item_of
from decisions.views.log import asked_of
from permissions import downloads, typed
from permissions.errors import Hidden
from permissions.models import AuditEvent, Body, User
from permissions.policies import require, visible
from permissions.sign_in.confirm import confirmed
from workflows import clock

#: What a search can be narrowed by, as the address names it.
FILTERS = ("q", "words", "who", "body", "kind", "verb", "since", "until", "subject")


@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """Search the whole log. The address holds what was asked, so that it can be kept and given on."""
    user = actor(request)
    require(user, "log_search", AuditEvent)
    search = _search(request.GET)
    kept = _kept(request.GET)
    found = select.search_page(user, search)
    context = {
        "found": found,
        "search": search,
        "asked": search.asked,
        "kept": kept,
        "counted": select.COUNTED,
        "older_url": f"?{urlencode({**kept, 'before': found.older})}" if found.older else "",
        "newest_url": f"?{urlencode(kept)}" if search.asked.before else "",
        "verb_url": f"?{urlencode({name: value for name, value in kept.items() if name != 'verb'})}&verb=",
        "kinds": [(key, name) for key, (name, _verbs) in entries.KINDS.items()],
        "people": visible(user, User).order_by("display_name"),
        "bodies": visible(user, Body).order_by("order"),
        "beginnings": [(name, urlencode(asked), dict(asked) == kept) for name, asked in select.BEGINNINGS],
        "forms": [(form, name) for form, (name, _type) in FORMS.items()],
        "nav": "log",
    }
    return render(request, "decisions/auditing/search.html", context)


#: How found entries can be taken away: the ending of the file → its name for the button, its type.
FORMS = {
    "csv": ("CSV", "text/csv; charset=utf-8"),
    "xlsx": ("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "xes": ("XES", "application/xml"),
    "ocel": ("OCEL 2.0", "application/json"),
}
#: Those that are made whole before they are sent.
_WHOLE = {"xlsx": tables.xlsx, "xes": mining.xes, "ocel": mining.ocel}
_ENDINGS = {"ocel": "json"}


@require_POST
def audit_export(request: HttpRequest) -> HttpResponseBase:
    """All entries that a search finds, in one of `FORMS`. That they were taken is in the log before the first one leaves."""
    require(actor(request), "log_export", AuditEvent)
    if request.POST.get("form") not in FORMS:
        raise Hidden(_("没有这种导出格式。请从审计室选择。"))
    return _export(request)


@confirmed
def _export(request: HttpRequest) -> HttpResponseBase:
    user, form = actor(request), request.POST["form"]
    search = _search(request.POST)
    # Entries that come while the file is made are none of it, the one that tells of this export included.
    end = search.asked.before or (clock.now(), 0)
    search = replace(search, asked=replace(search.asked, before=end))
    _name, content_type = FORMS[form]
    name = f"log-{timezone.localtime(clock.now()):%Y%m%d-%H%M}.{_ENDINGS.get(form, form)}"
    made = _WHOLE[form](user, search) if form in _WHOLE else None
    log_export(actor=user, form=form, asked=_kept(request.POST))
    response: HttpResponseBase
    if made is not None:
        response = FileResponse(made, content_type=content_type)
    else:
        response = StreamingHttpResponse(tables.csv_lines(user, search), content_type=content_type)
    return downloads.as_file(response, name)


@require_POST
def audit_archive(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One item with everything about it, to be kept and checked elsewhere."""
    require(actor(request), "log_export", AuditEvent)
    return _archive(request, item_of(request, pk))


@confirmed
def _archive(request: HttpRequest, item: Item) -> HttpResponseBase:
    made = archive_take(actor=actor(request), item_id=item.pk)
    day = f"{timezone.localtime(clock.now()):%Y%m%d}"
    # The key in the log's name of the chain: no address is made of it.
    name = f"item-{item.pk}-{day}.zip"
    return downloads.as_file(FileResponse(made, content_type="application/zip"), name)


@require_safe
def audit_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that happened to an item, in sentences, from its first day on."""
    require(actor(request), "log_search", AuditEvent)
    row = item_of(request, pk)
    chain = entries.chain_of(actor(request), row.subject)
    lines = list(reversed(story(row, whole=True)))
    context = {
        "item": row,
        "story": lines,
        "count": chain[0] if chain else 0,
        "broken_at": chain[1].seq if chain and chain[1] else None,
        "search_url": f"{reverse('audit')}?{urlencode({'subject': row.subject})}",
        "nav": "log",
    }
    return render(request, "decisions/auditing/item.html", context)


def _kept(given: QueryDict) -> dict[str, str]:
    values = given.dict()
    return {name: value.strip() for name in FILTERS if (value := str(values.get(name, ""))).strip()}


def _search(given: QueryDict) -> select.Search:
    """What the address asks for; what cannot be read is left out."""
    return select.Search(
        asked=asked_of(given),
        body=typed.whole(given.get("body", ""), 0),
        verb=given.get("verb", "").strip()[:80],
        words=given.get("words", "").strip()[:80],
    )
