"""The worker's own rounds over decisions. Each finds out by itself what there is to do, so one that was missed is made up for by the
next."""

from procrastinate.contrib.django import app

from decisions.actions.sittings import notices_remind


@app.periodic(cron="10 8-20 * * *")
@app.task(name="decisions.remind_notices", queueing_lock="decisions.remind_notices")
def remind_notices(timestamp: int) -> int:
    """Each hour of the working day: remind who has not confirmed a notice, once a day; returns how many were reminded (R11)."""
    return notices_remind()
