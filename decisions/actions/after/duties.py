"""What begins when both have signed: the duty to publish (R33) and to report (R34), and what a revision does to the decision it
goes back to (R37, R38)."""

from datetime import timedelta

from django.utils import timezone

from decisions import workdays
from decisions.actions.after.common import periods
from decisions.actions.items.common import log, save
from decisions.models import (
    AgendaEntry,
    ExecutionTask,
    Item,
    Publication,
    Reconsideration,
    SuperiorReport,
    Suspension,
)
from decisions.policies.decided import decided, signed_at
from permissions.models import User
from permissions.transactions import action
from workflows import clock


@action
def decision_signed(*, actor: User, entry: AgendaEntry) -> None:
    """Begin what follows from the last signature under the minutes of `entry`, under the locks the signing holds.

    No policy of its own: signing is what begins it. Does nothing where the item is not decided by this entry, or where it has
    begun already.
    """
    item = Item.objects.select_for_update(of=("self",)).select_related("matter_type", "case").get(pk=entry.item_id)
    deciding = decided(item)
    moment = signed_at(entry)
    if deciding is None or deciding.pk != entry.pk or moment is None:
        return
    if Publication.objects.filter(item=item).exists():
        return
    day = timezone.localdate(moment)
    terms = periods(entry)
    due = workdays.add_working_days(day, terms.publication_working_days)
    publication = Publication(item=item, signed_at=moment, due=due)
    save(publication, actor, "decision_signed")
    report_due = None
    if item.matter_type.reports_up:
        report_due = day + timedelta(days=terms.superior_report_days)
        report = SuperiorReport(
            item=item, kind=SuperiorReport.Kind.DECISION, entry=entry, owed_at=moment, due=report_due
        )
        save(report, actor, "decision_signed")
    log(item, actor, "decision_signed", publication, entry=entry.pk, publication_due=due, report_due=report_due)
    if item.origin_id is not None:
        _revise(item, actor)


def _revise(item: Item, actor: User) -> None:
    """The new decision takes the place of the one it goes back to: that one is carried out no further."""
    origin = Item.objects.select_for_update(of=("self",)).select_related("case").get(successors=item)
    now = clock.now()
    execution = ExecutionTask.objects.select_for_update().filter(item=origin).first()
    stopped = execution is not None and not execution.ended
    if execution is not None and stopped:
        execution.stopped_at, execution.stopped_by = now, item
        save(execution, actor, "decision_revised", ["stopped_at", "stopped_by"])
    ended = Suspension.objects.filter(item=origin, ended_at__isnull=True).update(ended_at=now, ended_by=item)
    Reconsideration.objects.filter(item=origin, result=item, closed_at__isnull=True).update(closed_at=now)
    log(
        origin,
        actor,
        "decision_revised",
        item,
        purpose=item.purpose,
        number=item.number,
        # Who reads the decision need not be a reader of what has changed it (R40).
        title="" if item.confidential else item.title,
        execution_stopped=stopped,
        suspension_ended=bool(ended),
    )
