"""The worker's part in secret ballots: nothing of a box as it was before is left in the files."""

from django.db import connection
from procrastinate.contrib.django import app

from decisions.models import BallotBox, VoterMark
from workflows import queue
from workflows.tasks import AGAIN


@app.task(name="decisions.boxes_sweep", retry=AGAIN)
def boxes_sweep() -> None:
    """Write the tables of secret ballots anew, so that no earlier state of a box is left in their files.

    PostgreSQL keeps a replaced row until it is vacuumed, and a box as it was before a vote beside the box after it would show
    that vote. FULL, because an ordinary VACUUM frees the space without clearing it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '5s'")
        try:
            for model in (BallotBox, VoterMark):
                cursor.execute(f"VACUUM (FULL) {model._meta.db_table}")
        finally:
            cursor.execute("RESET lock_timeout")


@app.periodic(cron="40 3 * * *")
@app.task(name="decisions.boxes_sweep_nightly", queueing_lock="decisions.boxes_sweep_nightly")
def boxes_sweep_nightly(timestamp: int) -> None:
    """Once more each night: what somebody could still see when a ballot was closed was left by that sweep."""
    boxes_sweep()


def sweep_soon() -> None:
    """Have the worker do it once the transaction is over. One waiting entry is enough for any number of ballots."""
    queue.put_once(queue.Work(boxes_sweep, "decisions.boxes_sweep"))
