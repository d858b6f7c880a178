"""The general page of a step: what the diagram asks, a note, and done. Steps with a form of their own lead elsewhere."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from permissions import access
from permissions.models import User
from permissions.policies import may
from permissions.views.answers import attempt
from workflows import names
from workflows.actions import task_claim, task_complete, task_release
from workflows.models import CaseTask
from workflows.selectors import flow_of
from workflows.step_fields import fields_of
from workflows.views.forms import StepForm


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the step; POST `do` is ``complete`` (with answers), ``claim`` or ``release``."""
    user = cast("User", request.user)
    task = access.fetch(CaseTask.objects.select_related("process__version__definition", "owner"), user, "view", pk)
    node = flow_of(task.process).process.nodes[task.node]
    form = StepForm(fields_of(node), request.POST if request.POST.get("do") == "complete" else None)
    status = 200
    if request.method == "POST":
        match request.POST.get("do"):
            case "claim":
                task_claim(actor=user, task_id=pk)
                return redirect("step", pk)
            case "release":
                task_release(actor=user, task_id=pk)
                return redirect("home")
            case _:
                status = attempt(
                    form,
                    lambda: task_complete(
                        actor=user, task_id=pk, variables=form.variables, note=form.cleaned_data["note"]
                    ),
                )
                if status == 303:
                    messages.success(request, _("已办理：%(step)s。") % {"step": task})
                    return redirect("home")
    verdict = may(user, "task_complete", task)
    context = {
        "task": task,
        "documentation": names.label(node.documentation),
        "form": form,
        "why": "" if verdict else verdict.why,
        "may_claim": task.owner_id is None and bool(verdict),
        "may_release": bool(may(user, "task_release", task)),
    }
    return render(request, "workflows/step.html", context, status=status)
