"""Writing a plan, bringing two texts together where two wrote at once, and the alternatives to a plan (R9)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from decisions import stages
from decisions.actions import items as act
from decisions.forms import PlanForm
from decisions.forms_planning import NameForm, WithdrawPlanForm
from decisions.models import Item, Opinion, Plan
from decisions.rules.clauses import Clause, identified, read
from decisions.rules.merging import Source, merge
from decisions.selectors import planning as show
from decisions.selectors.plans import clauses_at, clauses_of, plans_of
from decisions.views.items.common import actor, item_of, open_forms, page
from decisions.views.planning.common import consequences, main_or, plan_at
from permissions import policies, typed, versions
from permissions.errors import Conflict, Invalid, WrongState


def plan_edit(request: HttpRequest, pk: int, plan_pk: int | None = None) -> HttpResponse:
    """Write a plan clause by clause. Where somebody saved meanwhile the two texts are merged on the page, so nothing is lost."""
    item = item_of(request, pk)
    policies.require(actor(request), "plan_save", item)
    plan = main_or(item, plan_pk)
    if request.method != "POST":
        form = PlanForm(initial={"kind": Plan.Kind.SUBSTANTIVE})
        return page(request, "planning/edit", _context(item, form, plan, clauses_of(plan) if plan else _outline(item)))
    form = PlanForm(request.POST)
    clauses = _typed(request.POST, empty=_picks(request.POST))
    base = typed.whole(request.POST.get("base_version", ""), -1)
    if "merging" in request.POST:
        chosen = _settled(request.POST, plan, base, clauses)
        if isinstance(chosen, Invalid):
            form.show(chosen)
            return _merge_page(request, item, plan, form, error=chosen)
        clauses = chosen
    elif moved := request.POST.get("move", ""):
        return page(request, "planning/edit", _context(item, form, plan, _moved(clauses, moved), base=base))
    elif "more" in request.POST or "stay" in request.POST:
        spare = 3 if "more" in request.POST else 1
        return page(request, "planning/edit", _context(item, form, plan, clauses, base=base, spare=spare))
    return _save(request, item, plan, form, clauses, base)


def _save(
    request: HttpRequest, item: Item, plan: Plan | None, form: PlanForm, clauses: Sequence[Clause], base: int
) -> HttpResponse:
    try:
        saved = act.plan_save(
            actor=actor(request),
            item_id=item.pk,
            plan_id=plan.pk if plan is not None and not plan.is_main else None,
            clauses=[clause.to_json() for clause in clauses],
            base_version=base,
            # The first version changes nothing yet, so the form does not ask how.
            kind=form.words("kind") if plan else Plan.Kind.SUBSTANTIVE,
            note=form.words("note"),
        )
        if "finish" in request.POST:
            act.plan_finish(actor=actor(request), item_id=item.pk)
            messages.success(request, _("编制已结束，送征求意见和合法性审查。"))
            return redirect("item", item.pk)
    except Invalid as error:
        form.show(error)
        return page(request, "planning/edit", _context(item, form, plan, clauses, base=base), error=error)
    except WrongState as error:
        # What was typed stays on the page, with the reason why it cannot be saved.
        context = _context(item, form, plan, clauses, base=base)
        response = page(request, "planning/edit", {**context, "refusal": error, "why": ""})
        response.status_code = error.status
        return response
    except Conflict as error:
        return _merge_page(request, item, main_or(item, plan.pk if plan else None), form, conflict=error)
    messages.success(request, _("已保存为第 %(version)s 版。") % {"version": saved.version})
    return redirect("item", item.pk) if saved.is_main else redirect("plan", item.pk, saved.pk)


def _merge_page(
    request: HttpRequest,
    item: Item,
    plan: Plan | None,
    form: PlanForm,
    *,
    conflict: Conflict | None = None,
    error: Invalid | None = None,
) -> HttpResponse:
    """The three texts, clause by clause; what has been typed and chosen on the page already stays."""
    if conflict is not None:
        base, mine, theirs = (list(read(conflict.data[name])) for name in ("base", "mine", "theirs"))
        version, came_from = conflict.data["version"], typed.whole(request.POST.get("base_version", ""), -1)
        picks: dict[str, str] = {}
        texts: dict[str, Clause] = {}
    else:
        version = typed.whole(request.POST.get("base_version", ""), -1)
        came_from = typed.whole(request.POST.get("came_from", ""), -1)
        mine = _typed(request.POST, prefix="mine")
        theirs = list(clauses_at(plan, version)) if plan else []
        base = list(clauses_at(plan, came_from)) if plan else []
        picks = _picks(request.POST)
        texts = {clause.id: clause for clause in _typed(request.POST)}
    merged = merge(base, mine, theirs)
    context = {
        "item": item,
        "plan": plan,
        "form": form,
        "conflict": conflict,
        "rows": show.merge_rows(merged, picks, texts),
        "left": len(merged.conflicts),
        "order_conflict": merged.order is Source.CONFLICT,
        "mine": mine,
        "base": version,
        "came_from": came_from,
        **consequences(item),
    }
    response = page(request, "planning/merge", context, error=error)
    if conflict is not None:
        response.status_code = conflict.status
    return response


def _settled(post: QueryDict, plan: Plan | None, version: int, typed: Sequence[Clause]) -> list[Clause] | Invalid:
    """The text that was settled on the merge page; a refusal where a conflict has not been decided."""
    mine = {clause.id: clause for clause in _typed(post, prefix="mine")}
    theirs = {clause.id: clause for clause in clauses_at(plan, version)} if plan else {}
    picks = _picks(post)
    clauses: list[Clause] = []
    for clause in typed:
        pick = picks.get(clause.id)
        if pick is None:
            clauses.append(clause)
        elif pick == "mine" and clause.id in mine:
            clauses.append(mine[clause.id])
        elif pick == "theirs" and clause.id in theirs:
            clauses.append(theirs[clause.id])
        elif pick == "text":
            clauses.append(clause)
        elif pick != "drop":
            return Invalid(_("还有条款没有选定"), fields={"clauses": _("请在每一条有冲突的条款下选定用哪一份文字。")})
    return clauses


def _picks(post: QueryDict) -> dict[str, str]:
    """Clause id → what was chosen for it, for the clauses in conflict; empty where nothing was."""
    return {one: post.get(f"pick-{one}", "") for one in post.getlist("conflict")}


def plan_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an alternative beside the main plan; it starts from the main plan's clauses."""
    item = item_of(request, pk)
    policies.require(actor(request), "plan_add", item)
    form = NameForm(request.POST or None)
    main = item.plan
    why = stages.why_not("plan_add", item.phase, open_forms(item))
    if not why and main is None:
        why = _("方案还没有内容。请先编写主方案，再增加备选方案。")
    context: dict[str, Any] = {"item": item, "form": form, "plans": plans_of(item), "why": why, **consequences(item)}
    if request.method == "POST":
        try:
            plan = act.plan_add(actor=actor(request), item_id=pk, title=form.words("title"))
        except Invalid as error:
            form.show(error)
            return page(request, "planning/new", context, error=error)
        except Conflict as error:
            refusal = Invalid(error.message, fields={"title": error.message})
            form.show(refusal)
            return page(request, "planning/new", context, error=refusal)
        messages.success(request, _("已增加备选方案，内容从主方案复制。请在这里修改。"))
        return redirect("plan_edit_other", pk, plan.pk)
    return page(request, "planning/new", context)


