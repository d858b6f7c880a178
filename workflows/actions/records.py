"""Registering records, changing them by hand and by flows, beginning flows from them, and telling people."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from permissions import audit, roles, scanning, uploads, versions
from permissions.access import fetch
from permissions.errors import Denied, Hidden, Invalid, WrongState
from permissions.models import Body, User
from permissions.transactions import action, if_undone
from workflows import answering, feel, names, records
from workflows.actions.cases import case_start
from workflows.bpmn.form.model import Kind as FieldKind
from workflows.clock import now
from workflows.models import Case, Record, RecordFile, RecordKind, RecordNotice
from workflows.packages import kind_of
from workflows.packs.model import Button, Kind
from workflows.packs.reading import numbered
from workflows.record_policies import may_press, persons

MAX_ONCE = 80


@action
def record_create(*, actor: User, kind_id: int, answers: Mapping[str, Any], once: str = "") -> Record:
    """Register a record with these raw answers, judged here and now, and begin what begins with it.

    `once` is the form's own key: the same form sent again (a second click, a phone that found its network) returns the record there
    is. Files are those stored under it. Raises `Denied`, `Hidden`, `Invalid` with what is wrong by field.
    """
    row = fetch(RecordKind.objects.select_related("pack"), actor, "record_create", kind_id)
    known = _known(actor, once)
    if known is not None:
        return known
    # Under the kind's lock numbers are given, and what was sent twice at once comes one after the other.
    row = RecordKind.objects.select_for_update(of=("self",)).select_related("pack").get(pk=kind_id)
    known = _known(actor, once)
    if known is not None:
        return known
    kind = kind_of(row)
    stored = files_of(actor, once)
    values = _judged(actor, kind, answers, stored)
    return make_record(row, values, actor=actor, once=once, files=stored)


def make_record(
    row: RecordKind,
    values: Mapping[str, Any],
    *,
    actor: User | None,
    state: str = "",
    once: str = "",
    files: Mapping[str, list[RecordFile]] | None = None,
    owner: User | None = None,
) -> Record:
    """Write a new record of a kind whose row is locked; part of an action. `values` are FEEL values by field."""
    kind = kind_of(row)
    data = {key: feel.to_json(value) for key, value in values.items() if value is not None}
    year = records.year_of(kind, data)
    nth = (Record.objects.filter(kind=row, year=year).aggregate(last=Max("nth"))["last"] or 0) + 1
    record = Record(
        kind=row,
        year=year,
        nth=nth,
        number=numbered(kind.number, year=year, nth=nth),
        state=state or kind.states[0].key,
        data=data,
        owner=owner or actor,
        body=_body_of(owner or actor, kind, data),
        created=now(),
        changed=now(),
        once=once or None,
    )
    _hold_rules(record, kind)
    record.title = records.title_of(record, kind)
    versions.save(record, actor, "record_create", at=now())
    _hand_in(record, files or {})
    _log(record, actor, "record_create", number=record.number, title=record.title, state=record.state, data=data)
    _tell(record, kind, "", actor)
    _tell(record, kind, record.state, actor)
    for button in kind.buttons:
        if button.at_once and records.holds(button.when, _context(record, kind)):
            _start(record, button, actor)
    return record


@action
def record_edit(
    *, actor: User, record_id: int, answers: Mapping[str, Any], opened_on: str = "", once: str = ""
) -> Record:
    """Change a record's answers. The same answers change nothing. `opened_on` is the version the form was opened on; files added are
    those stored under `once`, beside which the ones there are stay unless `answers` names fewer (``keep.<field>``: their keys).

    Raises `Hidden`, `Denied`, `Invalid` by field, and `Conflict` where somebody has changed one of the fields since.
    """
    fetch(Record.objects.select_related("kind__pack"), actor, "record_edit", record_id)
    record = lock(record_id)
    kind = kind_of(record.kind)
    stored = files_of(actor, once)
    for one in kind.fields:
        if one.kind is FieldKind.FILE:
            kept = {str(key) for key in answers.get(f"keep.{one.key}", ())}
            there = RecordFile.objects.filter(record=record, field=one.key, given__isnull=False)
            stored[one.key] = [*(file for file in there if str(file.pk) in kept), *stored.get(one.key, [])]
    values = _judged(actor, kind, answers, stored)
    versions.require(record, opened_on, ["data"], actor)
    _hand_in(record, stored)
    return change(record, kind, values, actor=actor, act="record_edit")


def change(
    record: Record,
    kind: Kind,
    values: Mapping[str, Any],
    *,
    actor: User | None,
    act: str,
    state: str = "",
    why: str = "",
) -> Record:
    """Write other values and another state into a locked record, with a version and an entry in its log; part of an action. Nothing
    different writes nothing. Raises `Invalid` for a state the kind does not have."""
    if state and kind.state_of(state) is None:
        raise Invalid(_("“%(kind)s”没有状态“%(state)s”。") % {"kind": kind.name, "state": state}, code="no_state")
    data = dict(record.data)
    for key, value in values.items():
        if value is None:
            data.pop(key, None)
        else:
            data[key] = feel.to_json(value)
    came_to = state if state and state != record.state else ""
    if data == record.data and not came_to:
        return record
    old = {key: record.data.get(key) for key in {*data, *record.data} if record.data.get(key) != data.get(key)}
    said: dict[str, Any] = {"old": old, "new": {key: data.get(key) for key in old}}
    if came_to:
        said |= {"from": record.state, "to": came_to}
    record.data, record.state, record.changed = data, state or record.state, now()
    if old:
        _hold_rules(record, kind)
    record.title = records.title_of(record, kind)
    versions.save(record, actor, act, why=why, fields=["data", "state", "title", "changed"], at=now())
    _log(record, actor, act, title=record.title, **said)
    if came_to:
        _tell(record, kind, came_to, actor)
    return record


@action
def record_begin(*, actor: User, record_id: int, button: str) -> Case:
    """Begin the flow of a button of this record. Raises `Hidden`, `Denied` (whose button it is), `WrongState` (not now: its condition
    does not hold) and `Conflict` (a flow about the record is running)."""
    record = fetch(Record.objects.select_related("kind__pack"), actor, "record_begin", record_id)
    kind = kind_of(record.kind)
    found = next((one for one in kind.buttons if one.key == button and not one.at_once), None)
    if found is None:
        raise Hidden(_("这种记录没有这项操作。请刷新页面后再试。"))
    if not may_press(actor, record, found.who):
        raise Denied(_("这项操作不由您办理。请与登记人或流程管理员联系。"), code="role")
    # The case first, then the record: a step of a case that writes into its record locks them in this order.
    case = _start(record, found, actor)
    record = lock(record_id)
    if not records.holds(found.when, _context(record, kind)):
        raise WrongState(
            _("这条记录现在不能“%(act)s”。请刷新页面，看它的状态。") % {"act": found.label}, code="not_now"
        )
    return case


def record_file_add(
    *, actor: User, kind_id: int, once: str, field: str, name: str, content: bytes, record_id: int | None = None
) -> RecordFile:
    """Store a file for a record that is still to be sent, under its form's key `once`; for changes to `record_id`, where it is there
    already. The same bytes twice are one file.

    Raises `Hidden`, `Denied`; `Invalid` with the reason at `field` where it cannot be taken, or is one too many.
    """
    # Examining takes its time, so it is done for nobody who could not send the form.
    _takes_files(actor, kind_id, record_id)
    try:
        checked = uploads.check(name, content)
        scanning.examine(content)
    except uploads.Unacceptable as error:
        raise _refused(field, _("“%(name)s”没有上传。%(why)s") % {"name": name, "why": error}) from None
    return _store(actor, kind_id, record_id, once, field, checked, content)


def _takes_files(actor: User, kind_id: int, record_id: int | None) -> RecordKind:
    """The kind, for whoever may register a record of it, or change the one there is."""
    if record_id is None:
        return fetch(RecordKind.objects.select_related("pack"), actor, "record_create", kind_id)
    return fetch(Record.objects.select_related("kind__pack"), actor, "record_edit", record_id).kind


@action
def _store(
    actor: User,
    kind_id: int,
    record_id: int | None,
    once: str,
    field: str,
    checked: uploads.Checked,
    content: bytes,
) -> RecordFile:
    row = _takes_files(actor, kind_id, record_id)
    one = kind_of(row).field_of(field)
    if one is None or one.kind is not FieldKind.FILE or not once or len(once) > MAX_ONCE:
        raise _refused(field, _("这里不收这份文件。请刷新页面后再试。"))
    digest = hashlib.sha256(content).hexdigest()
    mine = RecordFile.objects.filter(uploaded_by=actor, once=once, field=field)
    if (known := mine.filter(sha256=digest).first()) is not None:
        return known
    most = int(one.maximum or 1)
    if mine.count() >= most:
        raise _refused(field, _("这一项最多 %(limit)s 份文件。请先移除不要的，再上传。") % {"limit": most})
    stored = default_storage.save(f"records/{secrets.token_hex(20)}", ContentFile(content))
    # The row is rolled back with the action; the bytes must not stay behind without one.
    if_undone(lambda: default_storage.delete(stored))
    file = RecordFile(
        kind=row,
        once=once,
        field=field,
        name=checked.name,
        file=stored,
        size=len(content),
        content_type=checked.content_type,
        sha256=digest,
        uploaded_by=actor,
        uploaded=now(),
    )
    try:
        with transaction.atomic():
            file.save()
    except IntegrityError:
        default_storage.delete(stored)
        return mine.get(sha256=digest)
    return file


@action
def record_file_remove(*, actor: User, file_id: int) -> None:
    """Take off one's own file that has not been handed in; twice changes nothing."""
    file = RecordFile.objects.select_for_update().filter(pk=file_id, uploaded_by=actor, given__isnull=True).first()
    if file is not None:
        stored = str(file.file.name)
        file.delete()
        transaction.on_commit(lambda: default_storage.delete(stored))


