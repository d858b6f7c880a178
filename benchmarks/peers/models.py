"""Tables of the peers. Only the benchmark installs them, into a database of its own."""

from django.db import models
from viewflow import jsonstore
from viewflow.workflow.models import Process


class ApprovalProcess(Process):
    """The hand-written process, as viewflow's documentation does it: a proxy with its fields in the process's JSON."""

    text = jsonstore.CharField(max_length=150)
    first = jsonstore.BooleanField(default=False)
    second = jsonstore.BooleanField(default=False)

    class Meta:
        proxy = True


class SpiffState(models.Model):
    """SpiffWorkflow has no database of its own: its users save the serialized workflow after each step."""

    state = models.JSONField()
    ended = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"#{self.pk}"
