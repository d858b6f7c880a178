"""What records say: their values for expressions, what is computed of them, which others they touch, and how a value is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Q
from django.utils import timezone

from permissions.models import Body, User
from workflows import feel
from workflows.bpmn.form.model import FormField
from workflows.bpmn.form.model import Kind as FieldKind
from workflows.clock import now
from workflows.models import Record, RecordKind
from workflows.packages import kind_of
from workflows.packs.model import OWNER, Criterion, Kind, Matching, Related, Rule

#: So many of another kind are looked at for a match, and so many proposed.
LOOKED_AT = 500
PROPOSED = 20
#: So many related records count in a computed value.
MOST_RELATED = 2000


def values_of(record: Record) -> dict[str, Any]:
    """The values of a record's fields, and what every record has, as FEEL values. Of whom it is: usernames and codes."""
    return {
        **feel.from_json(record.data),
        "id": record.pk,
        "number": record.number,
        "title": record.title,
        "state": record.state,
        "owner": record.owner.username if record.owner is not None else None,
        "body": record.body.code if record.body is not None else None,
        "created": timezone.localtime(record.created).date(),
        "year": record.year,
        "today": today(),
    }


def named(rows: Sequence[Record], kind: Kind) -> dict[int | None, dict[str, str]]:
    """For each record, what its choices, people, bodies and references are called, as ``<field>_name``: the office's own words,
    which titles and notices are made of. One statement for all references, one for all people, one for all bodies."""
    asked: dict[FieldKind, set[Any]] = {FieldKind.RECORD: set(), FieldKind.PERSON: set(), FieldKind.BODY: set()}
    for row in rows:
        for one in kind.fields:
            if one.kind in asked and row.data.get(one.key) is not None:
                asked[one.kind].add(row.data[one.key])
    words: dict[tuple[FieldKind, Any], str] = {}
    if asked[FieldKind.RECORD]:
        found = Record.objects.filter(pk__in=asked[FieldKind.RECORD]).order_by().values_list("pk", "title", "number")
        words |= {(FieldKind.RECORD, pk): title or number for pk, title, number in found}
    if asked[FieldKind.PERSON]:
        people = User.objects.filter(username__in=asked[FieldKind.PERSON])
        words |= {(FieldKind.PERSON, user.username): str(user) for user in people}
    if asked[FieldKind.BODY]:
        bodies = Body.objects.filter(code__in=asked[FieldKind.BODY])
        words |= {(FieldKind.BODY, body.code): body.name for body in bodies}
    return {
        row.pk: {f"{one.key}_name": _name(one, row.data.get(one.key), words) for one in kind.fields} for row in rows
    }


def _name(one: FormField, value: Any, words: Mapping[tuple[FieldKind, Any], str]) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    return words.get((one.kind, value)) or one.label_of(value)


def contexts(records: Sequence[Record], kind: Kind) -> dict[int | None, dict[str, Any]]:
    """For each record by key: its values, the lists of records that name it, and what is computed of both. One statement per
    relation, however many records there are."""
    words = named(records, kind)
    found: dict[int | None, dict[str, Any]] = {record.pk: values_of(record) | words[record.pk] for record in records}
    _refer(records, kind, found)
    if not all(found):
        # What is not there yet is named by nothing.
        for values in found.values():
            values |= {one.key: [] for one in kind.related}
    for one in kind.related if all(found) else ():
        by_record: dict[int | None, list[dict[str, Any]]] = {key: [] for key in found}
        for row in related_to(records, one).select_related("owner", "body")[:MOST_RELATED]:
            by_record[row.data[one.by]].append(values_of(row))
        for key, rows in by_record.items():
            found[key][one.key] = rows
    for values in found.values():
        for computed in kind.computed:
            values[computed.key] = evaluated(computed.value, values)
    return found


def _refer(records: Sequence[Record], kind: Kind, found: Mapping[int | None, dict[str, Any]]) -> None:
    """What the records these refer to say, as ``<field>_data``, where the kind's file asks for it. One statement."""
    asked = _referred(kind)
    keys = {record.data[key] for record in records for key in asked if record.data.get(key) is not None}
    if not keys:
        return
    rows = {row.pk: row for row in Record.objects.filter(pk__in=keys).select_related("owner", "body")}
    for record in records:
        for key in asked:
            if (row := rows.get(record.data.get(key))) is not None:
                found[record.pk][f"{key}_data"] = values_of(row)


