"""The versions of any record: who wrote them, by which act and why, and what each changed; and the records of an item."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Count, Model
from django.urls import reverse
from django.utils.translation import gettext as _

from decisions.models import ClauseComment, Item, Milestone, Minutes, Plan, Suggestion, WordingContest
from decisions.selectors.log import act_words
from permissions import access, changed, versions
from permissions.errors import Hidden
from permissions.models import Body, User
from permissions.selectors import sides_of

PAGE = 30
#: More versions than this are not offered one by one for comparing.
CHOICES = 200
#: How versions lead to an item that is not their own column.
_WAYS: Mapping[type[Model], str] = {
    ClauseComment: "plan__item",
    Milestone: "execution__item",
    Minutes: "entry__item",
    Suggestion: "plan__item",
    WordingContest: "plan__item",
}


@dataclass(frozen=True, slots=True)
class Record:
    """Something that has versions: the kind of thing, what it is called, the page that shows it (empty where there is none),
    how many versions there are. `gone`: it was removed, only its versions are left."""

    model: type[Model]
    pk: int
    kind: str
    title: str
    url: str
    count: int
    gone: bool

    @property
    def versions_url(self) -> str:
        return reverse("versions", args=[self.model._meta.label_lower, self.pk])


@dataclass(frozen=True, slots=True)
class Version:
    """One version: `number` counts from 1; `kind` is ``+`` (made), ``~`` (changed) or ``-`` (removed)."""

    number: int
    at: datetime
    who: str
    body: Body | None
    act: str
    why: str
    kind: str
    changes: tuple[changed.Change, ...]


def record(actor: User, label: str, pk: int) -> Record:
    """The record whose versions are asked for, if this user may view it, or what it is part of. Raises `Hidden`, `Denied`."""
    model = _model(label)
    newest = changed.history_of(model).objects.filter(id=pk).order_by("-history_id").first()
    if newest is None:
        raise _hidden()
    through = changed.described(model).through
    live = model._default_manager.filter(pk=pk).first()
    if through:
        owner = _owner(newest, through)
        if owner is None:
            raise _hidden()
        access.fetch(type(owner), actor, "view", owner.pk)
    else:
        access.fetch(model, actor, "view", pk)
    shown = live if live is not None else newest.instance
    count = changed.history_of(model).objects.filter(id=pk).count()
    return Record(model, pk, _kind(model), _title(shown), _url(shown), count, live is None)


def page_of(actor: User, shown: Record, before: int = 0) -> tuple[list[Version], int]:
    """The newest versions, or those before number `before`; and the number the next page begins before, 0 at the end."""
    rows = _rows(shown)
    last = min(before - 1, shown.count) if before else shown.count
    first = max(0, last - PAGE)
    # One more, to tell what the oldest of the page changed.
    some = list(rows[max(0, first - 1) : last])
    names = changed.Names(actor, shown.model, some)
    sides = sides_of(row.history_user_id for row in some)
    found = []
    for place in range(len(some) - (last - first), len(some)):
        number = last - len(some) + place + 1
        old = some[place - 1] if place else None
        found.append(_version(shown.model, number, old, some[place], names, sides))
    return found[::-1], first + 1 if first else 0


def between(actor: User, shown: Record, old: int, new: int) -> list[changed.Change]:
    """What differs between two versions by their numbers; nothing where there are no such versions."""
    if not 0 < old < new <= shown.count:
        return []
    rows = _rows(shown)
    pair = [rows[old - 1 : old].get(), rows[new - 1 : new].get()]
    return changed.changes(shown.model, pair[0], pair[1], changed.Names(actor, shown.model, pair))


def records_of(item: Item) -> list[Record]:
    """What hangs on an item and has versions, removed things too: a statement per kind of thing. The item itself comes first.

    For somebody who gets the item's papers: whoever asks has fetched it.
    """
    found = [Record(Item, item.pk, _kind(Item), item.title, _url(item), _count(Item, item.pk), False)]
    for model in changed.with_versions():
        way = _way_to_item(model)
        if not way:
            continue
        history = changed.history_of(model).objects.filter(**{way: item.pk}).order_by()
        counts = dict(history.values_list("id").annotate(versions=Count("history_id")))
        live = model._default_manager.in_bulk(list(counts))
        for pk in sorted(counts):
            row: Any = live.get(pk)
            if row is None:
                last = changed.history_of(model).objects.filter(id=pk).order_by("-history_id").first()
                row = last.instance if last is not None else None
            if row is not None:
                found.append(Record(model, pk, _kind(model), _title(row), _url(row), counts[pk], pk not in live))
    return found


def _way_to_item(model: type[Model]) -> str:
    """How a version of this model leads to its item, as a lookup; empty where it does not, and for the item itself."""
    try:
        field = model._meta.get_field("item")
    except FieldDoesNotExist:
        pass
    else:
        return "item" if field.related_model is Item and model is not Item else ""
    return _WAYS.get(model, "")


def _version(
    model: type[Model], number: int, old: Any, new: Any, names: changed.Names, sides: Mapping[int, Body]
) -> Version:
    act, why = versions.act_of(new.history_change_reason)
    who = new.history_user.label if new.history_user is not None else _("系统")
    found = [] if new.history_type == "-" else changed.changes(model, old, new, names)
    return Version(
        number,
        new.history_date,
        who,
        sides.get(new.history_user_id or 0),
        act_words(act) if act else "",
        why,
        new.history_type,
        tuple(found),
    )


def _rows(shown: Record) -> Any:
    rows = changed.history_of(shown.model).objects.filter(id=shown.pk)
    return rows.select_related("history_user").order_by("history_id")


def _count(model: type[Model], pk: int) -> int:
    count: int = changed.history_of(model).objects.filter(id=pk).count()
    return count


def _model(label: str) -> type[Model]:
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        raise _hidden() from None
    if model not in changed.with_versions():
        raise _hidden()
    return model


def _owner(row: Any, through: str) -> Any:
    """What a row is part of, which may be gone itself."""
    for name in through.split("."):
        row = getattr(row, name, None)
        if row is None:
            return None
    return row


def _hidden() -> Hidden:
    return Hidden(_("没有找到这项内容，或者您没有查看它的权限。请检查链接，或返回上一页。"))


def _kind(model: type[Model]) -> str:
    return str(model._meta.verbose_name)


def _title(row: Any) -> str:
    if isinstance(row, Plan):
        return row.name
    # A request of whoever holds the role names nobody.
    return str(getattr(row, "label", "") or row).strip().rstrip(":")


#: The page of a record that has no address of its own.
_PAGES: Mapping[str, Callable[[Any], str]] = {
    "permissions.body": lambda row: reverse("body", args=[row.pk]),
    "permissions.seat": lambda row: reverse("body", args=[row.body_id]),
    "decisions.mattertype": lambda row: reverse("setting", args=["matter_type", row.code]),
    "decisions.calendarday": lambda _row: reverse("workdays"),
    "decisions.calendaryear": lambda _row: reverse("workdays"),
    "decisions.agendaentry": lambda row: reverse("sitting", args=[row.sitting_id]),
    "workflows.definition": lambda row: reverse("flow", args=[row.key]),
    "workflows.record": lambda row: reverse("record", args=[row.pk]),
    "workflows.definitionversion": lambda row: reverse("flow", args=[row.definition.key]),
}


def _url(row: Any) -> str:
    page = _PAGES.get(row._meta.label_lower)
    if page is not None:
        return page(row)
    if hasattr(row, "get_absolute_url"):
        return str(row.get_absolute_url())
    item_id = getattr(row, "item_id", None)
    return reverse("item", args=[item_id]) if item_id is not None else ""


def shown_kinds(records: Sequence[Record]) -> list[tuple[str, list[Record]]]:
    """The records by the kind of thing, in the order they come in."""
    groups: dict[str, list[Record]] = {}
    for one in records:
        groups.setdefault(one.kind, []).append(one)
    return list(groups.items())
