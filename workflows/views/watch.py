"""流程观察: what really happened on a version: its steps by heat, the figures to take away, and the cases behind them."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from permissions import access, downloads, typed
from permissions.errors import Hidden
from permissions.models import Body, User
from permissions.policies import visible
from workflows import case_overview, compiled, names
from workflows.bpmn.drawing import Heat, draw, to_svg
from workflows.bpmn.model import Document
from workflows.models import DefinitionKind, DefinitionVersion
from workflows.watching import asked as asking
from workflows.watching.asked import Asked, cases_seen, cases_told
from workflows.watching.figures import StepFigures, cases_at, figures, totals
from workflows.watching.heat import MEASURES, heat_map

PER_PAGE = 20
#: Which cases that came to a step are listed: all of them, those that are there, those that were late there, those sent back.
AT_A_STEP = ("all", "open", "overdue", "left")
#: What a spreadsheet would reckon instead of show.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@require_safe
def flow_watch(request: HttpRequest, pk: int) -> HttpResponse:
    """The steps of a version coloured by a figure (`?by=waiting`), and a table of all figures."""
    user, version, asked = looked_at(request, pk)
    by = request.GET.get("by", "")
    by = by if by in MEASURES else "waiting"
    flow = compiled.of_version(version.pk, version.sha256)
    cases = cases_told(user, version, asked)
    steps = figures(cases, flow.process)
    shown = heat_map(steps, by)
    context = {
        **frame(request, user, version, asked, "heat"),
        "totals": totals(cases),
        "steps": steps,
        "by": by,
        "measures": MEASURES.items(),
        "measure": MEASURES[by],
        "legend": shown.legend,
        "drawing": _drawing(flow.document, shown.heat, str(MEASURES[by])),
        "slowest": max((step for step in steps if step.waiting), key=_waited, default=None),
    }
    return render(request, "workflows/watch/heat.html", context)


@require_safe
def flow_watch_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The same table as CSV, times in seconds."""
    user, version, asked = looked_at(request, pk)
    process = compiled.of_version(version.pk, version.sha256).process
    columns: dict[str, Any] = {
        "node": _("环节代号"),
        "name": _("环节"),
        "cases": _("件数"),
        "count": _("到达次数"),
        "open": _("在办"),
        "done": _("办完"),
        "overdue": _("超期"),
        "left": _("从此退回"),
        "returned": _("退回到此"),
        "waiting": _("等待中位数（秒）"),
        "waiting_most": _("等待九成在此内（秒）"),
        "working": _("办理中位数（秒）"),
        "working_most": _("办理九成在此内（秒）"),
    }
    steps = figures(cases_told(user, version, asked), process)
    rows = [[getattr(step, column) for column in columns] for step in steps]
    return as_csv([list(columns.values()), *rows], f"{version.definition.key}-{version.number}-steps.csv")


@require_safe
def flow_watch_cases(request: HttpRequest, pk: int) -> HttpResponse:
    """The cases behind a figure of a step (`?node=…&which=overdue`) that this user may open, newest first;
    without a step all of them."""
    user, version, asked = looked_at(request, pk)
    nodes = compiled.of_version(version.pk, version.sha256).process.nodes
    node = request.GET.get("node", "")
    if node and node not in nodes:
        raise Hidden(_("这一版没有这个环节。请返回，从表中选择。"))
    which = request.GET.get("which", "") if node else ""
    which = which if which in AT_A_STEP else "all"
    cases = cases_seen(user, version, asked)
    if node:
        cases = cases_at(cases, node, which)
    words = {"all": _("到过的"), "open": _("正在这一步的"), "overdue": _("超期的"), "left": _("从这一步退回的")}
    context = {
        **frame(request, user, version, asked, "heat"),
        **listed(request, user, cases),
        "title": names.label(nodes[node].name) or node if node else _("全部事项"),
        "which": [(key, words[key], key == which) for key in AT_A_STEP] if node else (),
        "rest": kept(request, without=("which", "page")),
        "back": "flow_watch",
    }
    return render(request, "workflows/watch/cases.html", context)


def looked_at(request: HttpRequest, pk: int) -> tuple[User, DefinitionVersion, Asked]:
    """Who looks at which version, and what they ask for. Raises `Hidden`; what cannot be read is not asked for."""
    user = cast("User", request.user)
    rows = DefinitionVersion.objects.select_related("definition").defer("xml")
    version = access.fetch(rows, user, "view", pk)
    if version.definition.kind != DefinitionKind.FLOW:
        raise Hidden(_("决策没有流程图，也没有环节可以观察。"))
    since, until = (typed.day(request.GET.get(name, "")) for name in ("since", "until"))
    body = Body.objects.filter(code=request.GET.get("body", "")).first()
    return user, version, Asked(since, until, body)


def frame(request: HttpRequest, user: User, version: DefinitionVersion, asked: Asked, tab: str) -> dict[str, Any]:
    """What every page of a version's watch shows around its own."""
    return {
        "version": version,
        "definition": version.definition,
        "asked": asked,
        "all": asking.told_all(user),
        "bodies": visible(user, Body).order_by("order", "pk"),
        "tab": tab,
        "kept": kept(request, only=("since", "until", "body")),
    }


def kept(request: HttpRequest, *, only: tuple[str, ...] = (), without: tuple[str, ...] = ()) -> str:
    """The address's questions to go on with, as one text."""
    asked = request.GET.copy()
    for name in list(asked):
        if name in without or (only and name not in only):
            del asked[name]
    return asked.urlencode()


def listed(request: HttpRequest, user: User, cases: Any) -> dict[str, Any]:
    """A page of cases as lists show them, each with room for its fitness."""
    found = case_overview.light(asking.newest_first(cases))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = [(row, None) for row in case_overview.rows_of(user, page)]
    return {"rows": rows, "page": page, "paged": kept(request, without=("page",))}


def as_csv(rows: list[list[Any]], name: str) -> HttpResponse:
    """A table to take away, with the mark that tells Excel it is UTF-8."""
    target = io.StringIO()
    csv.writer(target).writerows([_cell(value) for value in row] for row in rows)
    response = HttpResponse(f"\ufeff{target.getvalue()}", content_type="text/csv; charset=utf-8")
    return downloads.as_file(response, name)


def _cell(value: Any) -> str | int:
    """A whole number as it is, a time in whole seconds, nothing as nothing, words so that no spreadsheet reckons them."""
    if isinstance(value, timedelta):
        return value // timedelta(seconds=1)
    if isinstance(value, int):
        return value
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _waited(step: StepFigures) -> timedelta:
    return step.waiting or timedelta()


def _drawing(document: Document, heat: dict[str, Heat], measure: str) -> SafeString:
    if not document.shapes:
        return mark_safe("")
    label = _("流程图，各环节的%(measure)s见下表") % {"measure": measure}
    svg = to_svg(draw(names.labelled(document), heat=heat, marker_id="heat"), label=label)
    return mark_safe(svg)  # noqa: S308  (every word from the file is escaped there)
