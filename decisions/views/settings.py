"""The rules of deciding: what is in force, its versions, and changing it two by two."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from decisions import rules
from decisions.actions import settings as act
from decisions.forms_settings import MatterForm, NewSettingForm, RulesForm
from decisions.models import MatterType, RuleSet, SettingChange
from decisions.selectors import settings as read
from decisions.views.items.common import UNPROCESSABLE, actor
from decisions.views.sittings.common import tell
from permissions import access
from permissions.errors import Conflict, Hidden, Invalid
from permissions.models import AuditEvent, Seat
from permissions.models.bodies import in_english
from permissions.policies import may, require, visible

Kind = SettingChange.Kind
#: rows of the checklist that stand empty for more
SPARE = 2
_HISTORY = 30


@require_safe
def setting_list(request: HttpRequest) -> HttpResponse:
    """Matter types and rule sets in force, and what waits to be confirmed."""
    user = actor(request)
    waiting = list(visible(user, SettingChange).filter(status=SettingChange.Status.PENDING).select_related("body"))
    newest = visible(user, RuleSet).order_by("code", "-number").distinct("code")
    context = {
        "matters": visible(user, MatterType).select_related("rule_set"),
        "flows": dict(read.flows()),
        "rule_sets": [(one, read.examples_of({"numbers": one.numbers}, _due())) for one in newest],
        "waiting": [
            (change, _name(change.values, change.code), bool(may(user, "setting_confirm", change)))
            for change in waiting
        ],
        "may_propose": bool(may(user, "setting_propose", SettingChange)),
    }
    return _page(request, "list", context)


@require_safe
def setting(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """One rule set or matter type: what is in force, and every change of it."""
    values = _values(request, kind, code)
    user = actor(request)
    changes = (
        visible(user, SettingChange).filter(kind=kind, code=code).select_related("body", "proposed_by", "decided_by")
    )
    events = visible(user, AuditEvent).filter(subject=f"setting:{kind}.{code}")
    context = {
        "kind": kind,
        "code": code,
        "name": _name(values, code),
        "groups": read.grouped(read.facts_of(kind, values)),
        "cautions": read.cautions_of(kind, values),
        "examples": read.examples_of(values, _due()) if kind == Kind.RULE_SET else [],
        "version": read.rule_set(code) if kind == Kind.RULE_SET else None,
        "matter": MatterType.objects.filter(code=code).first() if kind == Kind.MATTER_TYPE else None,
        "used_by": MatterType.objects.filter(rule_set__code=code) if kind == Kind.RULE_SET else [],
        "changes": changes[:_HISTORY],
        "pending": changes.filter(status=SettingChange.Status.PENDING).first(),
        "chain": events.count(),
        "may_propose": bool(may(user, "setting_propose", SettingChange)),
    }
    return _page(request, "setting", context)


def setting_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Give a new rule set or matter type its code; the next page has the rest."""
    if kind not in Kind.values:
        raise Hidden(_("没有找到这项内容，或者您没有查看它的权限。请检查链接，或返回上一页。"))
    require(actor(request), "setting_propose", SettingChange)
    form = NewSettingForm(request.POST or None)
    if request.method == "POST":
        code = form.words("code").strip().lower()
        error = None
        if read.values_of(kind, code):
            error = Invalid(_("这个代码已经在用。"), fields={"code": _("这个代码已经在用，请换一个。")})
        else:
            try:
                read.check_code(code)
            except Invalid as wrong:
                error = wrong
        if error is None:
            return redirect("setting_edit", kind, code)
        form.show(error)
        return _page(request, "new", {"kind": kind, "form": form}, status=UNPROCESSABLE)
    return _page(request, "new", {"kind": kind, "form": form})


