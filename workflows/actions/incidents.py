"""Incidents: writing down what failed, trying it again, and an administrator's answer for a step that will not go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from permissions import access, audit
from permissions.errors import ApplicationError, Hidden, Invalid, WrongState
from permissions.models import User
from permissions.policies import require
from permissions.transactions import action, if_undone
from workflows import feel, flows, incidents, queue
from workflows.clock import now
from workflows.engine import Complete, ErrorThrown
from workflows.errors import place_of, require_running, told
from workflows.locks import Locked, lock_case, lock_task, lock_timer
from workflows.models import Case, CaseTask, CaseTimer, Incident
from workflows.runtime import Run


@contextmanager
def faults_recorded(*, task_id: int | None = None, case_id: int | None = None) -> Iterator[None]:
    """Around the moves a person's act makes: where the flow or a program is at fault, and so the person's act is undone, those
    who look after the flows learn of it. What the person can put right by itself is no incident."""
    try:
        yield
    except Exception as error:
        if incidents.is_fault(error):
            if_undone(partial(incident_record, error=error, task_id=task_id, case_id=case_id))
        raise


@action
def incident_record(
    *, error: Exception, task_id: int | None = None, timer_row: int | None = None, case_id: int | None = None
) -> Incident | None:
    """Write down, after everything it did was rolled back, that work failed; and say when the worker tries again.

    The work is a task (a service task of the worker's, or a person's in whose transaction an automatic step failed), a timer,
    or something else that was to move the case `case_id`. A further failure of the same work counts in the same incident.
    None where there is no such work any more: somebody else has done or ended it meanwhile.
    """
    found = _find_work(task_id, timer_row, case_id)
    if found is None:
        return None
    locked, task, timer = found
    moment = now()
    node = _node_of(error, task, timer)
    code = incidents.code_of(error)
    incident = _open_incident(locked, task, timer, node, code)
    known_already = incident.pk is not None and incident.code == code
    if incident.pk is not None:
        incident.attempts += 1
    incident.node, incident.code, incident.last_try = node, code, moment
    incident.case = locked.case
    incident.reason = str(error) if isinstance(error, ApplicationError) else ""
    incident.reason = incidents.words(incident)
    again = incidents.next_try(incident.attempts, moment) if incidents.is_the_workers(incident) else None
    incident.next_try = again
    incident.save()
    if not locked.case.has_incidents:
        Case.objects.filter(pk=locked.case.pk).update(has_incidents=True)
    if again is not None:
        _enqueue(incident)
    elif known_already and not incidents.is_the_workers(incident):
        # Somebody clicks again and again: it counts, and the log has it once.
        return incident
    _log(
        locked,
        "incident_record",
        incident,
        None,
        {"reason": incident.reason, "attempts": incident.attempts, "next_try": again},
    )
    return incident


def _find_work(
    task_id: int | None, timer_row: int | None, case_id: int | None
) -> tuple[Locked, CaseTask | None, CaseTimer | None] | None:
    """The work with its case locked; None where it is done, cleared or gone, or its case over."""
    task: CaseTask | None = None
    timer: CaseTimer | None = None
    try:
        if timer_row is not None:
            found = lock_timer(timer_row)
            if found is None:
                return None
            locked, timer = found
        elif task_id is not None:
            locked, task = lock_task(task_id)
        elif case_id is not None:
            locked = lock_case(case_id)
        else:
            raise TypeError("an incident is about a task, a timer or a case")
    except Hidden:
        return None
    over = (task is not None and not task.is_open) or (timer is not None and timer.fired is not None)
    return None if over or not locked.case.is_running else (locked, task, timer)


def _node_of(error: Exception, task: CaseTask | None, timer: CaseTimer | None) -> str:
    """Where it failed: what the error names, else where the work stands."""
    return place_of(error) or (task.node if task is not None else timer.node if timer is not None else "")


def _open_incident(locked: Locked, task: CaseTask | None, timer: CaseTimer | None, node: str, code: str) -> Incident:
    """The open incident of this work, or a new one that is not stored yet."""
    same = Incident.objects.filter(case=locked.case.pk, task=task, timer=timer, resolved__isnull=True)
    if task is None and timer is None:
        same = same.filter(node=node, code=code)
    return same.first() or Incident(case=locked.case, task=task, timer=timer, created=now())


def _enqueue(incident: Incident) -> None:
    from workflows import tasks as jobs

    if incident.timer_id is not None:
        queue.put_anew(jobs.work_of_timer(incident.timer_id, incident.next_try))
    elif incident.task_id is not None:
        queue.put_anew(jobs.work_of_task(incident.task_id, incident.next_try))


def _look_again(incident: Incident) -> bool:
    """Have the case look at what is kept for it; False where it is about to."""
    from workflows import tasks as jobs

    return queue.put_once(jobs.work_of_look(incident.case_id, 0))


def _log(locked: Locked, verb: str, incident: Incident, actor: User | None, data: Mapping[str, Any]) -> None:
    about = {
        "case": incident.case_id,
        "node": incident.node,
        "task": incident.task_id,
        "timer": incident.timer_id,
        "code": incident.code,
    }
    event = audit.Event(actor, verb, f"incident:{incident.pk}", {**about, **data})
    audit.append(*audit.chain_rows(locked.head, [event], now()))


@action
def incident_retry(*, actor: User, incident_id: int) -> Incident:
    """Let the worker try again at once, whenever it would have; of a delivery that failed bring again what is kept for the case.
    Asked again before it has tried, nothing changes.

    Raises `Hidden`, `Denied`, `WrongState` (it is over; its case stands still or has ended; it is a person's to try again).
    """
    incident, locked, _task = _lock(actor, "incident_retry", incident_id)
    require_running(locked.case)
    if incidents.is_kept(incident):
        if _look_again(incident):
            _log(locked, "incident_retry", incident, actor, {"attempts": incident.attempts})
        return incident
    if not incidents.is_the_workers(incident):
        raise WrongState(_("这件异常不能从这里重试：由办理人再办一次，或等消息再次送达。"), code="not_the_workers")
    moment = now()
    if incident.next_try is not None and incident.next_try <= moment:
        return incident
    incident.next_try = moment
    incident.save(update_fields=["next_try"])
    _enqueue(incident)
    _log(locked, "incident_retry", incident, actor, {"attempts": incident.attempts})
    return incident


def incidents_retry(*, actor: User, incident_ids: Iterable[int]) -> tuple[int, int]:
    """Retry many, each in a transaction of its own; how many were, and how many could not be because things had moved on."""
    require(actor, "incident_retry", Incident)
    done = left = 0
    for pk in incident_ids:
        try:
            incident_retry(actor=actor, incident_id=pk)
        except (WrongState, Hidden):
            left += 1
        else:
            done += 1
    return done, left


@action
def incident_resolve(
    *,
    actor: User,
    incident_id: int,
    how: str,
    reason: str,
    variables: Mapping[str, Any] | None = None,
    error: str = "",
) -> Incident:
    """An administrator answers for work that will not go. `how` is one of `incidents.WAYS`; the reason is required and logged.

    ``complete``: the service task counts as done and brings `variables`. ``error``: it fails with the BPMN error code `error`,
    which the diagram must catch. ``dismiss``: only where it was a person's step that failed, and nobody waits for the worker.
    Raises `Hidden`, `Denied`, `Invalid`, `WrongState` (somebody or a later attempt was quicker), `FlowStuck`.
    """
    incident, locked, task = _lock(actor, "incident_resolve", incident_id)
    text = told(reason, _("请写明这样处理的原因。"), _("请写明原因，例如：已在原系统人工办理。"))
    if how not in incidents.ways(incident):
        raise Invalid(_("这件异常不能这样处理，请选择页面上给出的办法。"), fields={"how": _("请选择一种处理办法。")})
    require_running(locked.case)
    incident.resolved, incident.resolved_by, incident.resolution = now(), actor, text
    incident.save(update_fields=["resolved", "resolved_by", "resolution"])
    data: dict[str, Any] = {"how": how, "reason": text, "node": incident.node, "code": incident.code}
    if task is None or how == incidents.DISMISS:
        _log(locked, "incident_resolve", incident, actor, data)
        return incident
    run = Run(*locked)
    given = dict(variables or {})
    data |= {"task": task.pk, "token": task.token_id, "variables": feel.to_json(given)}
    if how == incidents.COMPLETE:
        flows.CaseActivation(task).complete()
        run.play(Complete(task.token_id, given), by=actor, result=given)
    else:
        data["error"] = error.strip()
        _throw(run, task, error.strip(), given)
    run.settle()
    run.save(actor=actor, verb="incident_resolve", target=f"incident:{incident.pk}", data=data)
    return incident


def _throw(run: Run, task: CaseTask, code: str, variables: Mapping[str, Any]) -> None:
    if not code:
        raise Invalid(_("请填写错误代码。"), fields={"error": _("请填写流程图上错误事件的代码，例如 E01。")})
    try:
        run.play(ErrorThrown(task.token_id, code, variables))
    except ApplicationError as refused:
        if refused.code != "uncaught_error":
            raise
        raise Invalid(
            _("流程图上没有处理错误代码“%(code)s”的路线。") % {"code": code},
            fields={"error": _("请换一个图上有错误事件处理的代码，或选择别的办法。")},
        ) from refused


def _lock(actor: User, act: str, incident_id: int) -> tuple[Incident, Locked, CaseTask | None]:
    """An open incident with its case (and task) locked. Every writer of an incident holds its case's lock."""
    seen = access.fetch(Incident, actor, act, incident_id)
    task = None
    if seen.task_id is not None:
        locked, task = lock_task(seen.task_id)
    else:
        locked = lock_case(seen.case_id)
    incident = Incident.objects.select_related("timer", "resolved_by").get(pk=incident_id)
    if incident.resolved is not None:
        who = incident.resolved_by
        raise WrongState(
            _("这件异常已由%(who)s处理，不用再办。") % {"who": who.label}
            if who is not None
            else _("这件异常已经自行解除，不用再办。"),
            code="already_resolved",
        )
    incident.case, incident.task = locked.case, task
    return incident, locked, task
