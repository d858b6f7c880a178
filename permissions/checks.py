"""What `manage.py check --deploy` says about the log's surroundings."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.security, deploy=True)
def two_roles(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """That the application is not the owner of its tables, and so cannot take the triggers off."""
    if settings.DATABASE_ROLE:
        return []
    return [
        Warning(
            "The application works in the database as the owner of its tables.",
            hint="Make a second user, name it in DATABASE_URL and the owner in SANGONG_OWNER_URL, and run migrate.",
            id="permissions.W001",
        )
    ]
