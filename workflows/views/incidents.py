"""异常: the list with its causes, one incident with what can be done about it, and trying many of one cause again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from permissions import access
from permissions.look import when_words
from permissions.models import User
from permissions.policies import may, require
from permissions.views.answers import attempt
from workflows import incident_overview as overview
from workflows import incidents
from workflows.actions import incident_resolve, incident_retry, incidents_retry
from workflows.incident_overview import STATES, Asked, IncidentRow
from workflows.models import Case, Incident
from workflows.views.cases.sections import case_section
from workflows.views.incident_forms import ResolveForm

PER_PAGE = 20
# Each is a transaction of its own, and somebody waits for the page.
AT_ONCE = 200
# A step of many instances may fail as many times.
OF_A_CASE = 10


@require_safe
def incident_list(request: HttpRequest) -> HttpResponse:
    """The incidents this user may see, by state and flow; and what stands behind several of them."""
    user = cast("User", request.user)
    require(user, "view", Incident)
    flows = list(overview.flows_with_incidents(user))
    state, flow = (request.GET.get(name, "") for name in ("state", "flow"))
    asked = Asked(state if state in STATES else "waiting", flow if flow in {row.key for row in flows} else "")
    page = Paginator(overview.asked_incidents(user, asked), PER_PAGE).get_page(request.GET.get("page"))
    counts = overview.state_counts(user, asked)
    names = {"waiting": _("等管理员"), "retrying": _("等重试"), "resolved": _("已解决"), "all": _("全部")}
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "rows": overview.rows_of(user, page),
        "page": page,
        "kept": kept.urlencode(),
        "states": [(name, names[name], counts[name]) for name in STATES],
        "flows": flows,
        "asked": asked,
        "causes": overview.causes(user, asked.flow) if asked.state in ("waiting", "retrying") else [],
        "may_retry": may(user, "incident_retry", Incident),
    }
    return render(request, "workflows/incidents/list.html", context)


@require_safe
def incident(request: HttpRequest, pk: int) -> HttpResponse:
    """One incident: what went wrong, what can be done about it."""
    user = cast("User", request.user)
    row = _fetch(user, "view", pk)
    (shown,) = overview.rows_of(user, [row])
    goes = row.resolved is None and row.case.moves
    resolution = _resolution(user, shown)
    context = {
        "row": shown,
        "incident": row,
        "case": row.case,
        "way_out": incidents.way_out(row),
        "facts": [*_facts(shown), (_("处理说明"), resolution)],
        "resolution": resolution,
        "is_clock": row.timer_id is not None,
        "may_retry": goes
        and may(user, "incident_retry", row)
        and (incidents.is_the_workers(row) or incidents.is_kept(row)),
        "may_resolve": goes and incidents.ways(row) and may(user, "incident_resolve", row),
    }
    return render(request, "workflows/incidents/incident.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def incident_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask how and why, then resolve it. Where somebody was quicker the page says so."""
    user = cast("User", request.user)
    row = _fetch(user, "incident_resolve", pk)
    ways = incidents.ways(row)
    form = ResolveForm(ways, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = attempt(
            form,
            lambda: incident_resolve(
                actor=user,
                incident_id=pk,
                how=form.cleaned_data["how"],
                reason=form.cleaned_data["reason"],
                variables=form.cleaned_data.get("variables"),
                error=form.cleaned_data.get("error", ""),
            ),
        )
        if status == 303:
            messages.success(request, _("已处理。"))
            return redirect("incident", pk)
    (shown,) = overview.rows_of(user, [row])
    over = row.resolved is not None or not row.case.moves or not ways
    context = {
        "row": shown,
        "incident": row,
        "case": row.case,
        "form": form,
        "over": over and request.method != "POST",
        "resolution": row.resolution,
    }
    return render(request, "workflows/incidents/answer.html", context, status=status)


@require_POST
def incident_try(request: HttpRequest, pk: int) -> HttpResponse:
    """Try again at once."""
    incident_retry(actor=cast("User", request.user), incident_id=pk)
    messages.success(request, _("已交后台重试，稍后刷新页面看结果。"))
    return redirect("incident", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def incident_try_all(request: HttpRequest) -> HttpResponse:
    """Ask, then try all incidents of one cause again (`flow`, `node`, `code`)."""
    user = cast("User", request.user)
    require(user, "incident_retry", Incident)
    asked = request.POST if request.method == "POST" else request.GET
    cause, pks = overview.cause_of(user, *(asked.get(name, "") for name in ("flow", "node", "code")))
    now, later = pks[:AT_ONCE], len(pks[AT_ONCE:])
    if request.method == "POST":
        done, left = incidents_retry(actor=user, incident_ids=now)
        messages.success(request, ngettext("已交后台重试 %(n)d 件。", "已交后台重试 %(n)d 件。", done) % {"n": done})
        if left:
            words = ngettext("另有 %(n)d 件已有变化，没有重试。", "另有 %(n)d 件已有变化，没有重试。", left)
            messages.info(request, words % {"n": left})
        if later:
            words = ngettext(
                "一次最多重试 %(most)d 件，还有 %(n)d 件。请再办一次“全部重试”。",
                "一次最多重试 %(most)d 件，还有 %(n)d 件。请再办一次“全部重试”。",
                later,
            )
            messages.info(request, words % {"n": later, "most": AT_ONCE})
        return redirect(f"{reverse('incident_list')}?state=retrying")
    return render(request, "workflows/incidents/retry_all.html", {"cause": cause})


@case_section("workflows/cases/_incidents.html", order=10)
def incidents_of_case(user: User, case: Case, known: bool) -> Mapping[str, Any] | None:
    """What failed in this case: in full for those who look after flows, in one sentence for those who wait."""
    found = incidents.of_case(user, case)
    shown = found[:OF_A_CASE]
    if shown:
        return {"rows": overview.rows_of(user, shown), "more": found.count() - len(shown)}
    return {"rows": []} if incidents.waits_for_administrator(case) else None


def _fetch(user: User, act: str, pk: int) -> Incident:
    return access.fetch(overview.light(Incident.objects.all()), user, act, pk)


def _resolution(user: User, row: IncidentRow) -> str:
    """What was written when it was resolved: for those who resolve, and for whom the case is open to. Others learn that it was."""
    return row.incident.resolution if row.known or may(user, "incident_resolve", row.incident) else ""


def _facts(row: IncidentRow) -> list[tuple[str, Any]]:
    incident, case = row.incident, row.case
    version = case.version
    flow = reverse("flow", args=[version.definition.key])
    number = (
        format_html('<a href="{}">#{}</a>', reverse("case", args=[case.pk]), case.pk) if row.link else f"#{case.pk}"
    )
    given_up = incident.resolved is None and incident.next_try is None
    return [
        (_("编号"), str(incident.pk)),
        (
            pgettext("one", "流程"),
            format_html('<a href="{}?version={}">{}</a>', flow, version.number, version.definition.label),
        ),
        (pgettext("one", "版本"), _("第 %(n)s 版") % {"n": version.number}),
        (pgettext("one", "流程实例"), number),
        (pgettext("one", "环节"), f"{row.node}（{incident.node}）" if row.node != incident.node else row.node),
        (_("错误代码"), incident.code),
        (_("发生时间"), when_words(incident.created)),
        (_("已试次数"), str(incident.attempts)),
        (_("上次尝试"), when_words(incident.last_try)),
        (_("下次尝试"), when_words(incident.next_try) if incident.next_try else _("等管理员处理") if given_up else ""),
        (_("解决时间"), when_words(incident.resolved) if incident.resolved else ""),
        (
            _("处理人"),
            incident.resolved_by.label if incident.resolved_by else _("自行解除") if incident.resolved else "",
        ),
    ]