@action
def record_notice_read(*, actor: User, notice_id: int | None = None) -> int:
    """Note that one's own notice (or all of them) has been read; how many were new."""
    rows = RecordNotice.objects.filter(person=actor, read__isnull=True)
    if notice_id is not None:
        rows = rows.filter(pk=notice_id)
    return int(rows.update(read=now()))


def lock(record_id: int) -> Record:
    """The record's row, locked until the action's end."""
    rows = Record.objects.select_for_update(of=("self",)).select_related("kind__pack", "owner", "body")
    found = rows.filter(pk=record_id).first()
    if found is None:
        raise Hidden(_("没有找到这条记录，或者您没有查看它的权限。"))
    return found


def files_of(actor: User, once: str) -> dict[str, list[RecordFile]]:
    """The files somebody has stored for a form that is still to be sent, by field."""
    found: dict[str, list[RecordFile]] = {}
    if once:
        for file in RecordFile.objects.filter(uploaded_by=actor, once=once, given__isnull=True):
            found.setdefault(file.field, []).append(file)
    return found


def tell(record: Record, people: Any, text: str, once: str) -> int:
    """Put a notice before these people, each once per `once`; part of an action. How many were told."""
    words = " ".join(text.split())[:500]
    rows = [RecordNotice(record=record, person=person, text=words, told=now(), once=once[:120]) for person in people]
    return len(RecordNotice.objects.bulk_create(rows, ignore_conflicts=True))


