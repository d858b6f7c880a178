"""The pages where the steps of an item's flow are done."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from decisions import stages
from decisions.actions import items as act
from decisions.forms import AnswerForm, ConfirmForm, ExecutionForm, LegalityForm, OpinionForm, WithdrawForm
from decisions.forms_after import people
from decisions.models import Exploration, Item, LegalityReview, Opinion, ReviewRequest
from decisions.selectors import items as select
from decisions.selectors.items.offers import closing_blocked
from decisions.selectors.plans import main_plan, plans_of
from decisions.views.items.common import actor, item_of, open_forms, page
from permissions import policies, roles, typed
from permissions.errors import Conflict, Invalid
from permissions.models import Body
from permissions.policies import may, role_key


def item_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """A secretary confirms for their body, or sends the item back."""
    item = item_of(request, pk)
    user = actor(request)
    policies.require(user, "item_confirm", item)
    sides = [body for body in Body.objects.all() if roles.holds(user, role_key("secretary", body))]
    form = ConfirmForm(request.POST or None)
    if request.method == "POST":
        confirmed = "confirm" in request.POST
        try:
            act.item_confirm(
                actor=user,
                item_id=pk,
                body=request.POST.get("body", ""),
                confirmed=confirmed,
                reason=form.words("reason"),
            )
        except Invalid as error:
            form.show(error)
            return page(request, "items/confirm", _confirm(item, form, sides), error=error)
        told = _("已确认共提。") if confirmed else _("已退回，双方都办理后议题回到提出人。")
        messages.success(request, told)
        return redirect("item", pk)
    return page(request, "items/confirm", _confirm(item, form, sides))


def item_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The proposer takes the item back; the page asks for the reason first."""
    item = item_of(request, pk)
    policies.require(actor(request), "item_withdraw", item)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST":
        try:
            act.item_withdraw(actor=actor(request), item_id=pk, reason=form.words("reason"))
        except Invalid as error:
            form.show(error)
            return page(request, "items/withdraw", {"item": item, "form": form}, error=error)
        messages.success(request, _("议题已撤回。"))
        return redirect("item", pk)
    why = stages.why_not("item_withdraw", item.phase, open_forms(item))
    return page(request, "items/withdraw", {"item": item, "form": form, "why": why})


def opinions(request: HttpRequest, pk: int) -> HttpResponse:
    """Read, give and answer opinions; the secretaries end the round here."""
    item = item_of(request, pk)
    form = OpinionForm(request.POST or None)
    if request.method == "POST":
        try:
            on = request.POST.get("plan", "")
            plan_id = typed.whole(on, -1) if on else None
            act.opinion_add(actor=actor(request), item_id=pk, text=form.words("text"), plan_id=plan_id)
        except Invalid as error:
            form.show(error)
            return page(request, "items/opinions", _opinions(request, item, form), error=error)
        messages.success(request, _("意见已提出，答复后会通知您。"))
        return redirect("opinions", pk)
    return page(request, "items/opinions", _opinions(request, item, form))


@require_POST
def opinion_answer(request: HttpRequest, pk: int, opinion_pk: int) -> HttpResponse:
    """Answer one opinion."""
    item = item_of(request, pk)
    form = AnswerForm(request.POST, prefix=f"o{opinion_pk}")
    try:
        act.opinion_answer(
            actor=actor(request),
            item_id=pk,
            opinion_id=opinion_pk,
            answer=form.words("answer"),
            reply=form.words("reply"),
        )
    except Invalid as error:
        form.show(error)
        context = _opinions(request, item, OpinionForm(), {opinion_pk: form})
        return page(request, "items/opinions", context, error=error)
    messages.success(request, _("已答复。"))
    return redirect(reverse("opinions", args=[pk]) + f"#opinion-{opinion_pk}")


@require_POST
def opinions_close(request: HttpRequest, pk: int) -> HttpResponse:
    """End the round of opinions."""
    act.opinions_close(actor=actor(request), item_id=pk)
    messages.success(request, _("征求意见已结束。"))
    return redirect("item", pk)


