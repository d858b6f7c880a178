"""The fields of a step, designed on a page: a list that is a form, tried as it is sent, with the step's page as people will see it.

Every act sends all of it and nothing is kept on the server before it is saved. What is saved is written into the file one draws on:
one's own unsaved drawing where there is one, else the flow's newest version.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from permissions.errors import Conflict, Hidden
from permissions.models import User
from permissions.policies import require
from workflows import bpmn, handlers, names
from workflows.actions import definition_save, drawing_keep, drawing_save
from workflows.bpmn.form.answers import Judged
from workflows.bpmn.form.model import MAX_COLUMNS, MAX_FIELDS, FormField, Kind
from workflows.bpmn.form.questions import MAX_TEXT, Question, act, fit
from workflows.bpmn.form.writing import Written, read_form, write_form
from workflows.bpmn.model import Document, Node
from workflows.bpmn.source import bytes_of
from workflows.bpmn.spans import clean
from workflows.designing import form_builder as design
from workflows.designing import since
from workflows.designing.page import Sheet, saves_of, sheet_of
from workflows.models import DefinitionVersion, VersionStatus
from workflows.views.step_forms import Raw, Shown, widget_of

MAX_NOTE: Final = 500
_PARTS: Final = ("help", "minimum", "maximum", "pattern", "unit", "of")


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


@require_http_methods(["GET", "HEAD", "POST"])
def flow_form(request: HttpRequest, key: str) -> HttpResponse:
    """Design the fields of the user task `?step=`; without one, choose it.

    The form sends all fields with what to do (`op`): an act on them, ``check``, ``save``, or ``mine`` (save over what somebody else
    has made of this step meanwhile). Only the last two write.
    """
    user = _user(request)
    require(user, "definition_save", DefinitionVersion)
    sheet = sheet_of(user, key)
    if sheet is None:
        raise Hidden(_("没有找到这个流程。请返回流程列表，新建一个流程。"))
    document, _problems = bpmn.inspect(sheet.xml)
    if document is None:
        raise Hidden(_("这个流程的文件现在读不懂，请先在绘制页面改正，再设计填报内容。"))
    step = request.POST.get("step") or request.GET.get("step", "")
    if not step:
        return render(request, "workflows/builder/steps.html", {"sheet": sheet, "steps": design.steps_of(document)})
    node = design.node_of(document, step)
    if node is None:
        raise Hidden(_("流程里没有这个环节。请返回流程，从环节列表中选择。"))
    written = read_form(sheet.xml, step)
    desk = _Desk(request, sheet, document, node, written)
    if request.method != "POST":
        return desk.page(written.questions)
    return desk.sent()


class _Desk:
    """One request at the fields of one step."""

    def __init__(self, request: HttpRequest, sheet: Sheet, document: Document, node: Node, written: Written) -> None:
        self.request, self.sheet, self.document, self.node, self.written = request, sheet, document, node, written
        self.base = request.POST.get("base", "") or (sheet.version.sha256 if sheet.version is not None else "")
        self.begun = request.POST.get("begun", "") if request.method == "POST" else written.digest

    def sent(self) -> HttpResponse:
        data, op = self.request.POST, self.request.POST.get("op", "check")
        fresh = Question("field_1", data.get("new-kind", "text"), _("新的内容"))
        if op.startswith("column."):
            fresh = Question("column_1", str(Kind.TEXT), _("新的一列"))
        elif op.startswith("field.add"):
            fresh = fit(fresh, "", _yes_no(), _("项目"))
        untouched = self.begun == self.written.digest
        questions = act(questions_in(data, self.written.questions if untouched else ()), op, fresh)
        if op not in {"save", "mine"}:
            return self.page(questions, op=op)
        seen = untouched or (op == "mine" and data.get("current") == self.written.digest)
        if not seen:
            return self.page(questions, op=op, clash=True, status=422)
        text = write_form(self.sheet.xml, self.node.id, questions)
        try:
            saved = self._save(text)
        except Conflict:
            if self.sheet.kept is not None:
                # The whole drawing stands against what somebody has saved: with these fields in it, nothing is lost.
                drawing_keep(actor=_user(self.request), key=self.sheet.key, xml=text, base=self.sheet.base)
                messages.warning(
                    self.request, _("您填写的内容已放进您没有保存的绘制里。别人先保存了，请决定用哪一份。")
                )
                return redirect("flow_conflict", key=self.sheet.key)
            messages.warning(self.request, _("您保存的时候别人刚好也保存了。请再按一次保存。"))
            return self.page(questions, op=op, status=422)
        self._tell(saved)
        return redirect(f"{reverse('flow_form', args=[self.sheet.key])}?{urlencode({'step': self.node.id})}")

    def _save(self, text: str) -> DefinitionVersion:
        user, sheet = _user(self.request), self.sheet
        note = self.request.POST.get("note", "").strip()[:MAX_NOTE]
        if sheet.kept is not None:
            return drawing_save(actor=user, key=sheet.key, name=sheet.name, xml=text, base=sheet.base, note=note)
        return definition_save(
            actor=user,
            key=sheet.key,
            name="",
            xml=bytes_of(text),
            note=note,
            process_id=sheet.version.process_id if sheet.version is not None else None,
            base=sheet.base,
        )

    def _tell(self, saved: DefinitionVersion) -> None:
        if saved.status == VersionStatus.DRAFT:
            messages.success(self.request, _("已存为草稿，第 %(n)s 版") % {"n": saved.number})
        else:
            messages.info(self.request, _("和第 %(n)s 版完全相同，没有另存") % {"n": saved.number})
        if self.base != self.sheet.base and self.sheet.kept is None:
            messages.info(self.request, _("您填写的时候别人保存过这个流程，没有动这个环节；对方的改动都保留着。"))

    def page(
        self, questions: Sequence[Question], *, op: str = "", clash: bool = False, status: int = 200
    ) -> HttpResponse:
        bench = design.bench_of(self.document, self.node, questions)
        version, definition = self.sheet.version, self.sheet.definition
        moved = clash and version is not None and definition is not None and self.base != version.sha256
        saves = since.saves_since(definition, self.base) if moved and definition is not None else []
        context = {
            "sheet": self.sheet,
            "behind": saves_of(self.sheet) if self.sheet.behind else [],
            "node": self.node,
            "name": names.label(self.node.name) or self.node.id,
            "page": handlers.forms().get(self.node.form or "", self.node.form or ""),
            "steps": [one for one in design.steps_of(self.document) if one.id != self.node.id],
            "bench": bench,
            "found": bench.found,
            "kinds": [(kind, str(words)) for kind, words in design.KINDS.items()],
            "room": len(questions) < MAX_FIELDS,
            "base": self.base,
            "begun": self.begun,
            "current": self.written.digest if clash else "",
            "clash": design.clash_of(self.written.questions, questions) if clash else None,
            "saves": saves,
            "note": self.request.POST.get("note", ""),
            "focus": _focus(op, questions),
            "preview": Preview(_user(self.request), bench.fields),
        }
        part = self.request.headers.get("HX-Request") == "true" and op and status == 200
        template = "workflows/builder/_after.html" if op == "check" else "workflows/builder/_bench.html"
        return render(
            self.request, template if part else "workflows/builder/edit.html", {**context, "part": part}, status=status
        )


class Preview(forms.Form):
    """The questions as a step's page draws them, all of them shown, with nothing in them; it is never sent."""

    def __init__(self, user: User, fields: Sequence[FormField]) -> None:
        super().__init__(auto_id="preview_%s")
        self.questions = [one for one in fields if one.key]
        for one in self.questions:
            field = Raw(label=names.label(one.label), help_text=names.label(one.help), widget=widget_of(one, user))
            field.required = one.required is not None
            field.widget.is_required = False
            self.fields[one.key] = field

    def shown(self) -> list[Shown]:
        """The questions, each once."""
        keys = frozenset(self.fields)
        needed = frozenset(one.key for one in self.questions if one.required is not None)
        judged = Judged(dict.fromkeys(keys), keys, needed)
        distinct = {one.key: one for one in self.questions}.values()
        return [Shown(nth, one, self[one.key], judged, []) for nth, one in enumerate(distinct)]


