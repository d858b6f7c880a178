"""The draft of an item: saved as often as its proposer likes, by form or by program, never twice from one form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from decisions import routing
from decisions.actions.items.common import lock, log, remove, save
from decisions.models import Candidate, CoProposer, Item, ItemRecord, MatterType
from decisions.policies.items import may_co_propose, side_of
from permissions import policies, versions
from permissions.access import fetch
from permissions.errors import Conflict, Invalid
from permissions.models import User
from permissions.transactions import action
from workflows import clock
from workflows.models import Record

TITLE_LENGTH = 40
MAX_CANDIDATES = 20
#: what a draft says of itself; candidates and co-proposers are rows of their own
FIELDS = ("title", "matter_type", "amount", "summary", "reason")


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it may be stored: checked field by field, though not yet complete enough to submit."""

    title: str
    matter_type: MatterType
    amount: Decimal | None
    summary: str
    reason: str
    candidates: tuple[tuple[str, str], ...]
    co_proposers: tuple[User, ...]


@action
def item_draft_save(
    *,
    actor: User,
    data: Mapping[str, Any],
    item_id: int | None = None,
    form_token: UUID | None = None,
    version: str = "",
    record_id: int | None = None,
) -> Item:
    """Save a draft, new or known. A form posted twice with the same `form_token` makes one item. `record_id` is the record of a pack
    a new one is raised from, which its proposer may see.

    `data`: ``title``, ``matter_type`` (code), ``amount`` (text or Decimal, 万元), ``summary``, ``reason``,
    ``candidates`` (pairs name, position), ``co_proposers`` (user ids). `version` is the one the form was opened on. Raises
    `Invalid` with `fields`, `Denied`, `WrongState` after submission, `Conflict` where the draft was changed after `version`.
    """
    policies.require(actor, "item_draft_save", Item)
    item = lock(actor, "item_draft_save", item_id) if item_id is not None else _of_form(actor, form_token)
    draft = _checked(data, item)
    if item is None:
        item = _created(actor, draft, form_token)
        if record_id is not None:
            _raised(item, actor, record_id)
    elif item.pk is not None:
        _updated(item, actor, draft, version)
    _set_candidates(item, actor, draft.candidates)
    _set_co_proposers(item, actor, draft.co_proposers)
    return item


@action
def co_proposer_add(*, actor: User, item_id: int, user_id: int) -> CoProposer:
    """Name somebody who proposes the item together with its proposer. Naming the same person again changes nothing."""
    item = lock(actor, "co_proposer_add", item_id)
    (user,) = _co_proposers([user_id])
    return _add_co_proposer(item, actor, user)


@action
def co_proposer_remove(*, actor: User, item_id: int, user_id: int) -> None:
    """Take a co-proposer off the draft. Doing it twice changes nothing."""
    item = lock(actor, "co_proposer_remove", item_id)
    for row in CoProposer.objects.filter(item=item, user_id=user_id):
        _remove_co_proposer(item, actor, row)


def _of_form(actor: User, form_token: UUID | None) -> Item | None:
    if form_token is None:
        return None
    known = Item.objects.filter(proposer=actor, form_token=form_token).values_list("pk", flat=True).first()
    return lock(actor, "item_draft_save", known) if known is not None else None


def _created(actor: User, draft: Draft, form_token: UUID | None) -> Item:
    side = side_of(actor)
    if side is None:
        raise Conflict(_("您在两个班子中都没有席位或角色，不能提出议题。请联系管理员核对您的岗位。"), code="no_side")
    item = Item(
        title=draft.title,
        matter_type=draft.matter_type,
        body=side,
        proposer=actor,
        amount=draft.amount,
        summary=draft.summary,
        reason=draft.reason,
        form_token=form_token,
        created_at=clock.now(),
    )
    item.routing = _routed(item)
    try:
        with transaction.atomic():
            save(item, actor, "item_draft_save")
    except IntegrityError:
        # The other post of the same form got here first: its item is this one.
        known = _of_form(actor, form_token)
        if known is None:
            raise
        return known
    log(item, actor, "item_draft_save", title=item.title, matter_type=draft.matter_type.code, amount=item.amount)
    return item


def _raised(item: Item, actor: User, record_id: int) -> None:
    """The record is attached to the item, once."""
    record = fetch(Record.objects.all(), actor, "view", record_id)
    _row, new = ItemRecord.objects.get_or_create(
        item=item, record=record, defaults={"raised_by": actor, "raised_at": clock.now()}
    )
    if new:
        log(item, actor, "item_raised", record=record.number, title=record.title)


def _updated(item: Item, actor: User, draft: Draft, version: str) -> None:
    changes: dict[str, list[Any]] = {}
    for name in FIELDS:
        old, new = getattr(item, name), getattr(draft, name)
        if old != new:
            changes[name] = [_plain(old), _plain(new)]
    if changes:
        versions.require(item, version, FIELDS, actor)
        for name in changes:
            setattr(item, name, getattr(draft, name))
        item.routing = _routed(item)
        save(item, actor, "item_draft_save", [*changes, "routing"])
        log(item, actor, "item_draft_save", changes=changes)


def _routed(item: Item) -> dict[str, Any]:
    """What the table says of the draft as it stands; nothing while it has no answer, which submitting will say."""
    try:
        return routing.compute(item)
    except Conflict:
        return {}


def _plain(value: Any) -> Any:
    return value.code if isinstance(value, MatterType) else value


