"""One page for everything asked for on an item before it is tabled: what is missing, the requests, what was given."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from decisions.actions import preparation as act
from decisions.forms import LooseForm
from decisions.forms_preparation import FORMS, KIND_OF, _WithOriginal
from decisions.models import Exploration, Item, LegalityReview, ReviewRequest
from decisions.selectors import reviews as select
from decisions.selectors.requirements import requirements
from decisions.views.items.common import actor, item_of, open_forms, page
from permissions import typed
from permissions.errors import Conflict, Invalid
from permissions.models import User


def reviews(request: HttpRequest, pk: int) -> HttpResponse:
    """Read everything; a form posts what is done (``do``) and to what (``at``: a request or a comment)."""
    item = item_of(request, pk)
    user = actor(request)
    if request.method != "POST":
        return page(request, "preparation/reviews", _context(item, user))
    do, at = request.POST.get("do", ""), typed.whole(request.POST.get("at", ""), None)
    if do not in FORMS:
        messages.warning(request, _("没有这项操作。请刷新页面后再试。"))
        return redirect("reviews", pk)
    form = _form(do, at, item, request.POST)
    try:
        done = _DO[do](user, item, at or 0, form)
    except Invalid as error:
        form.show(error)
        return page(request, "preparation/reviews", _context(item, user, (do, at, form)), error=error)
    except Conflict as error:
        response = page(request, "preparation/reviews", _context(item, user, (do, at, form)) | {"conflict": error})
        response.status_code = error.status
        return response
    messages.success(request, done)
    return redirect("reviews", pk)


def _context(item: Item, user: User, failed: tuple[str, int | None, LooseForm] | None = None) -> dict[str, Any]:
    forms = open_forms(item)
    asked = select.reviews_of(item, user, forms)
    begin = select.page_acts(item, user, forms)
    given = {(failed[0], failed[1]): failed[2]} if failed else {}

    def form(do: str, at: int | None = None) -> tuple[LooseForm, bool]:
        known = given.get((do, at))
        return (known, True) if known is not None else (_form(do, at, item), False)

    groups = []
    for kind, label in ReviewRequest.Kind.choices:
        rows = []
        for one in asked[kind]:
            acts = [(do, *form(do, one.row.pk), _LABELS[do]()) for do in one.acts if do not in {"answer", "close"}]
            answering = "answer" in one.acts
            comments = [
                (comment, *(form("answer", comment.pk) if answering else (None, False))) for comment in one.comments
            ]
            rows.append((one, acts, comments))
        groups.append((kind, label, sorted(rows, key=lambda row: not _asked(row[0].row, user, row[1]))))
    mine = [any(_asked(one.row, user, acts) for one, acts, _comments in rows) for _kind, _label, rows in groups]
    # Whoever was asked finds their own form first, on a phone too; the sort leaves the rest in its order.
    order = sorted(range(len(groups)), key=lambda place: not mine[place])
    groups = [groups[place] for place in order]
    return {
        "mine": any(mine),
        "item": item,
        "plan": item.plan,
        "needs": requirements(item),
        "groups": groups,
        "begin": [(do, *form(do), _LABELS[do]()) for do in FORMS if do in begin],
        "exploration": Exploration.objects.filter(item=item).select_related("by").first(),
        "unasked": LegalityReview.objects.filter(item=item, request__isnull=True).select_related("by"),
        "failed": failed[2] if failed else None,
    }


def _asked(row: ReviewRequest, user: User, acts: list[Any]) -> bool:
    """Whether this request waits for this very user's answer."""
    return row.asked_id == user.pk and bool(acts)


def _form(do: str, at: int | None, item: Item, data: Any = None) -> LooseForm:
    options: dict[str, Any] = {"prefix": f"{do}{at or ''}"}
    if issubclass(FORMS[do], _WithOriginal):
        options["item"] = item
    if data is None:
        options["initial"] = {
            "ask_risk": {"due": select.default_due(14)},
            "ask_expert": {"due": select.default_due(14)},
            "publish": {"opens_on": select.default_due(0), "due": select.default_due(act.comment_days(item))},
            "comment": {"received_on": select.default_due(0)},
        }.get(do, {})
    return FORMS[do](data, **options)


def _ask(user: User, item: Item, at: int, form: LooseForm, kind: str) -> str:
    asked = form.words("asked")
    act.review_request(
        actor=user,
        item_id=item.pk,
        kind=kind,
        asked_id=typed.whole(asked, None) if asked else None,
        person=form.words("person"),
        unit=form.words("unit"),
        due=typed.day(form.words("due")),
        note=form.words("note"),
    )
    return _("已送请办理。")


