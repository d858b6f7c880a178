"""A record as its page tells it to one reader: fields, computed values, related records, proposed matches, acts, cases and story.

Everything is asked for the reader: what they may not know of is neither named nor counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from permissions.look import Entry
from permissions.models import AuditEvent, Body, User
from permissions.policies import may, visible
from permissions.selectors import sides_of
from workflows import answering, names, records, story
from workflows.answering import Told
from workflows.bpmn.form import numerals
from workflows.bpmn.form.model import Kind as FieldKind
from workflows.models import Case, Record, RecordFile, RecordKind, RecordNotice
from workflows.packages import kind_of
from workflows.packs.model import Button, Kind, Tone
from workflows.record_policies import may_press
from workflows.records import Match

#: So many related records stand on the page of one.
RELATED = 20
#: So many cases, and entries of the log.
CASES, ENTRIES = 20, 200
_TONES: Mapping[Tone, tuple[str, str]] = {
    Tone.WAITING: ("warn", "hourglass"),
    Tone.MOVING: ("", "circle-half"),
    Tone.DONE: ("ok", "check-lg"),
    Tone.STOPPED: ("plain", "dash-lg"),
}
_WORDS: Mapping[str, Any] = {
    "record_create": pgettext_lazy("log", "登记"),
    "record_edit": pgettext_lazy("log", "修改记录"),
    "record_step": pgettext_lazy("log", "办理时填写记录"),
    "record_set": pgettext_lazy("log", "流程改写记录"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a record stands: the state's words, and the tag's kind and icon."""

    key: str
    label: str
    tag: str
    icon: str


@dataclass(frozen=True, slots=True)
class Row:
    """A record in a list: `cells` are label and words of each column asked for."""

    record: Record
    title: str
    standing: Standing
    cells: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Records that name this one."""

    label: str
    kind: RecordKind | None
    field: str
    rows: Sequence[Row]
    more: int
    may_add: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """The records proposed for this one, each with its reasons. `makes` is the kind the two can become, where this person may register
    it, and `own` and `other` its fields for them."""

    label: str
    matches: Sequence[tuple[Row, Match]]
    makes: RecordKind | None = None
    own: str = ""
    other: str = ""


def standing_of(kind: Kind, state: str) -> Standing:
    """Where a record in this state stands. A state an upgrade has left out is told by its key."""
    found = kind.state_of(state)
    if found is None:
        return Standing(state, state, "plain", "dash-lg")
    tag, icon = _TONES[found.tone]
    return Standing(found.key, names.label(found.label), tag, icon)


def answers(user: User, record: Record, kind: Kind) -> list[Told]:
    """What its fields say, and then what is computed."""
    files = {row.pk: row for row in visible(user, RecordFile.objects.filter(record=record, given__isnull=False))}
    told = answering.told(kind.fields, record.data, files, user)
    if kind.computed:
        values = records.contexts([record], kind)[record.pk]
        for one in kind.computed:
            words = value_words(values.get(one.key))
            if words and one.unit:
                words = _("%(amount)s %(unit)s") % {"amount": words, "unit": names.label(one.unit)}
            told.append(Told(names.label(one.label), words or "—"))
    return told


def value_words(value: Any) -> str:
    """A computed value in words; "" for none."""
    if value is None or isinstance(value, dict):
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, Decimal):
        return numerals.grouped(round(value, 4).normalize() + 0)
    if isinstance(value, datetime):
        return answering.moment_words(value)
    if isinstance(value, date):
        return answering.date_words(value)
    if isinstance(value, list):
        return _("、").join(filter(None, map(value_words, value)))
    return names.label(str(value))


def rows_of(user: User, found: Sequence[Record], kind: Kind, columns: Sequence[str] = ()) -> list[Row]:
    """These records of one kind as rows of a list, with these columns; records they refer to are named where `user` may know them."""
    needed = bool(set(columns) - {"number", "title", "state", "owner", "body", "created"})
    values = records.contexts(found, kind) if needed else {}
    _withhold(user, found, kind, columns, values)
    return [
        Row(
            one,
            one.title or one.number,
            standing_of(kind, one.state),
            tuple((heading(kind, column), _cell(one, kind, column, values.get(one.pk, {}))) for column in columns),
        )
        for one in found
    ]


def _withhold(
    user: User,
    found: Sequence[Record],
    kind: Kind,
    columns: Sequence[str],
    values: Mapping[int | None, dict[str, Any]],
) -> None:
    """Take the names of referred records out of `values` that this person may not know of. One statement."""
    referring = [one.key for one in kind.fields if one.kind is FieldKind.RECORD and one.key in columns]
    keys = {row.data[key] for row in found for key in referring if row.data.get(key) is not None}
    known = (
        set(visible(user, Record.objects.filter(pk__in=keys)).order_by().values_list("pk", flat=True))
        if keys
        else set()
    )
    for row in found:
        for key in referring:
            if row.data.get(key) is not None and row.data[key] not in known:
                values[row.pk][f"{key}_name"] = _("一条您无权查看的记录")


def heading(kind: Kind, column: str) -> str:
    """What a column of a list is called."""
    own = {
        "number": _("编号"),
        "title": _("名称"),
        "state": _("状态"),
        "owner": _("登记人"),
        "body": _("班子"),
        "created": _("登记时间"),
    }
    if column in own:
        return own[column]
    one = kind.field_of(column) or next((some for some in kind.computed if some.key == column), None)
    return names.label(one.label) if one is not None else column


def _cell(record: Record, kind: Kind, column: str, values: Mapping[str, Any]) -> str:
    match column:
        case "number":
            return record.number
        case "title":
            return record.title
        case "state":
            return standing_of(kind, record.state).label
        case "owner":
            return record.owner.label if record.owner is not None else ""
        case "body":
            return record.body.label if record.body is not None else ""
        case "created":
            return answering.date_words(timezone.localtime(record.created).date())
    one = kind.field_of(column)
    if one is None:
        found = next((some for some in kind.computed if some.key == column), None)
        words = value_words(values.get(column))
        unit = names.label(found.unit) if found is not None and found.unit else ""
        return _("%(amount)s %(unit)s") % {"amount": words, "unit": unit} if words and unit else words
    if one.kind in {FieldKind.RECORD, FieldKind.PERSON, FieldKind.BODY, FieldKind.CHOICE}:
        return names.label(str(values.get(f"{column}_name") or ""))
    if one.kind is FieldKind.FILE:
        count = len(values.get(column) or ())
        return _("%(n)d 份") % {"n": count} if count else ""
    words = value_words(values.get(column))
    unit = one.unit or ("元" if one.kind is FieldKind.MONEY else "")
    return _("%(amount)s %(unit)s") % {"amount": words, "unit": names.label(unit)} if words and unit else words


def related(user: User, record: Record, kind: Kind) -> list[Group]:
    """The records that name this one, list by list, and whether this person may register another."""
    kinds = {
        row.key: row for row in RecordKind.objects.select_related("pack").filter(key__in=[r.kind for r in kind.related])
    }
    found: list[Group] = []
    for one in kind.related:
        row = kinds.get(one.kind)
        if row is None:
            continue
        all_ = visible(user, records.related_to([record], one))
        shown = list(all_.select_related("kind__pack", "owner", "body")[: RELATED + 1])
        more = all_.count() - RELATED if len(shown) > RELATED else 0
        may_add = bool(may(user, "record_create", row))
        if shown or may_add:
            spec = kind_of(row)
            found.append(
                Group(names.label(one.label), row, one.by, rows_of(user, shown[:RELATED], spec), more, may_add)
            )
    return found


def proposals(user: User, record: Record, kind: Kind) -> list[Proposal]:
    """What is proposed for a record nobody has taken on, best first. Names of records the reader may not know of are nobody's match."""
    if record.state not in kind.waiting_states:
        return []
    found: list[Proposal] = []
    for one in kind.matching:
        among = visible(user, Record.objects.all())
        proposed = records.matches(record, one, among)
        other = RecordKind.objects.filter(key=one.kind).first()
        if other is None:
            continue
        spec = kind_of(other)
        rows = rows_of(user, [match.record for match in proposed], spec)
        makes = RecordKind.objects.select_related("pack").filter(key=one.makes).first() if one.makes else None
        if makes is not None and not may(user, "record_create", makes):
            makes = None
        pairs = list(zip(rows, proposed, strict=True))
        found.append(Proposal(names.label(one.label), pairs, makes, one.own, one.other))
    return found


