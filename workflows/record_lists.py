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


def board(rows: QuerySet[Record], kind: Kind, listing: Listing) -> list[Column]:
    """A column per state, or per value of the field the list is divided by, each with its newest."""
    if listing.shape is Shape.BOARD and listing.group in {"", "state"}:
        columns = []
        for state in kind.states:
            if listing.states and state.key not in listing.states:
                continue
            standing = standing_of(kind, state.key)
            column = rows.filter(state=state.key)
            columns.append(_column(standing.label, column, kind, listing, standing.tag, standing.icon))
        return columns
    counted = _values(rows, listing.group)
    labels = _labels(kind, listing.group, [value for value, _n in counted])
    return [
        _column(labels.get(value, _("未填")) if value else _("未填"), _of(rows, listing.group, value), kind, listing)
        for value, _n in counted
    ]


def _column(label: str, rows: QuerySet[Record], kind: Kind, listing: Listing, tag: str = "", icon: str = "") -> Column:
    shown = list(rows[: PER_COLUMN + 1])
    more = rows.count() - PER_COLUMN if len(shown) > PER_COLUMN else 0
    return Column(label, rows_of(shown[:PER_COLUMN], kind, listing.columns), more, tag, icon)


def _values(rows: QuerySet[Record], group: str) -> list[tuple[Any, int]]:
    path = {"owner": "owner", "body": "body__code", "state": "state"}.get(group, f"data__{group}")
    counted = rows.order_by().values_list(path).annotate(n=Count("pk"))
    return sorted(counted, key=lambda one: (one[0] is None, str(one[0])))


def _of(rows: QuerySet[Record], group: str, value: Any) -> QuerySet[Record]:
    if group == "owner":
        return rows.filter(owner=value)
    if group in {"body", "state"}:
        return rows.filter(body__code=value) if group == "body" else rows.filter(state=value)
    return (
        rows.filter(data__contains={group: value})
        if value is not None
        else rows.filter(data__isnull=False).exclude(data__has_key=group)
    )


def _labels(kind: Kind, group: str, values: Sequence[Any]) -> dict[Any, str]:
    one = kind.field_of(group)
    known = [value for value in values if value is not None]
    if group == "owner":
        return {user.pk: user.label for user in User.objects.filter(pk__in=known)}
    if group == "body" or (one is not None and one.kind is FieldKind.BODY):
        return {body.code: body.label for body in Body.objects.all()}
    if one is not None and one.kind is FieldKind.PERSON:
        return {user.username: user.label for user in User.objects.filter(username__in=known)}
    if one is not None and one.kind is FieldKind.RECORD:
        rows = Record.objects.filter(pk__in=known).values_list("pk", "title", "number")
        return {pk: title or number for pk, title, number in rows}
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
