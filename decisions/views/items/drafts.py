"""The form of an item: new, continued, corrected after a send-back. What was typed is never lost."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from decisions import stages
from decisions.actions import items as act
from decisions.actions.items.drafts import MAX_CANDIDATES, TITLE_LENGTH, parse_amount
from decisions.actions.items.materials import kinds
from decisions.forms import ItemForm, co_proposer_choices, draft_initial
from decisions.models import Item, Material, MatterType
from decisions.raising import record_text
from decisions.selectors import items as select
from decisions.selectors.items.checks import money
from decisions.selectors.items.papers import entry_name
from decisions.views.items.common import actor, item_of, open_forms, page
from permissions import access, policies, versions
from permissions.errors import Conflict, Invalid, WrongState
from permissions.models import User
from permissions.uploads import MAX_BYTES
from workflows.models import Record


def item_new(request: HttpRequest) -> HttpResponse:
    """Propose an item: the draft is saved on the first click, whichever button it was."""
    user = actor(request)
    policies.require(user, "item_draft_save", Item)
    if request.method == "POST":
        return _saved(request, None)
    began = {"matter_type": request.GET.get("type", "")}
    record = _record(user, request.GET.get("record", ""))
    if record is not None:
        began |= {"title": record.title[:TITLE_LENGTH], "summary": record_text(user, record)}
    form = ItemForm(initial=began)
    return page(request, "items/form", _context(user, form, None, token=uuid4()) | {"raised_from": record})


def item_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with a draft, or correct an item that was sent back."""
    user = actor(request)
    item = item_of(request, pk)
    policies.require(user, "item_draft_save", item)
    if request.method == "POST":
        return _saved(request, item)
    why = stages.why_not("item_draft_save", item.phase, open_forms(item))
    if why:
        messages.warning(request, why)
        return redirect("item", pk)
    return page(request, "items/form", _context(user, ItemForm(initial=draft_initial(item)), item))


def item_form_part(request: HttpRequest) -> HttpResponse:
    """The part of the form that depends on the matter type, drawn again when another type is chosen (htmx)."""
    user = actor(request)
    policies.require(user, "item_draft_save", Item)
    return page(request, "items/_by_type", _context(user, ItemForm(request.GET), None, typed=request.GET))


def _saved(request: HttpRequest, item: Item | None) -> HttpResponse:
    user = actor(request)
    form = ItemForm(request.POST)
    token = _token(request.POST.get("form_token", ""))
    record = _record(user, request.POST.get("record", "")) if item is None else None
    try:
        item = act.item_draft_save(
            actor=user,
            data=_data(request.POST),
            item_id=item.pk if item else None,
            form_token=token,
            version=request.POST.get("version", ""),
            record_id=record.pk if record is not None else None,
        )
    except (Invalid, Conflict) as error:
        form.show(error)
        context = _context(user, form, item, token=token, typed=request.POST) | {"raised_from": record}
        return page(request, "items/form", context, error=error)
    except WrongState:
        # The second click of a form whose first has submitted the item: what it asked for is done.
        known = Item.objects.filter(proposer=user.pk, form_token=token).first() if token and item is None else None
        if known is None:
            raise
        return redirect("item", known.pk)
    refused = _take_files(request, item)
    if "submit" not in request.POST or refused:
        if refused is None:
            messages.success(request, _("草稿已保存。"))
            return redirect("item_edit", item.pk)
        form.add_error("materials", refused.message)
        return page(request, "items/form", _context(user, form, item, token=token, typed=request.POST), error=refused)
    try:
        act.item_submit(actor=user, item_id=item.pk)
    except Invalid as error:
        form.show(error)
        return page(request, "items/form", _context(user, form, item, token=token, typed=request.POST), error=error)
    except WrongState as error:
        messages.warning(request, error.message)
        return redirect("item", item.pk)
    messages.success(request, _("已提交共提，等双方秘书确认。"))
    return redirect("item", item.pk)


