"""What somebody does to a case: each asks for the reason on a page of its own, then calls its action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from permissions.errors import WrongState
from permissions.models import User
from permissions.policies import require
from permissions.views.answers import attempt
from workflows import actions
from workflows import case_overview as overview
from workflows.errors import require_running
from workflows.models import Case
from workflows.views.cases.forms import ReasonForm
from workflows.views.cases.pages import case_of
from workflows.withdrawal import obstacle


@dataclass(frozen=True, slots=True)
class Act:
    """The words of an act: the page's title, what it leads to, its button, and what is said when it is done."""

    run: Callable[..., Case]
    title: Any
    lead: Any
    done: Any
    optional: bool = False


_ACTS = {
    "case_suspend": Act(
        actions.case_suspend,
        gettext_lazy("暂停流程"),
        gettext_lazy("暂停期间谁都不能办理，到时的时限、收到的消息和后台作业都留到恢复时办。"),
        gettext_lazy("流程已暂停。"),
    ),
    "case_resume": Act(
        actions.case_resume,
        gettext_lazy("恢复流程"),
        gettext_lazy("从暂停的地方接着办。暂停期间到时的时限会在恢复时生效，每个只生效一次。"),
        gettext_lazy("流程已恢复。"),
        optional=True,
    ),
    "case_cancel": Act(
        actions.case_cancel,
        gettext_lazy("终止流程"),
        gettext_lazy("终止后没有结果，正在办的环节全部取消，不能恢复；需要时重新发起。"),
        gettext_lazy("流程已终止。"),
    ),
    "case_withdraw": Act(
        actions.case_withdraw,
        gettext_lazy("撤回流程"),
        gettext_lazy("撤回后不再办理，需要时可以重新发起。"),
        gettext_lazy("流程已撤回。"),
    ),
}
#: Somebody was quicker, or clicked twice: what was asked for has come about, and the page says so.
_DONE_ALREADY = frozenset({"suspended", "not_suspended", "ended"})


@require_http_methods(["GET", "HEAD", "POST"])
def case_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Ask for the reason, then do it. `act` is the name of an action; a second click finds it done and says so."""
    user = cast("User", request.user)
    words = _ACTS[act]
    case = case_of(user, pk)
    require(user, act, case)
    form = ReasonForm(request.POST if request.method == "POST" else None, optional=words.optional)
    why, status = "", 200
    if request.method == "POST":
        told: list[str] = []

        def run() -> None:
            try:
                words.run(actor=user, case_id=pk, reason=form.cleaned_data["reason"])
            except WrongState as error:
                if error.code not in _DONE_ALREADY:
                    raise
                told.append(str(error))

        status = attempt(form, run)
        if status == 303:
            if told:
                messages.info(request, told[0])
            else:
                messages.success(request, str(words.done))
            return redirect("case", pk)
    else:
        why = _why_not(user, case, act)
    context = {
        "case": case,
        "title": overview.title_of(case, known=bool(overview.known_of(user, [pk]))),
        "act": words,
        "form": form,
        "why": why,
        "careful": act in {"case_cancel", "case_withdraw"},
    }
    return render(request, "workflows/cases/act.html", context, status=status)


def _why_not(user: User, case: Case, act: str) -> str:
    """What stands against the act now, said before anybody has typed a reason."""
    if not case.is_running:
        return _("这件流程已经办结。")
    if act == "case_suspend" and case.suspended is not None:
        return _("这件流程已经暂停，不用再暂停。")
    if act == "case_resume" and case.suspended is None:
        return _("这件流程没有暂停，不用恢复。")
    if act == "case_withdraw":
        try:
            require_running(case)
        except WrongState as error:
            return str(error)
        refusal = obstacle(case, user)
        return str(refusal) if refusal else ""
    return ""
