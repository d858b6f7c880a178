"""What migrations of every floor do with tables of versions: make them append-only, and begin the history of rows there are."""

from collections.abc import Callable
from typing import Any

from django.db import migrations


def append_only(*tables: str) -> migrations.RunSQL:
    """The database refuses to change or remove a version in these tables, whoever asks (N11)."""
    names = [(table, f"{table}_versions_stay"[:63]) for table in tables]
    return migrations.RunSQL(
        [
            f"CREATE OR REPLACE TRIGGER {name} BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION permissions_append_only()"
            for table, name in names
        ],
        [f"DROP TRIGGER {name} ON {table}" for table, name in names],
    )


def begin(app: str, *models: str) -> migrations.RunPython:
    """Give every row of these models, which had no history so far, its first version: what it is now."""

    def forwards(apps: Any, schema_editor: Any) -> None:
        for model in models:
            live, history = apps.get_model(app, model)._meta, apps.get_model(app, f"Historical{model}")._meta
            columns = ", ".join(
                f'"{field.column}"' for field in history.fields if not field.name.startswith("history_")
            )
            # Names of ours alone.
            schema_editor.execute(
                f"INSERT INTO {history.db_table} ({columns}, history_date, history_change_reason, history_type) "  # noqa: S608
                f"SELECT {columns}, now(), 'history_begin', '+' FROM {live.db_table} ORDER BY id"
            )

    noop: Callable[..., None] = migrations.RunPython.noop
    return migrations.RunPython(forwards, noop)
