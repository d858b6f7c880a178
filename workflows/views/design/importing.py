"""Bringing in a flow drawn in another tool, and the report of what was converted."""

from __future__ import annotations

import csv
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from permissions import access, downloads
from permissions.errors import Hidden, Invalid
from permissions.models import User
from permissions.policies import require
from workflows.actions import definition_import
from workflows.bpmn.importing import FATES
from workflows.bpmn.source import bytes_of
from workflows.models import DefinitionVersion, ImportedFile
from workflows.views.forms import FlowForm

#: Cells that a spreadsheet would take for a formula are shown as text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@require_http_methods(["GET", "HEAD", "POST"])
def flow_import(request: HttpRequest) -> HttpResponse:
    """Bring in a diagram of Camunda, Flowable or Activiti as a draft, converted; then its report."""
    user = cast("User", request.user)
    require(user, "definition_save", DefinitionVersion)
    form = FlowForm(request.POST, request.FILES) if request.method == "POST" else FlowForm()
    problems: list[dict[str, Any]] = []
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            row = definition_import(
                actor=user,
                key=data["key"],
                name=data["name"],
                file_name=data["file"].name,
                xml=data["file"].read(),
                note=data["note"],
                process_id=data["process"].strip() or None,
            )
        except Invalid as error:
            problems = error.data.get("problems", [])
            for name, words in (error.fields or {"file": error.message}).items():
                form.add_error(name if name in form.fields else None, words)
        else:
            messages.success(request, _("已导入为草稿，第 %(n)s 版") % {"n": row.version.number})
            return redirect("flow_imported", pk=row.version_id)
    context = {"form": form, "problems": problems}
    return render(request, "workflows/design/import.html", context, status=422 if form.errors else 200)


@require_safe
def flow_imported(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each part of the file a version was made from; `?format=csv` to keep, `?format=original` the file itself."""
    version = access.fetch(
        DefinitionVersion.objects.select_related("definition"), cast("User", request.user), "view", pk
    )
    row = ImportedFile.objects.filter(version=version).select_related("imported_by").first()
    if row is None:
        raise Hidden(_("这一版不是从其他工具导入的，没有导入说明。"))
    name = f"{version.definition.key}_v{version.number}"
    lines = sorted(row.report["lines"], key=lambda line: (FATES.index(line["fate"]), line["line"]))
    if request.GET.get("format") == "original":
        response = HttpResponse(bytes_of(row.original, row.original_sha256), content_type="application/xml")
        return downloads.as_file(response, f"{name}_original.bpmn")
    if request.GET.get("format") == "csv":
        return _csv(lines, f"{name}_import.csv")
    groups = [(fate, _title(fate), [line for line in lines if line["fate"] == fate]) for fate in FATES]
    context = {"version": version, "row": row, "groups": [group for group in groups if group[2]]}
    return render(request, "workflows/design/imported.html", context)


def _title(fate: str) -> str:
    return {
        "refused": _("不能运行，须在图上改掉"),
        "converted": _("已换成本系统的写法，意思不变"),
        "kept": _("原样保留"),
    }[fate]


def _csv(lines: list[dict[str, Any]], name: str) -> HttpResponse:
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    table = csv.writer(response)
    table.writerow([_("处理"), _("内容"), _("元素"), _("名称"), _("文件行号"), _("原来"), _("现在")])
    for line in lines:
        row = [_title(line["fate"]), *(line[key] for key in ("what", "element", "name", "line", "before", "after"))]
        table.writerow([f"'{cell}" if str(cell).startswith(_FORMULA) else cell for cell in row])
    return downloads.as_file(response, name)
