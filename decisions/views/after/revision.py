"""Suspending, changing, stopping and reconsidering a decision: only by procedure (R37, R38)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from decisions.actions import after as act
from decisions.forms_after import ReviseForm, WhyForm
from decisions.models import Item, Reconsideration, Suspension
from decisions.policies.decided import decided
from decisions.selectors.after.page import not_decided, reconsideration_of
from decisions.views.after.common import form_page
from decisions.views.items.common import actor, item_of, page
from decisions.views.sittings.common import tell
from permissions import policies
from permissions.errors import Conflict, Invalid, WrongState
from permissions.policies import may


def _after(pk: int) -> str:
    return reverse("item", args=[pk]) + "#after"


def execution_suspend(request: HttpRequest, pk: int) -> HttpResponse:
    """A head stops the execution at once."""
    item = item_of(request, pk)
    policies.require(actor(request), "execution_suspend", item)
    form = WhyForm(request.POST or None, hint=_("写明为什么不能等到开会。会记入经过，双方都能看到。"))
    standing = Suspension.objects.filter(item=item, ended_at__isnull=True).exists()
    return form_page(
        request,
        form,
        lambda: act.execution_suspend(actor=actor(request), item_id=pk, reason=form.words("reason")),
        item=item,
        why=_("执行已经中止。") if standing else "" if decided(item) else not_decided(),
        to=_after(pk),
        done=_("执行已中止。请在期限内提出变更或停止的议题。"),
        title=_("紧急中止执行"),
        lead=_("中止只能应急，之后必须按程序变更或停止（R37）。"),
        button=_("中止执行"),
    )


def suspension_lift(request: HttpRequest, pk: int) -> HttpResponse:
    """A head lets the execution go on."""
    item = item_of(request, pk)
    policies.require(actor(request), "suspension_lift", item)
    form = WhyForm(request.POST or None)
    standing = Suspension.objects.filter(item=item, ended_at__isnull=True).exists()
    return form_page(
        request,
        form,
        lambda: act.suspension_lift(actor=actor(request), item_id=pk, reason=form.words("reason")),
        item=item,
        why="" if standing else _("这件议题的执行没有中止。"),
        to=_after(pk),
        done=_("已恢复执行。"),
        title=_("恢复执行"),
        lead=_("写明中止的原因为什么已经消除。"),
        button=_("恢复执行"),
    )


def item_revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft the item that changes, stops or reconsiders a decided one."""
    item = item_of(request, pk)
    user = actor(request)
    policies.require(user, "item_revise", item)
    personnel = item.matter_type.needs_candidates
    asked = Reconsideration.objects.filter(
        item=item, closed_at__isnull=True, agreed_at__isnull=False, result=None
    ).first()
    form = ReviseForm(request.POST or None, personnel=personnel, agreed=asked is not None)
    why = ""
    if decided(item) is None:
        why = not_decided()
    elif personnel and asked is None:
        why = _("人事决定只能经复议改变，复议须先有双方各自过半数成员同意（R38）。")
    if request.method == "POST":
        try:
            new = act.item_revise(actor=user, item_id=pk, purpose=form.words("purpose"), reason=form.words("reason"))
        except Invalid as error:
            form.show(error)
            return page(request, "after/form", _revise(item, form, why), error=error)
        except (WrongState, Conflict) as error:
            messages.warning(request, error.message)
            return redirect(_after(pk))
        messages.success(request, _("已建立草稿。补充后提交，按新议题的程序办理。"))
        return redirect("item_edit", new.pk)
    return page(request, "after/form", _revise(item, form, why))


def _revise(item: Item, form: ReviseForm, why: str) -> dict[str, object]:
    return {
        "item": item,
        "form": form,
        "why": why,
        "back": _after(item.pk),
        "title": _("变更、停止或复议"),
        "lead": _("已作出的决策，未经程序不得变更或停止（R37）。会建立一件新议题，从头走完程序。"),
        "button": _("建立草稿"),
    }


def reconsideration(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a reconsideration; or see who agrees with the open one."""
    item = item_of(request, pk)
    user = actor(request)
    form = WhyForm(request.POST or None, hint=_("例如：出现了当时不知道的情况。"))
    if request.method == "POST":
        policies.require(user, "reconsideration_ask", item)
    return form_page(
        request,
        form,
        lambda: act.reconsideration_ask(actor=user, item_id=pk, reason=form.words("reason")),
        template="reconsideration",
        item=item,
        why="" if decided(item) is not None else not_decided(),
        to=reverse("reconsideration", args=[pk]),
        done=_("复议已提出，等双方成员表态。"),
        may_ask=may(user, "reconsideration_ask", item),
        shown=reconsideration_of(item, user),
        withdraw=WhyForm(prefix="w"),
        may_revise=bool(may(user, "item_revise", item)),
    )


@require_POST
def reconsideration_support(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to reconsider."""
    user = actor(request)
    item_of(request, pk)
    return tell(
        request,
        lambda: act.reconsideration_support(actor=user, item_id=pk),
        reverse("reconsideration", args=[pk]),
        _("已记录您同意复议。"),
    )


@require_POST
def reconsideration_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what one has asked."""
    user = actor(request)
    item_of(request, pk)
    return tell(
        request,
        lambda: act.reconsideration_withdraw(actor=user, item_id=pk, reason=request.POST.get("w-reason", "")),
        reverse("reconsideration", args=[pk]),
        _("复议已撤回。"),
    )
