"""Two roles of the database (N4, N11): the owner of the tables migrates, the application writes and can change nothing of the tables.

Triggers refuse to change what must stay. The application's role has no right to try, and none to take the triggers off: no UPDATE and
no DELETE where a trigger refuses it whatever the row, no TRUNCATE anywhere, no table, function or trigger of its own making.
`manage.py migrate` works as the owner and gives the application its rights anew each time, so that what a migration brings is covered
without a word about it there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from psycopg import sql

# Tables with what the triggers on them refuse to every statement. One that looks at rows refuses some and lets others pass, and so
# takes no right away.
_TABLES = """
SELECT c.oid::regclass::text, c.relispartition,
       COALESCE(bool_or(t.tgtype & 16 <> 0), false), COALESCE(bool_or(t.tgtype & 8 <> 0), false)
  FROM pg_class c
  LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgtype & 3 = 2 AND t.tgqual IS NULL
 WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
 GROUP BY c.oid, c.relispartition ORDER BY 1
"""
# Tables whose files somebody has the server write anew (`maintained`); a right of its own since PostgreSQL 17.
_MAINTAINED: set[str] = set()
_MAINTAIN_SINCE = 170_000
_MAKE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {name}) THEN
        CREATE ROLE {role} LOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN  -- another process was faster
END $$
"""


@contextmanager
def as_owner(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Have the connection be the owner's for a while. Where there is one role only, nothing changes."""
    if not settings.DATABASE_OWNER:
        yield
        return
    before = dict(connection.settings_dict)
    _change(connection, settings.DATABASE_OWNER)
    try:
        yield
    finally:
        _change(connection, before)


def _change(connection: BaseDatabaseWrapper, to: dict[str, Any]) -> None:
    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()
    # The name stays: tests have a database of their own.
    connection.settings_dict.update({key: value for key, value in to.items() if key != "NAME"})


def maintained(*tables: str) -> None:
    """Let the application have these tables swept (VACUUM), which is otherwise for their owner and passed over for others."""
    _MAINTAINED.update(tables)


@contextmanager
def maintaining(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Have the connection be one that may sweep maintained tables: as it is, or the owner's where the server has no right for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int")
        (version,) = cursor.fetchone()
    if version >= _MAINTAIN_SINCE:
        yield
        return
    with as_owner(connection):
        yield


def give(connection: BaseDatabaseWrapper) -> None:
    """Give the application's role what it needs, and take from it what it must not have. For the owner to call.

    The embedded server's role is made here. Elsewhere the one who runs the server makes it; until then there is nothing to do.
    """
    name = settings.DATABASE_ROLE
    if not name:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")
        owner, superuser = cursor.fetchone()
        if owner == name:
            return
        if superuser:
            _run(cursor, _MAKE, role=sql.Identifier(name), name=sql.Literal(name))
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s), current_schema(), current_database()", [name]
        )
        there, schema, database = cursor.fetchone()
        if not there:
            return
        who = {"role": sql.Identifier(name), "schema": sql.Identifier(schema), "database": sql.Identifier(database)}
        # In older servers everybody may make tables here, and temporary ones in any: names to put in front of ours.
        _run(cursor, "REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC", **who)
        _run(cursor, "REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM PUBLIC", **who)
        _run(cursor, "REVOKE ALL ON SCHEMA {schema} FROM {role}", **who)
        _run(cursor, "GRANT USAGE ON SCHEMA {schema} TO {role}", **who)
        _run(cursor, "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}", **who)
        _run(cursor, "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}", **who)
        cursor.execute("SELECT current_setting('server_version_num')::int")
        (version,) = cursor.fetchone()
        cursor.execute(_TABLES)
        for table, part, no_update, no_delete in cursor.fetchall():
            rights = ["SELECT"]
            if table != "django_migrations":
                rights += ["INSERT", *(["UPDATE"] if not no_update else []), *(["DELETE"] if not no_delete else [])]
            if table in _MAINTAINED and version >= _MAINTAIN_SINCE:
                rights.append("MAINTAIN")
            if not part:  # through its whole alone
                _run(cursor, f"GRANT {', '.join(rights)} ON {table} TO {{role}}", **who)


def _run(cursor: CursorWrapper, statement: str, **names: sql.Composable) -> None:
    cursor.execute(sql.SQL(statement).format(**names).as_string(cursor.connection))
