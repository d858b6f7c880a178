"""The section of a case's page with what can be begun in its ad-hoc sub-processes, and the button of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from permissions.errors import Invalid
from permissions.models import User
from workflows import actions, compiled, names
from workflows.engine import Marking, choices
from workflows.models import Case
from workflows.policies import may_begin
from workflows.views.cases.pages import case_of
from workflows.views.cases.sections import case_section


@case_section("workflows/cases/_choices.html", order=5)
def choices_of(user: User, case: Case, known: bool) -> Mapping[str, Any] | None:
    """What can begin now, grouped by sub-process, with the reason where this user may not begin it."""
    if not case.is_running:
        return None
    flow = compiled.of_version(case.version_id, case.version_sha256)
    if not flow.graph.ad_hoc:
        return None
    marking = Marking.from_json(case.marking)
    groups: dict[int, dict[str, Any]] = {}
    for choice in choices(flow.graph, marking):
        node = flow.process.nodes[choice.node]
        around = flow.process.nodes[node.scope]
        group = groups.setdefault(choice.host, {"name": names.label(around.name), "rows": []})
        verdict = may_begin(user, case, flow, choice.node)
        why = _("流程已暂停，恢复以前不能办理。") if case.suspended is not None else verdict.why
        group["rows"].append(
            {"node": choice.node, "host": choice.host, "name": names.label(node.name) or node.id, "why": why}
        )
    return {"groups": list(groups.values())} if groups else None


@require_POST
def case_begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin an activity of an ad-hoc sub-process. The same click a second time begins it once more only where that is possible."""
    user = cast("User", request.user)
    case = case_of(user, pk)
    node, host = request.POST.get("node", ""), request.POST.get("host", "0")
    if not (host.isascii() and host.isdigit() and len(host) < 10):
        raise Invalid(_("请返回这件流程，从列表中选择要开始的环节。"), code="no_such_node")
    actions.activity_enable(actor=user, case_id=case.pk, node=node, host=int(host))
    found = compiled.of_version(case.version_id, case.version_sha256).process.nodes[node]
    messages.success(request, _("“%(step)s”已开始。") % {"step": names.label(found.name) or found.id})
    return redirect("case", case.pk)
