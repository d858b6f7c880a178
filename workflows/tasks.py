"""Background jobs. They live in the same PostgreSQL and are enqueued in the same transaction as what asks for them.

Delivery is at least once: each job asks its action, and the action finds out whether there is still anything to do. A worker
that is killed leaves its job marked as running; the sweep gives such jobs back.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from viewflow.workflow.status import PROCESS

from permissions.errors import ApplicationError
from workflows import actions
from workflows.models import CaseTimer
from workflows.queue import Work

log = structlog.get_logger(__name__)
RETRIES = RetryStrategy(max_attempts=8, exponential_wait=4)
# A worker writes its heartbeat every few seconds; after this long without one its jobs are somebody else's.
STALLED_SECONDS = 30
# What one sweep takes on; the next minute goes on with the rest.
SWEEP = 1000


@app.task(name="workflows.run_job", retry=RETRIES)
def run_job(task_id: int) -> None:
    """Do one service task."""
    actions.job_run(task_id=task_id)


@app.task(name="workflows.fire_timer", retry=RETRIES)
def fire_timer(timer_row: int) -> None:
    """Fire one timer at its time."""
    actions.timer_fire(timer_row=timer_row)


def work_of_task(task_id: int, at: datetime | None = None) -> Work:
    """What the queue holds for an open service task."""
    return Work(run_job, f"job:{task_id}", {"task_id": task_id}, at)


def work_of_timer(timer_row: int, at: datetime) -> Work:
    """What the queue holds for a timer that is set."""
    return Work(fire_timer, f"timer:{timer_row}", {"timer_row": timer_row}, at)


@app.periodic(cron="* * * * *")
@app.task(name="workflows.revive", queueing_lock="workflows.revive")
async def revive(timestamp: int) -> None:
    """Each minute: give back the jobs of dead workers."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        log.warning("stalled job given back", job=job.id, task=job.task_name)
        await app.job_manager.retry_job(job)


@app.periodic(cron="* * * * *")
@app.task(name="workflows.fire_due", queueing_lock="workflows.fire_due")
def fire_due(timestamp: int) -> int:
    """Each minute: fire every timer that is due and whose own job was lost, oldest first; returns how many did.

    A timer whose flow is stuck is told in the log and keeps no other one waiting.
    """
    due = (
        CaseTimer.objects.filter(
            fired__isnull=True, due__lte=timezone.now(), case__status=PROCESS.NEW, case__suspended__isnull=True
        )
        .order_by("due", "id")
        .values_list("pk", flat=True)
    )
    fired = 0
    for row in due[:SWEEP]:
        try:
            fired += actions.timer_fire(timer_row=row)
        except ApplicationError as error:
            log.error("timer cannot fire", timer=row, code=error.code, error=str(error))
    return fired
