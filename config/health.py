"""``/healthz``: may traffic come here?"""

from __future__ import annotations

import structlog
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.database import DatabaseUnavailable

logger = structlog.get_logger(__name__)

# The code of a running process does not change, so once its migrations are all applied they stay so.
_migrated = False


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 ``ok`` when the database answers and every migration is applied, else 503; the reason is in the log only."""
    try:
        ready = _is_ready()
    except (DatabaseError, DatabaseUnavailable) as error:
        logger.error("health_database", error=str(error))
        ready = False
    text, status = ("ok\n", 200) if ready else ("unavailable\n", 503)
    return HttpResponse(text, status=status, content_type="text/plain")


def _is_ready() -> bool:
    global _migrated
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if not _migrated:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if waiting:
            logger.error("health_migrations", waiting=[str(migration) for migration, _ in waiting])
        _migrated = not waiting
    return _migrated
