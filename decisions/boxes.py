"""The worker's part in secret ballots: nothing of a box as it was before is left in the files."""

import re

from django.db import connection
from procrastinate.contrib.django import app
from psycopg.errors import Diagnostic

from decisions.models import BallotBox, VoterMark
from permissions import database_roles
from workflows import queue
from workflows.tasks import AGAIN

_KEPT = re.compile(r"\d+")


class StillVisible(Exception):
    """A transaction that began before the last vote is open, and for it PostgreSQL keeps the box as it was. To be swept again."""


def register() -> None:
    """Let the application's role of the database sweep the tables of secret ballots."""
    database_roles.maintained(*(model._meta.db_table for model in (BallotBox, VoterMark)))


@app.task(name="decisions.boxes_sweep", retry=AGAIN)
def boxes_sweep() -> None:
    """Write the tables of secret ballots anew, so that no earlier state of a box is left in their files.

    PostgreSQL keeps a replaced row until it is vacuumed, and a box as it was before a vote beside the box after it would show
    that vote. FULL, because an ordinary VACUUM frees the space without clearing it.

    Raises: `StillVisible` where something was left, so that the worker comes back; `PermissionError` where this connection may not.
    """
    with database_roles.maintaining(connection):
        left = sum([_swept(model._meta.db_table) for model in (BallotBox, VoterMark)])
    if left:
        raise StillVisible(f"{left} earlier states are still visible to an open transaction")


def _swept(table: str) -> int:
    """How many replaced rows had to stay. Only what the sweep itself says of them counts every open transaction."""
    said: list[tuple[str, str]] = []

    def hear(notice: Diagnostic) -> None:  # what it holds is gone afterwards
        said.append((notice.message_primary or "", notice.message_detail or ""))

    connection.ensure_connection()
    connection.connection.add_notice_handler(hear)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
            try:
                cursor.execute(f"VACUUM (FULL, VERBOSE) {table}")
            finally:
                cursor.execute("RESET lock_timeout")
    finally:
        connection.connection.remove_notice_handler(hear)
    # "… DETAIL: 3 dead row versions cannot be removed yet." In whatever language the server speaks, the number comes first;
    # a table passed over for want of a right has no such line.
    details = [match for _said, detail in said if (match := _KEPT.match(detail))]
    if not details:
        raise PermissionError(f"{table} was not swept: " + "; ".join(line for line, _detail in said))
    return int(details[0].group())


@app.periodic(cron="40 3 * * *")
@app.task(name="decisions.boxes_sweep_nightly", queueing_lock="decisions.boxes_sweep_nightly")
def boxes_sweep_nightly(timestamp: int) -> None:
    """Once more each night, whatever became of the sweep after each ballot."""
    sweep_soon()


def sweep_soon() -> None:
    """Have the worker do it once the transaction is over. One waiting entry is enough for any number of ballots."""
    queue.put_once(queue.Work(boxes_sweep, "decisions.boxes_sweep"))
