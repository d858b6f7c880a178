"""Lets tests with real transactions clean up after themselves.

Django empties the tables after such a test with TRUNCATE, which the append-only tables rightly refuse. Nothing in the
product may switch that off, so it is done here: inside the flush's own transaction the triggers that guard against
TRUNCATE are disabled and enabled again, by the tables' owner, for whatever tables have one.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction

_GUARDS = """
SELECT tgrelid::regclass::text, quote_ident(tgname) FROM pg_trigger
WHERE NOT tgisinternal AND tgenabled = 'O' AND tgtype & 32 <> 0
"""


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
            for table, name in guards:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")

    operations.execute_sql_flush = execute_sql_flush
    yield
    operations.execute_sql_flush = flush
