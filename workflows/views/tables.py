"""Decision tables edited in the browser: a grid that is a form, its samples, and a new table to begin with."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from permissions import access
from permissions.errors import Conflict, Hidden, Invalid
from permissions.models import User
from permissions.policies import require
from workflows import dmn, names
from workflows.actions import definition_save
from workflows.bpmn.source import BpmnError, bytes_of
from workflows.decision_overview import read_version
from workflows.designing import since, tables
from workflows.dmn import editing
from workflows.models import Definition, DefinitionKind, DefinitionVersion, VersionStatus
from workflows.views.table_forms import TableForm, grid_in


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


@require_http_methods(["GET", "HEAD", "POST"])
def table_new(request: HttpRequest) -> HttpResponse:
    """Begin a decision table: its name and key. It is a draft at once, with one rule, and its editor opens."""
    user = _user(request)
    require(user, "definition_save", DefinitionVersion)
    form = TableForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        key, name = form.cleaned_data["key"], form.cleaned_data["name"]
        xml = editing.blank(key, name).encode()
        try:
            definition_save(actor=user, key=key, name=name, xml=xml, base="")
        except Conflict:
            form.add_error("key", _("代号“%(key)s”已经有了。请换一个代号。") % {"key": key})
        except Invalid as error:
            for field, words in (error.fields or {"key": error.message}).items():
                form.add_error(field if field in form.fields else None, words)
        else:
            return redirect("flow_table", key=key)
    return render(request, "workflows/tables/new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def flow_table(request: HttpRequest, key: str) -> HttpResponse:
    """Edit a table of the newest version (`?table=` its decision's id; the first one otherwise).

    The form sends the whole grid with what to do (`op`): an act on the grid, ``check``, ``save``, or ``mine`` (save over what
    somebody else has saved of this table since). Only the last two write.
    """
    user = _user(request)
    require(user, "definition_save", DefinitionVersion)
    pk = Definition.objects.filter(key=key, kind=DefinitionKind.DECISION).values_list("pk", flat=True).first()
    definition = access.fetch(Definition, user, "view", pk)
    version = since.newest(definition)
    if version is None:
        raise Hidden(_("没有找到这张决策表。"))
    access.fetch(DefinitionVersion, user, "view", version.pk)
    owner = _owner(version, request.POST.get("table") or request.GET.get("table", ""))
    if request.method == "POST":
        return _sent(request, definition, version, owner)
    grid = _read(version.xml, owner)
    if grid.cells > editing.MAX_CELLS:
        raise Invalid(_("这张表太大，不便在网页里修改。请下载文件，用决策设计工具改好后再上传。"), code="too_large")
    return _page(request, definition, version, owner, version.xml, grid, version.sha256)


def _owner(version: DefinitionVersion, wanted: str) -> str:
    document = read_version(version).document
    known = [element.id for element, _table in dmn.tables(document)] if document is not None else []
    owner = wanted or next(iter(known), "")
    if owner not in known:
        raise Hidden(_("没有找到这张决策表。"))
    return owner


def _read(text: str, owner: str) -> editing.Grid:
    try:
        return editing.read_grid(text, owner)
    except (editing.NoTable, BpmnError) as error:
        raise Hidden(_("没有找到这张决策表。")) from error


def _sent(request: HttpRequest, definition: Definition, version: DefinitionVersion, owner: str) -> HttpResponse:
    base, op = request.POST.get("base", ""), request.POST.get("op", "check")
    begun = version.xml if base == version.sha256 else since.content_of(definition, base)
    if begun is None:
        raise Invalid(_("没有认出您是从哪一版开始改的。请重新打开这张表。"), code="no_base")
    grid = editing.act(grid_in(request.POST), op)
    if grid.cells > editing.MAX_CELLS:
        raise Invalid(_("一张表最多 %(n)s 格。请拆成几张表。") % {"n": editing.MAX_CELLS}, code="too_large")
    try:
        text = editing.write_grid(begun, owner, grid)
    except (editing.NoTable, BpmnError) as error:
        raise Hidden(_("没有找到这张决策表。")) from error
    if op not in {"save", "mine"}:
        return _page(request, definition, version, owner, text, grid, base, op=op)
    over = base
    if op == "mine":
        over = request.POST.get("current", "")
        text = _over(definition, over, owner, text)
    try:
        saved = definition_save(
            actor=_user(request),
            key=definition.key,
            name="",
            xml=bytes_of(text),
            note=request.POST.get("note", "").strip()[:500],
            base=over,
        )
    except Conflict as error:
        newest = str(error.data.get("current", ""))
        return _page(
            request, definition, version, owner, text, grid, base, op=op, conflict=error, current=newest, status=422
        )
    _tell(request, saved)
    return redirect(f"{reverse('flow_table', args=[definition.key])}?{urlencode({'table': owner})}")


def _over(definition: Definition, newest: str, owner: str, mine: str) -> str:
    """The newest file with this table as it stands in `mine`: what others changed elsewhere in it stays."""
    try:
        return editing.swap_table(since.content_of(definition, newest) or mine, owner, mine)
    except (editing.NoTable, BpmnError) as error:
        raise Hidden(_("对方保存的文件里没有这张表了。请先看对方改了什么。")) from error


def _tell(request: HttpRequest, saved: DefinitionVersion) -> None:
    if saved.status == VersionStatus.DRAFT:
        messages.success(request, _("已存为草稿，第 %(n)s 版") % {"n": saved.number})
    else:
        messages.info(request, _("和第 %(n)s 版完全相同，没有另存") % {"n": saved.number})
    reading = read_version(saved)
    if reading.failed:
        words = _("有 %(n)s 个样例没有通过。改好之前不能发布。") % {"n": len(reading.failed)}
        messages.warning(request, words)


def _page(
    request: HttpRequest,
    definition: Definition,
    version: DefinitionVersion,
    owner: str,
    text: str,
    grid: editing.Grid,
    base: str,
    *,
    op: str = "",
    conflict: Conflict | None = None,
    current: str = "",
    status: int = 200,
) -> HttpResponse:
    sheet = tables.sheet_of(text, owner, grid)
    document = read_version(version).document
    known = [element for element, _table in dmn.tables(document)] if document is not None else []
    context = {
        "definition": definition,
        "version": version,
        "owner": owner,
        "name": next((names.label(one.name) for one in known if one.id == owner), owner),
        "others": [(one.id, names.label(one.name)) for one in known if one.id != owner],
        "sheet": sheet,
        "base": base,
        "note": request.POST.get("note", ""),
        "conflict": conflict,
        "current": current,
        "focus": _focus(op, grid),
    }
    pieces = {"check": "_found.html"}
    part = request.headers.get("HX-Request") == "true" and op and conflict is None
    template = f"workflows/tables/{pieces.get(op, '_grid.html')}" if part else "workflows/tables/edit.html"
    return render(request, template, {**context, "part": part}, status=status)


def _focus(op: str, grid: editing.Grid) -> str:
    """The field to go on with after an act: in the row or column that is new or was moved."""
    kind, _dot, rest = op.partition(".")
    verb, _dot, place = rest.partition(".")
    if not place.isdigit() or verb == "remove":
        return ""
    at = int(place) + {"copy": 1, "up": -1, "down": 1}.get(verb, 0)
    last = len(getattr(grid, kind, ())) - 1
    at = min(max(at, 0), last)
    first = {
        "rules": f"rule-{at}-in-0" if grid.inputs else f"rule-{at}-out-0",
        "inputs": f"in-{at}-label",
        "outputs": f"out-{at}-label",
        "notes": f"note-{at}-name",
        "samples": f"sample-{at}-name",
    }
    return first.get(kind, "")
