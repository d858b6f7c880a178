"""What the worker does by the clock: it reminds of what is due and of what is late, each once, and begins evaluations whose time
has come."""

from datetime import timedelta

from decisions.actions.after.common import periods, today
from decisions.actions.items.common import log, save
from decisions.models import Evaluation, Item, Reminder
from decisions.policies.decided import decided
from decisions.selectors.after.duties import Duty, duties
from permissions import audit
from permissions.transactions import action
from workflows import clock
from workflows.locks import hold


@action
def remind(*, item_id: int, key: str) -> Reminder | None:
    """Remind of one duty, before its date or once it is late; each of the two once. None where nothing is to be said.

    The worker's: it has no actor. Under the item's lock the duty is read again, so that two workers, or somebody who does it at
    this very moment, never make a reminder too many.
    """
    item = Item.objects.select_for_update(of=("self",)).filter(pk=item_id).first()
    duty = next((one for one in duties([item_id]) if one.key == key), None) if item is not None else None
    if item is None or duty is None or not (duty.soon or duty.overdue):
        return None
    name = f"{duty.key}:{'late' if duty.overdue else 'soon'}"
    if Reminder.objects.filter(key=name).exists():
        return None
    row = Reminder.objects.create(
        key=name, item=item, kind=duty.kind, overdue=duty.overdue, due=duty.due, at=clock.now()
    )
    _log(item, duty)
    return row


def _log(item: Item, duty: Duty) -> None:
    if item.case_id is not None:
        hold(item.case_id)
    audit.record(
        subject=item.subject,
        actor=None,
        verb="duty_overdue" if duty.overdue else "duty_remind",
        target=f"item:{item.pk}",
        data={"kind": duty.kind, "title": duty.title, "owner": duty.owner, "due": duty.due, "holder": duty.holder},
        at=clock.now(),
    )


@action
def evaluation_begin(*, item_id: int) -> Evaluation | None:
    """Begin the evaluation of a decision whose time has come (R39); the secretaries then name who gives it. Once; None where one
    is open, or was begun for this reason."""
    item = Item.objects.select_for_update(of=("self",)).select_related("matter_type", "case").get(pk=item_id)
    entry = decided(item)
    rows = Evaluation.objects.filter(item=item)
    if (
        entry is None
        or rows.filter(trigger=Evaluation.Trigger.MONTHS).exists()
        or rows.filter(done_at__isnull=True).exists()
    ):
        return None
    row = Evaluation(
        item=item,
        trigger=Evaluation.Trigger.MONTHS,
        due=today() + timedelta(days=periods(entry).evaluation_days),
        opened_at=clock.now(),
    )
    save(row, None, "evaluation_begin")
    log(item, None, "evaluation_open", row, trigger=row.trigger, due=row.due)
    return row