def _set_candidates(item: Item, actor: User, wanted: Sequence[tuple[str, str]]) -> None:
    standing = list(item.candidates.all())
    if [(row.name, row.position) for row in standing] == list(wanted):
        return
    for row in standing:
        remove(row, actor, "item_draft_save")
    for order, (name, position) in enumerate(wanted, 1):
        save(Candidate(item=item, name=name, position=position, order=order), actor, "item_draft_save")
    log(
        item,
        actor,
        "candidates_set",
        old=[[row.name, row.position] for row in standing],
        new=[list(pair) for pair in wanted],
    )


def _set_co_proposers(item: Item, actor: User, wanted: Sequence[User]) -> None:
    standing = {row.user_id: row for row in item.co_proposers.select_related("user")}
    for user in wanted:
        if user.pk not in standing and user.pk != item.proposer_id:
            _add_co_proposer(item, actor, user)
    keep = {user.pk for user in wanted}
    for user_id, row in standing.items():
        if user_id not in keep:
            _remove_co_proposer(item, actor, row)


def _add_co_proposer(item: Item, actor: User, user: User) -> CoProposer:
    if user.pk == item.proposer_id:
        raise Invalid(_("您已经是提出人，请选另一方的人员。"), fields={"co_proposers": _("请选另一方的人员。")})
    known = CoProposer.objects.filter(item=item, user=user).first()
    if known is not None:
        return known
    side = side_of(user, other_than=item.body)
    row = CoProposer(item=item, user=user, body=side or item.body, added_at=clock.now())
    save(row, actor, "co_proposer_add")
    log(item, actor, "co_proposer_add", row, user=str(user), user_en=user.display_name_en, body=row.body.code)
    return row


def _remove_co_proposer(item: Item, actor: User, row: CoProposer) -> None:
    log(item, actor, "co_proposer_remove", row, user=str(row.user), user_en=row.user.display_name_en)
    remove(row, actor, "co_proposer_remove")


def _checked(data: Mapping[str, Any], item: Item | None) -> Draft:
    wrong: dict[str, str] = {}
    title = " ".join(str(data.get("title") or "").split())
    if not title:
        wrong["title"] = _("请填写议题名称，例如“村级闲置校舍改建农产品集散点”。")
    elif len(title) > TITLE_LENGTH:
        wrong["title"] = _("请缩短到 %(limit)s 字以内，现在是 %(length)s 字。") % {
            "limit": TITLE_LENGTH,
            "length": len(title),
        }
    kind = MatterType.objects.filter(code=str(data.get("matter_type") or ""), active=True).first()
    if kind is None:
        wrong["matter_type"] = _("请选择事项类型。")
    elif item is not None and item.serial is not None and kind.pk != item.matter_type_id:
        wrong["matter_type"] = _("提交过的议题不能更改事项类型。请撤回后重新提出。")
    amount: Decimal | None = None
    if kind is not None and kind.needs_amount:
        try:
            amount = parse_amount(data.get("amount"))
        except ValueError as error:
            wrong["amount"] = str(error)
    candidates: tuple[tuple[str, str], ...] = ()
    if kind is not None and kind.needs_candidates:
        candidates = _candidates(data.get("candidates") or (), wrong)
    co_proposers: tuple[User, ...] = ()
    try:
        co_proposers = _co_proposers(data.get("co_proposers") or ())
    except Invalid as error:
        wrong.update(error.fields)
    if wrong or kind is None:
        raise Invalid(_("有 %(count)s 处需要修改，其他内容已为您保留") % {"count": len(wrong)}, fields=wrong)
    return Draft(
        title,
        kind,
        amount,
        _text(data.get("summary")),
        _text(data.get("reason")),
        candidates,
        co_proposers,
    )


def parse_amount(value: object) -> Decimal | None:
    """An amount in 万元 as people type it: ``280``, ``1,200.5``, ``１２０``. Raises `ValueError` with what to do."""
    text = str(value if value is not None else "").strip().replace(",", "").replace("，", "")
    if not text:
        return None
    hint = _("请填写数字，例如 280。单位已经是万元，不用再写。")
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise ValueError(hint) from None
    if not amount.is_finite():
        raise ValueError(hint)
    if amount < 0:
        raise ValueError(_("金额不能小于 0。没有金额请填 0。"))
    if amount >= Decimal(10) ** 12 or amount != round(amount, 2):
        raise ValueError(_("请填到小数点后两位以内，并核对金额大小。"))
    return round(amount, 2)


def _candidates(pairs: Sequence[Sequence[str]], wrong: dict[str, str]) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for pair in pairs:
        name, position = (" ".join(str(part).split()) for part in pair)
        if not name and not position:
            continue
        if not name or not position:
            wrong["candidates"] = _("每名人选都要写人选和拟任职务。")
        elif len(name) > 60 or len(position) > 80:
            wrong["candidates"] = _("请缩短：人选不超过 60 字，拟任职务不超过 80 字。")
        elif (name, position) in found:
            wrong["candidates"] = _("同一人选写了两次，请删去一行。")
        else:
            found.append((name, position))
    if len(found) > MAX_CANDIDATES:
        wrong["candidates"] = _("一个议题最多 %(limit)s 名人选，请分成两个议题。") % {"limit": MAX_CANDIDATES}
    return tuple(found)


def _co_proposers(ids: Sequence[object]) -> tuple[User, ...]:
    wanted = [int(str(pk)) for pk in ids if str(pk).isascii() and str(pk).isdigit() and len(str(pk)) < 19]
    users = {user.pk: user for user in may_co_propose().filter(pk__in=wanted)}
    if len(users) < len(set(wanted)) or len(wanted) < len(ids):
        problem = _("所选的人不能共同提出议题，请从列表中选择。")
        raise Invalid(problem, fields={"co_proposers": problem})
    return tuple(users[pk] for pk in dict.fromkeys(wanted))


def _text(value: object) -> str:
    return str(value or "").replace("\r\n", "\n").replace("\x00", "").strip()
