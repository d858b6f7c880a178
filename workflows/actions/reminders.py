"""The worker's reminders of steps that are due soon, or late."""

from __future__ import annotations

from permissions import audit
from permissions.errors import Hidden
from permissions.models import AuditEvent
from permissions.transactions import action
from workflows import deadlines
from workflows.clock import now
from workflows.locks import lock_task
from workflows.selectors import flow_of


@action
def task_remind(*, task_id: int) -> AuditEvent | None:
    """Remind whoever has an open task, as its diagram says; None where it is not time, or there is nothing left to do.

    The worker's: it has no actor. What is to come next is written in the transaction of the entry that tells of this reminder, with
    the task locked: of two workers, and of one that is killed and begins again, one reminds. Moments that passed while none worked
    are made up for by one reminder.
    """
    try:
        locked, task = lock_task(task_id)
    except Hidden:
        return None
    case, moment = locked.case, now()
    if not task.is_open or not case.moves or task.due is None or task.scheduled is None or task.scheduled > moment:
        return None
    node = flow_of(case).process.nodes.get(task.node)
    task.scheduled = deadlines.next_reminder(node, task.due, task.created, moment) if node is not None else None
    task.save(update_fields=["scheduled"])
    return audit.record(
        subject=case.chain,
        actor=None,
        verb=deadlines.REMIND,
        target=f"task:{task.pk}",
        data={
            "case": case.pk,
            "node": task.node,
            "name": task.name,
            "due": task.due,
            "late": task.due <= moment,
            "owner": task.owner_id,
        },
        at=moment,
    )
