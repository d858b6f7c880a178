"""The worker's own rounds over decisions. Each finds out by itself what there is to do, so one that was missed is made up for by the
next."""

import structlog
from procrastinate.contrib.django import app

from decisions.actions import after
from decisions.actions.sittings import notices_remind
from decisions.models import Reminder
from decisions.selectors.after.duties import duties, evaluations_by_time

log = structlog.get_logger(__name__)
# What one sweep takes on; the next goes on with the rest.
SWEEP = 500


@app.periodic(cron="10 8-20 * * *")
@app.task(name="decisions.remind_notices", queueing_lock="decisions.remind_notices")
def remind_notices(timestamp: int) -> int:
    """Each hour of the working day: remind who has not confirmed a notice, once a day; returns how many were reminded (R11)."""
    return notices_remind()


@app.periodic(cron="*/5 * * * *")
@app.task(name="decisions.watch_dates", queueing_lock="decisions.watch_dates")
def watch_dates(timestamp: int) -> int:
    """Every five minutes: remind of what is due soon and of what is late, and begin the evaluations whose time has come; returns how
    many. What fails keeps nothing else waiting, and is tried again by the next sweep."""
    done = 0
    due = [duty for duty in duties() if duty.soon or duty.overdue]
    names = {duty.key: f"{duty.key}:{'late' if duty.overdue else 'soon'}" for duty in due}
    told = set(Reminder.objects.filter(key__in=names.values()).values_list("key", flat=True))
    for duty in [duty for duty in due if names[duty.key] not in told][:SWEEP]:
        try:
            done += after.remind(item_id=duty.item.pk, key=duty.key) is not None
        except Exception as error:
            log.error("reminder failed", key=duty.key, exc_info=error)
    for publication, _day in evaluations_by_time()[:SWEEP]:
        try:
            done += after.evaluation_begin(item_id=publication.item_id) is not None
        except Exception as error:
            log.error("evaluation not begun", item=publication.item_id, exc_info=error)
    return done