def _publish(user: User, item: Item, at: int, form: LooseForm) -> str:
    act.review_request(
        actor=user,
        item_id=item.pk,
        kind=ReviewRequest.Kind.PUBLIC,
        due=typed.day(form.words("due")),
        opens_on=typed.day(form.words("opens_on")),
        channel=form.words("channel"),
        shortened=form.words("shortened"),
    )
    return _("已登记公开征求意见。")


def _extend(user: User, item: Item, at: int, form: LooseForm) -> str:
    act.review_extend(actor=user, item_id=item.pk, request_id=at, due=typed.day(form.words("due")))
    return _("期限已延长。")


def _withdraw(user: User, item: Item, at: int, form: LooseForm) -> str:
    act.review_withdraw(actor=user, item_id=item.pk, request_id=at, reason=form.words("reason"))
    return _("已撤销。")


def _check(user: User, item: Item, at: int, form: LooseForm) -> str:
    said = form.words("interest")
    _chosen(said, "interest")
    found = act.interest_check(
        actor=user, item_id=item.pk, request_id=at, interest=said == "yes", note=form.words("note")
    )
    return _("已登记，这名专家不参加论证。") if found.interest else _("已登记，可以提交意见。")


def _risk(user: User, item: Item, at: int, form: LooseForm) -> str:
    said = form.words("controllable")
    _chosen(said, "controllable")
    act.risk_give(
        actor=user,
        item_id=item.pk,
        request_id=at,
        level=form.words("level"),
        controllable=said == "yes",
        text=form.words("text"),
        measures=form.words("measures"),
        plan_version=typed.whole(form.data.get("plan_version", ""), 0),
        material_id=typed.whole(form.words("material"), None),
    )
    return _("风险评估已提交。")


def _expert(user: User, item: Item, at: int, form: LooseForm) -> str:
    act.expert_give(
        actor=user,
        item_id=item.pk,
        request_id=at,
        verdict=form.words("verdict"),
        text=form.words("text"),
        dissent=form.words("dissent"),
        signed_name=form.words("signed_name"),
        plan_version=typed.whole(form.data.get("plan_version", ""), 0),
        material_id=typed.whole(form.words("material"), None),
    )
    return _("专家意见已提交。")


def _comment(user: User, item: Item, at: int, form: LooseForm) -> str:
    act.comment_record(
        actor=user,
        item_id=item.pk,
        request_id=at,
        text=form.words("text"),
        who=form.words("who"),
        received_on=typed.day(form.words("received_on")),
    )
    return _("已登记。")


def _answer(user: User, item: Item, at: int, form: LooseForm) -> str:
    act.comment_answer(
        actor=user, item_id=item.pk, comment_id=at, answer=form.words("answer"), reply=form.words("reply")
    )
    return _("已写明采纳情况。")


def _close(user: User, item: Item, at: int, form: LooseForm) -> str:
    act.public_close(actor=user, item_id=item.pk, request_id=at)
    return _("公开征求意见已办结。")


def _explore(user: User, item: Item, at: int, form: LooseForm) -> str:
    act.exploration_allow(actor=user, item_id=item.pk, basis=form.words("basis"), reason=form.words("reason"))
    return _("已同意按探索性改革事项办理。")


def _chosen(said: str, field: str) -> None:
    if said not in {"yes", "no"}:
        raise Invalid(_("还有一项没有选"), fields={field: _("请选择一项。")})


_DO: dict[str, Callable[[User, Item, int, LooseForm], str]] = {
    "ask_risk": lambda user, item, at, form: _ask(user, item, at, form, KIND_OF["ask_risk"]),
    "ask_expert": lambda user, item, at, form: _ask(user, item, at, form, KIND_OF["ask_expert"]),
    "publish": _publish,
    "extend": _extend,
    "withdraw": _withdraw,
    "check": _check,
    "risk": _risk,
    "expert": _expert,
    "comment": _comment,
    "answer": _answer,
    "close": _close,
    "explore": _explore,
}
_LABELS: dict[str, Callable[[], str]] = {
    "ask_risk": lambda: _("送请风险评估"),
    "ask_expert": lambda: _("请专家论证"),
    "publish": lambda: _("公开征求意见"),
    "extend": lambda: _("延长期限"),
    "withdraw": lambda: _("撤销"),
    "check": lambda: _("登记利害关系核查"),
    "risk": lambda: _("提交风险评估"),
    "expert": lambda: _("提交专家意见"),
    "comment": lambda: _("登记一条公众意见"),
    "explore": lambda: _("同意按探索性改革事项办理"),
}
