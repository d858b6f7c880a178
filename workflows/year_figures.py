"""The year in figures: what the packs in use count in their records, by month and by body, for whoever asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from permissions.models import Body, User
from permissions.policies import visible
from workflows import feel, names, packages, records
from workflows.models import Pack, PackState, Record
from workflows.packs.model import Figure, Kind

MONTHS = range(1, 13)
#: The name of the records that are of no body, or of both.
BOTH = ""


@dataclass(slots=True)
class Number:
    """One figure over a year. `months` has twelve values, `before` is the year before's; of sums in the figure's unit."""

    key: str
    label: str
    unit: str
    value: Decimal = Decimal(0)
    before: Decimal = Decimal(0)
    months: list[Decimal] = field(default_factory=lambda: [Decimal(0)] * 12)
    bodies: dict[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Section:
    """The figures of one pack."""

    pack: Pack
    label: str
    numbers: Sequence[Number]


def years(actor: User) -> list[int]:
    """The years of which this person may see records, newest first; the current one always."""
    found = visible(actor, Record.objects.all()).order_by().values_list("year", flat=True).distinct()
    return sorted({*found, records.today().year}, reverse=True)


def sections(actor: User, year: int, body: str = "") -> list[Section]:
    """The figures of every pack in use, from the records this person may see; of one body, where `body` is its code."""
    found: list[Section] = []
    for pack in Pack.objects.exclude(state=PackState.REMOVED).order_by("key"):
        spec = packages.spec_of(pack)
        kinds = {kind.key: kind for kind in spec.kinds}
        asked: dict[str, list[Figure]] = defaultdict(list)
        for figure in spec.figures:
            if figure.kind in kinds:
                asked[figure.kind].append(figure)
        by_key: dict[str, Number] = {}
        for key, figures in asked.items():
            by_key |= _counted(actor, kinds[key], figures, year, body)
        numbers = [by_key[figure.key] for figure in spec.figures if figure.key in by_key]
        if numbers:
            found.append(Section(pack, pack.label, numbers))
    return found


def _counted(actor: User, kind: Kind, figures: Sequence[Figure], year: int, body: str) -> dict[str, Number]:
    """These figures of one kind of record: its records of two years are read once."""
    rows = visible(actor, Record.objects.filter(kind__key=kind.key, year__in=(year, year - 1)))
    if body:
        rows = rows.filter(body__code=body)
    listed = list(rows.select_related("owner", "body", "kind"))
    values = records.contexts(listed, kind)
    return {figure.key: _number(figure, kind, listed, values, year) for figure in figures}


def _number(
    figure: Figure, kind: Kind, rows: Sequence[Record], values: Mapping[int | None, Mapping[str, Any]], year: int
) -> Number:
    number = Number(figure.key, names.label(figure.label), names.label(figure.unit))
    held = [row for row in rows if records.holds(figure.where, values[row.pk])]
    of_year = [row for row in held if row.year == year]

    def summed(some: Sequence[Record]) -> Decimal:
        return _sum(figure, [values[row.pk] for row in some])

    number.value = summed(of_year)
    number.before = summed([row for row in held if row.year == year - 1])
    by_month: dict[int, list[Record]] = defaultdict(list)
    by_body: dict[str, list[Record]] = defaultdict(list)
    for row in of_year:
        by_month[month_of(kind, row)].append(row)
        by_body[row.body.code if row.body is not None else BOTH].append(row)
    number.months = [summed(by_month[month]) for month in MONTHS]
    number.bodies = {code: summed(some) for code, some in by_body.items()}
    return number


def _sum(figure: Figure, rows: Sequence[Mapping[str, Any]]) -> Decimal:
    if figure.total:
        given = (row.get(figure.total) for row in rows)
        return sum((Decimal(one) for one in given if isinstance(one, Decimal | int)), Decimal(0))
    if figure.distinct:
        return Decimal(len({repr(row.get(figure.distinct)) for row in rows if row.get(figure.distinct) is not None}))
    return Decimal(len(rows))


def month_of(kind: Kind, row: Record) -> int:
    """The month a record counts to: that of its date where its kind names one, else of its registration."""
    found = feel.from_json(row.data.get(kind.dated)) if kind.dated else None
    return found.month if isinstance(found, date) else timezone.localtime(row.created).month


def bodies() -> list[Body]:
    """The bodies by which figures are told."""
    return list(Body.objects.order_by("pk"))
