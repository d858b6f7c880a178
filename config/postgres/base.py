"""The database backend: Django's own, plus "make sure the embedded server runs" right before connection details are needed.

Doing it here and not in the settings keeps commands that need no database (``check``, ``--help``, type checking) from
starting one, and covers everything that connects: requests, commands, test databases, the pool and the worker.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base

from config import database


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        if self.settings_dict.get("EMBEDDED"):
            database.embedded().ensure()
        return super().get_connection_params()
