"""Confidential items (R40): classified with a reason, read by those named, and every opening of their papers on record."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from decisions.actions.items.common import log, save
from decisions.models import Item, ItemReader, Material, PaperView
from decisions.selectors.notice import eligible_readers
from permissions.access import fetch
from permissions.actions import changes
from permissions.errors import Invalid, WrongState
from permissions.models import User
from permissions.transactions import action
from workflows import clock


@action
def item_classify(*, actor: User, item_id: int, grade: str, reason: str) -> Item:
    """Make an item confidential, change why it is, or (with an empty `grade`) open it to both bodies again.

    `grade` is one of `Item.Grade`: work, business or personal secrets. A state secret may not be in this system at all. Doing the
    same again changes nothing. Raises `Denied`, `Invalid` (no reason, no such grade).
    """
    item = _lock(actor, "item_classify", item_id)
    why = changes.words(ItemReader, {"reason": reason}, required=())["reason"]
    if grade not in ("", *Item.Grade.values):
        raise Invalid(_("请选择涉密类别。"), fields={"grade": _("请从列表中选择。")})
    if grade == item.confidential and (not grade or why in ("", item.confidential_reason)):
        return item
    if not why:
        raise Invalid(
            _("请写明理由。"), code="no_reason", fields={"reason": _("请写明理由，例如：涉及企业未公开的报价。")}
        )
    old = item.confidential
    item.confidential, item.confidential_reason = grade, why if grade else ""
    save(item, actor, "item_classify", ["confidential", "confidential_reason"])
    log(item, actor, "item_classify", old=old, new=grade, reason=why)
    return item


@action
def readers_add(*, actor: User, item_id: int, users: Collection[int], reason: str) -> list[ItemReader]:
    """Name readers of a confidential item. Who is one already stays one. Raises `Invalid` (nobody, no reason, somebody who
    cannot be named), `WrongState` (the item is open to everybody)."""
    item = _lock(actor, "readers_add", item_id)
    if not item.confidential:
        raise WrongState(_("这件议题不涉密，两个班子都可以查阅，不需要确定知悉人员。"), code="not_confidential")
    known = set(item.readers.filter(removed_at__isnull=True).values_list("user", flat=True))
    wanted = sorted(set(users) - known)
    if not users:
        raise Invalid(_("请选择知悉人员。"), fields={"users": _("请至少选择一人。")})
    why = changes.words(ItemReader, {"reason": reason}, required=())["reason"]
    if wanted and not why:
        raise Invalid(
            _("请写明理由。"), code="no_reason", fields={"reason": _("请写明理由，例如：本次会议的表决席位。")}
        )
    people = list(eligible_readers(item).filter(pk__in=wanted))
    if len(people) != len(wanted):
        raise Invalid(
            _("知悉人员从参加决策、提供法律意见和审计的人员中确定。系统管理员和流程管理员不接触议题内容。"),
            fields={"users": _("请从列表中选择。")},
        )
    now = clock.now()
    rows = [ItemReader(item=item, user=user, reason=why, added_by=actor, added_at=now) for user in people]
    ItemReader.objects.bulk_create(rows)
    if rows:
        log(
            item,
            actor,
            "readers_add",
            reason=why,
            users=[{"user": row.user_id, "who": row.user.display_name} for row in rows],
        )
    return rows


@action
def reader_remove(*, actor: User, item_id: int, user_id: int, reason: str) -> None:
    """Take a reader off a confidential item; what they have opened stays on record. Twice is once. Raises `Invalid`."""
    item = _lock(actor, "reader_remove", item_id)
    row = item.readers.select_related("user").filter(user=user_id, removed_at__isnull=True).first()
    if row is None:
        return
    why = changes.words(ItemReader, {"reason": reason}, required=())["reason"]
    if not why:
        raise Invalid(_("请写明移出的理由。"), code="no_reason", fields={"reason": _("请写明理由，例如：已调离岗位。")})
    row.removed_by, row.removed_at, row.removed_reason = actor, clock.now(), why
    row.save(update_fields=["removed_by", "removed_at", "removed_reason"])
    log(item, actor, "reader_remove", row, user=row.user_id, who=row.user.display_name, reason=why)


@action
def paper_viewed(*, actor: User, item: Item, page: str, material: Material | None = None, words: str = "") -> PaperView:
    """Keep that somebody has opened a page or a file of an item, which the caller has fetched for them. Never changed (R40)."""
    return PaperView.objects.create(
        item=item, material=material, user=actor, page=page[:60], words=words[:160], at=clock.now()
    )


def _lock(actor: User, act: str, item_id: int) -> Item:
    rows = Item.objects.select_for_update(of=("self",)).select_related("matter_type", "case")
    return fetch(rows, actor, act, item_id)
