"""`manage.py migrate`: Django's own, as the owner of the tables; the application's role gets its rights anew afterwards."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from permissions import database_roles
from permissions.migrating import Executor

# Django's command makes its executor by this name, and offers no other place to say which.
migrate.MigrationExecutor = Executor  # type: ignore[attr-defined]


class Command(migrate.Command):
    def execute(self, *args: Any, **options: Any) -> str | None:
        """Around the checks as well: they ask the database, where the application's role may not be there yet."""
        connection = connections[options["database"]]
        with database_roles.as_owner(connection):
            said: str | None = super().execute(*args, **options)
            if not (options["plan"] or options["check_unapplied"]):
                database_roles.give(connection)
        return said
