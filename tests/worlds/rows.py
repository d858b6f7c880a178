"""Which rows there are, and whether anybody has written any."""

from __future__ import annotations

from django.db import connection

from tests.plugins import copied, filled, made_by_django

Counts = dict[str, tuple[int, int, int]]


def counts_of_transaction() -> Counts:
    """How many rows have been inserted, changed and deleted in each table, undone ones included. Within a transaction they
    only grow: what the ones before it wrote may be counted too."""
    with connection.connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables"
            " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return {table: (inserted, updated, deleted) for table, inserted, updated, deleted in cursor.fetchall()}


def nothing_is_written() -> bool:
    """Whether the transaction under way has written nothing yet."""
    with connection.connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NULL")
        return bool(cursor.fetchone() == (True,))


def tables() -> list[str]:
    """Every table that keeps rows itself: the parts of a parted table, not the whole."""
    with connection.connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
            " AND relname <> 'django_migrations' ORDER BY relname"
        )
        return [name for (name,) in cursor.fetchall()]


def all_rows() -> dict[str, bytes]:
    """The rows of every table that has any, beside those that Django itself makes."""
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        found = {table: copied(cursor, table) for table in filled(cursor, tables())}
    return {table: rows for table, rows in found.items() if rows != made_by_django.get(table)}


def as_sets(tables: dict[str, bytes]) -> dict[str, list[bytes]]:
    """Rows without their order, which is the server's affair, of tables that have any."""
    return {table: sorted(rows.splitlines()) for table, rows in tables.items() if rows}


def copies(tables: list[str]) -> dict[str, bytes]:
    with connection.connection.cursor() as cursor:
        return {table: copied(cursor, table) for table in tables}
