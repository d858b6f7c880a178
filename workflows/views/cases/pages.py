"""The list of cases, and the page of one."""

from __future__ import annotations

from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe
from viewflow.workflow.status import PROCESS

from permissions import access
from permissions.look import when_words
from permissions.models import User
from permissions.policies import may
from workflows import case_overview as overview
from workflows.case_overview import STATES, Asked
from workflows.drawn import draw_case
from workflows.handlers import subject_url
from workflows.models import Case
from workflows.views.cases.offers import offers_of, steps_of
from workflows.views.cases.sections import sections_of
from workflows.watching.live import live_of

PER_PAGE = 20
PER_HISTORY = 40
# A step that a whole assembly does is open a thousand times; the list tells how many more there are.
STEPS_SHOWN = 60


@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """The cases this user may see, by state, flow and words; htmx swaps the list alone."""
    user = cast("User", request.user)
    state, flow, words = (request.GET.get(name, "").strip() for name in ("state", "flow", "q"))
    flows = list(overview.flows_with_cases(user))
    asked = Asked(
        state if state in STATES else "running", flow if flow in {row.key for row in flows} else "", words[:80]
    )
    page = Paginator(overview.light(overview.asked_cases(user, asked)), PER_PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    rest = kept.copy()
    rest.pop("state", None)
    counts = overview.state_counts(user, asked)
    names = {
        "running": _("在办"),
        "suspended": _("已暂停"),
        "incidents": _("有异常"),
        "ended": _("已结束"),
        "all": _("全部"),
    }
    context = {
        "rows": overview.rows_of(user, page),
        "page": page,
        "kept": kept.urlencode(),
        "rest": rest.urlencode(),
        "states": [(name, names[name], counts[name]) for name in STATES],
        "flows": flows,
        "asked": asked,
        "filtered": bool(asked.flow or asked.words),
        "any": bool(flows),
    }
    part = getattr(request, "htmx", False) and request.htmx.target == "found"  # type: ignore[attr-defined]
    return render(request, "workflows/cases/_found.html" if part else "workflows/cases/list.html", context)


@require_safe
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: where it stands, who has it, what happened, what it holds, and what this user may do to it."""
    user = cast("User", request.user)
    row = case_of(user, pk)
    known = bool(overview.known_of(user, [row.pk]))
    events = Paginator(overview.history(row), PER_HISTORY).get_page(request.GET.get("page"))
    offers = offers_of(user, row)
    parent, children, more_called = overview.kin(user, row)
    context = {
        "case": row,
        "title": overview.title_of(row, known=known),
        "known": known,
        "incident_count": overview.incidents_in(row),
        "offers": [offer for offer in offers if not offer.minor],
        "minor": [offer for offer in offers if offer.minor],
        "steps": steps_of(user, row, overview.stands_of(row, STEPS_SHOWN)) if row.is_running else [],
        "open_count": row.task_set.filter(finished__isnull=True).count(),
        "drawn": draw_case(row),
        "live": live_of(row),
        "events": events,
        "story": overview.told(events, known=known),
        "variables": overview.variables_of(row) if known and may(user, "case_variables", row) else None,
        "parent": parent,
        "children": children,
        "more_called": more_called,
        "facts": _facts(row, known),
        "sections": sections_of(user, row, known),
        "about": subject_url(row) if known else "",
    }
    return render(request, "workflows/cases/case.html", context)


def case_of(user: User, pk: int, act: str = "view") -> Case:
    """The case, if this user may see it and do `act`. Raises `Hidden`, `Denied`."""
    rows = Case.objects.select_related("version__definition", "started_by").defer("version__xml", "version__note")
    return access.fetch(rows, user, act, pk)


def _facts(case: Case, known: bool) -> list[tuple[str, Any]]:
    version = case.version
    flow = reverse("flow", args=[version.definition.key])
    link = format_html('<a href="{}?version={}">{}</a>', flow, version.number, version.definition.label)
    facts: list[tuple[str, Any]] = [
        (_("编号"), f"#{case.pk}"),
        (pgettext("one", "流程"), link),
        (pgettext("one", "版本"), _("第 %(n)s 版") % {"n": version.number}),
        (_("发起人"), case.started_by.label if case.started_by else _("系统")),
        (_("发起时间"), when_words(case.created)),
    ]
    if case.finished:
        facts.append((_("结束时间"), when_words(case.finished)))
    if case.status == PROCESS.CANCELED and known:
        facts.append((_("终止原因"), case.cancel_reason))
    return facts