@lru_cache(maxsize=512)
def _referred(kind: Kind) -> tuple[str, ...]:
    """The fields whose records the expressions of a kind look into."""
    sources = (
        [one.value for one in kind.computed] + [one.when for one in kind.rules] + [one.text for one in kind.notices]
    )
    sources += [one.when for one in kind.buttons if one.when is not None]
    sources += [reason.when for one in kind.matching for reason in one.criteria]
    used = {name for source in sources for name in feel.parse(source).names}
    return tuple(one.key for one in kind.fields if one.kind is FieldKind.RECORD and f"{one.key}_data" in used)


def broken_rule(record: Record, kind: Kind) -> Rule | None:
    """The first rule of its kind that a record, stored or about to be, does not hold."""
    if not kind.rules:
        return None
    values = contexts([record], kind)[record.pk]
    return next((rule for rule in kind.rules if not holds(rule.when, values)), None)


def twin_of(record: Record, kind: Kind) -> Record | None:
    """The record there is already with the same values of what makes one of this kind unique."""
    if not kind.unique:
        return None
    rows = Record.objects.filter(kind=record.kind).exclude(pk=record.pk)
    for key in kind.unique:
        rows = (
            rows.filter(owner=record.owner) if key == OWNER else rows.filter(data__contains={key: record.data.get(key)})
        )
    return rows.first()


def related_to(records: Iterable[Record], one: Related) -> Any:
    """The records of `one.kind` whose field `one.by` names one of these. By containment, which an index answers."""
    wanted = Q(pk__in=())
    for record in records:
        wanted |= Q(data__contains={one.by: record.pk})
    return Record.objects.filter(wanted, kind__key=one.kind).order_by("-created", "-pk")


def title_of(record: Record, kind: Kind) -> str:
    """What a record is called in lists: what its kind makes of its values, "" where that is no text."""
    found = evaluated(kind.title, values_of(record) | named([record], kind)[record.pk])
    return found[:300] if isinstance(found, str) else ""


def evaluated(source: str, values: Mapping[str, Any]) -> Any:
    """FEEL over these values; null where it cannot be said."""
    try:
        return feel.evaluate(source, values)
    except feel.FeelSyntaxError:
        return None


def holds(source: str | None, values: Mapping[str, Any]) -> bool:
    """Whether a condition is true; no condition always is."""
    return source is None or evaluated(source, values) is True


class Match:
    """A record proposed for another: how many points it has, and for which reasons."""

    def __init__(self, record: Record, held: Sequence[Criterion], lacking: Sequence[Criterion]) -> None:
        self.record, self.held, self.lacking = record, tuple(held), tuple(lacking)
        self.points = sum(one.points for one in held)


def matches(record: Record, matching: Matching, among: Any) -> list[Match]:
    """Which of the records `among` (of the other kind, visible to whoever asks) suit this one, best first, each with its reasons. Only
    those nobody has taken on are proposed, and none that lacks what is needed."""
    other = RecordKind.objects.filter(key=matching.kind, retired=False).first()
    if other is None:
        return []
    spec = kind_of(other)
    own = contexts([record], kind_of(record.kind))[record.pk]
    rows = list(
        among.filter(kind=other, state__in=spec.waiting_states)
        .exclude(pk=record.pk)
        .select_related("owner", "body", "kind")
        .order_by("-pk")[:LOOKED_AT]
    )
    found: list[Match] = []
    for key, values in contexts(rows, spec).items():
        held = [one for one in matching.criteria if holds(one.when, {**own, "other": values})]
        lacking = [one for one in matching.criteria if one not in held]
        if held and not any(one.needed for one in lacking):
            found.append(Match(next(row for row in rows if row.pk == key), held, lacking))
    return sorted(found, key=lambda match: (-match.points, match.record.pk))[:PROPOSED]


def year_of(kind: Kind, data: Mapping[str, Any]) -> int:
    """The year a record counts to: that of its date, where its kind names one and it is known, else the one it is registered in."""
    found = feel.from_json(data.get(kind.dated)) if kind.dated else None
    return found.year if isinstance(found, date) else today().year


def today() -> date:
    """The office's day."""
    return timezone.localdate(now())