def plan_rename(request: HttpRequest, pk: int, plan_pk: int) -> HttpResponse:
    """Name a plan."""
    item = item_of(request, pk)
    policies.require(actor(request), "plan_rename", item)
    plan = plan_at(item, plan_pk)
    form = NameForm(request.POST or None, initial={"title": plan.title, "version": versions.token(plan)})
    context = {
        "item": item,
        "form": form,
        "plan": plan,
        "why": stages.why_not("plan_rename", item.phase, open_forms(item)),
    }
    if request.method == "POST":
        try:
            act.plan_rename(
                actor=actor(request),
                item_id=pk,
                plan_id=plan_pk,
                title=form.words("title"),
                version=form.words("version"),
            )
        except (Invalid, Conflict) as error:
            # A name that is taken is said beside the field.
            taken = isinstance(error, Conflict) and "version" not in error.data
            refusal = Invalid(error.message, fields={"title": error.message}) if taken else error
            form.show(refusal)
            return page(request, "planning/name", context, error=refusal)
        messages.success(request, _("已修改方案名称。"))
        return redirect("plan", pk, plan_pk)
    return page(request, "planning/name", context)


def plan_withdraw(request: HttpRequest, pk: int, plan_pk: int) -> HttpResponse:
    """Take an alternative back; the page asks for the reason first."""
    item = item_of(request, pk)
    policies.require(actor(request), "plan_withdraw", item)
    plan = plan_at(item, plan_pk, withdrawn=True)
    form = WithdrawPlanForm(request.POST or None)
    why = stages.why_not("plan_withdraw", item.phase, open_forms(item))
    context = {"item": item, "form": form, "plan": plan, "why": why}
    if request.method == "POST":
        try:
            act.plan_withdraw(actor=actor(request), item_id=pk, plan_id=plan_pk, reason=form.words("reason"))
        except Invalid as error:
            form.show(error)
            return page(request, "planning/withdraw", context, error=error)
        messages.success(request, _("备选方案已撤下。"))
        return redirect("planning", pk)
    return page(request, "planning/withdraw", context)


