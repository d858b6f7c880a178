"""The database backend: Django's own, which first makes sure that the embedded server runs.

Doing it here and not in the settings keeps commands that need no database (``check``, ``--help``, type checking) from
starting one, and covers everything that connects: requests, commands, test databases, the pool and the worker.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from django.db.backends.postgresql import base, client
from psycopg import OperationalError

from config import database
from config.database.server import APPLICATION


class DatabaseClient(client.DatabaseClient):
    """``manage.py dbshell``, with the embedded server's own ``psql``."""

    def runshell(self, parameters: Iterable[str]) -> None:
        server = database.embedded()
        server.ensure()
        os.environ["PATH"] = f"{server.programs}{os.pathsep}{os.environ.get('PATH', '')}"
        super().runshell(parameters)


class DatabaseWrapper(base.DatabaseWrapper):
    """Starts the embedded server, if need be, whenever somebody is about to connect."""

    client_class = DatabaseClient

    def get_connection_params(self) -> dict[str, Any]:
        database.embedded().ensure()
        return super().get_connection_params()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        try:
            return super().get_new_connection(conn_params)
        except OperationalError as error:
            if f'role "{APPLICATION}" does not exist' not in str(error):
                raise
            raise OperationalError(
                f"数据库中还没有角色 {APPLICATION}，请先运行 manage.py migrate。 (run manage.py migrate first: it makes the role)"
            ) from error
