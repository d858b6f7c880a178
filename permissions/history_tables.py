"""What migrations of every floor do with tables of versions: make them append-only, begin the history of rows there are, and catch up
with what older releases wrote past it."""

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


def catch_up(app: str) -> migrations.RunPython:
    """Give every row of the app that is not what its newest version says, or has none, a version of what it is now, and every row that
    is gone without one its last: what older releases wrote past the history (`manage.py versions_check` names such rows)."""

    def forwards(apps: Any, schema_editor: Any) -> None:
        models = {model._meta.model_name: model._meta for model in apps.get_app_config(app).get_models()}
        for name, live in models.items():
            if (history := models.get(f"historical{name}")) is not None:
                for statement in _catching_up(live, history):
                    schema_editor.execute(statement)

    noop: Callable[..., None] = migrations.RunPython.noop
    return migrations.RunPython(forwards, noop)


def _catching_up(live: Any, history: Any) -> tuple[str, str]:
    """The two statements of `catch_up` for one model: rows that differ, and rows that are gone."""
    kept = ", ".join(f'"{field.column}"' for field in history.fields if not field.name.startswith("history_"))
    into = f"INSERT INTO {history.db_table} ({kept}, history_date, history_change_reason, history_type)"
    newest = f"SELECT DISTINCT ON (id) * FROM {history.db_table} ORDER BY id, history_id DESC"  # noqa: S608
    known = f"EXISTS (SELECT FROM {history.db_table} AS v WHERE v.id = now_is.id)"
    # Names of ours alone.
    return (
        f"{into} SELECT {kept}, now(), 'history_begin', CASE WHEN {known} THEN '~' ELSE '+' END FROM "  # noqa: S608
        f"(SELECT {kept} FROM {live.db_table} EXCEPT SELECT {kept} FROM ({newest}) AS n WHERE history_type <> '-') AS now_is"
        " ORDER BY id",
        f"{into} SELECT {kept}, now(), 'history_begin', '-' FROM ({newest}) AS n WHERE history_type <> '-' "  # noqa: S608
        f"AND NOT EXISTS (SELECT FROM {live.db_table} AS r WHERE r.id = n.id) ORDER BY id",
    )
