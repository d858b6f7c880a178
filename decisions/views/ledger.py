"""规则台账: every rule of one item with its evidence, as a page, on paper and as JSON; the items by their exceptions."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from decisions.actions.ledger import rule_waive
from decisions.models import Item, RuleWaiver
from decisions.policies.items import readable
from decisions.rules.ledger import BY_NUMBER
from decisions.selectors.ledger import page as select
from decisions.views.items.common import actor, item_of, page
from decisions.views.watermark import reader_of
from permissions import downloads, typed
from permissions.errors import Hidden, Invalid
from permissions.policies import may, require

PER_PAGE = 20


class WaiverForm(forms.Form):
    """Why a failure is let pass, and what entitles to it."""

    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))
    authority = forms.CharField(label=gettext_lazy("依据"), max_length=120)


@require_safe
def ledger(request: HttpRequest, pk: int) -> HttpResponse:
    """The ledger of an item now, or with ``at`` as it was kept in the log."""
    row = item_of(request, pk)
    at = request.GET.get("at", "")
    seq = typed.whole(at, 0)
    found = select.page_of(row, actor(request), seq)
    context = {
        "item": row,
        "ledger": found,
        "rule_set": str(row.matter_type.rule_set),
        "may_waive": not any(one.current and one.seq for one in found.moments)
        and bool(may(actor(request), "rule_waive", RuleWaiver)),
    }
    return page(request, "ledger/ledger", context)


@require_safe
def ledger_json(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as JSON, to keep or to hand to a reporting system."""
    row = item_of(request, pk)
    response = JsonResponse(
        reader_of(request) | select.export_of(row), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    return downloads.as_file(response, f"ledger-{row.number or 'draft'}-{select.today()}.json")


def ledger_waive(request: HttpRequest, pk: int, rule: int) -> HttpResponse:
    """Let the failure of one rule pass."""
    row = item_of(request, pk)
    require(actor(request), "rule_waive", RuleWaiver)
    if rule not in BY_NUMBER:
        raise Hidden(_("没有这条规则。请从台账页面选择。"))
    form = WaiverForm(request.POST or None)
    error = None
    if request.method == "POST" and form.is_valid():
        try:
            rule_waive(actor=actor(request), item_id=row.pk, rule=rule, **form.cleaned_data)
        except Invalid as problem:
            error = problem
            for name, words in problem.fields.items():
                form.add_error(name if name in form.fields else None, words)
        else:
            messages.success(request, _("已记录 R%(rule)s 的豁免。") % {"rule": rule})
            return redirect("ledger", pk=row.pk)
    elif request.method == "POST":
        error = Invalid(_("还不能豁免，请补充下面的内容。"))
    context = {"item": row, "form": form, "rule": BY_NUMBER[rule], "title": BY_NUMBER[rule].title(select.language())}
    return page(request, "ledger/waive", context, error=error)


@require_safe
def ledger_list(request: HttpRequest) -> HttpResponse:
    """Items under way and done, those with exceptions first within each page; for secretaries and auditors."""
    user = actor(request)
    if not select.reads_all(user):
        raise Hidden(_("规则台账总表由秘书、班长和审计员查看。单件议题的台账在议题页面。"))
    rows = readable(user).filter(submitted_at__isnull=False).exclude(status=Item.Status.WITHDRAWN)
    found = rows.select_related("matter_type__rule_set", "body", "proposer", "case").order_by("-submitted_at", "-pk")
    chosen = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"rows": select.rows_of(chosen), "page": chosen, "nav": "log"}
    return page(request, "ledger/list", context)
