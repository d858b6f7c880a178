"""Answering a step: what is kept for later, files, and completing it with answers the server has judged."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from permissions import audit, scanning, uploads
from permissions.access import fetch
from permissions.errors import Hidden, Invalid
from permissions.models import User
from permissions.policies import require
from permissions.transactions import action, if_undone
from workflows import answering
from workflows.actions.tasks import require_open, task_complete
from workflows.bpmn.form.model import Kind
from workflows.clock import now
from workflows.locks import lock_task
from workflows.models import CaseTask, StepDraft, StepFile

#: More than this nobody fills in by hand.
MAX_DRAFT = 400_000


@action
def step_keep(*, actor: User, task_id: int, answers: Mapping[str, Any], note: str = "") -> StepDraft:
    """Keep what this person has filled in so far, as it was typed. Neither judged nor logged: it is theirs until they hand it in.

    Raises `Hidden`, `WrongState` (done meanwhile), `Denied`, `Invalid` (larger than anything one fills in).
    """
    task = _task(actor, task_id)
    keys = {one.key for one in answering.questions_of(task)}
    kept = {key: value for key, value in answers.items() if key in keys and value}
    if len(json.dumps(kept)) > MAX_DRAFT:
        raise Invalid(_("填写的内容太多，没有保存。请精简，或改为上传文件。"))
    defaults = {"answers": kept, "note": note[:1000], "saved": now()}
    draft, _new = StepDraft.objects.update_or_create(task=task, person=actor, defaults=defaults)
    return draft


def step_file_add(*, actor: User, task_id: int, field: str, name: str, content: bytes) -> StepFile:
    """Store a file as this person's answer to `field`, for when they complete the step. The same bytes sent twice are one file.

    Raises `Hidden`, `WrongState`, `Denied`; `Invalid` with the reason at `field` where it cannot be taken, or is one too many.
    """
    # Examining takes its time, so it is done before anything is locked; for nobody who may not do the step.
    seen = fetch(CaseTask.objects.select_related("process"), actor, "view", task_id)
    require_open(seen)
    require(actor, "task_complete", seen)
    try:
        checked = uploads.check(name, content)
        scanning.examine(content)
    except uploads.Unacceptable as error:
        raise _refused(field, _("“%(name)s”没有上传。%(why)s") % {"name": name, "why": error}) from None
    return _file_store(actor, task_id, field, checked, content)


@action
def _file_store(actor: User, task_id: int, field: str, checked: uploads.Checked, content: bytes) -> StepFile:
    locked, _task_row = lock_task(task_id, actor)
    task = _task(actor, task_id)
    question = next((one for one in answering.questions_of(task) if one.key == field and one.kind is Kind.FILE), None)
    if question is None:
        raise _refused(field, _("这一步不收这份文件。请刷新页面后再试。"))
    digest = hashlib.sha256(content).hexdigest()
    standing = StepFile.objects.filter(task=task, field=field, uploaded_by=actor, removed__isnull=True)
    if (known := standing.filter(sha256=digest).first()) is not None:
        return known
    most = int(question.maximum or 1)
    if standing.count() >= most:
        raise _refused(field, _("这一项最多 %(limit)s 份文件。请先移除不要的，再上传。") % {"limit": most})
    stored = default_storage.save(f"steps/{secrets.token_hex(20)}", ContentFile(content))
    # The row is rolled back with the action; the bytes must not stay behind without one.
    if_undone(lambda: default_storage.delete(stored))
    row = StepFile.objects.create(
        task=task,
        field=field,
        name=checked.name,
        file=stored,
        size=len(content),
        content_type=checked.content_type,
        sha256=digest,
        uploaded_by=actor,
        uploaded=now(),
    )
    _log(locked.case.chain, actor, "step_file_add", task, row)
    return row


@action
def step_file_remove(*, actor: User, task_id: int, file_id: int) -> StepFile:
    """Take one's own file off an open step; row and bytes stay for the record. Twice changes nothing."""
    locked, _task_row = lock_task(task_id, actor)
    task = _task(actor, task_id)
    row = StepFile.objects.select_for_update().filter(task=task, uploaded_by=actor, pk=file_id).first()
    if row is None:
        raise Hidden(_("没有这份文件。请刷新页面后再试。"))
    if row.removed is None:
        row.removed = now()
        row.save(update_fields=["removed"])
        _log(locked.case.chain, actor, "step_file_remove", task, row)
    return row


@action
def step_answer(*, actor: User, task_id: int, answers: Mapping[str, Any], note: str = "") -> CaseTask:
    """Complete a step with these raw answers, judged here and now under the case's lock: what shows, what has to be answered, what
    each answer is worth. Files are those the person has stored at the step; with it they are handed in.

    Raises what `task_complete` raises; `Invalid` with what is wrong by field, and then nothing has happened.
    """
    locked, seen = lock_task(task_id, actor)
    task = _task(actor, task_id) if seen.is_open else seen
    task.process = locked.case
    if task.is_open:
        fields = answering.questions_of(task)
        verdict = answering.judged(actor, task, fields, answers)
        if not verdict.ok:
            told = answering.refusal(verdict.faults)
            raise Invalid(_("有几项还要填写或修改。"), code="answers", fields=told)
        values = verdict.values
    else:
        values = {}
    # Who may, whether it is still open and who has done it meanwhile: `task_complete` says all of it.
    done = task_complete(actor=actor, task_id=task_id, variables=values, note=note)
    given = {item["id"] for value in values.values() if isinstance(value, list) for item in value if _is_file(item)}
    StepFile.objects.filter(task=task, uploaded_by=actor, pk__in=given, removed__isnull=True).update(given=now())
    StepDraft.objects.filter(task=task).delete()
    return done


def _is_file(item: Any) -> bool:
    return isinstance(item, Mapping) and {"id", "sha256"} <= item.keys()


def _task(actor: User, task_id: int) -> CaseTask:
    """The task, locked, if this person may do it and it is open."""
    rows = CaseTask.objects.select_for_update(of=("self",)).select_related("process__version")
    task = fetch(rows, actor, "view", task_id)
    require_open(task)
    require(actor, "task_complete", task)
    return task


def _log(chain: str, actor: User, verb: str, task: CaseTask, row: StepFile) -> None:
    data = {
        "case": task.process_id, "node": task.node, "name": task.name, "field": row.field, "file": row.name, "size": row.size,
        "sha256": row.sha256,
    }  # fmt: skip
    audit.record(subject=chain, actor=actor, verb=verb, target=f"task:{task.pk}", data=data)


def _refused(field: str, why: str) -> Invalid:
    return Invalid(why, code="file_refused", fields={field: why})
