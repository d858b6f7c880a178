"""The worker and its queue: what a dead worker leaves, what the queue has lost, and what kills every worker that takes it up."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from permissions import audit
from permissions.models import AuditEvent
from tests.cast import Cast
from tests.workflows.conftest import open_nodes
from tests.workflows.faults import (
    STUCK_CLOCK,
    Fault,
    at_work,
    empty_queue,
    job_diagram,
    open_incident,
    unsteady,
    waiting,
)
from tests.workflows.test_concurrency import ROOT, database_address
from workflows import actions, clock, queue, tasks
from workflows.models import Case, CaseTask, Incident
from workflows.replay import differences

pytestmark = pytest.mark.django_db


@pytest.fixture
def fault(publish: Callable) -> Iterator[Fault]:
    with unsteady(ConnectionError("no route")) as one:
        publish(job_diagram(), "jobs")
        yield one


def test_lost_work_is_queued_again_and_what_waits_there_is_not_doubled(cast: Cast, fault: Fault) -> None:
    _case, lost = at_work(cast.town_proposer, cast.town_secretary)
    empty_queue()
    _case, kept = at_work(cast.town_proposer, cast.town_secretary)
    assert tasks.requeue(timestamp=0) == 1
    assert (len(waiting(f"job:{lost.pk}")), len(waiting(f"job:{kept.pk}"))) == (1, 1)
    assert tasks.requeue(timestamp=0) == 0


def test_work_in_hand_is_not_lost(cast: Cast, fault: Fault) -> None:
    _case, _work = at_work(cast.town_proposer, cast.town_secretary)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    assert tasks.requeue(timestamp=0) == 0


def test_work_of_an_incident_is_queued_again_at_the_incidents_time_and_never_where_it_is_given_up(
    cast: Cast, fault: Fault
) -> None:
    case, work = at_work(cast.town_proposer, cast.town_secretary)
    tasks.run_job(task_id=work.pk)
    empty_queue()
    assert tasks.requeue(timestamp=0) == 0
    Incident.objects.update(next_try=timezone.now() - timedelta(seconds=1))
    assert tasks.requeue(timestamp=0) == 1
    empty_queue()
    Incident.objects.update(next_try=None)
    assert tasks.requeue(timestamp=0) == 0
    assert open_incident(case).attempts == 1


def test_work_of_a_case_that_stands_still_or_is_over_is_not_queued(cast: Cast, fault: Fault) -> None:
    still, _work = at_work(cast.town_proposer, cast.town_secretary)
    over, _work = at_work(cast.town_proposer, cast.town_secretary)
    actions.case_suspend(actor=cast.admin, case_id=still.pk, reason="等待批复")
    actions.case_cancel(actor=cast.admin, case_id=over.pk, reason="停办")
    empty_queue()
    assert tasks.requeue(timestamp=0) == 0


def test_the_sweep_tries_a_clock_again_when_its_incident_says_so(cast: Cast, publish: Callable) -> None:
    publish(STUCK_CLOCK, "stuck")
    with clock.at(timezone.now() - timedelta(hours=3)):
        case = actions.case_start(actor=cast.town_proposer, definition="stuck", variables={"amount": 20})
    empty_queue()
    assert tasks.fire_due(timestamp=0) == 0
    assert (open_incident(case).attempts, len(waiting(f"timer:{case.timers.get().pk}"))) == (1, 1)
    Incident.objects.update(next_try=timezone.now() - timedelta(seconds=1))
    tasks.fire_due(timestamp=0)
    assert open_incident(case).attempts == 2


def in_the_hands_of_the_dead(attempts: int) -> None:
    """The queue after a worker has died; its entry was given back so often before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL, attempts = %s WHERE status = 'todo'",
            [attempts],
        )


def revive() -> None:
    """The sweep for dead workers' jobs, as the worker runs it: with a connection of its own, which sees what is committed."""

    async def sweep(worker: Any) -> None:
        async with worker.open_async():
            await tasks.revive(timestamp=0)
        await sync_to_async(connections.close_all)()

    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        asyncio.run(sweep(worker))


@pytest.mark.django_db(transaction=True)
def test_a_dead_workers_job_is_given_back(cast: Cast, fault: Fault) -> None:
    _case, work = at_work(cast.town_proposer, cast.town_secretary)
    in_the_hands_of_the_dead(attempts=0)
    revive()
    assert len(waiting(f"job:{work.pk}")) == 1
    assert not Incident.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_work_that_kills_every_worker_becomes_an_incident_and_leaves_the_next_worker_alone(
    cast: Cast, fault: Fault
) -> None:
    case, work = at_work(cast.town_proposer, cast.town_secretary)
    in_the_hands_of_the_dead(attempts=tasks.DEATHS)
    revive()
    incident = open_incident(case)
    assert (incident.code, incident.reason) == ("worker_lost", "后台程序办理“编号”时多次中断。")
    assert waiting(f"job:{work.pk}") == [incident.next_try]
    assert not ProcrastinateJob.objects.filter(status="doing").exists()


