"""The answers at a step on their way: what was filled in so far, whom it may name, how a value is said, what is wrong with one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from permissions.models import Body, User
from permissions.policies import visible
from workflows import feel, names
from workflows.bpmn.form import numerals
from workflows.bpmn.form.answers import Fault, Judged, judge
from workflows.bpmn.form.model import FormField, Kind
from workflows.clock import now
from workflows.models import Case, CaseTask, Record, RecordFile, StepDraft, StepFile, TaskKind
from workflows.selectors import flow_of
from workflows.step_fields import fields_of

Raw = Mapping[str, Any]
#: So many records a field for one offers.
MOST_OFFERED = 500
#: The units of money, for translation: a diagram names them in Chinese.
UNITS = (gettext_noop("元"), gettext_noop("万元"), gettext_noop("亿元"))


def questions_of(task: CaseTask) -> tuple[FormField, ...]:
    """What the task's step asks, in the version its case runs on."""
    node = flow_of(task.process).process.nodes.get(task.node)
    return fields_of(node) if node is not None else ()


def judged(actor: User, task: CaseTask, fields: Sequence[FormField], raw: Raw) -> Judged:
    """The verdict on what this person answers at this step today; files are those they have stored there."""
    context = feel.from_json({**task.process.variables, **task.locals})
    return judged_fields(actor, fields, raw, files=files_of(actor, task), context=context)


def judged_fields(
    actor: User,
    fields: Sequence[FormField],
    raw: Raw,
    *,
    files: Mapping[str, Sequence[StepFile | RecordFile]],
    context: Raw | None = None,
) -> Judged:
    """The verdict on what this person answers to these fields today, with `files` stored beforehand by field: people, bodies and
    records are taken only where they may know of them."""
    given = {**raw, **{key: [context_of(row) for row in rows] for key, rows in files.items()}}
    known = {
        Kind.PERSON: {user.username for user in people(actor).filter(username__in=_texts(fields, raw, Kind.PERSON))},
        Kind.BODY: {body.code for body in bodies(actor)} if any(one.kind is Kind.BODY for one in fields) else set(),
        Kind.RECORD: references(actor, fields, raw),
    }
    return judge(fields, given, context=context or {}, today=timezone.localdate(now()), known=known)


def references(actor: User, fields: Sequence[FormField], raw: Raw) -> set[str]:
    """Which of the records that were answered with this person may know of, as ``kind:key``."""
    wanted = {text for text in _texts(fields, raw, Kind.RECORD) if text.isascii() and text.isdigit() and len(text) < 19}
    if not wanted:
        return set()
    rows = visible(actor, Record.objects.filter(pk__in=wanted)).order_by()
    return {f"{kind}:{pk}" for kind, pk in rows.values_list("kind__key", "pk")}


def _texts(fields: Sequence[FormField], raw: Raw, kind: Kind) -> list[str]:
    own = [value for one in fields if one.kind is kind and isinstance(value := raw.get(one.key), str) and value]
    for one in fields:
        rows = raw.get(one.key) if one.kind is Kind.TABLE else None
        keys = [column.key for column in one.columns if column.kind is kind]
        for row in rows if isinstance(rows, list) else ():
            own += [text for key in keys if isinstance(row, Mapping) and isinstance(text := row.get(key), str) and text]
    return own


def draft_of(actor: User, task: CaseTask) -> StepDraft | None:
    """What this person has filled in at an open step so far; None where nothing was kept."""
    found: StepDraft | None = visible(actor, StepDraft.objects.filter(task=task, person=actor)).first()
    return found


def files_of(actor: User, task: CaseTask) -> dict[str, list[StepFile]]:
    """The files this person has stored at an open step, by field."""
    found: dict[str, list[StepFile]] = {}
    for row in visible(actor, StepFile.objects.filter(task=task, uploaded_by=actor, removed__isnull=True)).order_by(
        "pk"
    ):
        found.setdefault(row.field, []).append(row)
    return found


def context_of(row: StepFile | RecordFile) -> dict[str, Any]:
    """What a case or a record keeps of a file among its values."""
    return {"id": row.pk, "name": row.name, "size": row.size, "sha256": row.sha256}


def people(actor: User) -> QuerySet[User]:
    """Whom a field for a person offers: the accounts this user may know of that are open."""
    found: QuerySet[User] = visible(actor, User.objects.filter(is_active=True)).order_by("display_name", "username")
    return found


def offered(actor: User, kind: str, chosen: str = "") -> list[tuple[str, str]]:
    """The records a field for one offers: the newest of the kind this person may know of, and the one `chosen` already; by name."""
    known = visible(actor, Record.objects.filter(kind__key=kind)).order_by("-pk")
    rows = list(known.values_list("pk", "title", "number")[:MOST_OFFERED])
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 and int(chosen) not in {pk for pk, _t, _n in rows}:
        rows += known.filter(pk=int(chosen)).values_list("pk", "title", "number")
    told = _("%(name)s（%(detail)s）")
    found = [(str(pk), told % {"name": title, "detail": number} if title else number) for pk, title, number in rows]
    return sorted(found, key=lambda one: one[1])


