"""Items raised from the records of packs: offered and shown on the record's page, with what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from decisions.models import Item, ItemRecord
from decisions.selectors.items import standings
from permissions.models import User
from permissions.policies import may, visible
from workflows.models import Record
from workflows.packages import kind_of
from workflows.record_sections import record_section
from workflows.record_told import answers

MAX_SUMMARY = 1500


def record_text(user: User, record: Record) -> str:
    """What a record says, as lines, for the summary of an item raised from it."""
    told = answers(user, record, kind_of(record.kind))
    lines = [_("%(label)s：%(words)s") % {"label": one.label, "words": one.words} for one in told if one.words]
    return "\n".join([_("由记录 %(number)s 提出") % {"number": record.number}, *lines])[:MAX_SUMMARY]


@record_section("decisions/items/_raised.html")
def raised(user: User, record: Record) -> Mapping[str, Any] | None:
    """The items raised from a record that this person may know of, each with where it stands; and whether they may raise one."""
    links = visible(user, ItemRecord.objects.filter(record=record)).values("item")
    items = list(Item.objects.filter(pk__in=links).select_related("matter_type", "body", "proposer", "case"))
    may_raise = bool(may(user, "item_draft_save", Item))
    if not items and not may_raise:
        return None
    told = standings(items)
    return {"items": [(item, told[item.pk]) for item in items], "may_raise": may_raise, "record": record}


def raised_from(user: User, item: Item) -> list[Record]:
    """The records an item was raised from that this person may see."""
    links = visible(user, ItemRecord.objects.filter(item=item)).values("record")
    return list(Record.objects.filter(pk__in=links).select_related("kind"))
