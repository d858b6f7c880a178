"""Lets tests with real transactions clean up after themselves, quickly.

Django empties the tables after such a test with TRUNCATE, which the append-only tables rightly refuse. Nothing in the
product may switch that off, so it is done here, by the tables' owner, inside the flush's own transaction. Where the tests
have PostgreSQL to themselves, triggers stand still for that transaction, only tables with rows are emptied, and what Django
makes anew after a flush stays as it was, with its keys; elsewhere the triggers that guard against TRUNCATE are disabled and
enabled again. The queue goes with them: Django does not manage its
tables, and a worker of the next test would find the work of this one.
"""

import os
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.core.management.commands import flush as flush_command
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

# No test survives a power cut, so its commits need not wait for the disk: read by every connection of this process and its children.
os.environ.setdefault("PGOPTIONS", "-c synchronous_commit=off")

_GUARDS = """
SELECT tgrelid::regclass::text, quote_ident(tgname) FROM pg_trigger
WHERE NOT tgisinternal AND tgenabled = 'O' AND tgtype & 32 <> 0
"""
_SUPERUSER = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
_QUEUE_TABLES = ("procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers", "procrastinate_workers")
_QUEUE = f"TRUNCATE {', '.join(_QUEUE_TABLES)}"


#: What stands in the tables before the first test, as COPY puts it.
made_by_django: dict[str, bytes] = {"django_content_type": b"", "auth_permission": b""}


def copied(cursor: Any, table: str) -> bytes:
    """All rows of a table, as COPY puts them; with SELECT, because of the tables that lie in parts."""
    with cursor.copy(f'COPY (SELECT * FROM "{table}") TO STDOUT') as copy:
        return b"".join(map(bytes, copy))


def is_superuser(cursor: Any) -> bool:
    cursor.execute(_SUPERUSER)
    return bool(cursor.fetchone() == (True,))


def filled(cursor: Any, tables: Iterable[str]) -> list[str]:
    """Those of the tables that have rows."""
    cursor.execute(
        " UNION ALL ".join(
            f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")"  # names of our own tables
            for table in tables
        )
    )
    return [row[0] for row in cursor.fetchall()]


def _empty(cursor: Any, tables: list[str]) -> None:
    """Delete what there is, with triggers and foreign keys out of the way until the transaction ends."""
    found = filled(cursor, (*tables, *_QUEUE_TABLES))
    cursor.execute("SET LOCAL session_replication_role = replica")
    for table in found:
        kept = made_by_django.get(table)
        if kept is not None and kept == copied(cursor, table):
            continue
        cursor.execute(f'DELETE FROM "{table}"')
        if kept is not None:
            with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                copy.write(kept)


@pytest.fixture(scope="session", autouse=True)
def _flush_past_guards() -> Iterator[None]:
    """Replaces the flush of the test connection's backend for the time of the test session."""
    operations = type(connection.ops)
    flush = operations.execute_sql_flush

    def execute_sql_flush(self: Any, sql_list: Iterable[str]) -> None:
        sql_list = list(sql_list)
        with transaction.atomic(using=self.connection.alias), self.connection.cursor() as cursor:
            if is_superuser(cursor):
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

    def emit(*args: Any, **kwargs: Any) -> None:
        with connection.cursor() as cursor:
            if is_superuser(cursor):
                return
        made_anew(*args, **kwargs)

    made_anew = flush_command.emit_post_migrate_signal
    operations.execute_sql_flush, flush_command.emit_post_migrate_signal = execute_sql_flush, emit
    yield
    operations.execute_sql_flush, flush_command.emit_post_migrate_signal = flush, made_anew


def uses_database(request: pytest.FixtureRequest) -> bool:
    return bool({"db", "transactional_db"} & set(request.fixturenames) or request.node.get_closest_marker("django_db"))


@pytest.fixture(autouse=True)
def _what_django_made_is_known(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> None:
    if all(made_by_django.values()) or not uses_database(request):
        return
    request.getfixturevalue("django_db_setup")
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        made_by_django.update({table: copied(cursor, table) for table in made_by_django})
