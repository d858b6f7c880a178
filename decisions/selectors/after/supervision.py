"""The page of supervision (督办): duties across items, the overdue first (R36)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from decisions.models import Item
from decisions.selectors.after.duties import Duty, duties, duties_of
from permissions.models import User
from permissions.policies import visible

#: Kind of a duty → its name in the filter.
KIND_WORDS: Mapping[str, Any] = {
    "emergency_report": _("紧急决定的报告"),
    "suspension": _("中止后的程序"),
    "superior_report": _("向上级报告"),
    "publication": _("决策公布"),
    "milestone": _("时间节点"),
    "execution": _("完成期限"),
    "progress": _("进展报告"),
    "acceptance": _("验收"),
    "evaluation": _("决策后评估"),
}


@dataclass(frozen=True, slots=True)
class Supervised:
    """The rows that match, and how many there are and are overdue without the filters."""

    rows: list[Duty]
    total: int
    late: int


def supervised(user: User, *, kind: str = "", late: bool = False, own: bool = False) -> Supervised:
    """What is owed on the items this user may see."""
    everything = duties_of(user) if own else duties()
    pks = {duty.item.pk for duty in everything}
    known = set(visible(user, Item.objects.filter(pk__in=pks)).values_list("pk", flat=True))
    seen = [duty for duty in everything if duty.item.pk in known]
    rows = [duty for duty in seen if kind in ("", duty.kind) and (duty.overdue or not late)]
    return Supervised(rows, len(seen), sum(duty.overdue for duty in seen))