def questions_in(data: QueryDict, before: Sequence[Question]) -> tuple[Question, ...]:
    """The fields as they were sent; nothing here is trusted. `before` are those of the file that `origin` counts in; without them
    every field is written anew."""
    return tuple(_question(data, f"f-{at}", before) for at in range(_number(data, "n", MAX_FIELDS)))


def _question(data: QueryDict, prefix: str, before: Sequence[Question]) -> Question:
    written = data.get(f"{prefix}-origin", "")
    origin = int(written) if written.isascii() and written.isdigit() and len(written) < 5 else None
    old = before[origin] if origin is not None and origin < len(before) else None
    parts = {name: _text(data, f"{prefix}-{name}") for name in ("key", "kind", "label", *_PARTS)}
    if old is not None:
        # A line break that a field of one line cannot show stays while the words do.
        parts |= {
            name: getattr(old, name) for name, words in parts.items() if " ".join(getattr(old, name).split()) == words
        }
    conditions = {
        name: design.condition_in(
            data.get(f"{prefix}-{name}", "no" if name == "required" else "yes"),
            _text(data, f"{prefix}-{name}-feel"),
            getattr(old, name) if old is not None else "",
        )
        for name in ("required", "visible")
    }
    if conditions["visible"] == "true":
        conditions["visible"] = ""
    if old is not None:
        # What says the same in other words stays as it was written.
        for name, otherwise in (("required", "false"), ("visible", "true")):
            if design.condition_of(getattr(old, name), otherwise) == design.condition_of(conditions[name], otherwise):
                conditions[name] = getattr(old, name)
    options = design.options_in(data.get(f"{prefix}-options", "")[: 50 * MAX_TEXT])
    if old is not None and [(o.value or o.label, o.label or o.value) for o in old.options] == [
        (one.value, one.label) for one in options
    ]:
        options = old.options
    columns = tuple(
        _question(data, f"{prefix}-c-{place}", old.columns if old is not None else ())
        for place in range(_number(data, f"{prefix}-n", MAX_COLUMNS))
    )
    # Money without a unit is in yuan, and stays so without one.
    if parts["kind"] == Kind.MONEY and parts["unit"] == "元" and not (old.unit if old is not None else ""):
        parts["unit"] = ""
    one = Question(**parts, **conditions, options=options, columns=columns, origin=origin if old is not None else None)
    return fit(one, data.get(f"{prefix}-was", one.kind), _yes_no(), _("项目"))


