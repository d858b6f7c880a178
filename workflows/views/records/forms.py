"""The form of a record: the fields its kind asks for, with the files stored so far. It judges nothing; the action does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.urls import reverse

from permissions import versions
from permissions.models import User
from permissions.policies import visible
from workflows import answering, feel
from workflows.actions import records as acts
from workflows.bpmn.form.model import Kind as FieldKind
from workflows.models import Record, RecordFile, RecordKind, StepFile
from workflows.packages import kind_of
from workflows.views.step_forms import AskingForm

#: Names of the form's own fields in its tables: no key of a field has a dot.
ONCE, VERSION = "own.once", "own.version"
KEPT = "keep."


class RecordForm(AskingForm):
    """What is asked of a new record of `row`, or of the one there is. `once` is the form's own key, under which its files are stored
    and by which, sent twice, it makes one record."""

    version_field = VERSION
    own = MappingProxyType({ONCE: "once", VERSION: "version"})

    def __init__(
        self,
        user: User,
        row: RecordKind,
        record: Record | None = None,
        data: QueryDict | None = None,
        begun: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.kind, self.record = kind_of(row), record
        self.once = (data.get("once", "") if data is not None else "") or str(uuid4())
        self.kept = _kept(user, self.kind.fields, record, data)
        fresh = acts.files_of(user, self.once)
        stored = {
            one.key: [*self.kept.get(one.key, ()), *fresh.get(one.key, ())]
            for one in self.kind.fields
            if one.kind is FieldKind.FILE
        }
        known = record.data if record is not None else {}
        values = feel.from_json(known)
        there = {one.key: answering.raw_of(one, values.get(one.key)) for one in self.kind.fields}
        there |= {key: text for key, text in begun.items() if self.kind.field_of(key) is not None}
        super().__init__(user, self.kind.fields, data, there, stored)
        version = versions.token(record) if record is not None else ""
        self.fields[ONCE] = forms.CharField(
            required=False, max_length=acts.MAX_ONCE, initial=self.once, widget=forms.HiddenInput
        )
        self.fields[VERSION] = forms.CharField(required=False, max_length=20, initial=version, widget=forms.HiddenInput)

    def file_at(self, file: StepFile | RecordFile) -> str:
        """Where a file stored for this record is fetched."""
        return reverse("record_file", args=[file.pk])

    @property
    def hidden(self) -> list[Any]:
        """What the form carries unseen."""
        return [self[ONCE], self[VERSION]]

    @property
    def opened_on(self) -> str:
        """The version of the record the form was opened on."""
        return str(self[VERSION].value() or "")

    @property
    def sent(self) -> dict[str, Any]:
        """The answers as the actions take them, with the files there were that stay."""
        return {**self.answers, **{f"{KEPT}{key}": [file.pk for file in rows] for key, rows in self.kept.items()}}


def _kept(
    user: User, fields: Sequence[Any], record: Record | None, data: QueryDict | None
) -> dict[str, list[RecordFile]]:
    """The record's files that stay: all of them, until the page says which."""
    found: dict[str, list[RecordFile]] = {}
    if record is None:
        return found
    gone = {do.removeprefix("remove-") for do in (data.getlist("do") if data is not None else ())}
    said = None if data is None else {*data.getlist("kept")} - gone
    there = {
        int(item["id"])
        for one in fields
        if one.kind is FieldKind.FILE
        for item in record.data.get(one.key) or ()
        if isinstance(item, dict) and str(item.get("id", "")).isdigit()
    }
    for file in visible(user, RecordFile.objects.filter(record=record, pk__in=there, given__isnull=False)):
        if said is None or str(file.pk) in said:
            found.setdefault(file.field, []).append(file)
    return found