def _record(user: User, text: str) -> Record | None:
    """The record of a pack an item is raised from, by its key; None where none is named. Raises `Hidden`."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return None
    return access.fetch(Record.objects.select_related("kind__pack", "owner", "body"), user, "view", int(text))


def _take_files(request: HttpRequest, item: Item) -> Invalid | None:
    """Store the files that came with the form; the first refusal is told, the other files are kept."""
    refused: Invalid | None = None
    for kind in kinds(item.matter_type):
        for upload in request.FILES.getlist(f"file_{kind}"):
            try:
                act.material_add(
                    actor=actor(request),
                    item_id=item.pk,
                    kind=kind,
                    name=upload.name or "",
                    content=upload.read(MAX_BYTES + 1),
                )
            except Invalid as error:
                told = _("“%(name)s”没有上传。%(why)s") % {"name": upload.name, "why": error.message}
                refused = refused or Invalid(told, fields={"materials": told})
    return refused


def _data(post: QueryDict) -> dict[str, Any]:
    return {
        "title": post.get("title"),
        "matter_type": post.get("matter_type"),
        "amount": post.get("amount"),
        "summary": post.get("summary"),
        "reason": post.get("reason"),
        "candidates": list(zip(post.getlist("candidate_name"), post.getlist("candidate_position"), strict=False)),
        "co_proposers": [pk for pk in post.getlist("co_proposers") if pk],
    }


def _token(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _context(
    user: User, form: ItemForm, item: Item | None, *, token: UUID | None = None, typed: QueryDict | None = None
) -> dict[str, Any]:
    code = typed.get("matter_type", "") if typed is not None else form.initial.get("matter_type", "")
    kind = MatterType.objects.select_related("rule_set").filter(code=code, active=True).first()
    people, persons = _lists(item, typed)
    return {
        "form": form,
        "item": item,
        "kind": kind,
        "fixed_kind": item is not None and item.serial is not None,
        "token": token or "",
        "version": form.data.get("version", "") if form.is_bound else versions.token(item) if item else "",
        "people": people,
        "people_choices": co_proposer_choices(user),
        "persons": persons,
        "papers": _papers(kind, item),
        "expected": _expected(kind, typed.get("amount", "") if typed is not None else form.initial.get("amount", "")),
        "resubmission": item is not None and item.serial is not None,
        "sent_back": item.confirmations.filter(confirmed=False).select_related("by", "body").last() if item else None,
    }


def _lists(item: Item | None, typed: QueryDict | None) -> tuple[list[int | None], list[tuple[str, str]]]:
    """The rows for co-proposers and candidates: what is known, and an empty one to go on with."""
    if typed is not None:
        known = [int(pk) for pk in typed.getlist("co_proposers") if pk.isascii() and pk.isdigit()]
        names, positions = typed.getlist("candidate_name"), typed.getlist("candidate_position")
        persons = [pair for pair in zip(names, positions, strict=False) if any(pair)]
    elif item is not None:
        known = list(item.co_proposers.values_list("user_id", flat=True))
        persons = list(item.candidates.values_list("name", "position"))
    else:
        known, persons = [], []
    rows: list[int | None] = [*known, None] if known else [None]
    return rows, [*persons, ("", ""), ("", "")][:MAX_CANDIDATES]


def _papers(kind: MatterType | None, item: Item | None) -> list[dict[str, Any]]:
    if kind is None:
        return []
    names = {entry["kind"]: entry_name(entry) for entry in kind.checklist}
    standing: dict[str, list[Material]] = {}
    if item is not None:
        for row in item.materials.filter(removed_at__isnull=True):
            standing.setdefault(row.kind, []).append(row)
    return [
        {
            "kind": code,
            "name": names.get(code, _("其他材料")),
            "required": code in names,
            "files": standing.get(code, []),
        }
        for code in kinds(kind)
    ]


def _expected(kind: MatterType | None, amount: str) -> list[tuple[str, str]]:
    """What this kind of matter will have to meet, said beside the form."""
    if kind is None:
        return []
    found = []
    if kind.threshold is not None:
        limit = money(kind.threshold)
        try:
            value = parse_amount(amount)
        except ValueError:
            value = None
        if value is None:
            words = _("R2：限额 %(limit)s 万元，填好金额后核算") % {"limit": limit}
        elif value > kind.threshold:
            words = _("R2：超过 %(limit)s 万元限额，必须经会议表决") % {"limit": limit}
        else:
            words = _("R2：未超过 %(limit)s 万元限额") % {"limit": limit}
        found.append((_("是否必须经会议表决"), words))
    names = [entry_name(entry) for entry in kind.checklist if entry.get("required", True)]
    count = _("上会前须有 %(count)s 份材料") % {"count": len(names)}
    found.append((count, _("R3：%(names)s") % {"names": _("、").join(names)}))
    found.append((_("合法性审查通过"), _("R4：在共谋阶段由法律顾问出具")))
    found.append((_("双方确认共提"), _("R12：双方秘书各自确认")))
    found.append((_("通过条件"), _("R21：%(words)s") % {"words": select.passing_sentence(Item(matter_type=kind))}))
    return found