def _context(
    item: Item, form: PlanForm, plan: Plan | None, clauses: Sequence[Clause], *, base: int | None = None, spare: int = 1
) -> dict[str, Any]:
    forms = open_forms(item)
    return {
        "item": item,
        "form": form,
        "plan": plan,
        "plans": plans_of(item),
        "base": base if base is not None else (plan.version if plan else 0),
        "clauses": [*clauses, *[Clause("", "", "")] * spare],
        "last": len(clauses),
        "why": stages.why_not("plan_save", item.phase, forms),
        "may_finish": stages.PLAN in forms,
        "wording_only": bool(forms) and not {stages.PLAN, stages.OPINIONS} & set(forms),
        "opinions": Opinion.objects.filter(item=item).select_related("by", "body", "plan"),
        **consequences(item),
    }


def _outline(item: Item) -> tuple[Clause, ...]:
    """What a first plan starts from: the summary of the proposal."""
    return identified([Clause("", _("总体方案"), item.summary)]) if item.summary else ()


def _typed(post: QueryDict, prefix: str = "clause", *, empty: Collection[str] = ()) -> list[Clause]:
    """The clauses that were typed; those without a word are left out, but for the ids in `empty`."""
    ids, titles, bodies = (post.getlist(f"{prefix}_{name}") for name in ("id", "title", "body"))
    ids += [""] * (len(titles) - len(ids))
    rows = ({"id": one, "title": title, "body": body} for one, title, body in zip(ids, titles, bodies, strict=False))
    return [one for one in read(rows) if one.title.strip() or one.body.strip() or (one.id and one.id in empty)]


def _moved(clauses: list[Clause], wish: str) -> list[Clause]:
    """The clauses with one of them a place further up or down: ``3:up``."""
    place, _colon, way = wish.partition(":")
    at = typed.whole(place, -1) - 1
    to = at + (-1 if way == "up" else 1)
    if 0 <= at < len(clauses) and 0 <= to < len(clauses):
        clauses[at], clauses[to] = clauses[to], clauses[at]
    return clauses
