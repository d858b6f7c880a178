"""The drawing of a case that is looked at, brought up to date while the page stays open."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from permissions.models import User
from workflows.drawn import draw_case
from workflows.views.cases.pages import case_of
from workflows.watching.live import live_of, live_version


@require_safe
def case_live(request: HttpRequest, pk: int) -> HttpResponse:
    """The drawing with the tokens where they are now; nothing (204) where the page shows it as it is (`?v=`)."""
    row = case_of(cast("User", request.user), pk)
    if request.GET.get("v") == live_version(row):
        return HttpResponse(status=204)
    drawn = draw_case(row)
    if drawn is None:
        return HttpResponse(status=204)
    return render(request, "workflows/watch/_live.html", {"case": row, "drawn": drawn, "live": live_of(row)})
