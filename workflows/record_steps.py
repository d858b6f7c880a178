"""How flows work on the records of packs: what is filled in at their steps goes into the record, and four automatic steps.

A case is about a record by its subject (``record:12``). A field of a step that is called as a field of the record is that field: what
somebody answers there is in the record with the step. ``record.set`` writes what its inputs name and ``state``, into another record
where ``record`` names one; ``record.create`` makes a record of the kind its input ``kind`` names (its key goes into ``created``);
``record.notify`` tells the people in ``to`` the ``text``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from permissions.errors import Invalid
from permissions.models import User
from workflows import feel, record_policies
from workflows.actions import records as acts
from workflows.bpmn.form.model import Kind as FieldKind
from workflows.handlers import handler, on_step_done, subject
from workflows.models import Case, CaseTask, Record, RecordFile, RecordKind, StepFile
from workflows.packages import kind_of

KIND = "record"
#: Inputs of the automatic steps that are no fields.
_OWN = frozenset({"state", "kind", "to", "text", "owner", "record"})


def record_of(case: Case) -> Record:
    """The record a case is about, its row locked. Raises `Invalid` for a case about something else."""
    kind, _colon, key = case.subject.partition(":")
    if kind != KIND or not key.isdigit():
        raise Invalid(_("这件流程不是从一条记录发起的，没有记录可写。请从记录页面发起。"), code="no_record")
    return acts.lock(int(key))


@subject(KIND)
def record_page(case: Case) -> str:
    """Where a record is shown."""
    return reverse("record", args=[int(case.subject.partition(":")[2])])


@on_step_done
def step_into_record(case: Case, task: CaseTask, values: Mapping[str, Any], actor: User) -> bool:
    """What somebody answered at a step goes into the record's fields of the same keys, as their change; whether any did."""
    if case.subject.partition(":")[0] != KIND or not values:
        return False
    record = record_of(case)
    kind = kind_of(record.kind)
    asked = {one.key for one in kind.fields} & values.keys()
    given = {key: values[key] for key in asked}
    for one in kind.fields:
        if one.key in given and one.kind is FieldKind.FILE:
            given[one.key] = _files(record, one.key, given[one.key], actor)
    if given:
        acts.change(record, kind, given, actor=actor, act="record_step", why=task.name)
    return bool(given)


@handler("record.set", inline=True, label=gettext_lazy("改写记录"))
def record_set(*, case: Case, task: CaseTask, variables: Mapping[str, Any], now: datetime) -> None:
    """Write the inputs of the step into the record the case is about, or into the one ``record`` names by its key: fields by their
    keys, and ``state``."""
    given = feel.from_json(task.locals)
    record = _named(given["record"]) if "record" in given else record_of(case)
    kind = kind_of(record.kind)
    known = {one.key for one in kind.fields}
    if strange := sorted(set(given) - known - _OWN):
        raise Invalid(
            _("“%(kind)s”没有字段“%(keys)s”。请流程管理员核对这一步的输入。")
            % {"kind": kind.name, "keys": _("、").join(strange)},
            code="no_field",
        )
    state = given.get("state")
    values = {key: value for key, value in given.items() if key in known}
    acts.change(
        record, kind, values, actor=None, act="record_set", state=state if isinstance(state, str) else "", why=task.name
    )


def _named(key: Any) -> Record:
    """The record of this key, its row locked. Raises `Invalid` where there is none."""
    if not isinstance(key, int | Decimal) or isinstance(key, bool) or key != int(key):
        raise Invalid(_("这一步要改写的记录没有指明。请流程管理员核对输入“record”，例如 =need。"), code="no_record")
    return acts.lock(int(key))


@handler("record.create", inline=True, label=gettext_lazy("登记一条记录"))
def record_created(*, case: Case, task: CaseTask, variables: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
    """Register a record of the kind the input ``kind`` names, with the other inputs as its fields. Gives ``created``, its key."""
    given = feel.from_json(task.locals)
    row = (
        RecordKind.objects.select_for_update(of=("self",)).select_related("pack").filter(key=given.get("kind")).first()
    )
    if row is None or row.retired:
        raise Invalid(
            _("没有“%(kind)s”这种记录。请流程管理员核对这一步的输入。") % {"kind": given.get("kind")}, code="no_kind"
        )
    kind = kind_of(row)
    known = {one.key for one in kind.fields}
    owner = User.objects.filter(username=given.get("owner") or "").first() or case.started_by
    made = acts.make_record(
        row,
        {key: value for key, value in given.items() if key in known},
        actor=None,
        owner=owner,
        state=str(given.get("state") or ""),
        # Run again after a crash, the step finds what it has made.
        once=f"task:{task.pk or task.token_id}:{case.pk}",
    )
    return {"created": made.pk}


@handler("record.notify", inline=True, label=gettext_lazy("通知有关人员"))
def record_told(*, case: Case, task: CaseTask, variables: Mapping[str, Any], now: datetime) -> None:
    """Tell the people ``to`` means (as a kind's file names them) the ``text``."""
    record = record_of(case)
    given = feel.from_json(task.locals)
    to, text = given.get("to"), given.get("text")
    words: Iterable[Any] = to if isinstance(to, list) else [to]
    people = record_policies.persons(record, [str(word) for word in words if word])
    if isinstance(text, str) and text.strip():
        acts.tell(record, people, text, f"case:{case.pk}:{task.token_id}")


def _files(record: Record, field: str, value: Any, actor: User) -> Any:
    """The files handed in at a step, as files of the record: the same bytes under the same proof."""
    found: list[dict[str, Any]] = []
    for item in value if isinstance(value, list) else ():
        source = StepFile.objects.filter(pk=item.get("id"), sha256=item.get("sha256")).first()
        if source is None:
            continue
        row, _new = RecordFile.objects.get_or_create(
            once=f"step:{source.pk}",
            field=field,
            sha256=source.sha256,
            uploaded_by=actor,
            defaults={
                "record": record,
                "kind": record.kind,
                "name": source.name,
                "file": source.file.name,
                "size": source.size,
                "content_type": source.content_type,
                "uploaded": source.uploaded,
                "given": record.changed,
            },
        )
        found.append({"id": row.pk, "name": row.name, "size": row.size, "sha256": row.sha256})
    return found or None
