"""流程: the list, one flow with its drawing, versions and figures, and for designers upload and retire."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from permissions import access, downloads, versions
from permissions.errors import Conflict, Hidden, Invalid
from permissions.forms import open_on
from permissions.models import AuditEvent, User
from permissions.policies import may, require
from workflows import case_overview, decision_overview, names, overview, starting
from workflows.actions import definition_retire, definition_save
from workflows.bpmn.drawing import draw, to_svg
from workflows.bpmn.plain import plain
from workflows.bpmn.source import bytes_of
from workflows.designing.page import others
from workflows.models import Case, Definition, DefinitionKind, DefinitionVersion, ImportedFile, VersionStatus
from workflows.moving.pages import migrations_of, running_elsewhere
from workflows.releases import current, earlier
from workflows.views.forms import FlowForm

CASES_SHOWN = 10
MIGRATIONS_SHOWN = 3


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


@require_safe
def flow_list(request: HttpRequest) -> HttpResponse:
    """All flows: which version is in force, what runs on them. Below them the decisions they ask."""
    user = _user(request)
    context = {
        "flows": overview.flow_rows(user),
        "decisions": overview.flow_rows(user, DefinitionKind.DECISION),
        "may_save": may(user, "definition_save", DefinitionVersion),
    }
    return render(request, "workflows/flow_list.html", context)


@require_safe
def flow(request: HttpRequest, key: str) -> HttpResponse:
    """One flow, at the version asked for (`?version=3`), else the one in force, else the newest.

    `?finding=2` draws the way to the second of the problems that have one.
    """
    user = _user(request)
    definition = _definition(user, key)
    versions = list(overview.versions_of(user, definition))
    chosen = _chosen(versions, request.GET.get("version", ""))
    version = access.fetch(DefinitionVersion, user, "view", chosen.pk)
    shared = {
        "definition": definition,
        "versions": versions,
        "version": version,
        "facts": _facts(version),
        "may_save": may(user, "definition_save", DefinitionVersion),
        "drawing_now": others(user, definition.key),
        "imported": ImportedFile.objects.filter(version=version).exists(),
        "may_log": may(user, "log_verify", AuditEvent),
        "may_rehearse": definition.kind == DefinitionKind.FLOW and may(user, "flow_rehearse", version),
        "may_publish": version.status == VersionStatus.DRAFT and may(user, "release_ask", version),
        "release": current(version) if version.status == VersionStatus.DRAFT else None,
        "draft": next(
            (row for row in versions if row.number > version.number and row.status == VersionStatus.DRAFT), None
        ),
        "before": earlier(user, version) if definition.kind == DefinitionKind.FLOW else None,
        "may_start": _starts(user, version),
        "may_retire": version.status == VersionStatus.PUBLISHED and may(user, "definition_retire", version),
    }
    if definition.kind == DefinitionKind.DECISION:
        return _decision(request, user, version, shared)
    reading = overview.read_version(version)
    errors, warnings = overview.told(reading)
    asked = request.GET.get("finding", "")
    shown = next((row for row in (*errors, *warnings) if row.number and str(row.number) == asked), None)
    steps = overview.steps_of(user, version, reading.process)
    cases = overview.running_cases(user, definition)
    context = {
        **shared,
        "running": overview.running_count(user, definition),
        "reading": reading,
        "errors": errors,
        "warnings": warnings,
        "shown": shown,
        "drawing": _drawing(reading, shown),
        "steps": steps,
        "late": [step for step in steps if step.overdue],
        "cases": case_overview.rows_of(user, cases[:CASES_SHOWN]),
        "older": (older := running_elsewhere(version)),
        "may_migrate": bool(
            older and version.status == VersionStatus.PUBLISHED and may(user, "migration_plan", version)
        ),
        "migrations": migrations_of(user, definition)[:MIGRATIONS_SHOWN],
    }
    return render(request, "workflows/flow.html", context)


def _decision(request: HttpRequest, user: User, version: DefinitionVersion, shared: dict[str, Any]) -> HttpResponse:
    """A version of decisions: its tables, and a form to try them with, which writes nothing."""
    reading = decision_overview.read_version(version)
    trial = None
    held: dict[str, frozenset[int]] = {}
    if reading.document is not None and not reading.errors:
        trial, held = decision_overview.trial(version, reading.document, request.GET.dict())
    context = {
        **shared,
        "errors": decision_overview.told((*reading.errors, *reading.failed)),
        "warnings": decision_overview.told(reading.warnings),
        "shown_decisions": decision_overview.shown_of(reading.document, held) if reading.document is not None else (),
        "trial": trial,
        "asking": decision_overview.flows_asking(user, version),
    }
    return render(request, "workflows/decision.html", context)


@require_safe
def flow_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The BPMN or DMN file of a version, to the letter; `?as=plain` a flow in the words of the standard alone."""
    version = access.fetch(DefinitionVersion.objects.select_related("definition"), _user(request), "view", pk)
    is_flow = version.definition.kind == DefinitionKind.FLOW
    name = f"{version.definition.key}_v{version.number}"
    content, ending = bytes_of(version.xml, version.sha256), "bpmn" if is_flow else "dmn"
    if is_flow and request.GET.get("as") == "plain":
        content, name = plain(version.xml).encode(), f"{name}_plain"
    # Without a charset: the file says its own encoding.
    response = HttpResponse(content, content_type="application/xml")
    return downloads.as_file(response, f"{name}.{ending}")