def pressable(user: User, record: Record, kind: Kind) -> list[Button]:
    """The buttons this person may press at this record now."""
    mine = [one for one in kind.buttons if not one.at_once and may_press(user, record, one.who)]
    if not mine or not may(user, "record_begin", record):
        return []
    values = records.contexts([record], kind)[record.pk]
    return [one for one in mine if records.holds(one.when, values)]


def unread_notices(user: User, limit: int) -> list[RecordNotice]:
    """What somebody was told of records and has not read yet, the newest first; at most `limit`."""
    rows = visible(user, RecordNotice.objects.filter(read__isnull=True))
    return list(rows.order_by("-told", "-pk")[:limit])


def cases_of(user: User, record: Record) -> list[Case]:
    """The flows about this record, newest first, that this person may know of."""
    rows = visible(user, Case.objects.filter(subject=record.chain)).select_related("version__definition")
    return list(rows.order_by("-pk")[:CASES])


def told(user: User, record: Record, kind: Kind) -> list[Entry]:
    """What the log tells of the record, newest first, with the fields that changed by their labels."""
    rows: Iterable[AuditEvent] = (
        AuditEvent.objects.filter(subject=record.chain).select_related("actor").order_by("-seq")[:ENTRIES]
    )
    events = list(rows)
    sides: Mapping[int, Body] = sides_of(row.actor_id for row in events)
    return [_entry(row, sides, kind) for row in events]


def _entry(row: AuditEvent, sides: Mapping[int, Any], kind: Kind) -> Entry:
    who = row.actor.label if row.actor is not None else _("系统")
    what, more = story.words_of(row.verb, row.data)
    if row.verb in _WORDS:
        what, more = str(_WORDS[row.verb]), _changed(row.data, kind)
    return Entry(at=row.at, who=who, what=what, body=sides.get(row.actor_id or 0), change=more)


def _changed(data: Mapping[str, Any], kind: Kind) -> str:
    """Which fields are different, and where the record came to."""
    parts: list[str] = []
    if data.get("to"):
        words = _("%(old)s → %(new)s")
        parts.append(
            words
            % {
                "old": standing_of(kind, str(data.get("from"))).label,
                "new": standing_of(kind, str(data["to"])).label,
            }
        )
    fields = [names.label(one.label) for one in kind.fields if one.key in (data.get("new") or {})]
    if fields:
        parts.append(_("改了%(fields)s") % {"fields": _("、").join(fields)})
    return _("；").join(parts)
