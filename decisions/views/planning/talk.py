"""Talking about clauses: comments in threads, suggestions and their answers (R10)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from decisions import stages
from decisions.actions import items as act
from decisions.forms_planning import AcceptForm, CommentForm, SuggestForm
from decisions.models import ClauseComment, Plan, Suggestion
from decisions.selectors import planning as show
from decisions.selectors.plans import clauses_at, clauses_of
from decisions.views.items.common import actor, item_of, open_forms, page
from decisions.views.planning.common import can, consequences, plan_at
from permissions import access, policies, typed
from permissions.errors import Conflict, Hidden, Invalid


@require_POST
def comment_add(request: HttpRequest, pk: int, plan_pk: int) -> HttpResponse:
    """Say something about a clause, or answer in a thread; a refused text comes back on a page of its own."""
    item = item_of(request, pk)
    plan = plan_at(item, plan_pk)
    form = CommentForm(request.POST)
    clause = request.POST.get("clause", "")
    parent = typed.whole(request.POST["parent"], -1) if request.POST.get("parent") else None
    try:
        comment = act.comment_add(
            actor=actor(request),
            item_id=pk,
            plan_id=plan_pk,
            clause=clause,
            text=form.words("text"),
            parent_id=parent,
        )
    except Invalid as error:
        form.show(error)
        context = {"item": item, "plan": plan, "form": form, "clause": clause, "parent": parent}
        return page(request, "planning/comment", context, error=error)
    messages.success(request, _("评论已发表。"))
    return redirect(_clause_url(pk, plan_pk, comment.clause))


@require_POST
def comment_settle(request: HttpRequest, pk: int, comment_pk: int) -> HttpResponse:
    """Mark a thread as resolved, or open it again."""
    item = item_of(request, pk)
    comment: ClauseComment = act.comment_settle(
        actor=actor(request), item_id=item.pk, comment_id=comment_pk, resolved="reopen" not in request.POST
    )
    return redirect(_clause_url(pk, comment.plan_id, comment.clause))


def suggest(request: HttpRequest, pk: int, plan_pk: int, clause: str) -> HttpResponse:
    """Change a clause's text as it should read, and send that as a suggestion."""
    item = item_of(request, pk)
    policies.require(actor(request), "suggestion_add", item)
    plan = plan_at(item, plan_pk)
    version = typed.whole(request.POST.get("version", ""), -1) if request.method == "POST" else plan.version
    read = next((one for one in clauses_at(plan, version) if one.id == clause), None)
    if read is None and request.method != "POST":
        raise Hidden(_("这一条已从方案中删去。请返回，看现在的方案。"))
    form = SuggestForm(
        request.POST or None, initial={"title": read.title, "text": read.body} if read is not None else None
    )
    place = next((at for at, one in enumerate(clauses_of(plan), 1) if one.id == clause), None)
    context = {
        "item": item,
        "plan": plan,
        "clause": read,
        "place": place,
        "version": version,
        "form": form,
        "why": stages.why_not("suggestion_add", item.phase, open_forms(item)),
    }
    if request.method == "POST":
        try:
            act.suggestion_add(
                actor=actor(request),
                item_id=pk,
                plan_id=plan_pk,
                clause=clause,
                version=version,
                title=form.words("title"),
                text=form.words("text"),
                why=form.words("why"),
            )
        except Invalid as error:
            form.show(error)
            return page(request, "planning/suggest", context, error=error)
        except Conflict as error:
            response = page(request, "planning/suggest", {**context, "conflict": error})
            response.status_code = error.status
            return response
        messages.success(request, _("建议已提交，采纳与否会告诉您理由。"))
        return redirect(_clause_url(pk, plan_pk, clause))
    return page(request, "planning/suggest", context)


def suggestion(request: HttpRequest, pk: int, suggestion_pk: int) -> HttpResponse:
    """One suggestion beside the clause as it stands; accepted, settled where both changed it, or not accepted with a reason."""
    row = _row(request, suggestion_pk, item_of(request, pk).pk)
    form = AcceptForm(request.POST or None, initial={"kind": Plan.Kind.SUBSTANTIVE})
    if request.method != "POST":
        return page(request, "planning/suggestion", _suggestion(request, row, form))
    by_hand = "version" in request.POST
    try:
        if "decline" in request.POST:
            act.suggestion_decline(
                actor=actor(request), item_id=pk, suggestion_id=suggestion_pk, answer=form.words("answer")
            )
            messages.success(request, _("已答复不采纳。"))
        else:
            made = act.suggestion_accept(
                actor=actor(request),
                item_id=pk,
                suggestion_id=suggestion_pk,
                kind=form.words("kind"),
                answer=form.words("answer"),
                title=form.words("title") if by_hand else None,
                text=form.words("text") if by_hand else None,
                version=typed.whole(request.POST.get("version", ""), -1) if by_hand else None,
            )
            messages.success(request, _("已采纳，形成第 %(version)s 版。") % {"version": made.made_version})
    except Invalid as error:
        form.show(error)
        return page(request, "planning/suggestion", _suggestion(request, row, form, by_hand=by_hand), error=error)
    except Conflict as error:
        context = _suggestion(request, row, form, conflict=error, by_hand=error.code == "clause_changed")
        response = page(request, "planning/suggestion", context)
        response.status_code = error.status
        return response
    return redirect(_clause_url(pk, row.plan_id, row.clause))


@require_POST
def suggestion_withdraw(request: HttpRequest, pk: int, suggestion_pk: int) -> HttpResponse:
    """Take one's own suggestion back."""
    row = act.suggestion_withdraw(actor=actor(request), item_id=item_of(request, pk).pk, suggestion_id=suggestion_pk)
    messages.success(request, _("建议已收回。"))
    return redirect(_clause_url(pk, row.plan_id, row.clause))


def _row(request: HttpRequest, suggestion_pk: int, item_pk: int) -> Suggestion:
    rows = Suggestion.objects.select_related("plan__item__case", "by", "body", "answered_by")
    return access.fetch(rows.filter(plan__item=item_pk), actor(request), "view", suggestion_pk)


def _suggestion(
    request: HttpRequest, row: Suggestion, form: AcceptForm, *, conflict: Conflict | None = None, by_hand: bool = False
) -> dict[str, Any]:
    item = item_of(request, row.plan.item_id)
    standing = next((one for one in clauses_of(row.plan) if one.id == row.clause), None)
    base = {"title": row.base["title"], "body": row.base["body"]}
    moved_on = standing is None or (standing.title, standing.body) != (base["title"], base["body"])
    if by_hand and conflict is not None:
        given = {name: form.words(name) for name in form.fields}
        form = AcceptForm({**given, "title": given["title"] or row.title, "text": given["text"] or row.text})
    return {
        "item": item,
        "plan": row.plan,
        "row": row,
        "form": form,
        "conflict": conflict,
        "by_hand": by_hand,
        "standing": standing,
        "place": next((at for at, one in enumerate(clauses_of(row.plan), 1) if one.id == row.clause), None),
        "lines": show.suggestion_lines(row),
        "since": show.clause_lines(_base(row), standing) if moved_on else (),
        "can": can(request, item, "suggestion_accept", "suggestion_decline", "suggestion_withdraw"),
        "mine": row.by_id == actor(request).pk,
        **consequences(item),
    }


def _base(row: Suggestion) -> Any:
    return next((one for one in clauses_at(row.plan, row.version) if one.id == row.clause), None)


def _clause_url(pk: int, plan_pk: int, clause: str) -> str:
    return reverse("plan", args=[pk, plan_pk]) + f"#c-{clause}"
