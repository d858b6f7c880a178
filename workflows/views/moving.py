"""迁移在办流程: two versions compared, the mapping, the dry run, the decision; then what became of each case, and undoing."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from permissions import access, typed
from permissions.errors import Hidden, Invalid
from permissions.models import User
from permissions.policies import may
from permissions.views.answers import attempt
from workflows import bpmn, names
from workflows.actions import migration_plan, migration_start, migration_undo
from workflows.actions.migrations import MOST_TRIED, Plan
from workflows.bpmn.drawing import draw, marked, to_svg
from workflows.models import DefinitionVersion, Migration, MoveOutcome
from workflows.moving import pages
from workflows.views.cases.forms import reason_field

PER_PAGE = 20


class ReasonForm(forms.Form):
    """Why cases are moved."""

    reason = reason_field(
        gettext_lazy("迁移原因"),
        gettext_lazy("记入每件流程的台账，例如：新版增加了归档环节。"),
        gettext_lazy("请写明迁移的原因，例如：新版增加了归档环节。"),
        rows=2,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def flow_migrate(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare an older version (`?from=`) with the version `pk`, try the mapping on its running cases, and start.

    POST `do` is ``try``, ``page:<n>`` (both only look) or ``start``.
    """
    user = cast("User", request.user)
    found = DefinitionVersion.objects.select_related("definition")
    version = access.fetch(found, user, "migration_plan", pk)
    sources = pages.sources_for(version)
    given = request.POST if request.method == "POST" else request.GET
    source = next((row for row in sources if str(row.pk) == given.get("from", "")), sources[0] if sources else None)
    if source is None:
        return render(request, "workflows/moving/plan.html", {"version": version, "sources": []})
    act = request.POST.get("do", "") if request.method == "POST" else ""
    form = ReasonForm(request.POST if act == "start" else None, initial={"reason": request.POST.get("reason", "")})
    status, error = 200, ""
    try:
        plan = _plan(request, user, source, version)
    except Invalid as refusal:
        plan = migration_plan(actor=user, from_version_id=source.pk, to_version_id=version.pk)
        act, error, status = "try", refusal.message, refusal.status
    selected = [pk for text in request.POST.getlist("case") if (pk := typed.whole(text, -1)) >= 0]
    only = request.POST.get("which") == "chosen"
    if act == "start":
        started: list[Migration] = []
        status = attempt(form, lambda: started.append(_start(user, plan, form, selected if only else None)))
        if started:
            return redirect("migration", started[0].pk)
    context = _context(user, plan, act, selected)
    context |= {"form": form, "sources": sources, "error": error, "only": only, "tried": request.method == "POST"}
    return render(request, "workflows/moving/plan.html", context, status=status)


def _plan(request: HttpRequest, user: User, source: DefinitionVersion, version: DefinitionVersion) -> Plan:
    mapping = pages.mapping_from(request.POST) if request.method == "POST" else None
    return migration_plan(actor=user, from_version_id=source.pk, to_version_id=version.pk, mapping=mapping)


def _start(user: User, plan: Plan, form: ReasonForm, chosen: list[int] | None) -> Migration:
    cases = chosen
    if cases is None and plan.running <= len(plan.cases):
        cases = [row.case.pk for row in plan.movable]
    return migration_start(
        actor=user,
        from_version_id=plan.old.pk,
        to_version_id=plan.new.pk,
        mapping=plan.mapping,
        reason=form.cleaned_data["reason"],
        case_ids=cases,
    )


def _context(user: User, plan: Plan, act: str, selected: list[int]) -> dict[str, Any]:
    wanted = act.partition(":")[2] if act.startswith("page:") else "1"
    cases = [*plan.refused, *plan.movable]
    page = Paginator(cases, PER_PAGE).get_page(wanted)
    shown = {row.case.pk for row in page}
    choices = pages.choices_of(plan)
    startable = may(user, "migration_start", plan.new)
    why = "" if startable else startable.why
    if not why and not plan.movable:
        why = _("没有可以迁移的流程。请按上面说的原因调整对应表，再试算。")
    return {
        "version": plan.new,
        "source": plan.old,
        "plan": plan,
        "groups": pages.groups_of(plan.difference, *pages.processes_of(plan)),
        "drawings": [(row, _drawing(row, plan, old=row is plan.old)) for row in (plan.old, plan.new)],
        "standing": [row for row in choices if row.standing],
        "others": [row for row in choices if not row.standing],
        "problems": sum(row.is_problem for row in choices),
        "page": page,
        "lines": pages.lines_of(user, plan, list(page), selected),
        "elsewhere": [pk for pk in selected if pk not in shown],
        "most": MOST_TRIED,
        "why": why,
    }


def _drawing(version: DefinitionVersion, plan: Plan, *, old: bool) -> SafeString:
    document = bpmn.read(DefinitionVersion.objects.values_list("xml", flat=True).get(pk=version.pk))
    if not document.shapes:
        return mark_safe("")
    drawing = marked(
        draw(names.labelled(document), marker_id="before" if old else "after"),
        pages.marks_of(plan.difference, old=old),
        document.shapes,
    )
    label = _("第 %(n)s 版流程图，不同之处见上方文字") % {"n": version.number}
    return mark_safe(to_svg(drawing, label=label))  # noqa: S308  (every word from the file is escaped there)


@require_safe
def migration(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a migration is, and what became of each case; the list can be narrowed to one outcome (`?outcome=`)."""
    user = cast("User", request.user)
    joined = ("from_version__definition", "to_version__definition", "created_by")
    found = access.fetch(Migration.objects.select_related(*joined), user, "view", pk)
    counts = pages.outcomes(found)
    rows = found.cases.select_related("case").order_by("pk")
    wanted = request.GET.get("outcome", "")
    if wanted in MoveOutcome.values:
        rows = rows.filter(outcome=wanted)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    total = sum(counts.values())
    context = {
        "migration": found,
        "counts": [(str(key), MoveOutcome(key).label, n) for key, n in counts.items()],
        "by": counts,
        "busy": bool(counts["planned"]) or pages.is_going_back(found),
        "total": total,
        "done": total - counts["planned"],
        "wanted": wanted,
        "page": page,
        "lines": pages.moved_lines(user, found, list(page)),
        "may_undo": bool(may(user, "migration_undo", found)) and bool(counts["moved"] or counts["planned"]),
    }
    answer = render(request, "workflows/moving/migration.html", context)
    if request.headers.get("HX-Request") and not context["busy"]:
        # Only the progress is asked for again and again, so that nobody loses their place in the list; the end shows it all.
        answer["HX-Refresh"] = "true"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def migration_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then undo: all cases that have not moved since, or the one of `case`."""
    user = cast("User", request.user)
    joined = ("from_version__definition", "to_version__definition")
    found = access.fetch(Migration.objects.select_related(*joined), user, "migration_undo", pk)
    given = request.POST if request.method == "POST" else request.GET
    asked = given.get("case", "")
    one = found.cases.filter(case=typed.whole(asked, None)).first() if asked else None
    if asked and one is None:
        raise Hidden(_("这次迁移里没有这件流程。请返回迁移页面，从列表中选择。"))
    if request.method == "POST":
        n = migration_undo(actor=user, migration_id=pk, case_ids=[one.case_id] if one else None)
        messages.success(request, _("正在撤销 %(n)s 件，已经往下走的不会撤销") % {"n": n})
        return redirect("migration", pk)
    counts = pages.outcomes(found)
    context = {"migration": found, "one": one, "by": counts}
    return render(request, "workflows/moving/undo.html", context)
