"""Drawing a flow: begin a new one, the editor's page, giving up, and choosing between two designers' files."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from permissions.errors import Conflict, Hidden, Invalid
from permissions.models import User
from permissions.policies import require
from workflows import bpmn, names
from workflows.actions import drawing_begin, drawing_drop, drawing_save
from workflows.bpmn.drawing import draw, to_svg
from workflows.designing import beginnings
from workflows.designing import page as designing
from workflows.designing.conflict import clash_of, note_of
from workflows.models import Drawing
from workflows.views.design.forms import DrawForm


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


@require_http_methods(["GET", "HEAD", "POST"])
def flow_draw(request: HttpRequest) -> HttpResponse:
    """Begin a new flow: its name and key, on an empty sheet or a copy of a flow there is."""
    user = _user(request)
    require(user, "drawing_begin", Drawing)
    patterns = beginnings.patterns(user)
    bound = request.POST if request.method == "POST" else None
    form = DrawForm(patterns, bound, initial={"pattern": request.GET.get("pattern", "")})
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        xml = beginnings.sheet_from(user, data["pattern"], data["key"], data["name"])
        try:
            if xml is None:
                raise Invalid(_("没有找到要照着改的流程。"), fields={"pattern": _("请从列表中另选一个。")})
            drawing = drawing_begin(actor=user, key=data["key"], name=data["name"], xml=xml)
        except Invalid as error:
            for name, words in (error.fields or {"key": error.message}).items():
                form.add_error(name, words)
        else:
            return redirect("flow_editor", key=drawing.key)
    taken = {key.lower(): key for key, _name in patterns}.get(str(form["key"].value() or "").lower())
    context = {"form": form, "taken": taken if form.errors else None}
    return render(request, "workflows/design/draw.html", context, status=422 if form.errors else 200)


@require_safe
def flow_editor(request: HttpRequest, key: str) -> HttpResponse:
    """Draw a flow, on one's own unsaved drawing where there is one. Without scripts it is shown, with the way to upload a file."""
    user = _user(request)
    require(user, "drawing_keep", Drawing)
    sheet = _sheet(user, key)
    context = {
        "sheet": sheet,
        "others": designing.others(user, key),
        "saves": designing.saves_of(sheet) if sheet.behind else [],
        "drawing": drawn(sheet.xml, "plain"),
        "data": {**designing.editor_data(user, sheet, get_language() or ""), "csrf": get_token(request)},
    }
    return render(request, "workflows/design/editor.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def drawing_give_up(request: HttpRequest, key: str) -> HttpResponse:
    """Ask, then give up what one has drawn and not saved."""
    user = _user(request)
    require(user, "drawing_drop", Drawing)
    sheet = designing.sheet_of(user, key)
    if request.method == "POST":
        if drawing_drop(actor=user, key=key):
            messages.success(request, _("已放弃没有保存的绘制"))
        saved = sheet is not None and sheet.version is not None
        return redirect("flow_editor", key=key) if saved else redirect("flow_list")
    if sheet is None or sheet.kept is None:
        raise Hidden(_("没有未保存的绘制，不用放弃。"))
    return render(request, "workflows/design/give_up.html", {"sheet": sheet})


@require_http_methods(["GET", "HEAD", "POST"])
def flow_conflict(request: HttpRequest, key: str) -> HttpResponse:
    """Somebody else has saved since one began: what they changed and what one changed oneself, and whose file is to be the draft."""
    user = _user(request)
    require(user, "drawing_save", Drawing)
    sheet = _sheet(user, key)
    if not sheet.behind or sheet.version is None:
        return redirect("flow_editor", key=sheet.key)
    clash = clash_of(sheet)
    if request.method == "POST":
        if request.POST.get("choice") == "theirs":
            drawing_drop(actor=user, key=key)
            messages.success(request, _("已改用对方保存的一份，请在它上面继续"))
            return redirect("flow_editor", key=sheet.key)
        if request.POST.get("choice") == "mine":
            return _keep_mine(request, user, sheet, note_of(clash, sheet.version))
        messages.warning(request, _("请选择用哪一份。"))
        return redirect("flow_conflict", key=sheet.key)
    context = {
        "sheet": sheet,
        "clash": clash,
        "drawing_theirs": drawn(sheet.version.xml, "theirs"),
        "drawing_mine": drawn(sheet.xml, "mine"),
    }
    return render(request, "workflows/design/conflict.html", context)


def _keep_mine(request: HttpRequest, user: User, sheet: designing.Sheet, note: str) -> HttpResponse:
    """Save one's own file over the one that was shown; over a newer one only after that has been shown too."""
    shown = request.POST.get("current", "")
    try:
        version = drawing_save(actor=user, key=sheet.key, name=sheet.name, xml=sheet.xml, base=shown, note=note)
    except Conflict:
        messages.warning(request, _("您看的时候又有人保存了。请再看一次对方的改动，然后决定。"))
        return redirect("flow_conflict", key=sheet.key)
    messages.success(
        request, _("您的一份已存为草稿，第 %(n)s 版。对方的改动写在这一版的说明里") % {"n": version.number}
    )
    return redirect(f"{reverse('flow', args=[sheet.key])}?version={version.number}")


def drawn(xml: str, marker: str) -> SafeString:
    """The drawing of a file as SVG, empty where there is nothing to draw; `marker` keeps several on one page apart."""
    document, _problems = bpmn.inspect(xml)
    if document is None or not document.shapes:
        return mark_safe("")
    svg = to_svg(draw(names.labelled(document), marker_id=marker), label=_("流程图"))
    return mark_safe(svg)  # noqa: S308  (every word from the file is escaped there)


def _sheet(user: User, key: str) -> designing.Sheet:
    sheet: Any = designing.sheet_of(user, key)
    if sheet is None:
        raise Hidden(_("没有找到这个流程。请返回流程列表，新建一个流程。"))
    return cast("designing.Sheet", sheet)