def _judged(
    actor: User, kind: Kind, answers: Mapping[str, Any], files: Mapping[str, list[RecordFile]]
) -> dict[str, Any]:
    verdict = answering.judged_fields(actor, kind.fields, answers, files=files)
    if not verdict.ok:
        raise Invalid(_("有几项还要填写或修改。"), code="answers", fields=answering.refusal(verdict.faults))
    return dict(verdict.values)


def _hold_rules(record: Record, kind: Kind) -> None:
    """Raises `Invalid` with what the kind's file says where a record breaks one of its rules, or is there already."""
    rule = records.broken_rule(record, kind)
    if rule is not None:
        words = names.label(rule.label)
        about = feel.parse(rule.when).names
        field = next((one.key for one in kind.fields if {one.key, f"{one.key}_data"} & set(about)), "")
        raise Invalid(words, code="rule", fields={field: words} if field else {})
    twin = records.twin_of(record, kind)
    if twin is not None:
        words = _("已经登记过：%(number)s。请打开那一条查看或修改。") % {"number": twin.number}
        raise Invalid(words, code="twin")


def _hand_in(record: Record, files: Mapping[str, list[RecordFile]]) -> None:
    """Files that were stored beforehand belong to the record from now on."""
    fresh = [file.pk for rows in files.values() for file in rows if file.given is None]
    RecordFile.objects.filter(pk__in=fresh).update(record=record, given=now())


def _known(actor: User, once: str) -> Record | None:
    if not once:
        return None
    if len(once) > MAX_ONCE:
        raise Invalid(_("页面已过期。请刷新后再填。"))
    return Record.objects.filter(once=once, owner=actor).first()


def _context(record: Record, kind: Kind) -> dict[str, Any]:
    return records.contexts([record], kind)[record.pk]


def _start(record: Record, button: Button, actor: User | None) -> Case:
    kind = kind_of(record.kind)
    values = {one.key: feel.from_json(record.data.get(one.key)) for one in kind.fields}
    return case_start(
        actor=actor,
        definition=button.flow,
        subject=record.chain,
        title=record.title or record.number,
        variables={**values, "record": {"id": record.pk, "number": record.number, "title": record.title}},
    )


def _tell(record: Record, kind: Kind, on: str, actor: User | None) -> None:
    for notice in kind.notices:
        if notice.on != on:
            continue
        text = records.evaluated(notice.text, _context(record, kind))
        people = persons(record, notice.to)
        if actor is not None:
            # Nobody needs to be told what they have just done.
            people = people.exclude(pk=actor.pk)
        if isinstance(text, str) and text.strip():
            tell(record, people, text, f"{notice.key}:{record.changed.isoformat()}")


def _body_of(person: User | None, kind: Kind, data: Mapping[str, Any]) -> Body | None:
    """Which body a record is of: the one it names in a field of that kind, else the one its owner works for, if there is just one."""
    named = [data.get(one.key) for one in kind.fields if one.kind is FieldKind.BODY]
    codes = {code for code in named if isinstance(code, str)}
    if not codes and person is not None:
        codes = {key.partition(":")[0] for key in roles.of(person) if ":" in key}
        codes |= {seat.body.code for seat in roles.seats_of(person)}
    return Body.objects.filter(code=codes.pop()).first() if len(codes) == 1 else None


def _log(record: Record, actor: User | None, verb: str, **data: Any) -> None:
    said = {"kind": record.kind.key, **data}
    audit.record(subject=record.chain, actor=actor, verb=verb, target=record.chain, data=said)


def _refused(field: str, why: str) -> Invalid:
    return Invalid(why, code="file_refused", fields={field: why})