def _text(data: Mapping[str, Any], name: str) -> str:
    return " ".join(clean(str(data.get(name) or "")[:MAX_TEXT]).split())


def _number(data: QueryDict, name: str, most: int) -> int:
    written = data.get(name, "")
    return min(int(written), most) if written.isascii() and written.isdigit() and len(written) < 6 else 0


def _yes_no() -> tuple[str, str]:
    return _("同意"), _("不同意")


def _focus(op: str, questions: Sequence[Question]) -> str:
    """The control to go on with after an act: of the field or column that is new or was moved."""
    part, _dot, rest = op.partition(".")
    verb, _dot, place = rest.partition(".")
    numbers = [int(one) for one in place.split(".") if one.isdecimal()]
    if not numbers or part not in {"field", "column"}:
        return ""
    shift = {"copy": 1, "up": -1, "down": 1}.get(verb, 0)
    at = numbers[0] if part == "column" else max(min(numbers[0] + shift, len(questions) - 1), 0)
    if part == "field":
        return f"f-{at}-label" if questions else "new-kind"
    last = len(questions[at].columns) - 1 if at < len(questions) else -1
    column = max(min(numbers[-1] + shift, last), 0)
    return f"f-{at}-c-{column}-label" if last >= 0 else f"f-{at}-label"
