"""A split and its ruling, what a decision owes to the public and to the superior, and looking back at it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from decisions import stages
from decisions.actions import after as act
from decisions.forms_after import (
    AssignForm,
    EvaluationForm,
    EvaluationGiveForm,
    ExemptForm,
    PublicationForm,
    SplitForm,
    SuperiorForm,
    SuperiorReportForm,
    TextForm,
)
from decisions.models import EmergencyDecision, Evaluation, Item, Publication, SuperiorReport
from decisions.policies.decided import last_announced
from decisions.selectors.after.page import not_decided, proposed_text
from decisions.selectors.after.split import split_of
from decisions.views.after.common import form_page, uploads
from decisions.views.items.common import actor, item_of, open_forms
from permissions import access, policies
from permissions.errors import Hidden
from permissions.policies import may
from workflows import clock


def _today() -> str:
    return timezone.localdate(clock.now()).isoformat()


def _step(request: HttpRequest, pk: int, verb: str) -> tuple[Item, str]:
    """The item, if this user may do the step; and why it cannot be done now."""
    item = item_of(request, pk)
    policies.require(actor(request), verb, item)
    return item, stages.why_not(verb, item.phase, open_forms(item))


def split(request: HttpRequest, pk: int) -> HttpResponse:
    """A chair, or who stands in for a recused one, says which way a split goes; the page shows what the other has said."""
    item, why = _step(request, pk, "split_choose")
    user = actor(request)
    form = SplitForm(request.POST or None)
    found = split_of(item)
    mine = found.mine(user) if found is not None else []
    if found is not None and not mine and not why:
        why = _("您已经代表本班子选定去向，不能再改。")
    return form_page(
        request,
        form,
        lambda: act.split_choose(
            actor=user,
            item_id=pk,
            route=form.words("route"),
            reason=form.words("reason"),
            body=request.POST.get("body", ""),
        ),
        template="split",
        item=item,
        why=why,
        to=reverse("item", args=[pk]),
        done=_("已记录。"),
        sides=[one.body for one in mine],
        standing_in=next((one.seat for one in mine if one.seat is not None), None),
        split=found,
    )


def superior(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what the superior answered on a split."""
    item, why = _step(request, pk, "superior_rule")
    form = SuperiorForm(request.POST or None, request.FILES or None, initial={"on": _today()})
    return form_page(
        request,
        form,
        lambda: act.superior_rule(
            actor=actor(request),
            item_id=pk,
            answer=form.words("answer"),
            authority=form.words("authority"),
            document=form.words("document"),
            on=form.day("on"),
            text=form.words("text"),
            files=uploads(request),
        ),
        item=item,
        why=why,
        to=reverse("item", args=[pk]),
        done=_("上级裁定已登记。"),
        title=_("登记上级裁定"),
        lead=_("裁定不是表决，单独记录；双方的表决结果不变（R42）。"),
        button=_("登记裁定"),
        files=True,
    )


