"""The approval process written by hand in viewflow: submit, two approvals side by side, a decision."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.flow import views
from viewflow.workflow.models import Task

from benchmarks.peers.models import ApprovalProcess


class ApprovalFlow(flow.Flow):
    """Approval"""

    process_class = ApprovalProcess
    # Its lock as fast as it can be had: by default it gives up at once where another holds it, and sleeps before it tries again.
    lock_impl = lock.SelectForUpdateLock(nowait=False, attempts=1)

    start = flow.StartHandle(this.begin).Next(this.fork)
    fork = flow.Split().Next(this.first).Next(this.second)
    first = flow.View(views.UpdateProcessView.as_view(fields=["first"])).Next(this.join)
    second = flow.View(views.UpdateProcessView.as_view(fields=["second"])).Next(this.join)
    join = flow.Join().Next(this.decide)
    decide = (
        flow.If(lambda activation: activation.process.first and activation.process.second)
        .Then(this.done)
        .Else(this.refused)
    )
    done = flow.End()
    refused = flow.End()

    def begin(self, activation: Any, text: str) -> Any:
        activation.process.text = text
        return activation.process


def approve(request: HttpRequest, process: int, task: int, name: str) -> None:
    """Approve as viewflow's own view does on a POST: lock, fetch the task, play."""
    with ApprovalFlow.lock(process), transaction.atomic():
        row = Task.objects.get(pk=task)
        activation = row.flow_task.activation_class(row)
        activation.assign(request.user)
        activation.start(request)
        setattr(activation.process, name, True)
        activation.process.save()
        activation.execute()
