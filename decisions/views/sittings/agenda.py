"""Sittings in a list, preparing one, and putting items on its agenda."""

from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from decisions import stages
from decisions.actions import sittings as act
from decisions.forms_sittings import SittingForm
from decisions.models import AgendaEntry, Item, Sitting
from decisions.policies.access import cover
from decisions.selectors.requirements import tabling_blocks
from decisions.views.items.common import actor, item_of
from decisions.views.sittings.common import number, page, tell
from permissions import access, ids, policies
from permissions.errors import Invalid
from permissions.policies import may, visible
from workflows.models import CaseTask

PER_PAGE = 20


@require_safe
def sitting_list(request: HttpRequest) -> HttpResponse:
    """All sittings this user may know of: those going on and coming first, then the past."""
    user = actor(request)
    sittings = visible(user, Sitting).select_related("host__body").annotate(count=Count("entries"))
    current = list(sittings.exclude(status__in=Sitting.OVER).order_by("-opened_at", "at", "pk"))
    past = Paginator(sittings.filter(status__in=Sitting.OVER).order_by("-at", "-pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    agenda: dict[int, list[AgendaEntry]] = {}
    shown = [sitting.pk for sitting in [*current, *past]]
    entries = list(
        AgendaEntry.objects.filter(sitting__in=shown).select_related("item__matter_type").order_by("order", "pk")
    )
    cover(user, entries)
    for entry in entries:
        agenda.setdefault(entry.sitting_id, []).append(entry)
    context = {
        "current": [(sitting, agenda.get(sitting.pk, [])) for sitting in current],
        "past": [(sitting, agenda.get(sitting.pk, [])) for sitting in past],
        "page": past,
        "may_create": bool(may(user, "sitting_create", Sitting)),
    }
    return page(request, "list", context)


def sitting_new(request: HttpRequest) -> HttpResponse:
    """Prepare a sitting. With ``?item=`` the item that asked for it is put on its agenda at once."""
    user = actor(request)
    policies.require(user, "sitting_create", Sitting)
    item_id = ids.read(request.GET.get("item"))
    if request.method != "POST":
        form = SittingForm(initial={"form_token": uuid4(), "on": timezone.localdate(), "time": "14:30"})
        return page(request, "new", {"form": form})
    form = SittingForm(request.POST)
    moment = form.moment()
    try:
        if moment is None:
            raise Invalid(
                _("请填写开会的日期和时间。"),
                fields={"on": _("请填写日期和时间，例如：2026-09-18，14:30。")},
            )
        sitting = act.sitting_create(
            actor=user,
            at=moment,
            place=form.words("place"),
            host_id=number(form.words("host")),
            title=form.words("title"),
            form_token=form.cleaned_data.get("form_token"),
        )
    except Invalid as error:
        form.show(error)
        return page(request, "new", {"form": form}, error=error)
    messages.success(request, _("会议已建立。接着列入议题。"))
    if item_id:
        return redirect(reverse("item_table", args=[item_id]) + f"?sitting={ids.cover(sitting.pk)}")
    return redirect("sitting", sitting.pk)


def item_table(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the sitting whose agenda an item goes on: what an item's flow waits for at tabling."""
    item = item_of(request, pk)
    user = actor(request)
    policies.require(user, "entry_add", Sitting)
    if request.method == "POST":
        sitting_id = ids.read(request.POST.get("sitting"))
        done = _("已列入议程。")
        return tell(
            request,
            lambda: act.entry_add(actor=user, sitting_id=sitting_id, item_id=pk),
            reverse("sitting", args=[sitting_id]) if sitting_id else reverse("item_table", args=[pk]),
            done,
        )
    blocks = tabling_blocks(item)
    drafts = visible(user, Sitting).filter(status=Sitting.Status.DRAFT).select_related("host__body")
    context = {
        "item": item,
        "blocks": blocks,
        "standing": _standing(item),
        "sittings": drafts.annotate(count=Count("entries")).order_by("at"),
        "chosen": ids.read(request.GET.get("sitting")),
    }
    return page(request, "table", context)


def _standing(item: Item) -> AgendaEntry | None:
    """The agenda the item is on and has no result from yet."""
    pending = AgendaEntry.objects.filter(item=item).exclude(stage=AgendaEntry.Stage.ANNOUNCED)
    return pending.select_related("sitting").first()


def ready_items(sitting: Sitting, request: HttpRequest) -> list[Item]:
    """The items whose flow waits to be tabled, for the agenda of a sitting in preparation."""
    waiting = CaseTask.objects.filter(process_id=OuterRef("case_id"), finished__isnull=True, form=stages.TABLE)
    items = visible(actor(request), Item).filter(Exists(waiting)).exclude(agenda_entries__sitting=sitting)
    return list(items.select_related("matter_type").order_by("submitted_at", "pk"))


@require_POST
def entry_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an item on the agenda from the sitting's own page."""
    user, item_id = actor(request), number(request.POST.get("item"))
    to = reverse("sitting", args=[pk])
    return tell(request, lambda: act.entry_add(actor=user, sitting_id=pk, item_id=item_id), to, _("已列入议程。"))


@require_POST
def entry_remove(request: HttpRequest, pk: int, entry_pk: int) -> HttpResponse:
    """Take an item off an agenda that is not frozen yet."""
    user = actor(request)
    to = reverse("sitting", args=[pk])
    return tell(request, lambda: act.entry_remove(actor=user, sitting_id=pk, entry_id=entry_pk), to, _("已移出议程。"))


@require_POST
def sitting_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the sitting; the room takes the place of the preparation."""
    user = actor(request)
    to = reverse("sitting", args=[pk])
    return tell(request, lambda: act.sitting_open(actor=user, sitting_id=pk), to, _("会议已开始，名册已冻结。"))


@require_POST
def sitting_close(request: HttpRequest, pk: int) -> HttpResponse:
    """End the sitting."""
    access.fetch(Sitting, actor(request), "view", pk)
    user = actor(request)
    return tell(
        request,
        lambda: act.sitting_close(actor=user, sitting_id=pk),
        reverse("sitting", args=[pk]),
        _("会议已结束。"),
    )
