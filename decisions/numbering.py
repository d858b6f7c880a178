"""Numbers of a year without gaps: the counter's row is the lock under which the next one is taken."""

from django.db import connection

from decisions.models import ItemCounter, SittingCounter


def advance(counter: type[ItemCounter] | type[SittingCounter], year: int, by: int) -> int:
    """Move the year's counter `by` 0 or 1 and return where it stands; its row stays locked until commit.

    One statement, also for a year's first number. By 0 it only locks and reads. Two takers wait for each other, and one that
    fails leaves no gap.
    """
    table = connection.ops.quote_name(counter._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS counter (year, last) VALUES (%(year)s, %(by)s) "  # noqa: S608  our own table name
            "ON CONFLICT (year) DO UPDATE SET last = counter.last + %(by)s RETURNING last",
            {"year": year, "by": by},
        )
        (last,) = cursor.fetchone()
    return int(last)
