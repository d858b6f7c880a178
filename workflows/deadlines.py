"""When a step is due and when it is to be reminded of, by the house's calendar and clock (`workflows.bpmn.deadline`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import ngettext

from permissions.look import when_words
from permissions.models import AuditEvent
from workflows import handlers
from workflows.bpmn.deadline.model import DAY_ENDS, schedule
from workflows.bpmn.model import Node
from workflows.models import CaseTask

REMIND = "task_remind"


def due_of(node: Node, computed: Any, began: datetime) -> datetime | None:
    """When a step reached at `began` is due: by its working days, else at the moment its expression `computed`. A bare date is due
    when its day ends in the office's time zone."""
    if node.deadline is not None:
        return node.deadline.after(timezone.localtime(began), handlers.calendar())
    if isinstance(computed, datetime):
        return computed if timezone.is_aware(computed) else timezone.make_aware(computed)
    return _day_end(computed) if isinstance(computed, date) else None


def _day_end(day: date, hour: time = DAY_ENDS) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))


def moments(node: Node, due: datetime | None, began: datetime) -> list[datetime]:
    """Every moment a step reached at `began` is to be reminded of, in order; none where nothing is to be."""
    if due is None or not node.reminders:
        return []
    return schedule(node.reminders, timezone.localtime(due), began, handlers.calendar())


def next_reminder(node: Node, due: datetime | None, began: datetime, after: datetime) -> datetime | None:
    """The first of these moments that comes after `after`; None where none is left."""
    return next((moment for moment in moments(node, due, began) if moment > after), None)


@dataclass(frozen=True, slots=True)
class Reminded:
    """How often whoever has a task was reminded of it, and when last."""

    times: int
    last: datetime

    def __str__(self) -> str:
        words = ngettext("已催办 %(count)s 次，最近一次 %(when)s", "已催办 %(count)s 次，最近一次 %(when)s", self.times)
        return words % {"count": self.times, "when": when_words(self.last)}


def reminded(tasks: Iterable[CaseTask]) -> dict[int, Reminded]:
    """What the log tells of reminders of these tasks, by key; tasks nobody was reminded of are left out. Asks nothing where none of
    them has a due date."""
    targets = {f"task:{task.pk}": task.pk for task in tasks if task.due is not None}
    if not targets:
        return {}
    rows = AuditEvent.objects.filter(target__in=targets, verb=REMIND).order_by().values("target")
    return {
        targets[row["target"]]: Reminded(row["times"], row["last"])
        for row in rows.annotate(times=Count("pk"), last=Max("at"))
    }
