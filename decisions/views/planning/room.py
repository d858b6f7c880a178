"""Reading the plans of an item: what is said about each clause, the versions, any two texts side by side."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from decisions import stages
from decisions.actions import items as act
from decisions.forms_planning import CommentForm, ContestForm
from decisions.selectors import items as select
from decisions.selectors import planning as show
from decisions.selectors.plans import plans_of
from decisions.views.items.common import actor, item_of, open_forms, page
from decisions.views.planning.common import can, main_or, plan_at
from permissions import policies
from permissions.errors import Invalid
from permissions.policies import may


@require_safe
def planning(request: HttpRequest, pk: int, plan_pk: int | None = None) -> HttpResponse:
    """A plan clause by clause with what is said about each, its versions, and the other plans."""
    item = item_of(request, pk)
    user, forms = actor(request), open_forms(item)
    plan = main_or(item, plan_pk, withdrawn=True)
    plans = plans_of(item, withdrawn=True)
    acts = ("plan_save", "plan_add", "plan_rename", "plan_withdraw", "comment_add", "suggestion_add", "plan_again")
    again = select.asked_again(item)
    context = {
        "item": item,
        "plan": plan,
        "plans": [one for one in plans if one.withdrawn_at is None],
        "withdrawn": [one for one in plans if one.withdrawn_at is not None],
        "views": show.clause_views(plan, user, forms) if plan else [],
        "lines": show.version_lines(plan, user, forms) if plan else [],
        "comment_form": CommentForm(),
        "can": can(request, item, *acts),
        "why": stages.why_not("comment_add", item.phase, forms) if may(user, "comment_add", item) else "",
        "again": again,
    }
    return page(request, "planning/room", context)


@require_safe
def plan_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Any two versions of a plan, or two plans, clause by clause and character by character."""
    item = item_of(request, pk)
    plans = plans_of(item, withdrawn=True)
    found = show.sides(item, plans)
    pair = show.chosen(found, request.GET.get("old", ""), request.GET.get("new", ""))
    rows = show.differences(pair[0].version.clauses, pair[1].version.clauses) if pair else []
    context = {
        "item": item,
        "sides": found,
        "old": pair[0] if pair else None,
        "new": pair[1] if pair else None,
        "rows": rows,
        "words": show.difference_words(rows) if pair else "",
        "whole": "all" in request.GET,
    }
    return page(request, "planning/compare", context)


@require_POST
def plan_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an item back to planning because its substance changed (R29)."""
    act.plan_again(actor=actor(request), item_id=item_of(request, pk).pk)
    messages.success(request, _("议题已退回编制，改后重新征求意见和审查。"))
    return redirect("item", pk)


def wording_contest(request: HttpRequest, pk: int, plan_pk: int, number: int) -> HttpResponse:
    """The other side holds that a version changed more than wording (R29); the page shows what it changed."""
    item = item_of(request, pk)
    policies.require(actor(request), "wording_contest", item)
    plan = plan_at(item, plan_pk)
    lines = show.version_lines(plan, actor(request), open_forms(item))
    line = next((one for one in lines if one.version.number == number), None)
    form = ContestForm(request.POST or None)
    before = line.before.clauses if line and line.before else ()
    context = {
        "item": item,
        "plan": plan,
        "line": line,
        "form": form,
        "rows": show.differences(before, line.version.clauses) if line else [],
        "again": select.substance_words(item),
        "why": stages.why_not("wording_contest", item.phase, open_forms(item)),
    }
    if request.method == "POST":
        try:
            act.wording_contest(
                actor=actor(request), item_id=pk, plan_id=plan_pk, version=number, why=form.words("why")
            )
        except Invalid as error:
            form.show(error)
            return page(request, "planning/contest", context, error=error)
        messages.success(request, _("异议已提出，这一版按实质性修改对待。"))
        return redirect("plan", pk, plan_pk)
    return page(request, "planning/contest", context)


@require_POST
def contest_withdraw(request: HttpRequest, pk: int, contest_pk: int) -> HttpResponse:
    """Withdraw a contest: the version counts as wording again."""
    contest = act.wording_contest_withdraw(actor=actor(request), item_id=item_of(request, pk).pk, contest_id=contest_pk)
    messages.success(request, _("异议已收回，这一版按文字修改对待。"))
    return redirect("plan", pk, contest.plan_id)
