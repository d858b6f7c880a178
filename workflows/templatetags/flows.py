"""``{% load flows %}``: what pages of tasks, on whichever floor, share."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse

from permissions.policies import may
from workflows import deadlines, names
from workflows.models import CaseTask, DefinitionVersion, VersionStatus
from workflows.selectors import inbox
from workflows.views.cases.offers import moves_of

register = template.Library()
register.filter("named", names.label)


@register.simple_tag
def pack_file_url(key: str, path: str) -> str:
    """Where one file of a pack is changed as text."""
    folder, _slash, name = path.partition("/")
    return reverse("pack_file", args=[key, folder, name.rpartition(".")[0]] if name else [key, "pack", "manifest"])


@register.simple_tag(takes_context=True)
def onward(context: Context, version: DefinitionVersion) -> dict[str, bool]:
    """Where a draft that is being tried goes from here: `draw` it on, `release` it. Nowhere for what is in force or was."""
    user, is_draft = context["request"].user, version.status == VersionStatus.DRAFT
    return {
        "draw": is_draft and bool(may(user, "definition_save", DefinitionVersion)),
        "release": is_draft and bool(may(user, "release_ask", version)),
    }


@register.inclusion_tag("workflows/_task_moves.html", takes_context=True)
def task_moves(
    context: Context, task: CaseTask | None = None, case: int | None = None, form: str = ""
) -> dict[str, Any]:
    """What stands below an open task on its page: how often whoever has it was reminded and when they will be next, and what else
    than doing it this user may do with it: send it back, ask others to do it too. A page of a form names the `case` and its `form`
    instead of a task. Draws nothing where there is nothing, or no task.
    """
    user = context["request"].user
    if task is None and case is not None:
        task = inbox(user).filter(process=case, form=form).first()
    if task is None:
        return {}
    return {
        "offers": moves_of(user, task),
        "reminded": deadlines.reminded([task]).get(task.pk),
        "reminder": task.scheduled if task.is_open else None,
    }