def bodies(actor: User) -> QuerySet[Body]:
    """Which bodies a field for a body offers."""
    found: QuerySet[Body] = visible(actor, Body.objects.all()).order_by("order", "pk")
    return found


def raw_of(field: FormField, value: Any) -> Any:
    """A value of the case as somebody would type it, to begin with where a step is done again. Files are not taken over."""
    if value is None or field.kind is Kind.FILE:
        return None
    if field.kind is Kind.TABLE:
        rows = value if isinstance(value, list) else []
        return [
            {one.key: raw_of(one, row.get(one.key)) or "" for one in field.columns}
            for row in rows
            if isinstance(row, Mapping)
        ]
    if field.kind is Kind.MULTIPLE_CHOICE:
        return [str(item) for item in value] if isinstance(value, list) else []
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal | int | float):
        return numerals.grouped(value).replace(",", "")
    return value.isoformat() if isinstance(value, date) else str(value)


# Words


def refusal(faults: Iterable[Fault]) -> dict[str, str]:
    """The first fault of each field in words, by its key."""
    found: dict[str, str] = {}
    for fault in faults:
        found.setdefault(fault.field.key, words_of(fault))
    return found


def words_of(fault: Fault) -> str:
    """What is wrong with an answer and what to do."""
    one = fault.column or fault.field
    told = {"limit": _limit(one, fault), "unit": one.unit or (_("元") if one.kind is Kind.MONEY else "")}
    by_kind = _NEEDED[one.kind] if fault.code == "required" else _LIMITS.get((one.kind, fault.code))
    words = (by_kind or _WORDS[fault.code])() % told
    if not fault.row:
        return words
    return _("第 %(row)s 行“%(column)s”：%(words)s") % {
        "row": fault.row,
        "column": names.label(one.label),
        "words": words,
    }


def _limit(one: FormField, fault: Fault) -> str:
    day = parse_date(fault.limit) if one.kind is Kind.DATE and fault.limit else None
    return date_words(day) if day else fault.limit