def test_one_entry_of_a_key_waits_at_a_time_and_a_new_one_takes_its_place(cast: Cast, fault: Fault) -> None:
    _case, work = at_work(cast.town_proposer, cast.town_secretary)
    assert not queue.put_once(tasks.work_of_task(work.pk))
    later = timezone.now() + timedelta(hours=1)
    queue.put_anew(tasks.work_of_task(work.pk, later))
    assert waiting(f"job:{work.pk}") == [later]


def test_inside_the_worker_too_work_is_asked_for_by_the_step_and_not_before_it_is_done(
    cast: Cast, fault: Fault
) -> None:
    """procrastinate's worker has a connection of its own; what is put there by a step that is undone must not stay."""
    _case, work = at_work(cast.town_proposer, cast.town_secretary)
    empty_queue()
    with app.replace_connector(app.connector.get_worker_connector()), suppress(ZeroDivisionError), transaction.atomic():
        queue.put(tasks.work_of_task(work.pk))
        raise ZeroDivisionError
    assert waiting(f"job:{work.pk}") == []


# Where a worker is killed: named for the last thing it did. Those of the second row have a handler that fails.
POINTS = ("fetched", "in_handler", "written", "committed", "failed", "recording", "recorded")

MORTAL = """
import asyncio, os, signal, sys
import django
django.setup()
from django.db import connections
from procrastinate.contrib.django import app
from workflows import actions, handlers, queue, runtime, tasks

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def before(owner, name):
    setattr(owner, name, lambda *args, **kwargs: die())

def after(owner, name):
    whole = getattr(owner, name)
    def run(*args, **kwargs):
        whole(*args, **kwargs)
        die()
    setattr(owner, name, run)

point = None

@handlers.handler("tests.unsteady")
def unsteady(*, case, task, variables, now):
    from permissions import audit
    audit.record(subject=f"filed:{case.pk}", actor=None, verb="filed")
    if point == "in_handler":
        die()
    if point in ("failed", "recording", "recorded"):
        raise ConnectionError("no route")
    return {"number": 17}

ARMED = {
    "fetched": lambda: before(actions, "job_run"),
    "in_handler": lambda: None,
    "written": lambda: after(runtime.Run, "save"),
    "committed": lambda: after(actions, "job_run"),
    "failed": lambda: before(actions, "incident_record"),
    "recording": lambda: after(queue, "put_anew"),
    "recorded": lambda: after(actions, "incident_record"),
    "well": lambda: None,
}

async def work(worker_app):
    async with worker_app.open_async():
        if point == "well":
            await tasks.revive(timestamp=0)
        await worker_app.run_worker_async(wait=False, install_signal_handlers=False, update_heartbeat_interval=0.5)

for point in sys.argv[1:]:
    connections.close_all()
    child = os.fork()
    if child == 0:
        ARMED[point]()
        tasks.STALLED_SECONDS = 1
        with app.replace_connector(app.connector.get_worker_connector()) as worker_app:
            asyncio.run(work(worker_app))
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    print(point, os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status), flush=True)
"""


def workers(*points: str) -> dict[str, int]:
    """Workers one after another, each killed at its point (``well``: never); the signals or codes they ended with.

    What fails is tried again in an hour, so that no slow machine comes to it.
    """
    done = subprocess.run(
        [sys.executable, "-c", MORTAL, *points],
        cwd=Path(ROOT),
        env={
            **os.environ,
            "DATABASE_URL": database_address(),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SANGONG_JOB_RETRY_SECONDS": "3600",
        },
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    ended = dict(line.split() for line in done.stdout.splitlines() if line.partition(" ")[0] in (*POINTS, "well"))
    assert set(ended) == set(points), done.stdout + done.stderr
    return {point: int(status) for point, status in ended.items()}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_at_any_point_loses_nothing_and_doubles_nothing(cast: Cast, fault: Fault) -> None:
    made = {point: at_work(cast.town_proposer, cast.town_secretary) for point in POINTS}
    assert workers(*POINTS) == dict.fromkeys(POINTS, 9)
    for point, (case, work) in made.items():
        done = point == "committed"
        assert open_nodes(case) == (["sign"] if done else ["work"]), point
        assert AuditEvent.objects.filter(subject=f"filed:{case.pk}").count() == int(done), point
        assert Incident.objects.filter(task=work).count() == int(point == "recorded"), point
        assert not differences(Case.objects.get(pk=case.pk)), point
    time.sleep(1.2)
    assert workers("well") == {"well": 0}
    case, work = made["recorded"]
    incident = open_incident(case)
    assert (incident.attempts, waiting(f"job:{work.pk}")) == (1, [incident.next_try]), "the next try is asked for once"
    actions.incident_retry(actor=cast.admin, incident_id=incident.pk)
    assert workers("well") == {"well": 0}
    for point, (case, work) in made.items():
        assert open_nodes(case) == ["sign"], point
        assert AuditEvent.objects.filter(subject=f"filed:{case.pk}").count() == 1, point
        assert Case.objects.get(pk=case.pk).variables == {"number": 17}, point
        assert not Incident.objects.filter(task=work, resolved__isnull=True).exists(), point
        assert not differences(Case.objects.get(pk=case.pk)), point
        assert list(audit.verify(case.chain)) == [], point
    assert not ProcrastinateJob.objects.filter(status__in=("todo", "doing"), queueing_lock__startswith="job:").exists()
    assert CaseTask.objects.filter(node="work", finished__isnull=True).count() == 0
