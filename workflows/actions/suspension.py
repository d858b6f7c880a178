"""Holding a case still, and letting it go on. Nothing moves a suspended case: no person, no message, no clock, no worker."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from viewflow.workflow.status import PROCESS

from permissions import audit
from permissions.errors import ApplicationError, WrongState
from permissions.models import User
from permissions.policies import require
from permissions.transactions import action
from workflows import handlers, queue
from workflows.actions.tasks import timer_fire
from workflows.clock import now
from workflows.errors import told
from workflows.locks import lock_case
from workflows.models import Case, CaseTask, CaseTimer, Incident, TaskKind

log = structlog.get_logger(__name__)

# A short cycle that was due all through a long pause has a thousand firings to make up for; the worker goes on with the rest.
AT_ONCE = 50


@action
def case_suspend(*, actor: User | None, case_id: int, reason: str) -> Case:
    """Hold a running case still until somebody resumes it, and with it the cases it has called. A reason is required, logged,
    and shown to whoever meets the case.

    Raises `Invalid` without a reason, `WrongState` where the case has ended (``ended``) or stands still already (``suspended``).
    """
    case, head = lock_case(case_id)
    if actor is not None:
        require(actor, "case_suspend", case)
    text = told(reason, _("请写明暂停流程的原因。"), _("请写明原因，例如：等待上级批复。"))
    if not case.is_running:
        raise WrongState(_("这件流程已经办结，不能暂停。"), code="ended")
    if case.suspended is not None:
        raise WrongState(
            _("这件流程已经暂停（%(reason)s），不用再暂停。") % {"reason": case.suspend_reason}, code="suspended"
        )
    _hold_still(case, head, actor, text, now())
    return case


def _hold_still(case: Case, head: audit.Head, actor: User | None, reason: str, at: datetime) -> None:
    """Suspend this case and what it has called; the same moment says later which of those were suspended with it."""
    case.suspended, case.suspend_reason = at, reason
    case.save(update_fields=["suspended", "suspend_reason"])
    entry = audit.Event(actor, "case_suspend", f"case:{case.pk}", {"case": case.pk, "reason": reason})
    audit.append(*audit.chain_rows(head, [entry], at))
    for pk in case.children.filter(status=PROCESS.NEW).order_by("pk").values_list("pk", flat=True):
        called = lock_case(pk)
        if called.case.moves:
            _hold_still(called.case, called.head, actor, reason, at)


@action
def case_resume(*, actor: User | None, case_id: int, reason: str = "") -> Case:
    """Let a suspended case go on. What came due meanwhile happens now: each clock once, in the order they were due, then the
    worker's jobs, then whoever listens (`handlers.on_case_resume`).

    Raises `WrongState` where the case has ended (``ended``) or is not suspended (``not_suspended``).
    """
    case, head = lock_case(case_id)
    if actor is not None:
        require(actor, "case_resume", case)
    text = told(reason)
    if not case.is_running:
        raise WrongState(_("这件流程已经办结，不能恢复。"), code="ended")
    if case.suspended is None:
        raise WrongState(_("这件流程没有暂停，不用恢复。"), code="not_suspended")
    since = case.suspended
    at = now()
    data: dict[str, Any] = {"case": case.pk, "reason": text, "since": since, "was": case.suspend_reason}
    case.suspended, case.suspend_reason = None, ""
    case.save(update_fields=["suspended", "suspend_reason"])
    audit.append(*audit.chain_rows(head, [audit.Event(actor, "case_resume", f"case:{case.pk}", data)], at))
    for pk in case.children.filter(suspended=since, status=PROCESS.NEW).order_by("pk").values_list("pk", flat=True):
        case_resume(actor=None, case_id=pk, reason=text)
    _catch_up_clocks(case.pk)
    case.refresh_from_db()
    if case.is_running:
        _catch_up_jobs(case.pk)
        handlers.case_resumed(case)
        case.refresh_from_db()
    return case


def _given_up(work: str) -> Exists:
    """What the worker has given up waits for an administrator, and not for the case to go on."""
    return Exists(Incident.objects.filter(**{work: OuterRef("pk")}, resolved__isnull=True, next_try__isnull=True))


def _due(case_id: int) -> QuerySet[CaseTimer]:
    waiting = CaseTimer.objects.filter(case=case_id, fired__isnull=True, due__lte=now())
    return waiting.exclude(_given_up("timer")).order_by("due", "id")


def _catch_up_clocks(case_id: int) -> None:
    """Fire what is due, the longest due first; a firing may set the next one, clear others, or end the case."""
    from workflows import tasks as jobs

    left_to_worker: list[int] = []
    for _firing in range(AT_ONCE):
        due = _due(case_id).exclude(pk__in=left_to_worker).first()
        if due is None:
            break
        try:
            fired = timer_fire(timer_row=due.pk)
        except ApplicationError as error:
            # The case goes on all the same; the worker tries this one as it tries any other, and says so where it cannot.
            log.warning("timer cannot fire on resume", timer=due.pk, code=error.code)
            fired = False
        if not fired:
            left_to_worker.append(due.pk)
    for timer in _due(case_id):
        queue.put_once(jobs.work_of_timer(timer.pk, timer.due))


def _catch_up_jobs(case_id: int) -> None:
    """A job whose turn came during the pause found the case standing still and is gone: the worker gets it anew."""
    from workflows import tasks as jobs

    waiting = CaseTask.objects.filter(process=case_id, kind=TaskKind.JOB, finished__isnull=True)
    for task in waiting.exclude(_given_up("task")).order_by("token_id"):
        queue.put_once(jobs.work_of_task(task.pk))
