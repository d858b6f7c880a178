"""A decision being carried out: where it stands, and what those concerned report, accept and move."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from decisions.actions import after as act
from decisions.forms_after import AcceptForm, ClaimForm, MilestoneForm, ProgressForm
from decisions.models import ExecutionTask, Item, Milestone
from decisions.selectors.after.page import execution_of
from decisions.views.after.common import form_page, token, uploads
from decisions.views.items.common import actor, item_of, page
from decisions.views.sittings.common import tell
from permissions import policies, roles, versions
from permissions.errors import Hidden
from permissions.models import Body
from permissions.policies import role_key


@require_safe
def carrying_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about the execution of one item: milestones, reports, acceptance, what can be done."""
    item = item_of(request, pk)
    return page(request, "after/execution", {"item": item, "shown": execution_of(item, actor(request))})


def _execution(item: Item) -> ExecutionTask:
    row = ExecutionTask.objects.filter(item=item).first()
    if row is None:
        raise Hidden(_("这件议题还没有交办执行。请返回议题页面查看进展。"))
    return row


def _milestone(item: Item, milestone_pk: int) -> Milestone:
    row = Milestone.objects.filter(execution__item=item, pk=milestone_pk).first()
    if row is None:
        raise Hidden(_("没有这个节点。请返回执行页面重新打开。"))
    return row


def execution_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Report how far it is."""
    item = item_of(request, pk)
    policies.require(actor(request), "execution_report", item)
    execution = _execution(item)
    steps = [(step.pk, step.title) for step in execution.milestones.all()]
    initial = {"percent": execution.percent, "form_token": uuid4()}
    form = ProgressForm(request.POST or None, request.FILES or None, milestones=steps, initial=initial)
    return form_page(
        request,
        form,
        lambda: act.execution_report(
            actor=actor(request),
            item_id=pk,
            text=form.words("text"),
            percent=form.number("percent"),
            milestone_id=form.number("milestone"),
            files=uploads(request),
            form_token=token(request),
        ),
        item=item,
        to=reverse("carrying_out", args=[pk]),
        done=_("进展已报告。"),
        title=_("报告进展"),
        lead=execution.unit,
        button=_("提交报告"),
        suffixes={"percent": "%"},
        files=True,
    )


def execution_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Report that it is done."""
    item = item_of(request, pk)
    policies.require(actor(request), "execution_claim", item)
    execution = _execution(item)
    form = ClaimForm(request.POST or None, request.FILES or None, initial={"form_token": uuid4()})
    left = execution.milestones.filter(done_on__isnull=True).count()
    return form_page(
        request,
        form,
        lambda: act.execution_claim(
            actor=actor(request),
            item_id=pk,
            text=form.words("text"),
            files=uploads(request),
            form_token=token(request),
        ),
        item=item,
        why=_("还有 %(count)s 个节点没有完成，请先逐个登记。") % {"count": left} if left else "",
        to=reverse("carrying_out", args=[pk]),
        done=_("已报告完成，等双方秘书验收。"),
        title=_("报告完成"),
        lead=execution.unit,
        button=_("报告完成"),
        files=True,
    )


def execution_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """A secretary accepts the execution for their body, or sends it back."""
    item = item_of(request, pk)
    user = actor(request)
    policies.require(user, "execution_accept", item)
    execution = _execution(item)
    form = AcceptForm(request.POST or None)
    waiting = execution.claimed_at is not None and not execution.ended
    given = set(execution.acceptances.filter(round=execution.round).values_list("body_id", flat=True))
    own = [body for body in Body.objects.all() if roles.holds(user, role_key("secretary", body))]
    return form_page(
        request,
        form,
        lambda: act.execution_accept(
            actor=user,
            item_id=pk,
            body=request.POST.get("body", ""),
            accepted="accept" in request.POST,
            reason=form.words("reason"),
        ),
        template="accept",
        item=item,
        why="" if waiting else _("现在没有需要验收的完成报告。"),
        to=reverse("carrying_out", args=[pk]),
        done=_("已记录。"),
        execution=execution,
        report=execution.reports.first(),
        sides=[body for body in own if body.pk not in given],
    )


def milestone(request: HttpRequest, pk: int, milestone_pk: int) -> HttpResponse:
    """Move a step to another day, with the reason."""
    item = item_of(request, pk)
    policies.require(actor(request), "milestone_move", item)
    row = _milestone(item, milestone_pk)
    form = MilestoneForm(request.POST or None, initial={"due": row.due, "version": versions.token(row)})
    return form_page(
        request,
        form,
        lambda: act.milestone_move(
            actor=actor(request),
            item_id=pk,
            milestone_id=milestone_pk,
            due=form.day("due"),
            reason=form.words("reason"),
            version=form.words("version"),
        ),
        item=item,
        why=_("这个节点已经完成，期限不用再改。") if row.done_on is not None else "",
        to=reverse("carrying_out", args=[pk]),
        done=_("期限已调整。"),
        title=_("调整节点期限"),
        lead=row.title,
        button=_("调整"),
    )


@require_POST
def milestone_finish(request: HttpRequest, pk: int, milestone_pk: int) -> HttpResponse:
    """Record that a step is done today."""
    user = actor(request)
    item_of(request, pk)
    return tell(
        request,
        lambda: act.milestone_finish(actor=user, item_id=pk, milestone_id=milestone_pk),
        reverse("carrying_out", args=[pk]),
        _("节点已登记完成。"),
    )