def consequence(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what becomes of the measures the bodies did not ratify."""
    item, why = _step(request, pk, "ratification_settle")
    form = TextForm(
        request.POST or None, label=_("怎样处理"), hint=_("措施如何停止或纠正，已发生的后果怎样处理，责任如何认定。")
    )
    return form_page(
        request,
        form,
        lambda: act.ratification_settle(actor=actor(request), item_id=pk, text=form.words("text")),
        item=item,
        why=why,
        to=reverse("item", args=[pk]),
        done=_("处理已登记，议题办结。"),
        title=_("写明未获追认的处理"),
        lead=_("紧急决定没有得到双方追认（R26）。"),
        button=_("提交"),
        emergency=EmergencyDecision.objects.filter(item=item).first(),
    )


def publication(request: HttpRequest, pk: int) -> HttpResponse:
    """Record where and when the decision was published; the words are proposed from the minutes."""
    item = item_of(request, pk)
    policies.require(actor(request), "publication_publish", item)
    row = Publication.objects.filter(item=item).first()
    entry = last_announced(item)
    initial: dict[str, Any] = {"on": _today(), "text": proposed_text(entry) if entry is not None else ""}
    form = PublicationForm(request.POST or None, initial=initial)
    why = not_decided() if row is None else _("这件决策的公布已经办理。") if row.settled else ""
    return form_page(
        request,
        form,
        lambda: act.publication_publish(
            actor=actor(request),
            item_id=pk,
            text=form.words("text"),
            place=form.words("place"),
            on=form.day("on"),
            url=form.words("url"),
        ),
        item=item,
        why=why,
        to=reverse("item", args=[pk]) + "#after",
        done=_("公布已登记。"),
        title=_("公布决策"),
        lead=_("依法不公开的除外，须在会签后 20 个工作日内公布（R33）。"),
        button=_("登记公布"),
        due=row.due if row is not None and not row.settled else None,
        other_url=reverse("publication_exempt", args=[pk]) if not why else "",
        other=_("不予公布"),
    )


def publication_exempt(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the law keeps the decision from being published."""
    item = item_of(request, pk)
    policies.require(actor(request), "publication_exempt", item)
    row = Publication.objects.filter(item=item).first()
    form = ExemptForm(request.POST or None)
    return form_page(
        request,
        form,
        lambda: act.publication_exempt(
            actor=actor(request), item_id=pk, exempt=form.words("exempt"), reason=form.words("reason")
        ),
        item=item,
        why=not_decided() if row is None else _("这件决策的公布已经办理。") if row.settled else "",
        to=reverse("item", args=[pk]) + "#after",
        done=_("已登记不予公布。"),
        title=_("不予公布"),
        lead=_("只有依法不公开的才可以不公布（R33）。"),
        button=_("登记不予公布"),
    )


def superior_report(request: HttpRequest, pk: int, report_pk: int) -> HttpResponse:
    """Record that a report to the superior was sent."""
    item = item_of(request, pk)
    policies.require(actor(request), "superior_report_send", item)
    row = SuperiorReport.objects.filter(item=item, pk=report_pk).first()
    if row is None:
        raise Hidden(_("没有这份报告。请返回议题页面重新打开。"))
    form = SuperiorReportForm(request.POST or None, initial={"on": _today()})
    return form_page(
        request,
        form,
        lambda: act.superior_report_send(
            actor=actor(request),
            item_id=pk,
            report_id=report_pk,
            authority=form.words("authority"),
            on=form.day("on"),
            document=form.words("document"),
            text=form.words("text"),
        ),
        item=item,
        why=_("这份报告已经报送。") if row.sent_on is not None else "",
        to=reverse("item", args=[pk]) + "#after",
        done=_("报送已登记。"),
        title=_("向上级报告"),
        lead=_("报告事由：%(kind)s（R34）。") % {"kind": row.get_kind_display()},
        button=_("登记报送"),
        due=row.due if row.sent_on is None else None,
    )


def evaluation(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin an evaluation, or name who gives the open one. Whoever was named goes on to giving it."""
    item = item_of(request, pk)
    user = actor(request)
    row = Evaluation.objects.filter(item=item, done_at__isnull=True).select_related("evaluator").first()
    if row is not None and row.evaluator_id == user.pk:
        return redirect("evaluation_give", pk, row.pk)
    verb = "evaluation_open" if row is None else "evaluation_assign"
    policies.require(user, verb, item)
    to = reverse("item", args=[pk]) + "#after"
    if row is not None:
        assign = AssignForm(request.POST or None, item=item, initial={"evaluator": row.evaluator_id})
        return form_page(
            request,
            assign,
            lambda: act.evaluation_assign(actor=user, item_id=pk, evaluator_id=assign.number("evaluator")),
            item=item,
            to=to,
            done=_("评估人已指定。"),
            title=_("指定评估人"),
            lead=_("启动原因：%(trigger)s") % {"trigger": row.get_trigger_display()},
            button=_("指定"),
            due=row.due,
        )
    form = EvaluationForm(request.POST or None, item=item)
    return form_page(
        request,
        form,
        lambda: act.evaluation_open(
            actor=user,
            item_id=pk,
            trigger=form.words("trigger"),
            why=form.words("why"),
            evaluator_id=form.number("evaluator"),
            due=form.day("due"),
        ),
        item=item,
        why="" if Publication.objects.filter(item=item).exists() else not_decided(),
        to=to,
        done=_("评估已启动。"),
        title=_("启动决策后评估"),
        lead=_("评估人不能是参加过这件议题评估、论证或审查的人（R39）。"),
        button=_("启动评估"),
    )


def evaluation_give(request: HttpRequest, pk: int, evaluation_pk: int) -> HttpResponse:
    """Give the evaluation one was named for."""
    item = item_of(request, pk)
    user = actor(request)
    row = access.fetch(
        Evaluation.objects.filter(item=item).select_related("evaluator"), user, "evaluation_give", evaluation_pk
    )
    form = EvaluationGiveForm(request.POST or None, request.FILES or None)
    return form_page(
        request,
        form,
        lambda: act.evaluation_give(
            actor=user,
            evaluation_id=evaluation_pk,
            verdict=form.words("verdict"),
            text=form.words("text"),
            advice=form.words("advice"),
            recommendations=form.words("recommendations"),
            files=uploads(request),
        ),
        item=item,
        why=_("这次评估已经完成。") if row.done_at is not None else "",
        to=reverse("item", args=[pk]) + "#after",
        done=_("评估已提交。"),
        title=_("决策后评估"),
        lead=_("启动原因：%(trigger)s") % {"trigger": row.get_trigger_display()},
        button=_("提交评估"),
        due=row.due if row.done_at is None else None,
        files=True,
        may_reassign=bool(may(user, "evaluation_assign", item)),
    )
