"""The parts of the log's table, one a year (in UTC), made before entries of that year come."""

from datetime import UTC

from django.db import connection
from django.utils import timezone

AHEAD = 2
"""So many years are made beyond the one that runs: the worker may stand still for long before the net is needed."""


def make_years(first: int | None = None, last: int | None = None) -> dict[int, str]:
    """Make the parts of these years (this one and `AHEAD` more, where none are given) that are not there; what became of each.

    `made`, `there`, or `occupied`: entries of that year came before its part and lie in `permissions_auditevent_other`, where
    they are found as well, only not as fast. Through a function of the database, for the application may make no tables.
    """
    now = timezone.now().astimezone(UTC).year
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT year, state FROM permissions_audit_years(%s, %s)",
            [first or now, now + AHEAD if last is None else last],
        )
        return dict(cursor.fetchall())
