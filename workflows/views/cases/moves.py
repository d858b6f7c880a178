"""Moves by hand: a case jumps to another step, a task is sent back, others are asked to do it too, or no longer."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from permissions.errors import Hidden, WrongState
from permissions.models import User
from permissions.policies import may, require, visible
from permissions.selectors import sides_of
from permissions.views.answers import attempt
from workflows import actions
from workflows import case_overview as overview
from workflows.allowed import allowed
from workflows.bpmn.messages import word
from workflows.bpmn.model import Process
from workflows.errors import require_running
from workflows.handlers import form_url
from workflows.models import Case, CaseTask
from workflows.passed import Target, jump_targets, send_back_targets
from workflows.selectors import flow_of
from workflows.signers import Signers, signers_of
from workflows.views.cases.forms import WAYS, JumpForm, ReasonForm, SendBackForm, SignersForm
from workflows.views.cases.pages import case_of

# People a search lists; more would be a page to scroll through, and a word more finds the right one.
FOUND = 20
# People of a step its page lists; whether each may be taken out is asked of the database.
SIGNERS_SHOWN = 60


@require_http_methods(["GET", "HEAD", "POST"])
def case_jump(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask which step is left, where the case goes on and why, then put it there."""
    user = cast("User", request.user)
    case = case_of(user, pk)
    require(user, "case_jump", case)
    why = _("流程已暂停，恢复以前不能跳转。") if case.suspended is not None else _still(case)
    stands = overview.stands_of(case) if case.is_running else []
    # Where everything stands already is no place to go; whoever has just been quicker is told so by the action.
    here = {stand.task.node for stand in stands}
    targets = (
        [] if why else [row for row in jump_targets(case) if here != {row.node} or request.POST.get("to") == row.node]
    )
    form = JumpForm(
        request.POST if request.method == "POST" else None,
        targets=[(row.node, _words(row, flow_of(case).process)) for row in targets],
        tasks=[(str(stand.task.pk), f"{stand.task}\n{stand.who}") for stand in stands],
    )
    status = 200
    if request.method == "POST":
        status = attempt(
            form,
            lambda: actions.case_jump(
                actor=user,
                case_id=pk,
                to=form.cleaned_data["to"],
                reason=form.cleaned_data["reason"],
                task_id=form.task_id,
            ),
        )
        if status == 303:
            messages.success(request, _("流程已跳转。"))
            return redirect("case", pk)
    context = {
        "case": case,
        "title": overview.title_of(case, known=bool(overview.known_of(user, [pk]))),
        "form": form,
        "why": why or ("" if targets else _("这件流程现在没有可以跳转的环节。")),
    }
    return render(request, "workflows/cases/jump.html", context, status=409 if why and form.is_bound else status)


@require_http_methods(["GET", "HEAD", "POST"])
def step_send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to which step, what then and why, and send the task back."""
    user = cast("User", request.user)
    task = _task(user, pk, "task_send_back")
    why = _why_not(user, task, "task_send_back")
    targets = [] if why else send_back_targets(task, by_admin=_oversees(user, task))
    form = SendBackForm(
        request.POST if request.method == "POST" else None,
        targets=[(row.node, _words(row, flow_of(task.process).process)) for row in targets],
    )
    status = 200
    if request.method == "POST" and not why:
        status = attempt(
            form,
            lambda: actions.task_send_back(
                actor=user,
                task_id=pk,
                to=form.cleaned_data["to"],
                again=form.cleaned_data["again"],
                reason=form.cleaned_data["reason"],
            ),
        )
        if status == 303:
            messages.success(request, _("已退回：%(step)s。") % {"step": task})
            return _leave(user, task)
    context = _step(user, task, form, why or ("" if targets else _("这一步前面没有可以退回的环节。")))
    return render(request, "workflows/cases/send_back.html", context, status=_status(request, why, status))


@require_http_methods(["GET", "HEAD", "POST"])
def step_signers(request: HttpRequest, pk: int) -> HttpResponse:
    """Who does the step; ask others to do it too. POST `do` ``search`` looks for people and keeps what was chosen."""
    user = cast("User", request.user)
    task = _task(user, pk, "instance_add")
    removes = bool(may(user, "instance_remove", task))
    why = _why_not(user, task, "" if removes else "instance_add")
    adds = not why and bool(may(user, "instance_add", task))
    asked = request.POST if request.method == "POST" else None
    words = (asked or request.GET).get("q", "").strip()[:80]
    signers = Signers([]) if why else signers_of(task)
    chosen = asked.getlist("users") if asked else []
    people, more = _people(user, task, signers, words, chosen)
    offered: dict[str, Any] = {"people": _choices(people), "ways": _ways(user, task)}
    status = 200
    if asked is None or asked.get("do") == "search":
        kept = {name: asked.get(name, "") for name in ("where", "reason")} if asked else {}
        form = SignersForm(initial={"users": chosen, "where": "parallel", **kept}, **offered)
    else:
        form = SignersForm(asked, **offered)
        if not why:
            status = attempt(
                form,
                lambda: actions.instance_add(
                    actor=user,
                    task_id=pk,
                    users=form.cleaned_data["users"],
                    where=form.cleaned_data["where"],
                    reason=form.cleaned_data["reason"],
                ),
            )
            if status == 303:
                messages.success(request, _("已加签。"))
                # Where they come before, the task of the one who asked has gone, and begins again after them.
                still = CaseTask.objects.filter(pk=pk, finished__isnull=True).exists()
                return redirect("step_signers", pk) if still else _leave(user, task)
    together = len(signers.present) > 1 or signers.coming > 0
    # The step they came from stands first: of a whole assembly only some are listed.
    shown = sorted(signers.present, key=lambda row: row.task.pk != pk)[:SIGNERS_SHOWN]
    removable = {row.task.pk for row in shown if together and may(user, "instance_remove", row.task)}
    context = _step(user, task, form, why)
    context |= {"signers": signers, "shown": shown, "unlisted": len(signers.present) - len(shown)}
    context |= {"removable": removable, "words": words, "more": more, "adds": adds}
    return render(request, "workflows/cases/signers.html", context, status=_status(request, why, status))


@require_http_methods(["GET", "HEAD", "POST"])
def step_unsign(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, then take one of several signers out."""
    user = cast("User", request.user)
    task = _task(user, pk, "instance_remove")
    why = _why_not(user, task, "instance_remove")
    form = ReasonForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and not why:
        status = attempt(
            form, lambda: actions.instance_remove(actor=user, task_id=pk, reason=form.cleaned_data["reason"])
        )
        if status == 303:
            messages.success(request, _("已减签。"))
            return _leave(user, task)
    context = _step(user, task, form, why)
    context["who"] = overview.stands_among([task])[0].who
    return render(request, "workflows/cases/unsign.html", context, status=_status(request, why, status))


