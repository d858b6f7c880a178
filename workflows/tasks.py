"""Background jobs. They live in the same PostgreSQL and are enqueued in the same transaction as what asks for them.

Delivery is at least once: each job asks its action, and the action finds out whether there is still anything to do. A worker
that is killed leaves its job marked as running; the sweep gives such jobs back.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from asgiref.sync import sync_to_async
from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status
from viewflow.workflow.status import PROCESS

from permissions import clock
from permissions.models import User
from workflows import actions, compiled, queue, simulation
from workflows.incidents import WorkerLost
from workflows.models import CaseTask, CaseTimer, Incident, Release, ReleaseState, TaskKind
from workflows.queue import Work

log = structlog.get_logger(__name__)
# Cases that are to move or to go back: what cannot is noted on its row, so only a fault of the machine comes to this.
AGAIN = RetryStrategy(max_attempts=8, exponential_wait=4)
# A worker writes its heartbeat every few seconds; after this long without one its jobs are somebody else's.
STALLED_SECONDS = 30
# So often a job is given back before the work itself is suspected of killing its workers.
DEATHS = 3
TASK_KEY = "job:"
# What one sweep takes on; the next minute goes on with the rest.
SWEEP = 1000


@app.task(name="workflows.run_job")
def run_job(task_id: int) -> None:
    """Do one service task."""
    _attempt(actions.job_run, task_id=task_id)


@app.task(name="workflows.fire_timer")
def fire_timer(timer_row: int) -> None:
    """Fire one timer at its time."""
    _attempt(actions.timer_fire, timer_row=timer_row)


def _attempt(act: Callable[..., bool], **work: int) -> bool:
    """Do the work; where it fails, leave an incident, which says when it is tried again. False where nothing was done."""
    try:
        return act(**work)
    except Exception as error:  # noqa: BLE001  whatever a handler raises
        _record(error, **work)
        return False


def _record(error: Exception, **work: int) -> None:
    incident = None
    try:
        incident = actions.incident_record(error=error, **work)
    finally:
        # The technical side of it, under the number the incident's page gives. Should even the incident fail, this is all there
        # is, the entry of the queue ends as failed, and the sweep asks for the work again.
        log.error("work failed", incident=incident and incident.pk, **work, exc_info=error)


@app.task(name="workflows.migrate_cases", retry=AGAIN)
def migrate_cases(row_ids: list[int]) -> None:
    """Move some cases of a migration to their new version, each in a transaction of its own."""
    _each(row_ids, lambda row: actions.case_migrate(row_id=row))


@app.task(name="workflows.undo_cases", retry=AGAIN)
def undo_cases(row_ids: list[int], actor_id: int | None = None) -> None:
    """Put some cases of a migration back, each in a transaction of its own."""
    actor = User.objects.filter(pk=actor_id).first() if actor_id is not None else None
    _each(row_ids, lambda row: actions.case_migrate_undo(actor=actor, row_id=row))


@app.task(name="workflows.simulate")
def simulate(simulation_id: int) -> None:
    """Play a simulation: how far it is is written twice a second, what comes of it at the end."""
    found = actions.simulation_begin(simulation_id=simulation_id)
    if found is None:
        return
    told = time.monotonic()

    def progress(done: int) -> bool:
        nonlocal told
        if time.monotonic() - told < 0.5:
            return True
        told = time.monotonic()
        return actions.simulation_progress(simulation_id=simulation_id, done=done)

    result = None
    try:
        flow = compiled.of_version(found.version_id, found.sha256)
        result = simulation.run(flow.process, simulation.scenario_from_json(found.scenario), progress).result
    except Exception as error:
        # A draft that is another by now, or a fault: the row says that nothing came of it.
        log.error("simulation failed", simulation=simulation_id, exc_info=error)
    actions.simulation_end(simulation_id=simulation_id, result=result)


def _each(rows: list[int], act: Callable[[int], object]) -> None:
    """Do it for every row; one that fails keeps no other waiting, and has the job tried again."""
    failed: Exception | None = None
    for row in rows:
        try:
            act(row)
        except Exception as error:  # noqa: BLE001  raised again below, when the others are done
            log.error("case of a migration failed", row=row, error=repr(error))
            failed = error
    if failed is not None:
        raise failed


def work_of_migration(row_ids: Sequence[int]) -> Work:
    """What the queue holds for some cases that are to move."""
    return Work(migrate_cases, f"migrate:{row_ids[0]}", {"row_ids": list(row_ids)})


def work_of_simulation(simulation_id: int) -> Work:
    """What the queue holds for a simulation."""
    return Work(simulate, f"simulate:{simulation_id}", {"simulation_id": simulation_id})


def work_of_undoing(row_ids: Sequence[int], migration: int, actor: int) -> Work:
    """What the queue holds for some cases of a migration that are to go back."""
    key = f"{queue.undo_key(migration)}{row_ids[0]}"
    return Work(undo_cases, key, {"row_ids": list(row_ids), "actor_id": actor})


def work_of_task(task_id: int, at: datetime | None = None) -> Work:
    """What the queue holds for an open service task."""
    return Work(run_job, f"{TASK_KEY}{task_id}", {"task_id": task_id}, at)


def work_of_timer(timer_row: int, at: datetime | None = None) -> Work:
    """What the queue holds for a timer that is set."""
    return Work(fire_timer, f"timer:{timer_row}", {"timer_row": timer_row}, at)


@app.task(name="workflows.carry", retry=AGAIN)
def carry(message_id: int) -> None:
    """Bring one message to its receiver."""
    actions.message_deliver(message_id=message_id)


@app.task(name="workflows.send_round", retry=AGAIN)
def send_round(message_id: int) -> None:
    """Find out whom one signal goes to."""
    actions.signal_deliver(message_id=message_id)


@app.task(name="workflows.tell", retry=AGAIN)
def tell(receipt_id: int) -> None:
    """Tell one receiver of a signal."""
    actions.receipt_deliver(receipt_id=receipt_id)


@app.task(name="workflows.look", retry=AGAIN)
def look(case_id: int) -> None:
    """Look whether what a case has begun to wait for is kept for it."""
    actions.case_look(case_id=case_id)


@app.task(name="workflows.start_due", retry=AGAIN)
def start_due(clock: int) -> None:
    """Start the case a clock is due for."""
    actions.clock_start(clock=clock)


def work_of_message(message_id: int, kind: str) -> Work:
    """What the queue holds for a message or signal that was sent."""
    return Work(send_round if kind == "signal" else carry, f"sent:{message_id}", {"message_id": message_id})


def work_of_receipt(receipt_id: int) -> Work:
    """What the queue holds for one receiver of a signal."""
    return Work(tell, f"receipt:{receipt_id}", {"receipt_id": receipt_id})


def work_of_look(case_id: int, step: int) -> Work:
    """What the queue holds for a case that waits for more than it did before its `step`."""
    return Work(look, f"look:{case_id}:{step}", {"case_id": case_id})


def work_of_clock(clock: int, at: datetime) -> Work:
    """What the queue holds for a clock that starts a case."""
    return Work(start_due, f"clock:{clock}", {"clock": clock}, at)


@app.periodic(cron="* * * * *")
@app.task(name="workflows.revive", queueing_lock="workflows.revive")
async def revive(timestamp: int) -> None:
    """Each minute: give back the jobs of dead workers. One whose workers die again and again becomes an incident."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        log.warning("stalled job given back", job=job.id, task=job.task_name, attempts=job.attempts)
        if job.attempts >= DEATHS and job.task_name in (run_job.name, fire_timer.name):
            await sync_to_async(_record)(WorkerLost(), **job.task_kwargs)
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
            continue
        try:
            await app.job_manager.retry_job(job)
        except UniqueViolation:
            # Its worker had put the next try into the queue when it died: the work goes on with that.
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)