_NEEDED: Mapping[Kind, Callable[[], str]] = {
    Kind.TEXT: lambda: _("请填写这一项。"),
    Kind.LONG_TEXT: lambda: _("请填写这一项。"),
    Kind.NUMBER: lambda: _("请填写数字，例如 280。"),
    Kind.MONEY: lambda: _("请填写金额（%(unit)s），例如 280 或 280.50。"),
    Kind.DATE: lambda: _("请选择日期，例如 2026-09-08。"),
    Kind.BOOLEAN: lambda: _("请选择“是”或“否”。"),
    Kind.CHOICE: lambda: _("请选择一项。"),
    Kind.MULTIPLE_CHOICE: lambda: _("请至少选择一项。"),
    Kind.DATETIME: lambda: _("请选择日期和时间，例如 2026-09-08 14:30。"),
    Kind.PERSON: lambda: _("请选择一个人。"),
    Kind.RECORD: lambda: _("请从列表中选择一条。"),
    Kind.PLACE: lambda: _("请填写纬度和经度，例如 31.7123,118.3901，或点“取当前位置”。"),
    Kind.BODY: lambda: _("请选择一方。"),
    Kind.FILE: lambda: _("请上传文件。"),
    Kind.TABLE: lambda: _("请至少填写一行。"),
}
_WORDS: Mapping[str, Callable[[], str]] = {
    **{str(kind): words for kind, words in _NEEDED.items()},
    "money": lambda: _("请填写金额（%(unit)s），例如 280 或 280.50，最小到分。"),
    "pattern": lambda: _("请按规定的格式填写。"),
    "below": lambda: _("请填写不小于 %(limit)s 的数。"),
    "above": lambda: _("请填写不大于 %(limit)s 的数。"),
}
# Said by kind: a date lies before or after, the others are counted in words of their own.
_LIMITS: Mapping[tuple[Kind, str], Callable[[], str]] = {
    (Kind.DATE, "below"): lambda: _("请选择 %(limit)s 或以后的日期。"),
    (Kind.DATE, "above"): lambda: _("请选择 %(limit)s 或以前的日期。"),
    (Kind.TEXT, "fewer"): lambda: _("请补充到至少 %(limit)s 字。"),
    (Kind.TEXT, "more"): lambda: _("请精简到 %(limit)s 字以内。"),
    (Kind.LONG_TEXT, "fewer"): lambda: _("请补充到至少 %(limit)s 字。"),
    (Kind.LONG_TEXT, "more"): lambda: _("请精简到 %(limit)s 字以内。"),
    (Kind.MULTIPLE_CHOICE, "fewer"): lambda: _("请至少选择 %(limit)s 项。"),
    (Kind.MULTIPLE_CHOICE, "more"): lambda: _("请最多选择 %(limit)s 项。"),
    (Kind.FILE, "fewer"): lambda: _("请上传至少 %(limit)s 份文件。"),
    (Kind.FILE, "more"): lambda: _("请减少到 %(limit)s 份文件以内。"),
    (Kind.TABLE, "fewer"): lambda: _("请填写至少 %(limit)s 行。"),
    (Kind.TABLE, "more"): lambda: _("请减少到 %(limit)s 行以内。"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """An answer as it is read later: the field's label, its words, what stands smaller under them, where they lead; of files the rows
    to fetch, of a table its heads and rows."""

    label: str
    words: str = ""
    small: str = ""
    url: str = ""
    files: tuple[StepFile | RecordFile, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def steps_told(user: User, case: Case, most: int) -> tuple[list[tuple[CaseTask, list[Told]]], bool]:
    """The completed steps of a case that asked something, newest first, each with its answers; and whether there are more. For
    somebody who may know what the case holds."""
    asking = {key: fields for key, node in flow_of(case).process.nodes.items() if (fields := fields_of(node))}
    if not asking:
        return [], False
    done = CaseTask.objects.filter(process=case, kind=TaskKind.HUMAN, completed_by__isnull=False, node__in=asking)
    tasks = list(done.select_related("completed_by").order_by("-finished", "-pk")[: most + 1])
    files = {row.pk: row for row in visible(user, StepFile.objects.filter(task__in=tasks, given__isnull=False))}
    steps = [(task, told(asking[task.node], task.result, files, user)) for task in tasks[:most]]
    return [step for step in steps if step[1]], len(tasks) > most


def told(
    fields: Sequence[FormField], result: Mapping[str, Any], files: Mapping[int, StepFile | RecordFile], user: User
) -> list[Told]:
    """The answers a step was completed with, or those of a record, by the labels its version has, for this reader; what was left empty
    is not told. `files` are those they may have, by key; records they may not know of are not named."""
    values = feel.from_json(dict(result))
    people_ = {one.key: values.get(one.key) for one in fields if one.kind is Kind.PERSON}
    bodies_ = {one.key: values.get(one.key) for one in fields if one.kind is Kind.BODY}
    labels: dict[str, str] = {}
    if any(people_.values()):
        labels |= {
            u.username: u.label
            for u in User.objects.filter(username__in=[v for v in people_.values() if isinstance(v, str)])
        }
    if any(bodies_.values()):
        labels |= {body.code: body.label for body in Body.objects.all()}
    named = {values.get(one.key) for one in fields if one.kind is Kind.RECORD}
    if keys := [int(key) for key in named if isinstance(key, Decimal)]:
        rows = visible(user, Record.objects.filter(pk__in=keys)).order_by()
        labels |= {str(pk): title or number for pk, title, number in rows.values_list("pk", "title", "number")}
    return [_told(one, values[one.key], files, labels) for one in fields if values.get(one.key) is not None]


def _told(one: FormField, value: Any, files: Mapping[int, StepFile | RecordFile], labels: Mapping[str, str]) -> Told:
    label = names.label(one.label)
    if one.kind is Kind.FILE and isinstance(value, list):
        keys = [item.get("id") for item in value if isinstance(item, Mapping)]
        kept = tuple(files[int(key)] for key in keys if key is not None and int(key) in files)
        lost = [
            str(item.get("name"))
            for item in value
            if isinstance(item, Mapping) and int(item.get("id") or 0) not in files
        ]
        return Told(label, _("、").join(lost), files=kept)
    if one.kind is Kind.TABLE and isinstance(value, list):
        heads = tuple(_head(column) for column in one.columns)
        rows = (
            tuple(_said(c, row.get(c.key), labels) for c in one.columns) for row in value if isinstance(row, Mapping)
        )
        return Told(label, heads=heads, rows=tuple(rows))
    words = _said(one, value, labels)
    if one.kind is Kind.RECORD and str(value) in labels:
        return Told(label, words, url=reverse("record", args=[int(value)]))
    small = ""
    if one.unit or one.kind is Kind.MONEY:
        words = _("%(amount)s %(unit)s") % {"amount": words, "unit": names.label(one.unit or "元")}
    if one.kind is Kind.MONEY and isinstance(value, Decimal) and not (get_language() or "").startswith("en"):
        small = numerals.in_capitals(value * one.worth)
    return Told(label, words, small)


def _head(column: FormField) -> str:
    label = names.label(column.label)
    unit = column.unit or ("元" if column.kind is Kind.MONEY else "")
    return _("%(name)s（%(detail)s）") % {"name": label, "detail": names.label(unit)} if unit else label


def _said(one: FormField, value: Any, labels: Mapping[str, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if one.kind is Kind.RECORD:
        return labels.get(str(value), _("一条您无权查看的记录"))
    if isinstance(value, Decimal):
        return numerals.grouped(value)
    if isinstance(value, datetime):
        return moment_words(value)
    if isinstance(value, date):
        return date_words(value)
    if isinstance(value, list):
        return _("、").join(names.label(one.label_of(item)) for item in value)
    if one.kind in {Kind.PERSON, Kind.BODY}:
        return labels.get(str(value), str(value))
    return names.label(one.label_of(value)) if one.kind is Kind.CHOICE else str(value)


def moment_words(moment: datetime) -> str:
    """2026年9月8日 14:30."""
    return f"{date_words(moment.date())} {moment:%H:%M}"


def date_words(day: date) -> str:
    """2026年9月8日, with the year: what was answered is read in later years too."""
    return date_format(day, "DATE_FORMAT")
