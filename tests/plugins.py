"""Lets tests with real transactions clean up after themselves, quickly.

Django empties the tables after such a test with TRUNCATE, which the append-only tables rightly refuse. Nothing in the
product may switch that off, so it is done here, by the tables' owner, inside the flush's own transaction. Where the tests
have PostgreSQL to themselves, triggers stand still for that transaction and only tables with rows are emptied; elsewhere the
triggers that guard against TRUNCATE are disabled and enabled again. The queue goes with them: Django does not manage its
tables, and a worker of the next test would find the work of this one.
"""

import os
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction

# No test survives a power cut, so its commits need not wait for the disk: read by every connection of this process and its children.
os.environ.setdefault("PGOPTIONS", "-c synchronous_commit=off")

_GUARDS = """
SELECT tgrelid::regclass::text, quote_ident(tgname) FROM pg_trigger
WHERE NOT tgisinternal AND tgenabled = 'O' AND tgtype & 32 <> 0
"""
_SUPERUSER = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
_QUEUE_TABLES = ("procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers", "procrastinate_workers")
_QUEUE = f"TRUNCATE {', '.join(_QUEUE_TABLES)}"


def _empty(cursor: Any, tables: list[str]) -> None:
    """Delete what there is, with triggers and foreign keys out of the way until the transaction ends."""
    asked = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")"  # names of our own tables
        for table in (*tables, *_QUEUE_TABLES)
    )
    cursor.execute(asked)
    filled = [row[0] for row in cursor.fetchall()]
    cursor.execute("SET LOCAL session_replication_role = replica")
    for table in filled:
        cursor.execute(f'DELETE FROM "{table}"')


@pytest.fixture(scope="session", autouse=True)
def _flush_past_guards() -> Iterator[None]:
    """Replaces the flush of the test connection's backend for the time of the test session."""
    operations = type(connection.ops)
    flush = operations.execute_sql_flush

    def execute_sql_flush(self: Any, sql_list: Iterable[str]) -> None:
        sql_list = list(sql_list)
        with transaction.atomic(using=self.connection.alias), self.connection.cursor() as cursor:
            cursor.execute(_SUPERUSER)
            if cursor.fetchone() == (True,):
                _empty(cursor, [table for sql in sql_list for table in re.findall(r'"([^"]+)"', sql)])
                return
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
