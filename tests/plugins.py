"""Lets tests with real transactions clean up after themselves.

Django empties the tables after such a test with TRUNCATE, which the append-only tables rightly refuse. Nothing in the
product may switch that off, so it is done here: inside the flush's own transaction the triggers that guard against
TRUNCATE are disabled and enabled again, by the tables' owner, for whatever tables have one. The queue goes with them: Django
does not manage its tables, and a worker of the next test would find the work of this one.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction

_GUARDS = """
SELECT tgrelid::regclass::text, quote_ident(tgname) FROM pg_trigger
WHERE NOT tgisinternal AND tgenabled = 'O' AND tgtype & 32 <> 0
"""
_QUEUE = "TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers"


@pytest.fixture(scope="session", autouse=True)
def _flush_past_guards() -> Iterator[None]:
    """Replaces the flush of the test connection's backend for the time of the test session."""
    operations = type(connection.ops)
    flush = operations.execute_sql_flush

    def execute_sql_flush(self: Any, sql_list: Iterable[str]) -> None:
        with transaction.atomic(using=self.connection.alias), self.connection.cursor() as cursor:
            cursor.execute(_GUARDS)
            guards = cursor.fetchall()
            for table, name in guards:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
            flush(self, sql_list)
            cursor.execute(_QUEUE)
            for table, name in guards:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")

    operations.execute_sql_flush = execute_sql_flush
    yield
    operations.execute_sql_flush = flush
