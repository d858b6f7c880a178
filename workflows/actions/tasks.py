"""Doing tasks: people's, the worker's, the clock's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Permission
from django.utils.translation import gettext as _
from viewflow.workflow.status import STATUS

from permissions import audit
from permissions.errors import Hidden, WrongState
from permissions.models import User
from permissions.policies import may, require, visible
from permissions.transactions import action
from workflows import feel, flows, handlers
from workflows.actions.incidents import faults_recorded
from workflows.clock import now
from workflows.engine import Complete, TimerFired
from workflows.errors import require_running
from workflows.locks import Locked, lock_task, lock_timer
from workflows.models import CaseTask, CaseTaskUserPermission, Incident, TaskKind
from workflows.policies import withheld_cases
from workflows.runtime import Run

# The queue goes by the database's clock and this process by its own.
CLOCKS_DIFFER = timedelta(seconds=2)


def _lock_task(actor: User, task_id: int) -> tuple[Locked, CaseTask]:
    """The task with its case locked. Raises `Hidden` where there is no such task, or the actor may not know of it."""
    locked, task = lock_task(task_id, actor)
    if not _knows(actor, task):
        raise Hidden(_("没有找到这件待办，或者您没有查看它的权限。请返回待办，从列表中打开。"))
    return locked, task


def _knows(actor: User, task: CaseTask) -> bool:
    """May the actor know of this task? What the lock's own query has told spares a second one."""
    if getattr(task, "is_candidate", False) or actor.pk in (task.owner_id, task.completed_by_id):
        # Only what a case is about can be kept from somebody: one about nothing is not asked for.
        return not task.process.subject or not withheld_cases(actor).filter(pk=task.process_id).exists()
    return visible(actor, CaseTask.objects.filter(pk=task.pk)).exists()


def lock_task_of(actor: User | None, task_id: int, act: str) -> tuple[Locked, CaseTask]:
    """The task with its case locked, for what administrators may do to every task and others to those they know of; the system
    (`actor` None) to all. Raises `Hidden`."""
    locked, task = lock_task(task_id, actor)
    if actor is not None and not may(actor, act, task) and not _knows(actor, task):
        raise Hidden(_("没有找到这件待办，或者您没有查看它的权限。请返回待办，从列表中打开。"))
    return locked, task


def require_open(task: CaseTask) -> None:
    """Raises `WrongState`: the case has ended or stands still, the task is done (by whom) or the case has gone on."""
    require_running(task.process)
    if not task.is_open:
        if task.status == STATUS.DONE:
            who = task.completed_by.label if task.completed_by is not None else _("系统")
            raise WrongState(
                _("这一步已由%(who)s办理，不用再办。") % {"who": who},
                code="already_done",
                data={"completed_by": task.completed_by_id},
            )
        raise WrongState(_("流程已经往下走，这一步不用再办。"), code="cancelled")


def _log(task: CaseTask, actor: User, verb: str) -> None:
    data = {"case": task.process_id, "node": task.node, "name": task.name}
    audit.record(subject=task.process.chain, actor=actor, verb=verb, target=f"task:{task.pk}", data=data)


@action
def task_claim(*, actor: User, task_id: int) -> CaseTask:
    """Take an offered task, so that others see it is in hand. Taking one's own again changes nothing."""
    _locked, task = _lock_task(actor, task_id)
    require_open(task)
    require(actor, "task_claim", task)
    if task.owner_id == actor.pk:
        return task
    if task.owner_id is not None:
        # Taken by somebody whose role has run out since.
        flows.CaseActivation(task).unassign()
    flows.CaseActivation(task).assign(actor)
    task.assigned = now()
    task.save(update_fields=["owner", "status", "assigned"])
    _log(task, actor, "task_claim")
    return task