def legality(request: HttpRequest, pk: int) -> HttpResponse:
    """The legal adviser reviews the version that is on this page."""
    item = item_of(request, pk)
    policies.require(actor(request), "legality_give", item)
    form = LegalityForm(request.POST or None)
    error: Invalid | None = None
    conflict: Conflict | None = None
    if request.method == "POST":
        try:
            if form.words("ok") not in {"yes", "no"}:
                raise Invalid(_("请选择审查结论"), fields={"ok": _("请选择通过或不通过。")})
            review = act.legality_give(
                actor=actor(request),
                item_id=pk,
                ok=form.words("ok") == "yes",
                text=form.words("text"),
                plan_version=typed.whole(request.POST.get("plan_version", ""), -1),
                risks=form.words("risks"),
                versions=_versions(request.POST.getlist("other")),
            )
        except Invalid as refusal:
            form.show(refusal)
            error = refusal
        except Conflict as refusal:
            conflict = refusal
        else:
            passes = review.ok or bool(review.risks)
            messages.success(request, _("审查意见已提交。") if passes else _("审查意见已提交，方案将退回编制。"))
            return redirect("item", pk)
    why = "" if request.method == "POST" else stages.why_not("legality_give", item.phase, open_forms(item))
    context = {
        "item": item,
        "form": form,
        "why": why,
        "conflict": conflict,
        "plan": main_plan(item),
        "others": [one for one in plans_of(item) if not one.is_main],
        "reviews": LegalityReview.objects.filter(item=item).select_related("by"),
        "asked": ReviewRequest.objects.filter(
            item=item, kind="legality", answered_at__isnull=True, withdrawn_at__isnull=True
        ).last(),
        "exploration": Exploration.objects.filter(item=item).select_related("by").first(),
        "papers": select.checklist(item),
    }
    response = page(request, "items/legality", context, error=error)
    if conflict is not None:
        response.status_code = conflict.status
    return response


def execution(request: HttpRequest, pk: int) -> HttpResponse:
    """Name who carries the decision out."""
    item = item_of(request, pk)
    policies.require(actor(request), "execution_assign", item)
    form = ExecutionForm(request.POST or None, people=people())
    titles, days = request.POST.getlist("step_title"), request.POST.getlist("step_due")
    steps = [(title, day) for title, day in zip(titles, days, strict=False) if title.strip() or day.strip()]
    context = {"item": item, "form": form, "steps": [*steps, *[("", "")] * 3]}
    if request.method == "POST":
        try:
            act.execution_assign(
                actor=actor(request),
                item_id=pk,
                unit=form.words("unit"),
                due=typed.day(form.words("due")),
                note=form.words("note"),
                responsible_id=typed.whole(form.words("responsible"), -1) if form.words("responsible") else None,
                milestones=[(title, typed.day(day)) for title, day in steps],
            )
        except Invalid as error:
            form.show(error)
            return page(request, "items/execution", context, error=error)
        messages.success(request, _("已交办。"))
        return redirect("item", pk)
    why = stages.why_not("execution_assign", item.phase, open_forms(item))
    return page(request, "items/execution", {**context, "why": why})


def _confirm(item: Item, form: ConfirmForm, sides: list[Body]) -> dict[str, Any]:
    done = {row.body_id: row for row in item.confirmations.filter(round=item.round).select_related("by", "body")}
    waiting = [body for body in sides if body.pk not in done]
    return {
        "item": item,
        "form": form,
        "waiting": waiting,
        "done": list(done.values()),
        "why": stages.why_not("item_confirm", item.phase, open_forms(item)),
        "findings": select.rule_check(item),
        "people": item.co_proposers.select_related("user", "body"),
        "candidates": item.candidates.all(),
    }


def _opinions(
    request: HttpRequest, item: Item, form: OpinionForm, answers: dict[int, AnswerForm] | None = None
) -> dict[str, Any]:
    user = actor(request)
    forms = open_forms(item)
    given = answers or {}
    may_answer = bool(may(user, "opinion_answer", item)) and not stages.why_not("opinion_answer", item.phase, forms)
    rows = list(Opinion.objects.filter(item=item).select_related("by", "body", "answered_by", "plan"))
    shown = []
    for row in rows:
        answer = given.get(row.pk) or AnswerForm(
            initial={"answer": row.answer, "reply": row.reply}, prefix=f"o{row.pk}"
        )
        shown.append((row, answer if may_answer else None, row.pk in given))
    may_close = bool(may(user, "opinions_close", item)) and stages.OPINIONS in forms
    return {
        "item": item,
        "form": form,
        "rows": shown,
        "plan": main_plan(item),
        "plans": plans_of(item),
        "may_add": bool(may(user, "opinion_add", item)),
        "why": stages.why_not("opinion_add", item.phase, forms),
        "may_close": may_close,
        "close_why": closing_blocked(item) if may_close else "",
        "outdated": select.asked_again(item) if may_close else [],
    }


def _versions(pairs: list[str]) -> dict[int, int]:
    """Plan id → version, from the alternatives that were on the page: ``12:3``."""
    return {
        typed.whole(plan, -1): typed.whole(version, -1)
        for plan, _colon, version in (pair.partition(":") for pair in pairs)
    }
