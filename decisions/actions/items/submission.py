"""From the draft to joint proposal: submit, confirm by both secretaries, or take back."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from decisions import numbering, routing, stages
from decisions.actions.items.common import lock, log, save, task_of
from decisions.models import Confirmation, Item, ItemCounter
from permissions import roles
from permissions.actions import changes
from permissions.errors import Conflict, Denied, Invalid
from permissions.models import Body, User
from permissions.policies import role_key
from permissions.transactions import action
from workflows import clock
from workflows.actions import case_cancel, case_start, task_complete
from workflows.models import Case


@action
def item_submit(*, actor: User, item_id: int) -> Item:
    """Submit the item for joint proposal. The first time it gets its number and its flow starts; after a send-back the
    flow goes on. Raises `Invalid` naming every missing field, `WrongState` when it has been submitted already.
    """
    item = lock(actor, "item_submit", item_id)
    missing = incomplete(item)
    if missing:
        raise Invalid(
            _("还不能提交，有 %(count)s 处需要补充，草稿已保存") % {"count": len(missing)},
            code="incomplete",
            fields=missing,
        )
    first = item.serial is None
    now = clock.now()
    # What the table says today holds from here on (R1); a table that says nothing lets nothing go (`no_route`).
    item.routing = routing.compute(item)
    if not first and item.case is not None and item.case.version.definition.key != routing.flow_of(item):
        raise Conflict(
            _("金额改动后，这件议题要走另一条办理路径。请撤回这件议题，按新的金额重新提出。"), code="route_changed"
        )
    if first:
        item.year = timezone.localtime(now).year
        item.serial = numbering.advance(ItemCounter, item.year, 1)
        item.submitted_at = now
    item.round += 1
    item.status = Item.Status.RUNNING
    fields = ["year", "serial", "submitted_at", "round", "status", "routing"]
    save(item, actor, "item_submit", fields)
    log(item, actor, "item_submit", number=item.number, title=item.title, round=item.round, routing=item.routing)
    if first:
        item.case = case_start(
            actor=actor,
            definition=routing.flow_of(item),
            subject=item.subject,
            title=item.title,
            variables=_variables(item),
            dedupe_key=item.subject,
        )
        save(item, actor, "item_submit", ["case"])
        item.__dict__.pop("_open_tasks", None)
    asked = {name: value for name, value in _variables(item).items() if name in {"amount", "over_threshold"}}
    task_complete(actor=actor, task_id=task_of(item, stages.DRAFT).pk, variables={} if first else asked)
    return item


@action
def item_confirm(*, actor: User, item_id: int, body: str, confirmed: bool, reason: str = "") -> Confirmation:
    """One body's secretary confirms that it proposes the item too, or sends it back with a reason (R12).

    `body` is the code of the body. The flow's variable ``<body>_confirmed`` carries the answer on.
    """
    item = lock(actor, "item_confirm", item_id)
    side = Body.objects.filter(code=body).first()
    if side is None or not roles.holds(actor, role_key("secretary", side)):
        raise Denied(_("这一步由该班子的秘书确认，您没有这个角色。"), code="role")
    text = reason.strip()
    if not confirmed and not text:
        raise Invalid(_("请写明退回的理由"), fields={"reason": _("请写明退回的理由，提出人要据此修改。")})
    task = task_of(item, stages.CONFIRM, group=role_key("secretary", side))
    row = Confirmation(
        item=item, body=side, round=item.round, confirmed=confirmed, by=actor, reason=text, at=clock.now()
    )
    row.save()
    log(item, actor, "item_confirm", row, body=side.code, confirmed=confirmed, reason=text, round=item.round)
    task_complete(actor=actor, task_id=task.pk, variables={f"{side.code}_confirmed": confirmed})
    return row


@action
def item_withdraw(*, actor: User, item_id: int, reason: str) -> Item:
    """The proposer takes the item back, at the latest before both sides have confirmed. Its number is not used again."""
    item = lock(actor, "item_withdraw", item_id)
    text = reason.strip()
    if not text:
        raise Invalid(_("请写明撤回的理由"), fields={"reason": _("请写明撤回的理由，会记入经过。")})
    # The case keeps the reason too, and has less room for it.
    changes.words(Case, {"cancel_reason": text}, required=())
    item.status = Item.Status.WITHDRAWN
    item.closed_at = clock.now()
    save(item, actor, "item_withdraw", ["status", "closed_at"])
    if item.case is not None:
        # The policy on the item has been asked; the one on cases knows only the administrator.
        case_cancel(actor=None, case_id=item.case.pk, reason=text)
    log(item, actor, "item_withdraw", reason=text)
    return item


def incomplete(item: Item) -> dict[str, str]:
    """What is missing before the item can be submitted: field → what to do. Empty when it is complete."""
    wrong: dict[str, str] = {}
    if not item.summary:
        wrong["summary"] = _("请写方案要点：事由、做法、费用来源、预期效果，各写一两句。")
    if item.matter_type.needs_amount and item.amount is None:
        wrong["amount"] = _("请填写数字，例如 280。没有金额请填 0。")
    if item.matter_type.needs_candidates and not item.candidates.exists():
        wrong["candidates"] = _("请至少填写一名人选和拟任职务。")
    sides = {item.body_id, *item.co_proposers.values_list("body_id", flat=True)}
    absent = [body.label for body in Body.objects.all() if body.pk not in sides]
    if absent:
        wrong["co_proposers"] = _("请选%(body)s的共同提出人，双方共同提出才能提交（R12）。") % {
            "body": _("、").join(absent)
        }
    return wrong


def _variables(item: Item) -> dict[str, Any]:
    """What the flow may ask about: conditions in a diagram read these names."""
    return {
        "proposer": item.proposer.username,
        # The key of the message that tells the result: the diagram asks for it by this name.
        "subject": item.subject,
        "item": item.pk,
        "matter_type": item.matter_type.code,
        "amount": item.amount,
        "over_threshold": item.over_threshold,
        "host": item.body.code,
    }
