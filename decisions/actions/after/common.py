"""The beats the actions after a decision share. An item that is closed for its flow goes on here."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from decisions import stages
from decisions.actions.items.common import open_tasks
from decisions.models import AgendaEntry, Item
from decisions.policies.decided import decided
from decisions.rules import Periods
from permissions.access import fetch
from permissions.errors import Invalid, WrongState
from permissions.models import User
from workflows import clock

MAX_WORDS = 5_000


def lock(actor: User, act: str, item_id: int) -> Item:
    """The item's row, locked until commit. Raises `Hidden`, or `Denied` by the policy; what state it must be in the caller
    asks, after it has looked whether the act was done already."""
    rows = Item.objects.select_for_update(of=("self",)).select_related("matter_type__rule_set", "body", "case")
    return fetch(rows, actor, act, item_id)


def require_step(item: Item, act: str) -> None:
    """Raises `WrongState` with the reason unless the item's flow waits for `act`."""
    reason = stages.why_not(act, item.phase, [task.form for task in open_tasks(item)])
    if reason:
        raise WrongState(reason, code="not_now")


def require_decided(item: Item) -> AgendaEntry:
    """The entry by which the item is decided. Raises `WrongState` where it is not."""
    entry = decided(item)
    if entry is None:
        raise WrongState(_("这件议题还没有作出决策：双方都通过并会签以后才能办理。"), code="not_decided")
    return entry


def periods(entry: AgendaEntry) -> Periods:
    """The periods that were in force when the sitting opened (R47)."""
    return entry.frozen_rules.periods


def words(text: str, fields: dict[str, str], name: str, missing: str) -> str:
    """Text as it is kept; what is wrong with it is put into `fields` under its `name`. `missing` empty: may be left out."""
    clean = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not clean and missing:
        fields[name] = missing
    elif len(clean) > MAX_WORDS:
        fields[name] = _("请缩短到 %(limit)s 字以内，较长的内容请作为附件上传。") % {"limit": MAX_WORDS}
    return clean


def line(text: str, fields: dict[str, str], name: str, missing: str, most: int = 80) -> str:
    """One line of at most `most` characters, as `words`."""
    clean = " ".join(text.replace("\x00", "").split())
    if not clean and missing:
        fields[name] = missing
    elif len(clean) > most:
        fields[name] = _("请缩短到 %(limit)s 字以内。") % {"limit": most}
    return clean


def check(fields: dict[str, str]) -> None:
    """Raises `Invalid` where anything is wrong."""
    if fields:
        raise Invalid(_("有 %(count)s 处需要修改，其他内容已为您保留") % {"count": len(fields)}, fields=fields)


def today() -> date:
    """The day it is in the office."""
    return timezone.localdate(clock.now())


def past_day(day: date | None, fields: dict[str, str], name: str, since: date | None = None) -> date:
    """A day that is not to come, and not before `since`."""
    now = today()
    if day is None:
        fields[name] = _("请选择日期，例如 2026-09-18。")
    elif day > now:
        fields[name] = _("请选今天或以前的日期。")
    elif since is not None and day < since:
        fields[name] = _("请选 %(day)s 或以后的日期。") % {"day": since.isoformat()}
    return day or now


def plain(**data: Any) -> dict[str, Any]:
    """Data for the log without what is empty."""
    return {name: value for name, value in data.items() if value not in ("", None, [], ())}
