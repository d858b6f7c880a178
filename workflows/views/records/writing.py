"""Registering a record and changing one: the form, its files, and the questions that show otherwise after an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from permissions import access, downloads
from permissions.errors import Hidden
from permissions.models import User
from permissions.policies import may
from permissions.views.answers import attempt
from workflows import names
from workflows.actions.records import record_create, record_edit, record_file_add, record_file_remove
from workflows.models import Record, RecordFile, RecordKind
from workflows.packages import kind_of
from workflows.views import outbox
from workflows.views.records.forms import RecordForm
from workflows.views.records.pages import kind_row
from workflows.views.step_forms import stored


@require_http_methods(["GET", "HEAD", "POST"])
def record_new(request: HttpRequest, key: str) -> HttpResponse:
    """Register a record of this kind. Values in the address (``?village=3``) are what the form begins with."""
    user = cast("User", request.user)
    row = kind_row(user, key)
    done: list[Record] = []

    def create(form: RecordForm) -> None:
        done.append(record_create(actor=user, kind_id=row.pk, answers=form.sent, once=form.once))

    return _answer(request, user, row, None, create, done)


@require_http_methods(["GET", "HEAD", "POST"])
def record_edit_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a record says."""
    user = cast("User", request.user)
    record = access.fetch(Record.objects.select_related("kind__pack"), user, "view", pk)
    done: list[Record] = []

    def edit(form: RecordForm) -> None:
        done.append(record_edit(actor=user, record_id=pk, answers=form.sent, opened_on=form.opened_on, once=form.once))

    return _answer(request, user, record.kind, record, edit, done)


@require_safe
def record_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file of a record, always as a download."""
    row = access.fetch(RecordFile.objects.all(), cast("User", request.user), "view", pk)
    stored_as = str(row.file.name)
    if not default_storage.exists(stored_as):
        raise Hidden(_("这份材料的文件不在了。请联系系统管理员，并告知材料名称。"))
    return downloads.as_file(FileResponse(default_storage.open(stored_as), content_type=row.content_type), row.name)


def _answer(
    request: HttpRequest, user: User, row: RecordKind, record: Record | None, act: Any, done: list[Record]
) -> HttpResponse:
    verdict = may(user, "record_edit", record) if record is not None else may(user, "record_create", row)
    begun = {key: value for key, value in request.GET.items() if isinstance(value, str) and value}
    if request.method != "POST":
        return _page(request, row, record, RecordForm(user, row, record, begun=begun), verdict.why, 200)
    do = request.POST.get("do", "")
    if do == "ask" and getattr(request, "htmx", False):
        form = RecordForm(user, row, record, request.POST)
        return render(request, "workflows/forms/kept.html", {"form": form, "changed": form.changed_for(request.POST)})
    refused = _files_stored(request, user, row, record)
    if (number := do.removeprefix("remove-")) != do and number.isdecimal() and len(number) < 19:
        record_file_remove(actor=user, file_id=int(number))
    form = RecordForm(user, row, record, request.POST)
    if refused:
        status = form.refuse(refused)
    elif do == "complete":
        status = attempt(form, lambda: act(form))
    else:
        status = 200
    if done:
        return _done(request, done[0], record is None)
    return _page(request, row, record, form, verdict.why, status)


def _done(request: HttpRequest, record: Record, new: bool) -> HttpResponse:
    words = _("已登记：%(number)s") if new else _("已保存：%(number)s")
    messages.success(request, words % {"number": record.number})
    return outbox.answer(request, reverse("record", args=[record.pk]))


def _page(
    request: HttpRequest, row: RecordKind, record: Record | None, form: RecordForm, why: str, status: int
) -> HttpResponse:
    kind = kind_of(row)
    context: Mapping[str, Any] = {
        "row": row,
        "record": record,
        "form": form,
        "why": why,
        "help": names.label(kind.help),
        "here": request.path,
    }
    return render(request, "workflows/records/form.html", dict(context), status=status)


def _files_stored(request: HttpRequest, user: User, row: RecordKind, record: Record | None) -> dict[str, str]:
    once = request.POST.get("once", "")
    return stored(
        request,
        lambda field, name, content: record_file_add(
            actor=user,
            kind_id=row.pk,
            once=once,
            field=field,
            name=name,
            content=content,
            record_id=record.pk if record is not None else None,
        ),
    )
