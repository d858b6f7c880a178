"""The general page of a step: what the diagram asks, a note, and done. Steps with a form of their own lead elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from permissions import access, downloads
from permissions.errors import Hidden, WrongState
from permissions.models import User
from permissions.policies import may
from permissions.views.answers import attempt
from workflows import handlers, names
from workflows.actions import (
    step_answer,
    step_file_add,
    step_file_remove,
    step_keep,
    task_claim,
    task_complete,
    task_release,
)
from workflows.models import Case, CaseTask, StepFile
from workflows.policies import knowing
from workflows.selectors import flow_of
from workflows.views import outbox
from workflows.views.cases.answers import answers_of
from workflows.views.step_forms import StepForm, stored


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the step; POST `do` is ``complete`` (with answers), ``keep`` (what was filled in so far), ``remove-<file>``, ``claim``
    or ``release``. Kept by htmx while somebody types, it answers with the questions that show otherwise now."""
    user = cast("User", request.user)
    task = access.fetch(CaseTask.objects.select_related("process__version__definition", "owner"), user, "view", pk)
    node = flow_of(task.process).process.nodes[task.node]
    form: StepForm | None = None
    status = 200
    if request.method == "POST":
        do = request.POST.get("do", "")
        if do == "claim":
            task_claim(actor=user, task_id=pk)
            return redirect("step", pk)
        if do == "release":
            task_release(actor=user, task_id=pk)
            return redirect("home")
        if do == "keep" and getattr(request, "htmx", False):
            return _kept(request, user, task)
        refused = _files_stored(request, user, task)
        if do == "keep" or do.startswith("remove-"):
            form = StepForm(user, task, request.POST)
            step_keep(actor=user, task_id=pk, answers=form.answers, note=form.note)
            if do != "keep" and (number := do.removeprefix("remove-")).isdecimal():
                step_file_remove(actor=user, task_id=pk, file_id=int(number))
            if not refused:
                messages.success(request, _("已保存，可以稍后接着填写。"))
                return redirect("step", pk)
        form = StepForm(user, task, request.POST)
        if refused:
            status = form.refuse(refused)
        else:
            status = _answered(form, user, task)
            if status == 303:
                messages.success(request, _("已办理：%(step)s。") % {"step": task})
                return outbox.answer(request, reverse("home"))
    verdict = may(user, "task_complete", task)
    context = {
        "task": task,
        "documentation": names.label(node.documentation),
        "before": _answered_before(user, task),
        "form": form or StepForm(user, task),
        "why": "" if verdict else verdict.why,
        "may_claim": task.owner_id is None and bool(verdict),
        "may_release": bool(may(user, "task_release", task)),
    }
    return render(request, "workflows/step.html", context, status=status)


def _answered_before(user: User, task: CaseTask) -> Mapping[str, Any] | None:
    """What earlier steps of the case were answered with, for whoever may know what it is about: nobody decides on a title alone."""
    found = answers_of(user, task.process, True)
    known = found is not None and knowing(user, Case.objects.filter(pk=task.process_id)).exists()
    return found if known else None


def _answered(form: StepForm, user: User, task: CaseTask) -> int:
    """Complete the step with what was typed; a refused form keeps its words, and what was wrong stands at its fields."""
    if not form.questions:
        return attempt(form, lambda: task_complete(actor=user, task_id=task.pk, note=form.note))
    return attempt(form, lambda: step_answer(actor=user, task_id=task.pk, answers=form.answers, note=form.note))


def _kept(request: HttpRequest, user: User, task: CaseTask) -> HttpResponse:
    form = StepForm(user, task, request.POST)
    try:
        draft = step_keep(actor=user, task_id=task.pk, answers=form.answers, note=form.note)
    except WrongState:
        # The step was completed while this was on its way: nothing is left to keep, and the page is about to go.
        return HttpResponse(status=204)
    context = {"task": task, "form": form, "changed": form.changed_for(request.POST), "saved": draft.saved}
    return render(request, "workflows/forms/kept.html", context)


def _files_stored(request: HttpRequest, user: User, task: CaseTask) -> dict[str, str]:
    """Store the files that came with the form, each at its field. What is wrong with some, by field."""
    return stored(
        request,
        lambda field, name, content: step_file_add(
            actor=user, task_id=task.pk, field=field, name=name, content=content
        ),
    )


@require_safe
def step_file(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    """A file somebody gave at this step, always as a download; what the case is about may have it leave another way."""
    user = cast("User", request.user)
    row = access.fetch(
        StepFile.objects.select_related("task__process").filter(task=pk, removed__isnull=True), user, "view", file
    )
    stored = str(row.file.name)
    if not default_storage.exists(stored):
        raise Hidden(_("这份材料的文件不在了。请联系系统管理员，并告知材料名称。"))
    answer = handlers.file_answer(request, row.task.process, row)
    if answer is not None:
        return answer
    return downloads.as_file(FileResponse(default_storage.open(stored), content_type=row.content_type), row.name)