@require_http_methods(["GET", "HEAD", "POST"])
def flow_new(request: HttpRequest) -> HttpResponse:
    """Bring in a BPMN or DMN file as a draft. What the check finds is shown by element and line, and the draft kept."""
    user = _user(request)
    require(user, "definition_save", DefinitionVersion)
    initial = {name: request.GET.get(name, "") for name in ("key", "name")}
    initial["version"] = versions.newest(DefinitionVersion)
    form = FlowForm(request.POST, request.FILES) if request.method == "POST" else FlowForm(initial=initial)
    problems: list[dict[str, Any]] = []
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            version = definition_save(
                actor=user,
                key=data["key"],
                name=data["name"],
                xml=data["file"].read(),
                note=data["note"],
                process_id=data["process"].strip() or None,
                opened_on=data["version"],
            )
        except Conflict as error:
            form.add_error(None, error.message)
            open_on(form, error.data["version"])
        except Invalid as error:
            problems = error.data.get("problems", [])
            for name, words in (error.fields or {"file": error.message}).items():
                form.add_error(name if name in form.fields else None, words)
        else:
            if version.status == VersionStatus.DRAFT:
                messages.success(request, _("已存为草稿，第 %(n)s 版") % {"n": version.number})
            else:
                messages.info(request, _("文件和第 %(n)s 版完全相同，没有另存") % {"n": version.number})
            return redirect(f"{_address(version)}?version={version.number}")
    context = {"form": form, "problems": problems}
    return render(request, "workflows/flow_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def flow_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then retire a version: no new case starts on it, its running ones go on."""
    if request.method == "POST":
        version = definition_retire(actor=_user(request), version_id=pk)
        words = _("第 %(n)s 版已停用，在办的事项按这一版办完")
        if version.definition.kind == DefinitionKind.DECISION:
            words = _("第 %(n)s 版已停用，流程不再按这一版作决策")
        messages.success(request, words % {"n": version.number})
        return redirect(f"{_address(version)}?version={version.number}")
    found = DefinitionVersion.objects.select_related("definition")
    version = access.fetch(found, _user(request), "definition_retire", pk)
    return render(request, "workflows/flow_confirm.html", {"version": version})


def _starts(user: User, version: DefinitionVersion) -> bool:
    """Whether this user starts a case of this very version by hand."""
    newest = starting.current(version.definition.key) if version.status == VersionStatus.PUBLISHED else None
    if newest is None or newest.pk != version.pk or not may(user, "case_start", Case):
        return False
    return starting.obstacle(newest) is None


def _definition(user: User, key: str) -> Definition:
    pk = Definition.objects.filter(key=key).values_list("pk", flat=True).first()
    return access.fetch(Definition, user, "view", pk)


def _chosen(versions: list[DefinitionVersion], wanted: str) -> DefinitionVersion:
    if not versions:
        raise Hidden(_("这个流程还没有发布。"))
    if wanted:
        for version in versions:
            if str(version.number) == wanted:
                return version
        raise Hidden(_("没有找到这一版。"))
    return next((version for version in versions if version.status == VersionStatus.PUBLISHED), versions[0])


def _drawing(reading: overview.Reading, shown: overview.Told | None) -> SafeString:
    if reading.document is None or not reading.document.shapes:
        return mark_safe("")
    label = _("流程图，各环节见下表")
    way: tuple[str, ...] = ()
    spot: str | None = None
    if shown is not None:
        way, spot = shown.problem.path, shown.problem.element
        label = _("流程图，已标出走到问题处的路径：%(way)s") % {"way": " → ".join(shown.way)}
    svg = to_svg(draw(names.labelled(reading.document), way=way, spot=spot, marker_id="whole"), label=label)
    return mark_safe(svg)  # noqa: S308  (every word from the file is escaped there)


def _facts(version: DefinitionVersion) -> list[tuple[str, Any]]:
    return [
        (_("说明"), version.note),
        (_("起草人"), version.created_by.label if version.created_by else _("系统")),
        (_("发布人"), (version.published_by.label if version.published_by else _("系统")) if version.published else ""),
        (_("文件校验"), f"SHA-256 {version.sha256[:16]}…"),
    ]


def _address(version: DefinitionVersion) -> str:
    return reverse("flow", args=[version.definition.key])
