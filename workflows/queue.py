"""Puts work into the queue, always in the transaction of what asks for it.

In a web process procrastinate goes through Django's connection; inside its worker it goes through one of its own, where an
entry would stand before the step that asks for it is committed, and would stay when the step is rolled back. So work is put
here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job
from procrastinate.manager import JobManager

_manager = JobManager(DjangoConnector())


@dataclass(frozen=True, slots=True)
class Work:
    """An entry of the queue: a task of :mod:`workflows.tasks`, what it is given, and when (None: at once).

    At most one entry of a `key` waits at a time; another may be at work meanwhile.
    """

    task: Any
    key: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None

    def job(self) -> Job:
        """As procrastinate has it."""
        job: Job = self.task.configure(queueing_lock=self.key, schedule_at=self.at).job
        return job.evolve(task_kwargs=dict(self.arguments))


def undo_key(migration: int) -> str:
    """How the keys begin of the work that puts the cases of a migration back."""
    return f"unmigrate:{migration}:"


def put(*work: Work) -> None:
    """Put new work into the queue, in one statement. None of it may wait there already."""
    if work:
        _manager.batch_defer_jobs([one.job() for one in work])


def put_anew(work: Work) -> None:
    """Let this entry stand in place of one of the same key that still waits, at whatever time that was."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    # An entry the worker takes up between these two statements does the work; the work itself knows whether it is due.
    for pk in ProcrastinateJob.objects.filter(queueing_lock=work.key, status="todo").values_list("pk", flat=True):
        _manager.cancel_job_by_id(pk, delete_job=True)
    put_once(work)


def put_once(work: Work) -> bool:
    """Put work into the queue unless an entry of its key waits already; False then."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        put(work)
        return True
    return False
