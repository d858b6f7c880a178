"""Emergencies (R26): the few decide on their phones, everybody is told, the next sitting ratifies."""

from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from decisions.actions import after as act
from decisions.forms_after import EmergencyForm, TextForm, WhyForm
from decisions.models import EmergencyDecision
from decisions.selectors.after.page import emergency_of
from decisions.views.after.common import form_page, token
from decisions.views.items.common import actor, page
from permissions import access, policies
from permissions.errors import Invalid
from permissions.policies import may, visible
from workflows import clock

PER_PAGE = 20


@require_safe
def emergency_list(request: HttpRequest) -> HttpResponse:
    """All emergencies this user may know of, newest first."""
    user = actor(request)
    rows = visible(user, EmergencyDecision).select_related("item__case", "matter_type", "body").order_by("-at", "-pk")
    shown = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [emergency_of(row, user) for row in shown],
        "page": shown,
        "may_open": bool(may(user, "emergency_open", EmergencyDecision)),
        "nav": "emergency",
    }
    return page(request, "after/emergencies", context)


def emergency_new(request: HttpRequest) -> HttpResponse:
    """Put an emergency to a few."""
    user = actor(request)
    policies.require(user, "emergency_open", EmergencyDecision)
    now = timezone.localtime(clock.now())
    initial = {"on": now.date().isoformat(), "time": now.strftime("%H:%M"), "form_token": uuid4()}
    form = EmergencyForm(request.POST or None, initial=initial)
    context = {
        "form": form,
        "back": reverse("emergency_list"),
        "title": _("登记紧急决定"),
        "lead": _("来不及开会时，由少数成员立即决定，随后报告全体成员，并提请下一次会议追认（R26）。"),
        "button": _("请所选成员决定"),
    }
    if request.method == "POST":
        try:
            row = act.emergency_open(
                actor=user,
                title=form.words("title"),
                matter_type=form.words("matter_type"),
                happened_at=form.moment(),
                facts=form.words("facts"),
                measures=form.words("measures"),
                seat_ids=form.chosen(),
                form_token=token(request),
            )
        except Invalid as error:
            form.show(error)
            return page(request, "after/form", context, error=error)
        messages.success(request, _("已请所选成员决定。"))
        return redirect("emergency", row.pk)
    return page(request, "after/form", context)


@require_safe
def emergency(request: HttpRequest, pk: int) -> HttpResponse:
    """One emergency: the facts, the measures, who decided, each step with its time, and what this user can do."""
    user = actor(request)
    row = _row(request, pk)
    return page(request, "after/emergency", {"shown": emergency_of(row, user), "row": row, "item": row.item})


def _row(request: HttpRequest, pk: int, verb: str = "view") -> EmergencyDecision:
    rows = EmergencyDecision.objects.select_related("item__case", "matter_type", "body", "by")
    return access.fetch(rows, actor(request), verb, pk)


def emergency_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the few agrees, or does not."""
    row = _row(request, pk, "emergency_answer")
    form = TextForm(request.POST or None, label=_("意见"), hint=_("同意时可不填；不同意时请写明理由。"))
    user = actor(request)
    answered = not row.deciders.filter(user=user, agreed__isnull=True).exists()

    def answer() -> None:
        try:
            act.emergency_answer(
                actor=user, emergency_id=pk, agreed="agree" in request.POST, words_said=form.words("text")
            )
        except Invalid as error:
            raise Invalid(error.message, code=error.code, fields={"text": error.fields.get("words", "")}) from None

    return form_page(
        request,
        form,
        answer,
        template="answer",
        why=_("您已经表过态。") if answered else _("已由登记人撤销。") if row.closed_at is not None else "",
        to=reverse("emergency", args=[pk]),
        done=_("您的意见已记录。"),
        row=row,
    )


def emergency_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell all members."""
    row = _row(request, pk, "emergency_report")
    form = TextForm(
        request.POST or None,
        label=_("报告内容"),
        hint=_("决定的内容、采取的措施、现在的情况。"),
        initial={"text": row.measures},
    )
    return form_page(
        request,
        form,
        lambda: act.emergency_report(actor=actor(request), emergency_id=pk, text=form.words("text")),
        item=row.item,
        why="" if row.decided_at is not None else _("紧急决定还没有作出，作出后再向全体成员报告。"),
        to=reverse("emergency", args=[pk]),
        done=_("已向全体成员报告。"),
        title=_("向全体成员报告"),
        lead=row.title,
        button=_("报告"),
        due=row.report_due if not row.reports.exists() else None,
    )


def emergency_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back an emergency that is not decided."""
    row = _row(request, pk, "emergency_withdraw")
    form = WhyForm(request.POST or None)
    return form_page(
        request,
        form,
        lambda: act.emergency_withdraw(actor=actor(request), emergency_id=pk, reason=form.words("reason")),
        why=_("紧急决定已经作出，不能撤销，须提请下一次会议追认（R26）。") if row.decided_at is not None else "",
        to=reverse("emergency", args=[pk]),
        done=_("已撤销。"),
        title=_("撤销"),
        lead=row.title,
        button=_("撤销"),
    )
