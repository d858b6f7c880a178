"""How an item came to be as it is: versions of its plan side by side, changed fields, and the whole log."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from decisions.models import Item
from decisions.selectors import items as select
from decisions.views.items.common import actor, item_of, page
from permissions import audit
from permissions.look import Line, when_words
from permissions.models import AuditHead, Body
from permissions.selectors import sides_of

SHOWN = 30
FIELDS = ("title", "amount", "summary", "reason", "matter_type")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that was edited: when, by whom, from what to what."""

    at: datetime
    who: str
    body: Body | None
    name: str
    old: str
    new: str


@require_safe
def item_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Two versions of the plan compared, the fields of the item as they changed, and the chained log, newest first."""
    row = item_of(request, pk)
    versions = select.plan_versions(row)
    old, new = _chosen(versions, request.GET.get("old", ""), request.GET.get("new", ""))
    lines = select.plan_diff(versions, old, new, keep=10**6 if "all" in request.GET else 1) if old and new else []
    whole = "log" in request.GET
    head = AuditHead.objects.filter(pk=row.subject).first()
    broken = next(iter(audit.verify(row.subject)), None)
    context = {
        "item": row,
        "versions": versions,
        "old": old,
        "new": new,
        "old_words": _version_words(old),
        "new_words": _version_words(new),
        "lines": lines,
        "diff_words": _diff_words(lines),
        "more_url": f"?old={old.version}&new={new.version}&all=1" if old and new else "",
        "changes": _field_changes(row),
        "story": select.story(row, whole=True, limit=0 if whole else SHOWN),
        "count": head.seq if head else 0,
        "rest": 0 if whole or head is None else max(0, head.seq - SHOWN),
        "broken_at": broken.seq if broken else None,
        "actor": actor(request),
    }
    return page(request, "items/history", context)


def _chosen(versions: list[Any], old: str, new: str) -> tuple[Any, Any]:
    """The two versions asked for, the older first; the last two where nothing (sensible) is asked."""
    if len(versions) < 2:
        return None, None
    by_number = {str(row.version): row for row in versions}
    later = by_number.get(new, versions[0])
    earlier = by_number.get(old) or next((row for row in versions if row.version < later.version), versions[1])
    if earlier.version == later.version:
        return (versions[1], versions[0])
    return (earlier, later) if earlier.version < later.version else (later, earlier)


def _version_words(row: Any) -> str:
    if row is None:
        return ""
    return _("第 %(version)s 版　%(at)s　%(who)s") % {
        "version": row.version,
        "at": when_words(row.saved_at),
        "who": row.saved_by.label if row.saved_by else "",
    }


def _diff_words(lines: list[Line]) -> str:
    substance = sum(line.substance is True for line in lines)
    wording = sum(line.substance is False for line in lines)
    parts = []
    if substance:
        parts.append(_("实质性修改 %(count)s 处") % {"count": substance})
    if wording:
        parts.append(_("文字修改 %(count)s 处") % {"count": wording})
    return _("，").join(parts)


def _field_changes(row: Item) -> list[FieldChange]:
    records = list(Item.history.filter(id=row.pk).select_related("history_user", "matter_type").order_by("history_id"))
    sides = sides_of(record.history_user_id for record in records)
    found = []
    for before, after in pairwise(records):
        for name in FIELDS:
            old, new = getattr(before, name), getattr(after, name)
            if old != new:
                who = after.history_user.label if after.history_user else _("系统")
                label = str(getattr(Item._meta.get_field(name), "verbose_name", name))
                side = sides.get(after.history_user_id)
                found.append(FieldChange(after.history_date, who, side, label, _shown(old), _shown(new)))
    return found[::-1]


def _shown(value: Any) -> str:
    return _("（空）") if value in (None, "") else str(value)
