"""The recorded plays of a flow: how each goes on a version, and taking one away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from permissions import access
from permissions.models import User
from permissions.policies import may
from permissions.views.answers import attempt
from workflows import rehearsal
from workflows.actions import flow_test_remove
from workflows.models import FlowTest, VersionStatus
from workflows.playing.versions import flow_of, tried
from workflows.playing.words import Telling
from workflows.views.rehearsal.script import version_to_play
from workflows.views.rehearsal_forms import RemoveForm


@require_safe
def flow_tests(request: HttpRequest, pk: int) -> HttpResponse:
    """The recorded plays of a flow, each played on this version now: what passes, what not, at which step and why."""
    user = cast("User", request.user)
    version = version_to_play(request, pk, "flow_rehearse")
    flow = flow_of(version)
    telling = Telling(flow.process) if flow is not None else None
    rows: list[Mapping[str, Any]] = []
    if telling is not None:
        for one in tried(version):
            acts = rehearsal.acts_from_json(one.test.acts)
            rows.append(
                {
                    "test": one.test,
                    "passed": one.verdict.passed,
                    "words": telling.verdict(one.verdict, acts),
                    "n": len(acts),
                }
            )
    context = {
        "version": version,
        "playable": flow is not None,
        "rows": rows,
        "failed": sum(not row["passed"] for row in rows),
        "is_draft": version.status == VersionStatus.DRAFT,
        "may_remove": bool(may(user, "flow_test_record", version)),
    }
    return render(request, "workflows/rehearsal/tests.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def flow_test_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, then take a recorded play away; its versions stay."""
    user = cast("User", request.user)
    test = access.fetch(FlowTest.objects.select_related("definition"), user, "flow_test_remove", pk)
    form = RemoveForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = attempt(form, lambda: flow_test_remove(actor=user, test_id=pk, reason=form.cleaned_data["reason"]))
        if status == 303:
            messages.success(request, _("已删去测试“%(name)s”") % {"name": test.name})
            return redirect(_newest(test))
    return render(
        request, "workflows/rehearsal/remove.html", {"test": test, "form": form, "back": _newest(test)}, status=status
    )


def _newest(test: FlowTest) -> str:
    """The tests of the flow's newest version."""
    newest = test.definition.versions.order_by("-number").values_list("pk", flat=True).first()
    return reverse("flow_tests", args=[newest])
