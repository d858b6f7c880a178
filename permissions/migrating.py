"""Migrations, with Django's models of their history drawn once for many operations.

Between every two operations Django draws the classes of all models anew that are related to the one that changed. Here nearly
every table names an account, so each of several hundred operations drew nearly all models: nine tenths of the time of a first
start. Neighbouring operations that do not need each other's classes go through one drawing here; what they tell the database,
and in which order, stays the same.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration, operations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.state import ProjectState

_Kinds = tuple[type[Operation], ...]
#: Each reads of the classes only what it adds or alters, so that what its neighbours do may be in them already.
_GROUPS: tuple[_Kinds, ...] = (
    (
        operations.CreateModel,
        operations.AddField,
        operations.AddIndex,
        operations.AddConstraint,
        operations.AlterModelOptions,
    ),
    (operations.AlterField,),
)


class Executor(MigrationExecutor):
    """Django's, which applies the operations of a migration in runs."""

    def apply_migration(
        self, state: ProjectState, migration: Migration, fake: bool = False, fake_initial: bool = False
    ) -> ProjectState:
        # Outside one transaction each operation has its own, and Django sees to them.
        if migration.atomic:
            in_runs(migration)
        return super().apply_migration(state, migration, fake, fake_initial)


def in_runs(migration: Migration) -> None:
    """Have this migration apply its operations in runs."""
    migration.apply = functools.partial(_apply, migration)  # type: ignore[method-assign]


def _apply(
    migration: Migration, state: ProjectState, editor: BaseDatabaseSchemaEditor, collect_sql: bool = False
) -> ProjectState:
    """What `Migration.apply` does, by runs."""
    if collect_sql:
        return type(migration).apply(migration, state, editor, collect_sql)
    for run in runs(migration.operations):
        before = state.clone()
        _advance(state, migration.app_label, run)
        for operation in run:
            operation.database_forwards(migration.app_label, editor, before, state)
    return state


def _advance(state: ProjectState, label: str, run: list[Operation]) -> None:
    """Bring the state past all operations of a run."""
    if len(run) == 1 or "apps" not in state.__dict__:
        for operation in run:
            operation.state_forwards(label, state)
        return
    # As long as the state has no classes, there are none to draw.
    drawn = state.__dict__.pop("apps")
    for operation in run:
        operation.state_forwards(label, state)
    state.__dict__["apps"] = drawn
    state.reload_models([(label, _model(operation)) for operation in run if not _is_sql(operation)], delay=False)


def runs(of: Iterable[Operation]) -> Iterator[list[Operation]]:
    """The operations in their order, cut into runs whose members may share one state before and one after them all.

    Operations share a run when they belong to one group and touch different models, or do the same kind of thing to
    different fields of one. Plain SQL asks for no classes and goes with any. Whatever else there is stands alone.
    """
    run: list[Operation] = []
    group: _Kinds = ()
    touched: dict[str, type[Operation]] = {}
    fields: set[tuple[str, str]] = set()
    for operation in of:
        if _is_sql(operation):
            run.append(operation)
            continue
        kind, model = type(operation), _model(operation)
        own = next((kinds for kinds in _GROUPS if kind in kinds), ())
        field = (model, operation.name_lower) if isinstance(operation, FieldOperation) else None
        joins = own and group in ((), own) and touched.get(model, kind) is kind and field not in fields
        if run and not joins:
            yield run
            run, group, touched, fields = [], (), {}, set()
        run.append(operation)
        if not own:
            yield run
            run = []
            continue
        group, touched[model] = own, kind
        if field:
            fields.add(field)
    if run:
        yield run


def _is_sql(operation: Operation) -> bool:
    return isinstance(operation, operations.RunSQL) and not operation.state_operations


def _model(operation: Operation) -> str:
    """The name of the model an operation changes, empty where it names none."""
    name: str = getattr(operation, "model_name_lower", "") or getattr(operation, "name_lower", "")
    return name
