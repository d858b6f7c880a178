"""System checks of what is stored: ``manage.py check --database default``, and before every migration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from django.db.utils import DatabaseError


@register(Tags.database)
def check_stored_versions(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Every version a case may run on must compile. viewflow reads a reference it cannot resolve as None and says nothing."""
    from workflows import compiled, dmn, flows
    from workflows.models import Definition, DefinitionKind, DefinitionVersion, VersionStatus

    found: list[CheckMessage] = []
    for alias in databases or ():
        try:
            # `migrate` asks before it migrates: what it is about to add is no fault of what is stored.
            if not all(_is_there(model, connections[alias]) for model in (Definition, DefinitionVersion)):
                continue
            versions = list(
                DefinitionVersion.objects.using(alias)
                .exclude(status=VersionStatus.DRAFT)
                .select_related("definition")
                .order_by("definition__key", "number")
            )
        except DatabaseError as error:
            return [Error(f"stored flows cannot be read: {error}", id="workflows.E001")]
        for version in versions:
            try:
                if version.definition.kind == DefinitionKind.DECISION:
                    dmn.Decisions.of(dmn.read(version.xml))
                    continue
                parts = compiled.compile_xml(version.xml, version.process_id)
                flows.compile_flow(version.flow_name, parts.process, version.definition.name)
            except Exception as error:  # noqa: BLE001  whatever is wrong with a stored flow is what is asked
                found.append(
                    Error(
                        f"{version.flow_name} is stored but does not compile: {error}",
                        hint="Running cases of this version cannot go on. Restore the code it was published under.",
                        obj=version.flow_name,
                        id="workflows.E002",
                    )
                )
    return found


def _is_there(model: type[Model], connection: BaseDatabaseWrapper) -> bool:
    """Whether the model's table has all of its columns."""
    table = model._meta.db_table
    if table not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        columns = {column.name for column in connection.introspection.get_table_description(cursor, table)}
    return {field.column for field in model._meta.concrete_fields} <= columns