@action
def task_release(*, actor: User, task_id: int) -> CaseTask:
    """Give a taken task back to its candidates."""
    _locked, task = _lock_task(actor, task_id)
    require_open(task)
    require(actor, "task_release", task)
    flows.CaseActivation(task).unassign()
    task.assigned = None
    task.save(update_fields=["owner", "status", "assigned"])
    _log(task, actor, "task_release")
    return task


@action
def task_ask(*, actor: User, task_id: int, user: User, reason: str) -> CaseTask:
    """Ask one more person to do an open task, because those it is offered to must not do it. Asked already changes nothing.

    No policy of its own: the action that calls it knows who stands in for whom, and has one.
    """
    _locked, task = lock_task(task_id, actor)
    require_open(task)
    right = Permission.objects.get(content_type__app_label="workflows", codename="complete_casetask")
    _row, new = CaseTaskUserPermission.objects.get_or_create(permission=right, user=user, content_object=task)
    if new:
        data = {"case": task.process_id, "node": task.node, "name": task.name, "user": user.username, "reason": reason}
        audit.record(subject=task.process.chain, actor=actor, verb="task_ask", target=f"task:{task.pk}", data=data)
    return task


@action
def task_complete(*, actor: User, task_id: int, variables: Mapping[str, Any] | None = None, note: str = "") -> CaseTask:
    """Complete a task with the values the person gave, and let the case go on to its next waits.

    Raises `Hidden`, `Denied` (why not), `WrongState` (done already, by whom), `FlowStuck`. A second click finds the first done.
    """
    locked, task = _lock_task(actor, task_id)
    require_open(task)
    require(actor, "task_complete", task)
    flows.CaseActivation(task).complete()
    run = Run(*locked)
    given = dict(variables or {})
    # What the case is about takes the answers before the case goes on: automatic steps after this one see them there.
    if handlers.step_done(locked.case, task, given, actor):
        # What was known of the end of the chain no longer holds.
        run.head = None
    with faults_recorded(task_id=task.pk):
        run.play(Complete(task.token_id, given), by=actor, result=given)
        run.settle()
    data: dict[str, Any] = {
        "node": task.node,
        "name": task.name,
        "token": task.token_id,
        "variables": feel.to_json(given),
    }
    if note:
        data["note"] = note
    run.save(actor=actor, verb="task_complete", target=f"task:{task.pk}", data=data)
    task.completed_by, task.finished, task.result = actor, run.now, feel.to_json(given)
    return task


def _waits(**work: int) -> bool:
    """Has this work failed before, and its time to be tried again not come?"""
    found = Incident.objects.filter(**work, resolved__isnull=True).values_list("next_try", flat=True)[:1]
    return any(again is None or again > now() + CLOCKS_DIFFER for again in found)


@action
def job_run(*, task_id: int) -> bool:
    """Do a service task in the background worker: handler and step in one transaction. False: done already, or no case to move.

    Called at least once per task; the case's lock and the task's state make what it writes here happen once. What failed before
    is done when its incident says so, however often the queue asks.
    """
    try:
        locked, task = lock_task(task_id)
    except Hidden:
        return False
    if not locked.case.moves or not task.is_open or task.kind != TaskKind.JOB or _waits(task=task_id):
        return False
    run = Run(*locked)
    run.work(task)
    run.settle()
    run.save(actor=None, verb="job_run", target=f"task:{task.pk}", data={"node": task.node, "job": task.job_type})
    return True


@action
def timer_fire(*, timer_row: int) -> bool:
    """Let a due timer fire. False where it has fired, was cleared, its case is over or stands still, or its time has not come."""
    found = lock_timer(timer_row)
    if found is None:
        return False
    locked, timer = found
    run = Run(*locked)
    if timer.fired is not None or timer.due > run.now or not locked.case.moves or _waits(timer=timer_row):
        return False
    run.changes.timers_fired.add(timer.timer_id)
    run.play(TimerFired(timer.timer_id))
    run.settle()
    run.save(actor=None, verb="timer_fire", data={"node": timer.node, "timer": timer.timer_id, "due": timer.due})
    return True
