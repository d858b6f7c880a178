"""台账: the log, filtered and page by page; one chain with its proof; for the auditor the proof of all chains."""

from __future__ import annotations

import itertools
import json
from typing import cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from decisions.models import Item
from decisions.selectors import log as select
from decisions.selectors.ledger.page import reads_all
from decisions.views.watermark import opened, reader_of
from permissions import downloads, typed
from permissions.errors import Hidden
from permissions.models import AuditEvent, User
from permissions.policies import may, require, visible

#: The value of the filter 谁 that means all three administrators.
ADMINISTRATORS = "administrators"


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """The entries this user may read, newest first. With `subject` one chain, its badge and its download."""
    user = _user(request)
    asked = asked_of(request.GET)
    page = select.log_page(user, asked)
    chain = select.chain_of(user, asked.subject) if asked.subject else None
    kept = {name: value for name, value in request.GET.items() if name != "before" and value}
    context = {
        "page": page,
        "asked": asked,
        "filtered": bool(kept),
        "narrowed": bool(set(kept) - {"subject"}),
        "older_url": f"?{urlencode({**kept, 'before': page.older})}" if page.older else "",
        "newest_url": f"?{urlencode(kept)}" if asked.before else "",
        "subject": select.subjects_of(user, [asked.subject])[asked.subject] if chain is not None else None,
        "whole": chain is not None and select.reads_whole(user, asked.subject),
        "count": chain[0] if chain else 0,
        "broken_at": chain[1].seq if chain and chain[1] else None,
        "kinds": [(key, name) for key, (name, _verbs) in select.KINDS.items()],
        "people": visible(user, User).filter(is_active=True).order_by("display_name"),
        "reads_ledgers": reads_all(user),
        "may_check": may(user, "log_verify", AuditEvent),
        "may_search": may(user, "log_search", AuditEvent),
    }
    return render(request, "decisions/log.html", context)


@require_POST
def log_check(request: HttpRequest) -> HttpResponse:
    """Go through every chain. Takes as long as the log is; only the auditor may."""
    require(_user(request), "log_verify", AuditEvent)
    return render(request, "decisions/log_check.html", {"checked": select.check_all(_user(request))})


@require_safe
def log_download(request: HttpRequest, subject: str) -> StreamingHttpResponse:
    """One chain as JSON lines, to be checked without this system; that of a confidential item begins with a line that says who
    took it and when, and is no entry (it has no ``hash``)."""
    user = _user(request)
    hidden = select.chain_of(user, subject) is None or not select.reads_whole(user, subject)
    if hidden or select.sealed_chains(user, [subject]):
        raise Hidden(_("没有找到这项内容的台账，或者它没有对您开放。"))
    kind, _colon, pk = subject.partition(":")
    item = Item.objects.filter(pk=pk).first() if kind == "item" and pk.isdecimal() else None
    if item is not None:
        opened(request, item)
    lines = itertools.chain(
        (json.dumps(mark, ensure_ascii=False) + "\n" for mark in [reader_of(request)] if mark),
        select.chain_lines(subject),
    )
    response = StreamingHttpResponse(lines, content_type="application/x-ndjson; charset=utf-8")
    name = subject.replace(":", "-")
    return downloads.as_file(response, f"log-{name}.jsonl")


def asked_of(given: QueryDict) -> select.Asked:
    """What the address asks for; what cannot be read is left out."""
    who = given.get("who", "")
    three = who == ADMINISTRATORS
    return select.Asked(
        subject=given.get("subject", "").strip()[:100],
        words=given.get("q", "").strip()[:80],
        who=typed.whole(who, None),
        administrators=three,
        kind=given.get("kind", ""),
        since=typed.day(given.get("since", "")),
        until=typed.day(given.get("until", "")),
        before=select.read_cursor(given.get("before", "")),
    )
