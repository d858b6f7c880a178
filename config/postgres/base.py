"""The database backend: Django's own, which first makes sure that the embedded server runs.

Doing it here and not in the settings keeps commands that need no database (``check``, ``--help``, type checking) from
starting one, and covers everything that connects: requests, commands, test databases, the pool and the worker.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from django.db.backends.postgresql import base, client

from config import database


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