def setting_edit(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Write a change of a rule set or a matter type, and put it forward. What somebody else changed meanwhile is said."""
    if kind not in Kind.values:
        raise Hidden(_("没有找到这项内容，或者您没有查看它的权限。请检查链接，或返回上一页。"))
    require(actor(request), "setting_propose", SettingChange)
    read.check_code(code)
    current = read.values_of(kind, code)
    form = _form(request, kind, current)
    if request.method != "POST" or "more" in request.POST:
        return _edit(request, kind, code, form, current)
    base = current if request.POST.get("base", "") == read.digest(current) else {"overtaken": True}
    try:
        change = act.setting_propose(
            actor=actor(request), kind=kind, code=code, values=form.values(), base=base, reason=form.words("reason")
        )
    except (Invalid, Conflict) as error:
        if isinstance(error, Invalid):
            form.show(error)
        else:
            messages.error(request, error.message)
        return _edit(request, kind, code, form, current, status=error.status)
    messages.success(request, _("修改已提出，等另一方秘书确认后生效。"))
    return redirect(change)


@require_safe
def setting_change(request: HttpRequest, pk: int) -> HttpResponse:
    """One change: what it changes, why, and how it was answered."""
    return _change_page(request, access.fetch(_changes(), actor(request), "view", pk))


@require_POST
def setting_answer(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Confirm, refuse or take back a change."""
    user = actor(request)
    change = access.fetch(_changes(), user, "view", pk)
    if verb == "refuse":
        try:
            act.setting_refuse(actor=user, change_id=pk, answer=request.POST.get("answer", ""))
        except Invalid as error:
            return _change_page(request, change, error=error)
        messages.success(request, _("已答复不同意，提出方会看到理由。"))
        return redirect(change)
    if verb == "confirm":
        return tell(
            request,
            lambda: act.setting_confirm(actor=user, change_id=pk),
            change.get_absolute_url(),
            _("已确认，新的内容现在生效。"),
        )
    if verb == "withdraw":
        return tell(
            request,
            lambda: act.setting_withdraw(actor=user, change_id=pk),
            change.get_absolute_url(),
            _("修改已撤回。"),
        )
    raise Hidden(_("没有找到这项内容，或者您没有查看它的权限。请检查链接，或返回上一页。"))


def _changes() -> QuerySet[SettingChange]:
    return SettingChange.objects.select_related("body", "proposed_by", "decided_by")


def _change_page(request: HttpRequest, change: SettingChange, *, error: Invalid | None = None) -> HttpResponse:
    user = actor(request)
    verdict = may(user, "setting_confirm", change)
    overtaken = change.is_pending and read.values_of(change.kind, change.code) != change.base
    context = {
        "change": change,
        "name": _name(change.values, change.code),
        "differences": read.differences(change.kind, change.base, change.values),
        "cautions": read.cautions_of(change.kind, change.values),
        "examples": read.examples_of(change.values, _due()) if change.kind == Kind.RULE_SET else [],
        "may_confirm": bool(verdict),
        "may_withdraw": bool(may(user, "setting_withdraw", change)),
        "overtaken": overtaken,
        "error": error,
        "answer": request.POST.get("answer", ""),
    }
    return _page(request, "change", context, status=error.status if error else 200)


def _edit(
    request: HttpRequest, kind: str, code: str, form: RulesForm | MatterForm, current: dict[str, Any], status: int = 200
) -> HttpResponse:
    papers: list[dict[str, Any]] = []
    if isinstance(form, MatterForm):
        papers = form.papers() if form.is_bound else list(current.get("checklist", []))
        papers += [{"required": True} for _number in range(SPARE)]
    context = {
        "kind": kind,
        "code": code,
        "name": _name(current, code),
        "is_new": not current,
        "form": form,
        "papers": papers,
        # A form that was refused goes on from what it was written on, unless that is what it was refused for.
        "base": read.digest(current),
    }
    return _page(request, "edit", context, status=status)


def _form(request: HttpRequest, kind: str, current: dict[str, Any]) -> RulesForm | MatterForm:
    data = request.POST or None
    if kind == Kind.MATTER_TYPE:
        return MatterForm(data, values=current)
    found = rules.Rules.from_json(current["numbers"]) if current else rules.Rules()
    words = {key: current[key] for key in ("name", "name_en")} if current else {}
    return RulesForm(data, current=found, initial=words)


def _values(request: HttpRequest, kind: str, code: str) -> dict[str, Any]:
    """What is in force, if this user may read it. Raises `Hidden`."""
    model = {Kind.RULE_SET.value: RuleSet, Kind.MATTER_TYPE.value: MatterType}.get(kind)
    if model is None or not visible(actor(request), model).filter(code=code).exists():
        raise Hidden(_("没有找到这项内容，或者您没有查看它的权限。请检查链接，或返回上一页。"))
    return read.values_of(kind, code)


def _name(values: Mapping[str, Any], code: str) -> str:
    """What a setting is called in the reader's language; Chinese where no English is given, its code where it has no name yet."""
    own = values.get("name_en") if in_english() else ""
    return str(own or values.get("name") or code)


def _due() -> dict[str, int]:
    counts: dict[str, int] = {}
    for seat in Seat.objects.in_force().voting().select_related("body"):
        counts[seat.body.code] = counts.get(seat.body.code, 0) + 1
    return counts


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, f"decisions/settings/{template}.html", {"nav": "setting"} | context, status=status)