# ------------------------------------------------------------------ which task, and whether it can be moved


def _task(user: User, pk: int, act: str) -> CaseTask:
    """The task, for those who may know of it and those who may do `act` to it whatever it is about. Raises `Hidden`."""
    rows = CaseTask.objects.select_related("process__version__definition", "owner", "completed_by")
    task = rows.defer("process__version__xml").filter(pk=pk).first()
    if task is None or not (may(user, act, task) or visible(user, CaseTask.objects.filter(pk=pk)).exists()):
        raise Hidden(_("没有找到这件待办，或者您没有查看它的权限。请返回待办，从列表中打开。"))
    return task


def _why_not(user: User, task: CaseTask, act: str) -> str:
    """Why the move cannot be made now; empty where it can. Raises `Denied` where this user may not make it at all."""
    if act:
        require(user, act, task)
    if why := _still(task.process):
        return why
    return "" if task.is_open else _("这一步已经办完，或流程已经往下走。")


def _still(case: Case) -> str:
    try:
        require_running(case)
    except WrongState as error:
        return str(error)
    return ""


def _oversees(user: User, task: CaseTask) -> bool:
    return bool(may(user, "case_jump", task.process))


def _ways(user: User, task: CaseTask) -> frozenset[str]:
    """In which order the diagram lets others come in; administrators are not bound by it."""
    if _oversees(user, task):
        return frozenset(WAYS)
    return allowed(flow_of(task.process).process.nodes.get(task.node), "add")


# ------------------------------------------------------------------ what the pages show


def _status(request: HttpRequest, why: str, status: int) -> int:
    return 409 if why and request.method == "POST" else status


def _words(row: Target, process: Process) -> str:
    """A step as a choice: its name (what it is, where it has none), and who did it last."""
    name = row.name
    if name == row.node and not process.nodes[row.node].name:
        name = f"{word(process.nodes[row.node].kind, get_language() or '')} {row.node}"
    return f"{name}\n" + _("上次由%(who)s办理") % {"who": row.done_by.label} if row.done_by else name


def _step(user: User, task: CaseTask, form: Any, why: str) -> dict[str, Any]:
    known = bool(overview.known_of(user, [task.process_id]))
    return {
        "task": task,
        "title": overview.title_of(task.process, known=known),
        "form": form,
        "why": why,
        "back": _place(user, task),
    }


def _place(user: User, task: CaseTask) -> str:
    """Where this user came from: the page of the task, or, for those who look after cases, that of the case."""
    if may(user, "task_complete", task) and task.is_open:
        return form_url(task)
    return reverse("case", args=[task.process_id]) if _oversees(user, task) else reverse("home")


def _leave(user: User, task: CaseTask) -> HttpResponse:
    return redirect("case", task.process_id) if _oversees(user, task) else redirect("home")


def _people(user: User, task: CaseTask, signers: Signers, words: str, chosen: list[str]) -> tuple[list[User], bool]:
    """Active people whose position or account has these words, those chosen already first; and whether there are more."""
    active = visible(user, User).filter(is_active=True)
    present = {row.task.owner_id for row in signers.present} - {None}
    if may(user, "task_complete", task):
        present.add(user.pk)  # who has the step need not be asked for it
    kept = list(active.filter(username__in=chosen).order_by("pk"))
    found = active.exclude(pk__in=present).exclude(pk__in=[person.pk for person in kept])
    if words:
        found = found.filter(
            Q(display_name__icontains=words) | Q(display_name_en__icontains=words) | Q(username__icontains=words)
        )
    rows = list(found.order_by("pk")[: FOUND + 1])
    return [*kept, *rows[:FOUND]], len(rows) > FOUND


def _choices(people: list[User]) -> list[tuple[str, str]]:
    sides = sides_of(person.pk for person in people)
    return [
        (person.username, f"{person.label}\n{sides[person.pk].label}" if person.pk in sides else person.label)
        for person in people
    ]
