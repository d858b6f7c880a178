"""Lists of records, as their kind's file draws them: tables, boards and maps, searched and filtered, for one reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from permissions.models import Body, User
from permissions.policies import visible
from workflows import names
from workflows.bpmn.form.model import Kind as FieldKind
from workflows.models import PackState, Record, RecordKind
from workflows.packages import kind_of
from workflows.packs.model import Kind, Listing, Shape
from workflows.record_told import Row, rows_of, standing_of

#: So many records stand in a column of a board, and on a map.
PER_COLUMN = 30
ON_A_MAP = 500
MAX_WORDS = 80


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is asked for."""

    words: str = ""
    state: str = ""
    year: int = 0

    @property
    def narrowed(self) -> bool:
        """Whether anything but the whole list is asked for."""
        return bool(self.words or self.state or self.year)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a board, or a group of a map's list."""

    label: str
    rows: Sequence[Row]
    more: int
    tag: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """A record on a map, in hundredths of its width and height from the upper left."""

    row: Row
    x: Decimal
    y: Decimal


def kinds(user: User) -> list[tuple[RecordKind, int, int]]:
    """The kinds of record of packs in use, each with how many this person sees and how many of them are open."""
    rows = visible(user, RecordKind.objects.filter(retired=False)).exclude(pack__state=PackState.REMOVED)
    listed = list(rows.select_related("pack").order_by("pack__key", "order", "key"))
    counts: dict[int, dict[str, int]] = {}
    seen = visible(user, Record.objects.all()).order_by()
    for kind, state, count in seen.values_list("kind", "state").annotate(n=Count("pk")):
        counts.setdefault(kind, {})[state] = count
    found = []
    for row in listed:
        by_state = counts.get(row.pk, {})
        found.append((row, sum(by_state.values()), sum(by_state.get(key, 0) for key in kind_of(row).open_states)))
    return found


def listing_of(kind: Kind, key: str) -> Listing:
    """The list of this key; the first where there is none of it, and a plain one where the kind names none."""
    found = next((one for one in kind.lists if one.key == key), None)
    if found is not None:
        return found
    return kind.lists[0] if kind.lists else Listing("all", _("全部"), columns=("number", "title", "owner", "created"))


def found(user: User, row: RecordKind, listing: Listing, asked: Asked) -> QuerySet[Record]:
    """The records of a list this person sees, as asked for, newest first."""
    rows = visible(user, Record.objects.filter(kind=row))
    if listing.states:
        rows = rows.filter(state__in=listing.states)
    if listing.mine:
        named = Q(owner=user)
        for one in kind_of(row).fields:
            if one.kind is FieldKind.PERSON:
                named |= Q(data__contains={one.key: user.username})
        rows = rows.filter(named)
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.year:
        rows = rows.filter(year=asked.year)
    for word in asked.words[:MAX_WORDS].split():
        rows = rows.filter(Q(title__icontains=word) | Q(number__icontains=word) | Q(data__icontains=word))
    ordered: QuerySet[Record] = rows.select_related("kind__pack", "owner", "body").order_by("-created", "-pk")
    return ordered


def years(user: User, row: RecordKind) -> list[int]:
    """The years of which this person sees records of a kind, newest first."""
    rows = visible(user, Record.objects.filter(kind=row)).order_by()
    return sorted(rows.values_list("year", flat=True).distinct(), reverse=True)


def board(user: User, rows: QuerySet[Record], kind: Kind, listing: Listing) -> list[Column]:
    """A column per state, or per value of the field the list is divided by, each with its newest. However many columns there are, it
    takes as many statements; of a long list the newest `ON_A_MAP` are looked at, and how many more there are is told."""
    group = listing.group or ("state" if listing.shape is Shape.BOARD else "")
    counted = _values(rows, group)
    drawn: dict[Any, list[Row]] = {}
    for row in rows_of(user, list(rows[:ON_A_MAP]), kind, listing.columns):
        column = drawn.setdefault(_value(row.record, group), [])
        if len(column) < PER_COLUMN:
            column.append(row)
    if group == "state":
        counts = dict(counted)
        states = [one.key for one in kind.states if not listing.states or one.key in listing.states]
        return [_of_state(kind, key, drawn.get(key, []), counts.get(key, 0)) for key in states]
    labels = _labels(user, kind, group, [value for value, _n in counted])
    return [
        Column(labels.get(value, _("未填")), drawn.get(value, []), count - len(drawn.get(value, [])))
        for value, count in counted
    ]


def _of_state(kind: Kind, key: str, shown: Sequence[Row], count: int) -> Column:
    standing = standing_of(kind, key)
    return Column(standing.label, shown, count - len(shown), standing.tag, standing.icon)


def _value(record: Record, group: str) -> Any:
    """By what a record is divided."""
    match group:
        case "owner":
            return record.owner_id
        case "body":
            return record.body.code if record.body is not None else None
        case "state":
            return record.state
    return record.data.get(group)


def _values(rows: QuerySet[Record], group: str) -> list[tuple[Any, int]]:
    path = {"owner": "owner", "body": "body__code", "state": "state"}.get(group, f"data__{group}")
    counted = rows.order_by().values_list(path).annotate(n=Count("pk"))
    return sorted(counted, key=lambda one: (one[0] is None, str(one[0])))


def _labels(user: User, kind: Kind, group: str, values: Sequence[Any]) -> dict[Any, str]:
    one = kind.field_of(group)
    known = [value for value in values if value is not None]
    if group == "owner":
        return {one.pk: one.label for one in User.objects.filter(pk__in=known)}
    if group == "body" or (one is not None and one.kind is FieldKind.BODY):
        return {body.code: body.label for body in Body.objects.all()}
    if one is not None and one.kind is FieldKind.PERSON:
        return {one.username: one.label for one in User.objects.filter(username__in=known)}
    if one is not None and one.kind is FieldKind.RECORD:
        seen = visible(user, Record.objects.filter(pk__in=known)).order_by().values_list("pk", "title", "number")
        withheld = dict.fromkeys(known, _("您无权查看的记录"))
        return withheld | {pk: title or number for pk, title, number in seen}
    return {value: names.label(one.label_of(value)) if one is not None else str(value) for value in known}


def place_of(kind: Kind) -> str:
    """The field that says where a record is; "" where the kind asks no place."""
    return next((one.key for one in kind.fields if one.kind is FieldKind.PLACE), "")


def points(rows: Sequence[Row], kind: Kind) -> list[Point]:
    """The records with a place, spread over a map that just holds them; north is up."""
    key = place_of(kind)
    placed: list[tuple[Row, Decimal, Decimal]] = []
    for row in rows:
        north, _comma, east = str(row.record.data.get(key) or "").partition(",")
        try:
            placed.append((row, Decimal(north), Decimal(east)))
        except ArithmeticError:
            continue
    if not placed:
        return []
    norths, easts = [one[1] for one in placed], [one[2] for one in placed]
    # A degree east is shorter than one north: by about this much where the town lies.
    wide = max((max(easts) - min(easts)) * Decimal("0.85"), max(norths) - min(norths), Decimal("0.005"))
    middle_n, middle_e = (max(norths) + min(norths)) / 2, (max(easts) + min(easts)) / 2
    return [
        Point(
            row,
            round(50 + (east - middle_e) * Decimal("0.85") / wide * 90, 1),
            round(50 - (north - middle_n) / wide * 90, 1),
        )
        for row, north, east in placed
    ]