@app.periodic(cron="* * * * *")
@app.task(name="workflows.fire_due", queueing_lock="workflows.fire_due")
def fire_due(timestamp: int) -> int:
    """Each minute: fire every timer that is due and whose own job was lost, oldest first; returns how many did.

    A timer that fails keeps no other one waiting.
    """
    due = (
        CaseTimer.objects.filter(fired__isnull=True, due__lte=timezone.now())
        .filter(case__status=PROCESS.NEW, case__suspended__isnull=True)
        .exclude(pk__in=_waiting("timer"))
        .order_by("due", "id")
        .values_list("pk", flat=True)
    )
    return sum(_attempt(actions.timer_fire, timer_row=row) for row in due[:SWEEP])


@app.periodic(cron="* * * * *")
@app.task(name="workflows.requeue", queueing_lock="workflows.requeue")
def requeue(timestamp: int) -> int:
    """Each minute: queue every open service task that the queue has lost, oldest first; returns how many.

    A queue restored from another moment than the cases, one that was emptied, or work that came up while its case stood still.
    """
    queued = ProcrastinateJob.objects.filter(status__in=("todo", "doing"), queueing_lock__startswith=TASK_KEY)
    lost = (
        CaseTask.objects.filter(kind=TaskKind.JOB, finished__isnull=True)
        .filter(process__status=PROCESS.NEW, process__suspended__isnull=True)
        .exclude(pk__in=_waiting("task"))
        .annotate(key=Concat(Value(TASK_KEY), Cast("pk", TextField()), output_field=TextField()))
        .exclude(key__in=queued.values("queueing_lock"))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    found = list(lost[:SWEEP])
    for pk in found:
        log.warning("lost work queued again", task=pk)
        queue.put_once(work_of_task(pk))
    return len(found)


def _waiting(what: str) -> QuerySet[Incident, int]:
    """The tasks or timers whose incidents say that it is not time for another try."""
    later = Q(next_try__isnull=True) | Q(next_try__gt=timezone.now())
    field = f"{what}_id"
    return Incident.objects.filter(later, resolved__isnull=True, **{f"{field}__isnull": False}).values_list(
        field, flat=True
    )


@app.periodic(cron="* * * * *")
@app.task(name="workflows.sweep_post", queueing_lock="workflows.sweep_post")
def sweep_post(timestamp: int) -> int:
    """Each minute: queue the deliveries and clocks whose work the queue has lost or given up, and clear away what nobody came for;
    returns how many it found."""
    work: dict[str, Callable[[int], Work]] = {
        "signal": lambda pk: work_of_message(pk, "signal"),
        "message": lambda pk: work_of_message(pk, "message"),
        "receipt": work_of_receipt,
        "clock": lambda pk: work_of_clock(pk, timezone.now()),
    }
    queued = sum(queue.put_once(work[what](pk)) for what, pk in actions.left_lying(SWEEP))
    gone = actions.clear_expired()
    if queued or gone:
        log.warning("post left lying", queued=queued, expired=gone)
    return queued + gone


@app.periodic(cron="* * * * *")
@app.task(name="workflows.remind_of_steps", queueing_lock="workflows.remind_of_steps")
def remind_of_steps(timestamp: int) -> int:
    """Each minute: remind of the steps whose diagrams say so, the longest due first; returns how many.

    One that fails keeps no other waiting, and is tried again the next minute.
    """
    due = (
        CaseTask.objects.filter(kind=TaskKind.HUMAN, finished__isnull=True, scheduled__lte=clock.now())
        .filter(process__status=PROCESS.NEW, process__suspended__isnull=True)
        .order_by("scheduled", "pk")
        .values_list("pk", flat=True)
    )
    done = 0
    for pk in due[:SWEEP]:
        try:
            done += actions.task_remind(task_id=pk) is not None
        except Exception as error:
            log.error("reminder failed", task=pk, exc_info=error)
    return done


@app.periodic(cron="* * * * *")
@app.task(name="workflows.bring_into_force", queueing_lock="workflows.bring_into_force")
def bring_into_force(timestamp: int) -> int:
    """Each minute: put the approved versions into force whose day has come, oldest first; returns how many were.

    One that fails keeps no other waiting, and is tried again the next minute.
    """
    due = Release.objects.filter(state=ReleaseState.APPROVED, effective_on__lte=clock.today()).order_by(
        "effective_on", "pk"
    )
    done = 0
    for pk in due.values_list("pk", flat=True)[:SWEEP]:
        try:
            done += actions.release_carry_out(release_id=pk)
        except Exception as error:
            log.error("release failed", release=pk, exc_info=error)
    return done
