"""Starting a case of a flow by hand: what it is about, in a line."""

from __future__ import annotations

from typing import cast
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from permissions import access
from permissions.errors import Hidden
from permissions.forms import PlainWords
from permissions.models import User
from permissions.policies import require
from permissions.views.answers import attempt
from workflows import actions, starting
from workflows.models import Case, DefinitionVersion
from workflows.selectors import inbox


class StartForm(PlainWords, forms.Form):
    """What the case is called."""

    title = forms.CharField(
        label=gettext_lazy("事项名称"),
        max_length=Case._meta.get_field("title").max_length,
        help_text=gettext_lazy("写明是什么事，例如：借用三楼会议室。办理的人凭它认出这一件。"),
    )
    once = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)


@require_http_methods(["GET", "HEAD", "POST"])
def flow_start(request: HttpRequest, key: str) -> HttpResponse:
    """Start a case of a flow that stands by itself; the first step follows at once where it is the same person's."""
    user = cast("User", request.user)
    require(user, "case_start", Case)
    found = starting.current(key)
    if found is None:
        raise Hidden(_("没有已发布的这个流程。"))
    version = access.fetch(DefinitionVersion.objects.select_related("definition"), user, "view", found.pk)
    refusal = starting.obstacle(version)
    form = StartForm(request.POST if request.method == "POST" else None)
    begun: list[Case] = []

    def begin() -> None:
        data = form.cleaned_data
        begun.append(actions.case_start_by_hand(actor=user, definition=key, title=data["title"], once=data["once"]))

    status = attempt(form, begin) if form.is_bound else 200
    if begun:
        messages.success(request, _("已发起：%(title)s") % {"title": begun[0].title})
        own = inbox(user).filter(process=begun[0].pk).first()
        return redirect("step", own.pk) if own is not None else redirect("case", begun[0].pk)
    context = {"version": version, "form": form, "why": str(refusal) if refusal else ""}
    return render(request, "workflows/cases/start.html", context, status=status)
